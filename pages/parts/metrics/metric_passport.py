"""A metric's passport: what it means, its value now, its history with old beside new, and the form to change it."""

from __future__ import annotations

from typing import Final

import streamlit as st

import cxanalysis as cx
from cxanalysis import numbers
from pages.parts import access, problems, results
from pages.parts.metrics import metric_form
from pages.parts.metrics.metric_import import FIELDS
from pages.parts.run import run
from pages.parts.words import listed, plain

#: Facts of a passport, in the order in which they are read.
FACTS: Final = ("denominator", "unit", "scale", "cut_off", "source", "department", "owner", "tracked_by", "branch",
                "element", "note")  # fmt: skip
NOTHING: Final = "not said"
#: Facts that stand there even when nobody said them: somebody should.
NEEDED: Final = frozenset({"denominator", "owner", "tracked_by", "source", "department"})


def draw(workspace: cx.Workspace, entry: cx.Entry) -> None:
    """Everything about one metric."""
    with st.container(border=True, key="metrics.passport"):
        st.subheader(plain(entry.name), anchor=False)
        if entry.definition:
            results.say(plain(entry.definition))
        if entry.formula:
            formula(entry.formula)
        if entry.computed_here:
            with problems.calmly("computing its value"):
                _value(workspace, entry)
        _facts(entry)
        versions = workspace.catalogue.history(entry.key)
        results.quiet(
            [
                f"version {versions[-1].number} of {numbers.day(versions[-1].at[:10])}",
                f"last review {numbers.day(entry.reviewed)}" if entry.reviewed else "never reviewed",
                f"next {numbers.day(due.isoformat())}" if (due := entry.next_review()) else "",
            ]
        )
        if len(versions) > 1:
            _history(workspace, entry, versions)
        with st.expander("Change it"):
            metric_form.edit(workspace, entry)


def formula(text: str) -> None:
    """A formula rendered, or as it was written where it is too long for that."""
    rendered = cx.latex(text)
    if rendered is None:
        st.code(text, language=None, wrap_lines=True)
    else:
        st.latex(rendered)


def _value(workspace: cx.Workspace, entry: cx.Entry) -> None:
    """What it is now, with interval and n, and whether its tables changed since its passport was written."""
    step = entry.step
    assert step is not None  # computed_here says so
    result = run(workspace.tables, step, "Computing it")
    st.markdown(f"**{plain(result.headline)}**")
    goal = workspace.goals.of(step)
    if goal is not None:
        results.say(plain(f"{cx.status(result, goal).words()}.".capitalize()))
    stale = workspace.catalogue.stale(entry.key)
    if stale:
        results.faint(plain(f"{listed(stale)} changed since its passport was written."))
        st.button("Write it anew", key="metrics.refresh", on_click=_refresh, args=(entry.key,))


def _facts(entry: cx.Entry) -> None:
    """Fields as pairs in two columns."""
    told = [(name, str(getattr(entry, name) or "")) for name in FACTS]
    told = [(name, text) for name, text in told if text or name in NEEDED]
    sides = st.columns(2, gap="medium")
    for place, (name, text) in enumerate(told):
        shown = plain(text) if text else f":gray[{NOTHING}]"
        sides[place % 2].markdown(f":small[:gray[{FIELDS[name]}]]  \n{shown}")
    if entry.step is not None:
        st.code(entry.step.code(), language="python", wrap_lines=True)
        tokens = [f"{table} {token[:12]}" for table, token in entry.computed_from.items()]
        results.quiet([f"from {listed(tokens)}"] if tokens else [])
    for finding, why in entry.overruled.items():
        results.faint(plain(f"Overruled: {finding}. {why}"))


def _history(workspace: cx.Workspace, entry: cx.Entry, versions: tuple[cx.EntryVersion, ...]) -> None:
    """Old beside new, for any version."""
    with st.expander(f"Versions ({len(versions)})"):
        numbered = {version.number: version for version in versions}
        number = st.selectbox(
            "What changed with",
            [version.number for version in reversed(versions)][:-1],
            key=f"metrics.version.{entry.key}.{len(versions)}",
            format_func=lambda n: f"version {n}: {numbered[n].what}, {numbers.day(numbered[n].at[:10])}",
        )
        st.dataframe(
            workspace.catalogue.compare(entry.key, number - 1, number),
            hide_index=True,
            column_config={"field": "Field", "old": "Before", "new": "After"},
            alt="Old and new side by side",
        )
        st.button(
            f"Use version {number - 1} again",
            key="metrics.back",
            on_click=_back,
            args=(entry.key, number - 1),
            help="As a new version: nothing is lost",
        )


def _refresh(key: str) -> None:
    with problems.calmly("writing the passport"):
        access.workspace().catalogue.refresh(key)


def _back(key: str, number: int) -> None:
    with problems.calmly("going back"):
        access.workspace().catalogue.restore(key, number)
