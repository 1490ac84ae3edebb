"""From rows in memory to aggregates: the mathematics that every engine must agree with."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxanalysis.engine.aggregates import Aggregates, empty, ratio
from cxanalysis.engine.need import Need, block_count

Array = NDArray[Any]
#: Steps into which a measure's range is divided for its centre. A centre on this grid is at most range/1024 from the
#: mean, which costs no digit (Σ(y - m)² ≥ range²/2), and whole numbers stay whole after centring, so their sums are
#: exact in any order of rows, on any number of threads and on any engine.
GRID_STEPS = 1024
#: More units than this for each row of a cell: they are numbered anew before they are summed.
_SPARSE = 8


def centres(low: Array, high: Array, mean: Array) -> Array:
    """Number near each mean, on a coarse grid of a power of two; 0 where there are no rows."""
    width = np.nan_to_num(high - low) / GRID_STEPS
    grid = 2.0 ** np.floor(np.log2(np.where(width > 0, width, 1.0)))
    on_grid = np.round(np.nan_to_num(mean) / grid) * grid
    # Without variation the value itself is the centre, and every sum is zero.
    return np.where(width > 0, on_grid, np.nan_to_num(low))


@dataclass(frozen=True, slots=True)
class Rows:
    """What a need takes from n rows.

    Attributes
    ----------
    values : list of k arrays (n,)
        Coded measures, NaN where missing.
    weight : array (n,) or None
    groups : list of tuples
        Distinct groups in their order.
    group : int array (n,)
        Position of each row's group.
    block : int array (n,) or None
        Number of each row's block; None: all in one.
    unit : int array (n,) or None
        Code of each row's cluster.
    """

    values: list[Array]
    weight: Array | None
    groups: list[tuple[Any, ...]]
    group: Array
    block: Array | None
    unit: Array | None


def aggregate(rows: Rows, need: Need) -> Aggregates:
    """Sums of one table, cell by cell (a cell is a group in a block)."""
    blocks = block_count(need)
    names = tuple(measure.name for measure in need.measures)
    out = empty(names, need.by_names, rows.groups, blocks, need.cluster)
    cell = rows.group if rows.block is None else rows.group * blocks + rows.block
    out.rows[...] = np.bincount(cell, minlength=out.rows.size).reshape(out.rows.shape)
    used = np.ones(len(cell), dtype=bool)
    if rows.weight is not None:
        used = np.nan_to_num(rows.weight) > 0
        out.unweighted[...] = np.bincount(cell[~used], minlength=out.rows.size).reshape(out.rows.shape)
    whole, gaps = used.copy(), False
    for at, values in enumerate(rows.values):
        missing = np.isnan(values)
        if missing.any():
            gaps = True
            out.n_missing[:, at] = np.bincount(rows.group[used & missing], minlength=len(rows.groups))
            whole &= ~missing
    order, cells = _by_cell(cell, whole if need.complete else used, out.rows.size)
    _fill(out, rows, need, order, cells, gaps=gaps and not need.complete)
    if not need.pairs:
        apart = ~np.eye(len(names), dtype=bool)
        for array, nothing in ((out.count, 0), (out.weight, 0), (out.mean, np.nan), (out.cross, 0), (out.spread, 0)):
            array[..., apart] = nothing
    return out


def _by_cell(cell: Array, used: Array, cells: int) -> tuple[Array | slice, list[tuple[int, int, int]]]:
    """Positions of the rows that are used, cell after cell; and each cell, with where its rows begin and end there."""
    if cells == 1 and used.all():
        return slice(None), [(0, 0, len(cell))] if len(cell) else []
    order = np.flatnonzero(used)
    if cells > 1:
        # numpy sorts numbers of two bytes in one pass.
        own = cell[order].astype(np.uint16) if cells <= 2**16 else cell[order]
        order = order[np.argsort(own, kind="stable")]
        counts = np.bincount(own, minlength=cells)
    else:
        counts = np.array([len(order)])
    ends = np.cumsum(counts)
    there = np.flatnonzero(counts)
    return order, list(zip(there.tolist(), (ends - counts)[there].tolist(), ends[there].tolist(), strict=True))


def _fill(
    out: Aggregates, rows: Rows, need: Need, order: Array | slice, cells: list[tuple[int, int, int]], *, gaps: bool
) -> None:
    """Sums of every cell, from the rows in `order`, which are those of one cell after another."""
    values = [column[order] for column in rows.values]
    weight = None if rows.weight is None else rows.weight[order]
    unit = None if rows.unit is None else rows.unit[order]
    blocks = block_count(need)
    centre = _group_centres(values, cells, blocks, len(out.groups))
    for cell, start, end in cells:
        g, b = divmod(cell, blocks)
        z = np.stack([column[start:end] for column in values]) - centre[g][:, None]
        p = None
        if gaps:
            p = (~np.isnan(z)).astype(float)
            z = np.nan_to_num(z, copy=False)
        one = _Cell(z, p, None if weight is None else weight[start:end], need.pairs)
        out.count[g, b], both = one.weights()
        total, cross, spread = one.sums()
        finish(out, g, b, centre[g], both, total, cross, spread)
        own = [np.diagonal(array) for array in (both, total, spread)]
        if weight is None and unit is None:
            # A row of weight 1 is its own unit: its squares are the plain sums.
            out.units[g, b], raw = own[0], np.stack(own, axis=-1)
            out.weight_squares[g, b] = own[0]
        else:
            out.units[g, b], raw = one.unit_squares(None if unit is None else unit[start:end])
            out.weight_squares[g, b] = own[0] if weight is None else one.weight_squares()
        out.squares[g, b] = about_mean(raw, own[1], own[0])


def _group_centres(values: list[Array], cells: list[tuple[int, int, int]], blocks: int, groups: int) -> Array:
    """One centre for each group and measure: its cells lie side by side."""
    out = np.zeros((groups, len(values)))
    for g, own in groupby(cells, key=lambda cell: cell[0] // blocks):
        first, *more = own
        start, end = first[1], (more or [first])[-1][2]
        for at, column in enumerate(values):
            seen = column[start:end]
            mean = seen.mean()
            if np.isnan(mean):
                seen = seen[~np.isnan(seen)]
                mean = seen.mean() if len(seen) else mean
            if len(seen):
                out[g, at] = centres(seen.min(), seen.max(), mean)
    return out


@dataclass(frozen=True, slots=True)
class _Cell:
    """The m rows of one cell, a measure after another.

    Attributes
    ----------
    z : array (k, m)
        Measures about their centre, 0 where missing.
    present : array (k, m) or None
        1 where there is a value, else 0; None: everywhere.
    weight : array (m,) or None
    pairs : bool
        Whether measures are also summed with each other.
    """

    z: Array
    present: Array | None
    weight: Array | None
    pairs: bool

    def weights(self) -> tuple[Array, Array]:
        """Rows, and their weight, in which two measures are there, (k, k) each."""
        k, m = self.z.shape
        if self.present is None:
            total = m if self.weight is None else self.weight.sum()
            return np.full((k, k), m), np.full((k, k), float(total))
        count = np.rint(self.present @ self.present.T)
        return count, count if self.weight is None else (self.weight * self.present) @ self.present.T

    def weight_squares(self) -> Array:
        """Σ w² of the rows with each measure, (k,)."""
        assert self.weight is not None
        square = self.weight**2
        return np.full(len(self.z), square.sum()) if self.present is None else self.present @ square

    def sums(self) -> tuple[Array, Array, Array]:
        """Σ w z_i, Σ w z_i z_j and Σ w z_i² over the rows in which both are there, (k, k) each."""
        wz = self.z if self.weight is None else self.weight * self.z
        k = len(self.z)
        if self.present is None:
            total, spread = wz.sum(axis=1), np.einsum("ij,ij->i", wz, self.z)
            cross = wz @ self.z.T if self.pairs else np.diag(spread)
            return np.tile(total[:, None], (1, k)), cross, np.tile(spread[:, None], (1, k))
        return wz @ self.present.T, wz @ self.z.T, (wz * self.z) @ self.present.T

    def unit_squares(self, unit: Array | None) -> tuple[Array, Array]:
        """Number of units with each measure, and Σ W_u², Σ W_u S_u, Σ S_u² about the centre, (k,) and (k, 3)."""
        k, m = self.z.shape
        if unit is not None and len(unit) and unit.max() > _SPARSE * m:
            unit = np.unique(unit, return_inverse=True)[1]
        every = _by_unit(unit, np.ones(m) if self.weight is None else self.weight)
        units, out = np.zeros(k), np.zeros((k, 3))
        for at, z in enumerate(self.z):
            w = every
            if self.present is not None:
                there = self.present[at]
                w = _by_unit(unit, there if self.weight is None else self.weight * there)
            s = _by_unit(unit, z if self.weight is None else self.weight * z)
            # On one thread: for sums as short as these, others cost more than they save on a busy machine.
            units[at], out[at] = np.count_nonzero(w), [np.einsum("i,i", a, b) for a, b in ((w, w), (w, s), (s, s))]
        return units, out


def _by_unit(unit: Array | None, values: Array) -> Array:
    """Sum of each unit; a row is its own if there are none."""
    return values if unit is None else np.bincount(unit, values)


def finish(
    out: Aggregates,
    g: int | Array,
    b: int | Array,
    centre: Array,
    weight: Array,
    total: Array,
    cross: Array,
    spread: Array,
) -> None:
    """Turn sums about a centre into means and centred sums, and put them in their place."""
    away = ratio(total, weight, otherwise=0.0)
    # Rounding may leave a tiny negative where there is no variation at all.
    spread = np.maximum(spread - weight * away**2, 0.0)
    same = np.eye(weight.shape[-1], dtype=bool)
    out.weight[g, b] = weight
    out.mean[g, b] = np.where(weight > 0, away + centre[..., :, None], np.nan)
    out.cross[g, b] = np.where(same, spread, cross - weight * away * np.swapaxes(away, -1, -2))
    out.spread[g, b] = spread


def about_mean(raw: Array, total: Array, weight: Array) -> Array:
    """Unit squares about the centre → about the mean."""
    away = ratio(total, weight, otherwise=0.0)
    zero, one, two = raw[..., 0], raw[..., 1], raw[..., 2]
    return np.stack([zero, one - away * zero, np.maximum(two - 2 * away * one + away**2 * zero, 0.0)], axis=-1)
