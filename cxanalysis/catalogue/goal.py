"""A goal for a metric: how much, by when, who answers for it; and whether it says enough to be worked for."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final

from cxanalysis.catalogue.benchmark import Benchmark
from cxanalysis.catalogue.entry import DIRECTIONS, Entry, iso_day
from cxanalysis.catalogue.plain_figure import plain_number
from cxanalysis.numbers import day, known
from cxanalysis.problem import Problem
from cxanalysis.steps.step import Step


@dataclass(frozen=True, slots=True)
class SmartCheck:
    """One letter of SMART: `name` ("specific"), whether it is `met`, and what it `says` in words."""

    name: str
    met: bool
    says: str


@dataclass(frozen=True, slots=True)
class Goal:
    """What a metric shall reach.

    Parameters
    ----------
    metric : str
        Key of the metric in the catalogue, or its name.
    value : float
        In the metric's unit.
    direction : str
        "high" where the value shall be at least this, "low" where at most.
    by : str or None
        The day by which, ISO.
    owner : str
        Who answers for it.
    baseline : float or None
        Where it started.
    why : str
        What customers gain from it.
    action : str
        How it is to be reached.
    benchmarks : sequence of Benchmark
    step : Step or None
        The call that measures it, where the metric is not in the catalogue or has several.

    Raises
    ------
    Problem
        If a field holds what it cannot mean.

    Examples
    --------
    >>> goal = Goal("NPS", 40, by="2026-06-30", owner="Head of Service", baseline=31)
    >>> [check.name for check in goal.smart(today="2026-01-01") if not check.met]
    ['specific', 'measurable', 'achievable', 'relevant']
    >>> goal.describe()
    'at least 40 by 30 Jun 2026'
    """

    metric: str
    value: float
    direction: str = "high"
    by: str | None = None
    owner: str = ""
    baseline: float | None = None
    why: str = ""
    action: str = ""
    benchmarks: Sequence[Benchmark] = ()
    step: Step | None = None

    def __post_init__(self) -> None:
        where = f"goal for '{self.metric}'"
        if not str(self.metric).strip():
            raise Problem("a goal needs a metric", do="Name one of the catalogue")
        if not known(self.value):
            raise Problem("a goal needs a value", where=where, do="Give a number in the metric's unit")
        if self.direction not in DIRECTIONS:
            raise Problem(f"'{self.direction}' is no direction", where=where, do='Use "high" or "low": the good end')
        object.__setattr__(self, "value", float(self.value))
        object.__setattr__(self, "by", iso_day(self.by, where))
        object.__setattr__(self, "benchmarks", tuple(self.benchmarks))

    def describe(self) -> str:
        """The goal in a few words."""
        word = "at least" if self.direction == "high" else "at most"
        return f"{word} {plain_number(self.value)}{f' by {day(self.by)}' if self.by else ''}"

    def smart(self, entry: Entry | None = None, *, today: str | dt.date | None = None) -> tuple[SmartCheck, ...]:
        """Whether the goal is specific, measurable, achievable, relevant and time-bound: plain checks of its fields.

        Parameters
        ----------
        entry : Entry, optional
            The metric in the catalogue.
        today : date, optional
        """
        now = iso_day(today, "today") or dt.date.today().isoformat()
        return (self._specific(entry), self._measurable(entry), self._achievable(), self._relevant(), self._timed(now))

    def _specific(self, entry: Entry | None) -> SmartCheck:
        missing = [] if entry is not None and entry.definition else ["a definition of the metric in the catalogue"]
        missing += [] if self.owner else ["somebody who answers for it"]
        says = (
            f"It lacks {' and '.join(missing)}." if missing else f"{self.owner} answers for a metric with a definition."
        )
        return SmartCheck("specific", not missing, says)

    def _measurable(self, entry: Entry | None) -> SmartCheck:
        if self.step is not None or (entry is not None and entry.computed_here):
            return SmartCheck("measurable", True, "It is computed here, with its interval.")
        if entry is not None and entry.denominator and entry.source:
            return SmartCheck("measurable", True, f"It is measured in {entry.source}, over {entry.denominator}.")
        return SmartCheck("measurable", False, "It lacks a call that computes it, or a source and a denominator.")

    def _achievable(self) -> SmartCheck:
        sign = 1 if self.direction == "high" else -1
        if self.baseline is None:
            return SmartCheck("achievable", False, "It does not say where it starts.")
        if sign * (self.value - self.baseline) <= 0:
            says = f"It starts at {plain_number(self.baseline)}, which is the goal already."
            return SmartCheck("achievable", False, says)
        way = f"From {plain_number(self.baseline)} to {plain_number(self.value)}"
        reached = [mark for mark in self.benchmarks if sign * (mark.value - self.value) >= 0]
        if reached:
            return SmartCheck("achievable", True, f"{way}; others have reached it: {reached[0].describe()}.")
        if self.action:
            return SmartCheck("achievable", True, f"{way} by: {self.action}.")
        return SmartCheck("achievable", False, f"{way}: no benchmark has reached it, and no action says how.")

    def _relevant(self) -> SmartCheck:
        says = f"{self.why.rstrip('.')}." if self.why else "It does not say what customers gain from it."
        return SmartCheck("relevant", bool(self.why), says)

    def _timed(self, today: str) -> SmartCheck:
        if self.by is None:
            return SmartCheck("time-bound", False, "It has no date.")
        if self.by < today:
            return SmartCheck("time-bound", False, f"Its date, {day(self.by)}, is over: set a new one.")
        return SmartCheck("time-bound", True, f"By {day(self.by)}.")

    def with_(self, **changed: Any) -> Goal:
        """A copy with some fields changed."""
        unknown = [name for name in changed if name not in GOAL_FIELDS]
        if unknown:
            raise Problem(f"a goal has no field '{unknown[0]}'", do=f"Its fields are: {', '.join(GOAL_FIELDS)}")
        return replace(self, **changed)

    def as_json(self) -> dict[str, Any]:
        """Plain JSON, for the disk."""
        return {**asdict(replace(self, step=None)), "step": None if self.step is None else self.step.to_json()}

    @classmethod
    def from_json(cls, value: Mapping[str, Any] | str) -> Goal:
        """The goal that `as_json` wrote."""
        found = json.loads(value) if isinstance(value, str) else dict(value)
        marks = tuple(Benchmark(**mark) for mark in found.get("benchmarks", ()))
        step = found.get("step")
        return cls(**{**found, "benchmarks": marks, "step": None if step is None else Step.from_json(step)})


GOAL_FIELDS: Final = tuple(goal_field.name for goal_field in fields(Goal))
