"""One plain sentence for a metric: no finer than its interval, and no difference that may be noise."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from cxanalysis import numbers
from cxanalysis.basis import Basis
from cxanalysis.metrics.passport import Passport
from cxanalysis.wording import counted


@dataclass(frozen=True, slots=True, eq=False)
class _Spoken:
    """What a sentence about a metric is made of."""

    passport: Passport
    basis: Basis
    by: tuple[str, ...]
    every: str | None


def headline_of(passport: Passport, basis: Basis, table: pd.DataFrame, by: tuple[str, ...], every: str | None) -> str:
    """The result in one sentence; see `Estimates.headline`.

    For several groups it says first whether they differ at all: a χ² test of homogeneity on the intervals' widths,
    Q = Σ(v - v̄)²/s² with groups - 1 degrees of freedom. For periods it compares the last with the one before, with
    the interval of the difference made of the two intervals (Newcombe 1998, method 10).
    """
    spoken = _Spoken(passport, basis, by, every)
    table = table[table["n"] > 0]
    if table.empty:
        return f"{spoken.passport.name} cannot be measured: nothing is left to count."
    if not spoken.by:
        return f"{_is(spoken, table.iloc[0])}{_from(spoken, table['n'].iloc[0])}."
    if spoken.every is not None and len(spoken.by) == 1:
        return _over_time(spoken, table)
    when = ""
    if spoken.every is not None:
        last = table["period"].max()
        table, when = table[table["period"] == last], f" in {named_period(last, spoken.every)}"
    return _between_groups(spoken, table, when)


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


def _value(spoken: _Spoken, row: pd.Series) -> str:
    """Value and interval, such as "31 [28, 34]" or "4.2 days [3.9, 4.5]"."""
    says, ends = spoken.passport.says, (row["value"], row["low"], row["high"])
    if math.isnan(row["value"]):
        return "not reached"
    if math.isnan(row["low"]) and math.isnan(row["high"]):
        value = numbers.number(row["value"], spoken.passport.decimals)
        unit = f"{numbers.THIN}%" if says == "%" else f" {says}" if says else ""
        return f"{value}{unit} (no interval)"
    if math.isnan(row["high"]):
        return f"{numbers.points(row['value'], unit=says)} [{numbers.number(row['low'], 1)}, not reached]"
    if says == "%":
        return numbers.percent(*(end / 100 for end in ends))
    return numbers.points(*ends, unit=says)


def _is(spoken: _Spoken, row: pd.Series) -> str:
    return f"{spoken.passport.name}{':' if spoken.passport.plural else ' is'} {_value(spoken, row)}"


def _inside(name: str) -> str:
    """A name within a sentence: "response rate", but "NPS"."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def _from(spoken: _Spoken, n: Any) -> str:
    """What the value was computed from; nothing where the value is the count itself."""
    return "" if spoken.passport.is_count else f", from {counted(int(n), spoken.basis.counts)}"


def _group(row: pd.Series, by: tuple[str, ...]) -> str:
    return ", ".join("no value" if pd.isna(row[name]) else str(row[name]) for name in by if name != "period")


def _between_groups(spoken: _Spoken, table: pd.DataFrame, when: str) -> str:
    compared = table.dropna(subset=["low", "high"]).sort_values("value", kind="stable")
    n = int(table["n"].sum())
    total = "" if spoken.passport.is_count else f" ({counted(n, spoken.basis.counts)})"
    if len(compared) < 2:
        row = table.sort_values("n", kind="stable").iloc[-1]
        return f"{_is(spoken, row)} in {_group(row, spoken.by)}{when}; other groups are too small to compare."
    least, most = compared.iloc[0], compared.iloc[-1]
    ends = (
        f"from {_value(spoken, least)} ({_group(least, spoken.by)}) "
        f"to {_value(spoken, most)} ({_group(most, spoken.by)}){when}"
    )
    assert spoken.basis.confidence is not None
    if _differ(compared, spoken.basis.confidence):
        runs = f"{spoken.passport.name} {'run' if spoken.passport.plural else 'runs'}"
        return f"{runs} {ends}: the {len(compared)} groups differ by more than noise{total}."
    return (
        f"No difference in {_inside(spoken.passport.name)} between the {len(compared)} groups can be told from noise: "
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


def _over_time(spoken: _Spoken, table: pd.DataFrame) -> str:
    every = spoken.every or "day"
    table = table.sort_values("period", kind="stable")
    last = table.iloc[-1]
    now = f"{_is(spoken, last)} in {named_period(last['period'], every)}"
    if len(table) < 2:
        return f"{now}{_from(spoken, last['n'])}."
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
