"""Do the intervals of metrics hold the truth as often as they say? Independent and clustered, small and large.

A short run of 400 data sets a design; the limits are those of `93.5-96.5 %`, widened by three Monte-Carlo errors.
Where a truth has no formula it is that of a very large sample of the same generator.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from metric_designs import DESIGNS, coverage
from scipy import stats

import cxanalysis as cx
from cxanalysis.metrics.customers.active_users import poisson_interval
from cxanalysis.metrics.durations.kaplan_meier import (
    kaplan_meier,
    order_interval,
    percentile_interval,
    quantile_interval,
    resampled_curves,
    resampled_quantiles,
    survival_interval,
)

pytestmark = pytest.mark.calibration
#: Data sets a design in this short run; `make calibration` takes thousands.
QUICK = 200
SETS = 400


def holds(interval: Callable[[np.random.Generator], tuple[float, float]], truth: float, sets: int = SETS) -> float:
    """Share of the data sets whose interval holds the truth; an end that is not reached is beyond everything."""
    hits = 0
    for seed in range(sets):
        low, high = interval(np.random.default_rng(1000 + seed))
        hits += (math.isnan(low) or low <= truth) and (math.isnan(high) or truth <= high)
    return hits / sets


def error(share: float, sets: int = SETS) -> float:
    return 3 * math.sqrt(share * (1 - share) / sets)


def is_calibrated(share: float, low: float = 0.935, high: float = 0.965, sets: int = SETS) -> None:
    assert low - error(low, sets) <= share <= min(1.0, high + error(high, sets))


def ends(found: cx.Estimates) -> tuple[float, float]:
    row = found.table.iloc[0]
    return float(row["low"]), float(row["high"])


def customers(rng: np.random.Generator, n: int, each: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """Who answered, and a liking with half of its variance between customers."""
    who = np.repeat(np.arange(n // each), each)
    return who, (rng.normal(size=n // each)[who] + rng.normal(size=len(who))) / np.sqrt(2)


@pytest.mark.parametrize("n", [100, 1000])
@pytest.mark.parametrize("metric", ["nps", "csat", "rating"])
def test_clustered_answers(metric, n):
    cuts = np.array([-1.8, -1.3, -0.9, -0.6, -0.4, -0.2, 0.0, 0.3, 0.7, 1.3])
    score = {"nps": cuts, "csat": np.array([-1.5, -0.9, -0.3, 0.6]), "rating": np.array([-1.5, -0.9, -0.3, 0.6])}[
        metric
    ]
    chance = np.diff(np.r_[0, stats.norm.cdf(score), 1])
    values = np.arange(len(chance)) + (0 if metric == "nps" else 1)
    coded = {"nps": np.select([values >= 9, values >= 7], [100.0, 0.0], -100.0), "csat": 100.0 * (values >= 4)}
    truth = float((coded.get(metric, values) * chance).sum())

    def interval(rng):
        who, liking = customers(rng, n)
        frame = pd.DataFrame({"s": values[np.searchsorted(score, liking)].astype(float), "who": who})
        more = {"scale": (1, 5)} if metric == "csat" else {}
        return ends(cx.metric(metric, frame, score="s", cluster="who", **more))

    is_calibrated(holds(interval, truth))


@pytest.mark.parametrize("n", [60, 600])
def test_first_contact_resolution_of_customers_who_differ(n):
    def interval(rng):
        who, liking = customers(rng, n, each=3)
        frame = pd.DataFrame({"ok": (liking > -0.6).astype(float), "who": who})
        return ends(cx.metric("fcr", frame, solved="ok", cluster="who"))

    is_calibrated(holds(interval, 100 * stats.norm.sf(-0.6)))


@pytest.mark.parametrize("n", [40, 1000])
def test_handle_time_is_skewed(n):
    """Gamma of shape 4, the usual skew of handled seconds."""

    def interval(rng):
        return ends(cx.metric("aht", pd.DataFrame({"s": rng.gamma(4, 75, n)}), seconds="s"))

    is_calibrated(holds(interval, 300.0))


def test_complaints_per_order_are_clustered():
    def interval(rng):
        size, trouble = 1 + rng.poisson(3, 400), rng.gamma(2, 0.05, 400)
        orders = pd.DataFrame({"who": np.repeat(np.arange(400), size)})
        complaints = pd.DataFrame({"who": np.repeat(np.arange(400), rng.poisson(trouble * size))})
        return ends(cx.metric("complaint_rate", complaints, orders, customer="who", per="order"))

    is_calibrated(holds(interval, 10.0))


def test_revenue_churn_of_uneven_customers():
    def interval(rng):
        left = np.where(rng.random(500) < 0.2, np.datetime64("2024-06-01"), np.datetime64("NaT"))
        frame = pd.DataFrame({"came": pd.Timestamp("2023-01-01"), "left": left, "paid": rng.gamma(2, 10, 500)})
        ask = {"started": "came", "ended": "left", "amount": "paid", "since": "2024-01-01", "until": "2024-12-31"}
        return ends(cx.metric("revenue_churn", frame, **ask))

    is_calibrated(holds(interval, 20.0))


@pytest.mark.parametrize("n", [50, 400])
def test_churn_and_retention(n):
    def interval(rng):
        left = np.where(rng.random(n) < 0.15, np.datetime64("2024-06-01"), np.datetime64("NaT"))
        frame = pd.DataFrame({"came": pd.Timestamp("2023-01-01"), "left": left})
        return ends(cx.metric("retention", frame, started="came", ended="left", since="2024-01-01", until="2024-12-31"))

    # Wilson's own coverage swings with the share and the sample: exact chance of these very two, not a wider limit.
    k = np.arange(n + 1)
    z = stats.norm.ppf(0.975)
    middle, half = (k + z**2 / 2) / (n + z**2), z * np.sqrt(k * (n - k) / n + z**2 / 4) / (n + z**2)
    exact = stats.binom.pmf(k, n, 0.15)[np.abs(middle - 0.15) <= half].sum()
    assert holds(interval, 85.0) == pytest.approx(exact, abs=error(exact))


@pytest.mark.parametrize("n", [60, 400])
def test_survival_of_a_cohort(n):
    def interval(rng):
        time, censored = rng.exponential(700, n), rng.uniform(100, 900, n)
        found = kaplan_meier(np.minimum(time, censored), time <= censored)
        return survival_interval(*found.at(365.0), 0.95)

    is_calibrated(holds(interval, math.exp(-365 / 700)))


def test_survival_of_customers_under_watch_from_a_later_day():
    def interval(rng):
        time, entry = rng.exponential(700, 900), np.maximum(rng.uniform(-300, 900, 900), 0)
        seen = time > entry
        end = entry + 400
        found = kaplan_meier(np.minimum(time, end)[seen], (time <= end)[seen], entry=entry[seen])
        return survival_interval(*found.at(365.0), 0.95)

    is_calibrated(holds(interval, math.exp(-365 / 700)))


@pytest.mark.parametrize("n", [50, 400])
@pytest.mark.parametrize("q", [0.5, 0.9])
def test_quantiles_of_closed_cases(n, q):
    """Order statistics never cover less than they say; how much more is exact, by the binomial."""

    def interval(rng):
        return order_interval(rng.exponential(6, n), q, 0.95)

    share = holds(interval, -6 * math.log(1 - q))
    assert 0.95 - error(0.95) <= share <= 0.985 + error(0.985)


@pytest.mark.parametrize("n", [80, 400])
def test_median_where_a_quarter_is_open(n):
    def interval(rng):
        time, watched = rng.exponential(6, n), rng.exponential(18, n)
        return quantile_interval(kaplan_meier(np.minimum(time, watched), time <= watched), 0.5, 0.95)

    is_calibrated(holds(interval, 6 * math.log(2)))


def test_median_of_customers_with_several_cases():
    def interval(rng):
        who, liking = customers(rng, 400, each=4)
        time = -6 * np.log(stats.norm.sf(liking))
        times, curves, _ = resampled_curves(time, np.ones(400, bool), np.ones(400), who, 300, 0)
        return percentile_interval(resampled_quantiles(times, curves, 0.5), 0.95)

    is_calibrated(holds(interval, 6 * math.log(2)), 0.92)


def test_active_users_of_a_month_like_this_one():
    def interval(rng):
        low, high = poisson_interval(rng.poisson(200), 0.95)
        return float(low), float(high)

    is_calibrated(holds(interval, 200.0), 0.945, 0.975)


def test_acquisition_cost_over_a_year():
    months = pd.date_range("2024-01-01", periods=12, freq="MS")

    def interval(rng):
        cost = 500 * rng.lognormal(0, 0.15, 12)
        count = rng.poisson(20, 12)
        came = pd.DataFrame({"came": np.r_[np.repeat(months.to_numpy(), count), np.datetime64("2024-12-31")]})
        spend = pd.DataFrame({"month": months, "cost": cost})
        return ends(cx.metric("cac", spend, came, amount="cost", date="month", started="came"))

    # One more customer on the last day closes the year: 241 a year on average.
    truth = 12 * 500 * math.exp(0.15**2 / 2) / 241
    is_calibrated(holds(interval, truth, 150), sets=150)


def test_simple_lifetime_value():
    def interval(rng):
        stays = rng.random(500) < 0.7
        brought = rng.gamma(4, 25, 500)
        log = pd.DataFrame({"who": np.arange(500), "day": "2023-06-01", "margin": 1.0})
        again = pd.DataFrame({"who": np.flatnonzero(stays), "day": "2024-06-01", "margin": brought[stays]})
        ask = {"how": "simple", "customer": "who", "date": "day", "amount": "margin", "until": "2024-12-31"}
        return ends(cx.metric("clv", pd.concat([log, again]), **ask))

    is_calibrated(holds(interval, 100 * 0.7 / (1.1 - 0.7)))


def bought(rng: np.random.Generator, n: int) -> pd.DataFrame:
    """A log of purchases of the model's kind (BG/NBD, Gamma-Gamma), as heavy in its tail as CDNOW's."""
    rate, leaves = rng.gamma(1.2, 1 / 12, n), rng.beta(0.8, 2.5, n)
    own, age, now, there = 15 / rng.gamma(4.0, 1.0, n), rng.uniform(10, 104, n), np.zeros(n), np.ones(n, bool)
    rows = [(np.arange(n), now.copy())]
    while there.any():
        now = now + rng.exponential(1, n) / rate
        there &= now <= age
        rows.append((np.flatnonzero(there), now[there]))
        there &= rng.random(n) >= leaves
    who, when = (np.concatenate([row[at] for row in rows]) for at in (0, 1))
    days = np.floor(7 * (104 - age[who] + when)).astype("timedelta64[D]")
    spent = rng.gamma(6.0, own[who])
    return pd.DataFrame({"who": who, "day": np.datetime64("2023-01-01") + days, "margin": spent})


@pytest.mark.parametrize("design", DESIGNS, ids=lambda design: design.name)
def test_uneven_customers_rare_failures_and_open_cases(design):
    is_calibrated(coverage(design, QUICK), design.low, design.high, QUICK)


def test_lifetime_value_by_model():
    """Fewer sets: each is fitted a hundred times."""
    ask = {"customer": "who", "date": "day", "amount": "margin", "until": "2024-12-29"}
    truth = float(
        cx.metric("clv", bought(np.random.default_rng(0), 100_000), **ask, resamples=2).table["value"].iloc[0]
    )
    assert truth == pytest.approx(43.7, rel=0.02)  # the model's own mean with the parameters above

    def interval(rng):
        return ends(cx.metric("clv", bought(rng, 800), **ask, resamples=100))

    is_calibrated(holds(interval, truth, 60), sets=60)
