"""Retention: how many of the customers we had are still there, and how long a customer stays at that rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from cxanalysis.metrics.customers.churn import churn
from cxanalysis.metrics.estimates import Estimates


def retention(
    customers: Any,
    *,
    started: str | None = None,
    ended: str | None = None,
    since: str | None = None,
    until: str | None = None,
    by: str | Sequence[str] | None = None,
    weight: str | None = None,
    confidence: float = 0.95,
    period: str | None = None,
) -> Estimates:
    """Of the customers we had, how many are still there?

    100 minus churn over the opening base; the parameters are those of `churn`.

    Returns
    -------
    Estimates
        `value` in % of customers. `detail` has `life`, `life_low`, `life_high`: how many such periods a customer
        stays on average if the chance to leave never changes, 1/churn. It does change in most companies: see
        `survival`.

    Examples
    --------
    >>> import pandas as pd
    >>> register = pd.DataFrame({"came": ["2023-01-01"] * 100, "left": ["2024-05-01"] * 20 + [None] * 80})
    >>> stayed = retention(register, started="came", ended="left", since="2024-01-01", until="2024-12-31")
    >>> stayed.table["value"].tolist(), stayed.detail["life"].tolist()
    ([80.0], [5.0])
    """
    lost = churn(
        customers,
        started=started,
        ended=ended,
        since=since,
        until=until,
        by=by,
        weight=weight,
        confidence=confidence,
        period=period,
    )
    table, detail = lost.table.copy(), lost.detail.copy()
    with np.errstate(divide="ignore"):
        for name, end in (("life", "value"), ("life_low", "high"), ("life_high", "low")):
            detail[name] = 100 / table[end].where(table[end] > 0)
    table["value"], table["low"], table["high"] = 100 - table["value"], 100 - table["high"], 100 - table["low"]
    detail["hits"] = table["n"] - detail["hits"]
    each = f"a {period}" if period else "such a period"
    assert lost.period is not None
    when = f"in a {period}" if period else f"from {lost.period[0]} to {lost.period[1]}"
    return replace(
        lost,
        table=table,
        detail=detail,
        metric="retention",
        passport=replace(
            lost.passport,
            name="Retention",
            definition=f"Share of customers who stayed {when}.",
            formula="100 - 100 × lost in the period / customers at its start",
        ),
        notes=(*lost.notes, f"A customer's life of 1/churn counts in {each} and holds only if churn never changes."),
    )
