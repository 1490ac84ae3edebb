"""Seeded designs for intervals of metrics: uneven customers, rare failures, open cases, raked answers.

Each draws data whose true value is known and asks the public call for its interval; `coverage` counts how many hold it.
The quick tests run a few hundred data sets a design, `make calibration` thousands.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

import cxanalysis as cx

Draw = Callable[[np.random.Generator], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class MetricDesign:
    """One design: data sets are drawn by `interval`, and `low`/`high` are the limits its coverage must keep."""

    name: str
    truth: float
    interval: Draw
    low: float = 0.93
    high: float = 0.97


def coverage(design: MetricDesign, sets: int) -> float:
    """Share of data sets whose interval holds the truth; an end that is not reached is beyond everything."""
    hits = 0
    for seed in range(sets):
        low, high = design.interval(np.random.default_rng(7000 + seed))
        hits += (math.isnan(low) or low <= design.truth) and (math.isnan(high) or design.truth <= high)
    return hits / sets


def ends(found: cx.Estimates) -> tuple[float, float]:
    """The interval of a metric without groups."""
    row = found.table.iloc[0]
    return float(row["low"]), float(row["high"])


def liking(rng: np.random.Generator, who: np.ndarray, icc: float) -> np.ndarray:
    """Standard normal, a share `icc` of its variance between customers."""
    return np.sqrt(icc) * rng.normal(size=who.max() + 1)[who] + np.sqrt(1 - icc) * rng.normal(size=len(who))


#: Cuts of the liking for scores from 0 to 10, and the NPS they make.
CUTS = np.array([-1.8, -1.3, -0.9, -0.6, -0.4, -0.2, 0.0, 0.3, 0.7, 1.3])
NPS = 100 * (stats.norm.sf(CUTS[8]) - stats.norm.cdf(CUTS[6]))


def five_answers(customers: int) -> Draw:
    """The default call on a table that knows its customer: five answers each, half of the variance between them."""

    def interval(rng: np.random.Generator) -> tuple[float, float]:
        who = np.repeat(np.arange(customers), 5)
        score = np.searchsorted(CUTS, liking(rng, who, 0.5)).astype(float)
        frame = pd.DataFrame({"r": score, "who": who})
        return ends(cx.nps(cx.Table(frame, name="survey", kind="survey", roles={"r": "nps", "who": "customer"})))

    return interval


def pareto(customers: int, metric: str, weighted: bool) -> Draw:
    """Customers whose numbers of answers follow a Pareto law (α = 1.2): a few give most of them."""

    def interval(rng: np.random.Generator) -> tuple[float, float]:
        size = np.minimum(np.floor(3 * (rng.pareto(1.2, customers) + 1)), 400).astype(int)
        who = np.repeat(np.arange(customers), size)
        z = liking(rng, who, 0.3)
        score = np.searchsorted(CUTS, z).astype(float) if metric == "nps" else z
        frame = pd.DataFrame({"s": score, "who": who, "w": np.exp(0.5 * rng.normal(size=len(who)))})
        weight = {"weight": "w"} if weighted else {}
        return ends(cx.metric(metric, frame, score="s", cluster="who", **weight))

    return interval


def rare_failures(customers: int, each: int, rate: float, icc: float) -> Draw:
    """Failures that come together in few customers (beta-binomial)."""

    def interval(rng: np.random.Generator) -> tuple[float, float]:
        own = rng.beta(rate * (1 - icc) / icc, (1 - rate) * (1 - icc) / icc, customers)
        failed = np.arange(each)[None, :] < rng.binomial(each, own)[:, None]
        frame = pd.DataFrame({"late": failed.ravel().astype(float), "who": np.repeat(np.arange(customers), each)})
        return ends(cx.metric("failure_rate", frame, failure="late", cluster="who"))

    return interval


def open_cases(n: int, window: int, statistic: str, customers: int | None = None) -> Draw:
    """Cases of 60 days on average, opened over so many days and watched to the end of them."""

    def interval(rng: np.random.Generator) -> tuple[float, float]:
        who = np.arange(n) if customers is None else np.arange(n) % customers
        z = rng.normal(size=n) if customers is None else liking(rng, who, 0.4)
        opened = np.sort(rng.integers(0, window, n))
        opened[0], opened[-1] = 0, window - 1
        closed = opened + np.ceil(-60 * np.log(stats.norm.sf(z))).astype(int)
        day = pd.Timestamp("2025-01-01")
        frame = pd.DataFrame({"opened": day + pd.to_timedelta(opened, unit="D"), "who": who})
        frame["closed"] = (day + pd.to_timedelta(closed, unit="D")).where(closed < window)
        end = (day + pd.Timedelta(days=window - 1)).date().isoformat()
        unit = {"cluster": None} if customers is None else {"cluster": "who", "resamples": 300}
        return ends(
            cx.metric(
                "resolution_time", frame, opened="opened", closed="closed", statistic=statistic, until=end, **unit
            )
        )

    return interval


P90, MEDIAN = float(math.ceil(60 * math.log(10))), float(math.ceil(60 * math.log(2)))
DESIGNS = (
    *(
        MetricDesign(f"NPS by default, {n} customers, 5 answers each", NPS, five_answers(n), 0.935, 0.965)
        for n in (60, 400)
    ),
    *(
        MetricDesign(
            f"{metric}, {n} customers of Pareto size{', weighted' if weighted else ''}",
            NPS if metric == "nps" else 0.0, pareto(n, metric, weighted), 0.92, 0.98,
        )
        for metric in ("nps", "rating") for n in (6, 10, 20, 40) for weighted in (False, True)
    ),
    *(
        MetricDesign(
            f"failures of {rate:.0%}, {n} customers × {each}, icc {icc:g}", 100 * rate,
            rare_failures(n, each, rate, icc), 0.92, 0.985,
        )
        for n, each, rate, icc in ((100, 5, 0.02, 0.2), (100, 5, 0.02, 0.4), (400, 5, 0.01, 0.3), (40, 10, 0.05, 0.3),
                                   (200, 10, 0.01, 0.3), (100, 5, 0.2, 0.3))
    ),
    *(
        MetricDesign(
            f"p90 beyond the window, {n} cases over {window} days", P90, open_cases(n, window, "p90"), 0.93, 1.0
        )
        for n in (60, 200) for window in (90, 120)
    ),
    MetricDesign("p90 within the window, 400 cases over 300 days", P90, open_cases(400, 300, "p90")),
    MetricDesign("median with open cases, 80 over 120 days", MEDIAN, open_cases(80, 120, "median"), 0.93, 0.98),
    MetricDesign("median with open cases, 20 customers × 10", MEDIAN, open_cases(200, 200, "median", 20), 0.92, 0.98),
)  # fmt: skip
