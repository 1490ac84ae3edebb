"""The same event log from a large Parquet file: DuckDB counts over all rows and hands out those that failed.

Twenty million rows as a frame would need more memory than many computers have. What linking needs of the rows on
which nothing failed are a few counts; they never leave DuckDB, which keeps within `MEMORY` and puts on the disk what
is too much for it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from cxanalysis.engine import sql
from cxanalysis.link.event_log import (
    EventLog,
    Span,
    covered_period,
    dates_needed,
    key_is_known,
    log_of_frame,
    no_zero_one,
)
from cxanalysis.link.event_source import EventSource
from cxanalysis.link.window import NEVER, common_codes

#: Above this many rows a table that lies in a Parquet file is not loaded: below, opening a database costs more.
ROWS_IN_MEMORY: Final = 200_000
#: Memory DuckDB may use before it writes to the disk.
MEMORY: Final = "2GB"


def event_log(answer_keys: pd.Series, source: EventSource) -> EventLog:
    """One table of events as arrays, whichever way costs less; both give the same."""
    table = source.table
    if table.parquet is None or table.n_rows <= ROWS_IN_MEMORY or not _is_plain(table.parquet, source):
        return log_of_frame(answer_keys, source)
    with _rows_of(table.parquet) as connection:
        return _log_of_rows(connection, answer_keys, source, pq.read_schema(table.parquet))


def _is_plain(path: Path, source: EventSource) -> bool:
    """Whether dates are stored as dates and flags as numbers; dates written as text are read in the frame."""
    schema = pq.read_schema(path)
    kinds = {name: schema.field(name).type for name in schema.names}
    flags = [kinds[column] for column in source.flags.values() if column is not None]
    return (
        # DuckDB does not tell "Late" from "late", and one name is taken by the number of the row.
        len({name.casefold() for name in kinds} - {"file_row_number"}) == len(kinds)
        and all(pa.types.is_timestamp(kinds[c]) for c in dates_needed(source))
        and all(pa.types.is_integer(k) or pa.types.is_floating(k) or pa.types.is_boolean(k) for k in flags)
    )


@contextmanager
def _rows_of(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database that sees the file under the name `sql.ROWS`; what it puts on the disk is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="cxanalysis-") as folder:
        config: dict[str, Any] = {
            "memory_limit": MEMORY,
            "temp_directory": folder,
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        with duckdb.connect(config=config) as connection:
            file = f"read_parquet({sql.text(str(path))}, file_row_number = true)"
            connection.execute("SET enable_progress_bar = false")
            connection.execute(f"CREATE VIEW {sql.ROWS} AS SELECT * FROM {file}")
            yield connection


def _log_of_rows(
    connection: duckdb.DuckDBPyConnection, answer_keys: pd.Series, source: EventSource, schema: pa.Schema
) -> EventLog:
    """The log of the file that the connection sees."""
    spans = _spans(connection, source)
    key = sql.name(source.event_key)
    keys = connection.execute(f"SELECT DISTINCT {key} AS k FROM {sql.ROWS} WHERE {key} IS NOT NULL").df()["k"]
    people, codes = common_codes(answer_keys, keys)
    known = key_is_known(people, codes, answer_keys, source)
    id_column = source.table.column_of("id")
    repeats = 0 if id_column is None else _number_repeats(connection, id_column)
    connection.register("cx_keys", pa.table({"k": pa.Array.from_pandas(keys), "person": codes}))
    rows = _failed_rows(connection, source, has_repeats=repeats > 0)
    needed = dates_needed(source)
    return EventLog(
        answer_people=people,
        known_key=known,
        people=rows["person"],
        ids=rows.get("event"),
        flagged={failure: rows[f"f{at}"] for at, failure in enumerate(source.flags)},
        dates={column: rows[f"d{at}"] for at, column in enumerate(needed)},
        zoned={c: schema.field(c).type.tz is not None for c in needed if spans[c] is not None},
        covered=covered_period(source, spans),
        customers=int(np.bincount(codes[codes >= 0]).astype(bool).sum()),
        events=source.table.n_rows - repeats,
        repeats=repeats,
    )


def _spans(connection: duckdb.DuckDBPyConnection, source: EventSource) -> dict[str, Span]:
    """First and last moment of each date column; a `Problem` if a failure is neither 0 nor 1."""
    dates = dates_needed(source)
    flags = [column for column in source.flags.values() if column is not None]
    asked = [f"epoch_us(min({sql.name(c)})), epoch_us(max({sql.name(c)}))" for c in dates]
    asked += [f"count(*) FILTER ({_flag(c)} NOT IN (0, 1))" for c in flags]
    found = _one_row(connection, f"SELECT {', '.join(asked)} FROM {sql.ROWS}")
    for column, wrong in zip(flags, found[2 * len(dates) :], strict=True):
        if wrong:
            raise no_zero_one(column, source)
    pairs = zip(found[0 : 2 * len(dates) : 2], found[1 : 2 * len(dates) : 2], strict=True)
    return {
        column: None if first is None else (first, last) for column, (first, last) in zip(dates, pairs, strict=True)
    }


def _flag(column: str) -> str:
    """A flag as a whole or missing number: NaN is missing."""
    value = f"CAST({sql.name(column)} AS DOUBLE)"
    return f"CASE WHEN isnan({value}) THEN NULL ELSE {value} END"


def _number_repeats(connection: duckdb.DuckDBPyConnection, column: str) -> int:
    """Give each event id that appears more than once a number (in `cx_repeated`); how many rows too many they are.

    Different hashes prove different ids. Counting whole numbers takes a third of the time and memory of counting
    texts, so only ids that share a hash are looked at as what they are.
    """
    value = sql.name(column)
    connection.execute(
        f"CREATE TEMP TABLE cx_alike AS SELECT hash({value}) AS h FROM {sql.ROWS} WHERE {value} IS NOT NULL "
        "GROUP BY h HAVING count(*) > 1"
    )
    connection.execute(
        f"CREATE TEMP TABLE cx_repeated AS SELECT {value} AS id, row_number() OVER () - 1 AS event, count(*) AS n "
        f"FROM {sql.ROWS} SEMI JOIN cx_alike ON hash({value}) = cx_alike.h GROUP BY id HAVING count(*) > 1"
    )
    return int(_one_row(connection, "SELECT coalesce(sum(n - 1), 0) FROM cx_repeated")[0])


def _failed_rows(
    connection: duckdb.DuckDBPyConnection, source: EventSource, *, has_repeats: bool
) -> dict[str, np.ndarray[Any, Any]]:
    """Rows with a failure, by column: person, dates `d0`…, flags `f0`…, and the event's number where any repeats."""
    flags = ["true" if column is None else f"coalesce({_flag(column)} = 1, false)" for column in source.flags.values()]
    picked = [
        "coalesce(cx_keys.person, -1) AS person",
        *(f"coalesce(epoch_us({sql.name(c)}), {NEVER}) AS d{at}" for at, c in enumerate(dates_needed(source))),
        *(f"{flag} AS f{at}" for at, flag in enumerate(flags)),
    ]
    joins = f"LEFT JOIN cx_keys ON {sql.name(source.event_key)} = cx_keys.k"
    if has_repeats:
        picked += ["coalesce(cx_repeated.event, -1) AS event", f"{sql.ROWS}.file_row_number AS at"]
        joins += f" LEFT JOIN cx_repeated ON {sql.name(source.table.column_of('id') or '')} = cx_repeated.id"
    found = connection.execute(f"SELECT {', '.join(picked)} FROM {sql.ROWS} {joins} WHERE {' OR '.join(flags)}")
    rows = {name: np.asarray(values) for name, values in found.fetchnumpy().items()}
    if has_repeats:
        # Of an event written down twice at one time the first row counts: joins may have changed the order.
        order = np.argsort(rows.pop("at"))
        rows = {name: values[order] for name, values in rows.items()}
    return rows


def _one_row(connection: duckdb.DuckDBPyConnection, question: str) -> tuple[Any, ...]:
    return tuple(connection.execute(question).fetchall()[0])
