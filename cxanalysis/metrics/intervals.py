"""Intervals of shares, of NPS and of means, on effective numbers of answers.

Every function works on arrays: one element a group. Elements without an interval are NaN.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from cxanalysis.engine.aggregates import Aggregates, ratio

Array = NDArray[np.float64]
#: Below this many clusters a normal quantile is too small: Student's t with G - 1 degrees of freedom takes its place.
FEW_CLUSTERS: Final = 30


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
    """

    n: Array
    mean: Array
    variance: Array
    se: Array
    deff: Array
    n_eff: Array
    n_kish: Array
    clusters: Array | None

    @classmethod
    def of(cls, sums: Aggregates, measure: str) -> Precision:
        """From aggregates with one block; the coded column's mean is the metric."""
        at = sums.index(measure)
        n = sums.count[:, 0, at, at].astype(float)
        weight = sums.weight[:, 0, at, at]
        variance = ratio(sums.spread[:, 0, at, at], weight)
        clusters = sums.units[:, 0, at] if sums.cluster is not None else None
        of_mean = ratio(sums.squares[:, 0, at, 2], weight**2)
        if clusters is not None:
            of_mean = of_mean * ratio(clusters, clusters - 1)
        kish = ratio(weight**2, sums.weight_squares[:, 0, at])
        deff = ratio(of_mean * n, variance)
        same = n if clusters is None else clusters
        same = kish if clusters is None else np.where(clusters > 1, same, np.nan)
        n_eff = np.where(variance > 0, np.minimum(n, ratio(n, deff)), same)
        # One cluster says nothing about how clusters differ, however many answers it holds.
        return cls(n, sums.mean[:, 0, at, at], variance, np.sqrt(of_mean), deff, n_eff, kish, clusters)

    def quantile(self, confidence: float) -> Array:
        """Normal quantile, or Student's t where there are few clusters; NaN where n = 1 or there is one cluster."""
        z = np.where(self.n > 1, stats.norm.ppf((1 + confidence) / 2), np.nan)
        if self.clusters is None:
            return z
        few = stats.t.ppf((1 + confidence) / 2, np.maximum(self.clusters - 1, 1))
        return np.where(self.clusters < 2, np.nan, np.where(self.clusters < FEW_CLUSTERS, few, z))


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
    """Interval of a mean: Student's t; n - 1 degrees of freedom, or one less than the clusters.

    Where all answers are the same there is no interval: their spread is unknown, not zero.
    """
    varies = (precision.n > 1) & (precision.variance > 0)
    if precision.clusters is None:
        df = precision.n - 1
        se = precision.se * np.sqrt(ratio(precision.n, precision.n - 1))
    else:
        df = precision.clusters - 1
        se = precision.se
    half = np.where(varies & (df > 0), stats.t.ppf((1 + confidence) / 2, np.maximum(df, 1)) * se, np.nan)
    return precision.mean - half, precision.mean + half
