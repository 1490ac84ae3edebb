"""A question whose scale was changed on the way: 1 to 5 first, 1 to 10 later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from cxanalysis.tables.analysed import as_frame, resolved
from cxanalysis.tables.levels import TextRows
from cxanalysis.tables.resolve import resolve

if TYPE_CHECKING:
    from cxanalysis.tables.table import Table

#: Before the change (almost) nobody gives a grade of the upper half, afterwards many do.
_BEFORE_AT_MOST, _AFTER_AT_LEAST = 0.01, 0.2
_FEWEST: Final = 30


def scale_changes(table: Table) -> list[str]:
    """Notes on ratings whose upper half is used only from some day on: one number means two things there."""
    dates = table.columns_of("date")
    rated = table.columns_of("nps", "csat", "ces", "rating")
    tens = [c for c in rated if (scale := table.scales.get(c)) and scale.high == 10 and not scale.labels]
    if not dates or not tens:
        return []
    notes = []
    rows = _resolved(table, [dates[0], *tens])
    for column in tens:
        there = (rows[dates[0]].notna() & rows[column].notna()).to_numpy()
        if there.sum() < 2 * _FEWEST:
            continue
        when = rows[dates[0]].to_numpy("datetime64[us]")[there]
        order = np.argsort(when, kind="stable")
        upper = (rows[column].to_numpy("float64")[there][order] > 5).astype(float)
        before = np.cumsum(upper) / np.arange(1, len(upper) + 1)
        after = (upper.sum() - np.cumsum(upper)) / np.maximum(len(upper) - np.arange(1, len(upper) + 1), 1)
        edge = slice(_FEWEST, len(upper) - _FEWEST)
        place = np.arange(1, len(upper) + 1)
        clear = (before <= _BEFORE_AT_MOST) & (after >= _AFTER_AT_LEAST)
        gain = np.where(clear, (after - before) * np.sqrt(place * (len(upper) - place)), 0.0)[edge]
        if len(gain) and gain.max() > 0:
            turn = int(np.argmax(gain)) + _FEWEST + 1
            day = when[order[turn]].astype("datetime64[D]")
            notes.append(
                f"'{column}': grades above 5 are given only from {day} on ({len(upper) - turn:,} answers, "
                f"{turn:,} before). The scale seems to have changed; analyse the two parts apart."
            )
    return notes


def _resolved(table: Table, columns: list[str]) -> pd.DataFrame:
    """Only these columns with the decisions applied: the whole frame may be large."""
    if isinstance(table.held, TextRows):
        codes = table.applied_codes()
        arrays = {
            c: resolved(table.held[c], table.roles[c], table.scales.get(c), codes.get(c, ()), table.formats.get(c))
            for c in columns
        }
        return as_frame(pa.table(arrays))
    some = table.raw[columns]
    roles = {column: table.roles[column] for column in columns}
    return resolve(some, roles, table.scales, table.applied_codes(), table.formats)
