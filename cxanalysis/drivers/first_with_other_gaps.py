"""Would another treatment of missing answers put another driver first? Asked before a headline names one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cxanalysis.drivers.model.gather import sums_of_aggregates
from cxanalysis.drivers.model.pairwise import DEFINITE
from cxanalysis.drivers.model.plan import Plan
from cxanalysis.engine.engines import Engine
from cxanalysis.engine.need import Need

Floats = NDArray[np.float64]

#: With more drivers a second importance analysis would take seconds, and is not made.
MOST_PLAYERS: Final = 20
#: The two treatments that need one query each, in words that follow a driver's name.
WORDS: Final = {"complete": "among complete answers", "pairwise": "over every pair of answers"}


def first_with_other_gaps(
    engine: Engine, plan: Plan, missing: str, weight: str | None, importance: Callable[[Floats], Floats]
) -> tuple[str, str] | None:
    """The treatment that was not asked for, and the driver it puts first; None where that cannot be said.

    Parameters
    ----------
    engine : Engine
    plan : Plan
    missing : str
        As asked: complete rows are compared with pairs, the other two with complete rows.
    weight : str or None
    importance : callable
        From a correlation matrix (k, k) to the players' importance.
    """
    if len(plan.players) > MOST_PLAYERS or len(plan.players) < 2:
        return None
    other = "pairwise" if missing == "complete" else "complete"
    if other == "complete":
        sums = engine.aggregate(Need(plan.measures, weight=weight, complete=True))
        if sums.count[0, 0, 0, 0] < len(plan.measures) + 2:
            return None
        correlation = sums_of_aggregates(sums).correlation()
    else:
        sums = engine.aggregate(Need(plan.measures, weight=weight))
        correlation = sums.correlation()[0, 0]
    if not np.isfinite(correlation).all():
        return None  # two columns that no row tells apart: there is no such analysis
    if float(np.linalg.eigvalsh(correlation)[0]) < DEFINITE:
        return None
    return other, plan.players[int(np.argmax(importance(correlation)))].name
