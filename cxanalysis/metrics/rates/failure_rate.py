"""How often something goes wrong: failures per hundred orders, visits, deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from cxanalysis import numbers
from cxanalysis.arguments import check_columns
from cxanalysis.basis import Reason
from cxanalysis.engine.aggregates import Aggregates
from cxanalysis.engine.need import Measure
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.intervals import Precision, wilson
from cxanalysis.metrics.metric_question import MetricQuestion, question
from cxanalysis.metrics.metric_table import MetricTable
from cxanalysis.metrics.passport import Passport
from cxanalysis.metrics.row_values import stacked
from cxanalysis.problem import Problem
from cxanalysis.tables.opened import KNOWN


def failure_rate(
    events: Any,
    failure: str | Sequence[str] | None = None,
    *,
    by: str | Sequence[str] | None = None,
    weight: str | None = None,
    cluster: Any = KNOWN,
    confidence: float = 0.95,
    date: str | None = None,
    period: str | None = None,
) -> Estimates:
    """Of all orders, visits or deliveries, in how many did it go wrong?

    Parameters
    ----------
    events : Table, or pandas, Polars, PyArrow frame, or DuckDB relation
        One row an event, with a 0/1 column for each failure. An event id that appears twice counts once.
    failure : str or list of str, optional
        Default: the table's failures. Several make a row each, most frequent first where nothing else orders them.
    by, weight, confidence, date, period
        As in `nps`; the date is the event's own, the first of the table's dates.
    cluster : str, optional
        Customer of each event; left out: the table's. None: events count as independent.

    Returns
    -------
    Estimates
        `value` in % of events, Wilson's interval on the effective number of events; `detail` has `hits`.

    Raises
    ------
    Problem
        If no failure is known, or one is not 0 or 1.

    Examples
    --------
    >>> import pandas as pd
    >>> orders = pd.DataFrame({"late": [1, 0, 0, 0] * 25, "returned": [0, 0, 0, 0, 1] * 20})
    >>> failure_rate(orders, ["late", "returned"]).table[["failure", "value", "n"]].values.tolist()
    [['late', 25.0, 100], ['returned', 20.0, 100]]
    """
    source = MetricTable.of(events, "events", "event")
    names = list(check_columns(failure, source.engine.columns(), "failure"))
    names = names or list(source.table.failures if source.table is not None else ())
    if not names:
        raise Problem("no failure is named", where=source.name, do="Name 0/1 columns with failure=")
    dates = source.table.columns_of("date") if source.table is not None else ()
    when = source.first(date, "date", "date") if dates or date is not None or period is not None else None
    asked = question(
        events,
        names[0],
        None,
        by=by,
        weight=weight,
        cluster=cluster,
        confidence=confidence,
        date=when,
        period=period,
        counts="event",
    )
    asked.engine, asked.value_missing = source.once(), Reason.NO_VALUE
    asked.basis = asked.basis.joined(source.basis()).with_(left_out=tuple(source.left_out))
    for name in names:
        source.check_zero_one(name)
    sums = asked.sums([Measure(name, name, "at_least", 1) for name in names])
    rates = [(name, _of(asked, sums, name, _passport(source, name, len(names)))) for name in names]
    if len(rates) == 1:
        return rates[0][1]
    whole = stacked(rates, "failure", asked.basis, same_rows=True)
    whole = replace(whole, basis=whole.basis.with_(n=rates[0][1].n))
    if asked.by:
        return whole
    order = whole.table.sort_values("value", ascending=False, kind="stable").index
    table, detail = (frame.loc[order].reset_index(drop=True) for frame in (whole.table, whole.detail))
    return replace(whole, table=table, detail=detail, sentence=_sentence(table.iloc[0]))


def _of(asked: MetricQuestion, sums: Aggregates, name: str, passport: Passport) -> Estimates:
    """One failure of those summed."""
    alone = sums.take([name])
    precision = Precision.of_share(alone, name)
    low, high = wilson(precision.mean / 100, precision.n_eff, precision.quantile(asked.confidence))
    hits = np.rint(precision.mean * precision.n / 100) if asked.weight is None else np.nan * precision.n
    return replace(asked, score=name).estimates(
        alone,
        precision,
        precision.mean,
        (100 * low, 100 * high),
        metric="failure_rate",
        method="Wilson",
        passport=replace(passport, says="%", decimals=0),
        parts={"hits": hits},
    )


def _sentence(row: pd.Series) -> str:
    """The most frequent failure."""
    often = numbers.percent(*(row[end] / 100 for end in ("value", "low", "high")))
    return f"What goes wrong most often is '{row['failure']}': {often} of {int(row['n']):,} events."


def _passport(source: MetricTable, name: str, several: int) -> Passport:
    return Passport(
        f"Failure rate of '{name}'" if several == 1 else "Failure rate",
        "Of all events, in how many it went wrong.",
        "100 × events with the failure / events",
        f"rows of {source.name}, each event once",
        "% of events",
        tuple(source.exclusions),
    )
