"""The result of an index: its value, its parts, and what other weights would make of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.basis import Basis, LeftOut, Reason
from cxanalysis.catalogue.component import Component
from cxanalysis.catalogue.index_sensitivity import Sensitivity
from cxanalysis.catalogue.index_weights import Weighting
from cxanalysis.metrics.metric_headline import named_period
from cxanalysis.metrics.passport import Passport
from cxanalysis.numbers import digits, known, number, percent, points
from cxanalysis.result import Result

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Index(Result):
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
    method : str
    basis : Basis
        Of all tables; n: over all groups, the fewest answers that any component rests on.
    passport : Passport
    notes : tuple of str
    every : str or None
        With `period=`, its length.

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
    method: str
    basis: Basis
    passport: Passport
    notes: tuple[str, ...]
    every: str | None = None
    shown_tables: ClassVar[tuple[str, ...]] = ("table", "parts")

    @property
    def n_missing(self) -> int:
        """Answers that are missing, over all groups: the most that any component lacks."""
        return int(self.table["n_missing"].sum())

    def _further_facts(self) -> tuple[str, ...]:
        return (f"weights {self.how_weighted}",)

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


@dataclass(frozen=True, slots=True)
class IndexNumbers:
    """G groups and k components.

    Attributes
    ----------
    groups : DataFrame
        G rows, the group columns.
    components : tuple of Component
    mean, score, se_parts : arrays (G, k)
        Means in own units; on 0 to 100; standard errors of the latter.
    weighting : Weighting
    drawn : array (R, k) or None
        Weights in every resample, where an outcome gave them.
    se, quantile : arrays (G,)
    n, missing : int arrays (G, k)
    """

    groups: pd.DataFrame
    components: tuple[Component, ...]
    mean: Floats
    score: Floats
    weighting: Weighting
    drawn: Floats | None
    se: Floats
    se_parts: Floats
    quantile: Floats
    n: NDArray[np.int64]
    missing: NDArray[np.int64]


def _left_out(numbers: IndexNumbers) -> tuple[LeftOut, ...]:
    """Rows without an answer to the component that has the fewest; where components share rows, those rows at least."""
    gaps = numbers.missing.sum(axis=0)
    most = int(gaps.argmax())
    column = numbers.components[most].column
    return (LeftOut(int(gaps[most]), Reason.NO_ANSWER, column),) if gaps[most] else ()


def index_of(
    numbers: IndexNumbers, tried: Sensitivity, notes: Sequence[str], basis: Basis, *, every: str | None
) -> Index:
    """The index, from its numbers."""
    weights, half = numbers.weighting.weights, numbers.quantile * numbers.se
    value = numbers.score @ weights
    used = [one for one, weight in zip(numbers.components, weights, strict=True) if weight > 0]
    low, high = _clipped(value - half, value + half, all(one.natural for one in used))
    bare = int(np.isnan(low).sum())
    without = [f"{bare} without an interval: too few answers, or answers that are all the same."] if bare else []
    ends = "; ".join(f"{one.name} {one.worst:g} and {one.best:g}" for one in numbers.components)
    groups, n, missing = numbers.groups, numbers.n.min(axis=1), numbers.missing.max(axis=1)
    return Index(
        table=groups.assign(value=value, low=low, high=high, n=n, n_missing=missing),
        detail=groups.assign(se=numbers.se, deff=1.0, n_most=numbers.n.max(axis=1)),
        parts=_part_rows(numbers),
        weights=_weight_rows(numbers, basis.confidence or 0.95),
        sensitivity=tried,
        how_weighted=numbers.weighting.words,
        by=tuple(map(str, groups.columns)),
        method="resampled blocks" if numbers.drawn is not None else "t, joint covariance of blocks",
        basis=basis.with_(n=int(n.sum()), left_out=_left_out(numbers)),
        passport=_passport(numbers.components, numbers.weighting),
        notes=(*notes, *without, f"Values for 0 and 100: {ends}."),
        every=every,
    )


def _clipped(low: Any, high: Any, natural: bool) -> tuple[Any, Any]:
    """Ends within 0 and 100 where no value can lie beyond."""
    return (np.clip(low, 0, 100), np.clip(high, 0, 100)) if natural else (low, high)


def _part_rows(numbers: IndexNumbers) -> pd.DataFrame:
    rows = []
    for row, group in enumerate(numbers.groups.to_dict("records")):
        for at, one in enumerate(numbers.components):
            score, half = numbers.score[row, at], numbers.quantile[row] * numbers.se_parts[row, at]
            low, high = map(float, _clipped(score - half, score + half, one.natural))
            own = sorted(one.worst + end / one.slope for end in (low, high))
            rows.append(
                {
                    **{str(name): value for name, value in group.items()},
                    "component": one.name,
                    "branch": one.branch,
                    "weight": numbers.weighting.weights[at],
                    "value": numbers.mean[row, at],
                    "low": own[0],
                    "high": own[1],
                    "score": score,
                    "score_low": low,
                    "score_high": high,
                    "contribution": numbers.weighting.weights[at] * score,
                    "n": int(numbers.n[row, at]),
                }
            )
    return pd.DataFrame(rows)


def _weight_rows(numbers: IndexNumbers, confidence: float) -> pd.DataFrame:
    tail = (1 - confidence) / 2
    low, high = np.full((2, len(numbers.components)), np.nan)
    if numbers.drawn is not None:
        low, high = np.quantile(numbers.drawn, [tail, 1 - tail], axis=0)
    fields = {name: [getattr(one, name) for one in numbers.components] for name in ("name", "worst", "best", "coded")}
    return pd.DataFrame(
        {
            "component": fields["name"],
            "weight": numbers.weighting.weights,
            "low": low,
            "high": high,
            "worst": fields["worst"],
            "best": fields["best"],
            "coded": fields["coded"],
        }
    )


def _passport(components: Sequence[Component], weighting: Weighting) -> Passport:
    terms = " + ".join(f"{weight:.3g} × {one.name}" for one, weight in zip(components, weighting.weights, strict=True))
    return Passport(
        "Index",
        f"How good the experience is as a whole, from {len(components)} components on 0 to 100, "
        f"weights {weighting.words}.",
        f"{terms}, each as 100 × (value − worst) / (best − worst)",
        "answers to each component",
        "index points, 0 to 100",
    )
