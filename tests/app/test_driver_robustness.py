"""The section "Does it survive?": a button, then every way; it follows the analysis above and outlives a refresh."""

from __future__ import annotations

import pytest
from conftest import drivers_step, healthy, texts

import cxanalysis as cx

BUTTON = "drivers.robustness.try"
#: Stands only over a panel that was worked out.
ALL = "Each driver over all ways"


def choose(app, section: str = "robustness"):
    app.session_state["drivers.section"] = section
    return healthy(app.run())


@pytest.fixture
def page(open_page, workspace):
    return choose(open_page("drivers", drivers_step()))


def press(app):
    return healthy(app.button(key=BUTTON).click().run())


def keys(app) -> list[str]:
    return [button.key for button in app.button]


def test_nothing_is_worked_out_before_the_button(page, workspace):
    assert BUTTON in keys(page)
    assert ALL not in texts(page)
    assert workspace.steps.last("drivers.robustness") is None


def test_the_button_brings_what_the_steps_say(page, workspace):
    press(page)
    assert BUTTON not in keys(page)
    step = workspace.steps.last("drivers.robustness")
    result = step.run(workspace.tables)
    said = texts(page)
    assert result.headline in said
    assert result.permutation_sentence in said
    assert all(text in said for text in result.confounding_sentences)
    line = cx.linear_enough(workspace.tables["survey"], "recommend", ["late", "damaged", "gift"], outcome_as="nps")
    assert line.headline in said
    shown = next(frame.value for frame in page.dataframe if "sign_changes" in frame.value.columns)
    assert shown["driver"].tolist() == result.survival["driver"].tolist()


def test_it_is_one_look(page, workspace):
    press(page)
    assert [look.page for look in workspace.steps].count("drivers.robustness") == 1


def test_another_analysis_asks_again_and_the_first_is_found_again(page):
    press(page)
    healthy(page.selectbox(key="drivers.outcome").set_value("csat").run())
    assert BUTTON in keys(page)
    assert ALL not in texts(page)


def test_a_refresh_finds_the_panel_again(page, open_page):
    press(page)
    again = choose(open_page("drivers"))
    assert BUTTON not in keys(again)
    assert ALL in texts(again)


def test_the_other_section_is_still_there(page):
    press(page)
    choose(page, "numbers")
    assert "All numbers" in texts(page)
    assert BUTTON not in keys(page)


def test_the_code_makes_the_same_numbers(page):
    press(page)
    healthy(page.toggle(key="drivers.robustness.actions.code").set_value(True).run())
    code = next(block.value for block in page.code if "cx.robustness(" in block.value)
    assert "cx.linear_enough(" in code
    names: dict = {}
    exec(compile(code.replace("\ncx.robustness(", "\nresult = cx.robustness("), "shown", "exec"), names)
    assert names["result"].headline in texts(page)


def test_what_cannot_be_said_is_one_sentence_and_the_rest_stays(page, workspace):
    """Too few rows for boosting: the panel is there all the same."""
    small = workspace.tables["survey"].raw.head(120)
    workspace.add(cx.Table(small, name="survey", roles=workspace.tables["survey"].roles,
                           scales=workspace.tables["survey"].scales), replace=True)  # fmt: skip
    healthy(page.run())
    press(page)
    assert "too few to see whether a line bends" in texts(page)
    assert ALL in texts(page)
