"""A table as a card: what was recognised, and everything about it that can be changed by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

import cxanalysis as cx
from cxanalysis import vocabulary
from pages.parts import problems, results
from pages.parts.data import codes, column_grid
from pages.parts.words import count, plain

#: Rows of a table that are shown to recognise it by.
FIRST_ROWS: Final = 8
#: Roles whose columns are named on a card, and how; of each role so many at most.
NAMED_ROLES: Final = ("nps", "csat", "ces", "date", "customer", "order", "weight")
ROLE_NAMES: Final = {"nps": "NPS", "csat": "CSAT", "ces": "CES"}
MOST_NAMED: Final = 3
#: Roles whose columns are counted on a card.
COUNTED_ROLES: Final = (
    ("flag", "yes/no", "yes/no"),
    ("rating", "rating", "ratings"),
    ("category", "category", "categories"),
    ("number", "number", "numbers"),
    ("amount", "amount", "amounts"),
    ("text", "text", "texts"),
    ("ignore", "column left out", "columns left out"),
)

#: What keeps a changed table.
Apply = Callable[[cx.Table], object]


def kind_name(kind: str | None) -> str:
    """A kind as people say it."""
    return "kind not known yet" if kind is None else kind.replace("_", " ")


def summary(table: cx.Table) -> str:
    """Name, kind and size in one line of Markdown."""
    unsure = [c for c, (confidence, _) in table.reasons.items() if confidence < column_grid.LIKELY]
    facts = [f"**{plain(table.name)}**", kind_name(table.kind), count(table.n_rows, "row")]
    if unsure:
        facts.append(f"{count(len(unsure), 'column')} to check")
    return " · ".join(facts)


def recognised(table: cx.Table) -> str:
    """What the columns are: scores, dates and keys by name, the rest counted (Markdown)."""
    words = []
    for role in NAMED_ROLES:
        for column in table.columns_of(role)[:MOST_NAMED]:
            scale = table.scales.get(column)
            rated = f" {scale.describe()}" if scale is not None and role in column_grid.RATED else ""
            doubt = "" if table.reasons.get(column, (1.0, ""))[0] >= column_grid.LIKELY else " (please check)"
            named = "" if column == role else f" → {ROLE_NAMES.get(role, role)}"
            words.append(f"{plain(column, longest=40)}{named}{rated}{doubt}")
    words += [count(len(found), one, many) for role, one, many in COUNTED_ROLES if (found := table.columns_of(role))]
    return " · ".join(words)


def edit(table: cx.Table, key: str, apply: Apply, *, opened: bool, hidden: frozenset[str] = frozenset()) -> None:
    """Everything about a table that can be changed: kind, codes for "no answer", roles and scales.

    Columns that are `hidden` (what is personal and will not be kept) are not among the first rows shown.
    """
    results.faint(recognised(table))
    codes.switches(table, key, apply)
    kind_key = f"{key}.kind"
    kinds = [None, *vocabulary.KINDS] if table.kind is None else list(vocabulary.KINDS)
    if kind_key not in st.session_state or st.session_state[kind_key] not in kinds:
        st.session_state[kind_key] = table.kind
    st.selectbox(
        "One row is",
        kinds,
        key=kind_key,
        format_func=lambda kind: "please choose" if kind is None else f"{vocabulary.KINDS[kind]} ({kind_name(kind)})",
        on_change=_kind_changed,
        args=(table, kind_key, apply),
    )
    with st.expander(f"Columns: roles and scales ({len(table.columns)})", expanded=opened):
        column_grid.grid(table, key, apply)
    with st.expander("First rows"), problems.calmly("showing the first rows"):
        shown = [column for column in table.columns if column not in hidden]
        st.dataframe(table.frame[shown].head(FIRST_ROWS), hide_index=True, alt=f"First rows of {table.name}")
        if hidden:
            results.faint(f"{count(len(hidden), 'column')} with personal data not shown.")
    if table.notes:
        with st.expander(f"What was done while reading ({len(table.notes)})"):
            st.markdown("\n".join(f"- {plain(note)}" for note in table.notes))


def _kind_changed(table: cx.Table, key: str, apply: Apply) -> None:
    with problems.calmly("changing the kind"):
        if st.session_state[key] is not None:
            apply(table.with_(kind=st.session_state[key], notes=[f"It is {st.session_state[key]}, by hand."]))
