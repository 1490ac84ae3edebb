"""Components of an index: which column, how it is counted, and which values stand for 0 and for 100."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

from cxanalysis.catalogue.entry import BRANCHES
from cxanalysis.engine.need import Measure
from cxanalysis.metrics.scores import NPS_SCALE
from cxanalysis.numbers import known
from cxanalysis.problem import Problem
from cxanalysis.tables.scales import Scale
from cxanalysis.tables.table import Table

#: How a component's column is counted → what its mean is then.
CODINGS: Final[Mapping[str, str]] = {
    "nps": "NPS, -100 to 100",
    "top-box": "% of answers among the best",
    "mean": "mean, in the column's own points",
    "rate": "% of rows in which a 0/1 column is 1",
}


@dataclass(frozen=True, slots=True)
class Component:
    """One part of an index.

    Attributes
    ----------
    column : str
    coded : str
        One of `CODINGS`.
    name : str
    worst, best : float
        The values that stand for 0 and for 100. `worst` above `best` turns a metric of which less is better.
    top : int or None
        How many of the best answers count, for "top-box".
    branch : str or None
        One of the tree's branches.
    table : int
        Which of the tables handed over it is in, from 0.
    """

    column: str
    coded: str
    name: str
    worst: float
    best: float
    top: int | None = None
    branch: str | None = None
    table: int = 0

    def scored(self, value: Any) -> Any:
        """Its mean on 0 to 100.

        Examples
        --------
        >>> Component("csat", "mean", "CSAT", 1, 5).scored(4.0), Component("late", "rate", "late", 20, 0).scored(5.0)
        (75.0, 75.0)
        """
        return 100 * (value - self.worst) / (self.best - self.worst)

    @property
    def slope(self) -> float:
        """Points of the score for each point of the mean."""
        return 100 / (self.best - self.worst)

    def measure(self, scale: Scale | None) -> Measure:
        """What an engine has to sum."""
        if self.coded == "nps":
            return Measure(self.name, self.column, "nps")
        if self.coded == "top-box":
            assert scale is not None  # component() has seen to it
            away = ((self.top or scale.top) - 1) * scale.step
            if scale.higher_is_better:
                return Measure(self.name, self.column, "at_least", scale.high - away)
            return Measure(self.name, self.column, "at_most", scale.low + away)
        if self.coded == "rate":
            return Measure(self.name, self.column, "at_least", 1)
        return Measure(self.name, self.column)


COMPONENT_FIELDS: Final = (*(found.name for found in fields(Component)), "as")


def component(given: Any, tables: Sequence[Any]) -> tuple[Component, Scale | None]:
    """A component as a user writes it, completed from what its table knows; with its scale.

    Raises
    ------
    Problem
        If its end points are neither given nor known, or a field holds what it cannot mean.
    """
    told = {"column": given} if isinstance(given, str) else dict(given) if isinstance(given, Mapping) else None
    if told is None or "column" not in told:
        raise Problem(f"{given!r} is no component", do='Write {"column": "csat", "as": "top-box"}, or a column\'s name')
    unknown = [name for name in told if name not in COMPONENT_FIELDS]
    if unknown:
        raise Problem(f"a component has no '{unknown[0]}'", do=f"It has: {', '.join(COMPONENT_FIELDS)}")
    column, number = str(told["column"]), told.get("table", 0)
    where = f"component '{told.get('name', column)}'"
    if not isinstance(number, int) or not 0 <= number < len(tables):
        raise Problem(f"there is no table {number!r}", where=where, do=f"Use 0 to {len(tables) - 1}")
    data = tables[number]
    table = data if isinstance(data, Table) else None
    role = table.roles.get(column) if table is not None else None
    scale = table.scales.get(column) if table is not None else None
    coded = told.get("as", told.get("coded")) or _usual(role, scale)
    if coded not in CODINGS:
        raise Problem(f"'{coded}' is no way to count it", where=where, do=f"Use one of: {', '.join(CODINGS)}")
    if told.get("branch") not in (None, *BRANCHES):
        raise Problem(f"'{told['branch']}' is no branch", where=where, do=f"Use one of: {', '.join(BRANCHES)}")
    if coded == "top-box" and (scale is None or scale.step == 0):
        raise Problem("its scale is not known", where=where, do="Say it on the data page, or count it as its mean")
    if coded == "top-box" and scale is not None and not 1 <= int(told.get("top") or scale.top) < scale.points:
        raise Problem(f"{told['top']} of {scale.points} answers cannot count as the best", where=where)
    worst, best = _ends(told, coded, scale, where)
    made = Component(
        column, coded, str(told.get("name") or column), worst, best, told.get("top"), told.get("branch"), number
    )
    return made, NPS_SCALE if coded == "nps" else scale


def _usual(role: str | None, scale: Scale | None) -> str:
    """How a column of this role is usually counted."""
    if role == "nps":
        return "nps"
    if role == "flag":
        return "rate"
    return "top-box" if role == "csat" and scale is not None and scale.step else "mean"


def _ends(told: Mapping[str, Any], coded: str, scale: Scale | None, where: str) -> tuple[float, float]:
    """The values for 0 and 100: as stated, else the ends of the metric's own scale."""
    usual: tuple[float | None, float | None] = (None, None)
    if coded == "nps":
        usual = (-100.0, 100.0)
    elif coded == "top-box":
        usual = (0.0, 100.0)
    elif coded == "rate":
        usual = (0.0, 100.0) if scale is None or scale.higher_is_better else (100.0, 0.0)
    elif scale is not None:
        usual = (scale.low, scale.high) if scale.higher_is_better else (scale.high, scale.low)
    worst, best = told.get("worst", usual[0]), told.get("best", usual[1])
    if worst is None or best is None or not known(worst, best):
        raise Problem(
            "it is not known which values stand for 0 and for 100",
            where=where,
            do='State them: {"worst": 1, "best": 5}. They are never taken from the data, or the index would change with it',
        )
    if worst == best:
        raise Problem("one value cannot stand for both 0 and 100", where=where, do="State two different values")
    return float(worst), float(best)
