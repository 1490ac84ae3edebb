"""Which periods are "as it was": frozen, so that a change cannot become its own yardstick."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.monitor.series import Series
from cxanalysis.problem import Problem

#: Fewer periods do not tell how far values move by themselves.
FEWEST: Final = 20
#: The first so many complete periods, where nobody says otherwise; four whole weeks of days, for their rhythm.
USUAL: Final[Mapping[str, int]] = MappingProxyType({"day": 28, "week": FEWEST, "month": FEWEST, "quarter": FEWEST})

#: What a baseline may be named by: a number of first periods, or first and last day.
Named = int | Sequence[str] | None


def baseline_of(series: Series, named: Named = None) -> NDArray[np.bool_]:
    """The baseline's periods; fewer than 20 of them where there are no more.

    Parameters
    ----------
    series : Series
    named : int or (from, to), optional
        The first so many complete periods, or all complete periods that begin between two days (ISO). Without it the
        first 20 (28 days).

    Raises
    ------
    Problem
        If fewer than 20 periods are asked for, or the days are none.
    """
    usable = series.usable
    if named is None or isinstance(named, int):
        wanted = USUAL[series.every] if named is None else named
        if isinstance(named, bool) or wanted < FEWEST:
            raise Problem(f"{named} periods are too few for a baseline", do=f"Use at least {FEWEST}")
        return usable & (np.cumsum(usable) <= wanted)
    first, last = _ends(named)
    inside = (series.start >= first) & (series.start <= last) & usable
    if inside.sum() < FEWEST and usable.sum() >= FEWEST:
        raise Problem(
            f"between {first} and {last} there are {int(inside.sum())} complete {series.every}s with {series.many(2)}",
            where="baseline",
            do=f"Name a stretch with at least {FEWEST}",
        )
    return inside


def _ends(named: Any) -> tuple[np.datetime64, np.datetime64]:
    if isinstance(named, str) or not isinstance(named, Sequence) or len(named) != 2:
        raise Problem(
            "it is a number of periods, or a first and a last day",
            where="baseline",
            do="Use 26, or ('2025-01-01', '2025-06-30')",
        )
    days = pd.to_datetime(pd.Series([str(day) for day in named]), errors="coerce", format="ISO8601")
    if days.isna().any() or days[0] > days[1]:
        raise Problem(
            f"{named[0]} to {named[1]} is no stretch of time", where="baseline", do="Write days as 2025-06-30"
        )
    first, last = days.to_numpy().astype("datetime64[D]")
    return first, last


def too_short(series: Series, base: NDArray[np.bool_]) -> str:
    """Why nothing can be judged yet, in one calm sentence; empty if it can."""
    have = int(base.sum())
    if have >= FEWEST:
        return ""
    more = FEWEST - have
    return (
        f"Too short to judge: {have} complete {series.every}{'' if have == 1 else 's'} with {series.many(2)}, "
        f"{FEWEST} are needed ({more} more)."
    )
