"""How a notebook gets its tables: from the workspace, or made again by the step they were made by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from cxanalysis.steps.call import Makes
from cxanalysis.steps.python_source import WIDTH, literal
from cxanalysis.steps.step import Step
from cxanalysis.tables.table import Table
from cxanalysis.workspace.file_origin import FileOrigin
from cxanalysis.workspace.imports import Import
from cxanalysis.workspace.kept_tables import Version
from cxanalysis.workspace.versions import DECISIONS
from cxanalysis.workspace.workspace import Workspace

#: So many of the files that a table is made of are named in a notebook.
MOST_FILES_NAMED: Final = 12


@dataclass(slots=True)
class Loading:
    """The lines that make the tables of some steps, in an order in which they run.

    Attributes
    ----------
    workspace : Workspace or None
        Where the tables are; None if nothing is known about them but their names.
    lines : list of str
        Python sources, one a table.
    names : list of str
        The tables, in the order of `lines`.
    """

    workspace: Workspace | None
    lines: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def need(self, names: Iterable[str]) -> None:
        """Add what is needed for these tables, their own sources first."""
        for name in names:
            self._need(name, ())

    def _need(self, name: str, open_names: tuple[str, ...]) -> None:
        if name in self.names:
            return
        line = f"{name} = workspace.tables[{name!r}]"
        if self.workspace is not None:
            table, origin = self.workspace.tables[name], self.workspace.origin(name)
            files = self.workspace.imports(name)
            if len(files) > 1:
                line = f"{line}\n{_commented(_made_of(name, files))}"
            elif isinstance(origin, FileOrigin):
                line = f"{line}\n{_otherwise(name, table, origin)}"
            elif isinstance(origin, Step):
                if self._can_be_made_again(name, origin, open_names):
                    for source in origin.tables:
                        self._need(source, (*open_names, name))
                    line = self._made_again(name, table, origin)
                else:
                    line = f"{line}\n{_commented(f'made by: {origin.code(width=WIDTH - 11)}')}"
        self.lines.append(line)
        self.names.append(name)

    def _can_be_made_again(self, name: str, step: Step, open_names: tuple[str, ...]) -> bool:
        """Not if a source is gone, or if the table took the place of its own source."""
        assert self.workspace is not None
        return all(source in self.workspace.tables and source not in (*open_names, name) for source in step.tables)

    def _made_again(self, name: str, table: Table, step: Step) -> str:
        """The call that makes the table, and what was decided about it afterwards."""
        assert self.workspace is not None
        table_in_it = "" if step.registered.makes is Makes.TABLE else f".{step.registered.table_in}"
        line = f"{name} = {step.code(width=WIDTH - len(name) - 9)}{table_in_it}"
        first = self.workspace.version(name, _made(self.workspace.history(name)).number)
        changed = _decided_since(first, table)
        return f"{line}\n{name} = {name}.with_({changed})" if changed else line


def _made(history: Sequence[Version]) -> Version:
    """The version that the one in use began as, before decisions about it were changed."""
    made = history[0]
    for version in history:
        if version.what != DECISIONS:
            made = version
        if version.in_use:
            break
    return made


def _decided_since(first: Table, table: Table) -> str:
    """Arguments of `Table.with_` that lead from the first decisions to the present ones; "" if they are the same."""
    words = []
    if table.kind != first.kind:
        words.append(f"kind={table.kind!r}")
    roles = {column: role for column, role in table.roles.items() if first.roles.get(column) != role}
    if roles:
        words.append(f"roles={roles!r}")
    names = [*first.scales, *(column for column in table.scales if column not in first.scales)]
    scales = [column for column in names if first.scales.get(column) != table.scales.get(column)]
    if scales:
        items = (f"{column!r}: {_of_cx(table.scales.get(column))}" for column in scales)
        words.append(f"scales={{{', '.join(items)}}}")
    if table.codes != first.codes:
        words.append(f"codes=[{', '.join(map(_of_cx, table.codes))}]")
    if table.formats != first.formats:
        words.append(f"formats={table.formats!r}")
    return ", ".join(words)


def _of_cx(value: Any) -> str:
    """A Scale or MissingCode as Python; both print as a call of their own name."""
    return "None" if value is None else f"cx.{value!r}"


def _otherwise(name: str, table: Table, origin: FileOrigin) -> str:
    """For those without the workspace: how to read the file instead."""
    roles = {column: role for column, role in table.roles.items() if role != "ignore"}
    reading = origin.code(width=WIDTH - len(name) - 5, name=name, kind=table.kind, roles=roles)
    return _commented(f"{name} = {reading}")


def _made_of(name: str, files: Sequence[Import]) -> str:
    """For those without the workspace: no single file holds these rows."""
    named = ", ".join(repr(one.file) for one in files[:MOST_FILES_NAMED])
    more = f" and {len(files) - MOST_FILES_NAMED} more" if len(files) > MOST_FILES_NAMED else ""
    return f"{name} is made of {len(files)} files, in this order: {named}{more}"


def _commented(source: str) -> str:
    return "\n".join(f"# {line}" for line in source.splitlines())


def workspace_line(workspace: Workspace | None) -> str:
    """The line that opens the workspace, from the user's home where it lies there: no name of a machine or person."""
    if workspace is None:
        return "workspace = cx.Workspace()"
    try:
        path = f"~/{workspace.path.relative_to(Path.home()).as_posix()}"
    except ValueError:
        path = workspace.path.as_posix()
    return f"workspace = cx.Workspace({path!r})"


def check_lines(workspace: Workspace, names: Iterable[str]) -> str:
    """Lines that say in one sentence whether the tables are those the notebook was made from."""
    tokens = workspace.tokens
    made_from = {name: tokens[name] for name in names}
    now = ", ".join(f"{name!r}: {name}.token" for name in made_from)
    return "\n".join(
        [
            f"made_from = {literal(made_from, width=60)}",
            f"now = {{{now}}}",
            "changed = [name for name in made_from if now[name] != made_from[name]]",
            "print(",
            "    f\"Changed since this notebook was made, so numbers may differ: {', '.join(changed)}.\"",
            "    if changed",
            '    else "The tables are those this notebook was made from."',
            ")",
        ]
    )
