"""NPS, CSAT and CES: what customers answered, with interval, n and passport."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from cxanalysis.columns.scale import Scale
from cxanalysis.engine.aggregates import Aggregates
from cxanalysis.engine.need import Measure, Period
from cxanalysis.metrics.derived import VALUE, Options, share_of
from cxanalysis.metrics.estimates import Estimates, Passport
from cxanalysis.metrics.intervals import Precision, adjusted_wald_nps, student, wilson
from cxanalysis.metrics.metric_question import Asked, ask, by_role, sources_of
from cxanalysis.metrics.scores.latest_answers import counts_customers, of_latest
from cxanalysis.metrics.scores.scale_in_use import best_answers, compared, directed, refuse_outside, scale_in_use
from cxanalysis.problem import Problem

NPS_SCALE: Final = Scale(0, 10)
#: With this many answers and none of 0, a scale that starts at 1 becomes likely enough to mention.
ZERO_EXPECTED: Final = 100
#: The answers from 5 on count as easy on the 1-7 scale of CES 2.0 (The Effortless Experience, 2013).
EASY_OF_SEVEN: Final = 3


def nps(
    data: Any,
    score: str | None = None,
    *,
    by: str | Sequence[str] | None = None,
    weight: str | None = None,
    cluster: str | None = None,
    confidence: float = 0.95,
    date: str | None = None,
    period: str | None = None,
    per: str = "answer",
    customer: str | None = None,
) -> Estimates:
    """Net Promoter Score: how many more customers would recommend us than warn against us.

    100·(promoters - detractors)/n, with promoters 9-10 and detractors 0-6 on a 0-10 scale (Reichheld 2003).
    The interval is the adjusted Wald interval on the effective number of answers (statistics.md, R9).

    Parameters
    ----------
    data : Table, or pandas, Polars, PyArrow frame, or DuckDB relation
    score : str, optional
        Column of whole numbers 0-10; without it the table's column of role "nps".
    by : str or list of str, optional
        One row a group; a missing group value is a group of its own.
    weight : str, optional
        Weights, zero or more. Rows without weight are left out and counted.
    cluster : str, optional
        Column of the customer, where customers answered several times: their answers are not independent.
    confidence : float
        Of the interval, 0…1.
    date : str, optional
        Date column; without it the table's one column of role "date".
    period : str, optional
        "day", "week", "month", "quarter" or "year": also by period; its start is the last group column, "period".
    per : str
        "answer", or "customer": only the latest answer of each (in each period).
    customer : str, optional
        For "customer": the column that names them; default: the table's own.

    Returns
    -------
    Estimates
        `value` in points, -100…100; `detail` has the shares of promoters, passives and detractors in %.

    Raises
    ------
    Problem
        If answers are no whole numbers from 0 to 10, or there is none.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"recommend": [10, 9, 9, 8, 7, 3, None]})
    >>> nps(answers, "recommend").table.round(1).to_dict("records")
    [{'value': 33.3, 'low': -26.7, 'high': 71.2, 'n': 6, 'n_missing': 1}]
    """
    if counts_customers(per):
        named = score or by_role(data, "nps")
        return of_latest(
            nps, data, named, customer,
            by=by, weight=weight, cluster=cluster, confidence=confidence, date=date, period=period,
        )  # fmt: skip
    asked = ask(
        data, score, "nps", by=by, weight=weight, cluster=cluster, confidence=confidence, date=date, period=period
    )
    _check_nps(asked)
    sums = asked.sums(
        [
            Measure("nps", asked.score, "nps"),
            Measure("promoters", asked.score, "at_least", 9),
            Measure("detractors", asked.score, "at_most", 6),
        ]
    )
    precision = Precision.of(sums, "nps")
    promoters, detractors = _mean(sums, "promoters"), _mean(sums, "detractors")
    interval = adjusted_wald_nps(
        detractors / 100, promoters / 100, precision.n_eff, precision.quantile(asked.confidence)
    )
    return asked.estimates(
        sums,
        precision,
        precision.mean,
        interval,
        metric="nps",
        method="adjusted Wald",
        passport=Passport(
            "NPS",
            "How many more of 100 customers would recommend us than would not.",
            "% promoters (9-10) - % detractors (0-6)",
            "answers from 0 to 10",
            "points, -100 to 100",
            decimals=0,
        ),
        parts={"promoters": promoters, "passives": 100 - promoters - detractors, "detractors": detractors},
    )


def csat(
    data: Any,
    score: str | None = None,
    *,
    scale: Scale | Sequence[float] | None = None,
    top: int | None = None,
    by: str | Sequence[str] | None = None,
    weight: str | None = None,
    cluster: str | None = None,
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
    if neutral not in ("in", "out"):
        raise Problem(f"'{neutral}' does not say where neutral answers go", do='Use "in" or "out" of the denominator')
    if counts_customers(per):
        named = score or by_role(data, "csat")
        return of_latest(
            csat, data, named, customer, scale=scale, top=top, neutral=neutral,
            by=by, weight=weight, cluster=cluster, confidence=confidence, date=date, period=period,
        )  # fmt: skip
    asked = ask(
        data, score, "csat", by=by, weight=weight, cluster=cluster, confidence=confidence, date=date, period=period
    )
    found, _ = scale_in_use(asked, scale)
    best = best_answers(asked, "satisfied", found, found.top if top is None else top)
    if neutral == "out":
        return _without_neutral(asked, found, best, found.top if top is None else top)
    sums = asked.sums([best, Measure("mean", asked.score)])
    precision = Precision.of(sums, "satisfied")
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
            f"Share of answers that are {compared(best)} {best.against:g} on a scale of {found.describe()}.",
            f"100 × answers {compared(best)} {best.against:g} / all answers",
            "valid answers, neutral ones included",
            "% of answers",
            says="%",
            decimals=0,
        ),
        parts={"mean": _mean(sums, "mean")},
    )


def ces(
    data: Any,
    score: str | None = None,
    *,
    scale: Scale | Sequence[float] | None = None,
    direction: str | None = None,
    by: str | Sequence[str] | None = None,
    weight: str | None = None,
    cluster: str | None = None,
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
        named = score or by_role(data, "ces")
        return of_latest(
            ces, data, named, customer, scale=scale, direction=direction, as_share=as_share,
            by=by, weight=weight, cluster=cluster, confidence=confidence, date=date, period=period,
        )  # fmt: skip
    asked = ask(
        data, score, "ces", by=by, weight=weight, cluster=cluster, confidence=confidence, date=date, period=period
    )
    found = directed(asked, *scale_in_use(asked, scale), direction)
    easy = best_answers(asked, "easy", found, EASY_OF_SEVEN if found.points == 7 else found.top)
    sums = asked.sums([Measure("mean", asked.score), easy])
    precision, of_easy = Precision.of(sums, "mean"), Precision.of(sums, "easy")
    low, high = wilson(of_easy.mean / 100, of_easy.n_eff, of_easy.quantile(asked.confidence))
    parts = {"mean": precision.mean, "easy": of_easy.mean, "easy_low": 100 * low, "easy_high": 100 * high}
    ends = f"a scale of {found.low:g} to {found.high:g} ({found.best:g} is easiest)"
    if as_share:
        passport = Passport(
            "CES (share of easy answers)", f"For how many it was easy, on {ends}.",
            f"100 × answers {compared(easy)} {easy.against:g} / all answers", "valid answers", "% of answers",
            says="%", decimals=0,
        )  # fmt: skip
        return asked.estimates(
            sums, of_easy, of_easy.mean, (100 * low, 100 * high), metric="ces", method="Wilson", passport=passport,
            parts=parts,
        )  # fmt: skip
    passport = Passport(
        "CES", f"How easy it was, on average, on {ends}.", f"mean answer; easy: {compared(easy)} {easy.against:g}",
        "valid answers", "scale points",
    )  # fmt: skip
    return asked.estimates(
        sums, precision, precision.mean, student(precision, asked.confidence), metric="ces", method="t",
        passport=passport, parts=parts,
    )  # fmt: skip


def _without_neutral(asked: Asked, scale: Scale, best: Measure, top: int) -> Estimates:
    """Satisfied among those who are satisfied or unhappy."""
    turned = Scale(scale.low, scale.high, not scale.higher_is_better, scale.step, scale.labels)
    worst = best_answers(asked, "unhappy", turned, top)
    columns = [item.column if isinstance(item, Period) else item for item in asked.by]
    extra = [name for name in (*columns, asked.weight, asked.cluster, asked.date) if name is not None]
    rows = pd.DataFrame(asked.engine.values([*dict.fromkeys(extra), best, worst]))
    good, bad = rows["satisfied"] == 100, rows["unhappy"] == 100
    middle = int((rows["satisfied"].notna() & ~good & ~bad).sum())
    empty = int(rows["satisfied"].isna().sum())
    rows[VALUE] = np.where(good, 100.0, np.where(bad, 0.0, np.nan))
    every = next((item.every for item in asked.by if isinstance(item, Period)), None)
    names = [item for item in asked.by if isinstance(item, str)]
    passport = Passport(
        "CSAT without neutral answers",
        f"Share of satisfied answers among those that are satisfied or unhappy, on a scale of {scale.describe()}.",
        f"100 × answers {compared(best)} {best.against:g} / (those + answers {compared(worst)} {worst.against:g})",
        "answers that are not neutral",
        "% of answers",
        (f"{middle:,} neutral answers are left out.", *([f"{empty:,} rows have no answer."] if empty else [])),
        sources=sources_of(asked.table),
    )
    options = Options(names, asked.weight, asked.cluster, asked.confidence, asked.date, every)
    return share_of(
        rows, options, passport, metric="csat", score=asked.score, notes=asked.notes,
    )  # fmt: skip


def _mean(sums: Aggregates, measure: str) -> Any:
    at = sums.index(measure)
    return sums.mean[:, 0, at, at]


def _check_nps(asked: Asked) -> None:
    """Refuse what is no 0-10 answer; mention a scale that starts at 1."""
    levels = asked.levels()
    refuse_outside(asked.score, levels, NPS_SCALE, whole=True)
    known = asked.table.scales.get(asked.score) if asked.table is not None else None
    if known is not None and (known.low, known.high) == (1, 10):
        asked.notes.append("Asked on a scale of 1 to 10 instead of 0 to 10: compare with other NPS with care.")
    elif known is None and min(value for value, _ in levels) == 1 and sum(n for _, n in levels) >= ZERO_EXPECTED:
        asked.notes.append("No answer is 0: if the scale was 1 to 10, compare with other NPS with care.")
