"""The section "Catalogue": every metric in a table, the one that is open with its passport, history and form."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

import cxanalysis as cx
from pages.parts import problems, results, state
from pages.parts.metrics import metric_form, metric_import, metric_passport
from pages.parts.words import count, plain, short

OPEN: Final = "metrics.open"
ALL: Final = "all departments"
_TABLE: Final[dict[str, Any]] = {
    "name": st.column_config.TextColumn("Metric", pinned=True),
    "department": "Department",
    "owner": "Answers for it",
    "lacks": st.column_config.ListColumn("Lacks", help="What its passport does not say"),
    "here": st.column_config.CheckboxColumn("Computed here", help="Whether tables of this workspace give it"),
    "branch": "Branch",
    "next": st.column_config.DateColumn("Next review"),
}
#: Field of an entry → what is said of it where it is lacking.
LACKS: Final = {
    "definition": "definition",
    "denominator": "denominator",
    "tracked_by": "who tracks it",
    "owner": "who answers for it",
    "reviewed": "a review",
}


def draw(workspace: cx.Workspace) -> None:
    """The list, the open metric, and the ways to add one."""
    entries = workspace.catalogue.entries
    st.header(plain(_headline(workspace)), anchor=False)
    shown = _filtered(entries, workspace.catalogue.departments)
    _table(shown)
    if shown:
        keys = [entry.key for entry in shown]
        state.seed(OPEN, keys[0], keys)
        names = {entry.key: _unique(entry, shown) for entry in shown}
        key = st.selectbox("Passport of", keys, key=OPEN, format_func=names.__getitem__)
        with problems.calmly("showing the passport"):
            metric_passport.draw(workspace, workspace.catalogue[key])
    with st.expander("Add metrics"), problems.calmly("adding a metric"):
        metric_form.add(workspace)
        metric_import.receive(workspace)
    _archived(workspace)
    metric_import.code(workspace, ["workspace.catalogue.table"], "metrics.list.code")


def _headline(workspace: cx.Workspace) -> str:
    entries = workspace.catalogue.entries
    departments = len({entry.department for entry in entries if entry.department})
    of = f" of {count(departments, 'department')}" if departments else ""
    without = [not entry.owner for entry in entries]
    owners = "each has somebody who answers for it"
    if any(without):
        owners = "nobody answers for any of them" if all(without) else f"nobody answers for {sum(without)} of them"
    here = [entry.computed_here for entry in entries]
    computed = (
        "all are" if all(here) else f"{sum(here)} {'is' if sum(here) == 1 else 'are'}" if any(here) else "none is"
    )
    return f"{count(len(entries), 'metric')}{of}; {owners}, and {computed} computed here."


def _filtered(entries: tuple[cx.Entry, ...], departments: tuple[str, ...]) -> list[cx.Entry]:
    """What the filter leaves."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input("Find", key="metrics.find", placeholder="a name, owner, system …")
        options = [ALL, *departments]
        state.seed("metrics.department", ALL, options)
        department = st.selectbox("Department", options, key="metrics.department", format_func=short)
        lacking = st.toggle("Only with gaps", key="metrics.lacking", help="Those whose passport lacks something")
    wanted = words.casefold().split()
    return [
        entry
        for entry in entries
        if department in (ALL, entry.department)
        and (entry.lacks or not lacking)
        and all(word in _text(entry) for word in wanted)
    ]


def _text(entry: cx.Entry) -> str:
    fields = (
        entry.name,
        entry.definition,
        entry.formula,
        entry.source,
        entry.department,
        entry.owner,
        entry.tracked_by,
    )
    return " ".join(fields).casefold()


def _table(shown: list[cx.Entry]) -> None:
    if not shown:
        results.say("No metric matches; clear the filter to see all.")
        return
    rows: list[dict[str, Any]] = [
        {
            "name": entry.name,
            "department": entry.department,
            "owner": entry.owner,
            "branch": entry.branch,
            "here": entry.computed_here,
            "lacks": [LACKS[name] for name in entry.lacks],
            "next": entry.next_review(),
        }
        for entry in shown
    ]
    st.dataframe(
        rows,
        hide_index=True,
        column_order=list(_TABLE),
        column_config=_TABLE,
        key="metrics.list.table",
        on_select=_selected,
        selection_mode="single-row",
        alt=f"{len(shown)} metrics with department, owner and what they lack",
    )
    st.session_state["metrics.shown"] = [entry.key for entry in shown]


def _selected() -> None:
    """Open the metric whose row was chosen."""
    rows = st.session_state["metrics.list.table"]["selection"]["rows"]
    keys = st.session_state.get("metrics.shown", [])
    if rows and rows[0] < len(keys):
        st.session_state[OPEN] = keys[rows[0]]


def _unique(entry: cx.Entry, shown: list[cx.Entry]) -> str:
    same = sum(other.name == entry.name for other in shown) > 1
    return short(f"{entry.name} ({entry.department or entry.key})" if same else entry.name)


def _archived(workspace: cx.Workspace) -> None:
    archived = workspace.catalogue.archived
    if not archived:
        return
    with st.expander(f"Archived ({len(archived)})"):
        for entry in archived:
            with st.container(horizontal=True, vertical_alignment="center"):
                results.say(plain(entry.name))
                st.button("Restore", key=f"metrics.restore.{entry.key}", on_click=_restore, args=(entry.key,))


def _restore(key: str) -> None:
    from pages.parts.access import workspace

    with problems.calmly("restoring the metric"):
        workspace().catalogue.restore(key)
