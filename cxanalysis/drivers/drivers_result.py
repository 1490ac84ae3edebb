"""The result of a driver analysis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from cxanalysis.basis import Basis
from cxanalysis.drivers.effects.joint_effects import JointEffects
from cxanalysis.result import Result

#: Columns of `Drivers.table`, in order: a contract with everyone who reads it.
COLUMNS: Final = (
    "driver", "importance", "share", "share_low", "share_high", "rank_low", "rank_high", "p_first",
    "effect", "effect_low", "effect_high", "p_value", "q_value", "mean",
    "at_stake", "at_stake_low", "at_stake_high", "vif", "flags",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Drivers(Result):
    """What moves the outcome, how much, and how sure that is.

    Attributes
    ----------
    table : DataFrame
        One row a driver (or group of drivers), most important first; columns as in `COLUMNS`.
        importance: in R², adds up to `r_squared` (less what the adjusters explain alone).
        share: importance as a fraction, adds up to 1; share_low/high, rank_low/high, p_first: over resamples.
        effect (low, high): points of the outcome's metric per unit of the driver, all others held equal;
        missing where it does not exist (duplicates), cannot be said (too rare) or belongs to several columns.
        p_value, q_value: robust partial test; Benjamini-Hochberg over the drivers of this call.
        mean: of the driver in its own unit (a failure: its prevalence, 0…1).
        at_stake (low, high): points of the outcome lost to it. A failure: prevalence × points lost per case;
        a rating: effect × (reference - mean). flags: list of short words, explained in `notes`.
        Where importance had to be sampled (more than 25 drivers), `share_error`: its Monte-Carlo standard error.
        Where a driver has several columns (categories, groups), `by_chance`: R² that its columns would explain without
        any effect. The order of rows, rank_low/high and p_first are those of importance less by_chance.
    detail : DataFrame
        One row a column of the model (members of groups, levels of categories), columns
        `driver, member, effect, effect_low, effect_high, p_value, mean, reference, cases, df, detectable` (the effect
        that would have been seen in four of five surveys like this one).
    together : mapping
        `at_stake`, `low`, `high`: all drivers together (their joint interval), and `without`: the observed mean of the
        outcome among rows without any failure (None if no driver is a failure), `without_n`.
    r_squared : float
    method, outcome, outcome_as, missing : str
    outcome_mean : float
        Mean of the coded outcome: the metric itself.
    basis : Basis
        Whose rows, how many (a range for `missing="pairwise"`), what was left out, and what was only guessed.
    headline : str
        One honest sentence.
    notes : tuple of str
    joint_effects : JointEffects
        What `cx.what_if` works with: effects, means and the joint covariance of their errors.
    intervals : str
        How the intervals of the effects were worked out.

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> late, returned = [0, 0, 0, 1] * 30, [0, 1] * 60
    >>> score = [9 - 5 * a - b + day % 3 for day, (a, b) in enumerate(zip(late, returned, strict=True))]
    >>> answers = pd.DataFrame({"score": score, "late": late, "returned": returned})
    >>> result = cx.drivers(answers, "score", ["returned", "late"], resamples=100)
    >>> result.table["driver"].tolist(), result.n
    (['late', 'returned'], 120)
    """

    table: pd.DataFrame
    detail: pd.DataFrame
    together: dict[str, float | int | None]
    r_squared: float
    method: str
    outcome: str
    outcome_as: str
    outcome_mean: float
    missing: str
    basis: Basis
    headline: str
    notes: tuple[str, ...]
    joint_effects: JointEffects
    intervals: str = ""

    def _further_facts(self) -> tuple[str, ...]:
        return (f"R²\u00a0=\u00a0{self.r_squared:.3f}",)
