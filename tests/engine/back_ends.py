"""The same rows as each library has them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from cxanalysis.engine import engines
from cxanalysis.tables.table import Table

#: "parquet": rows of a file, summed by DuckDB; "columns": the columns of a file that are asked for, in memory.
BACK_ENDS = ("pandas", "polars", "pyarrow", "duckdb", "parquet", "columns")


def elsewhere(frame: pd.DataFrame, back_end: str, folder: Path) -> Any:
    """The same rows as another library has them."""
    if back_end == "pandas":
        return frame
    arrow = pa.Table.from_pandas(frame, preserve_index=False)
    if back_end == "polars":
        return pl.from_arrow(arrow)
    if back_end == "pyarrow":
        return arrow
    if back_end == "duckdb":
        return duckdb.connect().from_arrow(arrow)
    return stored(frame, folder)


def as_if_large(monkeypatch: pytest.MonkeyPatch, back_end: str = "parquet") -> None:
    """Small as the tables of these tests are, those in a file are read where they lie, or column by column."""
    monkeypatch.setattr(engines, "ROWS_IN_MEMORY", -1)
    if back_end != "columns":
        monkeypatch.setattr(engines, "VALUES_IN_MEMORY", -1)


def stored(frame: pd.DataFrame, folder: Path) -> Table:
    """The rows as a table in a workspace: in a Parquet file, loaded only when asked for."""
    path = folder / "rows.parquet"
    frame.to_parquet(path, index=False)
    return Table(
        lambda: frame, name="rows", columns=list(frame.columns), n_rows=len(frame), raw_token="-", parquet=path
    )
