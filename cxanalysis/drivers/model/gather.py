"""Fetch what the plan needs: rows of small tables, sums per hash block of large ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cxanalysis.basis import LeftOut, Reason
from cxanalysis.drivers.effects.rare_outcome import rare_answers
from cxanalysis.drivers.model.centred_sums import Sums, effective_number, sums_of_rows
from cxanalysis.drivers.model.plan import Plan
from cxanalysis.engine.aggregates import Aggregates
from cxanalysis.engine.engines import Engine
from cxanalysis.engine.need import ROWS_AS_BLOCKS, Measure, Need
from cxanalysis.problem import Problem

Floats = NDArray[np.float64]

#: Rows left out for a gap in one column alone are counted by column for so many columns, the others together.
NAMED_COLUMNS: Final = 3
#: So many columns with gaps are listed in a note.
LISTED_COLUMNS: Final = 4


@dataclass(frozen=True, slots=True)
class Sample:
    """What is known of the rows used, whichever way gaps were dealt with.

    Attributes
    ----------
    n : int
        Rows used (with pairwise gaps: the fewest any pair of columns has).
    n_most : int
        The most any pair has; equal to `n` otherwise.
    left_out : tuple of LeftOut
    deviation : array, (k,)
        Standard deviation of each column: adjusters, members, outcome.
    outcome_mean : float
        Mean of the coded outcome.
    cases : array, (members,)
        Rows (not weights) in which a 0/1 member is 1; for other members the number of rows.
    is_flag : array of bool, (members,)
    low, high : array, (members,)
        Lowest and highest value of each member.
    blocks : int
        Number of blocks.
    clusters : int or None
        Number of clusters, where rows are clustered.
    effective_clusters : float or None
        (Σ w_g)² / Σ w_g² over the clusters: as many equally large ones would tell as much.
    rows : array (n, k) or None
        The complete rows themselves as answered, for small tables.
    weight : array (n,) or None
        Their weights.
    notes : tuple of str
    rare_answers : float
        Rows whose outcome is not the most frequent one, where one value has most rows or there are two; else infinite.
    """

    n: int
    n_most: int
    left_out: tuple[LeftOut, ...]
    deviation: Floats
    outcome_mean: float
    cases: NDArray[np.int64]
    is_flag: NDArray[np.bool_]
    low: Floats
    high: Floats
    blocks: int
    clusters: int | None
    effective_clusters: float | None = None
    rows: Floats | None = None
    weight: Floats | None = None
    notes: tuple[str, ...] = ()
    rare_answers: float = np.inf

    @property
    def rarest(self) -> Floats:
        """The fewest rows that an effect rests on: of the case, without it, or of the rare outcome values."""
        return np.minimum(self.fewest_cases, self.rare_answers)

    @property
    def fewest_cases(self) -> NDArray[np.int64]:
        """Rows with or without the case, whichever are fewer; for members that are not 0/1 the number of rows."""
        return np.where(self.is_flag, np.minimum(self.cases, self.n - self.cases), self.n)


def gather(engine: Engine, plan: Plan, weight: str | None, cluster: str | None) -> tuple[Sample, Sums]:
    """Complete rows of the plan's columns as sums per block."""
    if engine.rows() <= ROWS_AS_BLOCKS:
        return _from_rows(engine, plan, weight, cluster)
    return _from_blocks(engine, plan, weight, cluster)


def as_metric(sums: Sums, plan: Plan) -> Sums:
    """The same sums with the outcome turned round where low is good, and 0/1 read as 0/100."""
    if plan.percent:
        scale = np.ones(sums.columns)
        scale[-1] = 100.0
        second = None if sums.second is None else sums.second * scale[:, None] * scale[None, :]
        sums = replace(sums, centre=sums.centre * scale, first=sums.first * scale, second=second)
    return sums if plan.ends is None else sums.turned(sums.columns - 1, plan.ends)


def sample_of(sums: Sums, **known: Any) -> Sample:
    """A sample of complete rows, described by its sums and by what else is `known`."""
    clustered = known.get("clusters") is not None
    known = {"effective_clusters": effective_number(sums.weight) if clustered else None, **known}
    rare = rare_answers(sums)
    return Sample(
        n=sums.n,
        n_most=sums.n,
        deviation=sums.deviation(),
        outcome_mean=float(sums.centre[-1]),
        blocks=sums.blocks,
        rare_answers=rare if rare < sums.n else np.inf,
        **known,
    )


def without_failure(engine: Engine, plan: Plan, found: Sample, weight: str | None) -> tuple[float | None, int]:
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
    free = engine.where_zero([measure.column for measure in flags])
    if not free.rows():
        return None, 0
    # What is 0 is there; of the other columns (one measure each tells about a gap) only complete rows count.
    others = {m.column: m for m in plan.measures if m not in flags and m is not plan.outcome}
    sums = free.aggregate(Need((*others.values(), plan.outcome), weight=weight, complete=True))
    n = int(sums.count[0, 0, -1, -1])
    return _as_coded(plan, float(sums.mean[0, 0, -1, -1]) if n else None), n


def as_metric_points(plan: Plan, outcome: Floats) -> Floats:
    """The outcome's coded column as the metric: 0/1 in percent, low-is-good turned round."""
    points = outcome * 100.0 if plan.percent else outcome
    return points if plan.ends is None else plan.ends - points


def _as_coded(plan: Plan, mean: float | None) -> float | None:
    """A mean of the outcome's column as the mean of the metric."""
    return 100 * mean if mean is not None and plan.percent else mean


def rows_of(engine: Engine, plan: Plan, weight: str | None, limit: int | None = None) -> tuple[Floats, Floats | None]:
    """All rows (or `limit`, evenly spaced) of the plan's columns (n, k) with gaps as NaN, and their weights."""
    found = engine.values(plan.measures, limit)
    values = np.column_stack([np.asarray(found[m.name], dtype=np.float64) for m in plan.measures])
    if np.isinf(values).any():
        column = plan.measures[int(np.argmax(np.isinf(values).any(axis=0)))].column
        raise Problem("it holds infinite values", where=f"column '{column}'", do="Clear them first")
    if weight is None:
        return values, None
    w = np.asarray(engine.values([weight], limit)[weight], dtype=np.float64)
    if (w < 0).any() or np.isinf(w).any():
        raise Problem("weights must be zero or more, and finite", where=f"column '{weight}'")
    return values, w


def cluster_of(engine: Engine, cluster: str | None, limit: int | None = None) -> NDArray[np.int64] | None:
    """Cluster numbers from 0 in order of first appearance; a row without an id is a cluster of its own."""
    if cluster is None:
        return None
    ids = engine.values([cluster], limit)[cluster]
    numbers: dict[object, int] = {}
    out = np.empty(len(ids), dtype=np.int64)
    for row, key in enumerate(ids.tolist()):
        missing = key is None or key != key
        out[row] = numbers.setdefault(("row", row) if missing else key, len(numbers))
    return out


def _from_rows(engine: Engine, plan: Plan, weight: str | None, cluster: str | None) -> tuple[Sample, Sums]:
    values, w = rows_of(engine, plan, weight)
    return from_rows(plan, values, w, cluster_of(engine, cluster), weight)


def complete_of(values: Floats, w: Floats | None) -> NDArray[np.bool_]:
    """Which rows have an answer in every column, and a weight above zero."""
    complete = np.isfinite(values).all(axis=1)
    return np.asarray(complete if w is None else complete & (w > 0))


def from_rows(
    plan: Plan, values: Floats, w: Floats | None, block: NDArray[np.int64] | None, weight: str | None
) -> tuple[Sample, Sums]:
    """Complete rows among those at hand, and their sums. `w` are the values of the column `weight`."""
    complete = complete_of(values, w)
    check_rows(int(complete.sum()), plan)
    kept = values[complete]
    kept_weight = None if w is None else w[complete]
    if block is not None:
        block = np.unique(block[complete], return_inverse=True)[1].astype(np.int64)
    sums = as_metric(sums_of_rows(kept, kept_weight, block), plan)
    members = kept[:, len(plan.adjusters) : -1]
    is_flag = ((members == 0) | (members == 1)).all(axis=0)
    sample = sample_of(
        sums,
        left_out=left_out_of(plan, values, w, weight),
        cases=np.where(is_flag, (members == 1).sum(axis=0), len(kept)),
        is_flag=is_flag,
        low=members.min(axis=0),
        high=members.max(axis=0),
        clusters=None if block is None else sums.blocks,
        rows=kept,
        weight=kept_weight,
        notes=gaps_by_column(plan, values),
    )
    return sample, sums


def check_rows(n: int, plan: Plan) -> None:
    """Refuse fewer rows than a regression can use."""
    p = len(plan.members) + len(plan.adjusters)
    if n < p + 3:
        raise Problem(
            f"only {n} rows have an answer in all {p + 1} columns, too few for {p} drivers",
            do=f'Use fewer drivers (at least {p + 3} rows are needed), or missing="pairwise" or "impute"',
        )


def left_out_of(plan: Plan, values: Floats, w: Floats | None, weight: str | None) -> tuple[LeftOut, ...]:
    """Rows that are not complete, each counted once: no outcome, else no weight, else gaps in one column or several."""
    gap = ~np.isfinite(values)
    no_outcome = gap[:, -1]
    no_weight = np.zeros(len(gap), dtype=bool) if w is None else ~(w > 0) & ~no_outcome
    out = [
        LeftOut(int(no_outcome.sum()), Reason.NO_ANSWER, plan.outcome.column),
        LeftOut(int(no_weight.sum()), Reason.NO_WEIGHT, weight),
    ]
    gap = gap[:, :-1][~no_outcome & ~no_weight]
    columns = [member.driver for member in (*plan.adjusters, *plan.members)]
    # The levels of a category stand for one column, with the same gaps.
    first = [columns.index(column) for column in dict.fromkeys(columns)]
    gap, names = gap[:, first], [columns[at] for at in first]
    several = gap.sum(axis=1) > 1
    single = sorted(
        ((int(n), name) for n, name in zip(gap[~several].sum(axis=0), names, strict=True) if n), reverse=True
    )
    out += [LeftOut(n, Reason.NO_ANSWER, name) for n, name in single[:NAMED_COLUMNS]]
    out.append(LeftOut(int(several.sum()) + sum(n for n, _ in single[NAMED_COLUMNS:]), Reason.GAP))
    return tuple(one for one in out if one.rows)


def left_out_by_outcome(engine: Engine, outcome: Measure, left: int) -> tuple[LeftOut, ...]:
    """Rows that are not complete, by what a large table tells in one more query: no outcome, or a gap elsewhere."""
    if not left:
        return ()
    sums = engine.aggregate(Need((outcome,), pairs=False))
    without = int(sums.n_missing[0, sums.index(outcome.name)])
    out = (LeftOut(without, Reason.NO_ANSWER, outcome.column), LeftOut(left - without, Reason.GAP))
    return tuple(one for one in out if one.rows)


def gaps_by_column(plan: Plan, values: Floats) -> tuple[str, ...]:
    """How many answers are missing in each column, where more than one has gaps."""
    empty = (~np.isfinite(values)).sum(axis=0)
    by_column = {measure.column: int(count) for measure, count in zip(plan.measures, empty, strict=True) if count}
    if len(by_column) < 2:
        return ()
    most = sorted(by_column.items(), key=lambda item: (-item[1], item[0]))
    listed = ", ".join(f"'{name}' {count:,}" for name, count in most[:LISTED_COLUMNS])
    return (f"Rows without an answer, by column: {listed}{' …' if len(most) > LISTED_COLUMNS else ''}.",)


def _from_blocks(engine: Engine, plan: Plan, weight: str | None, cluster: str | None) -> tuple[Sample, Sums]:
    need = Need(plan.measures, weight=weight, blocks=cluster or "", complete=True)
    found = engine.aggregate(need)
    answered = sums_of_aggregates(found)
    check_rows(answered.n, plan)
    left = engine.rows() - answered.n
    plain = answered if weight is None else sums_of_aggregates(engine.aggregate(replace(need, weight=None)))
    is_flag = flags_of(answered.centre, np.diag(answered.covariance()), plan)
    share = plain.centre[len(plan.adjusters) : -1]
    low, high = spans(engine, plan)
    sums = as_metric(answered, plan)
    sample = sample_of(
        sums,
        left_out=left_out_by_outcome(engine, plan.outcome, left),
        cases=np.where(is_flag, np.round(share * sums.n), sums.n).astype(np.int64),
        is_flag=is_flag,
        low=low,
        high=high,
        clusters=sums.blocks if cluster is not None else None,
    )
    return sample, sums


def flags_of(mean: Floats, variance: Floats, plan: Plan) -> NDArray[np.bool_]:
    """Which members are 0/1, from their moments: for whole numbers mean(x²) = mean(x) means that every x is 0 or 1."""
    at = slice(len(plan.adjusters), -1)
    gap = np.abs(variance[at] + mean[at] ** 2 - mean[at])
    return np.asarray(gap < 1e-9 * np.maximum(1.0, np.abs(mean[at])))


def spans(engine: Engine, plan: Plan) -> tuple[Floats, Floats]:
    """Lowest and highest value of each member's column."""
    ends = [(0.0, 1.0) if m.category else engine.span(m.measure.column) for m in plan.members]
    return np.array([float(low) for low, _ in ends]), np.array([float(high) for _, high in ends])


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
