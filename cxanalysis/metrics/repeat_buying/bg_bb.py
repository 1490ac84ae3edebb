"""Purchases at opportunities that come round: a yearly donation, a season ticket, a monthly delivery (BG/BB).

Fader, Hardie & Shang (2010), "Customer-base analysis in a discrete-time noncontractual setting", Marketing Science
29(6) 1086-1108. At every opportunity a customer who is still there buys with a chance of their own (beta: α, β); before
every opportunity they leave with a chance of their own (beta: γ, δ).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxanalysis.metrics.repeat_buying.bg_nbd import checked
from cxanalysis.metrics.repeat_buying.maximum_likelihood import maximum
from cxanalysis.problem import Problem

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class OpportunityModel:
    """A fitted BG/BB model; times are numbers of opportunities.

    Attributes
    ----------
    alpha, beta, gamma, delta : float
        Parameters.
    log_likelihood : float
    n : int
        Customers.
    curvature : array (4, 4), optional
        As in `PurchaseModel`.

    Examples
    --------
    >>> model = OpportunityModel(1.204, 0.750, 0.657, 2.783, 0.0, 11104)
    >>> round(float(model.expected(6)), 2), round(float(model.expected_given(5, 6, 6, 6)), 2)
    (2.22, 3.75)
    """

    name: ClassVar[str] = "BG/BB"

    alpha: float
    beta: float
    gamma: float
    delta: float
    log_likelihood: float
    n: int
    curvature: Array | None = field(default=None, repr=False, compare=False)

    @property
    def parameters(self) -> Mapping[str, float]:
        """Its parameters by name."""
        return {"alpha": self.alpha, "beta": self.beta, "gamma": self.gamma, "delta": self.delta}

    def expected(self, t: ArrayLike) -> Array:
        """E[X(t)]: purchases of a new customer at the t opportunities after the first purchase."""
        buys = self.alpha / (self.alpha + self.beta)
        return np.asarray(buys * self._times_there(np.asarray(t, float), np.zeros(())))

    def alive(self, x: ArrayLike, t_x: ArrayLike, age: ArrayLike) -> Array:
        """P(alive): chance that a customer with that history is still there at the next opportunity."""
        n, last, whole = np.broadcast_arrays(*(np.asarray(value, float) for value in (x, t_x, age)))
        stays = _log_buys(self.alpha, self.beta, n, whole) + self._log_stays(whole + 1)
        return np.asarray(np.exp(stays - self._log_history(n, last, whole)))

    def expected_given(self, t: ArrayLike, x: ArrayLike, t_x: ArrayLike, age: ArrayLike) -> Array:
        """E[X(age, age + t) | x, t_x, age]: purchases at the next t opportunities of a customer with that history."""
        n, last, whole = np.broadcast_arrays(*(np.asarray(value, float) for value in (x, t_x, age)))
        buys = _log_buys(self.alpha, self.beta, n + 1, whole + 1) - self._log_history(n, last, whole)
        return np.asarray(np.exp(buys) * self._times_there(np.asarray(t, float), whole))

    def _log_stays(self, times: Array) -> Array:
        """log B(γ, δ+n)/B(γ, δ): chance to be there at all of the first n opportunities."""
        return _risen(self.delta, times) - _risen(self.gamma + self.delta, times)

    def _times_there(self, t: Array, since: Array) -> Array:
        """Opportunities among the next t at which a customer is there: Σ_k B(γ, δ+since+k)/B(γ, δ), k = 1…t.

        The sum has no pole; the closed form of the paper has one at γ = 1.
        """
        total = np.zeros(np.broadcast_shapes(t.shape, since.shape))
        for k in range(1, int(t.max(initial=0)) + 1):
            total = total + np.where(t >= k, np.exp(self._log_stays(since + k)), 0.0)
        return total

    def _log_history(self, n: Array, last: Array, whole: Array) -> Array:
        logs = np.array([self.alpha, self.beta, self.gamma, self.delta])
        return _terms(logs, n.ravel(), last.ravel(), whole.ravel())[0].reshape(n.shape)


def fit_opportunities(
    x: ArrayLike,
    t_x: ArrayLike,
    age: ArrayLike,
    weight: ArrayLike | None = None,
    start: OpportunityModel | None = None,
) -> OpportunityModel:
    """Fit the model by maximum likelihood.

    Parameters
    ----------
    x, t_x, age : arrays (n,)
        Repeat purchases, the opportunity of the last one (0: none), opportunities since the first purchase, of each
        customer.
    weight, start : optional
        As in `fit_purchases`.

    Raises
    ------
    Problem
        If there are too few customers, times are no whole numbers, or the likelihood has no maximum.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> buys, leaves = rng.beta(1.2, 0.8, 2000), rng.beta(0.7, 2.8, 2000)
    >>> there = np.cumprod(rng.random((6, 2000)) > leaves, axis=0)
    >>> bought = there * (rng.random((6, 2000)) < buys)
    >>> last = (bought * np.arange(1, 7)[:, None]).max(axis=0)
    >>> model = fit_opportunities(bought.sum(axis=0), last, np.full(2000, 6))
    >>> bool(abs(model.expected(6) / bought.sum(axis=0).mean() - 1) < 0.02)
    True
    """
    n, last, whole, w = checked(x, t_x, age, weight)
    if any((one != np.round(one)).any() for one in (n, last, whole)) or (n > last).any():
        raise Problem(
            "opportunities are counted in whole numbers, with one purchase at each at most",
            do="Use a longer opportunity, or model='BG/NBD', which counts every purchase",
        )
    found = maximum(scores, (n, last, whole), w, [1.0, 1.0, 1.0, 3.0], start)
    if found is None:
        raise Problem(
            "the purchases hold no BG/BB model: its likelihood has no maximum",
            do="It needs three opportunities or more after the first purchase, and customers who left some of them out",
        )
    alpha, beta, gamma, delta = found.values
    return OpportunityModel(alpha, beta, gamma, delta, found.log_likelihood, found.n, found.curvature)


def _log_buys(alpha: float, beta: float, n: Array, times: Array) -> Array:
    """log B(α+x, β+n-x)/B(α, β): to buy at x given ones of n opportunities."""
    return _risen(alpha, n) + _risen(beta, times - n) - _risen(alpha + beta, times)


def _risen(a: float, times: Array) -> Array:
    """log Γ(a+n)/Γ(a), summed up for whole n: exact also for an a without bounds, where log-gammas cancel."""
    return _table(np.log(a + np.arange(times.max(initial=0))), times)


def _risen_slope(a: float, times: Array) -> Array:
    """Its derivative, ψ(a+n) - ψ(a)."""
    return _table(1 / (a + np.arange(times.max(initial=0))), times)


def _table(terms: Array, times: Array) -> Array:
    return np.asarray(np.append(0.0, np.cumsum(terms))[times.astype(int)])


def _terms(values: Array, n: Array, last: Array, whole: Array) -> tuple[Array, Array, Array, NDArray[np.intp]]:
    """log-likelihood of each history, and the ways it can have come about, one row a way.

    The customer was there throughout, or left after opportunity t_x, t_x + 1, … n - 1.

    Returns
    -------
    log : array (n,)
    chance : array (m,)
        Chance of each way, given the history.
    times : array (m,)
        Opportunities at which the customer was there; n where they stayed.
    who : array (m,)
        Whose way it is.
    """
    alpha, beta, gamma, delta = values
    ways = (whole - last).astype(int) + 1
    who = np.repeat(np.arange(len(n)), ways)
    starts = np.cumsum(ways) - ways
    times = last[who] + (np.arange(len(who)) - starts[who])
    left = times < whole[who]
    log = _log_buys(alpha, beta, n[who], times) + _risen(delta, times) - _risen(gamma + delta, times)
    log = log + np.where(left, np.log(gamma) - np.log(gamma + delta + times), 0.0)
    top = np.maximum.reduceat(log, starts) if len(n) else np.zeros(0)
    mass = np.exp(log - top[who])
    total = np.bincount(who, mass, minlength=len(n))
    return top + np.log(total), mass / total[who], times, who


def scores(values: Array, n: Array, last: Array, whole: Array) -> tuple[Array, Array]:
    """Log-likelihood of each history, and its slopes by alpha, beta, gamma, delta."""
    alpha, beta, gamma, delta = values
    log, chance, times, who = _terms(values, n, last, whole)
    x, left = n[who], times < whole[who]
    buys = _risen_slope(alpha + beta, times)
    stays = _risen_slope(gamma + delta, times) + np.where(left, 1 / (gamma + delta + times), 0.0)
    slopes = (
        _risen_slope(alpha, x) - buys,
        _risen_slope(beta, times - x) - buys,
        left / gamma - stays,
        _risen_slope(delta, times) - stays,
    )
    return log, np.array([np.bincount(who, chance * slope, minlength=len(n)) for slope in slopes])
