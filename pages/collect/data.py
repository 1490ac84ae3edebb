"""Data: what came in, what was recognised, and what follows from it."""

from __future__ import annotations

import streamlit as st

import cxanalysis as cx
from cxanalysis.steps.plain_names import checked_name
from pages.parts import access, problems, results
from pages.parts.data import (
    arrival,
    card,
    done,
    made_of,
    personal_card,
    sample_company,
    upload,
    watched_folders,
    welcome,
)
from pages.parts.words import count, listed, plain


def page() -> None:
    """Draw the page."""
    workspace = access.workspace()
    staged = access.staging(workspace)
    if not workspace.tables and not staged.tables:
        welcome.show(workspace)
        if workspace.folders:  # before there is a table, files are dropped: one thing to do
            watched_folders.show(workspace)
        done.offer_undo(workspace)
        return
    results.title("What do we know about our customers?")
    results.sentence(headline(workspace, staged))
    upload.receive(workspace, "Add files")
    watched_folders.show(workspace)
    done.offer_undo(workspace)
    for name in list(staged.tables):
        with problems.calmly("showing a file that waits"):
            staged_card(workspace, staged, staged.tables[name])
    if workspace.tables:
        st.markdown(plain(cx.what_follows(workspace.tables).headline))
    for name in list(workspace.tables):
        with problems.calmly("showing a table"):
            kept_card(workspace, workspace.tables[name])
    sample_company.offer(workspace)


def headline(workspace: cx.Workspace, staged: cx.Workspace) -> str:
    """What is in, in one sentence."""
    tables = list(workspace.tables.values())
    inside = [f"{t.name} ({count(t.n_rows, 'row')})" for t in tables]
    parts = [f"{count(len(tables), 'table')} in: {listed(inside, most=4)}." if tables else ""]
    if waiting := len(staged.tables):
        parts.append(f"{count(waiting, 'table')} {'waits' if waiting == 1 else 'wait'} for your confirmation.")
    return " ".join(part for part in parts if part)


def staged_card(workspace: cx.Workspace, staged: cx.Workspace, table: cx.Table) -> None:
    """A file that was read and waits to be confirmed."""
    key = f"staged.{table.name}"
    # What comes in is compared with what is there, not what the file held: a pseudonym with pseudonyms.
    safe, origin = personal_card.protected(workspace, table, key, staged.origin(table.name))
    found = arrival.known(workspace, safe, origin)
    with st.container(border=True, key=f"card.{key}"):
        st.markdown(card.summary(table))
        hidden = personal_card.choose(workspace, table, key)
        if found is not None and found.name in workspace.tables:
            if not arrival.show(workspace, staged, safe, origin, found, key):
                return
        elif found is not None and found.drift.same and safe is table:
            table = arrival.take_over(workspace, staged, table, found)
            results.say(f"Read as {found.file} was: nothing to confirm.")
        card.edit(table, key, staged.update, opened=True, hidden=hidden)
        st.text_input("Name in the workspace", table.name, key=f"{key}.name", max_chars=60)
        with st.container(horizontal=True):
            st.button(
                "Add to workspace",
                type="primary",
                key=f"{key}.add",
                on_click=_add,
                args=(workspace, staged, table.name, f"{key}.name"),
            )
            if found is None or found.name not in workspace.tables:
                st.button("Discard", key=f"{key}.discard", on_click=arrival.discard, args=(staged, table.name))


def kept_card(workspace: cx.Workspace, table: cx.Table) -> None:
    """A table in the workspace."""
    key = f"kept.{table.name}"
    with st.container(border=True, key=f"card.{key}", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(card.summary(table), width="content")
            with st.container(horizontal=True, width="content", gap="medium", vertical_alignment="center"):
                opened = st.toggle("Show and change", key=f"{key}.open")
                st.button(
                    "Remove", type="tertiary", key=f"{key}.remove", on_click=_remove, args=(workspace, table.name)
                )
        if stale := workspace.outdated(table.name):
            results.faint(f"Made from {plain(listed(stale))}, which changed since: link again to bring it up to date.")
        if opened:
            card.edit(table, key, workspace.update, opened=True)
        else:
            results.faint(card.recognised(table))
        if not isinstance(workspace.origin(table.name), cx.Step):
            made_of.show(workspace, table, key)


def _add(workspace: cx.Workspace, staged: cx.Workspace, name: str, name_key: str) -> None:
    with problems.calmly("adding a table"):
        wanted = checked_name(str(st.session_state.get(name_key, name)).strip() or name)
        table, origin = personal_card.protected(workspace, staged.tables[name], f"staged.{name}", staged.origin(name))
        workspace.add(table, name=wanted, origin=origin)
        workspace.remember(wanted)
        staged.forget(name)


def _remove(workspace: cx.Workspace, name: str) -> None:
    with problems.calmly("removing a table"):
        version = next(v.number for v in workspace.history(name) if v.in_use)
        workspace.remove(name)
        done.removed(name, version)


with problems.calmly("showing the data"):
    page()
