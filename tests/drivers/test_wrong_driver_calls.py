"""Wrong calls of the driver analyses end in one sentence that names the argument, never in a library's traceback."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx

FLAGS = ["late", "returned"]
FEW = {"resamples": 60}


def drivers(data, **changed):
    return cx.drivers(data, **{"outcome": "csat", "drivers": [*FLAGS, "staff"], **FEW, **changed})


def asymmetry(data, **changed):
    return cx.asymmetry(data, **{"outcome": "csat", "drivers": ["staff"], **FEW, **changed})


def segments(data, **changed):
    return cx.segments(data, **{"outcome": "csat", "drivers": FLAGS, "by": "market", **FEW, **changed})


def relative(data, **changed):
    return cx.relative_importance(data, **{"outcome": "csat", "drivers": FLAGS, **FEW, **changed})


def models(data, **changed):
    return cx.models(data, **{"outcome": "csat", "drivers": FLAGS, **changed})


def linear(data, **changed):
    return cx.linear_enough(data, **{"outcome": "csat", "drivers": FLAGS, **changed})


def robustness(data, **changed):
    return cx.robustness(data, **{"outcome": "csat", "drivers": FLAGS, **FEW, **changed})


def at_stake(data, **changed):
    return cx.at_stake(
        data.assign(stays=(data.csat > 6) * 1.0),
        **{"loyalty": "stays", "drivers": FLAGS, "base": 900, **FEW, **changed},
    )


def elements(data, **changed):
    return cx.elements(data, **{"outcome": "csat", "failures": FLAGS, **FEW, **changed})


def what_if(data, **changed):
    return cx.what_if(drivers(data), **{"changes": {"late": {"times": 0.5}}, **changed})


def performance(data, **changed):
    return cx.importance_performance(drivers(data), data, **changed)


EVERY = (drivers, relative, asymmetry, segments, models, linear, robustness, at_stake, elements)
RESAMPLED = (drivers, relative, asymmetry, segments, robustness, at_stake, elements)
WITH_ADJUSTERS = (drivers, relative, asymmetry, segments, models, linear, robustness, at_stake)

CALLS = [
    *((call, {"weight": "market"}, "weight") for call in EVERY),
    *((call, {"weight": 3}, "weight") for call in EVERY),
    *((call, {"weight": "nothing"}, "weight") for call in EVERY),
    *((call, {"cluster": "custmer"}, "customer") for call in EVERY),
    *((call, {"cluster": 7}, "7") for call in EVERY),
    *((call, {"seed": "one"}, "seed") for call in EVERY),
    *((call, {"seed": -1}, "seed") for call in EVERY),
    *((call, {"confidence": "0.95"}, "confidence") for call in EVERY if call is not linear),
    *((call, {"confidence": True}, "confidence") for call in EVERY if call is not linear),
    *((call, {"resamples": "many"}, "resamples") for call in RESAMPLED),
    *((call, {"resamples": 2.5}, "resamples") for call in RESAMPLED),
    *((call, {"adjust_for": ["markt"]}, "adjust_for") for call in WITH_ADJUSTERS),
    *((call, {"adjust_for": 5}, "adjust_for") for call in WITH_ADJUSTERS),
    *((call, {"drivers": 5}, "drivers") for call in WITH_ADJUSTERS),
    *((call, {"drivers": [1]}, "drivers") for call in WITH_ADJUSTERS),
    *((call, {"drivers": ["lat"]}, "drivers") for call in WITH_ADJUSTERS),
    *((call, {"outcome": 3}, "outcome") for call in (drivers, relative, asymmetry, segments, models, linear)),
    *((call, {"outcome_as": ["nps"]}, "outcome_as") for call in EVERY),
    *((call, {"top": "two", "outcome_as": "top-box"}, "top") for call in (drivers, segments, robustness)),
    *((call, {"scale": 5}, "scale") for call in (drivers, segments, asymmetry, robustness)),
    *((call, {"scale": ("low", "high")}, "scale") for call in (drivers, segments, asymmetry, robustness)),
    *((call, {"groups": "late"}, "groups") for call in (drivers, relative, segments, models, robustness)),
    *((call, {"groups": {"g": "late"}}, "groups") for call in (drivers, relative, segments, models, robustness)),
    (drivers, {"reference": {"staff": "best"}}, "reference"),
    (drivers, {"reference": "best"}, "reference"),
    (drivers, {"reference": {"stuff": 3}}, "reference"),
    (drivers, {"missing": None}, "missing"),
    (drivers, {"method": 1}, "method"),
    (robustness, {"reference": {"late": "never"}}, "reference"),
    (robustness, {"method": "logit"}, "method"),
    (segments, {"by": None}, "by"),
    (segments, {"by": ["market"]}, "by"),
    (models, {"model": 4}, "model"),
    (asymmetry, {"classes": 0.2}, "classes"),
    (asymmetry, {"classes": ("a", "b")}, "classes"),
    (asymmetry, {"support": "most"}, "support"),
    (asymmetry, {"fewest": "some"}, "fewest"),
    (asymmetry, {"scales": [(1, 5)]}, "scales"),
    (at_stake, {"base": "all"}, "base"),
    (at_stake, {"prevalence": 0.1}, "prevalence"),
    (at_stake, {"within_days": "a year"}, "within_days"),
    (at_stake, {"value_per_customer": "csatt"}, "csatt"),
    (elements, {"failures": 3}, "a list of columns"),
    (elements, {"attributes": ["stuff"]}, "attributes"),
    (what_if, {"changes": "late"}, "changes"),
    (what_if, {"changes": {"late": 0.5}}, "late"),
    (what_if, {"changes": {"late": {"halve": 1}}}, "late"),
    (what_if, {"changes": {"late": {"to": "none"}}}, "late"),
    (what_if, {"changes": {"late": {"times": float("nan")}}}, "late"),
    (what_if, {"changes": {"lateness": {"to": 0}}}, "lateness"),
    (what_if, {"changes": {3: {"to": 0}}}, "changes"),
    (what_if, {"goal": "high"}, "goal"),
    (what_if, {"because": 3}, "because"),
    (performance, {"goal": "good"}, "good"),
    (performance, {"scales": 5}, "scales"),
    (performance, {"stated": "staff"}, "stated"),
    (performance, {"performance_as": None}, "performance_as"),
]


@pytest.mark.parametrize(("call", "changed", "named"), CALLS)
def test_a_wrong_argument_is_named(answers, call, changed, named):
    with pytest.raises(cx.Problem) as caught:
        call(answers.assign(nothing=0.0), **changed)
    said = str(caught.value)
    assert named in said
    assert said.count(". ") <= 1, said


@pytest.mark.parametrize("call", WITH_ADJUSTERS)
def test_a_text_is_one_column_to_adjust_for(answers, call):
    other = {"by": "noise"} if call is segments else {}
    one, listed = (call(answers, adjust_for=how, **other) for how in ("market", ["market"]))
    assert one == listed


def test_weights_that_are_all_zero_are_no_matter_of_missing_answers(answers):
    with pytest.raises(cx.Problem, match="no row has a weight above zero") as caught:
        drivers(answers.assign(w=0.0), weight="w")
    assert "impute" not in str(caught.value)


def test_columns_that_are_called_by_numbers(answers):
    numbered = answers[["csat", "late", "staff"]].set_axis([0, 1, 2], axis=1)
    with pytest.raises(cx.Problem) as caught:
        cx.drivers(numbered, 0, [1, 2], **FEW)
    assert "Rename the columns to texts first" in str(caught.value)
    assert "Did you mean" not in str(caught.value)


@pytest.mark.parametrize("wrong", ["rows", "text", "vector"])
def test_rows_are_no_correlation_matrix(answers, wrong):
    given = {"rows": answers[["late", "staff", "csat"]], "text": answers[["market", "csat"]], "vector": [0.1, 0.2]}
    for call in (cx.dominance, cx.importance):
        with pytest.raises(cx.Problem, match=r"\.corr\(\)"):
            call(given[wrong])


@pytest.mark.parametrize("name", ["flags", "driver", "table", "index", "missing", "w", "share", "1"])
def test_a_column_may_be_called_like_one_of_ours(answers, name):
    renamed = answers.drop(columns="w").rename(columns={"late": name})
    plain = cx.drivers(answers, "csat", FLAGS, **FEW).table
    result = cx.drivers(renamed, "csat", [name, "returned"], **FEW)
    pd.testing.assert_frame_equal(result.table.replace({"driver": {name: "late"}}), plain)
    assert cx.what_if(result, {name: {"times": 0.5}}).table["driver"].tolist() == [name]
    cx.robustness(renamed, "csat", [name, "returned"], **FEW)
    cx.segments(renamed, "csat", [name, "returned"], by="market", **FEW)
    cx.elements(renamed, "csat", failures=[name, "returned"], attributes=["staff"], **FEW)


# --- gaps ---------------------------------------------------------------------------------------------


def gappy() -> pd.DataFrame:
    """Late deliveries happened only to people who were not asked about the staff."""
    rng = np.random.default_rng(6)
    n = 400
    staff = rng.integers(1, 6, n).astype(float)
    staff[:80] = np.nan
    late = np.zeros(n)
    late[:40] = 1
    frame = pd.DataFrame({"late": late, "staff": staff, "other": rng.binomial(1, 0.3, n).astype(float)})
    return frame.assign(csat=np.clip(np.round(6 - 2 * late + rng.normal(size=n)), 1, 10))


def test_gaps_are_not_filled_from_a_column_that_never_changes_there():
    with pytest.raises(cx.Problem, match=r"the gaps of 'staff' cannot be filled: .* 'late' has the same value"):
        cx.drivers(gappy(), "csat", ["late", "staff", "other"], missing="impute", **FEW)


def test_a_correlation_that_does_not_exist_is_not_zero():
    with pytest.raises(cx.Problem, match="'late' and 'staff' have no correlation"):
        cx.drivers(gappy(), "csat", ["late", "staff", "other"], missing="pairwise", **FEW)


def test_robustness_survives_both_and_says_so():
    """With `late` held equal nothing can be worked out; without it complete answers and pairs can."""
    how = {"missing": "impute", "adjust_for": ["late"], **FEW}
    result = cx.robustness(gappy(), "csat", ["staff", "other"], **how)
    assert not result.table["adjusted"].any()
    assert set(result.table["missing"]) == {"complete", "pairwise"}
    reasons = set(result.left_out["reason"])
    assert any("the gaps of 'staff' cannot be filled" in reason for reason in reasons)
    assert any("'late' and 'staff' have no correlation" in reason for reason in reasons)
    assert any("As asked it cannot be worked out" in note for note in result.notes)


# --- NPS of one side ----------------------------------------------------------------------------------


def test_an_nps_of_rows_without_promoters_is_refused(answers):
    asked = answers.assign(why=answers["staff"].where(answers["recommend"] < 9))
    with pytest.raises(
        cx.Problem, match=r"none of the .* rows without a gap is a promoter.*no promoter has an answer in"
    ):
        cx.drivers(asked, "recommend", ["late", "why"], outcome_as="nps", **FEW)


def test_where_nobody_at_all_is_a_promoter_it_is_said(answers):
    low = answers.assign(recommend=answers["recommend"].clip(upper=8))
    result = cx.drivers(low, "recommend", FLAGS, outcome_as="nps", **FEW)
    assert any("Nobody among the 800 rows used is a promoter" in note for note in result.notes)
