"""What an NPS is made of: promoters, passives and detractors, one bar a group."""

from __future__ import annotations

from typing import Any, Final

import altair as alt
import pandas as pd

from cxanalysis.charts import tokens
from cxanalysis.charts.parts.caption import caption_of
from cxanalysis.charts.parts.group_name import MOST_GROUPS, group_name
from cxanalysis.charts.parts.house import at, down, house, inline, tone
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.numbers import THIN, count, known, number, plain, points
from cxanalysis.problem import Problem

#: The parts of an NPS from left to right, and what each means: lost, neither, won.
PARTS: Final = (("detractors", "loss"), ("passives", "rest"), ("promoters", "gain"))
_ROW: Final = 52
#: A share below this (in %) leaves no room for its number inside the bar on a phone.
_ROOM: Final = 9.0


def distribution(
    result: Estimates, *, mode: tokens.Mode = "light", width: int | None = None, caption: bool = True
) -> alt.LayerChart:
    """Detractors, passives and promoters in percent of answers: two equal NPS can hide very different customers.

    Parameters
    ----------
    result : Estimates
        An NPS, alone or by group.
    mode : "light" or "dark"
    width : int, optional
        Whole width in pixels; None fills the container.
    caption : bool
        Whether n, period, interval and method stand under the chart.

    Returns
    -------
    LayerChart

    Raises
    ------
    Problem
        If the result has no such shares.
    """
    if not {part for part, _ in PARTS} <= set(result.detail.columns):
        raise Problem(f"{result.passport.name} is not made of promoters, passives and detractors", do="Use an NPS")
    rows = _rows(result)
    line = "Detractors, passives and promoters, from left to right"
    lines = f"{line} · {caption_of(result)}" if caption else line
    layers = _layers(rows, tokens.palette(mode), dark_words=mode == "light")
    return house(layers, _ROW * len(rows), mode, width=width, caption=lines)


def _layers(rows: list[dict[str, Any]], colour: tokens.Palette, *, dark_words: bool) -> list[alt.Chart]:
    """Bars, the numbers inside them, and above each bar its name and its NPS."""
    height = _ROW * len(rows)
    bars = [bar for k, row in enumerate(rows) for bar in _bars(k, row)]
    # On the grey bar the darker of ink and page is the readable one in both modes.
    paint = {"rest": colour.ink if dark_words else colour.background}
    labels = [{**bar, "paint": paint.get(bar["tone"], colour.background)} for bar in bars if bar["label"]]
    heads = [{"y": k * _ROW + 12, "name": row["name"], "words": row["words"]} for k, row in enumerate(rows)]
    y = down(height)
    x = alt.X("from:Q", scale=alt.Scale(domain=[0, 100], nice=False, padding=0), axis=None)
    tips = [alt.Tooltip("part:N", title="part"), alt.Tooltip("share:N", title="share"), alt.Tooltip("n:N", title="n")]
    bar = alt.Chart(inline(bars)).mark_rect(stroke=colour.background, strokeWidth=1.5)
    inside = alt.Chart(inline(labels)).mark_text(fontSize=tokens.SIZE_SMALL, baseline="middle", aria=False)
    words = alt.Chart(inline(heads)).encode(y=y)
    style: dict[str, Any] = {
        "fontSize": tokens.SIZE_NAME, "fontWeight": tokens.WEIGHT_STRONG, "baseline": "middle", "aria": False,
        "color": colour.ink,
    }  # fmt: skip
    return [
        bar.encode(
            x=x,
            x2="to:Q",
            y=y,
            y2="y2:Q",
            tooltip=tips,
            description=alt.Description("spoken:N"),
            color=alt.Color("tone:N", scale=tone(colour), legend=None),
        ),
        inside.encode(
            x=alt.X("middle:Q", axis=None),
            y=alt.Y("centre:Q", axis=None),
            text="label:N",
            color=alt.Color("paint:N", scale=None),
        ),
        words.mark_text(align="left", limit=alt.ExprRef(expr="width - 110"), **style).encode(x=at("0"), text="name:N"),
        words.mark_text(align="right", **style).encode(x=at("width"), text="words:N"),
    ]


def _rows(result: Estimates) -> list[dict[str, Any]]:
    """Groups with their shares and their NPS, as the result orders them; the largest if there are too many."""
    parts = [part for part, _ in PARTS]
    table = pd.concat([result.table.reset_index(drop=True), result.detail[parts].reset_index(drop=True)], axis=1)
    table = table[pd.to_numeric(table["value"], errors="coerce").notna()]
    if len(table) > MOST_GROUPS:
        table = table.nlargest(MOST_GROUPS, "n").sort_index()
    out = []
    for row in table.to_dict("records"):
        keyed = {str(key): value for key, value in row.items()}
        name = group_name(keyed, result.by) if result.by else result.passport.name
        words = points(keyed["value"], keyed["low"], keyed["high"])
        out.append({**{part: keyed[part] for part in parts}, "name": plain(name), "words": words, "n": keyed["n"]})
    return out


def _bars(k: int, row: dict[str, Any]) -> list[dict[str, Any]]:
    """The parts of one group, end to end."""
    out, start = [], 0.0
    for part, meaning in PARTS:
        share = float(row[part]) if known(row[part]) else 0.0
        words = f"{number(share)}{THIN}%"
        out.append(
            {
                "from": start,
                "to": start + share,
                "middle": start + share / 2,
                "tone": meaning,
                "y": k * _ROW + 24,
                "y2": k * _ROW + 44,
                "centre": k * _ROW + 34,
                "part": part,
                "share": words,
                "label": words if share >= _ROOM else "",
                "n": count(int(row["n"])),
                "spoken": f"{row['name']}: {words} {part}",
            }
        )
        start += share
    return out
