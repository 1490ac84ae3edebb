"""Arguments that all driver analyses share, checked before anything is worked out."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from cxanalysis.arguments import (
    check_choice,
    check_column,
    check_confidence,
    check_resamples,
    check_seed,
)
from cxanalysis.engine.engines import Engine
from cxanalysis.problem import Problem

#: How gaps may be dealt with.
MISSING: Final = ("complete", "pairwise", "impute")


def check_how(
    *, missing: Any = "complete", confidence: Any = 0.95, resamples: Any = 1000, seed: Any = 0, fewest: int = 1
) -> None:
    """How gaps are dealt with, how sure intervals are, how often is resampled and with which seed.

    Raises
    ------
    Problem
    """
    check_choice(missing, MISSING, "missing")
    check_confidence(confidence)
    check_resamples(resamples, fewest=fewest)
    check_seed(seed)


def check_weight(engine: Engine, weight: Any) -> None:
    """The column of weights: numbers, of which at least one is above zero.

    Raises
    ------
    Problem
    """
    if weight is None:
        return
    check_column(weight, engine.columns(), "weight")
    if engine.kind_of(weight) != "number":
        raise Problem(f"column '{weight}' holds no numbers", where="weight", do="Name a column of weights, or none")
    low, high = engine.span(weight)
    if low is not None and (np.isinf(float(low)) or np.isinf(float(high)) or low < 0):
        raise Problem("weights must be zero or more, and finite", where=f"column '{weight}'")
    if high is None or not high > 0:
        raise Problem(
            f"no row has a weight above zero in '{weight}'", where="weight", do="Name another column, or none"
        )
