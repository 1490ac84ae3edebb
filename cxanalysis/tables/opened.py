"""Data of any sort, opened for an analysis: the engine that sums its rows, and the basis of all that comes of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import narwhals as nw
import pandas as pd

from cxanalysis.arguments import check_column
from cxanalysis.basis import Basis, Cluster, Guess, SourceTable
from cxanalysis.engine.engines import Engine, engine_of
from cxanalysis.labels import labels_of
from cxanalysis.tables.table import Table


class _Known:
    """The type of `KNOWN`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "the table's customer"


#: The default of every `cluster=`: the customer that the table knows. `None` means that every row is a unit.
KNOWN: Final = _Known()


@dataclass(frozen=True, slots=True)
class Opened:
    """Data opened for an analysis.

    Attributes
    ----------
    engine : Engine
    table : Table or None
        None for a plain data frame, of which nothing but its columns is known.
    """

    engine: Engine
    table: Table | None

    def cluster(self, asked: Any) -> Cluster | None:
        """Whose rows count as one unit: the column that was asked for, or the customer that the table knows.

        A known customer who never has two rows is no cluster: every row is a unit then.

        Raises
        ------
        Problem
            If there is no such column.
        """
        if isinstance(asked, _Known):
            customer = None if self.table is None else self.table.customer
            if customer is None or self.engine.once(customer)[1] == 0:
                return None
            return Cluster(customer, asked=False)
        if asked is None:
            return None
        return Cluster(check_column(asked, self.engine.columns(), "cluster"), asked=True)

    def basis(self, columns: Iterable[str] = (), **facts: Any) -> Basis:
        """The basis of a result that uses these columns; `facts` are further fields of `Basis`."""
        names = list(dict.fromkeys(columns))
        facts.setdefault("labels", labels_of(self.table, names))
        if self.table is None:
            return Basis((SourceTable("data", n_rows=self.engine.rows()),), **facts)
        return basis_of(self.table, names, **facts)


def opened(data: Any) -> Opened:
    """Open a Table, a pandas, Polars or PyArrow frame, or a DuckDB relation.

    Raises
    ------
    Problem
        If `data` is none of these.

    Notes
    -----
    Times with a zone count as the clock there shows them, so that no answer moves into another day or month.

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> answers = cx.Table(pd.DataFrame({"csat": [5, 4], "market": ["B2B", "B2C"]}), name="survey")
    >>> opened(answers.where({"market": "B2B"})).basis(["csat"], n=1).sources[0].part
    ({'market': ['B2B']},)
    """
    if isinstance(data, Table):
        return Opened(engine_of(data), data)
    return Opened(engine_of(_in_local_time(_with_text_names(data))), None)


def _with_text_names(data: Any) -> Any:
    """A pandas frame whose columns are called by numbers has them called by the texts of these numbers."""
    if isinstance(data, pd.DataFrame) and not all(isinstance(name, str) for name in data.columns):
        return data.set_axis([str(name) for name in data.columns], axis=1)
    return data


def _in_local_time(data: Any) -> Any:
    """Times with a zone as the clock there shows them: an answer of 31 January in Lima is one of January.

    A DuckDB relation does not keep the zone of its column: its times stay in UTC.
    """
    try:
        frame = nw.from_native(data, eager_only=True)
    except TypeError:
        return data
    zoned = [
        name for name, kind in frame.schema.items() if isinstance(kind, nw.Datetime) and kind.time_zone is not None
    ]
    if not zoned:
        return data
    return frame.with_columns(nw.col(name).dt.replace_time_zone(None) for name in zoned).to_native()


def basis_of(table: Table, columns: Iterable[str] = (), **facts: Any) -> Basis:
    """The basis of a result of a table that is not opened for sums: none of its rows are loaded.

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> basis_of(cx.Table(pd.DataFrame({"csat": [5, 4]}), name="survey"), ["csat"], n=2).sources[0].name
    'survey'
    """
    names = list(dict.fromkeys(columns))
    facts.setdefault("labels", labels_of(table, names))
    return Basis((table.source,), guesses=guesses_of(table, names), **facts)


def guesses_of(table: Table, columns: Iterable[str]) -> tuple[Guess, ...]:
    """What a result that uses these columns takes from a table without anybody having confirmed it."""
    unsure = set(table.unsure)
    names = list(dict.fromkeys(columns))
    roles = [
        Guess(table.name, column, "role", table.roles[column], *table.reasons[column])
        for column in names
        if column in unsure
    ]
    others = [
        Guess(table.name, doubt.column, doubt.what, doubt.taken, doubt.sure, doubt.why)
        for doubt in table.doubts
        if doubt.column is None or doubt.what == "records" or doubt.column in names
    ]
    suspected = [
        Guess(table.name, None, "records", f"{one.n_rows:,} rows that may be none", 1 - one.sure, one.why)
        for one in table.records
        if one.asks
    ]
    return (*roles, *others, *suspected)
