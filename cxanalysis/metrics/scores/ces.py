"""Customer effort: how easy it was, in the scale's own direction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from cxanalysis.columns.scales.scale import Scale
from cxanalysis.engine.need import Measure
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.intervals import Precision, student, wilson
from cxanalysis.metrics.metric_question import column_of_role, question
from cxanalysis.metrics.passport import Passport
from cxanalysis.metrics.scores.latest_answers import counts_customers, of_latest
from cxanalysis.metrics.scores.scale_in_use import best_answers, compared, directed, scale_in_use
from cxanalysis.tables.opened import KNOWN

#: The answers from 5 on count as easy on the 1-7 scale of CES 2.0 (The Effortless Experience, 2013).
EASY_OF_SEVEN: Final = 3


def ces(
    data: Any,
    score: str | None = None,
    *,
    scale: Scale | Sequence[float] | None = None,
    direction: str | None = None,
    by: str | Sequence[str] | None = None,
    weight: str | None = None,
    cluster: Any = KNOWN,
    confidence: float = 0.95,
    date: str | None = None,
    period: str | None = None,
    as_share: bool = False,
    per: str = "answer",
    customer: str | None = None,
) -> Estimates:
    """Customer effort: the mean answer to "how easy was it?", in the scale's own direction.

    Student's t interval; the share of easy answers (5-7 of 7) with Wilson's interval is in `detail`.

    Parameters
    ----------
    data, scale, by, weight, cluster, confidence, date, period, per, customer
        As in `csat`.
    score : str, optional
        Without it the table's column of role "ces".
    direction : str, optional
        Which end means little effort: "high" (CES 2.0, 1-7 "it was easy") or "low" (CES 1.0, 1-5 "how much effort").
        Needed unless a `Scale` says it: the two versions run in opposite directions.
    as_share : bool
        Answer with the share of easy answers (5-7 of 7) instead of the mean.

    Returns
    -------
    Estimates
        `value` in scale points, or % of answers; `detail` has `easy`, `easy_low`, `easy_high` in % of answers.

    Raises
    ------
    Problem
        If the direction is unknown or contradicts the table's, or the scale is not known.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"effort": [7, 6, 6, 5, 1]})
    >>> ces(answers, "effort", direction="high").table.round(2).to_dict("records")
    [{'value': 5.0, 'low': 2.09, 'high': 7.91, 'n': 5, 'n_missing': 0}]
    """
    if counts_customers(per):
        named = column_of_role(data, "ces") if score is None else score
        return of_latest(
            ces,
            data,
            named,
            customer,
            scale=scale,
            direction=direction,
            as_share=as_share,
            by=by,
            weight=weight,
            cluster=cluster,
            confidence=confidence,
            date=date,
            period=period,
        )
    asked = question(
        data, score, "ces", by=by, weight=weight, cluster=cluster, confidence=confidence, date=date, period=period
    )
    scale_used = directed(asked, *scale_in_use(asked, scale), direction)
    easy = best_answers(asked, "easy", scale_used, EASY_OF_SEVEN if scale_used.points == 7 else scale_used.top)
    sums = asked.sums([Measure("mean", asked.score), easy])
    precision, of_easy = Precision.of(sums, "mean"), Precision.of_share(sums, "easy")
    low, high = wilson(of_easy.mean / 100, of_easy.n_eff, of_easy.quantile(asked.confidence))
    parts = {"mean": precision.mean, "easy": of_easy.mean, "easy_low": 100 * low, "easy_high": 100 * high}
    ends = f"a scale of {scale_used.low:g} to {scale_used.high:g} ({scale_used.best:g} is easiest)"
    if as_share:
        passport = Passport(
            "CES (share of easy answers)",
            f"For how many it was easy, on {ends}.",
            f"100 × answers {compared(easy)} {easy.against:g} / all answers",
            "valid answers",
            "% of answers",
            says="%",
            decimals=0,
        )
        return asked.estimates(
            sums,
            of_easy,
            of_easy.mean,
            (100 * low, 100 * high),
            metric="ces",
            method="Wilson",
            passport=passport,
            parts=parts,
        )
    passport = Passport(
        "CES",
        f"How easy it was, on average, on {ends}.",
        f"mean answer; easy: {compared(easy)} {easy.against:g}",
        "valid answers",
        "scale points",
    )
    return asked.estimates(
        sums,
        precision,
        precision.mean,
        student(precision, asked.confidence),
        metric="ces",
        method="t",
        passport=passport,
        parts=parts,
    )
