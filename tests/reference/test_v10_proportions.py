"""V10: Wilson's interval; published values, and statsmodels' own."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

import cxanalysis as cx
from cxanalysis.metrics.intervals import wilson

Z = 1.959963984540054
V10 = {
    (8, 10): (0.4901624715, 0.9433178485),
    (80, 100): (0.7111708344, 0.8666330667),
    (10, 10): (0.7224672001, 1.0),
}


@pytest.mark.parametrize("counts", V10)
def test_published_wilson_intervals(counts):
    k, n = counts
    low, high = wilson(k / n, n, Z)
    assert (float(low), float(high)) == pytest.approx(V10[counts], abs=0.5e-10 + 1e-12)
    satisfied = pd.DataFrame({"csat": [5] * k + [2] * (n - k)})
    row = cx.csat(satisfied, "csat", scale=(1, 5)).table.iloc[0]
    assert (row["value"], row["low"], row["high"]) == pytest.approx((100 * k / n, 100 * float(low), 100 * float(high)))


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
def test_statsmodels_has_the_same(confidence):
    for n in (1, 2, 7, 100, 4321):
        k = np.arange(n + 1)
        z = {0.8: 1.2815515655446004, 0.95: Z, 0.99: 2.5758293035489004}[confidence]
        low, high = wilson(k / n, n, z)
        theirs = proportion_confint(k, n, alpha=1 - confidence, method="wilson")
        np.testing.assert_allclose(low, theirs[0], atol=1e-12)
        np.testing.assert_allclose(high, theirs[1], atol=1e-12)


@pytest.mark.parametrize(
    ("method", "low", "high"),
    [
        ("agresti_coull", 0.4793675906, 0.9541127295),
        ("beta", 0.4439045377, 0.9747892737),
        ("jeffreys", 0.4972255036, 0.9559405864),
        ("wilson", 0.4901624715, 0.9433178485),
    ],
)
def test_the_library_gives_the_published_limits_of_eight_of_ten(method, low, high):
    from statsmodels.stats.proportion import proportion_confint

    assert proportion_confint(8, 10, method=method) == pytest.approx((low, high), abs=5e-11)
