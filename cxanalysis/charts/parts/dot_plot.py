"""One picture for everything that is a list of values with intervals: drivers, shares, groups, a single metric.

A row is a name, a dot with its interval, and its numbers in words. Where there is room (`tokens.WIDE`) name, dot and
numbers stand side by side; on a phone they stand above each other. The chart decides that itself, from its own width,
since a page on the server does not know how wide it is shown.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import altair as alt

from cxanalysis.charts import tokens
from cxanalysis.charts.parts.house import at, clear, down, house, inline, origin, tone, until
from cxanalysis.numbers import plain

#: Height of a row in pixels: three lines of small type on a phone.
ROW: Final = 52
#: Air above the first row and around the line that sets the last row apart.
_TOP: Final = 6
_APART: Final = 14
#: Pixels for the ranks in front of the names.
_RANKS: Final = 36
#: Pixels for the numbers at the right.
_NUMBERS: Final = 150
#: Area in square pixels of a circle that stands for everything.
CIRCLE: Final = 420
#: A row set apart that would squeeze the others into less than this share of the width is told in words only.
_SMALLEST_SHARE: Final = 0.4
_WIDE: Final = f"width >= {tokens.WIDE}"


@dataclass(frozen=True, slots=True)
class DotRow:
    """One row: words are already words, values are still numbers (None: nothing to draw).

    `spread` draws pale circles behind the dot: pairs (value, share of 0…1 that the circle's area stands for).
    """

    name: str
    value: float | None
    low: float | None
    high: float | None
    number: str
    quiet: str = ""
    note: str = ""
    rank: str = ""
    tone: str = "this"
    apart: bool = False
    against: float | None = None
    spread: tuple[tuple[float, float], ...] = ()
    tips: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class DotPlotFrame:
    """What surrounds the rows.

    Attributes
    ----------
    title : str
        What the axis measures.
    domain : (float, float), optional
        Ends of the axis; None fits them to the rows.
    zero : bool
        Whether the dot stands on a bar from zero, and zero is part of the axis.
    suffix : str
        Behind the axis labels.
    caption : str
    ticks : tuple of float, optional
        Where the axis has lines; None: at round numbers.
    """

    title: str
    domain: tuple[float, float] | None = None
    zero: bool = True
    suffix: str = ""
    caption: str = ""
    ticks: tuple[float, ...] | None = None


def dot_plot(
    rows: Sequence[DotRow], frame: DotPlotFrame, mode: tokens.Mode = "light", width: int | None = None
) -> alt.LayerChart:
    """Draw rows in the order given, from the top down."""
    colour = tokens.palette(mode)
    low, high, drawn = _extent(rows, frame)
    data, height = _lay_out(rows, drawn)
    ranks = _RANKS if any(row.rank for row in rows) else 0
    x = _x(frame, low, high, ranks)
    layers = [
        *([origin(colour)] if frame.zero else []),
        clear([{"y": row["y"] - ROW / 2, "y2": row["y"] + 7} for row in data], height, colour, _WIDE),
        *_circles(rows, data, x, height, colour),
        *_marks(data, rows[0].tips if rows else (), x, height, colour, frame),
        *_words(data, ranks, height, colour),
    ]
    if any(row.apart for row in rows):
        layers.insert(0, _line_above(height, colour))
    return house(layers, height, mode, width=width, caption=frame.caption)


def nice_ticks(low: float, high: float, wanted: int = 4) -> list[float]:
    """Round numbers inside [low, high], about as many as wanted.

    Examples
    --------
    >>> nice_ticks(-0.7, 4.5)
    [0.0, 1.0, 2.0, 3.0, 4.0]
    """
    if not high > low:
        return [low]
    raw = (high - low) / wanted
    power = 10.0 ** math.floor(math.log10(raw))
    step = min((m * power for m in (1, 2, 2.5, 5, 10)), key=lambda s: abs(math.log(s / raw)))
    decimals = max(0, 2 - math.floor(math.log10(step)))
    first = math.ceil(low / step - 1e-9)
    return [round(k * step, decimals) + 0.0 for k in range(first, math.floor(high / step + 1e-9) + 1)]


def _extent(rows: Sequence[DotRow], frame: DotPlotFrame) -> tuple[float, float, set[int]]:
    """Ends of the axis, and the rows that are drawn on it."""
    numbers = [[v for v in (row.value, row.low, row.high, row.against) if v is not None] for row in rows]
    drawn = {i for i, row in enumerate(rows) if row.value is not None}
    if frame.domain is not None:
        return *frame.domain, drawn
    main = [v for i, vs in enumerate(numbers) if not rows[i].apart for v in vs]
    everything = [v for vs in numbers for v in vs]
    zero = [0.0] if frame.zero else []
    inner, outer = _ends([*main, *zero]), _ends([*everything, *zero])
    if inner[1] - inner[0] < _SMALLEST_SHARE * (outer[1] - outer[0]):
        return *inner, {i for i in drawn if not rows[i].apart}
    return *outer, drawn


def _ends(values: Sequence[float]) -> tuple[float, float]:
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    if low == high:
        low, high = low - 0.5, high + 0.5
    return low, high


def _lay_out(rows: Sequence[DotRow], drawn: set[int]) -> tuple[list[dict[str, Any]], int]:
    """Rows as chart data with their place (y in pixels), and the height of all."""
    data, y = [], _TOP
    for i, row in enumerate(rows):
        y += _APART if row.apart else 0
        value, low, high = (row.value, row.low, row.high) if i in drawn else (None, None, None)
        spoken = " · ".join(word for word in (row.quiet, row.note) if word)
        data.append(
            {
                "y": y + ROW / 2,
                "name": plain(row.name),
                "rank": row.rank,
                "number": row.number,
                "quiet": plain(row.quiet),
                "note": plain(row.note),
                "both": plain(spoken),
                "tone": row.tone,
                "strong": "ink" if row.tone != "rest" else "muted",
                "value": value,
                "low": low,
                "high": high,
                "zero": 0,
                "against": row.against,
                "spoken": plain(f"{row.name}: {row.number} {spoken}"),
                **{f"tip{k}": plain(text) for k, (_, text) in enumerate(row.tips)},
            }
        )
        y += ROW
    return data, int(y)


def _x(frame: DotPlotFrame, low: float, high: float, ranks: int) -> alt.X:
    """The axis: between the words where there is room for them, else over the whole width."""
    left = f"{_WIDE} ? {ranks} + width * 0.29 : 8"
    right = f"{_WIDE} ? width - {_NUMBERS + 24} : width - 10"
    ticks = list(frame.ticks) if frame.ticks else nice_ticks(low, high)
    step = ticks[1] - ticks[0] if len(ticks) > 1 else 1.0
    decimals = next((d for d in range(5) if abs(step * 10**d - round(step * 10**d)) < 1e-6), 4)
    return alt.X(
        "value:Q",
        scale=alt.Scale(
            domain=[low, high],
            nice=False,
            zero=False,
            padding=0,
            range=[alt.ExprRef(expr=left), alt.ExprRef(expr=right)],
        ),
        axis=alt.Axis(
            orient="top",
            values=ticks,
            format=f",.{decimals}f",
            labelExpr=f"datum.label + '{frame.suffix}'",
            labelFlush=False,
            title=plain(frame.title, 60),
            titleAnchor="start",
            titleAlign="left",
            titleX=0,
            titleY=-28,
            titleBaseline="bottom",
        ),
    )


def _marks(
    data: list[dict[str, Any]],
    titles: tuple[tuple[str, str], ...],
    x: alt.X,
    height: int,
    colour: tokens.Palette,
    frame: DotPlotFrame,
) -> list[alt.Chart]:
    """Bar from zero (pale), interval (line), value (dot), and a tick at what it is held against."""
    drawn = [row for row in data if row["value"] is not None]
    offset = alt.ExprRef(expr=f"{_WIDE} ? 0 : 14")
    paint = alt.Color("tone:N", scale=tone(colour), legend=None)
    tips = [alt.Tooltip("name:N", title=" "), *(alt.Tooltip(f"tip{k}:N", title=t) for k, (t, _) in enumerate(titles))]
    base = alt.Chart(inline(drawn)).encode(x=x, y=down(height), color=paint)
    layers = []
    if frame.zero:
        bar = base.mark_bar(height=10, opacity=0.22, yOffset=offset, aria=False)
        layers.append(bar.encode(x2=alt.X2("zero:Q")))
    interval = base.transform_filter("isValid(datum.low) && isValid(datum.high)")
    line = interval.mark_rule(strokeCap="round", yOffset=offset, y2Offset=offset, aria=False)
    layers.append(line.encode(x=alt.X("low:Q"), x2=alt.X2("high:Q")))
    if any(row["against"] is not None for row in data):
        tick = alt.Chart(inline([row for row in data if row["against"] is not None])).encode(y=down(height))
        layers.append(
            tick.mark_tick(
                orient="vertical", size=22, thickness=2.5, color=colour.ink, yOffset=offset, aria=False
            ).encode(x=alt.X("against:Q"))
        )
    # The ring in the colour of the page keeps the dot apart from its own interval.
    dot = base.mark_point(
        shape="circle", filled=True, opacity=1, stroke=colour.background, strokeWidth=1.5, yOffset=offset
    )
    layers.append(dot.encode(tooltip=tips, description=alt.Description("spoken:N")))
    return layers


def _circles(
    rows: Sequence[DotRow], data: list[dict[str, Any]], x: alt.X, height: int, colour: tokens.Palette
) -> list[alt.Chart]:
    """Pale circles behind the dots: where a value lies in how large a share of all ways."""
    circles = [
        {"y": place["y"], "value": value, "size": CIRCLE * share, "tone": row.tone}
        for row, place in zip(rows, data, strict=True)
        for value, share in row.spread
    ]
    if not circles:
        return []
    mark = alt.Chart(inline(circles)).mark_point(
        shape="circle",
        filled=True,
        opacity=0.35,
        strokeWidth=0,
        yOffset=alt.ExprRef(expr=f"{_WIDE} ? 0 : 14"),
        aria=False,
    )
    size = alt.Size("size:Q", scale=None, legend=None)
    return [mark.encode(x=x, y=down(height), size=size, color=alt.Color("tone:N", scale=tone(colour), legend=None))]


def _words(data: list[dict[str, Any]], ranks: int, height: int, colour: tokens.Palette) -> list[alt.Chart]:
    """Names and ranks at the left, numbers at the right."""
    base = alt.Chart(inline(data)).encode(y=down(height), color=alt.Color("strong:N", scale=tone(colour), legend=None))
    room = f"({_WIDE} ? width * 0.29 - 22 : width - {ranks + 110})"
    first = alt.ExprRef(expr=f"{_WIDE} ? (datum.note ? -8 : 0) : -17")
    only_wide, only_narrow = (alt.ExprRef(expr=f"{_WIDE} ? {a} : {b}") for a, b in ((1, 0), (0, 1)))
    name: dict[str, Any] = {
        "fontSize": tokens.SIZE_NAME,
        "fontWeight": tokens.WEIGHT_STRONG,
        "aria": False,
        "baseline": "middle",
    }
    small: dict[str, Any] = {"fontSize": tokens.SIZE_SMALL, "aria": False, "baseline": "middle", "color": colour.muted}
    quiet = base.encode(color=alt.ColorValue(colour.muted))
    layers = [
        base.mark_text(align="left", dy=first, limit=alt.ExprRef(expr=room), **name).encode(
            x=at(f"{ranks}"), text=alt.Text("name:N"), tooltip=alt.Tooltip("name:N", title=" ")
        ),
        base.mark_text(align="right", dy=alt.ExprRef(expr=f"{_WIDE} ? (datum.quiet ? -8 : 0) : -17"), **name).encode(
            x=at("width"), text=alt.Text("number:N")
        ),
        quiet.mark_text(
            align="left", dy=9, limit=alt.ExprRef(expr="width * 0.29 - 12"), opacity=only_wide, **small
        ).encode(x=at(f"{ranks}"), text=alt.Text("note:N")),
        quiet.mark_text(align="right", dy=9, opacity=only_wide, **small).encode(
            x=at("width"), text=alt.Text("quiet:N")
        ),
        quiet.mark_text(
            align="left", dy=-1, limit=alt.ExprRef(expr=f"width - {ranks}"), opacity=only_narrow, **small
        ).encode(x=at(f"{ranks}"), text=alt.Text("both:N")),
    ]
    if ranks:
        rank = quiet.mark_text(align="left", dy=first, fontSize=tokens.SIZE_TEXT, aria=False, baseline="middle")
        layers.append(rank.encode(x=at("0"), text=alt.Text("rank:N")))
    return layers


def _line_above(height: int, colour: tokens.Palette) -> alt.Chart:
    """The thin line over the last row."""
    rule = alt.Chart(inline([{"y": height - ROW - _APART / 2}])).mark_rule(
        strokeWidth=1, color=colour.muted, aria=False
    )
    return rule.encode(y=down(height), x=at("0"), x2=until("width"))
