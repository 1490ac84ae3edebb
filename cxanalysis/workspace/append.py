"""Rows of a new file join a table: never doubled, never lost, and every import can be taken out again.

A table is its ordered list of imports. Each of them stays on the disk as it came; the rows of the table follow from
the list. So an undo, also of an import in the middle, is nothing but the same list without it.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from sqlite3 import Connection, Row
from threading import Lock
from typing import TYPE_CHECKING, Final, TypeVar

from cxanalysis.drift.drift import compared
from cxanalysis.drift.drift_result import Drift
from cxanalysis.drift.fitted import fitted
from cxanalysis.drift.shape import Shape, own_columns
from cxanalysis.problem import Problem
from cxanalysis.steps.step import Step
from cxanalysis.tables.table import Table
from cxanalysis.workspace.appended import Appended, appended
from cxanalysis.workspace.imports import (
    HANDED_OVER,
    Import,
    Kept,
    import_of,
    made_of,
    next_number,
    numbers_of,
    write_imports,
    write_joined,
)
from cxanalysis.workspace.joined_table import Plan, decided
from cxanalysis.workspace.origin import FileOrigin, Origin, origin_from_json, origin_to_json
from cxanalysis.workspace.row_store import disk_problem
from cxanalysis.workspace.rows_on_disk import UNFINISHED, raw_to_arrow, write_rows
from cxanalysis.workspace.shapes import shape_of, write_shape
from cxanalysis.workspace.state_file import now
from cxanalysis.workspace.stitched import stitch
from cxanalysis.workspace.survivors import REPEATED, Part, survivors

if TYPE_CHECKING:
    from collections.abc import Callable

    from cxanalysis.workspace.workspace import Workspace

#: `Version.what` of a version that a file joined, and of one from which an import was taken out.
APPENDED: Final = "file added"
UNDONE: Final = "import undone"
#: How often a change is planned again when somebody else changed the table in between.
_ATTEMPTS: Final = 8
#: One lock a workspace: the threads of a server wait for each other instead of planning in vain. Other processes are
#: held off by the version that a plan was made on.
_TURN: Final[defaultdict[Path, Lock]] = defaultdict(Lock)


Result = TypeVar("Result")


class Overtaken(Exception):
    """Somebody else changed the table since the change was planned."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for when a file joins a table; the arguments of `Workspace.append`.

    `supersedes` is an import whose place the file takes: an earlier state of the same file. `dry`: only ask.
    """

    origin: Origin | None = None
    accept: bool = False
    renamed: Mapping[str, str] | None = None
    repeated: str | None = None
    supersedes: int | None = None
    dry: bool = False


def append(workspace: Workspace, table: Table, name: str, asked: Request) -> Appended:
    """`Workspace.append` and `Workspace.would_append`."""
    if asked.repeated is not None and asked.repeated not in REPEATED:
        what = f"repeated={asked.repeated!r} is nothing that can be done"
        raise Problem(what, do=f"Use one of: {', '.join(REPEATED)}")
    return _in_turn(workspace, name, lambda: _append(workspace, table, name, asked))


def undo(workspace: Workspace, name: str, number: int | None) -> Table | None:
    """`Workspace.undo`."""
    return _in_turn(workspace, name, lambda: _undo(workspace, name, number))


def _in_turn(workspace: Workspace, name: str, attempt: Callable[[], Result]) -> Result:
    """One change after the other; planned again if another process was quicker."""
    for _ in range(_ATTEMPTS):
        with _TURN[workspace.path]:
            try:
                return attempt()
            except Overtaken:
                continue
    raise Problem(f"others keep changing '{name}'", do="Try again in a moment")


def _append(workspace: Workspace, table: Table, name: str, asked: Request) -> Appended:
    version = workspace._row(name)
    if isinstance(workspace.origin(name), Step):
        raise Problem(f"'{name}' is made from other tables", do="Add the file to those, and make it again")
    imports = made_of(workspace._state, version)
    if (known := _already(imports, table, asked.origin)) is not None:
        return appended(name, table, known.shown, file_of(table, asked.origin), again=True)
    current = workspace.tables[name]
    shape = shape_of(workspace._state, current)
    mine = Shape.of(table)
    drift = compared(table, mine, shape, asked.renamed)
    _accepted(drift, asked)
    joining = fitted(table, shape, drift.renamed)
    new = _new_import(workspace, joining, shape, imports, asked)
    with _at_hand(workspace, new, joining, asked.dry) as at_hand:
        others = [one for one in imports if one.number != asked.supersedes]
        plan = _planned(workspace, version, [*others, at_hand], current)
    shown = plan.kept[-1].shown
    result = appended(name, joining, shown, shown.file, drift=drift, twice=_twice(shown))
    if asked.dry or (result.nothing and asked.supersedes is None):
        return result
    kept = _made(
        workspace, plan, current, imports, APPENDED, asked.origin, joining, _merged(shape, mine.called(drift.renamed))
    )
    return replace(result, kept=kept)


def _undo(workspace: Workspace, name: str, number: int | None) -> Table | None:
    version = workspace._row(name)
    imports = made_of(workspace._state, version)
    chosen = imports[-1] if number is None else next((one for one in imports if one.number == number), None)
    if chosen is None:
        known = ", ".join(map(str, numbers_of(imports)))
        raise Problem(f"'{name}' has no import {number} now", do=f"Its imports are: {known}")
    left = [one for one in imports if one is not chosen]
    if chosen.supersedes is not None:
        left.append(import_of(workspace._state, name, chosen.supersedes))
        left.sort(key=lambda one: one.number)
    if not left:
        workspace.remove(name)
        return None
    if (before := _as_it_was(workspace, version, left)) is not None:
        return workspace.restore(name, before)
    current = workspace.tables[name]
    plan = _planned(workspace, version, left, current)
    return _made(workspace, plan, current, imports, UNDONE, origin_from_json(left[-1].origin))


def file_of(table: Table, origin: Origin | None) -> str:
    """What the file is called."""
    return origin.file if isinstance(origin, FileOrigin) else table.name or HANDED_OVER


def _already(imports: Iterable[Kept], table: Table, origin: Origin | None) -> Kept | None:
    """The import that is this very file, or holds these very rows."""
    sha = origin.sha256 if isinstance(origin, FileOrigin) else None
    for one in imports:
        # The rows count as well as the bytes: one workbook holds several sheets, and so several tables.
        if one.raw_token == table.raw_token or (sha and one.shown.sha256 == sha and _same_source(one, origin)):
            return one
    return None


def _same_source(one: Kept, origin: Origin | None) -> bool:
    before = json.loads(one.origin)["file"]["read"] if one.origin else {}
    return isinstance(origin, FileOrigin) and before.get("sheet") == origin.read.get("sheet")


def _accepted(drift: Drift, asked: Request) -> None:
    """A `Problem` if somebody should look at the differences first."""
    open_ones = drift.table[drift.table["severity"] != "harmless"]
    if asked.renamed is not None:
        open_ones = open_ones[open_ones["difference"] != "column renamed"]
    if len(open_ones) and not (asked.accept or asked.dry):
        raise Problem(
            drift.headline.rstrip("."),
            where=f"file '{drift.new}'",
            do="Look at cx.drift(new, known), then append with accept=True, or with renamed={new: known}",
        )


def _new_import(workspace: Workspace, table: Table, shape: Shape, imports: Sequence[Kept], asked: Request) -> Kept:
    """Describe the file as an import; nothing is written yet."""
    by = key_of(shape)
    origin = asked.origin
    file = origin if isinstance(origin, FileOrigin) else FileOrigin(file_of(table, origin), "", 0, now())
    shown = Import(
        max(next_number(workspace._state, shape.name), *(number + 1 for number in numbers_of(imports))),
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
    return Kept(
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
def _at_hand(workspace: Workspace, new: Kept, table: Table, dry: bool) -> Iterator[Kept]:
    """The file's rows on the disk, where they can be compared; of a question alone nothing stays there."""
    if not dry:
        keep_file(workspace, new.rows_file, lambda path: write_rows(path, raw_to_arrow(table.raw)))
        yield new
        return
    handle, name = tempfile.mkstemp(prefix="asked.", suffix=UNFINISHED, dir=workspace._store.folder)
    os.close(handle)
    path = Path(name)
    try:
        write_rows(path, raw_to_arrow(table.raw))
        yield replace(new, rows_file=path.name)
    except OSError as error:
        raise disk_problem(error, path.parent) from error
    finally:
        path.unlink(missing_ok=True)


def key_of(shape: Shape) -> str | None:
    """The column of ids by which rows are replaced: the only one of its role, with no id in two rows."""
    ids = [column for column in shape.traits if shape.decisions["roles"].get(column) == "id"]
    return ids[0] if len(ids) == 1 and shape.traits[ids[0]].unique else None


def keep_file(workspace: Workspace, file: str, write: Callable[[Path], int]) -> None:
    """Write a file of rows, unless it is there and whole; that it is begun is noted first, so that a crash leaves
    nothing that would never be swept.
    """
    store = workspace._store
    if store.whole(file):
        return
    store._begin(file)
    try:
        size = write(store.folder / file)
    except OSError as error:
        raise disk_problem(error, store.folder) from error
    with workspace._state.change() as change:
        change.execute("UPDATE files SET bytes = ? WHERE file = ?", (size, file))


def _planned(workspace: Workspace, version: Row, imports: Sequence[Kept], current: Table) -> Plan:
    """What a table of these imports holds."""
    there = {column for one in imports for column in one.columns}
    known = [column for column in own_columns(current) if column in there]
    columns = tuple(dict.fromkeys([*known, *(column for one in imports for column in one.columns)]))
    folder = workspace._store.folder
    for one in imports:
        if not (folder / one.rows_file).exists():
            raise Problem(
                f"the rows of '{one.shown.file}' are gone from the workspace",
                where=f"table '{version['name']}'",
                do="Add the file again",
            )
    parts = [Part(folder / one.rows_file, one.shown.n_rows, one.shown.by, one.no_id, one.repeated) for one in imports]
    masks, joined = survivors(parts, columns)
    kept = [one.after(did) for one, did in zip(imports, joined, strict=True)]
    return Plan(version, kept, masks, columns)


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


def _made(
    workspace: Workspace,
    plan: Plan,
    current: Table,
    before: Sequence[Kept],
    what: str,
    origin: Origin | None,
    joining: Table | None = None,
    shape: Shape | None = None,
) -> Table:
    """Write the rows and make them visible, with everything that is known about them, in one transaction."""
    name = current.name
    folder = workspace._store.folder
    raw_file = f"raw-{plan.raw_token}.parquet"
    paths = [folder / one.rows_file for one in plan.kept]
    keep_file(workspace, raw_file, lambda path: stitch(path, paths, plan.masks, plan.columns))
    table = decided(plan, current, joining, folder / raw_file, before)

    def also(change: Connection, number: int) -> None:
        for one in plan.kept:
            if not workspace._store.is_whole(change, one.rows_file):
                raise Overtaken
        write_imports(change, name, [*before, *plan.kept])
        write_joined(change, name, number, plan.kept)
        if shape is not None:
            write_shape(change, name, shape.decided(table), table.raw_token, plan.kept[-1].shown.file)

    workspace._keep(table, what=what, origin=origin, replace=True, on=plan.version["number"], also=also)
    return workspace.tables[name]


def _as_it_was(workspace: Workspace, version: Row, left: Sequence[Kept]) -> int | None:
    """The earlier version that was made of just these imports, if nothing else was decided since."""
    wanted = numbers_of(left)
    for earlier in reversed(workspace.history(version["name"])):
        if earlier.number >= version["number"]:
            continue
        row = workspace._version_row(version["name"], earlier.number)
        mine = made_of(workspace._state, row)
        if numbers_of(mine) == wanted or (len(mine) == len(left) == 1 and mine[0].raw_token == left[0].raw_token):
            return earlier.number if _decided_alike(row, version) else None
    return None


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
