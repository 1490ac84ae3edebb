"""Rows left out as no records, taken back; rows only suspected, left out or kept for good."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cxanalysis.columns.text_rows import TextRows
from cxanalysis.files.left_out_records import LeftOutRecords
from cxanalysis.files.look_at_rows import LookAtRows, as_stored, picked, with_rows
from cxanalysis.files.records_only import rows_out
from cxanalysis.problem import Problem

if TYPE_CHECKING:
    from cxanalysis.tables.table import Table

Rows = pd.DataFrame | TextRows


def changed_records(
    table: Table, keep: Iterable[LeftOutRecords], leave_out: Iterable[LeftOutRecords]
) -> tuple[Rows, tuple[LeftOutRecords, ...], list[str]]:
    """The rows, with some taken back and others left out; the records as decided, and a note on each."""
    kept, left = tuple(keep), tuple(leave_out)
    for one in (*kept, *left):
        if one not in table.records:
            raise Problem("these rows are not among the table's records", where=table.name, do="See its `records`")
        if not one.restorable:
            raise Problem(
                f"a {one.rule.value} cannot be taken back as a record", where=table.name, do="Put the file right"
            )
    decided = tuple(one.answered(applied=one in left) if one in (*kept, *left) else one for one in table.records)
    decided = tuple(_with_cells(table, one, before) for one, before in zip(decided, table.records, strict=True))
    rows = _rows(table, decided)
    notes = [f"{one.n_rows:,} {_several(one)} kept as records, by hand." for one in kept]
    notes += [f"{one.n_rows:,} {_several(one)} left out, by hand." for one in left]
    return rows, decided, notes


def _several(one: LeftOutRecords) -> str:
    return one.rule.value if one.n_rows == 1 else one.rule.several


def _with_cells(table: Table, one: LeftOutRecords, before: LeftOutRecords) -> LeftOutRecords:
    """Rows that are left out only now, with what they hold, unless that stands elsewhere."""
    if before.applied or not one.applied or one.cells or one.spans[0].repeats is not None:
        return one
    place, look = _places(table), LookAtRows(table.held)
    return replace(one, cells=tuple(look.row(int(place[row])) for row in one.rows))


def n_in_file(table: Table) -> int:
    """How many rows the file has below the header."""
    gone: set[int] = set()
    for one in table.records:
        if one.applied:
            gone.update(one.rows)
    return table.n_rows + len(gone)


def _places(table: Table) -> np.ndarray:
    """For each row of the file, its place among the table's rows; -1 where it is left out."""
    out = rows_out(table.records, n_in_file(table))
    return np.where(out, -1, np.cumsum(~out) - 1)


def _rows(table: Table, decided: tuple[LeftOutRecords, ...]) -> Rows:
    """The rows under the new decisions, in the order of the file."""
    held, place = table.held, _places(table)
    out = rows_out(decided, len(place))
    cells: dict[int, tuple[str | None, ...]] = {}
    same: dict[int, int] = {}
    for one in decided:
        cells.update(zip(one.rows, one.cells, strict=False))
        for span in one.spans:
            if span.repeats is not None:
                same.update(zip(span.rows, range(span.repeats, span.repeats + len(span.rows)), strict=True))
    added: list[tuple[str | None, ...]] = []
    order: list[int] = []
    for row in np.flatnonzero(~out).tolist():
        source = row
        while place[source] < 0 and source in same:  # what it repeats may itself be left out
            source = same[source]
        if place[source] >= 0:
            order.append(int(place[source]))
        else:
            order.append(len(held) + len(added))
            added.append(cells[source])
    if added:
        return with_rows(held, added, np.array(order, "int64"))
    rows = picked(held, np.array(order, "int64"))
    return rows if isinstance(rows, TextRows) else pd.DataFrame({str(c): as_stored(rows[c]) for c in rows.columns})
