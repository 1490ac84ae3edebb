"""How often something goes wrong: failures per hundred orders, visits, deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from cxanalysis import numbers
from cxanalysis.engine.aggregates import Aggregates
from cxanalysis.engine.need import Measure
from cxanalysis.metrics.derived import in_names, stacked
from cxanalysis.metrics.estimates import Estimates, Passport
from cxanalysis.metrics.intervals import Precision, wilson
from cxanalysis.metrics.metric_question import Asked, ask
from cxanalysis.metrics.metric_rows import Source
from cxanalysis.problem import Problem


def failure_rate(
    events: Any,
    failure: str | Sequence[str] | None = None,
    *,
    by: str | Sequence[str] | None = None,
    weight: str | None = None,
    cluster: str | bool | None = None,
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
    cluster : str or bool, optional
        Customer of each event; default: the table's. False: events count as independent.

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
    source = Source.of(events, "events")
    names = [failure] if isinstance(failure, str) else list(failure or ())
    names = names or list(source.table.failures if source.table is not None else ())
    if not names:
        raise Problem("no failure is named", where=source.name, do="Name 0/1 columns with failure=")
    dates = source.table.columns_of("date") if source.table is not None else ()
    when = source.first(date, "date", "date") if dates or date or period else None
    customer = source.maybe(cluster, "customer")
    asked = ask(
        events, names[0], None, by=by, weight=weight, cluster=customer, confidence=confidence, date=when, period=period
    )
    asked = replace(asked, engine=source.once())
    for name in names:
        source.check_zero_one(name)
    sums = asked.sums([Measure(name, name, "at_least", 1) for name in names])
    found = [(name, _of(asked, sums, name, _passport(source, name, len(names)))) for name in names]
    if len(found) == 1:
        return found[0][1]
    whole = stacked(found, "failure")
    if asked.by:
        return replace(whole, n=found[0][1].n)
    order = whole.table.sort_values("value", ascending=False, kind="stable").index
    table, detail = (frame.loc[order].reset_index(drop=True) for frame in (whole.table, whole.detail))
    return replace(whole, table=table, detail=detail, n=found[0][1].n, sentence=_sentence(table.iloc[0]))


def _of(asked: Asked, sums: Aggregates, name: str, passport: Passport) -> Estimates:
    """One failure of those summed."""
    alone = sums.take([name])
    precision = Precision.of(alone, name)
    low, high = wilson(precision.mean / 100, precision.n_eff, precision.quantile(asked.confidence))
    hits = np.rint(precision.mean * precision.n / 100) if asked.weight is None else np.nan * precision.n
    found = replace(asked, score=name).estimates(
        alone, precision, precision.mean, (100 * low, 100 * high), metric="failure_rate", method="Wilson",
        passport=replace(passport, says="%", decimals=0), parts={"hits": hits},
    )  # fmt: skip
    return in_names(found, passport, name, f"are not known to have '{name}' or not")


def _sentence(row: pd.Series) -> str:
    """The most frequent failure."""
    often = numbers.percent(*(row[end] / 100 for end in ("value", "low", "high")))
    return f"What goes wrong most often is '{row['failure']}': {often} of {int(row['n']):,} events."


def _passport(source: Source, name: str, several: int) -> Passport:
    return Passport(
        f"Failure rate of '{name}'" if several == 1 else "Failure rate",
        "Of all events, in how many it went wrong.",
        "100 × events with the failure / events",
        f"rows of {source.name}, each event once",
        "% of events",
        tuple(source.told),
        counts="event",
        sources=source.tokens,
    )
