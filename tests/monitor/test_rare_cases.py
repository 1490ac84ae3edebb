"""Rare cases: exact chances, exact limits, and a share that never moved."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from weekly_answers import MONDAY

import cxanalysis as cx
from cxanalysis.monitor.control_limits import share_beyond
from cxanalysis.monitor.rare_cases import RatePosterior, case_limits, rate_posterior


def orders(chances: list[float], n: int = 40, seed: int = 3) -> pd.DataFrame:
    """Weeks of n orders each, some late."""
    rng = np.random.default_rng(seed)
    week = np.repeat(np.arange(len(chances)), n)
    day = np.tile(np.linspace(0, 6, n).round().astype(int), len(chances))
    late = (rng.random(len(week)) < np.repeat(chances, n)).astype(int)
    return pd.DataFrame({"ordered": MONDAY + pd.to_timedelta(7 * week + day, unit="D"), "late": late})


def late(frame: pd.DataFrame) -> cx.Estimates:
    return cx.metric("failure_rate", frame, failure="late", date="ordered", period="week")


@pytest.mark.parametrize("alike", [0.0, 0.02, 0.3])
def test_chances_are_binomial_or_beta_binomial(alike):
    made = RatePosterior(np.ones(1), np.full(1, 0.03), np.full(1, alike)).case_probabilities(30)[0]
    a, b = (share * (1 - alike) / alike for share in (0.03, 0.97)) if alike else (0, 0)
    wanted = stats.betabinom(30, a, b) if alike else stats.binom(30, 0.03)
    assert made == pytest.approx(wanted.pmf(np.arange(len(made))), rel=1e-9)
    assert made.sum() == pytest.approx(1, abs=1e-6)


def test_the_limit_is_the_first_number_that_is_unlikely():
    chance = stats.binom(30, 0.03).pmf(np.arange(31))
    low, high = case_limits(chance, 0.005)
    assert (low, high) == (-0.5, 4.5)
    assert stats.binom(30, 0.03).sf(4) <= 0.005 < stats.binom(30, 0.03).sf(3)
    few, many = case_limits(stats.binom(300, 0.1).pmf(np.arange(301)), 0.005)
    assert stats.binom(300, 0.1).cdf(few - 0.5) <= 0.005 < stats.binom(300, 0.1).cdf(few + 0.5)
    assert stats.binom(300, 0.1).sf(many - 0.5) <= 0.005 < stats.binom(300, 0.1).sf(many - 1.5)


def test_what_a_baseline_says_is_the_posterior_of_its_rate():
    """Where periods cannot differ by more than sampling, Jeffreys' Beta(½ + cases, ½ + others) is known."""
    found = rate_posterior(np.array([3]), np.array([100]))
    plain = found.icc == 0
    mean = found.probability[plain] @ found.rate[plain] / found.probability[plain].sum()
    assert mean == pytest.approx(3.5 / 101, rel=0.02)


def test_periods_that_differ_more_than_sampling_widen_the_limits():
    steady, wild = np.full(20, 2), np.tile([0, 0, 0, 8], 5)
    n = np.full(20, 100)
    ends = [
        case_limits(one.probability @ one.case_probabilities(100), 0.005)[1]
        for one in (rate_posterior(steady, n), rate_posterior(wild, n))
    ]
    assert ends[1] > ends[0] + 3


def test_the_chart_of_rare_failures_is_exact_and_states_its_price():
    found = cx.control(late(orders([0.03] * 30)))
    assert found.chart == "Exact p"
    assert any("Fewer than 5 cases are usual in a week" in note for note in found.notes)
    judged = found.judged
    cases = judged["upper"] * judged["n"] / 100
    assert (cases % 1).to_numpy() == pytest.approx(np.full(len(cases), 0.5))
    limits = dict(found.rules)["beyond the limits"]
    assert 0 < limits <= 52.18 * share_beyond(20)
    asked = cx.control(late(orders([0.03] * 30)), chart="laney")
    assert asked.chart == "Laney p'"
    assert dict(asked.rules)["beyond the limits"] > limits


def test_rare_misses_are_the_mirror_of_rare_failures():
    frame = orders([0.03] * 24 + [0.3] * 2)
    one, two = cx.control(late(frame)), cx.control(late(frame.assign(late=1 - frame["late"])))
    assert two.table["lower"].to_numpy() == pytest.approx((100 - one.table["upper"]).to_numpy())
    assert dict(one.rules) == pytest.approx(dict(two.rules))
    assert (one.table["signal"].iloc[-1], two.table["signal"].iloc[-1]) == ("above", "below")


def test_a_failure_that_never_happened_and_then_does_is_found():
    found = late(orders([0.0] * 24 + [0.2, 0.2]))
    assert cx.control(found).table["signal"].iloc[-1] == "above"
    row = cx.alerts({"late": found}).table.iloc[0]
    assert row["status"] == "worse"
    assert 0 < row["change_low"] < row["change"] < row["change_high"]
    assert cx.alerts({"late": late(orders([0.0] * 26))}).table.iloc[0]["status"] == "no change"


def test_charts_of_usual_numbers_stay_as_they_are():
    assert cx.control(late(orders([0.3] * 30))).chart == "Laney p'"
