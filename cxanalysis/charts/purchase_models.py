"""Chart of models of repeat buying: how far off each was on purchases that it had not seen."""

from __future__ import annotations

from typing import Any

import altair as alt

from cxanalysis.charts import tokens
from cxanalysis.charts.parts.caption import caption_of
from cxanalysis.charts.parts.dot_plot import DotPlotFrame, DotRow, dot_plot
from cxanalysis.metrics.repeat_buying.purchase_models_result import PurchaseModels
from cxanalysis.numbers import THIN, count, known, number, percent, points
from cxanalysis.problem import Problem


def purchase_models(
    result: PurchaseModels, *, mode: tokens.Mode = "light", width: int | None = None, caption: bool = True
) -> alt.LayerChart:
    """Would it have foreseen the purchases kept back? One row a model: by how much it expected too many or too few.

    Parameters
    ----------
    result : PurchaseModels
    mode : "light" or "dark"
    width : int, optional
        Whole width in pixels; None fills the container.
    caption : bool
        Whether n and confidence stand under the chart.

    Returns
    -------
    LayerChart
        At zero a model expected what came. Grey is everybody buying on at their past rate: what a model must beat.

    Raises
    ------
    Problem
        If no model could be checked.
    """
    checked = result.table[result.table["off"].notna()]
    if checked.empty:
        raise Problem("no model could be checked against purchases kept back", do="Use a longer log")
    rows = [_row(row) for row in checked.to_dict("records")]
    said = caption_of(result) if caption else ""
    frame = DotPlotFrame("expected above what came", suffix=f"{THIN}%", caption=said)
    return dot_plot(rows, frame, mode, width)


def _row(row: dict[Any, Any]) -> DotRow:
    valued = known(row["value"])
    value = f"{points(row['value'], row['low'], row['high'])} a customer" if valued else ""
    return DotRow(
        name=str(row["model"]) if valued else "everybody as before",
        value=100 * row["off"],
        low=100 * row["off_low"],
        high=100 * row["off_high"],
        number=percent(row["off"], row["off_low"], row["off_high"]),
        quiet=f"{number(row['expected'])}, came {count(int(row['counted']))}",
        note=value,
        tone="this" if valued else "rest",
        tips=(
            ("expected", number(row["expected"])),
            ("came", count(int(row["counted"]))),
            ("off per customer", number(row["error"], 2)),
        ),
    )
