"""Forecasts: intervals, the back-test, when the naive forecast is shown."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.tsa.holtwinters import SimpleExpSmoothing
from statsmodels.tsa.statespace.structural import UnobservedComponents
from weekly_answers import answers, drawn

import cxanalysis as cx
from cxanalysis.monitor import local_level
from cxanalysis.monitor.naive import naive, naive_variance, seasonal_naive


def made(frame: pd.DataFrame, **options: object) -> cx.Forecast:
    return cx.forecast(frame, "nps", score="score", date="answered", **options)  # type: ignore[arg-type]


def wandering(weeks: int, step: float, seed: int = 1) -> list[np.ndarray]:
    """Weeks of answers whose share of promoters wanders."""
    rng = np.random.default_rng(seed)
    share = np.clip(0.5 + np.cumsum(rng.normal(0, step, weeks)), 0.05, 0.95)
    return [np.where(rng.random(150) < one, 10, 0) for one in share]


def test_around_a_steady_level_smoothing_beats_the_naive_forecast():
    found = made(answers(drawn(1, 60, 60)))
    assert found.beats_naive
    assert found.method == "exponential smoothing"
    errors = found.backtest.set_index("way")["error"]
    assert errors["exponential smoothing"] < errors["as in the last week"]
    assert found.backtest["used"].sum() == 1


def test_where_the_last_value_is_best_it_is_shown_and_named():
    """A level that jumps far more than its sampling error: nothing beats the last value."""
    found = made(answers(wandering(60, 0.12, seed=3)))
    assert not found.beats_naive
    assert found.method == "as in the last week"
    assert "no model forecasts better than “as in the last week”" in found.headline
    last = found.history["value"].iloc[-1]
    assert found.table["value"].tolist() == pytest.approx([last] * len(found.table))


def test_the_filter_is_statsmodels_local_level_where_n_does_not_change():
    rng = np.random.default_rng(2)
    value = np.cumsum(rng.normal(0, 1, 80)) + rng.normal(0, 2, 80)
    fits = local_level.fit(value, np.full(80, 100.0))
    ours = fits.best.over(value, np.full(80, 100.0))
    theirs = UnobservedComponents(value, "llevel", use_exact_diffuse=True)
    noise = fits.best.noise * fits.best.unit**2
    result = theirs.filter([noise, ours.wandering])
    assert ours.expected[5:] == pytest.approx(result.forecasts[0][5:], rel=1e-4)
    # With equal n it is exponential smoothing with the constant that the fit names.
    smooth = SimpleExpSmoothing(value, initialization_method="known", initial_level=float(ours.expected[20]))
    known = SimpleExpSmoothing(value[20:], initialization_method="known", initial_level=float(ours.expected[20]))
    again = known.fit(smoothing_level=fits.best.smoothing, optimized=False)
    assert smooth.nobs == 80
    assert ours.expected[20:] == pytest.approx(again.fittedvalues, abs=0.05)


def test_the_interval_holds_the_sampling_error_of_the_coming_answers():
    frame = answers(drawn(4, 60, 60))
    few, many = made(frame, n=20, horizon=1), made(frame, n=2000, horizon=1)
    width = [float((one.table["high"] - one.table["low"]).iloc[0]) for one in (few, many)]
    assert width[0] > 2.5 * width[1]
    spread = np.concatenate(drawn(4, 60, 60))
    coded = np.where(spread >= 9, 100, np.where(spread >= 7, 0, -100))
    least = 2 * stats.norm.ppf(0.975) * coded.std() / np.sqrt(20)
    assert width[0] >= 0.9 * least
    assert few.table["n"].tolist() == [20]


def test_it_grows_with_the_horizon_where_the_level_wanders():
    found = made(answers(wandering(80, 0.03)), horizon=8)
    width = (found.table["high"] - found.table["low"]).to_numpy()
    assert width[-1] > width[0]


def test_values_stay_on_the_scale():
    found = made(answers([np.full(30, 10) if week % 7 else np.array([10] * 29 + [0]) for week in range(40)]))
    assert found.table["high"].max() <= 100


def test_a_rhythm_of_days_is_used_where_two_weeks_are_known():
    rng = np.random.default_rng(7)
    days = pd.date_range("2024-01-01", periods=84)
    chance = np.where(days.day_of_week >= 5, 0.2, 0.7)
    frame = pd.DataFrame(
        {"answered": np.repeat(days, 100), "score": np.where(rng.random(8400) < np.repeat(chance, 100), 10, 0)}
    )
    found = made(frame, every="day", horizon=7)
    assert found.method == "exponential smoothing with season"
    by_day = found.table.set_index(found.table["period"].dt.day_of_week)["value"]
    assert by_day.loc[6] < by_day.loc[2] - 50


def test_less_than_two_seasons_give_no_season():
    found = made(answers(drawn(1, 60, 40)))
    assert any("No season: it takes two full ones (104 weeks)" in note for note in found.notes)


def test_a_short_series_is_not_forecast_and_that_is_said():
    found = made(answers(drawn(1, 15, 40)))
    assert not found.enough
    assert found.headline == "NPS: too short to forecast: 15 complete weeks with answers, 16 are needed."
    with pytest.raises(cx.Problem, match="forecast to draw"):
        cx.charts.forecast(found)


def test_a_week_that_is_not_over_is_not_used():
    frame = answers(drawn(1, 40, 40))
    cut = frame[frame["answered"] < frame["answered"].max() - pd.Timedelta(days=3)]
    found = made(cut)
    assert found.table["period"].iloc[0] == pd.Timestamp("2024-01-01") + pd.Timedelta(weeks=39)


def test_the_naive_forecasts():
    value = np.array([1.0, 2.0, 3.0, np.nan, 5.0, np.nan])
    steps = np.array([1, 2, 3])
    assert naive(value, 5, steps).tolist() == [5.0, 5.0, 5.0]
    assert seasonal_naive(value, 4, steps, 3).tolist() == [3.0, 5.0, 5.0]
    walk = np.cumsum(np.random.default_rng(1).normal(size=4000))
    grown = naive_variance(walk, np.zeros(4000), np.array([1, 4]), 1, np.zeros(2))
    assert grown == pytest.approx([1, 4], rel=0.1)


def test_the_interval_is_students_t_with_two_degrees_of_freedom_less_than_weeks():
    """Two confidences of one forecast: their widths are as the quantiles of t, whatever the variance."""
    weeks = 18
    frame = answers(drawn(5, weeks, 200))
    wide, narrow = (made(frame, confidence=confidence).table for confidence in (0.95, 0.5))
    ratio = (wide["high"] - wide["low"]) / (narrow["high"] - narrow["low"])
    t = stats.t(weeks - 2)
    assert ratio.to_numpy() == pytest.approx(t.ppf(0.975) / t.ppf(0.75), rel=1e-9)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"horizon": 0}, "horizon: 0 is below 1. Name a number of periods"),
        ({"n": -1}, "n: -1 is below 1. Name a number of answers"),
        ({"confidence": 1.0}, "not between 0 and 1"),
    ],
)
def test_what_cannot_be_done_is_said(options, said):
    with pytest.raises(cx.Problem, match=said):
        made(answers(drawn(1, 30, 30)), **options)
