"""What a cell looks like: a number, a moment, an address or words; and what most cells of a column look like."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Final

from cxanalysis.columns.cell_text import plain
from cxanalysis.columns.scales.answer_words import NO_ANSWER

#: A column has a shape if this share of its filled cells has it.
_MOST: Final = 0.9
#: A text longer than this is words, whatever it begins with.
_LONGEST: Final = 60

_NUMBER: Final = re.compile(
    r"^\(?[+\-−]?\s?(?:[€$£¥₹]|R\$|US\$|[A-Z]{3}\s)?\s?[+\-−]?(?:\d[\d.,'’\s]*|[.,]\d+)(?:[eE][+\-]?\d+)?\s?"
    r"(?:%|[€$£¥₹]|[A-Z]{3})?\)?-?$"
)
_MOMENT: Final = re.compile(
    r"^\d{1,4}([-/.])\d{1,2}\1\d{1,4}(?:[T ,].*)?$"
    r"|^\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s?(?:[AaPp]\.?[Mm]\.?)?$"
    r"|^\d{1,2}[ .\-/]{1,2}[^\W\d]{3,10}[ .,\-/]{1,2}\d{2,4}(?:\D.*)?$"
    r"|^[^\W\d]{3,10}\.? \d{1,2},? \d{4}(?:\D.*)?$"
)
_ADDRESS: Final = re.compile(r"^(?:https?://\S+|www\.\S+|[^@\s]+@[^@\s]+\.[^@\s]+)$")


class CellShape(StrEnum):
    """What a cell looks like."""

    NUMBER = "number"
    MOMENT = "moment"
    ADDRESS = "address"
    WORDS = "words"


@lru_cache(maxsize=50_000)
def cell_shape(text: str) -> CellShape | None:
    """The shape of one cell; None if it is empty or says "no answer" in words.

    Examples
    --------
    >>> [cell_shape(text) for text in ("$ 1,234.50", "28/01/2018", "late again", "n/a", "")]
    [<CellShape.NUMBER: 'number'>, <CellShape.MOMENT: 'moment'>, <CellShape.WORDS: 'words'>, None, None]
    """
    text = text.strip()
    if not text or text in ("-", "?") or plain(text) in NO_ANSWER:
        return None
    if len(text) > _LONGEST:
        return CellShape.ADDRESS if _ADDRESS.match(text) else CellShape.WORDS
    for shape, pattern in ((CellShape.MOMENT, _MOMENT), (CellShape.NUMBER, _NUMBER), (CellShape.ADDRESS, _ADDRESS)):
        if pattern.match(text):
            return shape
    return CellShape.WORDS


def column_shape(cells: Iterable[tuple[str, int]]) -> CellShape | None:
    """The shape that nearly all cells of a column have, from texts with their counts; None if there is none.

    Words are no shape: whatever stands in such a column fits it.

    Examples
    --------
    >>> column_shape([("5", 20), ("4", 11), ("no answer", 3)])
    <CellShape.NUMBER: 'number'>
    >>> column_shape([("5", 20), ("late", 11)]) is None
    True
    """
    counts: dict[CellShape, int] = {}
    for text, count in cells:
        shape = cell_shape(text)
        if shape is not None:
            counts[shape] = counts.get(shape, 0) + count
    if not counts:
        return None
    best = max(counts, key=lambda shape: counts[shape])
    return best if best is not CellShape.WORDS and counts[best] >= _MOST * sum(counts.values()) else None


def shapes_of(rows: Sequence[Sequence[str]], width: int) -> tuple[CellShape | None, ...]:
    """The shape of each column of these rows, all of this width."""
    return tuple(column_shape((row[i], 1) for row in rows if row[i]) for i in range(width))
