"""Drivers: what costs satisfaction, how much, and how sure that is."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

import cxanalysis as cx
from cxanalysis import numbers
from pages.parts import access, empty, problems, results, state
from pages.parts.drivers import driver_sections, driver_stakes
from pages.parts.drivers.driver_shown import Shown
from pages.parts.run import run
from pages.parts.words import called, count, listed, plain, short

PAGE: Final = state.Page("drivers", frozenset({"drivers"}))

#: Role of the outcome → how it may be measured, the usual way first.
MEASURED_AS: Final = {
    "nps": ("nps", "mean", "top-box"),
    "csat": ("top-box", "mean"),
    "ces": ("mean", "top-box"),
    "rating": ("mean", "top-box"),
    "flag": ("mean",),
}
AS_WORDS: Final = {"nps": "NPS points", "top-box": "% satisfied", "mean": "average rating"}
METHODS: Final = {"shapley": "Shapley (exact credit)", "johnson": "Johnson (relative weights)"}
GAPS: Final = {
    "complete": "Leave out answers with a gap",
    "pairwise": "Use every pair of answers",
    "impute": "Fill gaps 20 times over",
}
CONFIDENCES: Final = (0.8, 0.9, 0.95, 0.99)
#: Ways to draw the result, each with the function of `cx.charts` that does.
VIEWS: Final = {"points": "What is lost", "importance": "Importance", "map": "How often × how much"}
#: What a driver may be, besides a failure or a rating.
POSSIBLE: Final = ("flag", "rating", "csat", "ces", "nps", "number", "amount", "category")
#: What an adjustment changes, in a manager's words.
ABOUT: Final = {
    "weight": "Each answer counts as often as its weight says, so that a skewed sample speaks for all customers.",
    "cluster": "Answers of one customer are not independent; keeping them together makes the intervals honest.",
    "resamples": "How often the answers are drawn anew to see whether the order stays. More is slower and steadier.",
    "seed": "The same seed gives the same draws, so the same numbers.",
}
#: Arguments that have a widget here.
WIDGETS: Final = frozenset(
    {
        "outcome",
        "drivers",
        "outcome_as",
        "method",
        "missing",
        "adjust_for",
        "weight",
        "cluster",
        "confidence",
        "resamples",
        "seed",
    }
)


def page() -> None:
    """Draw the page."""
    results.title("What costs us satisfaction?")
    workspace = access.workspace()
    tables = {t.name: t for t in workspace.tables.values() if len(t.outcome_columns) and len(possible(t, "")) > 1}
    held = PAGE.arrive(tables, lambda: workspace.steps.last(PAGE.name))
    if not tables:
        empty.point_to_data(
            "There is no table yet with an outcome and at least two things that could drive it, "
            "such as failures or ratings."
        )
        return
    answer, row, drawn = st.container(), st.container(horizontal=True, vertical_alignment="bottom"), st.container()
    with st.expander("Adjust"):
        panel = st.container()
    below = st.container()
    with problems.calmly("reading your choices"):
        step = choose(tables, held, row, panel)
        if step is None:
            with answer:
                results.sentence("Choose at least one driver to see what it costs.")
            return
        PAGE.leave(step)
        with answer, problems.calmly("working out the drivers"):
            result = run(tables, step, waiting(tables[step.tables[0]], step))
            workspace.steps.save(step, page=PAGE.name)
            results.sentence(result.headline)
            draw(workspace, step, result, drawn, below)


def possible(table: cx.Table, outcome: str) -> list[str]:
    """Columns that can drive this outcome: failures first, then ratings, then the rest."""
    return [c for role in POSSIBLE for c in table.columns_of(role) if c != outcome]


def usual(table: cx.Table, outcome: str) -> list[str]:
    """The drivers taken if nobody chooses."""
    return list(table.usual_drivers(outcome)) or possible(table, outcome)[:12]


def choose(tables: dict[str, cx.Table], held: cx.Step | None, row: Any, panel: Any) -> cx.Step | None:
    """The step that the widgets stand for; None without a driver."""
    table = tables[_select_table(tables, held, row)]
    # Unless somebody chose otherwise, answers of one customer belong together: they are not independent.
    usual_cluster = {"cluster": customer} if (customer := table.column_of("customer")) else {}
    given = dict(held.arguments) if held and held.tables == (table.name,) else usual_cluster
    with row:
        outcomes = table.outcome_columns
        state.seed(PAGE.key("outcome"), given.get("outcome", outcomes[0]), outcomes)
        outcome = st.selectbox("Outcome", outcomes, key=PAGE.key("outcome"), format_func=called(table, outcomes))
        ways = MEASURED_AS[table.roles[outcome]]
        if given.get("outcome", outcome) != outcome:
            PAGE.forget("as")
        told = given.get("outcome_as", "mean") if given.get("outcome") == outcome else ways[0]
        state.seed(PAGE.key("as"), told, ways)
        outcome_as = st.selectbox("Measured as", ways, key=PAGE.key("as"), format_func=AS_WORDS.__getitem__)
    with panel:
        options = possible(table, outcome)
        told = given.get("drivers")
        known = [c for c in told if c in options] if isinstance(told, list) else []
        state.seed_many(PAGE.key("drivers"), known or usual(table, outcome), options)
        drivers = st.multiselect(
            "Drivers",
            options,
            key=PAGE.key("drivers"),
            format_func=called(table, options),
            help="What might move the outcome. Each is judged with all the others held equal.",
        )
        arguments = {"outcome": outcome, "drivers": drivers, "outcome_as": outcome_as}
        arguments |= _adjusted(table, given, [c for c in table.columns if c not in {outcome, *drivers}])
        # What no widget stands for (groups) stays as the address or the workspace had it.
        arguments |= {name: value for name, value in given.items() if name not in WIDGETS}
    return cx.Step("drivers", (table.name,), arguments) if drivers else None


def _select_table(tables: dict[str, cx.Table], held: cx.Step | None, row: Any) -> str:
    # Answers before events, and a linked table first: it knows most.
    names = sorted(tables, key=lambda name: (not tables[name].has_answers, -len(tables[name].failures)))
    state.seed(PAGE.key("table"), held.tables[0] if held else names[0], names)
    if len(names) == 1:
        return names[0]
    with row:
        return st.selectbox("Table", names, key=PAGE.key("table"), on_change=_forget_columns)


def _forget_columns() -> None:
    PAGE.forget("outcome", "as", "drivers", "adjust_for", "weight", "cluster")


def _adjusted(table: cx.Table, given: dict[str, Any], others: list[str]) -> dict[str, Any]:
    """The arguments that differ from the defaults, from the widgets of the panel."""
    left, right = st.columns(2)
    with left:
        about = "How credit is dealt out where drivers occur together. The effects in points stay the same."
        method = _one_of("method", "Importance by", METHODS, given.get("method", "shapley"), about)
        about = (
            "Leaving out loses answers and may mislead if gaps are no accident; pairs use every answer given; filling "
            "assumes that a gap can be guessed from the other answers. If the first driver changes, say so."
        )
        missing = _one_of("missing", "Missing answers", GAPS, given.get("missing", "complete"), about)
        cluster = _column("cluster", "Answers belong together by", table.columns_of("customer", "order", "id"), given)
        resamples = _whole("resamples", "Resamples", given, 1000, low=100, high=10_000, step=100)
    with right:
        weight = _column("weight", "Weight answers by", table.columns_of("weight", "number"), given)
        state.seed(PAGE.key("confidence"), given.get("confidence", 0.95), CONFIDENCES)
        confidence = st.selectbox(
            "Confidence",
            CONFIDENCES,
            key=PAGE.key("confidence"),
            format_func=lambda share: f"{share:.0%}",
            help="How often an interval made this way covers the truth. More confidence makes wider intervals.",
        )
        seed = _whole("seed", "Seed", given, 0, low=0, high=999_999, step=1)
    fair = [c for c in others if table.roles[c] in {"category", "flag", "number", "amount", "rating"}]
    adjust_for: list[str] = []
    if fair:
        state.seed_many(PAGE.key("adjust_for"), given.get("adjust_for", ()), fair)
        adjust_for = st.multiselect(
            "Hold equal, but do not rank",
            fair,
            key=PAGE.key("adjust_for"),
            format_func=called(table, fair),
            help="For example the segment or channel: differences between them are taken out first.",
        )
    usual_values = {"method": "shapley", "missing": "complete", "confidence": 0.95, "resamples": 1000, "seed": 0}
    chosen: dict[str, Any] = {
        "method": method,
        "missing": missing,
        "adjust_for": adjust_for,
        "weight": weight,
        "cluster": cluster,
    }
    chosen |= {"confidence": confidence, "resamples": resamples, "seed": seed}
    return {name: value for name, value in chosen.items() if value not in (None, [], usual_values.get(name))}


def _one_of(name: str, label: str, words: dict[str, str], value: object, about: str) -> str:
    state.seed(PAGE.key(name), value, list(words))
    return st.selectbox(label, list(words), key=PAGE.key(name), format_func=words.__getitem__, help=about)


def _column(name: str, label: str, columns: tuple[str, ...], given: dict[str, Any]) -> str | None:
    options = [None, *columns]
    state.seed(PAGE.key(name), given.get(name), options)
    return st.selectbox(label, options, key=PAGE.key(name), placeholder="none", format_func=_named, help=ABOUT[name])


def _named(column: str | None) -> str:
    return "none" if column is None else short(column)


def _whole(name: str, label: str, given: dict[str, Any], usual: int, *, low: int, high: int, step: int) -> int:
    state.seed_number(PAGE.key(name), given.get(name), low, high, usual)
    return int(st.number_input(label, low, high, step=step, key=PAGE.key(name), help=ABOUT[name]))


def waiting(table: cx.Table, step: cx.Step) -> str:
    """What is being done, for those who wait."""
    drivers = count(len(step.arguments["drivers"]), "driver")
    resamples = step.arguments.get("resamples", 1000)
    return f"Weighing {drivers} against each other over {count(table.n_rows, 'row')}, {resamples:,} resamples"


def draw(workspace: cx.Workspace, step: cx.Step, result: cx.Drivers, drawn: Any, below: Any) -> None:
    """The picture with its quiet line and actions; below it the notes and the sections."""
    shown = Shown(workspace, step, result)
    with drawn:
        view, counted = _views()
        if counted == "points":
            in_points(shown, view)
        else:
            with problems.calmly("counting customers"):
                driver_stakes.show(shown, counted)
    with below:
        if counted == "points":
            results.notes(result.notes)
        driver_sections.draw(PAGE, shown)


def in_points(shown: Shown, view: str) -> None:
    """The analysis itself as a picture."""
    result, step = shown.result, shown.step
    with problems.calmly("drawing the drivers"):
        results.picture(chart(result, view), alt=cx.charts.describe(result), key=f"drivers.chart.{view}")
    results.quiet(
        [
            f"n = {numbers.count(result.n)}",
            f"{result.n_excluded:,} left out" if result.n_excluded else "none left out",
            numbers.period(result.period),
            f"{result.confidence:.0%} intervals",
            result.method,
            f"explains {result.r_squared:.0%} of the differences between answers",
        ]
    )
    table = shown.workspace.tables[step.tables[0]]
    if unasked := [c for c in table.hardly_answered if c not in step.arguments["drivers"]]:
        said = f"Not among the drivers, because too few answered: {listed(unasked)}. They can be added under Adjust."
        results.faint(plain(said))
    if (weight := table.column_of("weight")) is not None and step.arguments.get("weight") is None:
        results.faint(plain(f"Every answer counts once. The table holds weights, {weight}: choose them under Adjust."))
    results.actions(shown.workspace, [step], "drivers.actions", "drivers")


def _views() -> tuple[str, str]:
    """What is drawn, and what losses are counted in."""
    # Side by side at the left: at the right the chart's own tools would lie over the second switch.
    with st.container(horizontal=True, gap="medium", key="drivers.views"):
        state.seed(PAGE.key("view"), "points", list(VIEWS))
        chosen = st.segmented_control(
            "Show", list(VIEWS), key=PAGE.key("view"), format_func=VIEWS.__getitem__, label_visibility="collapsed"
        )
        view = chosen or "points"
        return view, driver_stakes.switch() if view == "points" else "points"


def chart(result: cx.Drivers, view: str) -> Any:
    """The result as the chosen picture."""
    if view == "map":
        return cx.charts.prevalence(result, mode=results.mode(), caption=False)
    draws = cx.charts.importance if view == "importance" else cx.charts.drivers
    return draws(result, mode=results.mode(), caption=False)


with problems.calmly("showing the drivers"):
    page()
