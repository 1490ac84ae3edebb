"""The result of a metric: values with their intervals, what they mean, and what they rest on."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from cxanalysis.basis import Basis
from cxanalysis.metrics.metric_headline import headline_of
from cxanalysis.metrics.passport import Passport
from cxanalysis.result import Result


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Estimates(Result):
    """A metric, one row a group.

    Attributes
    ----------
    table : DataFrame
        Columns `[*by, value, low, high, n, n_missing]`; with `period=`, the last of `by` is called "period"
        (start of the period). `value`, `low`, `high` are in the metric's unit; `low`/`high` are missing where n = 1.
    detail : DataFrame
        The same rows: `[*by, n_eff, n_kish, se, deff]` and what the metric is made of (shares of promoters …, in %).
    metric : str
        Name of the metric ("nps").
    score : str
        The column it is computed from.
    by : tuple of str
    method : str
        Name of the interval's method.
    passport : Passport
        What the metric is: definition, formula, denominator.
    basis : Basis
        What the values rest on; `n`, `weight`, `cluster`, `period` and `confidence` are read from it.
    notes : tuple of str
    every : str or None
        With `period=`: "day", "week", "month", "quarter" or "year".
    sentence : str or None
        The headline, where the metric has one of its own (a cost, a published value beside it).
    is_curve : bool
        Whether the last of `by` is an age at which the same cases are looked at again.

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> answers = pd.DataFrame({"recommend": [10, 9, 7, 2], "market": ["B2B", "B2B", "B2C", "B2C"]})
    >>> estimates = cx.nps(answers, "recommend", by="market")
    >>> estimates.table[["market", "value", "n"]].values.tolist()
    [['B2B', 100.0, 2], ['B2C', -50.0, 2]]
    """

    table: pd.DataFrame
    detail: pd.DataFrame
    metric: str
    score: str
    by: tuple[str, ...]
    method: str
    passport: Passport
    basis: Basis
    notes: tuple[str, ...] = ()
    every: str | None = None
    sentence: str | None = None
    is_curve: bool = False

    @property
    def headline(self) -> str:
        """The result in one sentence (for one group), or its range (for several)."""
        return self.sentence or headline_of(self.passport, self.basis, self.table, self.by, self.every)

    @property
    def n_missing(self) -> int:
        """Rows that would count and have no value or no weight, over all groups."""
        rows = self.table[self.table[self.by[-1]] == self.table[self.by[-1]].iloc[-1]] if self.is_curve else self.table
        return int(rows["n_missing"].sum())

    def _further_facts(self) -> tuple[str, ...]:
        return tuple(line.rstrip(".") for line in self.passport.exclusions)
