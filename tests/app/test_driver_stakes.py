"""The drivers counted in customers and in money: what it takes is asked, nothing is assumed."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from conftest import FEW, drivers_step, healthy, survey, texts

import cxanalysis as cx

KEY = "drivers.at_stake"


def people() -> cx.Table:
    """All customers; every third of them has left at the end of the year after the answers."""
    rng = np.random.default_rng(4)
    ended = pd.Series(pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 365, 300), unit="D"))
    frame = pd.DataFrame(
        {
            "customer": [f"c{number:03d}" for number in range(300)],
            "started": pd.Timestamp("2022-01-01"),
            "ended": ended.where(rng.random(300) < 0.35),
            "margin": rng.uniform(50, 150, 300),
        }
    )
    roles = {"customer": "customer", "started": "date", "ended": "closed", "margin": "amount"}
    return cx.Table(frame, name="customers", kind="customers", roles=roles)


def count_in(app, what: str):
    app.session_state[f"{KEY}.counted"] = what
    return healthy(app.run())


@pytest.fixture
def page(open_page, workspace):
    workspace.add(people())
    return open_page("drivers", drivers_step())


def saved(workspace) -> cx.Step:
    return workspace.steps.last(KEY)


def test_customers_are_counted_from_their_table(page, workspace):
    count_in(page, "customers")
    step = saved(workspace)
    assert step.tables == ("survey", "customers")
    assert step.arguments["loyalty"] == "ended"
    assert step.run(workspace.tables).headline in texts(page)
    assert not page.warning


def test_money_asks_for_an_amount_and_takes_one_a_range_or_a_column(page, workspace):
    count_in(page, "money")
    assert "No amount is assumed" in texts(page)
    assert saved(workspace) is None
    healthy(page.number_input(key=f"{KEY}.worth").set_value(80.0).run())
    assert saved(workspace).arguments["value_per_customer"] == 80.0
    healthy(page.number_input(key=f"{KEY}.worth_to").set_value(120.0).run())
    assert saved(workspace).arguments["value_per_customer"] == [80.0, 120.0]
    healthy(page.selectbox(key=f"{KEY}.column").set_value("margin").run())
    assert saved(workspace).arguments["value_per_customer"] == "margin"
    assert saved(workspace).run(workspace.tables).headline in texts(page)


def test_how_many_customers_and_days_can_be_said(page, workspace):
    count_in(page, "customers")
    healthy(page.number_input(key=f"{KEY}.base").set_value(9000.0).run())
    healthy(page.number_input(key=f"{KEY}.days").set_value(200).run())
    assert saved(workspace).arguments["base"] == 9000
    assert saved(workspace).arguments["within_days"] == 200
    assert "9,000 customers" in texts(page)


def test_a_refresh_finds_what_was_asked(page, open_page, workspace):
    count_in(page, "money")
    healthy(page.number_input(key=f"{KEY}.worth").set_value(80.0).run())
    again = count_in(open_page("drivers"), "money")
    assert again.number_input(key=f"{KEY}.worth").value == 80.0


def test_a_yes_or_no_of_the_answers_needs_the_number_of_customers(open_page, workspace):
    table = survey()
    frame = table.raw.assign(renewed=np.random.default_rng(5).binomial(1, 0.8 - 0.3 * table.raw["late"]))
    roles = {**table.roles, "renewed": "flag"}
    bad = cx.Scale(0, 1, higher_is_better=False)
    scales = {**table.scales, "renewed": cx.Scale(0, 1), **dict.fromkeys(("late", "damaged", "gift"), bad)}
    workspace.add(cx.Table(frame, name="survey", kind="survey", roles=roles, scales=scales), replace=True)
    app = count_in(open_page("drivers", drivers_step()), "customers")
    assert "how many customers you have" in texts(app)
    healthy(app.number_input(key=f"{KEY}.base").set_value(5000.0).run())
    step = saved(workspace)
    assert step.tables == ("survey",)
    assert step.arguments["loyalty"] == "renewed"
    found = step.run(workspace.tables)
    assert found.table["driver"][0] == "late"
    assert found.headline in texts(app)


def test_without_any_loyalty_it_says_what_is_needed(open_page, workspace):
    app = count_in(open_page("drivers", drivers_step()), "customers")
    assert "it must be known who stayed" in texts(app)
    assert "with the day on which they left" in texts(app)
    back = count_in(app, "points")
    assert json.loads(back.query_params["step"])["arguments"]["resamples"] == FEW


def test_the_code_of_the_count_makes_the_same_numbers(page, workspace):
    count_in(page, "customers")
    healthy(page.toggle(key=f"{KEY}.actions.code").set_value(True).run())
    shown = next(block.value for block in page.code if "cx.at_stake(" in block.value)
    names: dict = {}
    exec(compile(shown.replace("\ncx.at_stake(", "\nresult = cx.at_stake("), "shown", "exec"), names)
    assert names["result"].headline in texts(page)


def test_noise_is_no_driver_and_says_what_would_have_been_seen(open_page, workspace):
    table = survey()
    frame = table.raw.assign(recommend=np.random.default_rng(11).integers(0, 11, len(table.raw)))
    workspace.add(cx.Table(frame, name="survey", kind="survey", roles=table.roles, scales=table.scales), replace=True)
    app = open_page("drivers", drivers_step())
    assert "Nothing here is distinguishable from noise" in app.header[0].value
    assert "would have been seen, four times in five" in app.header[0].value


def test_the_outcome_in_disguise_is_the_first_thing_said(open_page, workspace):
    table = survey()
    frame = table.raw.assign(
        again=table.raw["recommend"] + np.random.default_rng(12).integers(0, 2, len(table.raw)) * 0.5
    )
    roles = {**table.roles, "again": "number"}
    workspace.add(cx.Table(frame, name="survey", kind="survey", roles=roles, scales=table.scales), replace=True)
    app = open_page("drivers", drivers_step(drivers=["late", "damaged", "again"]))
    assert app.header[0].value.startswith("First look at again")
    assert "outcome in disguise" in app.header[0].value
