"""Limits of control charts against a published example and an independent computation."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from weekly_answers import answers, drawn

import cxanalysis as cx
from cxanalysis.monitor.control_limits import laney_baseline, runs, share_beyond, share_in_runs, xmr_baseline

#: Ten flow rates: NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2, individuals chart.
FLOW = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]


def test_single_values_as_in_the_nist_handbook():
    """Centre 50.81, mean moving range 1.8778, limits 45.8159 and 55.8041."""
    frozen = xmr_baseline(np.array(FLOW))
    lower, upper = frozen.limits(np.ones(1))
    assert frozen.centre == pytest.approx(50.81)
    assert frozen.sigma_z * 1.128 == pytest.approx(1.8778, abs=5e-5)
    assert (lower[0], upper[0]) == pytest.approx((45.8159, 55.8041), abs=5e-4)


def plain_laney(hits: list[int], n: list[int]) -> tuple[float, float, list[tuple[float, float]]]:
    """Laney's p' chart in plain Python, from the formulas alone."""
    centre = sum(hits) / sum(n)
    z = [(x / m - centre) / math.sqrt(centre * (1 - centre) / m) for x, m in zip(hits, n, strict=True)]
    sigma = sum(abs(a - b) for a, b in zip(z[1:], z[:-1], strict=True)) / (len(z) - 1) / 1.128
    half = [3 * math.sqrt(centre * (1 - centre) / m) * sigma for m in n]
    return centre, sigma, [(centre - one, centre + one) for one in half]


def test_shares_are_laneys_chart_to_the_letter():
    rng = np.random.default_rng(5)
    n = rng.integers(40, 400, 25)
    weeks = [np.where(rng.random(m) < rng.uniform(0.5, 0.7), 5, 1) for m in n]
    data = cx.csat(answers(weeks), "score", scale=(1, 5), date="answered", period="week")
    chart = cx.control(data, baseline=25)
    centre, sigma, limits = plain_laney([int((week == 5).sum()) for week in weeks], n.tolist())
    assert chart.chart == "Laney p'"
    assert chart.sigma_z == pytest.approx(sigma, rel=1e-9)
    assert chart.table["centre"].to_numpy() == pytest.approx(np.full(25, 100 * centre), rel=1e-9)
    assert chart.table["lower"].to_numpy() == pytest.approx([max(0, 100 * low) for low, _ in limits], rel=1e-9)
    assert chart.table["upper"].to_numpy() == pytest.approx([min(100, 100 * high) for _, high in limits], rel=1e-9)


def test_the_twin_for_nps_is_the_same_with_the_variance_of_an_answer():
    weeks = drawn(3, 22, 50)
    chart = cx.control(answers(weeks), "nps", score="score", date="answered", baseline=22)
    coded = [np.where(week >= 9, 100, np.where(week >= 7, 0, -100)) for week in weeks]
    everything = np.concatenate(coded)
    centre, spread = everything.mean(), everything.std()
    z = [(week.mean() - centre) / (spread / math.sqrt(50)) for week in coded]
    sigma = np.mean(np.abs(np.diff(z))) / 1.128
    assert chart.sigma_z == pytest.approx(sigma, rel=1e-9)
    assert chart.table["upper"].iloc[0] == pytest.approx(centre + 3 * spread / math.sqrt(50) * sigma, rel=1e-9)


def test_clustered_answers_widen_the_limits_of_a_period():
    """Two answers of everybody, always the same: each counts half."""
    weeks = [np.repeat(week, 2) for week in drawn(4, 22, 40)]
    frame = answers(weeks)
    frame["customer"] = np.arange(len(frame)) // 2
    plain = cx.control(frame, "nps", score="score", date="answered", baseline=22)
    clustered = cx.control(frame, "nps", score="score", date="answered", cluster="customer", baseline=22)
    assert clustered.sigma_z == pytest.approx(plain.sigma_z / math.sqrt(2), rel=0.05)
    width = [float((one.table["upper"] - one.table["lower"]).mean()) for one in (clustered, plain)]
    assert width[0] == pytest.approx(width[1], rel=0.05)


def test_weights_of_one_change_nothing():
    frame = answers(drawn(6, 22, 30)).assign(weight=2.0)
    plain = cx.control(frame, "nps", score="score", date="answered", baseline=22)
    weighted = cx.control(frame, "nps", score="score", date="answered", weight="weight", baseline=22)
    pd.testing.assert_frame_equal(plain.table, weighted.table)


def test_false_signals_beyond_estimated_limits_are_as_stated():
    rng = np.random.default_rng(7)
    z, new = rng.normal(size=(40_000, 20)), rng.normal(size=40_000)
    sigma = np.abs(np.diff(z)).mean(1) / 1.128
    seen = (np.abs(new - z.mean(1)) > 3 * sigma).mean()
    assert share_beyond(20) == pytest.approx(seen, rel=0.35)
    assert share_beyond(20) > 4 * stats.norm.sf(3) * 2


def test_runs_begin_by_luck_as_often_as_stated():
    rng = np.random.default_rng(8)
    side = np.where(rng.random(400_000) < 0.5, 1, -1)
    reached = runs(side, 8)
    begins = (reached & ~np.concatenate([[False], reached[:-1]])).mean()
    assert share_in_runs(8) == pytest.approx(begins, rel=0.1)


def test_equal_values_freeze_without_a_spread():
    frozen = laney_baseline(np.full(20, 50.0), np.full(20, 10.0), np.zeros(20))
    assert frozen.spread == 0
    assert math.isnan(frozen.sigma_z)
