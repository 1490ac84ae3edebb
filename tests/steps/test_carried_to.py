"""A section under an analysis is about the same rows: filter, weight and customer cannot be dropped on the way."""

import pytest

import cxanalysis as cx
from cxanalysis.steps.registry import CALLS

WHERE = {"market": ["B2B"]}
ROWS = {"weight": "w", "cluster": "customer", "confidence": 0.9}
DRIVERS = cx.Step(
    "drivers",
    ("survey",),
    {"outcome": "csat", "drivers": ["late"], "outcome_as": "mean", "method": "johnson", "missing": "pairwise",
     "resamples": 20, "seed": 3, "adjust_for": ["market"], "where": WHERE, **ROWS},
)  # fmt: skip


@pytest.mark.parametrize("name", list(CALLS))
def test_the_rows_are_the_same_whatever_the_other_call(name):
    call = CALLS[name]
    more = ("orders",) if call.takes.value == "two tables or more" else ()
    step = DRIVERS.carried_to(name, further_tables=more)
    assert step.tables == ("survey", *more)
    assert step.rows_kept() == WHERE
    asked = step.inner() or step
    for argument, value in ROWS.items():
        if argument in CALLS[asked.call].carries and CALLS[asked.call].names(argument):
            assert asked.arguments[argument] == value


def test_a_section_of_the_drivers_has_what_it_shares_and_nothing_it_does_not_know():
    segments = DRIVERS.carried_to("segments", by="channel")
    assert set(segments.arguments) == set(DRIVERS.arguments) - {"missing"} | {"by"}
    asymmetry = DRIVERS.carried_to("asymmetry", drivers=["rate_delivery"])
    assert asymmetry.arguments["drivers"] == ["rate_delivery"]
    assert "method" not in asymmetry.arguments
    assert set(DRIVERS.carried_to("robustness").arguments) == set(DRIVERS.arguments)


def test_loyalty_is_another_outcome_so_how_the_score_is_measured_stays_behind():
    stakes = DRIVERS.carried_to("at_stake", further_tables=("customers",), loyalty="left")
    assert stakes.tables == ("survey", "customers")
    assert not {"outcome", "outcome_as", "resamples", "method"} & set(stakes.arguments)
    assert stakes.code(width=999).startswith("cx.at_stake(survey.where({'market': ['B2B']}), customers, ")


def test_a_call_on_the_result_takes_the_whole_analysis():
    what_if = DRIVERS.carried_to("what_if", changes={"late": {"to": 0}})
    assert what_if.inner() == DRIVERS
    assert what_if.carried_to("segments", by="channel") == DRIVERS.carried_to("segments", by="channel")
    of_segments = DRIVERS.carried_to("segments", by="channel").carried_to("importance_performance")
    assert of_segments.inner().arguments == {k: v for k, v in DRIVERS.arguments.items() if k != "missing"}


def test_options_of_a_metric_go_over_between_calls_that_hand_them_on():
    control = cx.Step(
        "control", ("orders",),
        {"metric": "failure_rate", "failure": "late", "every": "week", "baseline": 12, "shows_within_days": 30,
         "date": "ordered", "where": WHERE},
    )  # fmt: skip
    forecast = control.carried_to("forecast")
    assert set(forecast.arguments) == set(control.arguments) - {"baseline"}
    behind = control.carried_to("behind", score="late", period="2026-01-05")
    assert behind.arguments == {
        "every": "week", "date": "ordered", "where": WHERE, "score": "late", "period": "2026-01-05",
    }  # fmt: skip


def test_on_other_tables_everything_else_stays():
    score = cx.Step("nps", ("survey",), {"score": "recommend", "by": "market", "where": WHERE, **ROWS})
    elements = score.carried_to("elements", outcome="recommend").on("survey_linked")
    assert elements == cx.Step("elements", ("survey_linked",), {"outcome": "recommend", "where": WHERE, **ROWS})


def test_what_is_no_call_is_a_problem():
    with pytest.raises(cx.Problem, match="'os' is no step"):
        DRIVERS.carried_to("os")
