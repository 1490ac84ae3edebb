"""Several tables in one text file or on one sheet, one below the other: where the next one begins.

A table begins with a row of names: words, no two alike, above rows of which some columns hold numbers or dates. That it
is not a record of the table above shows in its width, in an empty row before it, or in words where that table has
numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from cxanalysis.columns.cell_text import plain
from cxanalysis.files.records.cell_shape import CellShape, cell_shape, shapes_of

#: Rows looked at below a row that may be a header.
_LOOKED_AT: Final = 40
#: A table has at least so many rows below its header.
_FEWEST: Final = 2
#: A name is no longer than this.
_LONGEST_NAME: Final = 80
#: So many columns of the table above must be contradicted where neither its width nor an empty row tells.
_CONTRADICTED: Final = 3

Rows = Callable[[int, int], Sequence[Sequence[str]]]


@dataclass(frozen=True, slots=True)
class TableStart:
    """Where a further table begins.

    Attributes
    ----------
    row : int
        The first row that belongs to it: its title, if it has one, else its header.
    header : int
        The row of its names.
    width : int
    """

    row: int
    header: int
    width: int


def trimmed(row: Sequence[str]) -> list[str]:
    """A row without the empty cells at its end."""
    cells = [cell.strip() for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def further_table(
    rows: Sequence[Sequence[str]], at: int, names: Sequence[str], shapes: Sequence[CellShape | None], behind_gap: bool
) -> TableStart | None:
    """The table that begins at the first of these rows, if one does.

    Parameters
    ----------
    rows : rows of text, from the one that may be its title or header
    at : int
        The number of the first of them.
    names, shapes : sequence
        Of the table above.
    behind_gap : bool
        Whether an empty row stands before it.

    Examples
    --------
    >>> rows = [["team", "cases"], ["north", "12"], ["south", "7"]]
    >>> further_table(rows, 20, ["id", "day", "score"], [None, CellShape.MOMENT, CellShape.NUMBER], behind_gap=True)
    TableStart(row=20, header=20, width=2)
    """
    for titles in (0, 1, 2):
        if len(rows) < titles + 1 + _FEWEST or any(len(trimmed(row)) > 1 for row in rows[:titles]):
            return None
        header = trimmed(rows[titles])
        if len(header) < 2:
            continue
        body = [trimmed(row) for row in rows[titles + 1 : titles + 1 + _LOOKED_AT]]
        if _is_header(header, body) and _is_no_record(header, names, shapes, behind_gap):
            return TableStart(at, at + titles, len(header))
        return None
    return None


def _is_header(header: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Words, no two alike, above rows that are no wider and in some columns hold numbers or dates."""
    words = [plain(cell) for cell in header]
    if len(set(words)) < len(words) or any(not cell or len(cell) > _LONGEST_NAME for cell in header):
        return False
    if any(cell_shape(cell) is not CellShape.WORDS for cell in header):
        return False
    width = len(header)
    below = []
    for row in body:
        if not row or len(row) > width:
            break
        below.append([*row, *[""] * (width - len(row))])
    return len(below) >= _FEWEST and any(shapes_of(below, width))


def _is_no_record(
    header: Sequence[str], names: Sequence[str], shapes: Sequence[CellShape | None], behind_gap: bool
) -> bool:
    same = [plain(cell) for cell in header] == [plain(name) for name in names]
    if same:
        return False  # the same header again: more of the same table
    against = sum(
        shape is not None and cell_shape(cell) not in (None, shape) for cell, shape in zip(header, shapes, strict=False)
    )
    if behind_gap and len(header) != len(shapes):
        return True
    if behind_gap or len(header) != len(shapes):
        return against >= 1
    return against >= _CONTRADICTED and against == sum(
        shape is not None for _, shape in zip(header, shapes, strict=False)
    )
