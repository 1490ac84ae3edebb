"""From a log of purchases to each customer's history: how many repeat purchases, the last one, and over what time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.arguments import check_choice
from cxanalysis.basis import Reason
from cxanalysis.engine.frame_columns import starts
from cxanalysis.metrics.log_end import log_end, needed_end
from cxanalysis.metrics.metric_table import UNITS, MetricTable, lasting
from cxanalysis.metrics.periods import following, whole_periods
from cxanalysis.problem import Problem

Array = NDArray[np.float64]
#: Days of a unit of time.
UNIT_DAYS: Final = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "quarter": 365.25 / 4, "year": 365.25}
#: Periods that may be opportunities to buy.
OPPORTUNITIES: Final = ("week", "month", "quarter", "year")


@dataclass(frozen=True, slots=True, eq=False)
class Days:
    """The days on which each customer bought.

    Attributes
    ----------
    frame : DataFrame
        One row a customer and day, in that order: `customer, day, value`, the money of that day.
    refunds : Series
        Customer → money given back on days of its own (below zero).
    begin, end : Timestamp
        The first day and the last one watched.
    """

    frame: pd.DataFrame
    refunds: pd.Series
    begin: pd.Timestamp
    end: pd.Timestamp

    def until(self, end: pd.Timestamp) -> Days:
        """What was known on an earlier day, of purchases; money is not looked at."""
        return Days(self.frame[self.frame["day"] <= end], self.refunds.iloc[:0], self.begin, end)


@dataclass(frozen=True, slots=True, eq=False)
class Lives:
    """Customers' histories.

    Attributes
    ----------
    frame : DataFrame
        One row a customer: `customer, first, last` (days), and the columns below.
    x, t_x, age : array (n,)
        Repeat purchases, time of the last one, time since the first, in units of `unit_days`.
    value : array (n,)
        Mean money of a repeat purchase; missing without one.
    unit_days : float
        Days of a unit of time, or from one opportunity to the next.
    one, which : array of int
        The first customer of each different history, and which of these a customer has.
    exclusions : tuple of str
        What this way of counting leaves out.
    """

    frame: pd.DataFrame
    x: Array
    t_x: Array
    age: Array
    value: Array
    unit_days: float
    one: NDArray[np.intp]
    which: NDArray[np.intp]
    exclusions: tuple[str, ...] = ()

    @classmethod
    def of(cls, frame: pd.DataFrame, unit_days: float, share: float = 1.0, exclusions: tuple[str, ...] = ()) -> Lives:
        """From `histories` or `opportunity_histories`; `share` of the money counts."""
        x, t_x, age, value = (frame[name].to_numpy(float) for name in ("x", "t_x", "age", "value"))
        return cls(frame, x, t_x, age, share * value, unit_days, *equal_histories(x, t_x, age), exclusions)

    @property
    def n(self) -> int:
        """Customers."""
        return len(self.x)

    @property
    def spending(self) -> NDArray[np.bool_]:
        """Customers whose repeat purchases have a value above zero: the model of value knows only these."""
        return (self.x > 0) & (np.nan_to_num(self.value) > 0)

    @property
    def different(self) -> tuple[Array, Array, Array]:
        """x, t_x, age of each different history."""
        return self.x[self.one], self.t_x[self.one], self.age[self.one]

    def counted(self, weight: Array | None = None) -> Array:
        """Customers of each different history, each as often as its weight."""
        return np.bincount(self.which, weight, minlength=len(self.one)).astype(float)


def equal_histories(x: Array, t_x: Array, age: Array) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Many customers have one and the same history: the first customer of each, and which history a customer has.

    The likelihood of a million customers is the sum over their different histories, each times its customers.

    Examples
    --------
    >>> first, which = equal_histories(np.array([1.0, 0, 1]), np.array([2.0, 0, 2]), np.array([9.0, 9, 9]))
    >>> first.tolist(), which.tolist()
    ([0, 1], [0, 1, 0])
    """
    frame = pd.DataFrame({"x": x, "t_x": t_x, "age": age})
    which = frame.groupby(["x", "t_x", "age"], sort=False).ngroup().to_numpy()
    first = np.flatnonzero(~frame.duplicated().to_numpy())
    return first.astype(np.intp), which.astype(np.intp)


def purchase_days(
    source: MetricTable, *, customer: str | None, date: str | None, amount: str | None, until: str | None
) -> Days:
    """The days on which each customer bought; several purchases of one day are one.

    With `amount`, a day on which more was given back than bought is no purchase: its money is kept apart.
    """
    who, when = source.column(customer, "customer", "customer"), source.first(date, "date", "date")
    rows = source.rows([who, when, amount])
    rows[when] = source.moments(rows[when]).dt.floor("D")
    end = needed_end(log_end(rows[when], until=until), source.name).moment.normalize()
    usable = leave_out_purchases(source, rows, who, when, end)
    if not usable.any():
        raise Problem("no purchase has a customer and a date", where=source.name)
    rows = rows[usable].rename(columns={who: "customer", when: "day"})
    rows["value"] = source.amounts(rows, amount) if amount is not None else 0.0
    if unpriced := int(rows["value"].isna().sum()):
        source.notes.append(
            f"{unpriced:,} purchases have no value in '{amount}': they count as purchases, and what one is worth is "
            "told by the others."
        )
    # Of a day on which no purchase has a value, none is known: that is not nothing.
    days = rows.groupby(["customer", "day"], sort=True)["value"].sum(min_count=1).reset_index()
    back = days["value"] < 0
    refunds = days[back].groupby("customer")["value"].sum()
    if back.any():
        source.exclusions.append(
            f"{int(back.sum()):,} customer days with more given back than bought are no purchases; their money is "
            "taken off the customer's repeat purchases."
        )
        days = days[~back]
        if days.empty:
            raise Problem("every amount is below zero, so nobody bought anything", where=source.name)
    return Days(days, refunds, pd.Timestamp(days["day"].min()), pd.Timestamp(end))


def leave_out_purchases(source: MetricTable, rows: pd.DataFrame, who: str, when: str, end: pd.Timestamp) -> pd.Series:
    """Which purchases have a customer and a date up to the end of the log; the others are counted as left out."""
    nameless, undated = rows[who].isna(), rows[when].isna()
    later = rows[when] > end
    source.leave_out(nameless.sum(), Reason.NO_KEY, who)
    source.leave_out((undated & ~nameless).sum(), Reason.NO_DATE, when)
    source.leave_out((later & ~nameless).sum(), Reason.PLANNED, when)
    return ~(nameless | undated | later)


def histories(days: Days, unit: str = "week") -> pd.DataFrame:
    """One row a customer, of purchases at any time.

    Columns: `customer`, `x` repeat purchases, `t_x` and `age` in units of time, `value`, the mean money of a repeat
    purchase (missing without one), `first` and `last` day of purchase.
    """
    frame = _by_customer(days.frame, days.refunds)
    size = UNIT_DAYS[unit] * UNITS["days"]
    frame["t_x"] = lasting(frame["last"], frame["first"], size)
    frame["age"] = lasting(days.end, frame["first"], size)
    return frame


def opportunity_histories(days: Days, every: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """As `histories`, where every calendar period is one opportunity: bought or not, at the first one and each after.

    Times are counted in opportunities. A last period that is not over yet is no opportunity: it is left out, and the
    second of what is returned says so.
    """
    check_choice(every, OPPORTUNITIES, "opportunity")
    whole, _ = whole_periods(days.begin, days.end + pd.Timedelta(days=1), every)
    begun = pd.Timestamp(starts(np.array([days.begin.to_datetime64()], dtype="datetime64[us]"), every)[0])
    ends = [one.end for one in whole]
    if len(ends) < 2:
        raise Problem(f"the log covers fewer than two whole {every}s", do="Choose shorter opportunities")
    kept = (days.frame["day"] < ends[-1]).to_numpy()
    out = int((~kept).sum())
    exclusions = (f"{out:,} purchases lie in a {every} that is not over yet: left out.",) if out else ()
    numbered = [begun]
    while numbered[-1] < ends[-1]:
        numbered.append(following(numbered[-1], every))
    rows = days.frame[kept].copy()
    at = (
        np.searchsorted(np.array(numbered, dtype="datetime64[us]"), rows["day"].to_numpy("datetime64[us]"), "right") - 1
    )
    rows["at"] = at
    turns_bought = rows.groupby(["customer", "at"], sort=True)
    once = turns_bought["day"].min().reset_index()
    once["value"] = turns_bought["value"].sum(min_count=1).to_numpy()
    frame = _by_customer(once, days.refunds)
    turns = once.groupby("customer", sort=True)["at"].agg(["min", "max"])
    frame["t_x"] = (turns["max"] - turns["min"]).to_numpy(float)
    frame["age"] = (len(numbered) - 2 - turns["min"]).to_numpy(float)
    return frame, exclusions


def _by_customer(rows: pd.DataFrame, refunds: pd.Series) -> pd.DataFrame:
    """Repeat purchases and their mean money, from rows in the order of customer and time."""
    by_customer = rows.groupby("customer", sort=True)
    frame = by_customer["day"].agg(["min", "max", "size"]).reset_index()
    frame = frame.rename(columns={"min": "first", "max": "last"})
    frame["x"] = frame.pop("size") - 1.0
    repeats = rows[rows["customer"].duplicated()].groupby("customer")["value"].agg(["sum", "count"])
    money = repeats["sum"].add(refunds, fill_value=0.0).reindex(frame["customer"]).to_numpy()
    priced = repeats["count"].reindex(frame["customer"], fill_value=0).to_numpy()
    frame["value"] = np.where(priced > 0, money / np.maximum(priced, 1), np.nan)
    return frame
