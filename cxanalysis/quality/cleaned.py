"""A table without what its quality report names, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from cxanalysis.basis import Basis
from cxanalysis.result import Result
from cxanalysis.tables.table import Table


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Cleaned(Result):
    """A table without some rows, values or columns, and what was left out.

    Attributes
    ----------
    table : Table
        The rows that remain, in their order; columns set aside have the role "ignore"; emptied cells are missing. Its
        notes say what was left out.
    left_out : DataFrame
        One row a check: `check, action` ("rows", "values", "columns" or "" if nothing was found), `columns` (list),
        `rows` (concerned; one row may be named by several checks), `finding`.
    n_before, n_after : int
        Rows.
    basis : Basis
        Of the table as it was; n: rows that remain.
    headline : str
    notes : tuple of str

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> answers = pd.DataFrame({"csat": range(1, 41), "note": [f"person {k}" for k in range(40)]})
    >>> cleaned = cx.clean(pd.concat([answers, answers.head(10)]), drop=["duplicates"])
    >>> cleaned.n_before, cleaned.n_after, cleaned.table.n_rows
    (50, 40, 40)
    """

    table: Table
    left_out: pd.DataFrame
    n_before: int
    n_after: int
    basis: Basis
    headline: str
    notes: tuple[str, ...]
    shown_tables: ClassVar[tuple[str, ...]] = ("left_out",)
