"""Chart of who answered: differences between those who did and the others."""

from __future__ import annotations

from typing import Any, Final

import altair as alt

from cxanalysis.charts.parts.caption import caption_of
from cxanalysis.charts.parts.dot_plot import DotPlotFrame, DotRow, dot_plot
from cxanalysis.charts.tokens import Mode
from cxanalysis.metrics.response.answered import Answered
from cxanalysis.numbers import count, percent, points

#: More differences than this are read by nobody; the largest are drawn, the table has all.
MOST_ROWS: Final = 12


def answered(
    result: Answered, *, mode: Mode = "light", width: int | None = None, caption: bool = True
) -> alt.LayerChart:
    """Standardised differences between those who answered and the others, largest first.

    Parameters
    ----------
    result : Answered
    mode, width, caption
        As in `estimates`.
    """
    further = [f"{count(result.n_answered)} answered, {count(result.n_not)} did not"]
    further += [f"The {MOST_ROWS} first of {len(result.table)} rows"] if len(result.table) > MOST_ROWS else []
    rows = [_gap({str(k): v for k, v in row.items()}) for row in result.table.head(MOST_ROWS).to_dict("records")]
    said = caption_of(result, *further) if caption else ""
    frame = DotPlotFrame(title="Answered more often to the right, in standard deviations", caption=said)
    return dot_plot(rows, frame, mode, width)


def _gap(row: dict[str, Any]) -> DotRow:
    sure = row["low"] > 0 or row["high"] < 0
    level = isinstance(row["level"], str)
    shares = f"{percent(row['answered'])} against {percent(row['not_answered'])}" if level else ""
    words = points(row["difference"], row["low"], row["high"], sign=True)
    return DotRow(
        name=f"{row['field']}: {row['level']}" if level else str(row["field"]),
        value=float(row["difference"]),
        low=float(row["low"]),
        high=float(row["high"]),
        number=words,
        quiet=shares,
        note="" if sure else "cannot tell from none",
        tone="this" if sure else "rest",
        tips=(
            ("difference", words),
            ("answered", count(int(row["n_answered"]))),
            ("did not", count(int(row["n_not"]))),
        ),
    )
