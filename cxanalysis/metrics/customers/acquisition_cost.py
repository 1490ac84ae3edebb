"""Acquisition cost: what it costs to win one new customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from cxanalysis.arguments import check_columns, check_confidence, check_whole
from cxanalysis.basis import Basis, Cluster, Reason
from cxanalysis.metrics.customers.active_users import poisson_interval
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.log_end import log_end, needed_end
from cxanalysis.metrics.metric_question import PERIOD
from cxanalysis.metrics.metric_table import MetricTable
from cxanalysis.metrics.passport import Passport
from cxanalysis.metrics.periods import Stretch, covered_in_part, earlier, following, period_start, whole_periods
from cxanalysis.metrics.rates.ratio import ABOVE, BELOW, ratio_of
from cxanalysis.metrics.row_values import Options, put_together
from cxanalysis.problem import Problem


def acquisition_cost(
    spend: Any,
    customers: Any,
    *,
    amount: str | None = None,
    date: str | None = None,
    started: str | None = None,
    every: str = "month",
    lag: int = 0,
    by: str | Sequence[str] | None = None,
    confidence: float = 0.95,
    period: str | None = None,
) -> Estimates:
    """What does it cost to win one customer?

    Spend / new customers in the same window. Over several months, a ratio with the months as units; of one month
    alone (or with `period`), the exact Poisson interval of the number of new customers.

    Parameters
    ----------
    spend : Table or data frame
        One row a stretch of cost for sales and marketing, such as a month and channel.
    customers : Table or data frame
        One row a customer, with the day they came.
    amount, date : str, optional
        Columns of `spend`; default: by their roles.
    started : str, optional
        The day a customer came; default: the first column of role "date".
    every : str
        The stretch in which both are counted: as the costs are booked.
    lag : int
        Customers of a month are set against the spend of so many months before.
    by : str or list of str, optional
        Columns that both tables have, such as the channel that won the customer.
    confidence : float
    period : str, optional
        Also by period: the cost of a customer in each; takes the place of `every`.

    Returns
    -------
    Estimates
        `value` in the currency of the data, `n` new customers; `detail` has `spend` and `customers`.

    Raises
    ------
    Problem
        If a column is not known, the two share no whole stretch, or nobody is new.

    Examples
    --------
    >>> import pandas as pd
    >>> spend = pd.DataFrame({"month": ["2025-01-01", "2025-02-01"], "cost": [1000.0, 1400.0]})
    >>> came = pd.DataFrame({"came": ["2025-01-02", "2025-01-20", "2025-01-31"] * 4 + ["2025-02-10", "2025-02-27"] * 6})
    >>> cost = acquisition_cost(spend, came, amount="cost", date="month", started="came")
    >>> cost.table[["value", "n"]].values.tolist()
    [[100.0, 24.0]]
    """
    check_confidence(confidence)
    paid, new = MetricTable.of(spend, "spend"), MetricTable.of(customers, "customers", "new customer")
    money, when = paid.column(amount, "amount", "amount"), paid.first(date, "date", "date")
    came = new.first(started, "date", "started")
    lag = check_whole(lag, "lag", low=0)
    options = Options(check_columns(by, paid.engine.columns(), "by"), None, None, confidence, None, period)
    for name in options.names:
        if name not in new.engine.columns():
            raise Problem(
                f"it is not known which '{name}' won a customer",
                where=new.name,
                do=f"Add a column '{name}' to it, or leave by= out",
            )
    costs = paid.rows([money, when, *options.names], once=False)
    people = new.rows([came, *options.names], once=False)
    costs[when], people[came] = paid.moments(costs[when]), new.moments(people[came])
    paid.leave_out(costs[when].isna().sum(), Reason.NO_DATE, when)
    new.leave_out(people[came].isna().sum(), Reason.NO_DATE, came)
    unknown = np.isnan(paid.amounts(costs, money))
    paid.leave_out((unknown & costs[when].notna()).sum(), Reason.NO_VALUE, money)
    costs = costs[~unknown]
    step = period or every
    stretches = _shared(paid, costs[when], people[came], step, lag)
    rows = _by_stretch(paid, costs, people, (money, when, came), stretches, options, step, lag)
    passport = _passport(paid, new, stretches, step, lag)
    if period is not None or len(stretches) < 2:
        return _poisson(rows, options, passport, new.basis(paid), money, stretches)
    by_stretch = replace(options, cluster=Cluster("stretch", asked=False))
    cost = ratio_of(
        rows,
        by_stretch,
        passport,
        new.basis(paid),
        metric="acquisition_cost",
        score=money,
        count=BELOW,
        parts={"spend": ABOVE, "customers": BELOW},
    )
    return replace(
        cost,
        method=f"ratio, delta method over {len(stretches)} {step}s",
        basis=cost.basis.with_(cluster=None, period=(stretches[0].span[0], stretches[-1].span[1])),
    )


def _shared(paid: MetricTable, costs: pd.Series, people: pd.Series, step: str, lag: int) -> list[Stretch]:
    """The stretches that both tables cover; the costs' last one ends with it, whenever it was booked."""
    if not costs.notna().any() or not people.notna().any():
        raise Problem("nothing has a date", where=paid.name)
    # A month's cost is booked on one day of it and stands for all of it.
    # A budget reaches into months to come; neither log is read beyond what it can tell.
    booked, came = (needed_end(log_end(dates), paid.name).moment for dates in (costs, people))
    first, last = (period_start(moment, step) for moment in (costs.min(), booked))
    begin = max(first, people.min())
    end = min(following(last, step), came + pd.Timedelta(days=1))
    whole, part = whole_periods(begin, end, step)
    paid.exclusions.extend(covered_in_part([one for one in part if one.start < end], step))
    kept = whole[lag:]
    if not kept:
        raise Problem(f"spend and new customers share no whole {step}", do="Check the dates, or use a shorter one")
    return kept


def _by_stretch(
    paid: MetricTable,
    costs: pd.DataFrame,
    people: pd.DataFrame,
    columns: tuple[str, str, str],
    stretches: list[Stretch],
    options: Options,
    step: str,
    lag: int,
) -> pd.DataFrame:
    """A row a stretch and group, with its spend above and its new customers below the line."""
    money, when, came = columns
    costs, people = costs.copy(), people.copy()
    costs[ABOVE], costs[BELOW] = paid.amounts(costs, money), 0.0
    people[ABOVE], people[BELOW] = 0.0, 1.0
    parts = []
    for at, one in enumerate(stretches):
        for rows, column, span in ((costs, when, earlier(one, step, lag)), (people, came, one)):
            here = rows[(rows[column] >= span.start) & (rows[column] < span.end)]
            parts.append(here[[*options.names, ABOVE, BELOW]].assign(stretch=at).assign(**{PERIOD + "\x1f": one.start}))
    joined = pd.concat(parts, ignore_index=True)
    keys = [*options.names, "stretch", PERIOD + "\x1f"]
    return joined.groupby(keys, sort=True, dropna=False)[[ABOVE, BELOW]].sum().reset_index()


def _poisson(
    rows: pd.DataFrame, options: Options, passport: Passport, basis: Basis, money: str, stretches: list[Stretch]
) -> Estimates:
    """Each stretch alone: spend is a fact, the number of new customers might have been another."""
    keys = [*options.names, *([PERIOD + "\x1f"] if options.period is not None else [])]
    sums = rows.groupby(keys, sort=True, dropna=False)[[ABOVE, BELOW]].sum().reset_index() if keys else None
    table = rows[[ABOVE, BELOW]].sum().to_frame().T if sums is None else sums
    count, cost = table[BELOW].to_numpy(float), table[ABOVE].to_numpy(float)
    if not count.any():
        raise Problem("there is no new customer", do="Check the column of the day customers came")
    few, many = poisson_interval(count, options.confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        value, low = np.where(count > 0, cost / count, np.nan), cost / many
        high = np.where(few > 0, cost / few, np.nan)
    groups = table[keys].rename(columns={PERIOD + "\x1f": PERIOD}) if keys else pd.DataFrame(index=range(1))
    bare = int((count == 0).sum())
    return put_together(
        groups,
        {"value": value, "low": low, "high": high, "n": count, "n_missing": np.zeros(len(count))},
        {"n_eff": count, "spend": cost, "customers": count},
        options,
        passport,
        basis,
        metric="acquisition_cost",
        score=money,
        method="exact Poisson of the new customers",
        span=(stretches[0].span[0], stretches[-1].span[1]),
        notes=[f"{bare:,} groups have no new customer: no cost of one."] if bare else [],
    )


def _passport(paid: MetricTable, new: MetricTable, stretches: list[Stretch], step: str, lag: int) -> Passport:
    later = f", spend of {lag} {step}{'s' if lag > 1 else ''} before" if lag else ", no lag"
    return Passport(
        "Acquisition cost",
        "What it costs to win one new customer.",
        "Σ spend / new customers" + later,
        f"new customers from {stretches[0].span[0]} to {stretches[-1].span[1]}",
        "money per new customer",
        (*paid.exclusions, *new.exclusions),
        says="per new customer",
    )
