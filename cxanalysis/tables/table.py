"""A table: rows as they were read, and every decision taken about them.

The rows stay as the file had them (`raw`); roles, scales and missing codes are decisions beside them.
`frame` is the rows with those decisions applied, so each of them can be taken back at any time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from cxanalysis.basis import SourceTable
from cxanalysis.columns.content_token import content_hash, plain_number
from cxanalysis.columns.kinds import KINDS, ROLES
from cxanalysis.columns.layout import Layout
from cxanalysis.columns.missing_code import MissingCode
from cxanalysis.columns.multiple_choice import Choices, flags_of, made_columns, unticked
from cxanalysis.columns.resolve import resolve
from cxanalysis.columns.scale import Scale
from cxanalysis.columns.text_rows import TextRows
from cxanalysis.engine.engines import StoredRows
from cxanalysis.files.left_out_records import LeftOutRecords
from cxanalysis.problem import Problem
from cxanalysis.recognise.recognise import SURE_ENOUGH
from cxanalysis.tables.analysed import analysed, as_frame
from cxanalysis.tables.chosen_columns import ChosenColumns
from cxanalysis.tables.chosen_rows import ChosenRows

#: What a table's rows may be given as: a frame, rows of a text file, or a function that loads either.
Raw = pd.DataFrame | TextRows | Callable[[], pd.DataFrame | TextRows]


class Table(ChosenColumns, ChosenRows):
    """Rows of one source with what is known about its columns. Immutable: `with_…` returns a new one.

    Attributes
    ----------
    name : str
        How the table is called in steps and in code.
    kind : str or None
        One of `KINDS`.
    roles : mapping of column → role
        One of `ROLES` for every column.
    scales : mapping of column → Scale
        For rating columns and yes/no columns.
    codes : tuple of MissingCode
        Values that stand for "no answer", applied or only proposed.
    notes : tuple of str
        All that was done on the way in, in order.
    formats : mapping of column → str
        How numbers and dates written as text are read: "decimal comma", "day first", "month first".
        A column that is not named is read as its own values suggest.
    choices : mapping of column or question → Choices
        Questions with several answers: a cell that lists them (role "choices") has a yes/no column for each in `frame`
        and not in `raw`; another role for the column takes them away again. Or the tick columns of one question.
    labels : mapping of column → str
        The question's full text, where the file has one beside the column's name.
    reasons : mapping of column → (confidence, reason)
        How sure the recognition is of the column's role (0…1) and why, in words; 1.0 for what was set by hand.
    kind_reason : (confidence, reason)
        The same for the kind of source.
    records : tuple of LeftOutRecords
        Rows of the file that are no records (totals, notes, a page read twice): left out, or suspected and still in.
    layout : Layout or None
        What a row stands for, where that is surely not one record: a count, a finished score, a question, an event.
    token : str
        Hash of the rows and all decisions: equal tokens mean equal `frame`.

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> table = cx.Table(pd.DataFrame({"csat": [5, 4, 99]}), name="survey", roles={"csat": "csat"})
    >>> table
    <Table survey: kind unknown, 3 rows, 1 columns>
    >>> table = table.with_(codes=[cx.MissingCode("csat", 99, count=1, reason="outside the scale 1-5")])
    >>> table.frame["csat"].dropna().tolist()
    [5.0, 4.0]
    """

    __slots__ = (
        "_frame",
        "_raw",
        "_raw_frame",
        "_raw_token",
        "choices",
        "codes",
        "columns",
        "formats",
        "kind",
        "kind_reason",
        "labels",
        "layout",
        "n_rows",
        "name",
        "notes",
        "parquet",
        "reasons",
        "records",
        "roles",
        "scales",
        "token",
    )

    def __init__(
        self,
        raw: Raw,
        *,
        name: str,
        kind: str | None = None,
        roles: Mapping[str, str] | None = None,
        scales: Mapping[str, Scale] | None = None,
        codes: Iterable[MissingCode] = (),
        notes: Iterable[str] = (),
        formats: Mapping[str, str] | None = None,
        labels: Mapping[str, str] | None = None,
        reasons: Mapping[str, tuple[float, str]] | None = None,
        kind_reason: tuple[float, str] = (0.0, ""),
        columns: Iterable[str] | None = None,
        n_rows: int | None = None,
        raw_token: str | None = None,
        parquet: Path | None = None,
        choices: Mapping[str, Choices] | None = None,
        records: Iterable[LeftOutRecords] = (),
        layout: Layout | None = None,
    ) -> None:
        """`raw` may be a function that loads the rows; then `columns`, `n_rows` and `raw_token` are needed.
        Rows of a text file (`TextRows`) become a data frame only when somebody asks for one.

        `parquet` is the file that holds `frame` (decisions applied), where the workspace keeps one; the
        engine reads it directly instead of loading the frame.
        """
        self._raw = raw
        self._raw_frame: pd.DataFrame | None = None
        self._frame: pd.DataFrame | None = None
        if isinstance(raw, pd.DataFrame | TextRows):
            columns, n_rows = [str(c) for c in raw.columns], len(raw)
            raw_token = raw_token or content_hash(raw)
        if columns is None or n_rows is None or raw_token is None:
            raise TypeError("a lazy table needs columns, n_rows and raw_token")
        self.name, self.kind = name, kind
        self.choices: dict[str, Choices] = dict(choices or {})
        made = made_columns(self.choices)
        self.columns: tuple[str, ...] = (*(c for c in columns if c not in made), *made)
        self.n_rows: int = n_rows
        usual = dict.fromkeys(made, "flag")
        self.roles: dict[str, str] = {c: (roles or {}).get(c, usual.get(c, "ignore")) for c in self.columns}
        self.scales: dict[str, Scale] = {**dict.fromkeys(made, Scale(0.0, 1.0)), **(scales or {})}
        self.codes: tuple[MissingCode, ...] = tuple(codes)
        self.notes: tuple[str, ...] = tuple(notes)
        self.formats: dict[str, str] = dict(formats or {})
        self.labels: dict[str, str] = dict(labels or {})
        self.reasons: dict[str, tuple[float, str]] = dict(reasons or {})
        self.kind_reason = kind_reason
        self.records: tuple[LeftOutRecords, ...] = tuple(records)
        self.layout = layout
        self.parquet = parquet
        self._raw_token = raw_token
        self._check()
        self.token: str = hashlib.sha256(
            json.dumps([raw_token, self.decisions()], sort_keys=True, default=plain_number).encode()
        ).hexdigest()[:32]

    def _check(self) -> None:
        if self.kind is not None and self.kind not in KINDS:
            raise Problem(f"'{self.kind}' is no kind of source", do=f"Use one of: {', '.join(KINDS)}")
        for column, role in self.roles.items():
            if role not in ROLES:
                raise Problem(f"'{role}' is no role", where=f"column '{column}'", do=f"Use one of: {', '.join(ROLES)}")

    # --- rows ---------------------------------------------------------------------------------------

    @property
    def raw(self) -> pd.DataFrame:
        """The rows as the file had them."""
        if self._raw_frame is None:
            held = self.held
            self._raw_frame = held.frame() if isinstance(held, TextRows) else held
        return self._raw_frame

    @property
    def held(self) -> pd.DataFrame | TextRows:
        """The rows as the file had them, in the form they are held in: for what need not turn texts into a frame."""
        if not isinstance(self._raw, pd.DataFrame | TextRows):
            self._raw = self._raw()
        return self._raw

    @property
    def raw_token(self) -> str:
        """Hash of the rows alone, without the decisions."""
        return self._raw_token

    @property
    def frame(self) -> pd.DataFrame:
        """The rows, typed, with scales read as numbers and applied missing codes empty. Do not change it in place."""
        if self._frame is None:
            if self.parquet is not None:
                # The file may hold columns as read besides.
                self._frame = pd.read_parquet(self.parquet, columns=list(self.columns))
            elif isinstance(self.held, TextRows):
                self._frame = as_frame(self.analysed(self.held))
            else:
                rows = self.raw
                for column, one in self.choices.items():
                    if one.separator is not None:
                        rows = pd.concat([rows, self._flags(column)], axis=1)
                frame = resolve(rows, self.roles, self.scales, self.applied_codes(), self.formats)
                self._frame = unticked(frame, self.choices, self.roles)
        return self._frame

    def analysed(self, rows: TextRows) -> pa.Table:
        """What `frame` holds, from rows of a text file, as Arrow columns."""
        return analysed(rows, self.roles, self.scales, self.applied_codes(), self.formats, self.choices)

    def only(self, columns: Iterable[str]) -> pd.DataFrame:
        """Some columns of `frame`, without loading the others where the rows lie in a Parquet file."""
        names = list(dict.fromkeys(columns))
        if self._frame is None and self.parquet is not None and names:
            return pd.read_parquet(self.parquet, columns=names)
        return self.frame[names]

    def values(self, column: str) -> pd.Series:
        """A column before its role and codes are applied: as read, or as made from a cell with several answers."""
        for source, one in self.choices.items():
            if one.separator is not None and column in one.columns:
                return self._flags(source)[column]
        held = self.held
        return held[column].rows() if isinstance(held, TextRows) else held[column]

    def _flags(self, column: str) -> pd.DataFrame:
        return flags_of(self.values(column), self.choices[column], self.applied_codes().get(column, ()))

    def levels(self, column: str, most: int = 50) -> list[Any]:
        """The different values of a column, the most frequent first, at most so many; missing ones left out.

        >>> import pandas as pd, cxanalysis as cx
        >>> cx.Table(pd.DataFrame({"market": ["B2B", "B2C", "B2C", None]}), name="survey").levels("market")
        ['B2C', 'B2B']
        """
        counts = self.only([column])[column].value_counts()
        return sorted(counts.index[:most], key=lambda value: (-counts[value], str(value)))

    @property
    def source(self) -> SourceTable:
        """What a result made of these rows says about them."""
        return SourceTable(self.name, self.token, self.n_rows)

    def stored_rows(self) -> StoredRows:
        """Where the rows lie, for the engine that sums them."""
        return StoredRows(lambda: self.frame, self.parquet, self.columns, self.n_rows)

    def applied_codes(self) -> dict[str, tuple[str | float, ...]]:
        """Column → the values treated as no answer."""
        out: dict[str, tuple[str | float, ...]] = {}
        for code in self.codes:
            if code.applied:
                out[code.column] = (*out.get(code.column, ()), code.code)
        return out

    # --- decisions ----------------------------------------------------------------------------------

    def decisions(self) -> dict[str, Any]:
        """Everything decided about the columns, as plain JSON."""
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
        """What is known but changes no number (labels, reasons), as plain JSON; `restored` takes it back."""
        return {
            "labels": dict(self.labels),
            "reasons": {column: list(reason) for column, reason in self.reasons.items()},
            "kind_reason": list(self.kind_reason),
            "records": [one.to_json() for one in self.records],
            "layout": self.layout and self.layout.to_json(),
        }

    @classmethod
    def restored(
        cls,
        raw: Raw,
        *,
        name: str,
        decisions: Mapping[str, Any],
        described: Mapping[str, Any] | None = None,
        notes: Iterable[str] = (),
        columns: Iterable[str] | None = None,
        n_rows: int | None = None,
        raw_token: str | None = None,
        parquet: Path | None = None,
    ) -> Table:
        """A table from its rows and what `decisions` and `described` gave: same frame, same token."""
        described = described or {}
        confidence, reason = described.get("kind_reason", (0.0, ""))
        return cls(
            raw,
            name=name,
            kind=decisions["kind"],
            roles=decisions["roles"],
            scales={column: Scale.from_json(scale) for column, scale in decisions["scales"].items()},
            codes=[MissingCode(*code) for code in decisions["codes"]],
            notes=notes,
            formats=decisions.get("formats"),
            labels=described.get("labels"),
            reasons={column: (float(c), str(why)) for column, (c, why) in described.get("reasons", {}).items()},
            kind_reason=(float(confidence), str(reason)),
            columns=columns,
            n_rows=n_rows,
            raw_token=raw_token,
            parquet=parquet,
            choices={column: Choices.from_json(one) for column, one in decisions.get("choices", ())},
            records=map(LeftOutRecords.from_json, described.get("records", ())),
            layout=Layout.from_json(described["layout"]) if described.get("layout") else None,
        )

    @property
    def unsure(self) -> tuple[str, ...]:
        """Columns whose recognised role asks to be confirmed: less sure than 70 %, in file order."""
        return tuple(c for c in self.columns if c in self.reasons and self.reasons[c][0] < SURE_ENOUGH)

    def with_(
        self,
        *,
        name: str | None = None,
        kind: str | None = None,
        roles: Mapping[str, str] | None = None,
        scales: Mapping[str, Scale | None] | None = None,
        codes: Iterable[MissingCode] | None = None,
        formats: Mapping[str, str] | None = None,
        notes: Iterable[str] = (),
    ) -> Table:
        """The same rows under other decisions; what is not named stays. `notes` are appended.

        A scale of None takes the column's scale away. A role or scale that most of the column's values do not fit
        is a `Problem` that says how many do not, with examples; the few that do not are counted in the notes.
        """
        from cxanalysis.tables.corrections import corrected

        change = corrected(
            self, roles or {}, scales or {}, self.codes if codes is None else tuple(codes), formats or {}
        )
        return Table(
            self._raw,
            name=name or self.name,
            kind=kind or self.kind,
            roles=change.roles,
            scales=change.scales,
            codes=change.codes,
            notes=(*self.notes, *change.notes, *notes),
            formats=change.formats,
            labels=self.labels,
            reasons=change.reasons,
            kind_reason=(1.0, "set by hand") if kind and kind != self.kind else self.kind_reason,
            columns=[c for c in self.columns if c not in made_columns(self.choices)],
            n_rows=self.n_rows,
            raw_token=self._raw_token,
            choices=change.choices,
            records=self.records,
            layout=self.layout,
        )

    def with_code(self, column: str, code: str | float, applied: bool) -> Table:
        """The same table with one missing code switched on or off."""
        from cxanalysis.tables.corrections import switched

        changed = switched(self.codes, column, code, applied)
        word = "treated as no answer" if applied else "kept as an answer"
        return self.with_(codes=changed, notes=[f"'{code}' in '{column}' is {word}, by hand."])

    # --- looks --------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return self.n_rows

    def __repr__(self) -> str:
        return f"<Table {self.name}: {self.kind or 'kind unknown'}, {self.n_rows:,} rows, {len(self.columns)} columns>"

    def _repr_html_(self) -> str:
        from html import escape

        notes = "".join(f"<li>{escape(note)}</li>" for note in self.notes)
        return f"<p>{escape(repr(self)[1:-1])}</p><ul>{notes}</ul>{self.frame.head(8).to_html(escape=True)}"
