"""Maximum likelihood for outcomes that are no plain number: ordered answers, yes or no, counts.

The cumulative logit of ordered answers (McCullagh 1980, JRSS-B 42:109) with two answers is the ordinary logit, so one
piece of code serves both; counts have the Poisson regression. Newton's method on a concave likelihood: a fit costs a
few passes over the rows, which is what a dominance analysis of a thousand models needs. statsmodels gives the same
numbers (tests/reference), but its ordered model knows no weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, gammaln

from cxanalysis.problem import Problem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Newton stops when another step would raise the log-likelihood by less than this.
ENOUGH: Final = 1e-9
#: More steps than this: the likelihood has no top that can be reached.
MOST_STEPS: Final = 50
#: Halvings of a step that does not go up.
HALVINGS: Final = 30


class Family(Protocol):
    """A kind of outcome. Parameters are `heads` first (thresholds, or the intercept), then one slope a column."""

    @property
    def heads(self) -> int:
        """Number of parameters before the slopes."""

    @property
    def sign(self) -> float:
        """+1 where heads stand on the other side of xβ (thresholds), -1 where on the same (an intercept)."""

    def start(self) -> Floats:
        """The heads of the model without columns, its exact maximum: (heads,)."""

    def value(self, parameters: Floats, X: Floats) -> float:
        """Log-likelihood; -inf outside the space of parameters."""

    def slope(self, parameters: Floats, X: Floats) -> tuple[Floats, Floats]:
        """Gradient (q,) and negative second derivatives (q, q)."""

    def scores(self, parameters: Floats, X: Floats) -> Floats:
        """What each row adds to the gradient: (n, q), weighted."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """Cumulative logit: P(answer ≤ k) = 1 / (1 + exp(-(θ_k - xβ))).

    Attributes
    ----------
    answer : int array, (n,)
        Category of each row, from 0; rows must be sorted by it, and no category may be empty.
    weight : array, (n,)
    """

    answer: Ints
    weight: Floats

    @property
    def heads(self) -> int:
        """One threshold fewer than categories."""
        return int(self.answer[-1])

    @property
    def sign(self) -> float:
        """Thresholds: θ - xβ."""
        return 1.0

    def start(self) -> Floats:
        """Log odds of the cumulated shares."""
        share = np.cumsum(np.bincount(self.answer, self.weight)) / self.weight.sum()
        return np.asarray(np.log(share[:-1] / (1 - share[:-1])))

    def _ends(self, parameters: Floats, X: Floats) -> tuple[Floats, Floats, Floats]:
        """P(answer ≤ own category) and P(answer < own category) of each row, and the gaps between thresholds."""
        theta, eta = parameters[: self.heads], X @ parameters[self.heads :]
        above, below = np.append(theta, np.inf), np.append(-np.inf, theta)
        return expit(above[self.answer] - eta), expit(below[self.answer] - eta), above - below

    def value(self, parameters: Floats, X: Floats) -> float:
        """Σ w log(F(u) - F(l)), as log F(u) + log F(-l) + log(1 - exp(l - u)), which stays exact in the tails."""
        if (np.diff(parameters[: self.heads]) <= 0).any():
            return -np.inf
        upper, lower, gap = self._ends(parameters, X)
        with np.errstate(divide="ignore"):
            each = np.log(upper) + np.log1p(-lower) + np.log(-np.expm1(-gap))[self.answer]
        return float(self.weight @ each)

    def slope(self, parameters: Floats, X: Floats) -> tuple[Floats, Floats]:
        """Gradient and information."""
        heads, starts = self.heads, np.searchsorted(self.answer, np.arange(self.heads + 1))
        upper, lower, gap = self._ends(parameters, X)
        w, fu, fl = self.weight, upper * (1 - upper), lower * (1 - lower)
        with np.errstate(over="ignore"):
            odds = 1 / np.expm1(gap)
        per = np.add.reduceat(np.column_stack([w * (1 - upper), w * lower, w * fu, w * fl, w]), starts, axis=0)
        pinch = (odds + odds**2) * per[:, 4]
        gradient = np.empty(len(parameters))
        gradient[:heads] = (per[:, 0] + odds * per[:, 4])[:-1] - (per[:, 1] + odds * per[:, 4])[1:]
        gradient[heads:] = (w * (upper + lower - 1)) @ X
        information = np.zeros((len(parameters), len(parameters)))
        at = np.arange(heads)
        information[at, at] = (per[:, 2] + pinch)[:-1] + (per[:, 3] + pinch)[1:]
        information[at[:-1], at[1:]] = information[at[1:], at[:-1]] = -pinch[1:-1]
        up = np.add.reduceat((w * fu)[:, None] * X, starts, axis=0)
        down = np.add.reduceat((w * fl)[:, None] * X, starts, axis=0)
        information[:heads, heads:] = -(up[:-1] + down[1:])
        information[heads:, :heads] = information[:heads, heads:].T
        information[heads:, heads:] = (X * (w * (fu + fl))[:, None]).T @ X
        return gradient, information

    def scores(self, parameters: Floats, X: Floats) -> Floats:
        """Each row's part of the gradient."""
        upper, lower, gap = self._ends(parameters, X)
        with np.errstate(over="ignore"):
            odds = (1 / np.expm1(gap))[self.answer]
        out = np.zeros((len(X), len(parameters)))
        rows = np.arange(len(X))
        has_upper, has_lower = self.answer < self.heads, self.answer > 0
        out[rows[has_upper], self.answer[has_upper]] = (1 - upper + odds)[has_upper]
        out[rows[has_lower], self.answer[has_lower] - 1] = -(lower + odds)[has_lower]
        out[:, self.heads :] = (upper + lower - 1)[:, None] * X
        return out * self.weight[:, None]


@dataclass(frozen=True, slots=True)
class Counts:
    """Poisson regression: E(count) = exp(intercept + xβ).

    Attributes
    ----------
    count : array, (n,)
    weight : array, (n,)
    """

    count: Floats
    weight: Floats

    @property
    def heads(self) -> int:
        """The intercept."""
        return 1

    @property
    def sign(self) -> float:
        """Intercept: α + xβ."""
        return -1.0

    def start(self) -> Floats:
        """Log of the mean."""
        return np.array([np.log(self.weight @ self.count / self.weight.sum())])

    def value(self, parameters: Floats, X: Floats) -> float:
        """Σ w (y η - exp η - log y!)."""
        eta = parameters[0] + X @ parameters[1:]
        with np.errstate(over="ignore"):
            return float(self.weight @ (self.count * eta - np.exp(eta) - gammaln(self.count + 1)))

    def slope(self, parameters: Floats, X: Floats) -> tuple[Floats, Floats]:
        """Gradient and information."""
        design = np.column_stack([np.ones(len(X)), X])
        expected = np.exp(design @ parameters)
        information = (design * (self.weight * expected)[:, None]).T @ design
        return design.T @ (self.weight * (self.count - expected)), information

    def scores(self, parameters: Floats, X: Floats) -> Floats:
        """Each row's part of the gradient."""
        design = np.column_stack([np.ones(len(X)), X])
        return design * (self.weight * (self.count - np.exp(design @ parameters)))[:, None]


@dataclass(frozen=True, slots=True)
class LikelihoodMaximum:
    """A fitted model.

    Attributes
    ----------
    parameters : array, (q,)
        Heads, then slopes.
    log_likelihood : float
    information : array, (q, q)
        Negative second derivatives at the maximum.
    """

    parameters: Floats
    log_likelihood: float
    information: Floats


def climb(family: Family, X: Floats, start: Floats | None = None) -> LikelihoodMaximum:
    """Maximise the likelihood by Newton's method; columns of X should be near mean 0 and deviation 1.

    Raises
    ------
    Problem
        If there is no maximum within reach.
    """
    at = np.concatenate([family.start(), np.zeros(X.shape[1])]) if start is None else start
    value = family.value(at, X)
    for _ in range(MOST_STEPS):
        gradient, information = family.slope(at, X)
        # A trace of a ridge on the step, not on the likelihood: columns that repeat each other have no own direction.
        step = np.linalg.solve(information + 1e-10 * np.trace(information) * np.eye(len(at)), gradient)
        gain = float(gradient @ step) / 2
        if gain < ENOUGH:
            return LikelihoodMaximum(at + step, value + gain, information)
        size = 1.0
        for _ in range(HALVINGS):
            reached = family.value(at + size * step, X)
            if reached > value:
                break
            size /= 2
        else:
            return LikelihoodMaximum(at, value, information)
        at, value = at + size * step, reached
    raise Problem(
        f"the model did not settle after {MOST_STEPS} steps",
        do="Use the linear model, or leave out drivers that few people answered",
    )
