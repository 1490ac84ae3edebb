"""Link the answers to one table of events: all its failures, and what was met on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.problem import Problem
from cxanalysis.tables.failures import EventSource
from cxanalysis.tables.link_notes import source_notes
from cxanalysis.tables.table import Table
from cxanalysis.tables.window import DAY, NEVER, Ints, common_codes, count_between, has_clock, microseconds, to_day

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Part:
    """What one table of events gave: columns of shape (answers,), and what was met on the way."""

    columns: dict[str, NDArray[np.float64]]
    rows: list[dict[str, Any]]
    known_key: Mask
    censored: Mask
    unmatched: Mask
    moved: Mask
    duplicate_events: int
    notes: list[str]


def link_source(answers: Table, answer_times: tuple[Ints, bool], source: EventSource, window_days: float) -> Part:
    """All failures of one table of events."""
    frame = source.table.frame
    people, event_people = common_codes(answers.frame[source.answer_key], frame[source.event_key])
    dated = answer_times[0] != NEVER
    known_key = np.isin(people, event_people) & (people >= 0)
    if source.absent == "missing" and not known_key.any():
        raise Problem(
            f"no answer's '{source.answer_key}' is found in '{source.event_key}' of {source.table.name}",
            where=f"{answers.name} and {source.table.name}",
            do="Check that both columns hold the same kind of number",
        )
    dates = {c: microseconds(frame[c], f"{source.table.name}, column '{c}'") for c in _dates_needed(source)}
    if any(zoned != answer_times[1] for times, zoned in dates.values() if (times != NEVER).any()):
        raise Problem(
            "one side has dates with a time zone, the other without", where=f"{answers.name} and {source.table.name}"
        )
    begin, end = _covered_period(source, {c: times for c, (times, _) in dates.items()})
    window = round(window_days * DAY)
    censored = dated & ~_inside(answer_times[0], window, begin, end)
    unmatched = dated & ~censored & ~known_key & (source.absent == "missing")
    ids = source.table.column_of("id")
    event_ids = None if ids is None else pd.factorize(frame[ids])[0].astype(np.int64)
    part = Part({}, [], known_key, censored, unmatched, np.zeros(len(people), bool), _repeats(event_ids), [])
    looked_at = _Answers(people, answer_times[0], dated & ~censored & ~unmatched, window, (begin, end))
    for failure in source.flags:
        _link_failure(source, failure, looked_at, event_people, event_ids, {c: t for c, (t, _) in dates.items()}, part)
    part.notes.extend(source_notes(source, part.rows, part.duplicate_events, ids, begin, end))
    return part


@dataclass(frozen=True, slots=True)
class _Answers:
    """The answers as arrays of shape (answers,): person, time, whether their failures can be known; the window."""

    people: Ints
    times: Ints
    known: Mask
    window: int
    covered: tuple[int, int]


def _link_failure(
    source: EventSource,
    failure: str,
    answers: _Answers,
    event_people: Ints,
    event_ids: Ints | None,
    dates: Mapping[str, Ints],
    part: Part,
) -> None:
    """One failure: its two columns and its row of the summary, added to `part`."""
    flagged = _flagged(source, failure)
    times = dates[source.happened[failure]]
    people, moments = _occurrences(flagged & (event_people >= 0), event_people, times, event_ids)
    by_day = not (has_clock(moments) and has_clock(answers.times))
    asked = to_day(answers.times) if by_day else answers.times
    moments = to_day(moments) if by_day else moments
    known = answers.known
    counts = _hits(answers, asked, known, answers.window, people, moments)
    same_day = known & (counts == 0) & by_day
    moved = np.zeros(len(known), bool)
    moved[same_day] = (
        count_between(answers.people[same_day], asked[same_day], asked[same_day] + DAY, people, moments) > 0
    )
    part.moved[:] |= moved
    part.columns[failure] = np.where(known, (counts > 0).astype(float), np.nan)
    part.columns[f"{failure}_count"] = np.where(known, counts.astype(float), np.nan)

    keyed = answers.people >= 0
    seen = known & keyed
    on_answer = count_between(people, moments + 1, moments + answers.window + 1, answers.people[seen], asked[seen]) > 0
    dated = keyed & (answers.times != NEVER)
    everyone, always = answers.people[dated], asked[dated]
    later = count_between(people, moments + 1, np.full(len(people), np.iinfo(np.int64).max), everyone, always) > 0
    answering = np.isin(people, everyone)
    part.rows.append(
        {
            "failure": failure,
            "table": source.table.name,
            "happened": source.happened[failure],
            "prevalence": _share(counts > 0, known),
            "answers": int(known.sum()),
            "answers_hit": int(((counts > 0) & known).sum()),
            "prevalence_half": _at_window(answers, asked, answers.window // 2, people, moments),
            "prevalence_double": _at_window(answers, asked, answers.window * 2, people, moments),
            "event_prevalence": _unique(flagged, event_ids) / max(_unique(np.ones(len(flagged), bool), event_ids), 1),
            "customer_prevalence": len(np.unique(people)) / max(len(np.unique(event_people[event_people >= 0])), 1),
            "events": _unique(flagged, event_ids),
            "on_no_answer": int((~on_answer).sum()),
            "after_answer": int((answering & ~later).sum()),
            "same_day_moved": int(moved.sum()),
            "undated": int((flagged & (times == NEVER)).sum()),
            **_due_and_closed(source, failure, answers, asked, event_people, event_ids, flagged, dates),
        }
    )


def _hits(answers: _Answers, asked: Ints, rows: Mask, window: int, people: Ints, moments: Ints) -> Ints:
    """How many failures each of these answers has in its window (0 for the other answers)."""
    counts = np.zeros(len(rows), np.int64)
    counts[rows] = count_between(answers.people[rows], asked[rows] - window, asked[rows], people, moments)
    return counts


def _at_window(answers: _Answers, asked: Ints, window: int, people: Ints, moments: Ints) -> float:
    """Prevalence with another window, among the answers whose longer window is covered too."""
    rows = answers.known & _inside(answers.times, window, *answers.covered)
    return _share(_hits(answers, asked, rows, window, people, moments) > 0, rows)


def _due_and_closed(
    source: EventSource,
    failure: str,
    answers: _Answers,
    asked: Ints,
    event_people: Ints,
    event_ids: Ints | None,
    flagged: Mask,
    dates: Mapping[str, Ints],
) -> dict[str, float]:
    """Answers hit if the failure happened at the promised and at the actual time, where the table holds both."""
    out = {"if_due": np.nan, "if_closed": np.nan}
    due, closed = source.table.column_of("due"), source.table.column_of("closed")
    if due is None or closed is None or source.table.roles[source.happened[failure]] not in ("due", "closed"):
        return out
    for name, column in (("if_due", due), ("if_closed", closed)):
        people, moments = _occurrences(flagged & (event_people >= 0), event_people, dates[column], event_ids)
        by_day = not (has_clock(moments) and has_clock(answers.times))
        at, when = (to_day(answers.times), to_day(moments)) if by_day else (answers.times, moments)
        out[name] = float((_hits(answers, at, answers.known, answers.window, people, when) > 0).sum())
    return out


def _dates_needed(source: EventSource) -> list[str]:
    """Date columns to read: when failures happen, and those that show how far the table reaches."""
    return list(dict.fromkeys([*source.happened.values(), *source.table.columns_of("date", "due", "closed")]))


def _covered_period(source: EventSource, dates: Mapping[str, Ints]) -> tuple[int, int]:
    """First and last day the events cover, as the start of the one and the end of the other.

    Promised dates reach into the future, so they say how far the table goes only where it has no other date.
    """
    every = np.concatenate(list(dates.values()))
    recorded = np.concatenate([times for c, times in dates.items() if source.table.roles[c] != "due"] or [every])
    every, recorded = every[every != NEVER], recorded[recorded != NEVER]
    if not len(recorded):
        raise Problem("no event has a date", where=f"{source.table.name}, {', '.join(dates)}")
    return int(to_day(every.min(keepdims=True))[0]), int(to_day(recorded.max(keepdims=True))[0]) + DAY


def _inside(times: Ints, window: int, begin: int, end: int) -> Mask:
    """Answers whose whole window lies in the covered period."""
    at = np.where(times == NEVER, begin, times)
    return (times != NEVER) & (to_day(at) - window >= begin) & (at <= end)


def _flagged(source: EventSource, failure: str) -> Mask:
    """Rows on which the failure happened; a missing flag is no failure."""
    column = source.flags[failure]
    if column is None:
        return np.ones(source.table.n_rows, bool)
    values = source.table.frame[column]
    if not (pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values)) or not bool(
        values.dropna().isin([0, 1]).all()
    ):
        raise Problem(
            "a failure must be 0 or 1",
            where=f"{source.table.name}, column '{column}'",
            do="Confirm it as yes/no on the data page, or make a 0/1 column of it",
        )
    return values.fillna(0).to_numpy(dtype=float) == 1


def _occurrences(flagged: Mask, people: Ints, times: Ints, ids: Ints | None) -> tuple[Ints, Ints]:
    """Person and time of each dated failure; an event id that appears twice counts once, at its earliest date."""
    rows = np.flatnonzero(flagged & (times != NEVER))
    if ids is not None:
        rows = rows[np.lexsort((times[rows], ids[rows]))]
        named = ids[rows]
        again = np.r_[False, (named[1:] == named[:-1]) & (named[1:] >= 0)] if len(rows) else np.zeros(0, bool)
        rows = rows[~again]
    return people[rows], times[rows]


def _unique(rows: Mask, ids: Ints | None) -> int:
    """How many events these rows are, each id counted once."""
    if ids is None:
        return int(rows.sum())
    named = ids[rows]
    return len(np.unique(named[named >= 0])) + int((named < 0).sum())


def _repeats(ids: Ints | None) -> int:
    """Rows whose id had appeared before."""
    return 0 if ids is None else len(ids) - _unique(np.ones(len(ids), bool), ids)


def _share(hit: Mask, rows: Mask) -> float:
    return float(hit[rows].mean()) if rows.any() else float("nan")
