"""The section "Segments" of the drivers page: every choice changes its step, and it stays after a refresh."""

from __future__ import annotations

import pytest
from conftest import drivers_step, healthy, texts

import cxanalysis as cx


@pytest.fixture
def page(open_page, workspace):
    return section(open_page("drivers", drivers_step()))


def section(app):
    app.session_state["drivers.section"] = "segments"
    return healthy(app.run())


def last(workspace) -> cx.Step:
    step = workspace.steps.last("drivers.segments")
    assert step is not None
    return step


def test_the_sentence_is_the_headline_of_the_step(page, workspace):
    step = last(workspace)
    assert step.call == "segments"
    assert step.arguments["by"] == "market"
    assert step.arguments["drivers"] == ["late", "damaged", "gift"]
    assert step.run(workspace.tables).headline in texts(page)


def test_another_column_brings_its_own_segments(page, workspace):
    healthy(page.selectbox(key="drivers.segment_by").set_value("channel").run())
    assert last(workspace).arguments["by"] == "channel"
    assert set(page.dataframe[0].value["segment"]) == {"shop", "web", "phone"}
    healthy(page.selectbox(key="drivers.segment_by").set_value("market").run())
    assert set(page.dataframe[0].value["segment"]) == {"north", "south"}


def test_what_is_chosen_above_holds_below(page, workspace):
    healthy(page.selectbox(key="drivers.confidence").set_value(0.9).run())
    healthy(page.multiselect(key="drivers.drivers").set_value(["late", "damaged"]).run())
    healthy(page.multiselect(key="drivers.adjust_for").set_value(["market", "channel"]).run())
    step = last(workspace)
    assert step.arguments["confidence"] == 0.9
    assert step.arguments["drivers"] == ["late", "damaged"]
    assert step.arguments["adjust_for"] == ["channel"]
    # A yes/no column that is no driver any more may cut the answers.
    assert "gift" in page.selectbox(key="drivers.segment_by").options


def test_a_driver_cannot_be_the_segment(page):
    assert page.selectbox(key="drivers.segment_by").options == ["market", "channel"]


def test_gaps_are_left_out_here_and_that_is_said(page):
    healthy(page.selectbox(key="drivers.missing").set_value("pairwise").run())
    assert "Compared on the answers without a gap" in texts(page)


def test_a_refresh_keeps_the_column(page, open_page):
    healthy(page.selectbox(key="drivers.segment_by").set_value("channel").run())
    again = section(open_page("drivers"))
    assert again.selectbox(key="drivers.segment_by").value == "channel"


def test_the_code_gives_the_same_sentence(page, workspace):
    healthy(page.toggle(key="drivers.segments.actions.code").set_value(True).run())
    names: dict = {}
    code = page.code[0].value
    assert "cx.segments(" in code
    exec(compile(code.replace("\ncx.segments(", "\nresult = cx.segments("), "shown", "exec"), names)
    assert names["result"].headline in texts(page)


def test_too_many_segments_are_one_sentence_and_the_page_works(page, workspace):
    table = workspace.tables["survey"].with_(roles={"answer": "category"})
    workspace.add(table, replace=True)
    healthy(page.run())
    page.selectbox(key="drivers.segment_by").set_value("answer").run()
    assert not page.exception
    assert "more than 20 different values" in texts(page)
    assert len(page.header) == 1


def test_small_segments_are_named_with_their_size(page, workspace):
    frame = workspace.tables["survey"].raw
    frame = frame.assign(market=["east"] * 20 + list(frame.market[20:]))
    old = workspace.tables["survey"]
    workspace.add(cx.Table(frame, name="survey", kind="survey", roles=old.roles, scales=old.scales), replace=True)
    healthy(page.run())
    assert "Too small to compare: east: 20 rows, 30 needed." in texts(page)


def test_without_a_column_to_cut_by_it_says_what_to_do(open_page, workspace):
    old = workspace.tables["survey"]
    workspace.add(old.with_(roles={"market": "ignore", "channel": "ignore"}), replace=True)
    app = section(open_page("drivers", drivers_step()))
    assert "no column left that could cut the answers into segments" in texts(app)
