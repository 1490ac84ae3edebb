"""The rows of a text file as the tables they are: usually one, sometimes several, one below the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pyarrow as pa

from cxanalysis.columns.text_rows import TextRows
from cxanalysis.files.header import unique_names
from cxanalysis.files.reading import Reading
from cxanalysis.files.records.left_out_records import LeftOutRecords, RecordRule
from cxanalysis.files.records.look_at_rows import LookAtRows, picked
from cxanalysis.files.records.second_table import TableStart, further_table, trimmed
from cxanalysis.files.text.row_fitting import Tally, UnfitRow

#: So many places at which a table may begin are looked at.
_MOST_PLACES: Final = 200
#: Rows handed over at each of them.
_SHOWN: Final = 45
#: Words in this many columns of numbers are a place to look at.
_ODD: Final = 3


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A table of the file.

    Attributes
    ----------
    reading : Reading
    gaps : tuple of int
        Its rows before which the file has an empty row.
    wide : int
        How many rows with too many cells for the first table are its.
    look : LookAtRows or None
        Its rows as they were looked at, where they were.
    """

    reading: Reading
    gaps: tuple[int, ...]
    wide: int = 0
    look: LookAtRows | None = None


def tables_in(reading: Reading, tally: Tally) -> list[FoundTable]:
    """The tables of a text file that was read as one; the first is named as the file."""
    rows = reading.table
    assert isinstance(rows, TextRows)  # text files are read so
    look = LookAtRows(rows, reading.mark)
    gaps = frozenset(tally.gaps)
    wide = _wide_tables(reading, look, tally, gaps)
    starts = _starts(look, tally, gaps)
    if not wide and not starts:
        return [FoundTable(reading, tuple(tally.gaps), look=look)]
    taken = {at for table in wide for at in table.rows}
    ends = [*(start.row for start in starts), len(rows)]
    kept = np.array([at for at in range(ends[0]) if at not in taken], "int64")
    first = replace(reading, table=picked(rows, kept))
    number_of = {int(at): place for place, at in enumerate(kept)}
    tables = [FoundTable(first, tuple(number_of[gap] for gap in tally.gaps if gap in number_of))]
    places = [(table.before, table.found) for table in wide]
    for start, end in zip(starts, ends[1:], strict=True):
        places.append((start.row, _lower_table(reading, look, start, end, tally.gaps)))
    for number, (_, table) in enumerate(sorted(places, key=lambda place: place[0]), 2):
        tables.append(replace(table, reading=replace(table.reading, name=f"{reading.name}_{number}")))
    return tables


@dataclass(frozen=True, slots=True)
class _Wide:
    """A wider table below the first one: where it stands, its rows that were put right for the first one, itself."""

    before: int
    rows: tuple[int, ...]
    found: FoundTable


def _wide_tables(reading: Reading, look: LookAtRows, tally: Tally, gaps: frozenset[int]) -> list[_Wide]:
    out = []
    for run in _runs(row for row in tally.unfit if len(trimmed(row.cells)) and len(row.cells) > look.width):
        cells = [list(row.cells) for row in run]
        start = further_table(cells[:_SHOWN], 0, look.names, look.shapes, run[0].before in gaps)
        if start is None:
            continue
        width = max(start.width, max(len(row) for row in cells[start.header :]))
        body = cells[start.header + 1 :]
        table = _table_of(reading, cells[start.header], cells[: start.header], body, width)
        put_right = tuple(row.before for row in run if row.after > row.before)
        out.append(_Wide(run[0].before, put_right, FoundTable(table, (), len(run))))
    return out


def _runs(rows: Iterable[UnfitRow]) -> list[list[UnfitRow]]:
    """Rows that follow each other with no fitting row between."""
    runs: list[list[UnfitRow]] = []
    for row in rows:
        if runs and runs[-1][-1].after == row.before:
            runs[-1].append(row)
        else:
            runs.append([row])
    return runs


def _starts(look: LookAtRows, tally: Tally, gaps: frozenset[int]) -> list[TableStart]:
    """Where tables begin that are no wider than the first one."""
    narrow = [row for row in tally.unfit if len(row.cells) < look.width]
    begins = [run[0].before for run in _runs(narrow)][:_MOST_PLACES]
    odd = np.flatnonzero(look.n_misfits >= _ODD)[:_MOST_PLACES].tolist()
    out: list[TableStart] = []
    for at in sorted({*gaps, *begins, *odd}):
        if at == 0 or at >= len(look) or (out and at <= out[-1].header):
            continue
        rows = [[cell or "" for cell in look.row(row)] for row in range(at, min(at + _SHOWN, len(look)))]
        start = further_table(rows, at, look.names, look.shapes, at in gaps)
        if start is not None:
            out.append(start)
    return out


def _lower_table(reading: Reading, look: LookAtRows, start: TableStart, end: int, gaps: Sequence[int]) -> FoundTable:
    names = [cell or "" for cell in look.row(start.header)[: start.width]]
    titles = [[cell or "" for cell in look.row(at)] for at in range(start.row, start.header)]
    rows = picked(look.table, np.arange(start.header + 1, end, dtype="int64"))
    assert isinstance(rows, TextRows)
    unique = unique_names(names)
    kept = rows.without(rows.columns[start.width :])
    plain = kept.table().rename_columns(list(unique.names))
    table = replace(
        reading,
        table=TextRows.of([plain], unique.names),
        labels={},
        nameless=unique.nameless,
        tool=None,
        notes=unique.notes,
        records=_titles(titles),
    )
    return FoundTable(table, tuple(gap - start.header - 1 for gap in gaps if start.header < gap < end))


def _table_of(
    reading: Reading,
    names: Sequence[str],
    titles: Sequence[Sequence[str]],
    body: Sequence[Sequence[str]],
    width: int,
) -> Reading:
    unique = unique_names([*names, *[""] * (width - len(names))])
    rows = [[*row, *[""] * (width - len(row))] for row in body]
    columns = {name: pa.array([row[i] or None for row in rows], pa.string()) for i, name in enumerate(unique.names)}
    table = TextRows.of([pa.table(columns)], unique.names)
    return replace(
        reading,
        table=table,
        labels={},
        nameless=unique.nameless,
        tool=None,
        notes=unique.notes,
        records=_titles(titles),
    )


def _titles(rows: Sequence[Sequence[str]]) -> tuple[LeftOutRecords, ...]:
    cells = tuple(tuple(cell or None for cell in row) for row in rows)
    return (LeftOutRecords(RecordRule.TITLE, (), 1.0, "above the header", cells=cells),) if rows else ()
