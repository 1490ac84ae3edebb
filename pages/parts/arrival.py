"""A file that waits and whose shape is known: it is read as its table was, what differs is shown, one click adds it."""

from __future__ import annotations

import hashlib
import json
from typing import Final

import streamlit as st

import cxanalysis as cx
from cxanalysis.workspace.appended import Appended
from cxanalysis.workspace.origin import Origin
from cxanalysis.workspace.shapes import Known
from pages.parts import card, done, problems, results
from pages.parts.words import plain

#: Looks at files that wait which are kept in memory, over all sessions.
LOOKS_KEPT: Final = 50
#: What may become of rows without an id that are there already → how that is said.
REPEATED: Final = {"add": "add them as well", "leave out": "leave them out"}
#: Columns of the table of differences → what they are called.
NAMED: Final = {
    "difference": st.column_config.TextColumn("What", width="small"),
    "column": st.column_config.TextColumn("Column", width="small"),
    "known": st.column_config.TextColumn("So far", width="medium"),
    "new": st.column_config.TextColumn("In this file", width="medium"),
    "rows": st.column_config.NumberColumn("Rows", format="localized", width="small"),
    "severity": st.column_config.TextColumn(
        "Weight", width="small", help="serious: spoils numbers; look: somebody should see it; harmless: nothing to do"
    ),
    "effect": st.column_config.TextColumn("If you accept", width="medium"),
}


def known(workspace: cx.Workspace, staged: cx.Workspace, table: cx.Table) -> Known | None:
    """The remembered shape that a file which waits has, or is near to; None if there is none."""
    return _known(_key(workspace, table), workspace, table, staged.origin(table.name))


@st.cache_data(max_entries=LOOKS_KEPT, show_spinner="Comparing it with the files before")
def _known(key: str, _workspace: cx.Workspace, _table: cx.Table, _origin: Origin | None) -> Known | None:
    return _workspace.known(_table, _origin)


@st.cache_data(max_entries=LOOKS_KEPT, show_spinner="Comparing its rows with those that are there")
def _would(
    key: str,
    name: str,
    _workspace: cx.Workspace,
    _table: cx.Table,
    _origin: Origin | None,
    _repeated: str | None,
) -> Appended:
    return _workspace.would_append(_table, name, origin=_origin, repeated=_repeated)


def _key(workspace: cx.Workspace, table: cx.Table, *more: str | None) -> str:
    """The file and everything it is compared with; two people's workspaces never meet."""
    parts = [str(workspace.path), table.token, table.name, workspace.tokens, more]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def show(workspace: cx.Workspace, staged: cx.Workspace, table: cx.Table, found: Known, key: str) -> bool:
    """Draw what is known about the file and what can be done; whether the person wants a table of its own instead."""
    st.markdown(card.summary(table))
    origin = staged.origin(table.name)
    _say_shape(found)
    repeated = st.session_state.get(f"{key}.repeated")
    would = _would(_key(workspace, table, repeated), found.name, workspace, table, origin, repeated)
    results.say(would.headline)
    if would.overlapping or repeated is not None:
        st.segmented_control(
            "Rows that are there word for word",
            list(REPEATED),
            format_func=REPEATED.__getitem__,
            default="add",
            required=True,
            key=f"{key}.repeated",
            help="Two customers may answer alike: then add them. If each export holds the months before as well, "
            "leave them out.",
        )
    with st.container(horizontal=True, vertical_alignment="center"):
        if would.nothing:
            st.button("Discard", type="primary", key=f"{key}.discard", on_click=discard, args=(staged, table.name))
        else:
            word = "Add to" if found.drift.same else "Accept and add to"
            st.button(
                f"{word} {plain(found.name)}",
                type="primary",
                key=f"{key}.append",
                on_click=_append,
                args=(workspace, staged, table.name, found.name, repeated),
            )
            st.button("Discard", key=f"{key}.discard", on_click=discard, args=(staged, table.name))
        return st.toggle("Keep it as a table of its own", key=f"{key}.own")


def _say_shape(found: Known) -> None:
    if found.drift.same:
        results.say(f"Read as {found.file} was: nothing to confirm.")
        return
    results.say(found.drift.headline)
    st.dataframe(
        found.drift.table,
        hide_index=True,
        column_order=list(NAMED),
        column_config=NAMED,
        alt=f"What differs from {found.name}, one row a difference",
    )
    if found.drift.serious:
        results.faint(
            "What is called serious would spoil numbers. If the export was changed by mistake, discard this file and "
            "export it again."
        )


def _append(workspace: cx.Workspace, staged: cx.Workspace, name: str, target: str, repeated: str | None) -> None:
    with problems.calmly("adding a file to a table"):
        table = staged.tables[name]
        did = workspace.append(table, target, origin=staged.origin(name), accept=True, repeated=repeated)
        staged.forget(name)
        number = workspace.imports(target)[-1].number if did.kept is not None else None
        done.say(did.headline, target, number)


def discard(staged: cx.Workspace, name: str) -> None:
    """Take a file that waits away again."""
    with problems.calmly("discarding a file"):
        staged.forget(name)


def take_over(workspace: cx.Workspace, staged: cx.Workspace, table: cx.Table, found: Known) -> cx.Table:
    """The file under the decisions that were taken when its table was there; nobody has to take them again."""
    decided = workspace.as_known(table, found)
    if decided.token == table.token:
        return table
    return staged.add(decided, name=table.name, replace=True, origin=staged.origin(table.name))
