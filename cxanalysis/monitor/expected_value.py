"""What a series is expected to do if nothing happens: stay where it was, follow its rhythm, or go on as it went.

A baseline without trend and autocorrelation has one centre. With either, its plain limits would be wrong, and each
period is compared with what a model of the baseline expects from the periods before it: a chart of residuals.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from cxanalysis.monitor import calendar, local_level
from cxanalysis.monitor.control_limits import FrozenBaseline, laney_baseline, moving_sigma, xmr_baseline
from cxanalysis.monitor.series import Series

Array = NDArray[np.float64]
#: A rhythm, a trend is taken for real below this p: a model where none is needed costs some sharpness.
SURE: Final = 0.01
#: Autocorrelation goes unnoticed easily in 20 periods and ruins the limits, so less evidence is asked for.
SUSPECT: Final = 0.1
#: A season is looked at only where the baseline holds it so often.
FULL_SEASONS: Final = 2


@dataclass(frozen=True, slots=True, eq=False)
class ExpectedValue:
    """What each period is compared with.

    Attributes
    ----------
    baseline : FrozenBaseline
        Spread and σ_z of the residuals; its centre is the baseline's level.
    centre : array (T,)
        Expected value of each period.
    modelled : bool
        Whether the periods before enter the expectation (residual chart).
    weight : array (T,)
        Effective answers, 1 for a metric that has no error of its own.
    df : float
        Degrees of freedom of the baseline's spread.
    laney : bool
        Whether sampling error enters; False: XmR.
    autocorrelation_unknown : bool
        Whether nothing but the series itself says how strongly neighbouring periods correlate (`autocorrelation.py`).
    typical_n : float
        Effective answers of a typical period: n₀ of the analysis of variance, (N - Σn²/N)/(periods - 1).
    notes : tuple of str
    """

    baseline: FrozenBaseline
    centre: Array
    modelled: bool
    weight: Array
    df: float
    laney: bool
    notes: tuple[str, ...]
    autocorrelation_unknown: bool = False
    typical_n: float = 1.0

    @property
    def error(self) -> Array:
        """Sampling error se_i of each period."""
        return self.baseline.error(self.weight)


def expect(series: Series, base: NDArray[np.bool_], laney: bool, correlated: bool | None = None) -> ExpectedValue:
    """Learn from the baseline what to expect of every period.

    Parameters
    ----------
    series : Series
    base : array (T,) of bool
        The baseline: usable periods only.
    laney : bool
        Whether the sampling error of each period is taken into account.
    correlated : bool, optional
        Whether autocorrelation is known to be there (from other series of the same kind); None: as this one shows.
    """
    weight = np.where(np.isfinite(series.weight) & (series.weight > 0), series.weight, 1.0)
    weight = weight if laney else np.ones(len(series))
    rhythm, parts, notes = _rhythm(series, base, weight)
    value = series.value - rhythm
    frozen = _freeze(value[base], weight[base], series.variance[base], laney)
    if not frozen.spread or not np.isfinite(frozen.sigma_z):
        return ExpectedValue(frozen, frozen.centre + rhythm, False, weight, frozen.periods - 1, laney, tuple(notes))
    trend = _trend(value[base], weight[base], np.flatnonzero(base))
    r, p = autocorrelation(series, base)
    serial = p < SUSPECT and r > 0 if correlated is None else correlated
    if not (trend or serial):
        df = float(frozen.periods - 1 - parts)
        typical_n = (frozen.answers - (weight[base] ** 2).sum() / frozen.answers) / (frozen.periods - 1)
        centre = frozen.centre + rhythm
        return ExpectedValue(
            frozen, centre, False, weight, df, laney, tuple(notes), correlated is None, float(typical_n)
        )
    why = " and ".join(word for word, is_so in (("a trend", trend), ("autocorrelation", serial)) if is_so)
    notes.append(
        f"The baseline shows {why}: each period is compared with what exponential smoothing of the periods before it "
        "expects (state space model, variances frozen from the baseline), not against one centre."
    )
    return _residuals(series, value, base, weight, frozen, rhythm, parts, laney, notes)


def _residuals(
    series: Series,
    value: Array,
    base: NDArray[np.bool_],
    weight: Array,
    frozen: FrozenBaseline,
    rhythm: Array,
    parts: int,
    laney: bool,
    notes: list[str],
) -> ExpectedValue:
    """The residual chart: one step ahead, with the variances of the baseline."""
    seen = np.where(series.usable, value, np.nan)
    last = int(np.flatnonzero(base)[-1]) + 1
    fitted = local_level.fit(np.where(base, seen, np.nan)[:last], weight[:last]).best
    ahead = fitted.over(seen, weight)
    # The first periods teach the filter its level; they say nothing about its errors.
    scored = base & np.isfinite(seen) & (np.arange(len(series)) > np.flatnonzero(base)[0])
    z = (seen - ahead.expected)[scored] / frozen.error(weight[scored])
    df = max(len(z) - 2 - parts, 1)
    sd = float(np.sqrt((z**2).sum() / df))
    residual = FrozenBaseline(frozen.centre, frozen.spread, moving_sigma(z), sd, frozen.periods, frozen.answers)
    return ExpectedValue(residual, ahead.expected + rhythm, True, weight, float(df), laney, tuple(notes))


def _freeze(value: Array, weight: Array, variance: Array, laney: bool) -> FrozenBaseline:
    if not laney:
        return xmr_baseline(value)
    return laney_baseline(value, weight, np.nan_to_num(variance))


def autocorrelation(series: Series, base: NDArray[np.bool_]) -> tuple[float, float]:
    """r₁ of the baseline and its p by Ljung and Box (1978); periods beside a gap are left out of the products."""
    at = np.flatnonzero(base)
    value = series.value[at] - series.value[at].mean()
    next_to = np.diff(at) == 1
    if not (value**2).sum() or next_to.sum() < 3:
        return 0.0, 1.0
    m = len(value)
    r = float((value[1:] * value[:-1])[next_to].sum() / (value**2).sum())
    return r, float(special.chdtrc(1, m * (m + 2) * r**2 / (m - 1)))


def _trend(value: Array, weight: Array, when: NDArray[np.int64]) -> bool:
    """Whether a weighted straight line over time fits the baseline better than a level (t-test of its slope)."""
    x = when - np.average(when, weights=weight)
    slope = (weight * x * value).sum() / (weight * x**2).sum()
    rest = value - np.average(value, weights=weight) - slope * x
    df = len(value) - 2
    error = np.sqrt((weight * rest**2).sum() / df / (weight * x**2).sum())
    if error == 0:
        return bool(slope != 0)
    return bool(2 * special.stdtr(df, -abs(slope / error)) < SURE)


def _rhythm(series: Series, base: NDArray[np.bool_], weight: Array) -> tuple[Array, int, list[str]]:
    """The season's part of each period (zero on average), its parameters, and what to say about it."""
    season = calendar.SEASON[series.every]
    none = np.zeros(len(series))
    named = "weekly" if series.every == "day" else "yearly"
    at = np.flatnonzero(base)
    if at[-1] - at[0] + 1 < FULL_SEASONS * season:
        return none, 0, [f"A {named} rhythm cannot be told from change: the baseline holds less than two full seasons."]
    place = calendar.place_in_season(series.start, series.every)
    inside, value, w = place[base], series.value[base], weight[base]
    if len(np.unique(inside)) < season or len(value) <= season + 1:
        return none, 0, [f"A {named} rhythm cannot be told: parts of the season have no value in the baseline."]
    total = np.bincount(inside, w, season)
    part = np.bincount(inside, w * value, season) / total
    mean = np.average(value, weights=w)
    explained = (total * (part - mean) ** 2).sum() / (season - 1)
    rest = (w * (value - part[inside]) ** 2).sum() / (len(value) - season)
    if rest == 0 or stats.f.sf(explained / rest, season - 1, len(value) - season) >= SURE:
        return none, 0, [f"The baseline shows no {named} rhythm (F-test over {season} parts)."]
    note = f"The baseline's {named} rhythm is taken out: each period is compared with its own part of the season."
    return (part - mean)[place], season - 1, [note]
