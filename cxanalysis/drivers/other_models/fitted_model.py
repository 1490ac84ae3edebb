"""Fit one model that is not linear: which family the outcome calls for, its effects and its dominance analysis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cxanalysis.drivers.effects.regression import Values, independent
from cxanalysis.drivers.model.plan import Plan
from cxanalysis.drivers.other_models.average_effects import (
    CountPoints,
    Expected,
    OrderedPoints,
    average_effects,
    robust,
)
from cxanalysis.drivers.other_models.mcfadden import EXACT_PLAYERS, ORDER_PAIRS, Shared, share_out
from cxanalysis.drivers.other_models.model_likelihood import Counts, Family, LikelihoodMaximum, Ordered, climb
from cxanalysis.drivers.other_models.separation import refuse_separation
from cxanalysis.problem import Problem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Model → what it is called.
MODELS: Final = {"logit": "logit", "ordinal": "ordered logit", "poisson": "Poisson regression"}
#: More different answers than this are no ordered categories, but a number.
MOST_ANSWERS: Final = 21


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome as a model reads it.

    Attributes
    ----------
    family : Family
    expected : Expected
        Back from the model to points of the metric.
    order : int array, (n,)
        Order in which the family wants the rows.
    """

    family: Family
    expected: Expected
    order: Ints


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model with everything that is told of it. Columns: adjusters, then members.

    Attributes
    ----------
    effects : Values, (m,)
        Average effects in points of the metric; NaN where a column repeats others.
    covariance : array, (m, m)
    shared : Shared
        McFadden's R² shared out among the players.
    """

    effects: Values
    covariance: Floats
    shared: Shared


def usual_model(plan: Plan, coded: Floats, answers: Floats) -> str:
    """The model that fits the outcome where nobody names one."""
    if len(np.unique(coded)) == 2 and (plan.percent or plan.outcome.coding in ("at_least", "at_most")):
        return "logit"
    if len(np.unique(answers)) <= MOST_ANSWERS:
        return "ordinal"
    raise Problem(
        f"the outcome has {len(np.unique(answers)):,} different values: neither yes or no, nor ordered answers",
        where=f"column '{plan.outcome.column}'",
        do='If it counts something, use model="poisson"; else the linear model (cx.drivers) is the right one',
    )


def read_outcome(model: str, plan: Plan, coded: Floats, answers: Floats, weight: Floats) -> Outcome:
    """The outcome under a model.

    Parameters
    ----------
    model : str
        One of `MODELS`.
    plan : Plan
    coded : array, (n,)
        As the plan codes it (0/1 not yet read in percent).
    answers : array, (n,)
        As answered.
    weight : array, (n,)
    """
    where = f"column '{plan.outcome.column}'"
    if model == "poisson":
        if plan.outcome.coding != "value" or plan.ends is not None:
            raise Problem(
                "a Poisson model explains a count, not a share or a score turned round",
                where=where,
                do='Use outcome_as="mean" with a column that counts',
            )
        if (answers < 0).any() or (answers != np.round(answers)).any():
            raise Problem("a Poisson model needs counts: whole numbers from 0 on", where=where, do="Use another model")
        return Outcome(Counts(answers, weight), CountPoints(), np.arange(len(answers)))
    read = coded if model == "logit" else answers
    levels, category = np.unique(read, return_inverse=True)
    if model == "logit" and len(levels) != 2:
        raise Problem(
            f"a logit needs an outcome with two values, and this one has {len(levels)}",
            where=where,
            do='Use outcome_as="top-box", or model="ordinal"',
        )
    if len(levels) > MOST_ANSWERS:
        raise Problem(
            f"{len(levels):,} different values are no ordered answers",
            where=where,
            do='Use the linear model (cx.drivers), or model="poisson" for counts',
        )
    first = np.unique(category, return_index=True)[1]
    points = coded[first] * (100.0 if plan.percent else 1.0)
    points = plan.ends - points if plan.ends is not None else points
    order = np.argsort(category, kind="stable")
    return Outcome(Ordered(category[order].astype(np.int64), weight[order]), OrderedPoints(points), order)


def fit_model(
    outcome: Outcome,
    plan: Plan,
    is_flag: NDArray[np.bool_],
    X: Floats,
    weight: Floats,
    block: Ints | None,
    *,
    exact: int = EXACT_PLAYERS,
    pairs: int = ORDER_PAIRS,
    seed: int = 0,
    shared: Shared | None = None,
) -> Fitted:
    """Fit, share out, and average. `is_flag` says which members are 0/1.

    `shared` is the dominance analysis of the same model in other points, where there is one: it is the same.

    Raises
    ------
    Problem
        If the outcome is separated (the columns are named), or the fit does not settle.
    """
    family, names = outcome.family, [m.label for m in (*plan.adjusters, *plan.members)]
    X, weight = X[outcome.order], weight[outcome.order]
    block = None if block is None else block[outcome.order]
    mean, spread = X.mean(axis=0), X.std(axis=0)
    Z = (X - mean) / spread
    if shared is None:
        refuse_separation(family, Z, names)
    full = climb(family, Z)
    if shared is None:
        shared = share_out(family, Z, plan.sizes, len(plan.adjusters), full, exact=exact, pairs=pairs, seed=seed)
    average = average_effects(
        outcome.expected, _as_given(full, family, mean, spread), family.heads, X, weight, _kinds(plan, is_flag)
    )
    scaled = type(average)(average.value, average.gradient @ _to_given(family, mean, spread), average.apart)
    effects, covariance = robust(scaled, family.scores(full.parameters, Z), full.information, block)
    _, exists = independent(np.corrcoef(Z, rowvar=False).reshape(len(names), len(names)))
    return Fitted(Values(np.where(exists, effects.value, np.nan), effects.variance, effects.df), covariance, shared)


def _to_given(family: Family, mean: Floats, spread: Floats) -> Floats:
    """Parameters of standardised columns → parameters of the columns as given."""
    heads, m = family.heads, len(mean)
    turn = np.zeros((heads + m, heads + m))
    turn[:heads, :heads] = np.eye(heads)
    turn[:heads, heads:] = family.sign * mean / spread
    turn[heads:, heads:] = np.diag(1 / spread)
    return turn


def _as_given(full: LikelihoodMaximum, family: Family, mean: Floats, spread: Floats) -> Floats:
    return np.asarray(_to_given(family, mean, spread) @ full.parameters)


def _kinds(plan: Plan, is_flag: NDArray[np.bool_]) -> list[Ints | None]:
    """For each column which columns are 0 where it is 1; None for numbers."""
    first = len(plan.adjusters)
    out: list[Ints | None] = [None] * first
    for i, member in enumerate(plan.members):
        if member.category:
            out.append(first + np.flatnonzero([m.driver == member.driver for m in plan.members]))
        else:
            out.append(np.array([first + i]) if is_flag[i] else None)
    return out
