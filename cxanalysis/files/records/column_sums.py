"""A row compared with what its columns add up to: does it hold the sum, the mean or another statistic of the rows?"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cxanalysis.files.records.cell_shape import CellShape
from cxanalysis.files.records.look_at_rows import LookAtRows
from cxanalysis.files.records.words_of_totals import Statistic

_SAME_SUM: Final = 60.0
_SMALL_SUM: Final = 6.0
_OTHER_SUM: Final = 0.4
_COUNTED_HITS: Final = 2
#: A sum of so many digits is no coincidence; a shorter one may be.
_TELLING_SUM: Final = 100


@dataclass(slots=True)
class ColumnSums:
    """The numbers of a table, to compare a row with what its column adds up to."""

    look: LookAtRows
    totals: NDArray[np.bool_]
    columns: dict[int, NDArray[np.float64]] = field(default_factory=dict)

    def compared(self, row: int, statistic: Statistic) -> tuple[list[float], list[float]]:
        """Odds from each number that is the statistic of its column, and from each that is not."""
        hits, misses = [], []
        for i, shape in enumerate(self.look.shapes):
            if shape is not CellShape.NUMBER:
                continue
            if i not in self.columns:
                self.columns[i] = self.look.numbers(i)
            value = self.columns[i][row]
            if np.isnan(value):
                continue
            exact = 0.51 * 10.0 ** -_decimals(self.look.cell(row, i) or "")
            if any(abs(value - made) <= max(exact, 1e-9 * abs(made)) for made in self._made(i, row, statistic)):
                # What many rows hold says little: a mean of grades is near a grade that many gave.
                records = self.columns[i][~self.totals]
                chance = float(np.mean(np.abs(records - value) <= exact)) if len(records) else 1.0
                telling = _SAME_SUM if abs(value) >= _TELLING_SUM or statistic is not Statistic.SUM else _SMALL_SUM
                hits.append(min(telling, 1 / max(chance, 1 / telling)))
            else:
                misses.append(_OTHER_SUM)
        # Columns go together, so the strongest few stand for all.
        return sorted(hits, reverse=True)[:_COUNTED_HITS], misses[:_COUNTED_HITS]

    def _made(self, column: int, row: int, statistic: Statistic) -> list[float]:
        """What the row may hold: of all records, of those since the last total, of the totals before it."""
        values = self.columns[column]
        before = np.flatnonzero(self.totals[:row])
        since = values[(before[-1] + 1 if len(before) else 0) : row]
        groups = [values[~self.totals], since, values[:row][self.totals[:row]]]
        if statistic is not Statistic.SUM:
            groups = groups[:1]
        known = [group[~np.isnan(group)] for group in groups]
        makers = {
            Statistic.SUM: (np.sum, np.mean),
            Statistic.MEAN: (np.mean,),
            Statistic.MEDIAN: (np.median,),
            Statistic.LEAST: (np.min,),
            Statistic.MOST: (np.max,),
            Statistic.SPREAD: (lambda group: np.std(group, ddof=1), np.std),
            Statistic.COUNT: (len,),
        }[statistic]
        return [float(make(group)) for group in known if len(group) > 1 for make in makers]


def _decimals(text: str) -> int:
    found = re.search(r"[.,](\d{1,2}|\d{4,})\D*$", text)
    return len(found[1]) if found else 0
