"""Fetch what the plan needs: rows of small tables, sums per hash block of large ones."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cxanalysis.drivers.plan import Plan
from cxanalysis.drivers.sums import Sums, sums_of_rows
from cxanalysis.engine.aggregates import Aggregates
from cxanalysis.engine.engines import Engine
from cxanalysis.engine.need import ROWS_AS_BLOCKS, Need
from cxanalysis.problem import Problem

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Gathered:
    """Rows or sums, and what was left out.

    Attributes
    ----------
    sums : Sums
        Adjusters, members, outcome.
    rows : array (n, k) or None
        The complete rows themselves as answered, for small tables.
    weight : array (n,) or None
        Their weights.
    cases : array, (members,)
        Rows (not weights) in which a 0/1 member is 1; for other members the number of rows.
    is_flag : array of bool, (members,)
    low, high : array, (members,)
        Lowest and highest value of each member in the rows used.
    clusters : int or None
        Number of clusters, where asked for.
    n_excluded : int
    notes : tuple of str
    """

    sums: Sums
    rows: Floats | None
    weight: Floats | None
    cases: NDArray[np.int64]
    is_flag: NDArray[np.bool_]
    low: Floats
    high: Floats
    clusters: int | None
    n_excluded: int
    notes: tuple[str, ...]


def gather(engine: Engine, plan: Plan, weight: str | None, cluster: str | None) -> Gathered:
    """Complete rows of the plan's columns as sums per block."""
    if engine.rows() <= ROWS_AS_BLOCKS:
        gathered = _from_rows(engine, plan, weight, cluster)
    else:
        gathered = _from_blocks(engine, plan, weight, cluster)
    sums = gathered.sums
    if plan.ends is not None:
        sums = sums.turned(sums.columns - 1, plan.ends)
    if plan.percent:
        sums = _percent(sums)
    return replace(gathered, sums=sums)


def without_failure(engine: Engine, plan: Plan, found: Gathered, weight: str | None) -> tuple[float | None, int]:
    """Observed mean of the outcome among complete rows in which no 0/1 driver is 1, and how many rows those are."""
    flags = [m.measure for m, is_flag in zip(plan.members, found.is_flag, strict=True) if is_flag and not m.category]
    if not flags:
        return None, 0
    if found.rows is not None:
        at = [plan.measures.index(measure) for measure in flags]
        free = (found.rows[:, at] == 0).all(axis=1)
        w = np.ones(len(free)) if found.weight is None else found.weight
        mean = float(w[free] @ found.rows[free, -1] / w[free].sum()) if free.any() else None
        return _as_coded(plan, mean), int(free.sum())
    need = Need((plan.outcome,), by=tuple(measure.column for measure in flags), weight=weight)
    groups = engine.aggregate(need)
    nothing = tuple(0 for _ in flags)
    if nothing not in groups.groups:
        return None, 0
    alone = groups.group(nothing)
    return _as_coded(plan, float(alone.mean[0, 0, 0, 0])), int(alone.count[0, 0, 0, 0])


def _as_coded(plan: Plan, mean: float | None) -> float | None:
    """A mean of the outcome's column as the mean of the metric."""
    return 100 * mean if mean is not None and plan.percent else mean


def _percent(sums: Sums) -> Sums:
    """Read a 0/1 outcome as 0/100."""
    scale = np.ones(sums.columns)
    scale[-1] = 100.0
    second = None if sums.second is None else sums.second * scale[:, None] * scale[None, :]
    return replace(sums, centre=sums.centre * scale, first=sums.first * scale, second=second)


def rows_of(engine: Engine, plan: Plan, weight: str | None) -> tuple[Floats, Floats | None]:
    """All rows of the plan's columns (n, k) with gaps as NaN, and their weights."""
    found = engine.values(plan.measures)
    values = np.column_stack([np.asarray(found[m.name], dtype=np.float64) for m in plan.measures])
    if np.isinf(values).any():
        column = plan.measures[int(np.argmax(np.isinf(values).any(axis=0)))].column
        raise Problem("it holds infinite values", where=f"column '{column}'", do="Clear them first")
    if weight is None:
        return values, None
    w = np.asarray(engine.values([weight])[weight], dtype=np.float64)
    if (w < 0).any() or np.isinf(w).any():
        raise Problem("weights must be zero or more, and finite", where=f"column '{weight}'")
    return values, w


def cluster_of(engine: Engine, cluster: str | None) -> NDArray[np.int64] | None:
    """Cluster numbers from 0 in order of first appearance; a row without an id is a cluster of its own."""
    if cluster is None:
        return None
    ids = engine.values([cluster])[cluster]
    numbers: dict[object, int] = {}
    out = np.empty(len(ids), dtype=np.int64)
    for row, key in enumerate(ids.tolist()):
        missing = key is None or key != key
        out[row] = numbers.setdefault(("row", row) if missing else key, len(numbers))
    return out


def _from_rows(engine: Engine, plan: Plan, weight: str | None, cluster: str | None) -> Gathered:
    values, w = rows_of(engine, plan, weight)
    block = cluster_of(engine, cluster)
    complete = np.asarray(np.isfinite(values).all(axis=1))
    if w is not None:
        complete = np.asarray(complete & (w > 0))
    notes = _left_out(plan, values, w, complete)
    check_rows(int(complete.sum()), plan)
    kept = values[complete]
    if block is not None:
        block = np.unique(block[complete], return_inverse=True)[1].astype(np.int64)
    sums = sums_of_rows(kept, None if w is None else w[complete], block)
    members = kept[:, len(plan.adjusters) : -1]
    is_flag = ((members == 0) | (members == 1)).all(axis=0)
    cases = np.where(is_flag, (members == 1).sum(axis=0), len(kept))
    return Gathered(
        sums, kept, None if w is None else w[complete], cases, is_flag, members.min(axis=0), members.max(axis=0),
        None if block is None else sums.blocks, len(values) - len(kept), notes,
    )  # fmt: skip


def check_rows(n: int, plan: Plan) -> None:
    """Refuse fewer rows than a regression can use."""
    p = len(plan.members) + len(plan.adjusters)
    if n < p + 3:
        raise Problem(
            f"only {n} rows have an answer in all {p + 1} columns, too few for {p} drivers",
            do=f'Use fewer drivers (at least {p + 3} rows are needed), or missing="pairwise" or "impute"',
        )


def _left_out(plan: Plan, values: Floats, w: Floats | None, complete: NDArray[np.bool_]) -> tuple[str, ...]:
    """Say how many rows are incomplete, and because of which columns most."""
    left = int((~complete).sum())
    if not left:
        return ()
    empty = (~np.isfinite(values)).sum(axis=0)
    reasons = sorted(
        ((int(count), m.name) for m, count in zip(plan.measures, empty, strict=True) if count), reverse=True
    )
    told = ", ".join(f"'{name}' {count:,}" for count, name in reasons[:4])
    unweighted = 0 if w is None else int((~(w > 0)).sum())
    parts = [f"no answer in {told}" + (" …" if len(reasons) > 4 else "")] if reasons else []
    parts += [f"weight zero or missing {unweighted:,}"] if unweighted else []
    return (f"{left:,} of {len(values):,} rows left out: {'; '.join(parts)}.",)


def _from_blocks(engine: Engine, plan: Plan, weight: str | None, cluster: str | None) -> Gathered:
    need = Need(plan.measures, weight=weight, blocks=cluster or "", complete=True)
    found = engine.aggregate(need)
    sums = sums_of_aggregates(found)
    check_rows(sums.n, plan)
    left = engine.rows() - sums.n
    first, last = len(plan.adjusters), sums.columns - 1
    members = slice(first, last)
    # For whole numbers mean(x²) = mean(x) means that every x is 0 or 1.
    mean = sums.centre[members]
    square = np.diag(sums.covariance())[members] + mean**2
    is_flag = np.abs(square - mean) < 1e-9 * np.maximum(1.0, np.abs(mean))
    plain = found if weight is None else engine.aggregate(replace(need, weight=None))
    share = sums_of_aggregates(plain).centre[members]
    cases = np.where(is_flag, np.round(share * sums.n), sums.n).astype(np.int64)
    spans = [engine.span(m.measure.column) if not m.category else (0, 1) for m in plan.members]
    notes = (f"{left:,} of {engine.rows():,} rows left out: no answer in the outcome or a driver.",) if left else ()
    clusters = sums.blocks if cluster is not None else None
    return Gathered(
        sums, None, None, cases, is_flag,
        np.array([float(low) for low, _ in spans]), np.array([float(high) for _, high in spans]),
        clusters, left, notes,
    )  # fmt: skip


def sums_of_aggregates(found: Aggregates) -> Sums:
    """Sums about the common centre from an engine's aggregates of complete rows (one group)."""
    weight = found.weight[0, :, 0, 0]
    used = weight > 0
    weight = weight[used]
    means = np.einsum("bii->bi", found.mean[0])[used]
    centre = weight @ means / weight.sum()
    apart = means - centre
    first = weight[:, None] * apart
    second = found.cross[0][used] + weight[:, None, None] * apart[:, :, None] * apart[:, None, :]
    return Sums(weight, centre, first, second, int(found.count[0, :, 0, 0].sum()))
