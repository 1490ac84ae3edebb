"""The section "Audit": findings as cards, the worst first, each with what to do, and a way to overrule it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

import cxanalysis as cx
from pages.parts import access, problems, results
from pages.parts.metrics import metric_import
from pages.parts.words import plain, short

#: How much a finding matters → the heading over such findings.
HEADINGS: Final = {"misleads": "Misleads", "weakens": "Weakens", "to know": "Good to know"}
#: So many findings of one kind are named at once; the others on request.
SHOWN: Final = 6


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
        for check in dict.fromkeys(row["check"] for row in alike):
            _card([row for row in alike if row["check"] == check])
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


def _card(rows: list[dict[str, Any]]) -> None:
    """Findings of one check: what they are, what to do; where they concern metrics, a reason can overrule one."""
    first = rows[0]
    with st.container(border=True, gap="small"):
        st.markdown(f"**{plain(first['check'].capitalize())}**")
        if len(rows) == 1:
            results.say(plain(first["finding"]))
        else:
            lines = [f"- {plain(row['finding'])}" for row in rows]
            shown = lines if len(lines) <= SHOWN + 1 else lines[:SHOWN]
            st.markdown("\n".join(shown))
            if rest := lines[len(shown) :]:
                with st.expander(f"{len(rest)} more"):
                    st.markdown("\n".join(rest))
        results.faint(plain(f"{first['advice']}."))
        if first["keys"]:
            _doubt(rows)


def _doubt(rows: list[dict[str, Any]]) -> None:
    """Say that a finding does not hold, and why."""
    check = rows[0]["check"]
    with st.popover("This does not hold here", type="tertiary"), st.form(f"metrics.doubt.{check}", border=False):
        names = {".".join(row["keys"]): row for row in rows}
        chosen = st.selectbox(
            "For which metric?",
            list(names),
            key=f"metrics.which.{check}.{len(rows)}",
            format_func=lambda key: short(" and ".join(dict.fromkeys(names[key]["metrics"]))),
        )
        why = st.text_input("Why not?", key=f"metrics.why.{check}", help="Kept with the metric, with its date")
        if st.form_submit_button("Overrule", key=f"metrics.overrule.{check}"):
            with problems.calmly("overruling the finding"):
                _overrule(names[chosen]["keys"], check, why)
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
