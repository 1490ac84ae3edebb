"""Folders whose files are taken in as they come and change: chosen, looked into while the page is open, given up."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import streamlit as st

import cxanalysis as cx
from cxanalysis.workspace.look import Look, Waiting
from pages.parts import access, problems, results
from pages.parts.data import upload
from pages.parts.words import count, plain, short

#: Seconds between two looks while the page is open.
EVERY: Final = 10
#: What the last look that found something had to say.
_FOUND: Final = "watched.found"
_FOLDER: Final = "watched.folder"


def show(workspace: cx.Workspace) -> None:
    """Draw the folders; look into them now and every few seconds."""
    if access.signs_in():
        return  # a folder of the server is nobody's own: only where one person uses it may it be read
    folders = workspace.folders
    if folders:
        _look(workspace)
    label = f"Watched folder: {short(folders[0].name, 40)}" if len(folders) == 1 else "Watched folders"
    with st.expander(label if folders else "Watch a folder", key="watched.open"):
        if not folders:
            results.say(
                "Files in it are taken in as they come and change, as long as this page is open. A file that looks "
                "like one before joins its table; every other one waits for you."
            )
        for place, folder in enumerate(folders):
            with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                st.markdown(plain(folder), width="stretch")
                st.button(
                    "Stop watching",
                    type="tertiary",
                    key=f"watched.stop.{place}",
                    on_click=_stop,
                    args=(workspace, folder),
                )
        _waiting(workspace)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input("Folder on this computer", key=_FOLDER, placeholder="such as ~/Exports")
            st.button("Watch", key="watched.add", on_click=_watch, args=(workspace,))


@st.fragment(run_every=EVERY)
def _look(workspace: cx.Workspace) -> None:
    """Look, and draw the page anew if something came."""
    with problems.calmly("looking into the watched folders"):
        look = workspace.look()
        if look.changed:
            st.session_state[_FOUND] = look
            stage(workspace, look.waiting)
            st.rerun()
        with st.container(horizontal=True, vertical_alignment="center", key="watched.look"):
            _say(look)
            st.button("Look now", type="tertiary", key="watched.now")


def _say(look: Look) -> None:
    """What the last look that found something said, and what this one could not read."""
    found: Look | None = st.session_state.get(_FOUND)
    files = count(look.n, "file")
    told = look if len(look.table) or found is None else found
    results.faint(f"Watched: {files}. {plain(told.headline)}")
    for note in look.notes:
        results.faint(plain(note))


def _waiting(workspace: cx.Workspace) -> None:
    """Files that were put aside, each with its reason and a button that reads it."""
    held = _held(access.staging(workspace))
    for place, one in enumerate(w for w in workspace.waiting if w.path.name not in held):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"{plain(one.path.name)} waits: {plain(one.reason)}", width="stretch")
            st.button("Read it", key=f"watched.read.{place}", on_click=_read, args=(workspace, one))


def _held(staged: cx.Workspace) -> set[str]:
    origins = [staged.origin(name) for name in staged.tables]
    return {origin.file for origin in origins if isinstance(origin, cx.FileOrigin)}


def stage(workspace: cx.Workspace, files: Iterable[Waiting]) -> None:
    """Let files wait on the page like uploaded ones; an earlier state of the same file waits no longer."""
    every, staged = list(files), access.staging(workspace)
    for one in every:
        for name in list(staged.tables):
            origin = staged.origin(name)
            if isinstance(origin, cx.FileOrigin) and one.before and origin.sha256 == one.before:
                staged.forget(name)
    opened = [_named(one.path) for one in every if one.path.exists()]
    try:
        if opened:
            st.session_state[upload.SAID] = upload.stage(workspace, opened)
    finally:
        for file in opened:
            file.close()


def _named(path: Path) -> io.BufferedReader:
    """An open file that is called as people call it, without its folder."""
    raw = io.FileIO(path)
    raw.name = path.name
    return io.BufferedReader(raw)


def _read(workspace: cx.Workspace, one: Waiting) -> None:
    with problems.calmly("reading a file of a watched folder"):
        stage(workspace, [one])


def _watch(workspace: cx.Workspace) -> None:
    with problems.calmly("watching a folder"):
        named = str(st.session_state.get(_FOLDER, "")).strip()
        if not named:
            raise cx.Problem("no folder is named", do="Type or paste its path, such as ~/Exports")
        workspace.watch(named)
        st.session_state[_FOLDER] = ""


def _stop(workspace: cx.Workspace, folder: Path) -> None:
    with problems.calmly("giving up a folder"):
        workspace.unwatch(folder)
        st.session_state.pop(_FOUND, None)
