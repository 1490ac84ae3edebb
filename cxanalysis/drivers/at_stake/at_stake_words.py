"""Customers at stake in words: the one sentence, and what was taken from where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from cxanalysis import numbers
from cxanalysis.drivers.at_stake.loyalty_lost import Worth
from cxanalysis.drivers.at_stake.rivals import Claim, rivals
from cxanalysis.drivers.cautions import SIGNIFICANT


def headline(table: pd.DataFrame, together: Mapping[str, float], base: float, currency: str) -> str:
    """Which failure goes with most customers, if that can be told."""
    sure = table[(table["q_value"] < SIGNIFICANT) & (table["customers_low"] > 0)]
    of = f"of {numbers.number(base)} customers"
    if sure.empty:
        most = numbers.large(together["customers"], together["low"], together["high"])
        return (
            f"That any of these failures costs customers cannot be told from noise; all together go with {most} {of}."
        )
    first = sure.iloc[0]
    said = numbers.large(first["customers"], first["customers_low"], first["customers_high"])
    money = ""
    if numbers.known(first["money"]):
        amount = numbers.large(first["money"], first["money_low"], first["money_high"])
        money = f", worth {currency + numbers.THIN if currency else ''}{amount}"
    claims = {row["driver"]: _claim(row, row["driver"] in set(sure["driver"])) for _, row in table.iterrows()}
    mine = claims.pop(first["driver"])
    if as_much := rivals(mine, claims.values()):
        return (
            f"{first['driver']} puts {said} {of} at stake{money}; "
            f"whether that is more than {' or '.join(as_much[:2])} is not settled."
        )
    return f"{first['driver']} puts most customers at stake: {said} {of}{money}."


def _claim(row: pd.Series[Any], sure: bool) -> Claim:
    return Claim(row["driver"], row["customers"], row["customers_low"], row["customers_high"], sure)


def notes(
    whole: float,
    base: float | None,
    value: float | tuple[float, float] | str | None,
    worth: Worth | None,
    prevalence: Mapping[str, float] | None,
) -> list[str]:
    """What was taken from where."""
    notes = [
        "An association: customers who were spared this stayed more often, which need not be why.",
        f"Base: {numbers.number(whole)} customers"
        + (", those who are there at the end of the table of customers." if base is None else ", as given."),
    ]
    if prevalence:
        notes.append(f"How often was given for {', '.join(prevalence)}; it is taken as exact.")
    if isinstance(value, float):
        notes.append(f"A customer is worth {numbers.number(value, 2)}, as given; it is taken as exact.")
    elif isinstance(value, tuple):
        notes.append(
            f"A customer is worth {numbers.number(value[0], 2)} to {numbers.number(value[1], 2)}, as given: "
            "the value is for the middle, the interval for both ends."
        )
    elif worth is not None:
        notes.append(
            f"Each customer's own value, '{value}' (mean {numbers.number(worth.mean, 2)}): "
            f"from the {worth.n:,} answers that have one."
        )
    else:
        notes.append("No money: nobody said what a customer is worth.")
    return notes
