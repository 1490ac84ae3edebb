"""Workbooks: Excel and OpenDocument, one table a sheet."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final

import pandas as pd
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, ZipError

from cxanalysis.files.header import Header, find_header
from cxanalysis.files.reading import Reading, checked
from cxanalysis.files.records.cell_shape import shapes_of
from cxanalysis.files.records.look_at_rows import LookAtRows
from cxanalysis.files.records.records_only import found_in, rows_out
from cxanalysis.files.records.second_table import further_table
from cxanalysis.files.source_file import SourceFile
from cxanalysis.problem import Problem

#: What spreadsheets show where a formula failed: no value.
_FORMULA_ERRORS: Final = frozenset(
    {"#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#GETTING_DATA"}
)
#: So many rows show how wide the table is, so many where its header is, and so many what may be a further one.
_SAMPLE_ROWS: Final = 300
_HEADER_ROWS: Final = 120
_SHOWN: Final = 45


def read_workbook(source: SourceFile, sheet: str | None = None) -> list[Reading]:
    """Every sheet that has rows (or the one named); numbers and dates stay what the workbook says they are.

    Raises
    ------
    Problem
        If the workbook is locked or damaged, has no such sheet, or no sheet with rows.
    """
    try:
        with source.open() as stream:
            book = CalamineWorkbook.from_filelike(stream)
            names = book.sheet_names
            if sheet is not None and sheet not in names:
                raise Problem(
                    f"there is no sheet '{sheet}'", where=source.name, do=f"Its sheets are: {', '.join(names)}"
                )
            cells = {
                name: book.get_sheet_by_name(name).to_python(skip_empty_area=True)
                for name in names
                if sheet in (None, name)
            }
    except PasswordError as error:
        raise Problem(
            "the workbook is protected with a password", where=source.name, do="Remove the password and save it again"
        ) from error
    except (CalamineError, ZipError, OSError, EOFError) as error:
        raise Problem(
            "the workbook is damaged or was cut off", where=source.name, do="Download or export it again"
        ) from error
    readings: list[Reading] = []
    troubles = []
    for name, rows in cells.items():
        try:
            readings += _sheet(name, rows, source.name)
        except Problem as problem:
            troubles.append(problem)
    if not readings:
        raise (
            troubles[0] if len(troubles) == 1 else Problem("no sheet has rows", where=source.name, do="Export it again")
        )
    skipped = tuple(f"Sheet left out: {problem}" for problem in troubles)
    readings[0] = replace(readings[0], notes=(*skipped, *readings[0].notes))
    return readings


#: A row of a sheet that is not empty, with its place on the sheet.
Placed = tuple[int, Sequence[Any]]


def _sheet(name: str, rows: Sequence[Sequence[Any]], file: str) -> list[Reading]:
    """The tables of a sheet: usually one, sometimes several below or beside each other."""
    where = f"{file}, sheet '{name}'"
    filled: list[Placed] = [(i, row) for i, row in enumerate(rows) if any(_known(cell) for cell in row)]
    if not filled:
        raise Problem("it is empty", where=where, do="Fill it or remove it")
    tables = [part for beside in _side_by_side(filled) for part in _below_each_other(beside)]
    readings = []
    for number, part in enumerate(tables, 1):
        readings.append(_table(name if number == 1 else f"{name}_{number}", part, where))
    if len(readings) > 1:
        named = ", ".join(f"'{reading.name}'" for reading in readings)
        note = f"The sheet '{name}' holds {len(readings)} tables: {named}."
        readings = [replace(reading, notes=(note, *reading.notes)) for reading in readings]
    return readings


def _side_by_side(filled: list[Placed]) -> list[list[Placed]]:
    """The sheet divided at empty columns, where what stands beside each other are tables of different length."""
    width = max(len(row) for _, row in filled)
    used = [any(i < len(row) and _known(row[i]) for _, row in filled) for i in range(width)]
    groups: list[list[int]] = []
    for i in range(width):
        if used[i]:
            if groups and groups[-1][-1] == i - 1:
                groups[-1].append(i)
            else:
                groups.append([i])
    if len(groups) < 2 or any(len(group) < 2 for group in groups):
        return [filled]
    parts: list[list[Placed]] = [
        [(at, cut) for at, row in filled if any(map(_known, cut := list(row[group[0] : group[-1] + 1])))]
        for group in groups
    ]
    lengths = {len(part) for part in parts}
    return parts if len(lengths) == len(parts) and all(map(_is_table, parts)) else [filled]


def _is_table(part: list[Placed]) -> bool:
    rows = [[_header_text(cell) for cell in row] for _, row in part[:_SHOWN]]
    return further_table(rows, 0, (), (), behind_gap=True) is not None


def _below_each_other(filled: list[Placed]) -> list[list[Placed]]:
    """The rows divided where a further table begins."""
    header = _header_of(filled)
    body = filled[header.first_row :]
    names = len(header.names)
    shown = [[_header_text(cell) for cell in row[:names]] for _, row in body[:_SAMPLE_ROWS]]
    shapes = shapes_of([[*row, *[""] * (names - len(row))] for row in shown], names)
    cuts: list[int] = []
    for place in range(1, len(body)):
        gap = body[place][0] - body[place - 1][0] > 1
        if not gap and _width_of(body[place][1]) == _width_of(body[place - 1][1]):
            continue
        rows = [[_header_text(cell) for cell in row] for _, row in body[place : place + _SHOWN]]
        if further_table(rows, place, header.names, shapes, gap) is not None:
            cuts.append(header.first_row + place)
    edges = [0, *cuts, len(filled)]
    return [filled[a:b] for a, b in pairwise(edges)]


def _width_of(row: Sequence[Any]) -> int:
    return max((i for i, cell in enumerate(row, 1) if _known(cell)), default=0)


def _header_of(filled: list[Placed]) -> Header:
    widths = Counter(_width_of(row) for _, row in filled[:_SAMPLE_ROWS])
    width = max(widths, key=lambda w: (widths[w], w))
    text = [[_header_text(cell) for cell in row] for _, row in filled[:_HEADER_ROWS]]
    return find_header(text, width)


def _table(name: str, filled: list[Placed], where: str) -> Reading:
    header = _header_of(filled)
    body = filled[header.first_row :]
    frame = _frame(header, [row for _, row in body])
    empty = filled[-1][0] - filled[0][0] + 1 - len(filled)
    notes = [*header.notes, *([f"{empty:,} empty rows left out."] if empty > 1 else [])]
    reading = checked(
        Reading(
            name,
            frame,
            header.labels,
            tuple(notes),
            nameless=header.nameless,
            tool=header.tool,
            records=header.left_out,
        ),
        where,
    )
    gaps = [place for place in range(1, len(body)) if body[place][0] - body[place - 1][0] > 1]
    found = found_in(LookAtRows(reading.rows), reading.nameless, gaps)
    out = rows_out(found, len(body))
    if out.any() and not out.all():
        # What is left may be numbers or dates alone: the columns are made anew from the cells of the sheet.
        left = _frame(header, [row for (_, row), gone in zip(body, out.tolist(), strict=True) if not gone])
        reading = replace(reading, table=left[[str(column) for column in reading.table.columns]])
    return replace(reading, records=(*reading.records, *found))


def _frame(header: Header, body: Sequence[Sequence[Any]]) -> pd.DataFrame:
    columns = {n: _column([row[i] if i < len(row) else None for row in body]) for i, n in enumerate(header.names)}
    return pd.DataFrame(columns) if body else pd.DataFrame(columns=list(header.names))


def _known(cell: Any) -> bool:
    return cell is not None and cell != "" and not (isinstance(cell, str) and not cell.strip())


def _header_text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


def _column(cells: list[Any]) -> pd.Series:
    """Numbers if all are numbers, moments if all are dates, else text as the sheet shows it."""
    known = [c if _known(c) and c not in _FORMULA_ERRORS else None for c in cells]
    kinds = {_kind(c) for c in known if c is not None}
    if kinds == {"number"}:
        numbers = pd.Series(known, dtype="float64")
        whole = numbers.dropna()
        return numbers.astype("Int64") if (whole == whole.round()).all() and (whole.abs() < 2**53).all() else numbers
    if kinds == {"moment"}:
        return pd.to_datetime(pd.Series([_moment(c) for c in known])).astype("datetime64[us]")
    if kinds == {"truth"}:
        return pd.Series(known, dtype="boolean")
    return pd.Series([None if c is None else _cell_text(c) for c in known], dtype="str")


def _kind(cell: Any) -> str:
    if isinstance(cell, bool):
        return "truth"
    if isinstance(cell, (int, float)):
        return "number"
    return "moment" if isinstance(cell, (dt.datetime, dt.date)) else "text"


def _moment(cell: Any) -> Any:
    return dt.datetime(cell.year, cell.month, cell.day) if type(cell) is dt.date else cell


def _cell_text(cell: Any) -> str:
    if isinstance(cell, (dt.datetime, dt.date)):
        moment = pd.Timestamp(cell)
        return moment.strftime("%Y-%m-%d" if moment == moment.normalize() else "%Y-%m-%d %H:%M:%S")
    return _header_text(cell)
