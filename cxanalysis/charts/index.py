"""Chart of an index: what each component adds, how far it falls short, and the interval of the whole."""

from __future__ import annotations

from typing import Any, Final

import altair as alt
import pandas as pd

from cxanalysis.catalogue.index_result import Index
from cxanalysis.charts import tokens
from cxanalysis.charts.parts.caption import captioned
from cxanalysis.charts.parts.group_name import NO_GROUP
from cxanalysis.charts.parts.house import at, house, inline
from cxanalysis.charts.parts.of_group import of_group
from cxanalysis.metrics.metric_headline import named_period
from cxanalysis.numbers import count, digits, known, number, percent, plain, points
from cxanalysis.problem import Problem

#: Groups beyond these are told in the table only.
MOST_GROUPS: Final = 16
#: Height of a group: two lines of words above its bar.
_ROW: Final = 66
_BAR: Final = 16
#: A piece narrower than this (index points) has no room for its number on a phone.
_ROOM_NUMBER: Final = 7.0
#: Whether a name (small type, so many pixels a letter) fits under its piece; the browser knows the width.
_FITS: Final = "(datum.to - datum.from) * width / 100 > 6.4 * length(datum.long)"


def index(
    result: Index, *, mode: tokens.Mode = "light", width: int | None = None, caption: bool = True
) -> alt.LayerChart:
    """What an index is made of: one bar a group, its length the index, its pieces what each component adds.

    Parameters
    ----------
    result : Index
    mode : "light" or "dark"
    width : int, optional
        Whole width in pixels; None fills the container.
    caption : bool
        Whether n, interval, weights and method stand under the chart.

    Returns
    -------
    LayerChart
        Pieces add up to the index; the interval stands at the bar's end; the empty rest up to 100 is what is missing.

    Raises
    ------
    Problem
        If there is no group, or a piece would have to be drawn below zero.
    """
    if result.table.empty:
        raise Problem("there is no index to draw", do="Use other components or groups")
    if (result.parts["contribution"] < 0).any():
        raise Problem(
            "a component lies beyond the value that stands for 0, so the pieces cannot be stacked",
            do="State a worse value for 0, or read the table of parts",
        )
    shown = result.table.head(MOST_GROUPS)
    colour = tokens.palette(mode)
    bars, wholes = _rows(result, shown)
    height = _ROW * len(shown)
    more = len(result.table) > len(shown)
    further = [f"The first {len(shown)} of {len(result.table)} groups."] if more else []
    said = captioned(result, further, caption=caption)
    return house(_layers(bars, wholes, height, colour), height, mode, width=width, caption=said)


def _rows(result: Index, shown: pd.DataFrame) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A row a piece, and a row a group."""
    bars, wholes = [], []
    for place, (_, group) in enumerate(shown.iterrows()):
        words = points(group["value"], group["low"], group["high"])
        top = _ROW * place
        wholes.append(
            {
                "name": group_words(result, group),
                "words": words,
                "value": float(group["value"]),
                "low": float(group["low"]) if known(group["low"]) else None,
                "high": float(group["high"]) if known(group["high"]) else None,
                "n": f"n = {count(int(group['n']))}",
                "y": top + 14,
                "bar": top + 40,
            }
        )
        start = 0.0
        own = of_group(result.parts, {name: group[name] for name in result.by})
        for place, part in enumerate(own.to_dict("records")):
            size = float(part["contribution"])
            bars.append(
                {
                    "name": plain(part["component"], 30),
                    "group": wholes[-1]["name"],
                    "from": start,
                    "to": start + size,
                    "middle": start + size / 2,
                    "shade": place % 2,
                    "short": number(size, digits(0, max(size, 1))) if size >= _ROOM_NUMBER else "",
                    "long": plain(part["component"], 24),
                    "adds": f"{number(size, 1)} points",
                    "score": f"{number(part['score'], 1)} of 100",
                    "own": points(part["value"], part["low"], part["high"]),
                    "weight": percent(part["weight"]),
                    "bar": top + 40,
                }
            )
            start += size
    return bars, wholes


def group_words(result: Index, group: Any) -> str:
    """A group's name: its values, a period as people call it; "Index" where there are no groups."""
    if not result.by:
        return "Index"
    words = []
    for name in result.by:
        value = group[name]
        if pd.isna(value):
            words.append(NO_GROUP)
        elif name == "period" and result.every:
            words.append(named_period(value, result.every))
        else:
            words.append(str(value))
    return plain(" · ".join(words))


def _layers(
    bars: list[dict[str, Any]], wholes: list[dict[str, Any]], height: int, colour: tokens.Palette
) -> list[alt.Chart]:
    axis = alt.Axis(values=[0, 25, 50, 75, 100], title="index points, 0 to 100", grid=False)
    x = alt.Scale(domain=[0, 100], nice=False)
    y = alt.Scale(domain=[0, height], range=[0, height], nice=False)
    pieces = alt.Chart(inline(bars))
    groups = alt.Chart(inline(wholes))
    tips = [
        alt.Tooltip("name:N", title="component"),
        alt.Tooltip("adds:N", title="adds"),
        alt.Tooltip("score:N", title="score"),
        alt.Tooltip("own:N", title="value"),
        alt.Tooltip("weight:N", title="weight"),
    ]
    place = alt.Y("bar:Q", scale=y, axis=None)
    shade = alt.Opacity("shade:O", scale=alt.Scale(domain=[0, 1], range=[1.0, 0.72]), legend=None)
    inside = alt.ColorValue(colour.background)
    return [
        groups.mark_bar(size=_BAR, color=colour.grid)
        .encode(x=alt.X("from:Q", scale=x, axis=axis), x2="to:Q", y=place)
        .transform_calculate(**{"from": "0", "to": "100"}),
        pieces.mark_bar(size=_BAR, color=colour.accent, stroke=colour.background, strokeWidth=1.5).encode(
            x=alt.X("from:Q", scale=x, axis=axis), x2="to:Q", y=place, opacity=shade, tooltip=tips
        ),
        pieces.mark_text(fontSize=tokens.SIZE_SMALL, fontWeight=tokens.WEIGHT_STRONG, baseline="middle").encode(
            x=alt.X("middle:Q", scale=x), y=place, text="short:N", color=inside
        ),
        pieces.mark_text(fontSize=tokens.SIZE_SMALL, baseline="middle", dy=_BAR)
        .encode(x=alt.X("middle:Q", scale=x), y=place, text="long:N", color=alt.ColorValue(colour.muted))
        .transform_filter(_FITS),
        groups.mark_rule(strokeWidth=2 * tokens.LINE, color=colour.background)
        .encode(x=alt.X("low:Q", scale=x), x2="high:Q", y=place)
        .transform_filter("isValid(datum.low)"),
        groups.mark_rule(strokeWidth=tokens.LINE, color=colour.ink)
        .encode(x=alt.X("low:Q", scale=x), x2="high:Q", y=place)
        .transform_filter("isValid(datum.low)"),
        groups.mark_tick(thickness=tokens.LINE, size=_BAR + 6, color=colour.ink).encode(
            x=alt.X("value:Q", scale=x), y=place
        ),
        groups.mark_text(align="left", fontSize=tokens.SIZE_NAME, baseline="middle").encode(
            x=alt.XValue(0),
            y=alt.Y("y:Q", scale=y),
            text="name:N",
            color=alt.ColorValue(colour.ink),
        ),
        groups.mark_text(
            align="right", fontSize=tokens.SIZE_TEXT, baseline="middle", fontWeight=tokens.WEIGHT_STRONG
        ).encode(x=at("width"), y=alt.Y("y:Q", scale=y), text="words:N", color=alt.ColorValue(colour.ink)),
    ]
