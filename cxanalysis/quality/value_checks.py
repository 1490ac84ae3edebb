"""Values that cannot be: outside the scale, impossible days, closed before opened, negative money."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from cxanalysis import numbers
from cxanalysis.quality.examined import GRADES, Examined, rows_said
from cxanalysis.quality.quality_result import Mask, QualityFinding

#: Days on which the counting of days begins in some program: they stand for "no date".
_ZERO_DAYS: Final = tuple(
    np.datetime64(day, "us") for day in ("1970-01-01", "1900-01-01", "1899-12-30", "1899-12-31", "1904-01-01")
)
#: A count is too far below zero if it is so many times as far as the highest is above, and if it is this rare.
_FAR: Final = 3
_RARELY: Final = 0.01
#: Such a day is believed if the column holds other dates this near to it.
_NEAR: Final = np.timedelta64(366, "D")


def outside_the_scale(seen: Examined) -> list[QualityFinding]:
    """Grades below the lowest or above the highest possible answer."""
    empty: dict[str, Mask] = {}
    examples: list[str] = []
    for column in seen.table.columns_of(*GRADES):
        scale = seen.table.scales.get(column)
        if scale is None or not pd.api.types.is_numeric_dtype(seen.frame[column]):
            continue
        values = seen.numbers_of(column)
        bad = (values < scale.low) | (values > scale.high)
        if bad.any():
            empty[column] = bad
            most = pd.Series(values[bad]).value_counts().sort_index().idxmax()
            examples.append(f"{most:g} in {seen.called(column)}, whose scale is {scale.describe()}")
    times = sum(int(mask.sum()) for mask in empty.values())
    moved = ""
    if seen.outcome in empty and seen.y is not None:
        moved = " " + seen.moved(seen.change(empty[str(seen.outcome)]))
    return seen.about_values(
        "outside the scale",
        empty,
        finding=f"{rows_said(times, 'answer')} outside the scale, such as {examples[0] if examples else ''}.",
        effect=f"They are counted as grades and pull every mean and effect towards them.{moved}".rstrip(),
        advice="Leave these answers out, or correct the scale on the data page.",
    )


def impossible_dates(seen: Examined) -> list[QualityFinding]:
    """Days in the future, and the day at which a program begins to count."""
    empty: dict[str, Mask] = {}
    zero, future = 0, 0
    for column in seen.table.columns_of("date", "due", "closed"):
        days = seen.frame[column].to_numpy("datetime64[us]")
        is_zero = _zero_days(days)
        # What was promised may lie ahead; what happened may not.
        ahead = np.zeros(seen.n, bool)
        if seen.table.roles[column] != "due":
            ahead = days >= (seen.today + pd.Timedelta("1D")).to_datetime64()
        zero, future = zero + int(is_zero.sum()), future + int(ahead.sum())
        empty[column] = is_zero | ahead
    columns = [c for c, mask in empty.items() if mask.any()]
    said = [
        f"{rows_said(zero, 'date')} like 1970-01-01, which stand for no date" if zero else "",
        f"{rows_said(future, 'date')} after {numbers.day(seen.today.date())}" if future else "",
    ]
    return seen.about_values(
        "impossible dates",
        empty,
        finding=f"{' and '.join(part for part in said if part)} in {seen.listed(columns or [''])}.",
        effect="They stretch the period, begin or end trends where nothing was, and put failures outside every window.",
        advice="Leave these dates out; the rows stay.",
    )


def closed_before_opened(seen: Examined) -> list[QualityFinding]:
    """Cases that end before they begin."""
    opened = seen.table.columns_of("date")
    empty: dict[str, Mask] = {}
    longest = 0.0
    for column in seen.table.columns_of("closed") if opened else ():
        begin, end = (seen.frame[c].to_numpy("datetime64[us]") for c in (opened[0], column))
        if _whole_days(begin) or _whole_days(end):  # without a clock time a case may end on its own day
            begin, end = begin.astype("datetime64[D]"), end.astype("datetime64[D]")
        before = end < begin
        if before.any():
            empty[column] = before
            longest = max(longest, float((begin[before] - end[before]).max() / np.timedelta64(1, "D")))
    cases = sum(int(mask.sum()) for mask in empty.values())
    return seen.about_values(
        "closed before opened",
        empty,
        finding=f"{rows_said(cases)} {'ends before it begins' if cases == 1 else 'end before they begin'}, "
        f"by up to {rows_said(round(longest), 'day')}.",
        effect="Their duration is negative, so times to a solution look shorter than they are.",
        advice="Leave the closing date out, or look whether day and month were swapped.",
    )


def negative_amounts(seen: Examined) -> list[QualityFinding]:
    """Money below zero; counts and measures so far below zero that nothing above it is as far."""
    empty: dict[str, Mask] = {}
    for column in seen.table.columns_of("amount", "number"):
        values = seen.numbers_of(column)
        low = values < 0
        if seen.table.roles[column] == "number":
            there = values[~np.isnan(values)]
            far = _FAR * max(float(there.max()), 0.0) if len(there) else 0.0
            low &= (values < -far) & (low.sum() <= _RARELY * len(there))
        empty[column] = low
    times = sum(int(mask.sum()) for mask in empty.values())
    columns = [c for c, mask in empty.items() if mask.any()]
    lowest = min((float(seen.numbers_of(c)[empty[c]].min()) for c in columns), default=0.0)
    return seen.about_values(
        "negative amounts",
        empty,
        finding=f"{rows_said(times, 'value')} of {seen.listed(columns or [''])} below zero, "
        f"down to {numbers.number(lowest)}.",
        effect="Sums and means come out too low if these are mistakes, or refunds entered as purchases.",
        advice="Leave them out if they are mistakes; if they are refunds, they belong to a table of their own.",
    )


def _zero_days(days: np.ndarray) -> Mask:
    """Where a date is a program's first day and nothing else lies near it."""
    out = np.zeros(len(days), bool)
    for zero in _ZERO_DAYS:
        at = days == zero
        if at.any():
            away = np.abs(days - zero)
            if not ((away <= _NEAR) & ~at).any():
                out |= at
    return out


def _whole_days(moments: np.ndarray) -> bool:
    there = moments[~np.isnat(moments)]
    return bool((there == there.astype("datetime64[D]")).all())
