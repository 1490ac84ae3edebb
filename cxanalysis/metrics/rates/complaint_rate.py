"""Complaint rate: how many customers complain, or how many complaints come with the orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from cxanalysis.arguments import check_choice
from cxanalysis.basis import Cluster, Reason
from cxanalysis.link.window import common_codes
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.log_end import log_end, needed_end
from cxanalysis.metrics.metric_question import PERIOD
from cxanalysis.metrics.metric_table import MetricTable, key_pair
from cxanalysis.metrics.passport import Passport
from cxanalysis.metrics.periods import Stretch, covered_in_part, period_start, whole_periods
from cxanalysis.metrics.rates.ratio import ABOVE, BELOW, ratio_of
from cxanalysis.metrics.row_values import VALUE, Options, share_of, stacked
from cxanalysis.problem import Problem

#: What complaints may be set against.
PER = ("customer", "order")


def complaint_rate(
    complaints: Any,
    base: Any,
    *,
    per: str | None = None,
    customer: str | Sequence[str] | None = None,
    by: str | Sequence[str] | None = None,
    weight: str | None = None,
    confidence: float = 0.95,
    date: str | None = None,
    base_date: str | None = None,
    left: str | None = None,
    period: str | None = None,
) -> Estimates:
    """How many of our customers complain; how many complaints come with 100 orders?

    These are two metrics. Per customer: complaining customers / customers, Wilson's interval. Per order: complaints /
    orders, a ratio clustered by customer (a customer may complain twice about one order).

    Parameters
    ----------
    complaints : Table or data frame
        One row a complaint.
    base : Table or data frame
        One row a customer, or one row an order.
    per : str, optional
        "customer" or "order"; default: "order" for a table of operations or transactions, else "customer".
    customer : str or (str, str), optional
        Column that names the customer in both; default: the tables' own.
    by : str or list of str, optional
        Columns of `base`. A complaint belongs to its customer's group.
    weight : str, optional
        Column of `base`, per customer only.
    confidence : float
    date, base_date : str, optional
        Date of a complaint; date of an order, or the day on which the customer came.
    left : str, optional
        Day on which a customer left; default: the base's column of role "closed".
    period : str, optional
        Per customer: customers of the period (who were there, or ordered) and those of them who complained in it.

    Returns
    -------
    Estimates
        `value` in % of customers, or complaints per 100 orders.

    Raises
    ------
    Problem
        If a column is not known, or nobody is in the base.

    Examples
    --------
    >>> import pandas as pd
    >>> customers = pd.DataFrame({"customer": range(200)})
    >>> complaints = pd.DataFrame({"customer": [3, 3, 8, 50, 999]})
    >>> rate = complaint_rate(complaints, customers, customer="customer")
    >>> rate.table.round(1).to_dict("records")
    [{'value': 1.5, 'low': 0.5, 'high': 4.3, 'n': 200, 'n_missing': 0}]
    >>> orders = pd.DataFrame({"customer": list(range(200)) * 2})
    >>> complaint_rate(complaints, orders, per="order", customer="customer").table["value"].tolist()
    [1.25]
    """
    theirs, ours = MetricTable.of(complaints, "complaints"), MetricTable.of(base, "base")
    kind = ours.table.kind if ours.table is not None else None
    per = per or ("order" if kind in ("operations", "transactions") else "customer")
    check_choice(per, PER, "per")
    ours.counts = per
    named = key_pair(customer, "customer")
    who = (theirs.column(named[0], "customer", "customer"), ours.column(named[1], "customer", "customer"))
    dated = date is not None or period is not None or (theirs.table is not None and theirs.table.columns_of("date"))
    when = theirs.first(date, "date", "date") if dated else None
    options = Options(by, weight, None, confidence, None, period)
    loud = theirs.rows([who[0], when])
    if when is not None:
        loud[when] = theirs.moments(loud[when])
    based = ours.first(base_date, "date", "base_date") if period is not None or base_date is not None else None
    ended = ours.maybe(left, "closed") if kind in (None, "customers") else None
    calm = ours.rows([who[1], based, ended, *options.columns])
    for column in (based, ended):
        if column is not None:
            calm[column] = ours.moments(calm[column])
    loud["who"], calm["who"] = common_codes(loud[who[0]], calm[who[1]])
    _count_left_out(theirs, ours, loud, calm, who, matched=per == "customer" or bool(options.names))
    loud, calm = loud[loud["who"] >= 0], calm[calm["who"] >= 0]
    if per == "order":
        if weight is not None:
            raise Problem("orders are not weighted", where="weight", do="Leave the weights out, or count per customer")
        return _per_order(theirs, ours, loud, calm, (when, based), who[1], options)
    if period is None:
        rate = _per_customer(theirs, ours, loud, calm, options)
        return replace(rate, basis=rate.basis.with_(period=_span(loud, when)))
    return _by_period(theirs, ours, loud, calm, (when or "", based or "", ended), options)


def _count_left_out(
    theirs: MetricTable,
    ours: MetricTable,
    loud: pd.DataFrame,
    calm: pd.DataFrame,
    who: tuple[str, str],
    *,
    matched: bool,
) -> None:
    for source, rows, column in ((theirs, loud, who[0]), (ours, calm, who[1])):
        source.leave_out((rows["who"] < 0).sum(), Reason.NO_KEY, column)
    strangers = int(((loud["who"] >= 0) & ~loud["who"].isin(calm["who"])).sum())
    if matched:
        theirs.leave_out(strangers, Reason.NO_MATCH, who[0])
    elif strangers:
        theirs.notes.append(f"{strangers:,} complaints are of customers without an order in {ours.name}: they count.")


def _per_customer(
    theirs: MetricTable, ours: MetricTable, loud: pd.DataFrame, calm: pd.DataFrame, options: Options
) -> Estimates:
    rows = calm.drop_duplicates(["who", *options.names]).copy()
    rows[VALUE] = 100.0 * rows["who"].isin(loud["who"])
    passport = Passport(
        "Complaint rate",
        "Share of customers who complained at least once.",
        "100 × customers with a complaint / customers",
        f"customers in {ours.name}" + (" in the period" if options.period else ""),
        "% of customers",
        (*theirs.exclusions, *ours.exclusions),
    )
    plain = replace(options, period=None)
    return share_of(rows, plain, passport, ours.basis(theirs), metric="complaint_rate", score="complaint")


def _by_period(
    theirs: MetricTable,
    ours: MetricTable,
    loud: pd.DataFrame,
    calm: pd.DataFrame,
    dates: tuple[str, str, str | None],
    options: Options,
) -> Estimates:
    """One answer a period, from the customers who were there in it."""
    when, based, ended = dates
    first = loud[when].min()
    end = needed_end(log_end(loud[when]), f"{theirs.name}, column '{when}'")
    theirs.leave_out(end.later, Reason.PLANNED, when)
    other = log_end(calm[based])
    last = end.moment if other is None else max(end.moment, other.moment)
    register = not calm["who"].duplicated().any()
    every = options.period or "month"
    # Complaints are rare: that the first came on the 8th does not mean that the log begins there.
    whole, part = whole_periods(period_start(first, every), last, every)
    theirs.exclusions.extend(covered_in_part(part, every))
    rates = []
    for one in whole:
        there = _there(calm, based, ended, one, register)
        if there.any():
            here = loud[(loud[when] >= one.start) & (loud[when] < one.end)]
            rates.append((one.start, _per_customer(theirs, ours, here, calm[there], options)))
    if not rates:
        raise Problem("the log of complaints covers no whole period", do="Use a shorter period")
    result = stacked(rates, PERIOD, ours.basis(theirs), last=True)
    span = (whole[0].span[0], whole[-1].span[1])
    return replace(result, every=options.period, basis=result.basis.with_(period=span))


def _there(calm: pd.DataFrame, based: str, ended: str | None, one: Stretch, register: bool) -> Any:
    """Customers of a period: registered and not gone; or with an order in it."""
    came = calm[based]
    if not register:
        return (came >= one.start) & (came < one.end)
    gone = calm[ended] < one.start if ended is not None else False
    return (came < one.end) & ~gone


def _per_order(
    theirs: MetricTable,
    ours: MetricTable,
    loud: pd.DataFrame,
    calm: pd.DataFrame,
    moments: tuple[str | None, str | None],
    who: str,
    options: Options,
) -> Estimates:
    groups = calm.drop_duplicates(["who", *options.names]) if options.names else calm[["who"]].drop_duplicates()
    if groups["who"].duplicated().any():
        raise Problem(
            f"customers have orders in several groups of {', '.join(options.names)}, so complaints have no one group",
            do="Group by something that a customer has one of, or count per customer",
        )
    above = loud.merge(groups[["who", *options.names]], on="who", how="left" if not options.names else "inner")
    when = moments[0]
    dates = {} if options.period is None else {PERIOD + "\x1f": moments}
    frames = []
    for rows, hits, at in ((above, 1.0, 0), (calm, 0.0, 1)):
        part = pd.DataFrame({"customer": rows["who"].to_numpy(), ABOVE: hits, BELOW: 1.0 - hits})
        for name in options.names:
            part[name] = rows[name].to_numpy()
        for name, pair in dates.items():
            part[name] = rows[pair[at]].to_numpy()
        frames.append(part)
    rows = pd.concat(frames, ignore_index=True)
    asked = replace(options, cluster=Cluster("customer", asked=False), date=next(iter(dates), None))
    passport = Passport(
        "Complaint rate",
        "How many complaints come with 100 orders.",
        "100 × complaints / orders",
        f"rows of {ours.name}, each once",
        "complaints per 100 orders",
        (*theirs.exclusions, *ours.exclusions),
        says="per 100 orders",
    )
    note = f"Both logs should cover the same time: complaints {_words(_span(loud, when))}, orders in {ours.name}."
    rate = ratio_of(
        rows,
        asked,
        passport,
        ours.basis(theirs),
        metric="complaint_rate",
        score="complaint",
        per=100.0,
        count=BELOW,
        parts={"complaints": ABOVE},
        notes=(*theirs.notes, note),
    )
    orderless = int(np.isnan(rate.table["value"]).sum())
    notes = (f"{orderless:,} groups have complaints and no order.",) if orderless else ()
    basis = rate.basis.with_(cluster=Cluster(who, asked=False), period=_span(loud, when))
    return replace(rate, notes=(*rate.notes, *notes), basis=basis)


def _span(loud: pd.DataFrame, when: str | None) -> tuple[str, str] | None:
    end = None if when is None else log_end(loud[when])
    return None if end is None or when is None else (loud[when].min().date().isoformat(), end.day)


def _words(span: tuple[str, str] | None) -> str:
    return "without dates" if span is None else f"from {span[0]} to {span[1]}"
