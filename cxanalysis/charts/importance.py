"""Chart of the importance of drivers: their shares of what all of them explain."""

from __future__ import annotations

import altair as alt

from cxanalysis.charts.parts.caption import captioned
from cxanalysis.charts.parts.dot_plot import DotPlotFrame, dot_plot
from cxanalysis.charts.parts.driver_rows import MOST_DRIVERS, importance_rows
from cxanalysis.charts.tokens import Mode
from cxanalysis.drivers.drivers_result import Drivers
from cxanalysis.numbers import THIN


def importance(
    result: Drivers, *, mode: Mode = "light", width: int | None = None, caption: bool = True, top: int = MOST_DRIVERS
) -> alt.LayerChart:
    """How important each driver is: its share of what all of them explain, with interval, ranks and P(first).

    Parameters
    ----------
    result : Drivers
    mode, width, caption, top
        As in `drivers`.

    Returns
    -------
    LayerChart
        Grey are drivers that cannot be told from noise: a share cannot be negative, so its interval alone does not say.
    """
    rows = importance_rows(result)
    further = [f"{len(rows) - top} more drivers are not drawn."] if len(rows) > top else []
    title = f"Share of what the drivers explain (R² = {result.r_squared:.2f})"
    frame = DotPlotFrame(title=title, suffix=f"{THIN}%", caption=captioned(result, further, caption=caption))
    return dot_plot(rows[:top], frame, mode, width)
