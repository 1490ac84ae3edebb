"""What other driver tools get wrong, as properties that ours must have.

1 false positives and 2 power here (and over many designs in `tests/calibration`); 3 signs here; 4 separation and 6 the
choice about gaps stand with the models and the robustness panel; 5 what is used and how here; 7 NPS limits in
`tests/metrics`; 8 weights, categories, copies, order here and in `test_invariances`; 9 here.
"""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxanalysis as cx
from cxanalysis.drivers.effects.regression import fit
from cxanalysis.drivers.model.centred_sums import sums_of_rows

PACKAGE = Path(cx.__file__).parent


def test_1_each_driver_of_pure_noise_is_flagged_in_one_case_of_twenty():
    """An interval of a share never holds 0, so that a test by it flags everything; ours is the partial test."""
    rng = np.random.default_rng(1)
    flagged = np.zeros(6)
    for _ in range(2000):
        flagged += fit(sums_of_rows(rng.normal(size=(300, 7)), None, None)).effects().p() < 0.05
    assert (np.abs(flagged / 2000 - 0.05) <= 0.015).all()


def test_1_a_share_above_zero_is_no_evidence():
    frame = pd.DataFrame(np.random.default_rng(2).normal(size=(300, 7)), columns=list("abcdefy"))
    found = cx.drivers(frame, "y", list("abcdef"), resamples=200)
    assert (found.table.share_low > 0).all()
    assert (found.table.q_value > 0.05).all()
    assert found.headline.startswith("Nothing here is distinguishable from noise")


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_3_signs_are_those_of_the_full_regression(seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(60, 4)) + 1.5 * rng.normal(size=(60, 1))
    y = x @ rng.normal(size=4) + rng.normal(size=60)
    frame = pd.DataFrame(x, columns=list("abcd")).assign(y=y)
    for method in ("shapley", "johnson"):
        table = cx.drivers(frame, "y", list("abcd"), method=method, resamples=1).table.set_index("driver")
        b = np.linalg.lstsq(np.column_stack([np.ones(60), x]), y, rcond=None)[0][1:]
        np.testing.assert_allclose(table.effect[list("abcd")], b, atol=1e-9)
        for name, slope, column in zip("abcd", b, x.T, strict=True):
            other_sign = slope * np.corrcoef(column, y)[0, 1] < 0
            assert ("suppressor" in table["flags"][name]) is bool(other_sign)


@pytest.mark.parametrize("players", [16, 20, 26])
@pytest.mark.parametrize("method", ["shapley", "johnson"])
def test_5_what_was_asked_for_is_what_is_done(players, method):
    rng = np.random.default_rng(players)
    names = [f"x{i}" for i in range(players)]
    x = rng.normal(size=(300, players)) + 0.5 * rng.normal(size=(300, 1))
    frame = pd.DataFrame(x, columns=names).assign(y=x[:, :4].sum(axis=1) + 2 * rng.normal(size=300))
    frame.loc[3, "x2"] = np.nan
    found = cx.drivers(frame, "y", names, method=method, resamples=10)
    assert set(found.table.driver) == set(names)
    assert found.method.startswith("Johnson" if method == "johnson" else "Shapley")
    assert (found.n, found.n_excluded) == (299, 1)
    pairs = cx.drivers(frame, "y", names, method=method, resamples=60, missing="pairwise")
    assert set(pairs.table.driver) == set(names)
    assert pairs.n == (299, 300)


def test_8_a_category_of_five_levels_is_one_player_whatever_its_base():
    rng = np.random.default_rng(8)
    level = rng.choice(list("abcde"), 400, p=[0.4, 0.3, 0.1, 0.1, 0.1])
    frame = pd.DataFrame({"level": level, "late": rng.binomial(1, 0.3, 400).astype(float)})
    frame["y"] = np.array([0, 1, 3, -1, 2])[pd.factorize(level, sort=True)[0]] - frame.late + rng.normal(size=400)
    found = cx.drivers(frame, "y", ["level", "late"], resamples=50)
    assert list(found.table.driver) == ["level", "late"]
    # Dummies against every possible base, as one group, give the same importance and the same joint test.
    for base in "abcde":
        dummies = {f"is_{name}": (level == name).astype(float) for name in "abcde" if name != base}
        grouped = cx.drivers(frame.assign(**dummies), "y", [*dummies, "late"], groups={"level": list(dummies)},
                             resamples=50)  # fmt: skip
        for column in ("importance", "share_low", "share_high", "p_value"):
            np.testing.assert_allclose(grouped.table[column], found.table[column], atol=1e-9)


def test_8_weights_come_before_everything_else(answers):
    found = cx.drivers(answers, "csat", ["late", "returned", "staff"], weight="w", resamples=50)
    w = answers.w.to_numpy()
    values = answers[["late", "returned", "staff", "csat"]].to_numpy(float)
    centred = values - np.average(values, axis=0, weights=w)
    covariance = (centred * w[:, None]).T @ centred
    scale = np.sqrt(np.diag(covariance))
    expected = cx.importance(covariance / np.outer(scale, scale))
    np.testing.assert_allclose(
        found.table.set_index("driver").importance[["late", "returned", "staff"]], expected, atol=1e-12
    )


def test_9_no_folklore_rate_stands_in_the_package():
    """Money and customers at risk come from the user's data: no 26 silent ones per complaint, no fixed share lost."""
    folklore = re.compile(
        r"(?i)(1 in 26|26 ?: ?1|\* ?26\b|\b26 ?\*|/ ?0\.04\b|tell (nine|9|10) others|half of (all )?detractors)"
    )
    found = [
        f"{path.relative_to(PACKAGE)}:{number}"
        for path in PACKAGE.rglob("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if folklore.search(line.split("#")[0])
    ]
    assert not found


def test_9_every_effect_comes_with_its_interval_and_its_n(answers):
    drivers = cx.drivers(answers, "csat", ["late", "returned", "staff"], resamples=50)
    compared = cx.segments(answers, "csat", ["late", "staff"], by="market", resamples=50)
    for table, values in (
        (drivers.table, ("effect", "share", "at_stake", "rank")),
        (compared.table, ("effect", "elsewhere", "difference", "share_difference")),
    ):
        for name in values:
            assert table[[f"{name}_low", f"{name}_high"]].notna().all(axis=None)
    assert drivers.n == compared.n == len(answers)
    assert (compared.table.n + compared.table.n_elsewhere == len(answers)).all()
