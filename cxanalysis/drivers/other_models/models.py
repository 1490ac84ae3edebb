"""Another model beside the linear one: does the answer hang on the straight line?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from cxanalysis import numbers
from cxanalysis.arguments import check_choice
from cxanalysis.basis import LeftOut, Reason
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.drivers import cautions as words
from cxanalysis.drivers.driver_table import q_values
from cxanalysis.drivers.effects.joint_test import hotelling_p
from cxanalysis.drivers.effects.regression import Fit, fit
from cxanalysis.drivers.importance.importance import shapley
from cxanalysis.drivers.importance.order_of_drivers import adjusted
from cxanalysis.drivers.model import sum_guards
from cxanalysis.drivers.model.analysis_basis import analysis_basis, column_of, counted
from cxanalysis.drivers.model.centred_sums import Sums
from cxanalysis.drivers.model.checked_arguments import check_how, check_weight
from cxanalysis.drivers.model.gather import Sample, cluster_of, complete_of, from_rows, rows_of
from cxanalysis.drivers.model.plan import Plan, plan
from cxanalysis.drivers.other_models.fitted_model import MODELS, Fitted, fit_model, read_outcome, usual_model
from cxanalysis.drivers.other_models.models_result import COLUMNS, Models
from cxanalysis.engine.engines import Engine
from cxanalysis.engine.need import Measure
from cxanalysis.labels import in_words, labels_of
from cxanalysis.problem import Problem
from cxanalysis.tables.opened import KNOWN, opened

#: These models need the rows; of a larger table so many, evenly spaced, are used.
MOST_ROWS: Final = 50_000


def models(
    data: Any,
    outcome: str | None = None,
    drivers: Iterable[str] | None = None,
    *,
    model: str | None = None,
    outcome_as: str = "mean",
    groups: Mapping[str, Sequence[str]] | Sequence[Sequence[str]] | None = None,
    adjust_for: Iterable[str] = (),
    weight: str | None = None,
    cluster: Any = KNOWN,
    confidence: float = 0.95,
    seed: int = 0,
    top: int | None = None,
    scale: Scale | Sequence[float] | None = None,
) -> Models:
    """Would a model made for this kind of outcome say the same as the linear one?

    Parameters
    ----------
    data : Table or data frame
    outcome, drivers, outcome_as, groups, adjust_for, weight, cluster, top, scale
        As in `drivers`.
    model : "logit", "ordinal" or "poisson", optional
        Logit for yes or no (and for top-box), ordered logit for answers on a scale, Poisson for counts. Left out:
        whichever of the first two the outcome calls for.
    confidence : float
        Of all intervals.
    seed : int
        For sampled orders of entry, above ten drivers.

    Returns
    -------
    Models
        Average effects in the points of `drivers`, beside the linear ones from the same rows.

    Raises
    ------
    Problem
        If the outcome does not fit the model, columns separate it (they are named), or the fit does not settle.

    Notes
    -----
    Effects: average change of the coded outcome (0/1 and top-box: percentage points; ordered answers: mean or NPS;
    counts: the count); delta method with robust or cluster-robust covariance. Importance: Shapley values of McFadden's
    R² = 1 - LL/LL₀ (Azen & Traxel 2009, J. Educ. Behav. Stat. 34:319), all subsets up to ten drivers, above it sampled
    orders of entry. Ordered logit: McCullagh (1980). Weights are survey weights (pseudo-likelihood).

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> answers = pd.DataFrame({"late": [0, 0, 1, 1, 0, 0, 1, 0] * 20, "stays": [1, 1, 0, 1, 1, 0, 0, 1] * 20})
    >>> found = cx.models(answers, "stays", ["late"])
    >>> found.model, round(float(found.table["effect"][0]), 1)
    ('logit', -46.7)
    """
    if model is not None:
        check_choice(model, MODELS, "model")
    check_how(confidence=confidence, seed=seed)
    source = opened(data)
    engine = source.engine
    check_weight(engine, weight)
    clustered_by = source.cluster(cluster)
    asked = plan(
        data,
        engine,
        outcome,
        drivers,
        outcome_as=outcome_as,
        groups=groups,
        adjust_for=adjust_for,
        top=top,
        scale=scale,
    )
    limit = MOST_ROWS if engine.rows() > MOST_ROWS else None
    values, w = rows_of(engine, asked, weight, limit)
    block = cluster_of(engine, column_of(clustered_by), limit)
    sample, sums = from_rows(asked, values, w, block, weight)
    sum_guards.refuse(asked, sample)
    kept = complete_of(values, w)
    answers = engine.values([Measure("answer", asked.outcome.column)], limit)["answer"][kept]
    coded, weights = values[kept, -1], np.ones(int(kept.sum())) if w is None else w[kept]
    name = model or usual_model(asked, coded, answers)
    read = read_outcome(name, asked, coded, answers, weights)
    fitted = fit_model(
        read, asked, sample.is_flag, values[kept, :-1], weights, None if block is None else block[kept], seed=seed
    )
    table = _table(asked, sample, sums, fitted, confidence)
    labels = labels_of(data, [asked.outcome.column, *(p.name for p in asked.players)])
    unused = engine.rows() - len(values)
    left_out = (*sample.left_out, *((LeftOut(unused, Reason.NOT_SAMPLED),) if unused else ()))
    r_squared = fitted.shared.r_squared
    if not 0 <= r_squared <= 1:
        raise Problem(f"the model's R² came out as {r_squared:.3g}, which cannot be", do="Use the linear model")
    return Models(
        table=table,
        model=name,
        r_squared=r_squared,
        linear_r_squared=fit(sums).r_squared,
        method=_method(name, fitted, clustered=clustered_by is not None),
        outcome=asked.outcome.column,
        outcome_as=outcome_as,
        basis=analysis_basis(
            source,
            asked,
            n=sample.n,
            left_out=left_out,
            weight=weight,
            cluster=counted(clustered_by, sample),
            labels=labels,
            confidence=confidence,
            seed=seed,
        ),
        headline=_headline(in_words(table, labels), name),
        notes=tuple(_notes(engine, asked, sample, sums, fitted, limit)),
    )


def _table(asked: Plan, sample: Sample, sums: Sums, fitted: Fitted, confidence: float) -> pd.DataFrame:
    """One row a player: this model beside the linear one."""
    straight = fit(sums)
    first = len(asked.adjusters)
    linear = shapley(adjusted(sums.correlation()[:, :, None], first)[:, :, 0], asked.sizes)[0]
    low, high = fitted.effects.interval(confidence)
    linear_low, linear_high = straight.effects().interval(confidence)
    p_values = fitted.effects.p()
    rows = []
    for number, player in enumerate(asked.players):
        columns = [first + i for i in player.members]
        row = {"driver": player.name, "importance": fitted.shared.importance[number]}
        row |= dict.fromkeys(COLUMNS[4:7] + COLUMNS[12:15], np.nan)
        rare = bool((sample.rarest[list(player.members)] < words.TOO_RARE).any())
        at = columns[0]
        if len(columns) == 1 and not rare:
            row |= {"effect": fitted.effects.value[at], "effect_low": low[at], "effect_high": high[at]}
            row |= {"linear_effect": straight.effects().value[at]}
            row |= {"linear_low": linear_low[at], "linear_high": linear_high[at]}
        row["p_value"] = np.nan if rare else float(p_values[at]) if len(columns) == 1 else _joint(fitted, columns)
        row["linear_p"] = np.nan if rare else _linear_p(straight, columns)
        row["linear_importance"] = linear[number]
        rows.append(row)
    table = pd.DataFrame(rows)
    table["q_value"] = q_values(table["p_value"].to_numpy(dtype=float))
    for measure, share, rank in (("importance", "share", "rank"), ("linear_importance", "linear_share", "linear_rank")):
        total = float(table[measure].sum())
        table[share] = table[measure] / total if total > 0 else np.nan
        table[rank] = table[measure].rank(ascending=False, method="min").astype(int)
    return table.sort_values("importance", ascending=False, kind="stable", ignore_index=True)[list(COLUMNS)]


def _joint(fitted: Fitted, columns: list[int]) -> float:
    there = [c for c in columns if np.isfinite(fitted.effects.value[c])]
    covariance = fitted.covariance[np.ix_(there, there)]
    return hotelling_p(fitted.effects.value[there], covariance, float(fitted.effects.df[there].min(initial=np.inf)))


def _linear_p(straight: Fit, columns: list[int]) -> float:
    return float(straight.effects().p()[columns[0]]) if len(columns) == 1 else straight.joint_p(columns)


def _method(name: str, fitted: Fitted, *, clustered: bool) -> str:
    kind = "cluster-robust" if clustered else "robust"
    sampled = "" if fitted.shared.error is None else ", sampled orders of entry"
    return f"{MODELS[name]}; average effects, delta method, {kind}; Shapley of McFadden's R²{sampled}"


def _headline(table: pd.DataFrame, name: str) -> str:
    """Does the other model agree with the linear one, and if not, about what?"""
    called = MODELS[name]
    first, straight = str(table["driver"][0]), str(table["driver"][int(table["linear_rank"].argmin())])
    outside = table[(table["effect"] < table["linear_low"]) | (table["effect"] > table["linear_high"])]
    if not (table["q_value"] < words.SIGNIFICANT).any():
        return f"The {called} tells no driver from noise."
    if first != straight:
        return (
            f"The {called} disagrees with the linear model about what comes first: {first} instead of {straight} "
            f"({numbers.percent(table['share'][0])} of what the drivers explain)."
        )
    start = f"The {called} puts {first} first, as the linear model does"
    if outside.empty:
        return f"{start}, and every effect lies within its linear interval."
    names = ", ".join(str(driver) for driver in outside["driver"][:3])
    return f"{start}; its effects differ from the linear ones by more than their intervals for {names}."


def _notes(engine: Engine, asked: Plan, sample: Sample, sums: Sums, fitted: Fitted, limit: int | None) -> list[str]:
    notes = [*sum_guards.warn(asked, sample, sums.correlation()), *sample.notes, *asked.notes]
    if limit is not None:
        notes.append(f"Worked on {limit:,} of {engine.rows():,} rows, evenly spaced through the table.")
    if fitted.shared.error is not None:
        error = float((fitted.shared.error / fitted.shared.importance.sum()).max())
        notes.append(
            f"{len(asked.players)} drivers: importance from {fitted.shared.fits:,} fitted models, not all "
            f"subsets; error of a share at most {100 * error:.1f} points."
        )
    notes.append("An effect is the average change of the outcome over all answers, the other drivers as they are.")
    return notes
