"""Imports of a table: which files it is made of, in order, and what each of them did."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from sqlite3 import Connection, Row
from typing import Any, Final

from cxanalysis.workspace.file_origin import FileOrigin, origin_from_json
from cxanalysis.workspace.state_file import State, now
from cxanalysis.workspace.survivors import Joining

#: What a table is called that came from no file.
HANDED_OVER: Final = "handed over"
_NOTHING: Final = Joining(0, 0)


@dataclass(frozen=True, slots=True)
class Import:
    """One file that a table is made of.

    Attributes
    ----------
    number : int
        Its number among the imports of this table, never used again.
    file : str
        The file's name; "handed over" where the rows came from no file.
    sha256 : str
        Hash of the file's bytes; "" where nobody said.
    size : int
        In bytes; 0 where nobody said.
    when : str
        When it was taken in, ISO 8601, UTC.
    n_rows : int
        Rows of the file.
    rows : int
        Rows of it that are in the table now; the table holds the rows of its imports one import after the other.
    added, replaced, unchanged : int
        When it joined: new rows; rows that took the place of one with the same id; rows that were there already.
    overlapping : int
        Rows without an id that were there already, word for word, and were added all the same.
    by : str or None
        The column of ids by which rows were replaced.
    notes : tuple of str
        What was done to it on the way in.

    Examples
    --------
    >>> import pandas as pd, tempfile, cxanalysis as cx
    >>> folder = tempfile.TemporaryDirectory()
    >>> workspace = cx.Workspace(folder.name)
    >>> origin = cx.FileOrigin.of("march.csv", b"csat\\n5\\n")
    >>> _ = workspace.add(cx.Table(pd.DataFrame({"csat": [5]}), name="survey"), origin=origin)
    >>> [(one.number, one.file, one.rows) for one in workspace.imports("survey")]
    [(1, 'march.csv', 1)]
    >>> folder.cleanup()
    """

    number: int
    file: str
    sha256: str
    size: int
    when: str
    n_rows: int
    rows: int
    added: int
    replaced: int = 0
    unchanged: int = 0
    overlapping: int = 0
    by: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptImport:
    """An import with what is needed to join it again.

    Attributes
    ----------
    shown : Import
    rows_file, raw_token : str
        Its rows on disk, and their hash.
    columns : tuple of str
    no_id : tuple of str
        Values of the column of ids that stand for "no id".
    repeated : str
        "add" or "leave out": what becomes of rows without an id that are there already.
    origin : str or None
        JSON, as `origin_to_json` writes it.
    supersedes : int or None
        Number of the import whose place it took (an earlier state of the same file).
    """

    shown: Import
    rows_file: str
    raw_token: str
    columns: tuple[str, ...]
    no_id: tuple[str, ...] = ()
    repeated: str = "add"
    origin: str | None = None
    supersedes: int | None = None

    @property
    def number(self) -> int:
        """Number among the imports of the table."""
        return self.shown.number

    def after(self, joined: Joining) -> KeptImport:
        """The same import as it stands when all have joined."""
        counts = {name: getattr(joined, name) for name in ("rows", "added", "replaced", "unchanged", "overlapping")}
        return replace(self, shown=replace(self.shown, **counts))


def made_of(state: State, version: Row) -> list[KeptImport]:
    """The imports that a version of a table is made of, in order; the version itself where no other joined it."""
    name, number = version["name"], version["number"]
    question = """SELECT imports.*, joined.rows, joined.added, joined.replaced, joined.unchanged, joined.overlapping
        FROM joined JOIN imports USING (name, import) WHERE name = ? AND version = ? ORDER BY place"""
    rows = state.read(question, (name, number))
    if rows:
        return [_kept(row) for row in rows]
    known = state.read(
        "SELECT import FROM imports WHERE name = ? AND rows_file = ? AND origin IS ? AND by_column IS NULL LIMIT 1",
        (name, version["raw_file"], version["origin"]),
    )
    return [_first(version, known[0]["import"] if known else next_number(state, name))]


def next_number(state: State, name: str) -> int:
    """The number of the next import of a table."""
    found = state.read("SELECT max(import) AS n FROM imports WHERE name = ?", (name,))
    return int(found[0]["n"] or 0) + 1


def import_of(state: State, name: str, number: int) -> KeptImport:
    """One import of a table, also one that is not in use."""
    question = """SELECT *, 0 AS rows, 0 AS added, 0 AS replaced, 0 AS unchanged, 0 AS overlapping
        FROM imports WHERE name = ? AND import = ?"""
    return _kept(state.read(question, (name, number))[0])


def _kept(row: Row) -> KeptImport:
    shown = Import(
        number=row["import"],
        file=row["file"],
        sha256=row["sha256"],
        size=row["size"],
        when=row["at"],
        n_rows=row["n_rows"],
        rows=row["rows"],
        added=row["added"],
        replaced=row["replaced"],
        unchanged=row["unchanged"],
        overlapping=row["overlapping"],
        by=row["by_column"],
        notes=tuple(json.loads(row["notes"])),
    )
    return KeptImport(
        shown,
        row["rows_file"],
        row["raw_token"],
        tuple(json.loads(row["columns"])),
        tuple(json.loads(row["no_id"])),
        row["repeated"],
        row["origin"],
        row["supersedes"],
    )


def _first(version: Row, number: int) -> KeptImport:
    """The version's own rows as the first import."""
    described = json.loads(version["description"])
    origin = origin_from_json(version["origin"])
    file = origin if isinstance(origin, FileOrigin) else FileOrigin(HANDED_OVER, "", 0, version["at"])
    made = {
        column
        for _, one in described["decisions"].get("choices", ())
        if one["separator"] is not None
        for column in one["columns"]
    }
    n = version["n_rows"]
    shown = Import(number, file.file, file.sha256, file.size, file.when, n, n, n, notes=tuple(described["notes"]))
    columns = tuple(column for column in described["columns"] if column not in made)
    return KeptImport(shown, version["raw_file"], version["raw_token"], columns, origin=version["origin"])


def write_imports(change: Connection, name: str, kept: Iterable[KeptImport]) -> None:
    """Within a change: write down imports, also those that are no longer in use; known ones are left alone."""
    for one in kept:
        shown = one.shown
        values: dict[str, Any] = {
            "name": name,
            "import": shown.number,
            "file": shown.file,
            "sha256": shown.sha256,
            "size": shown.size,
            "at": shown.when or now(),
            "n_rows": shown.n_rows,
            "origin": one.origin,
            "rows_file": one.rows_file,
            "raw_token": one.raw_token,
            "columns": json.dumps(list(one.columns)),
            "by_column": shown.by,
            "no_id": json.dumps(list(one.no_id)),
            "repeated": one.repeated,
            "supersedes": one.supersedes,
            "notes": json.dumps(list(shown.notes)),
        }
        names = ", ".join(f'"{column}"' for column in values)
        marks = ", ".join(f":{column}" for column in values)
        change.execute(f"INSERT OR IGNORE INTO imports ({names}) VALUES ({marks})", values)


def write_joined(change: Connection, name: str, version: int, kept: Iterable[KeptImport]) -> None:
    """Within a change: write down what a version is made of."""
    for place, one in enumerate(kept):
        shown = one.shown
        counts = (shown.rows, shown.added, shown.replaced, shown.unchanged, shown.overlapping)
        change.execute(
            "INSERT INTO joined VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (name, version, place, shown.number, *counts)
        )


def copy_imports(change: Connection, name: str, before: int, after: int) -> None:
    """Within a change: the later version is made of the same imports as the earlier one."""
    change.execute(
        "INSERT INTO joined SELECT name, ?, place, import, rows, added, replaced, unchanged, overlapping "
        "FROM joined WHERE name = ? AND version = ?",
        (after, name, before),
    )


def forget_imports(change: Connection, name: str) -> None:
    """Within a change: forget every import of a table."""
    change.execute("DELETE FROM joined WHERE name = ?", (name,))
    change.execute("DELETE FROM imports WHERE name = ?", (name,))


def line_of(shown: Import) -> str:
    """What an import did, as one of the table's notes."""
    did = [f"{shown.added:,} row{'s' if shown.added != 1 else ''} added"]
    did += [f"{shown.replaced:,} replaced by {shown.by}"] if shown.replaced else []
    did += [f"{shown.unchanged:,} already there"] if shown.unchanged else []
    did += [f"{shown.overlapping:,} of them like rows already there"] if shown.overlapping else []
    return f"'{shown.file}': {', '.join(did)}."


def numbers_of(kept: Sequence[KeptImport]) -> list[int]:
    """Numbers of imports."""
    return [one.number for one in kept]
