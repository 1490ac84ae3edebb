"""Purchases without a contract: how many more will come, and who is still a customer (BG/NBD).

Fader, Hardie & Lee (2005), "Counting your customers the easy way", Marketing Science 24(2) 275-284. While a customer
is alive, purchases come at a rate of their own (gamma: r, α); after each, the customer leaves with a chance of their
own (beta: a, b).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from cxanalysis.metrics.repeat_buying.maximum_likelihood import maximum
from cxanalysis.problem import Problem

Array = NDArray[np.float64]
#: Rounding of purchases to come that is no sign of an overflow.
_ROUNDED: Final = 1e-6
#: Terms of the series where nothing else reaches.
_TERMS: Final = 20_000
#: Fewer customers than this tell nothing about four parameters.
FEWEST: Final = 50


@dataclass(frozen=True, slots=True)
class PurchaseModel:
    """A fitted BG/NBD model.

    Attributes
    ----------
    r, alpha, a, b : float
        Parameters; alpha in units of time.
    log_likelihood : float
    n : int
        Customers.
    curvature : array (4, 4), optional
        Inverse second derivative of the mean loss in log-parameters: a resample climbs with it in few steps.

    Examples
    --------
    >>> model = PurchaseModel(0.243, 4.414, 0.793, 2.426, -9582.4, 2357)
    >>> round(float(model.probability(0, 39.0)), 7), f"{float(model.probability(10, 2.0)):.5e}"
    (0.5737864, '1.07869e-07')
    """

    name: ClassVar[str] = "BG/NBD"

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float
    n: int
    curvature: Array | None = field(default=None, repr=False, compare=False)

    @property
    def parameters(self) -> Mapping[str, float]:
        """Its parameters by name."""
        return {"r": self.r, "alpha": self.alpha, "a": self.a, "b": self.b}

    def probability(self, x: ArrayLike, t: ArrayLike) -> Array:
        """P(X(t) = x): chance of x repeat purchases within t of the first one."""
        n, time = np.broadcast_arrays(np.asarray(x, float), np.asarray(t, float))
        p = time / (self.alpha + time)
        beta = special.betaln(self.a, self.b)
        rate = special.gammaln(self.r + n) - special.gammaln(self.r) - special.gammaln(n + 1)
        log_stays = self.r * np.log1p(-p) + special.xlogy(n, p) + rate
        alive = np.exp(special.betaln(self.a, self.b + n) - beta + log_stays)
        # Σ_{j<x} of the negative binomial is its distribution function at x - 1.
        fewer = special.betainc(self.r, np.maximum(n, 1), 1 - p)
        gone = np.exp(special.betaln(self.a + 1, self.b + np.maximum(n, 1) - 1) - beta) * (1 - fewer)
        return np.asarray(alive + np.where(n > 0, gone, 0.0))

    def expected(self, t: ArrayLike) -> Array:
        """E[X(t)]: repeat purchases of a new customer within t."""
        time = np.asarray(t, float)
        head = (self.a + self.b - 1) / (self.a - 1)
        z = time / (self.alpha + time)
        series = special.hyp2f1(self.r, self.b, self.a + self.b - 1, z)
        return np.asarray(head * (1 - (self.alpha / (self.alpha + time)) ** self.r * series))

    def alive(self, x: ArrayLike, t_x: ArrayLike, age: ArrayLike) -> Array:
        """P(alive): chance that a customer with x repeat purchases, the last at t_x, is still one at their age.

        One without a repeat purchase counts as alive for certain: in this model nobody leaves before the second.
        """
        n, last, whole = (np.asarray(value, float) for value in (x, t_x, age))
        odds = self._odds_gone(n, last, whole)
        return np.asarray(1 / (1 + odds))

    def expected_given(self, t: ArrayLike, x: ArrayLike, t_x: ArrayLike, age: ArrayLike) -> Array:
        """E[Y(t) | x, t_x, age]: purchases in the next t of a customer with that history."""
        time, n, last, whole = (np.asarray(value, float) for value in (t, x, t_x, age))
        head = (self.a + self.b + n - 1) / (self.a - 1)
        log = np.log((self.alpha + whole) / (self.alpha + whole + time))
        # Of one who is there: not more than if they never left.
        most = (self.r + n) * time / (self.alpha + whole)
        found = head * (1 - _shrunk(self.r, self.a, self.b, n, log, lambda last: _within(head * (1 - last), most)))
        return np.asarray(np.clip(found, 0.0, most) / (1 + self._odds_gone(n, last, whole)))

    def _odds_gone(self, n: Array, last: Array, whole: Array) -> Array:
        log = np.log(self.a) - np.log(np.maximum(self.b + n - 1, 1e-300))
        log = log + (self.r + n) * (np.log(self.alpha + whole) - np.log(self.alpha + last))
        return np.where(n > 0, np.exp(np.minimum(log, 700)), 0.0)


def _within(found: Array, most: Array) -> NDArray[np.bool_]:
    """Where purchases to come are a number that can be."""
    return (found > -_ROUNDED * (1 + most)) & (found < most + _ROUNDED * (1 + most))


def _shrunk(r: float, a: float, b: float, n: Array, log: Array, holds: Callable[[Array], Any]) -> Array:
    """(1-z)^(r+x)·2F1(r+x, b+x; a+b+x-1; z) with log = log(1-z).

    As published it overflows for many purchases. Euler's transformation, (1-z)^(a-1)·2F1(a+b-1-r, a-1; a+b+x-1; z),
    does for large a and b. What neither reaches, as told by `holds`, is summed up term by term on the log scale.
    """
    n, log = np.broadcast_arrays(n, log)
    with np.errstate(all="ignore"):
        z = -np.expm1(log)
        out = np.array(np.exp((r + n) * log) * special.hyp2f1(r + n, b + n, a + b + n - 1, z))
        if not (fine := holds(out)).all():
            euler = np.exp((a - 1) * log) * special.hyp2f1(a + b - 1 - r, a - 1, a + b + n - 1, z)
            out = np.where(fine, out, euler)
    odd = np.flatnonzero(~holds(out))
    for at in odd:
        out.flat[at] = _summed(a + b - 1 - r, a - 1, a + b + n.flat[at] - 1, log.flat[at])
    return np.asarray(out)


def _summed(first: float, second: float, third: float, log: float) -> float:
    """(1-z)^second·2F1(first, second; third; z), term by term on the log scale."""
    k = np.arange(_TERMS)
    growth = (first + k) * (second + k) / ((third + k) * (k + 1.0)) * -np.expm1(log)
    terms = np.append(0.0, np.cumsum(np.log(np.abs(growth))))
    signs = np.append(1.0, np.cumprod(np.sign(growth)))
    top = terms.max()
    return float(np.exp(second * log + top) * (signs * np.exp(terms - top)).sum())


def fit_purchases(
    x: ArrayLike,
    t_x: ArrayLike,
    age: ArrayLike,
    weight: ArrayLike | None = None,
    start: PurchaseModel | None = None,
) -> PurchaseModel:
    """Fit the model by maximum likelihood.

    Parameters
    ----------
    x, t_x, age : arrays (n,)
        Repeat purchases, time of the last one, time since the first purchase, of each customer.
    weight : array (n,), optional
        How often each counts (a resample).
    start : PurchaseModel, optional
        Where to begin.

    Raises
    ------
    Problem
        If there are too few customers, or the likelihood has no maximum.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> rate, life = rng.gamma(1.5, 1 / 6, 500), np.minimum(rng.exponential(60.0, 500), 40.0)
    >>> x = rng.poisson(rate * life)
    >>> model = fit_purchases(x, np.where(x > 0, life * x / (x + 1), 0.0), np.full(500, 40.0))
    >>> bool(abs(model.expected(40.0) / x.mean() - 1) < 0.05), model.n
    (True, 500)
    """
    n, last, whole, w = checked(x, t_x, age, weight)
    usual = [1.0, float(np.average(whole, weights=w)) / 4, 1.0, 3.0]
    found = maximum(scores, (n, last, whole), w, usual, start)
    if found is None:
        raise Problem(
            "the purchases hold no BG/NBD model of customers who come back and leave: its likelihood has no maximum",
            do="Use a rule of inactivity instead (how='rule'), or more customers over a longer time",
        )
    r, alpha, a, b = found.values
    return PurchaseModel(r, alpha, a, b, found.log_likelihood, found.n, found.curvature)


def checked(
    x: ArrayLike, t_x: ArrayLike, age: ArrayLike, weight: ArrayLike | None
) -> tuple[Array, Array, Array, Array]:
    """Histories that a model can be fitted to, and how often each counts; a problem if they cannot hold one."""
    n, last, whole = (np.asarray(value, float) for value in (x, t_x, age))
    w = np.ones(len(n)) if weight is None else np.asarray(weight, float)
    if not (np.isfinite(n).all() and np.isfinite(last).all() and np.isfinite(whole).all()):
        raise Problem("a history has no number of purchases or no time", do="Leave such customers out")
    if w.sum() < FEWEST:
        raise Problem(f"{int(w.sum())} customers are too few for a model", do=f"It needs {FEWEST} or more")
    if not (n[w > 0] > 0).any():
        raise Problem("nobody bought twice, so nothing tells how often customers come back")
    if ((n < 0) | (last < 0) | (last > whole) | ((n == 0) & (last > 0)) | ((n > 0) & (last == 0))).any():
        raise Problem(
            "a history contradicts itself: its last purchase lies outside the time between the first one and the end",
            do="Count repeat purchases only, and time from the first purchase",
        )
    return n, last, whole, w


def scores(values: Array, n: Array, last: Array, whole: Array) -> tuple[Array, Array]:
    """Log-likelihood of each history, and its slopes by r, alpha, a, b."""
    r, alpha, a, b = values
    repeat = n > 0
    stays = -(r + n) * np.log(alpha + whole)
    base = np.maximum(b + n - 1, 1e-300)
    left = np.where(repeat, np.log(a) - np.log(base) - (r + n) * np.log(alpha + last), -np.inf)
    both = np.logaddexp(stays, left)
    w_stays, w_left = np.exp(stays - both), np.exp(left - both)
    value = special.gammaln(r + n) - special.gammaln(r) + r * np.log(alpha) + both
    value = value + special.gammaln(a + b) + special.gammaln(b + n) - special.gammaln(b) - special.gammaln(a + b + n)
    psi_ab = special.digamma(a + b) - special.digamma(a + b + n)
    slopes = (
        special.digamma(r + n)
        - special.digamma(r)
        + np.log(alpha)
        - w_stays * np.log(alpha + whole)
        - w_left * np.log(alpha + last),
        r / alpha - (r + n) * (w_stays / (alpha + whole) + w_left / (alpha + last)),
        psi_ab + w_left / a,
        psi_ab + special.digamma(b + n) - special.digamma(b) - np.where(repeat, w_left / base, 0.0),
    )
    return value, np.array(slopes)
