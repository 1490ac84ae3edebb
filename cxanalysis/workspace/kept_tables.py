"""Tables of a workspace: what is written down about each version, and the mapping that opens them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from sqlite3 import Row
from typing import Any

from cxanalysis.problem import Problem
from cxanalysis.tables.decisions import Decisions
from cxanalysis.tables.table import Table
from cxanalysis.workspace.file_origin import Origin, origin_from_json
from cxanalysis.workspace.row_store import RowStore
from cxanalysis.workspace.rows_on_disk import read_raw
from cxanalysis.workspace.state_file import State


class NoTable(Problem, KeyError):
    """The workspace has no table of that name."""

    def __str__(self) -> str:  # a KeyError would print its text in quotation marks
        return str(self.args[0])


@dataclass(frozen=True, slots=True)
class Version:
    """A table as it was at some time.

    Attributes
    ----------
    name : str
    number : int
        From 1, in the order of writing.
    what : str
        What made it: "added", "replaced", "decisions changed", "file added" or "import undone".
    at : str
        When, ISO 8601, UTC.
    kind : str or None
    n_rows : int
    token : str
    origin : FileOrigin, Step or None
    in_use : bool
        Whether this is the version that `workspace.tables` shows.
    """

    name: str
    number: int
    what: str
    at: str
    kind: str | None
    n_rows: int
    token: str
    origin: Origin | None
    in_use: bool


def describe(table: Table) -> str:
    """Columns, decisions, notes and what else is known of a table as JSON; numbers of numpy become plain ones."""
    value = {
        "columns": list(table.columns),
        "decisions": table.decisions.to_json(),
        "described": table.decisions.described(),
        "notes": list(table.notes),
    }
    return json.dumps(value, default=_plain, sort_keys=True)


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else str(value)


def plain_table(table: Table, name: str) -> Table:
    """The same table under this name, its decisions as they will come back from the disk."""
    described = json.loads(describe(table))
    decisions = Decisions.from_json(described["decisions"], described["described"], described["notes"])
    return table.replace(name=name, decisions=decisions)


def opened(row: Row, store: RowStore) -> Table:
    """The table of one version; its rows stay on disk until somebody asks for them.

    Rows as analysed follow from the rows as read and the decisions, so without their file they are computed.
    Where both are gone, the first use of the rows says so: until then nobody needs to know, and the other
    tables stay usable.
    """
    frame_is_there = store.whole(row["frame_file"])
    return Table.restored(
        partial(read_raw, store.folder / row["raw_file"], row["name"]),
        name=row["name"],
        n_rows=row["n_rows"],
        raw_token=row["raw_token"],
        parquet=store.folder / row["frame_file"] if frame_is_there else None,
        **json.loads(row["description"]),
    )


def version_of(row: Row) -> Version:
    """One version as shown to people."""
    return Version(
        name=row["name"],
        number=row["number"],
        what=row["what"],
        at=row["at"],
        kind=json.loads(row["description"])["decisions"]["kind"],
        n_rows=row["n_rows"],
        token=row["token"],
        origin=origin_from_json(row["origin"]),
        in_use=bool(row["in_use"]),
    )


class Tables(Mapping[str, Table]):
    """The tables of a workspace by name, in the order in which they first came in. Read-only."""

    __slots__ = ("_state", "_store")

    def __init__(self, state: State, store: RowStore) -> None:
        self._state, self._store = state, store

    def __getitem__(self, name: str) -> Table:
        found = self._state.read(
            "SELECT versions.* FROM current JOIN versions USING (name, number) WHERE name = ?", (name,)
        )
        if not found:
            names = ", ".join(self) or "none yet"
            raise NoTable(f"there is no table '{name}' in the workspace", do=f"Its tables are: {names}")
        return opened(found[0], self._store)

    def __contains__(self, name: object) -> bool:
        return bool(self._state.read("SELECT 1 FROM current WHERE name = ?", (str(name),)))

    def __iter__(self) -> Iterator[str]:
        question = """SELECT name, min(versions.rowid) AS came
            FROM current JOIN versions USING (name) GROUP BY name ORDER BY came"""
        return (row["name"] for row in self._state.read(question))

    def __len__(self) -> int:
        return int(self._state.read("SELECT count(*) AS n FROM current")[0]["n"])

    def __repr__(self) -> str:
        return f"<Tables: {', '.join(self) or 'none yet'}>"
