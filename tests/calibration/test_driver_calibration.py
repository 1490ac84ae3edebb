"""Do the intervals hold what they promise? A short run; `make calibration` is the full one.

Limits are those of the full run, widened by three Monte-Carlo errors of the short one.
"""

import math

import numpy as np
import order_designs as designs
import pandas as pd
import pytest
from designs import WORLDS, World, simulate

import cxanalysis as cx

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
    for one in designs.first_in_ten_bins(1500):
        assert abs(one.was - one.said) <= 0.05 + error(one.said, one.n)


@pytest.mark.parametrize("world", [w for w in designs.SHARES if w.n <= 1000], ids=lambda world: world.name)
def test_intervals_of_shares_hold_the_true_share(world: World):
    coverage = designs.share_coverage(world, SETS, truth_rows=500_000)
    assert 0.91 - error(0.91) <= coverage <= min(1.0, 0.975 + error(0.975))


def test_of_two_equal_drivers_the_headline_seldom_names_one():
    assert designs.named_among_equals(SETS) <= 0.23 + error(0.23)


@pytest.mark.parametrize("design", designs.POWERS, ids=lambda design: design.name)
def test_power_is_that_of_the_ordinary_partial_t_test(design):
    """With 20 or more cases; the first is the design in which others lose 60 points of power."""
    sets = 1000
    ours, theirs = designs.power(design, sets)
    assert theirs > 0.7
    # Paired on the same sets, so the difference is known far better than either share.
    assert theirs - ours <= 0.03 + 3 * math.sqrt(0.03 / sets)


@pytest.mark.parametrize("design", designs.SEGMENTS, ids=lambda design: design.name)
def test_differences_between_segments_cover_and_none_is_invented(design):
    sets = 60  # a survey takes a twentieth of a second; `make calibration` draws 2,000
    told = designs.compared(design, sets, resamples=100)
    assert 0.935 - error(0.935, sets) <= told.difference <= min(1.0, 0.965 + error(0.965, sets))
    assert 0.91 - error(0.91, sets) <= told.share <= min(1.0, 0.975 + error(0.975, sets))
    if design.extra:
        assert told.found >= 0.75
    else:
        assert told.any_q <= 0.065 + error(0.065, sets)


def test_pure_noise_gives_no_driver():
    """200 analyses of nothing but noise: a headline that claims something in at most 6.5 % (and three errors)."""
    rng = np.random.default_rng(8)
    claims = 0
    for _ in range(SETS):
        frame = pd.DataFrame(rng.normal(size=(200, 6)), columns=list("abcdef"))
        headline = cx.drivers(frame, "a", list("bcdef"), resamples=50).headline
        claims += "distinguishable from noise" not in headline
    assert claims / SETS <= 0.065 + error(0.065)
