"""Monitor: what changed, what needs somebody, what is fine; and any series with its limits and its forecast."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

import cxanalysis as cx
from pages.parts import access, empty, problems, results, state
from pages.parts.monitor import monitor_alerts, monitor_choices, monitor_point
from pages.parts.run import run
from pages.parts.words import count, plain

PAGE: Final = state.Page("monitor", frozenset({"control"}))
VIEWS: Final = {"control": "Is it noise?", "forecast": "What comes next?"}


def page() -> None:
    """Draw the page."""
    results.title("What changed, and is it more than noise?")
    workspace = access.workspace()
    tables = monitor_choices.tables_with_dates(workspace)
    held = PAGE.arrive(tables, lambda: workspace.steps.last(PAGE.name))
    if not tables:
        empty.point_to_data("No table has a date with scores or failures yet, so nothing can be followed over time.")
        return
    _watch_the_usual(workspace, tables)
    every = held.arguments.get("every", "week") if held else "week"
    every = st.session_state.get(PAGE.key("every"), every)
    looked = None
    with problems.calmly("looking at the watched series"):
        looked = monitor_alerts.look(workspace, tables, every)
        if looked is None:
            results.sentence("Nothing is watched yet: choose a metric below and watch it.")
        else:
            results.sentence(looked[1].headline)
            if looked[1].n:
                results.quiet([f"{count(looked[1].n, 'series', 'series')} judged", looked[1].method])
            monitor_alerts.draw(PAGE, workspace, looked[1])
    _series(workspace, tables, held, [looked[0]] if looked else [])
    with problems.calmly("showing what is watched"):
        _watching(workspace, looked[1] if looked else None)


def _watch_the_usual(workspace: cx.Workspace, tables: dict[str, cx.Table]) -> None:
    """On the first visit the first table with scores and the first with failure rates are watched: something to say."""
    if len(workspace.watched) or workspace.steps.last(PAGE.name) is not None:
        return
    first = {table.has_failure_rates: table for table in reversed(tables.values())}
    for table in (first[rates] for rates in sorted(first)):
        for watch in cx.propose_watches(table):
            workspace.watched.add(**watch)


def _series(workspace: cx.Workspace, tables: dict[str, cx.Table], held: cx.Step | None, steps: list[cx.Step]) -> None:
    """One series: its chart, its forecast, the answers behind it."""
    st.divider()
    with problems.calmly("reading your choices"):
        step = monitor_choices.choose(PAGE, tables, held)
        PAGE.leave(step)
        with problems.calmly("drawing the series"):
            found = run(tables, step, "Freezing the baseline")
            workspace.steps.save(step, page=PAGE.name)
            steps = [step, *steps]
            steps += _drawn(tables, step, found)
            if asked := monitor_point.draw(PAGE, tables, step, found):
                steps.append(asked)
        results.actions(workspace, steps, "monitor.actions", "monitor")


def _drawn(tables: dict[str, cx.Table], step: cx.Step, found: cx.Control) -> list[cx.Step]:
    """The chosen picture of the series."""
    state.seed(PAGE.key("view"), "control", list(VIEWS))
    view = st.segmented_control(
        "Show", list(VIEWS), key=PAGE.key("view"), format_func=VIEWS.__getitem__, label_visibility="collapsed"
    )
    if view == "forecast":
        asked = monitor_choices.forecast_of(step)
        _forecast(run(tables, asked, "Forecasting, and testing how good such forecasts were"))
        return [asked]
    results.say(found.headline)
    chart = cx.charts.control(found, mode=results.mode(), caption=False)
    results.picture(chart, alt=cx.charts.describe(found), key="monitor.control")
    missing = f"{found.n_missing:,} without a value" if found.n_missing else ""
    results.quiet([f"n = {found.n:,}", missing, found.method, f"{found.confidence:.0%} intervals"])
    results.notes(found.notes)
    return []


def _forecast(found: cx.Forecast) -> None:
    """The forecast, and how good such forecasts were so far."""
    results.say(found.headline)
    if not found.enough:
        return
    chart = cx.charts.forecast(found, mode=results.mode(), caption=False)
    results.picture(chart, alt=cx.charts.describe(found), key="monitor.forecast")
    results.quiet([f"n = {found.n:,}", found.method, f"{found.confidence:.0%} interval for what will be measured"])
    with st.expander("How good such forecasts were"):
        st.dataframe(
            found.backtest,
            hide_index=True,
            column_config={
                "way": st.column_config.TextColumn("Way to forecast", pinned=True),
                "error": st.column_config.NumberColumn("Off by, on average", format="%.2f"),
                "forecasts": st.column_config.NumberColumn("Forecasts tried", format="localized"),
                "used": st.column_config.CheckboxColumn("Used"),
            },
            alt="Mean absolute error of each way to forecast in the back-test",
        )
    results.notes(found.notes)


def _watching(workspace: cx.Workspace, looked: cx.Alerts | None) -> None:
    """What is watched, and how quietly."""
    step = st.session_state.get(PAGE.key("step"))
    watches = list(workspace.watched)
    with st.expander(f"What is watched ({len(watches)})"):
        if step is not None and (mine := monitor_choices.watch_of(step)) not in watches:
            words = monitor_choices.watch_words(mine)
            st.button("Watch what is shown above", key="monitor.watch", on_click=_add, args=(workspace, mine))
            results.faint(words)
        for place, watch in enumerate(watches):
            with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                st.markdown(monitor_choices.watch_words(watch))
                st.button("Stop", key=f"monitor.stop.{place}", on_click=_stop, args=(workspace, watch), type="tertiary")
        state.seed("monitor.rate", monitor_alerts.rate_of(workspace), list(monitor_alerts.RATES))
        st.selectbox(
            "False alarms",
            list(monitor_alerts.RATES),
            key="monitor.rate",
            format_func=monitor_alerts.RATES.__getitem__,
            help="In so many looks any alarm is raised although nothing changed, however many series are watched.",
        )
        for note in looked.notes if looked else ():
            results.faint(plain(note))


def _add(workspace: cx.Workspace, watch: dict[str, Any]) -> None:
    with problems.calmly("adding it"):
        workspace.watched.add(**watch)


def _stop(workspace: cx.Workspace, watch: dict[str, Any]) -> None:
    with problems.calmly("taking it out"):
        workspace.watched.remove(watch)


with problems.calmly("showing the monitor"):
    page()
