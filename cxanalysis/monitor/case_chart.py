"""The control chart of rare cases: exact limits, and exactly how often they and the runs speak up by luck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cxanalysis.monitor import calendar
from cxanalysis.monitor.expected_value import Expected
from cxanalysis.monitor.rare_cases import Rare, case_limits, rare_of
from cxanalysis.monitor.series import Series

Array = NDArray[np.float64]
#: Below this number of cases a period, counts are too skewed for limits that are as far above as below.
FEW_CASES: Final = 5


def is_rare(series: Series, base: NDArray[np.bool_]) -> bool:
    """Whether so few answers of a period (or so few of the others) count that their number is skewed."""
    weight = series.weight[base]
    if not len(weight):
        return False
    share = float(np.average(series.value[base], weights=weight)) / 100
    return bool(min(share, 1 - share) * np.median(weight) < FEW_CASES)


@dataclass(frozen=True, slots=True, eq=False)
class CaseChart:
    """A share of which few answers count, as numbers of cases among whole answers.

    Attributes
    ----------
    rare : Rare
        What the baseline says; of the answers that do not count where these are the rare ones.
    n : array (T,) of int
        Answers of each period (effective ones, rounded).
    centre : array (T,)
        Expected share of cases, 0 to 1.
    kind : array (usable periods,) of int
        Which of `each` holds the chances of a period's cases.
    each : tuple of arrays (G, K)
        Chance of 0, 1, 2 … cases for each possible rate, among as many answers and at such a time of the season.
    turned : bool
        Whether cases are the answers that do not count (a satisfaction of 98 %).
    usable : array (T,) of bool
    every : str
    """

    rare: Rare
    n: NDArray[np.int64]
    centre: Array
    kind: NDArray[np.int64]
    each: tuple[Array, ...]
    turned: bool
    usable: NDArray[np.bool_]
    every: str

    @classmethod
    def of(cls, series: Series, base: NDArray[np.bool_], expected: Expected) -> CaseChart:
        """The chart of a series with a frozen baseline."""
        turned = expected.frozen.centre > 50
        share, centre, level = (
            (100 - x if turned else x) / 100 for x in (series.value, expected.centre, np.array(expected.frozen.centre))
        )
        n = np.maximum(np.rint(expected.weight), 1).astype(np.int64)
        cases = np.rint(np.nan_to_num(share) * n).astype(np.int64)
        rare, times = rare_of(cases[base], n[base]), np.maximum(centre, 0) / level if level else np.ones(len(n))
        kinds, kind = np.unique(np.column_stack([n, times])[series.usable], axis=0, return_inverse=True)
        each = tuple(rare.each(int(one), float(high)) for one, high in kinds)
        return cls(rare, n, centre, np.ravel(kind), each, turned, series.usable, series.every)

    def limits(self, side: float) -> tuple[Array, Array]:
        """Lower and upper limit in percent; either is passed by luck in at most `side` of the periods."""
        ends = np.full((len(self.n), 2), np.nan)
        ends[self.usable] = np.array([case_limits(self.rare.share @ each, side) for each in self.each])[self.kind]
        low, high = 100 * ends.T / self.n
        return (100 - high, 100 - low) if self.turned else (low, high)

    def price(self, limits: tuple[Array, Array], rules: Sequence[str], run: int) -> tuple[tuple[str, float], ...]:
        """False signals a year of each rule, from the chance of every number of cases in periods like these."""
        low, high = (100 - limits[1], 100 - limits[0]) if self.turned else limits
        beyond, below, above = [], [], []
        for at, kind in zip(np.flatnonzero(self.usable), self.kind, strict=True):
            each = self.each[kind]
            value = np.arange(each.shape[1]) / self.n[at]
            beyond.append(self.rare.share @ each[:, (100 * value < low[at]) | (100 * value > high[at])].sum(1))
            below.append(each[:, value < self.centre[at]].sum(1))
            above.append(each[:, value > self.centre[at]].sum(1))
        a_year, out = calendar.A_YEAR[self.every], []
        if "limits" in rules:
            out.append(("beyond the limits", a_year * float(np.mean(beyond))))
        if "run" in rules:
            starts = sum(_starts(np.mean(side, axis=0), run) for side in (below, above))
            out.append((f"{run} in a row on one side", a_year * float(self.rare.share @ starts)))
        return tuple(out)


def _starts(p: Array, run: int) -> Array:
    """How often a run of so many begins, in periods each of which has the chance p (Feller 1968, XIII.7)."""
    return np.asarray(p**run * (1 - p) / (1 - p**run))
