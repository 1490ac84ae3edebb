"""Components of an index: which column, how it is counted, and which values stand for 0 and for 100."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from cxanalysis.arguments import shown
from cxanalysis.catalogue.entry import BRANCHES
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.engine.need import Measure
from cxanalysis.metrics.scores.nps import NPS_SCALE
from cxanalysis.numbers import known
from cxanalysis.problem import Problem
from cxanalysis.tables.table import Table

#: How a component's column is counted → what its mean is then.
CODINGS: Final[Mapping[str, str]] = {
    "nps": "NPS, -100 to 100",
    "top-box": "% of answers among the best",
    "mean": "mean, in the column's own points",
    "rate": "% of rows in which a 0/1 column is 1",
    "metric": "a metric by its name, as cx.metric computes it",
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
    options : mapping
        What `cx.metric` is called with, for "metric"; `column` is then the metric's name.
    natural : bool
        Whether no value can lie beyond `worst` and `best`.
    """

    column: str
    coded: str
    name: str
    worst: float
    best: float
    top: int | None = None
    branch: str | None = None
    table: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)
    natural: bool = True

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


#: What a user may say of a component.
COMPONENT_FIELDS: Final = ("column", "metric", "options", "as", "name", "worst", "best", "top", "branch", "table")


def component(given: Any, tables: Sequence[Any]) -> tuple[Component, Scale | None]:
    """A component as a user writes it, completed from what its table knows; with its scale.

    Raises
    ------
    Problem
        If its end points are neither given nor known, or a field holds what it cannot mean.
    """
    told: dict[str, Any] | None = {"column": given} if isinstance(given, str) else None
    told = dict(given) if isinstance(given, Mapping) else told
    if told is None or ("column" in told) == ("metric" in told):
        raise Problem(
            f"{shown(given)} is no component",
            where="components",
            do='Write {"column": "csat", "as": "top-box"}, or a column\'s name',
        )
    unknown = [name for name in told if name not in COMPONENT_FIELDS]
    if unknown:
        raise Problem(f"a component has no '{unknown[0]}'", do=f"It has: {', '.join(COMPONENT_FIELDS)}")
    column, number = str(told.get("column", told.get("metric"))), told.get("table", 0)
    where = f"components, '{told.get('name', column)}'"
    if not isinstance(number, int) or not 0 <= number < len(tables):
        raise Problem(f"there is no table {number!r}", where=where, do=f"Use 0 to {len(tables) - 1}")
    data = tables[number]
    table = data if isinstance(data, Table) else None
    role = table.roles.get(column) if table is not None else None
    scale = table.scales.get(column) if table is not None else None
    coded = "metric" if "metric" in told else told.get("as") or _usual(role, scale)
    if coded not in CODINGS:
        raise Problem(f"'{coded}' is no way to count it", where=where, do=f"Use one of: {', '.join(CODINGS)}")
    if told.get("branch") not in (None, *BRANCHES):
        raise Problem(f"'{told['branch']}' is no branch", where=where, do=f"Use one of: {', '.join(BRANCHES)}")
    if coded == "top-box" and (scale is None or scale.step == 0):
        raise Problem("its scale is not known", where=where, do="Say it on the data page, or count it as its mean")
    if coded == "top-box" and scale is not None and not 1 <= int(told.get("top") or scale.top) < scale.points:
        raise Problem(f"{told['top']} of {scale.points} answers cannot count as the best", where=where)
    usual = _usual_ends(coded, scale)
    worst, best = _ends(told, usual, where)
    made = Component(
        column=column,
        coded=coded,
        name=str(told.get("name") or column),
        worst=worst,
        best=best,
        top=None if told.get("top") is None else int(told["top"]),
        branch=told.get("branch"),
        table=number,
        options=dict(told.get("options") or {}),
        natural={worst, best} == set(usual),
    )
    return made, NPS_SCALE if coded == "nps" else scale


def _usual(role: str | None, scale: Scale | None) -> str:
    """How a column of this role is usually counted."""
    if role == "nps":
        return "nps"
    if role == "flag":
        return "rate"
    return "top-box" if role == "csat" and scale is not None and scale.step else "mean"


def _usual_ends(coded: str, scale: Scale | None) -> tuple[float | None, float | None]:
    """The ends of the metric's own scale: the values for 0 and for 100 where nobody states others."""
    if coded == "nps":
        return (-100.0, 100.0)
    if coded == "top-box":
        return (0.0, 100.0)
    if coded == "rate":
        return (0.0, 100.0) if scale is None or scale.higher_is_better else (100.0, 0.0)
    if coded == "mean" and scale is not None:
        return (scale.low, scale.high) if scale.higher_is_better else (scale.high, scale.low)
    return (None, None)


def _ends(told: Mapping[str, Any], usual: tuple[float | None, float | None], where: str) -> tuple[float, float]:
    """The values for 0 and 100: as stated, else as usual."""
    worst, best = told.get("worst", usual[0]), told.get("best", usual[1])
    if worst is None or best is None or not known(worst, best):
        raise Problem(
            "it is not known which values stand for 0 and for 100",
            where=where,
            do='State them: {"worst": 1, "best": 5}. Taken from the data they would move with it',
        )
    if worst == best:
        raise Problem("one value cannot stand for both 0 and 100", where=where, do="State two different values")
    return float(worst), float(best)
