"""The drivers page: every choice changes the step, and the step comes back."""

from __future__ import annotations

import json

import pytest
from conftest import PAGES, drivers_step, healthy, texts

import cxanalysis as cx


@pytest.fixture
def page(open_page, workspace):
    return open_page("drivers", drivers_step())


def arguments(app) -> dict:
    return json.loads(app.query_params["step"])["arguments"]


def pick(app, widget: str, value: object, kind: str = "selectbox"):
    return healthy(getattr(app, kind)(key=f"drivers.{widget}").set_value(value).run())


def test_the_headline_is_the_result_of_the_step(page, workspace):
    step = cx.Step.from_json(page.query_params["step"])
    assert page.header[0].value.replace("\\", "") == step.run(workspace.tables).headline


def test_all_failures_are_the_default(open_page, workspace):
    app = open_page("drivers")
    assert arguments(app)["drivers"] == ["late", "damaged", "gift"]
    assert arguments(app)["outcome_as"] == "nps"
    assert arguments(app)["cluster"] == "customer"


def test_another_outcome_brings_its_own_measure(page):
    pick(page, "outcome", "csat")
    assert arguments(page)["outcome"] == "csat"
    assert arguments(page)["outcome_as"] == "top-box"
    pick(page, "as", "mean")
    assert arguments(page)["outcome_as"] == "mean"


def test_fewer_drivers(page):
    pick(page, "drivers", ["late", "gift"], "multiselect")
    assert arguments(page)["drivers"] == ["late", "gift"]
    assert len(page.dataframe[0].value) == 2


def test_no_driver_asks_for_one_and_keeps_the_choices(page):
    pick(page, "drivers", [], "multiselect")
    assert "Choose at least one driver" in texts(page)
    assert page.multiselect(key="drivers.drivers").value == []


@pytest.mark.parametrize(
    ("widget", "value", "argument", "kind"),
    [
        ("method", "johnson", "method", "selectbox"),
        ("missing", "pairwise", "missing", "selectbox"),
        ("confidence", 0.9, "confidence", "selectbox"),
        ("cluster", "customer", "cluster", "selectbox"),
        ("adjust_for", ["market"], "adjust_for", "multiselect"),
        ("resamples", 200, "resamples", "number_input"),
        ("seed", 3, "seed", "number_input"),
    ],
)
def test_each_adjustment_is_an_argument(page, widget, value, argument, kind):
    pick(page, widget, value, kind)
    assert arguments(page)[argument] == value


@pytest.mark.parametrize("view", ["importance", "map", "points"])
def test_each_view_is_drawn(page, view):
    page.session_state["drivers.view"] = view
    healthy(page.run())
    assert not page.warning


def test_the_code_makes_the_same_numbers(page, workspace):
    healthy(page.toggle(key="drivers.actions.code").set_value(True).run())
    names: dict = {}
    exec(compile(page.code[0].value.replace("\ncx.drivers(", "\nresult = cx.drivers("), "shown", "exec"), names)
    assert names["result"].headline == page.header[0].value.replace("\\", "")


def test_a_refresh_and_a_restart_keep_the_choices(page, open_page):
    pick(page, "outcome", "csat")
    pick(page, "drivers", ["late", "damaged"], "multiselect")
    again = open_page("drivers")  # a new session, without the step in the address
    assert again.query_params["step"] == page.query_params["step"]
    assert again.header[0].value == page.header[0].value


def test_another_page_and_back_keeps_the_choices(page):
    pick(page, "outcome", "csat")
    before = page.query_params["step"]
    healthy(page.switch_page(PAGES["data"]).run())
    healthy(page.switch_page(PAGES["drivers"]).run())
    assert page.query_params["step"] == before


def test_a_step_in_the_address_wins_over_the_last_one(page, open_page):
    pick(page, "outcome", "csat")
    app = open_page("drivers", drivers_step(drivers=["gift", "late"], seed=5))
    assert arguments(app)["drivers"] == ["gift", "late"]
    assert app.number_input(key="drivers.seed").value == 5


def test_an_argument_without_a_widget_is_kept(open_page, workspace):
    app = open_page("drivers", drivers_step(groups={"trouble": ["late", "damaged"]}))
    assert arguments(app)["groups"] == {"trouble": ["late", "damaged"]}
    assert "trouble" in app.dataframe[0].value["driver"].tolist()
    pick(app, "seed", 2, "number_input")
    assert arguments(app)["groups"] == {"trouble": ["late", "damaged"]}


@pytest.mark.parametrize(
    "step",
    [
        "{",
        '{"call":"os.system","tables":[],"arguments":{}}',
        '{"call":"nps","tables":["survey"],"arguments":{}}',
        '{"call":"drivers","tables":["nowhere"],"arguments":{}}',
    ],
)
def test_a_broken_step_is_one_sentence_and_the_page_works(open_page, workspace, step):
    workspace.steps.save(cx.Step.from_json(drivers_step()), page="drivers")
    app = open_page("drivers", step)
    assert len(app.warning) == 1
    assert len(app.header) == 1
    assert len(app.dataframe) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"outcome": "nothing"},
        {"drivers": ["late", "nothing"]},
        {"drivers": "late"},
        {"confidence": "high"},
        {"resamples": 10**9},
        {"cluster": ["x"]},
    ],
)
def test_choices_that_do_not_fit_are_named(open_page, workspace, changed):
    app = open_page("drivers", drivers_step(**changed))
    assert next(iter(changed)) in texts(app)
    assert len(app.warning) == 1
    assert len(app.header) == 1


def test_another_table_starts_from_its_own_columns(page, workspace):
    frame = workspace.tables["survey"].raw.rename(columns={"recommend": "would_tell"})
    roles = {"would_tell": "nps", "late": "flag", "gift": "flag"}
    workspace.add(cx.Table(frame, name="second", roles=roles, scales={"would_tell": cx.Scale(0, 10)}))
    healthy(page.run())
    pick(page, "table", "second")
    assert arguments(page)["outcome"] == "would_tell"
    assert arguments(page)["drivers"] == ["late", "gift"]


def test_what_if_follows_its_sliders(page):
    page.session_state["drivers.section"] = "what_if"
    healthy(page.run())
    assert "With these changes" in texts(page)
    late = page.slider(key="drivers.what_if.late")
    healthy(late.set_value(100).run())
    everything = texts(page)
    healthy(page.slider(key="drivers.what_if.late").set_value(10).run())
    assert texts(page) != everything
    healthy(page.number_input(key="drivers.what_if.goal").set_value(99.0).run())
    assert "does not reach" in texts(page)


def test_what_if_without_a_change_says_what_to_do(page):
    page.session_state["drivers.section"] = "what_if"
    healthy(page.run())
    for slider in page.slider:
        slider.set_value(0)
    healthy(page.run())
    assert "Move a slider" in texts(page)


def test_what_if_raises_a_rating(page):
    pick(page, "drivers", ["late", "csat"], "multiselect")
    page.session_state["drivers.section"] = "what_if"
    healthy(page.run())
    raised = next(slider for slider in page.slider if slider.label.startswith("Higher csat"))
    before = texts(page)
    healthy(raised.set_value(raised.max).run())
    assert texts(page) != before
