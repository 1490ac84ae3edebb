"""Rows of a new file join a table: never doubled, never lost, and every import can be taken out again.

A table is its ordered list of imports. Each of them stays on the disk as it came; the rows of the table follow from
the list. So an undo, also of an import in the middle, is nothing but the same list without it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from sqlite3 import Connection, Row
from threading import Lock
from typing import Final, TypeVar

from cxanalysis.drift.drift import compared
from cxanalysis.drift.drift_result import Drift
from cxanalysis.drift.fitted import fitted
from cxanalysis.drift.shape import Shape, own_columns
from cxanalysis.problem import Problem
from cxanalysis.steps.step import Step
from cxanalysis.tables.table import Table
from cxanalysis.workspace.appended import Appended, appended
from cxanalysis.workspace.file_origin import FileOrigin, Origin, origin_from_json, origin_to_json
from cxanalysis.workspace.imports import (
    HANDED_OVER,
    Import,
    KeptImport,
    import_of,
    made_of,
    next_number,
    numbers_of,
    write_imports,
    write_joined,
)
from cxanalysis.workspace.joined_table import JoinPlan, decided
from cxanalysis.workspace.rows.row_store import RowStore
from cxanalysis.workspace.rows.rows_on_disk import raw_to_arrow, write_rows
from cxanalysis.workspace.rows.stitched import stitch
from cxanalysis.workspace.rows.survivors import REPEATED, ImportedRows, survivors
from cxanalysis.workspace.shapes import Shapes, write_shape
from cxanalysis.workspace.state_file import State, now
from cxanalysis.workspace.versions import Overtaken, Versions

#: `Version.what` of a version that a file joined, and of one from which an import was taken out.
APPENDED: Final = "file added"
UNDONE: Final = "import undone"
#: How often a change is planned again when somebody else changed the table in between.
_ATTEMPTS: Final = 8
#: One lock a workspace: the threads of a server wait for each other instead of planning in vain. Other processes are
#: held off by the version that a plan was made on.
_TURN: Final[defaultdict[Path, Lock]] = defaultdict(Lock)


Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class _Request:
    """What is asked for when a file joins a table. `only_ask`: nothing is changed."""

    origin: Origin | None = None
    accept: bool = False
    renamed: Mapping[str, str] | None = None
    repeated: str | None = None
    supersedes: int | None = None
    only_ask: bool = False


class TableImports:
    """The files that the tables of a workspace are made of. Calling it with a table's name gives them, in order.

    Examples
    --------
    >>> import pandas as pd, tempfile, cxanalysis as cx
    >>> folder = tempfile.TemporaryDirectory()
    >>> workspace = cx.Workspace(folder.name)
    >>> _ = workspace.add(cx.Table(pd.DataFrame({"csat": [5]}), name="survey"))
    >>> done = workspace.imports.append(cx.Table(pd.DataFrame({"csat": [4]}), name="april"), "survey")
    >>> [(one.file, one.rows) for one in workspace.imports("survey")]
    [('handed over', 1), ('april', 1)]
    >>> workspace.imports.undo("survey").frame["csat"].tolist()
    [5]
    >>> folder.cleanup()
    """

    __slots__ = ("_shapes", "_state", "_store", "_versions")

    def __init__(self, state: State, store: RowStore, versions: Versions, shapes: Shapes) -> None:
        self._state, self._store, self._versions, self._shapes = state, store, versions, shapes

    def __call__(self, name: str) -> tuple[Import, ...]:
        """The files that a table is made of, in the order in which they came."""
        return tuple(one.shown for one in self.kept(name))

    def kept(self, name: str) -> list[KeptImport]:
        """The same with what is needed to join them again."""
        return made_of(self._state, self._versions.row(name))

    def append(
        self,
        table: Table,
        name: str | None = None,
        *,
        origin: Origin | None = None,
        accept: bool = False,
        renamed: Mapping[str, str] | None = None,
        repeated: str | None = None,
        supersedes: int | None = None,
    ) -> Appended:
        """Let the rows of a new file join a table: see `Workspace.append`.

        `supersedes` is the number of an import whose place the file takes: an earlier state of the same file.
        """
        return self._join(table, name, _Request(origin, accept, renamed, repeated, supersedes))

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
        return self._join(table, name, _Request(origin, True, renamed, repeated, only_ask=True))

    def undo(self, name: str, number: int | None = None) -> Table | None:
        """Take an import out of a table: see `Workspace.undo`."""
        return self._in_turn(name, lambda: self._undo(name, number))

    # --- how it is done -----------------------------------------------------------------------------

    def _join(self, table: Table, name: str | None, asked: _Request) -> Appended:
        name = name or self._shapes.table_for(table, asked.origin)
        if asked.repeated is not None and asked.repeated not in REPEATED:
            what = f"repeated={asked.repeated!r} is nothing that can be done"
            raise Problem(what, do=f"Use one of: {', '.join(REPEATED)}")
        return self._in_turn(name, lambda: self._append(table, name, asked))

    def _in_turn(self, name: str, attempt: Callable[[], Result]) -> Result:
        """One change after the other; planned again if another process was quicker."""
        for _ in range(_ATTEMPTS):
            with _TURN[self._versions.path]:
                try:
                    return attempt()
                except Overtaken:
                    continue
        raise Problem(f"others keep changing '{name}'", do="Try again in a moment")

    def _append(self, table: Table, name: str, asked: _Request) -> Appended:
        version = self._versions.row(name)
        if isinstance(self._versions.origin(name), Step):
            raise Problem(f"'{name}' is made from other tables", do="Add the file to those, and make it again")
        imports = made_of(self._state, version)
        if (known := _already(imports, table, asked.origin)) is not None:
            return appended(name, table, known.shown, file_of(table, asked.origin), again=True)
        current = self._versions.tables[name]
        shape = self._shapes.of_table(current)
        mine = Shape.of(table)
        drift = compared(table, mine, shape, asked.renamed)
        _accepted(drift, asked)
        joining = fitted(table, shape, drift.renamed)
        new = self._new_import(joining, shape, imports, asked)
        with self._at_hand(new, joining, asked.only_ask) as at_hand:
            others = [one for one in imports if one.number != asked.supersedes]
            plan = self._planned(version, [*others, at_hand], current)
        shown = plan.kept[-1].shown
        result = appended(name, joining, shown, shown.file, drift=drift, twice=_twice(shown))
        if asked.only_ask or (result.nothing and asked.supersedes is None):
            return result
        after = _merged(shape, mine.called(drift.renamed))
        return replace(result, kept=self._made(plan, current, imports, APPENDED, asked.origin, joining, after))

    def _undo(self, name: str, number: int | None) -> Table | None:
        version = self._versions.row(name)
        imports = made_of(self._state, version)
        chosen = imports[-1] if number is None else next((one for one in imports if one.number == number), None)
        if chosen is None:
            known = ", ".join(map(str, numbers_of(imports)))
            raise Problem(f"'{name}' has no import {number} now", do=f"Its imports are: {known}")
        left = [one for one in imports if one is not chosen]
        if chosen.supersedes is not None:
            left.append(import_of(self._state, name, chosen.supersedes))
            left.sort(key=lambda one: one.number)
        if not left:
            self._versions.remove(name)
            return None
        if (before := self._as_it_was(version, left)) is not None:
            return self._versions.restore(name, before)
        current = self._versions.tables[name]
        plan = self._planned(version, left, current)
        return self._made(plan, current, imports, UNDONE, origin_from_json(left[-1].origin))

    def _new_import(self, table: Table, shape: Shape, imports: Sequence[KeptImport], asked: _Request) -> KeptImport:
        """Describe the file as an import; nothing is written yet."""
        by = key_of(shape)
        origin = asked.origin
        file = origin if isinstance(origin, FileOrigin) else FileOrigin(file_of(table, origin), "", 0, now())
        shown = Import(
            max(next_number(self._state, shape.name), *(number + 1 for number in numbers_of(imports))),
            file.file,
            file.sha256,
            file.size,
            file.when,
            table.n_rows,
            0,
            0,
            by=by,
            notes=table.notes,
        )
        codes = table.applied_codes().get(by, ()) if by else ()
        # With ids a file may well hold last month's rows again; without, equal answers of two people look the same.
        usual = "leave out" if by else "add"
        return KeptImport(
            shown,
            f"raw-{table.raw_token}.parquet",
            table.raw_token,
            tuple(map(str, table.raw.columns)),
            tuple(map(str, codes)),
            asked.repeated or usual,
            origin_to_json(origin),
            asked.supersedes,
        )

    @contextmanager
    def _at_hand(self, new: KeptImport, table: Table, only_ask: bool) -> Iterator[KeptImport]:
        """The file's rows on the disk, where they can be compared; of a question alone nothing stays there."""
        if not only_ask:
            self._store.keep_file(new.rows_file, lambda path: write_rows(path, raw_to_arrow(table.raw)))
            yield new
            return
        with self._store.for_a_question(lambda path: write_rows(path, raw_to_arrow(table.raw))) as path:
            yield replace(new, rows_file=path.name)

    def _planned(self, version: Row, imports: Sequence[KeptImport], current: Table) -> JoinPlan:
        """What a table of these imports holds."""
        there = {column for one in imports for column in one.columns}
        known = [column for column in own_columns(current) if column in there]
        columns = tuple(dict.fromkeys([*known, *(column for one in imports for column in one.columns)]))
        folder = self._store.folder
        for one in imports:
            if not (folder / one.rows_file).exists():
                raise Problem(
                    f"the rows of '{one.shown.file}' are gone from the workspace",
                    where=f"table '{version['name']}'",
                    do="Add the file again",
                )
        parts = [
            ImportedRows(folder / one.rows_file, one.shown.n_rows, one.shown.by, one.no_id, one.repeated)
            for one in imports
        ]
        masks, joined = survivors(parts, columns)
        kept = [one.after(did) for one, did in zip(imports, joined, strict=True)]
        return JoinPlan(version, kept, masks, columns)

    def _made(
        self,
        plan: JoinPlan,
        current: Table,
        before: Sequence[KeptImport],
        what: str,
        origin: Origin | None,
        joining: Table | None = None,
        shape: Shape | None = None,
    ) -> Table:
        """Write the rows and make them visible, with everything that is known about them, in one transaction."""
        name = current.name
        folder = self._store.folder
        raw_file = f"raw-{plan.raw_token}.parquet"
        paths = [folder / one.rows_file for one in plan.kept]
        self._store.keep_file(raw_file, lambda path: stitch(path, paths, plan.masks, plan.columns))
        table = decided(plan, current, joining, folder / raw_file, before)

        def also(change: Connection, number: int) -> None:
            for one in plan.kept:
                if not self._store.is_whole(change, one.rows_file):
                    raise Overtaken
            write_imports(change, name, [*before, *plan.kept])
            write_joined(change, name, number, plan.kept)
            if shape is not None:
                write_shape(change, name, shape.decided(table), table.raw_token, plan.kept[-1].shown.file)

        self._versions.keep(table, what=what, origin=origin, replace=True, on=plan.version["number"], also=also)
        return self._versions.tables[name]

    def _as_it_was(self, version: Row, left: Sequence[KeptImport]) -> int | None:
        """The earlier version that was made of just these imports, if nothing else was decided since."""
        wanted = numbers_of(left)
        for earlier in reversed(self._versions.history(version["name"])):
            if earlier.number >= version["number"]:
                continue
            row = self._versions.numbered(version["name"], earlier.number)
            mine = made_of(self._state, row)
            if numbers_of(mine) == wanted or (len(mine) == len(left) == 1 and mine[0].raw_token == left[0].raw_token):
                return earlier.number if _decided_alike(row, version) else None
        return None


def file_of(table: Table, origin: Origin | None) -> str:
    """What the file is called."""
    return origin.file if isinstance(origin, FileOrigin) else table.name or HANDED_OVER


def _already(imports: Iterable[KeptImport], table: Table, origin: Origin | None) -> KeptImport | None:
    """The import that is this very file, or holds these very rows."""
    sha = origin.sha256 if isinstance(origin, FileOrigin) else None
    for one in imports:
        # The rows count as well as the bytes: one workbook holds several sheets, and so several tables.
        if one.raw_token == table.raw_token or (sha and one.shown.sha256 == sha and _same_source(one, origin)):
            return one
    return None


def _same_source(one: KeptImport, origin: Origin | None) -> bool:
    before = json.loads(one.origin)["file"]["read"] if one.origin else {}
    return isinstance(origin, FileOrigin) and before.get("sheet") == origin.read.get("sheet")


def _accepted(drift: Drift, asked: _Request) -> None:
    """A `Problem` if somebody should look at the differences first."""
    open_ones = drift.table[drift.table["severity"] != "harmless"]
    if asked.renamed is not None:
        open_ones = open_ones[open_ones["difference"] != "column renamed"]
    if len(open_ones) and not (asked.accept or asked.only_ask):
        raise Problem(
            drift.headline.rstrip("."),
            where=f"file '{drift.new}'",
            do="Look at cx.drift(new, known), then append with accept=True, or with renamed={new: known}",
        )


def key_of(shape: Shape) -> str | None:
    """The column of ids by which rows are replaced: the only one of its role, with no id in two rows."""
    ids = [column for column in shape.traits if shape.decisions["roles"].get(column) == "id"]
    return ids[0] if len(ids) == 1 and shape.traits[ids[0]].unique else None


def _twice(shown: Import) -> int:
    """Rows of the new file whose id stands in a later row of it."""
    return shown.n_rows - shown.added - shown.replaced - shown.unchanged


def _merged(shape: Shape, other: Shape) -> Shape:
    """What is known of the table once the file has joined it."""
    merged = shape.and_also(other)
    key = key_of(shape)
    if key is None:
        return merged
    # Of an id that stands twice in a file only the last row counts: in the table it is still there once.
    traits = {**merged.traits, key: replace(merged.traits[key], unique=True)}
    return replace(merged, traits=traits)


def _decided_alike(earlier: Row, later: Row) -> bool:
    """Whether two versions differ in nothing that somebody decided: what joined may have brought codes and columns."""
    before = json.loads(earlier["description"])["decisions"]
    after = json.loads(later["description"])["decisions"]
    for part in ("roles", "scales", "formats"):
        if any(after[part].get(column) != value for column, value in before[part].items()):
            return False
    applied = {(c[0], str(c[1])): c[4] for c in after["codes"]}
    return before["kind"] == after["kind"] and all(
        applied.get((c[0], str(c[1])), c[4]) == c[4] for c in before["codes"]
    )
