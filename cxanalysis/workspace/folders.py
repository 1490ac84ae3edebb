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
from pathlib import Path
from typing import Any, Final

import pandas as pd

from cxanalysis.problem import Problem
from cxanalysis.tables.personal import personal as personal_data_of
from cxanalysis.tables.read import read
from cxanalysis.tables.table import Table
from cxanalysis.workspace.file_origin import FileOrigin
from cxanalysis.workspace.look import COLUMNS, LEFT, NOTHING, TAKEN, UNREADABLE, WAITS, Look, Waiting, headline_of
from cxanalysis.workspace.personal_choices import PersonalChoices
from cxanalysis.workspace.shapes import Shapes
from cxanalysis.workspace.state_file import State, now
from cxanalysis.workspace.table_imports import TableImports, key_of
from cxanalysis.workspace.versions import Versions

#: A file that was written to less long ago may still be growing, unless it was the same at the last look.
SETTLED_SECONDS: Final = 5.0
#: Endings of files that are looked at.
READABLE: Final = frozenset({
    ".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".parquet", ".arrow", ".feather",
    ".json", ".jsonl", ".ndjson", ".sav", ".zsav", ".dta", ".sas7bdat", ".xpt", ".zip", ".gz",
})  # fmt: skip


@dataclass(slots=True)
class _WatchedFile:
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


class WatchedFolders(Sequence[Path]):
    """The watched folders of a workspace, in the order in which they came.

    Examples
    --------
    >>> import tempfile, cxanalysis as cx
    >>> folder, exports = tempfile.TemporaryDirectory(), tempfile.TemporaryDirectory()
    >>> workspace = cx.Workspace(folder.name)
    >>> path = workspace.folders.watch(exports.name)
    >>> list(workspace.folders) == [path]
    True
    >>> workspace.folders.unwatch(path)
    >>> len(workspace.folders)
    0
    >>> exports.cleanup(), folder.cleanup()
    (None, None)
    """

    __slots__ = ("_imports", "_path", "_personal", "_shapes", "_state", "_versions")

    def __init__(
        self,
        state: State,
        path: Path,
        versions: Versions,
        imports: TableImports,
        shapes: Shapes,
        personal: PersonalChoices,
    ) -> None:
        self._state, self._path = state, path
        self._versions, self._imports, self._shapes, self._personal = versions, imports, shapes, personal

    @property
    def _paths(self) -> tuple[Path, ...]:
        rows = self._state.read("SELECT folder FROM watched_folders ORDER BY since, folder")
        return tuple(Path(row["folder"]) for row in rows)

    def __getitem__(self, place: Any) -> Any:
        return self._paths[place]

    def __len__(self) -> int:
        return len(self._paths)

    def __eq__(self, other: object) -> bool:
        return self._paths == tuple(other) if isinstance(other, Sequence) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # which folders are watched changes

    def __repr__(self) -> str:
        return f"<WatchedFolders: {', '.join(map(str, self._paths)) or 'none'}>"

    def watch(self, folder: str | os.PathLike[str]) -> Path:
        """Take in the files of a folder as they come and change, whenever `look` is called."""
        path = Path(folder).expanduser().absolute()
        if not path.is_dir():
            raise Problem("there is no such folder", where=str(folder), do="Check its name, or make it first")
        own = self._path
        if path == own or own in path.parents or path in own.parents:
            raise Problem(
                "the workspace lies in that folder, or the folder in it", where=str(folder), do="Choose another folder"
            )
        with self._state.change() as change:
            change.execute("INSERT OR IGNORE INTO watched_folders VALUES (?, ?)", (str(path), now()))
        return path

    def unwatch(self, folder: str | os.PathLike[str]) -> None:
        """Watch a folder no longer; what it gave stays."""
        path = str(Path(folder).expanduser().absolute())
        with self._state.change() as change:
            if change.execute("DELETE FROM watched_folders WHERE folder = ?", (path,)).rowcount == 0:
                raise Problem("this folder is not watched", where=str(folder))
            change.execute("DELETE FROM seen WHERE folder = ?", (path,))

    @property
    def waiting(self) -> tuple[Waiting, ...]:
        """Files that wait for somebody to confirm what they are, and that nobody has taken in by hand since."""
        rows = self._state.read("SELECT * FROM seen WHERE outcome = ? ORDER BY folder, file", (WAITS,))
        taken = self._hashes() if rows else set()
        return tuple(
            Waiting(Path(row["folder"]) / row["file"], row["reason"])
            for row in rows
            if row["sha256"] not in taken and (Path(row["folder"]) / row["file"]).exists()
        )

    def look(self) -> Look:
        """Look into the folders: what is new or has changed since the last look? See `Workspace.look`."""
        folders, files, notes = self._paths, [], []
        for folder in folders:
            try:
                files += list(self._files(folder))
            except OSError as error:
                notes.append(f"'{folder}' cannot be looked into ({error.strerror}).")
        fresh = [file for file in files if _is_new(file)]
        for file in fresh:
            self._take(file)
        rows = [row for file in fresh for row in file.rows]
        table = pd.DataFrame(rows, columns=list(COLUMNS))
        newly = tuple(
            Waiting(file.path, file.rows[0]["reason"], file.before["sha256"] if file.before else "")
            for file in fresh
            if file.outcome == WAITS
        )
        return Look(table, len(files), newly, headline_of(len(folders), table), tuple(notes))

    # --- how it is done -----------------------------------------------------------------------------

    def _files(self, folder: Path) -> Iterator[_WatchedFile]:
        """Files of a folder that can be read, by name; what programs put there while they write is left out."""
        rows = self._state.read("SELECT * FROM seen WHERE folder = ?", (str(folder),))
        seen = {row["file"]: dict(row) for row in rows}
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if entry.is_file())
        for name in names:
            path = folder / name
            if path.suffix.lower() in READABLE and not name.startswith((".", "~$")):
                try:
                    status = path.stat()
                except FileNotFoundError:  # gone since the list was read
                    continue
                yield _WatchedFile(str(folder), path, status.st_size, status.st_mtime_ns, seen.get(name))

    def _take(self, file: _WatchedFile) -> None:
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
                    self._join(file, origin)
                    sha256 = sha256 if file.outcome == LEFT else origin.sha256
        self._note(file, sha256)

    def _join(self, file: _WatchedFile, origin: FileOrigin) -> None:
        try:
            content = read(file.path)
        except Problem as problem:
            file.say(UNREADABLE, reason=str(problem))
            return
        status = file.path.stat() if file.path.exists() else None
        if status is None or (status.st_size, status.st_mtime_ns) != (file.size, file.changed):
            file.say(LEFT, reason="it changed while it was read; the next look takes it in")
            return
        tables = content if isinstance(content, Mapping) else {content.name: content}
        for table in tables.values():
            sheet = {"sheet": table.name} if len(tables) > 1 else {}
            self._join_table(file, table, FileOrigin(origin.file, origin.sha256, origin.size, origin.when, sheet))

    def _join_table(self, file: _WatchedFile, table: Table, came: FileOrigin) -> None:
        found = personal_data_of(table)
        if new := self._personal.undecided(found):
            file.say(WAITS, reason=f"nobody has decided about personal data in {', '.join(repr(name) for name in new)}")
            return
        table, origin = self._personal.let_in(table, came, self._personal.choices_for(table, found))
        assert isinstance(origin, FileOrigin)  # as it came, with what was done
        known = self._shapes.known(table, origin)
        if known is None:
            file.say(WAITS, reason="no table has this shape yet")
        elif known.name not in self._versions.tables:
            file.say(WAITS, known.name, f"its table '{known.name}' was removed")
        elif not known.drift.same:
            file.say(WAITS, known.name, known.drift.headline)
        else:
            try:
                earlier = self._earlier_state(known.name, file, origin)
                done = self._imports.append(table, known.name, origin=origin, supersedes=earlier)
            except Problem as problem:  # said of this file; the others must not wait for it
                file.say(WAITS, known.name, str(problem))
                return
            counts = (done.added, done.replaced, done.unchanged)
            file.say(NOTHING if done.kept is None else TAKEN, known.name, done.headline, counts)

    def _earlier_state(self, name: str, file: _WatchedFile, origin: FileOrigin) -> int | None:
        """In a table without ids, the import that holds what this file held before: its place is taken."""
        if file.before is None or key_of(self._shapes.of(name)) is not None:
            return None
        for one in self._imports.kept(name):
            read_as = json.loads(one.origin)["file"]["read"] if one.origin else {}
            if one.shown.sha256 == file.before["sha256"] != "" and read_as.get("sheet") == origin.read.get("sheet"):
                return one.number
        return None

    def _note(self, file: _WatchedFile, sha256: str) -> None:
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
        with self._state.change() as change:
            change.execute("INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)

    def _hashes(self) -> set[str]:
        """Hashes of all files that the tables are made of."""
        return {
            one.shown.sha256 for name in self._versions.tables for one in self._imports.kept(name) if one.shown.sha256
        }


def _is_new(file: _WatchedFile) -> bool:
    before = file.before
    as_it_was = before is not None and (before["size"], before["changed"]) == (file.size, file.changed)
    return not as_it_was or (before is not None and before["outcome"] == LEFT)
