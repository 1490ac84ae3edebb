"""Lines over time, one panel under the other: each group in the accent colour, all others in grey behind it.

All panels are one view. Facets and stacked charts cannot be made to fit the width of their container.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import altair as alt

from cxanalysis.charts import tokens
from cxanalysis.charts.parts.dot_plot import nice_ticks
from cxanalysis.charts.parts.house import at, down, house, inline, until
from cxanalysis.numbers import count, day, number, plain

#: More panels than this are no longer seen together.
MOST_PANELS: Final = 6
#: Heights in pixels: the plot of a panel among several, of one alone, and the line of words above each.
_PLOT: Final = 84
_PLOT_ALONE: Final = 220
_HEAD: Final = 30
#: From this many periods on intervals are a band, below they are whiskers.
_BAND: Final = 30
#: Pixels for the numbers of the vertical axis, and air at the right.
_LEFT: Final = 38
_RIGHT: Final = 10


@dataclass(frozen=True, slots=True)
class Point:
    """One period of one group."""

    when: datetime
    value: float
    low: float | None
    high: float | None
    words: str
    n: int


@dataclass(frozen=True, slots=True)
class Panel:
    """One group over time, earliest first."""

    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class _Grid:
    """Where things stand: panel k's plot lies between `top(k)` and `top(k) + plot` pixels from above."""

    low: float
    high: float
    plot: int
    count: int

    def top(self, k: int) -> float:
        return k * (self.plot + _HEAD + 6) + _HEAD

    def y(self, k: int, value: float) -> float:
        return self.top(k) + (self.high - value) / (self.high - self.low) * self.plot

    @property
    def height(self) -> int:
        return int(self.top(self.count - 1)) + self.plot


def panels(
    groups: Sequence[Panel],
    *,
    title: str = "",
    caption: str = "",
    mode: tokens.Mode = "light",
    width: int | None = None,
) -> alt.LayerChart:
    """Draw groups over time on one common scale, in the order given."""
    colour = tokens.palette(mode)
    values = [v for group in groups for p in group.points for v in (p.value, p.low, p.high) if v is not None]
    low, high = min(values), max(values)
    air = 0.05 * (high - low) or 1.0
    grid = _Grid(low - air, high + air, _PLOT if len(groups) > 1 else _PLOT_ALONE, len(groups))
    rows = [_row(k, group.name, p, grid) for k, group in enumerate(groups) for p in group.points]
    y = down(grid.height)
    x = _time_axis(title)
    layers = [
        *_scale_lines(grid, y, colour),
        *_others(groups, grid, x, y, colour),
        *_lines(rows, x, y, colour),
        *_heads(groups, grid, y, colour),
    ]
    return house(
        layers,
        grid.height,
        mode,
        width=width,
        caption=f"{title} · {caption}".strip(" ·") if title else caption,
    )


def _milliseconds(when: datetime) -> int:
    """A moment as a number, so that no browser shifts it into its own time zone."""
    return round(when.timestamp() * 1000)


def _row(k: int, name: str, p: Point, grid: _Grid) -> dict[str, Any]:
    return {
        "panel": k,
        "when": _milliseconds(p.when),
        "y": grid.y(k, p.value),
        "top": None if p.high is None else grid.y(k, p.high),
        "bottom": None if p.low is None else grid.y(k, p.low),
        "name": plain(name),
        "period": day(p.when.date().isoformat()),
        "words": p.words,
        "n": count(p.n),
        "spoken": f"{plain(name)}, {day(p.when.date().isoformat())}: {p.words}, n = {count(p.n)}",
    }


def _time_axis(title: str) -> alt.X:
    return alt.X(
        "when:T",
        scale=alt.Scale(
            type="utc",
            nice=False,
            padding=0,
            range=[alt.ExprRef(expr=str(_LEFT + 6)), alt.ExprRef(expr=f"width - {_RIGHT}")],
        ),
        axis=alt.Axis(
            title=None,
            grid=False,
            tickCount=alt.ExprRef(expr="ceil(width / 110)"),
            labelFlush=False,
            labelOverlap="greedy",
            labelSeparation=8,
        ),
    )


def _scale_lines(grid: _Grid, y: alt.Y, colour: tokens.Palette) -> list[alt.Chart]:
    """The vertical axis of every panel: hairlines with their numbers."""
    ticks = nice_ticks(grid.low, grid.high, 2 if grid.count > 1 else 4)
    whole = all(float(tick).is_integer() for tick in ticks)
    rows = [
        {"y": grid.y(k, tick), "label": number(tick, 0 if whole else 1)} for k in range(grid.count) for tick in ticks
    ]
    base = alt.Chart(inline(rows)).encode(y=y)
    line = base.mark_rule(strokeWidth=tokens.HAIRLINE, color=colour.grid, aria=False)
    label = base.mark_text(align="right", baseline="middle", fontSize=tokens.SIZE_SMALL, color=colour.muted, aria=False)
    return [line.encode(x=at(str(_LEFT)), x2=until("width")), label.encode(x=at(str(_LEFT - 8)), text="label:N")]


def _others(groups: Sequence[Panel], grid: _Grid, x: alt.X, y: alt.Y, colour: tokens.Palette) -> list[alt.Chart]:
    """The other groups' lines in grey behind each panel: this against the rest."""
    rows = [
        {"panel": k, "other": j, "when": _milliseconds(p.when), "y": grid.y(k, p.value)}
        for k in range(len(groups))
        for j, group in enumerate(groups)
        if j != k
        for p in group.points
    ]
    if not rows:
        return []
    line = alt.Chart(inline(rows)).mark_line(strokeWidth=1, color=colour.rest, opacity=0.45, aria=False)
    return [line.encode(x=x, y=y, detail=["panel:N", "other:N"])]


def _lines(rows: list[dict[str, Any]], x: alt.X, y: alt.Y, colour: tokens.Palette) -> list[alt.Chart]:
    """Interval, line and dots of every panel's own group."""
    base = alt.Chart(inline(rows)).encode(x=x)
    sure = base.transform_filter("isValid(datum.top) && isValid(datum.bottom)")
    most = max((sum(row["panel"] == k for row in rows) for k in {row["panel"] for row in rows}), default=0)
    if most >= _BAND:
        interval = sure.mark_area(color=colour.accent, opacity=0.18, aria=False).encode(detail="panel:N")
    else:
        interval = sure.mark_rule(color=colour.accent, opacity=0.5, strokeWidth=1.5, strokeCap="round", aria=False)
    line = base.mark_line(color=colour.accent, strokeWidth=2, strokeJoin="round", aria=False)
    dot = base.mark_point(
        shape="circle",
        filled=True,
        opacity=1,
        color=colour.accent,
        stroke=colour.background,
        strokeWidth=1,
        size=24 if most >= _BAND else 46,
    )
    tips = [
        alt.Tooltip("name:N", title=" "),
        alt.Tooltip("period:N", title="from"),
        alt.Tooltip("words:N", title="value"),
        alt.Tooltip("n:N", title="n"),
    ]
    return [
        interval.encode(y=alt.Y("top:Q", axis=None), y2="bottom:Q"),
        line.encode(y=y, detail="panel:N"),
        dot.encode(y=y, tooltip=tips, description=alt.Description("spoken:N")),
    ]


def _heads(groups: Sequence[Panel], grid: _Grid, y: alt.Y, colour: tokens.Palette) -> list[alt.Chart]:
    """Above each panel: its name, and its latest value."""
    rows = [
        {"y": grid.top(k) - _HEAD / 2 - 2, "name": plain(group.name), "last": f"latest {group.points[-1].words}"}
        for k, group in enumerate(groups)
    ]
    base = alt.Chart(inline(rows)).encode(y=y)
    style: dict[str, Any] = {"baseline": "middle", "aria": False}
    name = base.mark_text(
        align="left",
        fontSize=tokens.SIZE_TEXT,
        fontWeight=tokens.WEIGHT_STRONG,
        color=colour.ink,
        limit=alt.ExprRef(expr="width - 150"),
        **style,
    )
    last = base.mark_text(align="right", fontSize=tokens.SIZE_TEXT, color=colour.muted, **style)
    return [name.encode(x=at("0"), text="name:N"), last.encode(x=at("width"), text="last:N")]
