"""What the rows say, by the way gaps are dealt with: correlations, their resamples, and the regression."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxanalysis.drivers.effects.regression import Regression, fit
from cxanalysis.drivers.importance.order_of_drivers import resample
from cxanalysis.drivers.model import sum_guards
from cxanalysis.drivers.model.gather import Sample, gather
from cxanalysis.drivers.model.imputation import imputed
from cxanalysis.drivers.model.pairwise import drawn
from cxanalysis.drivers.model.plan import Plan
from cxanalysis.engine.engines import Engine
from cxanalysis.problem import Problem

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class DriverEvidence:
    """Columns of the matrices: adjusters, members, outcome.

    Attributes
    ----------
    sample : Sample
    correlation : array, (k, k)
    resampled : array, (k, k, resamples)
    regression : Regression
    r_squared : float
    """

    sample: Sample
    correlation: Floats
    resampled: Floats
    regression: Regression
    r_squared: float


def evidence(
    engine: Engine, plan: Plan, *, missing: str, weight: str | None, cluster: str | None, resamples: int, seed: int
) -> DriverEvidence:
    """Gather what the analysis rests on."""
    by: dict[str, Callable[..., DriverEvidence]] = {"complete": _complete, "pairwise": _pairwise, "impute": _imputed}
    measured = by[missing](engine, plan, weight, cluster, resamples, seed)
    if measured.sample.clusters == 1:
        raise Problem(
            "all rows used belong to one customer, and at least two are needed",
            where=f"cluster '{cluster}'",
            do="Name the column of the customer or respondent, or cluster=None to take every row for itself",
        )
    return measured


def _complete(
    engine: Engine, plan: Plan, weight: str | None, cluster: str | None, resamples: int, seed: int
) -> DriverEvidence:
    sample, sums = gather(engine, plan, weight, cluster)
    sum_guards.refuse(plan, sample)
    regression = fit(sums)
    return DriverEvidence(sample, sums.correlation(), resample(sums, resamples, seed), regression, regression.r_squared)


def _pairwise(
    engine: Engine, plan: Plan, weight: str | None, cluster: str | None, resamples: int, seed: int
) -> DriverEvidence:
    sample, correlation, resampled, regression = drawn(engine, plan, weight, cluster, resamples, seed)
    return DriverEvidence(sample, correlation, resampled, regression, regression.r_squared)


def _imputed(
    engine: Engine, plan: Plan, weight: str | None, cluster: str | None, resamples: int, seed: int
) -> DriverEvidence:
    sample, correlation, resampled, regression = imputed(engine, plan, weight, cluster, resamples, seed)
    return DriverEvidence(sample, correlation, resampled, regression, regression.r_squared)
