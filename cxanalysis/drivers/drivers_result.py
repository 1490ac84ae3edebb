"""The result of a driver analysis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Final

import pandas as pd

from cxanalysis.drivers.effects.joint_effects import Moves

#: Columns of `Drivers.table`, in order: a contract with everyone who reads it.
COLUMNS: Final = (
    "driver", "importance", "share", "share_low", "share_high", "rank_low", "rank_high", "p_first",
    "effect", "effect_low", "effect_high", "p_value", "q_value", "mean",
    "at_stake", "at_stake_low", "at_stake_high", "vif", "flags",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drivers:
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
    n : int or tuple of (int, int)
        Rows used; a range for `missing="pairwise"`.
    n_excluded : int
        Rows left out, for reasons in `notes`.
    method, outcome, outcome_as, missing : str
    outcome_mean : float
        Mean of the coded outcome: the metric itself.
    weight, cluster : str or None
    confidence : float
    resamples, seed : int
    period : tuple of (str, str) or None
    headline : str
        One honest sentence.
    notes : tuple of str
    moves : Moves
        What `cx.what_if` works with: effects, means and the joint covariance of their errors.
    labels : mapping of name → str
        What outcome and drivers are called in the headline and in charts.

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
    n: int | tuple[int, int]
    n_excluded: int
    method: str
    outcome: str
    outcome_as: str
    outcome_mean: float
    missing: str
    weight: str | None
    cluster: str | None
    confidence: float
    resamples: int
    seed: int
    period: tuple[str, str] | None
    headline: str
    notes: tuple[str, ...]
    moves: Moves
    labels: Mapping[str, str] = field(default_factory=dict)

    def _repr_html_(self) -> str:
        n = f"{self.n:,}" if isinstance(self.n, int) else f"{self.n[0]:,} to {self.n[1]:,}"
        notes = "".join(f"<li>{escape(note)}</li>" for note in self.notes)
        line = (
            f"n = {n}, {self.n_excluded:,} left out · R² = {self.r_squared:.3f} · {self.method} · {self.confidence:.0%}"
        )
        return (
            f"<p><b>{escape(self.headline)}</b></p>{self.table.to_html(index=False)}"
            f"<p>{escape(line)}</p><ul>{notes}</ul>"
        )
