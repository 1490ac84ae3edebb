"""One metric under its competing definitions, side by side, with how many cases each moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from cxanalysis import numbers
from cxanalysis.arguments import check_mapping
from cxanalysis.basis import Basis
from cxanalysis.metrics.counted_as import counted_as
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.metric import metric, metric_of
from cxanalysis.metrics.usual_definitions import usual_definitions
from cxanalysis.problem import Problem
from cxanalysis.result import Result

#: Column of the definition's name.
DEFINITION: Final = "definition"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Definitions(Result):
    """A metric under several definitions.

    Attributes
    ----------
    table : DataFrame
        One row a definition (and group): `definition, [*by,] value, low, high, n, n_missing, unit, moves,
        moves_share`. `moves`: cases that count otherwise than under the first definition that classifies cases
        (above the line, below it, or not at all); missing for a mean, a median or money, which classify nobody.
        `moves_share` is their share (0…1) of the cases that count under either.
    estimates : mapping of definition → Estimates
    metric : str
    by : tuple of str
    basis : Basis
        Of the first definition, the one in use.
    notes : tuple of str
        Why a definition is not shown, what the first one is.

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> answers = pd.DataFrame({"csat": [5] * 50 + [4] * 20 + [3] * 20 + [1] * 10})
    >>> found = cx.definitions("csat", answers, score="csat")
    >>> found.table[["definition", "value", "moves"]].values.tolist()[:3]
    [['the best 2 of 5', 70.0, 0.0], ['the best 1 of 5', 50.0, 20.0], ['the best 3 of 5', 90.0, 20.0]]
    """

    table: pd.DataFrame
    estimates: Mapping[str, Estimates]
    metric: str
    by: tuple[str, ...]
    basis: Basis
    notes: tuple[str, ...]

    @property
    def headline(self) -> str:
        """How far the definitions are apart, in one sentence."""
        first = next(iter(self.estimates))
        name = self.estimates[first].passport.name
        alike = self.table[self.table["unit"] == self.table["unit"].iloc[0]]
        rows = alike[alike["value"].notna()]
        if self.by or len(rows) < 2:
            return f"{name} under {len(self.estimates)} definitions; '{first}' is in use."
        low, high = rows.loc[rows["value"].idxmin()], rows.loc[rows["value"].idxmax()]
        says = self.estimates[first].passport.says
        if low["value"] == high["value"]:
            return f"{name} is the same under {len(rows)} definitions: {_said(low, says)}."
        return (
            f"{name} is {_said(low, says)} or {_said(high, says)} by definition alone "
            f"('{low[DEFINITION]}', '{high[DEFINITION]}'); '{first}' gives {_said(rows.iloc[0], says)}."
        )


def _said(row: pd.Series, says: str) -> str:
    if says == "%":
        return numbers.percent(*(row[end] / 100 for end in ("value", "low", "high")))
    return numbers.points(row["value"], row["low"], row["high"], unit=says)


def definitions(
    name: str,
    data: Any,
    base: Any = None,
    /,
    *,
    variants: Mapping[str, Mapping[str, Any]] | None = None,
    **options: Any,
) -> Definitions:
    """What would this metric be if we defined it as others do, or as we used to?

    Parameters
    ----------
    name : str
        As `cx.metric` takes it.
    data, base : Table or data frame
    variants : mapping of definition → options, optional
        The definitions to compare, the one in use first, such as `{"until May": {"top": 1}, "new": {"top": 2}}`: an
        old definition beside a new one, both computed over the same past. Default: the definitions that are common
        for this metric, as far as the data allow.
    **options
        What all definitions share: columns, groups, period, weights, confidence.

    Returns
    -------
    Definitions

    Raises
    ------
    Problem
        If the metric has no other definitions, or the first one cannot be computed. Another one that cannot is left
        out, and the notes say why; of `variants` none is left out.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"csat": [5] * 50 + [4] * 20 + [3] * 20 + [1] * 10})
    >>> changed = {"old": {"top": 1}, "new": {"top": 2}}
    >>> definitions("csat", answers, score="csat", variants=changed).table["value"].tolist()
    [50.0, 70.0]
    """
    known = metric_of(name)
    tables = (data,) if base is None else (data, base)
    notes: list[str] = []
    if variants is not None:
        check_mapping(variants, "variants", do='Write {"old": {…}, "new": {…}}')
        asked = {label: dict(check_mapping(chosen, f"variants['{label}']")) for label, chosen in variants.items()}
    else:
        asked, notes = usual_definitions(known.name, tables, options)
    if len(asked) < 2:
        raise Problem(
            f"'{known.title}' has no second definition that these data allow",
            do="Name some: variants={'old': {…}, 'new': {…}}" + (f" ({notes[0]})" if notes else ""),
        )
    found: dict[str, Estimates] = {}
    for label, chosen in asked.items():
        try:
            found[label] = metric(known.name, *tables, **(options | chosen))
        except Problem as problem:
            if variants is not None or not found:
                raise
            notes.append(f"'{label}' is not shown: {problem}")
    first = next(iter(found))
    counted = {label: counted_as(known.name, tables, options | asked[label]) for label in found}
    against = next((label for label, cases in counted.items() if cases is not None), first)
    frames = [_rows(label, result, counted[against], counted[label]) for label, result in found.items()]
    one = found[first]
    notes += list(dict.fromkeys(note for result in found.values() for note in result.notes))
    return Definitions(
        table=pd.concat(frames, ignore_index=True),
        estimates=found,
        metric=known.name,
        by=one.by,
        basis=one.basis,
        notes=(f"'{first}' is the definition in use; 'moves' compares with '{against}', case by case.", *notes),
    )


def _rows(label: str, result: Estimates, first: pd.Series | None, own: pd.Series | None) -> pd.DataFrame:
    moves, share = _moved(first, own)
    table = result.table.assign(unit=result.passport.unit, moves=moves, moves_share=share)
    return table.assign(**{DEFINITION: label})[[DEFINITION, *table.columns]]


def _moved(first: pd.Series | None, own: pd.Series | None) -> tuple[float, float]:
    """How many cases count otherwise, and their share of those that count under either."""
    if first is None or own is None:
        return np.nan, np.nan
    a, b = first.align(own, join="outer")
    both = a.notna() | b.notna()
    moved = int((both & ~((a == b) | (a.isna() & b.isna()))).sum())
    return float(moved), moved / int(both.sum()) if both.any() else np.nan
