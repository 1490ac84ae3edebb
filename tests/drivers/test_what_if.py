"""What if: the sum is right, its interval covers, and what cannot be is refused."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

import cxanalysis as cx


def answers(n: int = 600, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    late = rng.binomial(1, 0.2, n)
    broken = rng.binomial(1, 0.1 + 0.1 * late)
    rate = np.clip(np.round(rng.normal(3.6 - 0.5 * late, 0.9)), 1, 5)
    score = np.clip(np.round(5 - 2 * late - 1.5 * broken + 0.8 * rate + rng.normal(0, 1.5, n)), 0, 10)
    return pd.DataFrame(
        {"late": late, "broken": broken, "rate": rate, "score": score, "market": rng.choice(["a", "b", "c"], n)}
    )


@pytest.fixture(scope="module")
def found() -> cx.Drivers:
    return cx.drivers(answers(), "score", ["late", "broken", "rate"], resamples=100)


def test_a_difference_is_the_linear_combination_of_the_regression(found):
    frame = answers()
    model = sm.OLS(frame["score"], sm.add_constant(frame[["late", "broken", "rate"]])).fit(cov_type="HC2")
    move = np.array([0.0, -0.1, 0.0, 0.3])
    result = cx.what_if(found, {"late": {"by": -0.1}, "rate": {"by": 0.3}})
    assert result.gain == pytest.approx(float(move @ model.params), abs=1e-9)
    half = (result.gain_high - result.gain_low) / 2
    error = float(np.sqrt(move @ model.cov_params().to_numpy() @ move))
    # The same variance; t with Satterthwaite degrees of freedom instead of the normal distribution.
    assert 1.95996 <= half / error <= 2.01


def test_gains_add_up_and_lead_to_the_level(found):
    result = cx.what_if(found, {"late": {"times": 0.5}, "broken": {"to": 0.05}, "rate": {"by": 0.2}})
    assert result.table["gain"].sum() == pytest.approx(result.gain)
    assert result.level == pytest.approx(result.before + result.gain)
    assert result.before == pytest.approx(answers()["score"].mean())


def test_no_failure_at_all_is_what_is_at_stake(found):
    result = cx.what_if(found, {"late": {"to": 0.0}})
    row = found.table.set_index("driver").loc["late"]
    assert result.gain == pytest.approx(row["at_stake"])
    assert (result.gain_low, result.gain_high) == pytest.approx((row["at_stake_low"], row["at_stake_high"]), rel=0.01)


@pytest.mark.parametrize("times", [0.25, 1.5])
def test_a_share_of_a_failure_is_that_share_of_what_is_at_stake(found, times):
    """The mean that a factor starts from has an error of its own: gain = (1 - times) × at stake, interval and all."""
    result = cx.what_if(found, {"late": {"times": times}})
    row = found.table.set_index("driver").loc["late"]
    ends = sorted((1 - times) * row[f"at_stake_{end}"] for end in ("low", "high"))
    assert result.gain == pytest.approx((1 - times) * row["at_stake"])
    assert (result.gain_low, result.gain_high) == pytest.approx(ends, rel=0.01)


def test_gaps_that_were_filled_widen_a_what_if_as_they_widen_the_effect():
    """Rubin's rules: what differs between the imputations is part of the error of the gain as of that of the effect."""
    frame = answers().astype({"rate": float})
    frame.loc[frame.index % 2 == 0, "rate"] = np.nan
    analysis = cx.drivers(frame, "score", ["late", "broken", "rate"], missing="impute", resamples=60)
    row = analysis.table.set_index("driver").loc["rate"]
    result = cx.what_if(analysis, {"rate": {"by": 0.2}})
    assert (result.gain_low, result.gain_high) == pytest.approx((0.2 * row["effect_low"], 0.2 * row["effect_high"]))
    # The mean of a filled column is uncertain too: its share in the error of points at stake is pooled alike.
    to_best = cx.what_if(analysis, {"rate": {"to": 5.0}})
    ends = (row["at_stake_low"], row["at_stake_high"])
    assert (to_best.gain_low, to_best.gain_high) == pytest.approx(ends, rel=0.01)


@pytest.mark.parametrize("missing", ["pairwise", "impute"])
def test_every_way_with_gaps_has_a_joint_interval(missing):
    frame = answers().astype({"rate": float})
    frame.loc[::7, "rate"] = np.nan
    analysis = cx.drivers(frame, "score", ["late", "broken", "rate"], missing=missing, resamples=200)
    result = cx.what_if(analysis, {"late": {"times": 0.5}, "rate": {"by": 0.2}})
    assert result.gain_low < result.gain < result.gain_high
    assert result.level_low < result.level < result.level_high


def test_the_goal(found):
    near = cx.what_if(found, {"late": {"times": 0.5}}, goal=found.outcome_mean + 0.05)
    assert near.times_needed == pytest.approx(0.05 / near.gain)
    assert cx.what_if(found, {"late": {"times": 0.5}}, goal=found.outcome_mean - 1).times_needed == math.inf
    assert "does not reach" in cx.what_if(found, {"late": {"times": 0.5}}, goal=9.5).headline


def test_where_low_is_good_better_means_lower():
    frame = answers()
    frame["score"] = 10 - frame["score"]
    scale = cx.Scale(0, 10, higher_is_better=False)
    analysis = cx.drivers(frame, "score", ["late", "broken"], scale=scale, resamples=100)
    result = cx.what_if(analysis, {"late": {"to": 0.0}}, goal=analysis.outcome_mean - 0.1)
    assert result.gain > 0
    assert result.level == pytest.approx(result.before - result.gain)
    assert result.times_needed == pytest.approx(0.1 / result.gain)
    assert "better" in result.headline


def test_it_is_an_association_unless_a_design_is_named(found):
    assert cx.what_if(found, {"late": {"to": 0.0}}).label == "association"
    named = cx.what_if(found, {"late": {"to": 0.0}}, because="randomised trial")
    assert "randomised trial" in named.label
    assert any("randomised trial" in note for note in named.notes)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Nothing is changed"),
        ({"price": {"to": 0.1}}, "not in this analysis"),
        ({"late": {"to": 1.2}}, "between 0 and 1"),
        ({"late": {"by": -0.9}}, "between 0 and 1"),
        ({"late": {"to": "0"}}, "is a number"),
        ({"late": {"halve": 1}}, "one of to, by and times"),
        ({"late": 0.5}, "one of to, by and times"),
    ],
)
def test_what_cannot_be_is_refused(found, changes, said):
    with pytest.raises(cx.Problem, match=said):
        cx.what_if(found, changes)


def test_a_category_has_no_mean():
    analysis = cx.drivers(answers(), "score", ["late", "market"], resamples=100)
    with pytest.raises(cx.Problem, match="no mean that could move"):
        cx.what_if(analysis, {"market": {"by": 1}})


def test_beyond_what_was_answered_is_flagged(found):
    result = cx.what_if(found, {"rate": {"to": 6.0}})
    assert result.table["flags"][0] == ["beyond what was answered"]


def test_the_step_prints_the_call_inside_the_call():
    inner = {"outcome": "score", "drivers": ["late"], "resamples": 100}
    step = cx.Step("what_if", ("survey",), {"drivers": inner, "changes": {"late": {"times": 0.5}}})
    assert step.code(width=200) == (
        "cx.what_if(cx.drivers(survey, outcome='score', drivers=['late'], resamples=100), "
        "changes={'late': {'times': 0.5}})"
    )
    frame = answers()
    direct = cx.what_if(cx.drivers(frame, **inner), {"late": {"times": 0.5}})
    assert step.run({"survey": frame}).gain == direct.gain
    assert eval(step.code(), {"cx": cx, "survey": frame}).gain == direct.gain
    assert cx.Step.from_json(step.to_json()) == step


def test_a_step_without_its_inner_call_is_refused():
    with pytest.raises(cx.Problem, match="needs the arguments of"):
        cx.Step("what_if", ("survey",), {"changes": {"late": {"times": 0.5}}})


@pytest.mark.calibration
def test_the_interval_covers():
    """Halving a correlated failure and raising a rating, 400 sets of 500 answers: 93-97 % widened to three errors."""
    truth_effect = {"late": -2.0, "rate": 0.8}
    covered = 0
    for seed in range(400):
        rng = np.random.default_rng(seed)
        late = rng.binomial(1, 0.15, 500)
        rate = rng.normal(3.5 - 0.5 * late, 1.0)
        score = 5 + truth_effect["late"] * late + truth_effect["rate"] * rate + rng.standard_t(5, 500)
        frame = pd.DataFrame({"late": late, "rate": rate, "score": score})
        result = cx.what_if(
            cx.drivers(frame, "score", ["late", "rate"], resamples=1), {"late": {"times": 0.5}, "rate": {"by": 0.3}}
        )
        truth = -0.5 * 0.15 * truth_effect["late"] + 0.3 * truth_effect["rate"]
        covered += result.gain_low <= truth <= result.gain_high
    assert 0.93 - 0.033 <= covered / 400 <= 0.97 + 0.033


@pytest.mark.calibration
@pytest.mark.parametrize("change", ["to", "times", "by"])
@pytest.mark.parametrize("design", ["plain", "weighted", "clustered", "impute"])
def test_the_interval_covers_in_every_design(design, change):
    """300 sets of 400 answers, 93-97 % widened to three errors: shares of their own size, weights, customers, gaps."""
    effect, often, covered = -2.0, 0.2, 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        customer = np.arange(400) // 5 if design == "clustered" else np.arange(400)
        # Customers differ in how often it happens to them and in how they answer.
        shift = rng.normal(0, 0.5, 400)[customer]
        late = (rng.normal(0, 1, 400) + 0.8 * (own := rng.normal(0, 1, 400)[customer]) > 0.8416 * np.sqrt(1.64)) * 1.0
        rate = 3.5 - 0.5 * late + 0.3 * own + rng.normal(0, 1.0, 400)
        score = 5 + effect * late + 0.8 * rate + shift + rng.standard_t(5, 400)
        frame = pd.DataFrame({"late": late, "rate": rate, "score": score, "customer": customer})
        how = {}
        if design == "weighted":
            frame["w"], how = rng.lognormal(0, 0.5, 400), {"weight": "w"}
        if design == "clustered":
            how = {"cluster": "customer"}
        if design == "impute":
            frame["rate"] = frame["rate"].where(rng.random(400) > 0.3)
            how = {"missing": "impute"}
        analysis = cx.drivers(frame, "score", ["late", "rate"], resamples=20, **how)
        step = {"to": {"to": 0.05}, "times": {"times": 0.5}, "by": {"by": -0.02}}[change]
        result = cx.what_if(analysis, {"late": step})
        truth = effect * {"to": 0.05 - often, "times": -0.5 * often, "by": -0.02}[change]
        covered += result.gain_low <= truth <= result.gain_high
    assert 0.93 - 0.04 <= covered / 300 <= 0.97 + 0.03
