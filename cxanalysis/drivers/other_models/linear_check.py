"""The result of asking whether a straight line is enough."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from cxanalysis.basis import Basis
from cxanalysis.result import Result


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LinearCheck(Result):
    """Cross-validated R² of the linear model, of one free to bend, and of one free to bend but not to combine.

    Attributes
    ----------
    table : DataFrame
        One row a driver that could bend, and a pair that could work together, the largest first: `kind`
        ("non-linear" or "interaction"), `driver`, `partner`, `gain` (in R²), `p_value`, `q_value`, `named`. Empty where
        a line is enough.
    enough : bool
        Whether the linear model is good enough: the other is not better by 0.02 and two standard errors.
    linear_r2, free_r2, separate_r2 : float
        Of rows that the model had not seen. `separate_r2`: free to bend, each driver for itself; NaN where a line is
        enough, since then it is not asked.
    gap, gap_se : float
        `free_r2 - linear_r2`, and its standard error (customers where clustered).
    folds : int
    method, outcome, outcome_as : str
    basis : Basis
    headline : str
    notes : tuple of str

    Examples
    --------
    >>> import numpy as np, pandas as pd, cxanalysis as cx
    >>> wait = np.tile(np.arange(1.0, 11.0), 60)
    >>> score = np.where(wait > 7, 3, 8) + np.arange(600) % 7 * 0.3
    >>> result = cx.linear_enough(pd.DataFrame({"wait": wait, "score": score}), "score", ["wait"])
    >>> result.enough, result.table["driver"].tolist()
    (False, ['wait'])
    """

    table: pd.DataFrame
    enough: bool
    linear_r2: float
    free_r2: float
    separate_r2: float
    gap: float
    gap_se: float
    folds: int
    method: str
    outcome: str
    outcome_as: str
    basis: Basis
    headline: str
    notes: tuple[str, ...]
