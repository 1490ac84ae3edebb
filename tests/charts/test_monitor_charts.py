"""Control charts and forecasts drawn: what is said by colour, shape and words."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
import vl_convert

import cxanalysis as cx
from cxanalysis.charts import tokens

MONDAY = pd.Timestamp("2024-01-01")


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """Thirty weeks and two days; week 28 is a crash, week 24 has no answer."""
    rng = np.random.default_rng(1)
    week = np.repeat(np.arange(31), 60)
    score = np.where(week == 28, 0, rng.integers(5, 11, len(week)))
    answered = MONDAY + pd.to_timedelta(7 * week + np.tile(np.arange(60) % 7, 31), unit="D")
    made = pd.DataFrame({"answered": answered, "score": score})
    return made[(week != 24) & (made["answered"] < MONDAY + pd.Timedelta(days=212))]


@pytest.fixture(scope="module")
def control(frame: pd.DataFrame) -> cx.Control:
    return cx.control(frame, "nps", score="score", date="answered")


@pytest.fixture(scope="module")
def forecast(frame: pd.DataFrame) -> cx.Forecast:
    return cx.forecast(frame, "nps", score="score", date="answered", horizon=4)


def rows_of(chart: Any) -> list[dict[str, Any]]:
    return (
        [row for data in chart.to_dict()["datasets"].values() for row in data]
        if "datasets" in chart.to_dict()
        else [row for layer in chart.to_dict()["layer"] for row in layer["data"]["values"]]
    )


def test_the_crash_is_vermilion_and_the_open_week_hollow(control):
    rows = {row["period"]: row for row in rows_of(cx.charts.control(control)) if "spoken" in row}
    crash = rows["the week of 2024-07-15"]
    assert (crash["tone"], crash["loud"]) == ("loss", True)
    assert "below the limit of" in crash["spoken"]
    open_week = rows["the week of 2024-07-29"]
    assert not open_week["whole"]
    assert open_week["remark"] == "not complete, not judged"


def test_no_line_is_drawn_over_a_gap(control):
    rows = [row for row in rows_of(cx.charts.control(control)) if "part" in row and row.get("value") is not None]
    parts = {row["period"]: row["part"] for row in rows}
    assert parts["the week of 2024-06-10"] != parts["the week of 2024-06-24"]
    assert "the week of 2024-06-17" not in parts


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("width", [None, 340, 760])
def test_both_are_drawn_in_the_house_style(control, forecast, mode, width):
    for chart in (
        cx.charts.control(control, mode=mode, width=width),
        cx.charts.forecast(forecast, mode=mode, width=width),
    ):
        spec = chart.to_dict()
        assert spec["background"] == tokens.palette(mode).background
        assert spec["config"]["font"] == tokens.FONT
        svg = vl_convert.vegalite_to_svg(json.dumps(spec))
        assert svg.count("<path") > 20


def test_the_same_result_gives_the_same_chart(control):
    assert cx.charts.control(control).to_json() == cx.charts.control(control).to_json()


def test_a_series_too_short_to_judge_is_drawn_without_limits(frame):
    short = cx.control(frame[frame["answered"] < "2024-03-01"], "nps", score="score", date="answered")
    rows = rows_of(cx.charts.control(short))
    assert not any(row.get("lower") is not None for row in rows)
    assert {row["tone"] for row in rows if "tone" in row} <= {"this", "muted"}


def test_the_forecast_has_an_interval_and_only_the_coming_weeks_are_blue(forecast):
    rows = [row for row in rows_of(cx.charts.forecast(forecast)) if "spoken" in row]
    coming = [row for row in rows if row["remark"] == "forecast"]
    assert len({row["period"] for row in coming}) == 4
    assert all(row["low"] < row["value"] < row["high"] for row in coming)
    assert {row["tone"] for row in coming} == {"this"}
    assert {row["tone"] for row in rows if row["remark"] == "measured"} == {"rest"}


def test_words_for_those_who_cannot_see_it(control, forecast):
    said = cx.charts.describe(control)
    assert control.headline in said
    assert "15 Jul 2024 below" in said
    assert "1 not complete" in said
    assert forecast.headline in cx.charts.describe(forecast)


def test_nothing_to_draw_is_said(control):
    nothing = cx.Control(
        **{name: getattr(control, name) for name in control.__slots__ if name != "table"},
        table=control.table.assign(value=np.nan),
    )
    with pytest.raises(cx.Problem, match="no value to draw"):
        cx.charts.control(nothing)
