"""A text table read a block at a time: whole blocks by Arrow where every row fits, else by Python's own reader.

Python's `csv` reader is what decides how a file is read: which mark opens a quote, what a row is that is too long, and
in which line it stands. It is also slow. A block of which it can be shown that both readers see the same in it (quotes
only where a cell begins and ends, no empty line, no carriage return alone, no endless record) is parsed by Arrow; if
then a row does not fit, or all of its cells are empty, Python reads that block again. So there is one result, however
large the file; only the time differs.
"""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import IO, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
from numpy.typing import NDArray

from cxanalysis.columns.arrow_memory import memory_pool
from cxanalysis.columns.text_rows import WORKERS
from cxanalysis.files.text import quote_bitmask as at
from cxanalysis.files.text.dialect import Dialect
from cxanalysis.files.text.encoding import Encoding
from cxanalysis.files.text.row_fitting import LONGEST_ANSWER, Fitter
from cxanalysis.files.text.text_stream import TextStream

#: So much of a file is always read by Python: the header stands there, and small files are read in no time.
FIRST: Final = 2**19
#: Bytes of a block: small enough to stay near the processor, and that one row that does not fit costs little.
BLOCK: Final = 2**20
#: Blocks under way at once, so that memory stays bounded.
_UNDER_WAY: Final = 4 * WORKERS
#: Rows turned into columns at a time: bounds the memory that Python's own strings take.
_CHUNK_ROWS: Final = 50_000
_QUOTE, _NEWLINE, _RETURN = 34, 10, 13


def read_blocks(
    stream: IO[bytes], encoding: Encoding, fitter: Fitter, first: int = FIRST, block: int = BLOCK
) -> list[pa.Table]:
    """The rows of a text file, part by part, as columns of text; empty cells are missing.

    Parameters
    ----------
    stream : binary file, at its beginning
    encoding : Encoding
    fitter : Fitter
        Says how the text is divided; counts the rows that do not fit.
    first, block : int
        Bytes that Python reads at the beginning, bytes of a block; for tests.

    Raises
    ------
    OpenQuote, csv.Error, UnicodeError
        As Python's reader finds them.
    """
    text = TextStream(stream, encoding)
    schema = pa.schema([(name, pa.string()) for name in fitter.header.names])
    parts = _slow(text, first, fitter, schema)
    form = _Form.of(fitter.dialect)
    with ThreadPoolExecutor(WORKERS) as pool:
        waiting: deque[tuple[_Block, Future[pa.Table | None]]] = deque()
        while not text.at_end():
            last = text.is_all(block)
            found = form.block(text.peek(block), last) if form and _past_header(fitter) else None
            if form is None or found is None:
                while waiting:
                    parts += _taken(*waiting.popleft(), fitter, schema)
                parts += _slow(text, block, fitter, schema)
                continue
            text.skip(len(found.content))
            waiting.append((found, pool.submit(found.parsed, form, schema)))
            if len(waiting) >= _UNDER_WAY:
                parts += _taken(*waiting.popleft(), fitter, schema)
        while waiting:
            parts += _taken(*waiting.popleft(), fitter, schema)
    return parts


def _past_header(fitter: Fitter) -> bool:
    return fitter.seen >= fitter.header.first_row


def _slow(text: TextStream, size: int, fitter: Fitter, schema: pa.Schema) -> list[pa.Table]:
    """Rows as Python reads them: about `size` bytes, and on to the end of the last record begun."""
    rows = fitter.rows(_Lines(text, size, fitter))
    parts = []
    while chunk := list(islice(rows, _CHUNK_ROWS)):
        arrays = [pa.array(cells, pa.string(), memory_pool=memory_pool()) for cells in zip(*chunk, strict=True)]
        parts.append(pa.table([pc.if_else(pc.equal(a, ""), None, a) for a in arrays], schema=schema))
    return parts


def _taken(block: _Block, work: Future[pa.Table | None], fitter: Fitter, schema: pa.Schema) -> list[pa.Table]:
    """The rows of a block, counted; read again by Python if not all fit."""
    table = work.result()
    if table is None:
        again = TextStream(io.BytesIO(block.content), Encoding("utf-8"))
        return _slow(again, len(block.content), fitter, schema)
    fitter.line += block.lines
    fitter.seen += len(table)
    fitter.tally.kept += len(table)
    return [table]


class _Lines:
    """Lines of a block, then of the next as long as a record is not complete."""

    def __init__(self, text: TextStream, size: int, fitter: Fitter) -> None:
        self._text, self._size, self._fitter = text, size, fitter
        self._before, self._given = fitter.line, 0
        self._lines = self._next()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines, None)
        if line is None and self._before + self._given > self._fitter.line:
            self._lines = self._next()
            line = next(self._lines, None)
        if line is None:
            raise StopIteration
        self._given += 1
        return line

    def _next(self) -> Iterator[str]:
        return io.TextIOWrapper(io.BytesIO(self._text.lines(self._size)), encoding="utf-8", newline="")


@dataclass(frozen=True, slots=True)
class _Form:
    """A dialect that Arrow can read too."""

    separator: str
    quotes: bool

    @classmethod
    def of(cls, dialect: Dialect) -> _Form | None:
        """None for runs of blanks, for separators that are no single byte, and for all but plain double quotes."""
        if dialect.separator in ' "\r\n' or not dialect.separator.isascii() or len(dialect.separator) > 1:
            return None
        if dialect.quote != '"' or dialect.blank_after or dialect.escape is not None:
            return None
        return cls(dialect.separator, dialect.quoting != csv.QUOTE_NONE)

    def block(self, letters: NDArray[np.uint8], last: bool) -> _Block | None:
        """The whole records at the beginning of a text that begins with one; None where the readers may differ."""
        lines = at.marks_of(letters, _NEWLINE)
        unfinished = last and letters[-1] != _NEWLINE
        if unfinished:
            lines = at.and_at(lines, len(letters))  # as if a line ended behind the last letter
        quotes = at.marks_of(letters, _QUOTE) if self.quotes else at.none_like(lines)
        ends = lines & ~at.inside(quotes)
        end = at.last_of(ends)
        size = min(end + 1, len(letters))
        if end < 0 or (last and size < len(letters)):
            return None
        lines, quotes, ends = (at.up_to(marks, end) for marks in (lines, quotes, ends))
        returns, between = (at.up_to(at.marks_of(letters, mark), end) for mark in (_RETURN, ord(self.separator)))
        begins = at.after(ends, first=True)
        empty = (ends & (begins | at.after(returns & begins))).any()
        alone = (returns & ~at.before(lines)).any() or (unfinished and letters[-1] == _RETURN)
        if empty or alone or self._is_endless(lines, ends):
            return None
        if not _well_quoted(quotes, between | lines | quotes, returns):
            return None
        return _Block(letters[:size].tobytes(), at.how_many(lines), at.how_many(ends))

    @staticmethod
    def _is_endless(lines: at.Marks, ends: at.Marks) -> bool:
        """Whether a record has more lines or letters than an answer can have. Seldom more must be done than count."""
        most = csv.field_size_limit()
        if at.how_many(lines) - at.how_many(ends) < LONGEST_ANSWER and at.widest_gap(ends) <= most:
            return False
        line_places, end_places = at.places_of(lines), at.places_of(ends)
        of_record = np.searchsorted(line_places, end_places)
        too_long = (np.diff(end_places, prepend=-1) - 1).max() > most
        return bool(too_long or np.diff(of_record, prepend=-1).max() > LONGEST_ANSWER)


def _well_quoted(quotes: at.Marks, between: at.Marks, returns: at.Marks) -> bool:
    """Whether quotes stand only around whole cells, or doubled within them."""
    opened = at.inside(quotes)
    wrong = quotes & opened & ~at.after(between, first=True)
    return not (wrong | (quotes & ~opened & ~at.before(between | returns))).any()


@dataclass(frozen=True, slots=True)
class _Block:
    """Whole records, with the number of lines and of records in them."""

    content: bytes
    lines: int
    records: int

    def parsed(self, form: _Form, schema: pa.Schema) -> pa.Table | None:
        """The rows as Arrow reads them; None if one does not fit or is empty."""
        try:
            table = arrow_csv.read_csv(
                pa.BufferReader(self.content),
                arrow_csv.ReadOptions(column_names=schema.names, use_threads=False, block_size=len(self.content) + 1),
                arrow_csv.ParseOptions(
                    delimiter=form.separator,
                    quote_char='"' if form.quotes else False,
                    newlines_in_values=form.quotes,
                    ignore_empty_lines=False,
                ),
                arrow_csv.ConvertOptions(
                    check_utf8=False,
                    column_types=schema,
                    null_values=[""],
                    strings_can_be_null=True,
                    quoted_strings_can_be_null=True,
                ),
                memory_pool=memory_pool(),
            )
        except pa.ArrowInvalid:
            return None
        if len(table) != self.records or (table.num_columns > 1 and _any_empty(table)):
            return None
        return table


def _any_empty(table: pa.Table) -> bool:
    """Whether all cells of a row are empty."""
    empty = None
    for column in table.columns:
        if not column.null_count:
            return False
        empty = column.is_null() if empty is None else pc.and_(empty, column.is_null())
    return empty is not None and bool(pc.any(empty).as_py())
