"""What charts over time have in common: their axes, a line that breaks where a period is missing, dots, tooltips."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import altair as alt
import pandas as pd

from cxanalysis.charts import tokens
from cxanalysis.charts.parts.house import inline, tone
from cxanalysis.metrics.metric_headline import named_period
from cxanalysis.numbers import count, known, number, plain, points

Row = dict[str, Any]
#: Height of the plot in pixels.
HEIGHT: Final = 280
#: From this many periods on dots are small.
_MANY: Final = 60
#: A range below this needs decimals on its axis.
FINE: Final = 4


def milliseconds(when: Any) -> int:
    """A moment as a number, so that no browser shifts it into its own time zone."""
    return round(pd.Timestamp(when).timestamp() * 1000)


def time_axis(field: str = "when") -> alt.X:
    """The calendar along the bottom."""
    return alt.X(
        f"{field}:T",
        scale=alt.Scale(type="utc", nice=False, padding=8),
        axis=alt.Axis(
            title=None,
            grid=False,
            tickCount=alt.ExprRef(expr="ceil(width / 110)"),
            labelOverlap="greedy",
            labelSeparation=8,
        ),
    )


def value_axis(rows: Sequence[Row], fields: Sequence[str]) -> Callable[[str], alt.Y]:
    """The metric upwards, as much of its scale as these fields need; gives the axis for any of them."""
    values = [row[field] for row in rows for field in fields if known(row.get(field))]
    low, high = min(values), max(values)
    air = 0.06 * (high - low) or 1.0
    scale = alt.Scale(domain=[low - air, high + air], nice=False, zero=False)
    axis = alt.Axis(title=None, tickCount=5, format=",.1f" if high - low < FINE else ",.0f")
    return lambda field: alt.Y(f"{field}:Q", scale=scale, axis=axis)


def part_of(rows: Sequence[Row], field: str) -> None:
    """Number the stretches between gaps, so that no line is drawn over a gap; changes the rows."""
    part, open_ = 0, False
    for row in rows:
        if known(row.get(field)):
            part, open_ = part + (not open_), True
        else:
            open_ = False
        row["part"] = part


def spoken(row: Any, every: str, tail: str) -> dict[str, str]:
    """Words for the tooltip and for a screen reader."""
    words = points(row["value"], row["low"], row["high"]) if known(row["value"]) else "no answer"
    when = named_period(row["period"], every)
    n = count(int(row["n"]))
    return {"period": when, "words": words, "count": n, "remark": tail, "spoken": f"{when}: {words}, n = {n}. {tail}"}


def tips() -> list[alt.Tooltip]:
    """The tooltip of a period."""
    titles = {"period": "period", "words": "value", "count": "n", "remark": "noise?"}
    return [alt.Tooltip(f"{field}:N", title=title) for field, title in titles.items()]


def dots(rows: Sequence[Row], x: alt.X, y: alt.Y, colour: tokens.Palette) -> list[alt.Chart]:
    """A dot a period: filled if it is over and covered, hollow if not; its colour says what it means."""
    size = 26 if len(rows) >= _MANY else 46
    base = alt.Chart(inline([row for row in rows if known(row["value"])]))
    style: dict[str, Any] = {"shape": "circle", "opacity": 1, "strokeWidth": 1.5}
    tooltip, description = tips(), alt.Description("spoken:N")
    meaning = alt.Color("tone:N", scale=tone(colour), legend=None)
    big = alt.Size("size:Q", scale=None, legend=None)
    full = base.transform_filter("datum.whole").transform_calculate(size=f"datum.loud ? {2.4 * size} : {size}")
    hollow = base.transform_filter("!datum.whole").mark_point(
        filled=False, fill=colour.background, size=size + 10, **style
    )
    marks = [
        full.mark_point(filled=True, stroke=colour.background, shape="circle", opacity=1, strokeWidth=1).encode(
            size=big
        ),
        hollow.encode(stroke=alt.Stroke("tone:N", scale=tone(colour), legend=None)),
    ]
    filled = marks[0].encode(x=x, y=y, color=meaning, tooltip=tooltip, description=description)
    return [filled, marks[1].encode(x=x, y=y, tooltip=tooltip, description=description)]


def head(label: str, unit: str) -> str:
    """What is drawn, for above the plot."""
    return plain(f"{label}, {unit}")


def beyond(value: float, limit: float) -> str:
    """How a value lies beyond a limit, in words."""
    return f"{'above' if value > limit else 'below'} the limit of {number(limit, 1)}"
