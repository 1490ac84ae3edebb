"""Data at the edge: nearly no cases, nothing to explain, one customer, a score that is no yes or no, many drivers."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx
from cxanalysis.drivers.model import gather

WAYS = ("complete", "pairwise", "impute")


def answers(n: int = 400, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    late, returned = rng.binomial(1, 0.25, n), rng.binomial(1, 0.1, n)
    score = np.clip(np.round(8 - 2 * late - returned + rng.normal(size=n)), 0, 10)
    frame = pd.DataFrame({"late": late, "returned": returned, "score": score, "market": rng.choice(list("abcd"), n)})
    return frame.assign(once=np.arange(n) == 5, w=rng.uniform(0.1, 2, n))


def test_levels_of_a_few_cases_do_not_make_a_category_certain():
    """A level of one case is fitted exactly: with it in the test, any category would be beyond doubt."""
    rng = np.random.default_rng(1)
    flagged = 0
    for seed in range(200):
        frame = answers(200, seed)
        frame.loc[[7, 9], "market"] = ["y", "z"]
        frame["score"] = rng.normal(size=200)
        flagged += cx.drivers(frame, "score", ["market"], resamples=1).table["p_value"][0] < 0.05
    assert flagged / 200 <= 0.065 + 3 * np.sqrt(0.065 * 0.935 / 200)


def test_where_every_driver_is_too_rare_nothing_is_said_to_be_noise():
    found = cx.drivers(answers(), "score", ["once"], resamples=50)
    assert "too few cases" in found.headline
    assert "noise" not in found.headline


@pytest.mark.parametrize("missing", WAYS)
def test_an_outcome_without_differences_is_named_as_such(missing):
    with pytest.raises(cx.Problem, match="nothing to explain"):
        cx.drivers(answers().assign(score=5.0), "score", ["late", "returned"], missing=missing, resamples=60)


@pytest.mark.parametrize("missing", WAYS)
def test_one_customer_is_no_sample_of_customers(missing):
    with pytest.raises(cx.Problem, match="belong to one customer"):
        cx.drivers(answers().assign(who=1), "score", ["late"], cluster="who", missing=missing, resamples=60)


def test_pairs_with_a_single_case_still_tell_about_the_other_drivers():
    frame = answers()
    pairs = cx.drivers(frame, "score", ["late", "returned", "once"], missing="pairwise", weight="w", resamples=400)
    rows = cx.drivers(frame, "score", ["late", "returned", "once"], weight="w", resamples=400)
    here, there = (found.table.set_index("driver") for found in (pairs, rows))
    assert here["flags"]["once"] == ["too rare"]
    for driver in ("late", "returned"):
        width = [t["effect_high"][driver] - t["effect_low"][driver] for t in (here, there)]
        assert 0.8 < width[0] / width[1] < 1.25
    together = [found.together["high"] - found.together["low"] for found in (pairs, rows)]
    assert 0.8 < together[0] / together[1] < 1.3


def test_pairs_flag_noise_in_one_case_of_twenty():
    rng = np.random.default_rng(3)
    flagged = []
    for _ in range(300):
        frame = pd.DataFrame(rng.binomial(1, [0.3, 0.05, 0.2], (300, 3)), columns=list("abc")).astype(float)
        frame["y"] = rng.normal(size=300)
        frame = frame.mask(rng.random(frame.shape) < 0.05)
        table = cx.drivers(frame, "y", list("abc"), missing="pairwise", resamples=200).table
        flagged += list(table["p_value"] < 0.05)
    assert np.mean(flagged) <= 0.065 + 3 * np.sqrt(0.065 * 0.935 / 900)


def test_where_one_driver_is_the_outcome_the_rest_is_no_effect():
    found = cx.drivers(answers().assign(score=lambda f: 5 - f["late"]), "score", ["late", "returned"], resamples=50)
    rest = found.table.set_index("driver").loc["returned"]
    assert rest["effect"] == 0
    assert rest["p_value"] == 1


def test_a_score_between_0_and_1_is_no_percentage():
    frame = answers().assign(mood=np.random.default_rng(2).uniform(size=400))
    assert cx.drivers(frame, "mood", ["late"], resamples=50).outcome_mean == pytest.approx(frame["mood"].mean())
    yes = frame.assign(mood=(frame["mood"] > 0.5).astype(float))
    assert cx.drivers(yes, "mood", ["late"], resamples=50).outcome_mean == pytest.approx(100 * yes["mood"].mean())


def test_no_end_of_a_number_is_the_best_one():
    frame = answers().assign(days=np.random.default_rng(4).integers(0, 11, 400))
    roles = {"score": "nps", "late": "flag", "days": "number"}
    table = cx.Table(frame, name="t", roles=roles, scales={"score": cx.Scale(0, 10)})
    found = cx.drivers(table, "score", ["late", "days"], resamples=50)
    assert np.isnan(found.table.set_index("driver")["at_stake"]["days"])
    named = cx.drivers(table, "score", ["late", "days"], resamples=50, reference={"days": 0})
    assert np.isfinite(named.table.set_index("driver")["at_stake"]["days"])


@pytest.mark.parametrize("players", [16, 22])
def test_sampled_orders_of_the_resamples_tell_their_error_and_stay_about_the_exact_shares(players):
    rng = np.random.default_rng(players)
    names = [f"x{i}" for i in range(players)]
    x = rng.normal(size=(400, players)) + 0.7 * rng.normal(size=(400, 1))
    frame = pd.DataFrame(x, columns=names).assign(y=x[:, :3].sum(axis=1) + 2 * rng.normal(size=400))
    found = cx.drivers(frame, "y", names, resamples=200)
    assert any("adds an error of at most" in note for note in found.notes)
    assert ((found.table.share_low <= found.table.share) & (found.table.share <= found.table.share_high)).all()


def test_sampled_importance_has_its_error_in_the_table():
    rng = np.random.default_rng(26)
    names = [f"x{i}" for i in range(26)]
    frame = pd.DataFrame(rng.normal(size=(300, 26)), columns=names).assign(y=lambda f: f.sum(axis=1))
    table = cx.drivers(frame, "y", names, resamples=10).table
    assert (table["share_error"] < 0.002).all()
    assert "share_error" not in cx.drivers(frame, "y", names[:12], resamples=10).table


@pytest.mark.parametrize("weight", [None, "w"])
def test_the_mean_without_any_failure_is_of_complete_rows_from_every_engine(monkeypatch, weight):
    rng = np.random.default_rng(5)
    frame = answers(3000).drop(columns=["once"]).astype({"late": float, "score": float})
    frame["rate"] = rng.integers(1, 6, 3000).astype(float)
    frame.loc[::9, "rate"], frame.loc[::11, "late"], frame.loc[::13, "score"] = np.nan, np.nan, np.nan
    names = ["late", "returned", "rate", "market"]
    rows = cx.drivers(frame, "score", names, weight=weight, resamples=20).together
    complete = frame.dropna()
    assert rows["without_n"] == ((complete["late"] == 0) & (complete["returned"] == 0)).sum()
    monkeypatch.setattr(gather, "ROWS_AS_BLOCKS", 100)
    for data in (frame, duckdb.from_df(frame)):
        found = cx.drivers(data, "score", names, weight=weight, resamples=20).together
        assert found["without_n"] == rows["without_n"]
        assert found["without"] == pytest.approx(rows["without"], abs=1e-9)
