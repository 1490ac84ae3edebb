"""V12: lifetime value on CDNOW, published by Fader and Hardie; V13: first contact resolution; V14's interval."""

from __future__ import annotations

import lifetimes
import numpy as np
import pandas as pd
import pytest
from lifetimes import datasets
from statsmodels.stats.proportion import proportion_confint

import cxanalysis as cx
from cxanalysis.basis import LeftOut, Reason
from cxanalysis.metrics.intervals import wilson
from cxanalysis.metrics.repeat_buying import pareto_nbd
from cxanalysis.metrics.repeat_buying.bg_bb import OpportunityModel, fit_opportunities
from cxanalysis.metrics.repeat_buying.bg_nbd import PurchaseModel, fit_purchases
from cxanalysis.metrics.repeat_buying.gamma_gamma import SpendModel, fit_spend
from cxanalysis.metrics.repeat_buying.lifetime_value import simple_value
from cxanalysis.metrics.repeat_buying.pareto_nbd import ParetoModel, fit_pareto


@pytest.fixture(scope="module")
def cdnow() -> pd.DataFrame:
    return datasets.load_cdnow_summary(index_col=[0])


@pytest.fixture(scope="module")
def bought(cdnow) -> PurchaseModel:
    return fit_purchases(cdnow["frequency"], cdnow["recency"], cdnow["T"])


@pytest.fixture(scope="module")
def spent() -> tuple[pd.DataFrame, SpendModel]:
    data = datasets.load_cdnow_summary_data_with_monetary_value()
    again = data[data["frequency"] > 0]
    return data, fit_spend(again["frequency"], again["monetary_value"])


def test_bg_nbd_parameters(cdnow, bought):
    assert len(cdnow) == bought.n == 2357
    fitted = (bought.r, bought.alpha, bought.a, bought.b)
    assert fitted == pytest.approx((0.242592928, 4.413532265, 0.792885966, 2.425752383), rel=1e-5)
    assert bought.log_likelihood == pytest.approx(-9582.42556, abs=1e-5)


def test_expected_purchases_of_one_customer(bought):
    assert float(bought.expected_given(39, 2, 30.43, 38.86)) == pytest.approx(1.22591042, abs=1e-6)


def test_expected_purchases_of_a_new_customer(bought):
    published = [0.0078, 0.0532, 0.1506, 1.0405, 1.0437, 1.8576]
    assert bought.expected([0.1429, 1, 3, 31.8571, 32, 78]) == pytest.approx(published, abs=0.001)


def test_chance_of_so_many_purchases(bought):
    rounded = PurchaseModel(0.243, 4.414, 0.793, 2.426, 0.0, 0)
    assert float(rounded.probability(0, 39)) == pytest.approx(0.5737864, abs=5e-8)
    assert float(rounded.probability(10, 2)) == pytest.approx(1.07869e-07, abs=5e-13)
    assert float(bought.probability(0, 39)) == pytest.approx(0.574307, abs=5e-7)
    assert float(bought.probability(10, 2)) == pytest.approx(1.07683e-07, abs=5e-13)
    assert float(bought.probability(np.arange(400), 39).sum()) == pytest.approx(1, abs=1e-9)
    # The mean of that distribution is the expectation, found another way.
    n = np.arange(2000)
    assert float((n * bought.probability(n, 39)).sum()) == pytest.approx(float(bought.expected(39)), rel=1e-6)


def test_chances_and_expectations_are_those_of_the_other_implementation(cdnow, bought):
    other = lifetimes.BetaGeoFitter()
    other.params_ = pd.Series({"r": bought.r, "alpha": bought.alpha, "a": bought.a, "b": bought.b})
    x, t_x, age = (cdnow[name].to_numpy() for name in ("frequency", "recency", "T"))
    theirs = other.conditional_probability_alive(x, t_x, age)
    np.testing.assert_allclose(bought.alive(x, t_x, age), theirs, rtol=1e-9)
    ours = bought.expected_given(26.0, x, t_x, age)
    theirs = other.conditional_expected_number_of_purchases_up_to_time(26.0, x, t_x, age)
    np.testing.assert_allclose(ours, theirs, rtol=1e-9)


def test_gamma_gamma_parameters_and_means(spent):
    data, model = spent
    assert model.n == 946
    assert (model.p, model.q, model.v) == pytest.approx((6.25, 3.74, 15.44), abs=0.01)
    assert (model.p, model.q, model.v) == pytest.approx((6.2488, 3.7446, 15.4477), abs=5e-5)
    assert model.mean == pytest.approx(35.1710, abs=5e-5)
    assert SpendModel(6.25, 3.74, 15.44, 0.0, 946).mean == pytest.approx(35.218978, abs=5e-7)
    first = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]
    assert model.expected(data["frequency"], data["monetary_value"])[:10] == pytest.approx(first, abs=0.01)


@pytest.fixture(scope="module")
def left_any_time(cdnow) -> ParetoModel:
    return fit_pareto(cdnow["frequency"], cdnow["recency"], cdnow["T"])


@pytest.fixture(scope="module")
def donated() -> tuple[pd.DataFrame, OpportunityModel]:
    data = datasets.load_donations()
    return data, fit_opportunities(data["frequency"], data["recency"], data["periods"], data["weights"])


def test_pareto_nbd_parameters(left_any_time):
    fitted = tuple(left_any_time.parameters.values())
    assert fitted == pytest.approx((0.553, 10.578, 0.606, 11.669), abs=0.003)
    assert left_any_time.beta == pytest.approx(11.667, abs=0.003)  # recomputed
    assert left_any_time.log_likelihood == pytest.approx(-9595.0, abs=0.05)  # BTYD's manual


def test_pareto_nbd_of_one_customer(left_any_time):
    assert float(left_any_time.alive(26, 30.86, 31)) == pytest.approx(0.9979, abs=5e-5)
    assert float(left_any_time.expected_given(52, 26, 30.86, 31)) == pytest.approx(25.46, abs=0.005)


def test_pareto_nbd_is_that_of_the_other_implementation(cdnow, left_any_time):
    """Its hypergeometric functions against our integral, customer by customer."""
    other = lifetimes.ParetoNBDFitter()
    other.params_ = pd.Series(left_any_time.parameters)
    x, t_x, age = (cdnow[name].to_numpy() for name in ("frequency", "recency", "T"))
    ones = np.ones(len(x))
    theirs = other._conditional_log_likelihood(list(left_any_time.parameters.values()), x, t_x, age)
    assert (ones * theirs).sum() == pytest.approx(left_any_time.log_likelihood, rel=1e-9)
    np.testing.assert_allclose(left_any_time.alive(x, t_x, age), other.conditional_probability_alive(x, t_x, age))
    np.testing.assert_allclose(
        left_any_time.expected_given(39.0, x, t_x, age),
        other.conditional_expected_number_of_purchases_up_to_time(39.0, x, t_x, age),
    )
    t = np.array([0.5, 10, 100, 1000])
    np.testing.assert_allclose(left_any_time.expected(t), other.expected_number_of_purchases_up_to_time(t))


def test_pareto_nbd_fits_as_the_other_implementation(cdnow):
    """On a twelfth of the customers, since theirs takes its slopes by differences: it stops a little below ours.

    From a start that is given: by itself it draws one, and from some it stops early on the flat ridge of s and beta.
    """
    some = cdnow.iloc[::12]
    history = tuple(some[name].to_numpy(float) for name in ("frequency", "recency", "T"))
    ours = fit_pareto(*history)
    theirs = lifetimes.ParetoNBDFitter().fit(*history, initial_params=np.full(4, 1.05)).params_.to_numpy()
    reached = pareto_nbd.scores(theirs, *history)[0].sum()
    assert ours.log_likelihood - 1e-6 < reached <= ours.log_likelihood + 1e-6
    assert list(ours.parameters.values()) == pytest.approx(theirs.tolist(), rel=0.001)


def test_bg_bb_parameters_and_donations_to_come(donated):
    data, model = donated
    assert model.n == data["weights"].sum() == 11_104
    assert tuple(model.parameters.values()) == pytest.approx((1.204, 0.750, 0.657, 2.783), abs=0.0007)
    ahead = model.expected_given(5, data["frequency"], data["recency"], data["periods"])
    assert float((data["weights"] * ahead).sum()) == pytest.approx(12_884.2, abs=0.1)


def test_bg_bb_is_that_of_the_other_implementation(donated):
    data, model = donated
    other = lifetimes.BetaGeoBetaBinomFitter()
    other.fit(data["frequency"], data["recency"], data["periods"], data["weights"])
    assert other.params_.tolist() == pytest.approx(list(model.parameters.values()), rel=1e-4)
    other.params_ = pd.Series(model.parameters)
    history = data["frequency"], data["recency"], data["periods"]
    # Theirs counts the next opportunity as one period ahead.
    np.testing.assert_allclose(model.alive(*history), other.conditional_probability_alive(1, *history))
    theirs = other.conditional_expected_number_of_purchases_up_to_time(5, *history)
    np.testing.assert_allclose(model.expected_given(5, *history), theirs)
    whole = other.expected_number_of_transactions_in_first_n_periods(6).reset_index()
    modelled = (whole["frequency"] * whole["model"]).sum() / model.n
    assert float(model.expected(6)) == pytest.approx(modelled, rel=1e-6)


def test_simple_forms():
    assert simple_value(100, 0.8, 0.1)[0] == pytest.approx(266.6667, abs=5e-5)
    assert simple_value(100, 0.8, 0.1, first="now")[0] == pytest.approx(366.6667, abs=5e-5)
    # Both are sums of a series, and the slopes are those of a small step.
    k = np.arange(1, 2000)
    assert simple_value(100, 0.8, 0.1)[0] == pytest.approx((100 * (0.8 / 1.1) ** k).sum())
    for first in ("later", "now"):
        value, by_m, by_r = simple_value(100.0, 0.8, 0.1, first=first)
        assert by_m == pytest.approx((simple_value(100.01, 0.8, 0.1, first=first)[0] - value) / 0.01, rel=1e-6)
        step = simple_value(100, 0.8 + 1e-7, 0.1, first=first)[0] - simple_value(100, 0.8 - 1e-7, 0.1, first=first)[0]
        assert by_r == pytest.approx(step / 2e-7, rel=1e-5)


def test_first_contact_resolution_of_sqm():
    """280 of 400 customers: 70 %; what level one cannot solve leaves the denominator of net only."""
    contacts = pd.DataFrame({"solved": [1] * 280 + [0] * 120, "can": [1] * 350 + [0] * 50})
    gross = cx.metric("FCR", contacts, solved="solved")
    assert gross.table[["value", "n"]].values.tolist() == [[70, 400]]
    net = cx.metric("FCR", contacts, solved="solved", how="net", eligible="can")
    assert net.table[["value", "n"]].values.tolist() == [[80, 350]]
    assert net.basis.left_out == (LeftOut(50, Reason.DOES_NOT_APPLY, "can"),)


def test_the_articulation_rate_behind_a_multiplier():
    """V14: 5 of 100 is 20 : 1, and its interval is one over Wilson's limits."""
    low, high = wilson(0.05, 100, 1.959963984540054)
    few, many = proportion_confint(5, 100, method="wilson")
    assert (1 / float(high), 1 / float(low)) == pytest.approx((1 / many, 1 / few))
    assert 1 / many < 20 < 1 / few
