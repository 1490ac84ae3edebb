"""How often something goes wrong: failures per hundred orders, visits, deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from cxanalysis import numbers
from cxanalysis.metrics.derived import VALUE, Options, share_of, stacked
from cxanalysis.metrics.estimates import Estimates, Passport
from cxanalysis.metrics.source import Source
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
    options = Options(by, weight, source.maybe(cluster, "customer"), confidence, when, period)
    rows = source.rows([*names, *options.columns])
    if when is not None:
        rows[when] = source.moments(rows[when])
    found = []
    for name in names:
        rows[VALUE] = 100 * source.zero_one(rows, name)
        found.append((name, share_of(
            rows, options, _passport(source, name, len(names)), metric="failure_rate", score=name,
            unknown=f"are not known to have '{name}' or not",
        )))  # fmt: skip
    if len(found) == 1:
        return found[0][1]
    whole = stacked(found, "failure")
    if options.names or period is not None:
        return replace(whole, n=found[0][1].n)
    order = whole.table.sort_values("value", ascending=False, kind="stable").index
    table, detail = (frame.loc[order].reset_index(drop=True) for frame in (whole.table, whole.detail))
    return replace(whole, table=table, detail=detail, n=found[0][1].n, sentence=_sentence(table.iloc[0]))


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
