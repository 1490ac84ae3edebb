"""Steps that customers should not need, offered where a table can show them: found, kept as failures, and priced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import streamlit as st

import cxanalysis as cx
from pages.parts import problems, results, state
from pages.parts.run import run
from pages.parts.words import plain, short

#: Where the last step of this part is kept, and how the keys of its widgets begin.
PART: Final = "links.unneeded"
#: The call that finds them.
CALL: Final = "unnecessary"
#: How old the row before may be, unless somebody chooses.
USUAL_DAYS: Final = 30
LONGEST: Final = 3650
#: The highest unit cost that can be typed in.
DEAREST: Final = 1e9


def rules(workspace: cx.Workspace, logs: Sequence[cx.Table]) -> list[cx.UnnecessaryRule]:
    """What the tables can show; those that such a step has made are no source of another."""
    made = [log.name for log in logs if isinstance(step := workspace.origin(log.name), cx.Step) and step.call == CALL]
    return list(cx.propose_unnecessary(log for log in logs if log.name not in made))


def offer(workspace: cx.Workspace, tables: Mapping[str, cx.Table], logs: Sequence[cx.Table]) -> None:
    """The part of the page; nothing where no table can show such a step."""
    offered = rules(workspace, logs)
    if not offered:
        return
    st.subheader("Which steps should customers not have needed?", anchor=False)
    held = workspace.steps.last(PART)
    given: dict[str, Any] = dict(held.arguments) if held and held.call == CALL else {}
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    names = {rule.words: rule for rule in offered}
    state.seed(f"{PART}.rule", _words_of(held, offered), list(names))
    rule = names[left.selectbox("Step", list(names), key=f"{PART}.rule")]
    state.seed_number(f"{PART}.days", given.get("within_days"), 1, LONGEST, USUAL_DAYS)
    days = right.number_input(
        "Within days",
        1,
        LONGEST,
        key=f"{PART}.days",
        help="It counts as the same matter again if the row before is no older than this.",
    )
    arguments = {"repeated": rule.repeated, "within_days": int(days)}
    step = cx.Step(CALL, (rule.table,), arguments)
    made = run(tables, step, "Looking for steps that customers should not need")
    workspace.steps.save(step, page=PART)
    kept = tables.get(made.name)
    if kept is None or kept.token != made.token:
        counted = [note for note in made.notes if note not in tables[rule.table].notes]
        results.say(next(note for note in counted if f"a '{rule.step}':" in note))
        results.notes(counted, "How it is counted")
        if st.button(
            "Use as a failure",
            key=f"{PART}.keep",
            help=f"Keeps them in the workspace as {plain(made.name)}, to be linked",
        ):
            workspace.add(made, name=made.name, replace=True, origin=step)
            st.rerun()
        return
    with problems.calmly("counting the steps"):
        price(workspace, tables, made.name, rule, logs)


def _words_of(held: cx.Step | None, offered: Sequence[cx.UnnecessaryRule]) -> str | None:
    """The rule of the last step, as it is offered."""
    repeated = held.arguments.get("repeated") if held and held.call == CALL else None
    for rule in offered:
        if held and held.tables == (rule.table,) and repeated == rule.repeated:
            return rule.words
    return None


def price(
    workspace: cx.Workspace,
    tables: Mapping[str, cx.Table],
    name: str,
    rule: cx.UnnecessaryRule,
    logs: Sequence[cx.Table],
) -> None:
    """How many there are per 100 orders, and what they cost if somebody says what one costs."""
    orders = [log.name for log in logs if log.kind == "operations" and log.column_of("customer") and log.name != name]
    bases = [*(base for base in orders if base != rule.table), name]
    first, second, third = st.columns(3, vertical_alignment="bottom")
    state.seed(f"{PART}.base", bases[0], bases)
    base = first.selectbox(
        "Per 100 rows of", bases, key=f"{PART}.base", format_func=short, help="What the steps are set against"
    )
    low = second.number_input(
        "One costs at least", 0.0, DEAREST, value=None, key=f"{PART}.low", placeholder="not known"
    )
    high = third.number_input("… and at most", 0.0, DEAREST, value=None, key=f"{PART}.high", placeholder="the same")
    arguments: dict[str, Any] = {"steps": [rule.step]}
    if low is not None or high is not None:
        ends = [end for end in (low, high) if end is not None]
        arguments["unit_cost"] = [min(ends), max(ends)]
    step = cx.Step("unnecessary_rate", (name,) if base == name else (name, base), arguments)
    rate = run(tables, step, "Counting the steps")
    results.say(rate.headline)
    results.quiet(
        [
            f"n = {rate.n:,} rows of {base}",
            f"{rate.confidence:.0%} interval: {rate.method}",
            f"kept as {name}: choose it above to link it",
        ]
    )
    results.actions(workspace, [step], f"{PART}.actions", "steps")
    results.notes((*results.left_out(rate), *rate.notes), "What was counted")
