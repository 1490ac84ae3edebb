"""Whether a goal is reached, as a result and in words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import pandas as pd

from cxanalysis.basis import Basis
from cxanalysis.catalogue.goal import Goal
from cxanalysis.catalogue.plain_figure import plain_number
from cxanalysis.numbers import day, known, points
from cxanalysis.problem import Problem
from cxanalysis.result import Result

REACHED: Final = "reached"
NOT_REACHED: Final = "not reached"
OPEN: Final = "cannot tell yet"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Status(Result):
    """Whether a goal is reached, and how the metric stands beside its benchmarks.

    Attributes
    ----------
    table : DataFrame
        One row a group: `[*by, value, low, high, n, goal, gap, gap_low, gap_high, status, more]`. `gap` is positive on
        the good side of the goal. `status`: "reached", "not reached" or "cannot tell yet". `more`: how many more
        answers would settle it with a chance of `power`; missing where it is settled, or no number of them would.
    benchmarks : DataFrame
        One row a group and benchmark: `[*by, source, benchmark, n, difference, low, high, status, how]`; `difference`
        is positive on the good side.
    name : str
        The metric's.
    goal : Goal
    power : float
    overdue : bool
        Whether the goal's date is over.
    by : tuple of str
    basis : Basis
        Of what was measured.
    notes : tuple of str

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> nps = cx.nps(pd.DataFrame({"recommend": [10, 9, 7, 2] * 50}), "recommend")
    >>> cx.status(nps, 40, today="2026-01-01").words()
    'goal 40: not reached'
    """

    table: pd.DataFrame
    benchmarks: pd.DataFrame
    name: str
    goal: Goal
    power: float
    overdue: bool
    by: tuple[str, ...]
    basis: Basis
    notes: tuple[str, ...] = ()
    shown_tables: ClassVar[tuple[str, ...]] = ("table", "benchmarks")

    def words(self, row: int = 0) -> str:
        """One group's status in a few words, for a tile."""
        found = self.table.iloc[row]
        date = f" by {day(self.goal.by)}" if self.goal.by else ""
        return f"goal {plain_number(self.goal.value)}{date}: {_state_words(found)}"

    @property
    def fact(self) -> str:
        """What was measured where there is one group, and how many more answers it would take to tell."""
        row = self.table.iloc[0]
        more = f"; {_about(row['more'])} more answers would tell" if known(row["more"]) else ""
        return f"{self.name} is {points(row['value'], row['low'], row['high'])}, n = {int(row['n']):,}{more}."

    @property
    def state(self) -> str:
        """The status where there is one group: "reached", "not reached" or "cannot tell yet"."""
        if len(self.table) != 1:
            raise Problem(f"there are {len(self.table)} groups with a status each", do="Look at .table")
        return str(self.table["status"].iloc[0])

    @property
    def headline(self) -> str:
        """The status in one sentence."""
        goal = self.goal.describe()
        over = " Its date is over." if self.overdue and (self.table["status"] != REACHED).any() else ""
        if len(self.table) == 1:
            row = self.table.iloc[0]
            value = points(row["value"], row["low"], row["high"])
            return f"{self.name} is {value}; the goal is {goal}: {_state_words(row)}.{over}"
        counts = self.table["status"].value_counts()
        told = [f"{counts[state]} {state}" for state in (REACHED, NOT_REACHED, OPEN) if state in counts]
        return f"{self.name}, goal {goal}: of {len(self.table)} groups {', '.join(told)}.{over}"


def _state_words(row: Any) -> str:
    if row["status"] != OPEN:
        return str(row["status"])
    if known(row["more"]):
        return f"{OPEN}: {_about(row['more'])} more answers"
    return f"{OPEN}: it is at the goal" if known(row["low"]) else f"{OPEN}: there is no interval"


def _about(more: float) -> str:
    """A number of answers as one would plan with: rounded up to two digits.

    Examples
    --------
    >>> _about(382.0), _about(7.0), _about(352475.0)
    ('390', '7', '360,000')
    """
    step = 10 ** max(0, len(str(int(more))) - 2)
    return f"{math.ceil(more / step) * step:,}"
