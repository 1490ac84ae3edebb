"""The overview: tiles, trend, groups; every choice changes the step."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from conftest import healthy, survey_frame, texts

import cxanalysis as cx


@pytest.fixture
def page(open_page, workspace):
    return open_page("overview")


def step(app) -> dict:
    return json.loads(app.query_params["step"])


def test_a_tile_for_each_score_with_interval_and_n(page, workspace):
    assert [tile.label for tile in page.metric] == ["NPS: recommend", "CSAT: csat"]
    nps = cx.nps(workspace.tables["survey"], "recommend", cluster="customer").table.iloc[0]
    assert page.metric[0].value == f"{nps['value']:.0f}".replace("-", "−")
    assert "n = 400" in page.metric[0].delta


def test_what_is_missing_is_one_calm_sentence(page):
    assert "Not measured in survey. CES: no rating of the customer's effort." in texts(page)


def test_the_headline_is_the_score(page, workspace):
    expected = cx.nps(workspace.tables["survey"], "recommend", cluster="customer").headline
    assert page.header[0].value.replace("\\", "") == expected


def test_another_score(page):
    healthy(page.selectbox(key="overview.score").set_value("csat").run())
    assert step(page)["call"] == "csat"
    assert page.header[0].value.startswith("CSAT")


def test_another_group_and_none(page):
    healthy(page.selectbox(key="overview.by").set_value("channel").run())
    assert step(page)["arguments"]["by"] == "channel"
    assert "By channel" in texts(page)
    healthy(page.selectbox(key="overview.by").set_value(None).run())
    assert "by" not in step(page)["arguments"]
    assert "By channel" not in texts(page)


@pytest.mark.parametrize("period", ["week", "quarter"])
def test_another_period(page, period):
    healthy(page.selectbox(key="over").set_value(period).run())
    assert not page.warning


def test_code_of_all_that_is_shown(page):
    healthy(page.toggle(key="overview.actions.code").set_value(True).run())
    names: dict = {}
    exec(compile(page.code[0].value, "shown", "exec"), names)
    assert page.code[0].value.count("cx.nps(") == 3


def test_a_refresh_keeps_the_choices(page, open_page):
    healthy(page.selectbox(key="overview.by").set_value("channel").run())
    healthy(page.selectbox(key="overview.score").set_value("csat").run())
    again = open_page("overview")
    assert again.query_params["step"] == page.query_params["step"]


def test_without_a_date_there_is_no_trend(open_page, workspace):
    frame = survey_frame().drop(columns="answered")
    workspace.add(cx.Table(frame, name="survey", roles={"recommend": "nps"}), replace=True)
    app = open_page("overview")
    assert "Over time" not in texts(app)
    assert app.metric[0].label == "NPS: recommend"


def test_a_score_that_cannot_be_measured_does_not_take_the_others_with_it(open_page, workspace):
    frame = survey_frame().assign(recommend=77.0)
    roles = {"recommend": "nps", "csat": "csat", "market": "category"}
    workspace.add(cx.Table(frame, name="survey", roles=roles, scales={"csat": cx.Scale(1, 5)}), replace=True)
    app = open_page("overview")
    assert app.warning
    assert [tile.label for tile in app.metric] == ["CSAT: csat"]


def test_only_some_answers(page, workspace):
    healthy(page.multiselect(key="overview.only.market").set_value(["north"]).run())
    assert step(page)["arguments"]["where"] == {"market": ["north"]}
    some = workspace.tables["survey"].where({"market": ["north"]})
    assert page.header[0].value.replace("\\", "") == cx.nps(some, "recommend", cluster="customer").headline
    healthy(page.date_input(key="overview.only.answered.to").set_value("2024-06-30").run())
    assert step(page)["arguments"]["where"] == {"market": ["north"], "answered": {"to": "2024-06-30"}}
    healthy(page.multiselect(key="overview.only.market").set_value([]).run())
    assert step(page)["arguments"]["where"] == {"answered": {"to": "2024-06-30"}}


def test_a_step_in_the_address_brings_its_rows(open_page, workspace):
    asked = cx.Step("nps", ("survey",), {"score": "recommend", "where": {"market": ["south"]}})
    page = open_page("overview", step=asked.to_json())
    assert page.multiselect(key="overview.only.market").value == ["south"]


def test_six_elements_from_failures_in_the_table(page):
    said = texts(page)
    for question in ("What they want", "How they feel", "What they miss", "What annoys them", "What to improve"):
        assert question in said
    assert "The table has no ratings of attributes." in said
    assert "is the most frequent of 3" in said


def test_other_metrics_when_asked_for(page):
    before = len(page.metric)
    healthy(page.toggle(key="overview.more").set_value(True).run())
    assert len(page.metric) > before
    assert "Failure rate" in [tile.label for tile in page.metric]
    assert "Not measured yet" in " ".join(one.label for one in page.expander)


def test_a_goal_stands_on_its_tile(open_page, workspace):
    workspace.catalogue.add(cx.Entry("NPS", step=cx.Step("nps", ("survey",), {"score": "recommend"}), owner="Ana"))
    workspace.goals.set(cx.Goal("NPS", 99))
    page = open_page("overview")
    assert "goal 99: not reached" in texts(page)
    assert "1 goal not reached: NPS." in texts(page)


def test_of_two_dates_the_first_counts_until_another_is_chosen(open_page, workspace):
    two = survey_frame().assign(visited=lambda frame: frame["answered"].min())
    workspace.add(cx.Table(two, name="twice", kind="survey", roles={
        "answered": "date", "visited": "date", "recommend": "nps", "market": "category",
    }))  # fmt: skip
    step_of = cx.Step("nps", ("twice",), {"score": "recommend"}).to_json()
    app = open_page("overview", step=step_of)
    assert not app.warning
    assert step(app)["arguments"]["date"] == "answered"
    healthy(app.selectbox(key="overview.date").set_value("visited").run())
    assert step(app)["arguments"]["date"] == "visited"
    assert not app.warning


def test_a_workspace_without_a_score_shows_what_it_can_measure(open_page, home):
    orders = pd.DataFrame({"order": range(200), "late": [1, 0, 0, 0] * 50, "lost": [0, 0, 0, 0, 1] * 40})
    cx.Workspace(home).add(
        cx.Table(orders, name="orders", kind="operations", roles={"order": "order", "late": "flag", "lost": "flag"})
    )
    app = open_page("overview")
    assert app.header[0].value.startswith("No table has a score yet")
    assert [tile.label for tile in app.metric] == ["Failure rate"]
    healthy(app.toggle(key="overview.actions.code").set_value(True).run())
    assert "cx.metric(" in app.code[0].value


def test_the_notebook_holds_all_that_is_shown(page):
    healthy(page.toggle(key="overview.more").set_value(True).run())
    healthy(page.toggle(key="overview.actions.code").set_value(True).run())
    code = page.code[0].value
    assert "cx.elements(" in code
    assert code.count("cx.metric(") == len(page.metric) - 2


def test_a_column_in_the_address_that_is_not_there_is_said_once(open_page, workspace):
    asked = cx.Step("nps", ("survey",), {"score": "recommend", "cluster": 7}).to_json()
    app = open_page("overview", step=asked)
    assert len(app.warning) == 1
    assert "cluster does not fit survey" in app.warning[0].value
    assert "cluster" not in step(app)["arguments"]


def test_of_several_failures_a_tile_names_the_one_it_shows(open_page, home):
    orders = pd.DataFrame({"order": range(200), "late": [1, 0, 0, 0] * 50, "lost": [0, 0, 0, 0, 1] * 40})
    roles = {"order": "order", "late": "flag", "lost": "flag"}
    cx.Workspace(home).add(cx.Table(orders, name="orders", kind="operations", roles=roles))
    assert "late, the first of 2" in texts(open_page("overview"))
