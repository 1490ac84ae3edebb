"""Days, weeks, months as stretches of time: for metrics that count what happened within one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from cxanalysis.arguments import shown
from cxanalysis.engine.frame_columns import starts
from cxanalysis.engine.need import PERIODS
from cxanalysis.problem import Problem

#: A period counts as covered if no more than a tenth of it is missing at either end: few logs end at midnight.
NEARLY: Final = 0.1
_STEP: Final = {
    "day": pd.DateOffset(days=1),
    "week": pd.DateOffset(weeks=1),
    "month": pd.DateOffset(months=1),
    "quarter": pd.DateOffset(months=3),
    "year": pd.DateOffset(years=1),
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """A half-open stretch of time: start ≤ t < end."""

    start: pd.Timestamp
    end: pd.Timestamp

    @property
    def days(self) -> float:
        """Its length."""
        return (self.end - self.start) / pd.Timedelta(days=1)

    @property
    def span(self) -> tuple[str, str]:
        """First and last day, ISO."""
        last = self.end - pd.Timedelta(microseconds=1)
        return self.start.date().isoformat(), last.date().isoformat()


def period_start(moment: pd.Timestamp, every: str) -> pd.Timestamp:
    """The start of the period in which a moment lies.

    Examples
    --------
    >>> period_start(pd.Timestamp("2025-02-14"), "quarter")
    Timestamp('2025-01-01 00:00:00')
    """
    return pd.Timestamp(starts(np.array([moment.to_datetime64()], dtype="datetime64[us]"), every)[0])


def following(start: pd.Timestamp, every: str) -> pd.Timestamp:
    """The start of the period after the one that starts then.

    Examples
    --------
    >>> following(pd.Timestamp("2025-01-01"), "quarter")
    Timestamp('2025-04-01 00:00:00')
    """
    return pd.Timestamp(start + _STEP[every])


def whole_periods(first: pd.Timestamp, last: pd.Timestamp, every: str) -> tuple[list[Stretch], list[Stretch]]:
    """The periods between two moments: those covered in full, and those covered only in part.

    Examples
    --------
    >>> whole, part = whole_periods(pd.Timestamp("2025-01-15"), pd.Timestamp("2025-03-30"), "month")
    >>> [stretch.span[0] for stretch in whole], [stretch.span[0] for stretch in part]
    (['2025-02-01', '2025-03-01'], ['2025-01-01'])
    """
    if not isinstance(every, str) or every not in PERIODS:
        raise Problem(f"{shown(every)} is no period", where="period", do=f"Use one of: {', '.join(PERIODS)}")
    start = period_start(first, every)
    whole: list[Stretch] = []
    part: list[Stretch] = []
    while start <= last:
        one = Stretch(start, following(start, every))
        lacking = max(first - one.start, pd.Timedelta(0)) + max(one.end - last, pd.Timedelta(0))
        (part if lacking > max(NEARLY * (one.end - one.start), pd.Timedelta(days=1)) else whole).append(one)
        start = one.end
    return whole, part


def earlier(one: Stretch, every: str, lag: int) -> Stretch:
    """The period that lies so many before.

    Examples
    --------
    >>> march = Stretch(pd.Timestamp("2025-03-01"), pd.Timestamp("2025-04-01"))
    >>> earlier(march, "month", 2).span
    ('2025-01-01', '2025-01-31')
    """
    start = one.start
    for _ in range(lag):
        start, end = start - _STEP[every], start
    return Stretch(start, end) if lag else one


def covered_in_part(part: list[Stretch], every: str) -> list[str]:
    """What to say about periods that are left out because the log covers only a part of them."""
    if not part:
        return []
    dates = ", ".join(stretch.span[0] for stretch in part[:3]) + (", …" if len(part) > 3 else "")
    return [f"{len(part):,} {every}{'s' if len(part) > 1 else ''} covered only in part left out (from {dates})."]
