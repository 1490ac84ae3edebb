"""Chart of one element of customers' experience: its first items, each with its interval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import altair as alt

from cxanalysis.charts.parts.caption import caption_of
from cxanalysis.charts.parts.dot_plot import DotPlotFrame, DotRow, dot_plot
from cxanalysis.charts.tokens import Mode
from cxanalysis.drivers.elements.elements_result import ANNOYS, IMPROVE, MISS, WANT, WEIGHS, Elements
from cxanalysis.labels import called
from cxanalysis.numbers import THIN, count, known, points
from cxanalysis.problem import Problem

#: Items drawn; the others stand in `Elements.table`.
MOST_ITEMS: Final = 4
#: Elements in percent.
_PERCENT: Final = frozenset({WANT, ANNOYS})
#: Elements in which zero means nothing happens.
_FROM_ZERO: Final = frozenset({WANT, ANNOYS, IMPROVE, WEIGHS})


def elements(
    result: Elements,
    element: str,
    *,
    mode: Mode = "light",
    width: int | None = None,
    caption: bool = True,
    top: int = MOST_ITEMS,
) -> alt.LayerChart:
    """The first items of one element, in its own unit.

    Parameters
    ----------
    result : Elements
    element : str
        One of `result.sentences`.
    mode : "light" or "dark"
    width : int, optional
        Whole width in pixels; None fills the container.
    caption : bool
        Whether n stands under the chart.
    top : int
        The most items to draw.

    Returns
    -------
    LayerChart
        Vermilion: it costs; blue-green: it brings; grey: its interval reaches zero.

    Raises
    ------
    Problem
        If the element has nothing to draw.
    """
    items = result.items(element)
    if items.empty:
        raise Problem(f"nothing is known of '{element}'", do="See its sentence")
    if items["unit"].nunique() > 1:
        raise Problem(f"the items of '{element}' are in different units and share no axis", do="Show them in words")
    rows = [_row(item, element, result) for item in items.head(top).to_dict("records")]
    more = len(items) - top
    further = [f"{more} more"] if more > 0 else []
    frame = DotPlotFrame(
        title=str(items["unit"].iloc[0]),
        zero=element in _FROM_ZERO,
        domain=(0.0, 100.0) if element == MISS else None,
        caption=caption_of(result, *further) if caption else "",
    )
    return dot_plot(rows, frame, mode, width)


def _row(item: Mapping[Any, Any], element: str, result: Elements) -> DotRow:
    value, low, high = (item[end] if known(item[end]) else None for end in ("value", "low", "high"))
    percent = THIN + "%" if element in _PERCENT else ""
    number = "too rare to say" if value is None else points(value, low, high) + percent
    return DotRow(
        name=called(item["item"], result),
        value=value,
        low=low,
        high=high,
        number=number,
        tone=_tone(element, low, high),
        tips=((str(item["unit"]), number), ("n", count(int(item["n"])))),
    )


def _tone(element: str, low: float | None, high: float | None) -> str:
    """What the value means."""
    if element == MISS:
        return "loss"
    if element not in (IMPROVE, WEIGHS):
        return "this"
    if low is None or high is None or low <= 0 <= high:
        return "rest"
    costs = low > 0 if element == IMPROVE else high < 0
    return "loss" if costs else "gain"
