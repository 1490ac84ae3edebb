"""The embedded engine: rows stay in DuckDB (a Parquet file or a relation), only sums come out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from cxanalysis.engine import columns as read
from cxanalysis.engine import sql
from cxanalysis.engine.aggregates import Aggregates, empty
from cxanalysis.engine.duck_sums import ROWS, Look, Query, is_exact
from cxanalysis.engine.frames import infinite_values, negative_weights
from cxanalysis.engine.need import Measure, Need, Period, block_count
from cxanalysis.engine.values import canonical, sort_key
from cxanalysis.problem import Problem

Array = NDArray[Any]
#: Nothing may be fetched from outside while a query runs.
_OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}


class DuckEngine:
    """Answers needs by SQL; see `Engine` for what the verbs mean."""

    def __init__(self, relation: duckdb.DuckDBPyRelation, own: duckdb.DuckDBPyConnection | None = None) -> None:
        self._relation = relation
        self._own = own
        self._kinds: dict[str, str] = dict(zip(relation.columns, map(str, relation.types), strict=True))
        if len(self._kinds) < len(relation.columns):
            doubled = next(c for c in relation.columns if relation.columns.count(c) > 1)
            raise Problem(f"two columns have one name ('{doubled}')", do="Give every column its own name")

    @classmethod
    def of_parquet(cls, path: Path) -> DuckEngine:
        """The engine for a Parquet file, on a connection of its own."""
        connection = duckdb.connect(config=_OFFLINE)
        return cls(connection.read_parquet(str(path)), connection)

    def rows(self) -> int:
        """Number of rows."""
        return int(self._query(f"SELECT count(*) FROM {ROWS}").fetchall()[0][0])

    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self._kinds)

    def levels(self, column: str, limit: int | None = None) -> list[tuple[Any, int]]:
        """Distinct values and how often each appears, most frequent first, then by value; missing left out."""
        value, _ = sql.grouped(column, self._kind(column))
        end = "" if limit is None else f" LIMIT {int(limit)}"
        found = self._query(
            f"SELECT v, count(*) AS n FROM (SELECT {value} AS v FROM {ROWS}) WHERE v IS NOT NULL "
            f"GROUP BY v ORDER BY n DESC, v{end}"
        ).fetchall()
        return [(canonical(value), int(n)) for value, n in found]

    def values(self, columns: Sequence[str | Measure], limit: int | None = None) -> dict[str, Array]:
        """Rows by column."""
        wanted = [f"{self._value(item)} AS c{at}" for at, item in enumerate(columns)]
        rows, source = self.rows(), ROWS
        if limit is not None and rows > limit:
            n = f"(SELECT *, row_number() OVER () AS cx_row FROM {ROWS})"
            source = f"{n} WHERE (cx_row * {int(limit)}) // {rows} > ((cx_row - 1) * {int(limit)}) // {rows}"
        table = self._query(f"SELECT {', '.join(wanted)} FROM {source}").to_arrow_table()
        out = {}
        for at, item in enumerate(columns):
            array = table.column(at).combine_chunks()
            array = array if isinstance(array, pa.Array) else pa.concat_arrays(array.chunks)
            out[item.name if isinstance(item, Measure) else item] = self._read(item, array)
        return out

    def span(self, column: str, present: str | None = None) -> tuple[Any, Any]:
        """Smallest and largest value."""
        value, _ = sql.grouped(column, self._kind(column))
        where = "" if present is None else f" WHERE {sql.grouped(present, self._kind(present))[0]} IS NOT NULL"
        low, high = self._query(f"SELECT min(v), max(v) FROM (SELECT {value} AS v FROM {ROWS}{where})").fetchall()[0]
        return canonical(low), canonical(high)

    def aggregate(self, need: Need) -> Aggregates:
        """Sums: a look at ranges and groups, then one query for all of them."""
        query = Query(
            need=need,
            measures=[self._measure(measure) for measure in need.measures],
            weight=None if need.weight is None else self._number(need.weight),
            by=[self._group(item) for item in need.by],
            id_=self._id(need),
        )
        look = Look.of(self._query(query.look()).fetchall(), query)
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

    def _query(self, statement: str) -> duckdb.DuckDBPyRelation:
        found = self._relation.query(ROWS, statement)
        assert found is not None  # it is for statements that answer nothing
        return found

    def _kind(self, column: str) -> str:
        if column not in self._kinds:
            raise read.unknown_column(column, self.columns())
        return self._kinds[column]

    def _number(self, column: str) -> str:
        kind = self._kind(column)
        if sql.kind_of(kind) not in ("number", "empty"):
            found = self._example(column)
            if found is None:  # nothing in it: nothing that is no number
                return "CAST(NULL AS DOUBLE)"
            raise read.not_a_number(column, found)
        return sql.number(column, kind)

    def _example(self, column: str) -> Any:
        value, _ = sql.grouped(column, self._kind(column))
        found = self._query(f"SELECT {value} AS v FROM {ROWS} WHERE v IS NOT NULL LIMIT 1").fetchall()
        return canonical(found[0][0]) if found else None

    def _measure(self, measure: Measure) -> str:
        kind = self._kind(measure.column)
        if measure.coding != "equals" and self._number(measure.column) == "CAST(NULL AS DOUBLE)":
            return "CAST(NULL AS DOUBLE)"
        return sql.measured(measure, kind)

    def _group(self, item: str | Period) -> tuple[str, str]:
        if isinstance(item, str):
            return sql.grouped(item, self._kind(item))
        kind = self._kind(item.column)
        if sql.kind_of(kind) != "time":
            found = self._example(item.column)
            if found is not None:
                raise read.not_a_time(item.column, found)
            return "CAST(NULL AS TIMESTAMP)", "TIMESTAMP"
        return f"CAST(date_trunc({sql.text(item.every)}, {sql.moment(item.column, kind)}) AS TIMESTAMP)", "TIMESTAMP"

    def _id(self, need: Need) -> tuple[str, str] | None:
        """Text of the id that makes blocks or clusters, and the id where it is a fraction."""
        column = need.cluster or need.blocks
        if not column:
            return None
        return sql.id_text(column, self._kind(column)), sql.fraction(column, self._kind(column))

    def _value(self, item: str | Measure) -> str:
        if isinstance(item, Measure):
            return self._measure(item)
        kind = self._kind(item)
        return sql.number(item, kind) if sql.kind_of(kind) in ("number", "empty") else sql.grouped(item, kind)[0]

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

    def _refuse(self, need: Need, look: Look) -> None:
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
