"""Missing answers by column."""

from __future__ import annotations

from typing import Final

import altair as alt

from cxanalysis.charts.parts.caption import caption_of
from cxanalysis.charts.parts.dot_plot import DotPlotFrame, DotRow, dot_plot
from cxanalysis.charts.tokens import Mode
from cxanalysis.labels import called
from cxanalysis.numbers import THIN, count, known, percent, points
from cxanalysis.problem import Problem
from cxanalysis.quality.quality_result import Quality

#: Columns drawn; the others stand in `Quality.missing`.
MOST_COLUMNS: Final = 12
#: Smaller gaps are drawn only where there are no larger ones.
_WORTH_DRAWING: Final = 0.01
#: Below this false-discovery rate gaps go with the outcome.
_DISCOVERY: Final = 0.05


def missing(result: Quality, *, mode: Mode = "light", width: int | None = None, caption: bool = True) -> alt.LayerChart:
    """Share of the rows in which each column is empty, emptiest first.

    Parameters
    ----------
    result : Quality
    mode : "light" or "dark"
    width : int, optional
        Whole width in pixels; None fills the container.
    caption : bool
        Whether n and the number of columns not drawn stand under the chart.

    Returns
    -------
    LayerChart
        Columns whose gaps go with the outcome stand out, with the outcome where they are empty against the rest.

    Raises
    ------
    Problem
        If nothing is missing.
    """
    rows = _rows(result)
    if not rows:
        raise Problem("no answer is missing, so there is nothing to draw")
    more = len(rows) - MOST_COLUMNS
    said = caption_of(result, *([f"{more} more columns have gaps"] if more > 0 else [])) if caption else ""
    frame = DotPlotFrame(title="Rows without an answer", domain=(0.0, 100.0), suffix=THIN + "%", caption=said)
    return dot_plot(rows[:MOST_COLUMNS], frame, mode, width)


def _rows(result: Quality) -> list[DotRow]:
    out = []
    gaps = result.missing[result.missing["missing"] > 0]
    seen = gaps[gaps["share"] >= _WORTH_DRAWING]
    for gap in (gaps if seen.empty else seen).to_dict("records"):
        with_outcome = known(gap["q_value"]) and gap["q_value"] < _DISCOVERY
        difference = points(gap["difference"], gap["low"], gap["high"], sign=True)
        out.append(
            DotRow(
                name=called(gap["column"], result),
                value=100 * gap["share"],
                low=None,
                high=None,
                number=percent(gap["share"]),
                quiet=f"{count(int(gap['missing']))} {'row' if gap['missing'] == 1 else 'rows'}",
                note=f"{difference} where empty" if with_outcome else "",
                tone="this" if with_outcome else "rest",
                tips=(
                    ("rows without an answer", f"{count(int(gap['missing']))} of {count(result.n)}"),
                    ("outcome where it is empty", difference if known(gap["difference"]) else "–"),
                ),
            )
        )
    return out
