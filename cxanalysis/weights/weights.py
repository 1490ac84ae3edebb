"""Weights that make those who answered look like those who were asked, and what that costs in certainty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.arguments import check_number, check_text
from cxanalysis.basis import Basis, LeftOut, Reason
from cxanalysis.problem import Problem
from cxanalysis.result import Result
from cxanalysis.tables.table import Table

Array = NDArray[np.float64]
#: What every weighting has to say of itself.
CAVEAT: Final = (
    "Weights mend only what is in them: where answerers differ from the others in something else, "
    "the weighted numbers are off like the plain ones."
)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Weights(Result):
    """Answers with a weight each.

    Attributes
    ----------
    answers : Table
        The answers with one more column, of role "weight": mean 1 over the answers that have one, missing for those
        that cannot have one. Ready for `cx.nps(…, weight=…)` and `cx.drivers(…, weight=…)`.
    column : str
        The weight's column.
    table : DataFrame
        One row a level of each field: `field, level, n, target, answers, weighted`: its share (0…1) among those the
        answers shall speak for, among the answers, and among the weighted answers. Numbers and dates have no level
        and means instead of shares.
    method : str
        "raking" or "inverse response propensity".
    n_kish : float
        (Σw)²/Σw²: as many answers without weights would say as much, if the weights had nothing to do with the
        score. The one for a given score (n_eff) stands in the `detail` of every metric.
    deff : float
        n / n_kish: what the weights cost in variance, by the same rule (Kish 1965).
    smallest, largest : float
        Smallest and largest weight.
    trim : float or None
        Weights above this were cut.
    n_trimmed : int
        How many were.
    off : float
        Largest distance of a weighted share from its target, 0…1 (raking; NaN for propensities).
    iterations : int
    basis : Basis
        n counts the answers with a weight; those that cannot have one are left out.
    notes : tuple of str

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> answers = pd.DataFrame({"market": ["B2B"] * 30 + ["B2C"] * 10, "recommend": [9] * 30 + [5] * 10})
    >>> weights = cx.rake(answers, {"market": {"B2B": 0.5, "B2C": 0.5}})
    >>> round(weights.n_kish, 1), round(weights.deff, 2), round(weights.largest, 2)
    (30.0, 1.33, 2.0)
    >>> cx.nps(weights.answers, "recommend", weight="weight").table["value"].abs().round(9).tolist()
    [0.0]
    """

    answers: Table
    column: str
    table: pd.DataFrame
    method: str
    n_kish: float
    deff: float
    smallest: float
    largest: float
    trim: float | None
    n_trimmed: int
    off: float
    iterations: int
    basis: Basis
    notes: tuple[str, ...]

    @property
    def headline(self) -> str:
        """What the weights cost, in one sentence."""
        return (
            f"{self.n:,} weighted answers tell as much as {self.n_kish:,.0f} unweighted ones would; "
            f"the largest weight is {self.largest:.2f} times the average."
        )

    @property
    def n_missing(self) -> int:
        """Answers without a weight."""
        return self.n_excluded

    def _further_facts(self) -> tuple[str, ...]:
        return (f"design effect {self.deff:.2f}",)


def weighted_table(
    answers: Table,
    weight: Array,
    *,
    column: str,
    summary: pd.DataFrame,
    sources: Basis,
    fields: Sequence[str] = (),
    key: str | None = None,
    method: str,
    trim: float | None,
    n_trimmed: int,
    off: float,
    iterations: int,
    notes: Sequence[str],
) -> Weights:
    """Put the weights beside the answers and say what they cost.

    Parameters
    ----------
    answers : Table
    weight : array (N,)
        NaN where an answer can have none.
    summary : DataFrame
        As `Weights.table`.
    fields : list of str
        Columns without whose value an answer has no weight.
    key : str, optional
        The column by which answers were found among those who were asked.
    sources : Basis
        Of the answers and of everybody they shall speak for.
    """
    there = weight[~np.isnan(weight)]
    kish = there.sum() ** 2 / (there**2).sum()
    said = list(notes)
    if trim is not None:
        said.append(
            f"{n_trimmed:,} weights were cut to {trim:g} times the average."
            if n_trimmed
            else f"No weight had to be cut to {trim:g} times the average."
        )
    said.append(CAVEAT)
    decided = answers.decisions
    table = answers.replace(
        raw=answers.raw.assign(**{column: weight}),
        name=f"{answers.name}_weighted",
        decisions=replace(decided, roles={**decided.roles, column: "weight"}).noted(*said),
    )
    return Weights(
        answers=table,
        column=column,
        table=summary,
        method=method,
        n_kish=float(kish),
        deff=float(len(there) / kish),
        smallest=float(there.min()),
        largest=float(there.max()),
        trim=trim,
        n_trimmed=n_trimmed,
        off=off,
        iterations=iterations,
        basis=sources.with_(n=len(there), left_out=_without_weight(answers, weight, fields, key), confidence=None),
        notes=tuple(said),
    )


def _without_weight(answers: Table, weight: Array, fields: Sequence[str], key: str | None) -> tuple[LeftOut, ...]:
    """Answers without a weight, each for its first reason: a field without a value, or a key that nobody has."""
    without = np.isnan(weight)
    left_out = []
    for field in fields:
        if field in answers.columns:
            empty = without & answers.only([field])[field].isna().to_numpy()
            left_out.append(LeftOut(int(empty.sum()), Reason.NO_VALUE, field))
            without = without & ~empty
    left_out.append(LeftOut(int(without.sum()), Reason.NO_KEY if key is None else Reason.NO_MATCH, key))
    return tuple(part for part in left_out if part.rows)


def cut_to(weight: Array, trim: float | None) -> tuple[Array, int]:
    """Weights of mean 1, none above `trim`, and how many were cut.

    The cut weights stay at the limit, the others are scaled up until the mean is 1: finite, since each round cuts
    at least one more.
    """
    if trim is None:
        return weight, 0
    there = ~np.isnan(weight)
    out, cut = weight.copy(), np.zeros(len(weight), dtype=bool)
    while (new := there & ~cut & (out > trim)).any():
        cut |= new
        free = there & ~cut
        out[cut] = trim
        if free.any():
            out[free] *= (there.sum() - trim * cut.sum()) / out[free].sum()
    return out, int(cut.sum())


def check_weighting(answers: Table, column: str, trim: float | None) -> None:
    """Refuse a column that is there already, and a limit that would cut the average.

    Raises
    ------
    Problem
    """
    check_text(column, "column")
    if column in answers.columns:
        raise Problem(
            f"there is already a column '{column}'", where=answers.name, do="Give the weights another name with column="
        )
    if trim is not None:
        check_number(trim, "trim", low=1, open_low=True, do="Name a limit above 1, such as 5")
