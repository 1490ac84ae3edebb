"""Rows of a file that are no records (totals, units, notes, a page read twice), left out or only suspected.

Every guess is a named rule with how sure it is and why. What is sure is left out and can be taken back; what is not
stays in and is asked about.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

#: From this on rows are left out without a question.
SURE_ENOUGH: Final = 0.85
#: From this on rows are asked about; below it they are records.
WORTH_ASKING: Final = 0.5
#: Texts in messages are cut to so many letters, and so many rows are named.
_SHOWN_TEXT: Final = 40
_SHOWN_ROWS: Final = 3


class RecordRule(StrEnum):
    """Why a row is no record. The value is what such rows are called."""

    TITLE = "title"
    HEADER_AGAIN = "repeated header"
    UNITS = "row of units"
    TOTAL = "total"
    COUNT = "line that counts the rows"
    NOTE = "note"
    REPEATED_BLOCK = "block of rows read twice"
    FURNITURE = "line of the page around the records"
    EMPTY = "empty row"
    TOO_LONG = "row with more cells than the header"

    @property
    def several(self) -> str:
        """What several of them are called."""
        return {
            RecordRule.UNITS: "rows of units",
            RecordRule.COUNT: "lines that count the rows",
            RecordRule.REPEATED_BLOCK: "rows of blocks read twice",
            RecordRule.FURNITURE: "lines of the page around the records",
            RecordRule.TOO_LONG: "rows with more cells than the header",
        }.get(self, f"{self.value}s")


@dataclass(frozen=True, slots=True)
class Span:
    """Rows that follow each other, counted from 0 at the first row below the header, those left out too.

    Attributes
    ----------
    first, last : int
        Both included.
    repeats : int or None
        The row that the first one repeats, where rows repeat earlier ones.
    """

    first: int
    last: int
    repeats: int | None = None

    @property
    def rows(self) -> range:
        """The rows."""
        return range(self.first, self.last + 1)


@dataclass(frozen=True, slots=True)
class LeftOutRecords:
    """Rows that are no records, by one rule.

    Attributes
    ----------
    rule : RecordRule
    spans : tuple of Span
        Where they stand below the header; empty where they stand above it.
    sure : float
        0…1, from the evidence for and against.
    why : str
        The evidence, in words.
    applied : bool
        Whether they are left out. Rows that are only suspected stay in until somebody says so.
    confirmed : bool
        Whether somebody has said so.
    cells : tuple of tuple of (str or None)
        What the rows hold, so that they can be taken back; empty where they repeat other rows.
    count : int or None
        How many there are, where neither place nor cells are kept.

    Examples
    --------
    >>> import cxanalysis as cx
    >>> table = cx.read(b"order,value\\nA1,10\\nA2,20\\nA3,30\\nTotal,60\\n", name="orders")
    >>> table.records[0].rule.value, table.records[0].rows, table.n_rows
    ('total', (3,), 3)
    >>> table.with_records(keep=table.records).n_rows
    4
    """

    rule: RecordRule
    spans: tuple[Span, ...]
    sure: float
    why: str
    applied: bool = True
    confirmed: bool = False
    cells: tuple[tuple[str | None, ...], ...] = ()
    count: int | None = None

    @property
    def rows(self) -> tuple[int, ...]:
        """The rows, counted from 0 at the first row below the header, those left out too."""
        return tuple(row for span in self.spans for row in span.rows)

    @property
    def n_rows(self) -> int:
        """How many rows."""
        if self.count is not None:
            return self.count
        return sum(len(span.rows) for span in self.spans) if self.spans else len(self.cells)

    @property
    def restorable(self) -> bool:
        """Whether the rows can be taken back as records."""
        return bool(self.spans) and self.rule is not RecordRule.TOO_LONG

    @property
    def asks(self) -> bool:
        """Whether it is a question that nobody has answered."""
        return not self.applied and not self.confirmed

    @property
    def words(self) -> str:
        """The rows, the reason, and where they stand, in a sentence."""
        if self.rule is RecordRule.TITLE:
            return f"{self.n_rows:,} line{'s' if self.n_rows > 1 else ''} above the header left out."
        what = f"{self.n_rows:,} {self.rule.value if self.n_rows == 1 else self.rule.several}"
        where = self._where()
        if not self.applied:
            return f"{what}{where} may be no {'record' if self.n_rows == 1 else 'records'}: {self.why}."
        return f"{what} left out{where}: {self.why}." if self.why else f"{what} left out{where}."

    @property
    def question(self) -> str:
        """What is asked where it is not sure."""
        one = self.n_rows == 1
        return f"{'Is' if one else 'Are'} {'this' if one else 'these'} {'a record' if one else 'records'}? {self.words}"

    def _where(self) -> str:
        if not self.spans:
            return ""
        shown = [f"{s.first + 1:,}" if s.first == s.last else f"{s.first + 1:,}-{s.last + 1:,}" for s in self.spans]
        more = " …" if len(shown) > _SHOWN_ROWS else ""
        return f" (row{'s' if self.n_rows > 1 else ''} {', '.join(shown[:_SHOWN_ROWS])}{more} below the header)"

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "rule": self.rule.value,
            "spans": [[s.first, s.last, s.repeats] for s in self.spans],
            "sure": self.sure,
            "why": self.why,
            "applied": self.applied,
            "confirmed": self.confirmed,
            "cells": [list(row) for row in self.cells],
            "count": self.count,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> LeftOutRecords:
        """What `to_json` gave."""
        return cls(
            **{
                **value,
                "rule": RecordRule(value["rule"]),
                "spans": tuple(Span(*span) for span in value["spans"]),
                "cells": tuple(tuple(row) for row in value["cells"]),
            }
        )

    def answered(self, applied: bool) -> LeftOutRecords:
        """The same, as somebody has decided."""
        return replace(self, applied=applied, confirmed=True)


def sureness(prior: float, evidence: Iterable[float]) -> float:
    """How sure a rule is: the odds of its prior (0…1) times those of each piece of evidence.

    Evidence for is above 1, evidence against below; contradictions lower it.

    Examples
    --------
    >>> round(sureness(0.2, [20.0]), 2), round(sureness(0.2, [20.0, 0.1]), 2)
    (0.83, 0.33)
    """
    odds = math.log(prior / (1 - prior)) + sum(math.log(ratio) for ratio in evidence)
    return 1 / (1 + math.exp(-odds))


def spans_of(rows: Sequence[int]) -> tuple[Span, ...]:
    """Ascending rows as spans.

    Examples
    --------
    >>> spans_of([3, 4, 9])
    (Span(first=3, last=4, repeats=None), Span(first=9, last=9, repeats=None))
    """
    spans: list[Span] = []
    for row in rows:
        if spans and spans[-1].last == row - 1:
            spans[-1] = Span(spans[-1].first, row)
        else:
            spans.append(Span(row, row))
    return tuple(spans)


def shown(text: str | None) -> str:
    """A cell as it is quoted in a reason."""
    text = " ".join((text or "").split())
    return f"'{text[:_SHOWN_TEXT]}{'…' if len(text) > _SHOWN_TEXT else ''}'"
