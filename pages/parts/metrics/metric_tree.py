"""The section "Tree and index": metrics in their places, and the one number that opens into them."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

import cxanalysis as cx
from cxanalysis import vocabulary
from pages.parts import access, problems, results, state
from pages.parts.metrics import metric_index
from pages.parts.words import plain, short

#: What indents a name in a table: a space that tables keep.
INDENT: Final = "\u2003"
_MOVED: Final = "metrics.tree.moved"
_PLACE: Final = "metrics.tree.place"
_TABLE: Final[dict[str, Any]] = {
    "name": st.column_config.TextColumn("Tree", pinned=True),
    "owner": "Answers for it",
    "department": "Department",
    "here": st.column_config.CheckboxColumn("Computed here"),
    "what": "What it measures",
}


def draw(workspace: cx.Workspace) -> None:
    """The index first, then the tree below it."""
    with problems.calmly("drawing the index"):
        metric_index.draw(workspace)
    st.subheader("The tree", anchor=False)
    with problems.calmly("drawing the tree"):
        _tree(workspace)


def _tree(workspace: cx.Workspace) -> None:
    found = cx.tree(workspace.catalogue)
    results.say(plain(found.headline))
    rows = [
        {
            "name": INDENT * node["depth"] + (node["name"] if node["depth"] else node["name"].capitalize()),
            "owner": node["owner"],
            "department": node["department"],
            "here": node["computed_here"] if node["key"] else None,
            "what": node["what"],
        }
        for node in found.table.to_dict("records")
    ]
    st.dataframe(
        rows, hide_index=True, column_config=_TABLE, alt=f"The tree of metrics. {found.headline}", height="content"
    )
    results.notes(found.notes)
    _move(workspace)


def _move(workspace: cx.Workspace) -> None:
    """Place a metric in a branch, or under another metric."""
    entries = {entry.key: entry for entry in workspace.catalogue.entries}
    with st.expander("Move a metric"):
        left, right = st.columns(2, vertical_alignment="bottom")
        state.seed(_MOVED, next(iter(entries)), list(entries))
        moved = left.selectbox("Metric", list(entries), key=_MOVED, format_func=lambda k: short(_named(entries[k])))
        places = [*vocabulary.BRANCHES, *(key for key in entries if key != moved)]
        now = entries[moved].under or entries[moved].branch
        key = f"{_PLACE}.{moved}.{now}"
        state.seed(key, now, places)
        place = right.selectbox(
            "Stands in, or under",
            places,
            key=key,
            format_func=lambda k: f"branch {k}" if k in vocabulary.BRANCHES else short(f"under {_named(entries[k])}"),
        )
        st.button("Move it", key="metrics.tree.move", on_click=_place, args=(moved, place))


def _named(entry: cx.Entry) -> str:
    return f"{entry.name} ({entry.department})" if entry.department else entry.name


def _place(moved: str, place: str) -> None:
    with problems.calmly("moving the metric"):
        catalogue = access.workspace().catalogue
        if place in vocabulary.BRANCHES:
            catalogue.change(moved, branch=place, under=None)
            return
        others = [entry for entry in catalogue.entries if entry.key != moved]
        cx.tree([*others, catalogue[moved].with_(under=place)])  # refuses a circle before it is kept
        catalogue.change(moved, under=place)
