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
from cxanalysis.monitor.autocorrelation import NONE, Memory, asked, memory_of, stretches
from cxanalysis.monitor.baseline import Named, baseline_of, too_short
from cxanalysis.monitor.control import is_laney
from cxanalysis.monitor.expected_value import Expected, expect
from cxanalysis.monitor.series import Series

Array = NDArray[np.float64]
#: How many of the last periods are looked at together: the last one finds a crash, longer stretches a slow decline.
WINDOWS: Final[Mapping[str, tuple[int, ...]]] = MappingProxyType(
    {"day": (1, 7, 28), "week": (1, 4, 13), "month": (1, 3, 6), "quarter": (1, 2, 4)}
)
#: Fewer series cannot say how much σ differs between them.
ENOUGH_SERIES: Final = 10
#: However alike the series are, what they say together is worth at most so many degrees of freedom.
MOST_WORTH: Final = 100.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one series says at one look.

    Attributes
    ----------
    series : Series
    why_not : str
        Why nothing can be said; empty if something can.
    window : int
        Last periods taken together: those with the smallest p.
    value, n, centre, change, low, high : float
        Their value together, its answers, what was expected, the difference and its interval.
    p_value : float
        Of the series: the smallest p over the windows, times their number.
    modelled : bool
        Whether it was held against a model's expectation.
    alone : bool
        Whether no other series told how alike its neighbouring periods are.
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
    alone: bool = False

    @property
    def better(self) -> bool:
        """Whether the change is for the better."""
        return (self.change > 0) == (self.series.better == "high")


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """A series with its frozen baseline, ready to be judged; `why_not` says why it cannot be."""

    series: Series
    last: int = 0
    frozen_until: int = 0
    expected: Expected | None = None
    why_not: str = ""
    base: NDArray[np.bool_] | None = None

    @property
    def sigma(self) -> float:
        """Standard deviation of z; among many series not below Laney's σ_z: there, tails count that are not normal."""
        if self.expected is None or not np.isfinite(self.expected.frozen.sigma_z):
            return np.nan
        frozen = self.expected.frozen
        return frozen.sd_z if self.expected.alone else max(frozen.sigma_z, frozen.sd_z)

    def memory(self, windows: Sequence[int]) -> Memory:
        """How alike neighbouring periods may be, where no other series has told."""
        expected = self.expected
        if expected is None or self.base is None or not expected.alone or expected.modelled or not self.sigma > 0:
            return NONE
        at = asked(self.base, self.series.usable)
        away = (self.series.value - expected.centre)[at] * np.sqrt(expected.even) / expected.frozen.spread
        sampling = expected.even / expected.weight[at] if expected.laney else None
        return memory_of(away, sampling, at, stretches(at, self.base, self.last, tuple(windows)))


@dataclass(frozen=True, slots=True)
class Prior:
    """What all series together say about σ²: its usual value, worth so many degrees of freedom."""

    variance: float = 1.0
    df: float = 0.0

    def moderated(self, sigma: float, df: float) -> tuple[float, float]:
        """σ and its degrees of freedom, with those of the prior."""
        if not self.df:
            return sigma, df
        return float(np.sqrt((self.df * self.variance + df * sigma**2) / (self.df + df))), self.df + df


def hold(series: Series, baseline: Named = None, correlated: bool | None = None) -> Held:
    """Freeze the baseline of a series."""
    base = baseline_of(series, baseline)
    if why_not := too_short(series, base):
        return Held(series, why_not=why_not)
    last, until = int(np.flatnonzero(series.complete)[-1]), int(np.flatnonzero(base)[-1])
    if not series.usable[until + 1 :].any():
        return Held(series, why_not=f"No complete {series.every} after the baseline yet.")
    return Held(series, last, until, expect(series, base, is_laney(series, base), correlated), base=base)


def prior_of(held: Sequence[Held]) -> Prior:
    """The prior of σ² from many series (Smyth 2004: moments of log σ²).

    Twenty periods tell a series' σ poorly, and where many series are watched only very small p count, which a poorly
    known σ seldom allows. As σ is counted in sampling errors, it is alike in many series, and they may learn from each
    other; the more they differ, the less they do.
    """
    told = [one for one in held if one.expected is not None and one.expected.laney and one.sigma > 0]
    if len(told) < ENOUGH_SERIES:
        return Prior()
    df = np.array([one.expected.df for one in told if one.expected is not None])
    log = 2 * np.log([one.sigma for one in told]) - special.digamma(df / 2) + np.log(df / 2)
    excess = float(log.var(ddof=1) - special.polygamma(1, df / 2).mean())
    worth = 2 * _inverse_trigamma(excess) if excess > 0 else MOST_WORTH
    worth = min(worth, MOST_WORTH)
    variance = float(np.exp(log.mean() + special.digamma(worth / 2) - np.log(worth / 2)))
    return Prior(variance, worth)


def _inverse_trigamma(value: float) -> float:
    """The x at which trigamma is `value`, by Newton's method on 1/trigamma."""
    x = 0.5 + 1 / value
    for _ in range(50):
        trigamma = special.polygamma(1, x)
        step = trigamma * (1 - trigamma / value) / special.polygamma(2, x)
        x += step
        if -step / x < 1e-8:
            break
    return float(x)


def judge(held: Held, *, windows: Sequence[int], confidence: float = 0.95, prior: Prior | None = None) -> Verdict:
    """Hold the last complete periods of a series against its frozen baseline.

    Notes
    -----
    For the last k periods together, with W = Σ n_i of them and N answers in the baseline,

        t = (x̄_k - x̄)/(s·σ·√(1/W + 1/N)),   σ = max(σ_z from moving ranges, standard deviation of z),

    Student's t with baseline periods - 1 degrees of freedom; σ and its degrees of freedom are moderated by those of all
    watched series where there are many (`prior_of`). The plain standard deviation alone makes this exact for normal
    values; Laney's moving range alone has 0.6 as many degrees of freedom, and its p would be too small, by far in the
    tails that many series need. A series that is (almost) alone is held against its standard deviation, but cannot tell
    how alike its neighbours are: its p is the mean over what they may be (`memory.py`). Shares are also held
    against exact chance (hypergeometric), which knows how few failures there can be; the larger p counts. The smallest
    p over the windows is multiplied by their number (Bonferroni).
    """
    series, expected = held.series, held.expected
    if expected is None:
        return Verdict(series, held.why_not)
    place = np.arange(len(series))
    longest = held.last - held.frozen_until
    sizes = [size for size in windows if size <= longest] or [longest]
    sigma, df = (prior or Prior()).moderated(held.sigma, expected.df) if expected.laney else (held.sigma, expected.df)
    memory = held.memory(sizes)
    found = []
    for size in sizes:
        inside = series.usable & (place > held.frozen_until) & (place > held.last - size)
        if inside.any():
            found.append((size, inside, _together(series, expected, inside, sigma, df, memory)))
    if not found:
        return Verdict(series, f"No {series.many(1)} in the last {max(sizes)} {series.every}s.")
    size, inside, best = min(found, key=lambda one: (one[2].p if np.isfinite(one[2].p) else 2.0, one[0]))
    half = _half(best.error, memory.freedom * df, memory.share, confidence)
    change = best.value - best.centre
    low, high = change - half, change + half
    if not np.isfinite(half) and series.is_share and expected.laney:
        low, high = _without_spread(best, float(expected.weight[inside].sum()), expected.frozen.answers, confidence)
    return Verdict(
        series, "", size, best.value, int(series.n[inside].sum()), best.centre, change, low, high,
        min(1.0, len(sizes) * best.p), expected.modelled, len(memory.share) > 1,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class _Together:
    """Some periods taken together: value, what was expected, error of the difference under each memory, p."""

    value: float
    centre: float
    error: Array
    p: float


def _together(
    series: Series, expected: Expected, inside: NDArray[np.bool_], sigma: float, df: float, memory: Memory
) -> _Together:
    """Some periods taken together, weighted by their answers."""
    frozen, weight = expected.frozen, expected.weight[inside]
    total = float(weight.sum())
    value = float(np.average(series.value[inside], weights=weight))
    centre = float(np.average(expected.centre[inside], weights=weight))
    relative = _relative_error(expected, weight, sigma, memory)
    error = frozen.spread * relative
    known, freedom = bool((error > 0).all()), memory.freedom * df
    # Student's t straight from scipy.special: a look at 200 series makes 1,200 of these calls.
    p = float(memory.share @ (2 * special.stdtr(freedom, -abs(value - centre) / error))) if known else np.nan
    if series.is_share and expected.laney and not expected.modelled:
        p = max(p if np.isfinite(p) else 0.0, by_chance(value, total, centre, frozen.answers))
        if known:
            p = max(p, float(memory.share @ _on_even_scale(value, centre, relative, freedom)))
    return _Together(value, centre, error, p)


def _half(error: Array, df: Array, share: Array, confidence: float) -> float:
    """Half the interval of a change: what lies outside has 1 - confidence on average over all memories."""
    if not (error > 0).all():
        return np.nan
    each = special.stdtrit(df, (1 + confidence) / 2) * error
    if len(each) == 1:
        return float(each[0])

    def outside(half: float) -> float:
        return float(share @ (2 * special.stdtr(df, -half / error))) - (1 - confidence)

    return float(optimize.brentq(outside, each.min() * 0.999, each.max() * 1.001, rtol=1e-9))


def _without_spread(best: _Together, n: float, answers: float, confidence: float) -> tuple[float, float]:
    """Interval of the change of a share that never moved from 0 or 100 % (Newcombe 1998, method 10)."""
    z = special.ndtri((1 + confidence) / 2)
    (low, high), (low_before, high_before) = (
        wilson(share / 100, size, z) for share, size in ((best.value, n), (best.centre, answers))
    )
    now, before = best.value / 100, best.centre / 100
    change = now - before
    down, up = np.hypot(now - low, high_before - before), np.hypot(high - now, before - low_before)
    return 100 * float(change - down), 100 * float(change + up)


def _relative_error(expected: Expected, weight: Array, sigma: float, memory: Memory) -> Array:
    """Error of the change in units of s under each memory: of the window and of the baseline.

    Laney's σ_z multiplies sampling error, as if large periods differed less by themselves. Where what makes periods
    differ comes on top (variance τ² = s²(σ² - 1)/n̄), large periods and long windows are less sure than that; the
    larger of the two errors counts. Neighbours that are alike make means of several periods less sure, too, and the
    spread of the baseline looks smaller than it is.
    """
    total, frozen = float(weight.sum()), expected.frozen
    if expected.modelled:
        return np.array([sigma * np.sqrt(1 / total)])
    variance = sigma**2 * memory.hidden(frozen.periods)
    extra = np.maximum(variance - 1, 0.0) * (weight**2).sum() / total / expected.even
    of_window = np.maximum(variance, 1 + extra) if expected.laney else variance
    window = of_window * memory.widened(len(weight)) / total
    return np.asarray(np.sqrt(window + variance * memory.widened(frozen.periods) / frozen.answers))


def _on_even_scale(value: float, centre: float, error: Array, df: Array) -> Array:
    """p of a share on the scale on which its error does not depend on it (2·arcsin √p has variance 1/n).

    Rare failures are skewed: on their own scale a rise looks rarer by chance than it is.
    """
    apart = 2 * (np.arcsin(np.sqrt(value / 100)) - np.arcsin(np.sqrt(np.clip(centre / 100, 0, 1))))
    return np.asarray(2 * special.stdtr(df, -abs(apart) / error))


def by_chance(value: float, n: float, centre: float, answers: float) -> float:
    """Two-sided p of a share against the baseline's by exact chance: twice the smaller tail (hypergeometric).

    Examples
    --------
    >>> round(by_chance(20.0, 10, 10.0, 100), 3)
    0.597
    """
    hits, n, before, answers = (round(x) for x in (value / 100 * n, n, centre / 100 * answers, answers))
    drawn = (answers + n, before + hits, n)
    return float(min(1.0, 2 * min(stats.hypergeom.cdf(hits, *drawn), stats.hypergeom.sf(hits - 1, *drawn))))
