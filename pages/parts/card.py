"""A table as a card: what was recognised, and everything about it that can be changed by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

import cxanalysis as cx
from cxanalysis.tables.kinds import KINDS
from pages.parts import columns, problems
from pages.parts.words import count, plain

#: Rows of a table that are shown to recognise it by.
FIRST_ROWS: Final = 8
#: Columns that are named on a card; the grid has them all.
MOST_NAMED: Final = 9
#: Role → how it is named on a card.
ROLE_NAMES: Final = {"nps": "NPS", "csat": "CSAT", "ces": "CES", "flag": "yes/no", "id": "row number"}

#: What keeps a changed table.
Apply = Callable[[cx.Table], object]


def kind_name(kind: str | None) -> str:
    """A kind as people say it."""
    return "kind not known yet" if kind is None else kind.replace("_", " ")


def summary(table: cx.Table) -> str:
    """Name, kind and size in one line of Markdown."""
    unsure = [c for c, (confidence, _) in table.reasons.items() if confidence < columns.LIKELY]
    facts = [f"**{plain(table.name)}**", kind_name(table.kind), count(table.n_rows, "row")]
    if unsure:
        facts.append(f"{count(len(unsure), 'column')} to check")
    return " · ".join(facts)


def recognised(table: cx.Table) -> str:
    """The columns that say something, each with its role: "csat → CSAT 1–5" (Markdown)."""
    telling = [c for c in table.columns if table.roles[c] not in ("ignore", "text")]
    words = []
    for column in telling[:MOST_NAMED]:
        role, scale = table.roles[column], table.scales.get(column)
        named = ROLE_NAMES.get(role, role)
        rated = f" {scale.describe()}" if scale is not None and role in columns.RATED else ""
        confidence = table.reasons.get(column, (1.0, ""))[0]
        doubt = "" if confidence >= columns.LIKELY else " (please check)"
        words.append(f"{plain(column, longest=40)} → {named}{rated}{doubt}")
    more = len(telling) - MOST_NAMED
    return ",  ".join(words) + (f" and {more} more" if more > 0 else "")


def edit(table: cx.Table, key: str, apply: Apply, *, opened: bool) -> None:
    """Everything about a table that can be changed: kind, codes for "no answer", roles and scales."""
    st.caption(recognised(table))
    codes(table, key, apply)
    kind_key = f"{key}.kind"
    kinds = [None, *KINDS] if table.kind is None else list(KINDS)
    if kind_key not in st.session_state or st.session_state[kind_key] not in kinds:
        st.session_state[kind_key] = table.kind
    st.selectbox(
        "One row is",
        kinds,
        key=kind_key,
        format_func=lambda kind: "please choose" if kind is None else f"{KINDS[kind]} ({kind_name(kind)})",
        on_change=_kind_changed,
        args=(table, kind_key, apply),
    )
    with st.expander(f"Columns: roles and scales ({len(table.columns)})", expanded=opened):
        columns.grid(table, key, apply)
    with st.expander("First rows"), problems.calmly("showing the first rows"):
        st.dataframe(table.frame.head(FIRST_ROWS), hide_index=True, alt=f"First rows of {table.name}")
    if table.notes:
        with st.expander(f"What was done while reading ({len(table.notes)})"):
            st.markdown("\n".join(f"- {plain(note)}" for note in table.notes))


def _kind_changed(table: cx.Table, key: str, apply: Apply) -> None:
    with problems.calmly("changing the kind"):
        if st.session_state[key] is not None:
            apply(table.with_(kind=st.session_state[key], notes=[f"It is {st.session_state[key]}, by hand."]))


def codes(table: cx.Table, key: str, apply: Apply) -> None:
    """A switch for each value that may stand for "no answer"."""
    for place, code in enumerate(table.codes):
        switch = f"{key}.code.{place}"
        st.session_state[switch] = code.applied
        times = "once" if code.count == 1 else f"{code.count:,} times"
        st.toggle(
            f"“{plain(code.code, longest=40)}” appears {times} in {plain(code.column, longest=40)}."
            " Treat as no answer?",
            key=switch,
            help=plain(code.reason),
            on_change=_code_changed,
            args=(table, place, switch, apply),
        )


def _code_changed(table: cx.Table, place: int, switch: str, apply: Apply) -> None:
    code = table.codes[place]
    with problems.calmly("changing a code for no answer"):
        apply(table.with_code(code.column, code.code, st.session_state[switch]))
