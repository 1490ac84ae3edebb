"""One answer a customer: the latest, where a metric counts people and not answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pandas as pd

from cxanalysis.arguments import shown
from cxanalysis.basis import Reason
from cxanalysis.engine.frame_columns import starts
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.metric_table import MetricTable
from cxanalysis.problem import Problem
from cxanalysis.tables.as_table import as_table

#: What a score may be counted per.
PER: Final = ("answer", "customer")


def counts_customers(per: str) -> bool:
    """Whether customers are counted instead of answers; a problem if neither.

    Examples
    --------
    >>> counts_customers("customer")
    True
    """
    if not isinstance(per, str) or per not in PER:
        raise Problem(f"a score is not counted per {shown(per)}", where="per", do=f"Use one of: {', '.join(PER)}")
    return per == "customer"


def of_latest(
    measure: Callable[..., Estimates], data: Any, score: str, customer: str | None, **options: Any
) -> Estimates:
    """A score from the latest answer of every customer (in every period, where there are periods).

    Parameters
    ----------
    measure : callable
        `nps`, `csat` or `ces`.
    data : Table or data frame
    score : str
    customer : str or None
        Default: the table's own column; it needs no cluster any more.
    **options
        Of the metric.
    """
    table = as_table(data, "answers")
    source = MetricTable.of(table, table.name, "customer")
    named = options.pop("cluster", None)
    if customer is None and isinstance(named, str):
        customer = named
    who = source.column(customer, "customer", "customer")
    when = source.first(options.get("date"), "date", "date")
    score = source.there(score, "score")
    kept = latest_rows(source, score, who, when, options.get("period"))
    frame = table.frame[kept.to_numpy()].reset_index(drop=True)
    rows = table.replace(raw=frame, decisions=table.decisions.applied())
    answer = measure(rows, score, **{**options, "date": when, "cluster": None})
    earlier = int(table.frame[score].notna().sum() - frame[score].notna().sum())
    source.leave_out(earlier, Reason.NOT_LATEST, who)
    whole = source.basis()
    return replace(
        answer,
        passport=replace(
            answer.passport, denominator=f"customers with {answer.passport.denominator}, the latest of each"
        ),
        basis=answer.basis.with_(
            sources=whole.sources,
            guesses=tuple(dict.fromkeys((*answer.basis.guesses, *whole.guesses))),
            labels={**whole.labels, **answer.basis.labels},
            counts="customer",
            left_out=(*answer.basis.left_out, *whole.left_out),
        ),
    )


def latest_rows(source: MetricTable, score: str, who: str, when: str, period: str | None) -> pd.Series:
    """Whether each row is its customer's latest answer; rows without a customer stand for one of their own."""
    rows = source.rows([score, who, when], once=False)
    rows[when] = source.moments(rows[when])
    rows["period"] = 0 if period is None else starts(rows[when].to_numpy().astype("datetime64[us]"), period)
    there = rows[rows[score].notna()].sort_values(when, kind="stable", na_position="first")
    again = there.duplicated([who, "period"], keep="last") & there[who].notna()
    kept = pd.Series(True, index=rows.index)
    kept[again[again].index] = False
    return kept
