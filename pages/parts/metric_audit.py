"""The section "Audit": findings as cards, the worst first, each with what to do, and a way to overrule it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

import cxanalysis as cx
from pages.parts import access, metric_import, problems, results
from pages.parts.words import plain

#: How much a finding matters → the heading over such findings.
HEADINGS: Final = {"misleads": "Misleads", "weakens": "Weakens", "to know": "Good to know"}


def draw(workspace: cx.Workspace) -> None:
    """What is wrong with the metrics."""
    with st.spinner("Looking at every metric", show_time=True):
        found = cx.audit(workspace.catalogue, tables=workspace.tables)
    st.header(plain(found.headline), anchor=False)
    rows: list[dict[str, Any]] = [{str(k): v for k, v in row.items()} for row in found.table.to_dict("records")]
    for severity, heading in HEADINGS.items():
        alike = [row for row in rows if row["severity"] == severity and not row["overruled"]]
        if alike:
            st.subheader(f"{heading} ({len(alike)})", anchor=False)
        for row in alike:
            _card(row)
    overruled = [row for row in rows if row["overruled"]]
    if overruled:
        st.subheader(f"Overruled ({len(overruled)})", anchor=False)
    for row in overruled:
        with st.container(border=True, gap="small"):
            results.faint(plain(row["finding"]))
            results.say(plain(f"Does not hold here: {row['reason']}"))
            st.button("Take it back", key=_key(row, "accept"), on_click=_accept, args=(row["keys"], row["check"]))
    results.notes(found.notes)
    lines = ["cx.audit(workspace.catalogue, tables=workspace.tables)"]
    metric_import.code(workspace, lines, "metrics.audit.code")


def _key(row: Mapping[str, Any], what: str) -> str:
    return f"metrics.{what}.{row['check']}.{'.'.join(row['keys'])}"


def _card(row: Mapping[str, Any]) -> None:
    """One finding: what it is, what to do; where it concerns metrics, a reason can overrule it."""
    with st.container(border=True, gap="small"):
        results.say(plain(row["finding"]))
        results.faint(plain(f"{row['advice']}."))
        if row["keys"]:
            with st.expander("This does not hold here"), st.form(_key(row, "form"), border=False):
                why = st.text_input("Why not?", key=_key(row, "why"), help="Kept with the metric, with its date")
                if st.form_submit_button("Overrule", key=_key(row, "overrule")):
                    with problems.calmly("overruling the finding"):
                        _overrule(row["keys"], row["check"], why)
                        st.rerun()


def _overrule(keys: list[str], check: str, why: str) -> None:
    workspace = access.workspace()
    for key in keys:
        workspace.catalogue.overrule(key, check, why)


def _accept(keys: list[str], check: str) -> None:
    with problems.calmly("taking it back"):
        workspace = access.workspace()
        for key in keys:
            workspace.catalogue.accept(key, check)
