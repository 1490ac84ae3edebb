"""Part of a table: the rows that fulfil some conditions, for any analysis; the table itself stays as it is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.columns.text_rows import TextRows
from cxanalysis.engine.columns_in_memory import Columns, FileColumns, FrameColumns
from cxanalysis.engine.engines import StoredRows
from cxanalysis.engine.where import Condition, in_words, mask_of
from cxanalysis.problem import Problem
from cxanalysis.tables.table_rows import Raw, RowSource


class Part:
    """Those rows of a table that fulfil some conditions; they are looked up in the whole table's.

    Parameters
    ----------
    whole : RowSource
        The rows of the table it is part of.
    kept : tuple of Condition
        What its rows fulfil.
    name : str
        The table's name.

    Raises
    ------
    Problem
        If no row fulfils them.
    """

    __slots__ = ("_frame", "_raw", "kept", "mask", "n_rows", "token", "whole")

    def __init__(self, whole: RowSource, kept: tuple[Condition, ...], name: str) -> None:
        self.whole, self.kept = whole, kept
        self.mask: NDArray[np.bool_] = mask_of(_columns_of(whole), kept)
        self.n_rows = int(self.mask.sum())
        if self.n_rows == 0:
            raise Problem(f"there is no row where {in_words(kept)}", where=name, do="Keep more values")
        spelled = json.dumps([whole.token, [_plain(condition) for condition in kept]])
        self.token = hashlib.sha256(spelled.encode()).hexdigest()[:32]
        self._raw: pd.DataFrame | None = None
        self._frame: pd.DataFrame | None = None

    @property
    def words(self) -> str:
        """Which rows these are, in a sentence."""
        return f"Only rows where {in_words(self.kept)}: {self.n_rows:,} of {self.whole.n_rows:,}."

    @property
    def columns(self) -> tuple[str, ...]:
        """The table's columns."""
        return self.whole.columns

    @property
    def parquet(self) -> Path | None:
        """No file holds these rows alone."""
        return None

    @property
    def given(self) -> Raw:
        """What the rows are loaded from."""
        return self.raw

    def _of(self, rows: Any) -> Any:
        return rows[self.mask].reset_index(drop=True)

    def as_read(self) -> pd.DataFrame | TextRows:
        """The rows as read."""
        return self.raw()

    def raw(self) -> pd.DataFrame:
        """The rows as read."""
        if self._raw is None:
            self._raw = self._of(self.whole.raw())
        return self._raw

    def frame(self) -> pd.DataFrame:
        """The rows as analysed."""
        if self._frame is None:
            self._frame = self._of(self.whole.frame())
        return self._frame

    def only(self, columns: Iterable[str]) -> pd.DataFrame:
        """Some columns of `frame`, without loading the others where the rows lie in a Parquet file."""
        return self._of(self.whole.only(columns))

    def values(self, column: str) -> pd.Series:
        """A column before its role and codes are applied."""
        return self._of(self.whole.values(column))

    def empty_cells(self, columns: tuple[str, ...]) -> dict[str, int]:
        """How many rows have no value, by column."""
        rows = _columns_of(self.whole).keep(self.mask)
        return {column: int(np.isnan(rows.numbers(column)).sum()) for column in columns}

    def stored(self) -> StoredRows:
        """Where the rows lie: those of the whole, and which of them are kept."""
        return replace(self.whole.stored(), kept=self.kept, mask=self.mask)


def _columns_of(whole: RowSource) -> Columns:
    if whole.parquet is not None:
        return FileColumns(whole.parquet, whole.columns)
    return FrameColumns(nw.from_native(whole.frame()))


def _plain(condition: Condition) -> list[Any]:
    ends = [None if end is None else str(end) for end in (condition.low, condition.high)]
    values = condition.values
    return [condition.column, None if values is None else sorted(map(repr, values)), *ends]
