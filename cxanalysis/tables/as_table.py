"""Any data frame as a table, and a column that must be there."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import pandas as pd

from cxanalysis.problem import Problem
from cxanalysis.tables.table import Table


def as_table(data: Any, name: str) -> Table:
    """A table as it is; any other frame (pandas, Polars, Arrow, DuckDB relation) as a table without roles."""
    if isinstance(data, Table):
        return data
    if isinstance(data, pd.DataFrame):
        return Table(data, name=name)
    try:
        frame = nw.from_native(data)
    except TypeError as error:
        raise Problem(
            f"a {type(data).__name__} is no table", where=name, do="Hand over a cx.Table or a data frame"
        ) from error
    if isinstance(frame, nw.LazyFrame):
        frame = frame.collect()
    return Table(frame.to_pandas(), name=name)


def require_column(table: Table, column: str) -> None:
    """Stop with the columns there are, if this one is not among them."""
    if column not in table.columns:
        known = ", ".join(table.columns[:40])
        raise Problem(f"there is no column '{column}'", where=table.name, do=f"Its columns are: {known}")
