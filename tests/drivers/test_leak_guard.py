"""Drivers that may be the outcome in disguise, made from it, or come after it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx
from cxanalysis.drivers.model.consequence_names import Sign, sign_of
from cxanalysis.drivers.model.guard_rows import GuardRows, guard_rows
from cxanalysis.drivers.model.leak_guard import LeakKind, Suspicion, area_under_curve, suspicions
from cxanalysis.drivers.model.plan import Plan, plan
from cxanalysis.engine.engines import engine_of

FEW = {"resamples": 60}


def looked_at(frame: pd.DataFrame, outcome: str, drivers: list[str]) -> tuple[Plan, GuardRows]:
    engine = engine_of(frame)
    model = plan(
        frame, engine, outcome, drivers, outcome_as="mean", groups=None, adjust_for=(), top=None, scale=None
    )  # fmt: skip
    return model, guard_rows(engine, model, None)


def suspected(frame: pd.DataFrame, outcome: str, drivers: list[str]) -> dict[str, Suspicion]:
    return {one.driver: one for one in suspicions(*looked_at(frame, outcome, drivers))}


@pytest.fixture
def leavers() -> pd.DataFrame:
    """Customers of whom 27 % left; price and waiting matter, the rest was made afterwards."""
    rng = np.random.default_rng(4)
    n = 1500
    price, wait = rng.integers(1, 6, n).astype(float), rng.exponential(5, n)
    left = (rng.random(n) < 1 / (1 + np.exp(2.6 - 0.5 * (5 - price) - 0.08 * wait))).astype(float)
    middle = rng.random(n) < 0.25
    return pd.DataFrame(
        {
            "left": left,
            "price": price,
            "wait": wait,
            # Asked of everybody after the end: 1 and 2 only of leavers, 4 and 5 only of those who stayed.
            "happiness": np.where(middle, 3.0, np.where(left == 1, rng.integers(1, 3, n), rng.integers(4, 6, n))),
            "churn_reason": np.where(left == 1, rng.choice(["price", "rival", "moved"], n), None),
            "exit_call_minutes": np.where(left == 1, rng.exponential(7, n), np.nan),
            "churn_risk": np.clip(50 * left + rng.normal(25, 20, n), 0, 100),
        }
    )


# --- what is to be found -----------------------------------------------------------------------------


def test_levels_in_which_the_outcome_is_always_the_same(leavers):
    found = suspected(leavers, "left", ["price", "wait", "happiness"])
    assert set(found) == {"happiness"}
    assert found["happiness"].kind is LeakKind.PURE_LEVELS
    # In no way "the same": by the old rules it passed.
    assert abs(np.corrcoef(leavers["happiness"], leavers["left"])[0, 1]) < 0.95
    result = cx.drivers(leavers, "left", ["price", "happiness"], **FEW)
    assert result.headline.startswith("First look at happiness: nearly the same as left")
    assert "matters most" not in result.headline
    assert any("always on the same side" in note for note in result.notes)


def test_nearly_perfect_ranks_are_the_outcome_in_disguise():
    """An area under the curve between 0.99 and 0.9999, though far from a straight line."""
    rng = np.random.default_rng(9)
    left = rng.binomial(1, 0.3, 800).astype(float)
    days = np.exp(left * 4 + rng.normal(0, 0.8, 800))
    assert abs(np.corrcoef(days, left)[0, 1]) < 0.8
    assert 0.992 < area_under_curve(days, left == 1) < 0.9998
    found = suspected(
        pd.DataFrame({"left": left, "days": days, "late": rng.binomial(1, 0.2, 800)}), "left", ["days", "late"]
    )
    assert found["days"].kind is LeakKind.SAME
    assert set(found) == {"days"}


def test_a_score_in_classes_of_equal_size(leavers):
    made = np.where(leavers["left"] == 1, 70, 30) + np.random.default_rng(1).normal(0, 13, len(leavers))
    found = suspected(leavers.assign(points=made), "left", ["price", "points"])
    assert found["points"].kind is LeakKind.PURE_LEVELS


@pytest.mark.parametrize("column", ["churn_reason", "exit_call_minutes"])
def test_a_field_that_is_filled_for_one_outcome_only(leavers, column):
    found = suspected(leavers, "left", ["price", column])
    assert found[column].kind is LeakKind.MISSING_BY_OUTCOME
    assert found[column].evidence == "is filled only where 'left' is 1"


def test_where_nothing_is_left_to_explain_the_field_is_named(leavers):
    with pytest.raises(cx.Problem, match=r"'exit_call_minutes' is filled only where 'left' is 1"):
        cx.drivers(leavers, "left", ["price", "exit_call_minutes"], **FEW)


def test_a_field_that_is_filled_for_low_scores_only(answers):
    asked = answers.assign(why_unhappy=np.where(answers["csat"] <= 6, answers["staff"], np.nan))
    assert suspected(asked, "csat", ["late", "why_unhappy"])["why_unhappy"].kind is LeakKind.MISSING_BY_OUTCOME


def test_a_theme_read_out_of_the_answer(answers):
    rng = np.random.default_rng(2)
    tone = np.where(answers["csat"] > 7, "praise", np.where(answers["csat"] > 5, "mixed", "anger"))
    tone = np.where(rng.random(len(tone)) < 0.005, "mixed", tone)
    result = cx.drivers(answers.assign(tone=tone), "csat", ["late", "tone"], **FEW)
    flags = result.table.set_index("driver")["flags"]
    assert "possible consequence" in flags["tone"]
    assert flags["late"] == []
    assert "First look at tone" in result.headline
    assert "matters most" not in result.headline


@pytest.mark.parametrize(
    ("name", "sign"),
    [
        ("true_intent", Sign.ANSWER_KEY),
        ("churnReason", Sign.REASON),
        ("Kündigungsgrund", Sign.REASON),
        ("motivo de baja", Sign.REASON),
        ("churn_score", Sign.PREDICTION),
        ("Risiko", Sign.PREDICTION),
        ("ticket_reopened", Sign.REMEDY),
        ("montant remboursé", Sign.REMEDY),
        ("helpful_votes", Sign.VOTES),
        ("airline_sentiment", Sign.SENTIMENT),
        ("late", None),
        ("returned", None),
        ("actually_delivered", None),
        ("asterisk", None),
    ],
)
def test_names_of_consequences_in_several_languages(name, sign):
    assert sign_of(name) is sign


def test_a_telling_name_counts_only_with_an_association(leavers):
    noise = np.random.default_rng(3).normal(size=len(leavers))
    found = suspected(leavers.assign(fraud_risk=noise), "left", ["churn_risk", "fraud_risk"])
    assert set(found) == {"churn_risk"}
    assert found["churn_risk"].sign is Sign.PREDICTION
    result = cx.drivers(leavers, "left", ["price", "churn_risk"], **FEW)
    assert "possible consequence" in result.table.set_index("driver")["flags"]["churn_risk"]
    assert any("has a name that says that it was predicted" in note for note in result.notes)


def test_a_rating_that_is_called_a_score_is_no_prediction(answers):
    renamed = answers.rename(columns={"staff": "service_score"})
    assert suspected(renamed, "csat", ["late", "service_score"]) == {}


# --- what is not -------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(40))
def test_clean_answers_raise_no_alarm(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.choice([60, 200, 900]))
    frame = pd.DataFrame(rng.binomial(1, rng.uniform(0.02, 0.4, 5), (n, 5)), columns=list("abcde")).astype(float)
    mood = rng.normal(size=n)
    for name in ("staff", "price"):
        frame[name] = np.clip(np.round(3 + 0.8 * mood + rng.normal(size=n)), 1, 5)
    frame["market"] = rng.choice(["north", "south", "west"], n)
    frame["days"] = rng.exponential(4, n)
    frame["score"] = np.clip(np.round(6 - 2 * frame["a"] - frame["b"] + 1.5 * mood + rng.normal(size=n)), 0, 10)
    frame["stayed"] = (rng.random(n) < 1 / (1 + np.exp(-1.2 - mood + 1.5 * frame["a"]))).astype(float)
    frame.loc[rng.random(n) < 0.2, "staff"] = np.nan
    drivers = [c for c in frame if c not in ("score", "stayed") and frame[c].nunique() > 1]
    for outcome in ("score", "stayed"):
        assert suspected(frame, outcome, drivers) == {}


def test_the_sample_company_raises_no_alarm():
    tables = cx.load_sample("company")
    survey = tables["survey"]
    for outcome in ("recommend", "csat"):
        drivers = [*survey.columns_of("rating"), "market", "channel"]
        result = cx.drivers(survey, outcome, drivers, missing="pairwise", **FEW)
        assert not any({"leak", "possible consequence"}.intersection(flags) for flags in result.table["flags"])


# --- where else it is said ---------------------------------------------------------------------------


def test_robustness_and_segments_say_it_too(leavers):
    panel = cx.robustness(leavers, "left", ["price", "happiness"], **FEW)
    assert panel.headline.startswith("First look at happiness: it may be the outcome in disguise")
    leavers["side"] = np.where(leavers.index % 2 == 0, "even", "odd")
    split = cx.segments(leavers, "left", ["price", "happiness"], by="side", **FEW)
    assert any("May be no reason but a consequence: happiness" in note for note in split.notes)


# --- sentences know the good end ---------------------------------------------------------------------


def churn(direction: float, n: int = 900) -> pd.DataFrame:
    rng = np.random.default_rng(8)
    fault = (rng.random(n) < 0.3).astype(float)
    return pd.DataFrame({"churned": (rng.random(n) < 0.3 + direction * fault).astype(float), "fault": fault})


@pytest.mark.parametrize(("direction", "word"), [(0.25, "more"), (-0.25, "less")])
def test_more_of_something_is_no_gain_where_nobody_said_that_it_is_good(direction, word):
    headline = cx.drivers(churn(direction), "churned", ["fault"], **FEW).headline
    assert f"{word} of churned" in headline
    assert "gain" not in headline
    assert "costs" not in headline


@pytest.mark.parametrize(("direction", "word"), [(0.25, "more"), (-0.25, "less")])
def test_where_low_is_good_the_sentence_goes_by_what_was_answered(direction, word):
    table = cx.Table(
        churn(direction), name="customers", roles={"churned": "flag", "fault": "flag"},
        scales={"churned": cx.Scale(0, 1, higher_is_better=False)},
    )  # fmt: skip
    assert f"{word} of churned" in cx.drivers(table, "churned", ["fault"], **FEW).headline


def test_where_high_is_good_a_failure_costs():
    table = cx.Table(
        churn(-0.25).rename(columns={"churned": "stayed"}), name="customers", roles={"stayed": "flag", "fault": "flag"},
        scales={"stayed": cx.Scale(0, 1)},
    )  # fmt: skip
    assert "costs" in cx.drivers(table, "stayed", ["fault"], **FEW).headline
