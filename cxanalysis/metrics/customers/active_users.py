"""Monthly active users: how many different people were here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from cxanalysis.arguments import check_confidence, check_number
from cxanalysis.basis import Basis, Reason
from cxanalysis.link.window import common_codes
from cxanalysis.metrics.customers.customer_register import Register
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.intervals import wilson
from cxanalysis.metrics.log_end import LogEnd, log_end, needed_end
from cxanalysis.metrics.metric_question import PERIOD
from cxanalysis.metrics.metric_table import MetricTable, key_pair
from cxanalysis.metrics.passport import Passport
from cxanalysis.metrics.periods import Stretch, covered_in_part, whole_periods
from cxanalysis.metrics.rates.ratio import groups_of
from cxanalysis.metrics.row_values import Options, put_together, stacked
from cxanalysis.problem import Problem

#: "Monthly" means so many days, unless calendar months are asked for.
USUAL_DAYS = 30


def poisson_interval(count: Any, confidence: float) -> tuple[Any, Any]:
    """Exact interval of the mean of a count (Garwood 1936), for a stretch of time like this one.

    Examples
    --------
    >>> [round(float(end), 3) for end in poisson_interval(10, 0.95)]
    [4.795, 18.39]
    """
    k, tail = np.asarray(count, float), (1 - confidence) / 2
    low = np.where(k > 0, stats.chi2.ppf(tail, 2 * np.maximum(k, 1)) / 2, 0.0)
    return low, stats.chi2.ppf(1 - tail, 2 * k + 2) / 2


def active_users(
    usage: Any,
    customers: Any = None,
    *,
    customer: str | Sequence[str] | None = None,
    date: str | None = None,
    window_days: float = USUAL_DAYS,
    until: str | None = None,
    as_share: bool = False,
    by: str | Sequence[str] | None = None,
    confidence: float = 0.95,
    period: str | None = None,
) -> Estimates:
    """How many different people were active in a month?

    Parameters
    ----------
    usage : Table or data frame
        One row an active day, session or event.
    customers : Table or data frame, optional
        Everybody who could be active: with it the share who were is told, too.
    customer : str or (str, str), optional
        Column that names the person in both; default: the tables' own.
    date : str, optional
    window_days : float
        Without `period`: different people in the last so many days.
    until : str, optional
        The last day; default: the last in the log.
    as_share : bool
        Answer with the share of customers who were active instead of their number; needs `customers`.
    by : str or list of str, optional
        Columns of `usage`; who was active in two groups counts in both.
    confidence : float
    period : str, optional
        Calendar periods instead: "month" for monthly active users, "week", "day".

    Returns
    -------
    Estimates
        `value` people, with the exact Poisson interval of a month like this one: the log itself is a full count.
        With `customers`, `detail` has `share, share_low, share_high` (%, Wilson) and `customers`.

    Raises
    ------
    Problem
        If a column is not known, or the log covers no whole period.

    Examples
    --------
    >>> import pandas as pd
    >>> usage = pd.DataFrame({"who": [1, 2, 2, 3], "day": ["2025-02-20", "2025-03-05", "2025-03-20", "2025-03-29"]})
    >>> active_users(usage, customer="who", date="day").table.round(1).to_dict("records")
    [{'value': 2.0, 'low': 0.2, 'high': 7.2, 'n': 2, 'n_missing': 0}]
    """
    check_confidence(confidence)
    if as_share and customers is None:
        raise Problem("a share needs all customers to be a share of", do="Hand over the customers as the second table")
    named = key_pair(customer, "customer")
    source = MetricTable.of(usage, "usage", "customer" if as_share else "person")
    who, when = source.column(named[0], "customer", "customer"), source.first(date, "date", "date")
    options = Options(by, None, None, confidence, when, None)
    rows = source.rows([who, when, *options.columns], once=False)
    rows[when] = source.moments(rows[when])
    source.leave_out(rows[who].isna().sum(), Reason.NO_KEY, who)
    source.leave_out((rows[who].notna() & rows[when].isna()).sum(), Reason.NO_DATE, when)
    rows = rows[rows[who].notna() & rows[when].notna()].reset_index(drop=True)
    if rows.empty:
        raise Problem("nobody was active", where=source.name)
    log = needed_end(log_end(rows[when], until=until), source.name)
    late = rows[when] >= log.moment.normalize() + pd.Timedelta(days=1)
    source.leave_out(late.sum(), Reason.PLANNED, when)
    rows = rows[~late].reset_index(drop=True)
    if rows.empty:
        raise Problem("nobody was active by then", where="until", do="Name a later day")
    stretches = _stretches(source, rows[when], window_days, log, period)
    register = None if customers is None else Register.of(customers, None, None, None, [named[1], *options.names])
    if register is not None:
        whose = register.source.column(named[1], "customer", "customer")
        rows["who"], register.rows["who"] = common_codes(rows[who], register.rows[whose])
    else:
        rows["who"] = pd.factorize(rows[who])[0]
    others = () if register is None else (register.source,)
    basis = source.basis(*others)
    answers = [(one.start, _counted(rows, when, one, register, options, basis, as_share)) for one in stretches]
    passport = _passport(source, stretches, period, as_share)
    whole = answers[0][1] if period is None else stacked(answers, PERIOD, basis, last=True)
    return replace(
        whole,
        passport=passport,
        every=period,
        score=who,
        basis=whole.basis.with_(period=(stretches[0].span[0], stretches[-1].span[1])),
        notes=(*whole.notes, "The log is a full count: the interval says what another such period might bring.")
        if not as_share
        else whole.notes,
    )


def _stretches(
    source: MetricTable, when: pd.Series, window_days: float, log: LogEnd, period: str | None
) -> list[Stretch]:
    end = log.moment.normalize() + pd.Timedelta(days=1)
    if period is None:
        check_number(window_days, "window_days", low=0, open_low=True)
        begin = end - pd.Timedelta(days=window_days)
        if begin < when.min().normalize():
            raise Problem(f"the log is shorter than {window_days:g} days", where=source.name, do="Use a shorter window")
        return [Stretch(begin, end)]
    whole, part = whole_periods(when.min().normalize(), end, period)
    source.exclusions.extend(covered_in_part([one for one in part if one.start < end], period))
    if not whole:
        raise Problem(f"the log covers no whole {period}", where=source.name, do="Use a shorter period")
    return whole


def _counted(
    rows: pd.DataFrame,
    when: str,
    one: Stretch,
    register: Register | None,
    options: Options,
    basis: Basis,
    as_share: bool,
) -> Estimates:
    here = rows[(rows[when] >= one.start) & (rows[when] < one.end)]
    groups, group = groups_of(here, options)
    # Without groups there is one row even where nobody was active; by group only groups with somebody are seen.
    pairs = np.unique(np.column_stack([group, here["who"].to_numpy()]), axis=0)
    count = np.bincount(pairs[:, 0], minlength=len(groups)).astype(float)
    low, high = poisson_interval(count, options.confidence)
    details: dict[str, Any] = {"n_eff": count}
    values = {"value": count, "low": low, "high": high, "n": count, "n_missing": np.zeros(len(count))}
    notes = []
    if register is not None:
        there = (register.rows[register.came] < one.end).to_numpy() & ~(
            register.rows[register.gone] < one.start
        ).to_numpy()
        total = float(there.sum())
        registered = np.isin(pairs[:, 1], register.rows["who"].to_numpy()[there])
        active = np.bincount(pairs[registered, 0], minlength=len(groups)).astype(float)
        share = active / total if total else np.full(len(groups), np.nan)
        ends = wilson(share, np.full(len(groups), total), stats.norm.ppf((1 + options.confidence) / 2))
        details |= {"share": 100 * share, "share_low": 100 * ends[0], "share_high": 100 * ends[1]}
        details |= {"customers": np.full(len(groups), total), "active": active}
        if strange := int((~registered).sum()):
            notes.append(f"{strange:,} active people are not among the customers of the period: not in the share.")
        if as_share:
            values |= {"value": 100 * share, "low": 100 * ends[0], "high": 100 * ends[1]}
            values["n"] = np.full(len(groups), total)
    return put_together(
        groups,
        values,
        details,
        options,
        Passport("", "", "", "", ""),
        basis,
        metric="active_users",
        score="",
        method="Wilson" if as_share else "exact Poisson",
        span=one.span,
        notes=notes,
    )


def _passport(source: MetricTable, stretches: list[Stretch], period: str | None, as_share: bool) -> Passport:
    names = {"month": "Monthly active users", "week": "Weekly active users", "day": "Daily active users"}
    days = f"{stretches[0].days:g} days up to {stretches[0].span[1]}"
    when = f"in a calendar {period}" if period else f"in the {days}"
    name = (
        names.get(period or "", "Active users")
        if period
        else ("Monthly active users" if stretches[0].days == 30 else "Active users")
    )
    return Passport(
        f"Share of customers active {when}" if as_share else name,
        f"How many different people were active at least once {when}.",
        "100 × different active customers / customers" if as_share else "number of different people",
        "customers of the period" if as_share else "none: a count",
        "% of customers" if as_share else "people",
        tuple(source.exclusions),
        says="%" if as_share else "people",
        decimals=0,
        plural=not as_share,
        is_count=not as_share,
    )
