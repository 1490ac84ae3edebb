"""The drivers counted in customers or in money instead of points: what it takes is asked in one line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

import cxanalysis as cx
from cxanalysis import numbers
from pages.parts import results, state
from pages.parts.drivers.driver_shown import Shown
from pages.parts.run import run
from pages.parts.words import plain, short

#: Under this name the workspace keeps the last count, so that a refresh finds it again.
PLACE: Final = "drivers.at_stake"
#: What failures can be counted in → what the switch says.
COUNTED: Final = {"points": "points", "money": "money", "customers": "customers"}
#: Roles whose columns may hold what a customer is worth.
WORTH: Final = ("amount", "number")
#: In how many days after the answer leaving counts, if nobody says otherwise.
DAYS: Final = 365
_KEY: Final = "drivers.at_stake"


@dataclass(frozen=True, slots=True)
class Source:
    """Where it stands whether a customer stayed: a column of the answers, or of a table of customers."""

    column: str
    people: str | None
    days: bool
    label: str


def switch() -> str:
    """Points, money or customers."""
    state.seed(f"{_KEY}.counted", "points", list(COUNTED))
    chosen = st.segmented_control(
        "Count in",
        list(COUNTED),
        key=f"{_KEY}.counted",
        format_func=COUNTED.__getitem__,
        label_visibility="collapsed",
    )
    return chosen or "points"


def show(shown: Shown, counted: str) -> None:
    """What it takes, the sentence, the picture."""
    found = sources(shown)
    if not found:
        results.say(
            "To count customers, it must be known who stayed: a yes/no column beside the answers, such as “renewed”, "
            "or a table of customers with the day on which they left. Add one on the data page."
        )
        return
    step = choose(shown, found, counted)
    if isinstance(step, str):
        results.say(step)
        return
    result: cx.AtStake = run(shown.workspace.tables, step, "Counting the customers at stake")
    shown.workspace.steps.save(step, page=PLACE)
    st.markdown(f"**{plain(result.headline)}**")
    of: Any = counted
    chart = cx.charts.at_stake(result, of=of, mode=results.mode(), caption=False)
    results.picture(chart, alt=cx.charts.describe(result), key=f"{_KEY}.chart.{counted}")
    results.quiet(
        [
            f"n = {numbers.count(result.n)}",
            f"{result.n_excluded:,} left out" if result.n_excluded else "none left out",
            numbers.period(result.period),
            f"{result.confidence:.0%} intervals",
            f"{numbers.percent(result.stays)} stay",
            result.method,
        ]
    )
    results.actions(shown.workspace, [step], f"{_KEY}.actions", "at_stake")
    results.notes(result.notes, "Where these customers come from, and what to keep in mind")


def sources(shown: Shown) -> list[Source]:
    """Tables of customers that say when somebody left, then yes/no columns of the answers that are no driver."""
    tables = shown.workspace.tables
    answers = tables[shown.step.tables[0]]
    taken = {shown.step.arguments.get("outcome"), *shown.step.arguments.get("drivers", ())}
    out = []
    if answers.column_of("customer") is not None:
        for people in tables.values():
            if people.kind != "customers" or people.column_of("customer") is None:
                continue
            left = people.columns_of("closed") if answers.column_of("date") is not None else ()
            out += [Source(c, people.name, True, f"{people.name}: {c}") for c in left]
            out += [Source(c, people.name, False, f"{people.name}: {c}") for c in people.columns_of("flag")]
    good = [c for c in answers.columns_of("flag") if c not in taken and c not in answers.failures]
    rest = [c for c in answers.columns_of("flag") if c not in taken and c not in good]
    return [*out, *(Source(c, None, False, c) for c in (*good, *rest))]


def choose(shown: Shown, found: list[Source], counted: str) -> cx.Step | str:
    """The step that the line of widgets stands for; or what is still to be said."""
    last = shown.workspace.steps.last(PLACE)
    given: dict[str, Any] = dict(last.arguments) if last is not None and last.tables[:1] == shown.step.tables else {}
    labels = {source.label: source for source in found}
    told = next((s.label for s in found if given and _same(s, last)), found[0].label)
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{_KEY}.asked"):
        state.seed(f"{_KEY}.loyalty", told, list(labels))
        label = st.selectbox(
            "Who stayed, by",
            list(labels),
            key=f"{_KEY}.loyalty",
            format_func=short,
            help="A day on which a customer left, or a yes/no column. The effect of each failure on it is worked out "
            "with all other drivers held equal; no rate is assumed.",
        )
        source = labels[label]
        from_table = "counted from the table" if source.people else "number"
        about = "How many customers you have. Left empty, those still there in the table of customers."
        base = _number("base", "Customers in all", given.get("base"), from_table, about)
        days = _days(given) if source.days else None
    value = given.get("value_per_customer")
    if counted == "money":
        with st.container(horizontal=True, vertical_alignment="bottom", key=f"{_KEY}.worth_line"):
            value = _value(shown, source, given)
    if base is None and source.people is None:
        return "Say how many customers you have in all, to see how many of them are at stake."
    if counted == "money" and value is None:
        return "Say what a customer who leaves would have been worth. No amount is assumed."
    drivers = [c for c in shown.step.arguments["drivers"] if c != source.column or source.people]
    chosen = {"base": base, "within_days": days if days != DAYS else None, "value_per_customer": value}
    return shown.step.carried_to(
        "at_stake",
        further_tables=[source.people] if source.people else [],
        drivers=drivers,
        loyalty=source.column,
        **{name: v for name, v in chosen.items() if v is not None},
    )


def _same(source: Source, last: cx.Step | None) -> bool:
    """Whether the last step used this source."""
    if last is None or last.arguments.get("loyalty") != source.column:
        return False
    return last.tables[1:] == ((source.people,) if source.people else ())


def _number(name: str, label: str, told: object, placeholder: str, about: str) -> float | None:
    """A number that may be left open."""
    key = f"{_KEY}.{name}"
    if key not in st.session_state and isinstance(told, int | float) and not isinstance(told, bool):
        st.session_state[key] = float(told)
    return st.number_input(label, 0.0, value=None, step=1.0, format="%g", key=key, placeholder=placeholder, help=about)


def _days(given: dict[str, Any]) -> int:
    state.seed_number(f"{_KEY}.days", given.get("within_days"), 1, 3650, DAYS)
    return int(
        st.number_input(
            "Within days",
            1,
            3650,
            step=30,
            key=f"{_KEY}.days",
            help="Who left within so many days after the answer did not stay. Later answers cannot be judged yet.",
        )
    )


def _value(shown: Shown, source: Source, given: dict[str, Any]) -> Any:
    """One amount, a range, or a column."""
    tables = shown.workspace.tables
    there = [tables[name] for name in (source.people, shown.step.tables[0]) if name]
    taken = {*shown.step.arguments.get("drivers", ()), *shown.step.arguments.get("adjust_for", ())}
    columns = [c for table in there for c in table.columns_of(*WORTH) if c not in taken]
    told = given.get("value_per_customer")
    low, high = told if isinstance(told, list) else (told, None)
    column = None
    if columns:
        state.seed(f"{_KEY}.column", told, [None, *columns])
        column = st.selectbox(
            "Worth of a customer",
            [None, *columns],
            key=f"{_KEY}.column",
            placeholder="an amount",
            format_func=lambda c: "an amount" if c is None else short(c),
        )
    if column is not None:
        return column
    amount = "What a customer who leaves would have been worth, in your currency"
    first = _number("worth", "A customer is worth", low, "amount", amount)
    second = _number("worth_to", "… or up to", high, "one amount", "For a range: the interval then covers both ends")
    if first is None:
        return None
    return first if second is None or second <= first else [first, second]
