"""How a text table is divided: what stands between its cells, what stands around them."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

_SEPARATORS: Final = (",", ";", "\t", "|", "^")
#: Seen seldom: taken only where none of the usual ones divides the lines.
_RARE_SEPARATORS: Final = ("||", "::", "\t\t", ";;", "~", "§", "¦")
SEPARATOR_NAMES: Final = {
    ",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", "^": "carets", " ": "blanks", "||": "double bars",
    "::": "double colons", "\t\t": "double tabs", ";;": "double semicolons", "~": "tildes",
}  # fmt: skip
_SAMPLE_ROWS: Final = 300
#: The header stands within so many lines.
_FIRST_LINES: Final = 8
_NUMBER: Final = re.compile(r"[+\-]?\d+(?:[.,]\d+)?$")
#: A rare separator must stand in so many of the lines, and divide them that much more evenly than the best usual one.
_IN_MOST: Final = 0.9
#: Where no cell is quoted, a blank belongs to the separator if it stands behind nearly all of them.
_MOST_BEHIND: Final = 0.95
_MORE_EVEN: Final = 0.05
#: Below this (nine lines of ten alike, under a header) the lines are tried with blanks too.
_UNEVEN: Final = 1.2
#: Blanks divide a text if so many lines have the same number of cells.
_EVEN_BLANKS: Final = 0.95
#: So many cells between apostrophes are no coincidence.
_QUOTED_CELLS: Final = 3
#: Stands for a separator of several letters while a line is taken apart; control letters stand in no table.
_STAND_IN: Final = "\x1f"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text file is divided.

    Attributes
    ----------
    separator : str
        One letter or several; a blank stands for runs of blanks.
    quoting : int
        Whether quotes mean anything, as `csv` says it.
    skip : int
        Lines at the beginning that say how the file is divided.
    quote : str
        What stands around cells.
    blank_after : bool
        Whether a blank behind the separator belongs to it.
    escape : str or None
        What stands before a quote within a cell, if it is not doubled.
    """

    separator: str
    quoting: int = csv.QUOTE_MINIMAL
    skip: int = 0
    quote: str = '"'
    blank_after: bool = False
    escape: str | None = None

    @property
    def name(self) -> str:
        """The separator in words."""
        return SEPARATOR_NAMES.get(self.separator, f"'{self.separator}'")


class _Split:
    """Lines divided by a separator of several letters; counts lines as `csv.reader` does."""

    def __init__(self, lines: Iterable[str], dialect: Dialect) -> None:
        self._separator = dialect.separator
        stood_in = (line.replace(dialect.separator, _STAND_IN) for line in lines)
        self._reader = _csv(stood_in, replace(dialect, separator=_STAND_IN))

    @property
    def line_num(self) -> int:
        return self._reader.line_num

    def __iter__(self) -> Iterator[list[str]]:
        return self

    def __next__(self) -> list[str]:
        return [cell.replace(_STAND_IN, self._separator) for cell in next(self._reader)]


def _csv(lines: Iterable[str], dialect: Dialect):  # type: ignore[no-untyped-def]  # csv names its reader's type nowhere
    return csv.reader(
        lines,
        delimiter=dialect.separator,
        quoting=dialect.quoting,  # type: ignore[arg-type]  # the stubs want the numbers of `csv` themselves, not any int
        quotechar=dialect.quote,
        skipinitialspace=dialect.blank_after or dialect.separator == " ",
        escapechar=dialect.escape,
    )


def records(lines: Iterable[str], dialect: Dialect) -> Iterator[list[str]]:
    """Lines taken apart; a record may span several.

    Examples
    --------
    >>> list(records(["a:: 'b::c'\\n"], Dialect("::", quote="'", blank_after=True)))
    [['a', 'b::c']]
    """
    if dialect.separator == " ":
        return _csv((line.strip(" ").replace(" \r", "\r").replace(" \n", "\n") for line in lines), dialect)
    return _Split(lines, dialect) if len(dialect.separator) > 1 else _csv(lines, dialect)


def find_dialect(lines: list[str]) -> Dialect:
    """The separator and quotes that divide the lines most evenly under a header that looks like one.

    Examples
    --------
    >>> find_dialect(["a;b\\n", "1,5;2\\n", "2,5;3\\n"]).separator
    ';'
    >>> find_dialect(["id, said\\n", '1, "late, again"\\n', '2, "fine"\\n']).blank_after
    True
    """
    told = re.match(r"^\ufeff?sep=(.)\s*$", lines[0])
    if told:
        return Dialect(told.group(1), skip=1)
    even = {dialect: _evenness(lines, dialect) for dialect in _usual(lines)}
    best = max(even, key=lambda dialect: even[dialect])
    for rare in map(Dialect, _rare(lines)):
        even[rare] = _evenness(lines, rare)
        doubled = rare.separator == 2 * best.separator and all(rare.separator in line for line in lines if line.strip())
        if even[rare] > even[best] + (-_MORE_EVEN if doubled else _MORE_EVEN):
            best = rare
    if even[best] < _UNEVEN and (blanks := _blanks(lines)) is not None:
        return blanks
    return _escaped(lines, best) if even[best] > 0 else Dialect(",")


def _usual(lines: list[str]) -> list[Dialect]:
    """The usual separators, each with the quotes that seem to be meant."""
    out = []
    for separator in _SEPARATORS:
        plain = Dialect(separator, blank_after=separator != "\t" and _blank_belongs(lines, separator))
        if _between_apostrophes(lines, separator):
            out.append(replace(plain, quote="'"))
        out.append(plain)
    return out


def _blank_belongs(lines: list[str], separator: str) -> bool:
    """Whether blanks behind a separator belong to it: they stand behind all of them in an early line.

    What opens with a quote behind separator and blank must also close before one or where the line ends.
    """
    mark = re.escape(separator)
    first = [line.rstrip() for line in lines[:_FIRST_LINES] if separator in line]
    if not any(len(re.findall(rf"{mark}(?: +|$)", line)) == line.count(separator) for line in first):
        return False
    text = "".join(lines[:_SAMPLE_ROWS])
    opened = len(re.findall(rf'{mark} +"', text))
    whole = re.compile(rf'{mark} +"(?:[^"\r\n]|"")*"(?= *(?:{mark}|[\r\n]|$))')
    behind = len(re.findall(rf"{mark} ", text))
    return 2 * len(whole.findall(text)) >= opened and (opened > 0 or behind >= _MOST_BEHIND * text.count(separator))


def _between_apostrophes(lines: list[str], separator: str) -> bool:
    """Whether apostrophes stand around whole cells, and double quotes do not."""
    mark = re.escape(separator)
    some = [line.rstrip("\r\n") for line in lines[:_SAMPLE_ROWS]]

    def around(quote: str) -> int:
        whole = re.compile(rf"(?:^|{mark}) ?{quote}(?:[^{quote}]|{quote}{quote})*{quote}(?= ?(?:{mark}|$))")
        return sum(len(whole.findall(line)) for line in some)

    return around("'") >= max(_QUOTED_CELLS, 1 + around('"'))


def _rare(lines: list[str]) -> list[str]:
    """Rare separators that stand in most of the lines."""
    some = [line for line in lines[:_SAMPLE_ROWS] if line.strip()]
    return [mark for mark in _RARE_SEPARATORS if sum(mark in line for line in some) >= _IN_MOST * len(some)]


def _blanks(lines: list[str]) -> Dialect | None:
    """Runs of blanks, if they divide nearly all lines alike and the cells are mostly numbers or quoted."""
    dialect = Dialect(" ")
    try:
        rows = [row for row in islice(records(lines, dialect), _SAMPLE_ROWS) if any(row)]
    except csv.Error:
        return None
    counts = Counter(len(row) for row in rows)
    usual, times = counts.most_common(1)[0]
    cells = [cell for row in rows[1:] for cell in row]
    # A sentence has blanks too, but seldom as many as the next one, and no quotes around its parts.
    telling = sum(bool(_NUMBER.match(cell)) or " " in cell for cell in cells)
    if usual > 1 and times >= _EVEN_BLANKS * len(rows) and len(rows) > 2 and 2 * telling >= len(cells):
        return dialect
    quoted = any(' "' in line for line in lines)
    if usual > 2 and times >= _EVEN_BLANKS * len(rows) and len(rows) > 2 and quoted and len(rows[0]) - usual in (0, 1):
        return dialect
    return None


def _escaped(lines: list[str], dialect: Dialect) -> Dialect:
    """The dialect with a backslash before quotes within cells, if that is how this file writes them."""
    marked = "\\" + dialect.quote
    some = "".join(lines[:_SAMPLE_ROWS])
    if marked not in some:
        return dialect
    escaped = replace(dialect, escape="\\")
    within = re.search(re.escape(marked) + rf"[^{re.escape(dialect.separator)}\r\n]", some) is not None
    before, after = _evenness(lines, dialect), _evenness(lines, escaped)
    return escaped if after > before or (within and after >= before) else dialect


def _evenness(lines: list[str], dialect: Dialect) -> float:
    try:
        rows = [row for row in islice(records(lines, dialect), _SAMPLE_ROWS) if row]
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
