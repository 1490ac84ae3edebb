"""The tables of the page on who answered."""

from __future__ import annotations

from typing import Any

import streamlit as st

import cxanalysis as cx
from cxanalysis import vocabulary

_NUMBER = st.column_config.NumberColumn


def rates(found: cx.Estimates) -> None:
    """Every rate and every count, a row a group."""
    order = [*found.by, "published", *vocabulary.RESPONSE_RATES, *vocabulary.DISPOSITIONS]
    columns: dict[str, Any] = {
        name: _NUMBER(name if name.startswith("RR") else f"over {name}", format="%.1f")
        for name in vocabulary.RESPONSE_RATES
    }
    columns |= {
        letter: _NUMBER(letter, format="localized", help=words) for letter, words in vocabulary.DISPOSITIONS.items()
    }
    columns["published"] = _NUMBER("Published", format="%.0f")
    with st.expander("All rates and counts"):
        st.dataframe(
            found.detail,
            hide_index=True,
            column_order=[name for name in order if name in found.detail],
            column_config=columns,
            alt="Every response rate in percent and the number of invitations of each outcome, by group",
        )


def differences(found: cx.Answered) -> None:
    """Every field with both sides."""
    with st.expander("All numbers"):
        st.dataframe(
            found.table,
            hide_index=True,
            column_config={
                "field": st.column_config.TextColumn("Field", pinned=True),
                "level": st.column_config.TextColumn("Group"),
                "answered": _NUMBER("Answered", format="%.3f", help="Share, or mean; dates in days since 1970"),
                "not_answered": _NUMBER("Did not", format="%.3f", help="Share, or mean; dates in days since 1970"),
                "difference": _NUMBER("Difference", format="%.2f", help="In standard deviations"),
                "low": _NUMBER("From", format="%.2f"),
                "high": _NUMBER("To", format="%.2f"),
                "n_answered": _NUMBER("n answered", format="localized"),
                "n_not": _NUMBER("n did not", format="localized"),
                "n_missing": _NUMBER("Not known", format="localized"),
            },
            alt="Each field among those who answered and those who did not",
        )


def shares(made: cx.Weights) -> None:
    """What the weights bring the answers to."""
    with st.expander("Shares before and after"):
        st.dataframe(
            made.table,
            hide_index=True,
            column_config={
                "field": st.column_config.TextColumn("Field", pinned=True),
                "level": st.column_config.TextColumn("Group"),
                "n": _NUMBER("Answers", format="localized"),
                "target": _NUMBER("Of everybody", format="percent"),
                "answers": _NUMBER("Of the answers", format="percent"),
                "weighted": _NUMBER("Weighted", format="percent"),
            },
            alt="Share of each group among everybody, among the answers and among the weighted answers",
        )
