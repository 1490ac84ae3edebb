"""Simulated series without and with change: how often alerts are false, how soon a real drop is found.

Series are made of counted answers, week by week, as `cx.nps` and `cx.csat` would sum them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from statsmodels.stats.multitest import multipletests

from cxanalysis.basis import Basis, SourceTable
from cxanalysis.monitor.alert_test import WINDOWS, alert_test, variance_prior, with_baseline
from cxanalysis.monitor.alerts import ENOUGH_TO_POOL, alert_tests
from cxanalysis.monitor.control import control_of
from cxanalysis.monitor.forecast import forecast_of
from cxanalysis.monitor.series import Series

#: Weeks before the first look: the baseline and as many again as the longest window needs.
BASELINE, WARM = 20, 33
START = np.datetime64("2024-01-01")
#: Shares of detractors and passives: NPS 20.
DETRACTORS, PASSIVES = 0.25, 0.30


#: What simulated series rest on.
SIMULATED = Basis((SourceTable("simulated"),), confidence=0.95)


@dataclass(frozen=True)
class World:
    """One kind of series.

    `n` is the weekly number of answers, or (low, high) between which it changes; `rate` a failure rate in percent, None
    for NPS; `spread` how far weeks differ in units of sampling error (1: by sampling alone); `memory` the
    autocorrelation of what makes weeks differ.
    """

    name: str
    n: int | tuple[int, int] = (30, 300)
    rate: float | None = None
    spread: float = 1.0
    memory: float = 0.0


WORLDS = (
    World("NPS, n 30-300"),
    World("NPS, n 30", n=30),
    World("NPS, n 300", n=300),
    World("NPS, n 30-300, overdispersed", spread=1.5),
    World("NPS, n 30-300, autocorrelated", spread=1.5, memory=0.6),
    World("NPS, n 30-300, strongly autocorrelated", spread=1.5, memory=0.8),
    World("failure rate 10 %, n 30-300", rate=10.0),
    World("failure rate 3 %, n 30-300", rate=3.0),
    World("failure rate 3 %, n 30", n=30, rate=3.0),
    World("failure rate 3 %, n 30, overdispersed", n=30, rate=3.0, spread=1.5),
    World("failure rate 3 %, n 300, overdispersed", n=300, rate=3.0, spread=1.5),
)


def counted(rng: np.random.Generator, world: World, weeks: int, drop: float = 0.0, since: int = 0) -> Series:
    """One series; from week `since` on its true value is `drop` points lower (a failure rate so many higher)."""
    low, high = (world.n, world.n) if isinstance(world.n, int) else world.n
    n = rng.integers(low, high + 1, weeks)
    variance = 100**2 * (1 - PASSIVES - (1 - PASSIVES - 2 * DETRACTORS) ** 2)
    if world.rate is not None:
        variance = world.rate * (100 - world.rate)
    wander = rng.normal(size=weeks)
    for week in range(1, weeks):
        wander[week] = world.memory * wander[week - 1] + np.sqrt(1 - world.memory**2) * wander[week]
    wander *= np.sqrt((world.spread**2 - 1) * variance / ((low + high) / 2))
    moved = np.where(np.arange(weeks) >= since, drop, 0.0) if drop else np.zeros(weeks)
    if world.rate is None:
        shift = (wander - moved) / 200
        chances = np.clip(np.stack([DETRACTORS - shift, np.full(weeks, PASSIVES)]), 0, 0.69)
        counts = np.array([rng.multinomial(m, [d, p, 1 - d - p]) for m, (d, p) in zip(n, chances.T, strict=True)])
        value = 100 * (counts[:, 2] - counts[:, 0]) / n
        within = 100**2 * (counts[:, 2] + counts[:, 0]) / n - value**2
    else:
        value = 100 * rng.binomial(n, np.clip((world.rate + wander + moved) / 100, 0, 1)) / n
        within = value * (100 - value)
    start = START + 7 * np.arange(weeks)
    is_nps = world.rate is None
    return Series(
        name="simulated", metric="nps" if is_nps else "failure_rate", label="NPS" if is_nps else "Failure rate",
        unit="points, -100 to 100" if is_nps else "% of events", says="" if is_nps else "%", every="week", group=(),
        better="high" if is_nps else "low", start=start, value=value, low=value, high=value, n=n,
        weight=n.astype(float), variance=within, complete=np.ones(weeks, bool),
        covered=(str(start[0]), str(start[-1] + 6)), basis=SIMULATED,
    )  # fmt: skip


def alarmed(found: Sequence[Series], rate: float = 0.05) -> np.ndarray:
    """Which series raise an alarm at a look at the end of all of them."""
    p = np.array([one.p_value for one in alert_tests(found, windows=WINDOWS["week"])])
    known = np.isfinite(p)
    out = np.zeros(len(p), bool)
    if known.any():
        out[known] = multipletests(p[known], alpha=rate, method="fdr_bh")[0]
    return out


def false_looks(world: World, series: int, sets: int, seed: int = 1, weeks: int = WARM) -> float:
    """Share of looks with any alarm although nothing changed; one look at each set of series."""
    rng = np.random.default_rng([seed, series, weeks])
    hits = sum(alarmed([counted(rng, world, weeks) for _ in range(series)]).any() for _ in range(sets))
    return hits / sets


def false_in_a_year(world: World, sets: int, seed: int = 2, looks: int = 52) -> float:
    """False alarms of one series in a year of weekly looks, on average."""
    rng = np.random.default_rng([seed, looks])
    alarms = 0
    for _ in range(sets):
        whole = counted(rng, world, BASELINE + looks)
        for weeks in range(BASELINE + 1, BASELINE + looks + 1):
            alarms += int(alarmed([whole.cut(np.arange(weeks))])[0])
    return alarms / sets


def weeks_until_found(
    world: World, drop: float, series: int, sets: int, seed: int = 3, most: int = 52
) -> tuple[float, float, float]:
    """Median weeks until a lasting drop of one series among many is found, and the shares found within 13 and 52.

    Week 1 is the first complete week after the drop. The others do not change; that they teach each other how far weeks
    differ is simulated with as many as that takes, and their own p values are drawn uniformly.
    """
    rng = np.random.default_rng([seed, series, int(10 * drop)])
    found = []
    for _ in range(sets):
        since = WARM
        whole = counted(rng, world, since + most, drop, since)
        beside = [counted(rng, world, since) for _ in range(min(series - 1, 30))]
        together = False if series >= ENOUGH_TO_POOL else None
        prior = variance_prior([with_baseline(one, correlated=together) for one in [whole, *beside]])
        when = most + 1
        for week in range(1, most + 1):
            seen = with_baseline(whole.cut(np.arange(since + week)), correlated=together)
            p = alert_test(seen, windows=WINDOWS["week"], prior=prior).p_value
            others = rng.uniform(size=series - 1)
            if multipletests([p, *others], method="fdr_bh")[0][0]:
                when = week
                break
        found.append(when)
    weeks = np.array(found)
    return float(np.median(weeks)), float((weeks <= 13).mean()), float((weeks <= most).mean())


def false_signals(world: World, sets: int, rules: Sequence[str], seed: int = 4, looks: int = 52) -> tuple[float, float]:
    """Signals of a control chart in a year without change (a run counts once), and what the chart says to expect."""
    rng = np.random.default_rng([seed, looks])
    seen = said = 0.0
    for _ in range(sets):
        chart = control_of(replace(counted(rng, world, BASELINE + looks)), rules=rules)
        signal = chart.judged["signal"].to_numpy() != ""
        begins = signal & ~np.concatenate([[False], signal[:-1]]) if "run" in rules else signal
        seen += begins.sum()
        said += chart.false_signals_a_year
    return seen / sets, said / sets


@dataclass(frozen=True)
class Path:
    """A level that wanders, measured with changing n: the kind of series the forecast is made for.

    `step` is the standard deviation of the level's weekly move, in units of a typical week's sampling error; `season`
    the height of a rhythm of seven days in the same units (by day).
    """

    name: str
    periods: int
    step: float
    season: float = 0.0


PATHS = (
    Path("40 weeks, level stays", 40, 0.0),
    Path("40 weeks, level wanders", 40, 0.3),
    Path("104 weeks, level stays", 104, 0.0),
    Path("104 weeks, level wanders slowly", 104, 0.1),
    Path("104 weeks, level wanders", 104, 0.3),
    Path("104 weeks, level wanders fast", 104, 1.0),
    Path("120 days, weekly rhythm", 120, 0.1, 1.5),
)


def forecast_coverage(path: Path, sets: int, seed: int = 5, horizon: int = 4) -> tuple[float, float, float]:
    """Share of measured values inside the 95 % interval; share of sets where smoothing was used; its mean width."""
    rng = np.random.default_rng([seed, path.periods, int(100 * path.step)])
    hits = used = width = 0.0
    for _ in range(sets):
        length = path.periods + horizon
        n = rng.integers(50, 151, length)
        sampling = 80 / np.sqrt(100)
        level = np.cumsum(rng.normal(0, path.step * sampling, length))
        rhythm = path.season * sampling * np.sin(2 * np.pi * (np.arange(length) % 7) / 7)
        value = level + rhythm + rng.normal(0, 80 / np.sqrt(n))
        every = "day" if path.season else "week"
        start = START + np.arange(length) * (1 if path.season else 7)
        whole = Series(
            name="simulated", metric="rating", label="Rating", unit="points", says="", every=every, group=(),
            better="high",
            start=start, value=value, low=value, high=value, n=n, weight=n.astype(float),
            variance=np.full(length, 6400.0), complete=np.ones(length, bool), covered=(str(start[0]), str(start[-1])),
            basis=SIMULATED,
        )  # fmt: skip
        made = forecast_of(whole.cut(np.arange(path.periods)), horizon=horizon)
        truth = value[path.periods :]
        hits += ((truth >= made.table["low"]) & (truth <= made.table["high"])).mean()
        used += made.beats_naive
        width += (made.table["high"] - made.table["low"]).mean()
    return hits / sets, used / sets, width / sets
