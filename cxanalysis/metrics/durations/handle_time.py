"""Average handle time: talking, holding and wrapping up, per contact."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from cxanalysis.arguments import check_columns
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.measured_by import handled_columns
from cxanalysis.metrics.metric_table import MetricTable, duration_unit
from cxanalysis.metrics.passport import Passport
from cxanalysis.metrics.rates.ratio import ABOVE, BELOW, ratio_of
from cxanalysis.metrics.row_values import VALUE, Options, mean_of
from cxanalysis.problem import Problem
from cxanalysis.tables.opened import KNOWN


def handle_time(
    contacts: Any,
    seconds: str | Sequence[str] | None = None,
    *,
    handled: str | None = None,
    unit: str = "seconds",
    by: str | Sequence[str] | None = None,
    weight: str | None = None,
    cluster: Any = KNOWN,
    confidence: float = 0.95,
    date: str | None = None,
    period: str | None = None,
) -> Estimates:
    """How long does a contact keep our people busy?

    Parameters
    ----------
    contacts : Table, or pandas, Polars, PyArrow frame, or DuckDB relation
        One row a contact; or, with `handled`, one row a day, team or agent with sums.
    seconds : str or list of str, optional
        Column of handled seconds, or the columns of talk, hold and wrap-up, which are added. Default: the table's one
        number whose name or label speaks of handled time.
    handled : str, optional
        Where the rows are sums: the column with the number of contacts handled.
    unit : str
        "seconds", "minutes" or "hours" of the answer; the columns hold seconds.
    by, weight, confidence, date, period
        As in `nps`.
    cluster : str, optional
        Customer (or agent) of each contact; left out: the table's customer. None: contacts count as independent.

    Returns
    -------
    Estimates
        Σ(talk + hold + wrap)/handled. Student's t of contacts; of sums the ratio's delta method over the rows.

    Raises
    ------
    Problem
        If the columns are not known, hold no numbers, or a time is negative.

    Examples
    --------
    >>> import pandas as pd
    >>> calls = pd.DataFrame({"talk": [200, 300, 250], "hold": [20, 0, 10], "wrap": [40, 60, 50]})
    >>> handle_time(calls, ["talk", "hold", "wrap"]).table["value"].tolist()
    [310.0]
    >>> days = pd.DataFrame({"seconds": [6000, 9000], "calls": [20, 30]})
    >>> handle_time(days, "seconds", handled="calls", unit="minutes").table["value"].tolist()
    [5.0]
    """
    source = MetricTable.of(contacts, "contacts", "contact" if handled is None else "record")
    size = duration_unit(unit) / duration_unit("seconds")
    columns = list(check_columns(seconds, source.engine.columns(), "seconds"))
    columns = columns or [_seconds(source)]
    handled = None if handled is None else source.there(handled, "handled")
    options = Options(by, weight, source.cluster(cluster), confidence, source.maybe(date, "date"), period)
    rows = source.rows([*columns, handled, *options.columns])
    if options.date is not None:
        rows[options.date] = source.moments(rows[options.date])
    parts = np.column_stack([source.amounts(rows, column) for column in columns])
    if (parts < 0).any():
        raise Problem(f"{int((parts < 0).any(axis=1).sum()):,} times are negative", where=f"{source.name}, {columns}")
    added = " + ".join(f"'{column}'" for column in columns)
    rows[VALUE] = parts.sum(axis=1) / size
    score = ", ".join(columns)
    passport = Passport(
        "Average handle time",
        "How long a contact keeps somebody busy on average: talking, on hold, and wrapping up.",
        f"Σ({added}) / contacts handled",
        "contacts handled" if handled is None else f"contacts handled, Σ'{handled}'",
        unit,
        tuple(source.exclusions),
        says=unit,
    )
    if handled is None:
        return mean_of(
            rows,
            options,
            passport,
            source.basis(),
            metric="handle_time",
            score=score,
        )
    rows[ABOVE], rows[BELOW] = rows[VALUE], source.amounts(rows, handled)
    note = f"Only sums are known: each row of {source.name} is a unit, and contacts within it are not told apart."
    return ratio_of(
        rows,
        options,
        passport,
        source.basis(),
        metric="handle_time",
        score=score,
        parts={"handled": BELOW},
        notes=(note,),
    )


def _seconds(source: MetricTable) -> str:
    """The one number that is handled time by its words; a number alone may be anything."""
    handled = handled_columns(source.table) if source.table is not None else ()
    if len(handled) == 1:
        return source.there(handled[0], "seconds")
    what = f"{len(handled)} columns may hold it: {', '.join(handled)}" if handled else "no column says that it holds it"
    raise Problem(f"handled time is not known: {what}", where=source.name, do="Name it with seconds=")
