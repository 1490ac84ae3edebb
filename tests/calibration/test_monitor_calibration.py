"""Are alerts as seldom false, and forecasts as sure, as they say? The full run is `benchmarks/monitoring.py`.

Limits are those of the full run, widened by three Monte-Carlo errors of the short one.
"""

import math

import monitor_designs as designs
import pytest
from monitor_designs import PATHS, WORLDS, Path, World

pytestmark = pytest.mark.calibration

#: In the one left out neighbours are so alike that more alarms must be expected, as the result says.
KEPT = [world for world in WORLDS if world.memory < 0.8]
BY_NAME = {world.name: world for world in WORLDS}
AUTOCORRELATED = BY_NAME["NPS, n 30-300, autocorrelated"]
RARE = BY_NAME["failure rate 3 %, n 30"]


def error(share: float, sets: int) -> float:
    return 3 * math.sqrt(share * (1 - share) / sets)


@pytest.mark.parametrize("world", KEPT, ids=lambda world: world.name)
def test_one_watched_series_without_change_seldom_raises_an_alarm(world: World):
    sets = 150
    assert designs.false_looks(world, 1, sets) <= 0.05 + error(0.05, sets)


@pytest.mark.parametrize("world", [WORLDS[0], WORLDS[3], AUTOCORRELATED, RARE], ids=lambda world: world.name)
def test_nor_do_twenty(world: World):
    sets = 40
    assert designs.false_looks(world, 20, sets) <= 0.05 + error(0.05, sets)


@pytest.mark.parametrize("world", [WORLDS[0], WORLDS[-1]], ids=lambda world: world.name)
def test_nor_do_two_hundred(world: World):
    sets = 8
    assert designs.false_looks(world, 200, sets) <= 0.05 + error(0.05, sets)


def test_a_year_of_looks_raises_no_more_false_alarms_than_stated():
    sets = 15
    # Looks of one year share a baseline, so whole years are the units: their spread is about twice the mean.
    assert designs.false_in_a_year(WORLDS[0], sets) <= 52.18 * 0.05 + 3 * 5.2 / math.sqrt(sets)


def test_neighbours_that_are_alike_raise_no_more_false_alarms():
    sets = 500
    assert designs.false_looks(AUTOCORRELATED, 1, sets) <= 0.05 + error(0.05, sets)


def test_nor_do_they_in_a_year_of_looks():
    sets = 20
    assert designs.false_in_a_year(AUTOCORRELATED, sets) <= 52.18 * 0.05 + 3 * 5.2 / math.sqrt(sets)


def test_a_large_drop_is_found_within_weeks():
    median, quarter, _ = designs.weeks_until_found(World("NPS, n 300", n=300), 10.0, 1, 25)
    assert median <= 6
    assert quarter >= 0.8


def test_a_failure_that_doubles_is_found_within_weeks_among_twenty():
    median, _, year = designs.weeks_until_found(World("failure rate 10 %", n=300, rate=10.0), 10.0, 20, 20)
    assert median <= 6
    assert year >= 0.9


def test_a_control_chart_gives_as_many_false_signals_as_it_states():
    seen, said = designs.false_signals(WORLDS[0], 120, ("limits",))
    assert seen <= said + 3 * math.sqrt(2 * said / 120)


@pytest.mark.parametrize("rule", ["limits", "run"])
@pytest.mark.parametrize("name", ["failure rate 3 %, n 30", "failure rate 3 %, n 30-300"])
def test_a_chart_of_rare_failures_gives_as_many_false_signals_as_it_states(name: str, rule: str):
    sets = 150
    seen, said = designs.false_signals(BY_NAME[name], sets, (rule,))
    # Signals of one chart share its limits: their spread is about twice that of independent ones.
    assert seen <= said + 3 * 2 * math.sqrt(said / sets)


@pytest.mark.parametrize("path", [PATHS[1], PATHS[3], PATHS[4]], ids=lambda path: path.name)
def test_forecasts_hold_what_is_measured_later(path: Path):
    sets = 50
    covered, _, _ = designs.forecast_coverage(path, sets)
    # The four steps of one series share its level: they count as two.
    assert 0.92 - error(0.92, 2 * sets) <= covered <= min(1.0, 0.97 + error(0.97, 2 * sets))
