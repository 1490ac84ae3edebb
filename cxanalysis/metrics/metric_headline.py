"""One plain sentence for a metric: no finer than its interval, and no difference that may be noise."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import stats

from cxanalysis import numbers

if TYPE_CHECKING:
    from cxanalysis.metrics.estimates import Estimates


def headline(estimates: Estimates) -> str:
    """The result in one sentence; see `Estimates.headline`.

    For several groups it says first whether they differ at all: a χ² test of homogeneity on the intervals' widths,
    Q = Σ(v - v̄)²/s² with groups - 1 degrees of freedom. For periods it compares the last with the one before, with
    the interval of the difference made of the two intervals (Newcombe 1998, method 10).
    """
    table = estimates.table[estimates.table["n"] > 0]
    if table.empty:
        return f"{estimates.passport.name} cannot be measured: nothing is left to count."
    if not estimates.by:
        return f"{_is(estimates, table.iloc[0])}{_from(estimates, table['n'].iloc[0])}."
    if estimates.every is not None and len(estimates.by) == 1:
        return _over_time(estimates, table)
    when = ""
    if estimates.every is not None:
        last = table["period"].max()
        table, when = table[table["period"] == last], f" in {named_period(last, estimates.every)}"
    return _between_groups(estimates, table, when)


def named_period(start: Any, every: str) -> str:
    """A period as a reader would call it.

    Examples
    --------
    >>> named_period(pd.Timestamp("2024-04-01"), "quarter"), named_period(pd.Timestamp("2024-04-01"), "month")
    ('Q2 2024', 'April 2024')
    """
    day = pd.Timestamp(start)
    if every == "year":
        return str(day.year)
    if every == "quarter":
        return f"Q{day.quarter} {day.year}"
    if every == "month":
        return f"{day.month_name()} {day.year}"
    return f"the week of {day.date().isoformat()}" if every == "week" else day.date().isoformat()


def _value(estimates: Estimates, row: pd.Series) -> str:
    """Value and interval, such as "31 [28, 34]" or "4.2 days [3.9, 4.5]"."""
    says, ends = estimates.passport.says, (row["value"], row["low"], row["high"])
    if math.isnan(row["value"]):
        return "not reached"
    if math.isnan(row["low"]) and math.isnan(row["high"]):
        value = numbers.number(row["value"], estimates.passport.decimals)
        unit = f"{numbers.THIN}%" if says == "%" else f" {says}" if says else ""
        return f"{value}{unit} (no interval)"
    if math.isnan(row["high"]):
        return f"{numbers.points(row['value'], unit=says)} [{numbers.number(row['low'], 1)}, not reached]"
    if says == "%":
        return numbers.percent(*(end / 100 for end in ends))
    return numbers.points(*ends, unit=says)


def _is(estimates: Estimates, row: pd.Series) -> str:
    name = estimates.passport.name
    return f"{name}{':' if are_many(name) else ' is'} {_value(estimates, row)}"


def are_many(name: str) -> bool:
    """Whether a metric's name is a plural, by its head: the last word before "of", "who", "per" …

    Examples
    --------
    >>> [are_many(n) for n in ("Monthly active users", "Customers who stopped buying", "NPS", "Losses per customer")]
    [True, True, False, True]
    >>> [are_many(n) for n in ("Share of customers", "First contact success", "CSAT")]
    [False, False, False]
    """
    words = re.split(r" (?:of|who|that|per|by|in|with|without|to|from)\b", name)[0].split()
    return bool(words) and words[-1].endswith("s") and not words[-1].endswith(("ss", "us", "is"))


def _inside(name: str) -> str:
    """A name within a sentence: "response rate", but "NPS"."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def _from(estimates: Estimates, n: Any) -> str:
    """What the value was computed from; nothing where the value is the count itself."""
    return f", from {estimates.passport.counted(int(n))}" if estimates.passport.counts else ""


def _group(row: pd.Series, by: tuple[str, ...]) -> str:
    return ", ".join("no value" if pd.isna(row[name]) else str(row[name]) for name in by if name != "period")


def _between_groups(estimates: Estimates, table: pd.DataFrame, when: str) -> str:
    known = table.dropna(subset=["low", "high"]).sort_values("value", kind="stable")
    total = f" ({estimates.passport.counted(int(table['n'].sum()))})" if estimates.passport.counts else ""
    if len(known) < 2:
        row = table.sort_values("n", kind="stable").iloc[-1]
        return f"{_is(estimates, row)} in {_group(row, estimates.by)}{when}; other groups are too small to compare."
    least, most = known.iloc[0], known.iloc[-1]
    ends = (
        f"from {_value(estimates, least)} ({_group(least, estimates.by)}) "
        f"to {_value(estimates, most)} ({_group(most, estimates.by)}){when}"
    )
    if _differ(known, estimates.confidence):
        runs = f"{estimates.passport.name} {'run' if are_many(estimates.passport.name) else 'runs'}"
        return f"{runs} {ends}: the {len(known)} groups differ by more than noise{total}."
    return (
        f"No difference in {_inside(estimates.passport.name)} between the {len(known)} groups can be told from noise: "
        f"{ends}{total}."
    )


def _differ(table: pd.DataFrame, confidence: float) -> bool:
    """Whether groups differ beyond chance, judged by the widths of their intervals."""
    width = (table["high"] - table["low"]).to_numpy(float)
    if (width <= 0).any():
        return False
    precision = (2 * stats.norm.ppf((1 + confidence) / 2) / width) ** 2
    value = table["value"].to_numpy(float)
    away = value - np.average(value, weights=precision)
    return bool(stats.chi2.sf((precision * away**2).sum(), len(table) - 1) < 1 - confidence)


def _over_time(estimates: Estimates, table: pd.DataFrame) -> str:
    every = estimates.every or "day"
    table = table.sort_values("period", kind="stable")
    last = table.iloc[-1]
    now = f"{_is(estimates, last)} in {named_period(last['period'], every)}"
    if len(table) < 2:
        return f"{now}{_from(estimates, last['n'])}."
    before = table.iloc[-2]
    then = named_period(before["period"], every)
    if math.isnan(last["low"]) or math.isnan(before["low"]):
        return f"{now}; {then} cannot be compared: one of the two has too few answers."
    change = last["value"] - before["value"]
    low = change - math.hypot(last["value"] - last["low"], before["high"] - before["value"])
    high = change + math.hypot(last["high"] - last["value"], before["value"] - before["low"])
    size = numbers.number(abs(change), numbers.digits(low, high))
    way = "above" if change > 0 else "below"
    against = f"as in {then}" if not size.strip("0.,") else f"{size} {way} {then}"
    return f"{now}, {against}: {'more than noise' if low > 0 or high < 0 else 'could be noise'}."
