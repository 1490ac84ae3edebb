"""The six elements: each is what its own call gives, and what cannot be measured says why."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx
from cxanalysis.drivers.elements.elements_result import QUESTIONS


@pytest.fixture(scope="module")
def answers() -> cx.Table:
    rng = np.random.default_rng(3)
    n = 3000
    late, returned, noise = rng.binomial(1, [[0.2], [0.05], [0.1]], (3, n))
    service, price = (np.clip(np.round(rng.normal(m, 1, n)), 1, 5) for m in (3.0, 4.0))
    score = np.clip(np.round(5.5 + 1.1 * service + 0.05 * price - 3 * late - 2 * returned + rng.normal(0, 1, n)), 0, 10)
    frame = pd.DataFrame(
        {"recommend": score, "late": late, "returned": returned, "noise": noise, "service": service, "price": price}
    )
    frame["customer"] = rng.integers(0, 1500, n)
    flags = dict.fromkeys(("late", "returned", "noise"), "flag")
    ratings = dict.fromkeys(("service", "price"), "rating")
    scales = {name: cx.Scale(0, 1, higher_is_better=False) for name in flags} | {
        name: cx.Scale(1, 5) for name in ratings
    }
    roles = {"recommend": "nps", "customer": "customer", **flags, **ratings}
    return cx.Table(frame, name="survey", kind="survey", roles=roles, scales=scales)


def test_each_element_is_what_its_own_call_gives(answers):
    found = cx.elements(answers, cluster="customer", resamples=200)
    failures = cx.drivers(
        answers, "recommend", ["late", "returned", "noise"], outcome_as="nps", cluster="customer", resamples=200
    )
    attributes = cx.drivers(
        answers, "recommend", ["service", "price"], outcome_as="nps", cluster="customer", resamples=200
    )
    pd.testing.assert_frame_equal(found.failures.table, failures.table)
    pd.testing.assert_frame_equal(found.attributes.table, attributes.table)
    assert found.missing == ()
    assert list(found.sentences) == list(QUESTIONS)
    want = found.items("desired attributes")
    assert want["item"].tolist() == attributes.table["driver"].tolist()
    assert want["value"].sum() == pytest.approx(100)
    stake = failures.table.set_index("driver")["at_stake"]
    improve = found.items("areas for improvement")
    assert improve["item"].tolist() == stake.sort_values(ascending=False).index.tolist()
    assert improve["value"].tolist() == stake.sort_values(ascending=False).tolist()
    assert found.items("importance of dissatisfaction")["item"].tolist()[:2] == ["late", "returned"]
    feel = found.items("attitudes")
    assert (
        feel[["value", "low", "high"]].values.tolist()
        == cx.nps(answers, cluster="customer").table[["value", "low", "high"]].values.tolist()
    )
    annoys = found.items("dissatisfaction points")
    assert annoys["value"].tolist() == pytest.approx([100 * answers.frame[c].mean() for c in annoys["item"]])
    assert ((annoys["low"] < annoys["value"]) & (annoys["value"] < annoys["high"])).all()
    assert found.headline == failures.headline
    assert found.items("unmet needs")["item"].tolist() == ["service"]


def test_an_unmet_need_follows_the_goal(answers):
    assert cx.elements(answers, goal=30, resamples=100).items("unmet needs").empty


def test_what_is_not_there_says_so(answers):
    bare = cx.Table(answers.frame[["recommend", "late"]], name="bare", roles={"recommend": "nps", "late": "flag"})
    found = cx.elements(bare, resamples=100)
    assert found.missing == ("desired attributes", "unmet needs")
    assert found.sentences["unmet needs"] == "The table has no ratings of attributes."
    assert found.items("areas for improvement")["item"].tolist() == ["late"]
    only = cx.elements(bare, failures=[], resamples=100)
    assert only.sentences["dissatisfaction points"] == "The table has no failures (yes/no columns)."
    assert only.headline == cx.nps(bare).headline
    with pytest.raises(cx.Problem, match="no score"):
        cx.elements(pd.DataFrame({"late": [0, 1]}))


def test_what_stops_an_analysis_is_its_sentence(answers):
    few = cx.Table(answers.frame.head(3), name="few", roles=answers.roles, scales=answers.scales)
    found = cx.elements(few, resamples=100)
    assert "areas for improvement" in found.missing
    assert "Use fewer drivers" in found.sentences["areas for improvement"]


def test_equal_costs_are_not_called_different():
    rng = np.random.default_rng(0)
    late, returned = rng.binomial(1, 0.2, (2, 800))
    score = 8 - 2 * late - 2 * returned + rng.normal(0, 1, 800)
    found = cx.elements(
        pd.DataFrame({"score": score, "late": late, "returned": returned}),
        "score",
        failures=["late", "returned"],
        resamples=100,
    )
    assert "may weigh as much" in found.sentences["importance of dissatisfaction"]


def test_a_wide_interval_is_a_rival_though_it_is_not_told_from_noise():
    """Of a rare failure little is known: it may cost more than one that surely costs something."""
    rng = np.random.default_rng(4)
    late, lost = rng.binomial(1, 0.3, 800), np.zeros(800, dtype=int)
    lost[:6] = 1
    score = 8 - 0.6 * late - 0.8 * lost + rng.normal(0, 1.5, 800)
    found = cx.elements(pd.DataFrame({"score": score, "late": late, "lost": lost}), "score", failures=["late", "lost"])
    weighs = found.items("importance of dissatisfaction").set_index("item")
    assert weighs.loc["lost", "low"] < weighs.loc["late", "value"] < 0 < weighs.loc["lost", "high"]
    assert "'lost' may weigh as much" in found.sentences["importance of dissatisfaction"]


def test_what_to_improve_names_the_points_at_stake_and_not_the_share_of_importance(answers):
    improve = cx.elements(answers, resamples=100)
    first = improve.items("areas for improvement").iloc[0]
    said = improve.sentences["areas for improvement"]
    assert first["item"] == "late"
    for words in ("NPS points", "lost to 'late'", "more than with any other"):
        assert words in said
    noise = answers.frame.assign(recommend=np.random.default_rng(0).permutation(answers.frame["recommend"]))
    nothing = cx.elements(noise, "recommend", failures=["late", "returned"], attributes=[], resamples=100)
    assert "cannot be told from noise" in nothing.sentences["areas for improvement"]
    ratings = cx.elements(answers, failures=[], resamples=100)
    assert "would be won with the best answers to 'service'" in ratings.sentences["areas for improvement"]


def test_failures_that_are_equally_frequent_are_not_ranked():
    rng = np.random.default_rng(2)
    late, returned, rare = rng.binomial(1, [[0.2], [0.2], [0.02]], (3, 500))
    frame = pd.DataFrame({"score": rng.integers(0, 11, 500), "late": late, "returned": returned, "rare": rare})
    said = cx.elements(frame, "score", failures=["late", "returned", "rare"], resamples=100).sentences
    assert "may be as frequent" in said["dissatisfaction points"]
    assert "rare" not in said["dissatisfaction points"]
    clear = cx.elements(frame, "score", failures=["late", "rare"], resamples=100).sentences
    assert "'late' is the most frequent of 2" in clear["dissatisfaction points"]
    assert "may be" not in clear["dissatisfaction points"]


def test_what_is_no_failure_is_refused(answers):
    with pytest.raises(cx.Problem, match="more than yes"):
        cx.elements(answers, failures=["service"])
    with pytest.raises(cx.Problem, match="a yes in it is good"):
        cx.elements(answers.with_(scales={"late": cx.Scale(0, 1)}), failures=["late"])
    with pytest.raises(cx.Problem, match="no column 'laet'"):
        cx.elements(answers, failures=["laet"])


def test_a_score_that_cannot_be_measured_is_said_beside_those_that_can(answers):
    two = answers.with_(roles={"service": "csat", "price": "csat"})
    found = cx.elements(two, attitudes=["price", "service", "recommend"], resamples=100)
    assert found.items("attitudes")["item"].tolist() == ["NPS", "CSAT: price", "CSAT: service"]
    empty = cx.Table(answers.frame.assign(empty=np.nan), name="survey", roles=answers.roles, scales=answers.scales)
    half = cx.elements(empty, attitudes=["recommend", "empty"], resamples=100)
    assert half.items("attitudes")["item"].tolist() == ["NPS"]
    assert any(note.startswith("'empty' is not measured") for note in half.notes)


def test_its_chart_draws_an_element_and_refuses_what_shares_no_axis(answers):
    found = cx.elements(answers, resamples=100)
    chart = cx.charts.elements(found, "areas for improvement").to_dict()
    assert "late" in str(chart)
    both = answers.with_(roles={"service": "csat"})
    with pytest.raises(cx.Problem, match="share no axis"):
        cx.charts.elements(cx.elements(both, resamples=100), "attitudes")
    with pytest.raises(cx.Problem, match="of 'unmet needs'"):
        cx.charts.elements(cx.elements(answers, goal=30, resamples=100), "unmet needs")


def test_one_failure_alone_is_first_of_nothing():
    late, score = [0, 0, 0, 1] * 30, [9, 10, 8, 4, 9, 9, 7, 3] * 15
    found = cx.elements(pd.DataFrame({"score": score, "late": late}), "score", failures=["late"], resamples=100)
    for element, words in (
        ("areas for improvement", "are lost to 'late'."),
        ("importance of dissatisfaction", "A case of 'late' costs"),
    ):
        assert words in found.sentences[element]
        assert "most" not in found.sentences[element]
        assert "any other" not in found.sentences[element]
