"""The result of another model beside the linear one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from cxanalysis.basis import Basis
from cxanalysis.result import Result

#: Columns of `Models.table`, in order.
COLUMNS: Final = (
    "driver", "importance", "share", "rank", "effect", "effect_low", "effect_high", "p_value", "q_value",
    "linear_importance", "linear_share", "linear_rank", "linear_effect", "linear_low", "linear_high", "linear_p",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Models(Result):
    """A logit, ordered logit or Poisson model beside the linear one, on the same rows and in the same points.

    Attributes
    ----------
    table : DataFrame
        One row a driver (or group), most important first; columns as in `COLUMNS`. importance: in McFadden's R², adds
        up to `r_squared` (less what adjusters explain alone); share: as a fraction. effect (low, high): average change
        of the outcome's metric per unit of the driver; missing for several columns and for fewer than 5 cases. The
        columns that begin with `linear_` are the same from the linear model.
    model : str
        "logit", "ordinal" or "poisson".
    r_squared : float
        McFadden's, 0…1; not comparable with `linear_r_squared`.
    linear_r_squared : float
    method, outcome, outcome_as : str
    basis : Basis
    headline : str
    notes : tuple of str

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> late = [0, 0, 0, 1] * 30
    >>> score = [9 - 3 * hit - day % 5 for day, hit in enumerate(late)]
    >>> result = cx.models(pd.DataFrame({"score": score, "late": late}), "score", ["late"])
    >>> result.model, result.n, bool(result.table["effect_high"][0] < 0)
    ('ordinal', 120, True)
    """

    table: pd.DataFrame
    model: str
    r_squared: float
    linear_r_squared: float
    method: str
    outcome: str
    outcome_as: str
    basis: Basis
    headline: str
    notes: tuple[str, ...]

    def _further_facts(self) -> tuple[str, ...]:
        return (f"McFadden's R²\u00a0=\u00a0{self.r_squared:.3f}",)
