"""Intervals of shares, of NPS and of means, on effective numbers of answers.

Every function works on arrays: one element a group. Elements without an interval are NaN.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from cxanalysis.engine.aggregates import Aggregates, ratio

Array = NDArray[np.float64]
#: Below this effective number of clusters, what they say of how clusters differ is little, and that is said.
FEW_CLUSTERS: Final = 30
#: Degrees of freedom below this are those of one cluster with crumbs beside it: they tell nothing.
ONE_CLUSTER: Final = 0.05
#: Degrees of freedom of a rare share, for each cluster that has it (chosen by simulation, see `cluster_quantile`).
PER_HIT: Final = 2


@dataclass(frozen=True, slots=True, eq=False)
class Precision:
    """How much a group's answers say about its mean.

    Attributes
    ----------
    n : array (G,)
        Answers.
    mean : array (G,)
        Weighted mean m of the coded answers.
    variance : array (G,)
        Σ_i s_ii = Σw(y - m)²/Σw: of the answers.
    se : array (G,)
        Standard error of m: √Σ u_i² with u_i = w_i(y_i - m)/Σw; clustered √(Σ_g(Σ_{i∈g} u_i)² · C/(C-1)).
    deff : array (G,)
        Design effect se²·n/variance.
    n_eff : array (G,)
        n/deff, not above n; where all answers are the same, Kish's n or the number of clusters.
    n_kish : array (G,)
        (Σw)²/Σw².
    clusters : array (G,) or None
        Number C of clusters.
    effective : array (G,) or None
        Effective number of clusters C* = (Σ W_g)²/Σ W_g², with W_g the weight of a cluster's answers: so many of equal
        weight tell as much (Kish's formula, for clusters).
    rare : array (G,) or None
        Of a share: effective number of clusters (Σ k_g)²/Σ k_g² with k_g hits, or misses where these are fewer.

    Notes
    -----
    The mean of clusters with weights p_g = W_g/Σw is Σ p_g m_g, and C* = 1/Σp_g². Where one customer gives a third of
    the answers, 40 customers tell as much as 8 of equal size: see `cluster_quantile`. `se`, `deff` and `n_eff` are the
    textbook's all the same, so that they can be compared with other programs.
    """

    n: Array
    mean: Array
    variance: Array
    se: Array
    deff: Array
    n_eff: Array
    n_kish: Array
    clusters: Array | None
    effective: Array | None
    rare: Array | None = None

    @classmethod
    def of_share(cls, sums: Aggregates, measure: str) -> Precision:
        """As `of`, for a column coded 0 or 100: few clusters on one side of a share tell little of how they differ."""
        precision = cls.of(sums, measure)
        if precision.clusters is None:
            return precision
        at = sums.index(measure)
        return replace(precision, rare=_rarer_side(sums.squares[:, 0, at], sums.weight[:, 0, at, at], precision.mean))

    @classmethod
    def of(cls, sums: Aggregates, measure: str) -> Precision:
        """From aggregates with one block; the coded column's mean is the metric."""
        at = sums.index(measure)
        n = sums.count[:, 0, at, at].astype(float)
        weight = sums.weight[:, 0, at, at]
        variance = ratio(sums.spread[:, 0, at, at], weight)
        clusters = sums.units[:, 0, at] if sums.cluster is not None else None
        effective = None if clusters is None else effective_number(weight, sums.squares[:, 0, at, 0], clusters)
        of_mean = ratio(sums.squares[:, 0, at, 2], weight**2)
        if clusters is not None:
            of_mean = of_mean * ratio(clusters, clusters - 1)
        kish = ratio(weight**2, sums.weight_squares[:, 0, at])
        deff = ratio(of_mean * n, variance)
        same = kish if effective is None else np.where(effective > 1, effective, np.nan)
        n_eff = np.where(variance > 0, np.minimum(n, ratio(n, deff)), same)
        # One cluster says nothing about how clusters differ, however many answers it holds.
        return cls(n, sums.mean[:, 0, at, at], variance, np.sqrt(of_mean), deff, n_eff, kish, clusters, effective)

    def quantile(self, confidence: float) -> Array:
        """Normal quantile, of clusters Student's t; NaN where n = 1 or there is one cluster."""
        if self.effective is None or self.clusters is None:
            return np.where(self.n > 1, stats.norm.ppf((1 + confidence) / 2), np.nan)
        per_cluster = ratio(self.n, self.clusters)
        return cluster_quantile(self.effective, self.clusters, confidence, rare=self.rare, per_cluster=per_cluster)


def _rarer_side(squares: Array, weight: Array, mean: Array) -> Array:
    """Effective number of clusters with hits, or with misses if that is less; infinite where one side is empty.

    From the sums Σ W_g², Σ W_g S_g, Σ S_g² with S_g = Σ w(y - m) and y 0 or 100: hits are k_g = (S_g + m W_g)/100.
    """
    zero, one, two = squares[..., 0], squares[..., 1], squares[..., 2]
    share = mean / 100
    hits = two / 1e4 + 2 * share * one / 100 + share**2 * zero
    both = one / 100 + share * zero
    misses = zero - 2 * both + hits
    sides = [
        ratio((part * weight) ** 2, np.where(part > 0, of_squares, 0.0), otherwise=np.inf)
        for part, of_squares in ((share, hits), (1 - share, misses))
    ]
    return np.minimum(*sides)


def effective_number(total: ArrayLike, squares: ArrayLike, clusters: ArrayLike) -> Array:
    """Effective number of clusters (Σ W_g)²/Σ W_g², not above their number: rounding must not make one cluster two.

    Examples
    --------
    >>> effective_number(100.0, 5000.0, 3).tolist()
    2.0
    """
    return np.minimum(ratio(np.asarray(total, dtype=float) ** 2, np.asarray(squares, dtype=float)), clusters)


def cluster_quantile(
    effective: ArrayLike,
    clusters: ArrayLike,
    confidence: float,
    *,
    rare: ArrayLike | None = None,
    per_cluster: ArrayLike | None = None,
) -> Array:
    """By what a clustered standard error is multiplied: √(C*/(C* - 1) · (C - 1)/C) · t, with C* - 1 degrees of freedom.

    The sum of squares about the mean of uneven clusters is too small by 1 - 1/C*, not by 1 - 1/C, and varies like that
    of C* clusters. With clusters of one size it is Student's t with C - 1. NaN where (nearly) all weight lies in one
    cluster.

    Of a share, `rare` is the effective number of clusters with a hit (or a miss, if these are fewer): then there are at
    most twice as many degrees of freedom. Three customers with a failure say little of how failures come together.
    The fewer answers a cluster has (`per_cluster`, below two), the less they can come together, and the less it counts.

    Notes
    -----
    Simulated, failures of 1-5 % in 40 to 400 customers of 5 to 10 orders each, intraclass correlation 0.2-0.4:
    intervals hold the rate in 94-98 % of samples; without `rare` in 89-97 %.

    Simulated, 95 % intervals, Pareto sizes (α = 1.2): with 6, 10, 20, 40, 100, 300 clusters a mean is held in 96, 96,
    95, 94, 93, 94 % of samples; counting clusters instead in 85, 83, 83, 84, 89, 93 %.

    Examples
    --------
    >>> cluster_quantile([1.0, 5.0], [1, 5], 0.95).round(3).tolist()
    [nan, 2.776]
    """
    few, count = np.asarray(effective, dtype=float), np.asarray(clusters, dtype=float)
    df = np.maximum(few - 1, ONE_CLUSTER)
    most = df
    if rare is not None:
        further = np.clip(np.asarray(2.0 if per_cluster is None else per_cluster, dtype=float) - 1, 0, 1)
        most = np.minimum(df, ratio(PER_HIT * np.maximum(np.asarray(rare, dtype=float), 1), further, otherwise=np.inf))
    widened = np.sqrt((df + 1) / df * (count - 1) / count) * stats.t.ppf((1 + confidence) / 2, most)
    return np.where(few - 1 > ONE_CLUSTER, widened, np.nan)


def mean_of_measure(sums: Aggregates, measure: str) -> Array:
    """Weighted mean of one measure, an element a group."""
    at = sums.index(measure)
    return np.asarray(sums.mean[:, 0, at, at])


def wilson(share: ArrayLike, n: ArrayLike, quantile: ArrayLike) -> tuple[Array, Array]:
    """Interval of a share (Wilson 1927).

    Parameters
    ----------
    share : array
        Observed share, 0…1.
    n : array
        Effective number of answers.
    quantile : array
        z for the confidence, 1.959964 for 95 %.

    Returns
    -------
    low, high : arrays, 0…1
        (p + z²/2n ± z√(p(1-p)/n + z²/4n²)) / (1 + z²/n)

    Examples
    --------
    >>> low, high = wilson(0.8, 10, 1.959963984540054)
    >>> round(float(low), 6), round(float(high), 6)
    (0.490162, 0.943318)
    """
    p, m, z = (np.asarray(value, dtype=float) for value in (share, n, quantile))
    squared = ratio(z**2, m)
    middle = (p + squared / 2) / (1 + squared)
    half = np.sqrt(squared * p * (1 - p) + squared**2 / 4) / (1 + squared)
    # At 0 and 1 the limit is the share itself: rounding must not leave it outside.
    return np.minimum(np.clip(middle - half, 0, 1), p), np.maximum(np.clip(middle + half, 0, 1), p)


def adjusted_wald_nps(
    detractors: ArrayLike, promoters: ArrayLike, n: ArrayLike, quantile: ArrayLike
) -> tuple[Array, Array]:
    """Interval of NPS: ¾, 1½ and ¾ answers are added to detractors, passives and promoters, then Wald, then clipped.

    Parameters
    ----------
    detractors, promoters : arrays
        Observed shares, 0…1.
    n : array
        Effective number of answers.
    quantile : array
        z for the confidence.

    Returns
    -------
    low, high : arrays, points (-100…100)
        With d = (D + ¾)/(n + 3) and p likewise: 100(p - d) ± 100 z √((p + d - (p - d)²)/(n + 3)).

    Examples
    --------
    >>> low, high = adjusted_wald_nps(0.0, 1.0, 10, 1.959963984540054)
    >>> round(float(low), 4), float(high)
    (47.5036, 100.0)
    """
    m = np.asarray(n, dtype=float)
    d = (np.asarray(detractors, dtype=float) * m + 0.75) / (m + 3)
    p = (np.asarray(promoters, dtype=float) * m + 0.75) / (m + 3)
    half = np.asarray(quantile) * np.sqrt((p + d - (p - d) ** 2) / (m + 3))
    return np.clip(100 * (p - d - half), -100, 100), np.clip(100 * (p - d + half), -100, 100)


def student(precision: Precision, confidence: float) -> tuple[Any, Any]:
    """Interval of a mean: Student's t; n - 1 degrees of freedom, or one less than the effective clusters.

    Where all answers are the same there is no interval: their spread is unknown, not zero.
    """
    varies = (precision.n > 1) & (precision.variance > 0)
    if precision.effective is None:
        quantile = stats.t.ppf((1 + confidence) / 2, np.maximum(precision.n - 1, 1))
        se = precision.se * np.sqrt(ratio(precision.n, precision.n - 1))
    else:
        quantile, se = precision.quantile(confidence), precision.se
    half = np.where(varies, quantile * se, np.nan)
    return precision.mean - half, precision.mean + half
