"""How long something takes when some cases are still open: Kaplan-Meier, quantiles, and their intervals.

Functions on arrays. A time is a number in any unit; `closed` says whether the case ended then or was still open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, stats

from cxanalysis.engine.aggregates import ratio
from cxanalysis.problem import Problem

Array = NDArray[np.float64]
#: Resamples see at most so many different times: the ends of an interval are exact to one step of these.
MOST_TIMES: Final = 4096
#: Share of resamples that may hold no model before the interval is refused.
MOST_FAILED: Final = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Survival:
    """The share still open, by time.

    Attributes
    ----------
    time : array (T,)
        Different times at which cases ended.
    at_risk, ended : arrays (T,)
        Weight of the cases open just before each time; of those that ended then.
    open : array (T,)
        S(t) just after each time: Π(1 - ended/at_risk) (Kaplan & Meier 1958).
    hazard_variance : array (T,)
        Greenwood's Σ ended/(at_risk·(at_risk - ended)): Var S = S² times this.
    longest : float
        The longest time anybody was watched.
    """

    time: Array
    at_risk: Array
    ended: Array
    open: Array
    hazard_variance: Array
    longest: float

    def at(self, time: float) -> tuple[float, float]:
        """S(time) and Greenwood's sum up to it; NaN beyond the longest time watched unless nobody is left.

        The share after the last case ended is not known to fall or stay.
        """
        if time > self.longest and not (len(self.open) and self.open[-1] <= 0):
            return float("nan"), float("nan")
        k = int(np.searchsorted(self.time, time, side="right")) - 1
        return (1.0, 0.0) if k < 0 else (float(self.open[k]), float(self.hazard_variance[k]))

    def quantile(self, q: float) -> float:
        """The time by which a share q has ended: the first t with S(t) ≤ 1 - q; NaN if not reached."""
        reached = np.flatnonzero(self.open <= 1 - q + 1e-12)
        return float(self.time[reached[0]]) if len(reached) else float("nan")

    def mean(self) -> tuple[float, float, float]:
        """Area under S up to its limit, that limit, and the standard error.

        The limit is the longest time watched: where the last case is still open, the mean counts no time beyond it.
        Var = Σ A(t)² · ended/(at_risk·(at_risk - ended)) · m/(m - 1), with A(t) the area from t on, m cases ended.
        """
        limit = max(self.longest, self.time[-1] if len(self.time) else 0.0)
        edges = np.r_[0.0, self.time, limit]
        steps = np.r_[1.0, self.open] * np.diff(edges)
        beyond = steps[::-1].cumsum()[::-1][1:]
        gone = ratio(self.ended, self.at_risk * (self.at_risk - self.ended), otherwise=0.0)
        m = self.ended.sum()
        variance = float((beyond**2 * gone).sum()) * (m / (m - 1) if m > 1 else np.nan)
        return float(steps.sum()), float(limit), float(np.sqrt(variance))


def kaplan_meier(
    time: Array, closed: NDArray[np.bool_], weight: Array | None = None, entry: Array | None = None
) -> Survival:
    """Kaplan-Meier, with weights, and with cases that came under watch only at `entry` (left truncation).

    Parameters
    ----------
    time : array (n,)
        How long each case lasted, or has lasted so far.
    closed : bool array (n,)
        Whether it ended then.
    weight, entry : arrays (n,), optional
        A case counts as at risk from just after its entry.

    Examples
    --------
    >>> import numpy as np
    >>> found = kaplan_meier(np.array([1., 2, 3, 4]), np.array([True, True, False, True]))
    >>> found.open.round(3).tolist(), found.quantile(0.5)
    ([0.75, 0.5, 0.0], 2.0)
    """
    w = np.ones(len(time)) if weight is None else weight
    times, inverse = np.unique(time, return_inverse=True)
    ended = np.bincount(inverse, w * closed, minlength=len(times)).astype(float)
    risk = np.bincount(inverse, w, minlength=len(times))[::-1].cumsum()[::-1]
    if entry is not None:
        order = np.argsort(entry, kind="stable")
        late = np.r_[0.0, w[order].cumsum()]
        # Whoever enters at t or after is not yet at risk at t.
        risk = risk - (late[-1] - late[np.searchsorted(entry[order], times, side="left")])
    some = ended > 0
    times, ended, risk = times[some], ended[some], np.maximum(risk[some], ended[some])
    # A weight of almost nothing left over by rounding is nobody.
    left = np.where(risk - ended > 1e-9 * risk, risk - ended, 0.0)
    share = np.cumprod(left / risk)
    gone = ratio(ended, risk * left, otherwise=np.inf)
    return Survival(times, risk, ended, share, gone.cumsum(), float(time.max()) if len(time) else 0.0)


def survival_interval(share: float, hazard_variance: float, confidence: float) -> tuple[float, float]:
    """Interval of S(t) on the scale log(-log S) (Kalbfleisch & Prentice): inside 0…1; none at 0 or 1.

    Examples
    --------
    >>> [round(end, 4) for end in survival_interval(0.75, 0.0833, 0.95)]
    [0.1281, 0.9605]
    """
    if not (0 < share < 1 and np.isfinite(hazard_variance)):
        return float("nan"), float("nan")
    half = stats.norm.ppf((1 + confidence) / 2) * np.sqrt(hazard_variance) / abs(np.log(share))
    return float(share ** np.exp(half)), float(share ** np.exp(-half))


def quantile_interval(found: Survival, q: float, confidence: float) -> tuple[float, float]:
    """Interval of a quantile of open and closed cases (Brookmeyer & Crowley 1982, on the scale log(-log S)).

    All times t at which S(t) cannot be told from 1 - q: |g(S) - g(1 - q)| ≤ z · se(g(S)). NaN where an end is not
    reached: the upper one needs a time at which S is clearly below 1 - q, and where the curve falls to 0 because the
    last cases watched ended, that is no such time unless S was that low before.

    Examples
    --------
    >>> import numpy as np
    >>> found = kaplan_meier(np.arange(1., 41), np.arange(40) % 4 != 3)
    >>> quantile_interval(found, 0.5, 0.95)
    (17.0, 31.0)
    """
    z = stats.norm.ppf((1 + confidence) / 2)
    inside = (found.open > 0) & (found.open < 1) & np.isfinite(found.hazard_variance)
    time, share = found.time[inside], found.open[inside]
    if not len(time):
        return float("nan"), float("nan")
    se = np.sqrt(found.hazard_variance[inside]) / np.abs(np.log(share))
    away = np.abs(np.log(-np.log(share)) - np.log(-np.log(1 - q)))
    kept = np.flatnonzero(away <= z * se)
    if not len(kept):
        return float("nan"), float("nan")
    low = time[kept[0]]
    # The upper end is the first time at which S is clearly below; without one it is not reached.
    beyond = time[kept[-1] + 1 :]
    return float(low), float(beyond[0]) if len(beyond) else float("nan")


def order_interval(values: Array, q: float, confidence: float) -> tuple[float, float]:
    """Interval of a quantile where nothing is open: two order statistics, by the binomial ranks.

    With B ~ Binomial(n, q): low is the largest rank l with P(B < l) ≤ α/2, high the smallest u with P(B ≥ u) ≤ α/2.
    NaN where the sample is too small to have such a rank.

    Examples
    --------
    >>> import numpy as np
    >>> order_interval(np.arange(1.0, 101.0), 0.5, 0.95)
    (40.0, 61.0)
    """
    ordered, n = np.sort(values), len(values)
    alpha = (1 - confidence) / 2
    ranks = np.arange(1, n + 1)
    below = ranks[stats.binom.cdf(ranks - 1, n, q) <= alpha]
    above = ranks[stats.binom.sf(ranks - 1, n, q) <= alpha]
    low = float(ordered[below[-1] - 1]) if len(below) else float("nan")
    return low, float(ordered[above[0] - 1]) if len(above) else float("nan")


def resampled_curves(
    time: Array, closed: NDArray[np.bool_], weight: Array, unit: NDArray[np.int64], resamples: int, seed: int
) -> tuple[Array, Array, Array]:
    """S(t) in resamples of whole units.

    Parameters
    ----------
    time, closed, weight : arrays (n,)
    unit : int array (n,)
        Whose case it is; units are drawn with replacement.
    resamples, seed : int

    Returns
    -------
    times : array (T,)
        At most `MOST_TIMES`; longer lists are put on as many steps, each at its upper end.
    open : array (R, T)
    last : array (R,)
        The longest time watched in each resample.
    """
    times, place = np.unique(time, return_inverse=True)
    if len(times) > MOST_TIMES:
        edges = np.unique(np.quantile(times, np.linspace(0, 1, MOST_TIMES + 1)[1:], method="higher"))
        place = np.searchsorted(edges, time)
        times = edges
    codes, who = np.unique(unit, return_inverse=True)
    shape = (len(codes), len(times))
    ended = sparse.csr_matrix((weight * closed, (who, place)), shape=shape)
    leaving = sparse.csr_matrix((weight, (who, place)), shape=shape)
    rng = np.random.default_rng(seed)
    curves, last = np.empty((resamples, len(times))), np.empty(resamples)
    for start in range(0, resamples, 100):
        stop = min(start + 100, resamples)
        draws = rng.multinomial(len(codes), np.full(len(codes), 1 / len(codes)), size=stop - start).astype(float)
        gone, left = draws @ ended, draws @ leaving
        risk = left[:, ::-1].cumsum(axis=1)[:, ::-1]
        stays = 1 - ratio(gone, risk, otherwise=0.0)
        curves[start:stop] = np.cumprod(np.clip(stays, 0, 1), axis=1)
        last[start:stop] = times[left.shape[1] - 1 - (left[:, ::-1] > 0).argmax(axis=1)]
    return times, np.where(curves < 1e-9, 0.0, curves), last


def resampled_quantiles(times: Array, curves: Array, q: float) -> Array:
    """The quantile in every resample; infinite where it is not reached."""
    reached = curves <= 1 - q + 1e-12
    return np.where(reached.any(axis=1), times[reached.argmax(axis=1)], np.inf)


def resampled_means(times: Array, curves: Array, last: Array) -> Array:
    """Area under the curve up to the longest time watched, in every resample."""
    edges = np.minimum(np.r_[0.0, times][None, :], last[:, None])
    widths = np.diff(np.concatenate([edges, last[:, None]], axis=1), axis=1)
    return (np.concatenate([np.ones((len(curves), 1)), curves], axis=1) * widths).sum(axis=1)


def resampled_fits(value_of: Callable[[Array], float], size: int, resamples: int, seed: int) -> tuple[Array, int]:
    """A fitted value in resamples of `size` customers, and how many of these held no model.

    Parameters
    ----------
    value_of : callable
        From how often each customer is drawn to the value; a `Problem` where there is none.

    Raises
    ------
    Problem
        If more than a tenth of the resamples hold no model: then the data hardly do.
    """
    rng, found, failed = np.random.default_rng(seed), [], 0
    for _ in range(resamples):
        drawn = rng.multinomial(size, np.full(size, 1 / size)).astype(float)
        try:
            found.append(value_of(drawn))
        except Problem:
            failed += 1
    if failed > MOST_FAILED * resamples:
        raise Problem(
            f"{failed:,} of {resamples:,} resamples of the customers hold no model, so it has no interval",
            do="Use more customers over a longer time, or a simpler way",
        )
    return np.array(found), failed


def percentile_interval(values: Any, confidence: float, units: float = np.inf) -> tuple[float, float]:
    """Interval of resampled values; an end that is not reached in so many of them is NaN.

    Of few units the percentiles are too narrow: with n (effective) units those of Φ(-√(n/(n - 1)) · t) are taken
    instead, t with n - 1 degrees of freedom (Hesterberg 2015, expanded percentiles).

    Examples
    --------
    >>> values = np.arange(1000.0)
    >>> percentile_interval(values, 0.95), percentile_interval(values, 0.95, units=20)
    ((25.0, 974.0), (16.0, 983.0))
    """
    tail = (1 - confidence) / 2
    if np.isfinite(units) and units > 1:
        tail = float(stats.norm.cdf(np.sqrt(units / (units - 1)) * stats.t.ppf(tail, units - 1)))
    ordered = np.quantile(values, [tail, 1 - tail], method="nearest")
    low, high = (float(end) if np.isfinite(end) else float("nan") for end in ordered)
    return low, high


def corrected_interval(values: Array, estimate: float, confidence: float) -> tuple[float, float]:
    """Percentile interval corrected for bias (Efron 1987, BC): for models whose resamples lie to one side.

    With z₀ = Φ⁻¹(share of resamples below the estimate), the ends are the percentiles Φ(2z₀ ± z).

    Examples
    --------
    >>> import numpy as np
    >>> [round(end) for end in corrected_interval(np.arange(1.0, 1000.0), 500.0, 0.95)]
    [26, 974]
    >>> [round(end) for end in corrected_interval(np.arange(1.0, 1000.0), 450.0, 0.95)]
    [14, 955]
    """
    # Half of the resamples equal to the estimate count as below; a share of 0 or 1 would have no end.
    below = ((values < estimate).sum() + 0.5 * (values == estimate).sum() + 0.5) / (len(values) + 1)
    shift, z = stats.norm.ppf(below), stats.norm.ppf((1 + confidence) / 2)
    low, high = np.quantile(values, stats.norm.cdf([2 * shift - z, 2 * shift + z]))
    return float(low), float(high)


def log_interval(values: Array, estimate: float, confidence: float) -> tuple[float, float]:
    """Interval of a value above zero from the spread of its resamples on the log scale: estimate · exp(± z · sd(log)).

    The spread of a few hundred resamples is known better than their outermost percentiles, and where a few customers
    carry the value those follow the sample too closely.

    Examples
    --------
    >>> import numpy as np
    >>> [round(end) for end in log_interval(np.array([80.0, 100.0, 125.0]), 100.0, 0.95)]
    [65, 155]
    """
    half = stats.norm.ppf((1 + confidence) / 2) * np.log(values).std(ddof=1)
    return float(estimate * np.exp(-half)), float(estimate * np.exp(half))
