"""Every metric that the tables at hand can measure, as tiles; and what the others would need."""

from __future__ import annotations

from typing import Final

import streamlit as st

import cxanalysis as cx
from pages.parts import problems, results, tile
from pages.parts.run import run
from pages.parts.words import count, plain

#: Metrics that stand above as scores, or that need a column to be chosen.
ELSEWHERE: Final = frozenset({"nps", "csat", "ces", "rating"})


def show(workspace: cx.Workspace, key: str) -> list[cx.Step]:
    """A switch, and behind it the tiles: measuring all of them takes a moment. Hands back what was run."""
    known = cx.metrics(workspace.tables).table.to_dict("records")
    can = [row for row in known if row["measurable"] and row["metric"] not in ELSEWHERE]
    if not can:
        return []
    if not st.toggle(f"All other metrics ({len(can)})", key=key, persist_state="session"):
        return []
    steps = []
    with st.container(horizontal=True):
        for row in can:
            step = cx.Step("metric", tuple(row["tables"]), {"name": row["metric"], **row["arguments"]})
            with problems.calmly(f"measuring {row['title']}"):
                result = run(workspace.tables, step, f"Measuring {row['title']}")
                tile.show(workspace, step, result, name=row["title"])
                steps.append(step)
    lacking = [row for row in known if not row["measurable"]]
    if lacking:
        with st.expander(f"Not measured yet: {count(len(lacking), 'metric')}"):
            st.markdown("\n".join(f"- {plain(row['title'])}: {plain(row['missing'])}" for row in lacking))
    results.faint("Each with its own period and table; the Metrics page has their passports, owners and goals.")
    return steps
