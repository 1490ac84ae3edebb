"""Whether the customer behind an answer stayed: from a yes/no column, or from the day the customer left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.arguments import shown
from cxanalysis.basis import LeftOut, Reason, SourceTable
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.problem import Problem
from cxanalysis.tables.as_table import as_table, require_column
from cxanalysis.tables.table import Table

#: How the made column is called.
STAYS: Final = "stays"


@dataclass(frozen=True, slots=True)
class Loyal:
    """Answers with what their customers did.

    Attributes
    ----------
    data : Table or data frame
        The answers, with the column `column`.
    column : str
        1 where the customer stays, or as the answers' own scale says.
    base : float or None
        Customers who are there at the end of the customers' table, those who have left not among them; None without
        one.
    left_out : tuple of LeftOut
        Answers of which it cannot be said whether the customer stayed, and why.
    sources : tuple of SourceTable
        The table of customers, where there is one.
    customer : str or None
        The column that names the customer in `data`; None without a table of customers.
    notes : tuple of str
    """

    data: Any
    column: str
    base: float | None
    left_out: tuple[LeftOut, ...] = ()
    sources: tuple[SourceTable, ...] = ()
    customer: str | None = None
    notes: tuple[str, ...] = ()


def loyal(
    answers: Any,
    customers: Any,
    *,
    loyalty: str | None,
    needed: Iterable[str | None],
    value: str | None,
    on: str | tuple[str, str] | None,
    answered: str | None,
    within_days: float,
) -> Loyal:
    """Bring loyalty (and a column of values, if it stands there) from the customers to their answers.

    Parameters
    ----------
    answers : Table or data frame
    customers : Table, data frame or None
        One row a customer. None: `loyalty` is a yes/no column of the answers.
    loyalty : str, optional
        In the customers: the day a customer left (default: their one column of role "closed"), or a yes/no column.
    needed : columns of the answers that the analysis uses
    value : str, optional
    on : str or (str, str), optional
        The customer's id in answers and customers; default: the columns of role "customer".
    answered : str, optional
        The day of the answer; default: the answers' one date.
    within_days : float
        Who left within so many days after the answer did not stay.
    """
    if customers is None:
        if loyalty is None:
            raise Problem(
                "it is not said which column tells whether a customer stayed", do='Name it: loyalty="renewed"'
            )
        return Loyal(answers, loyalty, None)
    sheet, people = as_table(answers, "answers"), as_table(customers, "customers")
    mine, theirs = _keys(sheet, people, on)
    loyalty = loyalty or people.column_of("closed")
    if loyalty is None:
        raise Problem(
            "it is not said which column tells whether a customer stayed",
            where=f"table '{people.name}'",
            do='Name it: loyalty="ended"',
        )
    require_column(people, loyalty)
    rows = people.only([theirs, loyalty, *([value] if value in people.columns and value is not None else [])])
    doubled = int(rows[theirs].dropna().duplicated().sum())
    if doubled:
        raise Problem(
            f"{doubled:,} customers stand there more than once",
            where=f"column '{theirs}'",
            do="Use a table with one row a customer",
        )
    wanted = dict.fromkeys([mine, *(c for c in needed if c is not None and c in sheet.columns)])
    frame = sheet.only(wanted).copy()
    named = rows[rows[theirs].notna()]  # customers without an id count in the base, and no answer is theirs
    at = named.set_index(theirs).reindex(frame[mine])
    unknown = ~frame[mine].isin(named[theirs]).to_numpy()
    if unknown.all():
        raise Problem(
            "no answer has a customer that is in this table",
            where=f"table '{people.name}'",
            do=f"Check that '{mine}' and '{theirs}' hold the same ids",
        )
    left_out = [LeftOut(int(unknown.sum()), Reason.NO_MATCH)]
    notes: list[str] = []
    name = _free(frame, STAYS)
    if pd.api.types.is_datetime64_any_dtype(rows[loyalty]):
        stays, base, unseen, notes = _from_days(sheet, people, ~unknown, at[loyalty], loyalty, answered, within_days)
        frame[name] = np.where(unknown, np.nan, stays)
        left_out += unseen
    else:
        scale = people.scales.get(loyalty)
        given = pd.to_numeric(at[loyalty], errors="coerce").to_numpy(dtype=float)
        left_out.append(LeftOut(int((~unknown & np.isnan(given)).sum()), Reason.NO_ANSWER, loyalty))
        frame[name] = 1 - given if scale is not None and not scale.higher_is_better else given
        stay = pd.to_numeric(rows[loyalty], errors="coerce")
        gone = 1.0 if scale is not None and not scale.higher_is_better else 0.0
        base = float((stay.notna() & (stay != gone)).sum())  # who has left already is no customer to lose
    if value is not None and value in rows and value not in frame:
        frame[value] = pd.to_numeric(at[value], errors="coerce").to_numpy(dtype=float)
    roles = {c: r for c, r in sheet.roles.items() if c in frame} | {name: "flag"}
    scales = {c: s for c, s in sheet.scales.items() if c in frame} | {name: Scale(0, 1)}
    decided = replace(sheet.decisions.applied(), roles=roles, scales=scales)
    table = sheet.replace(raw=frame.reset_index(drop=True), decisions=decided)
    return Loyal(table, name, base, tuple(one for one in left_out if one.rows), (people.source,), mine, tuple(notes))


def _keys(sheet: Table, people: Table, on: str | tuple[str, str] | None) -> tuple[str, str]:
    """The customer's id in both tables."""
    pair = (sheet.column_of("customer"), people.column_of("customer")) if on is None else on
    if not isinstance(pair, str) and not (isinstance(pair, tuple | list) and len(pair) == 2):
        raise Problem(f"a column or a pair of columns is needed, not {shown(pair)}", where="on")
    mine, theirs = (pair, pair) if isinstance(pair, str) else pair
    if mine is None or theirs is None:
        raise Problem("it is not said which column names the customer in both tables", do='Name it: on="customer"')
    require_column(sheet, mine)
    require_column(people, theirs)
    return mine, theirs


def _from_days(
    sheet: Table,
    people: Table,
    matched: NDArray[np.bool_],
    left: pd.Series[Any],
    loyalty: str,
    answered: str | None,
    within_days: float,
) -> tuple[NDArray[np.float64], float, list[LeftOut], list[str]]:
    """Who stayed: not gone within so many days after the answer. What lies too near the end cannot be known.

    Also the customers there at the end, the answers of which it cannot be known, and notes.
    """
    if not within_days > 0:
        raise Problem("the time in which a customer may leave must be longer than 0 days")
    answered = answered or sheet.column_of("date")
    if answered is None:
        raise Problem("it is not said on which day the answers were given", do='Name it: answered="answered"')
    require_column(sheet, answered)
    given = _days(sheet.only([answered])[answered], answered)
    gone = pd.Series(_days(left, loyalty).to_numpy())
    dates = people.only([loyalty, *people.columns_of("date", "closed")])
    last = max(_days(dates[column], str(column)).max() for column in dates)
    reach = pd.Timedelta(days=within_days)
    before, late = (gone <= given).to_numpy(), ((given + reach) > last).to_numpy()
    left_soon = ((gone > given) & (gone <= given + reach)).to_numpy()
    stays = np.where(left_soon, 0.0, 1.0)
    # Also of those who did leave in what was seen of it: keeping them alone would make leaving look frequent.
    undated = given.isna().to_numpy()
    stays[before | late | undated] = np.nan
    left_out = [
        LeftOut(int((matched & undated).sum()), Reason.NO_DATE, answered),
        LeftOut(int((matched & before & ~undated).sum()), Reason.GONE_BEFORE),
        LeftOut(int((matched & late & ~before & ~undated).sum()), Reason.TOO_YOUNG),
    ]
    notes = [f"Stays: has not left ('{loyalty}') within {within_days:g} days after the answer."]
    if late.any():
        notes.append(
            f"Answers given less than {within_days:g} days before the last day known ({last:%Y-%m-%d}) are "
            "too young to be judged: what follows them is not seen yet."
        )
    ended = _days(dates[loyalty], loyalty)
    return stays, float((~(ended <= last)).sum()), left_out, notes


def _days(values: pd.Series[Any], column: str) -> pd.Series[Any]:
    if not pd.api.types.is_datetime64_any_dtype(values):
        raise Problem("it holds no dates", where=f"column '{column}'", do="Name a column of dates")
    days = values.reset_index(drop=True)
    return days.dt.tz_convert("UTC").dt.tz_localize(None) if days.dt.tz is not None else days


def _free(frame: pd.DataFrame, name: str) -> str:
    while name in frame:
        name += "_"
    return name
