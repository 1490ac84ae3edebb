"""From what was asked to the columns of the model: who the players are, how each column is coded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cxanalysis.arguments import check_choice, check_column, check_columns, check_whole, shown
from cxanalysis.columns.scales.scale import Scale, named_scale, told_by_ends
from cxanalysis.drivers.model.not_asked import never_asked
from cxanalysis.engine.engines import Engine
from cxanalysis.engine.need import ROWS_AS_BLOCKS, Measure
from cxanalysis.problem import Problem
from cxanalysis.tables.outcomes.outcome_evidence import candidates
from cxanalysis.tables.table import Table

#: A category with more levels than this is an id or a free text, not a driver.
MOST_LEVELS: Final = 50
#: How the outcome may be read.
OUTCOME_AS: Final = ("mean", "nps", "top-box")
#: So many columns are named as possible outcomes.
MOST_NAMED: Final = 4
#: Roles that never are drivers.
NO_DRIVER: Final = frozenset({"id", "customer", "order", "text", "date", "due", "closed"})

Groups = Mapping[str, Sequence[str]] | Sequence[Sequence[str]]


class GoodEnd(StrEnum):
    """Which end of an outcome is the good one."""

    HIGH = "high"
    LOW = "low"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Member:
    """One column of the model. `driver` is the column asked for, `label` tells levels of a category apart.

    `rating` is False where a Table says that the column is a number or an amount, of which no end is the best one.
    """

    label: str
    driver: str
    measure: Measure
    scale: Scale | None
    category: bool
    rating: bool = True


@dataclass(frozen=True, slots=True)
class Player:
    """One row of the result: a driver, a category with all its levels, or a group of drivers."""

    name: str
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The model.

    Attributes
    ----------
    outcome : Measure
        Coded so that its mean is the metric.
    percent : bool
        The outcome is a 0/1 column, to be read as 0/100.
    ends : float or None
        Low + high, in points of the metric, of a scale on which low is good: the outcome is turned round,
        value → ends - value.
    scale : Scale or None
        The outcome's scale, where known.
    members, adjusters : tuple of Member
    players : tuple of Player
    notes : tuple of str
    unfillable : array of bool (rows,) or None
        Rows with a gap that is no missing answer ("does not apply"), which no imputation may fill.
    unfillable_said : str
    """

    outcome: Measure
    percent: bool
    ends: float | None
    scale: Scale | None
    members: tuple[Member, ...]
    adjusters: tuple[Member, ...]
    players: tuple[Player, ...]
    notes: tuple[str, ...]
    unfillable: NDArray[np.bool_] | None = None
    unfillable_said: str = ""

    @property
    def good_end(self) -> GoodEnd:
        """Which end of the outcome is the good one; of a yes or no without a scale nobody has said."""
        if self.ends is not None:
            return GoodEnd.LOW
        return GoodEnd.UNKNOWN if self.percent and self.scale is None else GoodEnd.HIGH

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Columns of the sums, in order: adjusters, members, outcome."""
        return (*(a.measure for a in self.adjusters), *(m.measure for m in self.members), self.outcome)

    @property
    def sizes(self) -> list[int]:
        """Columns per player, in order."""
        return [len(player.members) for player in self.players]


def plan(
    data: Any,
    engine: Engine,
    outcome: str | None,
    drivers: Iterable[str] | None,
    *,
    outcome_as: str,
    groups: Groups | None,
    adjust_for: Iterable[str],
    top: int | None,
    scale: Scale | Sequence[float] | None,
) -> Plan:
    """Check what was asked and lay out the columns of the model."""
    table = data if isinstance(data, Table) else None
    outcome = check_column(_outcome(table, outcome), engine.columns(), "outcome")
    asked = _asked(table, engine, outcome, drivers)
    adjusting = check_columns(adjust_for, engine.columns(), "adjust_for")
    top = None if top is None else check_whole(top, "top", low=1)
    for column in adjusting:
        if column in asked or column == outcome:
            raise Problem(
                f"'{column}' cannot be adjusted for: it is in the analysis already", do="Name each column once"
            )
    notes: list[str] = []
    named = named_scale(scale) if scale is not None else table.scales.get(outcome) if table is not None else None
    measure, percent, ends, used = _coding(engine, outcome, outcome_as, named, top, notes)
    together = _groups(groups, asked)
    ordered = [column for name in together for column in together[name]]
    members: list[Member] = []
    where: dict[str, list[int]] = {}
    for column in ordered:
        where[column] = []
        for member in _members(table, engine, column, notes):
            where[column].append(len(members))
            members.append(member)
    players = tuple(
        Player(name, tuple(i for column in columns for i in where[column])) for name, columns in together.items()
    )
    adjusters = tuple(member for column in adjusting for member in _members(table, engine, column, notes))
    rows, said = never_asked(data, [*ordered, *adjusting])
    return Plan(measure, percent, ends, used, tuple(members), adjusters, players, tuple(notes), rows, said)


def _outcome(table: Table | None, outcome: str | None) -> str:
    if outcome is not None:
        return outcome
    if table is None:
        raise Problem("it is not said which column is the outcome", do='Name it: outcome="csat"')
    if table.score is None:
        named = [f"'{one.column}'" for one in candidates(table)][:MOST_NAMED]
        may = f"It may be {', '.join(named)}. " if named else ""
        raise Problem("Which column says how satisfied they were?", where=table.name, do=f'{may}Name it: outcome="…"')
    return table.score


def _asked(table: Table | None, engine: Engine, outcome: str, drivers: Iterable[str] | None) -> list[str]:
    if drivers is None:
        asked = list(table.usual_drivers(outcome)) if table is not None else []
        if not asked:
            raise Problem("it is not said which columns are the drivers", do='Name them: drivers=["late", "returned"]')
        return asked
    if not isinstance(drivers, Iterable) or isinstance(drivers, Mapping | bytes):
        raise Problem(f"a column or a list of columns is needed, not {shown(drivers)}", where="drivers")
    asked = [drivers] if isinstance(drivers, str) else list(drivers)
    if not asked:
        raise Problem("there is no driver", do="Name at least one column that may move the outcome")
    doubled = sorted({column for column in asked if asked.count(column) > 1})
    if doubled:
        raise Problem(f"'{doubled[0]}' is named twice among the drivers", do="Name each column once")
    for column in asked:
        check_column(column, engine.columns(), "drivers")
    if outcome in asked:
        raise Problem(f"'{outcome}' is the outcome and cannot be its own driver", do="Leave it out of the drivers")
    for column in asked:
        role = table.roles.get(column) if table is not None else None
        if role in NO_DRIVER:
            raise Problem(
                f"'{column}' cannot be a driver: its role is {role}",
                do="Leave it out, or give it another role (table.with_(roles=…))",
            )
    return asked


def _groups(groups: Groups | None, asked: list[str]) -> dict[str, list[str]]:
    """Player → its columns; players in the order asked."""
    if not groups:
        return {column: [column] for column in asked}
    named = _named_groups(groups)
    owner: dict[str, str] = {}
    for name, columns in named.items():
        for column in columns:
            if column not in asked:
                raise Problem(f"'{column}' in group '{name}' is not among the drivers", do="Add it to the drivers")
            if column in owner:
                raise Problem(f"'{column}' is in two groups, '{owner[column]}' and '{name}'", do="Put it in one")
            owner[column] = name
        if name in asked and name not in columns:
            raise Problem(f"group '{name}' has the name of another driver", do="Give the group a name of its own")
    out: dict[str, list[str]] = {}
    for column in asked:
        out.setdefault(owner.get(column, column), []).append(column)
    return out


def _named_groups(groups: Any) -> dict[str, list[str]]:
    """Name → columns; a list of lists is named by its columns."""
    lists = list(groups.values()) if isinstance(groups, Mapping) else groups
    there = isinstance(lists, Iterable) and not isinstance(lists, str | bytes)
    if not there or any(isinstance(columns, str) or not isinstance(columns, Iterable) for columns in lists):
        raise Problem(
            f"lists of columns are needed, not {shown(groups)}",
            where="groups",
            do='Write groups={"service": ["staff", "wait"]}',
        )
    columns_of = [[str(column) for column in columns] for columns in lists]
    names = map(str, groups) if isinstance(groups, Mapping) else map(" + ".join, columns_of)
    return dict(zip(names, columns_of, strict=True))


def _members(table: Table | None, engine: Engine, column: str, notes: list[str]) -> list[Member]:
    """A numeric column is one member; a category has one per level but its most frequent."""
    role = table.roles.get(column) if table is not None else None
    scale = table.scales.get(column) if table is not None else None
    if role != "category" and is_number(engine, column):
        return [Member(column, column, Measure(column, column), scale, False, role not in ("number", "amount"))]
    levels = engine.levels(column, MOST_LEVELS + 1)
    if len(levels) > MOST_LEVELS:
        raise Problem(
            f"'{column}' has more than {MOST_LEVELS} different values and is not numeric",
            do="Leave it out, or group its values first",
        )
    if len(levels) < 2:
        raise Problem(f"'{column}' has the same value in every row", do="Leave it out: it cannot explain differences")
    base = levels[0][0]
    notes.append(
        f"'{column}' is a category of {len(levels)} levels and counts as one driver; "
        f"effects are against its most frequent level, '{base}'."
    )
    return [
        Member(f"{column} = {level}", column, Measure(f"{column} = {level}", column, "equals", level), None, True)
        for level, _ in levels[1:]
    ]


def _coding(
    engine: Engine, outcome: str, outcome_as: str, scale: Scale | None, top: int | None, notes: list[str]
) -> tuple[Measure, bool, float | None, Scale | None]:
    """How the outcome is coded, so that its mean is the metric."""
    check_choice(outcome_as, OUTCOME_AS, "outcome_as")
    if not is_number(engine, outcome):
        raise Problem(
            "the outcome is not numeric",
            where=f"column '{outcome}'",
            do="Choose a score, or tell how its answers are rated (roles and scales of the table)",
        )
    low, high = (float(x) if x is not None else float("nan") for x in engine.span(outcome))
    if outcome_as == "nps":
        if not (low >= 0 and high <= 10):
            raise Problem(
                f"NPS needs answers from 0 to 10; these go from {low:g} to {high:g}",
                where=f"column '{outcome}'",
                do='Choose another outcome, or outcome_as="mean"',
            )
        return Measure(outcome, outcome, "nps"), False, None, scale
    if outcome_as == "top-box":
        scale = scale or scale_from_ends(outcome, low, high, notes)
        top = top if top is not None else scale.top
        step = scale.step or 1.0
        if scale.higher_is_better:
            cut, coding = scale.high - (top - 1) * step, "at_least"
        else:
            cut, coding = scale.low + (top - 1) * step, "at_most"
        notes.append(f"Top box: the best {top} answers of {scale.describe()} count as 100, the others as 0.")
        return Measure(outcome, outcome, coding, cut), False, None, scale
    if low >= 0 and high <= 1 and (scale is None or scale.points == 2) and _is_flag(engine, outcome):
        bad = scale is not None and not scale.higher_is_better
        if bad:
            notes.append(
                f"A yes in '{outcome}' is bad: it was turned round, so that a positive effect is an improvement; "
                "its share is shown as answered."
            )
        return Measure(outcome, outcome), True, 100.0 if bad else None, scale
    ends = None
    if scale is not None and not scale.higher_is_better:
        ends = scale.low + scale.high
        notes.append(
            f"Low is good on '{outcome}' ({scale.describe()}): it was turned round, "
            "so that a positive effect is an improvement; its mean is shown as answered."
        )
    return Measure(outcome, outcome), False, ends, scale


def _is_flag(engine: Engine, column: str) -> bool:
    """Whether only 0 and 1 occur; a score between them is no yes or no."""
    found = engine.values([column], ROWS_AS_BLOCKS)[column]
    return bool(((found == 0) | (found == 1) | (found != found)).all())


def is_number(engine: Engine, column: str) -> bool:
    """Whether the engine hands the column out as numbers (flags too)."""
    return engine.kind_of(column) in ("number", "empty")


def scale_from_ends(column: str, low: float, high: float, notes: list[str]) -> Scale:
    """The scale of a plain column from its lowest and highest answer, if that is a common one; noted."""
    scale = told_by_ends(low, high)
    if scale is None:
        raise Problem(
            f"answers from {low:g} to {high:g} do not tell which scale they were given on",
            where=f"column '{column}'",
            do="Name the lowest and highest possible answer, such as scale=(1, 5)",
        )
    notes.append(f"Scale {scale.describe()} of '{column}' told from the answers; name another with scale=.")
    return scale
