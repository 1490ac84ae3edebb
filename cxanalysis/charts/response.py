"""Chart of response rates, beside the published ones."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np

from cxanalysis.charts.estimates import estimates
from cxanalysis.charts.parts.caption import captioned
from cxanalysis.charts.parts.dot_plot import DotPlotFrame, DotRow, dot_plot
from cxanalysis.charts.parts.group_name import group_name
from cxanalysis.charts.tokens import Mode
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.numbers import THIN, count, known, number, percent


def response(
    result: Estimates, *, mode: Mode = "light", width: int | None = None, caption: bool = True
) -> alt.LayerChart:
    """Response rates, each with a tick at the published rate where there is one.

    Parameters
    ----------
    result : Estimates
        Of `cx.response`.
    mode, width, caption
        As in `estimates`.
    """
    if "published" not in result.detail:
        return estimates(result, mode=mode, width=width, caption=caption)
    rows = []
    for own, more in zip(result.table.to_dict("records"), result.detail.to_dict("records"), strict=True):
        if known(own["value"]):
            rows.append(_rate({str(k): v for k, v in own.items()}, float(more["published"]), result.by))
    frame = DotPlotFrame(
        title="Response rate, % (tick: published)", zero=False, caption=captioned(result, [], caption=caption)
    )
    return dot_plot(rows, frame, mode, width)


def _rate(row: dict[str, Any], published: float, by: tuple[str, ...]) -> DotRow:
    there, interval = not np.isnan(published), known(row["low"], row["high"])
    words = percent(row["value"] / 100, row["low"] / 100, row["high"] / 100)
    return DotRow(
        name=group_name(row, by),
        value=float(row["value"]),
        low=float(row["low"]) if interval else None,
        high=float(row["high"]) if interval else None,
        against=published if there else None,
        number=words,
        quiet=f"published {number(published)}{THIN}%" if there else f"n = {count(int(row['n']))}",
        tips=(
            ("Response rate", words),
            ("published", f"{number(published)}{THIN}%" if there else "none"),
            ("invitations", count(int(row["n"]))),
        ),
    )
