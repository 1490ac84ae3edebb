"""What became of a file that joined a table, or would."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Final

import pandas as pd

from cxanalysis.drift.drift_result import Drift
from cxanalysis.tables.table import Table
from cxanalysis.workspace.imports import Import

COLUMNS: Final = ("file", "rows", "added", "replaced", "unchanged", "overlapping", "twice")
_METHOD: Final = "rows with a known id replace the old ones; rows without an id are compared word for word"


@dataclass(frozen=True, slots=True)
class Appended:
    """What became of the rows of a file that joined a table (or would, if one only asked).

    Attributes
    ----------
    table : DataFrame
        One row: `file, rows` (of the file), `added, replaced` (rows that took the place of one with the same id),
        `unchanged` (there already, nothing added), `overlapping` (without an id, like rows already there, added all the
        same), `twice` (their id stands in a later row of the file, which counts instead).
    name : str
        The table that was joined.
    n : int
        Rows of the file.
    added, replaced, unchanged, overlapping, twice : int
    by : str or None
        The column of ids.
    again : bool
        Whether this very file is in already.
    drift : Drift or None
        How the file differed; None where that was not looked at, since it adds nothing.
    kept : Table or None
        The table as it is now; None if nothing was changed.
    headline : str
    notes : tuple of str
        What was done to the file on the way in.
    method : str

    Examples
    --------
    >>> import pandas as pd, tempfile, cxanalysis as cx
    >>> folder = tempfile.TemporaryDirectory()
    >>> workspace = cx.Workspace(folder.name)
    >>> table = cx.Table(pd.DataFrame({"answer": ["a1", "a2"], "csat": [5, 1]}), name="survey", roles={"answer": "id"})
    >>> _ = workspace.add(table)
    >>> april = cx.Table(pd.DataFrame({"answer": ["a2", "a3"], "csat": [2, 4]}), name="april")
    >>> workspace.append(april, "survey").headline
    "'april' adds 1 row to 'survey' and replaces 1 by answer."
    >>> workspace.append(april, "survey").headline
    "'april' is in 'survey' already: it adds nothing."
    >>> folder.cleanup()
    """

    table: pd.DataFrame
    name: str
    n: int
    added: int
    replaced: int
    unchanged: int
    overlapping: int
    twice: int
    by: str | None
    again: bool
    drift: Drift | None
    kept: Table | None
    headline: str
    notes: tuple[str, ...]
    method: str = _METHOD

    @property
    def nothing(self) -> bool:
        """Whether the file adds nothing."""
        return not self.added and not self.replaced

    def _repr_html_(self) -> str:
        notes = "".join(f"<li>{escape(note)}</li>" for note in self.notes)
        return f"<p><b>{escape(self.headline)}</b></p>{self.table.to_html(index=False)}<ul>{notes}</ul>"


def appended(
    name: str,
    joining: Table,
    shown: Import,
    file: str,
    *,
    drift: Drift | None = None,
    twice: int = 0,
    again: bool = False,
) -> Appended:
    """The result of an append; nothing is kept yet."""
    n = joining.n_rows
    counts = {
        "added": 0 if again else shown.added,
        "replaced": 0 if again else shown.replaced,
        "unchanged": n if again else shown.unchanged,
        "overlapping": 0 if again else shown.overlapping,
        "twice": twice,
    }
    table = pd.DataFrame([{"file": file, "rows": n, **counts}], columns=list(COLUMNS))
    line = _headline(name, file, n, shown.by, again, **counts)
    return Appended(
        table=table,
        name=name,
        n=n,
        by=shown.by,
        again=again,
        drift=drift,
        kept=None,
        headline=line,
        notes=joining.notes,
        added=counts["added"],
        replaced=counts["replaced"],
        unchanged=counts["unchanged"],
        overlapping=counts["overlapping"],
        twice=counts["twice"],
    )


def _headline(
    name: str,
    file: str,
    n: int,
    by: str | None,
    again: bool,
    *,
    added: int,
    replaced: int,
    unchanged: int,
    overlapping: int,
    twice: int,
) -> str:
    if again:
        return f"'{file}' is in '{name}' already: it adds nothing."
    if not added and not replaced:
        return f"Each of the {n:,} rows of '{file}' is in '{name}' already: it adds nothing."
    did = [f"adds {_rows(added)} to '{name}'"] if added else []
    if replaced:
        did.append(f"replaces {replaced:,} by {by}" if added else f"replaces {_rows(replaced)} of '{name}' by {by}")
    sentence = f"'{file}' {' and '.join(did)}"
    if unchanged:
        sentence += f"; {unchanged:,} {'is' if unchanged == 1 else 'are'} there already"
    if overlapping:
        sentence += f"; {overlapping:,} of them say word for word what a row already there says"
    if twice:
        sentence += f"; of {_rows(twice)} the id comes again further down, and the last one counts"
    return f"{sentence}."


def _rows(number: int) -> str:
    return f"{number:,} row{'s' if number != 1 else ''}"
