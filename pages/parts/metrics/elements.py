"""The six elements of customers' experience: a sentence and a small picture each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

import cxanalysis as cx
from cxanalysis import numbers, vocabulary
from pages.parts import pictures, problems, results
from pages.parts.run import run
from pages.parts.words import count, plain

#: Cards beside each other.
BESIDE: Final = 2


def table_for(workspace: cx.Workspace, name: str) -> str:
    """The table that knows most of these answers: one that links failures to them, else the answers themselves."""
    own = workspace.tables[name]
    if own.failures:
        return name
    for other in workspace.tables:
        origin = workspace.origin(other)
        linked = isinstance(origin, cx.Step) and origin.call == "link" and origin.tables[0] == name
        if linked and workspace.tables[other].failures:
            return other
    return name


def step_for(workspace: cx.Workspace, score: cx.Step) -> cx.Step:
    """The elements held against the score that another step measures."""
    table = table_for(workspace, score.tables[0])
    return score.carried_to("elements", outcome=score.arguments["score"]).on(table)


def show(workspace: cx.Workspace, score: cx.Step) -> list[cx.Step]:
    """Draw the six; what was run is handed back for code and notebook."""
    step = step_for(workspace, score)
    st.subheader("Six elements", anchor=False)
    with problems.calmly("working out the six elements"):
        found = run(workspace.tables, step, "Holding failures and attributes against the score")
        names = list(vocabulary.ELEMENT_QUESTIONS)
        for first in range(0, len(names), BESIDE):
            for place, element in zip(st.columns(BESIDE), names[first : first + BESIDE], strict=False):
                with place:
                    card(workspace.tables, step, found, element)
        source = f"from {step.tables[0]}" if step.tables[0] != score.tables[0] else ""
        results.quiet(
            [source, count(found.n, "answer"), f"{found.confidence:.0%} intervals", f"against {found.outcome}"]
        )
        results.notes(found.notes)
        return [step]
    return []


def card(tables: Mapping[str, cx.Table], step: cx.Step, found: cx.Elements, element: str) -> None:
    """One element."""
    with st.container(
        border=True, key=f"element.{list(vocabulary.ELEMENT_QUESTIONS).index(element)}", height="stretch"
    ):
        st.markdown(f"**{vocabulary.ELEMENT_QUESTIONS[element]}**")
        results.say(found.sentences[element])
        items = found.items(element)
        if items.empty:
            return
        if items["unit"].nunique() > 1:
            for row in items.to_dict("records"):
                value = numbers.points(row["value"], row["low"], row["high"])
                st.markdown(f"**{plain(row['item'])}** {value} :gray[:small[{plain(row['unit'])}]]")
            return
        first = ", ".join(f"{row['item']} {row['value']:.1f}" for row in items.head(4).to_dict("records"))
        pictures.show(
            tables,
            step,
            element,
            lambda mode: cx.charts.elements(found, element, mode=mode, caption=False),
            alt=plain(f"{vocabulary.ELEMENT_QUESTIONS[element]}: {first} ({items['unit'].iloc[0]})"),
            key=f"overview.element.{list(vocabulary.ELEMENT_QUESTIONS).index(element)}",
        )
