"""The cells of an inventory as its sheet shows them: merged cells filled, every value as the workbook has it."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import Any, Final

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, ZipError

from cxanalysis.files.source_file import SourceFile, content_type
from cxanalysis.files.text.dialect import find_dialect, records
from cxanalysis.files.text.encoding import text_encoding
from cxanalysis.problem import Problem

Cells = list[list[Any]]

#: A list of metrics has hundreds of rows. What is longer is another kind of table, chosen by mistake.
MOST_ROWS: Final = 5_000


def sheets_of(source: SourceFile, sheet: str | None) -> dict[str, Cells]:
    """Sheet → cells, of a workbook or a text table.

    Raises
    ------
    Problem
        If it is neither, is locked or damaged, or far too long to be a list of metrics.
    """
    kind = content_type(source)
    if kind == "workbook":
        found = _workbook(source, sheet)
    elif kind == "text":
        found = {source.stem: _text(source)}
    else:
        raise Problem("this is no spreadsheet", where=source.name, do="Save the list of metrics as Excel or CSV")
    long = [name for name, cells in found.items() if len(cells) > MOST_ROWS]
    short = {name: cells for name, cells in found.items() if name not in long}
    if not short:
        raise Problem(
            f"sheet '{long[0]}' has {len(found[long[0]]):,} rows, too many for a list of metrics",
            where=source.name,
            do="Name the sheet with the list, or add such data on the data page",
        )
    return short


def _workbook(source: SourceFile, sheet: str | None) -> dict[str, Cells]:
    try:
        with source.open() as stream:
            book = CalamineWorkbook.from_filelike(stream)
            names = book.sheet_names
            if sheet is not None and sheet not in names:
                raise Problem(
                    f"there is no sheet '{sheet}'", where=source.name, do=f"Its sheets are: {', '.join(names)}"
                )
            return {name: _filled(book.get_sheet_by_name(name)) for name in names if sheet in (None, name)}
    except PasswordError as error:
        raise Problem(
            "the workbook is protected with a password", where=source.name, do="Remove the password and save it again"
        ) from error
    except (CalamineError, ZipError, OSError, EOFError) as error:
        raise Problem(
            "the workbook is damaged or was cut off", where=source.name, do="Download or export it again"
        ) from error


def _filled(sheet: CalamineSheet) -> Cells:
    """Rows of a sheet from its first cell on; a merged cell's value stands in every cell it covers."""
    cells = [list(row) for row in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        for row in range(top, min(bottom + 1, len(cells))):
            for column in range(left, min(right + 1, len(cells[row]))):
                cells[row][column] = cells[top][left]
    return cells


def _text(source: SourceFile) -> Cells:
    encoding = text_encoding(source)
    with source.open() as stream:
        text = stream.read().decode(encoding.name, encoding.errors).lstrip("\ufeff")
    lines = text.splitlines()
    dialect = find_dialect(lines[:300])
    try:
        return list(records(lines, dialect))
    except csv.Error as error:
        raise Problem(f"the rows cannot be told apart ({error})", where=source.name, do="Save it as Excel") from error


def is_empty(cell: Any) -> bool:
    """Whether a cell shows nothing."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def filled_in(row: Sequence[Any]) -> int:
    """How many cells of a row show something different from each other."""
    return len({str(cell).strip() for cell in row if not is_empty(cell)})
