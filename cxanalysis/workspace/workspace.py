"""The workspace: a folder on this computer that holds tables, how they came, and what was asked of them.

**How it is kept, and why.** The rows of each table are Parquet files named by their content, which DuckDB queries
in place; all small state is in one SQLite file. A DuckDB database file would lock out every second process, but
the app and a notebook may be open on the same workspace at the same time. SQLite (standard library) gives
transactions among several processes; files that are written once and never changed need no lock at all.

**What is promised.** Rows are written under another name, forced onto the disk and renamed; then one transaction
makes the table visible. Whoever is stopped at any point finds all of a table or none of it. Nothing is overwritten:
an import or a changed decision makes a new version, and `restore` goes back. `forget` is the one call that deletes.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from sqlite3 import Connection
from typing import Final

from cxanalysis.drift.fitted import fitted
from cxanalysis.drift.shape import Shape
from cxanalysis.steps.plain_names import checked_name
from cxanalysis.tables.table import Table
from cxanalysis.workspace.appended import Appended
from cxanalysis.workspace.file_origin import Origin
from cxanalysis.workspace.folders import WatchedFolders
from cxanalysis.workspace.imports import forget_imports
from cxanalysis.workspace.kept_catalogue import Catalogue
from cxanalysis.workspace.kept_goals import Goals
from cxanalysis.workspace.kept_steps import Steps
from cxanalysis.workspace.kept_tables import Tables, Version
from cxanalysis.workspace.look import Look, Waiting
from cxanalysis.workspace.personal_choices import PersonalChoices
from cxanalysis.workspace.row_store import RowStore, disk_problem
from cxanalysis.workspace.shapes import Known, Shapes, forget_shape
from cxanalysis.workspace.state_file import State
from cxanalysis.workspace.table_imports import TableImports
from cxanalysis.workspace.versions import Versions
from cxanalysis.workspace.watched import Watched

#: Environment variable that names the workspace to open if no path is given.
HOME_VARIABLE: Final = "CXANALYSIS_HOME"
_DEFAULT: Final = "~/.cxanalysis/default"


class Workspace:
    """A folder of tables and steps that survives refresh, restart and crash.

    Any number of tabs, threads and processes may use it at the same time. It is made of parts, each with an interface
    of its own: `tables`, `imports` (the files tables are made of), `shapes`, `folders` (that are watched), `personal`
    (what is done with personal data), `steps`, `catalogue`, `goals`, `watched`, and `versions` beneath them. What is
    used most can be called on the workspace itself.

    Parameters
    ----------
    path : str or path, optional
        The folder; made if it is not there. Default: the environment variable CXANALYSIS_HOME, else
        `~/.cxanalysis/default`.

    Raises
    ------
    Problem
        If the folder cannot be made or its file cannot be read.

    Examples
    --------
    >>> import pandas as pd, tempfile, cxanalysis as cx
    >>> folder = tempfile.TemporaryDirectory()
    >>> workspace = cx.Workspace(folder.name)
    >>> table = workspace.add(cx.Table(pd.DataFrame({"recommend": [9, 3]}), name="survey"))
    >>> cx.Workspace(folder.name).tables["survey"].frame["recommend"].tolist()
    [9, 3]
    >>> folder.cleanup()
    """

    __slots__ = (
        "catalogue",
        "folders",
        "goals",
        "imports",
        "path",
        "personal",
        "shapes",
        "steps",
        "tables",
        "versions",
        "watched",
    )

    def __init__(self, path: str | os.PathLike[str] | None = None) -> None:
        self.path: Path = Path(path or os.environ.get(HOME_VARIABLE) or _DEFAULT).expanduser().absolute()
        rows = self.path / "rows"
        try:
            # Customers' answers are nobody else's: on a shared machine only the owner may look inside.
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            rows.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise disk_problem(error, self.path) from error
        state = State(self.path)
        store = RowStore(rows, state)
        store.sweep()
        #: Every version of every table.
        self.versions: Versions = Versions(state, store, self.path)
        #: The tables by name, read-only; each is opened lazily.
        self.tables: Tables = self.versions.tables
        #: What was decided about files, for the next ones that look the same.
        self.shapes: Shapes = Shapes(state, self.versions)
        #: The files that tables are made of: `imports(name)` gives them in order.
        self.imports: TableImports = TableImports(state, store, self.versions, self.shapes)
        #: What is done with personal data in files.
        self.personal: PersonalChoices = PersonalChoices(self.versions, self.path)
        #: The watched folders, in the order in which they came.
        self.folders: WatchedFolders = WatchedFolders(
            state, self.path, self.versions, self.imports, self.shapes, self.personal
        )
        #: The last step of each page and the ledger of looks.
        self.steps: Steps = Steps(state, lambda: self.tokens)
        #: Every metric the organisation uses, with its history.
        self.catalogue: Catalogue = Catalogue(state, lambda: self.tables, lambda: self.tokens)
        #: What metrics shall reach, with benchmarks and owners.
        self.goals: Goals = Goals(state, self.catalogue)
        #: What is watched, and which alerts somebody has seen.
        self.watched: Watched = Watched(state)

    # --- tables -------------------------------------------------------------------------------------

    def add(
        self, table: Table, *, name: str | None = None, replace: bool = False, origin: Origin | None = None
    ) -> Table:
        """Keep a table; it is on the disk when this returns.

        Parameters
        ----------
        table : Table
        name : str, optional
            Default: the table's own name. It becomes a variable in code, so it must be able to.
        replace : bool
            Whether a table of that name with other content may be replaced. The old version stays (`restore`).
        origin : FileOrigin or Step, optional
            How the table came; a linked table remembers its step.

        Returns
        -------
        Table
            The table as kept: lazy, its rows read from the disk. The same content again adds nothing.

        Raises
        ------
        Problem
            If the name cannot be used or holds other content, or the disk refuses.
        """
        return self.versions.add(table, checked_name(name or table.name), replace=replace, origin=origin)

    def update(self, table: Table) -> Table:
        """Keep changed decisions (roles, scales, codes) about a table that is already here; the rows stay.

        Returns the table as kept. Without a change nothing is written.
        """
        return self.versions.update(table)

    def remove(self, name: str) -> None:
        """Take a table out of sight; `restore` brings it back, `forget` deletes it."""
        self.versions.remove(name)

    def forget(self, name: str) -> None:
        """Delete every version of a table from the disk. This cannot be undone."""

        def also(change: Connection) -> None:
            forget_imports(change, name)
            forget_shape(change, name)

        self.versions.forget(name, also)

    def history(self, name: str) -> tuple[Version, ...]:
        """Every version of a table, the oldest first; empty if there never was one."""
        return self.versions.history(name)

    def version(self, name: str, number: int) -> Table:
        """One version of a table, without using it again."""
        return self.versions.version(name, number)

    def restore(self, name: str, version: int) -> Table:
        """Use an earlier version of a table again (also of a removed one)."""
        return self.versions.restore(name, version)

    def origin(self, name: str) -> Origin | None:
        """How a table came: a `FileOrigin`, a `Step`, or None where nobody said."""
        return self.versions.origin(name)

    @property
    def tokens(self) -> dict[str, str]:
        """Name → content token of every table, for `Step.key`, without opening any."""
        return self.versions.tokens

    @property
    def personal_key(self) -> bytes:
        """Key of the pseudonyms of `cx.protect`, kept in the workspace's folder; whoever has it can try values out."""
        return self.personal.key

    @property
    def damaged(self) -> tuple[str, ...]:
        """Names of tables whose rows are gone from the disk or not as they were written."""
        return self.versions.damaged

    def outdated(self, name: str) -> tuple[str, ...]:
        """For a table made by a step: which of the step's tables have changed or gone since it was made."""
        return self.versions.outdated(name)

    # --- files that join tables ---------------------------------------------------------------------

    def append(
        self,
        table: Table,
        name: str | None = None,
        *,
        origin: Origin | None = None,
        accept: bool = False,
        renamed: Mapping[str, str] | None = None,
        repeated: str | None = None,
    ) -> Appended:
        """Let the rows of a new file join a table; its types, scales and codes hold for them too.

        The same file again adds nothing. Where the table has ids (one column of role "id", no id twice), a row with a
        known id takes the place of the old one, and a new id is added. Without ids every row is added, and those that
        say word for word what a row already there says are counted.

        Parameters
        ----------
        table : Table
            The new file, as `cx.read` gives it.
        name : str, optional
            The table it joins; by default the one of the remembered shape, else the one called like it.
        origin : FileOrigin, optional
            The file: its name and hash are what is remembered of it.
        accept : bool
            Whether differences of shape (see `cx.drift`) are accepted, renamed columns as they were matched.
        renamed : mapping of new column → known column, optional
            Renamed columns, named by you.
        repeated : "add" or "leave out", optional
            What becomes of rows without an id that are there already. Default: "leave out" in a table with ids, "add"
            in one without, since two customers may answer alike.

        Returns
        -------
        Appended
            How many rows were added, replaced, there already.

        Raises
        ------
        Problem
            If the shape differs and that is not accepted, or there is no such table.
        """
        return self.imports.append(table, name, origin=origin, accept=accept, renamed=renamed, repeated=repeated)

    def would_append(
        self,
        table: Table,
        name: str | None = None,
        *,
        origin: Origin | None = None,
        renamed: Mapping[str, str] | None = None,
        repeated: str | None = None,
    ) -> Appended:
        """What `append` would do, differences accepted. The table stays as it is."""
        return self.imports.would_append(table, name, origin=origin, renamed=renamed, repeated=repeated)

    def undo(self, name: str, number: int | None = None) -> Table | None:
        """Take an import out of a table: the last one, or the one of this number. What it replaced comes back.

        Without the only import there is no table: it is removed, and None is returned (`restore` brings it back).
        """
        return self.imports.undo(name, number)

    # --- shapes -------------------------------------------------------------------------------------

    def shape(self, name: str) -> Shape:
        """The shape of a table: its columns, what their values are like, every decision about them."""
        return self.shapes.of(name)

    def remember(self, name: str) -> None:
        """Remember what was decided about a table for later files of its shape. Appending does so too."""
        self.shapes.remember(name)

    def known(self, table: Table, origin: Origin | None = None) -> Known | None:
        """The remembered shape that a new file has, or the nearest one with what differs; None if none is near."""
        return self.shapes.known(table, origin)

    def as_known(self, table: Table, known: Known) -> Table:
        """The new file under the decisions of the shape it has."""
        return fitted(table, known.shape, known.drift.renamed)

    # --- watched folders ----------------------------------------------------------------------------

    def watch(self, folder: str | os.PathLike[str]) -> Path:
        """Take in the files of a folder as they come and change, whenever `look` is called.

        The folder's own files; not those of folders in it.
        """
        return self.folders.watch(folder)

    def unwatch(self, folder: str | os.PathLike[str]) -> None:
        """Watch a folder no longer; what it gave stays."""
        self.folders.unwatch(folder)

    def look(self) -> Look:
        """Look into the watched folders: what is new or has changed since the last look?

        A file of a remembered shape joins its table: by id where the table has ids; else a file that has changed
        takes the place of what it was. A file of an unknown or drifted shape waits for somebody, with the reason. A
        file that is still being written is left for the next look.
        """
        return self.folders.look()

    @property
    def waiting(self) -> tuple[Waiting, ...]:
        """Files of watched folders that wait for somebody to confirm what they are."""
        return self.folders.waiting

    def __repr__(self) -> str:
        return f"<Workspace {self.path}: {', '.join(self.tables) or 'no tables yet'}>"
