"""What was decided about personal data in one file holds for the next: no row comes in before it is dealt with.

What was decided for a column of one file holds for the column of that name in the next file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from cxanalysis.tables.personal import Personal, personal
from cxanalysis.tables.protect import protect
from cxanalysis.tables.table import Table
from cxanalysis.workspace.file_origin import FileOrigin, Origin
from cxanalysis.workspace.pseudonym_key import personal_key
from cxanalysis.workspace.versions import Versions


class PersonalChoices:
    """What is done with personal data in the files of a workspace.

    Examples
    --------
    >>> import pandas as pd, tempfile, cxanalysis as cx
    >>> folder = tempfile.TemporaryDirectory()
    >>> workspace = cx.Workspace(folder.name)
    >>> answers = cx.Table(pd.DataFrame({"mail": ["ana@example.com"], "csat": [5]}), name="survey")
    >>> safe, _ = workspace.personal.let_in(answers, None, {"mail": "leave out"})
    >>> safe.columns, workspace.personal.decided
    (('csat',), {})
    >>> folder.cleanup()
    """

    __slots__ = ("_folder", "_versions")

    def __init__(self, versions: Versions, folder: Path) -> None:
        self._versions, self._folder = versions, folder

    @property
    def key(self) -> bytes:
        """Key of the pseudonyms of `cx.protect`, kept in the workspace's folder; whoever has it can try values out."""
        return personal_key(self._folder)

    @property
    def decided(self) -> dict[str, str]:
        """Column → what was done with it the last time, in the files that the workspace's tables came from."""
        done: dict[str, str] = {}
        for name in self._versions.tables:
            origin = self._versions.origin(name)
            if isinstance(origin, FileOrigin):
                done |= origin.protect
        return done

    def choices_for(self, table: Table, personal_data: Personal) -> dict[str, str]:
        """Column → action for a new file: as decided before for columns of that name, else as proposed."""
        columns = set(map(str, table.columns))
        before = {column: action for column, action in self.decided.items() if column in columns}
        return {**personal_data.choices, **before}

    def undecided(self, personal_data: Personal) -> tuple[str, ...]:
        """Whole columns of personal data that nobody has decided about yet; texts are covered without asking."""
        before = self.decided
        return tuple(column for column in personal_data.kinds if column not in before)

    def let_in(
        self, table: Table, origin: Origin | None, choices: Mapping[str, str] | None = None
    ) -> tuple[Table, Origin | None]:
        """The table as it may come in, and its origin with what was done.

        Parameters
        ----------
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
            choices = self.choices_for(table, personal(table))
        if not choices:
            return table, origin
        safe = protect(table, choices, key=self.key if "pseudonym" in choices.values() else None)
        return safe, replace(origin, protect=dict(choices)) if isinstance(origin, FileOrigin) else origin
