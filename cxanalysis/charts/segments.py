"""Effects by segment: one small panel a driver, one dot a segment, all on one scale; what differs stands out."""

from __future__ import annotations

from typing import Any, Final

import altair as alt
import pandas as pd

from cxanalysis.charts import tokens
from cxanalysis.charts.parts.caption import caption_of
from cxanalysis.charts.parts.dot_plot import nice_ticks
from cxanalysis.charts.parts.house import at, down, house, inline, origin, tone, until
from cxanalysis.charts.parts.outcome_unit import outcome_unit
from cxanalysis.drivers.segments.segments_result import Segments
from cxanalysis.labels import called
from cxanalysis.numbers import count, digits, known, number, plain, points
from cxanalysis.problem import Problem

#: Segments drawn, and how tall all panels together may be in pixels; what is not drawn stands in the table.
MOST_SEGMENTS: Final = 5
_TALLEST: Final = 1130
#: Heights in pixels: the name of a driver, a segment's row, the air between panels.
_HEAD: Final = 24
_ROW: Final = 24
_AIR: Final = 14
_WIDE: Final = f"width >= {tokens.WIDE}"
#: Where the marks begin and end: names stand at the left, numbers at the right.
_LEFT: Final = f"{_WIDE} ? 180 : 104"
_RIGHT: Final = f"{_WIDE} ? width - 150 : width - 52"
_WORDS: Final = {"differs": "differs", "not shown": "no difference shown", "too few": "too few to compare"}


def segments(
    result: Segments, *, mode: tokens.Mode = "light", width: int | None = None, caption: bool = True
) -> alt.LayerChart:
    """The effect of each driver in each segment, with its interval.

    Parameters
    ----------
    result : Segments
    mode : "light" or "dark"
    width : int, optional
        Whole width in pixels; None fills the container.
    caption : bool
        Whether n, method and what is not drawn stand under the chart.

    Returns
    -------
    LayerChart
        Segments that differ from all others in the accent colour, all else in grey; the surest difference on top.

    Raises
    ------
    Problem
        If no driver has an effect that could be compared.
    """
    names, shown = _chosen(result)
    if not names:
        raise Problem("no segment is large enough to draw an effect of a driver in it")
    data, heads, height = _lay_out(result, names, shown)
    colour = tokens.palette(mode)
    y = down(height)
    drawn = [row for row in data if row["value"] is not None]
    x = _axis(drawn, f"Effect of each, {outcome_unit(result)}")
    layers = [origin(colour), *_marks(drawn, x, y, colour), *_words(data, heads, y, colour)]
    return house(layers, height, mode, width=width, caption=_caption(result, names, shown, caption=caption))


def _chosen(result: Segments) -> tuple[list[str], list[str]]:
    """Drivers and segments drawn: the surest differences first, segments largest first."""
    table = result.table[pd.to_numeric(result.table["effect"], errors="coerce").notna()]
    there = list(dict.fromkeys(result.table["segment"]))
    differ = set(table.loc[table["status"] == "differs", "segment"])
    # A segment that differs is drawn before one that is only larger.
    kept = set(sorted(there, key=lambda name: (name not in differ, there.index(name)))[:MOST_SEGMENTS])
    most = _TALLEST // (_HEAD + _ROW * len(kept) + _AIR)
    names = list(dict.fromkeys(table.sort_values("p_value", kind="stable")["driver"]))[:most]
    return names, [name for name in there if name in kept]


def _lay_out(
    result: Segments, names: list[str], shown: list[str]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], int]:
    """Rows and panel heads with their place (y in pixels), and the height of all."""
    by = {(row["segment"], row["driver"]): row for row in result.table.to_dict("records")}
    data, heads, y = [], [], 0
    for name in names:
        differing = [segment for segment in shown if by[(segment, name)]["status"] == "differs"]
        told = "differs" if differing else "no difference shown"
        heads.append(
            {
                "y": y + _HEAD / 2,
                "name": plain(called(name, result)),
                "told": told,
                "tone": "ink" if differing else "muted",
                "zero": 0,
            }
        )
        y += _HEAD
        for segment in shown:
            row = {str(k): v for k, v in by[(segment, name)].items()}
            data.append(_row({**row, "driver": called(name, result)}, y + _ROW / 2))
            y += _ROW
        y += _AIR
    return data, heads, y - _AIR


def _row(row: dict[str, Any], y: float) -> dict[str, Any]:
    there = known(row["effect"])
    words = points(row["effect"], row["effect_low"], row["effect_high"], sign=True) if there else "too few"
    gap = points(row["difference"], row["difference_low"], row["difference_high"], sign=True) if there else "–"
    against = points(row["elsewhere"], row["elsewhere_low"], row["elsewhere_high"], sign=True) if there else "–"
    status = _WORDS[row["status"]]
    return {
        "y": y,
        "segment": plain(row["segment"]),
        "driver": plain(row["driver"]),
        "value": float(row["effect"]) if there else None,
        "low": float(row["effect_low"]) if known(row["effect_low"]) else None,
        "high": float(row["effect_high"]) if known(row["effect_high"]) else None,
        "number": words,
        "brief": _brief(row) if there else words,
        "tone": "this" if row["status"] == "differs" else "rest",
        "strong": "ink" if row["status"] == "differs" else "muted",
        "against": against,
        "gap": gap,
        "status": status,
        "n": count(int(row["n"])),
        "spoken": plain(f"{row['driver']} in {row['segment']}: {words}, elsewhere {against}, {status}"),
    }


def _brief(row: dict[str, Any]) -> str:
    """The effect without its interval, with as many digits."""
    return number(row["effect"], digits(row["effect_low"], row["effect_high"]), sign=True)


def _axis(drawn: list[dict[str, Any]], title: str) -> alt.X:
    """One scale for all panels, with zero on it."""
    values = [v for row in drawn for v in (row["value"], row["low"], row["high"]) if v is not None]
    low, high = min([*values, 0.0]), max([*values, 0.0])
    ticks = nice_ticks(low, high, 3)
    step = ticks[1] - ticks[0] if len(ticks) > 1 else 1.0
    decimals = next((d for d in range(5) if abs(step * 10**d - round(step * 10**d)) < 1e-6), 4)
    return alt.X(
        "value:Q",
        scale=alt.Scale(
            domain=[low, high],
            nice=False,
            zero=False,
            padding=0,
            range=[alt.ExprRef(expr=_LEFT), alt.ExprRef(expr=_RIGHT)],
        ),
        axis=alt.Axis(
            orient="top",
            values=ticks,
            format=f"+,.{decimals}f",
            labelExpr="datum.value == 0 ? '0' : datum.label",
            labelFlush=False,
            title=plain(title, 60),
            titleAnchor="start",
            titleAlign="left",
            titleX=0,
            titleY=-28,
            titleBaseline="bottom",
        ),
    )


def _marks(drawn: list[dict[str, Any]], x: alt.X, y: alt.Y, colour: tokens.Palette) -> list[alt.Chart]:
    """Interval (line) and effect (dot)."""
    base = alt.Chart(inline(drawn)).encode(x=x, y=y, color=alt.Color("tone:N", scale=tone(colour), legend=None))
    line = base.transform_filter("isValid(datum.low) && isValid(datum.high)").mark_rule(strokeCap="round", aria=False)
    dot = base.mark_point(shape="circle", filled=True, opacity=1, stroke=colour.background, strokeWidth=1.5)
    tips = [
        alt.Tooltip(f"{field}:N", title=title)
        for field, title in (
            ("driver", " "),
            ("segment", "in"),
            ("number", "effect of each"),
            ("against", "elsewhere"),
            ("gap", "difference"),
            ("status", "told apart"),
            ("n", "n"),
        )
    ]
    return [
        line.encode(x=alt.X("low:Q"), x2="high:Q"),
        dot.encode(tooltip=tips, description=alt.Description("spoken:N")),
    ]


def _words(
    data: list[dict[str, Any]], heads: list[dict[str, Any]], y: alt.Y, colour: tokens.Palette
) -> list[alt.Chart]:
    """The names of drivers over their panels, of segments at the left, numbers at the right."""
    style: dict[str, Any] = {"baseline": "middle", "aria": False}
    paint = alt.Color("strong:N", scale=tone(colour), legend=None)
    rows = alt.Chart(inline(data)).encode(y=y, color=paint)
    tops = alt.Chart(inline(heads)).encode(y=y)
    wide, narrow = (alt.ExprRef(expr=f"{_WIDE} ? {a} : {b}") for a, b in ((1, 0), (0, 1)))
    small: dict[str, Any] = {**style, "fontSize": tokens.SIZE_SMALL}
    # A strip in the colour of the page keeps the lines of the grid out of the names.
    strip = tops.mark_rect(color=colour.background, opacity=1, aria=False, height=_HEAD)
    return [
        strip.encode(x=at("0"), x2=until("width")),
        tops.mark_text(
            align="left",
            fontSize=tokens.SIZE_NAME,
            fontWeight=tokens.WEIGHT_STRONG,
            color=colour.ink,
            limit=alt.ExprRef(expr="width - 140"),
            **style,
        ).encode(x=at("0"), text="name:N", tooltip=alt.Tooltip("name:N", title=" ")),
        tops.mark_text(align="right", **small).encode(
            x=at("width"), text="told:N", color=alt.Color("tone:N", scale=tone(colour), legend=None)
        ),
        rows.mark_text(align="left", limit=alt.ExprRef(expr=f"({_LEFT}) - 22"), **small).encode(
            x=at("10"), text="segment:N", tooltip=alt.Tooltip("segment:N", title=" ")
        ),
        rows.mark_text(align="right", opacity=wide, **small).encode(x=at("width"), text="number:N"),
        rows.mark_text(align="right", opacity=narrow, **small).encode(x=at("width"), text="brief:N"),
    ]


def _caption(result: Segments, names: list[str], shown: list[str], *, caption: bool) -> str:
    """The caption, with what the picture leaves to the table."""
    of = result.table["segment"].nunique()
    further = [f"{len(names)} of {len(result.drivers)} drivers drawn"] if len(names) < len(result.drivers) else []
    further += [f"{len(shown)} of {of} segments drawn"] if len(shown) < of else []
    return caption_of(result, *further) if caption else ""
