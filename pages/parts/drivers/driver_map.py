"""The section "Important × good": what matters and is not good enough, with goals to be chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

import cxanalysis as cx
from cxanalysis import numbers
from cxanalysis.labels import in_words
from pages.parts import results, state
from pages.parts.run import run
from pages.parts.words import short

if TYPE_CHECKING:
    from pages.parts.drivers.driver_shown import Shown

#: Under this name the workspace keeps the last map, so that a refresh finds it again.
PLACE: Final = "drivers.map"
_KEY: Final = "drivers.map"
#: The usual goals of `cx.importance_performance`, at which the sliders stand before anybody moves them.
GOAL: Final = 80
WITHOUT: Final = 95
IMPORTANT: Final = 10
STATED: Final = 80
MEASURED: Final = {"mean": "Average, in % of the scale", "top-box": "% of the best answers"}
AXES: Final = {"derived": "What goes with the score", "stated": "What people say"}
RATED: Final = ("rating", "csat", "ces", "nps", "number")

_NUMBER = st.column_config.NumberColumn
#: Column of `ImportancePerformance.table` → its heading and explanation, in the order shown.
COLUMNS: Final = {
    "driver": st.column_config.TextColumn("Driver", pinned=True),
    "quadrant": st.column_config.TextColumn("Where it stands", help="Only if both intervals are clear of the lines"),
    "unmet": st.column_config.CheckboxColumn("Unmet need", help="Important, below its goal, and more than chance"),
    "importance": _NUMBER("Importance", format="percent", help="Share of what all drivers explain"),
    "importance_low": _NUMBER("… low", format="percent", help="Lower end of the interval of the importance"),
    "importance_high": _NUMBER("… high", format="percent", help="Upper end of the interval of the importance"),
    "performance": _NUMBER("How good", format="%.1f", help="From 0, the worst, to 100, the best"),
    "performance_low": _NUMBER("… low", format="%.1f", help="Lower end of the interval of how good it is"),
    "performance_high": _NUMBER("… high", format="%.1f", help="Upper end of the interval of how good it is"),
    "goal": _NUMBER("Goal", format="%.0f"),
    "measured": st.column_config.TextColumn("Measured as"),
    "stated": _NUMBER("As people say", format="%.1f", help="How important people say it is, 0 to 100"),
    "stated_low": _NUMBER("… low", format="%.1f", help="Lower end of the interval of the stated importance"),
    "stated_high": _NUMBER("… high", format="%.1f", help="Upper end of the interval of the stated importance"),
    "q_value": _NUMBER("q", format="%.3f", help="Below 0.05: hardly chance, although several drivers were looked at"),
    "n": _NUMBER("Answers", format="localized", help="So many answered this one"),
    "n_missing": _NUMBER("No answer", format="localized"),
    "flags": st.column_config.ListColumn("Remarks", help="Explained in the notes"),
}


def show(shown: Shown) -> None:
    """The sentence, the map, the goals and the table."""
    st.subheader("What matters and is not good enough?", anchor=False)
    answer = st.container()
    step = choose(shown)
    with answer:
        result = run(shown.workspace.tables, step, "Setting importance beside performance")
        shown.workspace.steps.save(step, page=PLACE)
        results.say(result.headline)
        draw(shown, step, result)
    below(result)


def choose(shown: Shown) -> cx.Step:
    """The step that the widgets and the analysis above stand for."""
    last = shown.workspace.steps.last(PLACE)
    mine = last is not None and last.tables == shown.step.tables
    given: dict[str, Any] = dict(last.arguments) if last is not None and mine else {}
    arguments: dict[str, Any] = {}
    goals = st.container()
    with st.expander("Measured how, and where the lines stand"):
        left, right = st.columns(2)
        with left:
            arguments |= _one_of("performance_as", "Ratings as", MEASURED, given, "mean")
        with right:
            mean = _mean(given)
        stated = _stated(shown, given)
    with goals:
        axis = _axis(given) if stated else {}
        if mean:
            arguments |= {"goal": "mean", "importance_goal": "mean"}
        else:
            arguments |= _goals(shown, given, bool(axis))
    return shown.step.carried_to("importance_performance", **arguments, **stated, **axis)


def _goals(shown: Shown, given: dict[str, Any], stated: bool) -> dict[str, Any]:
    """The crosshair, as far as it was moved."""
    kinds = dict(zip(shown.result.joint_effects.drivers, shown.result.joint_effects.is_flag, strict=True))
    told = given.get("goal")
    sides = st.columns(3 if len(set(kinds.values())) > 1 else 2)
    goals: dict[bool, int] = {}
    for place, (flag, label, usual) in enumerate(
        [(False, "Goal for ratings, of 100", GOAL), (True, "Goal: % of answers without the failure", WITHOUT)]
    ):
        if flag not in kinds.values():
            continue
        held = (
            next((told[name] for name, is_flag in kinds.items() if is_flag == flag and name in told), usual)
            if isinstance(told, dict)
            else told
            if isinstance(told, int | float)
            else usual
        )
        with sides[place if len(sides) == 3 else 0]:
            goals[flag] = _slider(f"goal.{flag}", label, 0, 100, held, usual, "Where “good” begins")
    with sides[-1]:
        if stated:
            line = _slider(
                "stated_line",
                "Important from, of 100",
                0,
                100,
                given.get("importance_goal"),
                STATED,
                "What people must say for it to count as important",
            )
        else:
            now = given.get("importance_goal")
            line = _slider(
                "line",
                "Important from, % of what the drivers explain",
                0,
                60,
                100 * now if isinstance(now, float) else None,
                IMPORTANT,
                "A driver that makes up more than this counts as important",
            )
    out: dict[str, Any] = {}
    if any(goal != (WITHOUT if flag else GOAL) for flag, goal in goals.items()):
        out["goal"] = {name: goals[flag] for name, flag in kinds.items()}
    if line != (STATED if stated else IMPORTANT):
        out["importance_goal"] = line if stated else line / 100
    return out


def _slider(name: str, label: str, low: int, high: int, now: Any, usual: int, about: str) -> int:
    key = f"{_KEY}.{name}"
    state.seed_number(key, round(now) if isinstance(now, int | float) else usual, low, high, usual)
    return int(st.slider(label, low, high, key=key, help=about))


def _mean(given: dict[str, Any]) -> bool:
    key = f"{_KEY}.mean"
    if key not in st.session_state:
        st.session_state[key] = given.get("goal") == "mean"
    return st.toggle(
        "Lines at the mean of these drivers",
        key=key,
        help="Common, and misleading: about half of them are then too low and half important, however good they are.",
    )


def _one_of(name: str, label: str, words: dict[str, str], given: dict[str, Any], usual: str) -> dict[str, str]:
    key = f"{_KEY}.{name}"
    state.seed(key, given.get(name, usual), list(words))
    value = st.selectbox(label, list(words), key=key, format_func=words.__getitem__)
    return {} if value == usual else {name: value}


def _stated(shown: Shown, given: dict[str, Any]) -> dict[str, dict[str, str]]:
    """For each driver the column in which people say how important it is, where there is one."""
    table = shown.workspace.tables[shown.step.tables[0]]
    taken = {shown.step.arguments["outcome"], *shown.step.arguments["drivers"]}
    options = [None, *(c for c in table.columns_of(*RATED) if c not in taken and c in table.scales)]
    if len(options) == 1:
        return {}
    told = given.get("stated") if isinstance(given.get("stated"), dict) else {}
    st.markdown("Did you ask how important each of these is? Name the columns.")
    out: dict[str, str] = {}
    sides = st.columns(2)
    for number, name in enumerate(shown.result.joint_effects.drivers):
        key = f"{_KEY}.stated.{name}"
        state.seed(key, (told or {}).get(name), options)
        with sides[number % 2]:
            column = st.selectbox(
                f"Stated importance of {short(name)}",
                options,
                key=key,
                format_func=lambda column: "not asked" if column is None else short(column),
            )
        if column is not None:
            out[name] = column
    return {"stated": out} if out else {}


def _axis(given: dict[str, Any]) -> dict[str, str]:
    key = f"{_KEY}.importance_as"
    state.seed(key, given.get("importance_as", "derived"), list(AXES))
    chosen = st.segmented_control("Importance is", list(AXES), key=key, format_func=AXES.__getitem__)
    return {"importance_as": "stated"} if chosen == "stated" else {}


def draw(shown: Shown, step: cx.Step, result: cx.ImportancePerformance) -> None:
    """Picture, quiet line and actions."""
    if (result.table["quadrant"] != "").any():
        chart = cx.charts.importance_performance(result, mode=results.mode(), caption=False)
        results.picture(chart, alt=cx.charts.describe(result), key=f"{_KEY}.chart")
    results.quiet(
        [
            f"n = {numbers.count(result.n)}",
            f"{result.n_excluded:,} left out" if result.n_excluded else "none left out",
            numbers.period(result.period),
            f"{result.confidence:.0%} intervals both ways",
            result.method,
            "grey: not told from noise",
        ]
    )
    results.actions(shown.workspace, [step], f"{_KEY}.actions", "importance_performance")


def below(result: cx.ImportancePerformance) -> None:
    """The notes and the table."""
    results.notes(result.notes)
    known = [c for c in COLUMNS if not c.startswith("stated") or result.table["stated"].notna().any()]
    st.dataframe(
        in_words(result.table, result.labels),
        hide_index=True,
        column_order=known,
        column_config=COLUMNS,
        height="content" if len(result.table) <= 12 else 460,
        key=f"{_KEY}.table",
        alt=f"All numbers of the importance-performance map of {result.outcome}",
    )
