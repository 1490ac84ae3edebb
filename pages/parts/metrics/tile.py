"""A metric as a tile: value, interval, n, a small trend, and whether its goal is reached."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import streamlit as st

import cxanalysis as cx
from cxanalysis import numbers
from pages.parts import results
from pages.parts.words import plain, short

#: Periods in the small trend of a tile.
MOST_POINTS: Final = 24
#: Wide enough, in pixels, for a value with its interval and n; three of them fit beside each other.
_WIDTH: Final = 218
#: Characters of a unit that fit beside the value.
SHORT_UNIT: Final = 8
#: Columns of estimates that hold the numbers; the others name what is measured.
NUMBERS: Final = frozenset({"value", "low", "high", "n", "n_missing"})


def show(
    workspace: cx.Workspace, step: cx.Step, result: cx.Estimates, trend: Sequence[float] = (), *, name: str = ""
) -> None:
    """Draw one metric.

    Parameters
    ----------
    workspace : Workspace
        Holds the goal, if there is one.
    step : Step
        The step that measured it.
    result : Estimates
        Of one group; of several the first row is shown and named.
    trend : sequence of float
        The same metric over time, the oldest first.
    name : str
        How the tile is called; default: the metric and its column.
    """
    row = result.table.to_dict("records")[0]
    known = numbers.known(row["low"], row["high"])
    digits = numbers.digits(row["low"], row["high"]) if known else result.passport.decimals
    unit = result.passport.says
    behind = f"{numbers.THIN}%" if unit == "%" else f" {unit}" if unit and len(unit) <= SHORT_UNIT else ""
    # A long unit would be cut beside the large number: it stands with the small ones.
    more = [unit] if unit and len(unit) > SHORT_UNIT else []
    between = (
        f"[{numbers.number(row['low'], digits)}, {numbers.number(row['high'], digits)}]" if known else "no interval"
    )
    with st.container(border=True, gap="xxsmall", width=_WIDTH, key=f"tile.{_key(step)}"):
        st.metric(
            name or f"{result.passport.name}: {plain(result.score, longest=30)}",
            numbers.number(row["value"], digits) + behind if numbers.known(row["value"]) else "not reached",
            delta=f"{between} · n = {int(row['n']):,}",
            delta_color="off",
            delta_arrow="off",
            chart_data=list(trend)[-MOST_POINTS:] if len(trend) > 1 else None,
            help=plain(f"{result.passport.definition} {result.passport.formula}. Unit: {result.passport.unit}."),
        )
        if len(result.table) > 1:
            named = next((str(row[name]) for name in result.table.columns if name not in NUMBERS), "")
            more.append(f"{short(named, 40)}, the first of {len(result.table)}")
        if more:
            results.quiet(more)
        goal = workspace.goals.of(step)
        if goal is not None and len(result.table) == 1:
            results.faint(plain(_status(result, goal)))


def _status(result: cx.Estimates, goal: Any) -> str:
    found = cx.status(result, goal)
    more = found.table["more"].iloc[0]
    return found.words() + (f", about {int(more):,} more answers would tell" if numbers.known(more) else "")


def _key(step: cx.Step) -> str:
    return f"{step.call}.{'.'.join(step.tables)}.{abs(hash(step))}"
