"""The rows a metric is made from: columns named, or known by their role; each event counted once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.engine.engines import Engine, engine_of
from cxanalysis.engine.frame_columns import unknown_column
from cxanalysis.link.window import NEVER, microseconds
from cxanalysis.metrics.metric_question import part_of, sources_of
from cxanalysis.problem import Problem
from cxanalysis.tables.table import Table

#: Microseconds of each unit a duration may be told in.
UNITS: Final = {"seconds": 1_000_000, "minutes": 60_000_000, "hours": 3_600_000_000, "days": 86_400_000_000}


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """One table a metric looks at.

    Attributes
    ----------
    engine : Engine
    table : Table or None
        None for a plain frame.
    name : str
        What the table is called in messages.
    told : list of str
        What was left out on the way, with counts.
    notes : list of str
        What was taken for granted on the way.
    """

    engine: Engine
    table: Table | None
    name: str
    told: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, data: Any, name: str) -> Source:
        """From data of any sort; `name` is what a frame without a name is called."""
        table = data if isinstance(data, Table) else None
        return cls(engine_of(data), table, table.name if table is not None else name, list(part_of(table)))

    @property
    def tokens(self) -> tuple[str, ...]:
        """Name and content of the table, for the passport."""
        return sources_of(self.table)

    def column(self, given: str | None, role: str, argument: str) -> str:
        """The column that was named, or the one of that role.

        Raises
        ------
        Problem
            If it is not there, or nothing or several things have the role.
        """
        if given is not None:
            return self.there(given)
        found = self.table.columns_of(role) if self.table is not None else ()
        if len(found) == 1:
            return found[0]
        what = f"{len(found)} columns have the role '{role}': {', '.join(found)}" if found else "it is not known"
        if not found:
            what = f"no column is known to be the {argument}"
        raise Problem(what, where=self.name, do=f"Name it with {argument}=")

    def first(self, given: str | None, role: str, argument: str) -> str:
        """As `column`; of several columns of that role the first, which is the row's own date in most exports."""
        found = self.table.columns_of(role) if self.table is not None else ()
        return self.column(given if given is not None or len(found) < 2 else found[0], role, argument)

    def maybe(self, given: str | bool | None, role: str) -> str | None:
        """The column that was named, or the one of that role; None if there is none, or it is switched off (False)."""
        if isinstance(given, str):
            return self.there(given)
        return self.table.column_of(role) if self.table is not None and given is not False else None

    def there(self, column: str) -> str:
        """The column's own name; a problem if it is not there."""
        if column not in self.engine.columns():
            raise unknown_column(column, self.engine.columns())
        return column

    def rows(self, columns: Sequence[str | None], *, once: bool = True) -> pd.DataFrame:
        """Some columns of the rows; with `once`, a row that repeats an event id counts once, and that is told."""
        ids = self.table.column_of("id") if self.table is not None and once else None
        needed = list(dict.fromkeys(name for name in (*columns, ids) if name is not None))
        for name in needed:
            self.there(name)
        frame = pd.DataFrame(self.engine.values(needed)) if needed else pd.DataFrame(index=range(self.engine.rows()))
        if ids is None:
            return frame
        again = (frame[ids].duplicated() & frame[ids].notna()).to_numpy()
        if again.any():
            self.told.append(f"{int(again.sum()):,} rows repeat an event id and count once.")
        return frame[~again].reset_index(drop=True)

    def once(self) -> Engine:
        """The engine with each event id once (the first row of it), and told how many rows that leaves out."""
        ids = self.table.column_of("id") if self.table is not None else None
        if ids is None:
            return self.engine
        engine, again = self.engine.once(ids)
        if again:
            self.told.append(f"{again:,} rows repeat an event id and count once.")
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


def duration_unit(unit: str) -> int:
    """Microseconds of a unit; a problem if it is none.

    Examples
    --------
    >>> duration_unit("minutes")
    60000000
    """
    if unit not in UNITS:
        raise Problem(f"'{unit}' is no unit of time", do=f"Use one of: {', '.join(UNITS)}")
    return UNITS[unit]


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
    found = pd.to_datetime(str(value), errors="coerce", format="ISO8601")
    if pd.isna(found):
        raise Problem(f"'{value}' is no date", where=argument, do="Write it as 2025-06-30")
    return pd.Timestamp(found)
