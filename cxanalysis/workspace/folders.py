"""Folders whose files are taken in as they come and change.

A look reads the folder's list of files and nothing else of those that are as they were: a thousand files cost
milliseconds. So the app looks every few seconds while somebody is on its data page, and no service of the operating
system is needed, which would be silent on network drives and in folders that a cloud service keeps in step.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from cxanalysis.problem import Problem
from cxanalysis.tables.personal import personal
from cxanalysis.tables.read import read
from cxanalysis.tables.table import Table
from cxanalysis.workspace import append as joining
from cxanalysis.workspace.append import Request, key_of
from cxanalysis.workspace.door import choices_for, let_in, undecided
from cxanalysis.workspace.imports import made_of
from cxanalysis.workspace.origin import FileOrigin
from cxanalysis.workspace.state_file import now

if TYPE_CHECKING:
    from cxanalysis.workspace.workspace import Workspace

#: A file that was written to less long ago may still be growing, unless it was the same at the last look.
SETTLED_SECONDS: Final = 5.0
#: Endings of files that are looked at.
READABLE: Final = frozenset({
    ".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".parquet", ".arrow", ".feather",
    ".json", ".jsonl", ".ndjson", ".sav", ".zsav", ".dta", ".sas7bdat", ".xpt", ".zip", ".gz",
})  # fmt: skip
TAKEN, NOTHING, WAITS, UNREADABLE, LEFT = "taken in", "nothing new", "waits", "cannot be read", "still being written"
#: Columns of `Look.table`, in order.
COLUMNS: Final = ("folder", "file", "outcome", "table", "added", "replaced", "unchanged", "reason")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that waits for somebody to confirm what it is.

    Attributes
    ----------
    path : Path
    reason : str
    before : str
        Hash of what the file held at the last look; "" if it is new.
    """

    path: Path
    reason: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """What a look into the watched folders found.

    Attributes
    ----------
    table : DataFrame
        One row a file that is new or has changed (several for a workbook with several sheets): `folder, file, outcome`
        ("taken in", "nothing new", "waits", "cannot be read", "still being written"), `table` (which it joined),
        `added, replaced, unchanged` (rows), `reason`.
    n : int
        Files that were looked at.
    waiting : tuple of Waiting
        Files that newly wait for somebody.
    headline : str
    notes : tuple of str

    Examples
    --------
    >>> import tempfile, cxanalysis as cx
    >>> folder = tempfile.TemporaryDirectory()
    >>> cx.Workspace(folder.name).look().headline
    'No folder is watched.'
    >>> folder.cleanup()
    """

    table: pd.DataFrame
    n: int
    waiting: tuple[Waiting, ...]
    headline: str
    notes: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether a table has changed or a file waits that did not before."""
        return bool(self.waiting) or bool((self.table["outcome"] == TAKEN).any())

    def _repr_html_(self) -> str:
        notes = "".join(f"<li>{escape(note)}</li>" for note in self.notes)
        shown = self.table.to_html(index=False, escape=True) if len(self.table) else ""
        return f"<p><b>{escape(self.headline)}</b></p>{shown}<ul>{notes}</ul>"


@dataclass(slots=True)
class _File:
    """A file as it is found, and as it was."""

    folder: str
    path: Path
    size: int
    changed: int
    before: Mapping[str, Any] | None
    rows: list[dict[str, Any]] = field(default_factory=list)

    def say(self, outcome: str, table: str = "", reason: str = "", counts: Sequence[int] = (0, 0, 0)) -> None:
        values = (self.folder, self.path.name, outcome, table, *counts, reason)
        self.rows.append(dict(zip(COLUMNS, values, strict=True)))

    @property
    def outcome(self) -> str:
        """Of several sheets the one that asks for most."""
        order = (LEFT, UNREADABLE, WAITS, TAKEN, NOTHING)
        return min((row["outcome"] for row in self.rows), key=order.index)


def watch(workspace: Workspace, folder: str | os.PathLike[str]) -> Path:
    """`Workspace.watch`."""
    path = Path(folder).expanduser().absolute()
    if not path.is_dir():
        raise Problem("there is no such folder", where=str(folder), do="Check its name, or make it first")
    own = workspace.path
    if path == own or own in path.parents or path in own.parents:
        raise Problem(
            "the workspace lies in that folder, or the folder in it", where=str(folder), do="Choose another folder"
        )
    with workspace._state.change() as change:
        change.execute("INSERT OR IGNORE INTO watched_folders VALUES (?, ?)", (str(path), now()))
    return path


def unwatch(workspace: Workspace, folder: str | os.PathLike[str]) -> None:
    """`Workspace.unwatch`."""
    path = str(Path(folder).expanduser().absolute())
    with workspace._state.change() as change:
        if change.execute("DELETE FROM watched_folders WHERE folder = ?", (path,)).rowcount == 0:
            raise Problem("this folder is not watched", where=str(folder))
        change.execute("DELETE FROM seen WHERE folder = ?", (path,))


def watched_folders(workspace: Workspace) -> tuple[Path, ...]:
    """`Workspace.folders`."""
    rows = workspace._state.read("SELECT folder FROM watched_folders ORDER BY since, folder")
    return tuple(Path(row["folder"]) for row in rows)


def waiting(workspace: Workspace) -> tuple[Waiting, ...]:
    """`Workspace.waiting`: files that wait and that nobody has taken in by hand since."""
    rows = workspace._state.read("SELECT * FROM seen WHERE outcome = ? ORDER BY folder, file", (WAITS,))
    taken = _hashes(workspace) if rows else set()
    return tuple(
        Waiting(Path(row["folder"]) / row["file"], row["reason"])
        for row in rows
        if row["sha256"] not in taken and (Path(row["folder"]) / row["file"]).exists()
    )


def look(workspace: Workspace) -> Look:
    """`Workspace.look`."""
    folders, found, gone = watched_folders(workspace), [], []
    for folder in folders:
        try:
            found += list(_files(workspace, folder))
        except OSError as error:
            gone.append(f"'{folder}' cannot be looked into ({error.strerror}).")
    fresh = [file for file in found if _is_new(file)]
    for file in fresh:
        _take(workspace, file)
    rows = [row for file in fresh for row in file.rows]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    newly = tuple(
        Waiting(file.path, file.rows[0]["reason"], file.before["sha256"] if file.before else "")
        for file in fresh
        if file.outcome == WAITS
    )
    return Look(table, len(found), newly, _headline(len(folders), table), tuple(gone))


def _files(workspace: Workspace, folder: Path) -> Iterator[_File]:
    """Files of a folder that can be read, by name; what programs put there while they write is left out."""
    rows = workspace._state.read("SELECT * FROM seen WHERE folder = ?", (str(folder),))
    seen = {row["file"]: dict(row) for row in rows}
    with os.scandir(folder) as entries:
        names = sorted(entry.name for entry in entries if entry.is_file())
    for name in names:
        path = folder / name
        if path.suffix.lower() in READABLE and not name.startswith((".", "~$")):
            try:
                told = path.stat()
            except FileNotFoundError:  # gone since the list was read
                continue
            yield _File(str(folder), path, told.st_size, told.st_mtime_ns, seen.get(name))


def _is_new(file: _File) -> bool:
    before = file.before
    as_it_was = before is not None and (before["size"], before["changed"]) == (file.size, file.changed)
    return not as_it_was or (before is not None and before["outcome"] == LEFT)


def _take(workspace: Workspace, file: _File) -> None:
    """Take a file in, or say why not; and write down how it was seen."""
    before = file.before
    still = before is not None and (before["size"], before["changed"]) == (file.size, file.changed)
    sha256 = before["sha256"] if before else ""
    if not still and time.time() - file.changed / 1e9 < SETTLED_SECONDS:
        file.say(LEFT, reason="it was written to just now; the next look takes it in")
    else:
        try:
            origin = FileOrigin.of(file.path.name, file.path)
        except Problem as problem:  # another program holds it
            file.say(LEFT, reason=problem.what)
        else:
            if origin.sha256 == sha256:
                file.say(NOTHING, reason="it holds what it held")
                if before is not None and before["outcome"] in (WAITS, UNREADABLE):
                    file.rows[0].update(outcome=before["outcome"], reason=before["reason"])
            else:
                _join(workspace, file, origin)
                sha256 = sha256 if file.outcome == LEFT else origin.sha256
    _note(workspace, file, sha256)


def _join(workspace: Workspace, file: _File, origin: FileOrigin) -> None:
    try:
        content = read(file.path)
    except Problem as problem:
        file.say(UNREADABLE, reason=str(problem))
        return
    told = file.path.stat() if file.path.exists() else None
    if told is None or (told.st_size, told.st_mtime_ns) != (file.size, file.changed):
        file.say(LEFT, reason="it changed while it was read; the next look takes it in")
        return
    tables = content if isinstance(content, Mapping) else {content.name: content}
    for table in tables.values():
        sheet = {"sheet": table.name} if len(tables) > 1 else {}
        _join_table(workspace, file, table, FileOrigin(origin.file, origin.sha256, origin.size, origin.when, sheet))


def _join_table(workspace: Workspace, file: _File, table: Table, came: FileOrigin) -> None:
    found = personal(table)
    if new := undecided(workspace, table, found):
        file.say(WAITS, reason=f"nobody has decided about personal data in {', '.join(repr(name) for name in new)}")
        return
    table, origin = let_in(workspace, table, came, choices_for(workspace, table, found))
    assert isinstance(origin, FileOrigin)  # as it came, with what was done
    known = workspace.known(table, origin)
    if known is None:
        file.say(WAITS, reason="no table has this shape yet")
    elif known.name not in workspace.tables:
        file.say(WAITS, known.name, f"its table '{known.name}' was removed")
    elif not known.drift.same:
        file.say(WAITS, known.name, known.drift.headline)
    else:
        asked = Request(origin, supersedes=_earlier_state(workspace, known.name, file, origin))
        try:
            done = joining.append(workspace, table, known.name, asked)
        except Problem as problem:  # said of this file; the others must not wait for it
            file.say(WAITS, known.name, str(problem))
            return
        counts = (done.added, done.replaced, done.unchanged)
        file.say(NOTHING if done.kept is None else TAKEN, known.name, done.headline, counts)


def _earlier_state(workspace: Workspace, name: str, file: _File, origin: FileOrigin) -> int | None:
    """In a table without ids, the import that holds what this file held before: its place is taken."""
    if file.before is None or key_of(workspace.shape(name)) is not None:
        return None
    for one in made_of(workspace._state, workspace._row(name)):
        read_as = json.loads(one.origin)["file"]["read"] if one.origin else {}
        if one.shown.sha256 == file.before["sha256"] != "" and read_as.get("sheet") == origin.read.get("sheet"):
            return one.number
    return None


def _note(workspace: Workspace, file: _File, sha256: str) -> None:
    tables = json.dumps(sorted({row["table"] for row in file.rows if row["table"]}))
    values = (
        file.folder,
        file.path.name,
        file.size,
        file.changed,
        sha256,
        now(),
        file.outcome,
        tables,
        file.rows[0]["reason"],
    )
    with workspace._state.change() as change:
        change.execute("INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)


def _hashes(workspace: Workspace) -> set[str]:
    """Hashes of all files that the tables are made of."""
    return {
        one.shown.sha256
        for name in workspace.tables
        for one in made_of(workspace._state, workspace._row(name))
        if one.shown.sha256
    }


def _headline(folders: int, table: pd.DataFrame) -> str:
    if not folders:
        return "No folder is watched."
    files = {outcome: table.loc[table["outcome"] == outcome, "file"].nunique() for outcome in (TAKEN, WAITS, LEFT)}
    bad = table.loc[table["outcome"] == UNREADABLE, "file"].nunique()
    said = []
    if files[TAKEN]:
        names = ", ".join(sorted(set(table.loc[table["outcome"] == TAKEN, "table"])))
        rows = int(table["added"].sum())
        said.append(f"{_files_(files[TAKEN])} taken in: {rows:,} new row{'s' if rows != 1 else ''} in {names}")
    said += [f"{_files_(files[WAITS])} wait{'s' if files[WAITS] == 1 else ''} for you"] if files[WAITS] else []
    said += [f"{_files_(files[LEFT])} still being written"] if files[LEFT] else []
    said += [f"{_files_(bad)} cannot be read"] if bad else []
    return f"{'; '.join(said)}." if said else "Nothing new."


def _files_(number: int) -> str:
    return f"{number:,} file{'s' if number != 1 else ''}"
