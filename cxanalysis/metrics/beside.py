"""One metric with weights and without, side by side, and what the weights change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import stats

from cxanalysis.arguments import check_choice
from cxanalysis.basis import Basis
from cxanalysis.engine.engines import engine_of
from cxanalysis.engine.need import Measure
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.intervals import cluster_quantile, effective_number
from cxanalysis.metrics.metric import metric
from cxanalysis.metrics.metric_question import question
from cxanalysis.metrics.scores.scale_in_use import best_answers, scale_in_use
from cxanalysis.numbers import THIN, digits, number, points
from cxanalysis.problem import Problem
from cxanalysis.result import Result
from cxanalysis.tables.opened import KNOWN
from cxanalysis.tables.table import Table

#: Metrics that are a mean of coded answers: of their difference the interval is known.
NAMES: Final = ("nps", "csat", "ces", "rating")
PLAIN: Final = "as answered"
WEIGHTED: Final = "weighted"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Beside(Result):
    """A metric as answered and weighted.

    Attributes
    ----------
    table : DataFrame
        Two rows: `answers` ("as answered", "weighted"), `value, low, high, n, n_missing, n_eff, deff`.
    plain, weighted : Estimates
    shift, shift_low, shift_high : float
        Weighted minus as answered, with its interval: both are of the same answers, so it is much narrower than the
        two intervals suggest.
    basis : Basis
        Of the weighted value.
    notes : tuple of str

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> answers = pd.DataFrame({"recommend": [9, 10, 9, 3] * 25, "w": [0.8, 0.8, 0.8, 1.6] * 25})
    >>> cx.beside("nps", answers, score="recommend", weight="w").table["value"].round(6).tolist()
    [50.0, 20.0]
    """

    table: pd.DataFrame
    plain: Estimates
    weighted: Estimates
    shift: float
    shift_low: float
    shift_high: float
    basis: Basis
    notes: tuple[str, ...]

    @property
    def headline(self) -> str:
        """Both values and whether the weights change anything, in one sentence."""
        name = self.weighted.passport.name
        unit = f"{THIN}%" if self.weighted.passport.unit.startswith("%") else ""
        ends = [
            points(row["value"], row["low"], row["high"]).replace(" [", f"{unit} [")
            for row in self.table.to_dict("records")
        ]
        moved = f"{name} is {ends[1]} weighted, {ends[0]} as answered"
        if not (self.shift_low > 0 or self.shift_high < 0):
            return f"{moved}: that the weights move it cannot be told from noise."
        d = digits(self.shift_low, self.shift_high)
        low, high = sorted(abs(end) for end in (self.shift_low, self.shift_high))
        way = "up" if self.shift > 0 else "down"
        return (
            f"{moved}: the weights move it {way} by {number(abs(self.shift), d)} [{number(low, d)}, {number(high, d)}]."
        )


def beside(name: str, data: Any, *, weight: str | None = None, cluster: Any = KNOWN, **options: Any) -> Beside:
    """Do the weights change the answer?

    Parameters
    ----------
    name : str
        "nps", "csat", "ces" or "rating".
    data : Table, or any frame
        With a column of weights (`cx.rake`, `cx.propensity_weights`).
    weight : str, optional
        Its column; default: the table's column of role "weight".
    cluster, **options
        As the metric takes them (score, scale, top, direction, confidence, date); not `by` and `period`.

    Returns
    -------
    Beside
        With m_w and m the weighted and the plain mean, the shift m_w - m has the variance Σ(Σ u)² over customers,
        u = w(y - m_w)/Σw - (y - m)/n.

    Raises
    ------
    Problem
        If there is no such metric, no column of weights, or groups are asked for.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"csat": [5, 5, 4, 1] * 20, "w": [1.0, 1.0, 1.0, 1.0] * 20})
    >>> beside("csat", answers, score="csat", weight="w").shift
    0.0
    """
    check_choice(name, NAMES, "name")
    if {"by", "period"} & set(options):
        raise Problem("groups are not shown side by side", do="Ask the metric itself twice, with and without weight=")
    if weight is None and isinstance(data, Table):
        weight = data.column_of("weight")
    if weight is None:
        raise Problem("no column holds weights", do="Name it with weight=, or make one with cx.rake")
    plain = metric(name, data, cluster=cluster, **options)
    weighted = metric(name, data, cluster=cluster, weight=weight, **options)
    rows = [
        {"answers": label, **answer.table.iloc[0].to_dict(), **answer.detail[["n_eff", "deff"]].iloc[0].to_dict()}
        for label, answer in ((PLAIN, plain), (WEIGHTED, weighted))
    ]
    shift, half = _shift(name, data, plain, weight, options)
    return Beside(
        table=pd.DataFrame(rows),
        plain=plain,
        weighted=weighted,
        shift=shift,
        shift_low=shift - half,
        shift_high=shift + half,
        basis=weighted.basis,
        notes=weighted.notes,
    )


def _shift(
    name: str,
    data: Any,
    plain: Estimates,
    weight: str,
    options: dict[str, Any],
) -> tuple[float, float]:
    """Weighted minus plain mean of the coded answers, and half its interval."""
    cluster, confidence = plain.cluster, plain.confidence
    measure = _coded(name, data, plain.score, options)
    columns = list(dict.fromkeys(column for column in (weight, cluster) if column is not None))
    rows = engine_of(data).values([measure, *columns])
    y, w = rows[measure.name].astype(float), np.nan_to_num(rows[weight].astype(float))
    group = np.arange(len(y)) if cluster is None else pd.factorize(rows[cluster], use_na_sentinel=False)[0]
    there = ~np.isnan(y)
    y, w, group = y[there], w[there], group[there]
    mean = np.average(y, weights=w)
    influence = w * (y - mean) / w.sum() - (y - y.mean()) / len(y)
    whole = np.bincount(group, weights=influence)
    size = np.bincount(group, weights=w)
    count = int((size > 0).sum())
    se = np.sqrt((whole**2).sum() * count / max(count - 1, 1))
    effective = effective_number(w.sum(), (size**2).sum(), count)
    quantile = (
        stats.norm.ppf((1 + confidence) / 2) if cluster is None else cluster_quantile(effective, count, confidence)
    )
    return float(mean - y.mean()), float(quantile * se)


def _coded(name: str, data: Any, score: str, options: dict[str, Any]) -> Measure:
    """The coded answers whose mean is the metric."""
    if name == "nps":
        return Measure("coded", score, "nps")
    if name != "csat":
        return Measure("coded", score)
    asked = question(data, score, None, by=None, weight=None, cluster=None, confidence=0.95, date=None, period=None)
    scale, _ = scale_in_use(asked, options.get("scale"))
    return best_answers(asked, "coded", scale, scale.top if options.get("top") is None else options["top"])
