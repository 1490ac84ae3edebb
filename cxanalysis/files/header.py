"""Finding the columns' names: titles above the header, headers of two or three rows, missing and repeated names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from cxanalysis.columns.cell_text import plain
from cxanalysis.files.form_tools import tool_header
from cxanalysis.files.group_header import groups_above, names_below
from cxanalysis.files.named_columns import NamedColumns
from cxanalysis.files.records.first_row import is_record, is_running, is_units, rows_of_names, unit_of
from cxanalysis.files.records.left_out_records import LeftOutRecords, RecordRule

Row = Sequence[str | None]

#: Only so far down is a header looked for.
_DEEPEST: Final = 20
#: So many rows below the header show whether it is one.
_LOOKED_AT: Final = 80
#: How sure the place of lines above the header and of rows of names is.
_SURE: Final = 0.95
_NUMBER_OR_DATE: Final = re.compile(r"^[+\-]?[\d.,:/\- ]*\d[\d.,:/\- ]*$|^\d{4}-\d\d-\d\d[T ].*$")


@dataclass(frozen=True, slots=True)
class Header:
    """Names of the columns and where the answers begin.

    Attributes
    ----------
    names : tuple of str
        Unique, never empty.
    first_row : int
        Index of the first row of data.
    labels : dict
        Column → full question, where the file has one beside a short name.
    notes : tuple of str
    nameless : tuple of str
        Columns that have no name in the file and are called by their place.
    numbered : bool
        Whether the file has no header at all, so that all columns are called by their place.
    tool : str or None
        The survey tool whose export this is.
    left_out : tuple of LeftOutRecords
        Lines above the header, and rows of units and repeated names below it.
    """

    names: tuple[str, ...]
    first_row: int
    labels: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    nameless: tuple[str, ...] = ()
    numbered: bool = False
    tool: str | None = None
    left_out: tuple[LeftOutRecords, ...] = ()


def find_header(rows: Sequence[Row], width: int) -> Header:
    """Find the header among the first rows of a file whose rows usually have `width` cells."""
    start = _title_rows(rows, width)
    first = _padded(rows[start], width)
    below = [_padded(row, len(first)) for row in rows[start + 1 : start + 1 + _LOOKED_AT]]
    if _is_data(first, below):
        names = tuple(f"column_{i}" for i in range(1, len(first) + 1))
        note = "The file has no header; its columns are numbered."
        return Header(names, start, {}, (note,), names, numbered=True, left_out=_titles(rows[:start]))
    named = tool_header(first, below) or (names_below(first, below) if width > 1 else None)
    above = start
    if named is None:
        named = groups_above([_padded(row, len(first)) for row in rows[:start]], first)
        if named is not None:
            above, named = start + 1 - named.rows, replace(named, rows=1)
    if named is None:
        named = NamedColumns(first, [""] * len(first), 1, "")
    lower = rows_of_names(first, below[named.rows - 1 :]) if named.tool is None else 0
    return _header(rows, above, start, named, [below[named.rows - 1 + i] for i in range(lower)])


def _header(rows: Sequence[Row], above: int, start: int, named: NamedColumns, lower: Sequence[Sequence[str]]) -> Header:
    """The header, with what the rows of units, questions or repeated names right below it say."""
    found = unique_names(named.names)
    unique = found.names
    labels = {unique[i]: text for i, text in enumerate(named.labels) if text and text != unique[i]}
    left_out = _titles(rows[:above])
    for row in lower:
        if list(row) == list(named.names):
            left_out += (_row_of_names(RecordRule.HEADER_AGAIN, row, "the names of the columns stand there again"),)
            continue
        units = is_units(row)
        for name, cell in zip(unique, row, strict=False):
            said = unit_of(cell) if units else cell
            if said and said != name:
                before = labels.get(name, name)
                labels[name] = f"{before} ({said})" if units else (said if name not in labels else f"{before}: {said}")
        rule = RecordRule.UNITS if units else RecordRule.HEADER_AGAIN
        why = "units below the names" if units else "a second row of names above columns of numbers"
        left_out += (_row_of_names(rule, row, why),)
    notes = tuple(note for note in (named.note, *found.notes) if note)
    first_row = start + named.rows + len(lower)
    return Header(unique, first_row, labels, notes, found.nameless, tool=named.tool, left_out=left_out)


def _row_of_names(rule: RecordRule, row: Sequence[str], why: str) -> LeftOutRecords:
    return LeftOutRecords(rule, (), _SURE, why, cells=(tuple(cell or None for cell in row),))


def _titles(rows: Sequence[Row]) -> tuple[LeftOutRecords, ...]:
    cells = tuple(tuple(" ".join(cell.split()) if cell else None for cell in row) for row in rows)
    return (LeftOutRecords(RecordRule.TITLE, (), _SURE, "above the header", cells=cells),) if rows else ()


def _filled(row: Row) -> int:
    return sum(bool(cell and cell.strip()) for cell in row)


def _padded(row: Row, width: int) -> list[str]:
    cells = [" ".join((cell or "").split()) for cell in row]
    return cells + [""] * (width - len(cells))


def _title_rows(rows: Sequence[Row], width: int) -> int:
    """How many rows stand above the header: rows nearly empty, followed by a full one."""
    full = _full_header(rows, width)
    if full is not None:
        return full
    for i, row in enumerate(rows[:_DEEPEST]):
        if _filled(row) > max(1, 0.3 * width) or width == 1:
            if width > 1 or _filled(row):
                return i
        elif not any(_filled(later) >= 0.7 * width for later in rows[i + 1 : _DEEPEST + 5]):
            return i
    return 0


def _full_header(rows: Sequence[Row], width: int) -> int | None:
    """A row of words in every column above rows with numbers, below rows with gaps: the header under its titles."""
    for i, row in enumerate(rows[:_DEEPEST]):
        if _filled(row) > 0.7 * width:
            cells = [plain(cell or "") for cell in row]
            words = len(set(cells)) == len(cells) == width and not any(_NUMBER_OR_DATE.match(c) or not c for c in cells)
            below = [cell for later in rows[i + 1 : i + 6] for cell in later if cell]
            return i if i and words and any(_NUMBER_OR_DATE.match(cell.strip()) for cell in below) else None
    return None


def _is_data(first: list[str], below: Sequence[Sequence[str]]) -> bool:
    """True if the first row is an answer, not a header: every cell a number or date, or shaped as the rows below."""
    cells = [cell for cell in first if cell]
    if not cells or not below:
        return False
    if all(_NUMBER_OR_DATE.match(cell) for cell in cells):
        return not is_running(cells)
    return is_record(first, below)


@dataclass(frozen=True, slots=True)
class UniqueNames:
    """Names of columns, none empty, none twice.

    Attributes
    ----------
    names : tuple of str
    nameless : tuple of str
        Those that had none and are called by their place.
    notes : tuple of str
        Which were repeated and had to be changed.
    """

    names: tuple[str, ...]
    nameless: tuple[str, ...]
    notes: tuple[str, ...]


def unique_names(names: Sequence[str]) -> UniqueNames:
    """Names cleaned of stray blanks, none empty, none twice.

    Examples
    --------
    >>> unique_names(["score", "score", ""]).names
    ('score', 'score_2', 'column_3')
    """
    unique: list[str] = []
    taken: set[str] = set()
    cleaned = [" ".join(name.split()) for name in names]
    given, repeated, nameless = set(cleaned), [], []
    for place, name in enumerate(cleaned, 1):
        base = name or f"column_{place}"
        free, number = base, 2
        while free in taken or (number > 2 and free in given):
            free, number = f"{base}_{number}", number + 1
        if free != base:
            repeated.append(f"'{base}' → '{free}'")
        if not name:
            nameless.append(free)
        taken.add(free)
        unique.append(free)
    notes: tuple[str, ...] = ()
    if repeated:
        some = ", ".join(repeated[:5]) + (" …" if len(repeated) > 5 else "")
        notes = (f"{len(repeated)} repeated column name{'s' if len(repeated) > 1 else ''} changed: {some}.",)
    return UniqueNames(tuple(unique), tuple(nameless), notes)
