"""What a reader hands on: the rows of one table as the file had them, and what was done to get them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import pandas as pd

from cxanalysis.columns.missing_code import MissingCode
from cxanalysis.columns.scale import Scale
from cxanalysis.columns.text_rows import TextRows
from cxanalysis.problem import Problem

#: A table wider than this cannot be looked through by anyone; it is usually one that lies on its side.
MOST_COLUMNS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Reading:
    """Rows of one table before anything is decided about them.

    Attributes
    ----------
    name : str
        File stem or sheet name.
    table : DataFrame or TextRows
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
    table: pd.DataFrame | TextRows
    labels: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    mark: str | None = None
    scales: dict[str, Scale] = field(default_factory=dict)
    codes: tuple[MissingCode, ...] = ()

    @property
    def rows(self) -> pd.DataFrame:
        """The rows as a data frame."""
        return self.table.frame() if isinstance(self.table, TextRows) else self.table


def checked(reading: Reading, where: str) -> Reading:
    """The reading without empty, nameless columns; `Problem` if nothing can be analysed in it."""
    table = reading.table
    width, count = len(table.columns), len(table)
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
    spare = [c for c in table.columns if _nameless(c) and _is_empty(table, c)]
    if not spare or len(spare) == width:
        return reading
    note = f"{len(spare)} empty column{'s' if len(spare) > 1 else ''} without a name left out."
    notes = tuple(n for n in reading.notes if "without a name: numbered" not in n or len(spare) < _count(n))
    left = table.without(spare) if isinstance(table, TextRows) else table.drop(columns=spare)
    return replace(reading, table=left, notes=(*notes, note))


def _is_empty(table: pd.DataFrame | TextRows, column: str) -> bool:
    return not len(table[column].given) if isinstance(table, TextRows) else bool(table[column].isna().all())


def _nameless(column: str) -> bool:
    return column.startswith("column_") and column[7:].isdigit()


def _count(note: str) -> int:
    return int(note.split()[0])
