"""The rows a metric is made from: columns named, or known by their role; each event counted once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.arguments import check_choice, check_column, shown
from cxanalysis.basis import Basis, Cluster, LeftOut, Reason
from cxanalysis.engine.engines import Engine
from cxanalysis.link.window import NEVER, microseconds
from cxanalysis.problem import Problem
from cxanalysis.tables.opened import Opened, opened
from cxanalysis.tables.table import Table

#: Microseconds of each unit of time.
UNITS: Final = {"seconds": 1_000_000, "minutes": 60_000_000, "hours": 3_600_000_000, "days": 86_400_000_000}


@dataclass(slots=True, eq=False)
class MetricTable:
    """One table a metric is made from; what it leaves out and takes for granted is gathered on the way.

    Attributes
    ----------
    opened : Opened
    name : str
        What the table is called in messages.
    counts : str
        What a row is, in the singular ("contact").
    left_out : list of LeftOut
        Rows that do not count, and why.
    exclusions : list of str
        What the metric's definition leaves out, in words.
    notes : list of str
        What was taken for granted.
    used : list of str
        Columns the metric looked at.
    """

    opened: Opened
    name: str
    counts: str = "row"
    left_out: list[LeftOut] = field(default_factory=list)
    exclusions: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    used: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, data: Any, name: str, counts: str = "row") -> MetricTable:
        """From data of any sort; `name` is what a frame without a name is called."""
        source = opened(data)
        return cls(source, source.table.name if source.table is not None else name, counts)

    @property
    def engine(self) -> Engine:
        """Sums its rows."""
        return self.opened.engine

    @property
    def table(self) -> Table | None:
        """None for a plain frame."""
        return self.opened.table

    def basis(self, *others: MetricTable, **facts: Any) -> Basis:
        """What a result made of this table (and others) rests on, as far as was seen up to now."""
        facts.setdefault("counts", self.counts)
        first = self.opened.basis(self.used, left_out=tuple(self.left_out), **facts)
        joined = first.joined(*(other.opened.basis(other.used) for other in others))
        return joined.with_(left_out=(*first.left_out, *(out for other in others for out in other.left_out)))

    def leave_out(self, rows: int, why: Reason, column: str | None = None) -> None:
        """Count rows as left out; none are not mentioned."""
        if rows:
            self.left_out.append(LeftOut(int(rows), why, column))

    def cluster(self, asked: Any) -> Cluster | None:
        """Whose rows count as one unit: see `Opened.cluster`."""
        unit = self.opened.cluster(asked)
        if unit is not None:
            self._use(unit.column)
        return unit

    def _use(self, column: str) -> str:
        if column not in self.used:
            self.used.append(column)
        return column

    def column(self, given: str | None, role: str, argument: str) -> str:
        """The column that was named, or the one of that role.

        Raises
        ------
        Problem
            If it is not there, or nothing or several things have the role.
        """
        if given is not None:
            return self.there(given, argument)
        columns = self.table.columns_of(role) if self.table is not None else ()
        if len(columns) == 1:
            return self._use(columns[0])
        what = f"no column is known to be the {argument}"
        if columns:
            what = f"{len(columns)} columns have the role '{role}': {', '.join(columns)}"
        raise Problem(what, where=self.name, do=f"Name it with {argument}=")

    def first(self, given: str | None, role: str, argument: str) -> str:
        """As `column`; of several columns of that role the first, which is the row's own date in most exports."""
        columns = self.table.columns_of(role) if self.table is not None else ()
        return self.column(given if given is not None or len(columns) < 2 else columns[0], role, argument)

    def maybe(self, given: str | None, role: str, argument: str | None = None) -> str | None:
        """The column that was named, or the one of that role; None if there is none."""
        if given is not None:
            return self.there(given, argument or role)
        column = self.table.column_of(role) if self.table is not None else None
        return None if column is None else self._use(column)

    def there(self, column: Any, argument: str) -> str:
        """The column's own name; a problem if it is not there."""
        return self._use(check_column(column, self.engine.columns(), argument))

    def rows(self, columns: Sequence[str | None], *, once: bool = True) -> pd.DataFrame:
        """Some columns of the rows; with `once`, a row that repeats an event id counts once."""
        ids = self.table.column_of("id") if self.table is not None and once else None
        needed = list(dict.fromkeys(self.there(name, "column") for name in (*columns, ids) if name is not None))
        frame = pd.DataFrame(self.engine.values(needed)) if needed else pd.DataFrame(index=range(self.engine.rows()))
        if ids is None:
            return frame
        again = (frame[ids].duplicated() & frame[ids].notna()).to_numpy()
        self.leave_out(again.sum(), Reason.DUPLICATE, ids)
        return frame[~again].reset_index(drop=True)

    def once(self) -> Engine:
        """The engine with each event id once: the first row of it."""
        ids = self.table.column_of("id") if self.table is not None else None
        if ids is None:
            return self.engine
        engine, again = self.engine.once(ids)
        self.leave_out(again, Reason.DUPLICATE, ids)
        return engine

    def check_zero_one(self, column: str) -> None:
        """A problem if a yes/no column holds anything else; without looking at its rows one by one."""
        other = [value for value, _ in self.engine.levels(column) if value not in (0, 1)]
        if other:
            raise self._not_zero_one(column, other[0])

    def _not_zero_one(self, column: str, example: Any) -> Problem:
        return Problem(
            f"it must be 0 or 1 (yes or no), and holds others, such as {example!r}",
            where=f"{self.name}, column '{column}'",
        )

    def moments(self, values: pd.Series) -> pd.Series:
        """A column as points in time without zone, missing ones as NaT."""
        times, _ = microseconds(values, f"{self.name}, column '{values.name}'")
        out = times.astype("datetime64[us]")
        out[times == NEVER] = np.datetime64("NaT")
        return pd.Series(out, index=values.index, name=values.name)

    def zero_one(self, frame: pd.DataFrame, column: str) -> NDArray[np.float64]:
        """A yes/no column as 0, 1 or missing; a problem if it holds anything else."""
        values = pd.to_numeric(frame[column], errors="coerce")
        bad = frame[column].notna() & ~values.isin([0, 1])
        if bad.any():
            raise self._not_zero_one(column, frame[column][bad].iloc[0])
        return values.to_numpy(dtype=float, na_value=np.nan)

    def amounts(self, frame: pd.DataFrame, column: str) -> NDArray[np.float64]:
        """A column of numbers; a problem if it holds anything else."""
        if not pd.api.types.is_numeric_dtype(frame[column]):
            raise Problem("numbers are needed", where=f"{self.name}, column '{column}'", do="Name a column of numbers")
        return frame[column].to_numpy(dtype=float, na_value=np.nan)


def key_pair(given: Any, argument: str) -> tuple[str | None, str | None]:
    """A column that two tables share: one name for both, a pair of names, or none.

    Examples
    --------
    >>> key_pair("customer", "customer"), key_pair(("client", "customer"), "customer")
    (('customer', 'customer'), ('client', 'customer'))
    """
    if given is None or isinstance(given, str):
        return given, given
    if isinstance(given, list | tuple) and len(given) == 2 and all(isinstance(name, str) for name in given):
        return given[0], given[1]
    raise Problem(
        f"one column is needed, or a pair where the tables call it differently, not {shown(given)}", where=argument
    )


def duration_unit(unit: str) -> int:
    """Microseconds of a unit; a problem if it is none.

    Examples
    --------
    >>> duration_unit("minutes")
    60000000
    """
    return UNITS[check_choice(unit, UNITS, "unit")]


def lasting(later: Any, earlier: Any, unit: float) -> NDArray[np.float64]:
    """Time between two columns of moments (or a moment), in units of so many microseconds; NaN where one is missing.

    Examples
    --------
    >>> days = pd.Series(pd.to_datetime(["2025-01-03", None]))
    >>> lasting(days, pd.Timestamp("2025-01-01"), UNITS["days"]).tolist()
    [2.0, nan]
    """
    between: Any = later - earlier
    return np.asarray(between / pd.Timedelta(microseconds=1), dtype=float) / unit


def day_of(value: Any, argument: str) -> pd.Timestamp:
    """A date as an argument gives it; a problem if it is none.

    Examples
    --------
    >>> day_of("2025-06-30", "until")
    Timestamp('2025-06-30 00:00:00')
    """
    is_one = isinstance(value, str | dt.date)
    day = pd.to_datetime(str(value), errors="coerce", format="ISO8601") if is_one else pd.NaT
    if pd.isna(day):
        raise Problem(f"{shown(value)} is no date", where=argument, do="Write it as 2025-06-30")
    return pd.Timestamp(day)
