"""A table: rows as they were read, and every decision taken about them.

The rows stay as the file had them (`raw`); roles, scales and missing codes are decisions beside them.
`frame` is the rows with those decisions applied, so each of them can be taken back at any time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any, Unpack

import pandas as pd
import pyarrow as pa

from cxanalysis.basis import SourceTable
from cxanalysis.columns.content_token import plain_number
from cxanalysis.columns.missing_code import MissingCode
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.columns.text_rows import TextRows
from cxanalysis.engine.engines import StoredRows
from cxanalysis.engine.where import Condition, conditions
from cxanalysis.files.records.left_out_records import LeftOutRecords
from cxanalysis.problem import Problem
from cxanalysis.recognise.doubt import Doubt
from cxanalysis.tables.analysed import analysed
from cxanalysis.tables.chosen_columns import ChosenColumns
from cxanalysis.tables.corrections import corrected, switched
from cxanalysis.tables.decisions import Decided, Decisions
from cxanalysis.tables.exclusion import Exclusion, without
from cxanalysis.tables.part import Part
from cxanalysis.tables.question import answered
from cxanalysis.tables.records import changed_records
from cxanalysis.tables.table_rows import Raw, RowSource, TableRows


class Table(ChosenColumns):
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
    decisions : Decisions
        All of these as one frozen value.
    whole : Table or None
        The table that this is part of (`where`); None for a whole one.
    doubts : tuple of Doubt
        What else was guessed below the sure line (direction, ends of a scale, codes) and nobody has confirmed.
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

    __slots__ = ("name", "token", "whole")

    def __init__(
        self,
        raw: Raw,
        *,
        name: str,
        decisions: Decisions | None = None,
        columns: Iterable[str] | None = None,
        n_rows: int | None = None,
        raw_token: str | None = None,
        parquet: Path | None = None,
        **decided: Unpack[Decided],
    ) -> None:
        """`raw` may be a function that loads the rows; then `columns`, `n_rows` and `raw_token` are needed.
        Rows of a text file (`TextRows`) become a data frame only when somebody asks for one.

        What is decided is one value (`decisions`), or its fields by name (`kind`, `roles`, `scales`, `codes`, `notes`,
        `formats`, `labels`, `reasons`, `kind_reason`, `choices`).

        `parquet` is the file that holds `frame` (decisions applied), where the workspace keeps one; the
        engine reads it directly instead of loading the frame.
        """
        if decisions is not None and decided:
            raise TypeError("decisions are given as one value or by name, not both")
        decisions = Decisions.of(decided) if decisions is None else decisions
        rows = TableRows(raw, decisions, columns=columns, n_rows=n_rows, token=raw_token, parquet=parquet)
        self._be(rows, rows.decisions, name)

    def _be(self, rows: RowSource, decisions: Decisions, name: str, whole: Table | None = None) -> None:
        super().__init__(rows, decisions)
        self.name = name
        #: The table that this is part of; None for a whole one.
        self.whole = whole
        spelled = json.dumps([rows.token, decisions.to_json()], sort_keys=True, default=plain_number)
        self.token: str = hashlib.sha256(spelled.encode()).hexdigest()[:32]

    # --- rows ---------------------------------------------------------------------------------------

    @property
    def raw(self) -> pd.DataFrame:
        """The rows as the file had them."""
        return self.rows.raw()

    @property
    def as_read(self) -> pd.DataFrame | TextRows:
        """The rows as the file had them, in the form they are kept in: for what need not turn texts into a frame."""
        return self.rows.as_read()

    @property
    def raw_token(self) -> str:
        """Hash of the rows alone, without the decisions."""
        return self.rows.token

    @property
    def frame(self) -> pd.DataFrame:
        """The rows, typed, with scales read as numbers and applied missing codes empty. Do not change it in place."""
        return self.rows.frame()

    def analysed(self, rows: TextRows) -> pa.Table:
        """What `frame` holds, from rows of a text file, as Arrow columns."""
        decided = self.decisions
        return analysed(rows, decided.roles, decided.scales, decided.applied_codes, decided.formats, decided.choices)

    @property
    def parquet(self) -> Path | None:
        """The file that holds `frame`, where there is one."""
        return self.rows.parquet

    def only(self, columns: Iterable[str]) -> pd.DataFrame:
        """Some columns of `frame`, without loading the others where the rows lie in a Parquet file."""
        return self.rows.only(columns)

    def values(self, column: str) -> pd.Series:
        """A column before its role and codes are applied: as read, or as made from a cell with several answers."""
        return self.rows.values(column)

    def where(self, kept: Mapping[str, Any]) -> Table:
        """The same table with only some of its rows, for any analysis: "only B2B", "only this year".

        Parameters
        ----------
        kept : mapping
            Column → a value, a list of values (None: no value), or {"from": …, "to": …} with numbers or ISO dates,
            both ends included.

        Raises
        ------
        Problem
            If a column is not there, a range is asked of texts, or no row is left.

        Examples
        --------
        >>> import pandas as pd, cxanalysis as cx
        >>> answers = cx.Table(pd.DataFrame({"csat": [5, 4, 1], "market": ["B2B", "B2C", "B2B"]}), name="survey")
        >>> answers.where({"market": "B2B"}).frame["csat"].tolist()
        [5, 1]
        """
        if not kept:
            return self
        whole, before = (self, ()) if self.whole is None else (self.whole, self._conditions)
        rows = Part(whole.rows, (*before, *conditions(kept)), whole.name)
        part = object.__new__(Table)
        part._be(rows, whole.decisions.noted(rows.words), whole.name, whole)
        return part

    @property
    def _conditions(self) -> tuple[Condition, ...]:
        return self.rows.kept if isinstance(self.rows, Part) else ()

    @property
    def source(self) -> SourceTable:
        """What a result made of these rows says about them: the whole table, and which of its rows."""
        whole = self if self.whole is None else self.whole
        return SourceTable(self.name, whole.token, whole.n_rows, tuple(one.plain() for one in self._conditions))

    def stored_rows(self) -> StoredRows:
        """Where the rows lie, for the engine that sums them."""
        return self.rows.stored()

    # --- decisions ----------------------------------------------------------------------------------

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
        return cls(
            raw,
            name=name,
            decisions=Decisions.from_json(decisions, described, notes),
            columns=columns,
            n_rows=n_rows,
            raw_token=raw_token,
            parquet=parquet,
        )

    def replace(
        self,
        *,
        name: str | None = None,
        decisions: Decisions | None = None,
        raw: Raw | None = None,
        columns: Iterable[str] | None = None,
        n_rows: int | None = None,
        raw_token: str | None = None,
    ) -> Table:
        """The table under another name, other decisions or with other rows; what is not named stays.

        For those who make one table from another: nothing is checked against the values, as `with_` does, and no note
        is made. `columns`, `n_rows` and `raw_token` belong to a `raw` that is a function.

        Examples
        --------
        >>> import pandas as pd, cxanalysis as cx
        >>> from dataclasses import replace
        >>> survey = cx.Table(pd.DataFrame({"csat": [5, 4]}), name="survey", roles={"csat": "csat"})
        >>> fewer = survey.replace(raw=survey.raw.head(1), decisions=survey.decisions.noted("The first row."))
        >>> len(fewer), fewer.roles, fewer.notes
        (1, {'csat': 'csat'}, ('The first row.',))
        """
        decisions = self.decisions if decisions is None else decisions
        if raw is None:
            raw, n_rows, raw_token = self.rows.given, self.n_rows, self.raw_token
            made = self.decisions.made_columns
            columns = [column for column in self.columns if column not in made]
        return Table(
            raw,
            name=name or self.name,
            decisions=decisions,
            columns=columns,
            n_rows=n_rows,
            raw_token=raw_token,
        )

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
        doubts: Iterable[Doubt] | None = None,
    ) -> Table:
        """The same rows under other decisions; what is not named stays. `notes` are appended.

        A scale of None takes the column's scale away. A role or scale that most of the column's values do not fit
        is a `Problem` that says how many do not, with examples; the few that do not are counted in the notes.
        """
        if self.whole is not None:
            raise Problem(
                "this is part of a table", where=self.name, do="Change the whole table, then take the part anew"
            )
        decisions = corrected(
            self.decisions,
            self.values,
            where=self.name,
            roles=roles or {},
            scales=scales or {},
            codes=self.codes if codes is None else tuple(codes),
            formats=formats or {},
        )
        if kind and kind != self.kind:
            decisions = replace(decisions, kind=kind, kind_reason=(1.0, "set by hand"))
        if doubts is not None:
            decisions = replace(decisions, doubts=tuple(doubts))
        return self.replace(name=name, decisions=decisions.noted(*notes))

    def answered(self, answers: Mapping[Any, str]) -> Table:
        """The table with questions answered.

        Parameters
        ----------
        answers : mapping
            A `Question` (or its column) → one of its options.

        Examples
        --------
        >>> import cxanalysis as cx
        >>> table = cx.read(b"Zufriedenheit\\n" + b"1\\n2\\n6\\n3\\n5\\n4\\n" * 20)
        >>> table.score is None
        True
        >>> table = table.answered({"Zufriedenheit": "1 is the best answer"})
        >>> table.score, table.scales["Zufriedenheit"].describe(), table.questions
        ('Zufriedenheit', '1–6, low is good', ())
        """
        return answered(self, answers)

    def without(self, exclusions: Iterable[Exclusion]) -> Table:
        """The part of the table that is left without some of its `exclusions`."""
        return without(self, exclusions)

    def with_records(self, keep: Iterable[LeftOutRecords] = (), leave_out: Iterable[LeftOutRecords] = ()) -> Table:
        """The table with rows of `records` taken back as records, or with suspected ones left out.

        Raises
        ------
        Problem
            If they are not among `records`, or stand above the header.

        Examples
        --------
        >>> import cxanalysis as cx
        >>> sales = cx.read(b"order,day,value\\nA1,2024-03-01,10\\nA2,2024-03-02,20\\nA3,2024-03-04,30\\nSum,,60\\n")
        >>> sales.n_rows, sales.with_records(keep=sales.records).n_rows
        (3, 4)
        """
        rows, records, notes = changed_records(self.rows.as_read(), self.records, keep, leave_out, where=self.name)
        return self.replace(raw=rows, decisions=replace(self.decisions, records=records).noted(*notes))

    def with_code(self, column: str, code: str | float, applied: bool) -> Table:
        """The same table with one missing code switched on or off."""
        changed = switched(self.codes, column, code, applied)
        word = "treated as no answer" if applied else "kept as an answer"
        return self.with_(codes=changed, notes=[f"'{code}' in '{column}' is {word}, by hand."])

    # --- looks --------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return self.n_rows

    def __repr__(self) -> str:
        return f"<Table {self.name}: {self.kind or 'kind unknown'}, {self.n_rows:,} rows, {len(self.columns)} columns>"

    def _repr_html_(self) -> str:
        notes = "".join(f"<li>{escape(note)}</li>" for note in self.notes)
        return f"<p>{escape(repr(self)[1:-1])}</p><ul>{notes}</ul>{self.frame.head(8).to_html(escape=True)}"
