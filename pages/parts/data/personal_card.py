"""Personal data on the card of a file that waits: what was found, and what is done with it when it is added.

Nothing of it is in the workspace until somebody says "keep". What is chosen here is applied on the way in, by
`protected`, which every way of adding a file has to use.
"""

from __future__ import annotations

from typing import Final

import streamlit as st

import cxanalysis as cx
from cxanalysis import vocabulary
from pages.parts import results
from pages.parts.words import count, listed, plain

#: Tables whose findings are kept in memory, over all sessions; a finding is a few rows and holds no value.
FINDINGS_KEPT: Final = 50
#: What can be chosen for a whole column, and for what stands inside texts.
WHOLE: Final = ("pseudonym", "leave out", "keep")
INSIDE: Final = ("mask", "leave out", "keep")
#: How a choice is called.
CALLED: Final = {
    "pseudonym": "Replace by pseudonyms",
    "mask": "Cover it in the texts",
    "leave out": "Leave the column out",
    "keep": "Keep as it is",
}


@st.cache_data(max_entries=FINDINGS_KEPT, show_spinner="Looking for personal data")
def _found(token: str, _table: cx.Table) -> cx.Personal:
    return cx.personal(_table)


def found(table: cx.Table) -> cx.Personal:
    """What is personal in a table; looked for once for the same rows, roles and codes."""
    return _found(table.token, table)


def choose(workspace: cx.Workspace, table: cx.Table, key: str) -> frozenset[str]:
    """Say what was found and let each column be decided; gives the columns that are not to be shown."""
    personal = found(table)
    usual = proposed(workspace, table)
    columns = list(personal.choices)
    if not columns:
        return frozenset(column for column, action in usual.items() if action != "keep")
    st.markdown(f"**Personal data.** {plain(personal.headline)} {_promise(workspace, table, key, columns)}")
    rows = personal.table.to_dict("records")
    places = st.columns(min(2, len(columns)))
    for number, column in enumerate(columns):
        here = [row for row in rows if row["column"] == column]
        options = WHOLE if here[0]["where"] == "whole column" else INSIDE
        values = listed(count(row["values"], row["what"], vocabulary.PERSONAL_KINDS[row["what"]].many) for row in here)
        places[number % len(places)].selectbox(
            f"{plain(column, longest=40)}: {values}",
            options,
            index=options.index(usual[column]) if usual[column] in options else 0,
            key=_widget(key, column),
            format_func=lambda action: CALLED[action],
            help=plain("; ".join(str(row["reason"]) for row in here)),
            persist_state="session",
        )
    results.faint(
        "Until you add or discard it, the file waits as it is in a folder of yours; then that copy is deleted. "
        + plain(" ".join(personal.notes))
    )
    return frozenset(column for column, action in chosen(workspace, table, key).items() if action != "keep")


def proposed(workspace: cx.Workspace, table: cx.Table) -> dict[str, str]:
    """Column → what is done with it if nobody says otherwise: as in the files before, else as found."""
    return workspace.personal.choices_for(table, found(table))


def chosen(workspace: cx.Workspace, table: cx.Table, key: str) -> dict[str, str]:
    """Column → what is done with it: as chosen on the card, else as proposed."""
    usual = proposed(workspace, table)
    picked = {column: st.session_state.get(_widget(key, column), action) for column, action in usual.items()}
    return {
        column: action if action in vocabulary.PERSONAL_ACTIONS else usual[column] for column, action in picked.items()
    }


def protected(
    workspace: cx.Workspace, table: cx.Table, key: str, origin: cx.FileOrigin | cx.Step | None = None
) -> tuple[cx.Table, cx.FileOrigin | cx.Step | None]:
    """The table as it may enter the workspace, and its origin with what was done."""
    return workspace.personal.let_in(table, origin, chosen(workspace, table, key))


def _promise(workspace: cx.Workspace, table: cx.Table, key: str, columns: list[str]) -> str:
    kept = [column for column, action in chosen(workspace, table, key).items() if action == "keep"]
    if len(kept) == len(columns):
        return "It is kept as it is."
    return "It does not enter the workspace" + (f", but for {plain(listed(kept, most=3))}." if kept else ".")


def _widget(key: str, column: str) -> str:
    return f"{key}.personal.{column}"
