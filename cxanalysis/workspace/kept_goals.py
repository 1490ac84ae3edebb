"""Goals kept in a workspace: one for each metric, every change a new version with its time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cxanalysis.catalogue.entry import same_metric
from cxanalysis.catalogue.goal import Goal
from cxanalysis.problem import Problem
from cxanalysis.steps.step import Step
from cxanalysis.workspace.kept_catalogue import Catalogue
from cxanalysis.workspace.state_file import State, now

SET: Final = "set"
CHANGED: Final = "changed"
DROPPED: Final = "dropped"


@dataclass(frozen=True, slots=True)
class GoalVersion:
    """A goal as it was at some time: `number`, `what` ("set", "changed", "dropped"), `at` (ISO 8601, UTC), `goal`."""

    number: int
    what: str
    at: str
    goal: Goal


class NoGoal(Problem, KeyError):
    """There is no such goal; also a `KeyError`, as a mapping's users expect."""

    def __str__(self) -> str:  # a KeyError would print its text in quotation marks
        return str(self.args[0])


class Goals(Mapping[str, Goal]):
    """Goals by the metric's key or name. Changed by `set` and `drop`, on the disk at once.

    Examples
    --------
    >>> import tempfile, cxanalysis as cx
    >>> folder = tempfile.TemporaryDirectory()
    >>> workspace = cx.Workspace(folder.name)
    >>> step = cx.Step("nps", ("survey",), {"score": "recommend"})
    >>> goal = workspace.goals.set(cx.Goal("NPS", 40, by="2026-06-30", step=step))
    >>> workspace.goals.of(cx.Step("nps", ("survey",), {"score": "recommend", "by": "market"})).value
    40.0
    >>> folder.cleanup()
    """

    __slots__ = ("_catalogue", "_state")

    def __init__(self, state: State, catalogue: Catalogue) -> None:
        self._state, self._catalogue = state, catalogue

    def __getitem__(self, metric: str) -> Goal:
        last = self._last().get(metric)
        if last is None or last.what == DROPPED:
            raise NoGoal(f"there is no goal for '{metric}'", do=f"There are goals for: {', '.join(self) or 'nothing'}")
        return last.goal

    def __iter__(self) -> Iterator[str]:
        return (metric for metric, version in self._last().items() if version.what != DROPPED)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def of(self, step: Step) -> Goal | None:
        """The goal of what this step measures, None if there is none: for a tile that shows the step's result.

        Groups, periods, weights and confidence do not count. A goal with a step of its own goes before one that is
        found through its metric in the catalogue.
        """
        goals = [version.goal for version in self._last().values() if version.what != DROPPED]
        own = next((goal for goal in goals if same_metric(goal.step, step)), None)
        if own is not None:
            return own
        entry = self._catalogue.of(step)
        return None if entry is None else next((g for g in goals if g.metric in (entry.key, entry.name)), None)

    def set(self, goal: Goal) -> Goal:
        """Keep a goal in place of the one the metric had; that one stays in `history`."""
        last = self._last().get(goal.metric)
        if last is not None and last.what != DROPPED and last.goal == goal:
            return goal
        self._write(goal, SET if last is None or last.what == DROPPED else CHANGED)
        return goal

    def drop(self, metric: str) -> None:
        """Have no goal for a metric any more; its history stays."""
        self._write(self[metric], DROPPED)

    def history(self, metric: str) -> tuple[GoalVersion, ...]:
        """Every version of a metric's goal, the oldest first."""
        rows = self._state.read("SELECT * FROM goals WHERE metric = ? ORDER BY number", (metric,))
        return tuple(_version(row) for row in rows)

    def _last(self) -> dict[str, GoalVersion]:
        rows = self._state.read("SELECT * FROM goals ORDER BY rowid")
        return {row["metric"]: _version(row) for row in rows}

    def _write(self, goal: Goal, what: str) -> None:
        text = json.dumps(goal.as_json(), ensure_ascii=False)
        with self._state.change() as change:
            question = "SELECT coalesce(max(number), 0) AS n FROM goals WHERE metric = ?"
            number = change.execute(question, (goal.metric,)).fetchone()["n"] + 1
            change.execute("INSERT INTO goals VALUES (?, ?, ?, ?, ?)", (goal.metric, number, what, now(), text))

    def __repr__(self) -> str:
        return f"<Goals: {', '.join(self) or 'none yet'}>"


def _version(row: Any) -> GoalVersion:
    return GoalVersion(row["number"], row["what"], row["at"], Goal.from_json(row["goal"]))
