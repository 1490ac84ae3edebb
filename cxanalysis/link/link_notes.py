"""What a link says about itself, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from cxanalysis.link.event_source import EventSource
from cxanalysis.link.timing import Timing
from cxanalysis.link.window import DAY, NEVER, Comparison, Ints


def answer_notes(counts: Mapping[str, int], window_days: float) -> list[str]:
    """What happened to the answers, and by which rule."""
    n = counts["n_answers"]
    notes = [
        f"A failure counts if it happened in the {window_days:g} days before the answer; never after it.",
    ]
    if counts["unmatched"]:
        notes.append(
            f"{counts['unmatched']:,} of {n:,} answers come from people who are not in the events: "
            "whether a failure hit them is not known, so it is left empty."
        )
    if counts["censored"]:
        notes.append(f"{counts['censored']:,} of {n:,} answers have a window that the events do not cover: left empty.")
    if counts["undated"]:
        notes.append(f"{counts['undated']:,} of {n:,} answers have no date: left empty.")
    if counts["same_day_moved"]:
        notes.append(
            f"Without a clock time a failure on the day of the answer does not count; "
            f"{counts['same_day_moved']:,} answers would change if it did."
        )
    if counts["repeat_answers"]:
        notes.append(
            f"{counts['repeat_answers']:,} answers come from people who answered more than once; all are kept, "
            "so intervals should be clustered by them."
        )
    if counts["duplicate_answers"]:
        notes.append(f"{counts['duplicate_answers']:,} answers have a number that appeared before; all are kept.")
    return notes


def source_notes(
    source: EventSource,
    rows: Sequence[Mapping[str, Any]],
    timings: Sequence[Timing],
    duplicates: int,
    ids: str | None,
    begin: int,
    end: int,
) -> list[str]:
    """What was met in one table of events."""
    name = source.table.name
    first, last = (pd.Timestamp(moment, unit="us").date() for moment in (begin, end - DAY))
    notes = [f"{name} covers {first} to {last}."]
    if source.absent == "none":
        notes.append(f"Who is not in {name} is taken to have had none of its failures.")
    if duplicates:
        notes.append(
            f"{duplicates:,} rows of {name} repeat an '{ids}': each event is counted once, at its earliest date."
        )
    elif ids is None:
        notes.append(f"No column of {name} is known as the event's own number, so repeated rows count as they stand.")
    for row in rows:
        if row["undated"]:
            notes.append(
                f"{row['undated']:,} times '{row['failure']}' has no '{row['happened']}' and cannot be placed."
            )
        own = [timing for timing in timings if timing.failure == row["failure"]]
        if own:
            promised, *others = sorted(own, key=lambda timing: not timing.is_promised)
            rest = "".join(f", {timing.answers_hit:,} if at '{timing.column}'" for timing in others)
            notes.append(
                f"'{row['failure']}' hits {promised.answers_hit:,} answers if it happens at '{promised.column}'{rest}; "
                f"'{row['happened']}' is used."
            )
    return notes


def mixed_clocks_note(failure: str, compared: Comparison, answered: Ints) -> str:
    """How many answers and events have no clock time, where others have one."""
    answers, events = int(compared.answers_without.sum()), int(compared.events_without.sum())
    return (
        f"'{failure}': {answers:,} of {int((answered != NEVER).sum()):,} answers and {events:,} of "
        f"{len(compared.events_without):,} failures have no clock time; where either lacks one, whole days are "
        "compared."
    )
