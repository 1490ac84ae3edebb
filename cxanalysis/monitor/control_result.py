"""The result of a control chart."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import pandas as pd

from cxanalysis.basis import Basis
from cxanalysis.metrics.metric_headline import named_period
from cxanalysis.numbers import THIN, count, digits, number, percent, points
from cxanalysis.result import Result

#: Values of `signal`: beyond a limit; a run on one side of the centre.
ABOVE: Final = "above"
BELOW: Final = "below"
RUN_ABOVE: Final = "run above"
RUN_BELOW: Final = "run below"
#: Signals of values that are high.
HIGH: Final = frozenset({ABOVE, RUN_ABOVE})
#: Signals of a run → on which side of the centre.
RUN_SIDE: Final = MappingProxyType({RUN_ABOVE: ABOVE, RUN_BELOW: BELOW})
#: Columns of `Control.table`.
COLUMNS: Final = (
    "period", "value", "low", "high", "n", "centre", "lower", "upper", "signal", "complete", "baseline",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Control(Result):
    """A metric over time with the limits within which it moves by itself.

    Attributes
    ----------
    table : DataFrame
        One row a period, gaps included: `period` (its first day), `value`, `low`, `high` (the period's own interval),
        `n`, `centre`, `lower`, `upper` (limits; missing where nothing is judged), `signal` ("", "above", "below", "run
        above", "run below"), `complete` (False: marked, not judged), `baseline` (True: the limits come from it).
    name : str
        The series: metric and group.
    metric, unit, every : str
    better : "high" or "low"
        Which way is better.
    chart : str
        "Laney p'", "Laney p' for means", "XmR", or the same "of residuals"; "Exact p" for rare cases; "" where nothing
        is judged.
    enough : bool
        Whether the baseline is long enough to judge anything.
    why_not : str
        If not: why, in one sentence.
    sigma_z : float
        How far periods differ, in units of their sampling error; missing for XmR.
    rules : tuple of (str, float)
        Each rule used and the false signals it gives in a year without any change.
    basis : Basis
        n: answers in the periods shown; left out: rows without one.
    notes : tuple of str
    counts : str
        What n counts: "answer", "event" …

    Examples
    --------
    >>> import numpy as np, pandas as pd, cxanalysis as cx
    >>> rng = np.random.default_rng(0)
    >>> days = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 7 * 30, 3000), unit="D")
    >>> answers = pd.DataFrame({"answered": days, "recommend": rng.integers(4, 11, 3000)})
    >>> control = cx.control(answers, "nps", score="recommend", date="answered", every="week")
    >>> control.enough, control.chart
    (True, "Laney p' for means")
    """

    table: pd.DataFrame
    name: str
    metric: str
    label: str
    unit: str
    every: str
    better: str
    chart: str
    enough: bool
    why_not: str
    sigma_z: float
    rules: tuple[tuple[str, float], ...]
    basis: Basis
    notes: tuple[str, ...]
    counts: str = "answer"

    @property
    def n_missing(self) -> int:
        """Rows without an answer."""
        return self.n_excluded

    @property
    def method(self) -> str:
        """The chart, its baseline and what its limits are."""
        if not self.enough:
            return "no limits yet"
        base = self.table[self.table["baseline"]]
        first, last = (pd.Timestamp(day).date().isoformat() for day in (base["period"].min(), base["period"].max()))
        return f"{self.chart} chart, baseline of {len(base)} {self.every}s ({first} to {last})"

    @property
    def false_signals_a_year(self) -> float:
        """How many signals a year to expect if nothing ever changes."""
        return sum(rate for _, rate in self.rules)

    @property
    def judged(self) -> pd.DataFrame:
        """Periods after the baseline that were compared with it."""
        table = self.table
        return table[table["complete"] & ~table["baseline"] & table["value"].notna() & table["lower"].notna()]

    @property
    def _sign(self) -> str:
        """What follows a number of this metric."""
        return f"{THIN}%" if self.unit.startswith("%") else ""

    @property
    def headline(self) -> str:
        """Whether the last complete period is beyond noise, and how often that happened before."""
        if not self.enough:
            return f"{self.name}: {self.why_not[:1].lower()}{self.why_not[1:]}"
        judged = self.judged
        if judged.empty:
            return f"{self.name}: no complete {self.every} after the baseline yet, so nothing to compare with it."
        last = judged.iloc[-1]
        value, low, high = (last[end] for end in ("value", "low", "high"))
        often = percent(value / 100, low / 100, high / 100) if self._sign else points(value, low, high)
        now = f"{self.name} is {often} in {_named(last, self.every)}"
        signals = int((judged["signal"] != "").sum())
        before = signals - bool(last["signal"])
        if not last["signal"]:
            past = f" {count(before)} of {count(len(judged))} periods since then were beyond it." if before else ""
            room = f"between {self._fine(last, 'lower')} and {self._fine(last, 'upper')}"
            return f"{now}: within what it does by itself ({room}).{past}"
        kind = "better" if (last["signal"] in HIGH) == (self.better == "high") else "worse"
        if last["signal"] in RUN_SIDE:
            side = RUN_SIDE[last["signal"]]
            return f"{now}: {kind} than before, by a long run {side} the baseline's {self._fine(last, 'centre')}."
        limit = self._fine(last, "upper" if last["signal"] == ABOVE else "lower")
        return f"{now}: {kind} by more than noise, {last['signal']} the limit of {limit}."

    def _fine(self, row: pd.Series, column: str) -> str:
        """A limit or the centre with as many digits as the value; one more where the two would look the same."""
        decimals = digits(row["low"], row["high"])
        alike = number(row[column], decimals) == number(row["value"], decimals)
        return f"{number(row[column], decimals + alike)}{self._sign}"


def _named(row: pd.Series, every: str) -> str:
    return named_period(row["period"], every)
