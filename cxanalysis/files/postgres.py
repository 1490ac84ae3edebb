"""A table of a PostgreSQL server, by its address: copied in one stream, read-only; the address is never shown.

The rows come as the server's own CSV (COPY), which is parsed column-wise: a tenth of the time and memory of rows of
Python objects.
"""

from __future__ import annotations

import io
import re
from contextlib import closing
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import pandas as pd
import psycopg
import pyarrow as pa
import pyarrow.csv
from psycopg import sql

from cxanalysis.files.column_files import plain_columns
from cxanalysis.problem import Problem

#: Seconds until a server that does not answer is given up, where the address says nothing else.
_PATIENCE: Final = 10
#: Arrow's type for a type of the server; all others are text.
_TYPES: Final = {
    "bool": pa.bool_(),
    "int2": pa.int64(),
    "int4": pa.int64(),
    "int8": pa.int64(),
    "oid": pa.int64(),
    "float4": pa.float64(),
    "float8": pa.float64(),
    "numeric": pa.float64(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "timestamptz": pa.timestamp("us"),
}
_TABLES: Final = """SELECT table_schema, table_name FROM information_schema.tables
    WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_schema NOT LIKE 'pg_temp%' ORDER BY 1, 2"""
#: What the server's codes mean; the server's own words may name the user.
_REASONS: Final = {
    "28": ("the server refused the user or the password", "Check both, and whether this computer may connect"),
    "3D": ("there is no such database on the server", "Check the name after the last slash of the address"),
    "42501": ("this user may not read the table", "Ask for the right to read it"),
    "57014": ("the server stopped the query", "Ask for more time, or read a smaller table"),
}


def read_postgres(address: str, choose: Any) -> tuple[pd.DataFrame, str, str]:
    """The rows of the table that an address names, the table's name and the database's.

    Parameters
    ----------
    address : str
        "postgresql://user@host:5432/database?table=orders"; other parameters (sslmode …) are handed on. A password is
        best kept out of it: PGPASSWORD, ~/.pgpass and service files are read as `psql` reads them.
    choose : function
        Picks one of several names, or raises a `Problem`.

    Raises
    ------
    Problem
        If the server cannot be reached or refuses, or there is no such table.
    """
    where, table = _parts(address)
    # An error raised where another is handled carries that one along, and with it the address: it is raised later.
    code: str | None = None
    try:
        with closing(psycopg.connect(where, connect_timeout=_timeout(where))) as server:
            server.read_only = True
            database = server.info.dbname
            names = _names(server)
            name = choose(list(names), table, database)
            return _rows(server, *names[name]), name, database
    except Problem:  # is a ValueError; says nothing of the address
        raise
    except psycopg.Error as error:
        code = error.sqlstate or _refusal(str(error))
    except (pa.ArrowException, UnicodeError, ValueError):
        code = "rows"
    reason = next((said for start, said in _REASONS.items() if code and code.startswith(start)), None)
    if reason is None and code == "":
        reason = ("the server cannot be reached", "Check its name and port, and whether it runs")
    what, do = reason or ("the table cannot be read", "Copy it to a file with psql (\\copy … csv header) and read that")
    raise Problem(what, where="PostgreSQL", do=do)


def _refusal(words: str) -> str:
    """The code of a connection that was refused: libpq hands on the server's words only, without it."""
    if "FATAL" not in words and "password" not in words:
        return ""
    return "3D" if re.search(r'database "[^"]*" does not exist', words) else "28"


def _parts(address: str) -> tuple[str, str | None]:
    """The address as libpq takes it, and the table it names."""
    try:
        parts = urlsplit(address)
        given = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        given = None
    if given is None:  # not where the error is handled: it quotes the address
        raise Problem(
            "this is no address of a PostgreSQL server", do="Write postgresql://user@host/database?table=orders"
        )
    rest = urlencode([(name, value) for name, value in given if name != "table"])
    table = next((value for name, value in given if name == "table"), None)
    return urlunsplit(("postgresql", parts.netloc, parts.path, rest, "")), table


def _timeout(where: str) -> int:
    given = dict(parse_qsl(urlsplit(where).query)).get("connect_timeout", "")
    return int(given) if given.isdigit() else _PATIENCE


def _names(server: psycopg.Connection[Any]) -> dict[str, tuple[str, str]]:
    """Name as shown → schema and table."""
    rows = server.execute(_TABLES).fetchall()
    return {name if schema == "public" else f"{schema}.{name}": (schema, name) for schema, name in rows}


def _rows(server: psycopg.Connection[Any], schema: str, name: str) -> pd.DataFrame:
    server.execute("SET LOCAL TIME ZONE 'UTC'; SET LOCAL datestyle = 'ISO'; SET LOCAL client_encoding = 'UTF8'")
    place = sql.Identifier(schema, name)
    described = server.execute(sql.SQL("SELECT * FROM {} LIMIT 0").format(place)).description or []
    kinds = {column.name: _kind(server, column.type_code) for column in described}
    columns = sql.SQL(", ").join(_expression(column, kind) for column, kind in kinds.items())
    content = io.BytesIO()
    with (
        server.cursor() as cursor,
        cursor.copy(
            sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT (FORMAT csv, HEADER false)").format(columns, place)
        ) as copy,
    ):
        for part in copy:
            content.write(part)
    types = {str(i): _TYPES.get(kind, pa.large_string()) for i, kind in enumerate(kinds.values())}
    if not content.tell():
        return pd.DataFrame(columns=list(kinds))
    content.seek(0)
    table = pyarrow.csv.read_csv(
        content,
        read_options=pyarrow.csv.ReadOptions(column_names=list(types)),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=len(kinds) > 1),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=types,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t"],
            false_values=["f"],
        ),
    )
    rows = plain_columns(table)
    rows.columns = pd.Index(list(kinds))
    return rows


def _kind(server: psycopg.Connection[Any], oid: int) -> str:
    found = server.adapters.types.get(oid)
    return found.name if found is not None else "text"


def _expression(column: str, kind: str) -> sql.Composed:
    """A column as it is copied; a date at infinity is no date."""
    name = sql.Identifier(column)
    if kind in ("date", "timestamp", "timestamptz"):
        moment = sql.SQL("{} AT TIME ZONE 'UTC'").format(name) if kind == "timestamptz" else sql.Composed([name])
        return sql.SQL("CASE WHEN isfinite({}) THEN {} END").format(name, moment)
    return sql.Composed([name])
