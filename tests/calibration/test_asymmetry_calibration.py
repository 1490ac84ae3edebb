"""Do the intervals of the asymmetry hold the truth, and is a class that is given the true one?

Limits are 93-97 %, widened by three Monte-Carlo errors of the short run (statistics of resampled intervals).
"""

import math

import pytest
from asymmetry_designs import WORLDS, Rated, simulate

pytestmark = pytest.mark.calibration
SETS = 100
QUICK = [world for world in WORLDS if world.n <= 1000]


def error(share: float) -> float:
    return 3 * math.sqrt(share * (1 - share) / SETS)


@pytest.mark.parametrize("world", QUICK, ids=lambda world: world.name)
def test_intervals_hold_the_truth_and_no_class_is_invented(world: Rated):
    found = simulate(world, SETS, resamples=300)
    for name in found.asymmetry:
        for coverage in (found.asymmetry[name], found.impact[name]):
            assert 0.93 - error(0.93) <= coverage <= min(1.0, 0.97 + error(0.97))
        assert found.wrong[name] <= 0.05 + error(0.05)
    if world.n >= 1000:
        assert found.right["annoys"] >= 0.9 - error(0.9)
        assert found.right["pleases"] >= 0.9 - error(0.9)
        assert found.right["alike"] >= 0.4 - error(0.4)
