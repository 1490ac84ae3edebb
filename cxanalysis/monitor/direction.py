"""Which way is better: without it a change is only a change."""

from __future__ import annotations

from typing import Any, Final, Literal

from cxanalysis.tables.table import Table

Better = Literal["high", "low"]
#: Metrics of which less is better, by their catalogue name or the end of it.
_LESS: Final = ("complaint_rate", "failure_rate", "unnecessary_rate", "churn", "handle_time", "resolution_time")
_LESS_TOO: Final = frozenset({"cac", "acquisition_cost", "aht", "repeat_rate"})


def better(metric: str, data: Any, score: str | None, direction: Any = None) -> Better:
    """ "high" where more is better, "low" where less is.

    A scale on which low answers are good says so itself, where the table knows it or `direction` names it.

    Examples
    --------
    >>> better("nps", None, "recommend"), better("complaint_rate", None, None), better("ces", None, "effort", "low")
    ('high', 'low', 'low')
    """
    if direction in ("high", "low"):
        return "high" if direction == "high" else "low"
    if metric in _LESS_TOO or any(word in metric for word in _LESS):
        return "low"
    scale = data.scales.get(score or "") if isinstance(data, Table) and metric in ("ces", "rating") else None
    if scale is not None:
        return "high" if scale.higher_is_better else "low"
    is_failure = isinstance(data, Table) and metric == "rating" and score in data.failures
    return "low" if is_failure else "high"
