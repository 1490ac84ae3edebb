"""A reading without the rows that are surely no records, and with those named that may be none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cxanalysis.files.reading import Reading
from cxanalysis.files.records.left_out_records import LeftOutRecords
from cxanalysis.files.records.look_at_rows import LookAtRows, without_rows
from cxanalysis.files.records.record_rules import judged_rows
from cxanalysis.files.records.repeated_blocks import page_furniture, repeated_blocks


def records_only(reading: Reading, gaps: Iterable[int] = (), look: LookAtRows | None = None) -> Reading:
    """The reading without its totals, notes, repeated headers and blocks read twice; what is unsure stays in.

    Parameters
    ----------
    reading : Reading
    gaps : sequence of int
        Rows before which the file has an empty row.
    look : LookAtRows, optional
        The rows as they were looked at before, if they are these.
    """
    if look is None or look.table is not reading.table:
        look = LookAtRows(reading.table, reading.mark)
    found = found_in(look, reading.nameless, gaps)
    out = rows_out(found, len(reading.table))
    if out.all():
        return reading
    table = without_rows(reading.table, np.flatnonzero(out).tolist()) if out.any() else reading.table
    return replace(reading, table=table, records=(*reading.records, *found))


def found_in(look: LookAtRows, nameless: Iterable[str], gaps: Iterable[int] = ()) -> tuple[LeftOutRecords, ...]:
    """What is no record, and what may be none, by all rules."""
    return (*judged_rows(look, nameless, gaps), *repeated_blocks(look), *page_furniture(look))


def rows_out(records: Iterable[LeftOutRecords], n_rows: int) -> NDArray[np.bool_]:
    """Which of the rows below the header are left out."""
    out = np.zeros(n_rows, "bool")
    for one in records:
        if one.applied:
            for span in one.spans:
                out[span.first : span.last + 1] = True
    return out
