"""`cx.drift`: how a new file differs from the table it should join, before anything changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import pandas as pd

from cxanalysis.arguments import check_mapping, shown
from cxanalysis.basis import Basis, SourceTable
from cxanalysis.columns.cell_text import cell_text
from cxanalysis.columns.kinds import SCORES
from cxanalysis.drift.drift_result import COLUMNS, SEVERITIES, Difference, Drift
from cxanalysis.drift.renames import renamed_columns
from cxanalysis.drift.shape import Shape
from cxanalysis.drift.value_differences import differences_of
from cxanalysis.problem import Problem
from cxanalysis.tables.opened import basis_of
from cxanalysis.tables.table import Table

#: Without a column of one of these roles the new rows cannot be placed: in time, or with a customer.
_NEEDED: Final = ("id", "customer", "order", "date", *SCORES)
_METHOD: Final = "columns matched by name, values and place; values read as the table reads its own"


def drift(new: Table, known: Table | Shape, *, renamed: Mapping[str, str] | None = None) -> Drift:
    """Has this month's file the shape of the table it should join, and if not, what differs?

    Parameters
    ----------
    new : Table
        The new file, as `cx.read` gives it.
    known : Table or Shape
        The table it should join, or its remembered shape.
    renamed : mapping of new column → known column, optional
        Columns you know to be the same; those not named are matched by how alike their names, values and places are.

    Returns
    -------
    Drift
        `.table` has one row a difference; `.same` says that there is none to look at.

    Raises
    ------
    Problem
        If a column named in `renamed` does not exist.

    Examples
    --------
    >>> import cxanalysis as cx
    >>> march = cx.read(b"answer,csat,late\\na1,5,no\\na2,1,yes\\na3,4,no\\n", name="march")
    >>> april = cx.read(b"answer,csat,late\\na4,5,no\\na5,2,yes\\na6,3,no\\n", name="april")
    >>> cx.drift(april, march).headline
    "The file has the shape of 'march': 3 columns, nothing to confirm."
    """
    for argument, table in (("new", new), ("known", known)):
        if not isinstance(table, Table) and not (argument == "known" and isinstance(table, Shape)):
            raise Problem(f"a table is needed, not {shown(table)}", where=argument, do="Hand over what cx.read gives")
    if renamed is not None:
        check_mapping(renamed, "renamed", do="Write {'new name': 'known name'}")
    return compared(new, Shape.of(new), known if isinstance(known, Shape) else Shape.of(known), renamed)


def compared(new: Table, mine: Shape, shape: Shape, renamed: Mapping[str, str] | None = None) -> Drift:
    """`drift`, where the shape of the new file is known too."""
    _check(renamed or {}, mine, shape)
    guessed = renamed_columns(mine, shape) if renamed is None else dict(renamed)
    found = [*_columns(mine, shape, guessed, new), *_values(new, shape, guessed)]
    found.sort(key=lambda one: SEVERITIES.index(one.severity))
    table = pd.DataFrame([one.row() for one in found], columns=list(COLUMNS))
    shared = len(set(shape.traits) & set(mine.traits)) + len(guessed)
    alike = shared / (len(shape.traits) + len(mine.traits) - shared) if shared else 0.0
    notes = [f"'{came}' is read as '{gone}'." for came, gone in guessed.items()]
    basis = basis_of(new, n=new.n_rows, counts="row").joined(Basis((SourceTable(shape.name),)))
    return Drift(table, new.name, shape.name, basis, guessed, alike, _headline(found, shape), tuple(notes), _METHOD)


def _check(renamed: Mapping[str, str], mine: Shape, shape: Shape) -> None:
    for came, gone in renamed.items():
        if came not in mine.traits:
            raise Problem(
                f"the new file has no column '{came}'",
                where="renamed",
                do=f"Its columns are: {', '.join(mine.columns)}",
            )
        if gone not in shape.traits:
            raise Problem(
                f"'{shape.name}' has no column '{gone}'",
                where="renamed",
                do=f"Its columns are: {', '.join(shape.columns)}",
            )
    if len(set(renamed.values())) < len(renamed):
        raise Problem("two columns cannot both become the same one", where="renamed")


def _columns(mine: Shape, shape: Shape, renamed: Mapping[str, str], new: Table) -> Iterable[Difference]:
    """Columns renamed, gone and new."""
    roles: Mapping[str, str] = shape.decisions["roles"]
    for came, gone in renamed.items():
        yield Difference("column renamed", gone, gone, came, new.n_rows, "look", f"read as '{gone}'")
    for gone in shape.columns:
        if gone in mine.traits or gone in renamed.values():
            continue
        role = roles.get(gone, "ignore")
        severity = "serious" if role in _NEEDED else "harmless" if role == "ignore" else "look"
        yield Difference("column gone", gone, role, "", new.n_rows, severity, "empty in the new rows")
    for came in mine.columns:
        if came not in shape.traits and came not in renamed:
            filled = int(cell_text(new.raw[came]).notna().sum())
            severity = "look" if filled else "harmless"
            effect = "kept; empty in the rows that are there"
            yield Difference("new column", came, "", new.roles[came], filled, severity, effect)


def _values(new: Table, shape: Shape, renamed: Mapping[str, str]) -> Iterable[Difference]:
    """Differences in the values of columns that both have."""
    for column in new.raw.columns:
        known = renamed.get(str(column), str(column))
        if known in shape.traits:
            yield from differences_of(new, str(column), shape, known)


def _headline(found: list[Difference], shape: Shape) -> str:
    open_ones = [one for one in found if one.severity != "harmless"]
    if not open_ones:
        columns = f"{len(shape.traits)} column{'s' if len(shape.traits) != 1 else ''}"
        return f"The file has the shape of '{shape.name}': {columns}, nothing to confirm."
    said = [_said(one) for one in open_ones[:3]]
    more = len(open_ones) - len(said)
    rest = f"; and {more} more" if more else ""
    return f"The file differs from '{shape.name}': {'; '.join(said)}{rest}."


def _said(one: Difference) -> str:
    words: dict[str, Any] = {
        "column renamed": f"'{one.known}' is now called '{one.new}'",
        "column gone": f"'{one.column}' is gone",
        "new column": f"'{one.column}' is new",
        "new code": f"'{one.column}' holds {one.new}",
        "id twice": f"{one.new} in '{one.column}'",
    }
    return str(words.get(one.difference, f"'{one.column}' has {one.new}, not {one.known}"))
