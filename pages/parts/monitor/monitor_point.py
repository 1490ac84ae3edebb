"""From a point of the monitor's chart to the answers behind it."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

import cxanalysis as cx
from cxanalysis.labels import in_words
from cxanalysis.metrics.metric_headline import named_period
from pages.parts import problems, results, state
from pages.parts.monitor import monitor_choices
from pages.parts.run import run

#: Periods offered: the newest; older ones are reached by the step in the address or in the notebook.
MOST: Final = 200
_NUMBER = st.column_config.NumberColumn


def draw(page: state.Page, tables: dict[str, cx.Table], step: cx.Step, found: cx.Control) -> cx.Step | None:
    """Choose a period, read its answers."""
    rows_are = f"{found.counts}s"
    st.subheader(f"The {rows_are} behind a point", anchor=False)
    rows = found.table[found.table["n"] > 0].iloc[::-1].head(MOST).to_dict("records")
    options = {str(row["period"].date()): _named(row, found.every) for row in rows}
    if not options:
        results.say(f"There is no period with {rows_are}.")
        return None
    # The latest signal is what somebody comes for; without one, the latest period.
    signals = [str(row["period"].date()) for row in rows if row["signal"]]
    state.seed(page.key("point"), signals[0] if signals else next(iter(options)), list(options))
    period = st.selectbox("Period", list(options), key=page.key("point"), format_func=options.__getitem__)
    asked = monitor_choices.behind_of(step, period)
    with problems.calmly(f"fetching the {rows_are}"):
        behind = run(tables, asked, f"Fetching the {rows_are}")
        results.say(behind.headline)
        if len(behind.flags):
            _flags(behind)
        st.dataframe(
            behind.table,
            hide_index=True,
            height=320,
            column_config=_columns(behind),
            alt=f"{len(behind.table)} of {behind.n} {rows_are} of the period, without columns that point at a person",
        )
        results.quiet(behind.notes)
        return asked
    return None


def _columns(behind: cx.Behind) -> dict[str, Any]:
    """Each column by what it is called; the first one is the date."""
    first, *others = map(str, behind.table.columns)
    day = st.column_config.DateColumn(behind.labels.get(first, first), format="D MMM YYYY", width=100)
    return {first: day} | {name: st.column_config.Column(behind.labels.get(name, name)) for name in others}


def _named(row: dict[Any, Any], every: str) -> str:
    """A period with what is to be said about it."""
    mark = f" · {row['signal']}" if row["signal"] else "" if row["complete"] else " · not complete"
    return f"{named_period(row['period'], every)}{mark} · n = {int(row['n']):,}"


def _flags(behind: cx.Behind) -> None:
    """What had gone wrong in this period, and otherwise."""
    st.dataframe(
        in_words(behind.flags, behind.labels, "flag"),
        hide_index=True,
        column_order=["flag", "share", "elsewhere", "difference", "difference_low", "difference_high", "cases"],
        column_config={
            "flag": st.column_config.TextColumn("What went wrong", pinned=True),
            "share": _NUMBER("In this period, %", format="%.1f"),
            "elsewhere": _NUMBER("Otherwise, %", format="%.1f"),
            "difference": _NUMBER("Difference", format="%.1f"),
            "difference_low": _NUMBER("from", format="%.1f"),
            "difference_high": _NUMBER("to", format="%.1f"),
            "cases": _NUMBER(f"{behind.counts.capitalize()}s", format="localized"),
        },
        alt=f"Share of {behind.counts}s with each failure in this period and in all others",
    )
