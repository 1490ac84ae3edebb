"""Link the answers to one table of events: all its failures, and what was met on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.link.event_log import EventLog, Mask, unique_events
from cxanalysis.link.event_rows import event_log
from cxanalysis.link.event_source import EventSource
from cxanalysis.link.link_notes import mixed_clocks_note, source_notes
from cxanalysis.link.other_windows import OtherWindow
from cxanalysis.link.timing import Timing, promised_and_actual
from cxanalysis.link.window import DAY, NEVER, Comparison, Ints, Timeline, to_day
from cxanalysis.link.window_shares import hit_share
from cxanalysis.problem import Problem

#: Windows whose result stands beside the chosen one's, as multiples of it.
TIMES: Final = (0.25, 0.5, 1.0, 2.0, 4.0)


@dataclass(frozen=True, slots=True)
class SourceLink:
    """What one table of events gave.

    Attributes
    ----------
    columns : mapping of name → array (answers,)
        Failures as 0/1 and their counts.
    other_windows : list of str
        Those of the columns that hold a failure with another window, which no analysis takes by itself.
    rows, windows : list of dict
        Rows of `Linked.summary` and of `Linked.windows`.
    timings : list of Timing
        How many answers each failure hits at its promised and at its actual times.
    known_key, censored, unmatched, moved : bool arrays (answers,)
        Answers whose key is in the table; whose window it does not cover; whose key it lacks; that have a failure on
        their own day which does not count.
    duplicate_events : int
    notes : list of str
    """

    columns: dict[str, NDArray[np.float64]]
    other_windows: list[str]
    rows: list[dict[str, Any]]
    windows: list[dict[str, Any]]
    timings: list[Timing]
    known_key: Mask
    censored: Mask
    unmatched: Mask
    moved: Mask
    duplicate_events: int
    notes: list[str]


def link_source(
    answer_keys: pd.Series,
    answer_times: tuple[Ints, bool],
    source: EventSource,
    window_days: float,
    other_windows: bool = False,
) -> SourceLink:
    """All failures of one table of events."""
    dated = answer_times[0] != NEVER
    log = event_log(answer_keys, source)
    if any(zoned != answer_times[1] for zoned in log.zoned.values()):
        raise Problem(
            "one side has dates with a time zone, the other without", where=f"the answers and {source.table.name}"
        )
    window = round(window_days * DAY)
    censored = dated & ~_inside(answer_times[0], window, *log.covered)
    unmatched = dated & ~censored & ~log.known_key & (source.absent == "missing")
    nothing = np.zeros(len(dated), bool)
    made = SourceLink({}, [], [], [], [], log.known_key, censored, unmatched, nothing, log.repeats, [])
    known = dated & ~censored & ~unmatched
    # Sorted by person, the answers find their events in neighbouring places of the memory: four times as fast.
    order = np.argsort(log.answer_people, kind="stable")
    looked_at = _Answers(order, log.answer_people[order], answer_times[0][order], known[order], window, log.covered)
    for failure in source.flags:
        line = _link_failure(source, failure, looked_at, log, made)
        if other_windows:
            others = _in_other_windows(failure, looked_at, *line)
            made.columns.update(others)
            made.other_windows.extend(others)
    made.notes.extend(
        source_notes(source, made.rows, made.timings, log.repeats, source.table.column_of("id"), *log.covered)
    )
    if log.covered[1] - log.covered[0] < window:
        made.notes.append(
            f"{source.table.name} covers fewer days than the window: what happened before it is not known, "
            "so failures may be more frequent than they look."
        )
    return made


@dataclass(frozen=True, slots=True)
class _Answers:
    """The answers as arrays of shape (answers,), sorted by person: place in the table, person, time, whether their
    failures can be known; and the window."""

    order: Ints
    people: Ints
    times: Ints
    known: Mask
    window: int
    covered: tuple[int, int]

    def in_place(self, values: NDArray[Any]) -> NDArray[Any]:
        """Values of the sorted answers in the order of the table."""
        out = np.empty_like(values)
        out[self.order] = values
        return out


def _link_failure(
    source: EventSource, failure: str, answers: _Answers, log: EventLog, made: SourceLink
) -> tuple[Ints, Timeline]:
    """One failure: its two columns, its row of the summary and its windows, added to `made`; answers and events in
    time."""
    people, moments = _occurrences(log, failure, source.happened[failure])
    compared = Comparison.of(answers.times, moments)
    asked = compared.answered
    line = Timeline.of(people, compared.happened)
    people, moments = line.in_order()
    known = answers.known
    counts = _hits(answers, asked, known, answers.window, line)
    none = np.flatnonzero(known & (counts == 0))
    moved = np.zeros(len(known), bool)
    if compared.by_day or compared.is_mixed:
        moved[none] = compared.same_day(none, answers.people, line)
    if compared.is_mixed:
        made.notes.append(mixed_clocks_note(failure, compared, answers.times))
    made.moved[:] |= answers.in_place(moved)
    made.columns[failure] = answers.in_place(np.where(known, (counts > 0).astype(float), np.nan))
    made.columns[f"{failure}_count"] = answers.in_place(np.where(known, counts.astype(float), np.nan))
    shares = _at_windows(failure, answers, asked, line)
    made.windows.extend(shares)
    events = unique_events(log.flagged[failure], log.ids)
    timings = _timings(source, failure, answers, log)
    made.timings.extend(timings)
    made.rows.append(
        {
            "failure": failure,
            "table": source.table.name,
            "happened": source.happened[failure],
            "prevalence": _share(counts > 0, known),
            "answers": int(known.sum()),
            "answers_hit": int(((counts > 0) & known).sum()),
            "prevalence_half": shares[TIMES.index(0.5)]["prevalence"],
            "prevalence_double": shares[TIMES.index(2.0)]["prevalence"],
            "event_prevalence": events / max(log.events, 1),
            "customer_prevalence": _different(people) / max(log.customers, 1),
            "events": events,
            **_on_no_answer(answers, asked, people, moments),
            "same_day_moved": int(moved.sum()),
            "undated": int((log.flagged[failure] & (log.dates[source.happened[failure]] == NEVER)).sum()),
            **promised_and_actual(timings),
        }
    )
    return asked, line


def _in_other_windows(failure: str, answers: _Answers, asked: Ints, line: Timeline) -> dict[str, NDArray[np.float64]]:
    """The failure as 0/1 with half and with double the window; missing where the events do not cover that window."""
    out = {}
    for other in OtherWindow:
        window = int(answers.window * other.times)
        known = answers.known & _inside(answers.times, window, *answers.covered)
        hit = _hits(answers, asked, known, window, line) > 0
        out[other.column(failure)] = answers.in_place(np.where(known, hit.astype(float), np.nan))
    return out


def _on_no_answer(answers: _Answers, asked: Ints, people: Ints, moments: Ints) -> dict[str, int]:
    """Failures that fell in no answer's window; of these, those of people who answered, but only before."""
    seen = np.flatnonzero(answers.known & (answers.people >= 0))
    window = np.full(len(people), answers.window)
    on_answer = Timeline.of(answers.people[seen], asked[seen]).count(people, moments + 1, moments + window + 1) > 0
    dated = np.flatnonzero((answers.people >= 0) & (answers.times != NEVER))
    last = np.full(int(max(answers.people.max(initial=-1), people.max(initial=-1))) + 1, NEVER)
    np.maximum.at(last, answers.people[dated], asked[dated])
    answered_last = last[people]
    return {
        "on_no_answer": int((~on_answer).sum()),
        "after_answer": int(((answered_last != NEVER) & (answered_last <= moments)).sum()),
    }


def _hits(answers: _Answers, asked: Ints, rows: Mask, window: int, line: Timeline) -> Ints:
    """How many failures each of these answers has in its window (0 for the other answers)."""
    counts = np.zeros(len(rows), np.int64)
    counts[rows] = line.count(answers.people[rows], asked[rows] - window, asked[rows])
    return counts


def _at_windows(failure: str, answers: _Answers, asked: Ints, line: Timeline) -> list[dict[str, Any]]:
    """Share of answers hit with other windows, each among the answers whose own window is covered too."""
    out = []
    for times in TIMES:
        window = int(answers.window * times)
        rows = answers.known & _inside(answers.times, window, *answers.covered)
        hit = _hits(answers, asked, rows, window, line)[rows] > 0
        share, low, high = hit_share(hit, answers.people[rows])
        out.append(
            {
                "failure": failure,
                "times": times,
                "window_days": window / DAY,
                "prevalence": share,
                "low": low,
                "high": high,
                "answers": int(rows.sum()),
                "answers_hit": int(hit.sum()),
                "known_share": _share(rows, np.ones(len(rows), bool)),
            }
        )
    return out


def _timings(source: EventSource, failure: str, answers: _Answers, log: EventLog) -> list[Timing]:
    """Answers hit if the failure happened at each promised and at each actual time that the table holds; empty where it
    does not hold both, or the failure happens at neither."""
    roles, used = source.table.roles, source.happened[failure]
    columns = source.table.columns_of("due", "closed")
    if roles[used] not in ("due", "closed") or {roles[column] for column in columns} != {"due", "closed"}:
        return []
    timings = []
    for column in columns:
        people, moments = _occurrences(log, failure, column)
        compared = Comparison.of(answers.times, moments)
        line = Timeline.of(people, compared.happened)
        hits = _hits(answers, compared.answered, answers.known, answers.window, line)
        timings.append(
            Timing(failure, source.table.name, column, roles[column] == "due", int((hits > 0).sum()), column == used)
        )
    return timings


def _inside(times: Ints, window: int, begin: int, end: int) -> Mask:
    """Answers whose whole window lies in the covered period.

    No answer could have a whole window in a log shorter than the window; there, those whose window touches the log.
    """
    at = np.where(times == NEVER, begin, times)
    if end - begin < window:
        return (times != NEVER) & (at >= begin) & (to_day(at) - window <= end)
    return (times != NEVER) & (to_day(at) - window >= begin) & (at <= end)


def _occurrences(log: EventLog, failure: str, happened: str) -> tuple[Ints, Ints]:
    """Person and time of each dated failure; an event id that appears twice counts once, at its earliest date."""
    times = log.dates[happened]
    rows = np.flatnonzero(log.flagged[failure] & (log.people >= 0) & (times != NEVER))
    if log.ids is not None:
        rows = rows[np.lexsort((times[rows], log.ids[rows]))]
        named = log.ids[rows]
        again = np.r_[False, (named[1:] == named[:-1]) & (named[1:] >= 0)] if len(rows) else np.zeros(0, bool)
        rows = rows[~again]
    return log.people[rows], times[rows]


def _different(ordered: Ints) -> int:
    """How many different numbers there are in a sorted array."""
    return int((ordered[1:] != ordered[:-1]).sum()) + (len(ordered) > 0)


def _share(hit: Mask, rows: Mask) -> float:
    return float(hit[rows].mean()) if rows.any() else float("nan")
