"""Forecast: what will the next periods probably bring?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from cxanalysis.arguments import check_confidence, check_whole
from cxanalysis.monitor import calendar, local_level
from cxanalysis.monitor.forecast_result import Forecast
from cxanalysis.monitor.naive import naive, naive_variance, seasonal_naive
from cxanalysis.monitor.series import Series, group_columns, one_series, series_of
from cxanalysis.numbers import count

Array = NDArray[np.float64]
#: Periods to look ahead if nobody says how many.
USUAL: Final[Mapping[str, int]] = MappingProxyType({"day": 14, "week": 8, "month": 3, "quarter": 2})
#: Fewer complete periods are not forecast.
FEWEST: Final = 16
#: The back-test starts after so many periods, or two thirds of the series, and goes over so many origins at most.
WARM: Final = 10
ORIGINS: Final = 26
#: A season must make smoothing better by this share to be used: a small gain in one back-test is chance.
WORTH: Final = 0.05
#: The variances are found anew after so many origins, from what was known then.
REFIT: Final = 5
#: Periods whose usual n is assumed for those to come.
RECENT: Final = 13
_SMOOTHING: Final = "exponential smoothing"
_SEASONAL: Final = "exponential smoothing with season"


@dataclass(frozen=True, slots=True, eq=False)
class _Method:
    """One method of forecasting: at an origin, so many steps ahead → values."""

    name: str
    at: Callable[[int, NDArray[np.int64]], Array]


def forecast(
    data: Any,
    metric: str | None = None,
    *,
    horizon: int | None = None,
    every: str = "week",
    group: Mapping[str, Any] | None = None,
    n: int | None = None,
    confidence: float = 0.95,
    as_of: str | None = None,
    **options: Any,
) -> Forecast:
    """What will the next periods probably bring, and how far were such forecasts off so far?

    Exponential smoothing in state space form (local level, statsmodels), in which every period counts by its n; with a
    season only where two full seasons are known before the back-test starts. Over rolling origins it is compared with
    the naive forecasts ("as in the last period", "as a season ago"); if it does not beat them, the better naive one is
    what is shown, and named.

    Parameters
    ----------
    data, metric, every, group, as_of, **options
        As in `cx.control`.
    horizon : int, optional
        Periods to look ahead; default 14 days, 8 weeks, 3 months, 2 quarters.
    n : int, optional
        Answers expected in each coming period; default the harmonic mean of the last 13 complete ones. The interval is
        for the value that will be measured, so it holds the sampling error of these answers.
    confidence : float

    Returns
    -------
    Forecast
        With fewer than 16 complete periods `enough` is False and the headline says so.

    Examples
    --------
    >>> import numpy as np, pandas as pd, cxanalysis as cx
    >>> rng = np.random.default_rng(0)
    >>> days = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 7 * 40, 4000), unit="D")
    >>> answers = pd.DataFrame({"answered": days, "recommend": rng.integers(4, 11, 4000)})
    >>> cx.forecast(answers, "nps", score="recommend", date="answered", horizon=1).method
    'exponential smoothing'
    """
    check_confidence(confidence)
    series = series_of(data, metric, every=every, by=group_columns(group), as_of=as_of, **options)
    return forecast_of(one_series(series, group), horizon=horizon, n=n, confidence=confidence)


def forecast_of(
    series: Series, *, horizon: int | None = None, n: int | None = None, confidence: float = 0.95
) -> Forecast:
    """The forecast of a series; see `forecast`."""
    steps = USUAL[series.every] if horizon is None else horizon
    steps = check_whole(steps, "horizon", low=1, do="Name a number of periods")
    n = None if n is None else check_whole(n, "n", low=1, do="Name a number of answers")
    usable = np.flatnonzero(series.usable)
    if len(usable) < FEWEST:
        return _nothing(series, len(usable), confidence)
    past = series.cut(np.arange(usable[0], usable[-1] + 1))
    value, weight, spread = _known(past)
    # The harmonic mean: errors go with 1/n, and small periods weigh more in them than large ones make good.
    recent = past.n[past.usable][-RECENT:]
    coming = n if n is not None else max(1, round(float(len(recent) / (1 / recent).sum())))
    # The n of the future is worth in effective answers what the recent ones were.
    worth = float(np.median((weight / np.maximum(past.n, 1))[past.usable][-RECENT:])) if spread else 1.0
    weights = np.concatenate([weight, np.full(steps, coming * worth if spread else 1.0)])
    seen = np.concatenate([value, np.full(steps, np.nan)])
    start = np.concatenate([past.start, calendar.after(past.start[-1], past.every, np.arange(1, steps + 1))])
    return _best(past, seen, weights, start, steps, spread, coming, confidence)


def _known(past: Series) -> tuple[Array, Array, float]:
    """Values of complete periods, their effective answers, and the variance of one answer (0: the metric has none)."""
    value = np.where(past.usable, past.value, np.nan)
    has = past.usable & np.isfinite(past.variance)
    spread = float(np.average(past.variance[has], weights=past.weight[has])) if has.sum() == past.usable.sum() else 0.0
    weight = np.where(past.usable, past.weight, np.nan) if spread else np.ones(len(past))
    return value, weight, spread


def _best(
    past: Series,
    seen: Array,
    weights: Array,
    start: calendar.Days,
    steps: int,
    spread: float,
    coming: int,
    confidence: float,
) -> Forecast:
    length, season = len(past), calendar.SEASON[past.every]
    first = max(WARM, 2 * length // 3, length - 1 - ORIGINS)
    values = seen[:length]
    models = {_SMOOTHING: _Smoothed(seen, weights, None, first)}
    methods = [_Method(f"as in the last {past.every}", lambda at, ahead: naive(values, at, ahead))]
    notes = []
    if first + 1 >= 2 * season:
        waves = local_level.season_waves(calendar.place_in_season(start, past.every), season)
        models[_SEASONAL] = _Smoothed(seen, weights, waves, first)
        methods.append(_Method("as a season ago", lambda at, ahead: seasonal_naive(values, at, ahead, season)))
    else:
        notes.append(f"No season: it takes two full ones ({2 * season} {past.every}s) before the back-test starts.")
    methods += [_Method(name, model) for name, model in models.items()]
    errors, forecasts = _backtest(methods, values, first, min(steps, length - 1 - first))
    model = min(models, key=lambda name: errors[name] * (1 - WORTH if name == _SMOOTHING else 1))
    best = min((model, *(name for name in errors if name not in models)), key=errors.__getitem__)
    ahead = np.arange(1, steps + 1)
    if best in models:
        middle, variance = models[best].last(length - 1, ahead)
    else:
        lag = season if best == "as a season ago" else 1
        middle = next(one for one in methods if one.name == best).at(length - 1, ahead)
        noise = spread / weights
        variance = naive_variance(values, noise[:length], ahead, lag, noise[length:])
    origins = length - 1 - first
    notes.append(
        f"Back-test: {count(origins)} origins, {count(forecasts)} forecasts of 1 to {min(steps, origins)} {past.every}s"
        f" ahead; the level is updated at every origin, the smoothing found anew at every {REFIT}th, from the past."
    )
    if spread:
        notes.append(f"The interval holds the sampling error of {count(coming)} {past.many(coming)} a {past.every}.")
    else:
        notes.append("This metric has no sampling error of its own; the interval comes from how its values move.")
    half = stats.t.ppf((1 + confidence) / 2, length - 2) * np.sqrt(variance)
    table = _table(past, start[length:], middle, half, coming)
    tested = _tested(errors, forecasts, best)
    naive_error = min(error for name, error in errors.items() if name not in models)
    return _result(past, table, tested, best, best in models, naive_error, "", confidence, tuple(notes))


def _table(past: Series, start: calendar.Days, middle: Array, half: Array, coming: int) -> pd.DataFrame:
    """The coming periods; values and limits stay on the metric's scale."""
    ends = (0.0, 100.0) if past.is_share else (-100.0, 100.0) if past.metric == "nps" else (-np.inf, np.inf)
    columns = {"value": middle, "low": middle - half, "high": middle + half}
    clipped = {name: np.clip(column, *ends) for name, column in columns.items()}
    return pd.DataFrame({"period": pd.to_datetime(start), **clipped, "n": coming})


def _tested(errors: Mapping[str, float], forecasts: int, best: str) -> pd.DataFrame:
    """The methods, best first."""
    rows = {"way": list(errors), "error": list(errors.values()), "forecasts": forecasts}
    made = pd.DataFrame({**rows, "used": [name == best for name in errors]})
    return made.sort_values("error", kind="stable", ignore_index=True)


class _Smoothed:
    """A model as it would have forecast at each origin, fitted anew after every few of them."""

    def __init__(self, seen: Array, weights: Array, waves: Array | None, first: int) -> None:
        self._about = (seen, weights, waves)
        self._first = first
        self._fits: dict[int, local_level.Filtered] = {}

    def __call__(self, origin: int, ahead: NDArray[np.int64]) -> Array:
        until = self._first + (origin - self._first) // REFIT * REFIT
        if until not in self._fits:
            self._fits[until] = self._fit(until).best.over(*self._about)
        return self._fits[until].ahead(origin, ahead)[0]

    def last(self, origin: int, ahead: NDArray[np.int64]) -> tuple[Array, Array]:
        """The forecast itself, with all that is known at `origin` and over all smoothing constants."""
        return self._fit(origin).ahead(*self._about, origin, ahead)

    def _fit(self, until: int) -> local_level.LevelFits:
        seen, weights, waves = self._about
        known = slice(0, until + 1)
        return local_level.fit(seen[known], weights[known], None if waves is None else waves[known])


def _backtest(methods: list[_Method], value: Array, first: int, steps: int) -> tuple[dict[str, float], int]:
    """Mean absolute error of each method over all origins from `first` on, 1 to `steps` periods ahead."""
    totals, made = dict.fromkeys((method.name for method in methods), 0.0), 0
    for origin in range(first, len(value) - 1):
        ahead = np.arange(1, min(steps, len(value) - 1 - origin) + 1)
        truth = value[origin + ahead]
        known = np.isfinite(truth)
        made += int(known.sum())
        for method in methods:
            totals[method.name] += float(np.abs(method.at(origin, ahead) - truth)[known].sum())
    return {name: total / max(made, 1) for name, total in totals.items()}, made


def _nothing(series: Series, have: int, confidence: float) -> Forecast:
    why_not = (
        f"Too short to forecast: {have} complete {series.every}{'' if have == 1 else 's'} with {series.many(2)}, "
        f"{FEWEST} are needed."
    )
    empty = pd.DataFrame({"period": pd.to_datetime([]), **{c: [] for c in ("value", "low", "high", "n")}})
    tested = pd.DataFrame({"way": [], "error": [], "forecasts": [], "used": []})
    return _result(series, empty, tested, "none", False, np.nan, why_not, confidence, ())


def _result(
    series: Series,
    table: pd.DataFrame,
    tested: pd.DataFrame,
    method: str,
    beats: bool,
    naive_error: float,
    why_not: str,
    confidence: float,
    notes: tuple[str, ...],
) -> Forecast:
    history = pd.DataFrame(
        {
            "period": pd.to_datetime(series.start),
            "value": series.value,
            "low": series.low,
            "high": series.high,
            "n": series.n,
            "complete": series.complete,
        }
    )
    return Forecast(
        table=table,
        history=history,
        backtest=tested,
        name=series.name,
        metric=series.metric,
        label=series.label,
        unit=series.unit,
        every=series.every,
        method=method,
        beats_naive=beats,
        naive_error=naive_error,
        enough=not why_not,
        why_not=why_not,
        basis=series.basis.with_(n=int(series.n[series.usable].sum()), confidence=confidence),
        notes=(*notes, *series.left_out()),
        counts=series.counts,
    )
