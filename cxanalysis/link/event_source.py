"""What a link is asked for: which tables, which failures in them, and when each of them happens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cxanalysis.arguments import check_column, shown
from cxanalysis.problem import Problem
from cxanalysis.tables.table import Table


@dataclass(frozen=True, slots=True)
class EventSource:
    """One table of events, with every question about it answered.

    Attributes
    ----------
    table : Table
    answer_key, event_key : str
        The columns that name the customer (or order) in the answers and here.
    flags : mapping of failure → column
        The 0/1 column that says whether it happened; None: every row is one.
    happened : mapping of failure → column
        The date at which it happened.
    absent : str
        What an answer means whose key is not in this table: "missing" or "none".
    """

    table: Table
    answer_key: str
    event_key: str
    flags: Mapping[str, str | None]
    happened: Mapping[str, str]
    absent: str


def columns_used(source: EventSource) -> list[str]:
    """The columns of a table of events that a link uses: key, failures and the dates on which they happened."""
    flags = [column for column in source.flags.values() if column is not None]
    return list(dict.fromkeys([source.event_key, *flags, *source.happened.values()]))


def event_sources(
    answers: Table,
    tables: Sequence[Table],
    *,
    on: Any,
    happened: Any,
    flags: Any,
    absent: Any,
) -> list[EventSource]:
    """Read the arguments of `link`, shared or one per table, into one `EventSource` a table."""
    several = len(tables) > 1
    keys = _one_each(on, len(tables), "on") if several and not isinstance(on, str) else [on] * len(tables)
    dates = _one_each(happened, len(tables), "happened") if isinstance(happened, list) and several else None
    wanted = _one_each(flags, len(tables), "flags") if several and flags is not None else [flags] * len(tables)
    without = _one_each(absent, len(tables), "absent") if not isinstance(absent, str) else [absent] * len(tables)
    sources = []
    for place, table in enumerate(tables):
        answer_key, event_key = _pair(keys[place])
        check_column(answer_key, answers.columns, f"on, {answers.name}")
        check_column(event_key, table.columns, f"on, {table.name}")
        when = dates[place] if dates else happened
        if isinstance(when, list) and len(when) == 1:
            when = when[0]
        named = _named_flags(table, wanted[place], exclude=(event_key, *_date_columns(when)))
        if without[place] not in ("missing", "none"):
            raise Problem(f"{without[place]!r} is not known", where="absent", do="Use 'missing' or 'none'")
        sources.append(
            EventSource(table, answer_key, event_key, named, _happens(table, named, when), str(without[place]))
        )
    _refuse_clashes(answers, sources)
    return sources


def _one_each(value: Any, n: int, argument: str) -> list[Any]:
    if not isinstance(value, (list, tuple)) or len(value) != n:
        raise Problem(
            f"'{argument}' must be a list with one entry for each of the {n} event tables",
            do="Where the same holds for all, hand over that one value",
        )
    return list(value)


def _pair(on: Any) -> tuple[str, str]:
    if isinstance(on, str):
        return on, on
    if isinstance(on, (list, tuple)) and len(on) == 2 and all(isinstance(key, str) for key in on):
        return on[0], on[1]
    raise Problem("'on' must be one column, or the answers' column and the events' column")


def _date_columns(happened: Any) -> list[str]:
    return list(happened.values()) if isinstance(happened, Mapping) else [happened]


def _named_flags(table: Table, flags: Any, exclude: Sequence[str]) -> dict[str, str | None]:
    """Failure → column, from a mapping, a list, or (None) every yes/no column of the table."""
    if flags is None:
        found = list(table.columns_of("flag"))
        if not any(role != "ignore" for role in table.roles.values()):
            found = [c for c in table.columns if c not in exclude and _is_zero_one(table.frame[c])]
        if not found:
            raise Problem(
                "there is no yes/no column to link",
                where=table.name,
                do="Name the failures with flags=[…], or give {'complaint': None} where every row is one",
            )
        return {column: column for column in found}
    names = [flags] if isinstance(flags, str) else flags
    is_list = isinstance(names, Sequence | Mapping) and all(isinstance(name, str) for name in names)
    if not is_list or not names or isinstance(names, bytes):
        raise Problem(f"failures are named by a list of columns, not by {shown(flags)}", where="flags")
    named: dict[str, str | None] = dict(names) if isinstance(names, Mapping) else {name: name for name in names}
    for column in named.values():
        if column is not None:
            check_column(column, table.columns, f"flags, {table.name}")
    return named


def _is_zero_one(values: pd.Series) -> bool:
    if pd.api.types.is_bool_dtype(values):
        return True
    return (
        pd.api.types.is_numeric_dtype(values)
        and bool(values.notna().any())
        and bool(values.dropna().isin([0, 1]).all())
    )


def _happens(table: Table, named: Mapping[str, str | None], happened: Any) -> dict[str, str]:
    """Failure → date column."""
    if isinstance(happened, str):
        when = dict.fromkeys(named, happened)
    elif isinstance(happened, Mapping):
        lost = [failure for failure in named if failure not in happened]
        if lost:
            raise Problem(
                f"it is not said when '{lost[0]}' happens",
                where=table.name,
                do="Name a date column for it in 'happened'",
            )
        when = {failure: str(happened[failure]) for failure in named}
    else:
        raise Problem("'happened' must be a date column, or a mapping of failure to date column")
    for column in when.values():
        check_column(column, table.columns, f"happened, {table.name}")
    return when


def _refuse_clashes(answers: Table, sources: Sequence[EventSource]) -> None:
    taken = {column: f"'{column}' is already a column of {answers.name}" for column in answers.columns}
    for source in sources:
        for failure in source.flags:
            for column in (failure, f"{failure}_count"):
                if column in taken:
                    raise Problem(
                        taken[column],
                        where=f"failure '{failure}' of {source.table.name}",
                        do="Give it another name: flags={'new name': 'column'}",
                    )
                taken[column] = f"'{column}' is made from two tables"
