"""What one row of a table stands for, where that is not one record: a count, a finished score, a question, an event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class LayoutKind(StrEnum):
    """What a row stands for. The value completes "one row is …"."""

    COUNTS = "how often one answer was given"
    SCORES = "the finished score of one period or group"
    UNITS = "the figures of one unit"
    QUESTIONS = "one question of an answer sheet"
    EVENTS = "one event of a case"

    @property
    def aggregated(self) -> bool:
        """Whether rows are statistics and no records."""
        return self in (LayoutKind.COUNTS, LayoutKind.SCORES, LayoutKind.UNITS)

    @property
    def long(self) -> bool:
        """Whether several rows make up one record."""
        return self in (LayoutKind.QUESTIONS, LayoutKind.EVENTS)


@dataclass(frozen=True, slots=True)
class Layout:
    """A finding about what the rows of a table stand for.

    Attributes
    ----------
    kind : LayoutKind
    sure : float
        0…1.
    why : str
    count : str or None
        The column that says how many answers a row stands for; a weight.
    key : tuple of str
        In a long layout, the columns that say whose row it is.
    item : str or None
        In a long layout, the column of questions or events.
    value : str or None
        The column of answers, or of the moments of the events.
    """

    kind: LayoutKind
    sure: float
    why: str
    count: str | None = None
    key: tuple[str, ...] = ()
    item: str | None = None
    value: str | None = None

    @property
    def words(self) -> str:
        """The finding, and what can be done, in a sentence."""
        said = f"One row is {self.kind.value}: {self.why}."
        if self.count is not None:
            return f"{said} Its answers count as often as '{self.count}' says: use that as the weight."
        if self.kind.aggregated:
            return f"{said} Its numbers are finished figures, not answers."
        return f"{said} It can be read wide, one row for each {' and '.join(repr(name) for name in self.key)}."

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {**asdict(self), "kind": self.kind.value, "key": list(self.key)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Layout:
        """What `to_json` gave."""
        return cls(**{**value, "kind": LayoutKind(value["kind"]), "key": tuple(value["key"])})
