"""The section "Important × good", and the other measures under all numbers: every choice changes the step."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pandas as pd
import pytest
from conftest import drivers_step, healthy, texts
from test_driver_asymmetry import RATES, rated

import cxanalysis as cx
from cxanalysis.labels import in_words, spoken
from cxanalysis.steps.registry import CALLS

MIXED = ["late", "rate_staff", "rate_speed"]


def section(app, name: str = "map"):
    app.session_state["drivers.section"] = name
    return healthy(app.run())


@pytest.fixture
def page(open_page, workspace):
    workspace.add(rated(), replace=True)
    return section(open_page("drivers", drivers_step(outcome_as="mean", drivers=MIXED)))


def last(workspace) -> cx.Step:
    step = workspace.steps.last("drivers.map")
    assert step is not None
    return step


def own(workspace) -> dict:
    return {name: value for name, value in last(workspace).arguments.items() if name != "drivers"}


def test_it_is_a_step_on_the_analysis_above_with_the_usual_goals(page, workspace):
    step = last(workspace)
    assert step.arguments["drivers"] == {"outcome": "recommend", "drivers": MIXED, "outcome_as": "mean",
                                         "resamples": 100}  # fmt: skip
    assert own(workspace) == {}
    result = step.run(workspace.tables)
    assert result.headline in texts(page)
    assert "Nobody set a goal" in texts(page)
    shown = next(frame.value for frame in page.dataframe if "quadrant" in frame.value.columns)
    pd.testing.assert_frame_equal(shown, in_words(result.table, result.labels))


def test_goals_by_slider(page, workspace):
    healthy(page.slider(key="drivers.map.goal.False").set_value(40).run())
    assert own(workspace) == {"goal": {"late": 95, "rate_staff": 40, "rate_speed": 40}}
    healthy(page.slider(key="drivers.map.goal.True").set_value(60).run())
    assert own(workspace) == {"goal": {"late": 60, "rate_staff": 40, "rate_speed": 40}}
    healthy(page.slider(key="drivers.map.line").set_value(25).run())
    assert own(workspace)["importance_goal"] == 0.25
    assert last(workspace).run(workspace.tables).headline in texts(page)
    healthy(page.slider(key="drivers.map.goal.False").set_value(80).run())
    healthy(page.slider(key="drivers.map.goal.True").set_value(95).run())
    healthy(page.slider(key="drivers.map.line").set_value(10).run())
    assert own(workspace) == {}


def test_the_mean_only_on_request_and_with_its_warning(page, workspace):
    assert "by construction" not in texts(page)
    healthy(page.toggle(key="drivers.map.mean").set_value(True).run())
    assert own(workspace) == {"goal": "mean", "importance_goal": "mean"}
    assert "by construction" in texts(page)
    assert not [slider for slider in page.slider if str(slider.key).startswith("drivers.map")]
    healthy(page.toggle(key="drivers.map.mean").set_value(False).run())
    assert own(workspace) == {}


def test_the_top_box(page, workspace):
    healthy(page.selectbox(key="drivers.map.performance_as").set_value("top-box").run())
    assert own(workspace) == {"performance_as": "top-box"}
    assert "% of the best 2 answers of 1–5" in texts(page)


def test_stated_importance_where_it_was_asked(page, workspace):
    healthy(page.selectbox(key="drivers.map.stated.rate_staff").set_value("rate_price").run())
    assert own(workspace) == {"stated": {"rate_staff": "rate_price"}}
    shown = next(frame.value for frame in page.dataframe if "quadrant" in frame.value.columns)
    assert shown["stated"].notna().sum() == 1
    page.session_state["drivers.map.importance_as"] = "stated"
    healthy(page.run())
    assert own(workspace)["importance_as"] == "stated"
    healthy(page.slider(key="drivers.map.stated_line").set_value(30).run())
    assert own(workspace)["importance_goal"] == 30
    assert last(workspace).run(workspace.tables).headline in texts(page)
    healthy(page.selectbox(key="drivers.map.stated.rate_staff").set_value(None).run())
    assert own(workspace) == {}


def test_failures_alone_have_one_goal(page, workspace):
    healthy(page.multiselect(key="drivers.drivers").set_value(["late", "damaged"]).run())
    assert [slider.key for slider in page.slider] == ["drivers.map.goal.True", "drivers.map.line"]
    healthy(page.slider(key="drivers.map.goal.True").set_value(70).run())
    assert own(workspace)["goal"] == {"late": 70, "damaged": 70}


def test_a_refresh_keeps_the_goals(page, open_page, workspace):
    healthy(page.slider(key="drivers.map.goal.False").set_value(55).run())
    healthy(page.slider(key="drivers.map.line").set_value(20).run())
    again = section(open_page("drivers"))
    assert again.slider(key="drivers.map.goal.False").value == 55
    assert again.slider(key="drivers.map.goal.True").value == 95
    assert again.slider(key="drivers.map.line").value == 20


def test_the_code_gives_the_same_sentence(page):
    healthy(page.toggle(key="drivers.map.actions.code").set_value(True).run())
    code, call = page.code[0].value, "\ncx.importance_performance("
    names: dict = {}
    exec(compile(code.replace(call, f"\nresult = {call[1:]}"), "shown", "exec"), names)
    assert names["result"].headline in texts(page)


def test_a_slider_does_not_work_out_the_drivers_anew(page, monkeypatch):
    def refuse(*_arguments, **_keywords):
        raise AssertionError("the analysis above was run again")

    monkeypatch.setattr(import_module(CALLS["drivers"].module), "drivers", refuse)
    healthy(page.slider(key="drivers.map.goal.False").set_value(30).run())


def test_drivers_without_a_performance_leave_the_page_whole(open_page, workspace):
    old = rated()
    frame = old.raw.assign(market=np.where(np.arange(len(old)) % 3, "a", "b"), shop=np.arange(len(old)) % 4 // 2)
    roles = {**old.roles, "market": "category"}
    workspace.add(cx.Table(frame, name="survey", kind="survey", roles=roles, scales=old.scales), replace=True)
    app = section(open_page("drivers", drivers_step(drivers=["market"], outcome_as="mean")))
    assert "No driver has a performance" in texts(app)


# --- other measures of importance -------------------------------------------------------------------


def test_other_measures_on_request(page, workspace):
    app = section(page, "numbers")
    assert "johnson" not in [column for frame in app.dataframe for column in frame.value.columns]
    healthy(app.toggle(key="drivers.measures.on").set_value(True).run())
    shown = next(frame.value for frame in app.dataframe if "johnson" in frame.value.columns)
    result = cx.relative_importance(workspace.tables["survey"], "recommend", MIXED, resamples=100)
    pd.testing.assert_frame_equal(shown, in_words(result.wide(), {}))
    assert result.headline in texts(app)
    healthy(app.multiselect(key="drivers.drivers").set_value([*RATES]).run())
    shown = next(frame.value for frame in app.dataframe if "johnson" in frame.value.columns)
    assert set(shown["driver"]) == set(map(spoken, RATES))
