"""The section "What if": fewer failures or better ratings, and what the score would be."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

import cxanalysis as cx
from cxanalysis import numbers
from pages.parts import results
from pages.parts.driver_shown import Shown
from pages.parts.run import run
from pages.parts.words import plain, short

#: Sliders drawn: the drivers that cost most; the code can change any.
MOST: Final = 6
#: A failure is cut by this share at first, so that there is something to see.
AT_FIRST: Final = 50
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
    changes = _changes(shown.result, names)
    goal = _goal()
    if not changes:
        results.say("Move a slider to see what the score would be.")
        return
    arguments: dict[str, Any] = {"drivers": dict(shown.step.arguments), "changes": changes}
    if goal is not None:
        arguments["goal"] = goal
    step = cx.Step("what_if", shown.step.tables, arguments)
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
        found.table, hide_index=True, column_order=list(_COLUMNS), column_config=_COLUMNS,
        alt="What each change would bring",
    )  # fmt: skip
    results.notes(found.notes)
    results.actions(shown.workspace, [step], f"{_KEY}.actions", "what_if")


def _movable(result: cx.Drivers) -> list[str]:
    """Drivers with an effect and a mean of their own, the costliest first."""
    table = result.table.sort_values("at_stake", ascending=False, kind="stable")
    known = set(result.moves.drivers)
    return [
        str(name)
        for name, effect in zip(table["driver"], table["effect"], strict=True)
        if name in known and numbers.known(effect)
    ][:MOST]


def _changes(result: cx.Drivers, names: list[str]) -> dict[str, dict[str, float]]:
    """What the sliders say, as the argument `changes`."""
    changes: dict[str, dict[str, float]] = {}
    for number, name in enumerate(names):
        place = result.moves.drivers.index(name)
        key = f"{_KEY}.{name}"
        if result.moves.is_flag[place]:
            now = numbers.percent(float(result.moves.mean[place]))
            cut = st.slider(
                f"Fewer cases of {short(name)} (now {now})", 0, 100, AT_FIRST if number == 0 else 0, step=5,
                format="%d%%", key=key, help="Share of today's cases that would not happen",
            )  # fmt: skip
            if cut:
                changes[name] = {"times": (100 - cut) / 100}
            continue
        low, high, mean = (float(v[place]) for v in (result.moves.low, result.moves.high, result.moves.mean))
        grid = (high - low) / 20
        most = grid * int((high - mean) / grid) if grid > 0 else 0.0
        if most <= 0:
            continue
        raised = st.slider(
            f"Higher {short(name)} (now {numbers.number(mean, 2)})", 0.0, most, grid if number == 0 else 0.0, step=grid,
            key=key, help="By how much its average would rise",
        )  # fmt: skip
        if raised:
            changes[name] = {"by": round(raised, 9)}
    return changes


def _goal() -> float | None:
    return st.number_input(
        "Goal for the score", value=None, key=f"{_KEY}.goal", placeholder="none",
        help="Says how much of these changes is needed to reach it",
    )  # fmt: skip
