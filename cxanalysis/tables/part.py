"""Part of a table: the rows that fulfil some conditions, for any analysis; the table itself stays as it is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NoReturn

import narwhals as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.basis import SourceTable
from cxanalysis.engine.columns_in_memory import Columns, FileColumns, FrameColumns
from cxanalysis.engine.engines import StoredRows
from cxanalysis.engine.where import Condition, conditions, in_words, mask_of
from cxanalysis.problem import Problem
from cxanalysis.tables.table import Table


class Part(Table):
    """What `Table.where` gives: a table like any other, of fewer rows.

    Attributes
    ----------
    whole : Table
        The table it is part of.
    kept : tuple of Condition
        What its rows fulfil.
    mask : array of bool
        Which rows of the whole they are.
    """

    __slots__ = ("kept", "mask", "whole")

    def __init__(self, whole: Table, kept: tuple[Condition, ...]) -> None:
        self.whole, self.kept = whole, kept
        self.mask: NDArray[np.bool_] = mask_of(_columns_of(whole), kept)
        n_rows = int(self.mask.sum())
        if n_rows == 0:
            raise Problem(f"there is no row where {in_words(kept)}", where=whole.name, do="Keep more values")
        said = f"Only rows where {in_words(kept)}: {n_rows:,} of {whole.n_rows:,}."
        spelled = json.dumps([whole.raw_token, [_plain(condition) for condition in kept]])
        super().__init__(
            lambda: whole.raw[self.mask].reset_index(drop=True),
            name=whole.name,
            kind=whole.kind,
            roles=whole.roles,
            scales=whole.scales,
            codes=whole.codes,
            notes=(*whole.notes, said),
            formats=whole.formats,
            labels=whole.labels,
            reasons=whole.reasons,
            kind_reason=whole.kind_reason,
            columns=whole.columns,
            n_rows=n_rows,
            raw_token=hashlib.sha256(spelled.encode()).hexdigest()[:32],
            choices=whole.choices,
            doubts=whole.doubts,
        )

    @property
    def said(self) -> str:
        """Which rows these are, in a sentence."""
        return self.notes[-1]

    @property
    def frame(self) -> pd.DataFrame:
        """The rows, typed, with scales read as numbers and applied missing codes empty. Do not change it in place."""
        if self._frame is None:
            self._frame = self.whole.frame[self.mask].reset_index(drop=True)
        return self._frame

    def only(self, columns: Iterable[str]) -> pd.DataFrame:
        """Some columns of `frame`, without loading the others where the rows lie in a Parquet file."""
        return self.whole.only(columns)[self.mask].reset_index(drop=True)

    def empty_cells(self, columns: tuple[str, ...]) -> dict[str, int]:
        """How many rows have no value, by column."""
        held = _columns_of(self.whole).keep(self.mask)
        return {column: int(np.isnan(held.numbers(column)).sum()) for column in columns}

    def values(self, column: str) -> pd.Series:
        """A column before its role and codes are applied."""
        return self.whole.values(column)[self.mask].reset_index(drop=True)

    def with_(self, **_: Any) -> NoReturn:
        """Decisions are about the whole table: change them there."""
        raise Problem("this is part of a table", where=self.name, do="Change the whole table, then take the part anew")

    @property
    def source(self) -> SourceTable:
        """What a result made of these rows says about them: the whole table, and which of its rows."""
        part = tuple(condition.plain() for condition in self.kept)
        return SourceTable(self.name, self.whole.token, self.whole.n_rows, part)

    def stored_rows(self) -> StoredRows:
        """Where the rows lie: those of the whole, and which of them are kept."""
        return replace(self.whole.stored_rows(), kept=self.kept, mask=self.mask)

    def where(self, kept: Mapping[str, Any]) -> Table:
        """A part of the part."""
        return Part(self.whole, (*self.kept, *conditions(kept)))


def _columns_of(whole: Table) -> Columns:
    if whole.parquet is not None:
        return FileColumns(whole.parquet, whole.columns)
    return FrameColumns(nw.from_native(whole.frame))


def _plain(condition: Condition) -> list[Any]:
    ends = [None if end is None else str(end) for end in (condition.low, condition.high)]
    values = condition.values
    return [condition.column, None if values is None else sorted(map(repr, values)), *ends]
