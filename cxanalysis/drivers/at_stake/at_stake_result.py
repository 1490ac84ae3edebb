"""The result of `cx.at_stake`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Final

import pandas as pd

from cxanalysis import numbers

#: Columns of `AtStake.table`, in order.
COLUMNS: Final = (
    "driver", "prevalence", "effect", "effect_low", "effect_high", "p_value", "q_value",
    "customers", "customers_low", "customers_high", "money", "money_low", "money_high",
    "paf", "paf_low", "paf_high", "flags",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AtStake:
    """Customers, and money, that go with each failure.

    Attributes
    ----------
    table : DataFrame
        One row a failure, most customers first:
        prevalence: share of answers it touches (or the one named); effect (low, high): what one case does to the share
        that stays, in percentage points, others held equal; p_value, q_value: as in `Drivers.table`;
        customers (low, high): base × prevalence × share lost per case; negative where the failure goes with more that
        stay; money (low, high): × value per customer, missing where no value was given;
        paf (low, high): share of all who leave that would stay, were there no such failure: p(RR - 1)/(1 + p(RR - 1));
        flags: list of short words, explained in `notes`.
    together : mapping
        `customers, low, high, money, money_low, money_high`: all failures, with their joint interval.
    base : float
        Customers in all.
    stays : float
        Share of customers that stay, 0…1.
    value : float, (float, float), str or None
        What a customer is worth: a number, a range, the column it came from, or nothing.
    currency : str
    n, n_excluded : int or (int, int), int
    method, loyalty : str
    weight, cluster : str or None
    confidence : float
    seed : int
    period : tuple of (str, str) or None
    headline : str
    notes : tuple of str
    labels : mapping of name → str
        What the failures are called in the headline and in charts.

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> late, renewed = [0, 0, 1, 1, 0, 0, 1, 0] * 20, [1, 1, 0, 1, 1, 1, 0, 0] * 20
    >>> answers = pd.DataFrame({"late": late, "renewed": renewed})
    >>> found = cx.at_stake(answers, loyalty="renewed", drivers=["late"], base=4000, value_per_customer=50)
    >>> found.table[["customers", "money"]].round().to_numpy().tolist()
    [[700.0, 35000.0]]
    """

    table: pd.DataFrame
    together: dict[str, float]
    base: float
    stays: float
    value: float | tuple[float, float] | str | None
    currency: str
    n: int | tuple[int, int]
    n_excluded: int
    method: str
    loyalty: str
    weight: str | None
    cluster: str | None
    confidence: float
    seed: int
    period: tuple[str, str] | None
    headline: str
    notes: tuple[str, ...]
    labels: Mapping[str, str] = field(default_factory=dict)

    def _repr_html_(self) -> str:
        notes = "".join(f"<li>{escape(note)}</li>" for note in self.notes)
        line = (
            f"n = {numbers.count(self.n)}, {self.n_excluded:,} left out · base {self.base:,.0f} customers · "
            f"{self.confidence:.0%} intervals · {self.method}"
        )
        return (
            f"<p><b>{escape(self.headline)}</b></p>{self.table.to_html(index=False)}"
            f"<p>{escape(line)}</p><ul>{notes}</ul>"
        )
