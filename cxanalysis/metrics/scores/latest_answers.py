"""One answer a customer: the latest, where a metric counts people and not answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pandas as pd

from cxanalysis.engine.frame_columns import starts
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.metric_rows import Source
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
    if per not in PER:
        raise Problem(f"a score is not counted per '{per}'", do=f"Use one of: {', '.join(PER)}")
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
    source = Source.of(table, table.name)
    who = source.column(customer or options.pop("cluster", None), "customer", "customer")
    options.pop("cluster", None)
    when = source.first(options.get("date"), "date", "date")
    kept = latest_rows(source, score, who, when, options.get("period"))
    frame = table.frame[kept.to_numpy()].reset_index(drop=True)
    rows = table.replace(raw=frame, decisions=table.decisions.applied())
    found = measure(rows, score, **{**options, "date": when})
    earlier = int(table.frame[score].notna().sum() - frame[score].notna().sum())
    told = f"{earlier:,} answers are not a customer's latest and are left out."
    passport = replace(
        found.passport,
        exclusions=(*found.passport.exclusions, told),
        denominator=f"customers with {found.passport.denominator}, the latest of each",
        counts="customer",
        sources=source.tokens,
    )
    return replace(found, passport=passport)


def latest_rows(source: Source, score: str, who: str, when: str, period: str | None) -> pd.Series:
    """Whether each row is its customer's latest answer; rows without a customer stand for one of their own."""
    rows = source.rows([score, who, when], once=False)
    rows[when] = source.moments(rows[when])
    rows["period"] = 0 if period is None else starts(rows[when].to_numpy().astype("datetime64[us]"), period)
    there = rows[rows[score].notna()].sort_values(when, kind="stable", na_position="first")
    again = there.duplicated([who, "period"], keep="last") & there[who].notna()
    kept = pd.Series(True, index=rows.index)
    kept[again[again].index] = False
    return kept
