"""The engine for columns in memory: of pandas, Polars and PyArrow frames, and of Parquet files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from cxanalysis.engine import frame_columns as read
from cxanalysis.engine.aggregates import Aggregates
from cxanalysis.engine.blocks import in_order
from cxanalysis.engine.canonical_values import canonical, sort_key
from cxanalysis.engine.columns_in_memory import Columns, FrameColumns
from cxanalysis.engine.compact_codes import EXACT, Coded
from cxanalysis.engine.ids import Ids
from cxanalysis.engine.need import Measure, Need, Period
from cxanalysis.engine.sums import Rows, aggregate
from cxanalysis.engine.where import Condition, mask_of
from cxanalysis.problem import Problem

Array = NDArray[Any]


class FrameEngine:
    """Answers needs from columns in memory; see `Engine` for what the verbs mean.

    What several analyses ask of the same rows (a column as numbers, its groups, its customers) is made once: the rows
    behind an engine never change.
    """

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._units_of: dict[str, Array] = {}
        self._sums: dict[Need, Aggregates] = {}

    @classmethod
    def of_frame(cls, frame: nw.DataFrame[Any]) -> FrameEngine:
        """The engine of a data frame."""
        return cls(FrameColumns(frame))

    def rows(self) -> int:
        """Number of rows."""
        return self._columns.rows

    def where(self, kept: tuple[Condition, ...]) -> FrameEngine:
        """Only the rows that fulfil every condition."""
        if not kept:
            return self
        return FrameEngine(self._columns.keep(mask_of(self._columns, kept)))

    def once(self, column: str) -> tuple[FrameEngine, int]:
        """Each id once."""
        self._check(column)
        kept = self._columns.first(column)
        again = int((~kept).sum())
        return (FrameEngine(self._columns.keep(kept)) if again else self), again

    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return self._columns.names

    def kind_of(self, column: str) -> str:
        """What a column holds."""
        self._check(column)
        return self._columns.kind(column)

    def levels(self, column: str, limit: int | None = None) -> list[tuple[Any, int]]:
        """Distinct values and how often each appears, most frequent first, then by value; missing left out."""
        found = self._coded(column)
        counts = np.bincount(found.codes, minlength=len(found.values))
        pairs = [(v, int(n)) for v, n in zip(found.values, counts, strict=True) if v is not None and n > 0]
        return sorted(pairs, key=lambda pair: (-pair[1], sort_key((pair[0],))))[:limit]

    def values(self, columns: Sequence[str | Measure], limit: int | None = None) -> dict[str, Array]:
        """Rows by column."""
        kept = evenly_spaced(self.rows(), limit)
        return {_name(item): self._values(item, kept) for item in columns}

    def span(self, column: str, present: str | None = None) -> tuple[Any, Any]:
        """Smallest and largest value."""
        kind = self.kind_of(column)
        if kind in ("number", "time"):
            column_values = self._columns.numbers(column) if kind == "number" else self._columns.times(column)
            seen = column_values if present is None else column_values[self._present(present)]
            seen = seen[seen == seen]
            if not len(seen):
                return None, None
            if kind == "time" or max(-seen.min(), seen.max()) < EXACT:
                return canonical(seen.min().item()), canonical(seen.max().item())
        found = self._coded(column)
        there = found if present is None else found.keep(np.flatnonzero(self._present(present)))
        values = [value for value in there.values if value is not None]
        return (min(values), max(values)) if values and there.codes.size else (None, None)

    def where_zero(self, columns: Sequence[str]) -> FrameEngine:
        """The rows in which all of these columns are 0."""
        zero = np.ones(self.rows(), dtype=bool)
        for column in columns:
            zero &= self._numbers(column) == 0
        return FrameEngine(self._columns.keep(zero))

    def aggregate(self, need: Need) -> Aggregates:
        """Sums; what several analyses ask alike is summed once."""
        if need.blocks is not None:  # by block they are large, and hardly ever asked for twice
            return self._aggregate(need)
        if need not in self._sums:
            self._sums[need] = self._aggregate(need)
        return self._sums[need]

    def _aggregate(self, need: Need) -> Aggregates:
        values = [self._measure(measure) for measure in need.measures]
        weight = None if need.weight is None else self._weight(need.weight)
        groups, group = self._groups(need.by)
        unit = None if need.cluster is None else self._units(need.cluster)
        return aggregate(Rows(values, weight, groups, group, self._blocks(need.blocks), unit), need)

    def groups(self, by: tuple[str | Period, ...]) -> tuple[list[tuple[Any, ...]], Array]:
        """Distinct groups in their order, and each row's position in them: for what is no sum (a median)."""
        return self._groups(by)

    # --- columns ------------------------------------------------------------------------------------

    def _check(self, column: str) -> None:
        if column not in self._columns.names:
            raise read.unknown_column(column, self.columns())

    def _numbers(self, column: str) -> NDArray[np.float64]:
        self._check(column)
        return self._columns.numbers(column)

    def _coded(self, item: str | Period) -> Coded:
        self._check(item if isinstance(item, str) else item.column)
        return self._columns.codes(item)

    def _present(self, column: str) -> NDArray[np.bool_]:
        kind = self.kind_of(column)
        if kind == "number":
            return ~np.isnan(self._columns.numbers(column))
        return ~np.isnat(self._columns.times(column)) if kind == "time" else self._coded(column).present()

    def _values(self, item: str | Measure, kept: Array) -> Array:
        if isinstance(item, Measure):
            return self._measure(item)[kept]
        kind = self.kind_of(item)
        if kind in ("number", "empty"):
            return self._columns.numbers(item)[kept]
        if kind == "time":
            return self._columns.times(item)[kept]
        found = self._coded(item)
        values = np.empty(len(found.values), dtype=object)
        values[:] = found.values
        return values[found.codes[kept]] if len(values) else np.empty(0, dtype=object)

    def _measure(self, measure: Measure) -> NDArray[np.float64]:
        if measure.coding == "equals" and self.kind_of(measure.column) not in ("number", "empty"):
            found = self._coded(measure.column)
            equal = [np.nan if v is None else float(v == measure.against) for v in found.values]
            return np.array(equal or [np.nan])[found.codes]
        out = self._numbers(measure.column)
        infinite = int(np.isinf(out).sum())
        if infinite:
            raise infinite_values(measure.column, infinite)
        return read.recoded(out, measure)

    def _weight(self, column: str) -> NDArray[np.float64]:
        out = self._numbers(column)
        if np.isinf(out).any():
            raise infinite_values(column, int(np.isinf(out).sum()))
        if (out < 0).any():
            raise negative_weights(column, int((out < 0).sum()), float(np.nanmin(out)))
        return out

    def _groups(self, by: tuple[str | Period, ...]) -> tuple[list[tuple[Any, ...]], Array]:
        """Distinct groups in their order, and each row's position in them."""
        row = np.zeros(self.rows(), dtype=np.int64)
        groups: list[tuple[Any, ...]] = [()]
        for item in by:
            found = self._coded(item)
            if len(groups) == 1:
                groups, row = [(*groups[0], value) for value in found.values], found.codes.astype(np.int64)
                continue
            pairs, row = np.unique(row * len(found.values) + found.codes, return_inverse=True)
            size = len(found.values)
            groups = [(*groups[pair // size], found.values[pair % size]) for pair in pairs.tolist()]
        order = sorted(range(len(groups)), key=lambda at: sort_key(groups[at]))
        place = np.empty(len(groups), dtype=np.int64)
        place[order] = np.arange(len(groups))
        return [groups[at] for at in order], place[row]

    def _ids(self, column: str) -> Ids:
        self._check(column)
        return self._columns.ids(column)

    def _blocks(self, column: str | None) -> Array | None:
        if column is None:
            return None
        if column == "":
            return in_order(self.rows())
        return self._ids(column).row_blocks()

    def _units(self, column: str) -> Array:
        if column not in self._units_of:
            self._units_of[column] = self._ids(column).units()
        return self._units_of[column]


def evenly_spaced(rows: int, limit: int | None) -> Array:
    """Positions of at most `limit` rows, evenly spaced through the table."""
    if limit is None or rows <= limit:
        return np.arange(rows)
    return -(-np.arange(1, limit + 1) * rows // limit) - 1


def infinite_values(column: str, count: int) -> Problem:
    """The problem of values without end, which no mean survives."""
    return Problem(
        f"it holds {count:,} infinite values", where=f"column '{column}'", do="Leave them empty in the source"
    )


def negative_weights(column: str, count: int, least: float) -> Problem:
    """The problem of a weight below zero."""
    return Problem(
        f"{count:,} weights are negative (the least is {least:g})",
        where=f"column '{column}'",
        do="A weight is zero or more: name the right column",
    )


def _name(item: str | Measure) -> str:
    return item.name if isinstance(item, Measure) else item
