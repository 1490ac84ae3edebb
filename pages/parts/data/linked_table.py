"""The table under a link: each failure, how often it hit an answer, and what another window would give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

import cxanalysis as cx
from cxanalysis import numbers
from pages.parts import results

_NUMBER = st.column_config.NumberColumn

#: Column of `Linked.summary` → its heading and explanation, in the order shown.
COLUMNS: Final = {
    "failure": st.column_config.TextColumn("Failure", pinned=True),
    "table": st.column_config.TextColumn("From"),
    "prevalence": st.column_config.ProgressColumn(
        "Answers hit", format="percent", min_value=0, max_value=1, help="Share of the answers for which it is known"
    ),
    "answers_hit": _NUMBER("Number hit", format="localized", help="Answers with this failure in the window"),
    "answers": _NUMBER("Known for", format="localized", help="Answers for which it can be known whether it happened"),
    "prevalence_half": _NUMBER("Half the window", format="percent", help="Share of answers hit with half the window"),
    "prevalence_double": _NUMBER(
        "Double the window", format="percent", help="Share of answers hit with double the window"
    ),
    "event_prevalence": _NUMBER(
        "Of all rows", format="percent", help="Share of all rows of the table with this failure"
    ),
    "customer_prevalence": _NUMBER(
        "Of all customers", format="percent", help="Share of the table's customers it ever hit"
    ),
    "events": _NUMBER("Failures", format="localized", help="Failures in the table, each event counted once"),
    "on_no_answer": _NUMBER(
        "On no answer", format="localized", help="Failures that no answer followed within the window"
    ),
    "after_answer": _NUMBER(
        "After the answer", format="localized", help="Of these, after the customer's answer: they never count"
    ),
    "happened": st.column_config.TextColumn("Happens at", help="The date column at which it happens"),
    "if_due": _NUMBER(
        "Hit if at the promised time", format="localized", help="Answers hit if it happened when promised"
    ),
    "if_closed": _NUMBER(
        "Hit if at the actual time", format="localized", help="Answers hit if it happened when finished"
    ),
    "same_day_moved": _NUMBER(
        "Same day", format="localized", help="Answers that would change if the day of the answer counted"
    ),
    "undated": _NUMBER("Undated", format="localized", help="Failures without a date: they cannot be placed"),
}


def show_summary(linked: cx.Linked) -> None:
    """All numbers of a link."""
    st.subheader("All numbers", anchor=False)
    st.dataframe(
        linked.summary,
        hide_index=True,
        column_order=list(COLUMNS),
        column_config=COLUMNS,
        alt="Each failure with the number of answers it hit",
    )


#: Column of `Linked.windows` → its heading and explanation, in the order shown.
WINDOW_COLUMNS: Final = {
    "failure": st.column_config.TextColumn("Failure", pinned=True),
    "window_days": _NUMBER("Window in days", format="%g"),
    "prevalence": st.column_config.ProgressColumn(
        "Answers hit", format="percent", min_value=0, max_value=1, help="Share of the answers for which it is known"
    ),
    "low": _NUMBER("… low", format="percent", help="Lower end of its 95 % interval, clustered by customer"),
    "high": _NUMBER("… high", format="percent", help="Upper end of its 95 % interval"),
    "answers": _NUMBER("Known for", format="localized", help="Answers whose own window the events cover"),
    "known_share": _NUMBER("… of all answers", format="percent", help="How many answers the window leaves to look at"),
}


def show_windows(linked: cx.Linked) -> None:
    """How much depends on the window: each failure with a quarter of it, half, once, double and four times."""
    rows = linked.windows.to_dict("records")
    if not rows:
        return
    st.subheader("How much depends on the window?", anchor=False)
    first = max(
        rows, key=lambda row: row["prevalence"] if row["times"] == 1 and numbers.known(row["prevalence"]) else -1
    )
    mine = {row["times"]: row for row in rows if row["failure"] == first["failure"]}
    half, double = mine[0.5], mine[2.0]
    if numbers.known(half["prevalence"], double["prevalence"]):
        results.say(
            f"Within {half['window_days']:g} days {first['failure']} hits {_share(half)} of answers, "
            f"within {double['window_days']:g} days {_share(double)}."
        )
    st.dataframe(
        linked.windows,
        hide_index=True,
        column_order=list(WINDOW_COLUMNS),
        column_config=WINDOW_COLUMNS,
        alt="Share of answers hit by each failure, for five windows",
    )


def _share(row: Mapping[Any, Any]) -> str:
    return numbers.percent(row["prevalence"], row["low"], row["high"])
