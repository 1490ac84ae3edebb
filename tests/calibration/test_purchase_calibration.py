"""Do models of repeat buying find the parameters they were simulated from, and do their intervals hold the truth?

Quick: parameters from 12,000 customers, coverage from 30 logs a world; limits are 93-97 %, widened by three Monte-Carlo
errors. `make calibration --only lifetimes` runs more of them.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from purchase_designs import BUYING, Shop, draw, simulate, truth_of

from cxanalysis.metrics.metric_table import MetricTable
from cxanalysis.metrics.repeat_buying.customer_influence import through_fit
from cxanalysis.metrics.repeat_buying.purchase_histories import purchase_days
from cxanalysis.metrics.repeat_buying.purchase_kinds import KINDS

pytestmark = pytest.mark.calibration
SETS = 30


@pytest.mark.parametrize("model", BUYING)
def test_parameters_are_found(model):
    """Within four standard errors (the sandwich's) and, since purchases of one day are one, a tenth."""
    log, _ = draw(model, np.random.default_rng(11), 12_000)
    source, until = MetricTable.of(log, "log"), str(Shop(model, 0).options["until"])
    days = purchase_days(source, customer="who", date="day", amount="margin", until=until)
    lives = KINDS[model].lives(days, "year", 1.0)
    found = KINDS[model].fitted(lives)
    logs, counts = np.log(list(found.parameters.values())), lives.counted()
    influence = through_fit(KINDS[model].scores, logs, lives.different, counts, lambda at: at)
    errors = np.sqrt(counts @ influence**2) / lives.n
    assert (errors < 0.4).all()
    assert (np.abs(logs - np.log(BUYING[model])) < 4 * errors + 0.1).all()


@pytest.mark.parametrize("shop", [Shop(model, 500) for model in BUYING], ids=lambda shop: shop.name)
def test_intervals_hold_what_customers_then_brought(shop):
    held = simulate(shop, SETS, resamples=50, truth=truth_of(shop.model, rounds=3))
    assert held.failed <= 0.1 * SETS
    least = 0.93 - 3 * math.sqrt(0.93 * 0.07 / (SETS - held.failed))
    assert min(held.value, held.purchases, held.active) >= least
    assert held.bias == pytest.approx(1, abs=0.08)


def test_a_wrong_model_misses_who_is_still_there():
    """BG/NBD counts everybody who bought once as there; where that is wrong these checks see it."""
    held = simulate(Shop("Pareto/NBD", 1500, by="BG/NBD"), 8, resamples=20, truth=truth_of("Pareto/NBD", rounds=1))
    assert held.active == 0
