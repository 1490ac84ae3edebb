"""Columns put beside a table's rows: the rows stay where they are until somebody asks for them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd
from numpy.typing import NDArray

from cxanalysis.columns.content_token import content_hash
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.tables.table import Table


def beside(
    table: Table,
    columns: Mapping[str, NDArray[Any]],
    *,
    name: str,
    failures: Iterable[str],
    notes: Iterable[str],
) -> Table:
    """The table with more columns: 0/1 `failures` (1 is bad), and numbers for the others.

    Parameters
    ----------
    table : Table
    columns : mapping of name → array, shape (rows,)
    name : str
    failures : names of columns
    notes : str
        Appended to the table's own.
    """
    flags = [failure for failure in failures if failure in columns]
    content = f"{table.raw_token} {content_hash(pd.DataFrame(columns))}"
    decided = table.decisions
    return table.replace(
        raw=partial(_rows, table, dict(columns)),
        columns=[*table.columns, *columns],
        n_rows=table.n_rows,
        raw_token=hashlib.sha256(content.encode()).hexdigest(),
        name=name,
        decisions=replace(
            decided,
            roles={**decided.roles, **dict.fromkeys(columns, "number"), **dict.fromkeys(flags, "flag")},
            scales={**decided.scales, **dict.fromkeys(flags, Scale(0, 1, higher_is_better=False))},
        ).noted(*notes),
    )


def _rows(table: Table, columns: Mapping[str, NDArray[Any]]) -> pd.DataFrame:
    return table.raw.assign(**columns)
