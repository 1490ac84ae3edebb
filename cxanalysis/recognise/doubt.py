"""What is not sure and would change a number: one short question, with its answers and the likeliest of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cxanalysis.columns.scales.scale import Scale


@dataclass(frozen=True, slots=True)
class Answer:
    """One possible answer to a question about a table, and what it decides.

    Attributes
    ----------
    words : str
        As it stands on the button.
    role : str or None
        The column's role.
    scale : Scale or None
        The column's scale.
    missing, kept : tuple of (str or float)
        Values that are no answer, and values that are one.
    written : str or None
        How its dates or numbers are read (`Table.formats`).
    kind : str or None
        The table's kind.
    left_out : tuple of str
        Values of the column whose rows do not count.
    least : float or None
        Rows with a smaller number in the column do not count.
    """

    words: str
    role: str | None = None
    scale: Scale | None = None
    missing: tuple[str | float, ...] = ()
    kept: tuple[str | float, ...] = ()
    written: str | None = None
    kind: str | None = None
    left_out: tuple[str, ...] = ()
    least: float | None = None

    def to_json(self) -> dict[str, Any]:
        """As plain JSON."""
        out: dict[str, Any] = {"words": self.words}
        for name in ("role", "written", "kind", "least"):
            if (value := getattr(self, name)) is not None:
                out[name] = value
        if self.scale is not None:
            out["scale"] = self.scale.to_json()
        if self.missing:
            out["missing"] = list(self.missing)
        if self.kept:
            out["kept"] = list(self.kept)
        if self.left_out:
            out["left_out"] = list(self.left_out)
        return out

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Answer:
        """Read an answer back from `to_json`."""
        scale = value.get("scale")
        return cls(
            value["words"],
            value.get("role"),
            None if scale is None else Scale.from_json(scale),
            tuple(value.get("missing", ())),
            tuple(value.get("kept", ())),
            value.get("written"),
            value.get("kind"),
            tuple(value.get("left_out", ())),
            value.get("least"),
        )


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something about a column (or the table) that was guessed below the sure line.

    Attributes
    ----------
    column : str or None
        None: it is about the whole table.
    what : str
        "role", "scale", "direction", "codes", "dates", "records" or "kind".
    ask : str
        The question, in a sentence.
    answers : tuple of Answer
        The likeliest first.
    sure : float
        How sure that is, 0…1.
    why : str
    now : str
        What is the case until it is answered, where that is not the likeliest answer.
    """

    column: str | None
    what: str
    ask: str
    answers: tuple[Answer, ...]
    sure: float
    why: str
    now: str = ""

    @property
    def taken(self) -> str:
        """What is the case until somebody answers, in words."""
        return self.now or self.answers[0].words

    def to_json(self) -> dict[str, Any]:
        """As plain JSON."""
        return {
            "column": self.column,
            "what": self.what,
            "ask": self.ask,
            "answers": [answer.to_json() for answer in self.answers],
            "sure": self.sure,
            "why": self.why,
            "now": self.now,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Doubt:
        """Read a doubt back from `to_json`."""
        answers = tuple(Answer.from_json(answer) for answer in value["answers"])
        return cls(
            value["column"], value["what"], value["ask"], answers, float(value["sure"]), value["why"], value["now"]
        )
