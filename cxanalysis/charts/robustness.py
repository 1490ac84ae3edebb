"""Chart of a robustness panel: the rank of each driver in every way to analyse."""

from __future__ import annotations

from typing import Any, Final

import altair as alt

from cxanalysis.charts.parts.caption import captioned
from cxanalysis.charts.parts.dot_plot import DotPlotFrame, DotRow, dot_plot
from cxanalysis.charts.tokens import Mode
from cxanalysis.drivers.robustness.robustness_result import Robustness
from cxanalysis.labels import called
from cxanalysis.numbers import number

#: More drivers than this are read by nobody; the rest is counted under the chart.
MOST_ROWS: Final = 12


def robustness(
    result: Robustness, *, mode: Mode = "light", width: int | None = None, caption: bool = True, top: int = MOST_ROWS
) -> alt.LayerChart:
    """Does the order survive? One row a driver, its ranks as circles: the larger, the more ways give that rank.

    Parameters
    ----------
    result : Robustness
    mode : "light" or "dark"
    width : int, optional
        Whole width in pixels; None fills the container.
    caption : bool
        Whether n and the number of ways stand under the chart.
    top : int
        The most rows to draw.

    Returns
    -------
    LayerChart
        The dot is the rank in the analysis as it was asked for. In colour: drivers that come first in some way.
    """
    rows = [_row(row, result) for row in result.survival.to_dict("records")]
    worst = int(result.survival["rank_worst"].max())
    further = [f"{result.variants} ways to analyse · dot: as asked"] if caption else []
    further += [f"{len(rows) - top} more drivers are not drawn."] if len(rows) > top else []
    frame = DotPlotFrame(
        title=f"Rank in {result.variants} ways to analyse this",
        domain=(0.5, max(worst, 2) + 0.5),
        zero=False,
        caption=captioned(result, further, caption=caption),
        ticks=tuple(range(1, max(worst, 2) + 1)),
    )
    return dot_plot(rows[:top], frame, mode, width)


def _row(row: Any, result: Robustness) -> DotRow:
    its = result.table.loc[result.table["driver"] == row["driver"], "rank"]
    shares = its.value_counts(normalize=True).sort_index()
    ranks = (
        f"rank {row['rank_best']}"
        if row["rank_best"] == row["rank_worst"]
        else f"ranks {row['rank_best']}–{row['rank_worst']}"
    )
    turned = f"effect turns round in {row['sign_changes']}" if row["sign_changes"] else ""
    return DotRow(
        name=called(row["driver"], result),
        value=float(row["rank_asked"]),
        low=None,
        high=None,
        number=f"first in {row['first']} of {row['variants']}" if row["first"] else "never first",
        quiet=ranks,
        note=turned,
        tone="this" if row["first"] else "rest",
        spread=tuple((float(rank), float(share)) for rank, share in shares.items()),
        tips=(
            ("first", f"in {row['first']} of {row['variants']} ways"),
            ("ranks", ranks),
            ("effect", f"{number(row['effect_least'], 2)} to {number(row['effect_most'], 2)}"),
            ("points at stake", f"{number(row['at_stake_least'], 2)} to {number(row['at_stake_most'], 2)}"),
            ("effect turns round", f"in {row['sign_changes']} ways"),
        ),
    )
