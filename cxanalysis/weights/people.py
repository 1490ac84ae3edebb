"""People who were or could have been asked, and which of them answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.arguments import check_column, check_columns
from cxanalysis.problem import Problem
from cxanalysis.tables.as_table import as_table
from cxanalysis.tables.table import Table

#: Roles of columns that say something about a person or an invitation.
FIELD_ROLES: Final = ("category", "flag", "number", "amount", "rating", "date", "due")
#: Roles of columns that name a row or its customer.
KEY_ROLES: Final = ("customer", "order", "id")
#: A category with more values than this describes nobody; it is left out, and said so.
MOST_LEVELS: Final = 30
#: What a missing value of a category is called.
NOT_STATED: Final = "not stated"


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Rows of people, with who of them answered.

    Attributes
    ----------
    table : Table
    answered : array of bool
    answers : Table or None
        Their answers, where these are a table of their own.
    on : (str, str) or None
        Key column in `table` and in `answers`.
    cluster : array of int or None
        Code of the customer of each row, where a customer has several rows.
    notes : tuple of str
    """

    table: Table
    answered: NDArray[np.bool_]
    answers: Table | None
    on: tuple[str, str] | None
    cluster: NDArray[np.int64] | None
    notes: tuple[str, ...]


def key_columns(people: Table, answers: Table, on: Any) -> tuple[str, str]:
    """The columns that name the same person in both tables, named or told by their role.

    Raises
    ------
    Problem
        If they are not there or cannot be told.
    """
    if isinstance(on, str):
        pair = (on, on)
    elif isinstance(on, list | tuple) and len(on) == 2:
        pair = (on[0], on[1])
    else:
        mine, theirs = people.column_of("customer"), answers.column_of("customer")
        if on is not None or mine is None or theirs is None:
            raise Problem(
                f"it is not known which column names the same person in {people.name} and {answers.name}",
                do='Name it with on="customer", or on=("customer", "client") where it is called differently',
            )
        pair = (mine, theirs)
    for name, table in zip(pair, (people, answers), strict=True):
        check_column(name, table.columns, "on")
    return pair


def matched(people: Any, answers: Any, on: Any) -> People:
    """Who of the people appears in the answers.

    Raises
    ------
    Problem
        If nobody does, or everybody.
    """
    table, sheet = as_table(people, "people"), as_table(answers, "answers")
    pair = key_columns(table, sheet, on)
    keys, given = table.frame[pair[0]], sheet.frame[pair[1]]
    doubled = int(keys.dropna().duplicated().sum())
    if doubled:
        raise Problem(
            f"{doubled:,} rows repeat a value of '{pair[0]}', so answers cannot be put to one of them",
            where=table.name,
            do="Use a table with one row a person, or a column that names each invitation",
        )
    known = set(given.dropna())
    answered = keys.isin(known).to_numpy(bool)
    strangers = int((~given.isin(set(keys.dropna()))).sum())
    notes = [f"{int(answered.sum()):,} of {len(table):,} rows of {table.name} have an answer in {sheet.name}."]
    if strangers:
        notes.append(f"{strangers:,} of {len(sheet):,} answers come from nobody in {table.name}.")
    return People(table, both_there(answered, table.name), sheet, pair, None, tuple(notes))


def both_there(answered: NDArray[np.bool_], name: str) -> NDArray[np.bool_]:
    """The same, or a problem if all are alike: then there is nobody to compare with."""
    if answered.all() or not answered.any():
        raise Problem(
            "everybody answered" if answered.all() and len(answered) else "nobody answered",
            where=name,
            do="Hand over a table of all who were asked, and check the column that names them in both",
        )
    return answered


def usual_fields(table: Table, leave_out: Sequence[str] = ()) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Fields that describe people, and what was left out and why.

    Without roles (a plain frame) every column that is no key counts.
    """
    frame = table.frame
    plain = not any(role != "ignore" for role in table.roles.values())
    fields, notes = [], []
    for name in table.columns:
        if name in leave_out or (not plain and table.roles[name] not in FIELD_ROLES):
            continue
        levels = frame[name].nunique(dropna=False)
        if levels < 2:
            notes.append(f"'{name}' is the same for everybody and is left out.")
        elif is_category(frame[name]) and levels > MOST_LEVELS:
            notes.append(f"'{name}' has {levels:,} different values and is left out.")
        else:
            fields.append(name)
    return tuple(fields), tuple(notes)


def is_category(column: pd.Series) -> bool:
    """Whether a column holds words instead of numbers or dates."""
    return not (pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column))


def as_numbers(column: pd.Series) -> NDArray[np.float64]:
    """Numbers as they are; dates as days since 1970; missing as NaN."""
    if pd.api.types.is_datetime64_any_dtype(column):
        moments = pd.to_datetime(column, utc=True)
        days = (moments - pd.Timestamp("1970-01-01", tz="UTC")) / pd.Timedelta(days=1)
        return np.asarray(days, dtype=np.float64)
    return np.asarray(column.astype("Float64").to_numpy(float, na_value=np.nan), dtype=np.float64)


def as_words(column: pd.Series) -> NDArray[Any]:
    """A category as text, missing as "not stated"."""
    return np.array([NOT_STATED if pd.isna(value) else str(value) for value in column], dtype=object)


def checked_fields(table: Table, fields: Sequence[str] | str | None, leave_out: Sequence[str]) -> tuple[Any, Any]:
    """Fields as named, or the usual ones; with notes.

    Raises
    ------
    Problem
        If one is not there, or none is left.
    """
    if fields is None:
        found, notes = usual_fields(table, leave_out)
    else:
        found, notes = check_columns(fields, table.columns, "fields"), ()
    if not found:
        raise Problem("nothing is known of those who did not answer", where=table.name, do="Name columns with fields=")
    return found, notes
