"""The sentence where a driver that may be no reason of the outcome comes first, or might."""

from __future__ import annotations

from typing import Final

import pandas as pd

from cxanalysis import numbers
from cxanalysis.drivers.cautions import SUSPECTED
from cxanalysis.drivers.driver_headline import guards_first

#: A suspected driver keeps others from being named if it was first in this share of the resamples.
MAY_BE_FIRST: Final = 0.05


def leak_headline(table: pd.DataFrame, metric: str) -> str | None:
    """The warning and nothing else; None where no suspected driver could be first.

    Parameters
    ----------
    table : DataFrame
        `Drivers.table` with what the drivers are called.
    metric : str
    """
    suspected = [row for _, row in table.iterrows() if SUSPECTED.intersection(row["flags"])]
    if not any(row["p_first"] >= MAY_BE_FIRST for row in suspected):
        return None
    share = sum(float(row["share"]) for row in suspected)
    makes_up = (
        f" That makes up {numbers.percent(share)} of what these drivers explain, and says nothing about reasons: leave "
        f"{'it' if len(suspected) == 1 else 'them'} out and look again."
    )
    return f"{guards_first(table, metric)}{makes_up}"
