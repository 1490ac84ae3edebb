"""The files that a table is made of, each with what it did and a button that takes it out again."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import streamlit as st

import cxanalysis as cx
from pages.parts import results
from pages.parts.data import done
from pages.parts.words import count, plain

#: From so many files on the list scrolls.
MOST_SHOWN: Final = 8
HEIGHT: Final = 360


def show(workspace: cx.Workspace, table: cx.Table, key: str) -> None:
    """Draw the list; one file alone is a quiet line."""
    every = workspace.imports(table.name)
    if len(every) == 1:
        if every[0].sha256:
            results.faint(f"From {plain(every[0].file, longest=60)} · {_what(every[0])}")
        return
    opened = f"{key}.imports"
    with (
        st.expander(f"Made of {count(len(every), 'file')}"),
        st.container(height=HEIGHT if len(every) > MOST_SHOWN else "content", border=False, key=opened),
    ):
        for one in reversed(every):
            with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                with st.container(width="stretch", gap=None):
                    st.markdown(plain(one.file, longest=60), help=_notes(one))
                    results.faint(_what(one))
                st.button(
                    "Undo",
                    type="tertiary",
                    key=f"{key}.undo.{one.number}",
                    on_click=done.undo,
                    args=(workspace, table.name, one.number),
                    help="Takes this file's rows out again; what they had replaced comes back",
                )


def _what(one: cx.Import) -> str:
    """When a file came and what it did."""
    did = [f"{one.added:,} added"]
    did += [f"{one.replaced:,} replaced"] if one.replaced else []
    did += [f"{one.unchanged:,} already there"] if one.unchanged else []
    did += [f"{one.overlapping:,} of them like rows already there"] if one.overlapping else []
    if one.rows < one.added + one.replaced:
        did.append(f"{one.rows:,} still in use")
    when = datetime.fromisoformat(one.when).astimezone().strftime("%d %b %Y, %H:%M") if one.when else ""
    return " · ".join(part for part in (when, ", ".join(did)) if part)


def _notes(one: cx.Import) -> str | None:
    if not one.notes:
        return None
    shown = [f"- {plain(note, longest=200)}" for note in one.notes[:12]]
    return "What was done to it:\n\n" + "\n".join(shown)
