"""The result of a forecast."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from cxanalysis.basis import Basis
from cxanalysis.metrics.metric_headline import named_period
from cxanalysis.numbers import number, points
from cxanalysis.result import Result


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Forecast(Result):
    """What the next periods will probably bring, and whether the forecast was any good so far.

    Attributes
    ----------
    table : DataFrame
        One row a coming period: `period`, `value`, `low`, `high` (interval for the value that will be measured: with
        the sampling error of the coming answers), `n` (answers assumed).
    history : DataFrame
        The past: `period`, `value`, `low`, `high`, `n`, `complete`.
    backtest : DataFrame
        One row a method: `way`, `error` (mean absolute error over all origins and steps, in the metric's
        unit), `forecasts` (how many), `used`.
    name, metric, unit, every : str
    method : str
        The method used.
    beats_naive : bool
        Whether a model beat "as in the last period" in the back-test; if not, that is what is shown.
    naive_error : float
        Mean absolute error of the better naive method in the back-test.
    enough : bool
    why_not : str
        If there is no forecast: why.
    basis : Basis
        n: answers in the past that was used.
    notes : tuple of str
    counts : str
        What n counts: "answer", "event" …

    Examples
    --------
    >>> import numpy as np, pandas as pd, cxanalysis as cx
    >>> rng = np.random.default_rng(0)
    >>> days = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 7 * 40, 4000), unit="D")
    >>> answers = pd.DataFrame({"answered": days, "recommend": rng.integers(4, 11, 4000)})
    >>> forecast = cx.forecast(answers, "nps", score="recommend", date="answered", horizon=3)
    >>> len(forecast.table), forecast.beats_naive
    (3, True)
    """

    table: pd.DataFrame
    history: pd.DataFrame
    backtest: pd.DataFrame
    name: str
    metric: str
    label: str
    unit: str
    every: str
    method: str
    beats_naive: bool
    naive_error: float
    enough: bool
    why_not: str
    basis: Basis
    notes: tuple[str, ...]
    counts: str = "answer"

    @property
    def headline(self) -> str:
        """The last forecast period, with how far such forecasts were off so far."""
        if not self.enough:
            return f"{self.name}: {self.why_not[:1].lower()}{self.why_not[1:]}"
        last = self.table.iloc[-1]
        what = f"{points(last['value'], last['low'], last['high'])} in {named_period(last['period'], self.every)}"
        used = self.backtest[self.backtest["used"]].iloc[0]
        off = number(used["error"], 1)
        if self.beats_naive:
            return (
                f"{self.name} will probably be {what}. Such forecasts were off by {off} on average so far, "
                f"“as it was last” by {number(self.naive_error, 1)}."
            )
        return f"{self.name}: no model forecasts better than “{self.method}”, which says {what} (off by {off} so far)."
