"""What a look into the watched folders found."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final

import pandas as pd

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


def headline_of(folders: int, table: pd.DataFrame) -> str:
    """What a look into so many folders found, in a sentence."""
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
