"""A file that waits and whose shape is known: it is read as its table was, what differs is shown, one click adds it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Final

import streamlit as st

import cxanalysis as cx
from cxanalysis.workspace.appended import Appended
from cxanalysis.workspace.file_origin import Origin
from cxanalysis.workspace.shapes import Known
from pages.parts import problems, results
from pages.parts.data import done, personal_card
from pages.parts.words import plain

#: Looks at files that wait which are kept in memory, over all sessions.
LOOKS_KEPT: Final = 50
#: What may become of rows without an id that are there already → how that is said.
REPEATED: Final = {"add": "add them as well", "leave out": "leave them out"}
#: Columns of the table of differences → what they are called.
NAMED: Final = {
    "difference": st.column_config.TextColumn("What", width=130),
    "column": st.column_config.TextColumn("Column", width=90),
    "known": st.column_config.TextColumn("So far", width=120),
    "new": st.column_config.TextColumn("In this file", width=120),
    "effect": st.column_config.TextColumn("If you accept", width=170),
    "rows": st.column_config.NumberColumn("Rows", format="localized", width=70),
    "severity": st.column_config.TextColumn(
        "Weight", width=90, help="serious: spoils numbers; look: somebody should see it; harmless: nothing to do"
    ),
}
#: A new column that is none of the known ones.
OWN: Final = "a new column"


#: New column → known column; None leaves it to `cx.drift`.
Renamed = dict[str, str] | None


def known(workspace: cx.Workspace, table: cx.Table, origin: Origin | None) -> Known | None:
    """The remembered shape that a file which waits has, or is near to; None if there is none."""
    return _known(_key(workspace, table), workspace, table, origin)


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
    _renamed: Renamed,
) -> Appended:
    return _workspace.would_append(_table, name, origin=_origin, repeated=_repeated, renamed=_renamed)


@st.cache_data(max_entries=LOOKS_KEPT, show_spinner="Comparing it with the files before")
def _drift(key: str, _table: cx.Table, _shape: cx.Shape, _renamed: Renamed) -> cx.Drift:
    return cx.drift(_table, _shape, renamed=_renamed)


def _key(workspace: cx.Workspace, table: cx.Table, *more: object) -> str:
    """The file and everything it is compared with; two people's workspaces never meet."""
    parts = [str(workspace.path), table.token, table.name, workspace.tokens, more]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def show(
    workspace: cx.Workspace, staged: cx.Workspace, table: cx.Table, origin: Origin | None, found: Known, key: str
) -> bool:
    """Draw what is known about the file and what can be done; whether the person wants a table of its own instead.

    `table` is the file as it may come in, without the personal data that stays outside.
    """
    renamed = _chosen(table, found, key)
    if renamed is not None:
        found = replace(found, drift=_drift(_key(workspace, table, found.name, renamed), table, found.shape, renamed))
    _say_shape(found)
    _which_is_which(table, found, key)
    repeated = st.session_state.get(f"{key}.repeated")
    asked = _key(workspace, table, repeated, renamed)
    would = _would(asked, found.name, workspace, table, origin, repeated, renamed)
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
                args=(workspace, staged, table.name, found.name, repeated, renamed),
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


def _names_apart(table: cx.Table, found: Known) -> tuple[list[str], list[str]]:
    """Columns that only the file has, and columns that only the known table has."""
    own = tuple(map(str, table.raw.columns))
    known_ones = found.shape.columns
    return [c for c in own if c not in known_ones], [c for c in known_ones if c not in own]


def _chosen(table: cx.Table, found: Known, key: str) -> Renamed:
    """Which new column is which known one, if the person has said so."""
    came, _ = _names_apart(table, found)
    said = {column: st.session_state.get(f"{key}.is.{place}") for place, column in enumerate(came)}
    if not any(said.values()):
        return None
    usual = {column: found.drift.renamed.get(column, OWN) for column in came}
    now = {column: said[column] or usual[column] for column in came}
    chosen = {column: known_one for column, known_one in now.items() if known_one != OWN}
    if len(set(chosen.values())) < len(chosen):
        raise cx.Problem("two columns cannot both become the same one", do="Choose another one for one of them")
    return chosen


def _which_is_which(table: cx.Table, found: Known, key: str) -> None:
    """Where names differ: which new column is which known one, to be changed by hand."""
    came, gone = _names_apart(table, found)
    if not came or not gone:
        return
    with st.expander("Change which column is which"):
        for place, column in enumerate(came):
            st.selectbox(
                f"{plain(column, longest=60)} is",
                [OWN, *gone],
                index=[OWN, *gone].index(found.drift.renamed.get(column, OWN)),
                key=f"{key}.is.{place}",
            )


def _append(
    workspace: cx.Workspace, staged: cx.Workspace, name: str, target: str, repeated: str | None, renamed: Renamed
) -> None:
    with problems.calmly("adding a file to a table"):
        table, origin = personal_card.protected(workspace, staged.tables[name], f"staged.{name}", staged.origin(name))
        did = workspace.append(table, target, origin=origin, accept=True, repeated=repeated, renamed=renamed)
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
