"""Known margins: shares somebody gives, or those of a table of everybody who was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.arguments import check_column, check_columns, check_number, shown
from cxanalysis.problem import Problem
from cxanalysis.tables.as_table import as_table
from cxanalysis.tables.table import Table
from cxanalysis.weights.people import NOT_STATED, as_words, is_category, key_columns, usual_fields

#: Shares rounded to three digits may add up to 0.998.
ROUNDED: Final = 0.006


@dataclass(frozen=True, slots=True, eq=False)
class Margin:
    """One variable with its known shares.

    Attributes
    ----------
    field : str
    levels : tuple of str
    target : array (L,)
        Shares, adding up to 1.
    code : array (N,) of int
        Level of each answer; -1 where it is not known.
    """

    field: str
    levels: tuple[str, ...]
    target: NDArray[np.float64]
    code: NDArray[np.int64]


def margins_of(
    answers: Table, known: Any, fields: Sequence[str] | None, on: Any
) -> tuple[tuple[Margin, ...], tuple[str, ...]]:
    """Margins with the answers' levels put to them, and notes.

    Raises
    ------
    Problem
        If a variable is not known of the answers, or a level has no answer.
    """
    if isinstance(known, Mapping):
        if fields is not None:
            raise Problem("margins given as shares name their fields themselves", where="fields", do="Leave it out")
        found = [_given(answers, name, shares) for name, shares in known.items()]
        notes: tuple[str, ...] = ()
    else:
        found, notes = _of_population(answers, as_table(known, "everybody"), fields, on)
    if not found:
        raise Problem("no margin is known", do="Give the share of each group, or a table of everybody who was asked")
    for margin in found:
        _refuse_empty(margin)
    return tuple(found), notes


def _given(answers: Table, field: str, shares: Any) -> Margin:
    """A margin as the user wrote it: shares or counts by level."""
    check_column(field, answers.columns, "margins")
    if not isinstance(shares, Mapping) or not shares:
        raise Problem(
            f"a margin is a share for each of its groups, not {shown(shares)}",
            where=f"margins['{field}']",
            do='Write {"B2B": 0.4, …}',
        )
    where, do = f"margins['{field}']", 'Write shares as numbers: {"B2B": 0.4, "B2C": 0.6}'
    amount = np.array([check_number(share, where, do=do) for share in shares.values()])
    if not ((amount >= 0).all() and amount.sum() > 0):
        raise Problem("shares must be zero or more, and not all zero", where=where)
    _refuse_partial(amount, where)
    return _margin(field, [str(level) for level in shares], amount, as_levels(answers.frame[field]))


def _refuse_partial(amount: NDArray[np.float64], where: str) -> None:
    """A problem if these are shares that do not add up; whole numbers are counts, whatever their sum."""
    total = float(amount.sum())
    whole = 100.0 if amount.max() > 1 else 1.0
    is_counts = bool((amount == np.rint(amount)).all())
    if not is_counts and abs(total / whole - 1) > ROUNDED:
        raise Problem(
            f"the shares add up to {total:g}, not to {whole:g}",
            where=where,
            do="Give every group its share, or counts instead of shares",
        )


def _of_population(
    answers: Table, everybody: Table, fields: Sequence[str] | None, on: Any
) -> tuple[list[Margin], tuple[str, ...]]:
    """Margins as they are in a table of everybody; what the answers do not hold themselves comes by their key."""
    notes: list[str] = []
    if fields is None:
        likely, left_out = usual_fields(everybody)
        names: Sequence[str] = [
            n for n in likely if n in answers.columns and is_category(everybody.frame[n]) and _is_shared(answers, n)
        ]
        notes += left_out if not names else []
    else:
        names = check_columns(fields, everybody.columns, "fields", fewest=1)
    found = []
    for name in names:
        levels, counts = np.unique(as_levels(everybody.frame[name]).astype(str), return_counts=True)
        found.append(_margin(name, levels.tolist(), counts.astype(float), _values(answers, everybody, name, on)))
    notes.append(f"Shares are those of {len(everybody):,} rows of {everybody.name}.")
    return found, tuple(notes)


def _is_shared(answers: Table, name: str) -> bool:
    return is_category(answers.frame[name])


def _values(answers: Table, everybody: Table, name: str, on: Any) -> NDArray[Any]:
    """The field of each answer: its own column, else that of its person."""
    if name in answers.columns:
        return as_levels(answers.frame[name])
    mine, theirs = key_columns(everybody, answers, on)
    people = everybody.frame[[mine, name]].dropna(subset=[mine])
    if people[mine].duplicated().any():
        raise Problem(
            f"'{name}' cannot be brought to the answers: rows of {everybody.name} repeat a value of '{mine}'",
            do="Use a field that the answers hold themselves, or a table with one row a person",
        )
    levels = pd.Series(as_levels(people[name]), index=people[mine].to_numpy())
    return answers.frame[theirs].map(levels).to_numpy(object)


def as_levels(column: pd.Series) -> NDArray[Any]:
    """Values as text, whole numbers without a point; missing ones are a level of their own.

    Examples
    --------
    >>> as_levels(pd.Series([1.0, 2.0, None])).tolist()
    ['1', '2', 'not stated']
    """
    if is_category(column):
        return as_words(column)
    numbers = [NOT_STATED if pd.isna(v) else v for v in column]
    return np.array([f"{v:g}" if isinstance(v, int | float) else str(v) for v in numbers], dtype=object)


def _margin(field: str, levels: Sequence[str], amount: NDArray[np.float64], values: NDArray[Any]) -> Margin:
    place = {level: at for at, level in enumerate(levels)}
    code = np.array([-1 if _gone(value) else place.get(value, -2) for value in values], dtype=np.int64)
    if NOT_STATED not in place:
        code[values == NOT_STATED] = -1
    if (code == -2).any():
        stranger = str(values[np.flatnonzero(code == -2)[0]])
        raise Problem(
            f"{int((code == -2).sum()):,} answers are of a group '{stranger}' without a known share",
            where=f"margin '{field}'",
            do=f"Give a share for '{stranger}' too, or leave these answers out before",
        )
    return Margin(field, tuple(levels), amount / amount.sum(), code)


def _gone(value: Any) -> bool:
    return not isinstance(value, str)


def _refuse_empty(margin: Margin) -> None:
    count = np.bincount(margin.code[margin.code >= 0], minlength=len(margin.levels))
    empty = [level for level, n, t in zip(margin.levels, count, margin.target, strict=True) if n == 0 and t > 0]
    if empty:
        raise Problem(
            f"nobody answered where '{margin.field}' is '{empty[0]}', so no weight can speak for them",
            where=f"margin '{margin.field}'",
            do="Put this group together with a similar one, or leave the field out",
        )
