"""Models of repeat buying side by side: what each says, and whether it would have foreseen what customers did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from cxanalysis.arguments import check_flag, check_number, check_resamples, check_seed
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.metric_table import MetricTable
from cxanalysis.metrics.repeat_buying.hold_out import AS_BEFORE, HoldOut, hold_out
from cxanalysis.metrics.repeat_buying.lifetime_model import ANY_TIME, Outlook, valued
from cxanalysis.metrics.repeat_buying.lifetime_value import check_value, money_of
from cxanalysis.metrics.repeat_buying.purchase_histories import Days, purchase_days
from cxanalysis.metrics.repeat_buying.purchase_kinds import Kind, kind_of
from cxanalysis.metrics.repeat_buying.purchase_models_result import PurchaseModels
from cxanalysis.metrics.row_values import Options
from cxanalysis.problem import Problem

#: Columns of the check.
_CHECK = ("days", "counted", "expected", "off", "off_low", "off_high", "error")


def purchase_models(
    transactions: Any,
    *,
    models: Sequence[str] | None = None,
    opportunity: str | None = None,
    amount: str | None = None,
    margin_share: float | None = None,
    discount: float = 0.1,
    horizon_days: float = 365.0,
    holdout_days: float | None = None,
    each_customer: bool = False,
    customer: str | None = None,
    date: str | None = None,
    until: str | None = None,
    confidence: float = 0.95,
    resamples: int = 200,
    seed: int = 0,
) -> PurchaseModels:
    """Which model of customers who come back can we believe, and what does each say?

    Parameters
    ----------
    transactions : Table or data frame
        One row a purchase.
    models : list of str, optional
        "BG/NBD", "Pareto/NBD", "BG/BB". Default: the first two; with `opportunity` all three.
    opportunity : str, optional
        For "BG/BB": "week", "month", "quarter" or "year".
    amount, margin_share, discount, horizon_days, customer, date, until, confidence, resamples, seed
        As in `cx.metric("lifetime_value", …)`.
    holdout_days : float, optional
        Length of the last part of the log that is kept back: each model is fitted to what was before, and what it
        expects of the customers known by then is compared with what they bought. Default: a third of the log, a year
        at most.
    each_customer : bool
        Whether `.customers` tells each customer's chance of being there, purchases ahead and value; it is as long as
        the log has customers.

    Returns
    -------
    PurchaseModels

    Raises
    ------
    Problem
        If no model has an answer. One that has none beside others that have is left out, and the notes say why.

    Examples
    --------
    >>> import cxanalysis as cx
    >>> orders = cx.load_sample("company")["transactions"].frame
    >>> some = orders[orders["customer"] < "C0000800"]
    >>> ask = {"customer": "customer", "date": "date", "amount": "margin", "resamples": 5}
    >>> found = purchase_models(some, **ask, each_customer=True)
    >>> found.table["model"].tolist(), len(found.customers) == 2 * found.n
    (['BG/NBD', 'Pareto/NBD', 'as before'], True)
    """
    kinds = _kinds(models, opportunity)
    check_value(discount, margin_share, confidence)
    check_number(horizon_days, "horizon_days", low=0, open_low=True)
    check_resamples(resamples)
    check_seed(seed)
    check_flag(each_customer, "each_customer")
    source = MetricTable.of(transactions, "transactions", "customer")
    money, share, every = money_of(source, amount, margin_share), margin_share or 1.0, opportunity or "year"
    days = purchase_days(source, customer=customer, date=date, amount=money, until=until)
    check = hold_out(days, kinds, every, confidence, holdout_days)
    values: dict[str, Estimates] = {}
    failed: dict[str, Problem] = {}
    for kind in kinds:
        try:
            values[kind.name] = valued(
                source,
                days,
                Options(confidence=confidence),
                kind=kind,
                every=every,
                amount=money,
                share=share,
                discount=discount,
                horizon_days=horizon_days,
                resamples=resamples,
                seed=seed,
            )
        except Problem as problem:
            failed[kind.name] = problem
    if not values:
        raise next(iter(failed.values()))
    there = [kind for kind in kinds if kind.name in values and each_customer]
    people = [_customers(kind, days, every, share, horizon_days, discount) for kind in there]
    notes = [f"{name} has no answer: {problem}" for name, problem in failed.items()]
    notes += list(dict.fromkeys(note for value in values.values() for note in value.notes))
    return PurchaseModels(
        table=_table(values, check),
        curve=_curve(check),
        customers=pd.concat(people, ignore_index=True) if people else None,
        estimates=values,
        horizon_days=horizon_days,
        basis=next(iter(values.values())).basis,
        notes=(*check.sentences(), *notes),
    )


def _kinds(models: Sequence[str] | None, opportunity: str | None) -> list[Kind]:
    named = [*ANY_TIME, *(["BG/BB"] if opportunity else [])] if models is None else models
    kinds = list({kind.name: kind for kind in map(kind_of, [named] if isinstance(named, str) else named)}.values())
    if not kinds:
        raise Problem("no model is named", where="models", do="Leave models out to compare the usual ones")
    if opportunity is not None and not any(kind.discrete for kind in kinds):
        raise Problem("none of these models knows opportunities", where="opportunity", do="Add 'BG/BB' to models")
    return kinds


def _table(found: dict[str, Estimates], check: HoldOut) -> pd.DataFrame:
    # The past carried on is told once, as purchases at any time are counted.
    foreseen = {one.model: one for one in reversed(check.checks)}
    rows = []
    for name in [*found, *(name for name in foreseen if name == AS_BEFORE)]:
        row: dict[str, Any] = {"model": name}
        if name in found:
            table, detail = found[name].table.iloc[0], found[name].detail.iloc[0]
            row |= {column: table[column] for column in ("value", "low", "high")}
            row |= {f"purchases{end}": detail[f"purchases{end}"] for end in ("", "_low", "_high")}
            row |= {f"active{end}": detail[f"alive{end}"] for end in ("", "_low", "_high")}
            row |= {"n": table["n"], "log_likelihood": detail["log_likelihood"]}
        if name in foreseen:
            row |= {column: getattr(foreseen[name], column) for column in _CHECK}
            row["n"] = row.get("n", foreseen[name].n)
        rows.append(row)
    names = [
        "model",
        "value",
        "low",
        "high",
        *(f"{what}{end}" for what in ("purchases", "active") for end in ("", "_low", "_high")),
        "n",
        "log_likelihood",
        *_CHECK,
    ]
    return pd.DataFrame(rows, columns=names)


def _curve(check: HoldOut) -> pd.DataFrame:
    parts = [one.curve.assign(model=one.model) for one in check.checks]
    columns = ["model", "day", "counted", "expected"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _customers(kind: Kind, days: Days, every: str, share: float, horizon_days: float, discount: float) -> pd.DataFrame:
    """What the model says of every customer."""
    outlook = Outlook(kind, kind.lives(days, every, share), horizon_days, discount)
    lives, models = outlook.lives, outlook.fitted()
    discounted, ahead, alive = (one[lives.which] for one in outlook.ahead(models[0]))
    return lives.frame[["customer", "first", "last"]].assign(
        purchases=(lives.x + 1).astype(int),
        model=kind.name,
        active=np.clip(alive, 0.0, 1.0),
        ahead=ahead,
        value=discounted * outlook.worth(models[1]),
    )
