"""One plain sentence for a metric: no finer than its interval, and no difference that may be noise."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import stats

from cxanalysis import numbers
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.response_words import against_published

#: Metrics whose value is a percentage.
PERCENT: Final = frozenset({"csat", "response_rate"})


#: Metric → what its n counts, where that is no answer.
COUNTED: Final = {"response_rate": "invitation"}


def headline(estimates: Estimates) -> str:
    """The result in one sentence; see `Estimates.headline`.

    For several groups it says first whether they differ at all: a χ² test of homogeneity on the intervals' widths,
    Q = Σ(v - v̄)²/s² with groups - 1 degrees of freedom. For periods it compares the last with the one before, with
    the interval of the difference made of the two intervals (Newcombe 1998, method 10).
    """
    if estimates.metric == "unnecessary_rate":
        from cxanalysis.metrics.unnecessary_rate import in_a_sentence

        return in_a_sentence(estimates)
    table = estimates.table[estimates.table["n"] > 0]
    if "published" in estimates.detail and estimates.every is None:
        return against_published(estimates)
    if not estimates.by:
        return f"{_is(estimates, table.iloc[0])}, from {_answers(estimates, table['n'].iloc[0])}."
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
    """Value and interval, such as "31 [28, 34]"."""
    if math.isnan(row["low"]):
        whole = estimates.metric in PERCENT or estimates.metric == "nps"
        value = numbers.number(row["value"], 0 if whole else 1)
        return f"{value}{numbers.THIN}% (no interval)" if estimates.metric in PERCENT else f"{value} (no interval)"
    ends = (row["value"], row["low"], row["high"])
    if estimates.metric in PERCENT:
        return numbers.percent(*(end / 100 for end in ends))
    return numbers.points(*ends)


def _is(estimates: Estimates, row: pd.Series) -> str:
    return f"{estimates.passport.name} is {_value(estimates, row)}"


def _answers(estimates: Estimates, n: Any) -> str:
    noun = COUNTED.get(estimates.metric, "answer")
    return f"1 {noun}" if int(n) == 1 else f"{int(n):,} {noun}s"


def _group(row: pd.Series, by: tuple[str, ...]) -> str:
    return ", ".join("no value" if pd.isna(row[name]) else str(row[name]) for name in by if name != "period")


def _between_groups(estimates: Estimates, table: pd.DataFrame, when: str) -> str:
    known = table.dropna(subset=["low", "high"]).sort_values("value", kind="stable")
    total = _answers(estimates, table["n"].sum())
    if len(known) < 2:
        row = table.sort_values("n", kind="stable").iloc[-1]
        return f"{_is(estimates, row)} in {_group(row, estimates.by)}{when}; other groups are too small to compare."
    least, most = known.iloc[0], known.iloc[-1]
    ends = (
        f"from {_value(estimates, least)} ({_group(least, estimates.by)}) "
        f"to {_value(estimates, most)} ({_group(most, estimates.by)}){when}"
    )
    if _differ(known, estimates.confidence):
        return f"{estimates.passport.name} runs {ends}: the {len(known)} groups differ by more than noise ({total})."
    return (
        f"No difference in {estimates.passport.name} between the {len(known)} groups can be told from noise: "
        f"{ends} ({total})."
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
        return f"{now}, from {_answers(estimates, last['n'])}."
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
