"""The basis of a metric over time."""

from __future__ import annotations

from typing import Any

from cxanalysis.basis import Basis, Cluster, LeftOut, Reason, SourceTable
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.result import Result
from cxanalysis.tables.opened import opened


def measured_basis(found: Estimates, data: Any = None) -> Basis:
    """What a metric rests on: its own basis; made from its table where the metric has none."""
    if isinstance(found, Result):
        return found.basis
    facts: dict[str, Any] = {
        "n": found.n,
        "counts": found.passport.counts.partition(", ")[0] or "value",
        "left_out": (LeftOut(found.n_missing, Reason.NO_ANSWER, found.score),) if found.n_missing else (),
        "weight": found.weight,
        "cluster": None if found.cluster is None else Cluster(found.cluster, asked=True),
        "period": found.period,
        "confidence": found.confidence,
    }
    if data is None or isinstance(data, Estimates):
        return Basis((SourceTable("data"),), **facts)
    columns = [column for column in (found.score, *found.by) if column != "period"]
    return opened(data).basis(columns, **facts)
