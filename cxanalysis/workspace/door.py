"""The door of a workspace: no row of a file comes in before personal data in it is dealt with.

What was decided for a column of one file holds for the column of that name in the next file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from cxanalysis.tables.personal import Personal, personal
from cxanalysis.tables.protect import protect
from cxanalysis.tables.table import Table
from cxanalysis.workspace.origin import FileOrigin, Origin

if TYPE_CHECKING:
    from cxanalysis.workspace.workspace import Workspace


def decided(workspace: Workspace) -> dict[str, str]:
    """Column → what was done with it the last time, in the files that the workspace's tables came from.

    >>> import pandas as pd, tempfile, cxanalysis as cx
    >>> folder = tempfile.TemporaryDirectory()
    >>> workspace = cx.Workspace(folder.name)
    >>> decided(workspace)
    {}
    >>> folder.cleanup()
    """
    found: dict[str, str] = {}
    for name in workspace.tables:
        origin = workspace.origin(name)
        if isinstance(origin, FileOrigin):
            found |= origin.protect
    return found


def choices_for(workspace: Workspace, table: Table, found: Personal) -> dict[str, str]:
    """Column → action for a new file: as decided before for columns of that name, else as proposed."""
    columns = set(map(str, table.columns))
    before = {column: action for column, action in decided(workspace).items() if column in columns}
    return {**found.choices, **before}


def undecided(workspace: Workspace, table: Table, found: Personal) -> tuple[str, ...]:
    """Whole columns of personal data that nobody has decided about yet; texts are covered without asking."""
    before = decided(workspace)
    return tuple(column for column in found.kinds if column not in before)


def let_in(
    workspace: Workspace, table: Table, origin: Origin | None, choices: Mapping[str, str] | None = None
) -> tuple[Table, Origin | None]:
    """The table as it may come in, and its origin with what was done.

    Parameters
    ----------
    workspace : Workspace
        Holds the key of the pseudonyms.
    table : Table
        As read.
    origin : FileOrigin, Step or None
    choices : mapping of column → action, optional
        Default: `choices_for`.

    Returns
    -------
    Table, Origin
    """
    if choices is None:
        choices = choices_for(workspace, table, personal(table))
    if not choices:
        return table, origin
    key = workspace.personal_key if "pseudonym" in choices.values() else None
    safe = protect(table, choices, key=key)
    return safe, replace(origin, protect=dict(choices)) if isinstance(origin, FileOrigin) else origin
