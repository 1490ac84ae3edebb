"""What a workspace does with files month after month: join them, take them out again, remember their shape."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from sqlite3 import Row
from typing import TYPE_CHECKING, cast

from cxanalysis.drift.fitted import fitted
from cxanalysis.drift.shape import Shape
from cxanalysis.problem import Problem
from cxanalysis.steps.step import Step
from cxanalysis.tables.table import Table
from cxanalysis.workspace import append as joining
from cxanalysis.workspace import folders as watching
from cxanalysis.workspace.append import Request
from cxanalysis.workspace.appended import Appended
from cxanalysis.workspace.folders import Look, Waiting
from cxanalysis.workspace.imports import Import, made_of
from cxanalysis.workspace.kept_tables import Tables
from cxanalysis.workspace.origin import FileOrigin, Origin
from cxanalysis.workspace.shapes import Known, nearest, shape_of, write_shape
from cxanalysis.workspace.state_file import State

if TYPE_CHECKING:
    from cxanalysis.workspace.workspace import Workspace


class Collecting:
    """The part of a `Workspace` that is about files."""

    __slots__ = ()

    if TYPE_CHECKING:
        _state: State
        tables: Tables

        def origin(self, name: str) -> Origin | None: ...  # noqa: D102 - `Workspace` says it; here for types alone
        def _row(self, name: str) -> Row: ...

    # --- imports ------------------------------------------------------------------------------------

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
        name = name or self._meant(table, origin)
        return joining.append(self._whole, table, name, Request(origin, accept, renamed, repeated))

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
        name = name or self._meant(table, origin)
        return joining.append(self._whole, table, name, Request(origin, True, renamed, repeated, dry=True))

    def imports(self, name: str) -> tuple[Import, ...]:
        """The files that a table is made of, in the order in which they came."""
        return tuple(one.shown for one in made_of(self._state, self._row(name)))

    def undo(self, name: str, number: int | None = None) -> Table | None:
        """Take an import out of a table: the last one, or the one of this number. What it replaced comes back.

        Without the only import there is no table: it is removed, and None is returned (`restore` brings it back).
        """
        return joining.undo(self._whole, name, number)

    # --- shapes -------------------------------------------------------------------------------------

    def shape(self, name: str) -> Shape:
        """The shape of a table: its columns, what their values are like, every decision about them."""
        return shape_of(self._state, self.tables[name])

    def remember(self, name: str) -> None:
        """Remember what was decided about a table for later files of its shape. Appending does so too."""
        table, version = self.tables[name], self._row(name)
        if isinstance(self.origin(name), Step):
            raise Problem(f"'{name}' is made from other tables, not from a file", do="Remember those")
        file = made_of(self._state, version)[-1].shown.file
        shape = shape_of(self._state, table)
        with self._state.change() as change:
            write_shape(change, name, shape, table.raw_token, file)

    def known(self, table: Table, origin: Origin | None = None) -> Known | None:
        """The remembered shape that a new file has, or the nearest one with what differs; None if none is near."""
        file = origin.file if isinstance(origin, FileOrigin) else table.name
        tables = {name: one for name, one in self.tables.items() if not isinstance(self.origin(name), Step)}
        return nearest(self._state, table, tables, file)

    def as_known(self, table: Table, known: Known) -> Table:
        """The new file under the decisions of the shape it has."""
        return fitted(table, known.shape, known.drift.renamed)

    # --- watched folders ----------------------------------------------------------------------------

    def watch(self, folder: str | PathLike[str]) -> Path:
        """Take in the files of a folder as they come and change, whenever `look` is called.

        The folder's own files; not those of folders in it.
        """
        return watching.watch(self._whole, folder)

    def unwatch(self, folder: str | PathLike[str]) -> None:
        """Watch a folder no longer; what it gave stays."""
        watching.unwatch(self._whole, folder)

    @property
    def folders(self) -> tuple[Path, ...]:
        """The watched folders, in the order in which they came."""
        return watching.watched_folders(self._whole)

    def look(self) -> Look:
        """Look into the watched folders: what is new or has changed since the last look?

        A file of a remembered shape joins its table: by id where the table has ids; else a file that has changed
        takes the place of what it was. A file of an unknown or drifted shape waits for somebody, with the reason. A
        file that is still being written is left for the next look.
        """
        return watching.look(self._whole)

    @property
    def waiting(self) -> tuple[Waiting, ...]:
        """Files of watched folders that wait for somebody to confirm what they are."""
        return watching.waiting(self._whole)

    def _meant(self, table: Table, origin: Origin | None) -> str:
        known = self.known(table, origin)
        return known.name if known is not None and known.name in self.tables else table.name

    @property
    def _whole(self) -> Workspace:
        return cast("Workspace", self)
