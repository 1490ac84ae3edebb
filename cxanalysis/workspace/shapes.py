"""Remembered shapes: what was decided about a file, for the next one that looks the same."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from sqlite3 import Connection
from typing import Final

from cxanalysis.columns.cell_text import name_words
from cxanalysis.drift.drift import compared
from cxanalysis.drift.drift_result import Drift
from cxanalysis.drift.renames import names_alike
from cxanalysis.drift.shape import Shape, own_columns
from cxanalysis.problem import Problem
from cxanalysis.steps.step import Step
from cxanalysis.tables.table import Table
from cxanalysis.workspace.file_origin import FileOrigin, Origin
from cxanalysis.workspace.imports import made_of
from cxanalysis.workspace.state_file import State, now
from cxanalysis.workspace.versions import Versions

#: A shape is looked at if so many of the columns of both are called alike, and offered if so many are alike in the end.
_LOOKED_AT: Final = 0.4
_OFFERED: Final = 0.6


@dataclass(frozen=True, slots=True)
class Known:
    """The remembered shape that a new file has, or is nearest to.

    Attributes
    ----------
    name : str
        The table of that shape.
    file : str
        The file from which it was remembered last.
    drift : Drift
        How the new file differs; `drift.same` if nobody needs to confirm anything.
    shape : Shape
    """

    name: str
    file: str
    drift: Drift
    shape: Shape


class Shapes:
    """The remembered shapes of a workspace's tables."""

    __slots__ = ("_state", "_versions")

    def __init__(self, state: State, versions: Versions) -> None:
        self._state, self._versions = state, versions

    def of(self, name: str) -> Shape:
        """The shape of a table: its columns, what their values are like, every decision about them."""
        return self.of_table(self._versions.tables[name])

    def of_table(self, table: Table) -> Shape:
        """The same of a table that is open; remembered where its rows are those the shape was taken from."""
        kept = self._remembered(table.name)
        if kept is not None and kept[1] == table.raw_token and set(own_columns(table)) == set(kept[0].traits):
            return kept[0].decided(table)
        return Shape.of(table)

    def remember(self, name: str) -> None:
        """Remember what was decided about a table for later files of its shape. Appending does so too."""
        table, version = self._versions.tables[name], self._versions.row(name)
        if isinstance(self._versions.origin(name), Step):
            raise Problem(f"'{name}' is made from other tables, not from a file", do="Remember those")
        file = made_of(self._state, version)[-1].shown.file
        shape = self.of_table(table)
        with self._state.change() as change:
            write_shape(change, name, shape, table.raw_token, file)

    def known(self, table: Table, origin: Origin | None = None) -> Known | None:
        """The remembered shape that a new file has, or the nearest one with what differs; None if none is near.

        Of several tables of one shape (north and south) the one whose last file is called alike comes first.
        """
        file = origin.file if isinstance(origin, FileOrigin) else table.name
        tables = {
            name: one
            for name, one in self._versions.tables.items()
            if not isinstance(self._versions.origin(name), Step)
        }
        candidates, mine = [], None
        for name, shape, last in self._every(table, tables):
            if _names_in_common(table, shape.columns) >= _LOOKED_AT:
                mine = mine or Shape.of(table)
                drift = compared(table, mine, shape)
                if drift.alike >= _OFFERED:
                    candidates.append(Known(name, last, drift, shape))
        return max(candidates, key=lambda one: _near(one, file), default=None)

    def table_for(self, table: Table, origin: Origin | None) -> str:
        """The name of the table that a new file is meant for: of its shape, else the one called like it."""
        known = self.known(table, origin)
        return known.name if known is not None and known.name in self._versions.tables else table.name

    def _every(self, new: Table, tables: Mapping[str, Table]) -> list[tuple[str, Shape, str]]:
        """Name, shape and last file of all that is remembered, and of tables whose columns are called alike."""
        rows = self._state.read("SELECT name, shape, file FROM shapes ORDER BY at DESC, name")
        every = [(row["name"], Shape.from_json(json.loads(row["shape"])), row["file"]) for row in rows]
        every = [(name, shape.decided(tables[name]) if name in tables else shape, file) for name, shape, file in every]
        remembered = {row["name"] for row in rows}
        # A table that nobody asked to remember is as good as a remembered one, as long as it is there.
        return every + [
            (name, Shape.of(table), name)
            for name, table in tables.items()
            if name not in remembered and _names_in_common(new, own_columns(table)) >= _LOOKED_AT
        ]

    def _remembered(self, name: str) -> tuple[Shape, str] | None:
        """The shape of a table, and the hash of the rows it was taken from; None if there is none."""
        rows = self._state.read("SELECT shape, raw_token FROM shapes WHERE name = ?", (name,))
        return (Shape.from_json(json.loads(rows[0]["shape"])), rows[0]["raw_token"]) if rows else None


def write_shape(change: Connection, name: str, shape: Shape, raw_token: str, file: str) -> None:
    """Within a change: remember a shape, or what is new about it."""
    text = json.dumps(replace(shape, name=name).to_json(), default=str)
    change.execute(
        "INSERT INTO shapes VALUES (?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET shape = excluded.shape, "
        "raw_token = excluded.raw_token, file = excluded.file, at = excluded.at",
        (name, text, raw_token, file, now()),
    )


def forget_shape(change: Connection, name: str) -> None:
    """Within a change: forget the shape of a table."""
    change.execute("DELETE FROM shapes WHERE name = ?", (name,))


def _names_in_common(new: Table, columns: Iterable[str]) -> float:
    mine, theirs = set(own_columns(new)), set(columns)
    return len(mine & theirs) / len(mine | theirs)


def _near(one: Known, file: str) -> tuple[float, ...]:
    open_ones = int((one.drift.table["severity"] != "harmless").sum())
    return float(one.drift.same), one.drift.alike, -open_ones, names_alike(_stem(file), _stem(one.file))


def _stem(file: str) -> str:
    """A file's name without its ending and numbers: what stays the same from month to month."""
    return "".join(c for c in name_words(file.rsplit(".", 1)[0]) if not c.isdigit()).strip()
