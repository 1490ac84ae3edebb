"""Every metric that the tables at hand can measure, as tiles; and what the others would need."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

import cxanalysis as cx
from pages.parts import problems, results
from pages.parts.metrics import lifetime, tile
from pages.parts.run import run
from pages.parts.words import count, plain

#: Metrics that stand above as scores, or that need a column to be chosen.
ELSEWHERE: Final = frozenset({"nps", "csat", "ces", "rating"})
#: Worked out by a model, which takes seconds.
SLOW: Final = frozenset({"lifetime_value"})


def known(workspace: cx.Workspace) -> list[dict[Any, Any]]:
    """Every metric that does not stand above as a score: what measures it, or what it lacks."""
    rows = cx.metrics(workspace.tables).table.to_dict("records")
    return [row for row in rows if row["metric"] not in ELSEWHERE]


def switch(workspace: cx.Workspace, key: str) -> list[dict[Any, Any]]:
    """A switch; what is to be shown and what cannot be, if it is on."""
    rows = known(workspace)
    can = sum(row["measurable"] for row in rows)
    if not can or not st.toggle(f"All other metrics ({can})", key=key, persist_state="session"):
        return []
    return rows


def show(workspace: cx.Workspace, rows: list[dict[Any, Any]]) -> list[cx.Step]:
    """A tile a metric; those that take long come last. Hands back what was run."""
    if not rows:
        return []
    steps = []
    progress = st.progress(0.0)
    can = sorted((row for row in rows if row["measurable"]), key=lambda row: row["metric"] in SLOW)
    with st.container(horizontal=True):
        for number, row in enumerate(can, start=1):
            chosen = lifetime.chosen() if row["metric"] == lifetime.METRIC else {}
            step = cx.Step("metric", tuple(row["tables"]), {"name": row["metric"], **row["arguments"], **chosen})
            progress.progress((number - 1) / len(can), f"Measuring {row['title']} ({number} of {len(can)})")
            with problems.calmly(f"measuring {row['title']}"):
                result = run(workspace.tables, step, f"Measuring {row['title']}")
                tile.show(workspace, step, result, name=row["title"])
                steps.append(step)
    progress.empty()
    for row in can:
        if row["metric"] == lifetime.METRIC:
            steps += lifetime.show(workspace, row)
    lacking = [row for row in rows if not row["measurable"]]
    if lacking:
        with st.expander(f"Not measured yet: {count(len(lacking), 'metric')}"):
            st.markdown("\n".join(f"- {plain(row['title'])}: {plain(row['missing'])}" for row in lacking))
    results.faint("Each with its own period and table; the Metrics page has their passports, owners and goals.")
    return steps
