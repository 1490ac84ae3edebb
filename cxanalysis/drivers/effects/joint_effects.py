"""Effects and means of the drivers with the joint covariance of their errors: what a what-if works with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxanalysis.drivers.effects.regression import Regression
from cxanalysis.drivers.model.gather import Sample
from cxanalysis.drivers.model.plan import Plan

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class JointEffects:
    """Drivers of one column each, in the order of the model (m of them).

    Attributes
    ----------
    drivers : tuple of str
    is_flag : tuple of bool
        Whether it is a failure (0/1), whose mean is a prevalence.
    effect, mean, df : array, (m,)
        Effect in points per unit (NaN where withheld or not there), mean, degrees of freedom of the effect's variance.
    covariance : array, (2 m + 1, 2 m + 1)
        Of the errors of effects, means and the outcome's mean, in this order.
    low, high : array, (m,)
        Lowest and highest value that was answered.
    turned : bool
        Whether low is good on the outcome's scale: effects then say how much better, not how much higher.
    percent : bool
        Whether the outcome is a yes or no, read in percent.
    """

    drivers: tuple[str, ...]
    is_flag: tuple[bool, ...]
    effect: Floats
    mean: Floats
    df: Floats
    covariance: Floats
    low: Floats
    high: Floats
    turned: bool
    percent: bool = False


def joint_effects_of(model: Plan, sample: Sample, regression: Regression, effect: Floats) -> JointEffects:
    """Collect them; `effect` (members,) has NaN where it is withheld. Categories and groups have no single mean."""
    first = len(model.adjusters)
    alone = {p.members[0] for p in model.players if len(p.members) == 1}
    chosen = [i for i, member in enumerate(model.members) if i in alone and not member.category]
    columns = [first + i for i in chosen]
    return JointEffects(
        drivers=tuple(model.members[i].driver for i in chosen),
        is_flag=tuple(bool(sample.is_flag[i]) for i in chosen),
        effect=effect[chosen],
        mean=regression.mean[columns],
        df=regression.effects().df[columns],
        covariance=regression.joint(columns),
        low=sample.low[chosen],
        high=sample.high[chosen],
        turned=model.ends is not None,
        percent=model.percent,
    )
