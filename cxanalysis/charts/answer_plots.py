"""Who answered, drawn: response rates beside the published ones, answerers against the others, weights and none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import altair as alt
import numpy as np

from cxanalysis.charts.caption import caption_of
from cxanalysis.charts.estimate_plots import estimates, group_name
from cxanalysis.charts.ranked import Frame, Row, ranked
from cxanalysis.charts.tokens import Mode
from cxanalysis.metrics.beside import WEIGHTED, Beside
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.response.answered import Answered
from cxanalysis.numbers import THIN, count, known, number, percent, plain, points

#: More differences than this are read by nobody; the largest are drawn, the table has all.
MOST_ROWS: Final = 12


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
    frame = Frame(title="Response rate, % (tick: published)", zero=False, caption=caption_of(result) if caption else "")
    return ranked(rows, frame, mode, width)


def _rate(row: dict[str, Any], published: float, by: tuple[str, ...]) -> Row:
    there, interval = not np.isnan(published), known(row["low"], row["high"])
    words = percent(row["value"] / 100, row["low"] / 100, row["high"] / 100)
    return Row(
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
    lines = [f"{count(result.n_answered)} answered, {count(result.n_not)} did not"]
    lines.append(f"{100 * result.confidence:g}{THIN}% intervals")
    if len(result.table) > MOST_ROWS:
        lines.append(f"The {MOST_ROWS} first of {len(result.table)} rows")
    rows = [_gap({str(k): v for k, v in row.items()}) for row in result.table.head(MOST_ROWS).to_dict("records")]
    frame = Frame(title="Answered more often to the right, in standard deviations")
    return ranked(rows, replace(frame, caption=" · ".join(lines) if caption else ""), mode, width)


def _gap(row: dict[str, Any]) -> Row:
    sure = row["low"] > 0 or row["high"] < 0
    level = isinstance(row["level"], str)
    shares = f"{percent(row['answered'])} against {percent(row['not_answered'])}" if level else ""
    words = points(row["difference"], row["low"], row["high"], sign=True)
    return Row(
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
            Row(
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
    return ranked(
        rows,
        replace(Frame(title=title, zero=False), caption=caption_of(result.weighted) if caption else ""),
        mode,
        width,
    )
