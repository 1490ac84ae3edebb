"""A question whose scale was changed on the way: 1 to 5 first, 1 to 10 later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from cxanalysis.columns.resolve import resolve
from cxanalysis.columns.text_rows import TextRows

if TYPE_CHECKING:
    from cxanalysis.tables.table import Table

#: Before the change (almost) nobody gives a grade of the upper half, afterwards many do.
_BEFORE_AT_MOST, _AFTER_AT_LEAST = 0.01, 0.2
_FEWEST: Final = 30
_HALF: Final = 5
#: Spans of time in which answers are counted before any are put in order.
_SPANS: Final = 1_000


@dataclass(frozen=True, slots=True)
class ScaleChange:
    """A rating whose upper half is used only from some day on: one number means two things there.

    Attributes
    ----------
    column : str
    day : datetime64
        The first day with grades of the upper half.
    before, after : int
        Answers before that day and from it on.
    """

    column: str
    day: np.datetime64
    before: int
    after: int

    @property
    def words(self) -> str:
        """What was found, in a sentence."""
        return (
            f"'{self.column}': grades above {_HALF} are given only from {self.day} on ({self.after:,} answers, "
            f"{self.before:,} before)."
        )


def scale_changes(table: Table) -> list[str]:
    """Notes on ratings whose scale seems to have changed."""
    return [
        f"{change.words} The scale seems to have changed; analyse the two parts apart."
        for change in changed_scales(table)
    ]


def changed_scales(table: Table) -> list[ScaleChange]:
    """Ratings whose scale seems to have changed on the way."""
    dates = table.columns_of("date")
    rated = table.columns_of("nps", "csat", "ces", "rating")
    tens = [c for c in rated if (scale := table.scales.get(c)) and scale.high == 10 and not scale.labels]
    if not dates or not tens:
        return []
    changes = []
    when, *given = _resolved(table, [dates[0], *tens])
    for column, values in zip(tens, given, strict=True):
        there = ~(np.isnat(when) | np.isnan(values))
        if there.sum() < 2 * _FEWEST:
            continue
        turn = _turn(when[there], values[there] > _HALF)
        if turn is not None:
            day, before = turn
            changes.append(ScaleChange(column, day, before, int(there.sum()) - before))
    return changes


def _turn(when: NDArray[np.datetime64], upper: NDArray[np.bool_]) -> tuple[np.datetime64, int] | None:
    """The day from which on grades of the upper half are given, and the number of answers before; None without one."""
    early = np.flatnonzero(_perhaps_before(when, upper))
    early = early[np.argsort(when[early], kind="stable")]
    n, seen = len(upper), np.cumsum(upper[early])
    place = np.arange(1, len(early) + 1)
    before, after = seen / place, (upper.sum() - seen) / np.maximum(n - place, 1)
    clear = (before <= _BEFORE_AT_MOST) & (after >= _AFTER_AT_LEAST)
    gain = np.where(clear, (after - before) * np.sqrt(place * (n - place)), 0.0)[_FEWEST : n - _FEWEST]
    if not len(gain) or gain.max() <= 0:
        return None
    turn = int(np.argmax(gain)) + _FEWEST + 1
    return when[early[turn]].astype("datetime64[D]"), turn


def _perhaps_before(when: NDArray[np.datetime64], upper: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The answers among which the change may lie, and all before them, without putting a million of them in order.

    In spans of time of one length: up to a place within one there are at least the high grades of all spans before it
    and at most its own answers and theirs. Where that is too large a share, there is no change.
    """
    moments = when.astype("int64")
    low, high = moments.min(), moments.max()
    span = ((moments - low) * (_SPANS / (float(high - low) + 1.0))).astype("int64")
    answers, grades = np.bincount(span), np.bincount(span, weights=upper)
    least = (np.cumsum(grades) - grades) / np.maximum(np.cumsum(answers), 1)
    last = np.flatnonzero(least <= _BEFORE_AT_MOST)[-1]  # in the first span there may always be one
    later = np.flatnonzero(answers[last + 1 :])
    return span <= last + 1 + (later[0] if len(later) else 0)  # with the answers right after the change


def _resolved(table: Table, columns: list[str]) -> list[NDArray[Any]]:
    """Only these columns with the decisions applied, points in time first: the whole frame may be large."""
    codes, missing = table.applied_codes(), (np.datetime64("NaT"), *[np.nan] * (len(columns) - 1))
    kinds = ("datetime64[us]", *["float64"] * (len(columns) - 1))
    if isinstance(table.as_read, TextRows):
        asked = [(table.roles[c], table.scales.get(c), codes.get(c, ()), table.formats.get(c)) for c in columns]
        held = [table.as_read[c] for c in columns]
        return [
            column.of_rows(column.resolved(*ask).to_numpy(kind), none)
            for column, ask, kind, none in zip(held, asked, kinds, missing, strict=True)
        ]
    roles = {column: table.roles[column] for column in columns}
    frame = resolve(table.raw[columns], roles, table.scales, codes, table.formats)
    return [frame[column].to_numpy(kind) for column, kind in zip(columns, kinds, strict=True)]
