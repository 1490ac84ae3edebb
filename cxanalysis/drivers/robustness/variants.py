"""One driver analysis in every variant: importance, effect and points at stake of each driver in each variant."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.drivers.effects.regression import Values, independent
from cxanalysis.drivers.importance import subset_lattice
from cxanalysis.drivers.importance.order_of_drivers import TIE, adjusted, johnson_of
from cxanalysis.drivers.model.plan import Plan
from cxanalysis.drivers.other_models.fitted_model import MOST_ANSWERS, fit_model, read_outcome
from cxanalysis.drivers.robustness.variant_choices import Multiverse, Variant, flags_among
from cxanalysis.drivers.robustness.variant_sums import Moments, Sources, refuse_constant
from cxanalysis.problem import Problem

Floats = NDArray[np.float64]

#: In a panel all subsets of a logit or ordered logit are fitted up to this many players, above it orders are sampled.
EXACT_PLAYERS: Final = 8
ORDER_PAIRS: Final = 6
#: Shapley values of more players, dozens of times over, would take minutes.
MOST_PLAYERS: Final = 20

#: Columns of `Robustness.table`, in order.
COLUMNS: Final = (
    "variant", "missing", "method", "outcome_as", "rows", "weighted", "adjusted", "window", "driver", "importance",
    "share", "rank", "effect", "effect_low", "effect_high", "p_value", "at_stake", "n",
)  # fmt: skip


def variants(
    multiverse: Multiverse, reference: Floats, confidence: float, seed: int
) -> tuple[pd.DataFrame, list[tuple[Variant, str]]]:
    """Every variant that can be worked out, and why the others cannot.

    Parameters
    ----------
    multiverse : Multiverse
    reference : array, (members,)
        Where points at stake count from; NaN: nowhere.
    confidence : float
    seed : int

    Returns
    -------
    DataFrame
        One row a variant and driver, columns `COLUMNS`.
    list of (Variant, reason)
    """
    sources = Sources(multiverse, seed)
    frames, left_out = [], []
    number = 0
    for variant in multiverse.variants():
        try:
            frame = _worked_out(variant, multiverse, sources, reference, confidence, seed)
        except Problem as problem:
            left_out.append((variant, str(problem)))
            continue
        number += 1
        frames.append(frame.assign(variant=number, **{name: getattr(variant, name) for name in COLUMNS[1:8]}))
    if not frames:
        raise Problem(f"none of {len(left_out)} ways to analyse this can be worked out; the first: {left_out[0][1]}")
    return pd.concat(frames, ignore_index=True)[list(COLUMNS)], left_out


def _worked_out(
    variant: Variant, multiverse: Multiverse, sources: Sources, reference: Floats, confidence: float, seed: int
) -> pd.DataFrame:
    plan = multiverse.plans[variant.outcome_as]
    first = len(plan.adjusters) if variant.adjusted else 0
    players = plan.players
    if variant.method == "model":
        importance, effects, mean, n = _by_model(variant, multiverse, sources, first, seed)
        slopes = effects.value[None, :]
    else:
        moments = sources.moments(variant)
        matrix = moments.correlation.mean(axis=2)
        importance = _importance(variant.method, matrix, first, plan.sizes)
        slopes, mean, n = _slopes(moments), moments.mean, moments.n
        effects = moments.effects or Values(slopes.mean(axis=0), *[np.full(slopes.shape[1], np.nan)] * 2)
    low, high = effects.interval(confidence)
    p = effects.p()
    rows = []
    for number, player in enumerate(players):
        at = [first + i for i in player.members]
        single = len(at) == 1
        gap = reference[list(player.members)] - mean[:, at]
        rows.append(
            {
                "driver": player.name,
                "importance": importance[number],
                "effect": effects.value[at[0]] if single else np.nan,
                "effect_low": low[at[0]] if single else np.nan,
                "effect_high": high[at[0]] if single else np.nan,
                "p_value": p[at[0]] if single else np.nan,
                "at_stake": float((slopes[:, at] * gap).sum(axis=1).mean()),
                "n": n,
            }
        )
    frame = pd.DataFrame(rows)
    total = frame["importance"].sum()
    points = frame["importance"].to_numpy()
    frame["share"] = frame["importance"] / total if total > 0 else np.nan
    frame["rank"] = 1 + (points[None, :] > points[:, None] + TIE).sum(axis=1)
    return frame


def _importance(method: str, matrix: Floats, adjusters: int, sizes: list[int]) -> Floats:
    if method == "johnson":
        return np.asarray(johnson_of(matrix[:, :, None], adjusters, sizes)[:, 0])
    if len(sizes) > MOST_PLAYERS:
        raise Problem(
            f"Shapley values of {len(sizes)} drivers in every variant would take minutes",
            do="Use fewer drivers, or groups of them",
        )
    return np.asarray(subset_lattice.shapley(adjusted(matrix[:, :, None], adjusters)[:, :, 0], sizes))


def _slopes(moments: Moments) -> Floats:
    """Coefficients of each filling, (s, m); NaN where a column repeats others."""
    out = np.full((moments.correlation.shape[2], moments.correlation.shape[0] - 1), np.nan)
    for s in range(len(out)):
        R = moments.correlation[:, :, s]
        kept, exists = independent(R[:-1, :-1])
        beta = np.zeros(len(R) - 1)
        beta[kept] = np.linalg.solve(R[np.ix_(kept, kept)], R[kept, -1])
        out[s] = np.where(exists, beta * moments.deviation[s, -1] / moments.deviation[s, :-1], np.nan)
    return out


def _by_model(
    variant: Variant, multiverse: Multiverse, sources: Sources, first: int, seed: int
) -> tuple[Floats, Values, Floats, int]:
    """A logit or ordered logit; Poisson is no usual reading of a score."""
    if variant.missing != "complete":
        raise Problem("a logit or ordered logit needs whole rows, so it is fitted to complete ones only")
    plan, keep = multiverse.plans[variant.outcome_as], multiverse.keep[variant.rows]
    design = multiverse.design[:, len(plan.adjusters) - first :]
    use = keep & np.isfinite(design).all(axis=1)
    X, answers, points = design[use], multiverse.answers[use], multiverse.coded[variant.outcome_as][use]
    w = multiverse.weight[use] if variant.weighted and multiverse.weight is not None else np.ones(len(X))
    name = "logit" if len(np.unique(points)) == 2 else "ordinal"
    if name == "ordinal" and len(np.unique(answers)) > MOST_ANSWERS:
        raise Problem("the outcome is a number, not ordered answers, so there is no such model for it")
    bare = plan if first else _without_adjusters(plan)
    refuse_constant(np.ptp(np.column_stack([X, points]), axis=0), bare)
    read = read_outcome(name, _in_points(bare), points, points if name == "logit" else answers, w)
    block = None if multiverse.block is None else multiverse.block[use]
    shared, key = sources.shared, (name, variant.rows, variant.weighted, variant.adjusted)
    fitted = fit_model(
        read,
        bare,
        flags_among(X[:, first:]),
        X,
        w,
        block,
        exact=EXACT_PLAYERS,
        pairs=ORDER_PAIRS,
        seed=seed,
        shared=shared.get(key),
    )
    shared[key] = fitted.shared
    return fitted.shared.importance, fitted.effects, (w @ X / w.sum())[None, :], len(X)


def _without_adjusters(plan: Plan) -> Plan:
    return replace(plan, adjusters=())


def _in_points(plan: Plan) -> Plan:
    """The same plan for an outcome that is in points already."""
    return replace(plan, percent=False, ends=None)
