"""Steps that customers should not need, found in raw tables: `unnecessary`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.arguments import check_column, check_mapping, check_number, shown
from cxanalysis.link.window import DAY, NEVER, Ints, microseconds
from cxanalysis.problem import Problem
from cxanalysis.tables.added_columns import beside
from cxanalysis.tables.as_table import as_table
from cxanalysis.tables.table import Table

#: A step counts as the same matter again if the one before is no older than this, unless somebody says otherwise.
USUAL_DAYS: Final = 30

Array = NDArray[np.float64]


def unnecessary(
    table: Any,
    *,
    repeated: Mapping[str, str | Sequence[str]] | None = None,
    changed: Mapping[str, Sequence[str]] | None = None,
    within_days: float | Mapping[str, float | None] | None = USUAL_DAYS,
    date: str | None = None,
) -> Table:
    """Which rows are steps that the customer should not have needed: a second contact, an invoice sent again?

    The step happens at the date of its row, which is what `cx.link` asks for as `happened`.

    Parameters
    ----------
    table : Table or data frame
        One row a contact, invoice, order …
    repeated : mapping of name → columns, optional
        A row is such a step if another row agrees with it in all these columns and came before, not longer ago than
        `within_days`. A second contact for the same reason: `{"second_contact": ["customer", "reason"]}`; an invoice
        sent again: `{"resent_invoice": ["order"]}`; an item ordered again: `{"repeated_order": ["customer", "item"]}`.
    changed : mapping of name → [whose, what], optional
        A row is such a step if the value of the second column differs from that of the row before it of the same
        first column. A change of service: `{"service_change": ["contract", "service"]}`; a corrected invoice:
        `{"corrected_invoice": ["order", "amount"]}`.
    within_days : float, None or mapping of name → float or None
        How long ago the row before may be; None: any time.
    date : str, optional
        Date column. Default: the table's column of role "date".

    Returns
    -------
    Table
        The rows as they were, and for each name a 0/1 column: missing where the date or one of the columns is. Rows
        with an event id that appeared before are the same step written down twice: they take the first one's value.

    Raises
    ------
    Problem
        No rule, a column that is not there, a name already taken, a date that cannot be known.

    Examples
    --------
    >>> import pandas as pd
    >>> contacts = pd.DataFrame({"customer": list("aaab"), "reason": ["bill", "bill", "bill", "bill"],
    ...                          "opened": ["2024-03-01", "2024-03-20", "2024-06-01", "2024-03-02"]})
    >>> again = unnecessary(contacts, repeated={"second_contact": ["customer", "reason"]}, date="opened")
    >>> again.frame["second_contact"].tolist()
    [0.0, 1.0, 0.0, 0.0]
    """
    sheet = as_table(table, "table")
    same, other = _named_columns(repeated, "repeated"), _named_columns(changed, "changed")
    _check(sheet, same, other)
    when = date or sheet.column_of("date")
    if when is None:
        raise Problem("it is not known which column says when a step happened", where=sheet.name, do="Name it: date=…")
    check_column(when, sheet.columns, f"date, {sheet.name}")
    ids = sheet.column_of("id")
    seen = sheet.only([when, *(c for columns in (same | other).values() for c in columns), *([ids] if ids else [])])
    times, _ = microseconds(seen[when], f"{sheet.name}, column '{when}'")
    numbers = None if ids is None else pd.factorize(seen[ids])[0].astype(np.int64)
    flags: dict[str, Array] = {}
    notes = [f"A step that customers should not need happens at '{when}'."]
    for name, columns in {**same, **other}.items():
        days = within_days.get(name, USUAL_DAYS) if isinstance(within_days, Mapping) else within_days
        if days is not None:
            check_number(days, "within_days", low=0, open_low=True, do="Use None for any time")
        keys, value = (columns, None) if name in same else (columns[:1], columns[1])
        flags[name] = _again(seen, keys, value, times, numbers, days)
        notes += _told(name, keys, value, days, flags[name], times)
    return beside(sheet, flags, name=f"{sheet.name}_steps", failures=flags, notes=notes)


def _named_columns(given: Any, argument: str) -> dict[str, list[str]]:
    """Name → columns, as somebody wrote them."""
    if given is None:
        return {}
    do = "Write {'second_contact': ['customer', 'reason']}"
    named = {}
    for name, columns in check_mapping(given, argument, do=do).items():
        listed = [columns] if isinstance(columns, str) else columns
        if not isinstance(listed, Sequence) or not all(isinstance(column, str) for column in listed):
            raise Problem(f"'{name}' needs a list of columns, not {shown(columns)}", where=argument, do=do)
        named[name] = list(listed)
    return named


def _check(table: Table, same: Mapping[str, list[str]], other: Mapping[str, list[str]]) -> None:
    if not same and not other:
        raise Problem("no step is named", do="Say which rows repeat another: repeated={'second_contact': [columns]}")
    for name in [*same, *other]:
        if name in table.columns or (name in same and name in other):
            raise Problem(f"there would be two columns '{name}'", where=table.name, do="Give the step another name")
    for name, columns in same.items():
        if not columns:
            raise Problem(f"'{name}' names no column that two rows must have in common", where=table.name)
    for name, columns in other.items():
        if len(columns) != 2:
            raise Problem(f"'{name}' needs two columns: whose value it is, and the value that changes")
    for argument, named in (("repeated", same), ("changed", other)):
        for column in [column for columns in named.values() for column in columns]:
            check_column(column, table.columns, f"{argument}, {table.name}")


def _again(
    frame: pd.DataFrame, keys: Sequence[str], value: str | None, times: Ints, ids: Ints | None, days: float | None
) -> Array:
    """1 where the row before of the same keys is near enough (and, with a value, differs in it); else 0."""
    usable = times != NEVER
    for column in [*keys, *([value] if value else [])]:
        usable &= frame[column].notna().to_numpy()
    rows: Ints = np.flatnonzero(usable).astype(np.int64)
    out = np.full(len(frame), np.nan)
    if not len(rows):
        return out
    group = frame.iloc[rows].groupby(list(keys), sort=False, observed=True).ngroup().to_numpy()
    # Of rows at the same time, the one that stands first in the table comes first.
    order = np.lexsort((rows, times[rows], group))
    rows, group = rows[order], group[order]
    first = np.ones(len(rows), bool)
    if ids is not None:
        named = pd.Series(ids[rows])
        first = ~(named.duplicated() & (named >= 0)).to_numpy()
    kept, of = rows[first], group[first]
    hit = of[1:] == of[:-1]
    if days is not None:
        hit &= times[kept[1:]] - times[kept[:-1]] <= round(days * DAY)
    if value is not None:
        codes = pd.factorize(frame[value])[0]
        hit &= codes[kept[1:]] != codes[kept[:-1]]
    out[kept] = np.r_[False, hit]
    if ids is not None:
        repeats = rows[~first]
        values = pd.Series(out[kept], index=ids[kept])
        out[repeats] = values[values.index >= 0].reindex(ids[repeats]).to_numpy()
    return out


def _told(name: str, keys: Sequence[str], value: str | None, days: float | None, flag: Array, times: Ints) -> list[str]:
    """What the step means, and what cannot be known."""
    alike = " and ".join(f"'{key}'" for key in keys)
    near = "at any time before" if days is None else f"within {days:g} days before"
    what = f"another '{value}' in a row of the same {alike}" if value else f"a row of the same {alike}"
    notes = [f"{int(np.nansum(flag)):,} of {len(flag):,} rows are a '{name}': {what} came {near}."]
    if missing := int(np.isnan(flag).sum()):
        notes.append(f"'{name}' is not known for {missing:,} rows, which lack a date or one of the columns.")
    dated = times[times != NEVER]
    if days is not None and len(dated):
        early = int(((times != NEVER) & (times < dated.min() + round(days * DAY)) & (flag == 0)).sum())
        notes.append(
            f"{early:,} rows lie in the first {days:g} days of the table: what came before is not known, so "
            f"'{name}' is counted at least as often as said."
        )
    return notes
