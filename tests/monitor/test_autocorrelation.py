"""How alike neighbouring periods are: learned where there is enough to learn from, and left open where not."""

from __future__ import annotations

import numpy as np
import pytest

from cxanalysis.monitor.autocorrelation import (
    INDEPENDENT,
    AutocorrelationPosterior,
    autocorrelation_posterior,
    segments_of,
)


def lasting(seed: int, periods: int, own: float, lasts: float) -> np.ndarray:
    """Values in units of their sampling error, with variance `own` of their own, of which `lasts` is left next time."""
    rng = np.random.default_rng(seed)
    state = np.sqrt(own) * rng.normal(size=periods)
    for at in range(1, periods):
        state[at] = lasts * state[at - 1] + np.sqrt(1 - lasts**2) * state[at]
    return state + rng.normal(size=periods)


def learned(values: np.ndarray, sampling: bool = True) -> AutocorrelationPosterior:
    at = np.arange(len(values))
    return autocorrelation_posterior(values, np.ones(len(values)) if sampling else None, at, np.zeros(len(values), int))


def test_a_long_series_tells_what_lasts():
    alike = learned(lasting(1, 1_500, 2.0, 0.8))
    assert alike.probability @ alike.phi == pytest.approx(0.8, abs=0.1)
    assert alike.probability @ alike.between == pytest.approx(2 / 3, abs=0.1)
    mixed = learned(lasting(2, 1_500, 2.0, 0.0))
    assert mixed.probability[mixed.phi == 0].sum() > 0.8


def test_a_short_series_leaves_it_open():
    found = learned(lasting(3, 20, 0.0, 0.0))
    assert found.probability.sum() == pytest.approx(1)
    assert 0.1 < found.probability[0] < 0.9


def test_the_unit_does_not_matter_where_there_is_no_sampling_error():
    values = lasting(4, 30, 1.0, 0.6)
    one, two = learned(values, sampling=False), learned(1000 * values, sampling=False)
    assert one.probability == pytest.approx(two.probability)


def test_levels_and_gaps_do_not_matter_where_nothing_is_alike():
    values = lasting(5, 30, 0.0, 0.0)
    stretch = np.repeat([0, 1], 15)
    at = np.arange(30)
    one = autocorrelation_posterior(values, np.ones(30), at, stretch)
    two = autocorrelation_posterior(values + 50 * stretch, np.ones(30), at, stretch)
    assert one.probability == pytest.approx(two.probability)
    far = autocorrelation_posterior(values, np.ones(30), 40 * at, np.zeros(30, int))
    # Forty periods apart nothing is left of any memory, so that all explain the same.
    assert far.probability[0] == pytest.approx(0.25, abs=0.01)


def test_what_alike_neighbours_cost():
    alike = AutocorrelationPosterior(np.ones(1), np.ones(1), np.array([0.5]))
    assert alike.variance_of_mean(3)[0] == pytest.approx(1 + 2 * (2 / 3 * 0.5 + 1 / 3 * 0.25))
    assert alike.df_factor[0] == pytest.approx(0.6)
    assert alike.variance_within(20)[0] > 1
    none = INDEPENDENT
    assert (none.variance_of_mean(13)[0], none.variance_within(20)[0], none.df_factor[0]) == (1, 1, 1)


def test_stretches_end_where_windows_begin():
    at, base = np.arange(46), np.arange(46) < 20
    found = segments_of(at, base, 45, (1, 4, 13))
    assert [int((found == one).sum()) for one in np.unique(found)] == [20, 13, 9, 3, 1]
