"""The table under a link: each failure, how often it hit an answer, and what another window would give."""

from __future__ import annotations

from typing import Final

import streamlit as st

import cxanalysis as cx

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
