"""What needs somebody: alerts nobody has seen, goals not reached, faults of the catalogue; each leads to its page."""

from __future__ import annotations

import streamlit as st

import cxanalysis as cx
from pages.parts import places, problems, results
from pages.parts.metrics import metric_goals
from pages.parts.monitor import monitor_alerts
from pages.parts.words import count, listed, plain


def show(workspace: cx.Workspace) -> None:
    """One line a reason; one calm line if there is none."""
    lines: list[tuple[str, str]] = []
    with problems.calmly("looking for what needs somebody"):
        lines = [*_alerts(workspace), *_goals(workspace), *_catalogue(workspace)]
    st.subheader("What needs somebody", anchor=False)
    if not lines:
        results.say("Nothing that this workspace watches, aims at or has in its catalogue.")
    for place, (text, page) in enumerate(lines):
        with st.container(horizontal=True, vertical_alignment="center", key=f"needs.{place}"):
            st.markdown(plain(text), width="stretch")
            st.page_link(page, label="Look")


def _alerts(workspace: cx.Workspace) -> list[tuple[str, str]]:
    if not len(workspace.watched):
        return []
    found = monitor_alerts.look(workspace, dict(workspace.tables), "week")
    if found is None:
        return []
    new, _ = monitor_alerts.split(workspace, found[1])
    return [(f"{count(len(new), 'alert')} nobody has seen: {found[1].headline}", str(places.MONITOR))] if new else []


def _goals(workspace: cx.Workspace) -> list[tuple[str, str]]:
    judged = {metric: metric_goals.judge(workspace, metric, goal) for metric, goal in workspace.goals.items()}
    missed = [metric for metric, status in judged.items() if status is not None and status.state == "not reached"]
    if not missed:
        return []
    return [(f"{count(len(missed), 'goal')} not reached: {listed(missed, most=3)}.", str(places.METRICS))]


def _catalogue(workspace: cx.Workspace) -> list[tuple[str, str]]:
    if not workspace.catalogue:
        return []
    found = cx.audit(workspace.catalogue)
    return [(found.headline, str(places.METRICS))] if len(found.table) else []
