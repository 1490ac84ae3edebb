"""Workbooks: Excel and OpenDocument, one table a sheet."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import pandas as pd
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, ZipError

from cxanalysis.files.header import find_header
from cxanalysis.files.reading import Reading, checked
from cxanalysis.files.source_file import Source
from cxanalysis.problem import Problem

#: What spreadsheets show where a formula failed: no value.
_FORMULA_ERRORS: Final = frozenset(
    {"#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#GETTING_DATA"}
)


def read_workbook(source: Source, sheet: str | None = None) -> list[Reading]:
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
    readings, troubles = [], []
    for name, rows in cells.items():
        try:
            readings.append(_sheet(name, rows, source.name))
        except Problem as problem:
            troubles.append(problem)
    if not readings:
        raise (
            troubles[0] if len(troubles) == 1 else Problem("no sheet has rows", where=source.name, do="Export it again")
        )
    skipped = [f"Sheet left out: {problem}" for problem in troubles]
    if skipped:
        first = readings[0]
        readings[0] = Reading(first.name, first.rows, first.labels, (*skipped, *first.notes), first.mark)
    return readings


def _sheet(name: str, rows: Sequence[Sequence[Any]], file: str) -> Reading:
    where = f"{file}, sheet '{name}'"
    filled = [(i, row) for i, row in enumerate(rows) if any(_known(cell) for cell in row)]
    if not filled:
        raise Problem("it is empty", where=where, do="Fill it or remove it")
    widths = Counter(max(i for i, cell in enumerate(row, 1) if _known(cell)) for _, row in filled[:300])
    width = max(widths, key=lambda w: (widths[w], w))
    text = [[_header_text(cell) for cell in row] for _, row in filled[:40]]
    header = find_header(text, width)
    body = [row for _, row in filled[header.first_row :]]
    columns = {n: _column([row[i] if i < len(row) else None for row in body]) for i, n in enumerate(header.names)}
    frame = pd.DataFrame(columns) if body else pd.DataFrame(columns=list(header.names))
    empty = len(rows) - len(filled)
    notes = [*header.notes, *([f"{empty:,} empty rows left out."] if empty > 1 else [])]
    return checked(Reading(name, frame, header.labels, tuple(notes)), where)


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
