"""The section "Goals": what metrics shall reach, whether they have, and how many more answers it takes to tell."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import streamlit as st

import cxanalysis as cx
from cxanalysis import numbers
from pages.parts import access, problems, results, state
from pages.parts.metrics import metric_import
from pages.parts.run import run
from pages.parts.words import count, plain, short

METRIC: Final = "metrics.goal.metric"
GOOD: Final = {"high": "at least", "low": "at most"}
#: Status → the colour of its word: gain, loss, and a calm grey for what cannot be told yet.
COLOURS: Final = {"reached": "green", "not reached": "orange", "cannot tell yet": "gray"}
_BENCHMARKS: Final[dict[str, Any]] = {
    "source": "Benchmark",
    "benchmark": st.column_config.NumberColumn("Value", format="%.1f"),
    "difference": st.column_config.NumberColumn("Difference", format="%+.1f", help="Positive: we are on the good side"),
    "low": st.column_config.NumberColumn("… low", format="%+.1f"),
    "high": st.column_config.NumberColumn("… high", format="%+.1f"),
    "status": "We are",
    "how": "Compared with",
}


def draw(workspace: cx.Workspace) -> None:
    """Every goal with its status, then the form."""
    goals = dict(workspace.goals)
    judged: dict[str, cx.Status | None] = {}
    for metric, goal in goals.items():
        judged[metric] = None
        with problems.calmly(f"judging the goal for {metric}"):
            judged[metric] = judge(workspace, metric, goal)
    st.header(plain(_headline(judged)), anchor=False)
    for metric, goal in goals.items():
        _card(workspace, metric, goal, judged[metric])
    st.subheader("Set a goal", anchor=False)
    _form(workspace)
    if goals:
        lines = _lines(workspace, goals)
        metric_import.code(workspace, lines, "metrics.goals.code")


def judge(workspace: cx.Workspace, metric: str, goal: cx.Goal) -> cx.Status | None:
    """The status where the metric is computed here; None where it is not."""
    step = _step(workspace, metric, goal)
    if step is None:
        return None
    return cx.status(run(workspace.tables, step, "Measuring"), goal)


def _step(workspace: cx.Workspace, metric: str, goal: cx.Goal) -> cx.Step | None:
    entry = workspace.catalogue.get(metric)
    return goal.step or (entry.step if entry else None)


def _headline(judged: dict[str, cx.Status | None]) -> str:
    if not judged:
        return "No metric has a goal yet."
    states = [result.state for result in judged.values() if result is not None]
    told = [f"{states.count(name)} {name}" for name in COLOURS if name in states]
    elsewhere = len(judged) - len(states)
    told += [f"{elsewhere} measured elsewhere"] if elsewhere else []
    return f"{count(len(judged), 'goal')}: {', '.join(told)}."


def _card(workspace: cx.Workspace, metric: str, goal: cx.Goal, result: cx.Status | None) -> None:
    """One goal: status, SMART, benchmarks."""
    entry = workspace.catalogue.get(metric)
    with st.container(border=True, key=f"metrics.goal.card.{metric}"):
        st.markdown(f"**{plain(entry.name if entry else metric)}**: {plain(goal.describe())}")
        if result is None:
            results.say("Its value is measured elsewhere, so its status cannot be judged here.")
        else:
            st.markdown(f":{COLOURS[result.state]}[**{result.state.capitalize()}.**] {plain(result.fact)}")
            if result.overdue and result.state != "reached":
                results.say("Its date is over.")
            if not result.benchmarks.empty:
                st.dataframe(
                    result.benchmarks,
                    hide_index=True,
                    column_order=list(_BENCHMARKS),
                    column_config=_BENCHMARKS,
                    alt="The metric beside its benchmarks",
                )
        checks = goal.smart(entry)
        met = sum(check.met for check in checks)
        with st.expander(f"SMART: {met} of {len(checks)}"):
            for check in checks:
                mark = ":material/check:" if check.met else ":material/remove:"
                st.markdown(f"{mark} **{check.name.capitalize()}.** {plain(check.says)}")
        if result is not None:
            results.quiet([f"{result.confidence:.0%} interval", *result.notes[:1]])
        versions = workspace.goals.history(metric)
        if len(versions) > 1:
            was = versions[-2].goal.describe()
            results.faint(plain(f"Version {len(versions)}; before {numbers.day(versions[-1].at[:10])}: {was}."))
        st.button("Drop this goal", key=f"metrics.goal.drop.{metric}", on_click=_drop, args=(metric,), type="tertiary")


def _form(workspace: cx.Workspace) -> None:
    """Value, date, owner and the rest of a goal; filled with what the metric's goal says now."""
    entries = {entry.key: entry for entry in workspace.catalogue.entries}
    state.seed(METRIC, next(iter(entries)), list(entries))
    names = {key: short(_name(entry, entries)) for key, entry in entries.items()}
    metric = st.selectbox("Metric", list(entries), key=METRIC, format_func=names.__getitem__)
    goal = workspace.goals.get(metric)
    number = len(workspace.goals.history(metric))
    entry = entries[metric]

    def key(field: str) -> str:
        return f"metrics.goal.{metric}.{number}.{field}"

    with st.form(f"metrics.goal.{metric}.{number}"):
        left, right = st.columns(2)
        ends = list(GOOD)
        usual = goal.direction if goal else entry.direction
        direction = left.selectbox(
            "Shall be", ends, index=ends.index(usual), key=key("direction"), format_func=GOOD.__getitem__
        )
        value = right.number_input("Value", value=goal.value if goal else None, key=key("value"))
        left, right = st.columns(2)
        by = left.date_input("By", _day(goal.by if goal else None), key=key("by"), format="YYYY-MM-DD")
        owner = right.text_input("Answers for it", goal.owner if goal else entry.owner, key=key("owner"))
        left, right = st.columns(2)
        baseline = left.number_input("Starts at", value=goal.baseline if goal else None, key=key("baseline"))
        why = right.text_input("What customers gain", goal.why if goal else "", key=key("why"))
        left, right = st.columns(2)
        action = left.text_input("How it is to be reached", goal.action if goal else "", key=key("action"))
        mark = goal.benchmarks[0] if goal and goal.benchmarks else None
        theirs = right.number_input("Benchmark", value=mark.value if mark else None, key=key("benchmark"))
        left, right = st.columns(2)
        source = left.text_input("Its source", mark.source if mark else "", key=key("source"))
        n = right.number_input("Its n, if known", value=mark.n if mark else None, min_value=1, step=1, key=key("n"))
        saved = st.form_submit_button("Keep the goal", type="primary", key=key("save"))
    if saved:
        with problems.calmly("keeping the goal"):
            if value is None:
                raise cx.Problem("the goal has no value", do="Fill it in")
            marks = () if theirs is None else (cx.Benchmark(theirs, source, n),)
            workspace.goals.set(
                cx.Goal(
                    metric,
                    value,
                    direction,
                    by.isoformat() if by else None,
                    owner,
                    baseline,
                    why,
                    action,
                    (*marks, *(goal.benchmarks[1:] if goal else ())),
                    goal.step if goal else None,
                )
            )
            st.rerun()


def _name(entry: cx.Entry, entries: dict[str, cx.Entry]) -> str:
    same = sum(other.name == entry.name for other in entries.values()) > 1
    return f"{entry.name} ({entry.department or entry.key})" if same else entry.name


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _lines(workspace: cx.Workspace, goals: dict[str, cx.Goal]) -> list[Any]:
    """The code behind the statuses, one line a goal."""
    lines: list[str] = []
    for metric, goal in goals.items():
        step = _step(workspace, metric, goal)
        if step is not None:
            lines += [f"{name} = workspace.tables[{name!r}]" for name in step.tables]
            lines.append(f"cx.status({step.code()}, workspace.goals[{metric!r}])")
    return list(dict.fromkeys(lines))


def _drop(metric: str) -> None:
    with problems.calmly("dropping the goal"):
        access.workspace().goals.drop(metric)
