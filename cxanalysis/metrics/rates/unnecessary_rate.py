"""How often customers need a step that should not be, per 100 orders, and what it costs: `unnecessary_rate`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from cxanalysis import numbers
from cxanalysis.arguments import check_columns, check_confidence
from cxanalysis.basis import Cluster, Reason
from cxanalysis.link.window import common_codes
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.metric_table import MetricTable, key_pair
from cxanalysis.metrics.passport import Passport
from cxanalysis.metrics.rates.ratio import ratios
from cxanalysis.problem import Problem

#: Steps are told per so many orders.
PER: Final = 100


def unnecessary_rate(
    table: Any,
    orders: Any = None,
    *,
    steps: str | Sequence[str] | None = None,
    customer: str | Sequence[str] | None = None,
    unit_cost: float | Sequence[float] | Mapping[str, float | Sequence[float]] | None = None,
    confidence: float = 0.95,
) -> Estimates:
    """How many second contacts, re-sent invoices … come with 100 orders, and what do they cost?

    A ratio R = Σa/Σb over customers, with a steps and b orders each. Its variance by the delta method, clustered by
    customer: Σ(a − Rb)²/(Σb)² · G/(G−1) for G customers; Student's t for their effective number (Σb)²/Σb²; not below 0.

    Parameters
    ----------
    table : Table or data frame
        Holds the steps as 0/1 columns, as `cx.unnecessary` makes them.
    orders : Table or data frame, optional
        One row an order: what the steps are set against. Default: the rows of `table` itself.
    steps : str or list of str, optional
        Default: the table's failures (its yes/no columns in which yes is bad).
    customer : str or (str, str), optional
        Column that names the customer; a pair where the two tables call it differently. Default: the one of that role.
    unit_cost : float, (low, high) or mapping of step → either, optional
        What one step costs. Without it no money is shown.
    confidence : float

    Returns
    -------
    Estimates
        By step: `value` steps per 100 orders, `n` orders. `detail` has `count` (steps), `customers`, `se`, and with
        `unit_cost` also `cost_low` and `cost_high` = count × unit cost.

    Raises
    ------
    Problem
        A column that is not there, a step that is not 0/1, no customer, no order, a cost that is none.

    Examples
    --------
    >>> import pandas as pd
    >>> orders = pd.DataFrame({"customer": list("aabbcc"), "resent_invoice": [1, 0, 0, 0, 1, 1]})
    >>> rate = unnecessary_rate(orders, steps="resent_invoice", customer="customer", unit_cost=[4, 6])
    >>> rate.table["value"].tolist(), rate.detail[["count", "cost_low", "cost_high"]].values.tolist()
    ([50.0], [[3.0, 12.0, 18.0]])
    """
    check_confidence(confidence)
    sheet = MetricTable.of(table, "table", "order")
    base = sheet if orders is None else MetricTable.of(orders, "orders", "order")
    names = list(check_columns(steps, sheet.engine.columns(), "steps"))
    names = names or list(sheet.table.failures if sheet.table is not None else ())
    if not names:
        raise Problem("no step is named", where=sheet.name, do="Name 0/1 columns with steps=, or make them first")
    named = key_pair(customer, "customer")
    pair = tuple(one.column(name, "customer", "customer") for one, name in zip((sheet, base), named, strict=True))
    mine = sheet.rows([pair[0], *names, pair[1] if orders is None else None])
    theirs = mine if orders is None else base.rows([pair[1]])
    people, buyers = common_codes(mine[pair[0]], theirs[pair[1]])
    size = int(max(people.max(initial=-1), buyers.max(initial=-1))) + 1
    rows: list[list[Any]] = []
    details: list[dict[str, Any]] = []
    for name in names:
        flag = sheet.zero_one(mine, name)
        # A row of which it is not known whether it was such a step is no order either.
        of = buyers[buyers >= 0] if orders is not None else people[(people >= 0) & ~np.isnan(flag)]
        if not len(of):
            raise Problem(f"there is no order with a customer for '{name}'", where=base.name)
        ordered = np.bincount(of, minlength=size).astype(float)
        stepped = np.bincount(people[(flag == 1) & (people >= 0)], minlength=size).astype(float)
        nothing = np.zeros(size, dtype=np.int64)
        rate, low, high, se, units, effective = (
            float(found[0]) for found in ratios(stepped, ordered, nothing, np.arange(size), 1, confidence)
        )
        rows.append([name, PER * rate, PER * max(low, 0.0), PER * high, len(of), int(np.isnan(flag).sum())])
        detail = {"step": name, "count": int(stepped.sum()), "customers": int(units), "se": PER * se}
        detail["n_eff"] = effective
        details.append({**detail, **_cost(name, stepped.sum(), unit_cost)})
    sheet.leave_out((people < 0).sum(), Reason.NO_KEY, pair[0])
    if orders is not None:
        base.leave_out((buyers < 0).sum(), Reason.NO_KEY, pair[1])
    for row in rows:
        sheet.leave_out(row[-1], Reason.NO_VALUE, row[0])
    basis = sheet.basis() if orders is None else base.basis(sheet)
    result, detailed = (
        pd.DataFrame(rows, columns=["step", "value", "low", "high", "n", "n_missing"]),
        pd.DataFrame(details),
    )
    return Estimates(
        table=result,
        detail=detailed,
        metric="unnecessary_rate",
        score=", ".join(names),
        by=("step",),
        method="ratio, delta method clustered by customer",
        passport=_passport(base),
        basis=basis.with_(
            n=int((buyers >= 0).sum()), cluster=Cluster(pair[1], asked=customer is not None), confidence=confidence
        ),
        notes=_notes(sheet, base, unit_cost),
        sentence=in_a_sentence(result, detailed),
    )


def _passport(base: MetricTable) -> Passport:
    return Passport(
        "Steps customers should not need",
        f"How many such steps come with {PER} orders.",
        f"{PER} × steps / orders",
        f"rows of {base.name} with a customer",
        f"steps per {PER} orders",
        says=f"per {PER} orders",
    )


def in_a_sentence(table: pd.DataFrame, details: pd.DataFrame) -> str:
    """The most frequent step in one sentence."""
    row = table.sort_values("value", ascending=False, kind="stable").iloc[0]
    known = not pd.isna(row["low"])
    often = numbers.points(row["value"], row["low"], row["high"]) if known else numbers.number(row["value"], 1)
    detail = details.set_index("step").loc[row["step"]]
    money = ""
    if "cost_low" in detail and not pd.isna(detail["cost_low"]):
        low, high = detail["cost_low"], detail["cost_high"]
        digits = 0 if high >= PER else 2
        between = numbers.number(low, digits)
        money = f" and cost {between}" if low == high else f" and cost {between} to {numbers.number(high, digits)}"
    times = int(detail["count"])
    return (
        f"{often} times per {PER} orders: '{row['step']}', {times:,} {'time' if times == 1 else 'times'} "
        f"in {int(row['n']):,} orders{money}."
    )


def _cost(name: str, count: float, unit_cost: Any) -> dict[str, float]:
    """Lowest and highest cost of so many steps; nothing where no unit cost is given."""
    if unit_cost is None:
        return {}
    cost = unit_cost.get(name) if isinstance(unit_cost, Mapping) else unit_cost
    if cost is None:
        return {"cost_low": np.nan, "cost_high": np.nan}
    low, high = (cost, cost) if isinstance(cost, int | float) else tuple(cost)
    if not 0 <= low <= high < np.inf:
        raise Problem(f"the cost of '{name}' must be a number not below 0, or a range of two")
    return {"cost_low": float(count * low), "cost_high": float(count * high)}


def _notes(sheet: MetricTable, base: MetricTable, unit_cost: Any) -> tuple[str, ...]:
    if base is sheet:
        notes = [f"Each row of {sheet.name} counts as one order."]
    else:
        notes = [
            f"Steps in {sheet.name} are set against all orders in {base.name}, so both should cover the same period; "
            "steps of customers without an order count too."
        ]
    if unit_cost is not None:
        notes.append("Cost is the number of steps times the unit cost given; a range is the uncertainty of that cost.")
    return tuple(notes)
