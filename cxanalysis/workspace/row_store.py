"""The folder of Parquet files: named by content, written whole, swept of what nobody refers to."""

from __future__ import annotations

import errno
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa

from cxanalysis.columns.text_rows import TextRows, in_turn
from cxanalysis.problem import Problem
from cxanalysis.tables.table import Table
from cxanalysis.workspace.as_read import together
from cxanalysis.workspace.durable_file import UNFINISHED
from cxanalysis.workspace.rows_on_disk import frame_to_arrow, raw_to_arrow, write_rows
from cxanalysis.workspace.state_file import State, now

#: What another process is still writing is younger than this; only what is older is swept.
WRITING_SECONDS: Final = 3600

#: How the name of a file begins that holds rows as read and as analysed.
_BOTH: Final = "rows-"

_UNREFERENCED: Final = """SELECT file FROM files
    WHERE file NOT IN (SELECT raw_file FROM versions) AND file NOT IN (SELECT frame_file FROM versions)
    AND file NOT IN (SELECT rows_file FROM imports)"""


@dataclass(frozen=True, slots=True)
class RowFiles:
    """The two files of a table: rows as read, rows as analysed; of a text file both may be one."""

    raw_file: str
    frame_file: str


class RowStore:
    """Rows of tables in one folder, each file written once and never changed."""

    __slots__ = ("folder", "state")

    def __init__(self, folder: Path, state: State) -> None:
        self.folder, self.state = folder, state

    def files(self, table: Table) -> RowFiles:
        """What the files of this table are called: by the content's hash, so equal rows are kept once.

        The first time rows of text come in, one file holds them as read and as analysed: most columns are the same.
        """
        apart = RowFiles(f"raw-{table.raw_token}.parquet", f"frame-{table.token}.parquet")
        both = f"{_BOTH}{table.token}.parquet"
        if self.whole(both):
            return RowFiles(both, both)
        known = self.state.read("SELECT DISTINCT raw_file FROM versions WHERE raw_token = ?", (table.raw_token,))
        there = [file for file in (apart.raw_file, *(row["raw_file"] for row in known)) if self.whole(file)]
        if there:
            return RowFiles(there[0], apart.frame_file)
        return RowFiles(both, both) if isinstance(table.as_read, TextRows) else apart

    def keep(self, table: Table) -> RowFiles:
        """Write the rows, unless they are there and whole; before this returns they are on the disk."""
        kept = self.files(table)
        missing = [file for file in dict.fromkeys((kept.raw_file, kept.frame_file)) if not self.whole(file)]
        for file in missing:
            self._begin(file)
        if missing:
            rows = table.as_read  # loaded once, before two threads ask for it
            in_turn(lambda file: self._write(file, lambda path: write_rows(path, _rows_of(file, table, rows))), missing)
        return kept

    def keep_file(self, file: str, write: Callable[[Path], int]) -> None:
        """The same for one file that `write` writes; it hands back the file's size."""
        if not self.whole(file):
            self._begin(file)
            self._write(file, write)

    @contextmanager
    def for_a_question(self, write: Callable[[Path], int]) -> Iterator[Path]:
        """A file of rows that is there only within the context: to ask what would be."""
        handle, name = tempfile.mkstemp(prefix="asked.", suffix=UNFINISHED, dir=self.folder)
        os.close(handle)
        path = Path(name)
        try:
            write(path)
            yield path
        except OSError as error:
            raise disk_problem(error, self.folder) from error
        finally:
            path.unlink(missing_ok=True)

    def _begin(self, file: str) -> None:
        """Note that a file is begun, so that one left behind by a crash is known as ours and swept."""
        with self.state.change() as change:
            change.execute(
                "INSERT INTO files (file, begun) VALUES (?, ?) ON CONFLICT (file) DO UPDATE SET begun = excluded.begun",
                (file, now()),
            )

    def _write(self, file: str, write: Callable[[Path], int]) -> None:
        try:
            size = write(self.folder / file)
        except OSError as error:
            raise disk_problem(error, self.folder) from error
        with self.state.change() as change:
            change.execute("UPDATE files SET bytes = ? WHERE file = ?", (size, file))

    def whole(self, file: str) -> bool:
        """Whether the file is there with the size it was written with."""
        found = self.state.read("SELECT bytes FROM files WHERE file = ?", (file,))
        return bool(found) and self._has_size(file, found[0]["bytes"])

    def _has_size(self, file: str, size: int | None) -> bool:
        path = self.folder / file
        return size is not None and path.exists() and path.stat().st_size == size

    def confirm(self, change: sqlite3.Connection, kept: RowFiles) -> bool:
        """Within a change: whether both files are still whole, and from now on not to be swept."""
        return self.is_whole(change, kept.raw_file) and self.is_whole(change, kept.frame_file)

    def is_whole(self, change: sqlite3.Connection, file: str) -> bool:
        """Within a change: whether a file is there with the size it was written with."""
        found = change.execute("SELECT bytes FROM files WHERE file = ?", (file,)).fetchone()
        return found is not None and self._has_size(file, found["bytes"])

    def drop_unreferenced(self, change: sqlite3.Connection, *, older_than: str | None = None) -> None:
        """Within a change: delete files that no version refers to. Files this workspace never wrote are left alone."""
        values = () if older_than is None else (older_than,)
        question = _UNREFERENCED if older_than is None else f"{_UNREFERENCED} AND begun < ?"
        for row in change.execute(question, values).fetchall():
            # Windows refuses to delete a file that another process is reading; the next opening tries again.
            with suppress(PermissionError):
                (self.folder / row["file"]).unlink(missing_ok=True)
                change.execute("DELETE FROM files WHERE file = ?", (row["file"],))

    def mend(self, table: Table, kept: RowFiles) -> None:
        """Let versions whose files are damaged use those of the same rows that were just written."""
        with self.state.change() as change:
            for files, token, file, value in (
                ("versions", "raw_token", "raw_file", table.raw_token),
                ("imports", "raw_token", "rows_file", table.raw_token),
                ("versions", "token", "frame_file", table.token),
            ):
                new = kept.frame_file if file == "frame_file" else kept.raw_file
                question = f"SELECT DISTINCT {file} AS file FROM {files} WHERE {token} = ?"
                for row in change.execute(question, (value,)).fetchall():
                    if not self.is_whole(change, row["file"]):
                        change.execute(
                            f"UPDATE {files} SET {file} = ? WHERE {token} = ? AND {file} = ?", (new, value, row["file"])
                        )

    def sweep(self) -> None:
        """Delete what a crash left behind, if it is older than any write could take."""
        oldest = time.time() - WRITING_SECONDS
        for path in self.folder.glob(f"*{UNFINISHED}"):
            # Another process may be sweeping too, or the folder may only be read.
            with suppress(FileNotFoundError, PermissionError):
                if path.stat().st_mtime < oldest:
                    path.unlink()
        before = (datetime.now(UTC) - timedelta(seconds=WRITING_SECONDS)).isoformat(timespec="seconds")
        if self.state.read(f"{_UNREFERENCED} AND begun < ? LIMIT 1", (before,)):
            # A workspace that may only be read, or that another process is changing, is swept another time.
            with suppress(Problem), self.state.change() as change:
                self.drop_unreferenced(change, older_than=before)


def _rows_of(file: str, table: Table, rows: pd.DataFrame | TextRows) -> pa.Table:
    """What belongs into a file: rows as read, as analysed (from rows of text without a data frame between), or both."""
    if isinstance(rows, TextRows) and file.startswith(_BOTH):
        return together(rows, table.analysed(rows))
    if file.startswith("raw-"):
        return raw_to_arrow(rows)
    return table.analysed(rows) if isinstance(rows, TextRows) else frame_to_arrow(table.frame)


def disk_problem(error: OSError, folder: Path) -> Problem:
    """What the operating system refused, in words, with what to do."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Problem("the disk is full; nothing was changed", where=str(folder), do="Free some space and try again")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return Problem(
            "the workspace's folder may only be read", where=str(folder), do="Choose a folder you may write to"
        )
    reason = error.strerror or os.strerror(error.errno or 0)
    return Problem(f"the workspace's folder cannot be written ({reason})", where=str(folder), do="Check the folder")
