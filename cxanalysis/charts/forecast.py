"""A forecast: what was, what will probably be, and how unsure that is."""

from __future__ import annotations

from typing import Any, Final

import altair as alt

from cxanalysis.charts import tokens
from cxanalysis.charts.parts.caption import caption_of
from cxanalysis.charts.parts.house import house, inline
from cxanalysis.charts.parts.timeline import (
    HEIGHT,
    Row,
    dots,
    head,
    milliseconds,
    part_of,
    spoken,
    time_axis,
    value_axis,
)
from cxanalysis.monitor.forecast_result import Forecast
from cxanalysis.numbers import known
from cxanalysis.problem import Problem

#: Periods of the past that are drawn: enough to see how it went, few enough to see the forecast.
_PAST: Final = 52


def forecast(
    result: Forecast, *, mode: tokens.Mode = "light", width: int | None = None, caption: bool = True
) -> alt.LayerChart:
    """The past and the coming periods with their interval.

    Parameters
    ----------
    result : Forecast
    mode : "light" or "dark"
    width : int, optional
        Whole width in pixels; None fills the container.
    caption : bool
        Whether n, method and confidence stand under the chart.

    Returns
    -------
    LayerChart
        The past (the last 52 periods) in grey, the forecast and its interval in the accent colour.

    Raises
    ------
    Problem
        If there is no forecast.
    """
    if not result.enough:
        raise Problem("there is no forecast to draw", where=result.name, do=result.why_not.rstrip("."))
    colour = tokens.palette(mode)
    past = [_row(row, result, "rest") for row in result.history.tail(_PAST).to_dict("records")]
    coming = [_row({**row, "complete": True}, result, "this") for row in result.table.to_dict("records")]
    part_of(past, "value")
    rows = [*past, *coming]
    x = time_axis()
    y = value_axis([*[{**row, "low": None, "high": None} for row in past], *coming], ("value", "low", "high"))
    interval = alt.Chart(inline(coming)).mark_area(color=colour.accent, opacity=0.18, aria=False)
    line = alt.Chart(inline([row for row in past if known(row["value"])])).mark_line(
        color=colour.rest, strokeWidth=1.5, strokeJoin="round", aria=False
    )
    ahead = alt.Chart(inline(coming)).mark_line(color=colour.accent, strokeWidth=2, aria=False)
    layers = [
        interval.encode(x=x, y=y("low"), y2="high:Q"),
        line.encode(x=x, y=y("value"), detail="part:N"),
        ahead.encode(x=x, y=y("value")),
        *dots(rows, x, y("value"), colour),
    ]
    said = f"{head(result.label, result.unit)} · {caption_of(result)}" if caption else ""
    return house(layers, HEIGHT, mode, width=width, caption=said)


def _row(row: dict[Any, Any], result: Forecast, meaning: str) -> Row:
    coming = meaning == "this"
    tail = "forecast" if coming else "measured" if row["complete"] else "not complete, not used"
    out: Row = {field: float(row[field]) if known(row[field]) else None for field in ("value", "low", "high")}
    return {
        **out,
        **spoken(row, result.every, tail),
        "when": milliseconds(row["period"]),
        "whole": bool(row["complete"]),
        "loud": False,
        "tone": meaning if row["complete"] else "muted",
    }
