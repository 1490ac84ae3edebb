"""The engine for frames in memory: pandas, Polars, PyArrow, through narwhals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from cxanalysis.engine import columns as read
from cxanalysis.engine.aggregates import Aggregates
from cxanalysis.engine.blocks import deal, id_texts, in_order
from cxanalysis.engine.need import Measure, Need, Period
from cxanalysis.engine.sums import Rows, aggregate
from cxanalysis.engine.values import sort_key
from cxanalysis.engine.where import Condition
from cxanalysis.problem import Problem

Array = NDArray[Any]


class FrameEngine:
    """Answers needs from a frame in memory; see `Engine` for what the verbs mean."""

    def __init__(self, frame: nw.DataFrame[Any]) -> None:
        self._frame = frame
        self._names: dict[str, Any] = {str(name): name for name in frame.columns}

    def rows(self) -> int:
        """Number of rows."""
        return len(self._frame)

    def where(self, kept: tuple[Condition, ...]) -> FrameEngine:
        """Only the rows that fulfil every condition."""
        if not kept:
            return self
        masks = [condition.mask(self._array(condition.column)) for condition in kept]
        return FrameEngine(self._frame.filter(np.logical_and.reduce(masks).tolist()))

    def once(self, column: str) -> tuple[FrameEngine, int]:
        """Each id once."""
        codes, values = read.codes(self._array(column))
        first = np.zeros(len(codes), dtype=bool)
        first[np.unique(codes, return_index=True)[1]] = True
        kept = first | (codes == values.index(None)) if None in values else first
        again = int((~kept).sum())
        return (FrameEngine(self._frame.filter(kept.tolist())) if again else self), again

    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self._names)

    def kind_of(self, column: str) -> str:
        """What a column holds."""
        return read.kind_of(self._array(column))

    def levels(self, column: str, limit: int | None = None) -> list[tuple[Any, int]]:
        """Distinct values and how often each appears, most frequent first, then by value; missing left out."""
        codes, values = read.codes(self._array(column))
        counts = np.bincount(codes, minlength=len(values))
        pairs = [(v, int(n)) for v, n in zip(values, counts, strict=True) if v is not None and n > 0]
        return sorted(pairs, key=lambda pair: (-pair[1], sort_key((pair[0],))))[:limit]

    def values(self, columns: Sequence[str | Measure], limit: int | None = None) -> dict[str, Array]:
        """Rows by column."""
        kept = evenly_spaced(self.rows(), limit)
        return {_name(item): self._values(item)[kept] for item in columns}

    def span(self, column: str, present: str | None = None) -> tuple[Any, Any]:
        """Smallest and largest value."""
        array = self._array(column)
        if present is not None:
            array = array.filter(_is_present(self._array(present)))
        seen = [value for value in read.codes(array)[1] if value is not None]
        return (min(seen), max(seen)) if seen else (None, None)

    def where_zero(self, columns: Sequence[str]) -> FrameEngine:
        """The rows in which all of these columns are 0."""
        zero = np.ones(self.rows(), dtype=bool)
        for column in columns:
            zero &= read.numbers(self._array(column), column) == 0
        return FrameEngine(self._frame.filter(zero.tolist()))

    def aggregate(self, need: Need) -> Aggregates:
        """Sums."""
        values = np.column_stack([self._measure(measure) for measure in need.measures])
        weight = None if need.weight is None else self._weight(need.weight)
        groups, group = self._groups(need.by)
        unit = None if need.cluster is None else self._units(need.cluster)
        return aggregate(Rows(values, weight, groups, group, self._blocks(need.blocks), unit), need)

    def groups(self, by: tuple[str | Period, ...]) -> tuple[list[tuple[Any, ...]], Array]:
        """Distinct groups in their order, and each row's position in them: for what is no sum (a median)."""
        return self._groups(by)

    # --- columns ------------------------------------------------------------------------------------

    def _array(self, column: str) -> pa.Array:
        if column not in self._names:
            raise read.unknown_column(column, self.columns())
        return read.to_arrow(self._frame.get_column(self._names[column]))

    def _values(self, item: str | Measure) -> Array:
        if isinstance(item, Measure):
            return self._measure(item)
        array = self._array(item)
        kind = read.kind_of(array)
        if kind in ("number", "empty"):
            return read.numbers(array, item)
        return read.times(array, item) if kind == "time" else read.texts(array)

    def _measure(self, measure: Measure) -> NDArray[np.float64]:
        array = self._array(measure.column)
        out = read.coded(array, measure)
        infinite = int(np.isinf(out).sum())
        if infinite:
            raise infinite_values(measure.column, infinite)
        return out

    def _weight(self, column: str) -> NDArray[np.float64]:
        out = read.numbers(self._array(column), column)
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
            if isinstance(item, Period):
                codes, values = read.period_codes(self._array(item.column), item)
            else:
                codes, values = read.codes(self._array(item))
            if len(groups) == 1:
                groups, row = [(*groups[0], value) for value in values], codes
                continue
            pairs, row = np.unique(row * len(values) + codes, return_inverse=True)
            groups = [(*groups[pair // len(values)], values[pair % len(values)]) for pair in pairs.tolist()]
        order = sorted(range(len(groups)), key=lambda at: sort_key(groups[at]))
        place = np.empty(len(groups), dtype=np.int64)
        place[order] = np.arange(len(groups))
        return [groups[at] for at in order], place[row]

    def _blocks(self, column: str | None) -> Array:
        if column is None:
            return np.zeros(self.rows(), dtype=np.int64)
        if column == "":
            return in_order(self.rows())
        codes, values = read.codes(self._array(column))
        return deal(codes, id_texts(values, column))

    def _units(self, column: str) -> Array:
        """Codes of clusters; a row without one is a cluster of its own."""
        codes, values = read.codes(self._array(column))
        texts = id_texts(values, column)
        merged = {text: at for at, text in enumerate(dict.fromkeys(texts))}
        of_value = np.array([-1 if text is None else merged[text] for text in texts] or [0], dtype=np.int64)
        units = of_value[codes]
        return np.where(units >= 0, units, len(merged) + np.arange(len(units)))


def evenly_spaced(rows: int, limit: int | None) -> Array:
    """Positions of at most `limit` rows, evenly spaced through the table."""
    at = np.arange(rows)
    if limit is None or rows <= limit:
        return at
    return at[(at + 1) * limit // rows > at * limit // rows]


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


def _is_present(array: pa.Array) -> pa.Array:
    if pa.types.is_floating(array.type):
        return pa.compute.invert(pa.compute.is_null(array, nan_is_null=True))
    return pa.compute.is_valid(array)


def _name(item: str | Measure) -> str:
    return item.name if isinstance(item, Measure) else item
