"""One table of events as arrays: who, when, which failure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.link.event_source import EventSource
from cxanalysis.link.window import DAY, NEVER, Ints, common_codes, microseconds
from cxanalysis.problem import Problem

Mask = NDArray[np.bool_]
#: First and last moment of a date column; None where it has none.
Span = tuple[int, int] | None


@dataclass(frozen=True, slots=True, eq=False)
class EventLog:
    """What linking needs to know of a table of events. Rows on which nothing failed may be left out of the arrays.

    Attributes
    ----------
    answer_people : int array, shape (answers,)
        Person who gave each answer; −1 where the key is missing.
    known_key : bool array, shape (answers,)
        Whether that person is in the table.
    people : int array, shape (rows,)
        Person of each row, by the same numbers.
    ids : int array, shape (rows,), or None
        The event's own number, −1 where no other row can have it; None if that holds for all of them.
    flagged : mapping of failure → bool array, shape (rows,)
    dates : mapping of column → int array, shape (rows,)
        Microseconds; `NEVER` where missing.
    zoned : mapping of column → bool
        For date columns with at least one date: whether they carry a time zone.
    covered : (int, int)
        First and last day of the table, as the start of the one and the end of the other.
    customers, events, repeats : int
        Different people, different events, and rows whose event id had appeared before, in the whole table.
    """

    answer_people: Ints
    known_key: Mask
    people: Ints
    ids: Ints | None
    flagged: Mapping[str, Mask]
    dates: Mapping[str, Ints]
    zoned: Mapping[str, bool]
    covered: tuple[int, int]
    customers: int
    events: int
    repeats: int


def log_of_frame(answer_keys: pd.Series, source: EventSource) -> EventLog:
    """From a table in memory."""
    frame, name = source.table.frame, source.table.name
    people, event_people = common_codes(answer_keys, frame[source.event_key])
    known = key_is_known(people, event_people, answer_keys, source)
    read = {c: microseconds(frame[c], f"{name}, column '{c}'") for c in dates_needed(source)}
    dates = {c: times for c, (times, _) in read.items()}
    spans = {c: _span(times) for c, times in dates.items()}
    id_column = source.table.column_of("id")
    ids = None if id_column is None else pd.factorize(frame[id_column])[0].astype(np.int64)
    everything = np.ones(len(frame), bool)
    events = unique_events(everything, ids)
    return EventLog(
        answer_people=people,
        known_key=known,
        people=event_people,
        ids=ids,
        flagged={failure: _flagged(frame, failure, source) for failure in source.flags},
        dates=dates,
        zoned={c: zoned for c, (_, zoned) in read.items() if spans[c] is not None},
        covered=covered_period(source, spans),
        customers=int(np.bincount(event_people[event_people >= 0]).astype(bool).sum()),
        events=events,
        repeats=len(frame) - events,
    )


def key_is_known(people: Ints, event_people: Ints, answer_keys: pd.Series, source: EventSource) -> Mask:
    """Which answers' people are in the events; a `Problem` if that says something and none is."""
    known = np.isin(people, event_people) & (people >= 0)
    if source.absent == "missing" and not known.any():
        raise Problem(
            f"no answer's '{source.answer_key}' is found in '{source.event_key}' of {source.table.name}",
            where=f"the answers and {source.table.name}",
            do="Check that both columns hold the same kind of number",
        )
    return known


def dates_needed(source: EventSource) -> list[str]:
    """Date columns to read: when failures happen, and those that show how far the table reaches."""
    return list(dict.fromkeys([*source.happened.values(), *source.table.columns_of("date", "due", "closed")]))


def covered_period(source: EventSource, spans: Mapping[str, Span]) -> tuple[int, int]:
    """First and last day the events cover, as the start of the one and the end of the other.

    Promised dates reach into the future, so they say how far the table goes only where it has no other date.
    """
    done = [span for c, span in spans.items() if source.table.roles[c] != "due"] or list(spans.values())
    recorded = [span for span in done if span is not None]
    every = [span for span in spans.values() if span is not None]
    if not recorded:
        raise Problem("no event has a date", where=f"{source.table.name}, {', '.join(spans)}")
    begin, end = min(first for first, _ in every), max(last for _, last in recorded)
    return begin - begin % DAY, end - end % DAY + DAY


def no_zero_one(column: str, source: EventSource) -> Problem:
    """The problem of a failure that is neither 0 nor 1."""
    return Problem(
        "a failure must be 0 or 1",
        where=f"{source.table.name}, column '{column}'",
        do="Confirm it as yes/no on the data page, or make a 0/1 column of it",
    )


def unique_events(rows: Mask, ids: Ints | None) -> int:
    """How many events these rows are, each id counted once."""
    if ids is None:
        return int(rows.sum())
    named = ids[rows]
    return len(np.unique(named[named >= 0])) + int((named < 0).sum())


def _span(times: Ints) -> Span:
    dated = times[times != NEVER]
    return (int(dated.min()), int(dated.max())) if len(dated) else None


def _flagged(frame: pd.DataFrame, failure: str, source: EventSource) -> Mask:
    """Rows on which the failure happened; a missing flag is no failure."""
    column = source.flags[failure]
    if column is None:
        return np.ones(len(frame), bool)
    values = frame[column]
    if not (pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values)) or not bool(
        values.dropna().isin([0, 1]).all()
    ):
        raise no_zero_one(column, source)
    return np.asarray(values.fillna(0).to_numpy(dtype=float) == 1)
