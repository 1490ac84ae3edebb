"""The rows of a table under the decisions about them: as they were read, and as they are analysed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

import pandas as pd
import pyarrow as pa

from cxanalysis.columns.content_token import content_hash, empty_cells
from cxanalysis.columns.multiple_choice import flags_of, unticked
from cxanalysis.columns.resolve import resolve
from cxanalysis.columns.text_rows import TextRows
from cxanalysis.engine.engines import StoredRows
from cxanalysis.tables.analysed import analysed, as_frame
from cxanalysis.tables.decisions import Decisions

#: What a table's rows may be given as: a frame, rows of a text file, or a function that loads either.
Raw = pd.DataFrame | TextRows | Callable[[], pd.DataFrame | TextRows]


class RowSource(Protocol):
    """Rows that a table can be about: those of a whole table, or part of them."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns, with those made from cells with several answers last."""

    @property
    def n_rows(self) -> int:
        """Number of rows."""

    @property
    def token(self) -> str:
        """Hash of the rows as read."""

    @property
    def parquet(self) -> Path | None:
        """The file that holds `frame`, where there is one."""

    @property
    def given(self) -> Raw:
        """What the rows are loaded from."""

    def as_read(self) -> pd.DataFrame | TextRows:
        """The rows as read, in the form they are kept in."""

    def raw(self) -> pd.DataFrame:
        """The rows as read."""

    def frame(self) -> pd.DataFrame:
        """The rows as analysed."""

    def only(self, columns: Iterable[str]) -> pd.DataFrame:
        """Some columns of `frame`."""

    def values(self, column: str) -> pd.Series:
        """A column before its role and codes are applied."""

    def empty_cells(self, columns: tuple[str, ...]) -> dict[str, int]:
        """How many rows have no value, by column."""

    def stored(self) -> StoredRows:
        """Where the rows lie, for the engine that sums them."""


class TableRows:
    """The rows of a whole table, loaded when first asked for.

    Parameters
    ----------
    raw : DataFrame, TextRows or function that loads either
        Of a function, `columns`, `n_rows` and `token` must be given. Rows of a text file (`TextRows`) become a data
        frame only when somebody asks for one.
    decisions : Decisions
        With a role for every column.
    columns : tuple of str
        With those made from cells with several answers.
    n_rows : int
    token : str
        Hash of the rows as read.
    parquet : Path or None
        The file that holds the rows as analysed, where the workspace keeps one.
    """

    __slots__ = ("_frame", "_raw", "_raw_frame", "columns", "decisions", "n_rows", "parquet", "token")

    def __init__(
        self,
        raw: Raw,
        decisions: Decisions,
        *,
        columns: Iterable[str] | None = None,
        n_rows: int | None = None,
        token: str | None = None,
        parquet: Path | None = None,
    ) -> None:
        if isinstance(raw, pd.DataFrame | TextRows):
            columns, n_rows = [str(column) for column in raw.columns], len(raw)
            token = token or content_hash(raw)
        if columns is None or n_rows is None or token is None:
            raise TypeError("a lazy table needs columns, n_rows and raw_token")
        made = decisions.made_columns
        self.columns: tuple[str, ...] = (*(column for column in columns if column not in made), *made)
        self.decisions = decisions.for_columns(self.columns)
        self.n_rows, self.token, self.parquet = n_rows, token, parquet
        self._raw = raw
        self._raw_frame: pd.DataFrame | None = None
        self._frame: pd.DataFrame | None = None

    @property
    def given(self) -> Raw:
        """What the rows are loaded from: the rows themselves once they are there."""
        return self._raw

    def as_read(self) -> pd.DataFrame | TextRows:
        """The rows as read, in the form they are kept in: for what need not turn texts into a frame."""
        if not isinstance(self._raw, pd.DataFrame | TextRows):
            self._raw = self._raw()
        return self._raw

    def raw(self) -> pd.DataFrame:
        """The rows as read."""
        if self._raw_frame is None:
            rows = self.as_read()
            self._raw_frame = rows.frame() if isinstance(rows, TextRows) else rows
        return self._raw_frame

    def frame(self) -> pd.DataFrame:
        """The rows, typed, with scales read as numbers and applied missing codes empty."""
        if self._frame is None:
            self._frame = self._analysed_frame()
        return self._frame

    def _analysed_frame(self) -> pd.DataFrame:
        if self.parquet is not None:
            # The file may hold columns as read besides.
            return pd.read_parquet(self.parquet, columns=list(self.columns))
        rows = self.as_read()
        if isinstance(rows, TextRows):
            return as_frame(self.analysed(rows))
        decided = self.decisions
        frame = self.raw()
        for column, question in decided.choices.items():
            if question.separator is not None:
                frame = pd.concat([frame, self._flags(column)], axis=1)
        frame = resolve(frame, decided.roles, decided.scales, decided.applied_codes, decided.formats)
        return unticked(frame, decided.choices, decided.roles)

    def analysed(self, rows: TextRows) -> pa.Table:
        """What `frame` holds, from rows of a text file, as Arrow columns."""
        decided = self.decisions
        return analysed(rows, decided.roles, decided.scales, decided.applied_codes, decided.formats, decided.choices)

    @property
    def loaded(self) -> bool:
        """Whether they are in memory as a data frame, as read or as analysed."""
        return self._frame is not None or self._raw_frame is not None

    def only(self, columns: Iterable[str]) -> pd.DataFrame:
        """Some columns of `frame`, without loading the others where the rows lie in a Parquet file."""
        names = list(dict.fromkeys(columns))
        if self._frame is None and self.parquet is not None and names:
            return pd.read_parquet(self.parquet, columns=names)
        return self.frame()[names]

    def values(self, column: str) -> pd.Series:
        """A column before its role and codes are applied: as read, or as made from a cell with several answers."""
        for source, question in self.decisions.choices.items():
            if question.separator is not None and column in question.columns:
                return self._flags(source)[column]
        rows = self.as_read()
        return rows[column].rows() if isinstance(rows, TextRows) else rows[column]

    def _flags(self, column: str) -> pd.DataFrame:
        codes = self.decisions.applied_codes.get(column, ())
        return flags_of(self.values(column), self.decisions.choices[column], codes)

    def empty_cells(self, columns: tuple[str, ...]) -> dict[str, int]:
        """How many rows have no value, by column."""
        if self.parquet is not None and self._frame is None:
            return empty_cells(self.parquet, columns)
        frame = self.only(columns)
        return {column: int(frame[column].isna().sum()) for column in columns}

    def stored(self) -> StoredRows:
        """Where the rows lie, for the engine that sums them."""
        return StoredRows(self.frame, self.parquet, self.columns, self.n_rows)
