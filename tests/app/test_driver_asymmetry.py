"""The section "Satisfies or only annoys?": every choice changes its step, and what is chosen above holds below."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import FEW, drivers_step, healthy, survey_frame, texts

import cxanalysis as cx
from cxanalysis.labels import spoken

RATES = ["rate_speed", "rate_staff", "rate_price"]


def rated(rows: int = 900) -> cx.Table:
    """Answers with ratings: slow annoys, friendly staff pleases, the price does nothing."""
    rng = np.random.default_rng(3)
    frame = survey_frame(rows).assign(**{name: rng.integers(1, 6, rows) for name in RATES})
    speed, staff = frame.rate_speed, frame.rate_staff
    mood = 5.5 - 3 * (speed <= 2) + 0.6 * (speed >= 4) - 0.5 * (staff <= 2) + 2.5 * (staff >= 4)
    frame["recommend"] = np.clip(np.round(mood + rng.normal(size=rows)), 0, 10)
    roles = {**dict.fromkeys(RATES, "rating"), "recommend": "nps", "late": "flag", "damaged": "flag", "gift": "flag"}
    return cx.Table(
        frame[["recommend", "late", "damaged", "gift", *RATES]], name="survey", kind="survey", roles=roles,
        scales={"recommend": cx.Scale(0, 10), **dict.fromkeys(RATES, cx.Scale(1, 5))},
    )  # fmt: skip


@pytest.fixture
def page(open_page, workspace):
    workspace.add(rated(), replace=True)
    return section(open_page("drivers", drivers_step(outcome_as="mean")))


def section(app):
    app.session_state["drivers.section"] = "asymmetry"
    return healthy(app.run())


def last(workspace) -> cx.Step:
    step = workspace.steps.last("drivers.asymmetry")
    assert step is not None
    return step


def attributes(app):
    return next(widget for widget in app.multiselect if widget.label == "Attributes")


def table(app):
    return next(frame.value for frame in app.dataframe if "n_middle" in frame.value.columns)


def test_without_ratings_among_the_drivers_it_takes_those_of_the_table(page, workspace):
    step = last(workspace)
    assert step.arguments["drivers"] == RATES
    assert "adjust_for" not in step.arguments
    result = step.run(workspace.tables)
    assert result.headline in texts(page)
    assert table(page)["driver"].tolist() == [spoken(name) for name in result.table["driver"]]
    assert "Rate speed annoys when bad" in result.headline


def test_ratings_chosen_above_are_the_ones_meant_and_failures_are_held_equal(page, workspace):
    healthy(page.multiselect(key="drivers.drivers").set_value(["late", "rate_staff", "rate_speed"]).run())
    step = last(workspace)
    assert step.arguments["drivers"] == ["rate_staff", "rate_speed"]
    assert step.arguments["adjust_for"] == ["late"]
    assert "Held equal: late." in texts(page)


def test_fewer_attributes_and_none(page, workspace):
    healthy(attributes(page).set_value(["rate_staff"]).run())
    assert last(workspace).arguments["drivers"] == ["rate_staff"]
    healthy(attributes(page).set_value([]).run())
    assert "Choose at least one attribute." in texts(page)
    healthy(attributes(page).set_value(["rate_price"]).run())
    assert last(workspace).arguments["drivers"] == ["rate_price"]


@pytest.mark.parametrize(
    ("widget", "value", "argument"),
    [
        ("low", 1, {"low": 1}),
        ("low", "enough", {"low": "enough"}),
        ("high", 1, {"high": 1}),
        ("wrong_sign", "zero", {"wrong_sign": "zero"}),
        ("support", 0.8, {"support": 0.8}),
    ],
)
def test_every_choice_is_an_argument(page, workspace, widget, value, argument):
    before = last(workspace).arguments
    healthy(page.selectbox(key=f"drivers.asymmetry.{widget}").set_value(value).run())
    assert last(workspace).arguments == {**before, **argument}
    result = last(workspace).run(workspace.tables)
    assert result.headline in texts(page)


def test_standardised(page, workspace):
    healthy(page.toggle(key="drivers.asymmetry.standardised").set_value(True).run())
    assert last(workspace).arguments["standardised"] is True


def test_what_cannot_be_is_one_sentence_and_the_page_works(page):
    page.selectbox(key="drivers.asymmetry.low").set_value(3).run()
    assert not page.exception
    assert "leave none in between" in texts(page)
    healthy(page.selectbox(key="drivers.asymmetry.low").set_value(0).run())
    assert "leave none in between" not in texts(page)


def test_what_is_chosen_above_holds_below(page, workspace):
    healthy(page.selectbox(key="drivers.as").set_value("nps").run())
    healthy(page.selectbox(key="drivers.confidence").set_value(0.8).run())
    step = last(workspace)
    assert (step.arguments["outcome_as"], step.arguments["confidence"]) == ("nps", 0.8)
    assert step.arguments["resamples"] == FEW


def test_a_refresh_keeps_the_choices(page, open_page, workspace):
    healthy(page.selectbox(key="drivers.asymmetry.low").set_value(1).run())
    healthy(attributes(page).set_value(["rate_staff", "rate_price"]).run())
    again = section(open_page("drivers"))
    assert again.selectbox(key="drivers.asymmetry.low").value == 1
    assert attributes(again).value == ["rate_staff", "rate_price"]


def test_the_code_gives_the_same_sentence(page):
    healthy(page.toggle(key="drivers.asymmetry.actions.code").set_value(True).run())
    names: dict = {}
    exec(compile(page.code[0].value.replace("\ncx.asymmetry(", "\nresult = cx.asymmetry("), "shown", "exec"), names)
    assert names["result"].headline in texts(page)


def test_without_ratings_it_says_what_it_needs(open_page, workspace):
    old = rated()
    workspace.add(old.with_(roles=dict.fromkeys(RATES, "ignore")), replace=True)
    app = section(open_page("drivers", drivers_step()))
    assert "This needs ratings of single attributes" in texts(app)
