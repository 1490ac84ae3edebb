"""The result of a comparison of drivers between segments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import pandas as pd

from cxanalysis.basis import Basis
from cxanalysis.result import Result

#: Columns of `Segments.table`, in order.
COLUMNS: Final = (
    "segment", "driver", "status", "effect", "effect_low", "effect_high", "elsewhere", "elsewhere_low",
    "elsewhere_high", "difference", "difference_low", "difference_high", "p_value", "q_value",
    "share", "share_elsewhere", "share_difference", "share_difference_low", "share_difference_high",
    "mean", "mean_elsewhere", "n", "n_elsewhere", "cases", "cases_elsewhere",
)  # fmt: skip
#: Columns of `Segments.sizes`, in order.
SIZES: Final = ("segment", "n", "outcome_mean", "outcome_low", "outcome_high", "r_squared", "compared", "why_not")
#: Columns of `Segments.reversals`, in order.
REVERSALS: Final = ("driver", "where", "effect_all", "t_all", "effect_there", "t_there")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Segments(Result):
    """Do the drivers matter alike in all segments?

    Attributes
    ----------
    table : DataFrame
        One row a segment and driver, largest segment first, drivers as asked; columns as in `COLUMNS`.
        status: "differs" (q below 0.05), "not shown" (tested, no difference can be told from chance) or "too few".
        effect, elsewhere (low, high): points of the outcome's metric per unit of the driver, in the segment and in all
        others together, all other drivers held equal; missing for drivers of several columns.
        difference (low, high): effect - elsewhere, by one joint model; p_value its robust test, q_value
        Benjamini-Hochberg over all segments and drivers tested.
        share, share_elsewhere (fractions): of what the drivers explain there; share_difference (low, high) resampled
        jointly, and not tested.
        mean, mean_elsewhere: of the driver; a failure's is its prevalence. n, cases: rows, and rows with the failure.
    sizes : DataFrame
        One row a segment; columns as in `SIZES`. outcome_mean (low, high): the metric there.
    reversals : DataFrame
        Effects that change sign within a segment, or once the segments are added to the model, with |t| above 2 on
        both sides (Simpson's paradox); columns as in `REVERSALS`.
    by, outcome, outcome_as, method : str
    drivers : tuple of str
    comparisons : int
        Tests made: what `q_value` corrects for.
    basis : Basis
    headline : str
    notes : tuple of str

    Examples
    --------
    >>> import numpy as np, pandas as pd, cxanalysis as cx
    >>> rng = np.random.default_rng(1)
    >>> late, market = rng.binomial(1, 0.4, 600), rng.choice(["B2B", "B2C"], 600)
    >>> score = 8 - np.where(market == "B2B", 4, 1) * late + rng.normal(size=600)
    >>> answers = pd.DataFrame({"score": score, "late": late, "market": market})
    >>> result = cx.segments(answers, "score", ["late"], by="market", resamples=50)
    >>> result.table["status"].tolist(), result.comparisons
    (['differs', 'differs'], 1)
    """

    table: pd.DataFrame
    sizes: pd.DataFrame
    reversals: pd.DataFrame
    by: str
    drivers: tuple[str, ...]
    comparisons: int
    method: str
    outcome: str
    outcome_as: str
    basis: Basis
    headline: str
    notes: tuple[str, ...]

    shown_tables: ClassVar[tuple[str, ...]] = ("table", "sizes", "reversals")
