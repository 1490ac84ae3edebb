"""Importance × performance: what matters and is not good enough, and what only looks like it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from cxanalysis.arguments import check_choice, check_mapping
from cxanalysis.drivers.asymmetry.asymmetry_cuts import Scales, refuse_unknown
from cxanalysis.drivers.cautions import Caution
from cxanalysis.drivers.drivers_result import Drivers
from cxanalysis.drivers.performance.importance_performance_result import (
    COLUMNS,
    CONCENTRATE,
    DISCOVERY,
    KEEP,
    LOW,
    OPEN,
    OVERKILL,
    ImportancePerformance,
    headline,
)
from cxanalysis.drivers.performance.importance_performance_words import CEILING, Remark, notes_of
from cxanalysis.drivers.performance.performance import Performance, performances, scales_of, stated_of
from cxanalysis.engine.engines import engine_of
from cxanalysis.labels import in_words
from cxanalysis.problem import Problem

#: Goals where nobody chose one: of 100 for ratings and top boxes, and the share of answers that a failure spares.
GOAL: Final = 80.0
GOAL_WITHOUT_FAILURE: Final = 95.0
#: Where "important" begins if nobody says: this share of what all drivers explain, or this much of the stated scale.
IMPORTANT: Final = 0.10
IMPORTANT_STATED: Final = 80.0
#: The crosshair's word for "the mean of these drivers".
MEAN: Final = "mean"
#: Words of caution under which a driver is never called an unmet need.
DOUBTFUL: Final = frozenset(
    {Caution.SUPPRESSOR, Caution.LEAK, Caution.AFTER_THE_ANSWER, Caution.REVERSED, Remark.OTHER_WAY_ROUND}
)


def importance_performance(
    drivers: Drivers,
    data: Any,
    *,
    goal: float | str | Mapping[str, float] | None = None,
    importance_goal: float | str | None = None,
    performance_as: str = "mean",
    top: int | None = None,
    stated: Mapping[str, str | float] | None = None,
    importance_as: str = "derived",
    scales: Scales | None = None,
) -> ImportancePerformance:
    """What matters and is not good enough? What is good and does not matter?

    Parameters
    ----------
    drivers : Drivers
        Result of `cx.drivers`; its importances, weight, cluster and confidence are the ones used.
    data : Table or data frame
        The answers that the analysis was made from.
    goal : float, mapping of driver → float, or "mean", optional
        Where "good" begins, 0…100: for all drivers or for each. None: 80 for ratings, 95 (% without it) for failures.
        "mean": the mean of the drivers' performances, which makes about half of them too low by construction.
    importance_goal : float or "mean", optional
        Where "important" begins: a share of what all drivers explain (0…1), or 0…100 for stated importance. None: 0.10,
        or 80. "mean": the mean of the drivers.
    performance_as : "mean" or "top-box"
        Performance of a rating: its mean in % of the scale's range, or the share of its best `top` answers. A failure:
        the share of answers without it.
    top : int, optional
        Answers of the top box; by default as in `cx.csat`.
    stated : mapping of driver → column or number, optional
        How important people say it is: a column of such ratings, or a number (0…100) from elsewhere. Shown beside the
        derived importance.
    importance_as : "derived" or "stated"
        Which of the two is the axis.
    scales : mapping of driver (or stated column) → Scale or (low, high), optional
        Scales that no Table knows and the answers do not tell; for a yes/no column on which yes is good, (0, 1).

    Returns
    -------
    ImportancePerformance

    Raises
    ------
    Problem
        If a name is no driver, a goal is none, answers do not fit their scale, or stated importance is missing.

    Notes
    -----
    Martilla & James (1977). A quadrant is claimed only if both intervals, each of the analysis' confidence, lie clear
    of the crosshair. Performance rests on all who rated the driver, importance on the rows of the analysis.

    Examples
    --------
    >>> import numpy as np, pandas as pd, cxanalysis as cx
    >>> rng = np.random.default_rng(1)
    >>> staff = rng.choice([1, 2, 3, 4, 5], 500)
    >>> late = rng.binomial(1, 0.3, 500)
    >>> answers = pd.DataFrame({"score": staff - 3 * late + rng.normal(size=500), "staff": staff, "late": late})
    >>> analysis = cx.drivers(answers, "score", ["staff", "late"], resamples=100)
    >>> importance_performance(analysis, answers).unmet
    ('staff', 'late')
    """
    if not isinstance(drivers, Drivers):
        raise Problem("cx.importance_performance needs the result of cx.drivers", do="Call cx.drivers(…) first")
    _check(drivers, goal, performance_as, importance_as, stated, scales)
    engine = engine_of(data)
    absent = [name for name in drivers.joint_effects.drivers if name not in engine.columns()]
    if absent:
        raise Problem(
            f"these are not the data of the analysis: '{absent[0]}' is not in them",
            do="Hand over the data that cx.drivers was called with",
        )
    how: dict[str, Any] = {"weight": drivers.weight, "cluster": drivers.cluster, "confidence": drivers.confidence}
    known = performances(
        engine, scales_of(drivers.joint_effects, data, scales or {}), performance_as=performance_as, top=top, **how
    )
    names = [str(name) for name in drivers.table["driver"]]
    said = stated_of(engine, data, stated or {}, names, scales or {}, **how)
    notes: list[str] = []
    goals = _goals(goal, known, notes)
    line = _importance_goal(importance_goal, importance_as, drivers, said, notes)
    rows = [_row(row, drivers, known, said, goals, line, importance_as) for _, row in drivers.table.iterrows()]
    table = pd.DataFrame(rows)[list(COLUMNS)]
    return ImportancePerformance(
        table=table,
        importance_goal=line,
        importance_as=importance_as,
        performance_as=performance_as,
        r_squared=drivers.r_squared,
        outcome=drivers.outcome,
        outcome_as=drivers.outcome_as,
        method=drivers.method,
        basis=drivers.basis,
        headline=headline(in_words(table, drivers.labels), importance_as),
        notes=(*notes, *notes_of(table, drivers, said, importance_as)),
    )


def _check(
    drivers: Drivers, goal: object, performance_as: str, importance_as: str, stated: object, scales: object
) -> None:
    for argument, mapping in (("stated", stated), ("scales", scales)):
        check_mapping({} if mapping is None else mapping, argument)
    check_choice(performance_as, ("mean", "top-box"), "performance_as")
    check_choice(importance_as, ("derived", "stated"), "importance_as")
    if importance_as == "stated" and not stated:
        raise Problem("nobody was asked how important these are", do="Name the columns: stated={'staff': 'staff_imp'}")
    if isinstance(goal, Mapping):
        refuse_unknown(goal, [str(name) for name in drivers.table["driver"]], "goal")
    for value in goal.values() if isinstance(goal, Mapping) else [goal]:
        if value is None or value == MEAN:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
            raise Problem(f"{value!r} is no goal", do='Use a number from 0 to 100, or "mean"')


def _goals(
    goal: float | str | Mapping[str, float] | None, known: Mapping[str, Performance], notes: list[str]
) -> dict[str, float]:
    """The goal of each driver with a performance, and what is said of it."""
    usual = {name: GOAL_WITHOUT_FAILURE if one.yes_or_no else GOAL for name, one in known.items()}
    if goal == MEAN:
        mean = float(np.mean([one.value for one in known.values()])) if known else GOAL
        notes.append(
            f"The crosshair stands at the mean performance of these drivers ({mean:.1f}), as asked. That makes about "
            "half of them too low by construction, however good all of them are: set a goal instead."
        )
        return dict.fromkeys(known, mean)
    chosen = dict(goal) if isinstance(goal, Mapping) else {}
    if isinstance(goal, int | float):
        notes.append(f"Goal, as chosen: {float(goal):g} of 100.")
        return dict.fromkeys(known, float(goal))
    goals = {name: float(chosen.get(name, usual[name])) for name in known}
    kinds = {one.yes_or_no for name, one in known.items() if name not in chosen}
    told = [f"{GOAL:g} of 100 for ratings"] * (False in kinds)
    told += [f"{GOAL_WITHOUT_FAILURE:g} % of answers without it for failures"] * (True in kinds)
    if told:
        notes.append(
            f"Nobody set a goal{' for the others' if chosen else ''}, so these are only usual ones: "
            f"{' and '.join(told)}. Set your own."
        )
    return goals


def _importance_goal(
    asked: float | str | None, importance_as: str, drivers: Drivers, said: Mapping[str, Performance], notes: list[str]
) -> float:
    """Where "important" begins, and what is said of it."""
    most = 100.0 if importance_as == "stated" else 1.0
    if asked == MEAN:
        values = [one.value for one in said.values()] if importance_as == "stated" else drivers.table["share"]
        notes.append(
            "The line of importance stands at the mean of these drivers, as asked. That makes about half of them "
            "important by construction, whether or not any of them is."
        )
        return float(np.mean(values))
    if asked is None:
        line = IMPORTANT_STATED if importance_as == "stated" else IMPORTANT
        unit = f"{line:g} of 100 as people say" if importance_as == "stated" else f"{line:.0%} of what all explain"
        notes.append(f"Nobody said where “important” begins, so it begins at {unit}. Set your own.")
        return line
    if isinstance(asked, bool) or not isinstance(asked, int | float) or not 0 <= asked <= most:
        raise Problem(f"importance_goal={asked!r} is no importance", do=f'Use a number from 0 to {most:g}, or "mean"')
    return float(asked)


def _row(
    row: Any,
    drivers: Drivers,
    known: Mapping[str, Performance],
    said: Mapping[str, Performance],
    goals: Mapping[str, float],
    line: float,
    importance_as: str,
) -> dict[str, Any]:
    """One driver of the table."""
    name = str(row["driver"])
    out: dict[str, Any] = dict.fromkeys(COLUMNS, np.nan) | {
        "driver": name,
        "quadrant": "",
        "unmet": False,
        "measured": "",
        "n": 0,
        "n_missing": 0,
        "importance": row["share"],
        "importance_low": row["share_low"],
        "importance_high": row["share_high"],
        "q_value": row["q_value"],
        "flags": list(row["flags"]),
    }
    if name in said:
        out |= {"stated": said[name].value, "stated_low": said[name].low, "stated_high": said[name].high}
    if name not in known:
        single = name in drivers.joint_effects.drivers
        out["flags"].append((Remark.NO_SCALE if single else Remark.SEVERAL_COLUMNS).value)
        return out
    performance = known[name]
    out |= {
        "performance": performance.value,
        "performance_low": performance.low,
        "performance_high": performance.high,
        "goal": goals[name],
        "measured": performance.measured,
        "n": performance.n,
        "n_missing": performance.n_missing,
    }
    sure = bool(row["q_value"] < DISCOVERY)
    effect = float(drivers.joint_effects.effect[drivers.joint_effects.drivers.index(name)])
    if sure and (effect < 0) == performance.higher_is_better:
        out["flags"].append(Remark.OTHER_WAY_ROUND.value)
    if performance.value > CEILING:
        out["flags"].append(Remark.NEAR_THE_CEILING.value)
    axis = "stated" if importance_as == "stated" else "importance"
    if not np.isfinite(out[axis]):  # nobody was asked about this one
        return out
    ends = [out[f"{axis}_{end}"] for end in ("low", "high")]
    if axis == "stated" and not np.isfinite(ends[0]):  # a number given as it is has no interval
        ends = [out[axis], out[axis]]
    out["quadrant"] = quadrant((ends[0], ends[1]), (performance.low, performance.high), line, goals[name])
    real = sure or importance_as == "stated"
    out["unmet"] = out["quadrant"] == CONCENTRATE and real and not DOUBTFUL.intersection(out["flags"])
    return out


def quadrant(importance: tuple[float, float], performance: tuple[float, float], line: float, goal: float) -> str:
    """The quadrant that both intervals lie in; "not settled" if one reaches across the crosshair or is unknown.

    >>> quadrant((0.2, 0.3), (50.0, 60.0), 0.1, 80.0), quadrant((0.05, 0.3), (50.0, 60.0), 0.1, 80.0)
    ('concentrate here', 'not settled')
    """
    ends = (*importance, *performance)
    if not all(np.isfinite(end) for end in ends):
        return OPEN
    matters = True if importance[0] > line else False if importance[1] < line else None
    good = True if performance[0] > goal else False if performance[1] < goal else None
    if matters is None or good is None:
        return OPEN
    return {(True, False): CONCENTRATE, (True, True): KEEP, (False, False): LOW, (False, True): OVERKILL}[matters, good]
