"""Average effects in points of the metric: what the expected outcome changes by, averaged over everybody.

A coefficient of a logit is in log odds, which nobody manages. Its average effect is in percentage points, in NPS
points or in counts, beside those of the linear model (Williams 2012, Stata Journal 12:308; statsmodels' "overall"
margins give the same). A 0/1 column: the outcome with it less the outcome without it, for each row; a level of a
category: against its base level; any other column: the slope.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from cxanalysis.drivers.effects.regression import Values

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Expected(Protocol):
    """The expected outcome as a function of the linear predictor η = xβ."""

    def at(self, heads: Floats, eta: Floats, order: int) -> Floats:
        """Expected outcome (order 0) or its derivative by η (1, 2): (n,)."""

    def by_heads(self, heads: Floats, eta: Floats, order: int) -> Floats:
        """Derivative of `at` by each head: (n, heads)."""


@dataclass(frozen=True, slots=True)
class OrderedPoints:
    """E = top - Σ_k step_k F(θ_k - η): the mean of the coded answers.

    Attributes
    ----------
    points : array, (categories,)
        Coded outcome of each answer, from the first category on.
    """

    points: Floats

    def at(self, heads: Floats, eta: Floats, order: int) -> Floats:
        """Expected coded outcome, or its derivative."""
        curve = _curve(heads[None, :] - eta[:, None], order) @ np.diff(self.points)
        if order == 0:
            return np.asarray(self.points[-1] - curve)
        return np.asarray(curve if order % 2 else -curve)

    def by_heads(self, heads: Floats, eta: Floats, order: int) -> Floats:
        """Thresholds move E the other way."""
        sign = 1.0 if order % 2 else -1.0
        return np.asarray(sign * _curve(heads[None, :] - eta[:, None], order + 1) * np.diff(self.points)[None, :])


@dataclass(frozen=True, slots=True)
class CountPoints:
    """E = exp(intercept + η)."""

    def at(self, heads: Floats, eta: Floats, order: int) -> Floats:
        """Every derivative of exp is exp."""
        return np.asarray(np.exp(heads[0] + eta))

    def by_heads(self, heads: Floats, eta: Floats, order: int) -> Floats:
        """As by η."""
        return self.at(heads, eta, order)[:, None]


def _curve(z: Floats, order: int) -> Floats:
    """The logistic distribution function and its first three derivatives."""
    F = expit(z)
    if order == 0:
        return np.asarray(F)
    f = F * (1 - F)
    if order == 1:
        return np.asarray(f)
    return np.asarray(f * (1 - 2 * F) if order == 2 else f * (1 - 6 * f))


@dataclass(frozen=True, slots=True)
class Average:
    """Average effects of some columns.

    Attributes
    ----------
    value : array, (k,)
    gradient : array, (k, q)
        By heads and slopes.
    apart : array, (n, k)
        What each row adds to the error because the rows are a sample: w (own effect - average) / Σ w.
    """

    value: Floats
    gradient: Floats
    apart: Floats


def average_effects(
    expected: Expected, parameters: Floats, heads: int, X: Floats, weight: Floats, kinds: Sequence[Ints | None]
) -> Average:
    """Average effect of each column of X.

    Parameters
    ----------
    expected : Expected
    parameters : array, (q,)
        Heads, then the slopes of the columns as they are in X.
    heads : int
    X : array, (n, m)
    weight : array, (n,)
    kinds : sequence of length m
        None: a number, its slope counts. Else the columns that are 0 where this one is 1: itself for a flag, all levels
        of its category for a level.
    """
    head, slopes = parameters[:heads], parameters[heads:]
    eta, share = X @ slopes, weight / weight.sum()
    value, gradient, apart = np.empty(X.shape[1]), np.zeros((X.shape[1], len(parameters))), np.empty(X.shape)
    for j, levels in enumerate(kinds):
        if levels is None:
            first = expected.at(head, eta, 1)
            each = slopes[j] * first
            gradient[j, :heads] = slopes[j] * (share @ expected.by_heads(head, eta, 1))
            gradient[j, heads:] = slopes[j] * ((share * expected.at(head, eta, 2)) @ X)
            gradient[j, heads + j] += share @ first
        else:
            without, with_ = X.copy(), X.copy()
            without[:, levels] = with_[:, levels] = 0.0
            with_[:, j] = 1.0
            low, high = without @ slopes, with_ @ slopes
            each = expected.at(head, high, 0) - expected.at(head, low, 0)
            gradient[j, :heads] = share @ (expected.by_heads(head, high, 0) - expected.by_heads(head, low, 0))
            gradient[j, heads:] = (share * expected.at(head, high, 1)) @ with_
            gradient[j, heads:] -= (share * expected.at(head, low, 1)) @ without
        value[j] = share @ each
        apart[:, j] = share * (each - value[j])
    return Average(value, gradient, apart)


def robust(average: Average, scores: Floats, information: Floats, block: Ints | None) -> tuple[Values, Floats]:
    """Delta method with the robust ("sandwich") covariance of rows or whole clusters, and the rows' own sampling.

    Each row moves the average through the parameters and through its own effect; squares of these, added up within
    clusters first, are the variance. Degrees of freedom: clusters less one, or rows less parameters.

    Returns
    -------
    Values
        Effects with variance and degrees of freedom.
    array, (k, k)
        Their covariance.
    """
    influence = scores @ np.linalg.pinv(information, hermitian=True) @ average.gradient.T + average.apart
    n, q = scores.shape
    if block is not None:
        influence = _added_up(influence, block)
    units = len(influence)
    covariance = influence.T @ influence * (units / (units - 1))
    df = units - 1.0 if block is not None else float(max(n - q, 1))
    return Values(average.value, np.diag(covariance).copy(), np.full(len(average.value), df)), covariance


def _added_up(influence: Floats, block: Ints) -> Floats:
    order = np.argsort(block, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(block[order]) != 0])
    return np.asarray(np.add.reduceat(influence[order], starts, axis=0))
