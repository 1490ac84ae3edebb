"""What a reader hands on: the rows of one table as the file had them, and what was done to get them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import pandas as pd

from cxanalysis.columns.missing_code import MissingCode
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.columns.text_rows import TextRows
from cxanalysis.files.records.left_out_records import LeftOutRecords
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
    nameless : tuple of str
        Columns that have no name in the file and are called by their place.
    tool : str or None
        The survey tool whose export it is.
    records : tuple of LeftOutRecords
        Rows that are no records: left out, or suspected and still in.
    """

    name: str
    table: pd.DataFrame | TextRows
    labels: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    mark: str | None = None
    scales: dict[str, Scale] = field(default_factory=dict)
    codes: tuple[MissingCode, ...] = ()
    nameless: tuple[str, ...] = ()
    tool: str | None = None
    records: tuple[LeftOutRecords, ...] = ()

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
    if not reading.nameless or len(reading.nameless) == width:
        return reading  # where no column has a name, having none says nothing against one
    empty = [c for c in reading.nameless if _is_empty(table, c)]
    notes = [*reading.notes]
    if named := len(reading.nameless) - len(empty):
        notes.append(f"{named} column{'s' if named > 1 else ''} without a name: numbered by position.")
    if empty:
        notes.append(f"{len(empty)} empty column{'s' if len(empty) > 1 else ''} without a name left out.")
        table = table.without(empty) if isinstance(table, TextRows) else table.drop(columns=empty)
    return replace(reading, table=table, notes=tuple(notes))


def _is_empty(table: pd.DataFrame | TextRows, column: str) -> bool:
    return not len(table[column].given) if isinstance(table, TextRows) else bool(table[column].isna().all())
