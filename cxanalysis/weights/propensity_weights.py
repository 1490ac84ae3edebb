"""Weights by the chance to answer: whoever was unlikely to answer speaks for more people like them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.problem import Problem
from cxanalysis.tables.opened import opened
from cxanalysis.weights.answer_model import design, fit
from cxanalysis.weights.people import People, as_numbers, as_words, checked_fields, is_category, matched
from cxanalysis.weights.weights import Weights, check_weighting, cut_to, weighted_table

Array = NDArray[np.float64]


def propensity_weights(
    people: Any,
    answers: Any,
    *,
    on: Any = None,
    fields: Sequence[str] | None = None,
    trim: float | None = None,
    column: str = "weight",
) -> Weights:
    """What would the result be if everybody we could have asked had answered?

    The chance to answer is modelled for everybody by a logit on all fields; an answer weighs 1 / that chance, scaled
    to mean 1. Where a person gave several answers they share the weight, so each person counts once.

    Parameters
    ----------
    people : Table or data frame
        One row a person (or invitation) who could have answered.
    answers : Table or data frame
        One row an answer.
    on : str or (str, str), optional
        Column that names the person in both; default: the customer columns.
    fields : list of str, optional
        What the chance depends on: categories, flags, numbers and dates of `people`. Default: all of them.
    trim : float, optional
        Weights above this many times the average are cut; the average is then brought back to 1, and weights that
        this lifts over the limit are cut again.
    column : str
        Name of the new column.

    Returns
    -------
    Weights

    Raises
    ------
    Problem
        If the fields tell answerers and non-answerers apart perfectly, everybody or nobody answered, or `people`
        has several rows of one person.

    References
    ----------
    Little (1986) International Statistical Review 54: 139-157. Lee, Lessler & Stuart (2011) PLoS ONE 6: trimming.

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"who": range(8), "market": ["B2B"] * 4 + ["B2C"] * 4})
    >>> answers = pd.DataFrame({"who": [0, 1, 2, 4], "recommend": [9, 9, 9, 5]})
    >>> weights = propensity_weights(people, answers, on="who", fields=["market"])
    >>> weights.answers.frame["weight"].round(4).tolist()
    [0.6667, 0.6667, 0.6667, 2.0]
    """
    who = matched(people, answers, on)
    assert who.answers is not None
    assert who.on is not None
    sheet = who.answers
    check_weighting(sheet, column, trim)
    chosen, notes = checked_fields(who.table, fields, (who.on[0],))
    model = fit(design(who.table.frame, chosen, who.answered), who.answered)
    weight = _of_answers(who, 1 / model.propensity)
    weight, cut = cut_to(weight, trim)
    named = ", ".join(f"'{name}'" for name in chosen)
    said = [*who.notes, *notes, f"The chance to answer is a logit on {named}; an answer weighs 1 / chance."]
    if sheet.frame[who.on[1]].duplicated().any():
        said.append(f"Several answers of one '{who.on[1]}' share its weight.")
    return weighted_table(
        sheet,
        weight,
        column=column,
        summary=_summary(who, chosen, weight),
        sources=opened(who.table).basis([who.on[0], *chosen]).joined(opened(sheet).basis([who.on[1]])),
        key=who.on[1],
        method="inverse response propensity",
        trim=trim,
        n_trimmed=cut,
        off=float("nan"),
        iterations=1,
        notes=said,
    )


def _of_answers(who: People, inverse: Array) -> Array:
    """1 / chance of each answer's person, shared among their answers; NaN for answers of nobody known. Mean 1."""
    assert who.answers is not None
    assert who.on is not None
    given = who.answers.frame[who.on[1]]
    known = who.table.frame[who.on[0]]
    by_person = pd.Series(inverse, index=known.to_numpy())[known.notna().to_numpy()]
    each = given.map(by_person).to_numpy(float, na_value=np.nan) / given.map(given.value_counts()).to_numpy(
        float, na_value=np.nan
    )
    if np.isnan(each).all():
        raise Problem("no answer has a known person", where=who.answers.name)
    return each / np.nanmean(each)


def _summary(who: People, fields: Sequence[str], weight: Array) -> pd.DataFrame:
    """How far the weights bring the answers to everybody: a share for each level, a mean for each number."""
    assert who.answers is not None
    assert who.on is not None
    place = pd.Series(np.arange(len(who.table)), index=who.table.frame[who.on[0]].to_numpy())
    place = place[place.index.notna()]
    there = ~np.isnan(weight)
    row = who.answers.frame[who.on[1]].map(place).to_numpy(float, na_value=np.nan)[there].astype(int)
    w, out = weight[there], []
    for field in fields:
        values = who.table.frame[field]
        if is_category(values):
            words = as_words(values)
            parts = [(level, (words == level).astype(float)) for level in sorted(set(words))]
        else:
            parts = [(None, as_numbers(values))]
        for level, y in parts:
            mine = y[row]
            known = ~np.isnan(mine)
            out.append(
                {
                    "field": field,
                    "level": level,
                    "n": int(mine[known].sum()) if level is not None else int(known.sum()),
                    "target": float(np.nanmean(y)),
                    "answers": float(mine[known].mean()),
                    "weighted": float(np.average(mine[known], weights=w[known])),
                }
            )
    return pd.DataFrame(out)
