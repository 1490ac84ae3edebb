"""Until when a log tells what happened: a robust end, so that one mistyped or planned date does not move it.

Every metric that counts days, customers or usage up to the end of a log takes it from here. Dates after the end are
plans (or typing errors): they are counted and said, never observed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from cxanalysis.metrics.metric_table import day_of
from cxanalysis.problem import Problem

#: At most this share of the dates (and one date at least) may lie beyond a gap that ends the log.
FEW: Final = 0.05
#: A gap ends the log only if it is longer than this,
SHORTEST_GAP: Final = pd.Timedelta(days=30)
#: and than so many times the usual step from one date to the next.
STEPS: Final = 20
#: Fewer different days than this have no usual step: there only a gap as long as this ends the log.
FEWEST: Final = 20
SURELY: Final = pd.Timedelta(days=3653)
#: So long after the last customer came, a customer's end may still have been observed: registers are kept weekly or
#: monthly.
SLACK: Final = pd.Timedelta(days=45)
#: If at least this share of those still there have an end after the last customer came, ends are planned.
PLANNED: Final = 0.5
#: More than so many times the leavers of the same stretch before (and a few more) are unusually many.
MANY_MORE: Final = 2
A_FEW: Final = 5


@dataclass(frozen=True, slots=True)
class LogEnd:
    """The end of a log.

    Attributes
    ----------
    moment : Timestamp
        The last moment of which the log tells.
    day : str
        The last day, ISO.
    later : int
        Dates after it.
    given : bool
        Whether the caller named it.
    newcomers_until : str or None
        Of a register: the day the last customer came, where unusually many left after it.
    """

    moment: pd.Timestamp
    day: str
    later: int
    given: bool
    newcomers_until: str | None = None

    def notes(self, what: str = "dates") -> list[str]:
        """What is to be said where dates lie after it.

        >>> LogEnd(pd.Timestamp("2025-06-30"), "2025-06-30", 3, given=False).notes("ends")
        ['3 ends lie after 2025-06-30, the last day the records tell of: planned, not observed. Name another end with until=.']
        """  # noqa: E501  (a note is one line)
        if self.newcomers_until is not None:
            doubt = (
                f"Nobody came after {self.newcomers_until}, and unusually many left: if these are plans, say until=."
            )
            return [doubt, *replace(self, newcomers_until=None).notes(what)]
        if not self.later:
            return []
        lie = f"{self.later:,} {what} lie after" if self.later > 1 else f"1 of the {what} lies after"
        if self.given:
            return [f"{lie} {self.day}: planned, not observed."]
        return [
            f"{lie} {self.day}, the last day the records tell of: planned, not observed. Name another end with until=."
        ]


def log_end(*columns: pd.Series, until: str | None = None, whole_day: bool = False) -> LogEnd | None:
    """The end of a log with these columns of dates; None if there is no date.

    Parameters
    ----------
    *columns : Series of datetime64
        Of one and the same log.
    until : str, optional
        The last day, as the user knows it: it counts to its end with `whole_day`.
    whole_day : bool

    Returns
    -------
    LogEnd or None
        Without `until`: the last date before the first implausible gap among the latest 5 % of the dates, one that is
        longer than 30 days and than 20 times the usual step between dates (of fewer than 20 days: longer than ten
        years). Without such a gap the last date.

    Examples
    --------
    >>> days = pd.Series(pd.date_range("2025-01-01", periods=60)).astype("datetime64[us]")
    >>> days.iloc[7] = pd.Timestamp("2099-12-31")
    >>> log_end(days).day, log_end(days).later
    ('2025-03-01', 1)
    """
    times = np.sort(np.concatenate([column.dropna().to_numpy().astype("datetime64[us]") for column in columns]))
    if until is not None:
        named = day_of(until, "until")
        moment = named + pd.Timedelta(days=1) if whole_day else named
        later = int((times > moment.to_datetime64()).sum())
        return LogEnd(moment, named.date().isoformat(), later, given=True)
    if not len(times):
        return None
    last = _before_gap(times)
    return _robust(pd.Timestamp(times[last]), len(times) - 1 - last)


def register_end(came: pd.Series, gone: pd.Series, until: str | None = None) -> LogEnd | None:
    """The end of a register of customers, in which the day of leaving may be a plan: contracts end in the future.

    If nobody came any more and yet at least half of those who were still there have an end later than that, these ends
    are plans, and the register ends when the last customer came. Where only some do, they left, as others did before;
    if they are many more than before, that is said. A register closed to newcomers, watched for longer than they took
    to come, is read to the last leaver.

    Examples
    --------
    >>> came = pd.Series(pd.date_range("2023-01-01", "2025-06-30", freq="D")).astype("datetime64[us]")
    >>> ends = came + pd.Timedelta(days=730)
    >>> register_end(came, ends).day
    '2025-06-30'
    """
    if until is not None:
        return log_end(came, gone, until=until)
    everything, newcomers = log_end(came, gone), log_end(came)
    if everything is None or newcomers is None:
        return everything
    follow_up, intake = everything.moment - newcomers.moment, newcomers.moment - came.min()
    if follow_up <= SLACK or follow_up >= intake:
        return everything
    last = newcomers.moment
    after = int((gone > last).sum())
    still_there = int(((came <= last) & (gone.isna() | (gone > last))).sum())
    if after >= PLANNED * still_there:
        return _robust(last, int((came > last).sum()) + after)
    before = int(((gone > last - follow_up) & (gone <= last)).sum())
    unusual = after > MANY_MORE * before + A_FEW
    return replace(everything, newcomers_until=newcomers.day if unusual else None)


def _robust(moment: pd.Timestamp, later: int) -> LogEnd:
    return LogEnd(moment, moment.date().isoformat(), later, given=False)


def needed_end(end: LogEnd | None, where: str) -> LogEnd:
    """The end, or a problem if there is no date at all."""
    if end is None:
        raise Problem("there is no date in it", where=where, do="Name a column of dates")
    return end


def _before_gap(times: np.ndarray) -> int:
    """Place of the last date before the first gap that ends the log."""
    days = np.unique(times.astype("datetime64[D]"))
    if len(days) < 3:
        return len(times) - 1
    first_late = len(times) - max(1, int(FEW * len(times)))
    steps = np.diff(times[first_late - 1 :])
    # The usual step is that of the dates before: one late date must not stretch the measure it is held to.
    body = days[days <= times[first_late - 1].astype("datetime64[D]")]
    usual = (body[-1] - body[0]) / max(len(body) - 1, 1)
    limit = max(SHORTEST_GAP.to_timedelta64(), STEPS * usual.astype("timedelta64[us]"))
    if len(days) < FEWEST:
        limit = max(limit, SURELY.to_timedelta64())
    gaps = np.flatnonzero(steps > limit)
    return first_late - 1 + int(gaps[0]) if len(gaps) else len(times) - 1
