"""The embedded engine: rows stay in DuckDB (a Parquet file or a relation), only sums come out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from cxanalysis.engine import frame_columns as read
from cxanalysis.engine import sql
from cxanalysis.engine.aggregates import Aggregates, empty
from cxanalysis.engine.canonical_values import canonical, sort_key
from cxanalysis.engine.duckdb_sums import Query, Ranges, is_exact
from cxanalysis.engine.frame_engine import infinite_values, negative_weights
from cxanalysis.engine.need import Measure, Need, Period, block_count
from cxanalysis.engine.where import Condition
from cxanalysis.problem import Problem

Array = NDArray[Any]
#: Nothing may be fetched from outside while a query runs.
_OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}


class DuckEngine:
    """Answers needs by SQL; see `Engine` for what the verbs mean."""

    def __init__(
        self,
        relation: duckdb.DuckDBPyRelation,
        own: duckdb.DuckDBPyConnection | None = None,
        names: Sequence[str] | None = None,
    ) -> None:
        """`names` are the columns' own names: DuckDB renames one of "Late" and "late"."""
        self._relation = relation
        self._own = own
        self._answers: dict[str | Need, Any] = {}
        names = list(names or relation.columns)
        self._kinds: dict[str, str] = dict(zip(names, map(str, relation.types), strict=True))
        self._duck_names: dict[str, str] = dict(zip(names, relation.columns, strict=True))
        if len(self._kinds) < len(names):
            doubled = next(c for c in names if names.count(c) > 1)
            raise Problem(f"two columns have one name ('{doubled}')", do="Give every column its own name")

    @classmethod
    def of_parquet(cls, path: Path, columns: Sequence[str] | None = None) -> DuckEngine:
        """The engine for a Parquet file, or some of its columns, on a connection of its own."""
        connection = duckdb.connect(config=_OFFLINE)
        rows, names = connection.read_parquet(str(path)), pq.read_schema(path).names
        if columns is not None and set(columns) < set(names):
            called = dict(zip(names, rows.columns, strict=True))
            names = [name for name in names if name in set(columns)]
            rows = rows.project(", ".join('"' + called[name].replace('"', '""') + '"' for name in names))
        return cls(rows, connection, names)

    def rows(self) -> int:
        """Number of rows."""
        return int(self._once("rows", lambda: self._query(f"SELECT count(*) FROM {sql.ROWS}").fetchall()[0][0]))

    def where(self, kept: tuple[Condition, ...]) -> DuckEngine:
        """Only the rows that fulfil every condition."""
        if not kept:
            return self
        found = self._query(f"SELECT * FROM {sql.ROWS} WHERE {' AND '.join(map(self._fulfils, kept))}")
        return DuckEngine(found, self._own, self.columns())

    def once(self, column: str) -> tuple[DuckEngine, int]:
        """Each id once."""
        value, _ = self._grouped(column)
        again = int(
            self._query(f"SELECT count(v) - count(DISTINCT v) FROM (SELECT {value} AS v FROM {sql.ROWS})").fetchall()[
                0
            ][0]
        )
        if not again:
            return self, 0
        place = "cx_place"
        while place in self._relation.columns:
            place += "_"
        numbered = f"SELECT *, row_number() OVER () AS {place} FROM {sql.ROWS}"
        first = f"row_number() OVER (PARTITION BY {value} ORDER BY {place}) = 1"
        found = self._query(
            f"SELECT * EXCLUDE ({place}) FROM ({numbered}) AS {sql.ROWS} "
            f"QUALIFY {value} IS NULL OR {first} ORDER BY {place}"
        )
        return DuckEngine(found, self._own, self.columns()), again

    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self._kinds)

    def kind_of(self, column: str) -> str:
        """What a column holds."""
        return sql.kind_of(self._kind(column))

    def levels(self, column: str, limit: int | None = None) -> list[tuple[Any, int]]:
        """Distinct values and how often each appears, most frequent first, then by value; missing left out."""
        value, _ = self._grouped(column)
        end = "" if limit is None else f" LIMIT {int(limit)}"
        question = (
            f"SELECT v, count(*) AS n FROM (SELECT {value} AS v FROM {sql.ROWS}) WHERE v IS NOT NULL "
            f"GROUP BY v ORDER BY n DESC, v{end}"
        )
        found = self._once(question, lambda: self._query(question).fetchall())
        return [(canonical(value), int(n)) for value, n in found]

    def values(self, columns: Sequence[str | Measure], limit: int | None = None) -> dict[str, Array]:
        """Rows by column."""
        wanted = [f"{self._value(item)} AS c{at}" for at, item in enumerate(columns)]
        rows, statement = self.rows(), f"SELECT {', '.join(wanted)} FROM {sql.ROWS}"
        if limit is not None and rows > limit:
            names = ", ".join(f"c{at}" for at in range(len(columns)))
            numbered = f"SELECT {', '.join([*wanted, 'row_number() OVER () AS n'])} FROM {sql.ROWS}"
            kept = f"(n * {int(limit)}) // {rows} > ((n - 1) * {int(limit)}) // {rows}"
            statement = f"SELECT {names} FROM ({numbered}) WHERE {kept}"
        table = self._query(statement).to_arrow_table()
        out = {}
        for at, item in enumerate(columns):
            array = table.column(at).combine_chunks()
            array = array if isinstance(array, pa.Array) else pa.concat_arrays(array.chunks)
            out[item.name if isinstance(item, Measure) else item] = self._read(item, array)
        return out

    def span(self, column: str, present: str | None = None) -> tuple[Any, Any]:
        """Smallest and largest value."""
        value, _ = self._grouped(column)
        where = "" if present is None else f" WHERE {self._grouped(present)[0]} IS NOT NULL"
        question = f"SELECT min(v), max(v) FROM (SELECT {value} AS v FROM {sql.ROWS}{where})"
        low, high = self._once(question, lambda: self._query(question).fetchall()[0])
        return canonical(low), canonical(high)

    def where_zero(self, columns: Sequence[str]) -> DuckEngine:
        """The rows in which all of these columns are 0."""
        zero = " AND ".join(f"coalesce({self._number(column)} = 0, FALSE)" for column in columns) or "TRUE"
        return DuckEngine(self._query(f"SELECT * FROM {sql.ROWS} WHERE {zero}"), self._own, tuple(self._kinds))

    def aggregate(self, need: Need) -> Aggregates:
        """Sums; what several analyses ask alike is summed once."""
        if need.blocks is not None:  # by block they are large, and hardly ever asked for twice
            return self._aggregate(need)
        return self._once(need, lambda: self._aggregate(need))

    def _aggregate(self, need: Need) -> Aggregates:
        """A look at ranges and groups, then one query for all sums."""
        query = Query(
            need=need,
            measures=[self._measure(measure) for measure in need.measures],
            weight=None if need.weight is None else self._number(need.weight),
            by=[self._group(item) for item in need.by],
            id_=self._id(need),
        )
        look = Ranges.of(self._query(query.look()).fetchall(), query)
        self._refuse(need, look)
        if not look.groups:
            return empty(
                tuple(measure.name for measure in need.measures), need.by_names, (), block_count(need), need.cluster
            )
        look = look.sorted(sort_key)
        if self._own is not None:
            # Sums of fractions depend on their order in the last digit, and threads take turns as they like.
            self._own.execute("RESET threads" if is_exact(look, need.cluster is not None) else "SET threads = 1")
        return query.aggregates(self._query(query.sums(look)).fetchnumpy(), look)

    # --- columns ------------------------------------------------------------------------------------

    def _once(self, question: str | Need, ask: Callable[[], Any]) -> Any:
        """The answer to a question that several analyses ask; the rows behind it never change."""
        if question not in self._answers:
            self._answers[question] = ask()
        return self._answers[question]

    def _query(self, statement: str) -> duckdb.DuckDBPyRelation:
        found = self._relation.query(sql.ROWS, statement)
        assert found is not None  # it is for statements that answer nothing
        return found

    def _fulfils(self, condition: Condition) -> str:
        kind = self._kind(condition.column)
        return f"({condition.sql(self._duck_names[condition.column], kind)})"

    def _kind(self, column: str) -> str:
        if column not in self._kinds:
            raise read.unknown_column(column, self.columns())
        return self._kinds[column]

    def _grouped(self, column: str) -> tuple[str, str]:
        kind = self._kind(column)
        return sql.grouped(self._duck_names[column], kind)

    def _number(self, column: str) -> str:
        kind = self._kind(column)
        if sql.kind_of(kind) not in ("number", "empty"):
            found = self._example(column)
            if found is None:  # nothing in it: nothing that is no number
                return "CAST(NULL AS DOUBLE)"
            raise read.not_a_number(column, found)
        return sql.number(self._duck_names[column], kind)

    def _example(self, column: str) -> Any:
        value, _ = self._grouped(column)
        found = self._query(f"SELECT {value} FROM {sql.ROWS} WHERE {value} IS NOT NULL LIMIT 1").fetchall()
        return canonical(found[0][0]) if found else None

    def _measure(self, measure: Measure) -> str:
        kind = self._kind(measure.column)
        if measure.coding != "equals" and self._number(measure.column) == "CAST(NULL AS DOUBLE)":
            return "CAST(NULL AS DOUBLE)"
        return sql.measured(replace(measure, column=self._duck_names[measure.column]), kind)

    def _group(self, item: str | Period) -> tuple[str, str]:
        if isinstance(item, str):
            return self._grouped(item)
        kind = self._kind(item.column)
        if sql.kind_of(kind) != "time":
            found = self._example(item.column)
            if found is not None:
                raise read.not_a_time(item.column, found)
            return "CAST(NULL AS TIMESTAMP)", "TIMESTAMP"
        return (
            f"CAST(date_trunc({sql.text(item.every)}, {sql.moment(self._duck_names[item.column], kind)}) AS TIMESTAMP)",
            "TIMESTAMP",
        )

    def _id(self, need: Need) -> tuple[str, str] | None:
        """Text of the id that makes blocks or clusters, and the id where it is a fraction."""
        column = need.cluster or need.blocks
        if not column:
            return None
        kind, own = self._kind(column), self._duck_names[column]
        return sql.id_text(own, kind), sql.fraction(own, kind)

    def _value(self, item: str | Measure) -> str:
        if isinstance(item, Measure):
            return self._measure(item)
        kind = self._kind(item)
        return self._number(item) if sql.kind_of(kind) in ("number", "empty") else self._grouped(item)[0]

    def _read(self, item: str | Measure, array: pa.Array) -> Array:
        if isinstance(item, Measure):
            out = read.numbers(array, item.column)
            if np.isinf(out).any():
                raise infinite_values(item.column, int(np.isinf(out).sum()))
            return out
        kind = sql.kind_of(self._kinds[item])
        if kind in ("number", "empty"):
            return read.numbers(array, item)
        return read.times(array, item) if kind == "time" else read.texts(array)

    def _refuse(self, need: Need, look: Ranges) -> None:
        """Stop where sums would mean nothing."""
        for measure, infinite in zip(need.measures, look.infinite, strict=True):
            if infinite:
                raise infinite_values(measure.column, infinite)
        if need.weight is not None and look.infinite_weights:
            raise infinite_values(need.weight, look.infinite_weights)
        if need.weight is not None and look.negative_weights:
            raise negative_weights(need.weight, look.negative_weights, look.least_weight)
        if look.fraction_id is not None:
            raise Problem(
                f"a number with a fraction, such as {look.fraction_id}, is no id",
                where=f"column '{need.cluster or need.blocks}'",
                do="Name the column of the customer or respondent",
            )
