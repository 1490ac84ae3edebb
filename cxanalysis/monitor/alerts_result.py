"""The result of a look at all watched series."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from cxanalysis.basis import Basis
from cxanalysis.monitor.series import words_for
from cxanalysis.numbers import THIN, count, digits, number
from cxanalysis.result import Result

#: Columns of `Alerts.table`.
COLUMNS: Final = (
    "series", "table", "status", "period", "window", "value", "before", "change", "change_low", "change_high",
    "n", "counts", "unit", "p_value", "q_value", "remark",
)  # fmt: skip
#: Values of `status` that somebody should look at.
ALARMS: Final = ("worse", "better")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Alerts(Result):
    """What changed by more than noise, over all series that are watched.

    Attributes
    ----------
    table : DataFrame
        One row a series, alarms first: `series`, `table`, `status` ("worse", "better", "no change", "cannot tell"),
        `period` (first day of the last complete one), `window` (how many last periods were taken together), `value`
        (of those), `before` (what the baseline lets expect), `change` with `change_low` and `change_high`, `n` in the
        window and what it `counts` ("answer", "event"), `unit` ("%" or nothing), `p_value`, `q_value`, `remark` (why
        it cannot be tested).
    watches : tuple of dict
        For each row of the table, what to hand to `cx.control` to see it: metric, options, group.
    every : str
    rate : float
        Share of looks that may raise any alarm if nothing ever changes.
    looks_a_year, false_a_year : float
    windows : tuple of int
    basis : Basis
        Of all tables together; n: series that could be tested.
    notes : tuple of str

    Examples
    --------
    >>> import numpy as np, pandas as pd, cxanalysis as cx
    >>> rng = np.random.default_rng(0)
    >>> days = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 7 * 30, 3000), unit="D")
    >>> answers = pd.DataFrame({"answered": days, "recommend": rng.integers(4, 11, 3000)})
    >>> nps = cx.nps(answers, "recommend", date="answered", period="week")
    >>> cx.alerts({"NPS": nps}).headline
    'Nothing changed by more than noise: 1 series was looked at.'
    """

    table: pd.DataFrame
    watches: tuple[dict[str, object], ...]
    every: str
    rate: float
    looks_a_year: float
    false_a_year: float
    windows: tuple[int, ...]
    basis: Basis
    notes: tuple[str, ...]

    @property
    def alarms(self) -> pd.DataFrame:
        """The rows that are more than noise."""
        return self.table[self.table["status"].isin(ALARMS)]

    @property
    def method(self) -> str:
        """How the series were tested."""
        spans = ", ".join(str(window) for window in self.windows)
        return (
            f"last {spans} complete {self.every}s against frozen baselines, Laney's overdispersion, "
            f"Benjamini-Hochberg over {count(self.n)} series at {100 * self.rate:g} %"
        )

    @property
    def headline(self) -> str:
        """What changed, in one sentence."""
        cannot = len(self.table) - self.n
        rest = f" {count(cannot)} cannot be judged yet." if cannot else ""
        if self.n == 0:
            return f"Nothing can be judged yet: none of {count(len(self.table))} series is long enough."
        worse, better = (self.table[self.table["status"] == word] for word in ALARMS)
        if worse.empty and better.empty:
            was = "was" if self.n == 1 else "were"
            return f"Nothing changed by more than noise: {count(self.n)} series {was} looked at.{rest}"
        said = [f"{word}: {_named(rows)}" for word, rows in (("Worse", worse), ("Better", better)) if len(rows)]
        calm = self.n - len(worse) - len(better)
        return f"{'. '.join(said)}. {count(calm)} series {'shows' if calm == 1 else 'show'} no change.{rest}"


def _named(rows: pd.DataFrame) -> str:
    """The first series by name and size of change, the others counted."""
    first = [
        f"{row['series']} by {number(abs(row['change']), _decimals(row))}{' points' if row['unit'] else ''}"
        for row in rows.head(2).to_dict("records")
    ]
    more = len(rows) - len(first)
    return ", ".join(first) + (f" and {count(more)} more" if more else "")


def sentence(row: Mapping[Any, Any], every: str) -> str:
    """One alarm in one sentence.

    Examples
    --------
    >>> sentence({"status": "worse", "window": 4, "value": 31.2, "before": 40.0, "change": -8.8, "change_low": -13.0,
    ...           "change_high": -4.6, "n": 412}, "week")
    '31.2 over the last 4 weeks, 8.8 [4.6, 13.0] below the 40.0 before, from 412 answers.'
    """
    decimals, window = _decimals(row), int(row["window"])
    when = f"in the last {every}" if window == 1 else f"over the last {window} {every}s"
    ends = sorted(abs(row[end]) for end in ("change_low", "change_high"))
    sign, step = (f"{THIN}%", " points") if row.get("unit") == "%" else ("", "")
    counted = words_for(str(row.get("counts") or "answer"), int(row["n"]))
    clear = row["change_low"] * row["change_high"] > 0
    interval = f" [{number(ends[0], decimals)}, {number(ends[1], decimals)}]" if clear else ""
    way = "above" if row["change"] > 0 else "below"
    size = f"{number(abs(row['change']), decimals)}{step}{interval}"
    return (
        f"{number(row['value'], decimals)}{sign} {when}, {size} {way} the "
        f"{number(row['before'], decimals)}{sign} before, from {count(int(row['n']))} {counted}."
    )


def _decimals(row: Mapping[Any, Any]) -> int:
    """As many as the interval of the change allows, one at least."""
    return max(1, digits(row["change_low"], row["change_high"]))
