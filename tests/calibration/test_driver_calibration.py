"""Do the intervals hold what they promise? A short run; `make calibration` is the full one.

Limits are those of the full run, widened by three Monte-Carlo errors of the short one.
"""

import math

import numpy as np
import pandas as pd
import pytest
from designs import WORLDS, World, simulate

import cxanalysis as cx
from cxanalysis.drivers.order import importance_of, order, resample
from cxanalysis.drivers.sums import sums_of_rows

pytestmark = pytest.mark.calibration
SETS = 200
QUICK = [world for world in WORLDS if world.n <= 1000]


def error(share: float, sets: int = SETS) -> float:
    return 3 * math.sqrt(share * (1 - share) / sets)


@pytest.mark.parametrize("world", QUICK, ids=lambda world: world.name)
def test_intervals_cover_and_noise_is_not_called_a_driver(world: World):
    hits = simulate(world, SETS, truth_rows=500_000)
    if world.cases < 5:
        assert hits.withheld > 0.9
        return
    few = world.cases < 20
    low, high = (0.915, 0.985) if few else (0.935, 0.965)
    for coverage in (hits.effect, hits.stake, hits.together):
        assert low - error(low) <= coverage <= min(1.0, high + error(high))
    worst = 0.08 if few else 0.065
    assert hits.false_positive <= worst + error(worst)
    if world.null:
        assert hits.any_q <= 0.065 + error(0.065)


def test_p_first_is_honest_when_truths_are_drawn_at_random():
    """Of all analyses that say "first in 75 of 100", about 75 % are right, bin by bin."""
    rng = np.random.default_rng(5)
    said, right = [], []
    for _ in range(1500):
        effects = rng.normal(size=4) * 0.25
        x = rng.normal(size=(200, 4)) * np.sqrt(0.7) + rng.normal(size=(200, 1)) * np.sqrt(0.3)
        sums = sums_of_rows(np.column_stack([x, x @ effects + rng.normal(size=200)]), None, None)
        covariance = np.full((4, 4), 0.3) + 0.7 * np.eye(4)
        cross = covariance @ effects
        variance = effects @ cross + 1
        matrix = np.block(
            [[covariance, cross[:, None] / np.sqrt(variance)], [cross[None] / np.sqrt(variance), np.eye(1)]]
        )
        truth = int(np.argmax(cx.importance(matrix)))
        importance, _ = importance_of("shapley", 0, [1] * 4, sums.correlation())
        p_first = order(importance(resample(sums, 200, seed=1)), 0.95).p_first
        said.append(p_first)
        right.append(np.arange(4) == truth)
    said, right = np.concatenate(said), np.concatenate(right)
    for low in np.arange(0, 1, 0.1):
        bin_ = (said >= low) & (said < low + 0.1 + (low > 0.85))
        expected = said[bin_].mean()
        assert abs(right[bin_].mean() - expected) <= 0.05 + error(expected, int(bin_.sum()))


def test_of_two_equal_drivers_the_headline_seldom_names_one():
    rng = np.random.default_rng(6)
    named = 0
    for _ in range(SETS):
        x = rng.normal(size=(300, 2))
        frame = pd.DataFrame({"a": x[:, 0], "b": x[:, 1], "y": x.sum(axis=1) * 0.4 + rng.normal(size=300)})
        named += cx.drivers(frame, "y", ["a", "b"], resamples=200).headline.endswith("of 100 resamples.")
    assert named / SETS <= 0.23 + error(0.23)


def test_power_is_that_of_the_ordinary_partial_t_test():
    import statsmodels.api as sm

    rng = np.random.default_rng(7)
    ours, theirs = 0, 0
    for _ in range(SETS):
        x = rng.normal(size=(300, 6))
        y = 0.19 * x[:, 0] + rng.normal(size=300)
        frame = pd.DataFrame(x, columns=list("abcdef")).assign(y=y)
        table = cx.drivers(frame, "y", list("abcdef"), resamples=1).table.set_index("driver")
        ours += table.p_value["a"] < 0.05
        theirs += sm.OLS(y, sm.add_constant(x)).fit().pvalues[1] < 0.05
    assert theirs / SETS > 0.8
    # Paired on the same sets, so the difference is known far better than either share.
    assert (theirs - ours) / SETS <= 0.03 + 3 * math.sqrt(0.03 / SETS)


def test_pure_noise_gives_no_driver():
    """200 analyses of nothing but noise: a headline that claims something in at most 6.5 % (and three errors)."""
    rng = np.random.default_rng(8)
    claims = 0
    for _ in range(SETS):
        frame = pd.DataFrame(rng.normal(size=(200, 6)), columns=list("abcdef"))
        headline = cx.drivers(frame, "a", list("bcdef"), resamples=50).headline
        claims += "distinguishable from noise" not in headline
    assert claims / SETS <= 0.065 + error(0.065)
