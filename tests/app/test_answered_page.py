"""Who answered: response rates, answerers against the others, weights that other pages can use."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from conftest import healthy, survey_frame, texts

import cxanalysis as cx


def invitations(words: tuple[str, str] = ("answered", "unanswered")) -> cx.Table:
    """Invitations to the customers of the survey; the north answers twice as often."""
    rng = np.random.default_rng(9)
    rows = 1200
    market = rng.choice(["B2B", "B2C"], rows)
    hit = rng.random(rows) < np.where(market == "B2B", 0.4, 0.2)
    frame = pd.DataFrame(
        {
            "invitation": np.arange(rows),
            "customer": [f"c{number:03d}" for number in rng.integers(0, 600, rows)],
            "sent": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 365, rows), unit="D"),
            "type": "relational",
            "b2x": market,
            "market": rng.choice(["north", "south"], rows, p=[0.8, 0.2]),
            "outcome": np.where(hit, *words),
        }
    )
    roles = {"invitation": "id", "customer": "customer", "sent": "date"}
    groups = dict.fromkeys(["type", "b2x", "market", "outcome"], "category")
    return cx.Table(frame, name="invitations", kind="invitations", roles={**roles, **groups})


@pytest.fixture
def page(open_page, workspace):
    workspace.add(invitations())
    return open_page("answered")


def step(app) -> dict:
    return json.loads(app.query_params["step"])


def test_rates_stand_beside_the_published_ones(page):
    assert step(page) == {
        "call": "response",
        "tables": ["invitations"],
        "arguments": {"rate": "RR1", "by": ["type", "b2x"]},
    }
    assert "Above the published rate: relational B2C; cannot be told from the published rate: relational B2B" in texts(
        page
    )
    assert "Those who answered differ from the others" in texts(page)


@pytest.mark.parametrize(
    ("widget", "kind", "value", "argument"),
    [("rate", "selectbox", "delivered", "rate"), ("by", "multiselect", ["market"], "by")],
)
def test_each_choice_is_an_argument(page, widget, kind, value, argument):
    healthy(getattr(page, kind)(key=f"answered.{widget}").set_value(value).run())
    assert step(page)["arguments"][argument] == value


def test_words_that_do_not_tell_are_asked_for(open_page, workspace):
    workspace.add(invitations(("answered", "zz")))
    app = open_page("answered")
    assert any("'zz'" in str(warning.value) for warning in app.warning)
    healthy(app.selectbox(key="answered.invitations.outcome.zz").set_value("NC").run())
    assert step(app)["arguments"]["dispositions"] == {"zz": "NC"}
    assert not app.warning


def test_using_the_weights_keeps_the_table_and_its_step(page, workspace, open_page):
    assert "NPS is" in texts(page)
    healthy(page.button(key="answered.use").click().run())
    assert "These weights are in the workspace" in texts(page)
    kept = workspace.tables["survey_weighted"]
    assert kept.columns_of("weight") == ("weight",)
    assert workspace.origin("survey_weighted") == cx.Step("rake", ("survey", "invitations"), {"fields": ["market"]})
    share = np.average(kept.frame["market"] == "north", weights=kept.frame["weight"])
    assert share == pytest.approx((invitations().frame["market"] == "north").mean(), abs=1e-9)


def test_the_code_makes_the_same_weights_and_the_same_numbers(page, workspace):
    healthy(page.button(key="answered.use").click().run())
    healthy(page.toggle(key="answered.weights.actions.code").set_value(True).run())
    code = page.code[0].value
    assert "cx.rake(survey, invitations" in code
    names: dict = {}
    exec(compile(code.replace("\ncx.beside(", "\nresult = cx.beside("), "shown", "exec"), names)
    assert names["result"].headline.replace("\u2212", "-") in texts(page).replace("\u2212", "-")


def test_a_refresh_keeps_rates_and_weights(page, open_page):
    healthy(page.selectbox(key="answered.trim").set_value(2.0).run())
    healthy(page.selectbox(key="answered.rate").set_value("RR5").run())
    again = open_page("answered")
    assert again.selectbox(key="answered.trim").value == 2.0
    assert again.selectbox(key="answered.rate").value == "RR5"


def test_customers_alone_are_enough_for_weights(open_page, workspace):
    people = survey_frame()[["customer", "market"]].drop_duplicates("customer")
    more = pd.DataFrame({"customer": [f"d{k}" for k in range(200)], "market": "north"})
    frame = pd.concat([people, more], ignore_index=True)
    roles = {"customer": "customer", "market": "category"}
    workspace.add(cx.Table(frame, name="customers", kind="customers", roles=roles))
    app = open_page("answered")
    assert "Response rates need a table of the invitations" in texts(app)
    assert app.button(key="answered.use")


def test_without_any_of_them_one_sentence_and_one_button(open_page, workspace):
    app = open_page("answered")
    assert "is needed" in texts(app)
    assert app.button(key="empty.data")
