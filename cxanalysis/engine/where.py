"""Which rows an analysis is about: some values of a column, or a range of numbers or days. The same on every engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cxanalysis.engine import frame_columns as read
from cxanalysis.engine import sql
from cxanalysis.engine.canonical_values import canonical
from cxanalysis.engine.columns_in_memory import Columns
from cxanalysis.problem import Problem

#: What a range may say: where it begins and where it ends, both included.
ENDS: Final = ("from", "to")


@dataclass(frozen=True, slots=True)
class Condition:
    """What a row must have in one column to be kept.

    Attributes
    ----------
    column : str
    values : tuple or None
        One of these; None among them keeps rows without a value.
    low, high : float, datetime or None
        A range, both ends included; a day without a clock time ends with its last moment. Rows without a value are out.
    """

    column: str
    values: tuple[Any, ...] | None = None
    low: Any = None
    high: Any = None

    def words(self) -> str:
        """The condition as a reader would say it.

        >>> conditions({"market": "B2B", "year": {"from": 2024}})[0].words()
        "'market' is B2B"
        """
        if self.values is not None:
            named = ["no value" if v is None else str(v) for v in self.values]
            return f"'{self.column}' is {' or '.join(named)}"
        ends = [
            f"{word} {_shown(end)}" for word, end in zip(ENDS, (self.low, self.high), strict=True) if end is not None
        ]
        return f"'{self.column}' {' '.join(ends)}"

    def plain(self) -> dict[str, Any]:
        """The condition as `conditions` takes it: plain JSON.

        >>> conditions({"year": {"from": 2024}})[0].plain(), conditions({"market": "B2B"})[0].plain()
        ({'year': {'from': 2024}}, {'market': ['B2B']})
        """
        if self.values is not None:
            return {self.column: [_written(value) for value in self.values]}
        ends = zip(ENDS, (self.low, self.high), strict=True)
        return {self.column: {word: _written(end) for word, end in ends if end is not None}}

    def mask(self, columns: Columns) -> NDArray[np.bool_]:
        """Which rows of columns in memory are kept."""
        if self.values is not None:
            found = columns.codes(self.column)
            wanted = np.array([value in self.values for value in found.values] or [False], dtype=bool)
            return wanted[found.codes]
        kind = columns.kind(self.column)
        if kind == "time":
            row_values = columns.times(self.column)
            kept = ~np.isnat(row_values)
            low, high = (None if end is None else np.datetime64(end, "us") for end in self._moments())
        elif kind in ("number", "empty"):
            row_values = columns.numbers(self.column)
            kept = ~np.isnan(row_values)
            low, high = self._numbers()
        else:
            raise self._without_order()
        if low is not None:
            kept &= row_values >= low
        if high is not None:
            kept &= row_values <= high
        return np.asarray(kept)

    def sql(self, name: str, kind: str) -> str:
        """The same as SQL, for a column of this name and type in DuckDB."""
        what = sql.kind_of(kind)
        if self.values is not None:
            return self._sql_values(name, kind, what)
        if what == "time":
            value, ends = sql.moment(name, kind), self._moments()
            typed = "TIMESTAMP"
        elif what in ("number", "empty"):
            value, ends = sql.number(name, kind), self._numbers()
            typed = "DOUBLE"
        else:
            raise self._without_order()
        parts = [
            f"{value} {sign} {sql.literal(end, typed)}"
            for sign, end in zip((">=", "<="), ends, strict=True)
            if end is not None
        ]
        return " AND ".join([f"{value} IS NOT NULL", *parts])

    def _sql_values(self, name: str, kind: str, what: str) -> str:
        assert self.values is not None
        wanted: list[Any]
        if what in ("number", "empty"):
            value, typed = sql.number(name, kind), "DOUBLE"
            wanted = [float(v) for v in self.values if isinstance(v, int | float)]
        elif what == "time":
            value, typed = sql.moment(name, kind), "TIMESTAMP"
            wanted = [v for v in self.values if isinstance(v, dt.datetime)]
        else:
            value, typed = sql.grouped(name, kind)[0], "VARCHAR"
            wanted = [v for v in self.values if isinstance(v, str)]
        parts = [f"{value} = {sql.literal(v, typed)}" for v in wanted]
        if None in self.values:
            parts.append(f"{value} IS NULL")
        return f"({' OR '.join(parts)})" if parts else "FALSE"

    def _without_order(self) -> Problem:
        return Problem(
            "a range needs numbers or dates", where=f"column '{self.column}'", do="Name the values to keep instead"
        )

    def _numbers(self) -> tuple[Any, Any]:
        for end in (self.low, self.high):
            if end is not None and not isinstance(end, int | float):
                raise Problem(f"'{end}' is no number", where=f"column '{self.column}'", do="Give a range of numbers")
        return self.low, self.high

    def _moments(self) -> tuple[Any, Any]:
        return _moment(self.low, self.column, last=False), _moment(self.high, self.column, last=True)


def mask_of(columns: Columns, kept: tuple[Condition, ...]) -> NDArray[np.bool_]:
    """Which rows fulfil every condition.

    Raises
    ------
    Problem
        If a column is not there, or a range is asked of a column without order.
    """
    for condition in kept:
        if condition.column not in columns.names:
            raise read.unknown_column(condition.column, columns.names)
    return np.asarray(np.logical_and.reduce([condition.mask(columns) for condition in kept]))


def conditions(where: Mapping[str, Any] | None) -> tuple[Condition, ...]:
    """What a user wrote as `where=`, checked.

    Parameters
    ----------
    where : mapping, optional
        Column → a value, a list of values (None: no value), or {"from": …, "to": …} with numbers or ISO dates.

    Raises
    ------
    Problem
        If it is none of these, or keeps nothing.

    Examples
    --------
    >>> [c.words() for c in conditions({"answered": {"from": "2024-01-01", "to": "2024-03-31"}})]
    ["'answered' from 2024-01-01 to 2024-03-31"]
    """
    if where is None:
        return ()
    if not isinstance(where, Mapping):
        raise Problem("the rows to keep are named by column", do='Write where={"market": ["B2B"]}')
    return tuple(_condition(str(column), what) for column, what in where.items())


def _condition(column: str, what: Any) -> Condition:
    if isinstance(what, Mapping):
        if not what or not set(what) <= set(ENDS) or all(end is None for end in what.values()):
            raise Problem(
                "a range has a 'from', a 'to', or both", where=f"column '{column}'", do='Write {"from": …, "to": …}'
            )
        return Condition(column, None, what.get("from"), what.get("to"))
    values = list(what) if isinstance(what, list | tuple | set | frozenset) else [what]
    if not values:
        raise Problem("no value is left to keep", where=f"column '{column}'", do="Name one value or more")
    return Condition(column, tuple(canonical(value) for value in values))


def in_words(kept: tuple[Condition, ...]) -> str:
    """All conditions in one phrase."""
    return " and ".join(condition.words() for condition in kept)


def _moment(end: Any, column: str, *, last: bool) -> dt.datetime | None:
    if end is None:
        return None
    if isinstance(end, str):
        try:
            day = dt.date.fromisoformat(end)
        except ValueError:
            try:
                end = dt.datetime.fromisoformat(end)
            except ValueError as error:
                raise Problem(f"'{end}' is no date", where=f"column '{column}'", do="Write it as 2024-12-31") from error
        else:
            end = dt.datetime.combine(day, dt.time.max if last else dt.time.min)
    elif isinstance(end, dt.date) and not isinstance(end, dt.datetime):
        end = dt.datetime.combine(end, dt.time.max if last else dt.time.min)
    found = canonical(end)
    if not isinstance(found, dt.datetime):
        raise Problem(f"'{end}' is no date", where=f"column '{column}'", do="Write it as 2024-12-31")
    return found


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _shown(end: Any) -> str:
    return end.isoformat(sep=" ") if isinstance(end, dt.datetime) else str(end)
