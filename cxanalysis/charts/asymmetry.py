"""Chart of an asymmetry analysis: what low answers cost to the left, what high answers bring to the right."""

from __future__ import annotations

from typing import Any, Final

import altair as alt

from cxanalysis.charts import tokens
from cxanalysis.charts.parts.caption import captioned
from cxanalysis.charts.parts.dot_plot import nice_ticks
from cxanalysis.charts.parts.driver_rows import named_rows
from cxanalysis.charts.parts.house import at, clear, down, house, inline, origin, tone
from cxanalysis.charts.parts.outcome_unit import outcome_unit
from cxanalysis.drivers.asymmetry.asymmetry_classes import (
    BASIC,
    EXCITEMENT,
    ONLY_ANNOYS,
    ONLY_PLEASES,
    PERFORMANCE,
    UNDETERMINED,
)
from cxanalysis.drivers.asymmetry.asymmetry_result import Asymmetry
from cxanalysis.labels import called
from cxanalysis.numbers import known, number, plain, points
from cxanalysis.problem import Problem

#: More rows than this are read by nobody; the rest is counted under the chart.
MOST_ROWS: Final = 15
#: Heights in pixels: a row, the air above the first one.
_ROW: Final = 62
_TOP: Final = 6
_WIDE: Final = f"width >= {tokens.WIDE}"
#: Where the bars begin and end: names stand at the left, classes at the right.
_LEFT: Final = f"{_WIDE} ? width * 0.27 : 8"
_RIGHT: Final = f"{_WIDE} ? width - 190 : width - 10"
#: Below this share of the resamples the class that most of them fall in is not worth a word.
_MOSTLY: Final = 0.5
#: A class in a manager's words.
WORDS: Final = {
    ONLY_ANNOYS: "only annoys",
    BASIC: "annoys more",
    PERFORMANCE: "both alike",
    EXCITEMENT: "pleases more",
    ONLY_PLEASES: "only pleases",
    UNDETERMINED: "cannot tell yet",
}


def asymmetry(
    result: Asymmetry,
    *,
    mode: tokens.Mode = "light",
    width: int | None = None,
    caption: bool = True,
    top: int = MOST_ROWS,
) -> alt.LayerChart:
    """Satisfies or only annoys? One row a driver: points that low answers cost, points that high answers bring.

    Parameters
    ----------
    result : Asymmetry
    mode : "light" or "dark"
    width : int, optional
        Whole width in pixels; None fills the container.
    caption : bool
        Whether n, interval and method stand under the chart.
    top : int
        The most rows to draw.

    Returns
    -------
    LayerChart
        Vermilion to the left is what bad loses, blue-green to the right what good wins, each with its interval; grey
        where the class cannot be told. Refused drivers are named under the chart.

    Raises
    ------
    Problem
        If every driver was refused.
    """
    rows = [row for row in named_rows(result.table) if known(row.penalty, row.reward)]
    if not rows:
        raise Problem("no driver has enough low, middle and high answers to draw", do="Choose low and high otherwise")
    data = [_laid(row, position, result) for position, row in enumerate(rows[:top])]
    colour, height = tokens.palette(mode), _TOP + _ROW * len(data)
    x = _axis(data, result)
    layers = [
        origin(colour),
        clear([{"y": row["y"] - _ROW / 2, "y2": row["y"] + 6} for row in data], height, colour, _WIDE),
        *_bars(data, x, height, colour),
        *_words(data, height, colour),
    ]
    return house(layers, height, mode, width=width, caption=_caption(result, len(rows), top, caption=caption))


def _laid(row: Any, position: int, result: Asymmetry) -> dict[str, Any]:
    """One driver as chart data."""
    kind = str(row[result.table.columns.get_loc("class")])  # "class" is a word of Python, so it has no attribute
    told = kind != UNDETERMINED
    ends = [number(end, 2, sign=True) for end in (row.asymmetry, row.asymmetry_low, row.asymmetry_high)]
    lean = f"{ends[0]} [{ends[1]}, {ends[2]}]" if known(row.asymmetry) else ""
    likely = str(row.nearest) and row.support >= _MOSTLY
    near = f"{WORDS[str(row.nearest)]} in {100 * row.support:.0f} of 100" if likely else "no class stands out"
    flags = ", ".join(str(flag) for flag in row.flags)
    penalty, reward = (
        points(value, low, high, sign=True)
        for value, low, high in (
            (row.penalty, row.penalty_low, row.penalty_high),
            (row.reward, row.reward_low, row.reward_high),
        )
    )
    quiet = f"asymmetry {lean}" if told else near
    return {
        "y": _TOP + _ROW * (position + 0.5),
        "zero": 0,
        "name": plain(called(row.driver, result)),
        "class": WORDS[kind],
        "kind": kind,
        "note": flags or (kind if told else ""),
        "quiet": quiet,
        "both": plain(" · ".join(word for word in (quiet, flags) if word)),
        "strong": "ink" if told else "muted",
        "loss": row.penalty,
        "loss_low": row.penalty_low,
        "loss_high": row.penalty_high,
        "gain": row.reward,
        "gain_low": row.reward_low,
        "gain_high": row.reward_high,
        "loss_tone": "loss" if told else "rest",
        "gain_tone": "gain" if told else "rest",
        "penalty": penalty,
        "reward": reward,
        "lean": lean or "–",
        "near": near or "–",
        "flags": flags or "none",
        "spoken": plain(f"{called(row.driver, result)}: low answers {penalty}, high answers {reward}, {WORDS[kind]}"),
    }


def _axis(data: list[dict[str, Any]], result: Asymmetry) -> alt.X:
    ends = [row[name] for row in data for name in ("loss", "loss_low", "loss_high", "gain", "gain_low", "gain_high")]
    values = [float(value) for value in ends if known(value)]
    low, high = min([*values, 0.0]), max([*values, 0.0])
    ticks = nice_ticks(low, high, 4)
    step = ticks[1] - ticks[0] if len(ticks) > 1 else 1.0
    decimals = next((d for d in range(5) if abs(step * 10**d - round(step * 10**d)) < 1e-6), 4)
    unit = "standard deviations" if result.standardised else outcome_unit(result)
    return alt.X(
        "loss:Q",
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
            title=f"Bad costs · good brings, {unit}",
            titleAnchor="start",
            titleAlign="left",
            titleX=0,
            titleY=-28,
            titleBaseline="bottom",
        ),
    )


def _bars(data: list[dict[str, Any]], x: alt.X, height: int, colour: tokens.Palette) -> list[alt.Chart]:
    """A pale bar, an interval and a dot to each side of zero."""
    tips = [
        alt.Tooltip(f"{field}:N", title=title)
        for field, title in (
            ("name", " "),
            ("penalty", "low answers"),
            ("reward", "high answers"),
            ("lean", "asymmetry (−1 to 1)"),
            ("kind", "class"),
            ("near", "resamples"),
            ("flags", "remarks"),
        )
    ]
    base = alt.Chart(inline(data)).encode(y=down(height))
    layers = []
    # Low answers a little above the line, high ones a little below: intervals that cross zero stay apart.
    for side, shift in (("loss", -5), ("gain", 5)):
        move = alt.ExprRef(expr=f"({_WIDE} ? 0 : 18) + {shift}")
        paint = alt.Color(f"{side}_tone:N", scale=tone(colour), legend=None)
        at = x if side == "loss" else alt.X(f"{side}:Q")
        marks = base.encode(color=paint)
        layers += [
            marks.mark_bar(height=9, opacity=0.25, yOffset=move, aria=False).encode(x=at, x2="zero:Q"),
            marks.transform_filter(f"isValid(datum.{side}_low)")
            .mark_rule(strokeCap="round", yOffset=move, y2Offset=move, aria=False)
            .encode(x=alt.X(f"{side}_low:Q"), x2=f"{side}_high:Q"),
            marks.mark_point(
                shape="circle", filled=True, opacity=1, stroke=colour.background, strokeWidth=1.5, yOffset=move, size=70
            ).encode(x=alt.X(f"{side}:Q"), tooltip=tips, description=alt.Description("spoken:N")),
        ]
    return layers


def _words(data: list[dict[str, Any]], height: int, colour: tokens.Palette) -> list[alt.Chart]:
    """Names at the left, classes at the right; above the bars on a phone."""
    paint = alt.Color("strong:N", scale=tone(colour), legend=None)
    base = alt.Chart(inline(data)).encode(y=down(height), color=paint)
    first = alt.ExprRef(expr=f"{_WIDE} ? -8 : -20")
    wide, narrow = (alt.ExprRef(expr=f"{_WIDE} ? {a} : {b}") for a, b in ((1, 0), (0, 1)))
    name: dict[str, Any] = {"fontSize": tokens.SIZE_NAME, "fontWeight": tokens.WEIGHT_STRONG, "baseline": "middle"}
    small: dict[str, Any] = {"fontSize": tokens.SIZE_SMALL, "baseline": "middle", "color": colour.muted, "aria": False}
    quiet = base.encode(color=alt.ColorValue(colour.muted))
    room = alt.ExprRef(expr=f"{_WIDE} ? width * 0.27 - 14 : width - 120")
    return [
        base.mark_text(align="left", dy=first, limit=room, aria=False, **name).encode(
            x=at("0"), text="name:N", tooltip=alt.Tooltip("name:N", title=" ")
        ),
        base.mark_text(align="right", dy=first, aria=False, **name).encode(x=at("width"), text="class:N"),
        quiet.mark_text(align="left", dy=9, limit=room, opacity=wide, **small).encode(x=at("0"), text="note:N"),
        quiet.mark_text(align="right", dy=9, opacity=wide, **small).encode(x=at("width"), text="quiet:N"),
        quiet.mark_text(align="left", dy=-4, limit=alt.ExprRef(expr="width"), opacity=narrow, **small).encode(
            x=at("0"), text="both:N"
        ),
    ]


def _caption(result: Asymmetry, drawn: int, top: int, *, caption: bool) -> str:
    """The caption, with what the picture leaves to the table."""
    refused = [
        plain(called(row.driver, result), 40) for row in named_rows(result.table) if not known(row.penalty, row.reward)
    ]
    further = [f"{drawn - top} more drivers are not drawn."] if drawn > top else []
    further += [f"Refused, so not drawn: {', '.join(refused)}."] if refused else []
    return captioned(result, further, caption=caption)
