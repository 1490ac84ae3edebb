"""What every driver result rests on: part, weight, customer, rows left out and guesses, in its basis and its HTML."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx
from cxanalysis.basis import Reason

FLAGS = ["late", "returned"]
FEW = {"resamples": 60}


@pytest.fixture(scope="module")
def survey(answers) -> cx.Table:
    """Three answers a customer, gaps in one driver, an outcome of which the role was only guessed."""
    frame = answers.assign(
        renewed=(answers["csat"] > 6).astype(float).where(answers.index % 7 > 0, 1.0),
        staff=answers["staff"].where(answers.index % 11 > 0),
        score=answers["csat"],
    )
    roles = {
        "customer": "customer", "market": "category", "late": "flag", "returned": "flag", "noise": "flag",
        "staff": "rating", "csat": "csat", "recommend": "nps", "w": "weight", "renewed": "flag", "score": "csat",
    }  # fmt: skip
    scales = {"csat": cx.Scale(1, 10), "score": cx.Scale(1, 10), "staff": cx.Scale(1, 5), "recommend": cx.Scale(0, 10)}
    reasons = {"score": (0.4, "its values alone say so"), "renewed": (0.5, "0 and 1")}
    return cx.Table(frame, name="survey", roles=roles, scales=scales, reasons=reasons)


CALLS = {
    "drivers": lambda data, **how: cx.drivers(data, "score", [*FLAGS, "staff"], **FEW, **how),
    "relative_importance": lambda data, **how: cx.relative_importance(data, "score", [*FLAGS, "staff"], **FEW, **how),
    "asymmetry": lambda data, **how: cx.asymmetry(data, "score", ["staff"], **FEW, **how),
    "segments": lambda data, **how: cx.segments(data, "score", ["late", "staff"], by="noise", **FEW, **how),
    "models": lambda data, **how: cx.models(data, "score", ["late", "staff"], **how),
    "linear_enough": lambda data, **how: cx.linear_enough(data, "score", ["late", "staff"], **how),
    "robustness": lambda data, **how: cx.robustness(data, "score", ["late", "staff"], **FEW, **how),
    "at_stake": lambda data, **how: cx.at_stake(
        data, loyalty="renewed", drivers=["late", "staff"], base=4000, **FEW, **how
    ),
    "what_if": lambda data, **how: cx.what_if(
        cx.drivers(data, "score", [*FLAGS, "staff"], **FEW, **how), {"late": {"times": 0.5}}
    ),
    "importance_performance": lambda data, **how: cx.importance_performance(
        cx.drivers(data, "score", [*FLAGS, "staff"], **FEW, **how), data
    ),
    "elements": lambda data, **how: cx.elements(data, "score", failures=FLAGS, attributes=["staff"], **FEW, **how),
}


@pytest.mark.parametrize("call", CALLS)
def test_a_part_is_named_by_every_result(survey, call):
    part = survey.where({"market": "B2C"})
    result = CALLS[call](part)
    assert result.basis.part == ({"market": ["B2C"]},)
    assert result.basis.sources[0].token == survey.token
    assert "survey, only rows where 'market' is B2C" in " · ".join(result.facts)
    assert "only rows where" in result._repr_html_()
    assert not any("Only rows where" in note for note in result.notes)
    assert CALLS[call](survey).basis.part == ()


@pytest.mark.parametrize("call", CALLS)
def test_the_customer_that_the_table_knows_is_the_cluster(survey, call):
    default, asked, alone = (CALLS[call](survey, **how) for how in ({}, {"cluster": "customer"}, {"cluster": None}))
    assert (default.cluster, default.basis.cluster.asked) == ("customer", False)
    assert (asked.cluster, asked.basis.cluster.asked) == ("customer", True)
    assert alone.cluster is None
    assert "rows of one customer count as one unit" in default._repr_html_()
    assert default == CALLS[call](survey)
    frames = [getattr(result, default.shown_tables[0]) for result in (default, asked, alone)]
    pd.testing.assert_frame_equal(frames[0], frames[1])
    if call == "linear_enough":
        assert default.gap_se != alone.gap_se
    elif call not in ("elements", "robustness"):  # their first table has no robust interval
        assert not frames[0].equals(frames[2])


def test_a_customer_with_one_answer_each_is_no_cluster(survey):
    once = survey.frame.drop_duplicates("customer")
    table = cx.Table(once, name="survey", roles=dict(survey.roles), scales=dict(survey.scales))
    assert cx.drivers(table, "csat", FLAGS, **FEW).basis.cluster is None
    assert cx.drivers(survey.frame, "csat", FLAGS, **FEW).basis.cluster is None


@pytest.mark.parametrize("call", CALLS)
def test_weight_confidence_and_guesses_are_in_the_basis(survey, call):
    result = CALLS[call](survey, weight="w")
    assert result.weight == "w"
    assert "weighted by w" in result._repr_html_()
    guessed = {guess.column for guess in result.basis.guesses}
    assert guessed == ({"renewed"} if call == "at_stake" else {"score"})
    assert "not confirmed" in result._repr_html_()


@pytest.mark.parametrize("call", [name for name in CALLS if name not in ("elements", "robustness")])
def test_rows_left_out_are_counted_once_by_reason(survey, call):
    frame = survey.frame.copy()
    frame.loc[frame.index % 13 == 0, ["score", "renewed"]] = np.nan
    frame.loc[frame.index % 17 == 0, "w"] = 0.0
    table = cx.Table(frame, name="survey", roles=dict(survey.roles), scales=dict(survey.scales))
    result = CALLS[call](table, weight="w")
    outcome = "renewed" if call == "at_stake" else "score"
    no_outcome = frame[outcome].isna()
    no_weight = (frame["w"] == 0) & ~no_outcome
    gap = frame["staff"].isna() & ~no_outcome & ~no_weight
    left_out = {(one.why, one.column): one.rows for one in result.basis.left_out}
    assert left_out == {
        (Reason.NO_ANSWER, outcome): int(no_outcome.sum()),
        (Reason.NO_WEIGHT, "w"): int(no_weight.sum()),
        (Reason.NO_ANSWER, "staff"): int(gap.sum()),
    }
    assert result.n + result.n_excluded == len(frame)


def test_gaps_in_several_columns_of_one_row_are_one_row_left_out(answers):
    frame = answers.copy()
    frame.loc[:9, "late"] = np.nan
    frame.loc[5:14, "returned"] = np.nan
    result = cx.drivers(frame, "csat", FLAGS, **FEW)
    counted = {(one.why, one.column): one.rows for one in result.basis.left_out}
    assert counted == {(Reason.NO_ANSWER, "late"): 5, (Reason.NO_ANSWER, "returned"): 5, (Reason.GAP, None): 5}
    assert "Rows without an answer, by column: 'late' 10, 'returned' 10." in result.notes


def test_imputation_says_what_it_may_not_fill(answers):
    frame = answers.copy()
    frame.loc[:9, "csat"] = np.nan
    frame.loc[20:29, FLAGS] = np.nan
    result = cx.drivers(frame, "csat", FLAGS, missing="impute", **FEW)
    assert {(one.why, one.column): one.rows for one in result.basis.left_out} == {
        (Reason.NO_ANSWER, "csat"): 10, (Reason.NO_ANSWER, None): 10,
    }  # fmt: skip


def test_effective_clusters_of_uneven_customers(answers):
    frame = answers.assign(customer=np.where(answers.index < 400, "A", answers.index.astype(str)))
    cluster = cx.drivers(frame, "csat", FLAGS, cluster="customer", **FEW).basis.cluster
    assert cluster.n == 401
    assert cluster.effective == pytest.approx(800**2 / (400**2 + 400))


def test_results_are_equal_by_content_and_print_shortly(answers):
    first, second, other = (cx.drivers(answers, "csat", FLAGS, seed=seed, **FEW) for seed in (1, 1, 2))
    assert first == second
    assert first != other
    assert len(str(first)) < 2500
    assert repr(first).startswith("<Drivers: ")


def test_a_matrix_has_no_rows_to_speak_of():
    result = cx.dominance([[1, 0.5, 0.6], [0.5, 1, 0.4], [0.6, 0.4, 1]])
    assert result.n is None
    assert "R²" in result._repr_html_()
