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


def contacts() -> cx.Table:
    """Contacts of the same customers; every second one is the same customer and reason ten days later."""
    number = pd.Series(range(120))
    frame = pd.DataFrame(
        {
            "contact": number,
            "customer": [f"c{place // 2 % 60:03d}" for place in number],
            "opened": pd.Timestamp("2023-10-01") + pd.to_timedelta(number // 2 * 7 + number % 2 * 10, unit="D"),
            "reason": ["bill" if place // 2 % 2 else "parcel" for place in number],
        }
    )
    roles = {"contact": "id", "customer": "customer", "opened": "date", "reason": "category"}
    return cx.Table(frame, name="contacts", kind="contacts", roles=roles)


def test_the_windows_stand_beside_each_other(page):
    windows = page.dataframe[1].value
    assert sorted(set(windows["window_days"])) == [22.5, 45, 90, 180, 360]
    assert "Within 45 days" in texts(page)
    pick(page, "window", 30, "number_input")
    assert sorted(set(page.dataframe[1].value["window_days"])) == [7.5, 15, 30, 60, 120]


def test_a_table_that_cannot_show_unneeded_steps_offers_none(page):
    assert "should customers not have needed" not in texts(page)


@pytest.fixture
def steps_page(page, workspace):
    workspace.add(contacts())
    return healthy(page.run())


def test_a_second_contact_is_offered_kept_and_linked(steps_page, workspace, open_page):
    page = steps_page
    assert "60 of 120 rows" in texts(page)
    pick(page, "unneeded.days", 5, "number_input")
    assert "0 of 120 rows" in texts(page)
    pick(page, "unneeded.days", 15, "number_input")
    healthy(page.button(key="links.unneeded.keep").click().run())
    assert workspace.tables["contacts_steps"].failures == ("second_contact",)
    assert workspace.origin("contacts_steps").call == "unnecessary"
    pick(page, "events", ["contacts_steps"], "multiselect")
    assert step(page)["arguments"]["flags"] == {"second_contact": "second_contact"}
    assert page.dataframe[0].value["answers_hit"][0] > 0
    again = open_page("links")
    assert again.number_input(key="links.unneeded.days").value == 15


def test_money_is_shown_once_its_price_is_known(steps_page):
    page = steps_page
    healthy(page.button(key="links.unneeded.keep").click().run())
    assert "times per 100 orders: 'second_contact', 60 times in 900 orders." in texts(page)
    pick(page, "unneeded.low", 4.0, "number_input")
    pick(page, "unneeded.high", 6.0, "number_input")
    assert "in 900 orders and cost 240 to 360." in texts(page)
    pick(page, "unneeded.base", "contacts_steps")
    assert "60 times in 120 orders and cost 240 to 360." in texts(page)
