"""Metrics: which numbers we steer by, who answers for them, what they shall reach, what they add up to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

import cxanalysis as cx
from pages.parts import access, problems, results, state
from pages.parts.metrics import metric_audit, metric_goals, metric_import, metric_list, metric_tree

#: Section → what its button says, and what draws it.
SECTIONS: Final[dict[str, tuple[str, Callable[[cx.Workspace], None]]]] = {
    "catalogue": ("Catalogue", metric_list.draw),
    "audit": ("Audit", metric_audit.draw),
    "goals": ("Goals", metric_goals.draw),
    "tree": ("Tree and index", metric_tree.draw),
}


#: The section's name in the address.
SHOWN: Final = "show"


def page() -> None:
    """Draw the page."""
    results.title("Which numbers do we steer by, and who answers for them?")
    workspace = access.workspace()
    if metric_import.waiting(workspace):
        metric_import.confirm(workspace)
        return
    if not workspace.catalogue:
        metric_import.begin(workspace)
        return
    names = list(SECTIONS)
    if SHOWN not in st.session_state and SHOWN not in st.query_params:
        # An address with a step in it, and no section, means the index.
        st.session_state[SHOWN] = "tree" if state.PARAMETER in st.query_params else names[0]
    chosen = st.segmented_control(
        "Section",
        names,
        required=True,
        key=SHOWN,
        label_visibility="collapsed",
        format_func=lambda name: SECTIONS[name][0],
        bind="query-params",
    )
    if chosen != "tree":
        st.query_params.pop(state.PARAMETER, None)  # or a refresh would go to the index
    with problems.calmly("drawing this section"):
        SECTIONS[chosen or names[0]][1](workspace)


with problems.calmly("showing the metrics"):
    page()
