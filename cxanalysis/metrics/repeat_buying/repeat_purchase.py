"""Repeat-purchase rate: how many customers buy a second time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from cxanalysis.arguments import check_confidence, check_number
from cxanalysis.basis import Reason
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.log_end import log_end, needed_end
from cxanalysis.metrics.metric_table import MetricTable
from cxanalysis.metrics.passport import Passport
from cxanalysis.metrics.repeat_buying.purchase_histories import leave_out_purchases
from cxanalysis.metrics.row_values import VALUE, Options, share_of
from cxanalysis.problem import Problem


def repeat_purchase_rate(
    transactions: Any,
    *,
    within_days: float = 365.0,
    customer: str | None = None,
    date: str | None = None,
    until: str | None = None,
    by: str | Sequence[str] | None = None,
    confidence: float = 0.95,
    period: str | None = None,
) -> Estimates:
    """Of those who bought once, how many bought again?

    Parameters
    ----------
    transactions : Table or data frame
        One row a purchase; purchases of one day are one.
    within_days : float
        The second purchase counts if it came no later than this after the first. Customers whose first purchase is
        younger are left out: they still may.
    customer, date : str, optional
        Default: the columns of that role.
    until : str, optional
        The last day of the log; default: its last purchase.
    by : str or list of str, optional
        A customer's group is that of the first purchase.
    confidence : float
    period : str, optional
        Cohorts by the period of the first purchase.

    Returns
    -------
    Estimates
        `value` in % of customers, Wilson's interval.

    Examples
    --------
    >>> import pandas as pd
    >>> log = pd.DataFrame({"who": [1, 1, 2, 3, 3], "day": pd.to_datetime(["2023-01-02", "2023-03-01", "2023-01-09",
    ...                     "2023-02-01", "2025-01-01"])})
    >>> repeat_purchase_rate(log, customer="who", date="day").table[["value", "n"]].round(1).values.tolist()
    [[33.3, 3.0]]
    """
    check_number(within_days, "within_days", low=0, open_low=True)
    check_confidence(confidence)
    source = MetricTable.of(transactions, "transactions", "customer")
    who, when = source.column(customer, "customer", "customer"), source.first(date, "date", "date")
    options = Options(by, None, None, confidence, when, period)
    rows = source.rows([who, *options.columns])
    rows[when] = source.moments(rows[when]).dt.floor("D")
    log = needed_end(log_end(rows[when], until=until), source.name)
    end = log.moment
    usable = leave_out_purchases(source, rows, who, when, end)
    rows = rows[usable].sort_values([who, when], kind="stable").drop_duplicates([who, when])
    second = rows.groupby(who, sort=False)[when].shift(-1)
    first = ~rows[who].duplicated()
    window = pd.Timedelta(days=within_days)
    rows[VALUE] = np.where(second - rows[when] <= window, 100.0, 0.0)
    old = rows[when] <= end - window
    source.leave_out((first & ~old).sum(), Reason.TOO_YOUNG, when)
    rows = rows[first & old]
    if rows.empty:
        raise Problem(f"no first purchase is {within_days:g} days old", where=source.name, do="Choose a shorter window")
    passport = Passport(
        "Repeat-purchase rate",
        f"Share of customers who bought again within {within_days:g} days of the first purchase in the log.",
        f"100 × customers with a second purchase within {within_days:g} days / customers",
        f"customers whose first purchase is at least {within_days:g} days old on {log.day}",
        "% of customers",
        tuple(source.exclusions),
    )
    note = "The first purchase in the log may not be a customer's first of all."
    return share_of(rows, options, passport, source.basis(), metric="repeat_purchase_rate", score=when, notes=(note,))
