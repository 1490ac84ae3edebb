"""Quality: can these answers be trusted, what does each fault do, and what should be left out."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

import cxanalysis as cx
from cxanalysis import numbers
from pages.parts import access, empty, places, problems, results, state
from pages.parts.data import finding_card
from pages.parts.run import run
from pages.parts.words import called, count, listed, plain

PAGE: Final = state.Page("quality", frozenset({"quality"}))

#: How much a finding matters → the heading over such findings.
HEADINGS: Final = {
    "distorts": "Distorts an analysis",
    "weakens": "Weakens an analysis",
    "to know": "Good to know",
}
#: The check that depends on the day it is made.
DATED: Final = "impossible dates"
#: Gaps in fewer rows than this share are not worth a picture.
WORTH_A_PICTURE: Final = 0.01


def page() -> None:
    """Draw the page."""
    results.title("Can we trust these answers?")
    workspace = access.workspace()
    # A table without its faults is made from another one; it is that one that is looked at.
    tables = {name: t for name, t in workspace.tables.items() if cleaning(workspace, name) is None}
    held = PAGE.arrive(tables, lambda: workspace.steps.last(PAGE.name))
    if not tables:
        empty.point_to_data("There is no table yet to look at.")
        return
    answer = st.container()
    with problems.calmly("reading your choices"):
        step, below = choose(tables, held), st.container()
        PAGE.leave(step)
        table = tables[step.tables[0]]
        with answer, problems.calmly("looking at the rows"):
            found = run(tables, step, f"Looking at {count(table.n_rows, 'row')}")
            workspace.steps.save(step, page=PAGE.name)
            results.sentence(found.headline)
            with below:
                draw(workspace, step, found)


def choose(tables: dict[str, cx.Table], held: cx.Step | None) -> cx.Step:
    """The step that the widgets stand for: which table, and what an analysis of it would be about."""
    answers = [t.name for t in tables.values() if t.has_answers]
    names = [*answers, *(name for name in tables if name not in answers)]
    left, right = st.columns(2, vertical_alignment="bottom")
    state.seed(PAGE.key("table"), held.tables[0] if held else names[0], names)
    if len(names) > 1:
        left.selectbox("Table", names, key=PAGE.key("table"))
    table = tables[st.session_state[PAGE.key("table")]]
    given = dict(held.arguments) if held and held.tables == (table.name,) else {}
    outcomes = list(table.outcome_columns)
    if outcomes:
        state.seed(PAGE.key("outcome"), given.pop("outcome", None), outcomes)
        given["outcome"] = right.selectbox(
            "Outcome",
            outcomes,
            key=PAGE.key("outcome"),
            format_func=called(table, outcomes),
            help="What an analysis would be about; each fault is weighed by what it does to it.",
        )
    return cx.Step("quality", (table.name,), given)


def cleaning(workspace: cx.Workspace, name: str) -> cx.Step | None:
    """The step that made this table, if it made it by leaving things out."""
    origin = workspace.origin(name) if name in workspace.tables else None
    return origin if isinstance(origin, cx.Step) and origin.call == "clean" else None


def draw(workspace: cx.Workspace, step: cx.Step, found: cx.Quality) -> None:
    """The findings, what is left out so far, the quiet line, and the gaps."""
    name = f"{step.tables[0]}_clean"
    made = cleaning(workspace, name)
    dropped = [str(check) for check in made.arguments.get("drop", [])] if made else []
    with problems.calmly("showing what is left out"):
        left_out(workspace, name, dropped, found.outcome)
    with problems.calmly("showing the findings"):
        rows = [{str(name): value for name, value in row.items()} for row in found.table.to_dict("records")]
        for matters, heading in HEADINGS.items():
            alike = [row for row in rows if row["matters"] == matters]
            if alike:
                st.subheader(heading, anchor=False)
            for row in alike:
                finding_card.show(
                    row, row["check"] in dropped, PAGE.key(row["check"]), _toggle, (step, row["check"], found.today)
                )
    with problems.calmly("showing the gaps"):
        gaps(found)
    results.quiet(
        [
            f"n = {numbers.count(found.n)}",
            f"{numbers.count(found.complete)} with the outcome and every usual driver",
            f"{found.confidence:.0%} intervals",
        ]
    )
    results.actions(workspace, [step, *([made] if made else [])], "quality.actions", "quality")
    results.notes(found.notes)


def left_out(workspace: cx.Workspace, name: str, dropped: list[str], outcome: str | None) -> None:
    """Which table has the findings left out, and where to use it."""
    if not dropped:
        return
    table = workspace.tables[name]
    with st.container(border=True):
        st.markdown(
            f"{plain(name)} is in the workspace without {plain(listed(dropped))}: {count(table.n_rows, 'row')}. "
            "The table it was made from is as it was."
        )
        if stale := workspace.outdated(name):
            results.faint(
                f"Made from {plain(listed(stale))}, which changed since: take one back and leave it out again."
            )
        if table.outcome_columns and st.button("See the drivers", type="primary", key=PAGE.key("drivers")):
            st.switch_page(places.DRIVERS, query_params=_asked_of(table, outcome))


def _asked_of(table: cx.Table, outcome: str | None) -> dict[str, str]:
    """The address of the drivers of this table; empty where the drivers page has to choose."""
    drivers = list(table.usual_drivers(outcome)) if outcome else []
    if len(drivers) < 2:
        return {}
    customer = table.column_of("customer")
    arguments = {"outcome": outcome, "drivers": drivers, **({"cluster": customer} if customer else {})}
    return {state.PARAMETER: cx.Step("drivers", (table.name,), arguments).to_json()}


def gaps(found: cx.Quality) -> None:
    """Missing answers by column."""
    if found.missing.empty or found.missing["share"].max() < WORTH_A_PICTURE:
        return
    st.subheader("Missing answers", anchor=False)
    chart = cx.charts.missing(found, mode=results.mode(), caption=False)
    results.picture(chart, alt=cx.charts.describe(found), key="quality.missing")


def _toggle(step: cx.Step, check: str, today: str) -> None:
    """Leave out what this check found, or take it back; the table made before is replaced, its source never."""
    with problems.calmly("leaving it out"):
        workspace = access.workspace()
        source = step.tables[0]
        name = f"{source}_clean"
        made = cleaning(workspace, name)
        if made is None and name in workspace.tables:
            raise cx.Problem(f"there is another table called {name}", do="Remove it on the data page first")
        given: dict[str, Any] = dict(made.arguments) if made else {}
        before = list(given.get("drop", []))
        drop = [kept for kept in before if kept != check] if check in before else [*before, check]
        if not drop:
            workspace.remove(name)
            return
        arguments: dict[str, Any] = {"drop": drop}
        arguments |= {name: value for name, value in step.arguments.items() if name == "outcome"}
        if DATED in drop:
            arguments["today"] = today  # or the same step would leave out something else tomorrow
        again = cx.Step("clean", (source,), arguments)
        cleaned = run(workspace.tables, again, "Leaving it out")
        if made is not None:
            # The same rows may remain by another step: the table must remember the step of now.
            workspace.remove(name)
        workspace.add(cleaned.table, name=name, replace=True, origin=again)


with problems.calmly("looking at the quality"):
    page()
