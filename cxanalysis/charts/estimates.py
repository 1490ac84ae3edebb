"""A metric drawn: alone, by group, over time, or over time by group."""

from __future__ import annotations

import re
from typing import Any

import altair as alt
import pandas as pd

from cxanalysis.charts.parts.caption import caption_of
from cxanalysis.charts.parts.dot_plot import DotPlotFrame, DotRow, dot_plot
from cxanalysis.charts.parts.group_name import MOST_GROUPS, group_name
from cxanalysis.charts.parts.panels import MOST_PANELS, Panel, Point, panels
from cxanalysis.charts.tokens import Mode
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.numbers import MINUS, count, known, percent, plain, points
from cxanalysis.problem import Problem


def estimates(
    result: Estimates, *, mode: Mode = "light", width: int | None = None, caption: bool = True
) -> alt.LayerChart:
    """A metric with its interval: one dot, a dot for each group, a line over time, or a panel for each group.

    Parameters
    ----------
    result : Estimates
    mode : "light" or "dark"
    width : int, optional
        Whole width in pixels; None fills the container.
    caption : bool
        Whether n, period, interval and method stand under the chart.

    Returns
    -------
    LayerChart
        One value: on the metric's whole scale. Groups: highest first. Over time: the line with the interval of every
        period, n in the tooltip; with groups, a panel each (the largest six), all others in grey behind.

    Raises
    ------
    Problem
        If there is not one value to draw.
    """
    table = result.table[pd.to_numeric(result.table["value"], errors="coerce").notna()]
    if table.empty:
        raise Problem("there is no value to draw", where=result.passport.name, do="Check which answers were left out")
    lines = [caption_of(result)] if caption else []
    if "period" in result.by:
        return _over_time(result, table, lines, mode, width)
    if not result.by:
        ends = scale_of(result.passport.unit) or scale_of(result.passport.definition)
        frame = DotPlotFrame(title=_title(result), domain=ends, zero=False, caption=" · ".join(lines))
        return dot_plot([_row(result, row, plain(result.passport.name)) for row in _rows(table)], frame, mode, width)
    if len(table) > MOST_GROUPS:
        lines.append(f"The {MOST_GROUPS} largest of {len(table)} groups.")
        table = table.nlargest(MOST_GROUPS, "n")
    table = table.sort_values("value", ascending=False, kind="stable")
    rows = [_row(result, row, group_name(row, result.by)) for row in _rows(table)]
    return dot_plot(rows, DotPlotFrame(title=_title(result), zero=False, caption=" · ".join(lines)), mode, width)


def scale_of(unit: str) -> tuple[float, float] | None:
    """The ends of a metric's scale, where its passport's unit names them.

    Examples
    --------
    >>> scale_of("points, -100 to 100"), scale_of("% of answers"), scale_of("seconds")
    ((-100.0, 100.0), (0.0, 100.0), None)
    """
    ends = re.search(r"([-−]?\d+(?:\.\d+)?) to ([-−]?\d+(?:\.\d+)?)", unit)
    if ends:
        low, high = (float(end.replace("−", "-")) for end in ends.groups())
        return (low, high) if low < high else None
    return (0.0, 100.0) if unit.lstrip().startswith("%") else None


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]


def _title(result: Estimates) -> str:
    return plain(f"{result.passport.name}, {re.sub(r'-(?=[0-9])', MINUS, result.passport.unit)}")


def _row(result: Estimates, row: dict[str, Any], name: str) -> DotRow:
    words = points(row["value"], row["low"], row["high"])
    interval = known(row["low"], row["high"])
    total = row["n"] + row["n_missing"]
    return DotRow(
        name=name,
        value=float(row["value"]),
        low=float(row["low"]) if interval else None,
        high=float(row["high"]) if interval else None,
        number=words,
        quiet=f"n = {count(int(row['n']))}",
        note="" if interval else "too few answers for an interval",
        tone="this" if interval else "rest",
        tips=(
            (plain(result.passport.name), words),
            ("n", count(int(row["n"]))),
            ("no answer", f"{count(int(row['n_missing']))} ({percent(row['n_missing'] / total if total else 0)})"),
        ),
    )


def _over_time(
    result: Estimates, table: pd.DataFrame, lines: list[str], mode: Mode, width: int | None
) -> alt.LayerChart:
    """A panel for each group, or one if there are none."""
    when = pd.to_datetime(table["period"], errors="coerce", utc=True)
    if when.isna().any():
        undated = int(table["n"][when.isna()].sum())
        lines.append(f"{count(undated)} answers without a date are not drawn.")
        table, when = table[when.notna()], when[when.notna()]
    if table.empty:
        raise Problem("no value has a date", where=result.passport.name, do="Look at it without periods")
    table = table.assign(period=when).sort_values("period", kind="stable")
    by = tuple(column for column in result.by if column != "period")
    groups: dict[str, list[Point]] = {}
    sizes: dict[str, int] = {}
    for row in _rows(table):
        name = group_name(row, by) if by else _title(result)
        groups.setdefault(name, []).append(_point(row))
        sizes[name] = sizes.get(name, 0) + int(row["n"])
    largest = sorted(groups, key=lambda name: (-sizes[name], name))
    if len(largest) > MOST_PANELS:
        lines.append(f"The {MOST_PANELS} largest of {len(largest)} groups.")
    shown = [Panel(name, tuple(groups[name])) for name in largest[:MOST_PANELS]]
    title = _title(result) if by else ""
    return panels(shown, title=title, caption=" · ".join(lines), mode=mode, width=width)


def _point(row: dict[str, Any]) -> Point:
    interval = known(row["low"], row["high"])
    return Point(
        when=row["period"].to_pydatetime(),
        value=float(row["value"]),
        low=float(row["low"]) if interval else None,
        high=float(row["high"]) if interval else None,
        words=points(row["value"], row["low"], row["high"]),
        n=int(row["n"]),
    )
