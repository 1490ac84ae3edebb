"""What is worth watching if nobody has said so: `propose_watches`."""

from __future__ import annotations

from typing import Any, Final

from cxanalysis.problem import Problem
from cxanalysis.tables.table import Table

#: Role of a score → the metric that follows it.
SCORE_METRICS: Final = {"nps": "nps", "csat": "csat", "ces": "ces"}
#: Failures of one table that are watched: more are for those who look for them.
MOST_FAILURES: Final = 5


def propose_watches(table: Table) -> list[dict[str, Any]]:
    """What in this table is worth watching?

    Of answers: every score, as a whole and by a column with few groups. Of orders, contacts and complaints: how often
    each failure happens, the first five.

    Parameters
    ----------
    table : Table
        With a date.

    Returns
    -------
    list of dict
        Each as `cx.alerts` takes one of its `watches`: `table, metric`, the column it is made of, and its groups.

    Raises
    ------
    Problem
        If the table has no date.

    Examples
    --------
    >>> import cxanalysis as cx
    >>> [watch["score"] for watch in cx.propose_watches(cx.load_sample("company")["survey"]) if "by" not in watch]
    ['recommend', 'csat', 'ces']
    """
    dates = table.columns_of("date")
    if not dates:
        raise Problem("nothing can be watched without a date", where=table.name, do="Give a column the role 'date'")
    shared: dict[str, Any] = {"cluster": table.customer} if table.customer else {}
    if len(dates) > 1:
        shared["date"] = dates[0]
    if table.has_failure_rates:
        return [
            {"table": table.name, "metric": "failure_rate", "failure": failure, **shared}
            for failure in table.failures[:MOST_FAILURES]
        ]
    group = table.usual_group
    return [
        {"table": table.name, "metric": metric, "score": column, **shared, **groups}
        for role, metric in SCORE_METRICS.items()
        for column in table.columns_of(role)[:1]
        for groups in ([{}, {"by": [group]}] if group else [{}])
    ]
