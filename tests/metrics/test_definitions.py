"""Competing definitions side by side: values against the answers counted by hand, and how many cases each moves."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx
from cxanalysis.metrics.response.response import aapor
from cxanalysis.problem import Problem


@pytest.fixture(scope="module")
def company() -> dict[str, cx.Table]:
    return cx.load_sample("company")


@pytest.fixture
def answers() -> pd.DataFrame:
    counts = {5: 50, 4: 30, 3: 25, 2: 10, 1: 5}
    frame = pd.DataFrame({"csat": np.repeat(list(counts), list(counts.values())).astype(float)})
    frame.loc[len(frame)] = np.nan
    return frame


def test_csat_under_its_definitions(answers):
    found = cx.definitions("csat", answers, score="csat")
    rows = found.table.set_index("definition")
    value = {"the best 2 of 5": 80, "the best 1 of 5": 50, "the best 3 of 5": 105, "100 minus % unhappy": 105}
    for name, good in value.items():
        assert rows.loc[name, "value"] == pytest.approx(100 * good / 120)
        assert rows.loc[name, "moves"] == abs(good - 80)
    out = rows.loc["neutral answers left out"]
    assert (out["value"], out["n"], out["moves"]) == (pytest.approx(100 * 80 / 95), 95, 25)
    assert out["moves_share"] == pytest.approx(25 / 120)
    assert "by definition alone" in found.headline
    assert found.by == ()


@pytest.mark.parametrize(("ends", "top"), [((1, 3), 1), ((1, 4), 2), ((1, 7), 2), ((0, 10), 3), ((1, 10), 3)])
def test_the_usual_cut_of_every_scale(ends, top):
    levels = np.arange(ends[0], ends[1] + 1)
    frame = pd.DataFrame({"s": np.tile(levels, 10).astype(float)})
    assert cx.csat(frame, "s", scale=ends).table["value"].iloc[0] == pytest.approx(100 * top / len(levels))
    first = cx.definitions("csat", frame, score="s", scale=ends).table.iloc[0]
    assert first["definition"] == f"the best {top} of {len(levels)}"


def test_csat_without_neutrals_by_group_and_weight(answers):
    rng = np.random.default_rng(0)
    frame = answers.assign(g=rng.choice(["a", "b"], len(answers)), w=rng.choice([1.0, 2.0], len(answers)))
    found = cx.csat(frame, "csat", scale=(1, 5), neutral="out", by="g", weight="w").table.set_index("g")
    for name, group in frame.groupby("g"):
        sides = group[(group["csat"] != 3) & group["csat"].notna()]
        assert found.loc[name, "value"] == pytest.approx(100 * np.average(sides["csat"] >= 4, weights=sides["w"]))
        assert found.loc[name, "n"] == len(sides)
    with pytest.raises(Problem, match="where neutral answers go"):
        cx.csat(frame, "csat", scale=(1, 5), neutral="maybe")


def test_effort_in_both_directions_and_as_a_share():
    effort = pd.DataFrame({"e": np.repeat([1.0, 3, 5, 7], [10, 20, 30, 40])})
    found = cx.definitions("ces", effort, score="e", direction="high", scale=(1, 7)).table.set_index("definition")
    assert found.loc["mean, a high answer is easy", "value"] == pytest.approx(effort["e"].mean())
    assert found.loc["% easy, a high answer is easy", "value"] == pytest.approx(70)
    turned = found.loc["% easy, if a low answer were easy"]
    assert (turned["value"], turned["moves"]) == (pytest.approx(30), 100)
    assert np.isnan(found.loc["mean, a high answer is easy", "moves"])
    with pytest.raises(Problem, match="not known whether a high or a low answer"):
        cx.definitions("ces", effort, score="e", scale=(1, 7))
    # CES 1.0, 1-5 and low is good; a table that says the opposite is contradicted.
    old = pd.DataFrame({"e": np.repeat([1.0, 2, 5], [60, 20, 20])})
    assert cx.ces(old, "e", scale=(1, 5), direction="low", as_share=True).table["value"].iloc[0] == pytest.approx(80)
    table = cx.Table(old, name="t", roles={"e": "ces"}, scales={"e": cx.Scale(1, 5, higher_is_better=True)})
    with pytest.raises(Problem, match="contradicts"):
        cx.ces(table, direction="low")


def test_an_old_definition_beside_the_new_one_over_the_same_past():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"csat": rng.integers(1, 6, 900).astype(float)})
    frame["day"] = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 90, 900), unit="D")
    both = {"until May": {"top": 1}, "new": {"top": 2}}
    found = cx.definitions("csat", frame, score="csat", scale=(1, 5), date="day", period="month", variants=both)
    assert list(found.estimates) == ["until May", "new"]
    assert found.table["definition"].tolist() == ["until May"] * 3 + ["new"] * 3
    for label, options in both.items():
        own = cx.csat(frame, "csat", scale=(1, 5), date="day", period="month", **options).table
        shown = found.table[found.table["definition"] == label][list(own)].reset_index(drop=True)
        pd.testing.assert_frame_equal(shown, own)
    assert found.table["moves"].iloc[-1] == (frame["csat"] == 4).sum()
    with pytest.raises(Problem, match="cannot count as the best"):
        cx.definitions("csat", frame, score="csat", scale=(1, 5), variants={"old": {"top": 1}, "new": {"top": 9}})


def test_first_contact_resolution_and_its_windows(company):
    contacts = company["contacts"]
    found = cx.definitions("fcr", contacts).table.set_index("definition")
    week, month = found.loc["no repeat within 7 days"], found.loc["no repeat within 30 days"]
    assert month["value"] < week["value"]
    # Contacts that move from settled to not, plus those that are too young for the longer window.
    settled = {days: cx.metric("fcr", contacts, window_days=days) for days in (7, 30)}
    too_young = settled[7].n - settled[30].n
    assert month["moves"] >= too_young
    assert (week["n"], month["n"]) == (settled[7].n, settled[30].n)
    assert found.loc["no repeat, per customer", "unit"] == "% of customers"
    with_flags = pd.DataFrame({"ok": [1, 1, 0, 0], "can": [1, 1, 1, 0], "who": [1, 2, 3, 4], "why": "x"})
    with_flags["at"] = pd.to_datetime(["2025-01-01", "2025-02-01", "2025-03-01", "2025-06-01"])
    asked = {"solved": "ok", "eligible": "can", "customer": "who", "reason": "why", "date": "at"}
    gross_net = cx.definitions("fcr", with_flags, **asked).table.set_index("definition")
    assert gross_net.loc["gross: all contacts", "value"] == 50
    assert gross_net.loc["net: what level one can solve", ["value", "moves"]].tolist() == [pytest.approx(200 / 3), 1]


def test_response_rates_are_all_of_aapor():
    words = {
        "I": "answered",
        "P": "broken off",
        "R": "refused",
        "NC": "unanswered",
        "UH": "bounced",
        "NE": "not eligible",
    }
    counts = {"I": 50, "P": 10, "R": 20, "NC": 60, "UH": 25, "NE": 5}
    frame = pd.DataFrame({"outcome": np.repeat([words[k] for k in counts], list(counts.values()))})
    found = cx.definitions("response_rate", frame)
    by_name = {name.split(":")[0]: row for name, row in found.table.set_index("definition").iterrows()}
    for name, rate in aapor(counts).items():
        assert by_name[name]["value"] == pytest.approx(rate)
    assert by_name["RR2"]["moves"] == 10  # those who broke off count as answers
    assert by_name["RR5"]["moves"] == 25  # the unknown leave the denominator
    assert by_name["RR6"]["moves"] == 35
    assert by_name["sent"]["moves"] == 5  # the not eligible come into it


def test_churn_over_two_bases_and_who_is_moved(company):
    customers = company["customers"]
    found = cx.definitions("churn", customers, since="2024-07-01", until="2025-06-30")
    frame = customers.frame
    new = ((frame["started"] >= "2024-07-01") & (frame["started"] <= "2025-06-30")).sum()
    assert found.table["moves"].tolist() == [0, new]
    assert "average base" in found.headline


def test_scores_per_customer_are_the_latest_answers():
    frame = pd.DataFrame({"r": [10.0, 2, 9, 3, None], "who": ["a", "a", "b", "c", "c"]})
    frame["day"] = pd.to_datetime(["2025-01-01", "2025-02-01", "2025-01-05", "2025-01-06", "2025-03-01"])
    table = cx.Table(frame, name="t", kind="survey", roles={"r": "nps", "who": "customer", "day": "date"})
    found = cx.definitions("nps", table).table
    assert found["value"].tolist() == [0.0, pytest.approx(-100 / 3)]
    assert found["n"].tolist() == [4, 3]
    assert found["moves"].tolist() == [0, 1]  # the empty answer of c is not the latest one
    assert cx.nps(table, per="customer", period="month").n == 4
    with pytest.raises(Problem, match="not counted per"):
        cx.nps(table, per="household")


def test_lifetime_values_differ_and_say_so(company):
    log = company["transactions"]
    simple = {"later": {"how": "simple"}, "now": {"how": "simple", "first": "now"}}
    found = cx.definitions("clv", log, variants=simple)
    later, now = found.table["value"]
    assert now > later
    assert found.table["moves"].isna().all()
    assert "Lifetime value is" in found.headline


def test_what_has_one_definition_says_so():
    with pytest.raises(Problem, match="no second definition"):
        cx.definitions("rating", pd.DataFrame({"x": [1, 2, 3]}), score="x")
    with pytest.raises(Problem, match="different metrics"):
        cx.definitions("RRR", pd.DataFrame())


@pytest.mark.parametrize(
    ("name", "table", "by"),
    [
        ("nps", "survey", "market"),
        ("first_contact_resolution", "contacts", "channel"),
        ("churn", "customers", "market"),
        ("response_rate", "invitations", "type"),
    ],
)
def test_groups_stay_groups(company, name, table, by):
    data = company[table]
    found = cx.definitions(name, data, by=by)
    assert found.by == (by,)
    assert len(found.table) == len(found.estimates) * data.frame[by].nunique()
