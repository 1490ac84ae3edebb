"""Counting events in a window before each answer, on arrays: the mathematics behind `link`.

Times are whole microseconds since 1970; a person is a whole number (−1: unknown). Everything is one sort and a few
binary searches, O((n + m) log m), so it holds for twenty million events as for twenty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.problem import Problem

#: Microseconds of one day.
DAY: Final = 86_400_000_000
#: Units in which times may be counted: a day, a second, a millisecond, a microsecond.
_UNITS: Final = (DAY, 1_000_000, 1_000, 1)
#: Numbers stay below this, so that a person's last moment still has one after it.
_LARGEST: Final = 2**62
#: A column of times shows clocks if at most this share of it is midnight: clocks that show only hours are at midnight
#: in one of 24 cases.
MIDNIGHTS: Final = 0.1
#: A time that is missing.
NEVER: Final = np.iinfo(np.int64).min

Ints = NDArray[np.int64]


def microseconds(values: pd.Series, where: str) -> tuple[Ints, bool]:
    """Points in time as whole microseconds (missing: `NEVER`), and whether they carry a time zone (then in UTC)."""
    if not pd.api.types.is_datetime64_any_dtype(values):
        try:
            # Only 2024-03-31 is unmistakable; other ways of writing a date are `read`'s business.
            text = values.astype("string") if values.dtype != object else values
            values = pd.to_datetime(text, format="ISO8601", errors="raise")
        except (ValueError, TypeError) as error:
            raise Problem(
                "not every value can be read as a date",
                where=where,
                do="Name a column of dates, or read it with cx.read",
            ) from error
    zoned = getattr(values.dt, "tz", None) is not None
    if zoned:
        values = values.dt.tz_convert("UTC").dt.tz_localize(None)
    missing = values.isna().to_numpy()
    times = values.to_numpy().astype("datetime64[us]").astype(np.int64)
    return np.where(missing, NEVER, times), zoned


def without_clock(times: Ints) -> NDArray[np.bool_]:
    """Times of which only the day is known: midnights, unless hardly any time of the column is one.

    Examples
    --------
    >>> days = np.array([0, DAY, DAY + 3_600_000_000])
    >>> without_clock(days).tolist(), without_clock(np.append(days[:1], days[2] + np.arange(20))).any()
    ([True, True, False], np.False_)
    """
    dated = times != NEVER
    midnight = dated & (times % DAY == 0)
    return midnight if midnight.sum() > MIDNIGHTS * dated.sum() else np.zeros(len(times), bool)


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Answers and events in time, made comparable: whole days where either has no clock.

    Attributes
    ----------
    answered : int array (answers,)
    happened : int array (events,)
        Where only some lack a clock, an event without one stands at the very end of its day, so that it is before the
        answers of later days only.
    by_day : bool
        Whether all answers or all events lack a clock, so that whole days are compared throughout.
    answers_without, events_without : bool arrays
        Those without a clock.
    """

    answered: Ints
    happened: Ints
    by_day: bool
    answers_without: NDArray[np.bool_]
    events_without: NDArray[np.bool_]

    @classmethod
    def of(cls, answered: Ints, happened: Ints) -> Comparison:
        """From the times as they are written."""
        answers, events = without_clock(answered), without_clock(happened)
        by_day = bool(answers[answered != NEVER].all() or events.all())
        if by_day:
            return cls(to_day(answered), to_day(happened), True, answers, events)
        return cls(answered, np.where(events, happened + DAY - 1, happened), False, answers, events)

    @property
    def is_mixed(self) -> bool:
        """Whether some answers, or some events, have a clock and others have none."""
        return not self.by_day and bool(self.answers_without.any() or self.events_without.any())

    def same_day(self, rows: Ints, people: Ints, line: Timeline) -> NDArray[np.bool_]:
        """Which of these answers have an event on their own day that does not count for want of a clock.

        Parameters
        ----------
        rows : int array (r,)
            Places of answers without an event in their window.
        people : int array (answers,)
        line : Timeline
            Of the events.
        """
        day = to_day(self.answered[rows])
        # An answer with a clock is compared by whole days with those events only that stand at the end of its day.
        start = day if self.by_day else np.where(self.answers_without[rows], day, day + DAY - 1)
        return line.count(people[rows], start, day + DAY) > 0


def to_day(times: Ints) -> Ints:
    """Times cut down to the start of their day; missing ones stay missing."""
    return np.where(times == NEVER, NEVER, times - times % DAY)


def _as_text(keys: pd.Series) -> pd.Series:
    """Keys as text, so that 1001, 1001.0 and "1001" are the same customer."""
    if pd.api.types.is_float_dtype(keys) and (keys.dropna() % 1 == 0).all():
        keys = keys.astype("Int64")
    return keys.astype("string").str.strip()


def common_codes(answer_keys: pd.Series, event_keys: pd.Series) -> tuple[Ints, Ints]:
    """One whole number per person, the same in both columns; −1 where the key is missing."""

    def plain(keys: pd.Series) -> pd.Series:
        return keys.astype(keys.cat.categories.dtype) if isinstance(keys.dtype, pd.CategoricalDtype) else keys

    first, second = plain(answer_keys), plain(event_keys)
    if pd.api.types.is_numeric_dtype(first) != pd.api.types.is_numeric_dtype(second):
        first, second = _as_text(first), _as_text(second)
    both: Any = pd.concat([first, second], ignore_index=True)
    codes = pd.factorize(both)[0].astype(np.int64)
    return codes[: len(first)], codes[len(first) :]


def count_between(codes: Ints, start: Ints, stop: Ints, other_codes: Ints, other_times: Ints) -> Ints:
    """How many of the other rows of the same person lie in start ≤ time < stop.

    Parameters
    ----------
    codes, start, stop : int arrays, shape (n,)
        One person and one half-open stretch of time per row.
    other_codes, other_times : int arrays, shape (m,)
        Person and time of the rows to count; none missing.

    Returns
    -------
    int array, shape (n,)

    Examples
    --------
    >>> import numpy as np
    >>> a = np.array
    >>> count_between(a([7, 8]), a([0, 0]), a([10, 10]), a([7, 7, 7, 8]), a([0, 9, 10, 11])).tolist()
    [2, 0]
    """
    return Timeline.of(other_codes, other_times).count(codes, start, stop)


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """Moments of people, sorted once and asked often.

    Person and time stand in one whole number that sorts by both. Times are counted in the coarsest unit that loses
    nothing; where even so the number would be too large, the times are replaced by their ranks.

    Attributes
    ----------
    rows : int array
        person × width + time in units since `origin`, sorted.
    width, origin, unit : int
    ranked : int array or None
        The different times, sorted, if `rows` holds their ranks.
    """

    rows: Ints
    width: int
    origin: int
    unit: int
    ranked: Ints | None

    @classmethod
    def of(cls, codes: Ints, times: Ints) -> Timeline:
        """From one person and one time a row, none missing."""
        if not len(times):
            return cls(times, 1, 0, 1, None)
        first = int(times.min())
        origin = first - first % DAY
        since = times - origin
        unit = next(unit for unit in _UNITS if not (since % unit).any())
        since //= unit
        width = int(since.max()) + 2
        if (int(codes.max()) + 1) * width < _LARGEST:
            since += codes * width
            since.sort()
            return cls(since, width, origin, unit, None)
        ranked = np.sort(times)
        ranked = ranked[np.r_[True, ranked[1:] != ranked[:-1]]]
        rows = np.searchsorted(ranked, times) + codes * (len(ranked) + 1)
        rows.sort()
        return cls(rows, len(ranked) + 1, 0, 1, ranked)

    def in_order(self) -> tuple[Ints, Ints]:
        """Person and time of every row, sorted by both."""
        at = self.rows % self.width
        times = at * self.unit + self.origin if self.ranked is None else self.ranked[at]
        return self.rows // self.width, times

    def count(self, codes: Ints, start: Ints, stop: Ints) -> Ints:
        """How many rows of the same person lie in start ≤ time < stop; shape of `codes`. Quickest sorted by person."""
        return np.maximum(self._before(codes, stop) - self._before(codes, start), 0).astype(np.int64)

    def _before(self, codes: Ints, limit: Ints) -> Ints:
        """How many rows are of persons before this one, or of this one at a time before the limit."""
        if self.ranked is not None:
            at = np.searchsorted(self.ranked, limit)
        else:
            # −(−a // b) rounds up: a time of whole units is before the limit if it is before the next whole unit.
            at = np.clip(-(-(limit - self.origin) // self.unit), 0, self.width - 1)
        return np.searchsorted(self.rows, codes * self.width + at)
