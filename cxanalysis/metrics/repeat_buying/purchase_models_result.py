"""The result of setting models of repeat buying side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from cxanalysis.basis import Basis
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.numbers import percent, points
from cxanalysis.result import Result


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PurchaseModels(Result):
    """What each model says of the same customers, and how well it foresaw purchases kept back from it.

    Attributes
    ----------
    table : DataFrame
        One row a model: `model, value, low, high` (money per customer within the horizon), `purchases, purchases_low,
        purchases_high` (expected per customer), `active, active_low, active_high` (% still customers), `n`,
        `log_likelihood`; and of the part kept back `days, counted, expected, off, off_low, off_high` (off: share by
        which expected is above counted) and `error` (mean distance of one customer's expected and counted purchases).
        The row "as before" is everybody buying on at their past rate: it has a check only.
    curve : DataFrame
        `model, day, counted, expected`: purchases of the part kept back, added up.
    customers : DataFrame or None
        With `each_customer=True`, one row a customer and model: `customer, first, last, purchases` (so far), `model`,
        `active` (chance, 0…1, of still being a customer), `ahead` (expected purchases within the horizon) and `value`
        (discounted).
    estimates : mapping of model → Estimates
        As `cx.metric("lifetime_value", …, model=…)` gives them.
    horizon_days : float
    basis : Basis
        n counts customers.
    notes : tuple of str

    Examples
    --------
    >>> import cxanalysis as cx
    >>> orders = cx.load_sample("company")["transactions"]
    >>> some = orders.frame[orders.frame["customer"] < "C0000800"]
    >>> found = cx.purchase_models(some, customer="customer", date="date", amount="margin", resamples=5)
    >>> found.table["model"].tolist()
    ['BG/NBD', 'Pareto/NBD', 'as before']
    """

    table: pd.DataFrame
    curve: pd.DataFrame
    customers: pd.DataFrame | None
    estimates: Mapping[str, Estimates]
    horizon_days: float
    basis: Basis
    notes: tuple[str, ...]

    @property
    def headline(self) -> str:
        """What each model says, and how far it was off in the part kept back."""
        valued = self.table[self.table["value"].notna()]
        rows = valued.to_dict("records")
        said = [f"{points(row['value'], row['low'], row['high'])} by {row['model']}" for row in rows]
        first = f"In the next {self.horizon_days:g} days a customer brings {_listed(said, 'or')}."
        checked = valued[valued["off"].notna()]
        if checked.empty:
            return f"{first} The log is too short to check it on purchases kept back."
        off = [
            f"{row['model']} by {percent(row['off'], row['off_low'], row['off_high'])}"
            for row in checked.to_dict("records")
        ]
        off[0] = off[0].replace(" by ", " was off by ", 1)
        return f"{first} Checked on the last {checked['days'].iloc[0]:.0f} days, kept back, {_listed(off, 'and')}."


def _listed(words: list[str], last: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"
