"""Remembered shapes: what was decided about a file, for the next one that looks the same."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from sqlite3 import Connection
from typing import Final

from cxanalysis.columns.cell_text import name_words
from cxanalysis.drift.drift import compared
from cxanalysis.drift.drift_result import Drift
from cxanalysis.drift.renames import names_alike
from cxanalysis.drift.shape import Shape, own_columns
from cxanalysis.tables.table import Table
from cxanalysis.workspace.state_file import State, now

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


def remembered(state: State, name: str) -> tuple[Shape, str, str] | None:
    """The shape of a table, the hash of the rows it was taken from, and the file; None if there is none."""
    rows = state.read("SELECT * FROM shapes WHERE name = ?", (name,))
    return (Shape.from_json(json.loads(rows[0]["shape"])), rows[0]["raw_token"], rows[0]["file"]) if rows else None


def shape_of(state: State, table: Table) -> Shape:
    """The shape of a kept table under today's decisions; from memory where its rows are those it was taken from."""
    found = remembered(state, table.name)
    if found is not None and found[1] == table.raw_token and set(own_columns(table)) == set(found[0].traits):
        return found[0].decided(table)
    return Shape.of(table)


def write_shape(change: Connection, name: str, shape: Shape, raw_token: str, file: str) -> None:
    """Within a change: remember a shape, or what is new about it."""
    text = json.dumps(replace(shape, name=name).to_json(), default=str)
    change.execute(
        "INSERT INTO shapes VALUES (?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET shape = excluded.shape, "
        "raw_token = excluded.raw_token, file = excluded.file, at = excluded.at",
        (name, text, raw_token, file, now()),
    )


def nearest(state: State, new: Table, tables: dict[str, Table], file: str) -> Known | None:
    """The remembered shape that a new table has; else the nearest one with what differs; None if none is near.

    Of several tables of one shape (north and south) the one whose last file is called alike comes first.
    """
    candidates, mine = [], None
    rows = state.read("SELECT name, shape, file FROM shapes ORDER BY at DESC, name")
    every = [(row["name"], Shape.from_json(json.loads(row["shape"])), row["file"]) for row in rows]
    every = [(name, shape.decided(tables[name]) if name in tables else shape, file) for name, shape, file in every]
    remembered_names = {row["name"] for row in rows}
    # A table that nobody asked to remember is as good as a remembered one, as long as it is there.
    every += [
        (name, Shape.of(table), name)
        for name, table in tables.items()
        if name not in remembered_names and _names_in_common(new, own_columns(table)) >= _LOOKED_AT
    ]
    for name, shape, last in every:
        if _names_in_common(new, shape.columns) >= _LOOKED_AT:
            mine = mine or Shape.of(new)
            found = compared(new, mine, shape)
            if found.alike >= _OFFERED:
                candidates.append(Known(name, last, found, shape))
    return max(candidates, key=lambda one: _near(one, file), default=None)


def _names_in_common(new: Table, columns: Iterable[str]) -> float:
    mine, theirs = set(own_columns(new)), set(columns)
    return len(mine & theirs) / len(mine | theirs)


def _near(one: Known, file: str) -> tuple[float, ...]:
    open_ones = int((one.drift.table["severity"] != "harmless").sum())
    return float(one.drift.same), one.drift.alike, -open_ones, names_alike(_stem(file), _stem(one.file))


def _stem(file: str) -> str:
    """A file's name without its ending and numbers: what stays the same from month to month."""
    return "".join(c for c in name_words(file.rsplit(".", 1)[0]) if not c.isdigit()).strip()
