"""One p per series: is what the last periods say compatible with the frozen baseline?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special, stats

from cxanalysis.metrics.intervals import wilson
from cxanalysis.monitor.autocorrelation import (
    INDEPENDENT,
    AutocorrelationPosterior,
    autocorrelation_posterior,
    informative_periods,
    segments_of,
)
from cxanalysis.monitor.baseline import Named, baseline_of, too_short
from cxanalysis.monitor.control import is_laney
from cxanalysis.monitor.expected_value import ExpectedValue, expect
from cxanalysis.monitor.series import Series

Array = NDArray[np.float64]
#: How many of the last periods are taken together: the last one finds a crash, longer stretches a slow decline.
WINDOWS: Final[Mapping[str, tuple[int, ...]]] = MappingProxyType(
    {"day": (1, 7, 28), "week": (1, 4, 13), "month": (1, 3, 6), "quarter": (1, 2, 4)}
)
#: Fewer series cannot say how much σ differs between them.
ENOUGH_SERIES: Final = 10
#: However similar the series are, the prior they give is worth at most so many degrees of freedom.
MOST_PRIOR_DF: Final = 100.0


@dataclass(frozen=True, slots=True)
class AlertTest:
    """The test of one series at one look.

    Attributes
    ----------
    series : Series
    why_not : str
        Why it cannot be tested; empty if it can.
    window : int
        Last periods taken together: those with the smallest p.
    value, n, centre, change, low, high : float
        Their value together, its answers, what was expected, the difference and its interval.
    p_value : float
        Of the series: the smallest p over the windows, times their number.
    modelled : bool
        Whether the expectation comes from a model of trend or autocorrelation.
    autocorrelation_unknown : bool
        Whether p is averaged over possible autocorrelations, because too few series are watched to estimate it.
    """

    series: Series
    why_not: str = ""
    window: int = 0
    value: float = np.nan
    n: int = 0
    centre: float = np.nan
    change: float = np.nan
    low: float = np.nan
    high: float = np.nan
    p_value: float = np.nan
    modelled: bool = False
    autocorrelation_unknown: bool = False

    @property
    def better(self) -> bool:
        """Whether the change is for the better."""
        return (self.change > 0) == (self.series.better == "high")


@dataclass(frozen=True, slots=True, eq=False)
class MonitoredSeries:
    """A series with its frozen baseline, ready to be tested; `why_not` says why it cannot be."""

    series: Series
    last: int = 0
    frozen_until: int = 0
    expected: ExpectedValue | None = None
    why_not: str = ""
    base: NDArray[np.bool_] | None = None

    @property
    def sigma(self) -> float:
        """Standard deviation of z; among many series not below Laney's σ_z: there, tails count that are not normal."""
        if self.expected is None or not np.isfinite(self.expected.baseline.sigma_z):
            return np.nan
        baseline = self.expected.baseline
        return baseline.sd_z if self.expected.autocorrelation_unknown else max(baseline.sigma_z, baseline.sd_z)

    def autocorrelation(self, windows: Sequence[int]) -> AutocorrelationPosterior:
        """Possible autocorrelations, where other series do not say."""
        expected = self.expected
        if expected is None or self.base is None or not expected.autocorrelation_unknown or expected.modelled:
            return INDEPENDENT
        if not self.sigma > 0:
            return INDEPENDENT
        at = informative_periods(self.base, self.series.usable)
        deviation = (self.series.value - expected.centre)[at] * np.sqrt(expected.typical_n) / expected.baseline.spread
        sampling = expected.typical_n / expected.weight[at] if expected.laney else None
        return autocorrelation_posterior(deviation, sampling, at, segments_of(at, self.base, self.last, tuple(windows)))


@dataclass(frozen=True, slots=True)
class VariancePrior:
    """What all series together say about σ²: its usual value, worth so many degrees of freedom."""

    variance: float = 1.0
    df: float = 0.0

    def moderated(self, sigma: float, df: float) -> tuple[float, float]:
        """σ and its degrees of freedom, with those of the prior."""
        if not self.df:
            return sigma, df
        return float(np.sqrt((self.df * self.variance + df * sigma**2) / (self.df + df))), self.df + df


def with_baseline(series: Series, baseline: Named = None, correlated: bool | None = None) -> MonitoredSeries:
    """Freeze the baseline of a series."""
    base = baseline_of(series, baseline)
    if why_not := too_short(series, base):
        return MonitoredSeries(series, why_not=why_not)
    last, until = int(np.flatnonzero(series.complete)[-1]), int(np.flatnonzero(base)[-1])
    if not series.usable[until + 1 :].any():
        return MonitoredSeries(series, why_not=f"No complete {series.every} after the baseline yet.")
    return MonitoredSeries(series, last, until, expect(series, base, is_laney(series, base), correlated), base=base)


def variance_prior(monitored: Sequence[MonitoredSeries]) -> VariancePrior:
    """The prior of σ² from many series (Smyth 2004: moments of log σ²).

    Twenty periods estimate a series' σ poorly, and where many series are watched only very small p count, which a
    poorly known σ seldom allows. As σ is counted in sampling errors, it is similar in many series, and they may borrow
    strength from each other; the more they differ, the less they do.
    """
    estimated = [one for one in monitored if one.expected is not None and one.expected.laney and one.sigma > 0]
    if len(estimated) < ENOUGH_SERIES:
        return VariancePrior()
    df = np.array([one.expected.df for one in estimated if one.expected is not None])
    log = 2 * np.log([one.sigma for one in estimated]) - special.digamma(df / 2) + np.log(df / 2)
    excess = float(log.var(ddof=1) - special.polygamma(1, df / 2).mean())
    prior_df = 2 * inverse_trigamma(excess) if excess > 0 else MOST_PRIOR_DF
    prior_df = min(prior_df, MOST_PRIOR_DF)
    variance = float(np.exp(log.mean() + special.digamma(prior_df / 2) - np.log(prior_df / 2)))
    return VariancePrior(variance, prior_df)


def inverse_trigamma(value: float) -> float:
    """The x at which trigamma is `value`, by Newton's method on 1/trigamma.

    Examples
    --------
    >>> round(inverse_trigamma(float(special.polygamma(1, 3.0))), 6)
    3.0
    """
    x = 0.5 + 1 / value
    for _ in range(50):
        trigamma = special.polygamma(1, x)
        step = trigamma * (1 - trigamma / value) / special.polygamma(2, x)
        x += step
        if -step / x < 1e-8:
            break
    return float(x)


def alert_test(
    monitored: MonitoredSeries,
    *,
    windows: Sequence[int],
    confidence: float = 0.95,
    prior: VariancePrior | None = None,
) -> AlertTest:
    """Test the last complete periods of a series against its frozen baseline.

    Notes
    -----
    For the last k periods together, with W = Σ n_i of them and N answers in the baseline,

        t = (x̄_k - x̄)/(s·σ·√(1/W + 1/N)),   σ = max(σ_z from moving ranges, standard deviation of z),

    Student's t with baseline periods - 1 degrees of freedom; σ and its degrees of freedom are moderated by those of all
    watched series where there are many (`variance_prior`). The plain standard deviation alone makes this exact for
    normal values; Laney's moving range alone has 0.6 as many degrees of freedom, and its p would be too small, by far
    in the tails that many series need. A series that is watched (almost) alone uses its standard deviation, but cannot
    estimate its autocorrelation: its p is the mean over a prior (`autocorrelation.py`). Shares also get an exact test
    (hypergeometric), which knows how few failures there can be; the larger p counts. The smallest p over the windows is
    multiplied by their number (Bonferroni).
    """
    series, expected = monitored.series, monitored.expected
    if expected is None:
        return AlertTest(series, monitored.why_not)
    place = np.arange(len(series))
    longest = monitored.last - monitored.frozen_until
    sizes = [size for size in windows if size <= longest] or [longest]
    sigma, df = monitored.sigma, expected.df
    if expected.laney:
        sigma, df = (prior or VariancePrior()).moderated(sigma, df)
    posterior = monitored.autocorrelation(sizes)
    tested = []
    for size in sizes:
        inside = series.usable & (place > monitored.frozen_until) & (place > monitored.last - size)
        if inside.any():
            tested.append((size, inside, _window_test(series, expected, inside, sigma, df, posterior)))
    if not tested:
        return AlertTest(series, f"No {series.many(1)} in the last {max(sizes)} {series.every}s.")
    size, inside, best = min(tested, key=lambda one: (one[2].p if np.isfinite(one[2].p) else 2.0, one[0]))
    half = _half_width(best.error, posterior.df_factor * df, posterior.probability, confidence)
    change = best.value - best.centre
    low, high = change - half, change + half
    if not np.isfinite(half) and series.is_share and expected.laney:
        low, high = _newcombe(best, float(expected.weight[inside].sum()), expected.baseline.answers, confidence)
    return AlertTest(
        series,
        "",
        size,
        best.value,
        int(series.n[inside].sum()),
        best.centre,
        change,
        low,
        high,
        min(1.0, len(sizes) * best.p),
        expected.modelled,
        len(posterior.probability) > 1,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _WindowTest:
    """Some periods together: value, what was expected, error of the difference at each autocorrelation, p."""

    value: float
    centre: float
    error: Array
    p: float


def _window_test(
    series: Series,
    expected: ExpectedValue,
    inside: NDArray[np.bool_],
    sigma: float,
    df: float,
    posterior: AutocorrelationPosterior,
) -> _WindowTest:
    """Some periods together, weighted by their answers."""
    baseline, weight = expected.baseline, expected.weight[inside]
    total = float(weight.sum())
    value = float(np.average(series.value[inside], weights=weight))
    centre = float(np.average(expected.centre[inside], weights=weight))
    relative = _relative_error(expected, weight, sigma, posterior)
    error = baseline.spread * relative
    has_error, df_left = bool((error > 0).all()), posterior.df_factor * df
    p = np.nan
    if has_error:
        # Student's t straight from scipy.special: a look at 200 series makes 1,200 of these calls.
        p = float(posterior.probability @ (2 * special.stdtr(df_left, -abs(value - centre) / error)))
    if series.is_share and expected.laney and not expected.modelled:
        p = max(p if np.isfinite(p) else 0.0, hypergeometric_p(value, total, centre, baseline.answers))
        if has_error:
            p = max(p, float(posterior.probability @ _arcsine_p(value, centre, relative, df_left)))
    return _WindowTest(value, centre, error, p)


def _half_width(error: Array, df: Array, probability: Array, confidence: float) -> float:
    """Half the interval of a change: what lies outside has 1 - confidence on average over the autocorrelations."""
    if not (error > 0).all():
        return np.nan
    each = special.stdtrit(df, (1 + confidence) / 2) * error
    if len(each) == 1:
        return float(each[0])

    def outside(half: float) -> float:
        return float(probability @ (2 * special.stdtr(df, -half / error))) - (1 - confidence)

    return float(optimize.brentq(outside, each.min() * 0.999, each.max() * 1.001, rtol=1e-9))


def _newcombe(window: _WindowTest, n: float, answers: float, confidence: float) -> tuple[float, float]:
    """Interval of the change of a share that never moved from 0 or 100 % (Newcombe 1998, method 10)."""
    z = special.ndtri((1 + confidence) / 2)
    (low, high), (low_before, high_before) = (
        wilson(share / 100, size, z) for share, size in ((window.value, n), (window.centre, answers))
    )
    now, before = window.value / 100, window.centre / 100
    change = now - before
    down, up = np.hypot(now - low, high_before - before), np.hypot(high - now, before - low_before)
    return 100 * float(change - down), 100 * float(change + up)


def _relative_error(expected: ExpectedValue, weight: Array, sigma: float, posterior: AutocorrelationPosterior) -> Array:
    """Error of the change in units of s at each autocorrelation: of the window and of the baseline.

    Laney's σ_z multiplies sampling error, as if large periods differed less by themselves. Where what makes periods
    differ comes on top (variance τ² = s²(σ² - 1)/n̄), large periods and long windows are less precise than that; the
    larger of the two errors counts. Autocorrelation makes means of several periods less precise, too, and the spread of
    the baseline look smaller than it is.
    """
    total, baseline = float(weight.sum()), expected.baseline
    if expected.modelled:
        return np.array([sigma * np.sqrt(1 / total)])
    variance = sigma**2 * posterior.variance_within(baseline.periods)
    extra = np.maximum(variance - 1, 0.0) * (weight**2).sum() / total / expected.typical_n
    of_window = np.maximum(variance, 1 + extra) if expected.laney else variance
    window = of_window * posterior.variance_of_mean(len(weight)) / total
    return np.asarray(np.sqrt(window + variance * posterior.variance_of_mean(baseline.periods) / baseline.answers))


def _arcsine_p(value: float, centre: float, error: Array, df: Array) -> Array:
    """p of a share on the scale on which its error does not depend on it (2·arcsin √p has variance 1/n).

    Rare failures are skewed: on their own scale a rise looks rarer by chance than it is.
    """
    apart = 2 * (np.arcsin(np.sqrt(value / 100)) - np.arcsin(np.sqrt(np.clip(centre / 100, 0, 1))))
    return np.asarray(2 * special.stdtr(df, -abs(apart) / error))


def hypergeometric_p(value: float, n: float, centre: float, answers: float) -> float:
    """Two-sided exact p of a share against the baseline's: twice the smaller tail (hypergeometric).

    Examples
    --------
    >>> round(hypergeometric_p(20.0, 10, 10.0, 100), 3)
    0.597
    """
    hits, n, before, answers = (round(x) for x in (value / 100 * n, n, centre / 100 * answers, answers))
    drawn = (answers + n, before + hits, n)
    return float(min(1.0, 2 * min(stats.hypergeom.cdf(hits, *drawn), stats.hypergeom.sf(hits - 1, *drawn))))
