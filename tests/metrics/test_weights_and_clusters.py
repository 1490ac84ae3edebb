"""Weighted and clustered answers: against formulas written out, and against what must not change."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.regression.linear_model import OLS

import cxanalysis as cx
from cxanalysis.basis import LeftOut, Reason
from cxanalysis.problem import Problem

METRICS = ("nps", "csat", "ces", "rating")


def answers(seed: int = 0, n: int = 400, customers: int = 60) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    customer = rng.integers(0, customers, n)
    liking = rng.normal(size=customers)[customer] + rng.normal(size=n)
    frame = pd.DataFrame(
        {
            "nps": np.clip(np.round(7 + 2 * liking), 0, 10),
            "csat": np.clip(np.round(3.5 + liking), 1, 5),
            "ces": np.clip(np.round(4.5 + liking), 1, 7),
            "rating": np.clip(np.round(3 + liking), 1, 5),
            "customer": customer,
            "w": rng.choice([0.5, 1.0, 3.0], n),
            "market": rng.choice(["B2B", "B2C"], n),
        }
    )
    frame.loc[rng.random(n) < 0.1, ["nps", "csat", "ces", "rating"]] = np.nan
    return frame


def run(metric: str, frame: pd.DataFrame, **options) -> cx.Estimates:
    extra = {"ces": {"direction": "high", "scale": (1, 7)}, "csat": {"scale": (1, 5)}}.get(metric, {})
    return cx.metric(metric, frame, score=metric, **extra, **options)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("constant", [1.0, 0.37, 1e6])
def test_constant_weights_are_none(metric, constant):
    frame = answers().assign(c=constant)
    plain, weighted = run(metric, frame, by="market"), run(metric, frame, by="market", weight="c")
    pd.testing.assert_frame_equal(plain.table, weighted.table, rtol=1e-10)
    pd.testing.assert_frame_equal(plain.detail, weighted.detail, rtol=1e-10)


def test_weighted_nps_is_the_formula():
    frame = answers().dropna(subset=["nps"])
    y = np.select([frame["nps"] >= 9, frame["nps"] >= 7], [100.0, 0.0], -100.0)
    w = frame["w"].to_numpy()
    m = (w * y).sum() / w.sum()
    variance = (((w * (y - m)) / w.sum()) ** 2).sum()
    deff = variance * len(y) / ((w * (y - m) ** 2).sum() / w.sum())
    found = run("nps", frame, weight="w")
    detail = found.detail.iloc[0]
    assert found.table["value"].iloc[0] == pytest.approx(m)
    assert detail["se"] == pytest.approx(np.sqrt(variance))
    assert detail["deff"] == pytest.approx(deff)
    assert detail["n_eff"] == pytest.approx(len(y) / deff)
    assert detail["n_kish"] == pytest.approx(w.sum() ** 2 / (w**2).sum())
    p, d = ((w * (y == side)).sum() / w.sum() for side in (100, -100))
    n_eff = len(y) / deff
    p2, d2 = (p * n_eff + 0.75) / (n_eff + 3), (d * n_eff + 0.75) / (n_eff + 3)
    half = stats.norm.ppf(0.975) * np.sqrt((p2 + d2 - (p2 - d2) ** 2) / (n_eff + 3))
    assert found.table["low"].iloc[0] == pytest.approx(100 * (p2 - d2 - half))
    assert found.table["high"].iloc[0] == pytest.approx(100 * (p2 - d2 + half))


def test_clustered_mean_is_the_formula_and_statsmodels():
    frame = answers().dropna(subset=["rating"])
    found = run("rating", frame, cluster="customer")
    y = frame["rating"].to_numpy()
    u = pd.Series((y - y.mean()) / len(y)).groupby(frame["customer"].to_numpy()).sum()
    clusters = len(u)
    se = np.sqrt((u**2).sum() * clusters / (clusters - 1))
    assert found.detail["se"].iloc[0] == pytest.approx(se)
    size = frame["customer"].value_counts().to_numpy()
    effective = size.sum() ** 2 / (size**2).sum()
    widened = np.sqrt(effective / (effective - 1) * (clusters - 1) / clusters)
    half = widened * stats.t.ppf(0.975, effective - 1) * se
    assert found.table["high"].iloc[0] == pytest.approx(y.mean() + half)
    assert (found.basis.cluster.n, found.basis.cluster.effective) == (clusters, pytest.approx(effective))
    fit = OLS(y, np.ones(len(y))).fit()
    robust = fit.get_robustcov_results("cluster", groups=frame["customer"], use_correction=False)
    assert se == pytest.approx(robust.bse[0] * np.sqrt(clusters / (clusters - 1)))


def test_answers_of_one_customer_are_worth_less():
    frame = answers()
    plain, clustered = run("csat", frame), run("csat", frame, cluster="customer")
    assert clustered.detail["deff"].iloc[0] > 1.5
    assert clustered.detail["n_eff"].iloc[0] < plain.detail["n_eff"].iloc[0] / 1.5
    width = [(e.table["high"] - e.table["low"]).iloc[0] for e in (plain, clustered)]
    assert width[1] > 1.2 * width[0]


@pytest.mark.parametrize("metric", METRICS)
def test_a_cluster_for_every_row_is_nearly_no_cluster(metric):
    frame = answers().assign(own=np.arange(400))
    plain, clustered = run(metric, frame), run(metric, frame, cluster="own")
    n = plain.n
    assert clustered.detail["se"].iloc[0] == pytest.approx(plain.detail["se"].iloc[0] * np.sqrt(n / (n - 1)))


def test_few_clusters_use_t_and_say_so():
    frame = answers(customers=8).dropna(subset=["nps"]).iloc[:344]
    frame["customer"] = np.repeat(np.arange(8), 43)  # of equal size: as many as they are
    found = run("nps", frame, cluster="customer")
    assert any("they tell as much as 8.0 of equal size" in note for note in found.notes)
    detail, row = found.detail.iloc[0], found.table.iloc[0]
    n = detail["n_eff"]
    p, d = (detail["promoters"] / 100 * n + 0.75) / (n + 3), (detail["detractors"] / 100 * n + 0.75) / (n + 3)
    half = 100 * stats.t.ppf(0.975, 7) * np.sqrt((p + d - (p - d) ** 2) / (n + 3))
    assert row["high"] - 100 * (p - d) == pytest.approx(half)
    assert not run("nps", answers(customers=60), cluster="customer").notes


def test_one_cluster_has_no_interval():
    found = run("csat", answers(customers=1), cluster="customer")
    assert found.table[["low", "high"]].isna().all(axis=None)
    assert not np.isnan(found.table["value"].iloc[0])


def test_rows_without_weight_are_left_out_and_counted():
    frame = answers()
    frame.loc[:9, "w"] = np.nan
    frame.loc[10:14, "w"] = 0.0
    found = run("rating", frame, weight="w")
    kept = run("rating", frame.iloc[15:], weight="w")
    assert found.table["value"].iloc[0] == kept.table["value"].iloc[0]
    assert found.n + found.n_missing == len(frame)
    assert found.n == kept.n
    assert LeftOut(15, Reason.NO_WEIGHT, "w") in found.basis.left_out


def test_negative_weights_are_refused():
    with pytest.raises(Problem, match="negative"):
        run("nps", answers().assign(w=-1.0), weight="w")


def test_same_answers_under_weights_count_as_kish_says():
    frame = pd.DataFrame({"csat": [5.0] * 40, "w": [1.0, 3.0] * 20})
    found = cx.csat(frame, "csat", scale=(1, 5), weight="w")
    assert found.detail["n_eff"].iloc[0] == pytest.approx(80**2 / (20 * 1 + 20 * 9))
    assert found.table["high"].iloc[0] == 100
    assert 80 < found.table["low"].iloc[0] < 95


def test_effective_number_is_never_above_the_number():
    # Answers in the tails have little weight: the formula alone would make 4 answers worth more than 4.
    frame = pd.DataFrame({"rating": [1.0, 3.0, 3.0, 5.0], "w": [0.5, 2.0, 2.0, 0.5]})
    found = cx.metric("rating", frame, score="rating", weight="w")
    assert found.detail["deff"].iloc[0] < 1
    assert found.detail["n_eff"].iloc[0] == 4
