"""Periods on the calendar: their starts, their ends, how many make a year and a season."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cxanalysis.engine.need import PERIODS
from cxanalysis.problem import Problem

Days = NDArray[np.datetime64]
#: One day, or many: numpy's own types do not tell them apart.
Day = Any
#: Periods that can be watched: a year is too long to wait for.
WATCHED: Final = tuple(every for every in PERIODS if every != "year")
#: Looks in a year, one at the end of every period.
A_YEAR: Final[Mapping[str, float]] = MappingProxyType({"day": 365.25, "week": 52.18, "month": 12.0, "quarter": 4.0})
#: Periods after which a rhythm repeats itself: the days of a week, else a year.
SEASON: Final[Mapping[str, int]] = MappingProxyType({"day": 7, "week": 52, "month": 12, "quarter": 4})
_MONTHS: Final = MappingProxyType({"month": 1, "quarter": 3})
_DAYS: Final = MappingProxyType({"day": 1, "week": 7})


def checked(every: Any) -> str:
    """The period's name, or a `Problem` if it cannot be watched."""
    if not isinstance(every, str) or every not in WATCHED:
        raise Problem(f"{every!r} is no period to watch", where="every", do=f"Use one of: {', '.join(WATCHED)}")
    return every


def days(values: Any) -> Days:
    """Dates of any kind as days without a clock."""
    return np.asarray(values, dtype="datetime64[us]").astype("datetime64[D]")


def after(start: Day, every: str, steps: int | NDArray[Any] = 1) -> Day:
    """The start of the period that many periods later.

    Examples
    --------
    >>> str(after(np.datetime64("2024-10-01"), "quarter")), str(after(np.datetime64("2024-12-30"), "week"))
    ('2025-01-01', '2025-01-06')
    """
    start = np.asarray(start, dtype="datetime64[D]")
    if every in _MONTHS:
        found = (start.astype("datetime64[M]") + np.asarray(steps) * _MONTHS[every]).astype("datetime64[D]")
    else:
        found = start + (np.asarray(steps) * _DAYS[every]).astype("timedelta64[D]")
    return found[()]


def all_between(first: Day, last: Day, every: str) -> Days:
    """Starts of all periods from one start to another, both included: also those nobody answered in.

    Examples
    --------
    >>> all_between(np.datetime64("2024-11-01"), np.datetime64("2025-01-01"), "month").astype(str).tolist()
    ['2024-11-01', '2024-12-01', '2025-01-01']
    """
    if every in _MONTHS:
        months = np.arange(first.astype("datetime64[M]"), last.astype("datetime64[M]") + 1, _MONTHS[every])
        return months.astype("datetime64[D]")
    return np.arange(first, last + np.timedelta64(1, "D"), _DAYS[every])


def place_in_season(starts: Days, every: str) -> NDArray[np.int64]:
    """Which part of its season each period is: day of the week, week, month or quarter of the year, from 0."""
    if every == "day":
        return (starts.astype(np.int64) + 3) % 7  # 1 January 1970 was a Thursday
    months = starts.astype("datetime64[M]").astype(np.int64)
    if every == "week":
        into = (starts - starts.astype("datetime64[Y]").astype("datetime64[D]")).astype(np.int64)
        return np.minimum(into // 7, SEASON["week"] - 1)
    return (months % 12) // _MONTHS[every]
