"""Three ways with gaps."""

import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx
from cxanalysis.drivers.effects.regression import Values
from cxanalysis.drivers.model.imputation import pooled

NAMES = ["a", "b", "c"]


def gappy(n=1500, seed=0, share=0.25):
    """y = a + 0.5 b + noise; b is more often missing where a is high: missing at random given a."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 3)) + 0.7 * rng.normal(size=(n, 1))
    frame = pd.DataFrame(x, columns=NAMES).assign(y=x @ [1.0, 0.5, 0.0] + rng.normal(size=n))
    frame.loc[rng.random(n) < share * 2 / (1 + np.exp(-2 * frame.a)), "b"] = np.nan
    frame.loc[rng.random(n) < 0.1, "c"] = np.nan
    return frame


@pytest.mark.parametrize("missing", ["complete", "pairwise", "impute"])
def test_no_gap_all_ways_agree(missing):
    frame = gappy().dropna()
    plain = cx.drivers(frame, "y", NAMES, resamples=200).table
    found = cx.drivers(frame, "y", NAMES, missing=missing, resamples=200)
    for name in ("importance", "effect", "mean"):
        np.testing.assert_allclose(found.table[name].to_numpy(float), plain[name].to_numpy(float), atol=1e-9)
    width = (found.table.effect_high - found.table.effect_low) / (plain.effect_high - plain.effect_low)
    assert ((width > 0.8) & (width < 1.25)).all()
    assert found.n == len(frame)


def test_n_is_the_n_used():
    frame = gappy()
    complete = frame.dropna()
    assert cx.drivers(frame, "y", NAMES, resamples=20).n == len(complete)
    pairs = cx.drivers(frame, "y", NAMES, missing="pairwise", resamples=100)
    assert pairs.n == (len(frame[["b", "c"]].dropna()), len(frame))
    imputed = cx.drivers(frame, "y", NAMES, missing="impute", resamples=20)
    assert imputed.n == len(frame)
    assert any("missing at random" in note for note in imputed.notes)


def test_pairwise_correlations_are_those_of_pandas():
    frame = gappy()
    matrix = frame[[*NAMES, "y"]].corr().to_numpy()
    found = cx.drivers(frame, "y", NAMES, missing="pairwise", resamples=100)
    np.testing.assert_allclose(found.table.set_index("driver").importance[NAMES], cx.importance(matrix), atol=1e-9)


def test_imputation_covers_the_truth_and_is_no_worse_than_leaving_rows_out():
    """b missing at random given a: pooled intervals hold the true effects, and are narrower for a and c."""
    inside, narrower = [], []
    for seed in range(40):
        frame = gappy(500, seed)
        found = cx.drivers(frame, "y", NAMES, missing="impute", resamples=1).table.set_index("driver").loc[NAMES]
        inside += list((found.effect_low <= [1.0, 0.5, 0.0]) & (found.effect_high >= [1.0, 0.5, 0.0]))
        plain = cx.drivers(frame, "y", NAMES, resamples=1).table.set_index("driver").loc[NAMES]
        narrower.append((found.effect_high - found.effect_low)["a"] < (plain.effect_high - plain.effect_low)["a"])
    assert np.mean(inside) >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / len(inside))
    assert np.mean(narrower) > 0.7


def test_rubins_rules_by_hand():
    """m = 3: mean 2; within 0.5; between (1 + 1/3) · 1; Barnard-Rubin df by its formula."""
    each = [Values(np.array([v]), np.array([0.5]), np.array([50.0])) for v in (1.0, 2.0, 3.0)]
    found = pooled(each)
    assert found.value[0] == 2
    assert found.variance[0] == pytest.approx(0.5 + 4 / 3)
    lost = (4 / 3) / (0.5 + 4 / 3)
    observed = 51 / 53 * 50 * (1 - lost)
    assert found.df[0] == pytest.approx(1 / (lost**2 / 2 + 1 / observed))


def test_pairs_have_no_more_degrees_of_freedom_than_cases():
    """Eleven cases of a failure: its interval is that of ten degrees of freedom, not a normal one."""
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"rare": (np.arange(500) < 11).astype(float), "rate": rng.normal(size=500)})
    frame["y"] = frame["rate"] + rng.normal(size=500)
    frame.loc[rng.random(500) < 0.1, "rate"] = np.nan
    detail = cx.drivers(frame, "y", ["rare", "rate"], missing="pairwise", resamples=200).detail.set_index("driver")
    assert detail["df"]["rare"] == 10
    assert detail["df"]["rate"] > 200


def test_impossible_pairwise_correlations_are_refused():
    rng = np.random.default_rng(0)
    n = 300
    frame = pd.DataFrame({name: np.full(n, np.nan) for name in "abc"}).assign(y=rng.normal(size=n))
    common = rng.normal(size=n)
    third = n // 3
    frame.loc[: third - 1, ["a", "b"]] = np.column_stack([common[:third]] * 2)
    frame.loc[third : 2 * third - 1, ["b", "c"]] = np.column_stack([common[third : 2 * third]] * 2)
    frame.loc[2 * third :, ["a", "c"]] = np.column_stack([common[2 * third :], -common[2 * third :]])
    with pytest.raises(cx.Problem, match="cannot belong to any data"):
        cx.drivers(frame, "y", list("abc"), missing="pairwise")


def test_a_column_almost_nobody_answered_is_named():
    frame = gappy(200)
    frame.loc[3:, "c"] = np.nan
    for missing in ("pairwise", "impute"):
        with pytest.raises(cx.Problem, match="'c'"):
            cx.drivers(frame, "y", NAMES, missing=missing)


def test_what_does_not_apply_is_never_filled():
    """A question that does not apply has no answer to guess; a question left empty has."""
    rng = np.random.default_rng(12)
    n = 400
    late, rate = rng.binomial(1, 0.3, n), rng.integers(1, 6, n)
    frame = pd.DataFrame({"late": late, "rate": rate.astype(object)})
    frame["score"] = np.clip(np.round(5 - 2 * late + 0.8 * rate + rng.normal(size=n)), 0, 10)
    frame.loc[:39, "rate"] = "does not apply"
    frame.loc[40:59, "rate"] = None
    codes = [cx.MissingCode("rate", "does not apply", 40, "it says so")]
    roles = {"score": "nps", "late": "flag", "rate": "rating"}
    scales = {"score": cx.Scale(0, 10), "rate": cx.Scale(1, 5)}
    table = cx.Table(frame, name="answers", roles=roles, scales=scales, codes=codes)
    found = cx.drivers(table, "score", ["late", "rate"], missing="impute", resamples=60)
    assert (found.n, found.n_excluded) == (360, 40)
    assert any("Not filled" in note and "'does not apply' 40 times in 'rate'" in note for note in found.notes)
    assert any("Gaps in 20 of 360 rows filled" in note for note in found.notes)
    panel = cx.robustness(table, "score", ["late", "rate"], resamples=60).table
    assert set(panel.loc[panel["missing"] == "impute", "n"]) <= {360, *range(300, 360)}
    plain = table.with_(codes=[cx.MissingCode("rate", "does not apply", 40, "no answer", applied=True)])
    assert cx.drivers(plain, "score", ["late"], missing="impute", resamples=60).n == 400
