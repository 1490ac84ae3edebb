"""What failures do to loyalty: percentage points lost to each, and money where each customer has a value."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from cxanalysis import numbers
from cxanalysis.drivers.at_stake.loyalty import Loyal
from cxanalysis.drivers.cautions import TOO_RARE
from cxanalysis.drivers.drivers_result import Drivers
from cxanalysis.drivers.effects.joint_effects import JointEffects
from cxanalysis.drivers.effects.regression import fit
from cxanalysis.drivers.model.centred_sums import Sums
from cxanalysis.drivers.model.gather import gather
from cxanalysis.drivers.model.plan import Member, is_number, plan
from cxanalysis.engine.engines import engine_of
from cxanalysis.engine.need import Measure
from cxanalysis.problem import Problem

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LoyaltyLost:
    """Failures of the analysis: effects on loyalty in percentage points, how often, and how errors go together.

    Attributes
    ----------
    names : list of str
    at : list of int
        Where they stand in `joint`.
    share : array
        How often; `own` says where it is the sample's own and so has an error.
    own : array of bool
    effect : array
    stays : float
        Percentage that stays.
    joint : JointEffects
    """

    names: list[str]
    at: list[int]
    share: Floats
    own: NDArray[np.bool_]
    effect: Floats
    stays: float
    joint: JointEffects

    @classmethod
    def of(cls, analysis: Drivers, prevalence: Mapping[str, float]) -> LoyaltyLost:
        """From the analysis; shares that were named replace the sample's own."""
        joint = analysis.joint_effects
        if analysis.outcome_as == "mean" and not joint.percent:
            raise Problem(
                "loyalty is no yes or no",
                where=f"column '{analysis.outcome}'",
                do='Use a 0/1 column, or outcome_as="top-box" for a rating',
            )
        at = [i for i, flag in enumerate(joint.is_flag) if flag and np.isfinite(joint.effect[i])]
        if not any(joint.is_flag):
            raise Problem("none of these drivers is a failure (0/1)", do="Name at least one that happens or does not")
        if not at:
            raise Problem(f"every failure has fewer than {TOO_RARE} cases, or repeats another: no effect can be told")
        names = [joint.drivers[i] for i in at]
        for name, share in prevalence.items():
            if name not in names:
                raise Problem(f"prevalence names '{name}', which is no failure with an effect here")
            if not numbers.known(share) or not 0 <= share <= 1:
                raise Problem("a prevalence is a share between 0 and 1", where=f"failure '{name}'")
        often = np.array([prevalence.get(name, float(joint.mean[i])) for name, i in zip(names, at, strict=True)])
        own = np.array([name not in prevalence for name in names])
        stays = 100 - analysis.outcome_mean if joint.turned else analysis.outcome_mean
        return cls(names, at, often, own, joint.effect[at], stays, joint)

    @property
    def lost(self) -> Floats:
        """Percentage points of loyalty lost to each."""
        return -self.share * self.effect

    def gradients(self) -> Floats:
        """Of `lost`, by effects, means and the outcome's mean."""
        m = len(self.joint.drivers)
        out = np.zeros((len(self.at), 2 * m + 1))
        for row, place in enumerate(self.at):
            out[row, place] = -self.share[row]
            out[row, m + place] = -self.effect[row] * self.own[row]
        return out

    def reach(self, gradient: Floats, rows: list[int], confidence: float) -> float:
        """Half the interval of a sum of these rows (Welch-Satterthwaite over their effects)."""
        variance = float(gradient @ self.joint.covariance @ gradient)
        places = [self.at[row] for row in rows]
        own = self.share[rows] ** 2 * np.diag(self.joint.covariance)[places]
        df = self.joint.df[places]
        joint = float(own.sum() ** 2 / (own**2 / df).sum()) if own.sum() > 0 else float(df.min())
        return float(stats.t.ppf(0.5 + confidence / 2, joint)) * math.sqrt(max(variance, 0.0))


@dataclass(frozen=True, slots=True)
class Worth:
    """Money lost per customer of the base to each failure, where each customer has a value of their own."""

    money: Floats
    covariance: Floats
    df: Floats
    n: int
    mean: float


def by_column(
    found: Loyal,
    named: list[str] | None,
    how: Mapping[str, Any],
    weight: str | None,
    cluster: str | None,
    column: str,
    losses: LoyaltyLost,
) -> Worth:
    """Mean of failure × value, times the effect; both from the rows that have a value."""
    engine = engine_of(found.data)
    if column not in engine.columns() or not is_number(engine, column):
        raise Problem(
            "there is no such column of numbers among the customers or answers",
            where=f"column '{column}'",
            do="Name a column with what each customer is worth, or give one number",
        )
    model = plan(found.data, engine, found.column, named, groups=None, **how)
    if column in {m.driver for m in (*model.members, *model.adjusters)}:
        raise Problem(
            "the value of a customer is in the model already",
            where=f"column '{column}'",
            do="Leave it out of the drivers and adjusters",
        )
    value = Member(column, column, Measure(column, column), None, False)
    sample, sums = gather(engine, replace(model, adjusters=(value, *model.adjusters)), weight, cluster)
    without = Sums(
        sums.weight, sums.centre[1:], sums.first[:, 1:], None if sums.second is None else sums.second[:, 1:, 1:], sums.n
    )
    regression = fit(without)
    first = len(model.adjusters)
    at = [first + next(i for i, m in enumerate(model.members) if m.driver == name) for name in losses.names]
    hit = _products(sums, [1 + i for i in at])
    total = sums.weight.sum()
    mean = hit.sum(axis=0) / total
    few = np.sqrt(sums.blocks / max(sums.blocks - 1, 1))
    mean_influence = few * (hit - sums.weight[:, None] * mean) / total
    effect = regression.slopes[at]
    influence = -(regression.influence[:, at] * mean + mean_influence * effect) / 100
    return Worth(-mean * effect / 100, influence.T @ influence, regression.df[at], sample.n, float(sums.centre[0]))


def _products(sums: Sums, columns: list[int]) -> Floats:
    """Σ weight × value × failure in each block, (B, failures); the value is the first column."""
    if sums.second is None:
        rows = sums.first / sums.weight[:, None] + sums.centre
        return np.asarray(sums.weight[:, None] * rows[:, [0]] * rows[:, columns])
    v, x = sums.centre[0], sums.centre[columns]
    return np.asarray(
        sums.second[:, 0, columns] + x * sums.first[:, [0]] + v * sums.first[:, columns] + sums.weight[:, None] * v * x
    )
