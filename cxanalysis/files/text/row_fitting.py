"""Records of a text table fitted to its header: too long, too short, empty; and where each stands in the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from cxanalysis.files.header import Header
from cxanalysis.files.records.cell_shape import CellShape, cell_shape
from cxanalysis.files.text.dialect import Dialect, records

#: An answer of more lines than this is a quotation mark that was never closed.
LONGEST_ANSWER: Final = 500
#: So many rows that do not fit are remembered whole: enough to see whether they are a table of their own.
MOST_UNFIT: Final = 50_000


@dataclass(frozen=True, slots=True)
class UnfitRow:
    """A row with more or fewer cells than the header has names.

    Attributes
    ----------
    line : int
    before, after : int
        Rows kept up to it, without and with it.
    cells : tuple of str
    """

    line: int
    before: int
    after: int
    cells: tuple[str, ...]


@dataclass(slots=True)
class Tally:
    """Rows that did not fit, by line.

    Attributes
    ----------
    short, long, shifted : list of int
        Lines with fewer cells, with more, and with one more that could be put right.
    empty, kept : int
        Rows without a cell, and rows kept.
    unfit : list of UnfitRow
        The first of the rows that did not fit, whole.
    gaps : list of int
        How many rows were kept up to each run of empty ones.
    """

    short: list[int] = field(default_factory=list)
    long: list[int] = field(default_factory=list)
    shifted: list[int] = field(default_factory=list)
    empty: int = 0
    kept: int = 0
    unfit: list[UnfitRow] = field(default_factory=list)
    gaps: list[int] = field(default_factory=list)

    def add_empty(self) -> None:
        """One more row without a cell."""
        self.empty += 1
        if not self.gaps or (self.gaps[-1] != self.kept and len(self.gaps) < MOST_UNFIT):
            self.gaps.append(self.kept)

    def add_unfit(self, line: int, cells: list[str], kept: bool) -> None:
        """One more row that does not fit; the first of them are remembered."""
        if len(self.unfit) < MOST_UNFIT:
            self.unfit.append(UnfitRow(line, self.kept, self.kept + kept, tuple(cells)))


class OpenQuote(Exception):
    """A quotation mark was never closed."""

    def __init__(self, line: int) -> None:
        self.line = line


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

    __slots__ = ("dialect", "header", "line", "seen", "shapes", "tally")

    def __init__(self, dialect: Dialect, header: Header, shapes: Sequence[CellShape | None] = ()) -> None:
        """`shapes` are what the columns hold, where it is known: by them a shifted row is put right."""
        self.dialect, self.header, self.shapes = dialect, header, shapes
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
                if self.seen >= self.header.first_row:
                    self.tally.add_empty()
                continue
            self.seen += 1
            if self.seen > self.header.first_row and (fitted := self._fitted(row)) is not None:
                self.tally.kept += 1
                yield fitted

    def _fitted(self, row: list[str]) -> list[str] | None:
        width, tally = len(self.header.names), self.tally
        if len(row) == width and (width == 1 or any(row)):
            return row
        if not any(row):
            tally.add_empty()
            return None
        if len(row) < width:
            tally.short.append(self.line)
            tally.add_unfit(self.line, row, kept=True)
            return row + [""] * (width - len(row))
        right = put_right(row, self.shapes, self.dialect.separator)
        if right is not None:
            tally.shifted.append(self.line)
            tally.add_unfit(self.line, row, kept=True)
            return right
        if any(cell.strip() for cell in row[width:]):
            tally.long.append(self.line)
            tally.add_unfit(self.line, row, kept=False)
            return None
        return row[:width]


def put_right(row: Sequence[str], shapes: Sequence[CellShape | None], separator: str = ",") -> list[str] | None:
    """A row with one cell too many, put right: a separator too many left out, or one within a text put back.

    Done only if there is one single way in which every cell has the shape of its column, and leaving out the last cell
    is not that way.

    Examples
    --------
    >>> shapes = (CellShape.MOMENT, None, CellShape.NUMBER)
    >>> put_right(["2024-03-01", "", "late", "4"], shapes), put_right(["2024-03-01", "late", " again", "4"], shapes)
    (['2024-03-01', 'late', '4'], ['2024-03-01', 'late, again', '4'])
    """
    width = len(shapes)
    if len(row) != width + 1 or not any(shapes):
        return None
    as_it_is = _fits(row[:width], shapes)
    if as_it_is and not row[width].strip():
        return None
    ways = {(*row[:i], *row[i + 1 :]) for i in range(width) if not row[i].strip()}
    ways = {way for way in ways if _fits(way, shapes)}
    if not ways and not as_it_is:
        joined = [
            (*row[:i], f"{row[i]}{separator}{row[i + 1]}", *row[i + 2 :]) for i in range(width) if shapes[i] is None
        ]
        ways = {way for way in joined if _fits(way, shapes)}
    return list(ways.pop()) if len(ways) == 1 else None


def _fits(cells: Sequence[str], shapes: Sequence[CellShape | None]) -> bool:
    """Whether no cell contradicts its column; an empty one does not."""
    return all(shape is None or cell_shape(cell) in (None, shape) for cell, shape in zip(cells, shapes, strict=True))
