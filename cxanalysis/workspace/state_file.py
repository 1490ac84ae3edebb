"""The workspace's small state: one SQLite file, safe with several tabs and several processes at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from cxanalysis.problem import Problem

#: Name of the file in the workspace's folder.
FILE: Final = "workspace.sqlite"
#: Version of the tables below; a file with a higher one was written by a newer program.
FORMAT: Final = 1
#: How long one process waits for another to finish its change.
PATIENCE_SECONDS: Final = 30.0

#: Every table of the file. A table added here later is made when an older workspace is next opened, so tables may be
#: added freely; a change of one that exists needs another FORMAT.
_SCHEMA: Final[Mapping[str, str]] = {
    # Each table as it was at some time; never changed, so that every import can be undone.
    "versions": """CREATE TABLE versions (
        name TEXT NOT NULL, number INTEGER NOT NULL, what TEXT NOT NULL, at TEXT NOT NULL,
        token TEXT NOT NULL, raw_token TEXT NOT NULL, n_rows INTEGER NOT NULL,
        description TEXT NOT NULL, origin TEXT, source_tokens TEXT NOT NULL,
        raw_file TEXT NOT NULL, frame_file TEXT NOT NULL, PRIMARY KEY (name, number))""",
    # Which version of a table is the one in use.
    "current": "CREATE TABLE current (name TEXT PRIMARY KEY, number INTEGER NOT NULL)",
    # Every file with rows that this workspace began to write; `bytes` is empty until it is whole.
    "files": "CREATE TABLE files (file TEXT PRIMARY KEY, begun TEXT NOT NULL, bytes INTEGER)",
    # The last step of each page.
    "pages": "CREATE TABLE pages (page TEXT PRIMARY KEY, step TEXT NOT NULL, key TEXT, at TEXT NOT NULL)",
    # Every look: a step on a page with the content of its tables at that time.
    "looks": """CREATE TABLE looks (
        page TEXT NOT NULL, key TEXT NOT NULL, step TEXT NOT NULL, first_seen TEXT NOT NULL,
        last_seen TEXT NOT NULL, times INTEGER NOT NULL, PRIMARY KEY (page, key))""",
    # Every version of every metric of the catalogue, and of every goal; never changed.
    "catalogue": """CREATE TABLE catalogue (
        key TEXT NOT NULL, number INTEGER NOT NULL, what TEXT NOT NULL, at TEXT NOT NULL, entry TEXT NOT NULL,
        PRIMARY KEY (key, number))""",
    "departments": "CREATE TABLE departments (name TEXT PRIMARY KEY, at TEXT NOT NULL)",
    "goals": """CREATE TABLE goals (
        metric TEXT NOT NULL, number INTEGER NOT NULL, what TEXT NOT NULL, at TEXT NOT NULL, goal TEXT NOT NULL,
        PRIMARY KEY (metric, number))""",
    # What is watched: a metric of a table, with its groups, as JSON.
    "watched": "CREATE TABLE watched (watch TEXT PRIMARY KEY, at TEXT NOT NULL)",
    # Alerts that somebody has seen.
    "acknowledged": """CREATE TABLE acknowledged (
        series TEXT NOT NULL, every TEXT NOT NULL, status TEXT NOT NULL, period TEXT NOT NULL, who TEXT NOT NULL,
        note TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (series, every, status, period))""",
    # Every file that ever joined a table; its rows stay on the disk as they came, so that it can be taken out again.
    "imports": """CREATE TABLE imports (
        name TEXT NOT NULL, import INTEGER NOT NULL, file TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL,
        at TEXT NOT NULL, n_rows INTEGER NOT NULL, origin TEXT, rows_file TEXT NOT NULL, raw_token TEXT NOT NULL,
        columns TEXT NOT NULL, by_column TEXT, no_id TEXT NOT NULL, repeated TEXT NOT NULL, supersedes INTEGER,
        notes TEXT NOT NULL, PRIMARY KEY (name, import))""",
    # Which imports a version of a table is made of, in order, and what each of them did.
    "joined": """CREATE TABLE joined (
        name TEXT NOT NULL, version INTEGER NOT NULL, place INTEGER NOT NULL, import INTEGER NOT NULL,
        rows INTEGER NOT NULL, added INTEGER NOT NULL, replaced INTEGER NOT NULL, unchanged INTEGER NOT NULL,
        overlapping INTEGER NOT NULL, PRIMARY KEY (name, version, place))""",
    # What was decided about a file, for the next one that looks the same.
    "shapes": """CREATE TABLE shapes (
        name TEXT PRIMARY KEY, shape TEXT NOT NULL, raw_token TEXT NOT NULL, file TEXT NOT NULL, at TEXT NOT NULL)""",
    # Folders whose files are taken in as they change, and each file of them as it was last seen.
    "watched_folders": "CREATE TABLE watched_folders (folder TEXT PRIMARY KEY, since TEXT NOT NULL)",
    "seen": """CREATE TABLE seen (
        folder TEXT NOT NULL, file TEXT NOT NULL, size INTEGER NOT NULL, changed INTEGER NOT NULL,
        sha256 TEXT NOT NULL, at TEXT NOT NULL, outcome TEXT NOT NULL, tables TEXT NOT NULL, reason TEXT NOT NULL,
        PRIMARY KEY (folder, file))""",
}


def now() -> str:
    """This moment, ISO 8601, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class State:
    """Access to the SQLite file; a connection a call, so it can be used from any thread.

    Changes are immediate transactions in SQLite's rollback journal: unlike the write-ahead log it leaves one
    file, works on a folder that may only be read, and needs no shared memory.
    """

    __slots__ = ("path",)

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        with self._connected("rwc") as connection:
            if _format(connection) <= FORMAT and _lacking(connection):
                self._create(connection)
            if _format(connection) > FORMAT:
                raise Problem(
                    "this workspace was made by a newer version of cxanalysis",
                    where=str(folder),
                    do="Update cxanalysis",
                )
            if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise self._damaged()

    def _create(self, connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN IMMEDIATE")
        for table in _lacking(connection):  # another process may have been first
            connection.execute(_SCHEMA[table])
        connection.execute(f"PRAGMA user_version = {FORMAT}")
        connection.execute("COMMIT")

    def read(self, question: str, values: tuple[Any, ...] = ()) -> list[sqlite3.Row]:
        """The rows that answer one SELECT."""
        with self._connected("rw") as connection:
            return connection.execute(question, values).fetchall()

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """A transaction that others see whole or not at all; no other process changes anything meanwhile."""
        with self._connected("rw") as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                if connection.in_transaction:  # a full disk ends the transaction by itself
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    @contextmanager
    def _connected(self, mode: str) -> Iterator[sqlite3.Connection]:
        try:
            address = f"{self.path.absolute().as_uri()}?mode={mode}"
            connection = sqlite3.connect(address, uri=True, timeout=PATIENCE_SECONDS, isolation_level=None)
            with closing(connection):
                connection.row_factory = sqlite3.Row
                # What is deleted (a file that waited and was discarded) is overwritten, not only taken off the list.
                connection.execute("PRAGMA secure_delete = ON")
                yield connection
        except sqlite3.Error as error:
            raise self._explained(error) from error

    def _explained(self, error: sqlite3.Error) -> Problem:
        """What went wrong, in words, with what to do."""
        where = str(self.path)
        code = getattr(error, "sqlite_errorcode", None)
        primary = None if code is None else code & 0xFF
        if primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return self._damaged()
        if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return Problem("another program is changing this workspace", where=where, do="Try again in a moment")
        if primary == sqlite3.SQLITE_READONLY:
            return Problem("the workspace may only be read", where=where, do="Choose a folder you may write to")
        if primary == sqlite3.SQLITE_FULL:
            return Problem("the disk is full; nothing was changed", where=where, do="Free some space and try again")
        if primary == sqlite3.SQLITE_CANTOPEN:
            return Problem("the workspace cannot be opened", where=where, do="Check that its folder is there and yours")
        return Problem(f"the workspace cannot be read or changed ({error})", where=where, do="Check the disk")

    def _damaged(self) -> Problem:
        return Problem(
            "the workspace's file is damaged",
            where=str(self.path),
            do="Put a backup in its place, or rename it, open the workspace again and add your files again; "
            "nothing in the folder 'rows' beside it was deleted",
        )


def _format(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _lacking(connection: sqlite3.Connection) -> list[str]:
    """Tables that this program knows and the file does not have yet."""
    there = {row["name"] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return [table for table in _SCHEMA if table not in there]
