"""The index: which columns, how weighted, its pieces, and what other weights would say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import streamlit as st

import cxanalysis as cx
from cxanalysis import numbers
from pages.parts import problems, results, state
from pages.parts.run import run
from pages.parts.words import called, count, plain

PAGE: Final = state.Page("metrics", frozenset({"index"}))
#: Roles whose columns can be components, and the branch each stands for.
ROLES: Final = {"nps": "advocacy", "csat": "satisfaction", "ces": "satisfaction", "rating": "satisfaction"}
#: Without a choice the index is made of the scores; with fewer than two of them, of ratings too.
FIRST: Final = 3
#: How components become one number.
FORMULA: Final = r"\text{index} = \sum_k w_k \cdot 100\,\frac{x_k - \text{worst}_k}{\text{best}_k - \text{worst}_k}"
WAYS: Final = {"equal": "Equal", "hand": "By hand", "derived": "From an outcome"}
#: By hand, weights are given in these steps, from this value.
VOTES: Final = 10
_NUMBER = st.column_config.NumberColumn
_PARTS: Final = {
    "component": st.column_config.TextColumn("Component", pinned=True),
    "weight": _NUMBER("Weight", format="percent"),
    "value": _NUMBER("Value", format="%.2f", help="In its own unit"),
    "low": _NUMBER("… low", format="%.2f"),
    "high": _NUMBER("… high", format="%.2f"),
    "score": _NUMBER("Score", format="%.1f", help="The value on 0 to 100, by the stated end points"),
    "contribution": _NUMBER("Adds", format="%.2f", help="Weight × score: these add up to the index"),
    "n": _NUMBER("n", format="localized"),
}


def draw(workspace: cx.Workspace) -> None:
    """The sentence, the picture, the parts and the other weights."""
    tables = {t.name: t for t in workspace.tables.values() if t.has_answers and len(_offered(t)) > 1}
    held = PAGE.arrive(tables, lambda: workspace.steps.last(PAGE.name))
    if not tables:
        st.header("An index needs a table with 2 scores or ratings, and there is none yet.", anchor=False)
        return
    answer = st.container()
    step = choose(tables, held)
    PAGE.leave(step)
    with answer, problems.calmly("working out the index"):
        found: cx.Index = run(tables, step, f"Adding up {count(tables[step.tables[0]].n_rows, 'answer')}")
        workspace.steps.save(step, page=PAGE.name)
        st.header(plain(found.headline), anchor=False)
        results.picture(
            cx.charts.index(found, mode=results.mode(), caption=False), cx.charts.describe(found), "metrics.index.chart"
        )
        least = int(found.table["n"].min())
        results.quiet(
            [
                f"n = {least:,} or more for each component" if len(found.table) == 1 else f"n = {found.n:,}",
                f"{found.confidence:.0%} interval ({found.method})",
                f"weights {found.how_weighted}",
            ]
        )
        _more(workspace, step, found)


def choose(tables: dict[str, cx.Table], held: cx.Step | None) -> cx.Step:
    """The step that the widgets stand for."""
    names = list(tables)
    with st.expander("Adjust", expanded=False):
        state.seed(PAGE.key("table"), held.tables[0] if held else names[0], names)
        if len(names) > 1:
            st.selectbox("Table", names, key=PAGE.key("table"))
        table = tables[st.session_state[PAGE.key("table")]]
        given = dict(held.arguments) if held and held.tables == (table.name,) else {}
        offered = _offered(table)
        now = [part.get("column") for part in given.get("components", []) if isinstance(part, dict)]
        state.seed_many(PAGE.key("components"), now or offered[:FIRST], offered)
        chosen = st.multiselect(
            "Made of",
            offered,
            key=PAGE.key("components"),
            format_func=called(table, offered),
            help="Each is put on 0 to 100 by the ends of its own scale",
        )
        if len(chosen) < 2:
            results.say("An index has two components or more; it is shown with the first ones.")
            chosen = offered[:FIRST]
        arguments: dict[str, Any] = {"components": [{"column": c, "branch": ROLES[table.roles[c]]} for c in chosen]}
        arguments |= _weights(table, chosen, given)
        groups = [None, *table.columns_of("category")]
        state.seed(PAGE.key("by"), given.get("by"), groups)
        by = st.selectbox("Compared by", groups, key=PAGE.key("by"), format_func=_or_nothing(called(table, groups)))
        arguments |= {"by": by} if by else {}
    kept = given if given else {"cluster": customer} if (customer := table.column_of("customer")) else {}
    known = {"components", "weights", "outcome", "by"}
    return cx.Step("index", (table.name,), arguments | {n: v for n, v in kept.items() if n not in known})


def _or_nothing(names: Callable[[str], str]) -> Callable[[str | None], str]:
    return lambda column: "nothing" if column is None else names(column)


def _offered(table: cx.Table) -> list[str]:
    """Columns that can be components: those with a known scale, scores first."""
    return [c for role in ROLES for c in table.columns_of(role) if role == "nps" or c in table.scales]


def _weights(table: cx.Table, chosen: list[str], given: dict[str, Any]) -> dict[str, Any]:
    """How components are weighted."""
    ways = list(WAYS)
    others = [c for c in _offered(table) if c not in chosen]
    if not others:
        ways.remove("derived")
    before = given.get("weights", "equal")
    state.seed(PAGE.key("way"), "hand" if isinstance(before, dict) else before, ways)
    way = st.segmented_control("Weights", ways, key=PAGE.key("way"), format_func=WAYS.__getitem__, required=True)
    if way == "derived":
        state.seed(PAGE.key("outcome"), given.get("outcome"), others)
        outcome = st.selectbox(
            "Weights are what each explains of",
            others,
            key=PAGE.key("outcome"),
            format_func=called(table, others),
            help="Shares of importance; resampled together with the index",
        )
        return {"weights": "derived", "outcome": outcome}
    if way == "hand":
        told = before if isinstance(before, dict) else {}
        weights: dict[str, float] = {}
        sides, names = st.columns(2), called(table, chosen, 40)
        for place, column in enumerate(chosen):
            key = PAGE.key(f"weight.{column}")
            state.seed_number(key, told.get(column), 0.0, 1000.0, float(VOTES))
            weights[column] = sides[place % 2].number_input(names(column), 0.0, 1000.0, step=1.0, key=key)
        results.faint("Only their proportions count: they are divided by their sum.")
        return {"weights": weights}
    return {"weights": "equal"}


def _more(workspace: cx.Workspace, step: cx.Step, found: cx.Index) -> None:
    """What it is made of, what other weights would say, the code."""
    with st.expander("What it is made of", expanded=len(found.table) == 1):
        st.dataframe(
            found.parts,
            hide_index=True,
            column_order=[*found.by, *_PARTS],
            column_config=_PARTS,
            alt="The parts of the index; what they add is the index",
        )
        st.latex(FORMULA)
    with st.expander("Would other weights tell another story?"):
        tried = found.sensitivity
        if len(found.table) > 1:
            kept, first = numbers.percent(tried.order_kept), numbers.percent(tried.first_kept)
            results.say(
                f"In {tried.weightings:,} random weightings around these the order stays in {kept}, and the first "
                f"stays first in {first}."
            )
        results.picture(
            cx.charts.weightings(found, mode=results.mode()),
            "The index under other weights",
            "metrics.index.weightings",
        )
    results.notes(found.notes)
    results.actions(workspace, [step], "metrics.index", "index")
