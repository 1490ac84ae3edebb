"""Dominance analysis: does one driver add more than another in every subset, at every size, or only on average?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxanalysis.drivers import lattice
from cxanalysis.drivers.importance import checked
from cxanalysis.problem import Problem

#: Gains of all subsets are kept at once: 2^16 × 16 numbers.
MOST_DRIVERS: Final = 16


@dataclass(frozen=True, slots=True)
class Dominance:
    """Three strengths of "adds more than" (Azen & Budescu 2003).

    Attributes
    ----------
    r_squared : array, (2^p,)
        R² of every subset; bit j of the row number says whether driver j is in.
    complete : array, (p, p)
        [i, j]: share of the subsets without both in which i adds more than j; 1 is complete dominance.
    conditional : array, (p, p)
        [i, k]: mean gain of driver i when k others are in; every row larger than another's: conditional dominance.
    general : array, (p,)
        Mean of `conditional` over k: the Shapley values.
    """

    r_squared: NDArray[np.float64]
    complete: NDArray[np.float64]
    conditional: NDArray[np.float64]
    general: NDArray[np.float64]


def dominance(correlation: ArrayLike) -> Dominance:
    """Which driver adds more than which, in how many of all subsets of the others?

    Parameters
    ----------
    correlation : array, (p + 1, p + 1)
        Outcome last; at most 16 drivers.

    Raises
    ------
    Problem
        If the matrix is no correlation matrix or has more than 16 drivers.

    Examples
    --------
    >>> dominance([[1, .5, .6], [.5, 1, .4], [.6, .4, 1]]).complete[0, 1]
    np.float64(1.0)
    """
    matrix = checked(correlation)
    p = len(matrix) - 1
    if p > MOST_DRIVERS:
        raise Problem(f"dominance of {p} drivers needs all {2**p:,} subsets at once", do=f"Use {MOST_DRIVERS} or fewer")
    unexplained = lattice.residuals(matrix, [1] * p)
    gains = np.stack([lattice.gains(unexplained, player)[:, 0] for player in range(p)])
    sizes = lattice.subset_sizes(p - 1)
    conditional = np.stack([gains[:, sizes == size].mean(axis=1) for size in range(p)], axis=1)
    complete = np.full((p, p), np.nan)
    for i in range(p):
        for j in range(p):
            if i != j:
                without_j = (np.arange(2 ** (p - 1)) >> (j - (j > i)) & 1) == 0
                without_i = (np.arange(2 ** (p - 1)) >> (i - (i > j)) & 1) == 0
                complete[i, j] = float((gains[i, without_j] > gains[j, without_i]).mean())
    return Dominance(1.0 - unexplained[:, 0], complete, conditional, conditional.mean(axis=1))
