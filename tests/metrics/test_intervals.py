"""Intervals on arrays, against scipy and by hand; what a run of mutants had left unnoticed."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import cxanalysis as cx
from cxanalysis.metrics.intervals import FEW_CLUSTERS, Precision, adjusted_wald_nps, student, wilson

Z = stats.norm.ppf(0.975)


def of_rows(*samples):
    """Precision of independent, unweighted rows, one sample a group."""
    n = np.array([len(sample) for sample in samples], dtype=float)
    variance = np.array([np.var(sample) for sample in samples])
    se = np.sqrt(variance / n)
    ones = np.ones(len(samples))
    return Precision(n, np.array([np.mean(sample) for sample in samples]), variance, se, ones, n, n, None, None)


def of_clusters(clusters, n=60.0, mean=3.5, variance=0.8, se=0.2):
    clusters = np.asarray(clusters, dtype=float)
    ones = np.ones(len(clusters))
    return Precision(n * ones, mean * ones, variance * ones, se * ones, ones, n * ones, n * ones, clusters, clusters)


@pytest.mark.parametrize("confidence", [0.8, 0.95])
@pytest.mark.parametrize("sample", [[2.0, 3.0], [4.0, 4.5, 5.0], [1.0, 5.0, 2.0, 4.0, 4.0, 3.0]])
def test_the_interval_of_a_mean_is_that_of_student(sample, confidence):
    low, high = student(of_rows(sample), confidence)
    expected = stats.t.interval(confidence, len(sample) - 1, np.mean(sample), stats.sem(sample))
    np.testing.assert_allclose([low[0], high[0]], expected, rtol=1e-12)


def test_one_answer_or_answers_all_alike_have_no_interval():
    low, high = student(of_rows([4.0], [3.0, 3.0, 3.0], [3.0, 4.0]), 0.95)
    assert np.isnan(low).tolist() == np.isnan(high).tolist() == [True, True, False]


def test_customers_give_the_degrees_of_freedom_of_a_mean():
    low, high = student(of_clusters([1, 2, 3, 40]), 0.95)
    assert np.isnan(low[0])
    assert np.isnan(high[0])
    half = 0.2 * stats.t.ppf(0.975, [1, 2, 39])
    np.testing.assert_allclose(low[1:], 3.5 - half, rtol=1e-12)
    np.testing.assert_allclose(high[1:], 3.5 + half, rtol=1e-12)


def test_customers_have_the_quantile_of_student_and_one_has_none():
    clusters = [1, 2, 3, FEW_CLUSTERS - 1, FEW_CLUSTERS]
    quantile = of_clusters(clusters).quantile(0.95)
    assert np.isnan(quantile[0])
    np.testing.assert_allclose(quantile[1:], stats.t.ppf(0.975, [1, 2, FEW_CLUSTERS - 2, FEW_CLUSTERS - 1]), rtol=1e-12)


def test_two_rows_have_the_normal_quantile_and_one_has_none():
    quantile = of_rows([4.0], [3.0, 4.0]).quantile(0.95)
    assert np.isnan(quantile[0])
    assert quantile[1] == pytest.approx(Z, rel=1e-12)


@pytest.mark.parametrize("customers", [2, 3, 40])
def test_where_all_answers_are_alike_as_many_customers_count_as_there_are(customers):
    answers = pd.DataFrame({"csat": [5] * (2 * customers), "customer": list(range(customers)) * 2})
    row = cx.csat(answers, "csat", scale=(1, 5), cluster="customer").table.iloc[0]
    quantile = stats.t.ppf(0.975, customers - 1)
    low, _ = wilson(1.0, customers, quantile)
    assert (row["low"], row["high"]) == pytest.approx((100 * float(low), 100.0), rel=1e-12)


def test_answers_of_one_customer_say_nothing_of_others():
    answers = pd.DataFrame({"csat": [5, 5, 5, 5], "customer": ["A"] * 4})
    row = cx.csat(answers, "csat", scale=(1, 5), cluster="customer").table.iloc[0]
    assert np.isnan(row["low"])
    assert np.isnan(row["high"])


def test_whole_numbers_are_taken_as_they_are():
    np.testing.assert_array_equal(wilson([0, 1], [4, 4], Z), wilson([0.0, 1.0], [4.0, 4.0], Z))
    whole = adjusted_wald_nps([0, 1], [1, 0], [4, 4], Z)
    np.testing.assert_array_equal(whole, adjusted_wald_nps([0.0, 1.0], [1.0, 0.0], [4.0, 4.0], Z))
