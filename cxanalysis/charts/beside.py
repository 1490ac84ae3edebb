"""Chart of a metric as answered and weighted."""

from __future__ import annotations

import altair as alt

from cxanalysis.charts.parts.caption import captioned
from cxanalysis.charts.parts.dot_plot import DotPlotFrame, DotRow, dot_plot
from cxanalysis.charts.tokens import Mode
from cxanalysis.metrics.beside import WEIGHTED, Beside
from cxanalysis.numbers import count, known, plain, points


def beside(result: Beside, *, mode: Mode = "light", width: int | None = None, caption: bool = True) -> alt.LayerChart:
    """A metric as answered and weighted.

    Parameters
    ----------
    result : Beside
    mode, width, caption
        As in `estimates`.
    """
    rows = []
    for row in result.table.to_dict("records"):
        words = points(row["value"], row["low"], row["high"])
        interval = known(row["low"], row["high"])
        rows.append(
            DotRow(
                name=str(row["answers"]),
                value=float(row["value"]),
                low=float(row["low"]) if interval else None,
                high=float(row["high"]) if interval else None,
                number=words,
                quiet=f"tells as much as {count(round(row['n_eff']))}" if known(row["n_eff"]) else "",
                tone="this" if row["answers"] == WEIGHTED else "rest",
                tips=(("value", words), ("n", count(int(row["n"])))),
            )
        )
    title = plain(f"{result.weighted.passport.name}, {result.weighted.passport.unit}")
    said = captioned(result.weighted, [], caption=caption)
    return dot_plot(rows, DotPlotFrame(title=title, zero=False, caption=said), mode, width)
