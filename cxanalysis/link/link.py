"""Link answers to what happened to the customers who gave them: `link`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from cxanalysis.arguments import check_column, check_flag, check_number
from cxanalysis.basis import Basis, LeftOut, Reason
from cxanalysis.link.event_log import Mask
from cxanalysis.link.event_source import EventSource, columns_used, event_sources
from cxanalysis.link.link_notes import answer_notes
from cxanalysis.link.link_source import SourceLink, link_source
from cxanalysis.link.linked import Linked
from cxanalysis.link.timing import timings_table
from cxanalysis.link.window import NEVER, Ints, microseconds
from cxanalysis.problem import Problem
from cxanalysis.tables.added_columns import beside
from cxanalysis.tables.as_table import as_table
from cxanalysis.tables.opened import basis_of
from cxanalysis.tables.table import Table


def link(
    answers: Any,
    events: Any,
    *more_events: Any,
    on: Any,
    answered: str,
    happened: Any,
    window_days: float,
    flags: Any = None,
    absent: Any = "missing",
    other_windows: bool = False,
) -> Linked:
    """Which failures had hit a customer in the days before the answer?

    A failure counts for an answer if answered − window ≤ happened < answered; never after the answer. Where the
    answer or the event has no clock time, whole days are compared, so a failure on the day of the answer does not
    count, and the answers for which that matters are counted. A time of midnight is no clock time, unless hardly any
    time of its column is one.

    Parameters
    ----------
    answers : Table or data frame
        One row an answer.
    events, *more_events : Table or data frame, or a list of them
        One row an order, contact, complaint … `on`, `happened`, `flags` and `absent` are then shared, or lists with one
        entry a table.
    on : str or (str, str)
        Column that names the customer (or the order); a pair where answers and events call it differently.
    answered : str
        Date column of the answers.
    happened : str or mapping of failure → str
        Date column of the events at which the failure happens. That is when the expectation breaks, not when the
        record is closed: an order is late from its promised date, whether or not it has arrived.
    window_days : float
        How many days before the answer a failure still counts.
    flags : None, str, list or mapping of new name → column, optional
        The failures: 0/1 columns of the events. None: all yes/no columns. A column of None, as in
        `{"complaint": None}`: every row is one.
    absent : {"missing", "none"}
        What it means when the answer's key is not in the events. "missing": nothing is known about this customer (who
        never ordered cannot have had a late order). "none": the table lists everyone it happened to, so the others had
        none (a log of complaints or contacts).
    other_windows : bool
        Also keep each failure as it is with half and with double the window, in columns `<flag>_half_window` and
        `<flag>_double_window` that no analysis takes by itself: `cx.robustness` then tries them.

    Returns
    -------
    Linked

    Raises
    ------
    Problem
        A column that is not there, no key in common, a flag that is not 0/1, a name already taken.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"who": ["a", "b", "c"], "at": ["2024-03-20"] * 3, "score": [3, 9, 8]})
    >>> orders = pd.DataFrame({"who": ["a", "b", "b"], "promised": ["2024-03-10", "2024-01-02", "2024-03-21"],
    ...                        "late": [1, 1, 1]})
    >>> linked = link(answers, orders, on="who", answered="at", happened="promised", window_days=30)
    >>> linked.table.frame["late"].tolist()
    [1.0, 0.0, nan]
    >>> linked.orphans, linked.after_answer, round(linked.match_rate, 2)
    (2, 1, 0.67)
    """
    window_days = check_number(window_days, "window_days", low=0, open_low=True, do="Name a number of days")
    check_flag(other_windows, "other_windows")
    sheet = as_table(answers, "answers")
    listed = [*(events if isinstance(events, (list, tuple)) else [events]), *more_events]
    tables = [as_table(data, f"events_{place}" if place > 1 else "events") for place, data in enumerate(listed, 1)]
    if not tables:
        raise Problem("there is no table of events", where="events", do="Hand over one at least")
    check_column(answered, sheet.columns, f"answered, {sheet.name}")
    sources = event_sources(sheet, tables, on=on, happened=happened, flags=flags, absent=absent)
    ids = sheet.column_of("id")
    # Only these columns are looked at, so that the others of a large table stay on the disk.
    seen = sheet.only([answered, *(source.answer_key for source in sources), *([ids] if ids else [])])
    times = microseconds(seen[answered], f"{sheet.name}, column '{answered}'")
    parts = [link_source(seen[source.answer_key], times, source, window_days, other_windows) for source in sources]
    return _gather(sheet, answered, seen, times[0], sources, parts, window_days)


def _gather(
    answers: Table,
    answered: str,
    seen: pd.DataFrame,
    times: Ints,
    sources: Sequence[EventSource],
    parts: Sequence[SourceLink],
    window_days: float,
) -> Linked:
    """Put the columns beside the answers and add up what was met."""
    columns = {name: values for part in parts for name, values in part.columns.items()}
    failures = [failure for source in sources for failure in source.flags]
    summary = pd.DataFrame([row for part in parts for row in part.rows])
    people = pd.factorize(seen[sources[0].answer_key])[0]
    appearances = np.bincount(people[people >= 0]) if (people >= 0).any() else np.zeros(1, int)
    ids = answers.column_of("id")

    def answers_with(masks: Sequence[Mask]) -> int:
        return int(np.logical_or.reduce(masks).sum())

    counts = {
        "n_answers": len(times),
        "orphans": int(summary["on_no_answer"].sum()),
        "after_answer": int(summary["after_answer"].sum()),
        "duplicate_events": sum(part.duplicate_events for part in parts),
        "duplicate_answers": 0 if ids is None else int(seen[ids].dropna().duplicated().sum()),
        "repeat_answers": int(appearances[appearances > 1].sum()),
        "censored": answers_with([part.censored for part in parts]),
        "undated": int((times == NEVER).sum()),
        "unmatched": answers_with([part.unmatched for part in parts]),
        "same_day_moved": answers_with([part.moved for part in parts]),
    }
    rates = {
        s.table.name: float(p.known_key.mean()) if len(times) else 0.0 for s, p in zip(sources, parts, strict=True)
    }
    notes = (*answer_notes(counts, window_days), *(note for part in parts for note in part.notes))
    table = beside(answers, columns, name=f"{answers.name}_linked", failures=failures, notes=notes)
    if aside := [name for part in parts for name in part.other_windows]:
        table = table.with_(roles=dict.fromkeys(aside, "ignore"))
    matched = answers_with([part.known_key for part in parts]) / max(len(times), 1)
    return Linked(
        table=table,
        summary=summary,
        windows=pd.DataFrame([row for part in parts for row in part.windows]),
        timings=timings_table([timing for part in parts for timing in part.timings]),
        match_rate=matched,
        match_rates=rates,
        window_days=window_days,
        basis=_basis(answers, answered, seen, times, sources, parts),
        notes=notes,
        **counts,
    )


def _basis(
    answers: Table,
    answered: str,
    seen: pd.DataFrame,
    times: Ints,
    sources: Sequence[EventSource],
    parts: Sequence[SourceLink],
) -> Basis:
    """The basis of the answers and all tables of events; each answer is left out for one reason at most."""
    undated = times == NEVER
    unmatched = np.logical_or.reduce([part.unmatched for part in parts]) & ~undated
    key = sources[0].answer_key
    keyless = unmatched & seen[key].isna().to_numpy()
    censored = np.logical_or.reduce([part.censored for part in parts]) & ~undated & ~unmatched
    left_out = (
        LeftOut(int(undated.sum()), Reason.NO_DATE, answered),
        LeftOut(int(keyless.sum()), Reason.NO_KEY, key),
        LeftOut(int((unmatched & ~keyless).sum()), Reason.NO_MATCH),
        LeftOut(int(censored.sum()), Reason.NOT_COVERED),
    )
    dated = times[~undated]
    period = None
    if len(dated):
        first, last = (pd.Timestamp(int(end), unit="us").date().isoformat() for end in (dated.min(), dated.max()))
        period = (first, last)
    own = basis_of(
        answers,
        [answered, *(source.answer_key for source in sources)],
        n=len(times) - sum(part.rows for part in left_out),
        left_out=tuple(part for part in left_out if part.rows),
        period=period,
    )
    return own.joined(*(basis_of(source.table, columns_used(source)) for source in sources))
