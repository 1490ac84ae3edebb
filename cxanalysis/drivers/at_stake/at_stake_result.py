"""The result of `cx.at_stake`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from cxanalysis import numbers
from cxanalysis.basis import Basis
from cxanalysis.result import Result

#: Columns of `AtStake.table`, in order.
COLUMNS: Final = (
    "driver", "prevalence", "effect", "effect_low", "effect_high", "p_value", "q_value",
    "customers", "customers_low", "customers_high", "money", "money_low", "money_high",
    "paf", "paf_low", "paf_high", "flags",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class AtStake(Result):
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
    method, loyalty : str
    basis : Basis
    headline : str
    notes : tuple of str

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> late, renewed = [0, 0, 1, 1, 0, 0, 1, 0] * 20, [1, 1, 0, 1, 1, 1, 0, 0] * 20
    >>> answers = pd.DataFrame({"late": late, "renewed": renewed})
    >>> result = cx.at_stake(answers, loyalty="renewed", drivers=["late"], base=4000, value_per_customer=50)
    >>> result.table[["customers", "money"]].round().to_numpy().tolist()
    [[700.0, 35000.0]]
    """

    table: pd.DataFrame
    together: dict[str, float]
    base: float
    stays: float
    value: float | tuple[float, float] | str | None
    currency: str
    method: str
    loyalty: str
    basis: Basis
    headline: str
    notes: tuple[str, ...]

    def _further_facts(self) -> tuple[str, ...]:
        return (f"base {numbers.number(self.base)} customers",)
