"""Customer satisfaction: the share of answers among the best of the scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from cxanalysis.arguments import shown
from cxanalysis.basis import Reason
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.engine.need import Measure, Period
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.intervals import Precision, mean_of_measure, wilson
from cxanalysis.metrics.measured_by import is_a_rating
from cxanalysis.metrics.metric_question import MetricQuestion, column_of_role, question
from cxanalysis.metrics.passport import Passport
from cxanalysis.metrics.row_values import VALUE, Missing, Options, share_of
from cxanalysis.metrics.scores.latest_answers import counts_customers, of_latest
from cxanalysis.metrics.scores.scale_in_use import best_answers, compared, scale_in_use
from cxanalysis.problem import Problem
from cxanalysis.tables.opened import KNOWN


def csat(
    data: Any,
    score: str | None = None,
    *,
    scale: Scale | Sequence[float] | None = None,
    top: int | None = None,
    by: str | Sequence[str] | None = None,
    weight: str | None = None,
    cluster: Any = KNOWN,
    confidence: float = 0.95,
    date: str | None = None,
    period: str | None = None,
    neutral: str = "in",
    per: str = "answer",
    customer: str | None = None,
) -> Estimates:
    """Customer satisfaction: the share of answers among the best ones of the scale.

    100·(answers among the best `top`)/n, neutral answers in the denominator; Wilson's interval on the effective
    number of answers.

    Parameters
    ----------
    data, by, weight, cluster, confidence, date, period, per, customer
        As in `nps`.
    score : str, optional
        Without it the table's column of role "csat".
    scale : Scale or (low, high), optional
        Lowest and highest possible answer; without it the table's, else 1-5, 1-7, 1-10 or 0-10 if the answers use both
        ends of one of them.
    top : int, optional
        How many of the best answers count as satisfied; without it 1 of 2-3, 2 of 4-7, 3 of more.
    neutral : str
        "in": answers in the middle are in the denominator. "out": satisfied / (satisfied + unhappy), where unhappy are
        as many of the worst answers as of the best ones are satisfied. The second is always higher.

    Returns
    -------
    Estimates
        `value` in % of answers; `detail` has the mean answer.

    Raises
    ------
    Problem
        If the scale is not known, answers are outside it, or `top` leaves none unsatisfied.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"csat": [5, 5, 4, 3, 1]})
    >>> csat(answers, "csat").table.round(1).to_dict("records")
    [{'value': 60.0, 'low': 23.1, 'high': 88.2, 'n': 5, 'n_missing': 0}]
    """
    if not isinstance(neutral, str) or neutral not in ("in", "out"):
        raise Problem(
            f"{shown(neutral)} does not say where neutral answers go",
            where="neutral",
            do='Use "in" or "out" of the denominator',
        )
    if counts_customers(per):
        named = column_of_role(data, "csat") if score is None else score
        return of_latest(
            csat,
            data,
            named,
            customer,
            scale=scale,
            top=top,
            neutral=neutral,
            by=by,
            weight=weight,
            cluster=cluster,
            confidence=confidence,
            date=date,
            period=period,
        )
    asked = question(
        data, score, "csat", by=by, weight=weight, cluster=cluster, confidence=confidence, date=date, period=period
    )
    if score is None and scale is None and asked.table is not None and not is_a_rating(asked.table, asked.score):
        raise Problem(
            f"nothing but its numbers says that '{asked.score}' is a rating of satisfaction",
            where=asked.table.name,
            do="Name it with score=, or give it its role and scale",
        )
    scale_used, _ = scale_in_use(asked, scale)
    best = best_answers(asked, "satisfied", scale_used, scale_used.top if top is None else top)
    if neutral == "out":
        return _without_neutral(asked, scale_used, best, scale_used.top if top is None else top)
    sums = asked.sums([best, Measure("mean", asked.score)])
    precision = Precision.of_share(sums, "satisfied")
    low, high = wilson(precision.mean / 100, precision.n_eff, precision.quantile(asked.confidence))
    return asked.estimates(
        sums,
        precision,
        precision.mean,
        (100 * low, 100 * high),
        metric="csat",
        method="Wilson",
        passport=Passport(
            "CSAT",
            f"Share of answers that are {compared(best)} {best.against:g} on a scale of {scale_used.describe()}.",
            f"100 × answers {compared(best)} {best.against:g} / all answers",
            "valid answers, neutral ones included",
            "% of answers",
            says="%",
            decimals=0,
        ),
        parts={"mean": mean_of_measure(sums, "mean")},
    )


def _without_neutral(asked: MetricQuestion, scale: Scale, best: Measure, top: int) -> Estimates:
    """Satisfied among those who are satisfied or unhappy."""
    turned = Scale(scale.low, scale.high, not scale.higher_is_better, scale.step, scale.labels)
    worst = best_answers(asked, "unhappy", turned, top)
    columns = [item.column if isinstance(item, Period) else item for item in asked.by]
    options = Options(
        [item for item in asked.by if isinstance(item, str)],
        asked.weight,
        asked.cluster,
        asked.confidence,
        asked.date,
        next((item.every for item in asked.by if isinstance(item, Period)), None),
    )
    extra = [name for name in (*columns, *options.columns) if name is not None]
    rows = pd.DataFrame(asked.engine.values([*dict.fromkeys(extra), best, worst]))
    good, bad = rows["satisfied"] == 100, rows["unhappy"] == 100
    neutral = rows["satisfied"].notna() & ~good & ~bad
    rows[VALUE] = np.where(good, 100.0, np.where(bad, 0.0, np.nan))
    rows = rows[~neutral].reset_index(drop=True)
    passport = Passport(
        "CSAT without neutral answers",
        f"Share of satisfied answers among those that are satisfied or unhappy, on a scale of {scale.describe()}.",
        f"100 × answers {compared(best)} {best.against:g} / (those + answers {compared(worst)} {worst.against:g})",
        "answers that are not neutral",
        "% of answers",
        (f"{int(neutral.sum()):,} neutral answers are left out.",),
    )
    return share_of(
        rows,
        options,
        passport,
        asked.basis,
        metric="csat",
        score=asked.score,
        missing=Missing(Reason.NO_ANSWER, asked.score),
        notes=asked.notes,
    )
