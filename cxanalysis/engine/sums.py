"""From rows in memory to aggregates: the mathematics that every engine must agree with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
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
    values : array (n, k)
        Coded measures, NaN where missing.
    weight : array (n,) or None
    groups : list of tuples
        Distinct groups in their order.
    group, block : int arrays (n,)
        Position of each row's group; number of its block.
    unit : int array (n,) or None
        Code of each row's cluster.
    """

    values: Array
    weight: Array | None
    groups: list[tuple[Any, ...]]
    group: Array
    block: Array
    unit: Array | None


def aggregate(rows: Rows, need: Need) -> Aggregates:
    """Sums of one table, cell by cell (a cell is a group in a block)."""
    blocks = block_count(need)
    names = tuple(measure.name for measure in need.measures)
    out = empty(names, need.by_names, rows.groups, blocks, need.cluster)
    cell = rows.group * blocks + rows.block
    out.rows[...] = np.bincount(cell, minlength=out.rows.size).reshape(out.rows.shape)
    weight = np.ones(len(cell)) if rows.weight is None else np.nan_to_num(rows.weight)
    weighted = weight > 0
    out.unweighted[...] = np.bincount(cell[~weighted], minlength=out.rows.size).reshape(out.rows.shape)
    missing = np.isnan(rows.values)
    for at in range(len(names)):
        out.n_missing[:, at] = np.bincount(rows.group[weighted & missing[:, at]], minlength=len(rows.groups))
    used = weighted & ~missing.any(axis=1) if need.complete else weighted
    order = np.flatnonzero(used)
    order = order[np.argsort(cell[order], kind="stable")]
    rows = replace(
        rows,
        values=rows.values[order],
        weight=weight[order],
        group=rows.group[order],
        block=rows.block[order],
        unit=None if rows.unit is None else rows.unit[order],
    )
    _fill(out, rows, cell[order], blocks, plain=need.weight is None and need.cluster is None)
    if not need.pairs:
        apart = ~np.eye(len(names), dtype=bool)
        for array, nothing in ((out.count, 0), (out.weight, 0), (out.mean, np.nan), (out.cross, 0), (out.spread, 0)):
            array[..., apart] = nothing
    return out


def _fill(out: Aggregates, rows: Rows, cell: Array, blocks: int, *, plain: bool) -> None:
    """Sums of every cell, from rows sorted by cell."""
    centre = _group_centres(rows, len(out.groups))
    for start, end in runs(cell):
        g, b = divmod(int(cell[start]), blocks)
        assert rows.weight is not None  # aggregate() has filled it
        w = rows.weight[start:end, None]
        present = ~np.isnan(rows.values[start:end])
        z = np.where(present, rows.values[start:end] - centre[g], 0.0)
        p = present.astype(float)
        total = (w * z).T @ p
        weight = (w * p).T @ p
        out.count[g, b] = np.rint(p.T @ p)
        cross, spread = (w * z).T @ z, (w * z * z).T @ p
        finish(out, g, b, centre[g], weight, total, cross, spread)
        own = [np.diagonal(array) for array in (weight, total, spread)]
        if plain:
            # A row of weight 1 is its own unit: its squares are the plain sums.
            out.units[g, b], raw = own[0], np.stack(own, axis=-1)
            out.weight_squares[g, b] = own[0]
        else:
            out.units[g, b], raw = unit_squares(w, p, z, None if rows.unit is None else rows.unit[start:end])
            out.weight_squares[g, b] = (w * w).T @ p
        out.squares[g, b] = about_mean(raw, own[1], own[0])


def runs(codes: Array) -> list[tuple[int, int]]:
    """Where each run of equal codes starts and ends, in sorted codes."""
    edges = [*np.flatnonzero(np.diff(codes, prepend=-1)).tolist(), len(codes)]
    return list(pairwise(edges))


def _group_centres(rows: Rows, groups: int) -> Array:
    """One centre for each group and measure."""
    out = np.zeros((groups, rows.values.shape[1]))
    for start, end in runs(rows.group):
        for at in range(rows.values.shape[1]):
            seen = rows.values[start:end, at]
            seen = seen[~np.isnan(seen)]
            if len(seen):
                out[rows.group[start], at] = centres(seen.min(), seen.max(), seen.mean())
    return out


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


def unit_squares(w: Array, p: Array, z: Array, unit: Array | None) -> tuple[Array, Array]:
    """Number of units with each measure, and Σ W_u², Σ W_u S_u, Σ S_u² about the centre, (k,) and (k, 3)."""
    big_w, big_s = w * p, w * z
    if unit is not None:
        codes, at = np.unique(unit, return_inverse=True)
        sums = np.zeros((2, len(codes), p.shape[1]))
        for column in range(p.shape[1]):
            sums[0, :, column] = np.bincount(at, big_w[:, column], minlength=len(codes))
            sums[1, :, column] = np.bincount(at, big_s[:, column], minlength=len(codes))
        big_w, big_s = sums
    units = (big_w > 0).sum(axis=0)
    return units, np.stack([(big_w**2).sum(0), (big_w * big_s).sum(0), (big_s**2).sum(0)], axis=-1)


def about_mean(raw: Array, total: Array, weight: Array) -> Array:
    """Unit squares about the centre → about the mean."""
    away = ratio(total, weight, otherwise=0.0)
    zero, one, two = raw[..., 0], raw[..., 1], raw[..., 2]
    return np.stack([zero, one - away * zero, np.maximum(two - 2 * away * one + away**2 * zero, 0.0)], axis=-1)
