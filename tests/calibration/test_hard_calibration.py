"""Rare levels, mixed players, customers of uneven size and ceilings in short; `make calibration` is the full run.

Limits are those of the full run, widened by three Monte-Carlo errors of the short one.
"""

import math

import hard_designs as designs
import pytest

pytestmark = pytest.mark.calibration


def error(share: float, sets: int) -> float:
    return 3 * math.sqrt(share * (1 - share) / sets)


@pytest.mark.parametrize("design", designs.LEVELS, ids=lambda design: design.name)
def test_a_rare_level_costs_neither_size_nor_power(design):
    sets = 300
    found = designs.joint_tests(design, sets)
    if not design.effect:
        assert 0.035 - error(0.035, sets) <= found.ours <= 0.065 + error(0.065, sets)
    elif design.equal_noise:
        assert found.classical > 0.7
        # Paired on the same surveys.
        assert found.classical - found.ours <= 0.03 + 3 * math.sqrt(0.03 / sets)


@pytest.mark.parametrize("design", designs.MIXED, ids=lambda design: design.name)
def test_p_first_is_honest_for_drivers_of_one_and_of_several_columns(design):
    for one in designs.first_among_mixed(design, 300):
        if one.n >= 20:
            assert abs(one.was - one.said) <= 0.05 + error(one.said, one.n)


@pytest.mark.parametrize("design", designs.CUSTOMERS, ids=lambda design: design.name)
def test_intervals_cover_with_several_answers_and_uneven_customers(design):
    sets = 300
    found = designs.customers(design, sets)
    low, high = (0.92, 0.98) if found.effective < 30 else (0.93, 0.97)
    for coverage in (*found.effect, *found.stake, found.together):
        assert low - error(low, sets) <= coverage <= high + error(high, sets)
    assert found.noise <= 0.065 + error(0.065, sets)


@pytest.mark.parametrize("design", designs.CEILINGS, ids=lambda design: design.name)
def test_intervals_cover_at_the_ceiling_and_noise_is_not_flagged(design):
    sets = 300
    found = designs.ceiling(design, sets, truth_rows=300_000)
    effect, stake = (sum(part) / len(part) for part in (found.effect, found.stake))
    high = 0.97 if design.expected >= 2 else 1.0
    for coverage in (effect, stake):
        assert 0.93 - error(0.93, sets) <= coverage <= high + error(high, sets)
    assert found.noise <= 0.065 + error(0.065, sets)
