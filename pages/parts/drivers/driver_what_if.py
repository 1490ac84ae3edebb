"""The section "What if": fewer failures or better ratings, and what the score would be."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

import cxanalysis as cx
from cxanalysis import numbers
from cxanalysis.labels import in_words
from pages.parts import results
from pages.parts.drivers.driver_shown import Shown
from pages.parts.run import run
from pages.parts.words import plain, short

#: Sliders drawn: the drivers that cost most; the code can change any.
MOST: Final = 6
#: A failure is cut by this share at first, so that there is something to see.
AT_FIRST: Final = 50
#: A rating's range is divided into so many steps of a slider.
STEPS: Final = 20
_KEY: Final = "drivers.what_if"

_NUMBER = st.column_config.NumberColumn
_COLUMNS: Final = {
    "driver": st.column_config.TextColumn("Driver", pinned=True),
    "mean": _NUMBER("Now", format="%.3f", help="Share of answers that a failure touches, or the average rating"),
    "new_mean": _NUMBER("Then", format="%.3f", help="The same after the change"),
    "gain": _NUMBER("Gain", format="%.2f", help="Points by which the outcome gets better"),
    "gain_low": _NUMBER("… low", format="%.2f", help="Lower end of the gain's interval"),
    "gain_high": _NUMBER("… high", format="%.2f", help="Upper end of the gain's interval"),
    "flags": st.column_config.ListColumn("Remarks"),
}


def draw(shown: Shown) -> None:
    """Sliders, the sentence, the quiet line and the table."""
    st.subheader("What if?", anchor=False)
    names = _movable(shown.result)
    if not names:
        results.say("None of these drivers has an effect that could be moved: they are too rare, or categories.")
        return
    answer = st.container()
    changes = _changes(shown.result, names)
    goal = _goal()
    with answer:
        _answer(shown, changes, goal)


def _answer(shown: Shown, changes: dict[str, dict[str, float]], goal: float | None) -> None:
    """The sentence first, then its table; without a change, what to do."""
    if not changes:
        results.say("Move a slider to see what the score would be.")
        return
    asked: dict[str, Any] = {"changes": changes} if goal is None else {"changes": changes, "goal": goal}
    step = shown.step.carried_to("what_if", **asked)
    found: cx.WhatIf = run(shown.workspace.tables, step, "Working out what would change")
    st.markdown(f"**{plain(found.headline)}**")
    then = numbers.points(found.level, found.level_low, found.level_high)
    results.quiet(
        [
            f"from {numbers.number(found.before, 1)} to {then}",
            f"n = {numbers.count(found.n)}",
            f"{found.confidence:.0%} intervals",
            found.label,
        ]
    )
    st.dataframe(
        in_words(found.table, shown.result.labels),
        hide_index=True,
        column_order=list(_COLUMNS),
        column_config=_COLUMNS,
        alt="What each change would bring",
    )
    results.notes(found.notes)
    results.actions(shown.workspace, [step], f"{_KEY}.actions", "what_if")


def _movable(result: cx.Drivers) -> list[str]:
    """Drivers with an effect and a mean of their own, the costliest first."""
    table = result.table.sort_values("at_stake", ascending=False, kind="stable")
    known = set(result.joint_effects.drivers)
    return [
        str(name)
        for name, effect in zip(table["driver"], table["effect"], strict=True)
        if name in known and numbers.known(effect)
    ][:MOST]


def _changes(result: cx.Drivers, names: list[str]) -> dict[str, dict[str, float]]:
    """What the sliders say, as the argument `changes`."""
    changes: dict[str, dict[str, float]] = {}
    sides = st.columns(2, gap="large")
    for number, name in enumerate(names):
        with sides[number % 2]:
            changes |= _change(result, name, first=number == 0)
    return changes


def _change(result: cx.Drivers, name: str, *, first: bool) -> dict[str, dict[str, float]]:
    """One driver's slider; empty while it stands at nothing."""
    place = result.joint_effects.drivers.index(name)
    low, high, mean = (
        float(ends[place]) for ends in (result.joint_effects.low, result.joint_effects.high, result.joint_effects.mean)
    )
    called = short(result.labels[name])
    if result.joint_effects.is_flag[place]:
        cut = st.slider(
            f"Fewer cases of {called} (now {numbers.percent(mean)})",
            0,
            100,
            AT_FIRST if first else 0,
            step=5,
            format="%d%%",
            key=f"{_KEY}.{name}",
            help="Share of today's cases that would not happen",
        )
        return {name: {"times": (100 - cut) / 100}} if cut else {}
    grid = (high - low) / STEPS
    most = grid * int((high - mean) / grid) if grid > 0 else 0.0
    if most <= 0:
        return {}
    # The room to the top is part of the key: in another table a kept value could lie beyond the slider's end.
    raised = st.slider(
        f"Higher {called} (now {numbers.number(mean, 2)})",
        0.0,
        most,
        grid if first else 0.0,
        step=grid,
        key=f"{_KEY}.{name}.{most:.6g}",
        help="By how much its average would rise",
    )
    return {name: {"by": round(raised, 9)}} if raised else {}


def _goal() -> float | None:
    return st.number_input(
        "Goal for the score",
        value=None,
        key=f"{_KEY}.goal",
        placeholder="none",
        help="Says how much of these changes is needed to reach it",
    )
