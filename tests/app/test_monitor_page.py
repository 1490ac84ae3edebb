"""The monitor: the look at what is watched, one series with its limits and forecast, the answers behind a point."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from conftest import ROLES, SCALES, healthy, survey_frame, texts

import cxanalysis as cx

WEEKS = 40


def weekly_survey(drop: bool) -> cx.Table:
    """Forty weeks of answers; in the last four, late delivery spoils the north if `drop`."""
    rng = np.random.default_rng(3)
    rows = 60 * WEEKS
    frame = survey_frame(rows)
    week = np.repeat(np.arange(WEEKS), 60)
    frame["answered"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(7 * week + rng.integers(0, 7, rows), unit="D")
    frame.loc[0, "answered"], frame.loc[rows - 1, "answered"] = "2024-01-01", "2024-10-06"
    frame["comment"] = np.where(frame["late"] == 1, "came late again", "")
    if drop:
        bad = (week >= WEEKS - 4) & (frame["market"] == "north")
        frame.loc[bad, "recommend"] = np.clip(frame.loc[bad, "recommend"] - 5, 0, 10)
        frame.loc[bad, "late"] = 1
    return cx.Table(frame, name="survey", kind="survey", roles=ROLES | {"comment": "text"}, scales=SCALES)


@pytest.fixture
def page(open_page, home):
    cx.Workspace(home).add(weekly_survey(drop=True))
    return open_page("monitor")


def step(app) -> dict:
    return json.loads(app.query_params["step"])


def alert_buttons(app, what: str) -> list:
    return [
        button for button in app.button if str(button.key).startswith("monitor.alert.") and button.key.endswith(what)
    ]


def test_the_sentence_says_what_changed(page, home):
    workspace = cx.Workspace(home)
    assert page.header[0].value.startswith("Worse: NPS")
    look = workspace.watched.step(workspace.tables, every="week")
    assert look.run(workspace.tables).headline == page.header[0].value.replace("\\", "")
    assert "What needs somebody" in texts(page)
    assert "below the" in texts(page)


def test_without_a_change_it_is_quiet(open_page, home):
    cx.Workspace(home).add(weekly_survey(drop=False))
    app = open_page("monitor")
    assert app.header[0].value.startswith("Nothing changed by more than noise")
    assert "Nothing: no watched series changed" in texts(app)
    assert not alert_buttons(app, ".show")


def test_show_brings_the_series_into_the_chart(page):
    shown = alert_buttons(page, ".show")
    healthy(shown[-1].click().run())
    assert step(page)["call"] == "control"
    assert step(page)["arguments"]["score"] in {"recommend", "csat"}


def test_an_alert_is_acknowledged_and_stays_so_after_a_refresh(page, open_page, home):
    before = len(alert_buttons(page, ".do"))
    healthy(page.text_input(key="monitor.alert.0.who").set_value("Ada").run())
    healthy(page.text_area(key="monitor.alert.0.note").set_value("new carrier <b>in</b> May").run())
    healthy(page.button(key="monitor.alert.0.do").click().run())
    assert len(alert_buttons(page, ".do")) == before - 1
    (seen,) = cx.Workspace(home).watched.acknowledged
    assert (seen.who, seen.note) == ("Ada", "new carrier <b>in</b> May")
    again = open_page("monitor")
    assert len(alert_buttons(again, ".do")) == before - 1
    assert "Seen by Ada on" in texts(again)
    assert "new carrier <b>in</b> May" in texts(again)


def test_an_acknowledgement_can_be_taken_back(page, home):
    before = len(alert_buttons(page, ".do"))
    healthy(page.text_input(key="monitor.alert.0.who").set_value("Ada").run())
    healthy(page.button(key="monitor.alert.0.do").click().run())
    healthy(page.button(key="monitor.seen.0.back").click().run())
    assert len(alert_buttons(page, ".do")) == before
    assert cx.Workspace(home).watched.acknowledged == ()


def test_nobody_cannot_acknowledge(page):
    assert page.button(key="monitor.alert.0.do").disabled


@pytest.mark.parametrize("every", ["day", "month", "quarter"])
def test_another_period(page, every):
    healthy(page.selectbox(key="monitor.every").set_value(every).run())
    assert step(page)["arguments"]["every"] == every
    assert not page.warning
    if every in {"month", "quarter"}:
        assert "too short to judge" in texts(page)


def test_another_metric_and_a_failure(page):
    healthy(page.selectbox(key="monitor.score").set_value("csat").run())
    assert step(page)["arguments"]["metric"] == "csat"
    healthy(page.selectbox(key="monitor.score").set_value("late").run())
    assert step(page)["arguments"]["metric"] == "rating"
    assert not page.warning


def test_a_group_and_everybody_again(page):
    healthy(page.selectbox(key="monitor.by").set_value("market").run())
    assert step(page)["arguments"]["group"] == {"market": "north"}
    healthy(page.selectbox(key="monitor.value").set_value("south").run())
    assert step(page)["arguments"]["group"] == {"market": "south"}
    healthy(page.selectbox(key="monitor.by").set_value(None).run())
    assert "group" not in step(page)["arguments"]


def test_the_forecast(page, home):
    healthy(page.segmented_control(key="monitor.view").set_value("forecast").run())
    made = cx.forecast(cx.Workspace(home).tables["survey"], "nps", score="recommend", cluster="customer")
    assert made.headline in texts(page)


def test_the_answers_of_another_point_without_personal_columns(page):
    point = page.selectbox(key="monitor.point")
    assert len(point.options) == WEEKS
    healthy(point.set_value("2024-09-30").run())
    assert "late in" in texts(page)
    shown = [frame.value for frame in page.dataframe if "comment" in frame.value.columns]
    assert len(shown) == 1
    assert not {"customer", "answer"} & set(shown[0].columns)
    assert len(shown[0]) == 60


def test_watch_and_stop(page, home):
    count = len(cx.Workspace(home).watched)
    healthy(page.selectbox(key="monitor.by").set_value("channel").run())
    healthy(page.button(key="monitor.watch").click().run())
    assert len(cx.Workspace(home).watched) == count + 1
    healthy(page.button(key=f"monitor.stop.{count}").click().run())
    assert len(cx.Workspace(home).watched) == count


def test_stopping_all_says_that_nothing_is_watched(page, home):
    while len(cx.Workspace(home).watched):
        healthy(page.button(key="monitor.stop.0").click().run())
    assert "Nothing is watched yet" in texts(page)


def test_how_quiet_it_is(page):
    healthy(page.selectbox(key="monitor.rate").set_value(0.01).run())
    assert "at most 1 % of looks" in texts(page)


def test_the_code_gives_the_same_sentences(page):
    healthy(page.toggle(key="monitor.actions.code").set_value(True).run())
    names: dict = {}
    code = page.code[0].value
    assert "cx.control(" in code
    assert "cx.behind(" in code
    exec(compile(code.replace("\ncx.alerts(", "\nresult = cx.alerts("), "shown", "exec"), names)
    assert names["result"].headline == page.header[0].value.replace("\\", "")


def test_a_refresh_keeps_the_choices(page, open_page):
    healthy(page.selectbox(key="monitor.by").set_value("channel").run())
    again = open_page("monitor")
    assert again.query_params["step"] == page.query_params["step"]


def test_a_step_in_the_address_is_shown(open_page, home):
    cx.Workspace(home).add(weekly_survey(drop=False))
    asked = cx.Step(
        "control", ("survey",), {"metric": "csat", "score": "csat", "every": "day", "group": {"market": "south"}}
    )
    app = open_page("monitor", asked.to_json())
    assert app.selectbox(key="monitor.value").value == "south"
    assert app.selectbox(key="monitor.every").value == "day"


def test_without_a_dated_score_it_leads_to_the_data(open_page, home):
    cx.Workspace(home).add(cx.Table(pd.DataFrame({"recommend": [9, 3]}), name="survey", roles={"recommend": "nps"}))
    app = open_page("monitor")
    assert "nothing can be followed over time" in texts(app)
    assert app.button(key="empty.data")


def test_an_argument_that_nothing_knows_is_said_and_not_kept(open_page, workspace):
    step = {"call": "control", "tables": ["survey"], "arguments": {"metric": "nps", "x": 1}}
    app = open_page("monitor", step=json.dumps(step))
    assert [warning.value for warning in app.warning] == [
        "The step in the address has an argument 'x', which cx.control does not know. "
        "The page shows its own last step instead."
    ]
    assert "x" not in workspace.steps.last("monitor").arguments
    assert not open_page("monitor").warning
