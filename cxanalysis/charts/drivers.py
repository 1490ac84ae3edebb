"""Chart of a driver analysis: what each driver costs."""

from __future__ import annotations

from typing import Literal

import altair as alt
import pandas as pd

from cxanalysis.charts.importance import importance
from cxanalysis.charts.parts.caption import captioned
from cxanalysis.charts.parts.dot_plot import DotPlotFrame, dot_plot
from cxanalysis.charts.parts.driver_rows import MOST_DRIVERS, at_stake_rows
from cxanalysis.charts.parts.outcome_unit import outcome_unit
from cxanalysis.charts.tokens import Mode
from cxanalysis.drivers.drivers_result import Drivers
from cxanalysis.labels import called
from cxanalysis.numbers import plain
from cxanalysis.problem import Problem


def drivers(
    result: Drivers,
    *,
    by: Literal["at_stake", "importance"] | None = None,
    mode: Mode = "light",
    width: int | None = None,
    caption: bool = True,
    top: int = MOST_DRIVERS,
) -> alt.LayerChart:
    """What costs satisfaction, how much, and how sure that is: one row a driver.

    Parameters
    ----------
    result : Drivers
    by : "at_stake" or "importance", optional
        Points of the outcome lost to each driver, or its share of what all explain. None: points where there are any.
        Drivers without points at stake (ratings without a reference) are named under the chart.
    mode : "light" or "dark"
    width : int, optional
        Whole width in pixels; None fills the container.
    caption : bool
        Whether n, period, interval and method stand under the chart.
    top : int
        The most rows to draw.

    Returns
    -------
    LayerChart
        Loss in vermilion, gain in blue-green, grey with the words "cannot tell from zero" where that is so. The ranks
        in front of the names are those that the intervals leave open: ties are shown as ties.

    Raises
    ------
    Problem
        If points at stake are asked for and no driver has any.
    """
    if by not in (None, "at_stake", "importance"):
        raise Problem(f"drivers cannot be ranked by '{by}'", do="Use 'at_stake' or 'importance'")
    staked = pd.to_numeric(result.table["at_stake"], errors="coerce").notna()
    if by == "importance" or (by is None and not staked.any()):
        return importance(result, mode=mode, width=width, caption=caption, top=top)
    if not staked.any():
        raise Problem("none of these drivers has points at stake", do="Rank them by importance instead")
    rows = at_stake_rows(result)
    listed, joint = [row for row in rows if not row.apart], [row for row in rows if row.apart]
    further = [f"{len(listed) - top} more drivers are not drawn."] if len(listed) > top else []
    left_out = [plain(called(name, result), 40) for name in result.table["driver"][~staked]]
    if left_out:
        further.append(f"Without points at stake, so not drawn: {', '.join(left_out)}.")
    frame = DotPlotFrame(
        title=f"{_capital(outcome_unit(result))} lost", caption=captioned(result, further, caption=caption)
    )
    return dot_plot([*listed[:top], *joint], frame, mode, width)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
