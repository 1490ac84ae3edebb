"""The result of an importance-performance analysis, and its sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from cxanalysis import numbers
from cxanalysis.basis import Basis
from cxanalysis.drivers.performance.performance import WITHOUT_IT
from cxanalysis.result import Result

#: Columns of `ImportancePerformance.table`, in order.
COLUMNS: Final = (
    "driver", "quadrant", "unmet", "importance", "importance_low", "importance_high", "performance", "performance_low",
    "performance_high", "goal", "stated", "stated_low", "stated_high", "q_value", "measured", "n", "n_missing", "flags",
)  # fmt: skip
CONCENTRATE: Final = "concentrate here"
KEEP: Final = "keep up the good work"
LOW: Final = "low priority"
OVERKILL: Final = "possible overkill"
OPEN: Final = "not settled"
#: A driver counts if its false-discovery rate is below this: the rule of `Drivers.headline`.
DISCOVERY: Final = 0.05


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ImportancePerformance(Result):
    """What matters, how good it is, and what both say together.

    Attributes
    ----------
    table : DataFrame
        One row a driver, most important first; columns as in `COLUMNS`.
        quadrant: "concentrate here" (important, below its goal), "keep up the good work", "low priority", "possible
        overkill", or "not settled" where an interval reaches across the crosshair; empty without a performance.
        unmet: whether it is an unmet need: in "concentrate here", told from noise, and with better performance going
        with a better outcome.
        importance (low, high): share of what all drivers explain, 0…1. performance (low, high): 0 (worst) to 100
        (best), as `measured` says: "% of the scale 1–5", "% without it", "% of the best 2 answers". goal: its own.
        stated (low, high): how important people say it is, 0…100; missing where nobody was asked.
        n, n_missing: answers to it, and rows without one. flags: short words, explained in `notes`.
    importance_goal : float
        Where "important" begins, in the unit of the axis.
    importance_as : "derived" or "stated"
    performance_as : "mean" or "top-box"
    r_squared : float
    outcome, outcome_as, method : str
    basis : Basis
        That of the driver analysis.
    headline : str
    notes : tuple of str

    Examples
    --------
    >>> import numpy as np, pandas as pd, cxanalysis as cx
    >>> rng = np.random.default_rng(1)
    >>> staff, price = rng.choice([1, 2, 3, 4, 5], (2, 800), p=[0.2, 0.3, 0.3, 0.1, 0.1])
    >>> answers = pd.DataFrame({"score": 2 * staff + price / 4 + rng.normal(size=800), "staff": staff, "price": price})
    >>> analysis = cx.drivers(answers, "score", ["staff", "price"], resamples=100)
    >>> cx.importance_performance(analysis, answers, goal=75).table[["driver", "quadrant", "unmet"]].values.tolist()
    [['staff', 'concentrate here', True], ['price', 'low priority', False]]
    """

    table: pd.DataFrame
    importance_goal: float
    importance_as: str
    performance_as: str
    r_squared: float
    outcome: str
    outcome_as: str
    method: str
    basis: Basis
    headline: str
    notes: tuple[str, ...]

    @property
    def unmet(self) -> tuple[str, ...]:
        """The unmet needs, most important first."""
        return tuple(str(name) for name in self.table.loc[self.table["unmet"], "driver"])


def headline(table: pd.DataFrame, importance_as: str) -> str:
    """One honest sentence."""
    unmet = table[table["unmet"]]
    placed = table[table["quadrant"] != ""]
    if placed.empty:
        return "No driver has a performance that could be set beside its importance: name their scales."
    unsure = int((placed["quadrant"] == OPEN).sum())
    if unmet.empty:
        none = "No unmet need can be claimed: nothing important is below its goal beyond doubt."
        rest = f" {unsure} of {len(placed)} are not settled: an interval reaches across the crosshair."
        return none + (rest if unsure else "")
    first = unmet.iloc[0]
    stands = f"{first['driver']} {_matters(first, importance_as)} and {_stands(first)}"
    if len(unmet) == 1:
        return f"One unmet need: {stands}."
    names = [str(name) for name in unmet["driver"].iloc[1:4]]
    more = f" and {len(unmet) - 4} more" if len(unmet) > 4 else ""
    return f"{len(unmet)} unmet needs. First, {stands}; then {', '.join(names)}{more}."


def _stands(row: Any) -> str:
    ends = [float(row[f"performance{end}"]) for end in ("", "_low", "_high")]
    if row["measured"] == WITHOUT_IT:
        return f"spares {numbers.percent(*(end / 100 for end in ends))} of answers, below its goal of {row['goal']:g}"
    return f"stands at {numbers.points(*ends)} of 100, below its goal of {row['goal']:g}"


def _matters(row: Any, importance_as: str) -> str:
    if importance_as == "stated":
        said = numbers.points(row["stated"], row["stated_low"], row["stated_high"])
        return f"is said to be important ({said} of 100)"
    share = numbers.percent(row["importance"], row["importance_low"], row["importance_high"])
    return f"makes up {share} of what the drivers explain"
