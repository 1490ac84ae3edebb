"""The house style: everything a chart looks like that is not what it shows."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from cxanalysis.charts import tokens

#: A width in pixels per character of small type, on the wide side, so that a wrapped caption never runs over.
_CHARACTER = 6.2


def house(
    layers: Sequence[alt.Chart],
    height: int,
    mode: tokens.Mode = "light",
    *,
    width: int | None = None,
    caption: str = "",
) -> alt.LayerChart:
    """Layers in one view, in the house style.

    Parameters
    ----------
    layers : sequence of Chart
        From the back to the front; their data are inline rows.
    height : int
        Of the view, in pixels.
    mode : "light" or "dark"
    width : int, optional
        Whole width in pixels, margins included; None fills the container.
    caption : str, optional
        A quiet line under the chart; wrapped to the width (to a phone's where the width is not known).

    Returns
    -------
    LayerChart
        Configured explicitly: nothing here enables a theme, a renderer or a data transformer, which would change
        the charts of every other session in the process.
    """
    colour = tokens.palette(mode)
    said: dict[str, Any] = {}
    if caption:
        columns = max(30, int((width or tokens.FALLBACK_WIDTH) / _CHARACTER))
        said["title"] = alt.Title(text=textwrap.wrap(caption, columns) or [""])
    # All at once: Altair copies every layer each time a property is added. At the fallback width in an export, at the
    # container's in a page.
    return alt.LayerChart(
        layer=list(layers),
        height=height,
        width="container" if width is None else width,
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        background=colour.background,
        padding={"left": 2, "right": 4, "top": 6, "bottom": 4},
        config=alt.Config(**_configuration(colour)),
        **said,
    )


def _configuration(colour: tokens.Palette) -> dict[str, Any]:
    """The explicit Vega-Lite configuration of the house."""
    words: dict[str, Any] = {"labelColor": colour.muted, "titleColor": colour.muted, "labelFontSize": tokens.SIZE_SMALL}
    return {
        "font": tokens.FONT,
        "background": colour.background,
        "view": alt.ViewConfig(stroke=None, continuousWidth=tokens.FALLBACK_WIDTH),
        "axis": alt.AxisConfig(
            **words,
            domain=False,
            ticks=False,
            grid=True,
            gridColor=colour.grid,
            gridWidth=tokens.HAIRLINE,
            labelPadding=6,
            titleFontSize=tokens.SIZE_TEXT,
            titleFontWeight=tokens.WEIGHT_STRONG,
            labelLimit=160,
        ),
        "title": alt.TitleConfig(
            color=colour.muted,
            fontSize=tokens.SIZE_SMALL,
            fontWeight="normal",
            lineHeight=16,
            anchor="start",
            orient="bottom",
            frame="bounds",
            offset=12,
        ),
        "text": alt.MarkConfig(color=colour.ink, fontSize=tokens.SIZE_TEXT),
        "point": alt.MarkConfig(filled=True, opacity=1, size=tokens.DOT),
        "rule": alt.MarkConfig(strokeWidth=tokens.LINE),
        "line": alt.MarkConfig(strokeWidth=tokens.LINE, color=colour.accent),
    }


def inline(rows: Sequence[Mapping[str, Any]]) -> alt.InlineData:
    """Rows as data inside the chart. Never a data frame: those go through a process-wide transformer."""
    # In a tuple: lists are copied whenever a mark or an encoding is put on a chart.
    return alt.InlineData(values=tuple(dict(row) for row in rows))


def tone(colour: tokens.Palette) -> alt.Scale:
    """The scale from what a mark means to its colour; grey words are "muted", grey marks "rest"."""
    meaning = {
        "loss": colour.loss,
        "gain": colour.gain,
        "this": colour.accent,
        "rest": colour.rest,
        "muted": colour.muted,
        "ink": colour.ink,
    }
    return alt.Scale(domain=list(meaning), range=list(meaning.values()))


def at(expression: str) -> alt.XValue:
    """A place on the x axis worked out in the browser from the chart's width. Never holds text from a file.

    Made outright, like `alt.ColorValue`: Altair takes ten times as long to find out what a plain value is.
    """
    return alt.XValue(alt.ExprRef(expr=expression))


def until(expression: str) -> alt.X2Value:
    """The same as the far end on the x axis."""
    return alt.X2Value(alt.ExprRef(expr=expression))


def down(height: int) -> alt.Y:
    """The vertical axis of a chart whose rows are laid out in pixels from the top; the field is "y"."""
    scale = alt.Scale(domain=[0, height], range=[0, height], nice=False, zero=False, padding=0)
    return alt.Y("y:Q", scale=scale, axis=None)


def clear(strips: Sequence[Mapping[str, float]], height: int, colour: tokens.Palette, wide: str) -> alt.Chart:
    """On a phone words stand over the grid: strips (y to y2) in the colour of the page keep its lines out of them."""
    strip = alt.Chart(inline(strips)).mark_rect(
        color=colour.background, opacity=alt.ExprRef(expr=f"{wide} ? 0 : 1"), aria=False
    )
    return strip.encode(y=down(height), y2=alt.Y2("y2:Q"), x=at("0"), x2=until("width"))


def origin(colour: tokens.Palette) -> alt.Chart:
    """The line at zero; its field is "zero"."""
    rule = alt.Chart(inline([{"zero": 0}])).mark_rule(strokeWidth=1, color=colour.muted, aria=False)
    return rule.encode(x=alt.X("zero:Q"))


def halo(text: alt.Chart, colour: tokens.Palette, style: Mapping[str, Any]) -> alt.Chart:
    """The same words in the colour of the page, a little fatter, below them: lines stop at words."""
    return text.mark_text(**style, color=colour.background, stroke=colour.background, strokeWidth=5)
