"""Text files: any separator, titles above the header, quoted line breaks, rows that do not fit, several tables."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import replace
from itertools import islice
from typing import Final

import pandas as pd

from cxanalysis.columns.text_rows import TextRows
from cxanalysis.files.header import Header, find_header
from cxanalysis.files.reading import MOST_COLUMNS, Reading, checked
from cxanalysis.files.records.cell_shape import shapes_of
from cxanalysis.files.records.records_only import records_only
from cxanalysis.files.source_file import SourceFile
from cxanalysis.files.text.dialect import Dialect, find_dialect, records
from cxanalysis.files.text.encoding import Encoding, text_encoding
from cxanalysis.files.text.row_fitting import Fitter, OpenQuote, Tally
from cxanalysis.files.text.tables_in_text import FoundTable, tables_in
from cxanalysis.files.text.text_blocks import read_blocks
from cxanalysis.problem import Problem

_SAMPLE_BYTES: Final = 2**19
_SAMPLE_ROWS: Final = 300
#: If more of the rows than this do not fit, the separator or the file is wrong, not the rows.
_MOST_UNFIT: Final = 0.3


def read_delimited(source: SourceFile) -> list[Reading]:
    """Read a text file: its table, or its tables where several stand below each other.

    Every cell stays text, an empty cell is missing.

    Raises
    ------
    Problem
        If there is no table in the text, or most rows do not fit the header.
    """
    encoding = text_encoding(source)
    lines = _sample_lines(source, encoding)
    if not any(line.strip() for line in lines):
        raise Problem("the file holds nothing but blanks", where=source.name, do="Export it again")
    dialect = find_dialect(lines)
    try:
        return _read(source, encoding, dialect, lines)
    except OpenQuote as trouble:
        note = f"A quotation mark in line {trouble.line:,} is never closed; quotation marks are read as plain letters."
        readings = _read(source, encoding, replace(dialect, quoting=csv.QUOTE_NONE), lines)
        return [replace(reading, notes=(*reading.notes, note)) for reading in readings]


def _read(source: SourceFile, encoding: Encoding, dialect: Dialect, lines: list[str]) -> list[Reading]:
    sample = [row for row in records(islice(lines, dialect.skip, None), dialect) if row][:_SAMPLE_ROWS]
    width = _usual_width(sample)
    header = _with_row_names(find_header(sample, width), sample, width)
    if len(header.names) > MOST_COLUMNS:
        empty = pd.DataFrame(columns=list(header.names))
        return [checked(Reading(source.stem, empty), source.name)]
    names = len(header.names)
    shapes = shapes_of([row for row in sample[header.first_row :] if len(row) == names], names)
    fitter = Fitter(dialect, header, shapes)
    with source.open() as stream:
        try:
            rows = TextRows.of(read_blocks(stream, encoding, fitter), header.names)
        except csv.Error as error:
            raise OpenQuote(fitter.tally.kept) from error
        except UnicodeError as error:
            raise Problem("the text breaks off in the middle of a letter", where=source.name) from error
    mark = "," if dialect.separator in ";\t" else "."
    whole = Reading(
        source.stem,
        rows,
        header.labels,
        header.notes,
        mark,
        nameless=header.nameless,
        tool=header.tool,
        records=header.left_out,
    )
    tables = tables_in(whole, fitter.tally) if len(rows) else [FoundTable(whole, ())]
    _check_fit(fitter.tally, sum(table.wide for table in tables), source.name, dialect)
    general = [note for note in (encoding.note, _separator_note(dialect, header)) if note]
    if len(tables) > 1:
        named = ", ".join(f"'{table.reading.name}'" for table in tables)
        general.append(f"The file holds {len(tables)} tables below each other: {named}.")
    fit = [] if len(tables) > 1 else _fit_notes(fitter.tally)
    return [
        records_only(checked(_noted(table.reading, general, fit), source.name), table.gaps, table.look)
        for table in tables
    ]


def _noted(reading: Reading, general: list[str], fit: list[str]) -> Reading:
    return replace(reading, notes=(*general, *reading.notes, *fit))


def _sample_lines(source: SourceFile, encoding: Encoding) -> list[str]:
    """The first lines, the last of them left out if it may be cut off."""
    with source.open() as stream:
        text = io.TextIOWrapper(stream, encoding=encoding.name, errors="replace", newline="")
        sample = text.read(_SAMPLE_BYTES)
        more = bool(text.read(1))
    # Not `splitlines`: to Python a form feed and U+2028 end a line too, to a text table they are letters of a cell.
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$", sample)
    return lines[:-1] if more and len(lines) > 1 else lines


def _usual_width(sample: list[list[str]]) -> int:
    widths = Counter(len(row) for row in sample if any(cell.strip() for cell in row))
    return max(widths, key=lambda width: (widths[width], width))


def _with_row_names(header: Header, sample: list[list[str]], width: int) -> Header:
    """R writes no name above its row names: then every name would stand one column too far left."""
    above = sample[max(header.first_row - 1, 0)]
    below = sample[header.first_row :]
    full = [row for row in below if len(row) == width]
    if (
        len(above) == width - 1
        and header.first_row
        and len(full) == len(below)
        and all(row[-1].strip() for row in full)
    ):
        names = ("rownames", *header.names[: width - 1])
        note = "The first column had no name: called 'rownames'."
        return replace(header, names=names, notes=(note,), nameless=())
    return header


def _check_fit(tally: Tally, of_other_tables: int, name: str, dialect: Dialect) -> None:
    unfit, rows = len(tally.long) - of_other_tables, tally.kept + len(tally.long)
    if rows and unfit > _MOST_UNFIT * rows:
        raise Problem(
            f"{unfit:,} of {rows:,} rows have more cells than the header has names (first in line {tally.long[0]:,})",
            where=name,
            do=f"Check that {dialect.name} stand between the cells",
        )


def _separator_note(dialect: Dialect, header: Header) -> str | None:
    if len(header.names) == 1:
        return "Only one column was found: if there should be more, save with commas or semicolons between the cells."
    if dialect.separator in ",":
        return None
    return f"Cells are separated by {dialect.name}."


def _fit_notes(tally: Tally) -> list[str]:
    notes = []
    if tally.long:
        notes.append(f"{_rows(tally.long)} more cells than the header: left out (line {_lines(tally.long)}).")
    if tally.short:
        notes.append(
            f"{_rows(tally.short)} fewer cells than the header: filled up as empty (line {_lines(tally.short)})."
        )
    if tally.shifted:
        said = f"{len(tally.shifted):,} rows" if len(tally.shifted) > 1 else "1 row"
        lines = _lines(tally.shifted)
        notes.append(f"{said} with one separator too many put right by what stands in the columns (line {lines}).")
    if tally.empty:
        notes.append(f"{tally.empty:,} empty row{'s' if tally.empty > 1 else ''} left out.")
    return notes


def _rows(lines: list[int]) -> str:
    return f"{len(lines):,} rows have" if len(lines) > 1 else "1 row has"


def _lines(lines: list[int]) -> str:
    return ", ".join(f"{line}" for line in lines[:10]) + (" …" if len(lines) > 10 else "")
