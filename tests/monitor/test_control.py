"""Control charts: which periods are judged, what is a signal, when nothing is said."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from weekly_answers import MONDAY, answers, drawn

import cxanalysis as cx
from cxanalysis.monitor import calendar


def chart(frame: pd.DataFrame, **options: object) -> cx.Control:
    return cx.control(frame, "nps", score="score", date="answered", **options)  # type: ignore[arg-type]


def test_a_week_that_is_not_over_is_marked_and_not_judged():
    frame = answers(drawn(1, 25, 40))
    short = frame[frame["answered"] < MONDAY + pd.Timedelta(days=7 * 24 + 3)]
    found = chart(short)
    last = found.table.iloc[-1]
    assert not last["complete"]
    assert last["n"] > 0
    assert np.isnan(last["lower"])
    assert last["signal"] == ""
    assert any("is not complete: the data end on 2024-06-19" in note for note in found.notes)
    assert chart(short, as_of="2024-06-23").table.iloc[-1]["complete"]


def test_a_first_week_that_is_covered_only_partly_is_no_baseline():
    frame = answers(drawn(1, 25, 40))
    late = frame[frame["answered"] >= MONDAY + pd.Timedelta(days=2)]
    found = chart(late)
    assert found.table["complete"].tolist() == [False, *[True] * 24]
    assert not found.table["baseline"].iloc[0]
    assert found.table["baseline"].sum() == 20
    assert any("the data begin on 2024-01-03" in note for note in found.notes)


def test_weeks_without_an_answer_are_gaps():
    frame = answers(drawn(1, 26, 40))
    inside = (frame["answered"] >= MONDAY + pd.Timedelta(weeks=22)) & (
        frame["answered"] < MONDAY + pd.Timedelta(weeks=24)
    )
    found = chart(frame[~inside])
    gap = found.table.iloc[22:24]
    assert gap["n"].tolist() == [0, 0]
    assert gap["value"].isna().all()
    assert len(found.table) == 26
    assert "2 weeks without an answer: shown as gaps." in found.notes


def test_nineteen_weeks_are_too_short_and_that_is_said_calmly():
    found = chart(answers(drawn(1, 19, 40)))
    assert not found.enough
    assert found.headline == "NPS: too short to judge: 19 complete weeks with answers, 20 are needed (1 more)."
    assert found.table["lower"].isna().all()
    assert (found.table["signal"] == "").all()


def test_a_crash_is_below_the_limits_and_worse():
    weeks = drawn(2, 26, 60, 5, 10)
    weeks[25] = np.zeros(60)
    found = chart(answers(weeks))
    assert found.table["signal"].iloc[-1] == "below"
    assert "worse by more than noise, below the limit of" in found.headline


def test_a_rise_of_a_failure_is_worse():
    weeks = [np.where(week < 1, 1.0, 0.0) for week in drawn(2, 26, 60)]
    weeks[25] = np.ones(60)
    table = cx.Table(
        answers(weeks),
        name="survey",
        roles={"answered": "date", "score": "flag"},
        scales={"score": cx.Scale(0, 1, False)},
    )
    found = cx.control(table, "rating", score="score")
    assert found.better == "low"
    assert found.table["signal"].iloc[-1] == "above"
    assert "worse by more than noise" in found.headline


def test_a_small_lasting_drop_is_found_as_a_run_only_by_that_rule():
    rng = np.random.default_rng(4)
    weeks = [np.where(rng.random(200) < (0.5 if week < 20 else 0.44), 10, 0) for week in range(40)]
    with_runs, limits_only = chart(answers(weeks)), chart(answers(weeks), rules=["limits"])
    assert (with_runs.table["signal"] == "run below").any()
    assert not limits_only.table["signal"].str.startswith("run").any()
    assert with_runs.false_signals_a_year > limits_only.false_signals_a_year > 0.14


def test_the_baseline_is_frozen_whatever_comes_after():
    weeks = drawn(5, 40, 50)
    early, late = chart(answers(weeks[:25])), chart(answers([*weeks[:25], *drawn(6, 15, 50, 0, 3)]))
    pd.testing.assert_series_equal(early.table["lower"], late.table["lower"].iloc[:25], check_names=False)


def test_a_baseline_named_by_its_days():
    found = chart(answers(drawn(5, 45, 50)), baseline=["2024-03-04", "2024-07-22"])
    base = found.table[found.table["baseline"]]["period"]
    assert (str(base.min().date()), str(base.max().date()), len(base)) == ("2024-03-04", "2024-07-22", 21)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"every": "year"}, "no period to watch"),
        ({"chart": "p"}, "no kind of control chart"),
        ({"rules": ["western"]}, "is no rule"),
        ({"run": 3}, "too short to mean anything"),
        ({"baseline": 10}, "too few for a baseline"),
        ({"baseline": ["2024-01-01", "2024-02-01"]}, "there are 5 complete weeks"),
        ({"baseline": ["soon", "later"]}, "no stretch of time"),
        ({"as_of": "soon"}, "is no date"),
        ({"group": {"market": "west"}}, "there is no group west"),
    ],
)
def test_what_cannot_be_done_is_said(options, said):
    with pytest.raises(cx.Problem, match="(?i)" + said):
        chart(answers(drawn(1, 25, 30)), **options)


def test_an_unknown_metric_and_estimates_without_periods():
    frame = answers(drawn(1, 25, 30))
    with pytest.raises(cx.Problem, match="There is no metric 'npss'"):
        cx.control(frame, "npss", score="score", date="answered")
    with pytest.raises(cx.Problem, match="are not by period"):
        cx.control(cx.nps(frame, "score"))


def test_a_trend_in_the_baseline_is_charted_by_residuals():
    rng = np.random.default_rng(6)
    weeks = [np.where(rng.random(300) < 0.2 + 0.02 * week, 10, 0) for week in range(30)]
    found = chart(answers(weeks))
    assert found.chart == "Laney p' for means of residuals"
    assert any("exponential smoothing" in note and "a trend" in note for note in found.notes)
    assert found.table["centre"].iloc[-1] > found.table["centre"].iloc[5] + 20
    assert (found.judged["signal"] == "").mean() > 0.7


def test_a_weekly_rhythm_is_taken_out_of_days():
    rng = np.random.default_rng(7)
    days = pd.date_range("2024-01-01", periods=70)
    chance = np.where(days.day_of_week >= 5, 0.3, 0.7)
    frame = pd.DataFrame(
        {"answered": np.repeat(days, 100), "score": np.where(rng.random(7000) < np.repeat(chance, 100), 10, 0)}
    )
    found = chart(frame, every="day")
    assert any("weekly rhythm is taken out" in note for note in found.notes)
    assert (found.judged["signal"] == "").mean() > 0.9
    centre = found.table.set_index(found.table["period"].dt.day_of_week)["centre"]
    assert centre.loc[6].mean() == pytest.approx(-40, abs=10)
    assert centre.loc[1].mean() == pytest.approx(40, abs=10)


def test_less_than_two_seasons_are_said_to_tell_no_rhythm():
    assert any("yearly rhythm cannot be told" in note for note in chart(answers(drawn(1, 30, 40))).notes)


def test_estimates_and_the_table_they_come_from_give_the_same(survey):
    made = cx.nps(survey, "score", by="market", period="week")
    one = cx.control(made, group={"market": "south"})
    two = cx.control(survey, "nps", score="score", group={"market": "south"})
    pd.testing.assert_frame_equal(one.table, two.table)
    assert one.headline == two.headline


def test_a_step_makes_the_same_call(survey):
    step = cx.Step("control", ("survey",), {"metric": "nps", "score": "score", "group": {"market": "south"}})
    assert (
        cx.Step.from_json(step.to_json()).run({"survey": survey}).headline
        == cx.control(survey, "nps", score="score", group={"market": "south"}).headline
    )


@pytest.mark.parametrize("every", ["day", "week", "month", "quarter"])
def test_periods_follow_each_other_without_a_hole(every):
    first = {"day": "2023-12-30", "week": "2023-12-25", "month": "2023-11-01", "quarter": "2023-10-01"}[every]
    starts = calendar.all_between(np.datetime64(first), np.datetime64(first) + 800, every)
    assert (calendar.after(starts[:-1], every) == starts[1:]).all()
    pandas = pd.date_range(
        first, periods=len(starts), freq={"day": "D", "week": "W-MON", "month": "MS", "quarter": "QS"}[every]
    )
    assert (starts == pandas.to_numpy().astype("datetime64[D]")).all()


def test_rare_failures_are_said_to_give_more_false_signals():
    rng = np.random.default_rng(9)
    weeks = [np.where(rng.random(30) < 0.03, 5, 1) for _ in range(26)]
    rare = cx.control(cx.csat(answers(weeks), "score", scale=(1, 5), date="answered", period="week"))
    assert any("Fewer than 5 cases are usual in a week" in note for note in rare.notes)
    often = cx.control(answers(drawn(1, 26, 40)), "csat", score="score", scale=(0, 10), date="answered")
    assert not any("cases are usual" in note for note in often.notes)
