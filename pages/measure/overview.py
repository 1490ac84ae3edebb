"""Overview: how good the experience is, where it is going, and for whom it differs."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

import cxanalysis as cx
from cxanalysis import numbers
from pages.parts import empty, pictures, problems, results, state
from pages.parts.access import workspace as my_workspace
from pages.parts.data import some_rows
from pages.parts.metrics import elements, more_metrics, needs_somebody, tile
from pages.parts.run import run
from pages.parts.words import called, count, plain

PAGE: Final = state.Page("overview", frozenset({"nps", "csat", "ces"}))

#: Role of a score → its name. The role is also the name of the call that measures it.
SCORES: Final = {"nps": "NPS", "csat": "CSAT", "ces": "CES"}
#: Role of a score → what a table without it lacks.
LACKS: Final = {
    "nps": "no question about recommending from 0 to 10",
    "csat": "no rating of overall satisfaction",
    "ces": "no rating of the customer's effort",
}
PERIODS: Final = {"month": "by month", "quarter": "by quarter", "week": "by week"}
#: Arguments that mean the same for every score, so each tile has them too.
EVERY_SCORE: Final = frozenset({"weight", "cluster", "confidence", "date", "where"})
#: Arguments that name a column and have no widget here: one that is not there is left out, and that is said.
COLUMNS: Final = frozenset({"weight", "cluster"})


def page() -> None:
    """Draw the page."""
    results.title("How good is our customers' experience?")
    workspace = my_workspace()
    tables = {t.name: t for t in workspace.tables.values() if t.columns_of(*SCORES)}
    held = PAGE.arrive(tables, lambda: workspace.steps.last(PAGE.name))
    if not tables:
        without_score(workspace)
        return
    answer = st.container()
    with problems.calmly("reading your choices"):
        step, period = choose(tables, held)
        PAGE.leave(step)
        table = tables[step.tables[0]]
        total = cx.Step(step.call, step.tables, {n: v for n, v in step.arguments.items() if n != "by"})
        with answer, problems.calmly("measuring"):
            results.sentence(run(tables, total, waiting(table)).headline)
            workspace.steps.save(step, page=PAGE.name)
        first = tiles(workspace, tables, step, period)
        first = first if total in first else [total, *first]
        wanted, place = more_metrics.switch(workspace, PAGE.key("more")), st.empty()
        if wanted:
            place.progress(0.0, "The rest of the page comes first")
        rest = trend(tables, step, period) if period else []
        rest += elements.show(workspace, step)
        rest += groups(tables, step) if "by" in step.arguments else []
        needs_somebody.show(workspace)
        actions = st.container()
        # Some of the others take seconds: they come last, so that nothing waits for them.
        with place.container():
            more = more_metrics.show(workspace, wanted)
        with actions:
            results.actions(workspace, [*first, *more, *rest], "overview.actions", "overview")


def without_score(workspace: cx.Workspace) -> None:
    """Orders, complaints or customers alone: what can be measured of them; else what is needed."""
    known = more_metrics.known(workspace)
    if not any(row["measurable"] for row in known):
        empty.point_to_data("There is no table yet with a score: a recommendation, a satisfaction or an effort rating.")
        return
    results.sentence("No table has a score yet; this is what can be measured without one.")
    place, actions = st.container(), st.container()
    needs_somebody.show(workspace)
    with place:
        steps = more_metrics.show(workspace, known)
    with actions:
        results.actions(workspace, steps, "overview.actions", "overview")


def choose(tables: dict[str, cx.Table], held: cx.Step | None) -> tuple[cx.Step, str | None]:
    """The step that the widgets stand for, and the period of the trend."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        names = list(tables)
        state.seed(PAGE.key("table"), held.tables[0] if held else names[0], names)
        if len(names) > 1:
            st.selectbox("Table", names, key=PAGE.key("table"))
        table = tables[st.session_state[PAGE.key("table")]]
        given = dict(held.arguments) if held and held.tables == (table.name,) else {}
        scores = [c for role in SCORES for c in table.columns_of(role)]
        scores_called = called(table, scores, 40)
        state.seed(PAGE.key("score"), given.get("score"), scores)
        score = st.selectbox(
            "Score",
            scores,
            key=PAGE.key("score"),
            format_func=lambda c: f"{SCORES[table.roles[c]]}: {scores_called(c)}",
        )
        fair = [None, *table.columns_of("category"), *(c for c in table.columns_of("flag"))]
        usual = None if given else table.usual_group
        state.seed(PAGE.key("by"), given.get("by", usual), fair)
        groups_called = called(table, fair)
        by = st.selectbox(
            "Compared by",
            fair,
            key=PAGE.key("by"),
            placeholder="nothing",
            format_func=lambda column: "nothing" if column is None else groups_called(column),
        )
        period: str | None = None
        if table.columns_of("date"):
            period = st.selectbox(
                "Over time", list(PERIODS), key="over", format_func=PERIODS.__getitem__, bind="query-params"
            )
        date = _date(table, given)
    where = some_rows.choose(PAGE, table, given.get("where"))
    arguments = {"score": score} | ({"by": by} if by is not None else {}) | ({"where": where} if where else {})
    # Unless somebody chose otherwise, answers of one customer belong together: they are not independent.
    usual_cluster = {"cluster": customer} if (customer := table.column_of("customer")) else {}
    arguments |= {
        name: value
        for name, value in (given or usual_cluster).items()
        if name not in {"score", "by", "where", "date"} and (name not in COLUMNS or value in table.columns)
    } | date
    return cx.Step(table.roles[score], (table.name,), arguments), period


def _date(table: cx.Table, given: dict[str, Any]) -> dict[str, str]:
    """Which of several dates counts: the first one, unless somebody chooses."""
    dates = table.columns_of("date")
    if len(dates) < 2:
        return {name: value for name, value in given.items() if name == "date"}
    state.seed(PAGE.key("date"), given.get("date"), dates)
    return {"date": st.selectbox("Dated by", dates, key=PAGE.key("date"), format_func=called(table, dates))}


def waiting(table: cx.Table) -> str:
    """What is being done, for those who wait."""
    return f"Measuring over {count(table.n_rows, 'answer')}"


def tiles(workspace: cx.Workspace, tables: dict[str, cx.Table], chosen: cx.Step, period: str | None) -> list[cx.Step]:
    """A tile a score, with interval, n, goal and a small trend; what is missing is said in one calm sentence."""
    steps: list[cx.Step] = []
    table = tables[chosen.tables[0]]
    shared = {name: value for name, value in chosen.arguments.items() if name in EVERY_SCORE}
    there = [role for role in SCORES if table.columns_of(role)]
    with st.container(horizontal=True):
        for role in there:
            step = cx.Step(role, (table.name,), {"score": table.columns_of(role)[0], **shared})
            with problems.calmly(f"measuring {SCORES[role]}"):
                result = run(tables, step, waiting(table))
                so_far = run(tables, over_time(step, period), waiting(table)).table if period else None
                values = [] if so_far is None else [float(value) for value in so_far["value"].dropna().tolist()]
                tile.show(workspace, step, result, values)
                steps.append(step)
    missing = [f"{SCORES[role]}: {LACKS[role]}" for role in SCORES if role not in there]
    if missing:
        results.faint(plain(f"Not measured in {table.name}. {'; '.join(missing)}."))
    return steps


def over_time(step: cx.Step, period: str) -> cx.Step:
    """The same score over time instead of by group."""
    kept = {name: value for name, value in step.arguments.items() if name != "by"}
    return cx.Step(step.call, step.tables, {**kept, "period": period})


def trend(tables: dict[str, cx.Table], step: cx.Step, period: str) -> list[cx.Step]:
    """The chosen score over time; what was run is handed back, here as in the groups."""
    asked = over_time(step, period)
    st.subheader("Over time", anchor=False)
    with problems.calmly("drawing the trend"):
        result = run(tables, asked, waiting(tables[step.tables[0]]))
        results.say(result.headline)
        drawn(tables, asked, result, "trend")
        return [asked]
    return []


def groups(tables: dict[str, cx.Table], step: cx.Step) -> list[cx.Step]:
    """The chosen score by group."""
    by = called(tables[step.tables[0]], [step.arguments["by"]], 60)(step.arguments["by"])
    st.subheader(f"By {plain(by)}", anchor=False)
    with problems.calmly("drawing the groups"):
        result = run(tables, step, waiting(tables[step.tables[0]]))
        results.say(result.headline)
        drawn(tables, step, result, "groups")
        results.notes([*results.left_out(result), *result.notes])
        return [step]
    return []


def drawn(tables: dict[str, cx.Table], step: cx.Step, result: cx.Estimates, name: str) -> None:
    """The picture of a score and its quiet line."""
    pictures.show(
        tables,
        step,
        "estimates",
        lambda mode: cx.charts.estimates(result, mode=mode, caption=False),
        alt=cx.charts.describe(result),
        key=f"overview.{name}",
    )
    facts(result)


def facts(result: cx.Estimates) -> None:
    """The quiet line under a chart of estimates."""
    results.quiet(
        [
            f"n = {result.n:,}",
            f"{result.n_missing:,} without an answer" if result.n_missing else "",
            numbers.period(result.period),
            f"{result.confidence:.0%} intervals ({result.method})",
        ]
    )


with problems.calmly("showing the overview"):
    page()
