"""Customers and money at stake: how many leave, of all customers, with each failure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from cxanalysis import numbers
from cxanalysis.arguments import check_choice, check_columns, check_mapping, check_number
from cxanalysis.basis import Basis, Cluster
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.drivers.at_stake.at_stake_result import COLUMNS, AtStake
from cxanalysis.drivers.at_stake.at_stake_words import headline, notes
from cxanalysis.drivers.at_stake.loyalty import Loyal, loyal
from cxanalysis.drivers.at_stake.loyalty_lost import LoyaltyLost, Worth, by_column
from cxanalysis.drivers.cautions import Caution
from cxanalysis.drivers.drivers import drivers as analyse
from cxanalysis.drivers.drivers_result import Drivers
from cxanalysis.drivers.model.analysis_basis import column_of
from cxanalysis.drivers.model.checked_arguments import check_how, check_weight
from cxanalysis.labels import in_words
from cxanalysis.labels import opened as with_capital
from cxanalysis.problem import Problem
from cxanalysis.tables.opened import KNOWN, Opened, opened

Floats = NDArray[np.float64]

#: How loyalty can be read: a yes/no column, or the best answers to a question such as "will you come back?".
READ_AS: Final = ("mean", "top-box")

#: Columns of the analysis that stand in the table as they are.
TAKEN: Final = ("effect", "effect_low", "effect_high", "p_value", "q_value", "flags")

Value = float | tuple[float, float] | str | None


def at_stake(
    answers: Any,
    customers: Any = None,
    *,
    loyalty: str | None = None,
    drivers: Iterable[str] | None = None,
    base: float | None = None,
    value_per_customer: float | tuple[float, float] | str | None = None,
    currency: str = "",
    prevalence: Mapping[str, float] | None = None,
    on: str | tuple[str, str] | None = None,
    answered: str | None = None,
    within_days: float = 365,
    outcome_as: str = "mean",
    top: int | None = None,
    scale: Scale | tuple[float, float] | None = None,
    adjust_for: Iterable[str] = (),
    weight: str | None = None,
    cluster: Any = KNOWN,
    missing: str = "complete",
    confidence: float = 0.95,
    resamples: int = 200,
    seed: int = 0,
) -> AtStake:
    """How many customers, and how much money, go with each failure?

    Parameters
    ----------
    answers : Table or data frame
        One row an answer, with its failures (0/1).
    customers : Table or data frame, optional
        One row a customer, with the day on which a customer left, or a yes/no column.
    loyalty : str, optional
        Which column says whether a customer stays: of the customers, where they are given (default: their column of
        role "closed"), else of the answers. A yes is loyal, unless the column's scale says that low is good.
    drivers : list of str, optional
        As in `cx.drivers`. Failures (0/1) get a row; whatever else is named is held equal.
    base : float, optional
        How many customers there are. Default: those who are there at the end of `customers`, without those who had
        left.
    value_per_customer : number, (low, high) or str, optional
        What a customer who leaves would have been worth: one number, a range, or a column of the customers or answers.
        Without it there is no money in the result.
    currency : str
        For the words only.
    prevalence : mapping of failure → share, optional
        How often it happens among all customers, where that is known better than from the answers.
    on, answered, within_days
        With `customers`: the column (or pair of columns) that names the customer; the day of the answer; and in how
        many days after it leaving counts.
    outcome_as, top, scale
        "top-box" reads a rating as loyal where it is one of the best answers.
    adjust_for, weight, cluster, missing, confidence, resamples, seed
        As in `cx.drivers`. With `customers` the customer is known, however the answers' column is called.

    Returns
    -------
    AtStake

    Raises
    ------
    Problem
        If it is not said how many customers there are, loyalty is no yes or no, or no driver is a failure.

    Notes
    -----
    Customers = base × prevalence × effect on loyalty, from one model with all drivers (after TARP: N × P(problem) ×
    [loyalty without - with]). Intervals hold for prevalence and effect together. Money of a column: base × mean of
    (failure × value) × effect: whom a failure hits may be worth more than others. There is no rate in this function
    that does not come from the data. PAF: Conklin, Powaga & Lipovetsky (2004).

    Examples
    --------
    >>> import pandas as pd
    >>> late, renewed = [0, 0, 1, 1, 0, 0, 1, 0] * 20, [1, 1, 0, 1, 1, 1, 0, 0] * 20
    >>> answers = pd.DataFrame({"late": late, "renewed": renewed})
    >>> result = at_stake(answers, loyalty="renewed", drivers=["late"], base=4000)
    >>> round(float(result.table["customers"][0])), result.base
    (700, 4000.0)
    """
    check_how(missing=missing, confidence=confidence, resamples=resamples, seed=seed)
    check_number(within_days, "within_days", low=0, open_low=True)
    given = opened(answers).engine
    check_weight(given, weight)
    named = None if drivers is None else list(check_columns(drivers, given.columns(), "drivers"))
    adjusting = list(check_columns(adjust_for, given.columns(), "adjust_for"))
    value = _value(value_per_customer)
    column = value if isinstance(value, str) else None
    check_choice(outcome_as, READ_AS, "outcome_as")
    if named is None and customers is not None:
        named = list(_usual(answers))
    asked_cluster = cluster if isinstance(cluster, str) else None
    loyalty_of = loyal(
        answers,
        customers,
        loyalty=loyalty,
        value=column,
        on=on,
        answered=answered,
        within_days=within_days,
        needed=[*(named or ()), *adjusting, weight, asked_cluster, column],
    )
    clustered_by = _cluster(cluster, opened(loyalty_of.data), loyalty_of)
    by = column_of(clustered_by)
    how: dict[str, Any] = {"outcome_as": outcome_as, "adjust_for": adjusting, "top": top, "scale": scale}
    analysis = analyse(
        loyalty_of.data,
        loyalty_of.column,
        named,
        weight=weight,
        cluster=by,
        missing=missing,
        confidence=confidence,
        resamples=resamples,
        seed=seed,
        **how,
    )
    whole = _base(base, loyalty_of)
    losses = LoyaltyLost.of(analysis, check_mapping({} if prevalence is None else prevalence, "prevalence"))
    worth = None
    if column is not None:
        if missing != "complete":
            raise Problem("a column of values needs whole rows", do='Use missing="complete", or one value for all')
        worth = by_column(loyalty_of, named, how, weight, by, column, losses)
    table = _table(analysis, losses, whole, value, worth)
    together = _together(losses, whole, value, worth, confidence)
    return AtStake(
        table=table,
        together=together,
        base=whole,
        stays=losses.stays / 100,
        value=value,
        currency=currency,
        method=f"base × how often × effect on loyalty, others held equal; {analysis.intervals}",
        loyalty=loyalty or loyalty_of.column,
        basis=_basis(answers, analysis, clustered_by, loyalty_of, column),
        headline=with_capital(headline(in_words(table, analysis.labels), together, whole, currency)),
        notes=(*notes(whole, base, value, worth, prevalence), *loyalty_of.notes, *analysis.notes),
    )


def _cluster(asked: Any, source: Opened, loyalty_of: Loyal) -> Cluster | None:
    """Whose rows count as one unit: with a table of customers, the column by which they were joined is known too."""
    if asked is KNOWN and loyalty_of.customer is not None:
        several = source.engine.once(loyalty_of.customer)[1] > 0
        return Cluster(loyalty_of.customer, asked=False) if several else None
    return source.cluster(asked)


def _basis(
    answers: Any, analysis: Drivers, clustered_by: Cluster | None, loyalty_of: Loyal, value: str | None
) -> Basis:
    """That of the analysis, with the tables and rows that were handed over: it was made of both joined."""
    source, own = opened(answers), analysis.basis
    left_out = own.left_out
    if loyalty_of.sources and analysis.missing != "pairwise":
        # Answers without a "stays" are the ones of which it could not be said, each for its own reason.
        left_out = (*loyalty_of.left_out, *(one for one in own.left_out if one.column != loyalty_of.column))
    cluster = (
        own.cluster if clustered_by is None or own.cluster is None else replace(own.cluster, asked=clustered_by.asked)
    )
    used = {loyalty_of.column, *analysis.joint_effects.drivers, *(own.labels), value} & set(source.engine.columns())
    basis = source.basis(
        [column for column in source.engine.columns() if column in used],
        n=own.n,
        left_out=left_out,
        weight=own.weight,
        cluster=cluster,
        labels=own.labels,
        period=own.period,
        confidence=own.confidence,
        resamples=own.resamples,
        seed=own.seed,
    )
    return basis.with_(sources=(*basis.sources, *loyalty_of.sources))


def _usual(answers: Any) -> tuple[str, ...]:
    """Failures of the answers where nobody names drivers."""
    return tuple(getattr(answers, "failures", ()))


def _value(given: Any) -> Value:
    """What a customer is worth, checked."""
    if given is None or isinstance(given, str):
        return given
    if isinstance(given, (list, tuple)):
        if len(given) == 2 and all(numbers.known(v) for v in given) and 0 <= given[0] <= given[1]:
            return float(given[0]), float(given[1])
        raise Problem(f"{given!r} is no range of values", do="Give the lowest and the highest value, such as (50, 80)")
    if not numbers.known(given) or given < 0:
        raise Problem("the value of a customer is zero or more", do="Give a number, a range or a column")
    return float(given)


def _base(base: float | None, loyalty_of: Loyal) -> float:
    whole = loyalty_of.base if base is None else base
    if whole is None:
        raise Problem("it is not said how many customers there are", do="Name it: base=12000")
    if not numbers.known(whole) or whole <= 0:
        raise Problem("the number of customers is more than zero", where="base")
    return float(whole)


def _table(analysis: Drivers, losses: LoyaltyLost, base: float, value: Value, worth: Worth | None) -> pd.DataFrame:
    """One row a failure."""
    of = analysis.table.set_index("driver")
    gradients, confidence = losses.gradients(), analysis.confidence
    rows = []
    for row, name in enumerate(losses.names):
        lost = float(losses.lost[row])
        half = losses.reach(gradients[row], [row], confidence)
        customers = _times(lost, half, base / 100)
        line: dict[str, Any] = dict.fromkeys(COLUMNS, np.nan)
        line |= {column: of[column][name] for column in TAKEN}
        # Importance plays no part here, so neither does what is said about it.
        flags = [flag for flag in line["flags"] if flag != Caution.BY_ASSOCIATION]
        line |= {"driver": name, "prevalence": float(losses.share[row]), "flags": flags}
        line |= dict(zip(("customers", "customers_low", "customers_high"), customers, strict=True))
        money = _money(customers, value, base, worth, [row], confidence)
        line |= dict(zip(("money", "money_low", "money_high"), money, strict=True))
        if losses.own[row] and losses.stays < 100:
            line |= _attributable(losses, row, gradients[row], lost, confidence)
        rows.append(line)
    table = pd.DataFrame(rows)[list(COLUMNS)]
    return table.sort_values("customers", ascending=False, kind="stable", ignore_index=True)


def _attributable(losses: LoyaltyLost, row: int, gradient: Floats, lost: float, confidence: float) -> dict[str, float]:
    """The share of all leaving that goes with it: lost / (100 - stays), which is p(RR - 1) / (1 + p(RR - 1))."""
    leaving = 100 - losses.stays
    share = lost / leaving
    gradient = gradient / leaving
    # The covariance is of the outcome turned so that more is better: leaving falls as it rises.
    gradient[-1] += lost / leaving**2
    half = losses.reach(gradient, [row], confidence)
    return {"paf": share, "paf_low": share - half, "paf_high": share + half}


def _times(value: float, half: float, factor: float) -> tuple[float, float, float]:
    return value * factor, (value - half) * factor, (value + half) * factor


def _money(
    customers: tuple[float, float, float],
    value: Value,
    base: float,
    worth: Worth | None,
    rows: list[int],
    confidence: float,
) -> tuple[float, float, float]:
    """Money with its interval; nothing where no value was given."""
    if worth is not None:
        lost = float(worth.money[rows].sum())
        each = np.ones(len(rows))
        variance = worth.covariance[np.ix_(rows, rows)]
        own = np.diag(variance)
        df = float(own.sum() ** 2 / (own**2 / worth.df[rows]).sum()) if own.sum() > 0 else float(worth.df[rows].min())
        half = float(stats.t.ppf(0.5 + confidence / 2, df)) * math.sqrt(float(each @ variance @ each))
        return _times(lost, half, base)
    if isinstance(value, tuple):
        ends = [c * v for c in customers[1:] for v in value]
        return customers[0] * (value[0] + value[1]) / 2, min(ends), max(ends)
    if isinstance(value, float):
        return customers[0] * value, customers[1] * value, customers[2] * value
    return (math.nan,) * 3


def _together(
    losses: LoyaltyLost, base: float, value: Value, worth: Worth | None, confidence: float
) -> dict[str, float]:
    rows = list(range(len(losses.names)))
    customers = _times(
        float(losses.lost.sum()), losses.reach(losses.gradients().sum(axis=0), rows, confidence), base / 100
    )
    money = _money(customers, value, base, worth, rows, confidence)
    names = ("customers", "low", "high", "money", "money_low", "money_high")
    return dict(zip(names, (*customers, *money), strict=True))
