"""Effects against statsmodels and against a slow plain computation of the same formulas."""

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.stats.outliers_influence import variance_inflation_factor

import cxanalysis as cx
from cxanalysis.drivers.effects.regression import fit
from cxanalysis.drivers.model.centred_sums import sums_of_rows

COLUMNS = ["late", "returned", "noise", "staff"]


def plain_cr2(X, y, w, block):
    """Coefficients, CR2 standard errors and Satterthwaite df by n × n matrices."""
    Z = np.column_stack([np.ones(len(X)), X]) * np.sqrt(w)[:, None]
    M = np.linalg.inv(Z.T @ Z)
    b = M @ Z.T @ (y * np.sqrt(w))
    e = y * np.sqrt(w) - Z @ b
    rest = np.eye(len(X)) - Z @ M @ Z.T
    errors, columns = [], []
    for g in np.unique(block):
        i = np.flatnonzero(block == g)
        values, V = np.linalg.eigh(rest[np.ix_(i, i)])
        adjusted = (V * values**-0.5) @ V.T @ Z[i] @ M
        errors.append(adjusted.T @ e[i])
        columns.append(rest[:, i] @ adjusted)
    G = np.array(columns)
    df = []
    for j in range(1, Z.shape[1]):
        B = G[:, :, j] @ G[:, :, j].T
        df.append(np.trace(B) ** 2 / (B**2).sum())
    return b[1:], np.sqrt((np.array(errors) ** 2).sum(axis=0))[1:], np.array(df)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("clustered", [False, True])
def test_effects_are_cr2_with_satterthwaite_df(answers, weighted, clustered):
    frame = answers.iloc[:240]
    w = frame.w.to_numpy() if weighted else np.ones(240)
    block = np.arange(240) // 3 if clustered else np.arange(240)
    b, error, df = plain_cr2(frame[COLUMNS].to_numpy(), frame.csat.to_numpy(), w, block)
    found = cx.drivers(
        frame, "csat", COLUMNS, weight="w" if weighted else None, cluster="customer" if clustered else None, resamples=1
    )
    detail = found.detail.set_index("member").loc[COLUMNS]
    np.testing.assert_allclose(detail.effect, b, atol=1e-9)
    np.testing.assert_allclose(detail.df, df, rtol=1e-8)
    from scipy import stats

    np.testing.assert_allclose(detail.effect_high - detail.effect, stats.t.ppf(0.975, df) * error, atol=1e-9)


def test_without_blocks_the_error_is_hc2_of_statsmodels(answers):
    values = answers[[*COLUMNS, "csat"]].to_numpy()
    found = fit(sums_of_rows(values, None, None))
    peer = sm.OLS(values[:, -1], sm.add_constant(values[:, :-1])).fit(cov_type="HC2")
    np.testing.assert_allclose(np.sqrt(found.effects().variance), peer.bse[1:], rtol=1e-10)
    assert found.r_squared == pytest.approx(peer.rsquared, abs=1e-12)
    design = sm.add_constant(values[:, :-1])
    np.testing.assert_allclose(found.vif, [variance_inflation_factor(design, i) for i in range(1, 5)], rtol=1e-9)


def test_every_row_its_own_block_is_no_blocks(answers):
    values = answers[[*COLUMNS, "csat"]].to_numpy()
    rows = fit(sums_of_rows(values, None, None))
    blocks = fit(sums_of_rows(values, None, np.arange(len(values))))
    np.testing.assert_allclose(blocks.influence, rows.influence, atol=1e-10)
    np.testing.assert_allclose(blocks.df, rows.df, rtol=1e-8)


def test_large_numbers_with_small_differences_keep_their_digits(answers):
    values = answers[[*COLUMNS, "csat"]].to_numpy()
    far = values + np.array([0, 0, 0, 1e9, -1e9])
    np.testing.assert_allclose(
        fit(sums_of_rows(far, None, None)).slopes, fit(sums_of_rows(values, None, None)).slopes, rtol=1e-6
    )


def test_duplicates_have_no_effect_of_their_own_but_others_keep_theirs(answers):
    frame = answers.assign(copy=answers.late)
    found = cx.drivers(frame, "csat", ["late", "copy", "returned"], resamples=20)
    table = found.table.set_index("driver")
    assert np.isnan(table.effect["late"])
    assert np.isnan(table.effect["copy"])
    assert "duplicate" in table["flags"]["late"]
    assert "duplicate" in table["flags"]["copy"]
    assert table.importance["late"] == pytest.approx(table.importance["copy"], abs=1e-10)
    alone = cx.drivers(frame, "csat", ["late", "returned"], resamples=20)
    assert table.effect["returned"] == pytest.approx(alone.table.set_index("driver").effect["returned"], abs=1e-9)
    assert found.together["at_stake"] == pytest.approx(alone.together["at_stake"], abs=1e-9)


def test_a_group_has_a_joint_test_and_its_members_their_effects(answers):
    found = cx.drivers(answers, "csat", COLUMNS, groups={"failures": ["late", "returned"]}, resamples=20)
    row = found.table.set_index("driver").loc["failures"]
    assert np.isnan(row.effect)
    assert row.p_value < 1e-6
    members = found.detail.set_index("member")
    assert members.effect["late"] < members.effect["returned"] < 0
    assert row.at_stake == pytest.approx(-(members.effect * members["mean"]).loc[["late", "returned"]].sum(), abs=1e-9)
