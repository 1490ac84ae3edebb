"""What holds for every metric of the catalogue: a passport, every engine, a sentence, a step, a clear refusal."""

from __future__ import annotations

import json

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import cxanalysis as cx
from cxanalysis.metrics.every_metric import ALSO, METRICS
from cxanalysis.problem import Problem

FRAMES = {"polars": pl.from_pandas, "arrow": pa.Table.from_pandas, "duckdb": lambda f: duckdb.connect().from_df(f)}


@pytest.fixture(scope="module")
def company():
    return cx.load_sample("company")


@pytest.fixture(scope="module")
def rows(company):
    return cx.metrics(company).table


@pytest.fixture(scope="module")
def measured(company, rows):
    quick = {"lifetime_value": {"resamples": 3}}
    return {
        row.metric: cx.metric(
            row.metric, *(company[t] for t in row.tables), **row.arguments, **quick.get(row.metric, {})
        )
        for row in rows.itertuples()
    }


def test_the_sample_company_can_measure_all(rows):
    assert rows["measurable"].all()
    assert set(rows["metric"]) == set(METRICS)
    assert (rows["missing"] == "").all()


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_says_what_it_is(measured, name):
    found = measured[name]
    assert found.metric == name
    for part in ("name", "definition", "formula", "denominator", "unit"):
        assert getattr(found.passport, part)
    assert found.passport.is_count == (name == "active_users")
    assert found.basis.sources
    assert found.basis.counts
    assert found.n > 0
    assert 0 < found.confidence < 1
    assert found.method
    assert found.period is not None or name == "unnecessary_rate"
    assert list(found.table)[-5:] == ["value", "low", "high", "n", "n_missing"]
    assert {"se"} <= set(found.detail)
    row = found.table.iloc[0]
    assert row["low"] <= row["value"] <= row["high"]
    text = found.headline
    assert text.endswith(".")
    assert "[" in text
    assert "nan" not in text
    assert "\x1f" not in text + str(found.passport) + str(found.notes) + found._repr_html_() + "".join(
        map(str, found.table)
    )


def test_units_are_said(measured):
    says = {
        "first_contact_resolution": "%", "handle_time": " seconds [", "resolution_time": " days [", "churn": "%",
        "active_users": " people [", "acquisition_cost": " per new customer [", "retention": "%",
    }  # fmt: skip
    for name, words in says.items():
        assert words in measured[name].headline.replace("\u202f", " ")
    assert "answers" in measured["nps"].headline
    assert "contacts" in measured["handle_time"].headline
    assert "customers" in measured["churn"].headline


#: Metric → options that a frame without roles needs.
PLAIN = {
    "first_contact_resolution": (
        ["contacts"],
        {"customer": "customer", "reason": "reason", "date": "opened", "how": "repeat", "by": "channel"},
    ),
    "handle_time": (["contacts"], {"seconds": "handle_seconds", "by": "channel", "date": "opened", "period": "month"}),
    "resolution_time": (["contacts"], {"opened": "opened", "closed": "closed", "by": "channel", "unit": "hours"}),
    "failure_rate": (["operations"], {"failure": ["late", "claim"], "date": "ordered", "period": "quarter"}),
    "complaint_rate": (["operations", "customers"], {"customer": "customer", "by": "market", "date": "ordered"}),
    "churn": (["customers"], {"started": "started", "ended": "ended", "period": "quarter", "by": "market"}),
    "revenue_churn": (
        ["customers", "transactions"],
        {"started": "started", "ended": "ended", "customer": "customer", "amount": "margin", "date": "date"},
    ),
    "survival": (["customers"], {"started": "started", "ended": "ended", "by": "market", "after_days": [90, 365]}),
    "churn_without_contract": (["transactions"], {"customer": "customer", "date": "date", "by": "category"}),
    "repeat_purchase_rate": (["transactions"], {"customer": "customer", "date": "date", "by": "category"}),
    "lifetime_value": (["transactions"], {"how": "simple", "customer": "customer", "date": "date", "amount": "margin"}),
    "acquisition_cost": (["spend", "customers"], {"amount": "amount", "date": "month", "started": "started"}),
    "active_users": (["usage"], {"customer": "customer", "date": "date", "period": "month", "by": "device"}),
}


@pytest.mark.parametrize("frames", FRAMES)
@pytest.mark.parametrize("name", PLAIN)
def test_every_frame_gives_the_same_numbers(company, frames, name):
    tables, options = PLAIN[name]
    frames_of = [company[table].frame for table in tables]
    plain = [frame.iloc[:: max(1, len(frame) // 6000)].reset_index(drop=True) for frame in frames_of]
    a = cx.metric(name, *plain, **options)
    b = cx.metric(name, *(FRAMES[frames](frame) for frame in plain), **options)
    pd.testing.assert_frame_equal(a.table, b.table, rtol=1e-9)
    pd.testing.assert_frame_equal(a.detail, b.detail, rtol=1e-9)
    assert (a.notes, a.passport, a.period, a.headline) == (b.notes, b.passport, b.period, b.headline)


def test_a_step_makes_the_same_numbers_and_prints_itself(company, measured, rows):
    for name in ("complaint_rate", "churn", "handle_time"):
        row = rows.set_index("metric").loc[name]
        step = cx.Step("metric", tuple(row["tables"]), {"name": name, **row["arguments"]})
        again = cx.Step.from_json(step.to_json()).run(company)
        pd.testing.assert_frame_equal(again.table, measured[name].table)
        typed = eval(step.code(), {"cx": cx, **company})  # the very line the app shows
        pd.testing.assert_frame_equal(typed.table, again.table)
    step = cx.Step("definitions", ("customers",), {"name": "churn"})
    assert step.code() == "cx.definitions('churn', customers)"
    assert "Definitions of" in "".join(json.loads(cx.notebook(step))["cells"][3]["source"])
    pd.testing.assert_frame_equal(step.run(company).table, cx.definitions("churn", company["customers"]).table)


def test_everyday_names_lead_to_the_metric():
    assert ALSO["fcr"] == "first_contact_resolution"
    assert ALSO["aht"] == "handle_time"
    assert not set(ALSO) & set(METRICS)
    with pytest.raises(Problem, match="Did you mean 'churn'"):
        cx.metric("chrun", pd.DataFrame())


def test_rrr_asks_which_is_meant():
    with pytest.raises(Problem, match="different metrics") as found:
        cx.metric("RRR", pd.DataFrame())
    assert "repeat-purchase" in str(found.value)
    assert "renewal" in str(found.value)
    assert "retention" in str(found.value)


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda t: cx.metric("nps", t["survey"], t["customers"]), "takes one table"),
        (lambda t: cx.metric("acquisition_cost", t["spend"]), "needs a second table"),
        (lambda t: cx.metric("churn", t["customers"], colour="red"), "has no option 'colour'"),
        (lambda t: cx.metric("churn", t["customers"], base="middle"), "base: 'middle' is none of its choices"),
        (lambda t: cx.metric("churn", t["usage"]), "known to be the ended"),
        (lambda t: cx.metric("handle_time", t["contacts"], seconds="channel"), "numbers are needed"),
        (lambda t: cx.metric("resolution_time", t["contacts"], unit="moons"), "unit: 'moons' is none of its choices"),
        (lambda t: cx.metric("active_users", t["usage"], as_share=True), "needs all customers"),
        (lambda t: cx.metric("active_users", t["usage"], until="soon"), "is no date"),
        (lambda t: cx.metric("lifetime_value", t["transactions"], discount=-1), "discount: -1 is not between 0 and 10"),
        (lambda t: cx.metric("churn", t["customers"], confidence=95), "not between 0 and 1"),
        (lambda t: cx.metric("survival", t["customers"], after_days=0), "after_days: 0 is not above 0"),
    ],
)
def test_what_cannot_be_done_is_said(company, call, match):
    with pytest.raises(Problem, match=match):
        call(company)


def test_what_is_missing_is_said_by_table_and_column(company):
    few = cx.metrics({name: company[name] for name in ("survey", "spend", "complaints")}).table.set_index("metric")
    assert few.loc["nps", "measurable"]
    assert few.loc["nps", "tables"] == ("survey",)
    assert few.loc["complaint_rate", "missing"].startswith("needs a table of customers")
    assert few.loc["acquisition_cost", "missing"].startswith("needs a table of customers")
    assert few.loc["churn", "missing"] == "needs a table of customers (one customer a row)"
    no_end = company["customers"].with_(roles={"ended": "ignore"})
    lacking = cx.metrics([no_end]).table.set_index("metric")
    assert lacking.loc["churn", "missing"].startswith("customers needs a column of role 'closed'")
    assert cx.metrics().headline == "None of the metrics can be measured yet."


def test_the_sample_company_is_as_it_was_made(company):
    """As its readme says: late orders doubled with the new warehouse; customers leave at an even pace."""
    late = cx.metric("failure_rate", company["operations"], failure="late", period="quarter").table
    before, after = late[late["period"] < "2025"], late[late["period"] >= "2025"]
    assert after["value"].mean() / before["value"].mean() == pytest.approx(2, abs=0.25)
    assert before["high"].max() < after["low"].min()
    leaving = cx.metric("churn", company["customers"], period="month").table
    assert leaving["value"].between(0.2, 2).all()
    truth = cx.metric("survival", company["customers"], observed_from="2023-07-01").table.iloc[0]
    monthly = leaving["value"].mean() / 100
    assert truth["value"] == pytest.approx(100 * (1 - monthly) ** 12, abs=3)
    assert np.isfinite(truth["low"])
