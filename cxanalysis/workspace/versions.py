"""Versions of the tables of a workspace: each change makes a new one, and one of them is in use."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from sqlite3 import Connection, Row
from typing import Final

from cxanalysis.problem import Problem
from cxanalysis.steps.step import Step
from cxanalysis.tables.table import Table
from cxanalysis.workspace.file_origin import Origin, origin_from_json, origin_to_json
from cxanalysis.workspace.imports import copy_imports
from cxanalysis.workspace.kept_tables import NoTable, Tables, Version, describe, opened, plain_table, version_of
from cxanalysis.workspace.row_store import RowFiles, RowStore
from cxanalysis.workspace.state_file import State, now

#: How often a write is tried again when another process deletes its files in between (`forget`).
_ATTEMPTS: Final = 3
#: `Version.what` of a version that holds the same rows under other decisions.
DECISIONS: Final = "decisions changed"
_CURRENT: Final = "SELECT versions.* FROM current JOIN versions USING (name, number) WHERE name = ?"


class Overtaken(Exception):
    """Somebody else changed the table since the change was planned."""


class Versions:
    """Every version of every table, and which one is in use.

    Parameters
    ----------
    state : State
    store : RowStore
    path : Path
        The workspace's folder, for messages.

    Attributes
    ----------
    tables : Tables
        The versions in use, opened lazily.
    """

    __slots__ = ("path", "state", "store", "tables")

    def __init__(self, state: State, store: RowStore, path: Path) -> None:
        self.state, self.store, self.path = state, store, path
        self.tables: Tables = Tables(state, store)

    # --- reading ------------------------------------------------------------------------------------

    def row(self, name: str) -> Row:
        """What is written down of the version in use."""
        rows = self.state.read(_CURRENT, (name,))
        if not rows:
            raise NoTable(f"there is no table '{name}' in the workspace", do="Add it first")
        return rows[0]

    def numbered(self, name: str, number: int) -> Row:
        """What is written down of one version."""
        rows = self.state.read("SELECT * FROM versions WHERE name = ? AND number = ?", (name, number))
        if not rows:
            raise NoTable(f"table '{name}' has no version {number}", do="See history() for those it has")
        return rows[0]

    def history(self, name: str) -> tuple[Version, ...]:
        """Every version of a table, the oldest first; empty if there never was one."""
        question = """SELECT versions.*, current.number IS NOT NULL AS in_use
            FROM versions LEFT JOIN current USING (name, number) WHERE name = ? ORDER BY number"""
        return tuple(version_of(row) for row in self.state.read(question, (name,)))

    def version(self, name: str, number: int) -> Table:
        """One version of a table, without using it again."""
        return opened(self.numbered(name, number), self.store)

    def origin(self, name: str) -> Origin | None:
        """How a table came."""
        return origin_from_json(self.row(name)["origin"])

    @property
    def tokens(self) -> dict[str, str]:
        """Name → content token of every table, without opening any."""
        rows = self.state.read("SELECT name, token FROM current JOIN versions USING (name, number)")
        return {row["name"]: row["token"] for row in rows}

    @property
    def damaged(self) -> tuple[str, ...]:
        """Names of tables whose rows are gone from the disk or not as they were written."""
        rows = self.state.read("SELECT versions.* FROM current JOIN versions USING (name, number)")
        return tuple(row["name"] for row in rows if not self.store.whole(row["raw_file"]))

    def outdated(self, name: str) -> tuple[str, ...]:
        """For a table made by a step: which of the step's tables have changed or gone since it was made."""
        then = json.loads(self.row(name)["source_tokens"])
        today = self.tokens
        return tuple(source for source, token in then.items() if today.get(source) != token)

    # --- changing -----------------------------------------------------------------------------------

    def add(self, table: Table, name: str, *, replace: bool, origin: Origin | None) -> Table:
        """Keep a table under this name; the same content again adds nothing, but mends a damaged file."""
        table = plain_table(table, name)
        in_use = self.state.read(_CURRENT, (name,))
        if in_use and in_use[0]["token"] == table.token:
            self.store.mend(table, self.store.keep(table))
            return self.tables[name]
        if in_use and not replace:  # before anything is written
            raise _name_in_use(name)
        self.keep(table, what="replaced" if in_use else "added", origin=origin, replace=replace)
        return self.tables[name]

    def update(self, table: Table) -> Table:
        """Keep changed decisions about a table; the rows stay."""
        used = self.row(table.name)
        if used["raw_token"] != table.raw_token:
            raise Problem(
                "these are other rows, not other decisions about the same ones",
                where=f"table '{table.name}'",
                do="Use add(…, replace=True)",
            )
        table = plain_table(table, table.name)
        if (used["token"], used["description"]) != (table.token, describe(table)):
            origin = origin_from_json(used["origin"])
            self.keep(table, what=DECISIONS, origin=origin, replace=True)
        return self.tables[table.name]

    def remove(self, name: str) -> None:
        """Have no version of a table in use."""
        with self.state.change() as change:
            if change.execute("DELETE FROM current WHERE name = ?", (name,)).rowcount == 0:
                raise NoTable(f"there is no table '{name}' to remove")

    def restore(self, name: str, number: int) -> Table:
        """Use an earlier version of a table again (also of a removed one)."""
        with self.state.change() as change:
            known = change.execute("SELECT 1 FROM versions WHERE name = ? AND number = ?", (name, number)).fetchone()
            if known is None:
                raise NoTable(f"table '{name}' has no version {number}", do="See history() for those it has")
            _use(change, name, number)
        return self.tables[name]

    def forget(self, name: str, also: Callable[[Connection], None]) -> None:
        """Delete every version of a table from the disk; `also` deletes, in one transaction, what else is known."""
        with self.state.change() as change:
            change.execute("DELETE FROM current WHERE name = ?", (name,))
            if change.execute("DELETE FROM versions WHERE name = ?", (name,)).rowcount == 0:
                raise NoTable(f"there is no table '{name}' to forget")
            also(change)
            self.store.drop_unreferenced(change)

    def keep(
        self,
        table: Table,
        *,
        what: str,
        origin: Origin | None,
        replace: bool,
        on: int | None = None,
        also: Callable[[Connection, int], None] | None = None,
    ) -> None:
        """Write the rows, then make the new version visible in one transaction.

        `on` is the version that must still be in use, or else nothing is written; `also` writes what belongs to the
        new version, in the same transaction.

        Raises
        ------
        Overtaken
            If another version than `on` is in use.
        """
        for _ in range(_ATTEMPTS):
            kept = self.store.keep(table)
            with self.state.change() as change:
                used = change.execute(_CURRENT, (table.name,)).fetchone()
                if used is not None and used["token"] != table.token and not replace:
                    raise _name_in_use(table.name)
                if on is not None and (used is None or used["number"] != on):
                    raise Overtaken
                if not self.store.confirm(change, kept):
                    continue
                if used is None or (used["token"], used["description"]) != (table.token, describe(table)):
                    number = _write_version(change, table, what, origin, kept, used)
                    _use(change, table.name, number)
                    if also is not None:
                        also(change, number)
                    elif used is not None and what == DECISIONS:
                        copy_imports(change, table.name, used["number"], number)
                return
        raise Problem(
            "the rows vanish while they are written", where=str(self.path), do="Close what cleans this folder"
        )


def _write_version(
    change: Connection, table: Table, what: str, origin: Origin | None, kept: RowFiles, used: Row | None
) -> int:
    last = change.execute("SELECT max(number) AS n FROM versions WHERE name = ?", (table.name,)).fetchone()["n"]
    if used is not None and what == DECISIONS:
        source_tokens = used["source_tokens"]  # other decisions do not make it again from its sources
    else:
        source_tokens = json.dumps(_tokens_of(change, origin))
    number = (last or 0) + 1
    values = {
        "name": table.name,
        "number": number,
        "what": what,
        "at": now(),
        "token": table.token,
        "raw_token": table.raw_token,
        "n_rows": table.n_rows,
        "description": describe(table),
        "origin": origin_to_json(origin),
        "source_tokens": source_tokens,
        "raw_file": kept.raw_file,
        "frame_file": kept.frame_file,
    }
    marks = ", ".join(f":{column}" for column in values)
    change.execute(f"INSERT INTO versions ({', '.join(values)}) VALUES ({marks})", values)
    return number


def _use(change: Connection, name: str, number: int) -> None:
    change.execute(
        "INSERT INTO current VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET number = excluded.number",
        (name, number),
    )


def _tokens_of(change: Connection, origin: Origin | None) -> dict[str, str]:
    """Content tokens of the tables that a step was run on, as they are now."""
    if not isinstance(origin, Step):
        return {}
    rows = change.execute("SELECT name, token FROM current JOIN versions USING (name, number)").fetchall()
    return {row["name"]: row["token"] for row in rows if row["name"] in origin.tables}


def _name_in_use(name: str) -> Problem:
    return Problem(
        f"there is already a table '{name}' with other content",
        do="Give this one another name, or add it with replace=True; the old version is kept",
    )
