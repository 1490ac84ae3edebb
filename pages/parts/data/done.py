"""What was done last on the data page, in one sentence, as long as it can be undone with one button."""

from __future__ import annotations

from typing import Final

import streamlit as st

import cxanalysis as cx
from pages.parts import problems, results
from pages.parts.words import plain

#: The import that joined last: what it did, the table, its number (None if it added nothing).
_JOINED: Final = "data.joined"
#: The table taken away last, with the version it had.
_REMOVED: Final = "data.removed"


def say(sentence: str, name: str, number: int | None) -> None:
    """Remember what a file did that joined a table."""
    st.session_state[_JOINED] = (sentence, name, number)


def removed(name: str, version: int) -> None:
    """Remember that a table was taken away."""
    st.session_state[_REMOVED] = (name, version)


def offer_undo(workspace: cx.Workspace) -> None:
    """Show it, with the button that takes it back."""
    _offer_table(workspace)
    _offer_import(workspace)


def _offer_table(workspace: cx.Workspace) -> None:
    if _REMOVED not in st.session_state:
        return
    name, version = st.session_state[_REMOVED]
    if name in workspace.tables:
        del st.session_state[_REMOVED]
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"{plain(name)} is removed.")
        st.button("Undo", key="data.undo", on_click=_restore, args=(workspace, name, version))


def _offer_import(workspace: cx.Workspace) -> None:
    if _JOINED not in st.session_state:
        return
    sentence, name, number = st.session_state[_JOINED]
    there = name in workspace.tables
    if not there or (number is not None and number not in [one.number for one in workspace.imports(name)]):
        del st.session_state[_JOINED]
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        results.say(sentence)
        if number is not None:
            st.button("Undo", key="data.undo_import", on_click=undo, args=(workspace, name, number))


def _restore(workspace: cx.Workspace, name: str, version: int) -> None:
    with problems.calmly("bringing a table back"):
        workspace.restore(name, version)


def undo(workspace: cx.Workspace, name: str, number: int) -> None:
    """Take an import out of a table; if it was the only one, the table can be brought back."""
    with problems.calmly("taking a file out again"):
        version = next(v.number for v in workspace.history(name) if v.in_use)
        if workspace.undo(name, number) is None:
            removed(name, version)
