"""Robustness values: the published Darfur example of sensemakr, and its definition by brute force."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from cxanalysis.drivers.effects.regression import fit
from cxanalysis.drivers.model.centred_sums import sums_of_rows
from cxanalysis.drivers.robustness.unmeasured_confounding import confounding_table, robustness_value


def test_darfur():
    """Cinelli & Hazlett (2020), table 1: t 4.18, 783 degrees of freedom, partial R² 2.2 %, RV 13.9 % and 7.6 %."""
    assert robustness_value(4.184, 783) == pytest.approx(0.139, abs=0.0005)
    assert robustness_value(4.184, 783, confidence=0.95) == pytest.approx(0.076, abs=0.0005)


def test_t_and_partial_r2_are_those_of_the_ordinary_regression():
    rng = np.random.default_rng(4)
    rows = rng.normal(size=(150, 4)) + 0.5 * rng.normal(size=(150, 1))
    w = rng.uniform(0.5, 2, 150)
    for weight in (None, w):
        theirs = sm.WLS(rows[:, -1], sm.add_constant(rows[:, :-1]), weights=1.0 if weight is None else weight).fit()
        found = confounding_table([(str(i), [i]) for i in range(3)], fit(sums_of_rows(rows, weight, None)), 150, 0.95)
        found = found.set_index("driver").loc[["0", "1", "2"]]
        np.testing.assert_allclose(found["t"], theirs.tvalues[1:], rtol=1e-10)
        np.testing.assert_allclose(
            found["partial_r2"], theirs.tvalues[1:] ** 2 / (theirs.tvalues[1:] ** 2 + 146), rtol=1e-9
        )


def test_a_hidden_cause_as_strong_as_the_value_brings_the_effect_to_zero():
    """Build the cause: it explains RV of what is left of driver and outcome; with it in the model nothing is left."""
    rng = np.random.default_rng(5)
    n = 400
    other, noise = rng.normal(size=(2, n))
    driver = 0.5 * other + noise
    outcome = 0.4 * driver + other + rng.normal(size=n)

    def rest(v, *of):
        X = np.column_stack([np.ones(n), *of])
        return v - X @ np.linalg.lstsq(X, v, rcond=None)[0]

    fitted = sm.OLS(outcome, sm.add_constant(np.column_stack([driver, other]))).fit()
    rv = robustness_value(fitted.tvalues[1], fitted.df_resid)
    d, y = rest(driver, other), rest(outcome, driver, other)
    d, y = d / np.linalg.norm(d), y / np.linalg.norm(y)
    own = rest(rng.normal(size=n), driver, other, outcome)
    own /= np.linalg.norm(own)
    # Partial R² with the driver given `other`: rv; with the outcome given driver and `other`: rv.
    cause = np.sqrt(rv) * d + np.sqrt(1 - rv) * (np.sqrt(rv) * y + np.sqrt(1 - rv) * own)
    with_it = sm.OLS(outcome, sm.add_constant(np.column_stack([driver, other, cause]))).fit()
    assert abs(with_it.params[1]) < 1e-10 < abs(fitted.params[1])


@pytest.mark.parametrize("n", [15, 25, 60])
def test_a_hidden_cause_as_strong_as_the_interval_value_brings_the_end_of_the_interval_to_zero(n):
    """With the cause in the model one degree of freedom is spent: t is then the critical value of df - 1."""
    rng = np.random.default_rng(8)
    other, noise = rng.normal(size=(2, n))
    driver = 0.5 * other + noise
    outcome = 1.5 * driver + other + rng.normal(size=n)

    def rest(v, *of):
        X = np.column_stack([np.ones(n), *of])
        return v - X @ np.linalg.lstsq(X, v, rcond=None)[0]

    fitted = sm.OLS(outcome, sm.add_constant(np.column_stack([driver, other]))).fit()
    t, df = float(fitted.tvalues[1]), fitted.df_resid
    rv = robustness_value(t, df, confidence=0.95)
    assert 0.01 < rv < robustness_value(t, df)
    d, y = rest(driver, other), rest(outcome, driver, other)
    d, y = d / np.linalg.norm(d), y / np.linalg.norm(y)
    own = rest(rng.normal(size=n), driver, other, outcome)
    own /= np.linalg.norm(own)
    cause = np.sqrt(rv) * d + np.sqrt(1 - rv) * (np.sqrt(rv) * y + np.sqrt(1 - rv) * own)
    with_it = sm.OLS(outcome, sm.add_constant(np.column_stack([driver, other, cause]))).fit()
    assert abs(with_it.tvalues[1]) == pytest.approx(stats.t.ppf(0.975, df - 1), rel=1e-6)


def test_values_grow_with_t_without_a_jump():
    t = np.linspace(0, 4000, 4001)
    for confidence in (None, 0.95):
        values = np.array([robustness_value(one, 50, confidence=confidence) for one in t])
        assert (np.diff(values) >= 0).all()
        assert np.diff(values).max() <= 1 / np.sqrt(50)  # its slope at t = 0, where it is steepest
        assert 0 <= values.min() <= values.max() < 1
    assert robustness_value(1.5, 50, confidence=0.95) == 0


def test_an_effect_of_several_columns_has_none():
    rows = np.random.default_rng(6).normal(size=(60, 4))
    found = confounding_table([("group", [0, 1]), ("one", [2])], fit(sums_of_rows(rows, None, None)), 60, 0.95)
    assert found["driver"].tolist() == ["one"]
    assert isinstance(found, pd.DataFrame)
