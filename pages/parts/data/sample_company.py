"""The sample company in one click: its tables, and the link between its answers and what happened."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

import cxanalysis as cx
from cxanalysis import vocabulary
from pages.parts import places, problems
from pages.parts.words import count, plain

#: The sample's tables are called by their kinds.
NAMES: Final = frozenset(vocabulary.KINDS)
#: What the linked table is called.
LINKED: Final = "survey_linked"

#: When each failure of the sample happens: the moment the customer's expectation breaks. As in `sample_data`.
LINK: Final[dict[str, Any]] = {
    "on": "customer",
    "answered": "answered",
    "happened": [
        {
            "late": "promised",
            "claim": "claim_opened",
            "invoice_corrected": "invoice_corrected_on",
            "returned": "returned_on",
            "slot_changed": "ordered",
        },
        "opened",
    ],
    "window_days": 60,
    "flags": [
        ["late", "claim", "invoice_corrected", "returned", "slot_changed"],
        ["second_contact", "technical_fault"],
    ],
    "absent": ["missing", "none"],
}


def offer(workspace: cx.Workspace, *, primary: bool = False) -> None:
    """The button, as long as the sample's tables would not take the place of others."""
    if NAMES & set(workspace.tables):
        return
    about = "A company that does not exist: two years of all it knows"
    if st.button("Try the sample company", type="primary" if primary else "secondary", key="sample", help=about):
        with problems.calmly("loading the sample company"):
            with st.status("Reading the sample company's tables", expanded=True) as status:
                load(workspace, status)
            st.switch_page(places.OVERVIEW)


def load(workspace: cx.Workspace, status: Any) -> None:
    """Add every table of the sample and the linked answers, saying what is being done."""
    tables = cx.load_sample("company")
    for place, (name, table) in enumerate(tables.items(), 1):
        status.update(label=f"Adding {plain(name)}, {place} of {len(tables)}")
        workspace.add(table)
        st.write(f"{plain(name)}: {count(table.n_rows, 'row')}")
    status.update(label="Linking answers to failures")
    step = cx.Step("link", ("survey", "operations", "contacts"), {**LINK, "other_windows": True})
    workspace.add(step.run(workspace.tables).table, name=LINKED, origin=step)
    workspace.steps.save(step, page="links")
