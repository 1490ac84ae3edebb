"""Records of a text table fitted to its header: too long, too short, empty; and where each stands in the file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from cxanalysis.files.header import Header

#: An answer of more lines than this is a quotation mark that was never closed.
LONGEST_ANSWER: Final = 500


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text file is divided: separator (a blank stands for runs of blanks) and whether quotes mean anything."""

    separator: str
    quoting: int = csv.QUOTE_MINIMAL
    skip: int = 0


@dataclass(slots=True)
class Tally:
    """Rows that did not fit, by line."""

    short: list[int] = field(default_factory=list)
    long: list[int] = field(default_factory=list)
    empty: int = 0
    kept: int = 0


class OpenQuote(Exception):
    """A quotation mark was never closed."""

    def __init__(self, line: int) -> None:
        self.line = line


def records(lines: Iterable[str], dialect: Dialect) -> Iterator[list[str]]:
    """Lines taken apart; a record may span several."""
    if dialect.separator == " ":
        return (line.split() for line in lines)
    # The stubs want the numbers of `csv` themselves, not any int.
    return csv.reader(lines, delimiter=dialect.separator, quoting=dialect.quoting)  # type: ignore[arg-type]


class Fitter:
    """Rows of data, each as wide as the header; those too long are left out and remembered.

    A file may be handed over in several parts, each of whole records: `line` and `seen` go on counting.

    Attributes
    ----------
    line : int
        Lines read so far.
    seen : int
        Records read so far, those of the header too, empty lines not.
    tally : Tally
    """

    __slots__ = ("dialect", "header", "line", "seen", "tally")

    def __init__(self, dialect: Dialect, header: Header) -> None:
        self.dialect, self.header = dialect, header
        self.line = self.seen = 0
        self.tally = Tally()

    def rows(self, lines: Iterable[str]) -> Iterator[list[str]]:
        """The rows of these lines."""
        if self.line < self.dialect.skip:
            lines = islice(iter(lines), self.dialect.skip, None)
            self.line = self.dialect.skip
        found, before_all = records(lines, self.dialect), self.line
        for row in found:
            before = self.line
            self.line = before_all + found.line_num if hasattr(found, "line_num") else before + 1
            if self.line - before > LONGEST_ANSWER:
                raise OpenQuote(before + 1)
            if not row:
                self.tally.empty += self.seen >= self.header.first_row
                continue
            self.seen += 1
            if self.seen > self.header.first_row and (fitted := self._fitted(row)) is not None:
                self.tally.kept += 1
                yield fitted

    def _fitted(self, row: list[str]) -> list[str] | None:
        width = len(self.header.names)
        if len(row) == width:
            if width > 1 and not any(row):
                self.tally.empty += 1
                return None
            return row
        if not any(row):
            self.tally.empty += 1
            return None
        if len(row) < width:
            self.tally.short.append(self.line)
            return row + [""] * (width - len(row))
        if any(cell.strip() for cell in row[width:]):
            self.tally.long.append(self.line)
            return None
        return row[:width]
