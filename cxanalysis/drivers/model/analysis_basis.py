"""The basis of a driver analysis, made in one place for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from cxanalysis.basis import Basis, Cluster, LeftOut
from cxanalysis.drivers.model.gather import Sample
from cxanalysis.drivers.model.plan import Plan
from cxanalysis.tables.opened import Opened


def analysis_basis(
    source: Opened,
    plan: Plan,
    *,
    n: int | tuple[int, int],
    left_out: tuple[LeftOut, ...],
    weight: str | None,
    cluster: Cluster | None,
    labels: Mapping[str, str],
    columns: Iterable[str] = (),
    **drawn: Any,
) -> Basis:
    """What an analysis of this plan rests on.

    Parameters
    ----------
    source : Opened
    plan : Plan
    n : int or (int, int)
    left_out : tuple of LeftOut
    weight : str or None
    cluster : Cluster or None
        As `counted` gives it.
    labels : mapping of name → str
    columns : iterable of str
        Columns used besides outcome, drivers, adjusters, weight and cluster.
    **drawn
        `confidence`, `resamples` and `seed`, as far as there are any.
    """
    used = [plan.outcome.column, *(member.driver for member in (*plan.members, *plan.adjusters)), *columns]
    used += [column for column in (weight, None if cluster is None else cluster.column) if column is not None]
    return source.basis(
        used,
        n=n,
        left_out=left_out,
        weight=weight,
        cluster=cluster,
        labels=labels,
        period=period_of(source, plan.outcome.column),
        **drawn,
    )


def n_of(sample: Sample) -> int | tuple[int, int]:
    """Rows used, or their range where every pair of columns has rows of its own."""
    return sample.n if sample.n == sample.n_most else (sample.n, sample.n_most)


def counted(cluster: Cluster | None, sample: Sample) -> Cluster | None:
    """The cluster with how many there are among the rows used."""
    return None if cluster is None else replace(cluster, n=sample.clusters, effective=sample.effective_clusters)


def column_of(cluster: Cluster | None) -> str | None:
    """The column of a cluster."""
    return None if cluster is None else cluster.column


def period_of(source: Opened, outcome: str) -> tuple[str, str] | None:
    """First and last date of rows with an outcome, where a Table has one date."""
    date = None if source.table is None else source.table.column_of("date")
    if date is None:
        return None
    first, last = source.engine.span(date, outcome)
    return None if first is None else (str(first)[:10], str(last)[:10])
