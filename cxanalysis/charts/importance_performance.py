"""Importance against performance: a map with intervals both ways and the crosshair that was chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import altair as alt

from cxanalysis.charts import tokens
from cxanalysis.charts.parts.caption import captioned
from cxanalysis.charts.parts.dot_plot import nice_ticks
from cxanalysis.charts.parts.driver_rows import named_rows
from cxanalysis.charts.parts.house import at, halo, house, inline, tone
from cxanalysis.charts.parts.label_places import Place, place_labels
from cxanalysis.drivers.performance.importance_performance_result import (
    CONCENTRATE,
    DISCOVERY,
    KEEP,
    LOW,
    OVERKILL,
    ImportancePerformance,
)
from cxanalysis.labels import called
from cxanalysis.numbers import THIN, known, percent, plain, points
from cxanalysis.problem import Problem

#: Height of the plot in pixels; of it, the share above and below the dots that the names of the quadrants stand in.
HEIGHT: Final = 400
_BAND: Final = 0.08
#: Pixels of that band which its words really need.
_WORDS: Final = 20.0
#: Pixels the plot loses to the axis at the left.
_AXIS: Final = 46
#: More different goals than this are ticks at the dots, not lines through the map.
_LINES: Final = 2
#: Height in pixels of a tick at a dot.
_TICK: Final = 18
#: Width of the words on the line of importance, in pixels.
_IMPORTANT: Final = 150


@dataclass(frozen=True, slots=True)
class _DriverSpot:
    name: str
    good: tuple[float, float, float]
    matters: tuple[float, float, float]
    goal: float
    tone: str
    tips: tuple[str, ...]


def importance_performance(
    result: ImportancePerformance, *, mode: tokens.Mode = "light", width: int | None = None, caption: bool = True
) -> alt.LayerChart:
    """What matters (upwards) against how good it is (to the right), with intervals and the crosshair.

    Parameters
    ----------
    result : ImportancePerformance
    mode : "light" or "dark"
    width : int, optional
        Whole width in pixels; None fills the container.
    caption : bool
        Whether n, period, interval and method stand under the chart.

    Returns
    -------
    LayerChart
        Vermilion are unmet needs; grey are drivers not told from noise. A dot whose interval reaches across the
        crosshair belongs to no quadrant yet.

    Raises
    ------
    Problem
        If no driver has both an importance and a performance.
    """
    spots = _spots(result)
    if not spots:
        raise Problem("no driver has both an importance and a performance", do="Name the scales of the drivers")
    colour, stated = tokens.palette(mode), result.importance_as == "stated"
    line = result.importance_goal if stated else 100 * result.importance_goal
    left, right = _across(spots)
    bottom, top = _upwards(spots, line)
    plot = (width or tokens.FALLBACK_WIDTH) - _AXIS
    places = _places(spots, line, (left, right), (bottom, top), plot)
    x = alt.X(
        "good:Q",
        scale=alt.Scale(domain=[left, right], nice=False, padding=0, zero=False),
        axis=alt.Axis(
            values=nice_ticks(left, right, 5),
            grid=False,
            title=f"How good, of 100 · {_goals_said(spots)}",
            titleAnchor="start",
        ),
    )
    title = "How important people say it is, of 100" if stated else "How important: share of what the drivers explain"
    y = alt.Y(
        "matters:Q",
        scale=alt.Scale(domain=[bottom, top], nice=False, padding=0, zero=False),
        axis=alt.Axis(
            values=nice_ticks(max(0.0, bottom), top, 5),
            grid=False,
            title=title,
            titleAngle=0,
            titleAlign="left",
            labelExpr="datum.label" if stated else f"datum.label + '{THIN}%'",
            titleAnchor="end",
            titleX=-34,
            titleY=-18,
            titleBaseline="bottom",
        ),
    )
    layers = [
        *_crosshair(spots, line, x, y, colour, stated=stated),
        *_quadrants(colour),
        *_dots(spots, x, y, colour, stated=stated),
        *_labels(spots, places, x, y, colour),
    ]
    hidden = [plain(spot.name, 40) for spot, place in zip(spots, places, strict=True) if place is None]
    return house(layers, HEIGHT, mode, width=width, caption=_caption(result, spots, hidden, caption=caption))


def _spots(result: ImportancePerformance) -> list[_DriverSpot]:
    """Drivers that have a place, unmet needs first: they choose the place of their label first."""
    stated = result.importance_as == "stated"
    spots = []
    for row in named_rows(result.table):
        value, low, high = (
            (row.stated, row.stated_low, row.stated_high)
            if stated
            else (100 * row.importance, 100 * row.importance_low, 100 * row.importance_high)
        )
        if not known(value, row.performance):
            continue
        pale = not stated and not (known(row.q_value) and row.q_value < DISCOVERY)
        share = percent(row.importance, row.importance_low, row.importance_high)
        said = points(row.stated, row.stated_low, row.stated_high) if known(row.stated) else "–"
        good = points(row.performance, row.performance_low, row.performance_high)
        noise = " (not told from noise)" if pale else ""
        spots.append(
            _DriverSpot(
                called(row.driver, result),
                (float(row.performance), float(row.performance_low), float(row.performance_high)),
                (float(value), float(low), float(high)),
                float(row.goal),
                "loss" if row.unmet else "rest" if pale else "this",
                (share + noise, said, f"{good}, {row.measured}", f"{row.goal:g}", str(row.quadrant)),
            )
        )
    return sorted(spots, key=lambda spot: ("loss", "this", "rest").index(spot.tone))


def _across(spots: Sequence[_DriverSpot]) -> tuple[float, float]:
    """Ends of the axis of performance: the intervals and goals with some air, never beyond 0 and 100."""
    values = [v for spot in spots for v in (*spot.good, spot.goal) if known(v)]
    low, high = min(values), max(values)
    air = max(0.08 * (high - low), 2.0)
    return max(0.0, low - air), min(100.0, high + air)


def _upwards(spots: Sequence[_DriverSpot], line: float) -> tuple[float, float]:
    """Ends of the axis of importance, with a band at each end for the names of the quadrants."""
    values = [v for spot in spots for v in spot.matters if known(v)] + [line]
    low, high = min([*values, 0.0] if line <= 50 else values), max(values)
    band = (high - low) * _BAND / (1 - 2 * _BAND)
    return low - band, high + band


def _goals_said(spots: Sequence[_DriverSpot]) -> str:
    goals = sorted({spot.goal for spot in spots})
    if len(goals) > _LINES:
        return "a tick is the goal of its dot"
    return f"goal{'s' if len(goals) > 1 else ''} {' and '.join(f'{goal:.3g}' for goal in goals)}"


def _crosshair(
    spots: Sequence[_DriverSpot], line: float, x: alt.X, y: alt.Y, colour: tokens.Palette, *, stated: bool
) -> list[alt.Chart]:
    """The goals downwards, the beginning of importance across."""
    style: dict[str, Any] = {"strokeWidth": 1, "strokeDash": [4, 3], "color": colour.muted, "aria": False}
    goals = sorted({spot.goal for spot in spots})
    across = alt.Chart(inline([{"matters": line, "word": f"important from {line:.3g}{'' if stated else THIN + '%'}"}]))
    words = across.encode(x=at("width"), y=y, text="word:N")
    place: dict[str, Any] = {"align": "right", "baseline": "bottom", "dy": -3, "dx": -2}
    layers = [across.mark_rule(**style).encode(y=y)]
    if len(goals) <= _LINES:
        down = alt.Chart(inline([{"good": goal} for goal in goals])).mark_rule(**style)
        return [*layers, down.encode(x=x), *_said(words, place, colour)]
    # A thin line leads from each dot to the tick of its own goal.
    ticks = alt.Chart(inline([{"good": s.goal, "matters": s.matters[0], "here": s.good[0]} for s in spots]))
    lead = ticks.mark_rule(strokeWidth=1, strokeDash=[1, 3], color=colour.muted, aria=False)
    mark = ticks.mark_tick(orient="vertical", size=_TICK, thickness=2, color=colour.ink, aria=False)
    return [*layers, lead.encode(x=x, x2="here:Q", y=y), mark.encode(x=x, y=y), *_said(words, place, colour)]


def _said(text: alt.Chart, place: dict[str, Any], colour: tokens.Palette) -> list[alt.Chart]:
    """Small quiet words, with a halo in the colour of the page below them: lines stop at words."""
    small = {"fontSize": tokens.SIZE_SMALL, "aria": False, **place}
    return [
        halo(text, colour, small),
        text.mark_text(**small, color=colour.muted),
    ]


def _quadrants(colour: tokens.Palette) -> list[alt.Chart]:
    """The names of the quadrants in the corners, in bands of their own that no dot can be in."""
    layers = []
    for name, right, below in ((CONCENTRATE, 0, 0), (KEEP, 1, 0), (LOW, 0, 1), (OVERKILL, 1, 1)):
        place: dict[str, Any] = {
            "align": "right" if right else "left", "baseline": "bottom" if below else "top", "fontStyle": "italic",
            "dx": -2 if right else 4, "dy": -4 if below else 4,
        }  # fmt: skip
        words = alt.Chart(inline([{"word": name.capitalize()}])).encode(
            x=at("width" if right else "0"), y=alt.YValue(alt.ExprRef(expr="height" if below else "0")), text="word:N"
        )
        layers += _said(words, place, colour)
    return layers


def _dots(spots: Sequence[_DriverSpot], x: alt.X, y: alt.Y, colour: tokens.Palette, *, stated: bool) -> list[alt.Chart]:
    """Both intervals and the dot."""
    data = [
        {
            "name": plain(spot.name),
            "good": spot.good[0],
            "good_low": _or_none(spot.good[1]),
            "good_high": _or_none(spot.good[2]),
            "matters": spot.matters[0],
            "matters_low": _or_none(spot.matters[1]),
            "matters_high": _or_none(spot.matters[2]),
            "tone": spot.tone,
            **{f"tip{k}": plain(tip) for k, tip in enumerate(spot.tips)},
            "spoken": plain(
                f"{spot.name}: importance {spot.tips[1 if stated else 0]}, performance {spot.tips[2]}, "
                f"goal {spot.tips[3]}, {spot.tips[4]}"
            ),
        }
        for spot in spots
    ]
    base = alt.Chart(inline(data)).encode(x=x, y=y, color=alt.Color("tone:N", scale=tone(colour), legend=None))
    rule: dict[str, Any] = {"strokeWidth": 1.5, "opacity": 0.6, "strokeCap": "round", "aria": False}
    titles = ("importance (derived)", "importance (stated)", "performance", "goal", "quadrant")
    tips = [alt.Tooltip("name:N", title=" "), *(alt.Tooltip(f"tip{k}:N", title=t) for k, t in enumerate(titles))]
    return [
        base.transform_filter("isValid(datum.matters_low)")
        .mark_rule(**rule)
        .encode(y=alt.Y("matters_low:Q"), y2="matters_high:Q"),
        base.transform_filter("isValid(datum.good_low)")
        .mark_rule(**rule)
        .encode(x=alt.X("good_low:Q"), x2="good_high:Q"),
        base.mark_point(
            shape="circle", filled=True, opacity=1, stroke=colour.background, strokeWidth=1.5, size=110
        ).encode(tooltip=tips, description=alt.Description("spoken:N")),
    ]


def _places(
    spots: Sequence[_DriverSpot], line: float, across: tuple[float, float], upwards: tuple[float, float], plot: int
) -> list[Place | None]:
    """Where each label goes, in a plot as narrow as it may be shown."""

    def right(value: float) -> float:
        return (value - across[0]) / (across[1] - across[0]) * plot

    def down(value: float) -> float:
        return (upwards[1] - value) / (upwards[1] - upwards[0]) * HEIGHT

    centres = [(right(spot.good[0]), down(spot.matters[0])) for spot in spots]
    whiskers = [(down(spot.matters[2]), down(spot.matters[1])) if known(*spot.matters) else None for spot in spots]
    band = _WORDS
    taken = [
        (0.0, 0.0, float(plot), band),
        (0.0, HEIGHT - band, float(plot), float(HEIGHT)),
        (plot - _IMPORTANT, down(line) - 17, float(plot), down(line)),
    ]
    # Intervals across are thin: a label may stand above or below one, but not on it.
    taken += [
        (right(spot.good[1]), y - 2, right(spot.good[2]), y + 2)
        for spot, (_, y) in zip(spots, centres, strict=True)
        if known(*spot.good)
    ]
    return place_labels([_short(spot.name) for spot in spots], centres, whiskers, (plot, HEIGHT), taken)


def _short(name: str) -> str:
    return plain(name, 24)


def _labels(
    spots: Sequence[_DriverSpot], places: Sequence[Place | None], x: alt.X, y: alt.Y, colour: tokens.Palette
) -> list[alt.Chart]:
    """One layer for each way in which a label hangs on its dot."""
    layers = []
    for way in sorted({place for place in places if place is not None}):
        data: list[dict[str, Any]] = [
            {
                "name": _short(spot.name),
                "good": spot.good[0],
                "matters": spot.matters[0],
                "tone": "muted" if spot.tone == "rest" else "ink",
            }
            for spot, place in zip(spots, places, strict=True)
            if place == way
        ]
        style: dict[str, Any] = {
            "align": way.align, "baseline": "middle", "dx": way.dx, "dy": way.dy, "fontSize": tokens.SIZE_TEXT,
            "fontWeight": tokens.WEIGHT_STRONG, "aria": False,
        }  # fmt: skip
        text = alt.Chart(inline(data)).encode(x=x, y=y, text="name:N")
        layers += [
            halo(text, colour, style),
            text.mark_text(**style).encode(color=alt.Color("tone:N", scale=tone(colour), legend=None)),
        ]
    return layers


def _or_none(value: float) -> float | None:
    return value if known(value) else None


def _caption(
    result: ImportancePerformance, spots: Sequence[_DriverSpot], hidden: Sequence[str], *, caption: bool
) -> str:
    """The caption, with who has no place or no label."""
    there = {spot.name for spot in spots}
    names = [called(name, result) for name in result.table["driver"]]
    unmapped = [plain(name, 40) for name in names if name not in there]
    further = [f"Without a label for want of room: {', '.join(hidden)}."] if hidden else []
    further += [f"Not on the map (no performance of its own): {', '.join(unmapped)}."] if unmapped else []
    return captioned(result, further, caption=caption)
