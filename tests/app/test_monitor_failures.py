"""The monitor over orders: failure rates are watched, charted, forecast, and lead to the orders behind a point."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from conftest import healthy, texts
from test_monitor_page import weekly_survey

import cxanalysis as cx

WEEKS, A_WEEK = 32, 120


def weekly_orders() -> cx.Table:
    """Orders of 32 weeks; in the last four many come late."""
    rng = np.random.default_rng(5)
    rows = WEEKS * A_WEEK
    week = np.repeat(np.arange(WEEKS), A_WEEK)
    day = np.tile(np.linspace(0, 6, A_WEEK).round().astype(int), WEEKS)
    frame = pd.DataFrame(
        {
            "order": np.arange(rows),
            "customer": rng.integers(0, 900, rows),
            "ordered": pd.Timestamp("2024-01-01") + pd.to_timedelta(7 * week + day, unit="D"),
            "channel": np.tile(["web", "shop"], rows // 2),
            "late": (rng.random(rows) < np.where(week >= WEEKS - 4, 0.3, 0.1)).astype(int),
            "returned": (rng.random(rows) < 0.02).astype(int),
        }
    )
    roles = {"order": "id", "customer": "customer", "ordered": "date", "channel": "category"}
    return cx.Table(frame, name="orders", kind="operations", roles=roles | {"late": "flag", "returned": "flag"})


@pytest.fixture
def page(open_page, home):
    cx.Workspace(home).add(weekly_orders())
    return open_page("monitor")


def step(app) -> dict:
    return json.loads(app.query_params["step"])


def test_orders_alone_are_followed_by_their_failures(page, home):
    assert page.header[0].value.startswith("Worse: Failure rate of 'late'")
    watched = list(cx.Workspace(home).watched)
    assert [(watch["metric"], watch["failure"]) for watch in watched] == [
        ("failure_rate", "late"),
        ("failure_rate", "returned"),
    ]
    assert step(page)["arguments"] == {
        "metric": "failure_rate",
        "failure": "late",
        "every": "week",
        "cluster": "customer",
    }
    assert page.selectbox(key="monitor.score").options == ["Failures: late", "Failures: returned"]
    assert "Failure rate of late in orders" in texts(page)
    assert "events." in texts(page)


def test_show_brings_the_failure_into_the_chart(page, home):
    healthy(page.selectbox(key="monitor.score").set_value("returned").run())
    assert step(page)["arguments"]["failure"] == "returned"
    assert "Fewer than 5 cases are usual" in texts(page)
    healthy(page.button(key="monitor.alert.0.show").click().run())
    assert step(page)["arguments"]["failure"] == "late"
    assert page.selectbox(key="monitor.score").value == "late"


def test_a_group_of_orders_and_everybody_again(page):
    healthy(page.selectbox(key="monitor.by").set_value("channel").run())
    assert step(page)["arguments"]["group"] == {"channel": "shop"}
    healthy(page.selectbox(key="monitor.value").set_value("web").run())
    assert step(page)["arguments"]["group"] == {"channel": "web"}
    healthy(page.button(key="monitor.watch").click().run())
    assert "Failure rate of late in orders, each channel" in texts(page)
    healthy(page.selectbox(key="monitor.by").set_value(None).run())
    assert "group" not in step(page)["arguments"]


@pytest.mark.parametrize("every", ["day", "month"])
def test_another_period(page, every):
    healthy(page.selectbox(key="monitor.every").set_value(every).run())
    assert step(page)["arguments"]["every"] == every
    assert not page.warning


def test_the_forecast_is_of_the_failure(page, home):
    healthy(page.segmented_control(key="monitor.view").set_value("forecast").run())
    made = cx.forecast(cx.Workspace(home).tables["orders"], "failure_rate", failure="late", cluster="customer")
    assert made.headline in texts(page)


def test_the_orders_behind_a_point_without_ids(page):
    assert "The events behind a point" in [subheader.value for subheader in page.subheader]
    healthy(page.selectbox(key="monitor.point").set_value("2024-08-05").run())
    assert f"{A_WEEK} events in the week of 2024-08-05" in texts(page)
    (shown,) = [frame.value for frame in page.dataframe if "ordered" in frame.value.columns]
    assert not {"customer", "order"} & set(shown.columns)
    assert shown["late"].is_monotonic_decreasing


def test_the_code_gives_the_same_sentence(page):
    healthy(page.toggle(key="monitor.actions.code").set_value(True).run())
    code = page.code[0].value
    assert 'failure="late"' in code.replace("'", '"')
    names: dict = {}
    exec(compile(code.replace("\ncx.alerts(", "\nresult = cx.alerts("), "shown", "exec"), names)
    assert names["result"].headline == page.header[0].value.replace("\\", "")


def test_a_refresh_keeps_the_failure(page, open_page):
    healthy(page.selectbox(key="monitor.score").set_value("returned").run())
    again = open_page("monitor")
    assert again.query_params["step"] == page.query_params["step"]
    assert again.selectbox(key="monitor.score").value == "returned"


def test_weeks_in_which_returns_may_still_come_are_not_judged(open_page, home):
    table = weekly_orders()
    frame = table.frame
    back = frame["ordered"] + pd.to_timedelta(3 + np.arange(len(frame)) % 10, unit="D")
    frame["returned_on"] = back.where(frame["returned"] == 1)
    cx.Workspace(home).add(
        cx.Table(frame, name="orders", kind="operations", roles=table.roles | {"returned_on": "date"})
    )
    app = open_page("monitor")
    assert step(app)["arguments"]["date"] == "ordered"
    healthy(app.selectbox(key="monitor.score").set_value("returned").run())
    assert "shows within 12 days" in texts(app)
    assert "weeks are not judged yet" in texts(app)
    healthy(app.segmented_control(key="monitor.view").set_value("forecast").run())
    assert not app.warning


def test_a_survey_comes_first_and_both_are_watched(open_page, home):
    workspace = cx.Workspace(home)
    workspace.add(weekly_orders())
    workspace.add(weekly_survey(drop=False))
    app = open_page("monitor")
    assert app.selectbox(key="monitor.table").options == ["survey", "orders"]
    assert step(app)["tables"] == ["survey"]
    assert {watch["table"] for watch in workspace.watched} == {"survey", "orders"}
    healthy(app.selectbox(key="monitor.table").set_value("orders").run())
    assert step(app)["arguments"]["failure"] == "late"
    healthy(app.selectbox(key="monitor.table").set_value("survey").run())
    assert "failure" not in step(app)["arguments"]
    assert not app.warning


def test_days_until_a_failure_shows_are_chosen_and_watched_too(page):
    assert "shows_within_days" not in step(page)["arguments"]
    healthy(page.number_input(key="monitor.shows.orders.late").set_value(14).run())
    assert step(page)["arguments"]["shows_within_days"] == 14
    assert "14 days" in texts(page)
    healthy(page.button(key="monitor.watch").click().run())
    healthy(page.selectbox(key="monitor.score").set_value("returned").run())
    assert "shows_within_days" not in step(page)["arguments"]
    healthy(page.selectbox(key="monitor.score").set_value("late").run())
    healthy(page.number_input(key="monitor.shows.orders.late").set_value(0).run())
    assert "shows_within_days" not in step(page)["arguments"]
