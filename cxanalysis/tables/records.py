"""Rows left out as no records, taken back; rows only suspected, left out or kept for good."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from cxanalysis.columns.text_rows import TextRows
from cxanalysis.files.records.left_out_records import LeftOutRecords
from cxanalysis.files.records.look_at_rows import LookAtRows, as_stored, picked, with_rows
from cxanalysis.files.records.records_only import rows_out
from cxanalysis.problem import Problem

Rows = pd.DataFrame | TextRows


Records = tuple[LeftOutRecords, ...]


def changed_records(
    rows: Rows, records: Records, keep: Iterable[LeftOutRecords], leave_out: Iterable[LeftOutRecords], *, where: str
) -> tuple[Rows, Records, list[str]]:
    """The rows, with some taken back and others left out; the records as decided, and a note on each."""
    kept, left = tuple(keep), tuple(leave_out)
    for one in (*kept, *left):
        if one not in records:
            raise Problem("these rows are not among the table's records", where=where, do="See its `records`")
        if not one.restorable:
            raise Problem(f"a {one.rule.value} cannot be taken back as a record", where=where, do="Put the file right")
    decided = tuple(one.answered(applied=one in left) if one in (*kept, *left) else one for one in records)
    decided = tuple(_with_cells(rows, records, one, before) for one, before in zip(decided, records, strict=True))
    changed = _rows(rows, records, decided)
    notes = [f"{one.n_rows:,} {_several(one)} kept as records, by hand." for one in kept]
    notes += [f"{one.n_rows:,} {_several(one)} left out, by hand." for one in left]
    return changed, decided, notes


def _several(one: LeftOutRecords) -> str:
    return one.rule.value if one.n_rows == 1 else one.rule.several


def _with_cells(rows: Rows, records: Records, one: LeftOutRecords, before: LeftOutRecords) -> LeftOutRecords:
    """Rows that are left out only now, with what they hold, unless that stands elsewhere."""
    if before.applied or not one.applied or one.cells or one.spans[0].repeats is not None:
        return one
    place, look = _places(len(rows), records), LookAtRows(rows)
    return replace(one, cells=tuple(look.row(int(place[row])) for row in one.rows))


def n_in_file(n_rows: int, records: Records) -> int:
    """How many rows the file of so many records has below the header."""
    gone: set[int] = set()
    for one in records:
        if one.applied:
            gone.update(one.rows)
    return n_rows + len(gone)


def _places(n_rows: int, records: Records) -> np.ndarray:
    """For each row of the file, its place among the table's rows; -1 where it is left out."""
    out = rows_out(records, n_in_file(n_rows, records))
    return np.where(out, -1, np.cumsum(~out) - 1)


def _rows(rows: Rows, records: Records, decided: Records) -> Rows:
    """The rows under the new decisions, in the order of the file."""
    place = _places(len(rows), records)
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
            order.append(len(rows) + len(added))
            added.append(cells[source])
    if added:
        return with_rows(rows, added, np.array(order, "int64"))
    left = picked(rows, np.array(order, "int64"))
    return left if isinstance(left, TextRows) else pd.DataFrame({str(c): as_stored(left[c]) for c in left.columns})
