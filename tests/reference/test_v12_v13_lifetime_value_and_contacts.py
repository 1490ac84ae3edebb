"""V12: lifetime value on CDNOW, published by Fader and Hardie; V13: first contact resolution; V14's interval."""

from __future__ import annotations

import lifetimes
import numpy as np
import pandas as pd
import pytest
from lifetimes import datasets
from statsmodels.stats.proportion import proportion_confint

import cxanalysis as cx
from cxanalysis.metrics.intervals import wilson
from cxanalysis.metrics.lifetime_value import simple_value
from cxanalysis.metrics.purchases import PurchaseModel, fit_purchases
from cxanalysis.metrics.spend_per_purchase import SpendModel, fit_spend


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
    assert any("50 contacts that cannot be solved at level one" in line for line in net.passport.exclusions)


def test_the_articulation_rate_behind_a_multiplier():
    """V14: 5 of 100 is 20 : 1, and its interval is one over Wilson's limits."""
    low, high = wilson(0.05, 100, 1.959963984540054)
    few, many = proportion_confint(5, 100, method="wilson")
    assert (1 / float(high), 1 / float(low)) == pytest.approx((1 / many, 1 / few))
    assert 1 / many < 20 < 1 / few
