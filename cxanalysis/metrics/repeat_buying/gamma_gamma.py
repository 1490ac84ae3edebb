"""What a purchase is worth, customer by customer (Gamma-Gamma).

Fader & Hardie (2013), "The Gamma-Gamma model of monetary value". A customer's purchases vary about a mean of their own
(gamma: p), and these means vary between customers (gamma: q, v). How often somebody buys says nothing about how much.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from cxanalysis.metrics.repeat_buying.maximum_likelihood import climbed, curvature, mean_loss
from cxanalysis.problem import Problem

Array = NDArray[np.float64]
#: Beyond these a parameter has no end.
_SMALLEST, _LARGEST = 1e-6, 1e7


@dataclass(frozen=True, slots=True)
class SpendModel:
    """A fitted Gamma-Gamma model.

    Attributes
    ----------
    p, q, v : float
    log_likelihood : float
    n : int
        Customers with a repeat purchase.
    curvature : array (3, 3), optional
        As in `PurchaseModel`.

    Examples
    --------
    >>> model = SpendModel(6.25, 3.74, 15.44, 0.0, 946)
    >>> round(model.mean, 6)
    35.218978
    """

    p: float
    q: float
    v: float
    log_likelihood: float
    n: int
    curvature: Array | None = field(default=None, repr=False, compare=False)

    @property
    def mean(self) -> float:
        """Mean value of a purchase over all customers, p·v/(q - 1); infinite for q ≤ 1."""
        return self.p * self.v / (self.q - 1) if self.q > 1 else float("inf")

    def expected(self, x: ArrayLike, value: ArrayLike) -> Array:
        """E(M | x, m̄) = p(v + x·m̄)/(p·x + q - 1): a customer's own mean, drawn towards that of all."""
        n = np.asarray(x, float)
        m = np.where(n > 0, np.nan_to_num(np.asarray(value, float)), 0.0)
        return np.asarray(self.p * (self.v + n * m) / (self.p * n + self.q - 1))


def fit_spend(
    x: ArrayLike, value: ArrayLike, weight: ArrayLike | None = None, start: SpendModel | None = None
) -> SpendModel:
    """Fit the model by maximum likelihood.

    Parameters
    ----------
    x, value : arrays (n,)
        Purchases and their mean value, of each customer; both above zero.
    weight, start : optional
        As in `fit_purchases`.

    Raises
    ------
    Problem
        If values are not above zero, or the likelihood has no maximum.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> own = 4 * 15 / rng.gamma(4.0, 1.0, 3000)
    >>> spent = rng.gamma(4.0 * 3, own / (4.0 * 3))
    >>> bool(abs(fit_spend(np.full(3000, 3.0), spent).mean / spent.mean() - 1) < 0.02)
    True
    """
    n, m = np.asarray(x, float), np.asarray(value, float)
    w = np.ones(len(n)) if weight is None else np.asarray(weight, float)
    if not (n > 0).all() or not (m > 0).all():
        raise Problem("purchases and their value must be above zero", do="Leave out customers for whom they are not")
    if not w.sum() > 0:
        raise Problem("nobody bought twice, so nothing tells what a purchase is worth")
    # The scale of money is taken out: v is measured in mean purchases.
    scale = float(np.average(m, weights=w))
    data = (n, m / scale, w / w.sum())
    near = None if start is None else ([start.p, start.q, start.v / scale], start.curvature)
    found = climbed(mean_loss(scores), [2.0, 3.0, 1.0], data, _SMALLEST, _LARGEST, near)
    if found is None:
        raise Problem(
            "what customers spend holds no model: their purchases are all alike, or without end",
            do="Check the column of the amount for outliers and constants",
        )
    values = np.exp(found.x)
    p, q, v = (float(one) for one in values)
    total = float(w.sum())
    likelihood = -float(found.fun) * total - float((w * np.log(scale)).sum())
    return SpendModel(p, q, v * scale, likelihood, int((w > 0).sum()), curvature(found))


def scores(values: Array, n: Array, m: Array) -> tuple[Array, Array]:
    """Log-likelihood of each customer's mean value, and its slopes by p, q, v."""
    p, q, v = values
    both = np.log(v + n * m)
    value = special.gammaln(p * n + q) - special.gammaln(p * n) - special.gammaln(q)
    value = value + q * np.log(v) + (p * n - 1) * np.log(m) + p * n * np.log(n) - (p * n + q) * both
    psi = special.digamma(p * n + q)
    slopes = (
        n * (psi - special.digamma(p * n) + np.log(m) + np.log(n) - both),
        psi - special.digamma(q) + np.log(v) - both,
        q / v - (p * n + q) / (v + n * m),
    )
    return value, np.array(slopes)
