"""The workspace: a folder on this computer that holds tables, how they came, and what was asked of them.

**How it is kept, and why.** The rows of each table are Parquet files named by their content, which DuckDB queries
in place; all small state is in one SQLite file. A DuckDB database file would lock out every second process, but
the app and a notebook may be open on the same workspace at the same time. SQLite (standard library) gives
transactions among several processes; files that are written once and never changed need no lock at all.

**What is promised.** Rows are written under another name, forced onto the disk and renamed; then one transaction
makes the table visible. Whoever is stopped at any point finds all of a table or none of it. Nothing is overwritten:
an import or a changed decision makes a new version, and `restore` goes back. `forget` is the one call that deletes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from sqlite3 import Connection, Row
from typing import Final

from cxanalysis.problem import Problem
from cxanalysis.steps.plain_names import checked_name
from cxanalysis.steps.step import Step
from cxanalysis.tables.table import Table
from cxanalysis.workspace.append import Overtaken
from cxanalysis.workspace.collecting import Collecting
from cxanalysis.workspace.imports import copy_imports, forget_imports
from cxanalysis.workspace.kept_catalogue import Catalogue
from cxanalysis.workspace.kept_goals import Goals
from cxanalysis.workspace.kept_steps import Steps
from cxanalysis.workspace.kept_tables import NoTable, Tables, Version, describe, opened, plain_table, version_of
from cxanalysis.workspace.origin import Origin, origin_from_json, origin_to_json
from cxanalysis.workspace.pseudonym_key import personal_key
from cxanalysis.workspace.row_store import Kept, Store, disk_problem
from cxanalysis.workspace.state_file import State, now
from cxanalysis.workspace.watched import Watched

#: Environment variable that names the workspace to open if no path is given.
HOME_VARIABLE: Final = "CXANALYSIS_HOME"
_DEFAULT: Final = "~/.cxanalysis/default"
#: How often a write is tried again when another process deletes its files in between (`forget`).
_ATTEMPTS: Final = 3
#: `Version.what` of a version that holds the same rows under other decisions.
DECISIONS: Final = "decisions changed"
_CURRENT: Final = "SELECT versions.* FROM current JOIN versions USING (name, number) WHERE name = ?"


class Workspace(Collecting):
    """A folder of tables and steps that survives refresh, restart and crash.

    Any number of tabs, threads and processes may use it at the same time.

    Parameters
    ----------
    path : str or path, optional
        The folder; made if it is not there. Default: the environment variable CXANALYSIS_HOME, else
        `~/.cxanalysis/default`.

    Raises
    ------
    Problem
        If the folder cannot be made or its file cannot be read.

    Examples
    --------
    >>> import pandas as pd, tempfile, cxanalysis as cx
    >>> folder = tempfile.TemporaryDirectory()
    >>> workspace = cx.Workspace(folder.name)
    >>> table = workspace.add(cx.Table(pd.DataFrame({"recommend": [9, 3]}), name="survey"))
    >>> cx.Workspace(folder.name).tables["survey"].frame["recommend"].tolist()
    [9, 3]
    >>> folder.cleanup()
    """

    __slots__ = ("_state", "_store", "catalogue", "goals", "path", "steps", "tables", "watched")

    def __init__(self, path: str | os.PathLike[str] | None = None) -> None:
        self.path: Path = Path(path or os.environ.get(HOME_VARIABLE) or _DEFAULT).expanduser().absolute()
        rows = self.path / "rows"
        try:
            # Customers' answers are nobody else's: on a shared machine only the owner may look inside.
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            rows.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise disk_problem(error, self.path) from error
        self._state = State(self.path)
        self._store = Store(rows, self._state)
        self._store.sweep()
        #: The tables by name, read-only; each is opened lazily.
        self.tables: Tables = Tables(self._state, self._store)
        #: The last step of each page and the ledger of looks.
        self.steps: Steps = Steps(self._state, lambda: self.tokens)
        #: Every metric the organisation uses, with its history.
        self.catalogue: Catalogue = Catalogue(self._state, lambda: self.tables, lambda: self.tokens)
        #: What metrics shall reach, with benchmarks and owners.
        self.goals: Goals = Goals(self._state, self.catalogue)
        #: What is watched, and which alerts somebody has seen.
        self.watched: Watched = Watched(self._state)

    # --- tables -------------------------------------------------------------------------------------

    def add(
        self, table: Table, *, name: str | None = None, replace: bool = False, origin: Origin | None = None
    ) -> Table:
        """Keep a table; it is on the disk when this returns.

        Parameters
        ----------
        table : Table
        name : str, optional
            Default: the table's own name. It becomes a variable in code, so it must be able to.
        replace : bool
            Whether a table of that name with other content may be replaced. The old version stays (`restore`).
        origin : FileOrigin or Step, optional
            How the table came; a linked table remembers its step.

        Returns
        -------
        Table
            The table as kept: lazy, its rows read from the disk. The same content again adds nothing.

        Raises
        ------
        Problem
            If the name cannot be used or holds other content, or the disk refuses.
        """
        name = checked_name(name or table.name)
        table = plain_table(table, name)
        found = self._state.read(_CURRENT, (name,))
        if found and found[0]["token"] == table.token:
            self._store.mend(table, self._store.keep(table))  # nothing to add, but a damaged file is mended
            return self.tables[name]
        if found and not replace:  # before anything is written
            raise _name_in_use(name)
        self._keep(table, what="replaced" if found else "added", origin=origin, replace=replace)
        return self.tables[name]

    def update(self, table: Table) -> Table:
        """Keep changed decisions (roles, scales, codes) about a table that is already here; the rows stay.

        Returns the table as kept. Without a change nothing is written.
        """
        used = self._row(table.name)
        if used["raw_token"] != table.raw_token:
            raise Problem(
                "these are other rows, not other decisions about the same ones",
                where=f"table '{table.name}'",
                do="Use add(…, replace=True)",
            )
        table = plain_table(table, table.name)
        if (used["token"], used["description"]) != (table.token, describe(table)):
            origin = origin_from_json(used["origin"])
            self._keep(table, what=DECISIONS, origin=origin, replace=True)
        return self.tables[table.name]

    def remove(self, name: str) -> None:
        """Take a table out of sight; `restore` brings it back, `forget` deletes it."""
        with self._state.change() as change:
            if change.execute("DELETE FROM current WHERE name = ?", (name,)).rowcount == 0:
                raise NoTable(f"there is no table '{name}' to remove")

    def forget(self, name: str) -> None:
        """Delete every version of a table from the disk. This cannot be undone."""
        with self._state.change() as change:
            change.execute("DELETE FROM current WHERE name = ?", (name,))
            if change.execute("DELETE FROM versions WHERE name = ?", (name,)).rowcount == 0:
                raise NoTable(f"there is no table '{name}' to forget")
            forget_imports(change, name)
            change.execute("DELETE FROM shapes WHERE name = ?", (name,))
            self._store.drop_unreferenced(change)

    def history(self, name: str) -> tuple[Version, ...]:
        """Every version of a table, the oldest first; empty if there never was one."""
        question = """SELECT versions.*, current.number IS NOT NULL AS in_use
            FROM versions LEFT JOIN current USING (name, number) WHERE name = ? ORDER BY number"""
        return tuple(version_of(row) for row in self._state.read(question, (name,)))

    def version(self, name: str, number: int) -> Table:
        """One version of a table, without using it again."""
        return opened(self._version_row(name, number), self._store)

    def restore(self, name: str, version: int) -> Table:
        """Use an earlier version of a table again (also of a removed one)."""
        with self._state.change() as change:
            known = change.execute("SELECT 1 FROM versions WHERE name = ? AND number = ?", (name, version)).fetchone()
            if known is None:
                raise NoTable(f"table '{name}' has no version {version}", do="See history() for those it has")
            self._use(change, name, version)
        return self.tables[name]

    def origin(self, name: str) -> Origin | None:
        """How a table came: a `FileOrigin`, a `Step`, or None where nobody said."""
        return origin_from_json(self._row(name)["origin"])

    @property
    def tokens(self) -> dict[str, str]:
        """Name → content token of every table, for `Step.key`, without opening any."""
        rows = self._state.read("SELECT name, token FROM current JOIN versions USING (name, number)")
        return {row["name"]: row["token"] for row in rows}

    @property
    def personal_key(self) -> bytes:
        """Key of the pseudonyms of `cx.protect`, kept in the workspace's folder; whoever has it can try values out."""
        return personal_key(self.path)

    @property
    def damaged(self) -> tuple[str, ...]:
        """Names of tables whose rows are gone from the disk or not as they were written."""
        rows = self._state.read("SELECT versions.* FROM current JOIN versions USING (name, number)")
        return tuple(row["name"] for row in rows if not self._store.whole(row["raw_file"]))

    def outdated(self, name: str) -> tuple[str, ...]:
        """For a table made by a step: which of the step's tables have changed or gone since it was made."""
        then = json.loads(self._row(name)["source_tokens"])
        today = self.tokens
        return tuple(source for source, token in then.items() if today.get(source) != token)

    # --- how it is done -----------------------------------------------------------------------------

    def _row(self, name: str) -> Row:
        found = self._state.read(_CURRENT, (name,))
        if not found:
            raise NoTable(f"there is no table '{name}' in the workspace", do="Add it first")
        return found[0]

    def _version_row(self, name: str, number: int) -> Row:
        found = self._state.read("SELECT * FROM versions WHERE name = ? AND number = ?", (name, number))
        if not found:
            raise NoTable(f"table '{name}' has no version {number}", do="See history() for those it has")
        return found[0]

    def _keep(
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
        """
        for _ in range(_ATTEMPTS):
            kept = self._store.keep(table)
            with self._state.change() as change:
                used = change.execute(_CURRENT, (table.name,)).fetchone()
                if used is not None and used["token"] != table.token and not replace:
                    raise _name_in_use(table.name)
                if on is not None and (used is None or used["number"] != on):
                    raise Overtaken
                if not self._store.confirm(change, kept):
                    continue
                if used is None or (used["token"], used["description"]) != (table.token, describe(table)):
                    number = self._write_version(change, table, what, origin, kept, used)
                    self._use(change, table.name, number)
                    if also is not None:
                        also(change, number)
                    elif used is not None and what == DECISIONS:
                        copy_imports(change, table.name, used["number"], number)
                return
        raise Problem(
            "the rows vanish while they are written", where=str(self.path), do="Close what cleans this folder"
        )

    def _write_version(
        self, change: Connection, table: Table, what: str, origin: Origin | None, kept: Kept, used: Row | None
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

    @staticmethod
    def _use(change: Connection, name: str, number: int) -> None:
        change.execute(
            "INSERT INTO current VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET number = excluded.number",
            (name, number),
        )

    def __repr__(self) -> str:
        return f"<Workspace {self.path}: {', '.join(self.tables) or 'no tables yet'}>"


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
