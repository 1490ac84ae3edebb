"""Revenue churn: how much of the revenue we had has left with its customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from cxanalysis.arguments import check_confidence
from cxanalysis.basis import Reason
from cxanalysis.link.window import common_codes
from cxanalysis.metrics.customers.customer_register import Register
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.metric_question import PERIOD
from cxanalysis.metrics.metric_table import MetricTable, key_pair
from cxanalysis.metrics.passport import Passport
from cxanalysis.metrics.periods import Stretch
from cxanalysis.metrics.rates.ratio import ABOVE, BELOW, ratio_of
from cxanalysis.metrics.row_values import Options, stacked
from cxanalysis.problem import Problem


def revenue_churn(
    customers: Any,
    transactions: Any = None,
    *,
    amount: str | None = None,
    started: str | None = None,
    ended: str | None = None,
    customer: str | Sequence[str] | None = None,
    date: str | None = None,
    since: str | None = None,
    until: str | None = None,
    by: str | Sequence[str] | None = None,
    confidence: float = 0.95,
    period: str | None = None,
) -> Estimates:
    """How much of the revenue we had has left with the customers who left?

    Σ revenue of those who left / Σ revenue of those there at the start: a ratio over customers, by the delta method.

    Parameters
    ----------
    customers : Table or data frame
        As in `churn`.
    transactions : Table or data frame, optional
        One row a purchase. Opening revenue is then what a customer brought in the stretch of the same length before
        the period. Without it `amount` is a column of `customers`: the recurring revenue of each.
    amount : str, optional
        Default: the one column of role "amount".
    customer : str or (str, str), optional
        Column that names the customer in both tables.
    date : str, optional
        Date of a purchase.
    started, ended, since, until, by, confidence, period
        As in `churn`.

    Returns
    -------
    Estimates
        `value` in % of opening revenue; `detail` has `lost` and `opening`, in the currency of the data.

    Raises
    ------
    Problem
        If a column is not known, or there was no revenue.

    Examples
    --------
    >>> import pandas as pd
    >>> register = pd.DataFrame({"came": ["2023-01-01"] * 4, "left": ["2024-05-01", None, None, None],
    ...                          "monthly": [40.0, 20, 20, 20]})
    >>> lost = revenue_churn(register, amount="monthly", started="came", ended="left", since="2024-01-01",
    ...                      until="2024-12-31")
    >>> lost.table["value"].tolist()
    [40.0]
    """
    check_confidence(confidence)
    named = key_pair(customer, "customer")
    whose = MetricTable.of(customers, "customers").maybe(named[0], "customer")
    options = Options(by, None, None, confidence, None, None)
    own = transactions is None
    if own and amount is None:
        amount = MetricTable.of(customers, "customers").column(None, "amount", "amount")
    if not own and whose is None:
        raise Problem("no column is known to be the customer", where="customers", do="Name it with customer=")
    register = Register.of(customers, started, ended, until, [whose, amount if own else None, *options.columns])
    sold = None if own else _purchases(register, transactions, whose or "", named[1], amount, date)
    stretches = register.stretches(since, period)
    if own:
        register.source.leave_out(np.isnan(_own(register, amount or "")).sum(), Reason.NO_VALUE, amount)
    basis = register.source.basis(*(() if sold is None else (sold.source,)))
    rates = []
    for one in stretches:
        revenue = _own(register, amount or "") if sold is None else _before(sold, one, len(register.rows))
        # A customer whose revenue nobody knows is on neither side of the line.
        there = register.opening(one) & ~np.isnan(revenue)
        if not (there & (revenue > 0)).any():
            continue
        rows = register.rows[there].copy()
        rows[BELOW] = revenue[there]
        rows[ABOVE] = np.where(register.left(one)[there], revenue[there], 0.0)
        rates.append(
            (
                one.start,
                ratio_of(
                    rows,
                    options,
                    _passport(register, own),
                    basis,
                    metric="revenue_churn",
                    score=amount or "",
                    per=100.0,
                    most=100.0,
                    parts={"lost": ABOVE, "opening": BELOW},
                ),
            )
        )
    if not rates:
        raise Problem("there was no revenue when the period began", where=register.source.name, do="Say since=")
    whole = rates[0][1] if period is None else stacked(rates, PERIOD, basis, last=True)
    return replace(
        whole,
        passport=_passport(register, own),
        basis=whole.basis.with_(period=(stretches[0].span[0], stretches[-1].span[1])),
        notes=(*register.source.notes, *whole.notes),
        every=period,
    )


class _Sold:
    """Purchases of the customers in the register."""

    def __init__(self, source: MetricTable, at: Any, when: pd.Series, amount: Any) -> None:
        self.source, self.at, self.when, self.amount = source, at, when, amount


def _purchases(
    register: Register, transactions: Any, whose: str, named: str | None, amount: str | None, date: str | None
) -> _Sold:
    source = MetricTable.of(transactions, "transactions")
    who, when = source.column(named, "customer", "customer"), source.first(date, "date", "date")
    money = _money(source, amount)
    rows = source.rows([who, when, money])
    mine, theirs = common_codes(register.rows[whose], rows[who])
    place = np.full(max(int(mine.max(initial=0)), int(theirs.max(initial=0))) + 1, -1)
    place[mine[mine >= 0]] = np.flatnonzero(mine >= 0)
    at = np.where(theirs >= 0, place[theirs], -1)
    source.leave_out((at < 0).sum(), Reason.NO_MATCH, who)
    worth = source.amounts(rows, money)
    source.leave_out((np.isnan(worth) & (at >= 0)).sum(), Reason.NO_VALUE, money)
    return _Sold(source, np.where(np.isnan(worth), -1, at), source.moments(rows[when]), worth)


def _money(source: MetricTable, amount: str | None) -> str:
    amounts = source.table.columns_of("amount") if source.table is not None else ()
    if amount is None and len(amounts) > 1:
        raise Problem(
            f"{len(amounts)} columns are amounts: {', '.join(amounts)}", where=source.name, do="Name one with amount="
        )
    return source.column(amount, "amount", "amount")


def _own(register: Register, amount: str) -> Any:
    return register.source.amounts(register.rows, amount)


def _before(sold: _Sold, one: Stretch, size: int) -> Any:
    """What each customer brought in the stretch of the same length before the period."""
    earlier = (sold.when >= one.start - (one.end - one.start)) & (sold.when < one.start)
    kept = earlier.to_numpy() & (sold.at >= 0)
    return np.bincount(sold.at[kept], sold.amount[kept], minlength=size)


def _passport(register: Register, own: bool) -> Passport:
    before = "" if own else " in the stretch of the same length before"
    return Passport(
        "Revenue churn",
        "Share of the revenue at the start of the period that left with customers who left in it.",
        "100 × Σ revenue of those who left / Σ revenue of those there at the start",
        f"revenue{before} of customers there at the start of the period",
        "% of revenue",
        tuple(register.source.exclusions),
        says="%",
        decimals=0,
    )
