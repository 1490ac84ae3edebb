"""Dominance analysis: does one driver add more than another in every subset, at every size, or only on average?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from cxanalysis.basis import Basis, SourceTable
from cxanalysis.drivers.importance import subset_lattice
from cxanalysis.drivers.importance.importance import checked
from cxanalysis.problem import Problem
from cxanalysis.result import Result

#: Gains of all subsets are kept at once: 2^16 × 16 numbers.
MOST_DRIVERS: Final = 16
#: Columns of `Dominance.pairs`, in order.
PAIRS: Final = ("driver", "over", "complete", "conditional", "general", "strongest")
#: Gains closer than this (in R²) are a tie: neither driver adds more.
TIE: Final = 1e-12
_OF_A_MATRIX: Final = Basis((SourceTable("correlation matrix"),))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Dominance(Result):
    """Three strengths of "adds more than" (Azen & Budescu 2003). A matrix has no n: nothing here is an interval.

    Attributes
    ----------
    names : tuple of str
    r_squared : array, (2^p,)
        R² of every subset; bit j of the row number says whether driver j is in.
    complete : array, (p, p)
        [i, j]: share of the subsets without both in which i adds more than j; 1 is complete dominance.
    conditional : array, (p, p)
        [i, k]: mean gain of driver i when k others are in; every row larger than another's: conditional dominance.
    general : array, (p,)
        Mean of `conditional` over k: the Shapley values.
    table : DataFrame
        One row a driver, most important first: `driver`, `general`, and its mean gain `with_0` … `with_p-1` others.
    pairs : DataFrame
        One row an ordered pair in which the first is generally dominant; columns as in `PAIRS`. complete: share of
        subsets; conditional, general: yes or no; strongest: "complete", "conditional" or "general".
    basis : Basis
        Only that it is a matrix: whose rows it came from, nobody said.
    headline : str
        One honest sentence.
    notes : tuple of str

    Examples
    --------
    >>> import cxanalysis as cx
    >>> result = cx.dominance([[1, .5, .6], [.5, 1, .4], [.6, .4, 1]], ["late", "returned"])
    >>> result.table.round(4).values.tolist()
    [['late', 0.2867, 0.36, 0.2133], ['returned', 0.0867, 0.16, 0.0133]]
    """

    names: tuple[str, ...]
    r_squared: NDArray[np.float64]
    complete: NDArray[np.float64]
    conditional: NDArray[np.float64]
    general: NDArray[np.float64]
    table: pd.DataFrame
    pairs: pd.DataFrame
    basis: Basis
    headline: str
    notes: tuple[str, ...] = ()

    shown_tables: ClassVar[tuple[str, ...]] = ("table", "pairs")

    def _further_facts(self) -> tuple[str, ...]:
        return (f"R²\u00a0=\u00a0{self.r_squared[-1]:.3f}", f"{len(self.r_squared):,} subsets")


def dominance(correlation: ArrayLike, names: Sequence[str] | None = None) -> Dominance:
    """Which driver adds more than which: in every subset of the others, at every size, or only on average?

    Parameters
    ----------
    correlation : array, (p + 1, p + 1)
        Correlations of p drivers, **outcome last**; at most 16 drivers. Of rows at hand:
        `frame[[*drivers, outcome]].corr()`.
    names : list of str, optional
        The drivers in the order of the matrix; its own columns if it is a data frame, else x1 … xp.

    Returns
    -------
    Dominance

    Raises
    ------
    Problem
        If the matrix is no correlation matrix, has more than 16 drivers, or not as many as there are names.

    Notes
    -----
    i dominates j completely if R²(S ∪ i) > R²(S ∪ j) for every S without both; conditionally if its mean gain is
    larger at every size of S; generally if the mean over sizes, its Shapley value, is (Azen & Budescu 2003; Budescu
    1993).

    Examples
    --------
    >>> dominance([[1, .5, .6], [.5, 1, .4], [.6, .4, 1]]).headline
    'x1 adds more than every other driver, whatever else is known (complete dominance).'
    """
    matrix = checked(correlation)
    p = len(matrix) - 1
    if p > MOST_DRIVERS:
        raise Problem(f"dominance of {p} drivers needs all {2**p:,} subsets at once", do=f"Use {MOST_DRIVERS} or fewer")
    called = _called(correlation, names, p)
    unexplained = subset_lattice.residuals(matrix, [1] * p)
    gains = np.stack([subset_lattice.gains(unexplained, player)[:, 0] for player in range(p)])
    sizes = subset_lattice.subset_sizes(p - 1)
    conditional = np.stack([gains[:, sizes == size].mean(axis=1) for size in range(p)], axis=1)
    complete = np.full((p, p), np.nan)
    for i in range(p):
        for j in range(p):
            if i != j:
                complete[i, j] = float((_without(gains, i, j) > _without(gains, j, i) + TIE).mean())
    general = conditional.mean(axis=1)
    pairs = _pairs(called, complete, conditional, general)
    order = np.argsort(-general, kind="stable")
    table = pd.DataFrame({"driver": [called[i] for i in order], "general": general[order]})
    for k in range(p):
        table[f"with_{k}"] = conditional[order, k]
    headline = _headline([called[i] for i in order], pairs)
    return Dominance(
        called, 1.0 - unexplained[:, 0], complete, conditional, general, table, pairs, _OF_A_MATRIX, headline
    )


def _called(correlation: ArrayLike, names: Sequence[str] | None, p: int) -> tuple[str, ...]:
    if names is None and isinstance(correlation, pd.DataFrame):
        names = [str(name) for name in correlation.columns[:-1]]
    if names is None:
        return tuple(f"x{i + 1}" for i in range(p))
    if len(names) != p or len(set(names)) != p:
        raise Problem(f"{len(set(names))} different names for {p} drivers", do="Name each driver once, not the outcome")
    return tuple(names)


def _without(gains: NDArray[np.float64], i: int, j: int) -> NDArray[np.float64]:
    """Gains of i in the subsets that do not hold j."""
    out: NDArray[np.float64] = gains[i, (np.arange(gains.shape[1]) >> (j - (j > i)) & 1) == 0]
    return out


def _pairs(
    names: tuple[str, ...],
    complete: NDArray[np.float64],
    conditional: NDArray[np.float64],
    general: NDArray[np.float64],
) -> pd.DataFrame:
    """Ordered pairs, generally dominant first, the most important driver on top."""
    rows = []
    for i in np.argsort(-general, kind="stable"):
        for j in np.argsort(-general, kind="stable"):
            if i == j or not general[i] > general[j] + TIE:
                continue
            always = bool((conditional[i] > conditional[j] + TIE).all())
            strongest = "complete" if complete[i, j] == 1 else "conditional" if always else "general"
            rows.append((names[i], names[j], float(complete[i, j]), always, True, strongest))
    return pd.DataFrame(rows, columns=list(PAIRS))


def _headline(order: list[str], pairs: pd.DataFrame) -> str:
    """The sentence on the most important driver."""
    if len(order) == 1:
        return f"{order[0]} is the only driver."
    over = pairs[pairs["driver"] == order[0]]
    if len(over) < len(order) - 1:
        return f"No driver adds more than every other one on average: {order[0]} and {order[1]} tie."
    if (over["strongest"] == "complete").all():
        return f"{order[0]} adds more than every other driver, whatever else is known (complete dominance)."
    if over["conditional"].all():
        return (
            f"{order[0]} adds more than every other driver on average at every number of others known "
            "(conditional dominance), but not in every single combination."
        )
    open_ones = list(over["over"][~over["conditional"]])
    return (
        f"{order[0]} adds most on average (general dominance), but against {' and '.join(open_ones)} "
        "it depends on what else is known."
    )
