"""What a reader hands on: the rows of one table as the file had them, and what was done to get them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import pandas as pd

from cxanalysis.problem import Problem
from cxanalysis.tables.codes import MissingCode
from cxanalysis.tables.scales import Scale

#: A table wider than this cannot be looked through by anyone; it is usually one that lies on its side.
MOST_COLUMNS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Reading:
    """Rows of one table before anything is decided about them.

    Attributes
    ----------
    name : str
        File stem or sheet name.
    rows : DataFrame
        Text columns as text; numbers only where the file itself has numbers.
    labels : dict
        Column → full question, where the file has one.
    notes : tuple of str
    mark : str or None
        The decimal mark that is usual with this file's separator; decides where no cell does.
    scales : dict
        Column → the words of its values with the file's own numbers, where the file has them.
    codes : tuple of MissingCode
        Values that the file itself calls missing.
    """

    name: str
    rows: pd.DataFrame
    labels: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    mark: str | None = None
    scales: dict[str, Scale] = field(default_factory=dict)
    codes: tuple[MissingCode, ...] = ()


def checked(reading: Reading, where: str) -> Reading:
    """The reading without empty, nameless columns; `Problem` if nothing can be analysed in it."""
    width, count = reading.rows.shape[1], len(reading.rows)
    if width > MOST_COLUMNS:
        raise Problem(
            f"it has {width:,} columns, more than the {MOST_COLUMNS:,} that can be analysed",
            where=where,
            do="Keep the columns you need, or turn the table if each column is an answer",
        )
    if count == 0:
        raise Problem("it has a header but no rows", where=where, do="Export it again with its rows")
    if width == 0:
        raise Problem("it has no columns", where=where, do="Export it again")
    spare = [c for c in reading.rows.columns if _nameless(c) and reading.rows[c].isna().all()]
    if not spare or len(spare) == width:
        return reading
    note = f"{len(spare)} empty column{'s' if len(spare) > 1 else ''} without a name left out."
    notes = tuple(n for n in reading.notes if "without a name: numbered" not in n or len(spare) < _count(n))
    return replace(reading, rows=reading.rows.drop(columns=spare), notes=(*notes, note))


def _nameless(column: str) -> bool:
    return column.startswith("column_") and column[7:].isdigit()


def _count(note: str) -> int:
    return int(note.split()[0])
