"""A table of a database by its address: DuckDB and SQLite files, PostgreSQL. Users and passwords are never shown."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path, PurePath
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

import duckdb
import pandas as pd
import pyarrow as pa

from cxanalysis.columns.typed_cells import typed_column
from cxanalysis.files.column_files import plain_columns
from cxanalysis.files.header import unique_names
from cxanalysis.files.reading import Reading, checked
from cxanalysis.problem import Problem

_KINDS: Final = {"duckdb": "DuckDB", "sqlite": "SQLite", "postgresql": "PostgreSQL", "postgres": "PostgreSQL"}
#: So many tables are named in a message.
_MOST_NAMED: Final = 20


def is_address(source: object) -> bool:
    """Whether this is an address ("sqlite:///orders.db?table=orders") and no path.

    Examples
    --------
    >>> is_address("sqlite:///orders.db?table=orders"), is_address("orders.csv")
    (True, False)
    """
    return isinstance(source, str) and "://" in source[:40] and source.split("://")[0].replace("+", "").isalnum()


def read_database(address: str) -> Reading:
    """Read the table that an address names.

    Parameters
    ----------
    address : str
        "duckdb:///folder/file.duckdb?table=orders" or "sqlite:///folder/file.db?table=orders". The path is taken from
        the current folder, or from the root if nothing is there. Or "postgresql://user@host/database?table=orders": the
        only call that opens a connection, to the server that it names. The table may be left out if there is only one.

    Raises
    ------
    Problem
        If the address, the file or the table does not exist, or its kind cannot be read here.
    """
    scheme = address.split("://")[0].split("+")[0].lower()
    program = _KINDS.get(scheme)
    if program is None:
        raise Problem(
            f"addresses that begin with '{scheme}://' cannot be read",
            do="Hand over a path, or an address such as sqlite:///file.db?table=orders",
        )
    if program == "PostgreSQL":
        try:  # the driver is loaded only by those who use it
            from cxanalysis.files.postgres import read_postgres
        except ImportError as error:
            raise Problem(
                "reading from PostgreSQL needs a driver that is not installed",
                do='Run: pip install "cxanalysis[postgres]"',
            ) from error
        rows, name, database = read_postgres(address, _chosen)
        return _reading(rows, name, program, database)
    parts = urlsplit(address)
    path = _file(unquote(parts.path), program)
    table = parse_qs(parts.query).get("table", [None])[0]
    where = path.name
    try:
        frame, name = _duckdb(path, table) if program == "DuckDB" else _sqlite(path, table)
    except (duckdb.Error, sqlite3.Error, pa.ArrowException, UnicodeError) as error:
        raise Problem(
            f"this {program} database cannot be read (it is damaged, locked or no {program} database)",
            where=where,
            do="Close other programs that use it, or copy it again",
        ) from error
    return _reading(frame, name, program, where)


def _reading(frame: pd.DataFrame, name: str, program: str, where: str) -> Reading:
    unique = unique_names([str(column) for column in frame.columns])
    names = unique.names
    frame.columns = pd.Index(names)
    origin = f"The table '{name}' of the {program} database '{where}'."
    reading = Reading(name, frame, {}, (origin, *unique.notes), nameless=unique.nameless)
    return checked(reading, f"{where}, table '{name}'")


def _file(given: str, program: str) -> Path:
    relative = given.removeprefix("/")
    for path in (Path(relative), Path("/" + relative)):
        if relative and path.is_file():
            return path
    raise Problem(
        f"there is no such {program} file", where=PurePath(given).name or given, do="Check the path and the spelling"
    )


def _chosen(tables: list[str], wanted: str | None, where: str) -> str:
    shown = ", ".join(tables[:_MOST_NAMED]) + (" …" if len(tables) > _MOST_NAMED else "")
    if not tables:
        raise Problem("the database holds no tables", where=where)
    if wanted is None and len(tables) == 1:
        return tables[0]
    if wanted is None:
        raise Problem("the database holds several tables", where=where, do=f"Add ?table= with one of: {shown}")
    if wanted not in tables:
        raise Problem(f"there is no table '{wanted}'", where=where, do=f"Its tables are: {shown}")
    return wanted


def _duckdb(path: Path, table: str | None) -> tuple[pd.DataFrame, str]:
    # A view in the file may name other files and addresses: it may not reach them.
    settings: dict[str, str | bool | int | float | list[str]] = {"enable_external_access": "false"}
    with closing(duckdb.connect(path, read_only=True, config=settings)) as base:
        question = """SELECT CASE WHEN table_schema = 'main' THEN table_name ELSE table_schema || '.' || table_name END,
            table_schema, table_name FROM information_schema.tables
            WHERE table_catalog = current_database() ORDER BY 1"""
        places = {shown: (schema, name) for shown, schema, name in base.execute(question).fetchall()}
        name = _chosen(list(places), table, path.name)
        rows = base.query(f"SELECT * FROM {'.'.join(map(_quoted, places[name]))}").to_arrow_table()
    return plain_columns(rows), name


def _sqlite(path: Path, table: str | None) -> tuple[pd.DataFrame, str]:
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as base:
        listed = base.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name").fetchall()
        name = _chosen([str(one) for (one,) in listed if not str(one).startswith("sqlite_")], table, path.name)
        asked = base.execute(f"SELECT * FROM {_quoted(name)}")
        columns = [str(column[0]) for column in asked.description]
        rows = asked.fetchall()
    cells = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    names = unique_names(columns).names
    return pd.DataFrame({one: typed_column(values) for one, values in zip(names, cells, strict=True)}), name


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
