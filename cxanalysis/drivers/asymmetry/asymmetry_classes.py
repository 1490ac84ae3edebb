"""From penalty and reward to impact, asymmetry and class; with how much of all resamples agrees."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

UNDETERMINED: Final = "undetermined"
ONLY_ANNOYS: Final = "only dissatisfies"
BASIC: Final = "basic"
PERFORMANCE: Final = "performance"
EXCITEMENT: Final = "excitement"
ONLY_PLEASES: Final = "only satisfies"
#: A coefficient below this share of the outcome's standard deviation is a rounding error.
ROUNDING: Final = 1e-9


class Refusal(StrEnum):
    """Why nothing is said of a driver."""

    FEW_LOW = "too few low"
    FEW_MIDDLE = "too few in between"
    FEW_HIGH = "too few high"
    DUPLICATE = "duplicate"


class ClassDoubt(StrEnum):
    """What a driver's penalty and reward deserve caution for."""

    PENALTY_ABOVE_ZERO = "penalty above zero"
    REWARD_BELOW_ZERO = "reward below zero"
    COLLINEAR = "collinear"


@dataclass(frozen=True, slots=True)
class AsymmetryShape:
    """Of each driver, all (…, p) like the penalties they come from.

    Attributes
    ----------
    impact : array
        RIOCS = reward + |penalty|; where a sign is wrong, the difference between high and low answers all the same.
    asymmetry : array
        IA = (reward - |penalty|) / RIOCS; NaN where it is undetermined.
    """

    impact: Floats
    asymmetry: Floats


def shape(penalty: Floats, reward: Floats, deviation: float, *, zero: bool) -> AsymmetryShape:
    """Impact and asymmetry. With `zero` a penalty above or a reward below zero counts as none."""
    tiny = ROUNDING * deviation
    penalty, reward = (np.where(np.abs(x) <= tiny, 0.0, x) for x in (penalty, reward))
    if zero:
        penalty, reward = np.where(penalty > 0, 0.0, penalty), np.where(reward < 0, 0.0, reward)
    impact = reward - penalty
    usable = (penalty <= 0) & (reward >= 0) & (impact > 0)
    asymmetry = np.where(usable, (reward + penalty) / np.where(usable, impact, 1.0), np.nan)
    return AsymmetryShape(impact, asymmetry)


def supports(asymmetry: Floats, cuts: tuple[float, float]) -> dict[str, Floats]:
    """Share of the resamples (first axis) in each class; the strong forms are part of the plain ones."""
    near, far = cuts
    with np.errstate(invalid="ignore"):
        inside = {
            ONLY_ANNOYS: asymmetry < -far,
            BASIC: asymmetry < -near,
            PERFORMANCE: np.abs(asymmetry) <= near,
            EXCITEMENT: asymmetry > near,
            ONLY_PLEASES: asymmetry > far,
        }
    return {name: np.asarray(which.mean(axis=0)) for name, which in inside.items()}


def classed(asymmetry: float, support: dict[str, float], needed: float) -> tuple[str, float, str]:
    """Class, the support it rests on, and the class that most resamples fall in.

    A class is given if the estimate and the share `needed` of the resamples lie in it: the strong form before the
    plain one.
    """
    nearest = max((BASIC, PERFORMANCE, EXCITEMENT), key=lambda name: support[name])
    if not np.isfinite(asymmetry):
        return UNDETERMINED, support[nearest], nearest if support[nearest] > 0 else ""
    for name in (ONLY_ANNOYS, ONLY_PLEASES, BASIC, PERFORMANCE, EXCITEMENT):
        if support[name] >= needed:
            plain = {ONLY_ANNOYS: BASIC, ONLY_PLEASES: EXCITEMENT}.get(name, name)
            return name, support[name], plain
    return UNDETERMINED, support[nearest], nearest
