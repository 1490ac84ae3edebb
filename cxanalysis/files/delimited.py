"""Text tables: any separator, titles above the header, quoted line breaks, rows that do not fit."""

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
from cxanalysis.files.encoding import Encoding, text_encoding
from cxanalysis.files.header import Header, find_header
from cxanalysis.files.reading import MOST_COLUMNS, Reading, checked
from cxanalysis.files.row_fitting import Dialect, Fitter, OpenQuote, Tally, records
from cxanalysis.files.source_file import Source
from cxanalysis.files.text_blocks import read_blocks
from cxanalysis.problem import Problem

_SEPARATORS: Final = (",", ";", "\t", "|", "^")
_NAMES: Final = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", "^": "carets", " ": "blanks"}
_SAMPLE_BYTES: Final = 2**19
_SAMPLE_ROWS: Final = 300
#: If more of the rows than this do not fit, the separator or the file is wrong, not the rows.
_MOST_UNFIT: Final = 0.3
_NUMBER: Final = re.compile(r"[+\-]?\d+(?:[.,]\d+)?$")


def read_delimited(source: Source) -> Reading:
    """Read a text table; every cell stays text, an empty cell is missing.

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
        plain = Dialect(dialect.separator, csv.QUOTE_NONE, dialect.skip)
        reading = _read(source, encoding, plain, lines)
        return replace(reading, notes=(*reading.notes, note))


def _read(source: Source, encoding: Encoding, dialect: Dialect, lines: list[str]) -> Reading:
    sample = [row for row in records(islice(lines, dialect.skip, None), dialect) if row][:_SAMPLE_ROWS]
    width = _usual_width(sample)
    header = _with_row_names(find_header(sample, width), sample, width)
    if len(header.names) > MOST_COLUMNS:
        empty = pd.DataFrame(columns=list(header.names))
        return checked(Reading(source.stem, empty), source.name)
    fitter = Fitter(dialect, header)
    with source.open() as stream:
        try:
            rows = TextRows.of(read_blocks(stream, encoding, fitter), header.names)
        except csv.Error as error:
            raise OpenQuote(fitter.tally.kept) from error
        except UnicodeError as error:
            raise Problem("the text breaks off in the middle of a letter", where=source.name) from error
    _check_fit(fitter.tally, source.name, dialect)
    notes = [note for note in (encoding.note, _separator_note(dialect, header)) if note]
    notes += [*header.notes, *_fit_notes(fitter.tally)]
    mark = "," if dialect.separator in ";\t" else "."
    return checked(Reading(source.stem, rows, header.labels, tuple(notes), mark), source.name)


def _sample_lines(source: Source, encoding: Encoding) -> list[str]:
    """The first lines, the last of them left out if it may be cut off."""
    with source.open() as stream:
        text = io.TextIOWrapper(stream, encoding=encoding.name, errors="replace", newline="")
        sample = text.read(_SAMPLE_BYTES)
        more = bool(text.read(1))
    # Not `splitlines`: to Python a form feed and U+2028 end a line too, to a text table they are letters of a cell.
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$", sample)
    return lines[:-1] if more and len(lines) > 1 else lines


def find_dialect(lines: list[str]) -> Dialect:
    """The separator that divides the lines most evenly under a header that looks like one.

    Examples
    --------
    >>> find_dialect(["a;b\\n", "1,5;2\\n", "2,5;3\\n"]).separator
    ';'
    """
    told = re.match(r"^\ufeff?sep=(.)\s*$", lines[0])
    if told:
        return Dialect(told.group(1), skip=1)
    scores = {separator: _evenness(lines, separator) for separator in _SEPARATORS}
    best = max(scores, key=lambda separator: scores[separator])
    if scores[best] > 0:
        return Dialect(best)
    counts = Counter(len(line.split()) for line in lines if line.strip())
    usual, times = counts.most_common(1)[0]
    cells = [cell for line in lines[1:] for cell in line.split()]
    numeric = sum(bool(_NUMBER.match(cell)) for cell in cells)
    if usual > 1 and times >= 0.95 * counts.total() and len(lines) > 2 and numeric >= 0.5 * len(cells):
        return Dialect(" ")
    return Dialect(",")


def _evenness(lines: list[str], separator: str) -> float:
    try:
        rows = [row for row in islice(csv.reader(lines, delimiter=separator), _SAMPLE_ROWS) if row]
    except csv.Error:
        return 0.0
    widths = Counter(len(row) for row in rows)
    wide = {width: times for width, times in widths.items() if width > 1}
    if not wide:
        return 0.0
    usual = max(wide, key=lambda width: (wide[width], width))
    share = wide[usual] / len(rows)
    if share < 0.5:
        return 0.0
    header = next(row for row in rows if len(row) == usual)
    numeric = sum(bool(_NUMBER.match(cell.strip())) for cell in header)
    return share + (0.3 if numeric <= 0.5 * usual else 0.0) + 0.001 * min(usual, 100)


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
        return Header(names, header.first_row, header.labels, ("The first column had no name: called 'rownames'.",))
    return header


def _check_fit(tally: Tally, name: str, dialect: Dialect) -> None:
    unfit, rows = len(tally.long), tally.kept + len(tally.long)
    if rows and unfit > _MOST_UNFIT * rows:
        raise Problem(
            f"{unfit:,} of {rows:,} rows have more cells than the header has names (first in line {tally.long[0]:,})",
            where=name,
            do=f"Check that {_NAMES.get(dialect.separator, dialect.separator)} stand between the cells",
        )


def _separator_note(dialect: Dialect, header: Header) -> str | None:
    if len(header.names) == 1:
        return "Only one column was found: if there should be more, save with commas or semicolons between the cells."
    if dialect.separator in ",":
        return None
    return f"Cells are separated by {_NAMES.get(dialect.separator, dialect.separator)}."


def _fit_notes(tally: Tally) -> list[str]:
    notes = []
    if tally.long:
        notes.append(f"{_rows(tally.long)} more cells than the header: left out (line {_lines(tally.long)}).")
    if tally.short:
        notes.append(
            f"{_rows(tally.short)} fewer cells than the header: filled up as empty (line {_lines(tally.short)})."
        )
    if tally.empty:
        notes.append(f"{tally.empty:,} empty row{'s' if tally.empty > 1 else ''} left out.")
    return notes


def _rows(lines: list[int]) -> str:
    return f"{len(lines):,} rows have" if len(lines) > 1 else "1 row has"


def _lines(lines: list[int]) -> str:
    return ", ".join(f"{line}" for line in lines[:10]) + (" …" if len(lines) > 10 else "")
