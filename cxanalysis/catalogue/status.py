"""Is the goal reached? Judged by the interval, never by the value alone; and how many more answers it would take."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import Any, Final, Protocol

import numpy as np
import pandas as pd
from scipy import stats

from cxanalysis.arguments import check_number, shown
from cxanalysis.catalogue.benchmark import Benchmark
from cxanalysis.catalogue.entry import iso_day
from cxanalysis.catalogue.goal import Goal
from cxanalysis.catalogue.index_result import Index
from cxanalysis.catalogue.status_result import NOT_REACHED, OPEN, REACHED, Status
from cxanalysis.metrics.intervals import wilson
from cxanalysis.monitor.measured_basis import measured_basis
from cxanalysis.numbers import known
from cxanalysis.problem import Problem

BETTER: Final = "better"
WORSE: Final = "worse"
NO_DIFFERENCE: Final = "cannot be told apart"
#: How likely the asked-for number of answers shall settle it, if the value stays what it is.
POWER: Final = 0.8
#: Nobody collects more answers than this to settle one goal: beyond it the value is simply at the goal.
MOST_ANSWERS: Final = 1_000_000


class Measured(Protocol):
    """What has a status: `Estimates`, `Index`, and whatever else has one row a group with value, interval and n."""

    table: pd.DataFrame
    detail: pd.DataFrame
    by: tuple[str, ...]
    confidence: float
    passport: Any


def status(
    estimates: Any,
    goal: Goal | float,
    *,
    direction: str | None = None,
    benchmarks: Sequence[Benchmark] | None = None,
    power: float = POWER,
    today: str | dt.date | None = None,
) -> Status:
    """Is the goal reached?

    Reached if the whole interval is on the good side of the goal, not reached if it is wholly on the other side, else
    "cannot tell yet", with the number of further answers that would tell.

    Parameters
    ----------
    estimates : Estimates or Index
        What was measured; one status a row.
    goal : Goal or float
        `workspace.goals.of(step)` gives the goal of a step.
    direction : str, optional
        "high" or "low", for a goal that is a plain number; default "high".
    benchmarks : sequence of Benchmark, optional
        Default: the goal's own.
    power : float
        How likely the further answers shall settle it.
    today : date, optional
        Whether the goal's date is over is judged by it.

    Returns
    -------
    Status

    Raises
    ------
    Problem
        If what is handed over has no intervals, or power is not between 0.5 and 1.

    Notes
    -----
    With n answers, standard error se = √(deff·s²/n), half-width h of the interval towards the goal and distance d to
    the goal, N answers of the same kind have √(n/N) of both. They settle it with a chance of `power` if

        d ≥ (h + z_power·se)·√(n/N),   so   N = n·((h + z_power·se)/d)²   and   more = N - n.

    The design effect of clusters and weights is in se. It holds if the value stays what it is: a value near its goal
    needs very many answers, and where it needs more than a million, `more` is missing.

    A benchmark with its n is a second sample (the two intervals joined: Newcombe 1998, method 10). Its own spread is
    p(100 - p) for a percentage; for other metrics it is taken to be ours. Without n it is a fixed number.

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> csat = cx.csat(pd.DataFrame({"csat": [5, 5, 4, 1] * 30}), "csat")
    >>> result = status(csat, 80)
    >>> result.table[["value", "status", "more"]].values.tolist()
    [[75.0, 'cannot tell yet', 382.0]]
    """
    wanted = goal if isinstance(goal, Goal) else Goal("metric", goal, direction or "high")
    if isinstance(goal, Goal) and direction not in (None, goal.direction):
        raise Problem(f"the goal says that '{goal.direction}' is good", do="Leave the direction out")
    check_number(power, "power", low=0.5, high=1, open_high=True, do="Use 0.8 for four in five")
    measured = _checked(estimates)
    rows = [_judged(row, measured, wanted, power) for row in _rows(measured)]
    marks = wanted.benchmarks if benchmarks is None else _benchmarks(benchmarks)
    beside = [_beside(row, mark, measured, wanted) for row in _rows(measured) for mark in marks]
    now = iso_day(today, "today") or dt.date.today().isoformat()
    return Status(
        table=pd.DataFrame(rows),
        benchmarks=pd.DataFrame(beside),
        name=measured.passport.name,
        goal=wanted,
        power=power,
        overdue=wanted.by is not None and wanted.by < now,
        by=measured.by,
        basis=estimates.basis if isinstance(estimates, Index) else measured_basis(estimates),
        notes=_notes(marks, rows, measured, power),
    )


def _benchmarks(given: Any) -> tuple[Benchmark, ...]:
    if not isinstance(given, Sequence) or not all(isinstance(mark, Benchmark) for mark in given):
        raise Problem(f"a list of benchmarks is needed, not {shown(given)}", where="benchmarks", do="Use cx.Benchmark")
    return tuple(given)


def answers_needed(n: float, half: float, se: float, distance: float, power: float) -> float:
    """How many further answers settle it: N - n with N = n·((half + z_power·se)/distance)²; NaN beyond a million.

    Examples
    --------
    >>> answers_needed(100, 3.92, 2.0, 2.0, 0.5)  # half as far away as the interval is wide: four times as many
    285.0
    """
    if not known(n, half, se, distance) or distance <= 0:
        return math.nan
    whole = n * ((half + stats.norm.ppf(power) * se) / distance) ** 2
    return math.nan if whole - n > MOST_ANSWERS else float(max(math.ceil(whole - n), 1))


def _checked(estimates: Any) -> Measured:
    table = getattr(estimates, "table", None)
    if not isinstance(table, pd.DataFrame) or not {"value", "low", "high", "n"} <= set(table.columns):
        raise Problem(
            f"{shown(estimates)} has no interval to judge", where="estimates", do="Hand over a metric or an index"
        )
    measured: Measured = estimates
    return measured


def _rows(measured: Measured) -> list[dict[str, Any]]:
    """Rows of the result, with standard error and design effect where the result has them."""
    table = measured.table.reset_index(drop=True)
    detail = measured.detail.reset_index(drop=True)
    z = stats.norm.ppf((1 + measured.confidence) / 2)
    plain = (table["high"] - table["low"]) / (2 * z)
    se = pd.to_numeric(detail["se"], errors="coerce") if "se" in detail else plain
    deff = pd.to_numeric(detail["deff"], errors="coerce") if "deff" in detail else pd.Series(1.0, index=table.index)
    # Where all answers are the same their spread is unknown, not zero: the interval then says how much it may be.
    se = se.where(se > 0, plain)
    known_rows = table.assign(_se=se, _deff=deff.where(deff > 0, 1.0))
    return [{str(name): value for name, value in row.items()} for row in known_rows.to_dict("records")]


def _judged(row: dict[str, Any], measured: Measured, goal: Goal, power: float) -> dict[str, Any]:
    sign = 1.0 if goal.direction == "high" else -1.0
    value, low, high = (row[name] for name in ("value", "low", "high"))
    ends = sorted((sign * (end - goal.value) for end in (low, high)), key=lambda end: (end != end, end))
    gap = sign * (value - goal.value)
    state, more = OPEN, math.nan
    if known(low, high):
        state = REACHED if ends[0] >= 0 else NOT_REACHED if ends[1] < 0 else OPEN
        if state == OPEN:
            towards = gap - ends[0] if gap > 0 else ends[1] - gap
            more = answers_needed(row["n"], towards, row["_se"], abs(gap), power)
    return {
        **{name: row[name] for name in (*measured.by, "value", "low", "high", "n")},
        "goal": goal.value,
        "gap": gap,
        "gap_low": ends[0],
        "gap_high": ends[1],
        "status": state,
        "more": more,
    }


def _beside(row: dict[str, Any], mark: Benchmark, measured: Measured, goal: Goal) -> dict[str, Any]:
    """One group beside one benchmark."""
    sign = 1.0 if goal.direction == "high" else -1.0
    z = stats.norm.ppf((1 + measured.confidence) / 2)
    below, above = row["value"] - row["low"], row["high"] - row["value"]
    theirs = (0.0, 0.0)
    how = "a fixed number: its n is not known"
    if mark.n is not None:
        theirs, how = _spread_of(mark, row, measured, z)
    difference = row["value"] - mark.value
    ends = (difference - np.hypot(below, theirs[1]), difference + np.hypot(above, theirs[0]))
    low, high = sorted((sign * float(end) for end in ends), key=lambda end: (end != end, end))
    state = BETTER if low > 0 else WORSE if high < 0 else NO_DIFFERENCE
    return {
        **{name: row[name] for name in measured.by},
        "source": mark.source,
        "benchmark": float(mark.value),
        "n": mark.n,
        "difference": sign * difference,
        "low": low,
        "high": high,
        "status": state if known(low, high) else NO_DIFFERENCE,
        "how": how,
    }


def _spread_of(mark: Benchmark, row: dict[str, Any], measured: Measured, z: float) -> tuple[tuple[float, float], str]:
    """How far a benchmark's own interval reaches below and above it, and in words how that is known."""
    assert mark.n is not None
    if measured.passport.says == "%" and 0 <= mark.value <= 100:
        low, high = (100 * float(end) for end in wilson(mark.value / 100, mark.n, z))
        return (mark.value - low, high - mark.value), f"two samples, theirs n = {mark.n:,}"
    spread = row["_se"] * math.sqrt(row["n"] / row["_deff"])
    half = float(z * spread / math.sqrt(mark.n))
    return (half, half), f"two samples, theirs n = {mark.n:,}, taken to vary as ours do"


def _notes(marks: Sequence[Benchmark], rows: list[dict[str, Any]], measured: Measured, power: float) -> tuple[str, ...]:
    notes = []
    if any(known(row["more"]) for row in rows):
        notes.append(
            f"So many more answers of the same kind would settle it in {power:.0%} of cases, if the value stays."
        )
    if any(mark.n is None for mark in marks):
        names = ", ".join(mark.source for mark in marks if mark.n is None)
        notes.append(f"Taken as a fixed number, because it does not say how many answered: {names}.")
    if any(row["status"] == OPEN and not known(row["low"], row["high"]) for row in rows):
        notes.append("Without an interval no goal is called reached or missed.")
    return tuple(notes)
