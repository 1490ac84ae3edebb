"""What is said beside the importance-performance map: its pitfalls, with those of this table named."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import numpy as np
import pandas as pd

from cxanalysis.drivers.drivers_result import Drivers
from cxanalysis.drivers.performance.importance_performance_result import DISCOVERY
from cxanalysis.drivers.performance.performance import Performance

#: A performance above this is near the ceiling: little is left that could go with the outcome.
CEILING: Final = 90.0


class Remark(StrEnum):
    """What is remarked on a driver's performance, besides the cautions of the driver analysis."""

    OTHER_WAY_ROUND = "other way round"
    NEAR_THE_CEILING = "near the ceiling"
    NO_SCALE = "no scale"
    SEVERAL_COLUMNS = "several columns"


_EXPLAINED: Final = {
    Remark.OTHER_WAY_ROUND: "where it is better, the outcome is worse: do not take it for a need",
    Remark.NEAR_THE_CEILING: f"almost everybody is content (above {CEILING:g} of 100), and what hardly varies cannot "
    "go with the outcome: it may matter more than it seems",
    Remark.NO_SCALE: "its answers do not tell which value is worst and which best; name its scale",
    Remark.SEVERAL_COLUMNS: "a category or a group has no performance of its own",
}


def notes_of(table: pd.DataFrame, drivers: Drivers, said: Mapping[str, Performance], importance_as: str) -> list[str]:
    """The pitfalls, with those of this table named."""
    notes = []
    for word, meaning in _EXPLAINED.items():
        names = [str(row["driver"]) for _, row in table.iterrows() if word in row["flags"]]
        if names:
            notes.append(f"{word.value} ({', '.join(names)}): {meaning}.")
    units = sorted({str(unit) for unit in table["measured"] if unit})
    if units:
        notes.append(
            f"Performance goes from 0 (worst) to 100 (best): {'; '.join(units)}. It rests on all who answered "
            "that driver, importance on the rows of the analysis."
        )
    pale = [str(row["driver"]) for _, row in table.iterrows() if not row["q_value"] < DISCOVERY]
    if pale and importance_as == "derived":
        notes.append(f"Not told from noise, so drawn pale and left where it is, not set to zero: {', '.join(pale)}.")
    notes.append(
        f"A quadrant is claimed only where both intervals ({drivers.confidence:.0%} each) lie clear of the crosshair."
    )
    notes.append(
        "Derived importance is credit for shared prediction, an association, and falls as performance nears its "
        "ceiling."
    )
    given = [name for name, one in said.items() if not np.isfinite(one.low)]
    if given:
        notes.append(f"Stated importance without an interval, as given: {', '.join(given)}.")
    if said:
        notes.append(
            "Stated importance is high for nearly everything, since nobody calls anything unimportant; where it "
            f"differs from the derived one, neither is wrong. {_apart(table)}"
        )
    return notes


def _apart(table: pd.DataFrame) -> str:
    """The driver whose place is most different by word and by derivation."""
    both = table[table["stated"].notna()]
    if len(both) < 2:
        return ""
    by_word, by_sums = both["stated"].rank(ascending=False), both["importance"].rank(ascending=False)
    gap = (by_word - by_sums).abs()
    if gap.max() == 0:
        return "Both put these drivers in the same order."
    at = int(gap.to_numpy().argmax())
    ranks = f"rank {by_word.iloc[at]:g} as stated and {by_sums.iloc[at]:g} as derived"
    return f"Furthest apart: {both['driver'].iloc[at]}, {ranks}."
