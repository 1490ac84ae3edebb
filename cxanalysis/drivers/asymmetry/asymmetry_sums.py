"""The penalty-reward regression: coefficients of the Low and High columns, their errors, and their resamples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cxanalysis.basis import LeftOut
from cxanalysis.drivers.asymmetry.asymmetry_cuts import Cut
from cxanalysis.drivers.effects.regression import Values, fit, independent
from cxanalysis.drivers.importance.order_of_drivers import CHUNK
from cxanalysis.drivers.importance.subset_lattice import COLLINEAR
from cxanalysis.drivers.model.centred_sums import Sums, as_correlation, sums_of_rows
from cxanalysis.drivers.model.gather import (
    as_metric,
    cluster_of,
    complete_of,
    left_out_by_outcome,
    left_out_of,
    rows_of,
    sums_of_aggregates,
)
from cxanalysis.drivers.model.imputation import MOST_ROWS, enough_answers, fillable, fillings, pooled, refuse_uninformed
from cxanalysis.drivers.model.pairwise import drawn
from cxanalysis.drivers.model.plan import Plan
from cxanalysis.engine.engines import Engine
from cxanalysis.engine.need import ROWS_AS_BLOCKS, Need
from cxanalysis.problem import Problem

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Regressed:
    """Coefficients of Low and High, drivers in order.

    Attributes
    ----------
    values : Values
        (2 p,): penalty and reward of each driver in turn; NaN where none exists.
    draws : array, (resamples, 2 p)
        The same in each resample; NaN where a resample has no such answers.
    deviation : array, (2 p + 1,)
        Standard deviations of the columns, outcome last.
    vif : array, (2 p,)
    n_low, n_middle, n_high : int array, (p,)
        Answers (not weights).
    n, n_most : int
        Rows used; `n_most` differs for pairwise gaps.
    left_out : tuple of LeftOut
    r_squared : float
    units : int
        Blocks that were drawn.
    clusters : int or None
    effective_clusters : float or None
    notes : tuple of str
    """

    values: Values
    draws: Floats
    deviation: Floats
    vif: Floats
    n_low: Whole
    n_middle: Whole
    n_high: Whole
    n: int
    n_most: int
    left_out: tuple[LeftOut, ...]
    r_squared: float
    units: int
    clusters: int | None
    effective_clusters: float | None = None
    notes: tuple[str, ...] = ()


def regressed(
    engine: Engine,
    plan: Plan,
    cuts: Sequence[Cut],
    weight: str | None,
    cluster: str | None,
    missing: str,
    resamples: int,
    seed: int,
) -> Regressed:
    """Fit it. Columns of the plan: adjusters, Low and High of each driver (0 or 100), outcome."""
    if missing == "pairwise":
        return _pairwise(engine, plan, weight, cluster, resamples, seed)
    if missing == "impute":
        return _imputed(engine, plan, cuts, weight, cluster, resamples, seed)
    if engine.rows() <= ROWS_AS_BLOCKS:
        values, w = rows_of(engine, plan, weight)
        there = complete_of(values, w)
        left_out = left_out_of(plan, values, w, weight)
        _enough(int(there.sum()), plan)
        block = _blocks(cluster_of(engine, cluster), there)
        sums = sums_of_rows(values[there], None if w is None else w[there], block)
        counts = values[there][:, _columns(plan)].sum(axis=0) / 100
    else:
        need = Need(plan.measures, weight=weight, blocks=cluster or "", complete=True)
        sums = sums_of_aggregates(engine.aggregate(need))
        _enough(sums.n, plan)
        # Answers are counted as they are: weights need a second look.
        plain = sums if weight is None else sums_of_aggregates(engine.aggregate(replace(need, weight=None)))
        counts = plain.centre[_columns(plan)] / 100 * plain.n
        left_out = left_out_by_outcome(engine, plan.outcome, engine.rows() - sums.n)
    return _of_sums([_in_shares(sums, plan)], counts, plan, left_out, cluster, resamples, seed)


def _columns(plan: Plan) -> slice:
    return slice(len(plan.adjusters), -1)


def _in_shares(sums: Sums, plan: Plan) -> Sums:
    """The outcome as the metric, and Low and High as 0 or 1."""
    sums = as_metric(sums, plan)
    scale = np.ones(sums.columns)
    scale[_columns(plan)] = 0.01
    second = None if sums.second is None else sums.second * scale[:, None] * scale[None, :]
    return replace(sums, centre=sums.centre * scale, first=sums.first * scale, second=second)


def _enough(n: int, plan: Plan) -> None:
    columns = len(plan.members) + len(plan.adjusters)
    if n < columns + 3:
        raise Problem(
            f"only {n} rows are complete, too few for {columns} columns (a low and a high one for each driver)",
            do=f"Use fewer drivers: at least {columns + 3} rows are needed",
        )


def _blocks(block: Whole | None, there: NDArray[np.bool_]) -> Whole | None:
    return None if block is None else np.unique(block[there], return_inverse=True)[1].astype(np.int64)


def _of_sums(
    every: Sequence[Sums],
    counts: Floats,
    plan: Plan,
    left_out: tuple[LeftOut, ...],
    cluster: str | None,
    resamples: int,
    seed: int,
) -> Regressed:
    """From the sums of the rows, or of each filling of them."""
    first = len(plan.adjusters)
    if every[0].deviation()[-1] == 0:
        raise Problem(
            "every row used has the same outcome, so there is nothing to explain",
            where=f"column '{plan.outcome.column}'",
        )
    fits = [fit(sums) for sums in every]
    each = [one.effects() for one in fits]
    whole = each[0] if len(each) == 1 else pooled(each)
    share = -(-resamples // len(every))
    draws = np.concatenate([coefficients(sums, share, seed + k) for k, sums in enumerate(every)])[:resamples]
    low, high = (np.rint(counts[k::2]).astype(np.int64) for k in (0, 1))
    n = every[0].n
    return Regressed(
        values=Values(whole.value[first:], whole.variance[first:], whole.df[first:]),
        draws=draws[:, first:],
        deviation=np.mean([sums.deviation() for sums in every], axis=0)[first:],
        vif=np.mean([one.vif for one in fits], axis=0)[first:],
        n_low=low,
        n_middle=n - low - high,
        n_high=high,
        n=n,
        n_most=n,
        left_out=left_out,
        r_squared=float(np.mean([one.r_squared for one in fits])),
        units=every[0].blocks,
        clusters=every[0].blocks if cluster else None,
        effective_clusters=float(every[0].weight.sum() ** 2 / (every[0].weight ** 2).sum()) if cluster else None,
    )


def coefficients(sums: Sums, resamples: int, seed: int) -> Floats:
    """Coefficients (resamples, m) in draws of blocks with replacement; NaN where a draw does not have them."""
    kept, exists = independent(sums.correlation()[:-1, :-1])
    moments = sums.moments()
    blocks, rng, parts = len(moments), np.random.default_rng(seed), []
    step = max(1, min(resamples, CHUNK // blocks))
    for start in range(0, resamples, step):
        count = min(step, resamples - start)
        drawn_ones = rng.integers(0, blocks, size=(count, blocks)) + np.arange(count)[:, None] * blocks
        draws = np.bincount(drawn_ones.ravel(), minlength=count * blocks).reshape(count, blocks)
        parts.append(_solved(draws.astype(np.float64) @ moments, sums.columns, kept))
    out = np.full((resamples, sums.columns - 1), np.nan)
    out[:, kept] = np.concatenate(parts)
    out[:, ~exists] = np.nan
    return out


def _solved(moments: Floats, columns: int, kept: Whole) -> Floats:
    """Coefficients (s, kept) from summed moments (s, 1 + k + k(k+1)/2)."""
    weight, first = moments[:, 0], moments[:, 1 : columns + 1]
    upper = np.triu_indices(columns)
    products = np.empty((columns, columns, len(moments)))
    pairs = (moments[:, columns + 1 :] - first[:, upper[0]] * first[:, upper[1]] / weight[:, None]).T
    products[upper] = pairs
    products[upper[::-1]] = pairs
    used = np.r_[kept, columns - 1]
    products = products[np.ix_(used, used)]
    variance = np.einsum("iis->is", products)
    # What a draw left constant keeps a rounding error in place of its zero variance.
    raw = moments[:, columns + 1 :][:, upper[0] == upper[1]].T[used]
    constant = variance <= 1e-12 * np.maximum(raw, 0.0)
    root = np.sqrt(np.where(constant, 1.0, variance))
    correlation = np.moveaxis(as_correlation(np.where(constant[:, None] | constant[None], 0.0, products)), 2, 0)
    Rxx, r = correlation[:, :-1, :-1].copy(), correlation[:, :-1, -1:]
    diagonal = np.arange(len(kept))
    Rxx[:, diagonal, diagonal] = 1.0
    usable = np.linalg.eigvalsh(Rxx)[:, 0] > COLLINEAR * len(kept)
    beta = np.full((len(moments), len(kept)), np.nan)
    beta[usable] = np.linalg.solve(Rxx[usable], r[usable])[:, :, 0]
    return np.where(constant[:-1].T, np.nan, beta * root[-1][:, None] / root[:-1].T)


def _pairwise(
    engine: Engine, plan: Plan, weight: str | None, cluster: str | None, resamples: int, seed: int
) -> Regressed:
    """Each correlation from the rows that have both answers; inference by resampling only."""
    sample, correlation, _, regression = drawn(engine, plan, weight, cluster, resamples, seed)
    first = len(plan.adjusters)
    values = regression.effects()
    # How many gave each answer: a count of its own, since every driver has its own gaps.
    answered = engine.aggregate(Need(plan.measures)).total()
    rows = np.diag(answered.count[0, 0])[_columns(plan)]
    counts = np.rint(np.diag(answered.mean[0, 0])[_columns(plan)] / 100 * rows).astype(np.int64)
    _, exists = independent(correlation[:-1, :-1])
    value = np.where(exists, values.value * 100, np.nan)[first:]
    return Regressed(
        values=Values(value, values.variance[first:] * 100**2, values.df[first:]),
        draws=regression.draws[:, first:] * 100,
        deviation=np.r_[sample.deviation[first:-1] / 100, sample.deviation[-1]],
        vif=regression.vif[first:],
        n_low=counts[::2],
        n_middle=rows[::2] - counts[::2] - counts[1::2],
        n_high=counts[1::2],
        n=sample.n,
        n_most=sample.n_most,
        left_out=sample.left_out,
        r_squared=regression.r_squared,
        units=sample.blocks,
        clusters=sample.clusters,
        notes=sample.notes,
    )


def _imputed(
    engine: Engine, plan: Plan, cuts: Sequence[Cut], weight: str | None, cluster: str | None, resamples: int, seed: int
) -> Regressed:
    """The ratings themselves are filled, then cut into Low and High."""
    if engine.rows() > MOST_ROWS:
        raise Problem(
            f"imputation works on at most {MOST_ROWS:,} rows, and there are {engine.rows():,}",
            do='Use missing="complete" or "pairwise"',
        )
    ratings = replace(plan, members=plan.members[::2])  # each driver once, its measure made the rating itself below
    measured = tuple(
        replace(m, measure=replace(m.measure, name=m.driver, coding="value", against=None)) for m in ratings.members
    )
    ratings = replace(ratings, members=measured)
    values, w = rows_of(engine, ratings, weight)
    first = len(plan.adjusters)
    left_out, there = fillable(ratings, values, w, weight)
    rows, w = values[there], None if w is None else w[there]
    _enough(len(rows), plan)
    enough_answers(ratings, rows)
    refuse_uninformed(ratings, rows)
    block = _blocks(cluster_of(engine, cluster), there)
    answered = _dummies(rows, cuts, first)
    every = [sums_of_rows(_dummies(_nearest(one, rows, first), cuts, first), w, block) for one in fillings(rows, seed)]
    counts = np.nansum(answered[:, _columns(plan)], axis=0) / 100
    pooled_fit = _of_sums([_in_shares(sums, plan) for sums in every], counts, plan, left_out, cluster, resamples, seed)
    given = np.isfinite(rows[:, first:-1]).sum(axis=0)
    filled = int((~np.isfinite(rows)).any(axis=1).sum())
    note = (
        f"Gaps in {filled:,} of {len(rows):,} rows filled {len(every)} times by chained equations, pooled by Rubin's "
        "rules; this assumes answers missing at random given the other columns."
    )
    return replace(pooled_fit, n_middle=given - pooled_fit.n_low - pooled_fit.n_high, notes=(note,))


def _nearest(filled: Floats, rows: Floats, first: int) -> Floats:
    """Filled ratings lie between answers: each becomes the answer next to it that somebody gave."""
    out = filled.copy()
    for column in range(first, rows.shape[1] - 1):
        gap = np.isnan(rows[:, column])
        given = np.unique(rows[~gap, column])
        middles = (given[1:] + given[:-1]) / 2
        out[gap, column] = given[np.searchsorted(middles, filled[gap, column])]
    return out


def _dummies(rows: Floats, cuts: Sequence[Cut], first: int) -> Floats:
    """Rows of adjusters, ratings and outcome with each rating cut into Low and High (0 or 100); a gap stays one."""
    columns = [rows[:, :first]]
    for k, cut in enumerate(cuts):
        rating = rows[:, first + k]
        low, high = (rating >= cut.low, rating <= cut.high) if cut.turned else (rating <= cut.low, rating >= cut.high)
        both = np.column_stack([low, high]) * 100.0
        columns.append(np.where(np.isnan(rating)[:, None], np.nan, both))
    return np.column_stack([*columns, rows[:, -1]])
