"""Chart of customers or money at stake: one row a failure."""

from __future__ import annotations

from typing import Any, Final, Literal

import altair as alt

from cxanalysis.charts.parts.caption import captioned
from cxanalysis.charts.parts.dot_plot import DotPlotFrame, DotRow, dot_plot
from cxanalysis.charts.parts.driver_rows import CHANCE, PALE, named_rows, rank_ranges
from cxanalysis.charts.tokens import Mode
from cxanalysis.drivers.at_stake.at_stake_result import AtStake
from cxanalysis.drivers.cautions import SIGNIFICANT
from cxanalysis.labels import called
from cxanalysis.numbers import known, large, number, percent, points
from cxanalysis.problem import Problem

#: More rows than this are read by nobody; the rest is counted under the chart.
MOST_ROWS: Final = 15


def at_stake(
    result: AtStake,
    *,
    of: Literal["customers", "money"] = "customers",
    mode: Mode = "light",
    width: int | None = None,
    caption: bool = True,
    top: int = MOST_ROWS,
) -> alt.LayerChart:
    """How many customers, or how much money, go with each failure, and how sure that is.

    Parameters
    ----------
    result : AtStake
    of : "customers" or "money"
    mode : "light" or "dark"
    width : int, optional
        Whole width in pixels; None fills the container.
    caption : bool
        Whether n, base and confidence stand under the chart.
    top : int
        The most rows to draw.

    Returns
    -------
    LayerChart

    Raises
    ------
    Problem
        If money is asked for and no value was given.
    """
    if of not in ("customers", "money"):
        raise Problem(f"'{of}' cannot be drawn", do="Use 'customers' or 'money'")
    if of == "money" and result.value is None:
        raise Problem("nobody said what a customer is worth", do="Name value_per_customer=…")
    table = result.table.sort_values(of, ascending=False, kind="stable")
    ranks = rank_ranges(list(table[f"{of}_low"]), list(table[f"{of}_high"]))
    rows = [_row(row, of, rank, result) for row, rank in zip(named_rows(table), ranks, strict=True)]
    further = [f"{len(rows) - top} more failures are not drawn."] if len(rows) > top else []
    joint = [_together(result, of)] if len(rows) > 1 else []
    money = f"Money{f' in {result.currency}' if result.currency else ''}"
    title = f"{money if of == 'money' else 'Customers'} at stake, of {number(result.base)} customers"
    return dot_plot(
        [*rows[:top], *joint],
        DotPlotFrame(title=title, caption=captioned(result, further, caption=caption)),
        mode,
        width,
    )


def _row(row: Any, of: str, rank: str, result: AtStake) -> DotRow:
    value, low, high = (getattr(row, f"{of}{end}") for end in ("", "_low", "_high"))
    unsure = not known(low, high) or low <= 0 <= high
    chance = not known(row.q_value) or row.q_value >= SIGNIFICANT
    pale = PALE if unsure else CHANCE if chance else ""
    words, often = large(value, low, high), percent(row.prevalence)
    remarks = ", ".join([*([pale] if pale else []), *(str(flag) for flag in row.flags)])
    per_case = f"{points(row.effect, row.effect_low, row.effect_high, sign=True)} percentage points"
    return DotRow(
        name=called(row.driver, result),
        value=float(value),
        low=float(low) if known(low) else None,
        high=float(high) if known(high) else None,
        number=words,
        quiet=f"{often} · {number(row.effect, 1, sign=True)} points per case",
        note=remarks,
        rank=rank,
        tone="rest" if pale else "loss" if value > 0 else "gain",
        tips=(
            ("at stake", words),
            ("how often", often),
            ("loyalty, each case", per_case),
            ("share of all who leave", percent(row.paf, row.paf_low, row.paf_high)),
            ("remarks", remarks or "none"),
        ),
    )


def _together(result: AtStake, of: str) -> DotRow:
    joint = result.together
    ends = ("low", "high") if of == "customers" else ("money_low", "money_high")
    words = large(joint[of], joint[ends[0]], joint[ends[1]])
    return DotRow(
        name="together",
        value=joint[of],
        low=joint[ends[0]],
        high=joint[ends[1]],
        number=words,
        note="if none of these had happened",
        tone="ink",
        apart=True,
        tips=(
            ("at stake", words),
            ("how often", "–"),
            ("loyalty, each case", "–"),
            ("share of all who leave", "–"),
            ("remarks", "none"),
        ),
    )
