"""Where the list of metrics begins in a sheet, and which column is which field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cxanalysis.catalogue.inventory.inventory_cells import Cells, filled_in, is_empty
from cxanalysis.catalogue.inventory.inventory_words import HEADINGS, likeness
from cxanalysis.files.header import unique_names
from cxanalysis.problem import Problem

#: Only so far down is a heading looked for.
_DEEPEST: Final = 30
#: Fewer known headings than this are no list of metrics.
_FEWEST: Final = 3
#: A heading less like every field than this is left out.
_LIKELY: Final = 0.5
#: A heading in two rows must say this much more than its lower row alone.
_WORTH_TWO_ROWS: Final = 0.5


@dataclass(frozen=True, slots=True)
class Heading:
    """The headings of a sheet.

    Attributes
    ----------
    row : int
        Where the rows of the list begin.
    names : tuple of str
        One a column, unique.
    fields : dict of int → (str, float)
        Column → field, and how sure that is (0…1).
    titles : int
        Rows with something in them above the heading.
    """

    row: int
    names: tuple[str, ...]
    fields: dict[int, tuple[str, float]]
    titles: int

    @property
    def score(self) -> float:
        """How sure it is that this is a heading."""
        return sum(sure for _, sure in self.fields.values())


def find_heading(sheets: Mapping[str, Cells], where: str) -> tuple[str, Heading]:
    """The sheet with the list of metrics, and its heading.

    Raises
    ------
    Problem
        If no sheet has a row in which a metric's name and two other fields are recognised.
    """
    best: tuple[str, Heading] | None = None
    for name, cells in sheets.items():
        found = _best_row(cells)
        if found is not None and (best is None or found.score > best[1].score):
            best = (name, found)
    if best is None:
        raise Problem(
            "no row looks like the headings of a list of metrics",
            where=where,
            do="It needs a column for the metric's name and two more, such as definition, owner or department",
        )
    return best


def assigned(names: Sequence[str]) -> dict[int, tuple[str, float]]:
    """Column → field and sureness; each field once, the best likeness first."""
    likes = [
        (sure, -column, field)
        for column, name in enumerate(names)
        for field in HEADINGS
        if (sure := likeness(name, field)) >= _LIKELY
    ]
    out: dict[int, tuple[str, float]] = {}
    for sure, minus, field in sorted(likes, reverse=True):
        if -minus not in out and field not in {taken for taken, _ in out.values()}:
            out[-minus] = (field, round(sure, 2))
    return out


def _best_row(cells: Cells) -> Heading | None:
    best: Heading | None = None
    for row in range(min(len(cells), _DEEPEST)):
        if filled_in(cells[row]) < _FEWEST:
            continue
        for found in (_one_row(cells, row), _two_rows(cells, row)):
            if found is None or len(found.fields) < _FEWEST:
                continue
            if "name" in {field for field, _ in found.fields.values()} and (
                best is None or found.score > best.score + (_WORTH_TWO_ROWS if found.row > row + 1 else 0)
            ):
                best = found
    return best


def _one_row(cells: Cells, row: int) -> Heading:
    return _heading(cells, row, row, [_text(cell) for cell in cells[row]])


def _two_rows(cells: Cells, row: int) -> Heading | None:
    """A group above (often merged) and its parts below: "Responsible" over "tracks" and "answers"."""
    if row + 1 >= len(cells):
        return None
    upper, lower = ([_text(cell) for cell in cells[r]] for r in (row, row + 1))
    names = [
        low if not up or low == up else f"{up} {low}".strip()
        for up, low in zip(upper, [*lower, *[""] * (len(upper) - len(lower))], strict=False)
    ]
    return _heading(cells, row, row + 1, names, lower)


def _heading(cells: Cells, first: int, last: int, names: Sequence[str], lower: Sequence[str] | None = None) -> Heading:
    fields = assigned(names)
    if lower is not None:
        # The lower row alone may say it better: "Review" over "last" and "every".
        alone = assigned(lower)
        taken = {field for field, _ in fields.values()}
        fields |= {c: told for c, told in alone.items() if c not in fields and told[0] not in taken}
    titles = sum(any(not is_empty(cell) for cell in row) for row in cells[:first])
    return Heading(last + 1, unique_names(list(names)).names, fields, titles)


def _text(cell: Any) -> str:
    return "" if is_empty(cell) else " ".join(str(cell).split())
