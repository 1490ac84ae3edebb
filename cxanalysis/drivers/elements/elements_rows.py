"""The rows of `Elements.table`, element by element: item, value, low, high, unit, n."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from cxanalysis.drivers.drivers_result import Drivers
from cxanalysis.drivers.elements.elements_result import COLUMNS
from cxanalysis.drivers.performance.importance_performance_result import ImportancePerformance
from cxanalysis.engine.engines import Engine
from cxanalysis.engine.need import Measure, Need
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.intervals import Precision, wilson

#: outcome_as → how its points are called.
POINTS: Final[Mapping[str, str]] = {"nps": "NPS points", "top-box": "percentage points", "mean": "points"}
#: What follows the unit where it is for one case.
A_CASE: Final = " a case"


class Row(NamedTuple):
    """One item of an element."""

    item: str
    value: float
    low: float
    high: float
    unit: str
    n: int


def tidy(rows: Mapping[str, Sequence[Row]]) -> pd.DataFrame:
    """All elements under each other, each with its ranks."""
    flat = [(element, rank, *row) for element, several in rows.items() for rank, row in enumerate(several, start=1)]
    return pd.DataFrame(flat, columns=["element", "rank", *Row._fields])[list(COLUMNS)]


def shares(found: Drivers | None) -> list[Row]:
    """Desired attributes: what each explains, of what all of them explain."""
    if found is None:
        return []
    return _rows(found, "share", found.table, "% of what they explain", times=100)


def attitudes(found: Mapping[str, Estimates], labels: Mapping[str, str]) -> list[Row]:
    """Each score as its own metric; two of one name are told apart by their columns."""
    names = [one.passport.name for one in found.values()]
    rows = []
    for column, one in found.items():
        name, row = one.passport.name, one.table.iloc[0]
        item = name if names.count(name) == 1 else f"{name}: {labels[column]}"
        rows.append(Row(item, row["value"], row["low"], row["high"], one.passport.unit, int(row["n"])))
    return rows


def unmet(found: ImportancePerformance | None) -> list[Row]:
    """Attributes that are important and below their goal."""
    if found is None:
        return []
    return [
        Row(
            row["driver"],
            row["performance"],
            row["performance_low"],
            row["performance_high"],
            f"of 100 (goal {row['goal']:g})",
            int(row["n"]),
        )
        for _, row in found.table[found.table["unmet"].astype(bool)].iterrows()
    ]


def prevalence(engine: Engine, failures: Sequence[str], how: Mapping[str, Any]) -> list[Row]:
    """Share of answers with each failure, the most frequent first."""
    if not failures:
        return []
    measures = tuple(Measure(name, name, "at_least", 1) for name in failures)
    sums = engine.aggregate(Need(measures, weight=how["weight"], cluster=how["cluster"], pairs=False))
    rows = []
    for name in failures:
        precision = Precision.of(sums, name)
        low, high = wilson(precision.mean / 100, precision.n_eff, precision.quantile(how["confidence"]))
        ends = float(precision.mean[0]), 100 * float(low[0]), 100 * float(high[0])
        rows.append(Row(name, *ends, "% of answers", int(precision.n[0])))
    return sorted(rows, key=lambda row: -np.nan_to_num(row.value))


def at_stake(found: Drivers | None, outcome_as: str) -> list[Row]:
    """Points of the outcome lost to each, most first."""
    if found is None:
        return []
    table = found.table.sort_values("at_stake", ascending=False, kind="stable", na_position="last")
    return _rows(found, "at_stake", table, POINTS[outcome_as])


def effects(found: Drivers | None, outcome_as: str) -> list[Row]:
    """Points of the outcome that one case costs, the dearest first."""
    if found is None:
        return []
    table = found.table.sort_values("effect", kind="stable", na_position="last")
    return _rows(found, "effect", table, POINTS[outcome_as] + A_CASE)


def _rows(found: Drivers, column: str, table: pd.DataFrame, unit: str, times: float = 1.0) -> list[Row]:
    n = found.n if isinstance(found.n, int) else found.n[0]
    low, high = f"{column}_low", f"{column}_high"
    return [
        Row(row["driver"], times * row[column], times * row[low], times * row[high], unit, n)
        for _, row in table.iterrows()
    ]
