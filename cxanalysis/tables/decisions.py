"""What is decided about a table: its kind, and for every column what it is and how it is read. One frozen value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypedDict

from cxanalysis.columns.kinds import KINDS, ROLES
from cxanalysis.columns.layout import Layout
from cxanalysis.columns.missing_code import MissingCode
from cxanalysis.columns.multiple_choice import Choices, made_columns
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.files.records.left_out_records import LeftOutRecords
from cxanalysis.problem import Problem
from cxanalysis.recognise.doubt import Doubt
from cxanalysis.recognise.evidence import SURE_ENOUGH


class Decided(TypedDict, total=False):
    """Keyword arguments by which decisions are given; what is left out is undecided."""

    kind: str | None
    roles: Mapping[str, str] | None
    scales: Mapping[str, Scale] | None
    codes: Iterable[MissingCode]
    notes: Iterable[str]
    formats: Mapping[str, str] | None
    labels: Mapping[str, str] | None
    reasons: Mapping[str, tuple[float, str]] | None
    kind_reason: tuple[float, str]
    choices: Mapping[str, Choices] | None
    records: Iterable[LeftOutRecords]
    layout: Layout | None
    doubts: Iterable[Doubt]


@dataclass(frozen=True, slots=True)
class Decisions:
    """Everything decided about the rows of a table. Changed by `dataclasses.replace`, never in place.

    Attributes
    ----------
    kind : str or None
        What a row is, one of `KINDS`.
    roles : dict of column → role
        One of `ROLES`.
    scales : dict of column → Scale
        For rating columns and yes/no columns.
    codes : tuple of MissingCode
        Values that stand for "no answer", applied or only proposed.
    formats : dict of column → str
        How numbers and dates written as text are read: "decimal comma", "day first", "month first".
    choices : dict of column or question → Choices
        Questions with several answers.
    labels : dict of column → str
        The question's full text.
    reasons : dict of column → (confidence, reason)
        How sure the recognition is of the column's role (0…1) and why, in words; 1.0 for what was set by hand.
    kind_reason : (confidence, reason)
        The same for the kind.
    records : tuple of LeftOutRecords
        Rows of the file that are no records (totals, notes, a page read twice): left out, or suspected and still in.
    layout : Layout or None
        What a row stands for, where that is surely not one record: a count, a finished score, a question, an event.
    doubts : tuple of Doubt
        What else was guessed below the sure line (direction, ends of a scale, codes) and nobody has confirmed.
    notes : tuple of str
        All that was done on the way in, in order.

    Raises
    ------
    Problem
        If the kind or a role is not known.

    Examples
    --------
    >>> decided = Decisions(kind="survey", roles={"csat": "csat"}, scales={"csat": Scale(1, 5)})
    >>> replace(decided, roles={"csat": "rating"}).scales == decided.scales
    True
    >>> Decisions.from_json(decided.to_json()) == decided
    True
    """

    kind: str | None = None
    roles: dict[str, str] = field(default_factory=dict)
    scales: dict[str, Scale] = field(default_factory=dict)
    codes: tuple[MissingCode, ...] = ()
    formats: dict[str, str] = field(default_factory=dict)
    choices: dict[str, Choices] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, tuple[float, str]] = field(default_factory=dict)
    kind_reason: tuple[float, str] = (0.0, "")
    notes: tuple[str, ...] = ()
    records: tuple[LeftOutRecords, ...] = ()
    layout: Layout | None = None
    doubts: tuple[Doubt, ...] = ()

    def __post_init__(self) -> None:
        if self.kind is not None and self.kind not in KINDS:
            raise Problem(f"'{self.kind}' is no kind of source", do=f"Use one of: {', '.join(KINDS)}")
        for column, role in self.roles.items():
            if role not in ROLES:
                raise Problem(f"'{role}' is no role", where=f"column '{column}'", do=f"Use one of: {', '.join(ROLES)}")

    @classmethod
    def of(cls, decided: Decided) -> Decisions:
        """Decisions from keyword arguments, copied, so that a caller's later changes do not count."""
        if unknown := decided.keys() - Decided.__annotations__.keys():
            raise TypeError(f"nothing is decided by the name of {sorted(unknown)[0]!r}")
        return cls(
            kind=decided.get("kind"),
            roles=dict(decided.get("roles") or {}),
            scales=dict(decided.get("scales") or {}),
            codes=tuple(decided.get("codes", ())),
            formats=dict(decided.get("formats") or {}),
            choices=dict(decided.get("choices") or {}),
            labels=dict(decided.get("labels") or {}),
            reasons=dict(decided.get("reasons") or {}),
            kind_reason=decided.get("kind_reason", (0.0, "")),
            notes=tuple(decided.get("notes", ())),
            records=tuple(decided.get("records", ())),
            layout=decided.get("layout"),
            doubts=tuple(decided.get("doubts", ())),
        )

    def applied(self) -> Decisions:
        """What still holds for rows that are typed already: nothing is left to be read, taken out or split."""
        return replace(self, codes=(), formats={}, choices={}, notes=(), records=())

    def noted(self, *notes: str) -> Decisions:
        """The same decisions with further notes."""
        return replace(self, notes=(*self.notes, *notes)) if notes else self

    def for_columns(self, columns: Sequence[str]) -> Decisions:
        """The same with a role for each of these columns.

        One that nobody decided about is left out of analyses; one made from cells with several answers is a flag.
        """
        made = made_columns(self.choices)
        usual = dict.fromkeys(made, "flag")
        return replace(
            self,
            roles={column: self.roles.get(column, usual.get(column, "ignore")) for column in columns},
            scales={**dict.fromkeys(made, Scale(0.0, 1.0)), **self.scales},
        )

    @property
    def made_columns(self) -> tuple[str, ...]:
        """Columns made from cells with several answers, which the rows as read do not have."""
        return made_columns(self.choices)

    @property
    def applied_codes(self) -> dict[str, tuple[str | float, ...]]:
        """Column → the values treated as no answer."""
        out: dict[str, tuple[str | float, ...]] = {}
        for code in self.codes:
            if code.applied:
                out[code.column] = (*out.get(code.column, ()), code.code)
        return out

    @property
    def unsure(self) -> tuple[str, ...]:
        """Columns whose recognised role asks to be confirmed: less sure than 70 %, in file order."""
        return tuple(c for c in self.roles if c in self.reasons and self.reasons[c][0] < SURE_ENOUGH)

    # --- on the disk --------------------------------------------------------------------------------

    def to_json(self) -> dict[str, Any]:
        """What the numbers depend on, as plain JSON; it is part of the table's content token."""
        decided: dict[str, Any] = {
            "kind": self.kind,
            "roles": dict(self.roles),
            "scales": {column: scale.to_json() for column, scale in self.scales.items()},
            "codes": [[c.column, c.code, c.count, c.reason, c.applied] for c in self.codes],
            "formats": dict(self.formats),
        }
        if self.choices:
            # As a list: the order of the questions is the order of the columns made from them.
            decided["choices"] = [[column, one.to_json()] for column, one in self.choices.items()]
        return decided

    def described(self) -> dict[str, Any]:
        """What is known but changes no number (labels, reasons), as plain JSON."""
        return {
            "labels": dict(self.labels),
            "reasons": {column: list(reason) for column, reason in self.reasons.items()},
            "kind_reason": list(self.kind_reason),
            "records": [one.to_json() for one in self.records],
            "layout": self.layout and self.layout.to_json(),
            "doubts": [doubt.to_json() for doubt in self.doubts],
        }

    @classmethod
    def from_json(
        cls, decided: Mapping[str, Any], described: Mapping[str, Any] | None = None, notes: Iterable[str] = ()
    ) -> Decisions:
        """The decisions that `to_json` and `described` gave."""
        described = described or {}
        confidence, reason = described.get("kind_reason", (0.0, ""))
        return cls(
            kind=decided["kind"],
            roles=dict(decided["roles"]),
            scales={column: Scale.from_json(scale) for column, scale in decided["scales"].items()},
            codes=tuple(MissingCode(*code) for code in decided["codes"]),
            formats=dict(decided.get("formats") or {}),
            choices={column: Choices.from_json(one) for column, one in decided.get("choices", ())},
            labels=dict(described.get("labels") or {}),
            reasons={column: (float(sure), str(why)) for column, (sure, why) in described.get("reasons", {}).items()},
            kind_reason=(float(confidence), str(reason)),
            notes=tuple(notes),
            records=tuple(map(LeftOutRecords.from_json, described.get("records", ()))),
            layout=Layout.from_json(described["layout"]) if described.get("layout") else None,
            doubts=tuple(Doubt.from_json(one) for one in described.get("doubts", ())),
        )
