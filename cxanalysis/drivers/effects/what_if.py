"""What if failures became rarer or ratings rose: the change of the outcome that the analysis predicts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from cxanalysis import numbers
from cxanalysis.arguments import check_mapping, check_number, check_text
from cxanalysis.basis import Basis
from cxanalysis.drivers.drivers_result import Drivers
from cxanalysis.drivers.effects.joint_effects import JointEffects
from cxanalysis.problem import Problem
from cxanalysis.result import Result

Floats = NDArray[np.float64]

#: How a change of a driver's mean can be given.
CHANGES: Final = ("to", "by", "times")
#: What the outcome's metric can be, by the way it was coded.
_RANGE: Final[Mapping[str, tuple[float, float]]] = {"nps": (-100.0, 100.0), "top-box": (0.0, 100.0)}
_UNIT: Final[Mapping[str, str]] = {"nps": "NPS points", "top-box": "percentage points"}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class WhatIf(Result):
    """What the outcome would be if some drivers moved and nothing else did.

    Attributes
    ----------
    table : DataFrame
        One row a changed driver: `driver, mean, new_mean, effect, gain, gain_low, gain_high, flags`. Means in the
        driver's unit (a failure: 0…1), gain in points of the outcome's metric, positive where the outcome gets better
        (also where low is good on its scale). `flags`: "beyond what was answered".
    gain, gain_low, gain_high : float
        All changes together, with their joint interval; the gains of `table` add up to `gain`.
    level, level_low, level_high : float
        The outcome after the changes.
    before : float
        The outcome now.
    goal : float or None
    times_needed : float or None
        By what the changes together must be multiplied to reach the goal; None without a goal, infinite where they
        lead away from it or nowhere.
    label : str
        "association", or the design that the caller named.
    outcome : str
    method : str
    basis : Basis
        That of the driver analysis.
    headline : str
    notes : tuple of str

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> answers = pd.DataFrame({"late": [0, 0, 1, 1, 0, 0, 1, 0] * 10, "csat": [5, 4, 2, 3, 5, 4, 2, 5] * 10})
    >>> analysis = cx.drivers(answers, "csat", ["late"], resamples=100)
    >>> cx.what_if(analysis, {"late": {"to": 0.0}}).table["gain"].round(2).tolist()
    [0.85]
    """

    table: pd.DataFrame
    gain: float
    gain_low: float
    gain_high: float
    level: float
    level_low: float
    level_high: float
    before: float
    goal: float | None
    times_needed: float | None
    label: str
    outcome: str
    method: str
    basis: Basis
    headline: str
    notes: tuple[str, ...]

    def _further_facts(self) -> tuple[str, ...]:
        return (self.label,)


def what_if(
    drivers: Drivers,
    changes: Mapping[str, Mapping[str, float]],
    *,
    goal: float | None = None,
    because: str | None = None,
) -> WhatIf:
    """What would the score be if these failures became rarer, or these ratings rose?

    Parameters
    ----------
    drivers : Drivers
        Result of `cx.drivers`; its outcome, drivers, confidence and rows are the ones used.
    changes : mapping of driver → {"to" | "by" | "times": number}
        How its mean moves: to a value ({"to": 0.05}), by a difference ({"by": 0.5} scale points) or by a factor
        ({"times": 0.5} halves a failure).
    goal : float, optional
        A value of the outcome's metric; says by what the changes must be multiplied to reach it.
    because : str, optional
        The design that lets effects be read as causes ("randomised trial in March"). Without it the result is
        labelled "association".

    Returns
    -------
    WhatIf

    Raises
    ------
    Problem
        If a driver is not in the analysis, has no effect of its own (too rare, a duplicate, a category or group), or
        would get a mean that it cannot have.

    Notes
    -----
    Δ = Σ effect_j · Δmean_j; nothing else moves. Its variance comes from the joint covariance of the effects and, for
    "to" and "times", of the means they start from. Degrees of freedom: Welch-Satterthwaite over the drivers.

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> answers = pd.DataFrame({"late": [0, 0, 1, 1, 0, 0, 1, 0] * 10, "csat": [5, 4, 2, 3, 5, 4, 2, 5] * 10})
    >>> result = what_if(cx.drivers(answers, "csat", ["late"], resamples=100), {"late": {"times": 0.5}})
    >>> round(result.gain, 3), round(result.level, 3), result.label
    (0.425, 4.175, 'association')
    """
    if not isinstance(drivers, Drivers):
        raise Problem("cx.what_if needs the result of cx.drivers", do="Call cx.drivers(…) first")
    check_mapping(changes, "changes", do='Write {"late": {"times": 0.5}} to halve it')
    if not changes:
        raise Problem("nothing is changed", do="Name at least one driver")
    goal = None if goal is None else check_number(goal, "goal")
    because = None if because is None else check_text(because, "because")
    joint = drivers.joint_effects
    at = [_place(drivers, name) for name in changes]
    moved = np.array([_new_mean(joint, i, how) for i, how in zip(at, changes.values(), strict=True)])
    step, slope = moved - joint.mean[at], joint.effect[at]
    relative = np.array([_relative(how) for how in changes.values()])
    gradients = _gradients(joint, at, step, relative)
    each = _intervals(step * slope, gradients, joint, at, step, drivers.confidence)
    total = gradients.sum(axis=0)
    gain = float(step @ slope)
    low, high = _interval(gain, total, joint, at, step, drivers.confidence)
    with_level = total.copy()
    with_level[-1] = 1.0
    before, towards = drivers.outcome_mean, -1.0 if joint.turned else 1.0
    level = before + towards * gain
    level_low, level_high = _interval(level, with_level, joint, at, step, drivers.confidence)
    ends = (0.0, 100.0) if joint.percent else _RANGE.get(drivers.outcome_as, (-math.inf, math.inf))
    beyond = not ends[0] <= level <= ends[1]
    outside = (moved < joint.low[at] - 1e-12) | (moved > joint.high[at] + 1e-12)
    table = pd.DataFrame(
        {
            "driver": list(changes),
            "mean": joint.mean[at],
            "new_mean": moved,
            "effect": slope,
            "gain": step * slope,
            "gain_low": each[0],
            "gain_high": each[1],
            "flags": [["beyond what was answered"] if out else [] for out in outside],
        }
    )
    needed = _times_needed(goal, before, towards * gain)
    label = f"read as cause: {because}" if because else "association"
    return WhatIf(
        table=table,
        gain=gain,
        gain_low=low,
        gain_high=high,
        level=level,
        level_low=max(level_low, ends[0]),
        level_high=min(level_high, ends[1]),
        before=before,
        goal=goal,
        times_needed=needed,
        label=label,
        outcome=drivers.outcome,
        method=drivers.method,
        basis=drivers.basis,
        headline=_headline(drivers, gain, low, high, goal, needed),
        notes=_notes(drivers, because, beyond, bool(outside.any()), goal, needed),
    )


def _place(drivers: Drivers, name: str) -> int:
    """Where a driver stands; a `Problem` where it cannot be moved."""
    where = f"driver '{name}'"
    if name not in drivers.joint_effects.drivers:
        if name in set(drivers.table["driver"]):
            raise Problem("a category or a group has no mean that could move", where=where, do="Leave it out")
        raise Problem(
            "it is not in this analysis", where=where, do=f"Its drivers: {', '.join(drivers.joint_effects.drivers)}"
        )
    place = drivers.joint_effects.drivers.index(name)
    if not np.isfinite(drivers.joint_effects.effect[place]):
        raise Problem(
            "it has no effect that could be told (too rare, or the same as another)", where=where, do="Leave it out"
        )
    return place


def _new_mean(joint: JointEffects, place: int, how: Mapping[str, float]) -> float:
    where = f"driver '{joint.drivers[place]}'"
    if not isinstance(how, Mapping) or len(how) != 1 or next(iter(how)) not in CHANGES:
        raise Problem("a change is one of to, by and times", where=where, do='Write {"times": 0.5} to halve it')
    kind, size = next(iter(how.items()))
    if isinstance(size, bool) or not isinstance(size, int | float) or not math.isfinite(size):
        raise Problem("the size of a change is a number", where=where, do='Write {"times": 0.5} to halve it')
    mean = float(joint.mean[place])
    new = {"to": size, "by": mean + size, "times": mean * size}[kind]
    if joint.is_flag[place] and not -1e-12 <= new <= 1 + 1e-12:
        raise Problem(
            f"its share would be {new:.3g}, and a share lies between 0 and 1", where=where, do="Choose a smaller change"
        )
    return float(new)


def _relative(how: Mapping[str, float]) -> float:
    """How the difference moves if the mean it starts from were another: d Δmean / d mean."""
    kind, size = next(iter(how.items()))
    return {"to": -1.0, "by": 0.0, "times": size - 1.0}[kind]


def _gradients(joint: JointEffects, at: list[int], step: Floats, relative: Floats) -> Floats:
    """Gradient of each gain by effects, means and the outcome's mean: (changes, 2 m + 1)."""
    m = len(joint.drivers)
    out = np.zeros((len(at), 2 * m + 1))
    for row, place in enumerate(at):
        out[row, place] = step[row]
        out[row, m + place] = joint.effect[place] * relative[row]
    return out


def _interval(
    value: float, gradient: Floats, joint: JointEffects, at: list[int], step: Floats, confidence: float
) -> tuple[float, float]:
    variance = float(gradient @ joint.covariance @ gradient)
    own = step**2 * np.diag(joint.covariance)[at]
    # Welch-Satterthwaite over what each effect contributes; for one change that is the effect's own.
    df = float(own.sum() ** 2 / (own**2 / joint.df[at]).sum()) if own.sum() > 0 else float(joint.df[at].min())
    reach = float(stats.t.ppf(0.5 + confidence / 2, df)) * math.sqrt(variance)
    return value - reach, value + reach


def _intervals(
    gains: Floats, gradients: Floats, joint: JointEffects, at: list[int], step: Floats, confidence: float
) -> tuple[list[float], list[float]]:
    ends = [_interval(float(gains[i]), gradients[i], joint, [at[i]], step[[i]], confidence) for i in range(len(at))]
    return [low for low, _ in ends], [high for _, high in ends]


def _times_needed(goal: float | None, before: float, gain: float) -> float | None:
    if goal is None:
        return None
    gap = goal - before
    if gap == 0:
        return 0.0
    return gap / gain if gap * gain > 0 else math.inf


def _metric(drivers: Drivers) -> str:
    return "NPS" if drivers.outcome_as == "nps" else drivers.outcome


def _headline(drivers: Drivers, gain: float, low: float, high: float, goal: float | None, needed: float | None) -> str:
    unit = "percentage points" if drivers.joint_effects.percent else _UNIT.get(drivers.outcome_as, "points")
    name = _metric(drivers)
    said = numbers.points(gain, low, high, sign=True, unit=unit)
    if low <= 0 <= high:
        text = f"Whether these changes would move {name} cannot be told yet: {said}."
    else:
        up, down = ("better", "worse") if drivers.joint_effects.turned else ("higher", "lower")
        text = f"With these changes {name} would be {up if gain > 0 else down}: {said}."
    if goal is None or needed is None:
        return text
    if math.isinf(needed):
        return f"{text} They do not lead towards {numbers.number(goal, 1)}."
    reached = "reaches" if needed <= 1 else "does not reach"
    return f"{text} That {reached} {numbers.number(goal, 1)}: {numbers.number(needed, 2)} times as much is needed."


def _notes(
    drivers: Drivers, because: str | None, beyond: bool, outside: bool, goal: float | None, needed: float | None
) -> tuple[str, ...]:
    notes = ["Nothing else moves: the other drivers stay as they are, and the effects stay what they are today."]
    if because:
        notes.append(f"Read as cause and effect because of: {because}.")
    else:
        notes.append(
            "An association: customers who were spared this were more satisfied, which need not be why. "
            "Name a design with because=… if an experiment or a comparison over time backs it."
        )
    if outside:
        notes.append("A new mean lies beyond every answer that was given: the straight line is drawn out of sight.")
    if beyond:
        notes.append(f"The result lies beyond what {_metric(drivers)} can be: the changes are too large for it.")
    if goal is not None and needed is not None and math.isfinite(needed):
        notes.append("How much is needed for the goal is worked out from the estimate; its interval applies to it too.")
    return tuple(notes)
