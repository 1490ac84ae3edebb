"""`cx.read`: from a file to a table whose columns are recognised."""

from __future__ import annotations

import keyword
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pandas as pd

from cxanalysis.columns.cell_text import plain
from cxanalysis.columns.column_facts import ColumnFacts
from cxanalysis.columns.kinds import KINDS, SCORES
from cxanalysis.columns.layout import Layout, LayoutKind
from cxanalysis.columns.resolve import NUMERIC, TEMPORAL, resolve_texts
from cxanalysis.columns.text_rows import TextRows, in_turn
from cxanalysis.files.column_files import read_columnar
from cxanalysis.files.database import is_address, read_database
from cxanalysis.files.json_file import read_json
from cxanalysis.files.parquet_folder import read_folder
from cxanalysis.files.reading import Reading
from cxanalysis.files.records.left_out_records import LeftOutRecords
from cxanalysis.files.source_file import SourceFile, as_source, content_type, unpack
from cxanalysis.files.statistics_file import PACKAGES, read_statistics_file
from cxanalysis.files.text.delimited import read_delimited
from cxanalysis.files.workbook import read_workbook
from cxanalysis.personal_data.personal_text import masked
from cxanalysis.problem import Problem
from cxanalysis.recognise.file_scales import without_missing
from cxanalysis.recognise.plain_roles import RoleGuess
from cxanalysis.recognise.recognise import recognise
from cxanalysis.recognise.recognition import Recognition
from cxanalysis.recognise.source_kind import is_of_staff, source_kind
from cxanalysis.recognise.spreadsheet_damage import mended
from cxanalysis.recognise.when_answered import when_answered
from cxanalysis.tables.corrections import lost_texts
from cxanalysis.tables.exclusion import doubts_of, proposed_exclusions
from cxanalysis.tables.find_layout import find_layout
from cxanalysis.tables.scale_change import scale_changes
from cxanalysis.tables.table import Table

#: Kind of file → what it is called, where that is not "a … file".
_REALLY: Final = {"text": "a text table", "workbook": "a workbook", "json": "a JSON file", "sav": "an SPSS file"}


def read(
    source: Any,
    *,
    name: str | None = None,
    kind: str | None = None,
    roles: Mapping[str, str] | None = None,
    sheet: str | None = None,
) -> Table | dict[str, Table]:
    """Read a survey export, an order list or any other table, and recognise what its columns are.

    Parameters
    ----------
    source : path, bytes or file-like
        CSV and other text tables in any usual encoding, Excel, OpenDocument, Parquet, Arrow, JSON, SPSS, Stata,
        SAS; zipped too. Also a folder of Parquet files, and a table of a database by its address:
        "duckdb:///file.duckdb?table=orders", "sqlite:///file.db?table=orders", "postgresql://user@host/crm?table=orders".
        What the bytes are counts, not the file's ending.
    name : str, optional
        What the table is called; by default the file's (or sheet's) name, made a plain word.
    kind : str, optional
        What a row is, one of `cxanalysis.columns.kinds.KINDS`; recognised if not given.
    roles : mapping of column → role, optional
        Roles you know; they win over what is recognised.
    sheet : str, optional
        One sheet of a workbook, or one file of a zip file.

    Returns
    -------
    Table, or dict of sheet name → Table where several sheets (or zipped files) have rows.

    Raises
    ------
    Problem
        If the file cannot be read as a table, or a named sheet, column, role or kind does not exist.

    Examples
    --------
    >>> table = read(b"recommend,late\\n9,no\\n3,yes\\n10,no\\n0,yes\\n8,no\\n", name="answers")
    >>> table.roles
    {'recommend': 'nps', 'late': 'flag'}
    >>> table.frame["late"].tolist()
    [0.0, 1.0, 0.0, 1.0, 0.0]
    """
    if kind is not None and kind not in KINDS:
        raise Problem(f"'{kind}' is no kind of source", do=f"Use one of: {', '.join(KINDS)}")
    if is_address(source) or (isinstance(source, (str, Path)) and Path(source).is_dir()):
        if sheet is not None:
            raise Problem("a database or a folder has no sheets", do="Leave the sheet out")
        reading = read_database(str(source)) if is_address(source) else read_folder(Path(source))
        return recognised(reading, name or plain_name(reading.name), kind, roles)
    file = as_source(source)
    readings = _readings(file, sheet)
    if len(readings) == 1:
        return recognised(
            readings[0], name or plain_name(readings[0].name if name is None and sheet else file.stem), kind, roles
        )
    tables: dict[str, Table] = {}
    for reading in readings:
        word = plain_name(f"{name}_{reading.name}" if name else reading.name)
        while word in tables:
            word += "_"
        present = {c: r for c, r in (roles or {}).items() if c in reading.table.columns}
        tables[word] = recognised(reading, word, kind, present)
    unknown = set(roles or {}) - {c for reading in readings for c in reading.table.columns}
    if unknown:
        raise Problem(f"there is no column '{sorted(unknown)[0]}' in any sheet", where=file.name)
    return tables


def plain_name(text: str) -> str:
    """A file's name as a plain Python word, as steps and notebooks need it.

    Examples
    --------
    >>> plain_name("Encuesta 2024 (final)"), plain_name("2016_SFO"), plain_name("class"), plain_name("***")
    ('encuesta_2024_final', 'table_2016_sfo', 'class_', 'table')
    """
    word = "".join(c if c.isascii() and c.isalnum() else "_" for c in plain(text)).strip("_")
    while "__" in word:
        word = word.replace("__", "_")
    word = word[:60].rstrip("_") or "table"
    if word[0].isdigit():
        word = f"table_{word}"
    return f"{word}_" if keyword.iskeyword(word) else word


def _readings(file: SourceFile, sheet: str | None, depth: int = 0) -> list[Reading]:
    kind = content_type(file)
    if kind in ("zip", "gzip") and depth:
        raise Problem("it is packed twice", where=file.name, do="Unpack it first")
    if kind in ("zip", "gzip"):
        return _unpacked(file, kind, sheet, depth)
    if kind == "workbook":
        readings = read_workbook(file, sheet)
        if len(readings) == 1 and sheet is None:
            readings = [replace(readings[0], name=file.stem)]
    elif sheet is not None and depth == 0:
        raise Problem("it has no sheets", where=file.name, do="Leave the sheet out")
    else:
        readings = _of_one_file(file, kind)
    if file.meant is not None and file.meant != kind:
        really = _REALLY.get(kind, f"a {PACKAGES.get(kind, kind.capitalize())} file")
        note = f"By its name it should be another kind of file; it is {really} and was read as one."
        readings = [replace(r, notes=(note, *r.notes)) for r in readings]
    return readings


def _of_one_file(file: SourceFile, kind: str) -> list[Reading]:
    """The tables of a file that is no workbook: one, or several where a text file holds them below each other."""
    if kind == "text":
        return read_delimited(file)
    if kind == "json":
        return [read_json(file)]
    return [read_statistics_file(file, kind) if kind in PACKAGES else read_columnar(file, kind)]


def _unpacked(file: SourceFile, kind: str, sheet: str | None, depth: int) -> list[Reading]:
    inside = unpack(file, kind)
    if sheet is not None and len(inside) > 1:
        chosen = [one for one in inside if sheet in (one.name, one.stem)]
        if not chosen:
            raise Problem(
                f"there is no '{sheet}' in it", where=file.name, do=f"It holds: {', '.join(one.name for one in inside)}"
            )
        inside, sheet = chosen, None
    if not inside:
        raise Problem("the zip file holds no files", where=file.name, do="Zip the table again")
    readings: list[Reading] = []
    troubles: list[Problem] = []
    for one in inside:
        try:
            readings += _readings(as_source_in(one), sheet, depth + 1)
        except Problem as problem:
            troubles.append(problem)
    if not readings:
        raise Problem(f"the file in it cannot be read ({troubles[0].what})", where=file.name, do=troubles[0].do)
    notes = [f"Left out of '{file.name}': {problem}" for problem in troubles]
    return [replace(r, notes=(*notes, *r.notes)) for r in readings]


def as_source_in(one: SourceFile) -> SourceFile:
    """A file from within a packed one; `Problem` if it is empty."""
    if not one.content:
        raise Problem("the file is empty", where=one.name, do="Export it again")
    return one


def recognised(reading: Reading, name: str, kind: str | None = None, roles: Mapping[str, str] | None = None) -> Table:
    """The table that a file's rows are: every column's role, scale and codes, and the kind of source."""
    found = recognise(
        without_missing(reading.table, reading.codes), reading.labels, reading.mark, reading.name, reading.scales
    )
    rows, mendings = mended(reading.table, found.facts)
    guessed, sure, why = source_kind(
        reading.name, found.roles(), [f.words for f in found.facts.values()], len(reading.table)
    )
    if reading.tool is not None:
        guessed, sure, why = "survey", 0.9, "exported from a survey tool"
        staff = is_of_staff(facts.words for facts in found.facts.values())
        guessed, why = ("employee_feedback", f"{why}; {staff}") if staff else (guessed, why)
    layout = find_layout(found, rows)
    if layout is not None:
        guessed, sure, why = _under_layout(layout, found, guessed, sure, why)
    if kind is not None and kind != guessed:
        sure, why = 1.0, "given by the caller"
    if (kind or guessed) in ("survey", "reviews", "employee_feedback"):
        when_answered(found)
    counts = {column: _counts_of(facts) for column, facts in found.facts.items()}
    not_counted = proposed_exclusions(counts, reading.labels, len(reading.table))
    table = Table(
        rows,
        name=name,
        kind=kind or guessed,
        roles=found.roles(),
        scales=found.scales(),
        codes=[*reading.codes, *found.codes],
        notes=[
            *reading.notes,
            *_record_notes(reading.records),
            *([layout.words] if layout is not None else []),
            *mendings,
            *found.notes,
        ],
        formats=found.formats,
        labels=reading.labels,
        reasons=found.reasons(),
        kind_reason=(sure, why),
        choices=found.choices,
        records=reading.records,
        layout=layout,
        doubts=[*found.doubts, *doubts_of(not_counted, len(reading.table))],
    )
    if roles:
        table = table.with_(roles=roles)
    return table.with_(notes=[*_code_notes(table), *_lost_notes(table, found), *scale_changes(table)])


def _under_layout(
    layout: Layout, found: Recognition, kind: str | None, sure: float, why: str
) -> tuple[str | None, float, str]:
    """What follows from the layout: figures are no answers, and answers to several questions are no score."""
    if layout.kind.aggregated:
        kind, sure, why = None, layout.sure, f"no records: one row is {layout.kind.value}"
    if layout.count is not None:
        found.guesses[layout.count] = RoleGuess("weight", layout.sure, "how often the answer of its row was given")
    answers = {
        LayoutKind.COUNTS: tuple(found.guesses),
        LayoutKind.SCORES: tuple(found.guesses),
        LayoutKind.QUESTIONS: (layout.value,),
    }.get(layout.kind, ())
    for name in answers:
        numbers = layout.kind is LayoutKind.QUESTIONS and name is not None and found.facts[name].number_share > 0.9
        if name is not None and (numbers or found.guesses[name].role in (*SCORES, "rating")):
            reason = {
                LayoutKind.COUNTS: f"each answer stands here once; '{layout.count}' says how often it was given",
                LayoutKind.SCORES: "finished scores, not answers",
                LayoutKind.QUESTIONS: f"answers to all of '{layout.item}'; read it wide to have each by itself",
            }[layout.kind]
            worded = found.guesses[name].scale is not None and not found.facts[name].number_share
            found.guesses[name] = RoleGuess("category" if worded else "number", layout.sure, reason)
    return kind, sure, why


def _record_notes(records: Iterable[LeftOutRecords]) -> list[str]:
    """What was left out as no record, and what is asked about; names and addresses in it are hidden."""
    return [masked(one.words) for one in records]


def _counts_of(facts: ColumnFacts) -> Callable[[], pd.Series]:
    return lambda: facts.counts


def _code_notes(table: Table) -> list[str]:
    """One note a code and reason, naming every column it was seen in with its count."""
    seen: dict[tuple[str, bool, str], list[str]] = {}
    for code in table.codes:
        seen.setdefault((str(code.code), code.applied, code.reason), []).append(f"'{code.column}' ({code.count:,})")
    done = {True: "treated as no answer", False: "kept; is it an answer?"}
    return [
        f"'{text}' in {', '.join(columns)}: {done[applied]} – {reason}."
        for (text, applied, reason), columns in seen.items()
    ]


def _lossless(table: Table, columns: list[str]) -> set[str]:
    """Columns of a text file in which every answer fits its role. What is read to see that serves `frame` too."""
    held, codes = table.as_read, table.applied_codes()
    if not isinstance(held, TextRows):
        return set()

    def fits(name: str) -> bool:
        off, scale, written = codes.get(name, ()), table.scales.get(name), table.formats.get(name)
        unread = held[name].texts[held[name].resolved(table.roles[name], scale, off, written).isna()]
        return not resolve_texts(unread, "text", None, off).notna().any()

    return {name for name, fit in zip(columns, in_turn(fits, columns), strict=True) if fit}


def _may_lose(found: Recognition, table: Table, column: str) -> bool:
    guess, facts = found.guesses[column], found.facts[column]
    if guess.role not in NUMERIC | TEMPORAL or facts.stored_as != "text" or table.roles[column] != guess.role:
        return False
    return not (guess.role in NUMERIC and len(facts.numbers) == facts.n_distinct)


def _lost_notes(table: Table, found: Recognition) -> list[str]:
    """Cells that a recognised type could not take, by column."""
    notes = []
    asked = [column for column in found.guesses if _may_lose(found, table, column)]
    lossless = _lossless(table, asked)
    for column in asked:
        if column in lossless:
            continue
        guess, facts, off = found.guesses[column], found.facts[column], table.applied_codes().get(column, ())
        lost, answered = lost_texts(facts.counts, guess.role, guess.scale, off, table.formats.get(column))
        if len(lost):
            examples = ", ".join(f"'{masked(str(text))[:40]}'" for text in lost.index[:3])
            kind = "dates" if guess.role in TEMPORAL else "numbers"
            notes.append(
                f"In '{column}' {lost.sum():,} of {answered:,} values are no {kind} (such as {examples}): "
                "they count as no answer."
            )
    return notes
