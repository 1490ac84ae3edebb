"""Weights: what they promise, what they refuse, and that they recover a known population."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxanalysis as cx


@pytest.fixture(scope="module")
def asked() -> pd.DataFrame:
    """Every invitation of the sample company with what its customer spent in two years: known of all, asked of none."""
    company = cx.load_sample("company")
    frame = company["invitations"].frame.copy()
    spent = company["transactions"].frame.groupby("customer")["amount"].sum()
    frame["spent"] = frame["customer"].map(spent).fillna(0.0)
    return frame


@pytest.mark.parametrize("how", ["raking", "propensity"])
def test_the_population_mean_of_the_sample_company_is_recovered(asked, how):
    """The plain mean is off by more than its interval; the weighted interval holds the truth."""
    answers = asked[asked["outcome"] == "answered"].reset_index(drop=True)
    truth = asked["spent"].mean()
    fields = ["market", "type"]
    if how == "raking":
        made = cx.rake(answers, asked, fields=fields)
    else:
        made = cx.propensity_weights(asked, answers, on="invitation", fields=fields)
    found = cx.beside("rating", made.answers, score="spent", weight="weight", cluster="customer")
    plain, weighted = found.table.to_dict("records")
    assert plain["low"] > truth  # 1,465 [1,398, 1,531] against 1,288
    assert weighted["low"] <= truth <= weighted["high"]
    assert abs(weighted["value"] - truth) < 0.1 * abs(plain["value"] - truth)
    assert found.shift_high < 0


@pytest.mark.parametrize("how", ["raking", "propensity"])
def test_intervals_of_the_weighted_mean_cover(how):
    """200 samples of a population whose response depends on two fields that also move the score."""
    rng = np.random.default_rng(17)
    size = 4000
    people = pd.DataFrame(
        {"who": range(size), "a": rng.choice(["x", "y"], size), "b": rng.choice(["u", "v", "w"], size)}
    )
    level = 6.0 + 1.0 * (people["a"] == "x") - 1.2 * (people["b"] == "u")
    chance = 1 / (1 + np.exp(1.6 - 0.9 * (people["a"] == "x") + 0.8 * (people["b"] == "u")))
    held, plain_held, rounds = 0, 0, 200
    for _ in range(rounds):
        hit = rng.random(size) < chance
        y = level + rng.normal(0, 2, size)
        answers = people[hit].assign(y=y[hit])
        if how == "raking":
            made = cx.rake(answers, people, fields=["a", "b"])
        else:
            made = cx.propensity_weights(people, answers, on="who", fields=["a", "b"])
        row = cx.metric("rating", made.answers, score="y", weight="weight").table.iloc[0]
        plain = cx.metric("rating", answers, score="y").table.iloc[0]
        held += row["low"] <= level.mean() <= row["high"]
        plain_held += plain["low"] <= level.mean() <= plain["high"]
    assert 0.92 <= held / rounds <= 0.995  # fixed weights ignore what the known margins take away: on the safe side
    assert plain_held / rounds < 0.05


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_raking_meets_margins_and_keeps_its_promises(data):
    seed = data.draw(st.integers(0, 10**6))
    rng = np.random.default_rng(seed)
    fields = list("abcd"[: data.draw(st.integers(1, 4))])
    frame = pd.DataFrame({f: rng.choice(list("xyz"), 300) for f in fields})
    margins = {f: dict(zip("xyz", rng.dirichlet([5, 5, 5]), strict=True)) for f in fields}
    made = cx.rake(frame, margins)
    weight = made.answers.frame["weight"].to_numpy()
    assert (weight > 0).all()
    assert weight.mean() == pytest.approx(1, abs=1e-12)
    for field, shares in margins.items():
        for level, share in shares.items():
            assert weight[frame[field] == level].sum() / 300 == pytest.approx(share, abs=1.1e-10)
    assert made.n_kish == pytest.approx(weight.sum() ** 2 / (weight**2).sum())
    assert made.deff == pytest.approx(1 + weight.var(), rel=1e-9)
    assert made.largest == weight.max()


def test_margins_that_are_met_already_leave_the_plain_numbers():
    frame = pd.DataFrame({"a": ["x", "y"] * 50, "recommend": [9, 10, 3, 7] * 25})
    made = cx.rake(frame, {"a": {"x": 1, "y": 1}})
    assert made.answers.frame["weight"].tolist() == [1.0] * 100
    found = cx.beside("nps", made.answers, score="recommend", weight="weight")
    assert found.shift == 0
    assert found.table.loc[0, "low"] == found.table.loc[1, "low"]


def skewed() -> tuple[pd.DataFrame, dict[str, dict[str, float]]]:
    return pd.DataFrame({"a": ["x"] * 95 + ["y"] * 5, "b": ["u", "v"] * 50}), {
        "a": {"x": 0.5, "y": 0.5},
        "b": {"u": 0.5, "v": 0.5},
    }


def test_a_limit_holds_and_says_what_it_costs():
    frame, margins = skewed()
    assert cx.rake(frame, margins).largest > 9
    made = cx.rake(frame, margins, trim=4)
    assert made.largest == pytest.approx(4)
    assert made.n_trimmed == 5
    assert made.off == pytest.approx(0.3, abs=0.02)
    assert any("5 weights were cut to 4 times the average" in note for note in made.notes)
    assert any("off by at most" in note for note in made.notes)
    free = cx.rake(frame, margins, trim=20)
    assert free.n_trimmed == 0
    assert free.off <= 1e-10


@pytest.mark.parametrize(
    ("margins", "words"),
    [
        ({"a": {"x": 0.5, "y": 0.4, "z": 0.1}}, "nobody answered where 'a' is 'z'"),
        ({"a": {"x": 1.0}}, "of a group 'y' without a known share"),
        ({"a": {"x": -1, "y": 2}}, "zero or more"),
        ({"c": {"x": 1}}, "here is no column 'c'"),
        ({}, "o margin is known"),
    ],
)
def test_margins_that_cannot_be_are_refused(margins, words):
    with pytest.raises(cx.Problem, match=words):
        cx.rake(skewed()[0], margins)


def test_margins_that_exclude_each_other_are_refused():
    frame = pd.DataFrame({"a": ["x", "y"] * 10, "b": ["u", "v"] * 10})
    with pytest.raises(cx.Problem, match="cannot be met together"):
        cx.rake(frame, {"a": {"x": 0.3, "y": 0.7}, "b": {"u": 0.6, "v": 0.4}})


def test_answers_without_a_known_group_get_no_weight():
    frame = pd.DataFrame({"a": ["x", "y", None] * 10, "recommend": [9, 3, 0] * 10})
    made = cx.rake(frame, {"a": {"x": 0.5, "y": 0.5}})
    assert (made.n, made.n_missing) == (20, 10)
    assert cx.nps(made.answers, "recommend", weight="weight").n == 20


def test_fields_come_from_the_customers_by_their_key():
    customers = pd.DataFrame({"who": range(6), "plan": ["a", "a", "a", "b", "b", "b"]})
    answers = pd.DataFrame({"client": [0, 1, 1, 3], "recommend": [9, 9, 9, 3]})
    made = cx.rake(answers, customers, fields=["plan"], on=("who", "client"))
    assert made.answers.frame["weight"].round(9).tolist() == [0.666666667] * 3 + [2.0]
    assert "plan" not in made.answers.columns


def test_propensities_share_a_persons_weight_among_answers_and_can_be_cut():
    people = pd.DataFrame({"who": range(40), "plan": ["a"] * 20 + ["b"] * 20})
    answers = pd.DataFrame({"who": [*range(10), 0, 20, 21, 99]})
    made = cx.propensity_weights(people, answers, on="who")
    weight = made.answers.frame["weight"]
    assert weight[0] == pytest.approx(weight[1] / 2)
    assert made.n_missing == 1
    cut = cx.propensity_weights(people, answers, on="who", trim=2)
    assert cut.largest == pytest.approx(2)
    assert cut.answers.frame["weight"].mean() == pytest.approx(1)
    with pytest.raises(cx.Problem, match="has no model"):
        cx.propensity_weights(people, pd.DataFrame({"who": range(10)}), on="who")


def test_the_weighted_table_is_ready_for_metrics_and_drivers():
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"market": rng.choice(["n", "s"], 300), "late": rng.integers(0, 2, 300)})
    frame["csat"] = np.clip(4 - frame["late"] + rng.integers(-1, 2, 300), 1, 5)
    table = cx.Table(frame, name="survey", kind="survey", roles={"market": "category", "late": "flag", "csat": "csat"})
    made = cx.rake(table, {"market": {"n": 0.8, "s": 0.2}})
    assert made.answers.roles["weight"] == "weight"
    assert made.answers.roles["csat"] == "csat"
    assert cx.beside("csat", made.answers, scale=(1, 5)).weight == "weight"
    assert cx.drivers(made.answers, "csat", ["late"], weight="weight", resamples=100).n == 300
    with pytest.raises(cx.Problem, match="already a column 'weight'"):
        cx.rake(made.answers, {"market": {"n": 0.8, "s": 0.2}})
