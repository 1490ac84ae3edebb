"""Is there a maximum of the likelihood at all? If columns order the outcome perfectly, there is none.

Then estimates grow without end, and programs that stop somewhere print what they have. Whether it is so is a question
of linear inequalities, answered exactly (Albert & Anderson 1984, Biometrika 71:1; Konis 2007): is there a direction in
which no row loses likelihood and some row gains?
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from cxanalysis.drivers.other_models.model_likelihood import Counts, Family, Ordered
from cxanalysis.problem import Problem

Floats = NDArray[np.float64]

#: A gain smaller than this in the linear programme is rounding.
GAIN: Final = 1e-6


def refuse_separation(family: Family, X: Floats, names: Sequence[str]) -> None:
    """Stop where some columns separate the outcome, and name them.

    Raises
    ------
    Problem
    """
    if not separates(family, X):
        return
    alone = [name for name, column in zip(names, X.T, strict=True) if separates(family, column[:, None])]
    if alone:
        told = " and ".join(f"'{name}'" for name in alone[:3])
        what = f"separation: {told} {'alone sets' if len(alone) == 1 else 'each set'} answers apart without a miss"
        do = f"Leave {'it' if len(alone) == 1 else 'them'} out"
    else:
        kept = _fewest(family, X)
        told = ", ".join(f"'{names[i]}'" for i in kept)
        what, do = f"separation: {told} together set answers apart without a miss", "Leave one of them out"
    raise Problem(
        f"{what}, so this model has no finite effects",
        do=f"{do}, group rare cases, or use the linear model (cx.drivers), which has no such limit",
    )


def separates(family: Family, X: Floats) -> bool:
    """Whether a direction exists along which the likelihood rises for ever."""
    rows = _inequalities(family, X)
    if rows is None:
        return False
    A, equal = rows
    found = linprog(
        -A.sum(axis=0),
        A_ub=-A,
        b_ub=np.zeros(len(A)),
        A_eq=equal if len(equal) else None,
        b_eq=np.zeros(len(equal)) if len(equal) else None,
        bounds=(-1, 1),
        method="highs",
    )
    if found.status != 0:
        raise Problem("it cannot be told whether this model has an answer", do="Use the linear model (cx.drivers)")
    return bool(-found.fun > GAIN)


def _fewest(family: Family, X: Floats) -> list[int]:
    """Columns that separate together, none of which can be spared."""
    kept = list(range(X.shape[1]))
    for column in range(X.shape[1]):
        rest = [i for i in kept if i != column]
        if rest and separates(family, X[:, rest]):
            kept = rest
    return kept


def _inequalities(family: Family, X: Floats) -> tuple[Floats, Floats] | None:
    """Rows a with a'd ≥ 0, and rows with a'd = 0, that a direction d (heads, slopes) must obey."""
    if isinstance(family, Ordered):
        rows, first = np.unique(np.column_stack([family.answer, X]), axis=0, return_index=True)
        answer, X, heads = family.answer[first], rows[:, 1:], family.heads
        upper, lower = answer < heads, answer > 0
        eye = np.eye(heads)
        above = np.column_stack([eye[answer[upper]], -X[upper]])
        below = np.column_stack([-eye[answer[lower] - 1], X[lower]])
        return np.concatenate([above, below]), np.zeros((0, heads + X.shape[1]))
    if isinstance(family, Counts):
        rows = np.unique(np.column_stack([family.count > 0, np.ones(len(X)), X]), axis=0)
        some = rows[:, 0] == 1
        return -rows[~some, 1:], rows[some, 1:]
    return None
