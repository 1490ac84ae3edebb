"""From data of any sort to the engine that sums it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol, runtime_checkable

import duckdb
import narwhals as nw
from numpy.typing import NDArray

from cxanalysis.engine.aggregates import Aggregates
from cxanalysis.engine.columns_in_memory import FileColumns
from cxanalysis.engine.frame_engine import FrameEngine
from cxanalysis.engine.need import Measure, Need
from cxanalysis.engine.where import Condition
from cxanalysis.problem import Problem

#: Up to this many rows a table is loaded whole: it is there at once for whatever is asked next.
ROWS_IN_MEMORY: Final = 50_000
#: Up to this many values (rows times columns) those columns of a file that are asked for are summed in memory: numpy
#: takes a tenth to a half of what SQL takes (`benchmarks/overview.md`). 8 to 16 bytes each; beyond, rows stay in
#: DuckDB.
VALUES_IN_MEMORY: Final = 50_000_000

#: The engine of the large table that a thread looked at last.
_open: Final = threading.local()


@dataclass(frozen=True, slots=True)
class StoredRows:
    """Where the rows of a table lie, for the engine that sums them.

    Attributes
    ----------
    frame : function
        Loads all rows as a data frame.
    parquet : Path or None
        The file that holds them, where there is one.
    columns : tuple of str
    n_rows : int
        Rows of the whole table.
    kept : tuple of Condition
        What the rows in question fulfil; empty: all rows.
    mask : array of bool or None
        The same, row by row; None: all rows.
    """

    frame: Callable[[], Any]
    parquet: Path | None
    columns: tuple[str, ...]
    n_rows: int
    kept: tuple[Condition, ...] = ()
    mask: NDArray[Any] | None = None


@runtime_checkable
class HasStoredRows(Protocol):
    """Anything that can say where its rows lie: a `Table`, or part of one."""

    def stored_rows(self) -> StoredRows:
        """Where the rows lie."""


class Engine(Protocol):
    """Where rows live and how they are summed. Every engine gives the same answers (to 1e-9)."""

    def rows(self) -> int:
        """Number of rows."""

    def where(self, kept: tuple[Condition, ...]) -> Engine:
        """The same with only the rows that fulfil every condition, in their order.

        Raises
        ------
        Problem
            If a column is not there, or a range is asked of a column without order.
        """

    def once(self, column: str) -> tuple[Engine, int]:
        """The same with each value of an id column once, in its first row, and how many rows that leaves out.

        Rows without an id stay.
        """

    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""

    def kind_of(self, column: str) -> str:
        """What a column holds: "number" (flags too), "time", "text", "empty" or "other"; without looking at rows."""

    def levels(self, column: str, limit: int | None = None) -> list[tuple[Any, int]]:
        """Distinct values and how often each appears, most frequent first, then by value; missing left out."""

    def values(self, columns: Sequence[str | Measure], limit: int | None = None) -> dict[str, NDArray[Any]]:
        """Rows by column, in their order.

        Numbers and flags as float64 (NaN where missing), dates as datetime64[us] without zone (NaT), all else as
        text objects (None). With a `limit`, that many rows evenly spaced through the table: the caller says so.
        """

    def aggregate(self, need: Need) -> Aggregates:
        """Sums, in one query.

        Raises
        ------
        Problem
            If a column is not there, holds no numbers where numbers are needed, holds infinite values, or a weight
            is negative.
        """

    def span(self, column: str, present: str | None = None) -> tuple[Any, Any]:
        """Smallest and largest value (of rows that have one in the column `present`); (None, None) if there is none."""

    def where_zero(self, columns: Sequence[str]) -> Engine:
        """The rows in which all of these numeric columns are 0, as an engine of their own; a gap is not 0."""


def engine_of(data: Any) -> Engine:
    """The engine for a `Table`, a pandas, Polars or PyArrow frame, or a DuckDB relation.

    Raises
    ------
    Problem
        If `data` is none of these, or two of its columns have one name.

    Examples
    --------
    >>> import pandas as pd
    >>> engine_of(pd.DataFrame({"csat": [5, 4, None]})).levels("csat")
    [(4, 1), (5, 1)]
    """
    from cxanalysis.engine.duckdb_engine import DuckEngine

    if isinstance(data, HasStoredRows):
        return _of_table(data.stored_rows())
    if isinstance(data, duckdb.DuckDBPyRelation):
        return DuckEngine(data)
    try:
        frame = nw.from_native(data)
    except nw.exceptions.DuplicateError as error:
        raise Problem(f"two columns have one name ({error})", do="Give every column its own name") from error
    except TypeError as error:
        raise Problem(
            f"a {type(data).__name__} is no table",
            do="Use a Table, a pandas, Polars or PyArrow frame, or a DuckDB relation",
        ) from error
    return FrameEngine.of_frame(frame.collect() if isinstance(frame, nw.LazyFrame) else frame)


def _of_table(rows: StoredRows) -> Engine:
    """The engine of a table, or of a part of it.

    The last one of a large table stays open in each thread: one result is made by several analyses of the same rows,
    and each would ask the same questions about them again.
    """
    if rows.parquet is None or rows.n_rows <= ROWS_IN_MEMORY:
        return engine_of(rows.frame()).where(rows.kept)
    status = rows.parquet.stat()
    asked = (str(rows.parquet), status.st_mtime_ns, status.st_size, rows.columns, rows.kept)
    if getattr(_open, "asked", None) != asked:
        _open.engine = _of_file(rows.parquet, rows)
        _open.asked = asked
    return _open.engine


def _of_file(file: Path, rows: StoredRows) -> Engine:
    from cxanalysis.engine.duckdb_engine import DuckEngine

    if rows.n_rows * len(rows.columns) <= VALUES_IN_MEMORY:
        columns = FileColumns(file, rows.columns)
        return FrameEngine(columns if rows.mask is None else columns.keep(rows.mask))
    return DuckEngine.of_parquet(file, rows.columns).where(rows.kept)
