"""How answers and events can be linked: which keys, which failures, when each of them happens. `propose_link`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import pandas as pd

from cxanalysis.columns.cell_text import name_words
from cxanalysis.link.link_proposal import LinkProposal
from cxanalysis.problem import Problem
from cxanalysis.tables.table import Table

#: How many days before an answer a failure counts, unless somebody chooses.
USUAL_WINDOW: Final = 90
#: Kinds of source whose rows are things that happened to customers.
EVENTS: Final = ("operations", "contacts", "complaints", "inquiries")
#: Kinds of which a customer has rows only if it happened: whoever is not listed had none.
COMPLETE_LOGS: Final = ("complaints", "contacts", "inquiries")
#: What one row of such a log is called as a failure.
ONE_ROW: Final[Mapping[str, str]] = {"complaints": "complaint", "contacts": "contact", "inquiries": "inquiry"}
#: Roles by which two tables can be joined, the likeliest first.
KEYS: Final = ("customer", "order", "id")
#: Role of a date → what kind of moment it is.
MOMENTS: Final[Mapping[str, str]] = {"date": "happened", "due": "promised", "closed": "finished"}
#: Beginnings of words in the names of failures that happen when a promise is broken, in the languages offered: from
#: that day on the customer waits, whether or not the record is ever closed.
PROMISE_WORDS: Final = ("late", "delay", "overdue", "versp", "retras", "retard", "tard", "atras", "ritard")


def can_be_linked(tables: Iterable[Table]) -> tuple[list[Table], list[Table]]:
    """Tables of answers, and tables of dated events that belong to somebody, each in their order."""
    every = list(tables)
    dated = [t for t in every if t.has_answers and t.columns_of("date") and t.columns_of(*KEYS)]
    events = [t for t in every if t.kind in EVENTS and dates_of(t) and t.columns_of(*KEYS)]
    return dated, events


def propose_link(answers: Table, events: Table | Sequence[Table]) -> LinkProposal:
    """How can these answers be linked to what happened before them?

    Parameters
    ----------
    answers : Table
        With a date and a customer, order or id.
    events : Table or list of Table

    Returns
    -------
    LinkProposal
        Nothing is linked: the arguments are what a person would look at and change.

    Raises
    ------
    Problem
        If the answers have no date, or no table shares a key with them.

    Examples
    --------
    >>> import cxanalysis as cx
    >>> company = cx.load_sample("company")
    >>> proposal = cx.propose_link(company["survey"], company["operations"])
    >>> proposal.arguments["on"], proposal.arguments["happened"]["late"]
    ('customer', 'promised')
    """
    tables = [events] if isinstance(events, Table) else list(events)
    dates = answers.columns_of("date")
    if not dates:
        raise Problem("the answers have no date", where=answers.name, do="Give a column the role 'date'")
    linked = [(table, *pair) for table in tables if (pair := likely_keys(answers, table)) is not None]
    if not linked:
        names = ", ".join(table.name for table in tables)
        raise Problem(
            f"no table shares a key with the answers ({names})",
            where=answers.name,
            do="Give the column of the customer, order or case its role in both tables",
        )
    failures = {table.name: named_failures(table, answers) for table, _, _ in linked}
    rows = [
        _option(table, column, answers, failures[table.name])
        for table, _, _ in linked
        for column in (*table.columns_of("flag"), None)
    ]
    parts: list[dict[str, Any]] = [
        {
            "on": mine if mine == theirs else [mine, theirs],
            "happened": {failure: usual_date(table, failure) for failure in failures[table.name]},
            "flags": failures[table.name],
            "absent": usual_absence(table),
        }
        for table, mine, theirs in linked
    ]
    several = len(parts) > 1
    arguments = {name: [part[name] for part in parts] if several else parts[0][name] for name in parts[0]}
    return LinkProposal(
        arguments={"answered": dates[0], "window_days": USUAL_WINDOW, **arguments},
        tables=(answers.name, *(table.name for table, _, _ in linked)),
        keys={table.name: keys_of(table) for table in (answers, *tables)},
        dates={table.name: dates_of(table) for table in (answers, *tables)},
        table=pd.DataFrame(rows, columns=["failure", "table", "column", "happened", "moment", "taken"]),
    )


def _option(
    events: Table, column: str | None, answers: Table, taken: Mapping[str, str | None]
) -> tuple[str, str, str | None, str, str, bool]:
    """A row of `LinkProposal.table`."""
    name = failure_name(events, column, answers)
    day = usual_date(events, name)
    return name, events.name, column, day, MOMENTS[events.roles[day]], name in taken


def keys_of(table: Table) -> tuple[str, ...]:
    """Columns that could name whose row it is, the likeliest first."""
    return tuple(column for role in KEYS for column in table.columns_of(role))


def dates_of(table: Table) -> tuple[str, ...]:
    """Columns that could say when something happened: its date, when it was promised, when it was finished."""
    return tuple(column for role in MOMENTS for column in table.columns_of(role))


def likely_keys(answers: Table, events: Table) -> tuple[str, str] | None:
    """The pair of key columns that fits best: the same role, or else the same name; None where no two fit."""
    for role in ("customer", "order"):
        if (mine := answers.columns_of(role)) and (theirs := events.columns_of(role)):
            same = next((name for name in mine if name in theirs), None)
            return (same, same) if same else (mine[0], theirs[0])
    same = next((name for name in keys_of(answers) if name in keys_of(events)), None)
    return (same, same) if same else None


def named_failures(events: Table, answers: Table) -> dict[str, str | None]:
    """Failure as it will be called → its yes/no column; without any, every row is one (None)."""
    columns: Sequence[str | None] = events.columns_of("flag") or [None]
    return {failure_name(events, column, answers): column for column in columns}


def failure_name(events: Table, column: str | None, answers: Table) -> str:
    """What a failure will be called beside the answers: a name that is none of their columns yet."""
    name = ONE_ROW.get(events.kind or "", events.name) if column is None else column
    taken = {*answers.columns, *(f"{column}_count" for column in answers.columns)}
    return f"{name}_in_{events.name}" if name in taken or f"{name}_count" in taken else name


def usual_date(events: Table, failure: str) -> str:
    """The date column at which a failure happens: one one named after it, else the promised day, else its date."""
    dates = dates_of(events)
    named = next((column for column in dates if column.startswith(failure)), None)
    due = events.columns_of("due")
    if named is not None:
        return named
    return due[0] if due and breaks_a_promise(failure) else dates[0]


def breaks_a_promise(failure: str) -> bool:
    """Whether a failure's name says that something came later than it should.

    >>> breaks_a_promise("late"), breaks_a_promise("Verspätung"), breaks_a_promise("plates_broken")
    (True, True, False)
    """
    return any(word.startswith(PROMISE_WORDS) for word in name_words(failure).split())


def usual_absence(events: Table) -> str:
    """What it means not to be in a table: "none" for a log that lists everybody it happened to, else "missing"."""
    return "none" if events.kind in COMPLETE_LOGS else "missing"
