"""A control chart: the metric over time, and how far it moves by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import altair as alt

from cxanalysis.charts import tokens
from cxanalysis.charts.parts.caption import caption_of
from cxanalysis.charts.parts.house import house, inline
from cxanalysis.charts.parts.timeline import (
    HEIGHT,
    Row,
    beyond,
    dots,
    head,
    milliseconds,
    part_of,
    spoken,
    time_axis,
    value_axis,
)
from cxanalysis.monitor.control_result import ABOVE, HIGH, RUN_SIDE, Control
from cxanalysis.numbers import known
from cxanalysis.problem import Problem

#: Gives the vertical axis for a field.
Axis = Callable[[str], alt.Y]


def control(
    result: Control, *, mode: tokens.Mode = "light", width: int | None = None, caption: bool = True
) -> alt.LayerChart:
    """A metric over time with the limits within which it moves by itself.

    Parameters
    ----------
    result : Control
    mode : "light" or "dark"
    width : int, optional
        Whole width in pixels; None fills the container.
    caption : bool
        Whether n, the chart's kind and its baseline stand under the chart.

    Returns
    -------
    LayerChart
        The limits as a quiet band, the centre as a thin line, the baseline marked; signals for the worse in vermilion,
        for the better in blue-green; periods that are not complete hollow; gaps left open.

    Raises
    ------
    Problem
        If there is no value to draw.
    """
    colour = tokens.palette(mode)
    rows = [_row(row, result) for row in result.table.to_dict("records")]
    if not any(known(row["value"]) for row in rows):
        raise Problem("there is no value to draw", where=result.name, do="Check which answers were left out")
    part_of(rows, "value")
    fields = ("value", "lower", "upper") if result.enough else ("value", "low", "high")
    x, y = time_axis(), value_axis(rows, fields)
    layers = [
        *_limits(rows, x, y, colour),
        *_baseline(rows, x, colour),
        *_line(rows, x, y, colour),
        *dots(rows, x, y("value"), colour),
    ]
    said = f"{head(result.label, result.unit)} · {caption_of(result)}" if caption else ""
    return house(layers, HEIGHT, mode, width=width, caption=said)


def _row(row: dict[Any, Any], result: Control) -> Row:
    signal = str(row["signal"])
    worse = bool(signal) and (signal in HIGH) != (result.better == "high")
    out: Row = {
        field: float(row[field]) if known(row[field]) else None
        for field in ("value", "low", "high", "centre", "lower", "upper")
    }
    limit = row["upper"] if signal == ABOVE else row["lower"]
    if signal in RUN_SIDE:
        tail = f"in a long run {RUN_SIDE[signal]} the centre"
    elif signal:
        tail = beyond(row["value"], limit)
    elif not row["complete"]:
        tail = "not complete, not judged"
    else:
        tail = "baseline" if row["baseline"] else "within its limits" if result.enough else "not judged yet"
    return {
        **out,
        **spoken(row, result.every, tail),
        "when": milliseconds(row["period"]),
        "whole": bool(row["complete"]),
        "base": bool(row["baseline"]) and result.enough,
        "loud": bool(signal),
        "tone": "loss" if worse else "gain" if signal else "this" if row["complete"] else "muted",
    }


def _limits(rows: list[Row], x: alt.X, y: Axis, colour: tokens.Palette) -> list[alt.Chart]:
    """The band of noise and its centre."""
    known_rows = [row for row in rows if known(row["lower"])]
    if not known_rows:
        return []
    base = alt.Chart(inline(known_rows)).encode(x=x)
    band = base.mark_area(color=colour.rest, opacity=0.16, interpolate="step", aria=False)
    centre = base.mark_line(color=colour.muted, strokeWidth=1, strokeDash=[4, 3], interpolate="step", aria=False)
    return [band.encode(y=y("lower"), y2="upper:Q"), centre.encode(y=y("centre"))]


def _baseline(rows: list[Row], x: alt.X, colour: tokens.Palette) -> list[alt.Chart]:
    """A line under the periods that the limits come from, and the word for it."""
    inside = [row["when"] for row in rows if row["base"]]
    if not inside:
        return []
    span: Row = {"when": inside[0], "until": inside[-1], "word": "baseline"}
    base = alt.Chart(inline([span]))
    line = base.mark_rule(color=colour.muted, strokeWidth=2, aria=False).encode(
        x=x, x2="until:T", y=alt.YValue(HEIGHT - 2)
    )
    word = base.mark_text(
        align="left", baseline="bottom", dy=-5, fontSize=tokens.SIZE_SMALL, color=colour.muted, aria=False
    ).encode(x=x, y=alt.YValue(HEIGHT - 2), text="word:N")
    return [line, word]


def _line(rows: list[Row], x: alt.X, y: Axis, colour: tokens.Palette) -> list[alt.Chart]:
    """The metric: a line that breaks at gaps; quiet, so that what stands out does."""
    shown = [row for row in rows if known(row["value"])]
    line = alt.Chart(inline(shown)).mark_line(
        color=colour.accent, strokeWidth=1.5, opacity=0.75, strokeJoin="round", aria=False
    )
    return [line.encode(x=x, y=y("value"), detail="part:N")]
