"""The result of an index: its value, its parts, and what other weights would make of it."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from cxanalysis.catalogue.index_sensitivity import Sensitivity
from cxanalysis.metrics.metric_headline import named_period
from cxanalysis.metrics.passport import Passport
from cxanalysis.numbers import digits, known, number, percent, points


@dataclass(frozen=True, slots=True)
class Index:
    """One number for an experience, which always opens into the ones it is made of.

    Attributes
    ----------
    table : DataFrame
        One row a group: `[*by, value, low, high, n, n_missing]`, in index points (0 to 100). `n` is the fewest answers
        that any component rests on, `n_missing` the most that any lacks.
    detail : DataFrame
        `[*by, se, deff, n_most]`; `deff` is 1: what clusters and weights do is in `se`.
    parts : DataFrame
        One row a group and component: `[*by, component, branch, weight, value, low, high, score, score_low, score_high,
        contribution, n]`. `value` in the component's own unit, `score` on 0 to 100, `contribution` = weight × score:
        the contributions of a group add up to its index.
    weights : DataFrame
        `component, weight, low, high, worst, best, coded`: intervals where an outcome gave the weights; `worst` and
        `best` are the values that stand for 0 and 100.
    sensitivity : Sensitivity
    how_weighted : str
        "by hand", "equal" or "derived from …".
    by : tuple of str
    confidence : float
    method : str
    n, n_missing : int
        Over all groups.
    passport : Passport
    notes : tuple of str
    every : str or None
        With `period=`, its length.
    seed : int

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> answers = pd.DataFrame({"recommend": [10, 9, 7, 2] * 25, "ease": [7, 6, 5, 1] * 25})
    >>> parts = [{"column": "recommend", "as": "nps"}, {"column": "ease", "as": "mean", "worst": 1, "best": 7}]
    >>> index = cx.index(answers, components=parts)
    >>> float(index.table["value"].iloc[0]), float(index.parts["contribution"].sum())
    (62.5, 62.5)
    """

    table: pd.DataFrame
    detail: pd.DataFrame
    parts: pd.DataFrame
    weights: pd.DataFrame
    sensitivity: Sensitivity
    how_weighted: str
    by: tuple[str, ...]
    confidence: float
    method: str
    n: int
    n_missing: int
    passport: Passport
    notes: tuple[str, ...]
    every: str | None = None
    seed: int = 0

    @property
    def branches(self) -> pd.DataFrame:
        """The same by branch of the tree: `[*by, branch, weight, score, contribution]`, adding up likewise."""
        keys = [*self.by, "branch"]
        named = self.parts.assign(branch=self.parts["branch"].fillna("no branch"))
        out = named.groupby(keys, sort=False, dropna=False)[["weight", "contribution"]].sum().reset_index()
        score = (out["contribution"] / out["weight"].where(out["weight"] > 0)).rename("score")
        return out.assign(score=score)[[*keys, "weight", "score", "contribution"]]

    @property
    def headline(self) -> str:
        """The index in one sentence: its value, what holds it down most, and whether the weights matter."""
        if len(self.table) == 1:
            row = self.table.iloc[0]
            most = self.parts.iloc[int((self.parts["weight"] * (100 - self.parts["score"])).to_numpy().argmax())]
            cost = most["weight"] * (100 - most["score"])
            ranges = self.sensitivity.ranges.iloc[0]
            decimals = digits(ranges["low"], ranges["high"])
            return (
                f"The index is {points(row['value'], row['low'], row['high'])} of 100; most of what is missing is "
                f"{most['component']} ({number(cost, digits(row['low'], row['high']))} points). Other weights "
                f"would make it {number(ranges['low'], decimals)} to {number(ranges['high'], decimals)}."
            )
        ordered = self.table.sort_values("value", kind="stable")
        ends = " to ".join(self._said(row) for _, row in ordered.iloc[[0, -1]].iterrows())
        kept = percent(self.sensitivity.order_kept)
        tried = f"{self.sensitivity.weightings:,} other weightings"
        return f"The index runs from {ends}; their order stays in {kept} of {tried}."

    def _said(self, row: Any) -> str:
        named = [
            named_period(row[name], self.every) if name == "period" and self.every else str(row[name])
            for name in self.by
        ]
        value = points(row["value"], row["low"], row["high"]) if known(row["low"]) else number(row["value"], 1)
        return f"{value} ({', '.join(named)})"

    def _repr_html_(self) -> str:
        notes = "".join(f"<li>{escape(note)}</li>" for note in self.notes)
        line = f"n = {self.n:,} · {self.confidence:.0%} interval: {self.method} · weights {self.how_weighted}"
        return (
            f"<p><b>{escape(self.headline)}</b></p>{self.table.to_html(index=False)}{self.parts.to_html(index=False)}"
            f"<p>{escape(line)}</p><ul>{notes}</ul>"
        )
