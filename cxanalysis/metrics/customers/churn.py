"""Churn: how many of the customers we had have left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
from scipy import stats

from cxanalysis.arguments import check_choice, check_confidence
from cxanalysis.metrics.customers.customer_register import Register
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.intervals import wilson
from cxanalysis.metrics.metric_question import PERIOD
from cxanalysis.metrics.passport import Passport
from cxanalysis.metrics.periods import Stretch
from cxanalysis.metrics.rates.ratio import groups_of
from cxanalysis.metrics.row_values import VALUE, Options, put_together, share_of, stacked
from cxanalysis.problem import Problem

#: What churn may be counted over.
BASES = ("opening", "average")
#: Of one period alone; the whole gets its passport when all periods are known.
_UNNAMED: Final = Passport("Churn", "", "", "", "% of customers", says="%")


def churn(
    customers: Any,
    *,
    started: str | None = None,
    ended: str | None = None,
    base: str = "opening",
    since: str | None = None,
    until: str | None = None,
    by: str | Sequence[str] | None = None,
    weight: str | None = None,
    confidence: float = 0.95,
    period: str | None = None,
) -> Estimates:
    """Of the customers we had, how many have left?

    Parameters
    ----------
    customers : Table or data frame
        One row a customer, with the day they came and, if they left, the day they left.
    started, ended : str, optional
        Default: the table's columns of role "date" and "closed".
    base : str
        "opening": of those there at the start of the period, who left in it; newcomers are neither above nor below
        the line. "average": all who left / the mean of customers at start and end; newcomers who left count.
    since, until : str, optional
        First and last day. Default: the twelve months up to the last day the register knows of; with `period`, from
        the period of the first customer known to have left.
    by, weight, confidence
        As in `nps`; weights with the opening base.
    period : str, optional
        "month", "quarter" …: churn of every whole period.

    Returns
    -------
    Estimates
        `value` in % of customers in the period, with Wilson's interval. `detail` has `hits`, those who left.

    Raises
    ------
    Problem
        If dates are not known, or nobody was there when the period began.

    Examples
    --------
    >>> import pandas as pd
    >>> register = pd.DataFrame({"came": ["2023-01-01"] * 100, "left": ["2024-05-01"] * 12 + [None] * 88})
    >>> found = churn(register, started="came", ended="left", since="2024-01-01", until="2024-12-31")
    >>> found.table.round(1).to_dict("records")
    [{'value': 12.0, 'low': 7.0, 'high': 19.8, 'n': 100, 'n_missing': 0}]
    """
    check_choice(base, BASES, "base")
    check_confidence(confidence)
    if base == "average" and weight is not None:
        raise Problem("an average base is not weighted", where="weight", do="Use base='opening'")
    options = Options(by, weight, None, confidence, None, None)
    register = Register.of(customers, started, ended, until, options.columns)
    stretches = register.stretches(since, period)
    of_one = _over_opening if base == "opening" else _over_average
    rates = [(one.start, of_one(register, one, options)) for one in stretches if register.opening(one).any()]
    if not rates:
        raise Problem("nobody was there when the period began", where=register.source.name, do="Say since= and until=")
    passport = _passport(register, base, stretches, period)
    whole = rates[0][1] if period is None else stacked(rates, PERIOD, register.source.basis(), last=True)
    return replace(
        whole,
        metric="churn",
        score=f"{register.came}, {register.gone}",
        passport=passport,
        basis=whole.basis.with_(period=(stretches[0].span[0], stretches[-1].span[1])),
        notes=(*register.source.notes, *whole.notes),
        every=period,
    )


def _over_opening(register: Register, one: Stretch, options: Options) -> Estimates:
    there = register.opening(one)
    rows = register.rows[there].copy()
    rows[VALUE] = 100.0 * register.left(one)[there]
    return share_of(rows, options, _UNNAMED, register.source.basis(), metric="churn", score="")


def _over_average(register: Register, one: Stretch, options: Options) -> Estimates:
    """Wilson's interval with the average base as n: the usual figure is no share of any one group of people."""
    opening, closing, left = register.opening(one), register.closing(one), register.left(one)
    groups, group = groups_of(register.rows, options)
    counts = [np.bincount(group, flags, minlength=len(groups)) for flags in (opening, closing, left)]
    size = (counts[0] + counts[1]) / 2
    share = np.divide(counts[2], size, out=np.full(len(size), np.nan), where=size > 0)
    low, high = wilson(np.minimum(share, 1), size, stats.norm.ppf((1 + options.confidence) / 2))
    return put_together(
        groups,
        {
            "value": 100 * share,
            "low": 100 * np.where(share <= 1, low, np.nan),
            "high": 100 * np.where(share <= 1, high, np.nan),
            "n": np.rint(size),
            "n_missing": np.zeros(len(size)),
        },
        {"n_eff": size, "hits": counts[2], "opening": counts[0], "closing": counts[1]},
        options,
        _UNNAMED,
        register.source.basis(),
        metric="churn",
        score="",
        method="Wilson",
        span=None,
    )


def _passport(register: Register, base: str, stretches: list[Stretch], period: str | None) -> Passport:
    new = sum(register.newcomers(one) for one in stretches)
    each = f"in a {period}" if period else f"from {stretches[0].span[0]} to {stretches[0].span[1]}"
    exclusions = list(register.source.exclusions)
    if base == "opening" and new:
        exclusions.append(f"{new:,} customers who came within the period{'s' if period else ''} are not in its base.")
    return Passport(
        "Churn" if base == "opening" else "Churn over the average base",
        f"Share of customers who left {each}.",
        "100 × lost in the period / customers at its start"
        if base == "opening"
        else "100 × lost in the period / ((customers at its start + at its end) / 2)",
        "customers at the start of the period" if base == "opening" else "mean of customers at start and end",
        "% of customers",
        tuple(exclusions),
        says="%",
        decimals=0,
    )
