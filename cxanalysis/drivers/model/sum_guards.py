"""Guards that need sums only: what is refused before the analysis, and what is said before its result."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from cxanalysis.drivers.model.gather import Sample
from cxanalysis.drivers.model.plan import Plan
from cxanalysis.problem import Problem

#: Fewer rows than this per driver: the result is shown with a warning.
ROWS_PER_DRIVER: Final = 10
#: Fewer clusters than this in effect, (Σ w)² / Σ w²: said in the notes.
FEW_CLUSTERS: Final = 30
#: A mean correlation between ratings above this: the order of drivers will be weak.
HALO: Final = 0.6


def refuse(plan: Plan, sample: Sample) -> None:
    """Stop before columns that cannot be analysed because they never change."""
    deviation = sample.deviation
    columns = [*plan.adjusters, *plan.members]
    for member, spread in zip(columns, deviation[:-1], strict=True):
        if spread == 0:
            raise Problem(
                "it has the same value in every row used",
                where=f"column '{member.label}'",
                do="Leave it out: it cannot explain differences",
            )
    if deviation[-1] == 0:
        raise Problem(
            "every row used has the same outcome, so there is nothing to explain",
            where=f"column '{plan.outcome.column}'",
        )


def few_clusters(clusters: int, effective: float | None) -> list[str]:
    """Say that clusters are few, or count for few because some are much larger than others."""
    worth = clusters if effective is None else min(effective, clusters)
    if round(worth) >= FEW_CLUSTERS:
        return []
    if worth > 0.9 * clusters:
        return [f"Only {clusters} clusters: intervals rest on few units and are wide for that reason."]
    return [
        f"The {clusters:,} clusters are of so different size that they count like {worth:.0f} of equal size: intervals "
        "rest on few units and are wide for that reason."
    ]


def warn(plan: Plan, sample: Sample, correlation: NDArray[np.float64]) -> list[str]:
    """What the reader must know before the result."""
    notes = []
    p = len(plan.members) + len(plan.adjusters)
    n = sample.n
    if n < ROWS_PER_DRIVER * p:
        notes.append(f"Only {n} rows for {p} columns: fewer than {ROWS_PER_DRIVER} per driver, so results are fragile.")
    if sample.clusters is not None:
        notes += few_clusters(sample.clusters, sample.effective_clusters)
    ratings = [i for i in range(len(plan.members)) if not sample.is_flag[i] and not plan.members[i].category]
    if len(ratings) >= 3:
        at = np.array(ratings) + len(plan.adjusters)
        between = correlation[np.ix_(at, at)][np.triu_indices(len(at), 1)].mean()
        if between > HALO:
            notes.append(
                f"The ratings move together (mean correlation {between:.2f}): people answer from one overall "
                "impression, so the order among them is weak."
            )
    return notes
