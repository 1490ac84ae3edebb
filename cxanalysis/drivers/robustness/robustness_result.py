"""The result of a robustness panel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import pandas as pd

from cxanalysis.basis import Basis
from cxanalysis.result import Result

#: Columns of `Robustness.survival`, in order.
SURVIVAL: Final = (
    "driver", "first", "variants", "first_share", "rank_asked", "rank_best", "rank_worst", "effect", "effect_least",
    "effect_most", "at_stake", "at_stake_least", "at_stake_most", "sign_changes",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Robustness(Result):
    """Every defensible variant of one driver analysis, side by side.

    Attributes
    ----------
    table : DataFrame
        One row a variant and driver: `variant` (from 1, the one asked for first), the options that make it
        (`missing, method, outcome_as, rows, weighted, adjusted, window`), `driver, importance, share, rank`, `effect`
        with interval and p (where rows are complete; in points of that variant's metric), `at_stake`, `n`.
    survival : DataFrame
        One row a driver, the most often first on top: `first` in how many `variants` (a tie counts for both), its rank
        as asked, best and worst, its effect and points at stake as asked and over all variants in the same points, and
        in how many variants the effect has the other sign than as asked.
    left_out : DataFrame
        Variants that could not be worked out: `missing, method, outcome_as, rows, weighted, adjusted, window, reason`.
    depends : DataFrame
        One row a choice and option: `choice, option, variants, first` (the driver most often first), `first_share`.
    confounding : DataFrame
        How strong a cause that nobody measured would have to be: `driver, partial_r2` (what the driver explains of what
        the others leave), `t, df` of the ordinary regression, `rv` and `rv_interval`: the part of what is left of
        driver and outcome that the cause must explain to bring the effect, or the interval's end, to zero.
    confounding_sentences : tuple of str
        The same in words, for the drivers that matter.
    permutation_flagged, permutation_any : float
        With the outcome shuffled: share of drivers flagged at 5 %, and share of shuffles in which the headline's rule
        would have found a driver. NaN where there are no complete rows.
    permutation_sentence : str
    variants : int
    method, outcome, outcome_as : str
    basis : Basis
        n: rows that have an outcome; each variant says its own.
    headline : str
    notes : tuple of str

    Examples
    --------
    >>> import numpy as np, pandas as pd, cxanalysis as cx
    >>> rng = np.random.default_rng(0)
    >>> answers = pd.DataFrame(rng.binomial(1, 0.3, (300, 2)), columns=["late", "returned"])
    >>> answers["score"] = (8 - answers["late"] * 3 - answers["returned"] + rng.integers(-3, 4, 300)).clip(0, 10)
    >>> result = cx.robustness(answers, "score", ["late", "returned"], scale=(0, 10))
    >>> str(result.survival["driver"][0]), int(result.survival["first"][0]), result.variants
    ('late', 9, 9)
    """

    table: pd.DataFrame
    survival: pd.DataFrame
    left_out: pd.DataFrame
    depends: pd.DataFrame
    confounding: pd.DataFrame
    confounding_sentences: tuple[str, ...]
    permutation_flagged: float
    permutation_any: float
    permutation_sentence: str
    variants: int
    method: str
    outcome: str
    outcome_as: str
    basis: Basis
    headline: str
    notes: tuple[str, ...]

    shown_tables: ClassVar[tuple[str, ...]] = ("survival",)

    @property
    def further_sentences(self) -> tuple[str, ...]:
        """How strong an unmeasured cause would have to be, and what chance alone would have found."""
        return tuple(said for said in (*self.confounding_sentences, self.permutation_sentence) if said)

    def _further_facts(self) -> tuple[str, ...]:
        return (f"{self.variants} variants",)
