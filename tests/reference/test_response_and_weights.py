"""AAPOR's rates by hand, raking against two other ways to the same weights, the logit against closed forms."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import optimize
from statsmodels.stats.proportion import proportion_confint

import cxanalysis as cx
from cxanalysis.metrics.response.response import RATES, aapor

#: 1,000 invitations; the rates worked out by hand from the formulas of AAPOR's Standard Definitions.
COUNTS = {"I": 300, "P": 60, "R": 90, "NC": 330, "O": 20, "UH": 120, "UO": 30, "NE": 50}
E = 800 / 850
BY_HAND = {
    "RR1": 100 * 300 / 950,
    "RR2": 100 * 360 / 950,
    "RR3": 100 * 300 / (800 + E * 150),
    "RR4": 100 * 360 / (800 + E * 150),
    "RR5": 100 * 300 / 800,
    "RR6": 100 * 360 / 800,
    "sent": 100 * 300 / 1000,
    "delivered": 100 * 300 / 850,
}


def invitations() -> pd.DataFrame:
    return pd.DataFrame({"outcome": np.repeat(list(COUNTS), list(COUNTS.values()))})


@pytest.mark.parametrize("rate", RATES)
def test_rates_by_hand(rate):
    assert aapor(COUNTS)[rate] == pytest.approx(BY_HAND[rate], abs=1e-12)
    found = cx.response(invitations(), rate=rate)
    assert found.table["value"].iloc[0] == pytest.approx(BY_HAND[rate], abs=1e-9)
    assert found.detail[rate].iloc[0] == pytest.approx(BY_HAND[rate], abs=1e-9)
    assert cx.metric("response_rate", invitations(), rate=rate).table.equals(found.table)


@pytest.mark.parametrize(("rate", "hits", "n"), [("RR1", 300, 950), ("RR6", 360, 800), ("delivered", 300, 850)])
def test_the_interval_is_statsmodels_wilson(rate, hits, n):
    row = cx.response(invitations(), rate=rate).table.iloc[0]
    expected = proportion_confint(hits, n, method="wilson")
    assert (row["low"] / 100, row["high"] / 100) == pytest.approx(expected, abs=1e-9)
    assert row["n"] == n


def test_unknown_invitations_by_the_users_e():
    assert cx.response(invitations(), rate="RR3", e=0.5).table["value"].iloc[0] == pytest.approx(100 * 300 / 875)
    assert cx.response(invitations(), rate="RR3", e=0.0).table["value"].iloc[0] == pytest.approx(BY_HAND["RR5"])


def cells(table: np.ndarray) -> pd.DataFrame:
    rows, columns = np.indices(table.shape)
    each = [np.repeat(x.ravel(), table.ravel()) for x in (rows, columns)]
    return pd.DataFrame({"a": each[0].astype(str), "b": each[1].astype(str)})


def test_raking_equals_the_log_linear_fit_of_statsmodels():
    """A raked table is the Poisson fit of row and column effects, with the logarithm of the seed as offset, to any
    table that has the wanted margins (Bishop, Fienberg & Holland 1975); statsmodels fits that.
    """
    seed = np.array([[40, 30, 20, 10], [35, 50, 100, 75], [30, 80, 70, 120], [20, 30, 40, 50]])
    rows, columns = np.array([150, 300, 400, 150]), np.array([200, 300, 400, 100])
    frame = cells(seed)
    margins = {
        "a": dict(zip("0123", rows.tolist(), strict=True)),
        "b": dict(zip("0123", columns.tolist(), strict=True)),
    }
    raked = cx.rake(frame, margins).answers.frame
    found = raked.groupby(["a", "b"])["weight"].sum().to_numpy().reshape(4, 4) * 1000 / len(frame)
    a, b = np.indices(seed.shape)
    effects = np.column_stack([np.ones(16), *[(x.ravel() == k).astype(float) for x in (a, b) for k in (1, 2, 3)]])
    wanted = np.outer(rows, columns).ravel() / 1000
    model = sm.GLM(wanted, effects, family=sm.families.Poisson(), offset=np.log(seed.ravel()))
    assert found.ravel() == pytest.approx(np.asarray(model.fit(tol=1e-12).fittedvalues), rel=1e-7)


def calibrated(frame: pd.DataFrame, margins: dict[str, dict[str, float]]) -> np.ndarray:
    """The same weights another way: raking minimises Σ w log w, whose dual is convex (Deville & Särndal 1992)."""
    columns, targets = [], []
    for field, shares in margins.items():
        for level, share in list(shares.items())[1:]:
            columns.append((frame[field] == level).to_numpy(float))
            targets.append(share * len(frame))
    x = np.column_stack([np.ones(len(frame)), *columns])
    t = np.array([len(frame), *targets])
    solved = optimize.root(lambda b: x.T @ np.exp(x @ b) - t, np.zeros(x.shape[1]), tol=1e-13)
    return np.exp(x @ solved.x)


@pytest.mark.parametrize("seed", range(3))
def test_raking_equals_calibration_by_its_dual(seed):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({f: rng.choice(list("xyz"), 500, p=[0.5, 0.3, 0.2]) for f in ("a", "b", "c")})
    margins = {f: dict(zip("xyz", rng.dirichlet([4, 4, 4]), strict=True)) for f in frame}
    found = cx.rake(frame, margins)
    assert found.answers.frame["weight"].to_numpy() == pytest.approx(calibrated(frame, margins), rel=1e-7)
    assert found.off <= 1e-10


def test_with_one_category_the_propensity_is_its_response_rate():
    people = pd.DataFrame({"who": range(1000), "market": np.repeat(["a", "b"], [400, 600])})
    answers = pd.DataFrame({"who": [*range(200), *range(400, 460)]})
    weight = cx.propensity_weights(people, answers, on="who", fields=["market"]).answers.frame["weight"].to_numpy()
    assert weight[0] / weight[-1] == pytest.approx((400 / 200) / (600 / 60), rel=1e-6)
    assert (weight[:200].sum() / weight.sum()) == pytest.approx(0.4, abs=1e-7)


def test_the_joint_test_is_the_g_statistic_of_the_table():
    """One category: the logit's likelihood ratio is 2 Σ O log(O/E) of the 2 x 2 table."""
    people = pd.DataFrame({"who": range(200), "market": ["B2B", "B2C"] * 100})
    answers = pd.DataFrame({"who": [*range(0, 100, 2), *range(1, 60, 2)]})
    seen, expected = np.array([50, 50, 30, 70]), np.array([40, 60, 40, 60])
    found = cx.answered(people, answers, on="who", fields=["market"])
    assert found.lr == pytest.approx(2 * (seen * np.log(seen / expected)).sum(), rel=1e-9)
    row = found.table.iloc[0]
    assert row["difference"] == pytest.approx((0.625 - 50 / 120) / np.sqrt((0.625 * 0.375 + (5 / 12) * (7 / 12)) / 2))
