"""The table under a driver analysis: all numbers, each column explained in a manager's words."""

from __future__ import annotations

from typing import Final

import streamlit as st

import cxanalysis as cx
from cxanalysis.labels import in_words

_NUMBER = st.column_config.NumberColumn

#: Column of `Drivers.table` → its heading and explanation, in the order shown.
COLUMNS: Final = {
    "driver": st.column_config.TextColumn("Driver", pinned=True),
    "at_stake": _NUMBER(
        "Points at stake", format="%.2f", help="Points of the outcome lost to it: how often × how much"
    ),
    "at_stake_low": _NUMBER("… low", format="%.2f", help="Lower end of the interval of the points at stake"),
    "at_stake_high": _NUMBER("… high", format="%.2f", help="Upper end of the interval of the points at stake"),
    "mean": _NUMBER(
        "How often, or average", format="%.3f", help="A failure: share of answers it touches. A rating: its mean"
    ),
    "effect": _NUMBER(
        "Effect per case", format="%.2f", help="Change of the outcome where it happens, all other drivers equal"
    ),
    "effect_low": _NUMBER("… low", format="%.2f", help="Lower end of the effect's interval"),
    "effect_high": _NUMBER("… high", format="%.2f", help="Upper end of the effect's interval"),
    "share": _NUMBER(
        "Share of importance", format="percent", help="Its part of everything the drivers explain; adds up to 100 %"
    ),
    "share_low": _NUMBER("… low", format="percent", help="Lower end of the share's interval"),
    "share_high": _NUMBER("… high", format="percent", help="Upper end of the share's interval"),
    "importance": _NUMBER(
        "Importance (R²)", format="%.4f", help="How much of the differences between answers it explains"
    ),
    "rank_low": _NUMBER("Best rank", format="%d", help="The best place it takes when the data are resampled"),
    "rank_high": _NUMBER("Worst rank", format="%d", help="The worst place it takes when the data are resampled"),
    "p_first": _NUMBER("First in", format="percent", help="In how many resamples it is the most important driver"),
    "q_value": _NUMBER(
        "q", format="%.3f", help="Below 0.05: hardly chance, even though several drivers were looked at"
    ),
    "p_value": _NUMBER("p", format="%.3f", help="How often chance alone would give such an effect"),
    "vif": _NUMBER("Overlap (VIF)", format="%.1f", help="Above 5, it is hard to tell apart from the other drivers"),
    "flags": st.column_config.ListColumn("Remarks", help="Explained in the notes above"),
}


def show_table(result: cx.Drivers) -> None:
    """All numbers of a driver analysis."""
    st.subheader("All numbers", anchor=False)
    st.dataframe(
        in_words(result.table, result.labels),
        hide_index=True,
        column_order=list(COLUMNS),
        column_config=COLUMNS,
        height="content" if len(result.table) <= 12 else 460,
        alt=f"All numbers of the driver analysis of {result.outcome}",
    )
