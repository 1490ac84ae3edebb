"""The result of a metric: values with their intervals, and the passport that says what they mean."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import pandas as pd

from cxanalysis.metrics.metric_headline import headline as _headline


@dataclass(frozen=True, slots=True)
class Passport:
    """What a metric is: shown under every figure, so that nobody has to guess.

    Attributes
    ----------
    name : str
        The metric's name ("NPS").
    definition : str
        One sentence for a manager.
    formula : str
        The formula in plain signs.
    denominator : str
        What is counted below the line.
    unit : str
        Unit of `value` ("points, -100 to 100"; "% of answers").
    exclusions : tuple of str
        What was left out, with counts.
    says : str
        What stands behind the value in a sentence: "%", "days", "customers"; nothing for points and money.
    decimals : int
        Decimals of a value that has no interval to tell them.
    counts : str
        What n counts, one of them ("answer"), or one and many ("person, people"); nothing where the value is n itself.
    sources : tuple of str
        The tables it was computed from, each with the first digits of its content token.

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> passport = cx.nps(pd.DataFrame({"recommend": [10, 9, 7, 2]}), "recommend").passport
    >>> passport.name, passport.unit
    ('NPS', 'points, -100 to 100')
    """

    name: str
    definition: str
    formula: str
    denominator: str
    unit: str
    exclusions: tuple[str, ...] = ()
    says: str = ""
    decimals: int = 1
    counts: str = "answer"
    sources: tuple[str, ...] = ()

    def counted(self, n: int) -> str:
        """A number of what n counts.

        >>> Passport("MAU", "", "", "", "people", counts="person, people").counted(1200)
        '1,200 people'
        """
        one, _, many = self.counts.partition(", ")
        return f"1 {one}" if n == 1 else f"{n:,} {many or one + 's'}"


@dataclass(frozen=True, slots=True)
class Estimates:
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
    confidence : float
    method : str
        Name of the interval's method.
    weight, cluster : str or None
    period : tuple of (str, str) or None
        First and last date of the answers used, ISO, where the table has a date.
    n, n_missing : int
        Over all groups.
    passport : Passport
    notes : tuple of str
    every : str or None
        With `period=`: "day", "week", "month", "quarter" or "year".
    sentence : str or None
        The headline, where the metric has one of its own (a cost, a published value beside it).

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
    confidence: float
    method: str
    weight: str | None
    cluster: str | None
    period: tuple[str, str] | None
    n: int
    n_missing: int
    passport: Passport
    notes: tuple[str, ...] = ()
    every: str | None = None
    sentence: str | None = None

    @property
    def headline(self) -> str:
        """The result in one sentence (for one group), or its range (for several)."""
        return self.sentence or _headline(self)

    def _repr_html_(self) -> str:
        notes = "".join(f"<li>{escape(note)}</li>" for note in (*self.passport.exclusions, *self.notes))
        line = f"{self.passport.name} · n = {self.n:,} · {self.confidence:.0%} interval: {self.method}"
        return f"{self.table.to_html(index=False)}<p>{escape(line)}</p><ul>{notes}</ul>"
