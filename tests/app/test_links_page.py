"""The links page: which failures count, when they happen, how far back; and keeping the linked table."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from conftest import healthy, texts

import cxanalysis as cx


@pytest.fixture
def page(open_page, workspace):
    return open_page("links")


def step(app) -> dict:
    return json.loads(app.query_params["step"])


def pick(app, widget: str, value: object, kind: str = "selectbox"):
    return healthy(getattr(app, kind)(key=f"links.{widget}").set_value(value).run())


def complaints() -> cx.Table:
    frame = pd.DataFrame(
        {
            "complaint_id": range(40),
            "who": [f"c{number:03d}" for number in range(40)],
            "filed": pd.Timestamp("2024-05-01") + pd.to_timedelta(range(40), unit="D"),
        }
    )
    roles = {"complaint_id": "id", "who": "customer", "filed": "date"}
    return cx.Table(frame, name="complaints", kind="complaints", roles=roles)


def test_a_broken_promise_happens_on_the_promised_day(page):
    arguments = step(page)["arguments"]
    assert arguments["happened"] == {"arrived_late": "promised", "sent_back": "ordered"}
    assert arguments["on"] == "customer"
    assert arguments["absent"] == "missing"


def test_the_match_rate_is_the_answer(page):
    assert "of 400 answers found their customer in orders" in texts(page)
    assert len(page.dataframe[0].value) == 2


@pytest.mark.parametrize(
    ("widget", "value", "kind", "argument", "expected"),
    [
        ("window", 30, "number_input", "window_days", 30),
        ("orders.failures", ["sent_back"], "multiselect", "flags", {"sent_back": "sent_back"}),
        ("orders.when.arrived_late", "ordered", "selectbox", "happened", "ordered"),
        ("orders.absent", "none", "selectbox", "absent", "none"),
    ],
)
def test_each_choice_is_an_argument(page, widget, value, kind, argument, expected):
    before = page.dataframe[0].value
    pick(page, widget, value, kind)
    assert step(page)["arguments"][argument] == expected
    assert not page.dataframe[0].value.equals(before)


def test_no_failure_asks_for_one(page):
    pick(page, "orders.failures", [], "multiselect")
    assert "Choose what happened" in texts(page)


def test_a_log_of_complaints_is_a_failure_a_row(page, workspace):
    workspace.add(complaints())
    healthy(page.run())
    pick(page, "events", ["orders", "complaints"], "multiselect")
    asked = step(page)
    assert asked["tables"] == ["survey", "orders", "complaints"]
    assert asked["arguments"]["flags"][1] == {"complaint": None}
    assert asked["arguments"]["on"] == ["customer", ["customer", "who"]]
    assert asked["arguments"]["absent"] == ["missing", "none"]
    assert set(page.dataframe[0].value["failure"]) == {"arrived_late", "sent_back", "complaint"}


def test_a_refresh_keeps_every_choice(page, workspace, open_page):
    workspace.add(complaints())
    healthy(page.run())
    pick(page, "events", ["orders", "complaints"], "multiselect")
    pick(page, "window", 45, "number_input")
    pick(page, "orders.when.arrived_late", "ordered")
    again = open_page("links")
    assert again.query_params["step"] == page.query_params["step"]
    assert again.number_input(key="links.window").value == 45


def test_using_the_link_keeps_the_table_and_its_step(page, workspace, open_page):
    healthy(page.button(key="links.use").click().run())
    assert "survey_linked" in texts(page)
    assert workspace.origin("survey_linked") == cx.Step.from_json(page.query_params["step"])
    drivers = open_page("drivers")
    assert drivers.selectbox(key="drivers.table").value == "survey_linked"
    assert {"arrived_late", "sent_back"} <= set(drivers.multiselect(key="drivers.drivers").value)


def test_a_changed_link_offers_to_be_used_again(page, workspace):
    healthy(page.button(key="links.use").click().run())
    pick(page, "window", 30, "number_input")
    healthy(page.button(key="links.use").click().run())
    assert workspace.origin("survey_linked").arguments["window_days"] == 30


def test_the_code_makes_the_same_link(page):
    healthy(page.toggle(key="links.actions.code").set_value(True).run())
    names: dict = {}
    exec(compile(page.code[0].value.replace("\ncx.link(", "\nresult = cx.link("), "shown", "exec"), names)
    assert names["result"].summary.equals(page.dataframe[0].value)


def test_keys_without_a_match_are_one_sentence(page, workspace):
    frame = workspace.tables["orders"].raw.assign(customer="nobody")
    workspace.add(
        cx.Table(frame, name="orders", kind="operations", roles=workspace.tables["orders"].roles), replace=True
    )
    healthy(page.run())
    assert page.warning or "0 % of 400 answers" in texts(page).replace("\u202f", " ")
