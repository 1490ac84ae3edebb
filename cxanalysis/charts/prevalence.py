"""How often against how much: where points are lost, on a map with lines of equal loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import altair as alt

from cxanalysis.charts import tokens
from cxanalysis.charts.parts.caption import captioned
from cxanalysis.charts.parts.dot_plot import nice_ticks
from cxanalysis.charts.parts.driver_rows import failures, is_pale, named_rows
from cxanalysis.charts.parts.house import halo, house, inline, tone
from cxanalysis.charts.parts.label_places import Place, place_labels
from cxanalysis.charts.parts.outcome_unit import outcome_unit
from cxanalysis.drivers.drivers_result import Drivers
from cxanalysis.labels import called
from cxanalysis.numbers import THIN, known, number, percent, plain, points
from cxanalysis.problem import Problem

#: Height of the plot in pixels.
HEIGHT: Final = 340
#: Pixels the plot loses to the axis at the left.
_AXIS: Final = 46
#: Points along a line of equal loss: enough to look smooth.
_SMOOTH: Final = 40


@dataclass(frozen=True, slots=True)
class _FailureSpot:
    name: str
    often: float
    much: float
    low: float | None
    high: float | None
    stake: float
    tone: str
    words: tuple[str, str, str]


def prevalence(
    result: Drivers, *, mode: tokens.Mode = "light", width: int | None = None, caption: bool = True
) -> alt.LayerChart:
    """How often each failure happens against how much one case costs.

    Lines join all places that cost the same number of points, so that a frequent nuisance and a rare disaster can be
    compared by eye. Only failures (0/1) whose effect could be estimated have a place on the map.

    Parameters
    ----------
    result : Drivers
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
        If no driver is a failure with a known effect.
    """
    spots = _spots(result)
    if not spots:
        raise Problem(
            "none of these drivers is a failure with a known effect", do="Look at their importance instead of the map"
        )
    colour = tokens.palette(mode)
    x_end = 1.12 * max(spot.often for spot in spots)
    low, high = _vertical(spots)
    places = _places(spots, x_end, low, high, width)
    further: list[str] = []
    hidden = [plain(spot.name, 40) for spot, place in zip(spots, places, strict=True) if place is None]
    if hidden:
        further.append(f"Without a label for want of room: {', '.join(hidden)}.")
    drawn = {spot.name for spot in spots}
    unmapped = [plain(name, 40) for driver in result.table["driver"] if (name := called(driver, result)) not in drawn]
    if unmapped:
        further.append(f"Not on the map (no failure, or effect unknown): {', '.join(unmapped)}.")
    x = alt.X(
        "often:Q",
        scale=alt.Scale(domain=[0, x_end], nice=False, padding=0),
        axis=alt.Axis(
            values=nice_ticks(0, x_end),
            grid=False,
            labelExpr=f"datum.label + '{THIN}%'",
            title="How often: share of answers touched",
            titleAnchor="start",
        ),
    )
    much = f"How much: {outcome_unit(result)} lost per case"
    y = alt.Y(
        "much:Q",
        scale=alt.Scale(domain=[low, high], nice=False, padding=0),
        axis=alt.Axis(
            values=nice_ticks(low, high, 5),
            grid=False,
            title=much,
            titleAngle=0,
            titleAlign="left",
            titleAnchor="end",
            titleX=-34,
            titleY=-18,
            titleBaseline="bottom",
        ),
    )
    layers = [
        *_equal_loss(spots, x_end, low, high, x, y, colour),
        *_dots(spots, x, y, colour),
        *_labels(spots, places, x, y, colour),
    ]
    return house(layers, HEIGHT, mode, width=width, caption=captioned(result, further, caption=caption))


def _spots(result: Drivers) -> list[_FailureSpot]:
    """Failures with a known effect, the costliest first."""
    flags = failures(result)
    spots = []
    for row in named_rows(result.table):
        if str(row.driver) not in flags or not known(row.mean, row.effect):
            continue
        pale = bool(is_pale(row, row.effect_low, row.effect_high))
        stake = float(row.at_stake) if known(row.at_stake) else -float(row.mean) * float(row.effect)
        interval = known(row.effect_low, row.effect_high)
        spots.append(
            _FailureSpot(
                name=called(row.driver, result),
                often=100 * float(row.mean),
                much=-float(row.effect),
                low=-float(row.effect_high) if interval else None,
                high=-float(row.effect_low) if interval else None,
                stake=stake,
                tone="rest" if pale else "loss" if stake > 0 else "gain",
                words=(
                    percent(row.mean),
                    points(-row.effect, -row.effect_high, -row.effect_low) if interval else number(-row.effect, 1),
                    points(stake, row.at_stake_low, row.at_stake_high),
                ),
            )
        )
    return sorted(spots, key=lambda spot: -abs(spot.stake))


def _vertical(spots: Sequence[_FailureSpot]) -> tuple[float, float]:
    values = [v for spot in spots for v in (spot.low, spot.high, spot.much, 0.0) if v is not None]
    air = 0.06 * (max(values) - min(values) or 1.0)
    return min(values) - air, max(values) + air


def _equal_loss(
    spots: Sequence[_FailureSpot], x_end: float, low: float, high: float, x: alt.X, y: alt.Y, colour: tokens.Palette
) -> list[alt.Chart]:
    """Lines of equal points at stake (prevalence × effect), each with its number at its end, and the line at zero."""
    curves, ends = [], []
    for value in _iso_values(spots):
        start = 100 * value / high
        if start >= x_end:
            continue
        grid = [start * (x_end / start) ** (k / _SMOOTH) for k in range(_SMOOTH + 1)]
        curves += [{"often": often, "much": 100 * value / often, "value": value} for often in grid]
        ends.append(
            {"often": x_end, "much": 100 * value / x_end, "label": f"{number(value, 0 if value >= 1 else 1)} lost"}
        )
    zero = alt.Chart(inline([{"much": 0}])).mark_rule(strokeWidth=1, color=colour.muted, aria=False).encode(y=y)
    if not curves:
        return [zero]
    line = alt.Chart(inline(curves)).mark_line(strokeWidth=1, strokeDash=[2, 3], color=colour.rest, aria=False)
    text = alt.Chart(inline(ends)).encode(x=x, y=y, text="label:N")
    style: dict[str, Any] = {"align": "right", "dy": -8, "dx": -2, "fontSize": tokens.SIZE_SMALL, "aria": False}
    words = text.mark_text(color=colour.muted, **style)
    return [zero, line.encode(x=x, y=y, detail="value:N"), halo(text, colour, style), words]


def _dots(spots: Sequence[_FailureSpot], x: alt.X, y: alt.Y, colour: tokens.Palette) -> list[alt.Chart]:
    data = [
        {
            "name": plain(spot.name),
            "often": spot.often,
            "much": spot.much,
            "low": spot.low,
            "high": spot.high,
            "tone": spot.tone,
            "tip0": spot.words[0],
            "tip1": spot.words[1],
            "tip2": spot.words[2],
            "spoken": f"{plain(spot.name)}: touches {spot.words[0]}, costs {spot.words[1]} a case",
        }
        for spot in spots
    ]
    base = alt.Chart(inline(data)).encode(x=x, y=y, color=alt.Color("tone:N", scale=tone(colour), legend=None))
    tips = [
        alt.Tooltip("name:N", title=" "),
        alt.Tooltip("tip0:N", title="how often"),
        alt.Tooltip("tip1:N", title="lost per case"),
        alt.Tooltip("tip2:N", title="lost in all"),
    ]
    whisker = base.transform_filter("isValid(datum.low) && isValid(datum.high)").mark_rule(
        strokeWidth=1.5, opacity=0.55, strokeCap="round", aria=False
    )
    dot = base.mark_point(shape="circle", filled=True, opacity=1, stroke=colour.background, strokeWidth=1.5, size=110)
    return [
        whisker.encode(y=alt.Y("low:Q"), y2="high:Q"),
        dot.encode(tooltip=tips, description=alt.Description("spoken:N")),
    ]


def _places(
    spots: Sequence[_FailureSpot], x_end: float, low: float, high: float, width: int | None
) -> list[Place | None]:
    plot = (width or tokens.FALLBACK_WIDTH) - _AXIS
    centres = [(spot.often / x_end * plot, (high - spot.much) / (high - low) * HEIGHT) for spot in spots]
    whiskers = [
        None
        if spot.low is None or spot.high is None
        else ((high - spot.high) / (high - low) * HEIGHT, (high - spot.low) / (high - low) * HEIGHT)
        for spot in spots
    ]
    ends = [(high - 100 * value / x_end) / (high - low) * HEIGHT for value in _iso_values(spots)]
    blocked = [(plot - 46, y - 16, plot, y) for y in ends]
    return place_labels([_short(spot.name) for spot in spots], centres, whiskers, (plot, HEIGHT), blocked)


def _iso_values(spots: Sequence[_FailureSpot]) -> list[float]:
    """Points at stake for which a line is drawn."""
    most = max((spot.stake for spot in spots), default=0.0)
    return [v for v in nice_ticks(0, most, 3) if v > 0] if most > 0 else []


def _short(name: str) -> str:
    return plain(name, 26)


def _labels(
    spots: Sequence[_FailureSpot], places: Sequence[Place | None], x: alt.X, y: alt.Y, colour: tokens.Palette
) -> list[alt.Chart]:
    """One layer for each way in which a label hangs on its dot."""
    layers = []
    for way in sorted({place for place in places if place is not None}):
        data: list[dict[str, Any]] = [
            {
                "name": _short(spot.name),
                "often": spot.often,
                "much": spot.much,
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
        words = text.mark_text(**style).encode(color=alt.Color("tone:N", scale=tone(colour), legend=None))
        layers += [halo(text, colour, style), words]
    return layers
