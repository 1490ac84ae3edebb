"""Logs of purchases with known truths: do intervals of a lifetime value hold what customers then really brought?

Customers are simulated beyond the end of the log; their own future is the truth, so no formula of a model is in it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

import cxanalysis as cx
from cxanalysis.metrics.metric_table import MetricTable
from cxanalysis.metrics.repeat_buying.lifetime_model import valued
from cxanalysis.metrics.repeat_buying.purchase_histories import UNIT_DAYS, purchase_days
from cxanalysis.metrics.repeat_buying.purchase_kinds import kind_of
from cxanalysis.metrics.row_values import Options
from cxanalysis.problem import Problem

#: Weeks from the first day to the last one watched, and looked ahead; years of opportunities before and ahead.
WEEKS, AHEAD = 104.0, 52.0
YEARS, YEARS_AHEAD = 8, 3
BEGIN = np.datetime64("2016-01-01")
#: Parameters of each world: buying and leaving, then what a purchase is worth (p, q, v).
BUYING = {
    "BG/NBD": (1.2, 12.0, 0.8, 2.5),
    "Pareto/NBD": (1.2, 12.0, 0.9, 40.0),
    "BG/BB": (1.2, 0.75, 0.66, 2.8),
}
SPENDING = (6.0, 4.0, 15.0)


@dataclass(frozen=True, slots=True)
class Shop:
    """A world of customers whose purchases follow `model`, valued by the model `by`."""

    model: str
    n: int
    by: str = ""

    @property
    def name(self) -> str:
        wrong = f", valued by {self.by}" if self.by else ""
        return f"{self.model}, {self.n:,} customers{wrong}"

    @property
    def options(self) -> dict[str, object]:
        """How the log is valued."""
        fixed = {"customer": "who", "date": "day", "amount": "margin", "model": self.by or self.model}
        if self.model == "BG/BB":
            until = str(np.datetime64(f"{2016 + YEARS - 1}-12-31"))
            return fixed | {"opportunity": "year", "horizon_days": 365.25 * YEARS_AHEAD, "until": until}
        return fixed | {"horizon_days": 7 * AHEAD, "until": str(BEGIN + np.timedelta64(int(7 * WEEKS), "D"))}


#: Right models at two sizes, and each of the two usual ones where the other is true.
SHOPS = (
    Shop("BG/NBD", 500), Shop("BG/NBD", 2000), Shop("Pareto/NBD", 500), Shop("Pareto/NBD", 2000),
    Shop("BG/BB", 500), Shop("BG/BB", 2000),
    Shop("BG/NBD", 2000, by="Pareto/NBD"), Shop("Pareto/NBD", 2000, by="BG/NBD"),
)  # fmt: skip


def draw(model: str, rng: np.random.Generator, n: int, *, discount: float = 0.1) -> tuple[pd.DataFrame, np.ndarray]:
    """A log, and what customers brought after it: value (discounted as the metric does), purchases, % still there."""
    who, when, end, there = _opportunities(rng, n) if model == "BG/BB" else _any_time(model, rng, n)
    p, q, v = SPENDING
    spent = rng.gamma(p, (v / rng.gamma(q, 1.0, n))[who])
    later = when > end
    unit = UNIT_DAYS["year"] if model == "BG/BB" else UNIT_DAYS["week"]
    step = unit if model == "BG/BB" else UNIT_DAYS["month"]
    moment = np.ceil(np.round(unit * (when[later] - end) / step, 6)) * step / UNIT_DAYS["year"]
    value = (spent[later] * (1 + discount) ** -moment).sum() / n
    if model == "BG/BB":
        days = np.array([np.datetime64(f"{2016 + int(year)}-07-01") for year in range(YEARS)])[when[~later].astype(int)]
    else:
        days = BEGIN + np.floor(7 * when[~later]).astype("timedelta64[D]")
    log = pd.DataFrame({"who": who[~later], "day": days, "margin": spent[~later]})
    # As in the metric, purchases of one customer and day are one.
    came = len({*zip(who[later].tolist(), np.floor(7 * when[later]).tolist(), strict=True)})
    return log, np.array([value, came / n, 100 * there.mean()])


def _any_time(model: str, rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray, float, np.ndarray]:
    """Customers, moments of purchase (weeks), the end of the log, and who was still there then."""
    r, alpha, *leaving = BUYING[model]
    rate, now = rng.gamma(r, 1 / alpha, n), rng.uniform(0, WEEKS - 10, n)
    if model == "BG/NBD":
        chance, until = rng.beta(*leaving, n), np.full(n, np.inf)
    else:
        chance, until = np.zeros(n), now + rng.exponential(1, n) / rng.gamma(leaving[0], 1 / leaving[1], n)
    active, left = np.ones(n, bool), until.copy()
    rows = [(np.arange(n), now.copy())]
    while active.any():
        now = now + rng.exponential(1, n) / rate
        active &= now <= np.minimum(until, WEEKS + AHEAD)
        rows.append((np.flatnonzero(active), now[active]))
        gone = active & (rng.random(n) < chance)
        left[gone] = now[gone]
        active &= ~gone
    who, when = (np.concatenate([row[at] for row in rows]) for at in (0, 1))
    return who, when, WEEKS, left > WEEKS


def _opportunities(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray, float, np.ndarray]:
    """As `_any_time`; time in years. Still there: at the next opportunity."""
    a, b, c, d = BUYING["BG/BB"]
    buys, leaves, first = rng.beta(a, b, n), rng.beta(c, d, n), rng.integers(0, YEARS - 2, n)
    there = np.ones(n, bool)
    still = there.copy()
    rows = [(np.arange(n), first.astype(float))]
    for year in range(YEARS + YEARS_AHEAD):
        turn = year > first
        there &= ~turn | (rng.random(n) >= leaves)
        if year == YEARS:
            still = there.copy()
        came = turn & there & (rng.random(n) < buys)
        rows.append((np.flatnonzero(came), np.full(int(came.sum()), float(year))))
    who, when = (np.concatenate([row[at] for row in rows]) for at in (0, 1))
    return who, when, YEARS - 1.0, still


@dataclass(frozen=True, slots=True)
class Held:
    """Share of 95 % intervals that hold the truth, the mean value over the true one, and logs without an answer."""

    value: float
    purchases: float
    active: float
    bias: float
    failed: int
    sets: int


def truth_of(model: str, seed: int = 99, rounds: int = 8, each: int = 100_000) -> np.ndarray:
    """What customers of this world really bring, on average over very many of them."""
    rng = np.random.default_rng(seed)
    return np.mean([draw(model, rng, each)[1] for _ in range(rounds)], axis=0)


def estimated(shop: Shop, log: pd.DataFrame, resamples: int, seed: int) -> cx.Estimates:
    """What `cx.metric("lifetime_value", …)` finds, without the other models and the check that its notes tell of."""
    source, kind = MetricTable.of(log, "log"), kind_of(shop.by or shop.model)
    days = purchase_days(source, customer="who", date="day", amount="margin", until=str(shop.options["until"]))
    return valued(
        source, days, Options(), kind=kind, every="year", amount="margin", share=1.0, discount=0.1,
        horizon_days=float(str(shop.options["horizon_days"])), resamples=resamples, seed=seed,
    )  # fmt: skip


def simulate(shop: Shop, sets: int, resamples: int = 100, truth: np.ndarray | None = None) -> Held:
    """Value `sets` logs of this world."""
    truth = truth_of(shop.model) if truth is None else truth
    hits, values, failed = np.zeros(3), [], 0
    for seed in range(sets):
        log, _ = draw(shop.model, np.random.default_rng(seed), shop.n)
        try:
            found = estimated(shop, log, resamples, seed)
        except Problem:
            failed += 1
            continue
        row, detail = found.table.iloc[0], found.detail.iloc[0]
        values.append(row["value"])
        low = np.array([row["low"], detail["purchases_low"], detail["alive_low"]])
        high = np.array([row["high"], detail["purchases_high"], detail["alive_high"]])
        hits += (low <= truth) & (truth <= high)
    told = max(1, sets - failed)
    return Held(*(hits / told), float(np.mean(values) / truth[0]), failed, sets)
