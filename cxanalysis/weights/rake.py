"""Raking: weights by which the answers meet known shares of several variables at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.basis import Basis
from cxanalysis.problem import Problem
from cxanalysis.tables.as_table import as_table
from cxanalysis.tables.opened import opened
from cxanalysis.tables.table import Table
from cxanalysis.weights.margins import Margin, margins_of
from cxanalysis.weights.weights import Weights, check_weighting, cut_to, weighted_table

Array = NDArray[np.float64]
#: Raking ends when no share is further from its target than this.
TOLERANCE: Final = 1e-10
#: Rounds over all margins. Margins that can be met at all are met in a few dozen.
MOST_ROUNDS: Final = 5_000
#: How often weights are cut and raked again before what is left is accepted and said.
MOST_CUTS: Final = 200


def rake(
    answers: Any,
    margins: Any,
    *,
    fields: Sequence[str] | None = None,
    on: Any = None,
    trim: float | None = None,
    column: str = "weight",
) -> Weights:
    """What would the result be if those who answered were made up like all our customers?

    Every answer gets a weight by which the shares of all `margins` are met: multiplied margin after margin by target
    share / present share until none is off by more than 1e-10 (iterative proportional fitting).

    Parameters
    ----------
    answers : Table or data frame
        One row an answer.
    margins : mapping of column → {level: share}, or Table or data frame
        The known shares (or counts); or a table of everybody the answers shall speak for, such as the customers or
        the invitations, whose shares are taken.
    fields : list of str, optional
        With a table: its columns to be met. Default: the categories that both tables have.
    on : str or (str, str), optional
        With a table: the column that names the same person in both (people first), for fields that the answers do
        not hold themselves. Default: the customer columns.
    trim : float, optional
        Weights above this many times the average are cut, and the rest raked again. Where limit and margins cannot
        both be met the limit holds, and `off` and the notes say how far the shares are off.
    column : str
        Name of the new column.

    Returns
    -------
    Weights

    Raises
    ------
    Problem
        If a group has no answer, an answer's group no share, or the margins cannot be met together.

    References
    ----------
    Deming & Stephan (1940) Annals of Mathematical Statistics 11: 427-444. Kish (1965) Survey Sampling: n_kish, deff.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"market": ["B2B", "B2B", "B2B", "B2C"], "country": ["ES", "ES", "UK", "UK"]})
    >>> weights = rake(answers, {"market": {"B2B": 0.5, "B2C": 0.5}, "country": {"ES": 0.4, "UK": 0.6}})
    >>> weights.answers.frame["weight"].round(6).tolist()
    [0.8, 0.8, 0.4, 2.0]
    """
    sheet = as_table(answers, "answers")
    check_weighting(sheet, column, trim)
    targets, notes = margins_of(sheet, margins, None if isinstance(margins, Mapping) else fields, on)
    use = np.logical_and.reduce([margin.code >= 0 for margin in targets])
    if not use.any():
        raise Problem("no answer has a known value in every margin", where=sheet.name)
    inside = [Margin(m.field, m.levels, m.target, m.code[use]) for m in targets]
    weight, rounds, cut = _raked(inside, trim)
    off, worst = _off(inside, weight)
    full = np.full(len(use), np.nan)
    full[use] = weight
    return weighted_table(
        sheet,
        full,
        column=column,
        summary=_summary(inside, weight),
        fields=[margin.field for margin in targets],
        sources=_sources(sheet, margins, [margin.field for margin in targets]),
        method="raking",
        trim=trim,
        n_trimmed=cut,
        off=off,
        iterations=rounds,
        notes=(*notes, *_said(inside, off, worst)),
    )


def _sources(answers: Table, margins: Any, fields: Sequence[str]) -> Basis:
    """Of the answers, and of everybody whose shares they meet."""
    basis = opened(answers).basis([field for field in fields if field in answers.columns])
    if isinstance(margins, Mapping):
        return basis
    everybody = opened(margins)
    return basis.joined(everybody.basis([field for field in fields if field in everybody.engine.columns()]))


def _raked(margins: Sequence[Margin], trim: float | None) -> tuple[Array, int, int]:
    """Weights of mean 1, rounds needed, and how many weights were cut."""
    n = len(margins[0].code)
    weight, rounds = _fit(margins, np.ones(n))
    cut = np.zeros(n, dtype=bool)
    if trim is None:
        return weight, rounds, 0
    for _ in range(MOST_CUTS):
        above = weight > trim * (1 + TOLERANCE)
        if not above.any():
            return weight, rounds, int(cut.sum())
        cut |= above
        weight, more = _fit(margins, np.minimum(weight, trim))
        rounds += more
    weight, last = cut_to(weight, trim)  # limit and margins exclude each other: the limit holds
    return weight, rounds, last


def _fit(margins: Sequence[Margin], start: Array) -> tuple[Array, int]:
    """Multiply margin after margin until all are met.

    Raises
    ------
    Problem
        If they are not after `MOST_ROUNDS`.
    """
    weight = start * (len(start) / start.sum())
    for done in range(1, MOST_ROUNDS + 1):
        for margin in margins:
            share = np.bincount(margin.code, weights=weight, minlength=len(margin.target)) / len(weight)
            factor = np.divide(margin.target, share, out=np.zeros_like(share), where=share > 0)
            weight = weight * factor[margin.code]
        if _off(margins, weight)[0] <= TOLERANCE:
            return weight, done
    off, worst = _off(margins, weight)
    raise Problem(
        f"the margins cannot be met together: {worst} stays off by {100 * off:.2g} percentage points",
        do="Leave a field out, or put small groups together: some combination of groups has no answer",
    )


def _off(margins: Sequence[Margin], weight: Array) -> tuple[float, str]:
    """Largest distance of a share from its target, and where it is."""
    most, where = 0.0, ""
    for margin in margins:
        share = np.bincount(margin.code, weights=weight, minlength=len(margin.target)) / weight.sum()
        away = np.abs(share - margin.target)
        if away.max() > most:
            at = int(away.argmax())
            most, where = float(away[at]), f"'{margin.field}' = '{margin.levels[at]}'"
    return most, where


def _summary(margins: Sequence[Margin], weight: Array) -> pd.DataFrame:
    rows = []
    for margin in margins:
        size = len(margin.target)
        count = np.bincount(margin.code, minlength=size)
        weighted = np.bincount(margin.code, weights=weight, minlength=size) / weight.sum()
        rows += [
            {
                "field": margin.field,
                "level": level,
                "n": int(count[at]),
                "target": margin.target[at],
                "answers": count[at] / len(weight),
                "weighted": weighted[at],
            }
            for at, level in enumerate(margin.levels)
        ]
    return pd.DataFrame(rows)


def _said(margins: Sequence[Margin], off: float, worst: str) -> list[str]:
    fields = ", ".join(f"'{margin.field}'" for margin in margins)
    met = f"off by at most {100 * off:.2g} percentage points ({worst})" if off > TOLERANCE else "met to 1e-10"
    return [f"Raked to {fields}; the shares are {met}."]
