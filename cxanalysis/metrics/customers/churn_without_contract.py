"""Churn where there is no contract: customers do not say goodbye, they just stop buying."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from cxanalysis.arguments import check_choice, check_confidence, check_number, check_resamples, check_seed
from cxanalysis.basis import Reason
from cxanalysis.metrics.durations.kaplan_meier import corrected_interval, resampled_fits
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.log_end import log_end, needed_end
from cxanalysis.metrics.metric_question import PERIOD
from cxanalysis.metrics.metric_table import MetricTable
from cxanalysis.metrics.passport import Passport
from cxanalysis.metrics.periods import Stretch, whole_periods
from cxanalysis.metrics.repeat_buying.customer_influence import standard_errors, through_fit
from cxanalysis.metrics.repeat_buying.lifetime_model import MANY
from cxanalysis.metrics.repeat_buying.purchase_histories import Lives, purchase_days
from cxanalysis.metrics.repeat_buying.purchase_kinds import Kind, chosen_kind
from cxanalysis.metrics.row_values import VALUE, Options, put_together, share_of, stacked
from cxanalysis.problem import Problem

Array = NDArray[np.float64]
#: Ways of telling that somebody is gone.
WAYS = ("rule", "model")


def churn_without_contract(
    transactions: Any,
    *,
    how: str = "rule",
    inactive_days: float = 180.0,
    model: str = "BG/NBD",
    opportunity: str | None = None,
    customer: str | None = None,
    date: str | None = None,
    until: str | None = None,
    by: str | Sequence[str] | None = None,
    confidence: float = 0.95,
    period: str | None = None,
    resamples: int = 200,
    seed: int = 0,
) -> Estimates:
    """How many customers have stopped buying, though nobody cancelled anything?

    Parameters
    ----------
    transactions : Table or data frame
        One row a purchase.
    how : str
        "rule": of those who bought in the `inactive_days` before a day, who bought nothing in the `inactive_days`
        after it. "model": 100 minus the mean chance of still being a customer, by `model`, at the end of the log.
    inactive_days : float
        The rule: so long without a purchase is gone. A guess until it is checked: how many of those called gone
        came back later is told.
    model, opportunity : str
        With the model: as in `lifetime_value`. "Pareto/NBD" lets customers leave who bought once.
    customer, date, until, confidence
        As in `repeat_purchase_rate`.
    by : str or list of str, optional
        With the rule: a customer's group is that of the last purchase before the day.
    period : str, optional
        With the rule: the day is the start of each such period.
    resamples, seed : int
        For the model's interval: resampled customers, fitted anew each time.

    Returns
    -------
    Estimates
        `value` in % of customers; Wilson's interval with the rule, bias-corrected percentiles of resampled customers
        with the model.

    Examples
    --------
    >>> import pandas as pd
    >>> days = pd.to_datetime(["2024-06-01", "2024-09-01", "2024-06-10", "2024-06-20", "2024-11-30"])
    >>> log = pd.DataFrame({"who": [1, 1, 2, 3, 3], "day": days})
    >>> gone = churn_without_contract(log, customer="who", date="day", inactive_days=90, until="2024-12-01")
    >>> gone.table[["value", "n"]].round(1).values.tolist()
    [[66.7, 3.0]]
    """
    check_choice(how, WAYS, "how")
    check_confidence(confidence)
    check_resamples(resamples)
    check_seed(seed)
    source = MetricTable.of(transactions, "transactions", "customer")
    options = Options(by, None, None, confidence, None, period)
    kind, every = chosen_kind(how, model, opportunity)
    if how == "model":
        if options.names or period is not None:
            raise Problem("the model is fitted to all customers at once", do="Use how='rule' by group and by period")
        return _by_model(source, kind, every, customer, date, until, options, resamples, seed)
    check_number(inactive_days, "inactive_days", low=0, open_low=True)
    return _by_rule(source, customer, date, until, options, inactive_days)


def _by_rule(
    source: MetricTable, customer: str | None, date: str | None, until: str | None, options: Options, days: float
) -> Estimates:
    who, when = source.column(customer, "customer", "customer"), source.first(date, "date", "date")
    rows = source.rows([who, when, *options.columns])
    rows[when] = source.moments(rows[when])
    source.leave_out(rows[who].isna().sum(), Reason.NO_KEY, who)
    source.leave_out((rows[who].notna() & rows[when].isna()).sum(), Reason.NO_DATE, when)
    rows = rows[rows[who].notna() & rows[when].notna()].sort_values(when, kind="stable")
    if rows.empty:
        raise Problem("no purchase has a customer and a date", where=source.name)
    log = needed_end(log_end(rows[when], until=until), source.name)
    source.leave_out((rows[when] >= log.moment.normalize() + pd.Timedelta(days=1)).sum(), Reason.PLANNED, when)
    last = log.moment
    end, window = last.normalize() + pd.Timedelta(days=1), pd.Timedelta(days=days)
    begin = rows[when].min().normalize()
    at = [end - window]
    if options.period is not None:
        whole, _ = whole_periods(begin, end, options.period)
        at = [one.start for one in whole if begin + window <= one.start <= end - window]
    if not at or begin + window > at[0]:
        raise Problem(f"the log is shorter than twice {days:g} days", where=source.name, do="Use a shorter rule")
    rates = []
    back = gone = 0
    basis = source.basis()
    for day in at:
        before = rows[(rows[when] >= day - window) & (rows[when] < day)].drop_duplicates(who, keep="last").copy()
        after = rows[(rows[when] >= day) & (rows[when] < day + window)][who].unique()
        later = rows[(rows[when] >= day + window) & (rows[when] < end)][who].unique()
        left = ~before[who].isin(after)
        before[VALUE] = 100.0 * left
        gone, back = gone + int(left.sum()), back + int((left & before[who].isin(later)).sum())
        if len(before):
            plain = replace(options, period=None)
            rate = share_of(before, plain, _rule(source, days), basis, metric="churn_without_contract", score=when)
            rates.append((day, rate))
    notes = [f"Of {gone:,} called gone, {back:,} bought again later in the log."] if at[-1] + window < end else []
    result = rates[0][1] if options.period is None else stacked(rates, PERIOD, basis, last=True)
    span = Stretch(at[0] - window, at[-1] + window).span
    return replace(result, basis=result.basis.with_(period=span), notes=(*notes, *result.notes), every=options.period)


def _by_model(
    source: MetricTable,
    kind: Kind,
    every: str,
    customer: str | None,
    date: str | None,
    until: str | None,
    options: Options,
    resamples: int,
    seed: int,
) -> Estimates:
    days = purchase_days(source, customer=customer, date=date, amount=None, until=until)
    lives = kind.lives(days, every, 1.0)
    buys = kind.fitted(lives)

    def gone(fitted: Any, w: Array | None = None) -> float:
        counted = lives.counted(w)
        return 100 - 100 * float(np.average(fitted.alive(*lives.different), weights=counted))

    value = gone(buys)
    low, high, se, method, notes = _interval(kind, lives, buys, gone, value, options.confidence, resamples, seed)
    passport = Passport(
        "Customers who stopped buying",
        "Share of all customers in the log who are no longer customers at its end, by how often they used to buy.",
        f"100 - mean P(alive) by {kind.name}",
        "customers with a purchase in the log",
        "% of customers",
        (*source.exclusions, *lives.exclusions),
        says="%",
        decimals=0,
        plural=True,
    )
    once = int((lives.x == 0).sum())
    counts_them = (
        f"{once:,} customers bought once: this model counts every one of them as still there."
        if kind.name == "BG/NBD"
        else f"{once:,} customers bought once: this model gives each a chance to have left {kind.leaves}."
    )
    drawn = {} if lives.n >= MANY else {"resamples": resamples, "seed": seed}
    return put_together(
        pd.DataFrame(index=range(1)),
        {
            "value": np.array([value]),
            "low": np.array([min(low, value)]),
            "high": np.array([max(high, value)]),
            "n": np.array([lives.n]),
            "n_missing": np.zeros(1),
        },
        {
            "n_eff": np.array([float(lives.n)]),
            "se": np.array([se]),
            **{name: np.array([one]) for name, one in buys.parameters.items()},
        },
        options,
        passport,
        source.basis(**drawn),
        metric="churn_without_contract",
        score=date or "date",
        method=f"{method}, {kind.name}",
        span=(days.begin.date().isoformat(), days.end.date().isoformat()),
        notes=(counts_them, *notes),
    )


def _interval(
    kind: Kind,
    lives: Lives,
    buys: Any,
    gone: Callable[..., float],
    value: float,
    confidence: float,
    resamples: int,
    seed: int,
) -> tuple[float, float, float, str, tuple[str, ...]]:
    """Low, high and standard error of the share of customers gone; how, and what is to be said of it."""
    if lives.n >= MANY:
        logs, counted = np.log(list(buys.parameters.values())), lives.counted()
        moved = through_fit(
            kind.scores,
            logs,
            lives.different,
            counted,
            lambda at: np.array([gone(kind.make(*np.exp(at), 0.0, lives.n))]),
        )
        own = 100 - 100 * buys.alive(*lives.different) - value
        se = float(standard_errors((moved[:, 0] + own)[lives.which][:, None])[0])
        half = float(stats.norm.ppf((1 + confidence) / 2)) * se
        return max(0.0, value - half), min(100.0, value + half), se, f"influence of each of {lives.n:,} customers", ()
    again, failed = resampled_fits(lambda w: gone(kind.fitted(lives, w, buys), w), lives.n, resamples, seed)
    low, high = corrected_interval(again, value, confidence)
    lost = (f"{failed:,} of {resamples:,} resamples held no model and are left out.",) if failed else ()
    method = f"{resamples:,} resamples of customers (bias-corrected)"
    return low, high, float(again.std(ddof=1)), method, lost


def _rule(source: MetricTable, days: float) -> Passport:
    return Passport(
        "Customers who stopped buying",
        f"Share of customers with a purchase in {days:g} days who bought nothing in the {days:g} days after.",
        f"100 × those of them without a purchase in the next {days:g} days / customers",
        f"customers with a purchase in the {days:g} days before",
        "% of customers",
        tuple(source.exclusions),
        plural=True,
    )
