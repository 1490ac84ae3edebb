"""q-values against the worked example of Benjamini & Hochberg (1995), JRSS-B 57:289."""

import numpy as np
from statsmodels.stats.multitest import multipletests

from cxanalysis.drivers.driver_table import q_values

P = np.array([0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
              0.7590, 1.000])  # fmt: skip
Q = np.array([0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.06385714286, 0.06385714286, 0.0645, 0.0765, 0.486,
              0.58118181818, 0.714875, 0.75323076923, 0.81321428571, 1])  # fmt: skip


def test_q_values_of_the_published_example():
    np.testing.assert_allclose(q_values(P), Q, rtol=0, atol=5e-12)
    assert (q_values(P) <= 0.05).sum() == 4
    assert (len(P) * P <= 0.05).sum() == 3


def test_q_values_do_not_depend_on_order_and_skip_withheld_effects():
    shuffled = np.random.default_rng(0).permutation(len(P))
    np.testing.assert_allclose(q_values(P[shuffled]), Q[shuffled], rtol=0, atol=5e-12)
    with_gap = q_values(np.append(P, np.nan))
    assert np.isnan(with_gap[-1])
    np.testing.assert_allclose(with_gap[:-1], Q, rtol=0, atol=5e-12)


def test_the_library_behind_other_corrections_gives_the_published_ones():
    holm = multipletests(P, method="holm")[1]
    np.testing.assert_allclose(
        holm[:8], [0.0015, 0.0056, 0.0247, 0.1140, 0.2211, 0.2780, 0.2780, 0.2780], rtol=0, atol=5e-5
    )
    np.testing.assert_allclose(holm[8], 0.3213, rtol=0, atol=5e-5)
    assert (holm[9:] == 1).all()
    yekutieli = multipletests(P, method="fdr_by")[1]
    expected = [0.00497734349, 0.00995468698, 0.03152317544, 0.11821190788]
    np.testing.assert_allclose(yekutieli[:4], expected, rtol=0, atol=5e-12)
