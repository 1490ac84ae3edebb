"""Chart of an index under other weights."""

from __future__ import annotations

import altair as alt

from cxanalysis.catalogue.index_result import Index
from cxanalysis.charts import tokens
from cxanalysis.charts.parts.caption import captioned
from cxanalysis.charts.parts.dot_plot import DotPlotFrame, DotRow, dot_plot
from cxanalysis.charts.parts.of_group import of_group
from cxanalysis.numbers import THIN, count, known, number, plain


def weightings(
    result: Index, *, mode: tokens.Mode = "light", width: int | None = None, caption: bool = True
) -> alt.LayerChart:
    """The index under other weights: as chosen, equal, derived, each component left out, and the range of random ones.

    Parameters
    ----------
    result : Index
        With one group; of several, the first is drawn.
    mode, width, caption
        As in `index`.

    Returns
    -------
    LayerChart
    """
    first = {name: result.table.iloc[0][name] for name in result.by}
    table = of_group(result.sensitivity.table, first)
    ranges = of_group(result.sensitivity.ranges, first).iloc[0]
    chosen = result.table.iloc[0]
    rows = [
        DotRow(
            name=plain(row["variant"]),
            value=float(row["value"]),
            low=float(chosen["low"]) if row["variant"] == "as chosen" and known(chosen["low"]) else None,
            high=float(chosen["high"]) if row["variant"] == "as chosen" and known(chosen["high"]) else None,
            number=number(row["value"], 1),
            quiet="" if row["variant"] == "as chosen" else f"{number(row['change'], 1, sign=True)} points",
            tone="this" if row["variant"] == "as chosen" else "rest",
        )
        for row in table.to_dict("records")
    ]
    tried = result.sensitivity.weightings
    rows.append(
        DotRow(
            name=f"{count(tried)} random weightings",
            value=float(chosen["value"]),
            low=float(ranges["low"]),
            high=float(ranges["high"]),
            number=f"{number(ranges['low'], 1)} to {number(ranges['high'], 1)}",
            quiet=f"middle 95{THIN}%",
            tone="ink",
            apart=True,
        )
    )
    line = "The line at “as chosen” is its interval; the one below is how far other weights would move it."
    frame = DotPlotFrame(title="index points, 0 to 100", zero=False, caption=captioned(result, [line], caption=caption))
    return dot_plot(rows, frame, mode, width)
