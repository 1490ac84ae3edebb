"""The numbers behind the quality report: against another program, by simulation, and in good time."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

import cxanalysis as cx
from cxanalysis.quality.change_of_mean import change_of_mean, same_by_chance, throughout
from cxanalysis.quality.examined import examine
from cxanalysis.quality.missing_answers import missing_with_outcome

BLOCK = [f"q{k}" for k in range(8)]


@pytest.mark.parametrize("clustered", [False, True])
def test_the_change_is_the_cluster_robust_difference_of_statsmodels(clustered):
    """All rows and the kept rows stacked, regressed on "kept", clustered by person: the same coefficient and error."""
    rng = np.random.default_rng(3)
    n = 300
    unit = rng.integers(0, 120, n) if clustered else np.arange(n)
    y, kept = rng.normal(5, 2, n) + 0.01 * unit, rng.random(n) < 0.8
    change, low, high = change_of_mean(y, kept, unit if clustered else None)
    stacked = np.concatenate([y, y[kept]])
    which = np.concatenate([np.zeros(n), np.ones(int(kept.sum()))])
    groups = np.concatenate([unit, unit[kept]])
    fitted = sm.OLS(stacked, sm.add_constant(which)).fit(
        cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False}
    )
    people = len(np.unique(unit))
    error = fitted.bse[1] * np.sqrt(people / (people - 1))
    assert change == pytest.approx(fitted.params[1], abs=1e-12)
    assert (high - low) / 2 == pytest.approx(stats.t.ppf(0.975, people - 1) * error, rel=1e-9)


def test_the_interval_of_the_change_covers_its_truth():
    """15 % of people answer 1 point lower: leaving them out raises the mean by 0.15 points. 1,000 data sets."""
    rng = np.random.default_rng(4)
    covered = 0
    for _ in range(1000):
        fast = rng.random(400) < 0.15
        _, low, high = change_of_mean(rng.normal(7, 2, 400) - fast, ~fast)
        covered += low <= 0.15 <= high
    assert 0.93 <= covered / 1000 <= 0.97


def test_few_rows_have_no_interval():
    change, low, high = change_of_mean(np.arange(50.0), np.arange(50) > 3)
    assert change == pytest.approx(2.0)
    assert np.isnan([low, high]).all()


def ratings(rng: np.random.Generator, rows: int, shared: float) -> np.ndarray:
    latent = np.sqrt(shared) * rng.standard_normal((rows, 1)) + np.sqrt(1 - shared) * rng.standard_normal((rows, 8))
    return np.clip(np.round(3.6 + latent), 1, 5)


def test_who_answers_alike_by_chance_is_predicted():
    rng = np.random.default_rng(5)
    for shared in (0.5, 0.7, 0.85):
        answers = ratings(rng, 20_000, shared)
        assert same_by_chance(answers, 5) == pytest.approx(throughout(answers)[0].mean(), abs=0.012)


def survey(answers: np.ndarray, **more: np.ndarray) -> cx.Table:
    frame = pd.DataFrame(answers, columns=BLOCK).assign(**more)
    scales = {**dict.fromkeys(BLOCK, cx.Scale(1, 5)), "nps": cx.Scale(0, 10)}
    roles = {**dict.fromkeys(BLOCK, "rating"), **{name: "nps" if name == "nps" else "category" for name in more}}
    return cx.Table(frame, name="survey", kind="survey", roles=roles, scales=scales)


def test_honest_answers_are_hardly_ever_called_straight_lining():
    """Attentive people with correlated answers, 60 data sets: at most 2 false alarms; inattentive ones are found."""
    rng = np.random.default_rng(6)
    alarms = found = 0
    for _ in range(60):
        answers = ratings(rng, 400, rng.choice([0.2, 0.5, 0.7]))
        alarms += "straight-liners" in set(cx.quality(survey(answers)).table["check"])
        answers[:60] = rng.integers(1, 6, (60, 1))
        found += "straight-liners" in set(cx.quality(survey(answers)).table["check"])
    assert alarms <= 2
    assert found >= 58


def test_gaps_at_random_are_rarely_said_to_go_with_the_outcome():
    """Eight columns with random gaps, 300 data sets: any of them named in 5 % or less (+ 3 Monte-Carlo errors)."""
    rng = np.random.default_rng(7)
    alarms = 0
    for _ in range(300):
        answers = np.where(rng.random((200, 8)) < 0.15, np.nan, rng.integers(1, 6, (200, 8)))
        seen = examine(survey(answers, nps=rng.integers(0, 11, 200).astype(float)), None, None, 0.95)
        alarms += bool(missing_with_outcome(seen))
    assert alarms / 300 <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 300)


def test_a_large_table_takes_seconds():
    rng = np.random.default_rng(8)
    n = 100_000
    answers = np.where(rng.random((n, 8)) < 0.05, np.nan, rng.integers(1, 6, (n, 8)))
    groups = {f"group {k}": rng.choice(list("abcdefgh"), n) for k in range(41)}
    wide = survey(answers, nps=rng.integers(0, 11, n).astype(float), **groups)
    assert len(wide.columns) == 50
    begun = time.perf_counter()
    cx.quality(wide)
    assert time.perf_counter() - begun < 30  # 2.4 s on two quiet cores; the tests share theirs
