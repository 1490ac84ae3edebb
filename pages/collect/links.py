"""Links: which answers were hit by which failures, and how far that can be trusted."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

import cxanalysis as cx
from pages.parts import access, empty, places, problems, results, state
from pages.parts.data import unneeded
from pages.parts.data.linked_table import show_summary, show_windows
from pages.parts.run import run
from pages.parts.words import called, count, plain, short

PAGE: Final = state.Page("links", frozenset({"link"}))

LONGEST_WINDOW: Final = 3650
ABSENT: Final = {"missing": "nothing is known about them", "none": "it did not happen to them"}


def page() -> None:
    """Draw the page."""
    results.title("What happened to the customers who answered?")
    workspace = access.workspace()
    tables = dict(workspace.tables.items())
    sheets, logs = linkable(tables)
    held = PAGE.arrive(tables, lambda: workspace.steps.last(PAGE.name))
    if not sheets or not logs:
        empty.point_to_data(
            "Linking needs answers with a date and a customer or order, and a table of what happened "
            "(orders, contacts or complaints) with a date and the same customer or order."
        )
        return
    answer = st.container()
    choices = st.container()
    below = st.container()
    steps = st.container()
    step = None
    with choices, problems.calmly("reading your choices"):
        step = choose(tables, sheets, logs, held)
    with steps, problems.calmly("looking for steps that customers should not need"):
        unneeded.offer(workspace, tables, logs)
    if step is None:
        with answer:
            results.sentence("Choose what happened, and which failures count, to link them to the answers.")
        return
    PAGE.leave(step)
    with answer, problems.calmly("linking"):
        linked = run(tables, step, f"Looking for failures before {count(tables[step.tables[0]].n_rows, 'answer')}")
        workspace.steps.save(step, page=PAGE.name)
        results.sentence(linked.headline)
        draw(workspace, step, linked, below)


def linkable(tables: dict[str, cx.Table]) -> tuple[list[cx.Table], list[cx.Table]]:
    """Tables of answers and of events that can be linked to each other."""
    possible = cx.what_follows(tables)
    return [tables[name] for name in possible.answers], [tables[name] for name in possible.events]


def choose(
    tables: dict[str, cx.Table], sheets: list[cx.Table], logs: list[cx.Table], held: cx.Step | None
) -> cx.Step | None:
    """The step that the widgets stand for; None as long as nothing can be linked."""
    names = [t.name for t in sheets]
    first, second, third = st.columns([2, 2, 1], vertical_alignment="bottom")
    state.seed(PAGE.key("answers"), held.tables[0] if held else names[0], names)
    sheet = tables[first.selectbox("Answers", names, key=PAGE.key("answers"))]
    given = dict(held.arguments) if held and held.tables[0] == sheet.name else {}
    dates = list(sheet.columns_of("date"))
    state.seed(PAGE.key("answered"), given.get("answered"), dates)
    answered = second.selectbox("Answered on", dates, key=PAGE.key("answered"), format_func=called(sheet, dates))
    proposal = cx.propose_link(sheet, logs)
    usual = proposal.arguments["window_days"]
    state.seed_number(PAGE.key("window"), given.get("window_days"), 1, LONGEST_WINDOW, usual)
    window = third.number_input(
        "Window in days",
        1,
        LONGEST_WINDOW,
        key=PAGE.key("window"),
        help="A failure counts if it happened in this many days before the answer; after the answer it never counts.",
    )
    offered = [name for name in proposal.tables[1:] if name != sheet.name]
    told = list(held.tables[1:]) if held else offered[:1]
    state.seed_many(PAGE.key("events"), told, offered)
    chosen = st.multiselect(
        "What happened", offered, key=PAGE.key("events"), help="Tables of orders, contacts, complaints"
    )
    parts = [one_log(sheet, tables[name], proposal, _part(given, held, name)) for name in chosen]
    asked = [part for part in parts if part is not None]
    if not asked:
        return None
    several = len(asked) > 1
    arguments: dict[str, Any] = {
        "on": [part["on"] for part in asked] if several else asked[0]["on"],
        "answered": answered,
        "happened": [part["happened"] for part in asked] if several else asked[0]["happened"],
        "window_days": int(window),
        "flags": [part["flags"] for part in asked] if several else asked[0]["flags"],
        "absent": [part["absent"] for part in asked] if several else asked[0]["absent"],
        "other_windows": True,
    }
    return cx.Step("link", (sheet.name, *(part["name"] for part in asked)), arguments)


def _part(given: dict[str, Any], held: cx.Step | None, name: str) -> dict[str, Any]:
    """What the held step says about one table of events."""
    events = list(held.tables[1:]) if held and given else []
    if name not in events:
        return {}
    place, several = events.index(name), len(events) > 1
    part = {}
    for argument in ("on", "happened", "flags", "absent"):
        value = given.get(argument)
        one_each = several and isinstance(value, list) and len(value) == len(events)
        part[argument] = value[place] if one_each and isinstance(value, list) else value
    return part


def one_log(sheet: cx.Table, log: cx.Table, proposal: cx.LinkProposal, told: dict[str, Any]) -> dict[str, Any] | None:
    """Choices about one table of events: keys, failures, when each of them happens; None without a failure."""
    with st.container(border=True):
        st.markdown(f"**{plain(log.name)}** · {count(log.n_rows, 'row')}")
        left, right = st.columns(2)
        keys = told.get("on")
        if not (isinstance(keys, list) and len(keys) == 2):
            keys = [keys, keys] if isinstance(keys, str) else [None, None]
        mine, theirs = proposal.keys_for(log.name)
        with left:
            answer_key = _pick(
                log,
                "mine",
                f"Customer in {short(sheet.name, 30)}",
                list(proposal.keys[sheet.name]),
                keys[0] or mine,
                sheet,
            )
        with right:
            event_key = _pick(
                log,
                "theirs",
                f"Customer in {short(log.name, 30)}",
                list(proposal.keys[log.name]),
                keys[1] or theirs,
                log,
            )
        options = {row["column"]: row for row in proposal.failures_of(log.name)}
        flags = _failures(log, options, told.get("flags"))
        happened = _happens(log, flags, options, list(proposal.dates[log.name]), told.get("happened"))
        absent = _pick(
            log,
            "absent",
            "Customers who are not in this table",
            list(ABSENT),
            told.get("absent") or proposal.absent_for(log.name),
            ABSENT,
        )
    if not flags:
        return None
    on = answer_key if answer_key == event_key else [answer_key, event_key]
    return {"name": log.name, "on": on, "flags": flags, "happened": happened, "absent": absent}


def _pick(
    log: cx.Table, name: str, label: str, options: list[str], value: object, words: dict[str, str] | cx.Table
) -> str:
    """A choice about one table of events; `words` say what the options mean, or whose columns they are."""
    key = PAGE.key(f"{log.name}.{name}")
    state.seed(key, value, options)
    shown = words.__getitem__ if isinstance(words, dict) else called(words, options)
    return st.selectbox(plain(label), options, key=key, format_func=shown)


def _failures(log: cx.Table, options: dict[Any, Any], told: Any) -> dict[str, str | None]:
    """Failure as it will be called → its column; None where every row is one."""
    columns = list(options)
    usual = [column for column, row in options.items() if row["taken"]]
    chosen = list(told.values()) if isinstance(told, dict) else told if isinstance(told, list) else usual
    key, names = PAGE.key(f"{log.name}.failures"), called(log, columns)
    state.seed_many(key, chosen, columns)
    picked = st.multiselect(
        "Failures",
        columns,
        key=key,
        format_func=lambda c: f"every row of {log.name}" if c is None else names(c),
        help="What went wrong: yes/no columns, or every row, as in a list of complaints.",
    )
    return {options[column]["failure"]: column for column in picked}


def _happens(
    log: cx.Table, flags: dict[str, str | None], options: dict[Any, Any], dates: list[str], told: Any
) -> str | dict[str, str]:
    """The date column of each failure; one name if it is the same for all."""
    happened: dict[str, str] = {}
    names = called(log, [*flags, *dates])
    sides = st.columns(2)
    for place, failure in enumerate(flags):
        said = told.get(failure) if isinstance(told, dict) else told
        value = said if said in dates else options[flags[failure]]["happened"]
        key = PAGE.key(f"{log.name}.when.{failure}")
        state.seed(key, value, dates)
        happened[failure] = sides[place % 2].selectbox(
            f"When does {plain(names(failure), longest=40)} happen?",
            dates,
            key=key,
            format_func=lambda c: f"{short(names(c), 40)}: {_MEANING[log.roles[c]]}",
            help=_WHEN if place == 0 else None,
        )
    return next(iter(happened.values())) if len(set(happened.values())) == 1 else happened


_MEANING: Final = {"date": "when it happened", "due": "when it was promised", "closed": "when it was finished"}
_WHEN: Final = (
    "The moment at which the customer's expectation breaks. An order is late from the promised day on, "
    "whether or not it ever arrives."
)


def draw(workspace: cx.Workspace, step: cx.Step, linked: cx.Linked, below: Any) -> None:
    """What was met, the quiet line, the actions, and the button that keeps the linked table."""
    with below, problems.calmly("showing the links"):
        results.quiet(
            [
                f"n = {linked.n_answers:,} answers",
                f"window {linked.window_days:g} days",
                f"{linked.censored:,} answers outside the period of the events" if linked.censored else "",
                f"{linked.orphans:,} failures fell on no answer" if linked.orphans else "",
            ]
        )
        results.actions(workspace, [step], "links.actions", "links")
        _keep(workspace, step, linked)
        results.notes(linked.notes)
        show_summary(linked)
        show_windows(linked)


def _keep(workspace: cx.Workspace, step: cx.Step, linked: cx.Linked) -> None:
    name = f"{step.tables[0]}_linked"
    there = workspace.tables.get(name)
    if there is not None and there.token == linked.table.token:
        st.markdown(f"This link is in the workspace as {plain(name)}; the drivers page uses it.")
        if st.button("See the drivers", type="primary", key=PAGE.key("drivers")):
            st.switch_page(places.DRIVERS)
        return
    if st.button("Use this", type="primary", key=PAGE.key("use"), help=f"Keeps it in the workspace as {plain(name)}"):
        workspace.add(linked.table, name=name, replace=True, origin=step)
        st.rerun()


with problems.calmly("showing the links"):
    page()
