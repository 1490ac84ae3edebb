"""The rows of a driver analysis cut by segment: sums per cell, a cell being what one block has in one segment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cxanalysis.basis import LeftOut, Reason
from cxanalysis.drivers.importance.order_of_drivers import CHUNK
from cxanalysis.drivers.model.centred_sums import Sums, correlations_of, effective_number, sums_of_rows
from cxanalysis.drivers.model.gather import (
    Sample,
    as_metric,
    check_rows,
    cluster_of,
    flags_of,
    gaps_by_column,
    left_out_of,
    rows_of,
    sample_of,
    spans,
)
from cxanalysis.drivers.model.plan import Plan
from cxanalysis.engine.aggregates import Aggregates
from cxanalysis.engine.canonical_values import canonical
from cxanalysis.engine.engines import Engine
from cxanalysis.engine.need import ROWS_AS_BLOCKS, Need
from cxanalysis.problem import Problem

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

#: More segments than this are no segments but names of things.
MOST_SEGMENTS: Final = 20
#: Up to this many rows each customer is a block of its own; above, customers are dealt into hash blocks: the doubled
#: model of a comparison needs a matrix of twice the columns for each block.
CUSTOMERS_AS_BLOCKS: Final = 8_000


@dataclass(frozen=True, slots=True)
class SegmentSums:
    """Complete rows of the plan's columns, as sums per cell about one common centre.

    Attributes
    ----------
    names : tuple of str
        Segments, largest first.
    cells : Sums
        One entry a cell (block × segment); a cell is one row where blocks are rows.
    block, segment : int array, (cells,)
        Which block and which segment a cell belongs to.
    n : int array, (segments,)
        Rows.
    cases : int array, (segments, members)
        Rows (not weights) in which a 0/1 member is 1; for other members the number of rows.
    sample : Sample
        All rows together.
    """

    names: tuple[str, ...]
    cells: Sums
    block: Whole
    segment: Whole
    n: Whole
    cases: Whole
    sample: Sample

    def rarest(self, inside: NDArray[np.bool_]) -> Whole:
        """Rows of these segments with or without the case, whichever are fewer, per member."""
        n, cases = int(self.n[inside].sum()), self.cases[inside].sum(axis=0)
        return np.where(self.sample.is_flag, np.minimum(cases, n - cases), n)

    def blocks(self, inside: NDArray[np.bool_]) -> int:
        """Blocks with rows in these segments."""
        return len(np.unique(self.block[inside[self.segment]]))

    def whole(self) -> Sums:
        """All segments together, as if there were none."""
        everywhere = np.ones((self.cells.columns + 1, len(self.names)), dtype=bool)
        return self._back(self._arranged(np.arange(self.cells.columns + 1), everywhere))

    def only(self, inside: NDArray[np.bool_]) -> Sums:
        """Only the rows of these segments."""
        masks = np.tile(inside, (self.cells.columns + 1, 1))
        return self._back(self._arranged(np.arange(self.cells.columns + 1), masks))

    def interacted(self, inside: NDArray[np.bool_]) -> Sums:
        """Columns of the doubled model: in (0/1), every column, in × every column, outcome."""
        m, everywhere = self.cells.columns - 1, np.ones(len(self.names), dtype=bool)
        columns = np.array([0, 0, *range(1, m + 1), *range(1, m + 1), m + 1])
        masks = np.array([everywhere, inside, *[everywhere] * m, *[inside] * m, everywhere])
        return self._arranged(columns, masks)

    def with_segments(self) -> Sums:
        """Columns of the model with the segments added: in segment 2 … last (0/1), every column, outcome."""
        m, everywhere = self.cells.columns - 1, np.ones(len(self.names), dtype=bool)
        alone = np.eye(len(self.names), dtype=bool)[1:]
        columns = np.array([0, *[0] * len(alone), *range(1, m + 2)])
        return self._arranged(columns, np.array([everywhere, *alone, *[everywhere] * (m + 1)]))

    def _back(self, sums: Sums) -> Sums:
        """Sums of the old columns, which are held about the common centre, with means as answered."""
        return replace(sums, centre=sums.centre + self.cells.centre)

    def _arranged(self, columns: Whole, masks: NDArray[np.bool_]) -> Sums:
        """Sums of new columns, each one of (1, the old columns) wherever its mask says, else 0.

        `masks` is (new columns, segments); the first new column is 1 where there is a row at all.
        """
        there = masks[0][self.segment]
        weight, first, segment = self.cells.weight[there], self.cells.first[there], self.segment[there]
        mask = masks[:, segment].T.astype(np.float64)
        if self.cells.second is None:
            rows = np.column_stack([np.ones(len(weight)), first / weight[:, None]])
            return sums_of_rows(rows[:, columns[1:]] * mask[:, 1:], weight, None)
        k = self.cells.columns
        raw = np.empty((len(weight), k + 1, k + 1))
        raw[:, 0, 0], raw[:, 0, 1:], raw[:, 1:, 0] = weight, first, first
        raw[:, 1:, 1:] = self.cells.second[there]
        order = np.argsort(self.block[there], kind="stable")
        blocks = self.block[there][order]
        starts = np.flatnonzero(np.r_[True, blocks[1:] != blocks[:-1]])
        laid = raw[order][:, columns[:, None], columns] * mask[order][:, :, None] * mask[order][:, None, :]
        return _about_the_mean(np.add.reduceat(laid, starts), int(self.n[masks[0]].sum()))

    def resampled(self, resamples: int, seed: int) -> Floats:
        """Moments of every segment in `resamples` draws of blocks: (segments, resamples, moments)."""
        rng = np.random.default_rng(seed)
        moments, blocks = self.cells.moments(), int(self.block.max()) + 1
        of = [np.flatnonzero(self.segment == number) for number in range(len(self.names))]
        out = np.empty((len(self.names), resamples, moments.shape[1]))
        step = max(1, min(resamples, CHUNK // blocks))
        for start in range(0, resamples, step):
            count = min(step, resamples - start)
            drawn = rng.integers(0, blocks, size=(count, blocks)) + np.arange(count)[:, None] * blocks
            times = np.bincount(drawn.ravel(), minlength=count * blocks).reshape(count, blocks).astype(np.float64)
            for number, cells in enumerate(of):
                out[number, start : start + count] = times[:, self.block[cells]] @ moments[cells]
        return out

    def correlations(self, moments: Floats) -> Floats:
        """Correlation matrices (k, k, resamples) of summed moments; zero where a draw has no row at all."""
        empty = moments[:, 0] <= 0
        return correlations_of(
            np.where(empty[:, None], 0.0, moments) + _one(empty, moments.shape[1]), self.cells.columns
        )


def _one(empty: NDArray[np.bool_], width: int) -> Floats:
    """A weight of 1 for draws without rows: nothing varies in them, so that nothing correlates."""
    out = np.zeros((len(empty), width))
    out[empty, 0] = 1.0
    return out


def _about_the_mean(raw: Floats, n: int) -> Sums:
    """Sums about the common mean from raw products (blocks, 1 + k, 1 + k) with a leading 1."""
    total = raw.sum(axis=0)
    mean = total[0, 1:] / total[0, 0]
    weight, first = raw[:, 0, 0], raw[:, 0, 1:]
    apart = first - weight[:, None] * mean
    second = raw[:, 1:, 1:] - first[:, :, None] * mean - mean[:, None] * apart[:, None, :]
    return Sums(weight, mean, apart, second, n)


def segment_sums(engine: Engine, plan: Plan, by: str, weight: str | None, cluster: str | None) -> SegmentSums:
    """Complete rows by segment: rows themselves where there are few, else sums per hash block, in one query."""
    levels = _levels(engine, by)
    most = ROWS_AS_BLOCKS if cluster is None else CUSTOMERS_AS_BLOCKS
    if engine.rows() <= most:
        return _from_rows(engine, plan, by, levels, weight, cluster)
    return _from_blocks(engine, plan, by, levels, weight, cluster)


def _levels(engine: Engine, by: str) -> list[Any]:
    values = engine.levels(by, MOST_SEGMENTS + 1)
    if len(values) > MOST_SEGMENTS:
        raise Problem(
            f"it has more than {MOST_SEGMENTS} different values, too many to compare as segments",
            where=f"column '{by}'",
            do="Group its values first, or choose another column",
        )
    if len(values) < 2:
        raise Problem("it has fewer than two different values, so there is nothing to compare", where=f"column '{by}'")
    return [canonical(value) for value, _ in values]


def _named(by: str, levels: Sequence[Any]) -> tuple[str, ...]:
    """A word names itself; a number needs its column."""
    return tuple(level if isinstance(level, str) else f"{by} {level}" for level in levels)


def _from_rows(
    engine: Engine, plan: Plan, by: str, levels: list[Any], weight: str | None, cluster: str | None
) -> SegmentSums:
    values, w = rows_of(engine, plan, weight)
    place = {level: number for number, level in enumerate(levels)}
    segment = np.array([place.get(canonical(value), -1) for value in engine.values([by])[by].tolist()], dtype=np.int64)
    block = cluster_of(engine, cluster)
    known = segment >= 0
    complete = np.asarray(np.isfinite(values).all(axis=1) & known)
    if w is not None:
        complete = np.asarray(complete & (w > 0))
    check_rows(int(complete.sum()), plan)
    rows, kept, segment = values[complete], None if w is None else w[complete], segment[complete]
    if block is None:
        cell, block, of = None, np.arange(len(rows)), segment
    else:
        block = np.unique(block[complete], return_inverse=True)[1]
        pairs, cell = np.unique(block * len(levels) + segment, return_inverse=True)
        block, of = pairs // len(levels), pairs % len(levels)
    cells = as_metric(sums_of_rows(rows, kept, cell), plan)
    members = rows[:, len(plan.adjusters) : -1]
    is_flag = ((members == 0) | (members == 1)).all(axis=0)
    within = [members[segment == number] for number in range(len(levels))]
    sample = sample_of(
        cells,
        left_out=_left_out(plan, values, w, weight, ~known, by),
        cases=np.where(is_flag, (members == 1).sum(axis=0), len(rows)),
        is_flag=is_flag,
        low=members.min(axis=0),
        high=members.max(axis=0),
        clusters=None if cluster is None else len(np.unique(block)),
        effective_clusters=_effective(cells, block),
        rows=rows,
        weight=kept,
        notes=gaps_by_column(plan, values),
    )
    cases = np.array([np.where(is_flag, (m == 1).sum(axis=0), len(m)) for m in within], dtype=np.int64)
    return _without_empty(
        SegmentSums(_named(by, levels), cells, block, of, np.array([len(m) for m in within]), cases, sample)
    )


def _effective(cells: Sums, block: Whole) -> float:
    """As how many blocks of equal weight these count."""
    return effective_number(np.asarray(np.bincount(block, weights=cells.weight), dtype=np.float64))


def _left_out(
    plan: Plan, values: Floats, w: Floats | None, weight: str | None, without: NDArray[np.bool_], by: str
) -> tuple[LeftOut, ...]:
    """Rows without a segment, then those that are left out of any driver analysis."""
    rest = left_out_of(plan, values[~without], None if w is None else w[~without], weight)
    nowhere = int(without.sum())
    return (LeftOut(nowhere, Reason.NO_ANSWER, by), *rest) if nowhere else rest


def _from_blocks(
    engine: Engine, plan: Plan, by: str, levels: list[Any], weight: str | None, cluster: str | None
) -> SegmentSums:
    need = Need(plan.measures, by=(by,), weight=weight, blocks=cluster or "", complete=True)
    found = engine.aggregate(need)
    keys = [(level,) for level in levels if (level,) in found.groups]
    found = found.where(keys)
    plain = found if weight is None else engine.aggregate(replace(need, weight=None, blocks=None)).where(keys)
    cells, block, segment = _cells(found)
    check_rows(cells.n, plan)
    n = found.count[:, :, 0, 0].sum(axis=1).astype(np.int64)
    is_flag = flags_of(cells.centre, np.diag(cells.covariance()), plan)
    means = np.array([np.diagonal(plain.group(key).total().mean[0, 0]) for key in keys])
    share = np.nan_to_num(means)[:, len(plan.adjusters) : -1]
    cases = np.where(is_flag, np.round(share * n[:, None]), n[:, None]).astype(np.int64)
    low, high = spans(engine, plan)
    cells = as_metric(cells, plan)
    without = engine.rows() - sum(count for _, count in engine.levels(by, MOST_SEGMENTS + 1))
    sample = sample_of(
        cells,
        left_out=tuple(
            one
            for one in (
                LeftOut(without, Reason.NO_ANSWER, by),
                LeftOut(engine.rows() - cells.n - without, Reason.GAP),
            )
            if one.rows
        ),
        cases=cases.sum(axis=0),
        is_flag=is_flag,
        low=low,
        high=high,
        clusters=None if cluster is None else len(np.unique(block)),
        effective_clusters=_effective(cells, block),
    )
    return _without_empty(SegmentSums(_named(by, [key[0] for key in keys]), cells, block, segment, n, cases, sample))


def _without_empty(sums: SegmentSums) -> SegmentSums:
    """Leave out segments in which no row is complete: nothing can be summed of them."""
    there = sums.n > 0
    if int(there.sum()) < 2:
        raise Problem("fewer than two segments have a complete row", do="Use fewer drivers, or another column")
    if there.all():
        return sums
    place = np.cumsum(there) - 1
    lost = [name for name, kept in zip(sums.names, there, strict=True) if not kept]
    note = f"No complete row in {', '.join(lost)}."
    return SegmentSums(
        tuple(name for name, kept in zip(sums.names, there, strict=True) if kept),
        sums.cells,
        sums.block,
        place[sums.segment],
        sums.n[there],
        sums.cases[there],
        replace(sums.sample, notes=(*sums.sample.notes, note)),
    )


def _cells(found: Aggregates) -> tuple[Sums, Whole, Whole]:
    """One entry for each (segment, block) with rows, about the common centre of all."""
    weight = found.weight[:, :, 0, 0]
    segment, block = np.nonzero(weight > 0)
    weight = weight[segment, block]
    means = np.einsum("cii->ci", found.mean[segment, block])
    centre = weight @ means / weight.sum()
    apart = means - centre
    second = found.cross[segment, block] + weight[:, None, None] * apart[:, :, None] * apart[:, None, :]
    sums = Sums(weight, centre, weight[:, None] * apart, second, int(found.count[:, :, 0, 0].sum()))
    return sums, np.unique(block, return_inverse=True)[1], segment
