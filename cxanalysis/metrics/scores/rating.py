"""The mean rating of one attribute."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cxanalysis.engine.need import Measure
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.intervals import Precision, student
from cxanalysis.metrics.metric_question import question
from cxanalysis.metrics.passport import Passport
from cxanalysis.metrics.scores.scale_in_use import refuse_outside
from cxanalysis.tables.opened import KNOWN


def rating(
    data: Any,
    score: str | None = None,
    *,
    by: str | Sequence[str] | None = None,
    weight: str | None = None,
    cluster: Any = KNOWN,
    confidence: float = 0.95,
    date: str | None = None,
    period: str | None = None,
) -> Estimates:
    """Mean rating of one attribute, among those who rated it.

    Parameters
    ----------
    data, by, weight, cluster, confidence, date, period
        As in `nps`.
    score : str
        Column of the rating; "does not apply" must be marked as no answer.

    Returns
    -------
    Estimates
        `value` in scale points, with Student's t interval; `detail` has the answers' standard deviation.

    Examples
    --------
    >>> import pandas as pd
    >>> rating(pd.DataFrame({"cleanliness": [5, 4, 4, 3]}), "cleanliness").table.round(2).to_dict("records")
    [{'value': 4.0, 'low': 2.7, 'high': 5.3, 'n': 4, 'n_missing': 0}]
    """
    asked = question(
        data, score, "rating", by=by, weight=weight, cluster=cluster, confidence=confidence, date=date, period=period
    )
    scale = asked.table.scales.get(asked.score) if asked.table is not None else None
    if scale is not None:
        refuse_outside(asked.score, asked.levels(), scale)
    sums = asked.sums([Measure("mean", asked.score)])
    precision = Precision.of(sums, "mean")
    where = f" on a scale of {scale.describe()}" if scale is not None else ""
    return asked.estimates(
        sums,
        precision,
        precision.mean,
        student(precision, asked.confidence),
        metric="rating",
        method="t",
        passport=Passport(
            f"Rating of {asked.score}",
            f"How '{asked.score}' is rated on average{where}.",
            "mean rating",
            "answers of those who rated it",
            "scale points",
        ),
        parts={"sd": precision.variance**0.5},
    )
