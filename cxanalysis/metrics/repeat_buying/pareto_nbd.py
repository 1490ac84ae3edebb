"""Purchases of customers who may leave at any time, not only after a purchase (Pareto/NBD).

Schmittlein, Morrison & Colombo (1987), "Counting your customers", Management Science 33(1) 1-24; Fader & Hardie (2005),
"A note on deriving the Pareto/NBD model". While a customer is there, purchases come at a rate of their own (gamma: r,
α); they leave at a rate of their own (gamma: s, β), at any moment.

The likelihood is usually written with two hypergeometric functions, which lose all digits for many purchases or a long
time. Here it stands as it was before that step, as an integral over the moment u at which the customer left:

    L = Γ(r+x)/Γ(r)·α^r·β^s·{(α+T)^-(r+x)·(β+T)^-s + s·∫ (α+u)^-(r+x)·(β+u)^-(s+1) du, u from t_x to T}

Everything under the integral is above zero, so it is summed on the log scale without cancellation, whichever of α and
β is larger, and its slopes come from the same points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from cxanalysis.metrics.repeat_buying.bg_nbd import checked
from cxanalysis.metrics.repeat_buying.maximum_likelihood import maximum
from cxanalysis.problem import Problem

Array = NDArray[np.float64]
#: Points of the integral (Gauss-Legendre): nine digits or more, also for thousands of purchases.
_POINTS: Final = 32
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(_POINTS)
#: Where the integrand has fallen to e^-40 of its first value the rest of the integral is below the last digit.
_DEAD: Final = 40.0
#: Customers whose points are held at a time: they stay in the processor's cache.
_CHUNK: Final = 8192


@dataclass(frozen=True, slots=True)
class ParetoModel:
    """A fitted Pareto/NBD model.

    Attributes
    ----------
    r, alpha, s, beta : float
        Parameters; alpha and beta in units of time.
    log_likelihood : float
    n : int
        Customers.
    curvature : array (4, 4), optional
        As in `PurchaseModel`.

    Examples
    --------
    >>> model = ParetoModel(0.553, 10.578, 0.606, 11.669, 0.0, 2357)
    >>> round(float(model.alive(26, 30.86, 31)), 4), round(float(model.expected_given(52, 26, 30.86, 31)), 2)
    (0.9979, 25.46)
    """

    name: ClassVar[str] = "Pareto/NBD"

    r: float
    alpha: float
    s: float
    beta: float
    log_likelihood: float
    n: int
    curvature: Array | None = field(default=None, repr=False, compare=False)

    @property
    def parameters(self) -> Mapping[str, float]:
        """Its parameters by name."""
        return {"r": self.r, "alpha": self.alpha, "s": self.s, "beta": self.beta}

    def expected(self, t: ArrayLike) -> Array:
        """E[X(t)]: repeat purchases of a new customer within t."""
        return np.asarray(self.r / self.alpha * self._time_there(np.asarray(t, float), self.beta))

    def alive(self, x: ArrayLike, t_x: ArrayLike, age: ArrayLike) -> Array:
        """P(alive): chance that a customer with x repeat purchases, the last at t_x, is still one at their age."""
        n, last, whole = np.broadcast_arrays(*(np.asarray(value, float) for value in (x, t_x, age)))
        logs = np.array([self.r, self.alpha, self.s, self.beta])
        found = np.concatenate(
            [_parts(logs, *part)[2] for part in _chunks(n.ravel(), last.ravel(), whole.ravel())] or [np.zeros(0)]
        )
        return np.asarray(found.reshape(n.shape))

    def expected_given(self, t: ArrayLike, x: ArrayLike, t_x: ArrayLike, age: ArrayLike) -> Array:
        """E[Y(t) | x, t_x, age]: purchases in the next t of a customer with that history."""
        time, n, last, whole = (np.asarray(value, float) for value in (t, x, t_x, age))
        rate = (self.r + n) / (self.alpha + whole)
        return np.asarray(self.alive(n, last, whole) * rate * self._time_there(time, self.beta + whole))

    def _time_there(self, t: Array, beta: Array | float) -> Array:
        """β/(s-1)·(1 - (β/(β+t))^(s-1)): how much of the next t a customer is there; s = 1 is its limit."""
        log = np.log1p(t / beta)
        bent = (self.s - 1) * log
        tame = np.where(np.abs(bent) < 1e-12, 1.0, bent)
        return np.asarray(beta * log * np.where(np.abs(bent) < 1e-12, 1.0, -np.expm1(-tame) / tame))


def fit_pareto(
    x: ArrayLike,
    t_x: ArrayLike,
    age: ArrayLike,
    weight: ArrayLike | None = None,
    start: ParetoModel | None = None,
) -> ParetoModel:
    """Fit the model by maximum likelihood; parameters as in `fit_purchases`.

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
    >>> model = fit_pareto(x, np.where(x > 0, life * x / (x + 1), 0.0), np.full(500, 40.0))
    >>> bool(abs(model.expected(40.0) / x.mean() - 1) < 0.05), model.n
    (True, 500)
    """
    n, last, whole, w = checked(x, t_x, age, weight)
    middle = float(np.average(whole, weights=w)) / 4
    found = maximum(scores, (n, last, whole), w, [1.0, middle, 1.0, middle], start)
    if found is None:
        raise Problem(
            "the purchases hold no Pareto/NBD model: its likelihood has no maximum",
            do="Use model='BG/NBD', a rule of inactivity, or more customers over a longer time",
        )
    r, alpha, s, beta = found.values
    return ParetoModel(r, alpha, s, beta, found.log_likelihood, found.n, found.curvature)


def _chunks(*columns: Array) -> list[tuple[Array, ...]]:
    size = len(columns[0])
    return [tuple(column[at : at + _CHUNK] for column in columns) for at in range(0, size, _CHUNK)]


def _parts(values: Array, n: Array, last: Array, whole: Array) -> tuple[Array, Array, Array, tuple[Array, ...]]:
    """log of both ways to have that history, chances of each, and what the slopes need.

    Returns
    -------
    both : array (n,)
        log{…} of the likelihood, without its factor (α+t_x)^-(r+x)·(β+t_x)^-s.
    gone, stays : array (n,)
        Chance that the customer left before T, or not.
    means : tuple of arrays (n,)
        log (α+u)/(α+t_x), 1/(α+u), log (β+u)/(β+t_x), 1/(β+u) on average over the moments u of leaving.
    """
    r, alpha, s, beta = values
    first, second, reach = alpha + last, beta + last, np.maximum(whole - last, 0.0)
    stay = -(r + n) * np.log1p(reach / first) - s * np.log1p(reach / second)
    # Points lie densest at t_x, in units no larger than the first fall of the integrand and the nearer of its poles.
    unit = np.minimum(np.minimum(first, second), 1 / ((r + n) / first + (s + 1) / second))
    dead = np.minimum(first * _until(_DEAD / (r + n)), second * _until(_DEAD / (s + 1)))
    length = np.log1p(np.minimum(reach, dead) / unit)
    v = np.outer((_NODES + 1) / 2, length)
    step = unit * np.expm1(v)
    log_a, log_b = np.log1p(step / first), np.log1p(step / second)
    height = v - (r + n) * log_a - (s + 1) * log_b
    top = height.max(axis=0)
    mass = _WEIGHTS[:, None] * np.exp(height - top)
    sum_of = mass.sum(axis=0)
    with np.errstate(divide="ignore"):  # no time since the last purchase: nobody left within it
        leave = np.log(s) + np.log(unit / second) + np.log(length / 2) + top + np.log(sum_of)
    both = np.logaddexp(stay, leave)
    means = tuple((mass * one).sum(axis=0) / sum_of for one in (log_a, 1 / (first + step), log_b, 1 / (second + step)))
    return both, np.exp(leave - both), np.exp(stay - both), means


def _until(log: Array | float) -> Any:
    """By how much a power must grow until its own log has grown by so much."""
    return np.expm1(np.minimum(log, 700))


def scores(values: Array, n: Array, last: Array, whole: Array) -> tuple[Array, Array]:
    """Log-likelihood of each history, and its slopes by r, alpha, s, beta."""
    found = [_scores(values, *part) for part in _chunks(n, last, whole)]
    return np.concatenate([one[0] for one in found]), np.concatenate([one[1] for one in found], axis=1)


def _scores(values: Array, n: Array, last: Array, whole: Array) -> tuple[Array, Array]:
    r, alpha, s, beta = values
    both, gone, stays, (log_a, over_a, log_b, over_b) = _parts(values, n, last, whole)
    value = special.gammaln(r + n) - special.gammaln(r) - n * np.log(alpha + last) + both
    value = value - r * np.log1p(last / alpha) - s * np.log1p(last / beta)
    since = np.maximum(whole - last, 0.0)
    slopes = (
        special.digamma(r + n)
        - special.digamma(r)
        - np.log1p(last / alpha)
        - stays * np.log1p(since / (alpha + last))
        - gone * log_a,
        r / alpha - (r + n) * (stays / (alpha + whole) + gone * over_a),
        -np.log1p(last / beta) - stays * np.log1p(since / (beta + last)) + gone * (1 / s - log_b),
        s / beta - s * stays / (beta + whole) - (s + 1) * gone * over_b,
    )
    return value, np.array(slopes)
