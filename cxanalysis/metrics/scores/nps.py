"""Net Promoter Score, with interval, n and passport."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from cxanalysis.columns.scales.scale import Scale, told_by_ends
from cxanalysis.engine.need import Measure
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.intervals import Precision, adjusted_wald_nps, mean_of_measure
from cxanalysis.metrics.metric_question import MetricQuestion, column_of_role, question
from cxanalysis.metrics.passport import Passport
from cxanalysis.metrics.scores.latest_answers import counts_customers, of_latest
from cxanalysis.metrics.scores.scale_in_use import refuse_outside
from cxanalysis.problem import Problem
from cxanalysis.tables.opened import KNOWN

NPS_SCALE: Final = Scale(0, 10)
#: With this many answers and none of 0, a scale that starts at 1 becomes likely enough to mention.
ZERO_EXPECTED: Final = 100
#: With so many answers, all of them up to 5, the scale ends there: among 20 people somebody would recommend at all.
ENOUGH, SHORT_SCALE = 20, 5


def nps(
    data: Any,
    score: str | None = None,
    *,
    by: str | Sequence[str] | None = None,
    weight: str | None = None,
    cluster: Any = KNOWN,
    confidence: float = 0.95,
    date: str | None = None,
    period: str | None = None,
    per: str = "answer",
    customer: str | None = None,
) -> Estimates:
    """Net Promoter Score: how many more customers would recommend us than warn against us.

    100·(promoters - detractors)/n, with promoters 9-10 and detractors 0-6 on a 0-10 scale (Reichheld 2003).
    The interval is the adjusted Wald interval on the effective number of answers (docs/methods/metrics.md).

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
        Column of the customer: answers of one customer are not independent. Left out: the customer that the table
        knows, where customers answered several times; None: every answer stands for itself.
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
        named = column_of_role(data, "nps") if score is None else score
        return of_latest(
            nps,
            data,
            named,
            customer,
            by=by,
            weight=weight,
            cluster=cluster,
            confidence=confidence,
            date=date,
            period=period,
        )
    asked = question(
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
    promoters, detractors = mean_of_measure(sums, "promoters"), mean_of_measure(sums, "detractors")
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


def _check_nps(asked: MetricQuestion) -> None:
    """Refuse what is no 0-10 answer; mention a scale that starts at 1."""
    levels = asked.levels()
    refuse_outside(asked.score, levels, NPS_SCALE, whole=True)
    known = asked.table.scales.get(asked.score) if asked.table is not None else None
    _refuse_other_scale(asked.score, levels, known)
    if known is not None and (known.low, known.high) == (1, 10):
        asked.notes.append("Asked on a scale of 1 to 10 instead of 0 to 10: compare with other NPS with care.")
    elif known is None and min(value for value, _ in levels) == 1 and sum(n for _, n in levels) >= ZERO_EXPECTED:
        asked.notes.append("No answer is 0: if the scale was 1 to 10, compare with other NPS with care.")


def _refuse_other_scale(score: str, levels: list[tuple[float, int]], known: Scale | None) -> None:
    """A problem if the answers were given on another scale: nobody can be a promoter on a scale that ends at 5."""
    if known is not None and (known.low, known.high) not in ((0, 10), (1, 10)):
        raise Problem(
            f"NPS is asked on a scale of 0 to 10, and this one is {known.describe()}",
            where=f"column '{score}'",
            do="Take cx.csat, or another column",
        )
    if known is not None:
        return
    values = [value for value, _ in levels]
    likely, answers = told_by_ends(min(values), max(values)), sum(count for _, count in levels)
    other = likely is not None and (likely.low, likely.high) not in ((0, 10), (1, 10))
    if other or (max(values) <= SHORT_SCALE and answers >= ENOUGH):
        raise Problem(
            f"answers from {min(values):g} to {max(values):g} are not those of a scale of 0 to 10, as NPS needs it",
            where=f"column '{score}'",
            do="Take cx.csat; or, if 0 to 10 was asked, give the column the scale cx.Scale(0, 10) in a cx.Table",
        )
