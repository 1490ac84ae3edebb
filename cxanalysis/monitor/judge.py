"""One p per series: is what the last periods say compatible with the frozen baseline?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from cxanalysis.monitor.baseline import Named, baseline_of, too_short
from cxanalysis.monitor.control import is_laney
from cxanalysis.monitor.expect import Expected, expect
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

    @property
    def sigma(self) -> float:
        """The larger of Laney's σ_z and the plain standard deviation of z: safe where neighbours are alike."""
        if self.expected is None or not np.isfinite(self.expected.frozen.sigma_z):
            return np.nan
        return max(self.expected.frozen.sigma_z, self.expected.frozen.sd_z)


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
    return Held(series, last, until, expect(series, base, is_laney(series, base), correlated))


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
    values. Laney's moving range alone has 0.6 as many degrees of freedom, and its p would be too small, by far in the
    tails that many series need. Shares are also held against exact chance (hypergeometric), which knows how few
    failures there can be; the larger p counts. The smallest p over the windows is multiplied by their number
    (Bonferroni).
    """
    series, expected = held.series, held.expected
    if expected is None:
        return Verdict(series, held.why_not)
    place = np.arange(len(series))
    longest = held.last - held.frozen_until
    sizes = [size for size in windows if size <= longest] or [longest]
    sigma, df = (prior or Prior()).moderated(held.sigma, expected.df) if expected.laney else (held.sigma, expected.df)
    found = []
    for size in sizes:
        inside = series.usable & (place > held.frozen_until) & (place > held.last - size)
        if inside.any():
            found.append(_together(series, expected, inside, (size, len(sizes)), sigma, df, confidence))
    if not found:
        return Verdict(series, f"No answer in the last {max(sizes)} {series.every}s.")
    return min(found, key=lambda one: (one.p_value if np.isfinite(one.p_value) else 2.0, one.window))


def _together(
    series: Series,
    expected: Expected,
    inside: NDArray[np.bool_],
    window: tuple[int, int],
    sigma: float,
    df: float,
    confidence: float,
) -> Verdict:
    """The verdict on some periods taken together, weighted by their answers."""
    frozen, weight = expected.frozen, expected.weight[inside]
    total = float(weight.sum())
    value = float(np.average(series.value[inside], weights=weight))
    centre = float(np.average(expected.centre[inside], weights=weight))
    change = value - centre
    error = frozen.spread * _relative_error(expected, weight, sigma)
    # Student's t straight from scipy.special: a look at 200 series makes 1,200 of these calls.
    p = float(2 * special.stdtr(df, -abs(change / error))) if error > 0 else np.nan
    half = float(special.stdtrit(df, (1 + confidence) / 2) * error) if error > 0 else np.nan
    if series.is_share and expected.laney and not expected.modelled:
        p = max(p if np.isfinite(p) else 0.0, by_chance(value, total, centre, frozen.answers))
        if error > 0:
            p = max(p, _on_even_scale(value, centre, error / frozen.spread, df))
    size, windows = window
    return Verdict(
        series, "", size, value, int(series.n[inside].sum()), centre, change, change - half, change + half,
        min(1.0, windows * p), expected.modelled,
    )  # fmt: skip


def _relative_error(expected: Expected, weight: Array, sigma: float) -> float:
    """Error of the change in units of s: of the window and of the baseline.

    Laney's σ_z multiplies sampling error, as if large periods differed less by themselves. Where what makes periods
    differ comes on top (variance τ² = s²(σ² - 1)/n̄), large periods and long windows are less sure than that; the
    larger of the two errors counts. Neighbours that are alike make means of several periods less sure, too:
    1 + 2Σ(1 - j/k)r^j.
    """
    total, frozen = float(weight.sum()), expected.frozen
    if expected.modelled:
        return float(sigma * np.sqrt(1 / total))
    extra = max(sigma**2 - 1, 0.0) * (weight**2).sum() / total / expected.even
    of_window = max(sigma**2, 1 + extra) if expected.laney else sigma**2
    return float(
        np.sqrt(
            of_window * _alike(expected.serial, len(weight)) / total
            + sigma**2 * _alike(expected.serial, frozen.periods) / frozen.answers
        )
    )


def _alike(r: float, k: int) -> float:
    """By how much autocorrelation r, r², r³ … widens the variance of a mean of k periods."""
    j = np.arange(1, k)
    return float(1 + 2 * ((1 - j / k) * r**j).sum())


def _on_even_scale(value: float, centre: float, error: float, df: float) -> float:
    """p of a share on the scale on which its error does not depend on it (2·arcsin √p has variance 1/n).

    Rare failures are skewed: on their own scale a rise looks rarer by chance than it is.
    """
    apart = 2 * (np.arcsin(np.sqrt(value / 100)) - np.arcsin(np.sqrt(np.clip(centre / 100, 0, 1))))
    return float(2 * special.stdtr(df, -abs(apart / error)))


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
