"""Read the list of metrics that an organisation keeps in a spreadsheet, however it looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from cxanalysis.basis import Basis, SourceTable
from cxanalysis.catalogue.entry import BRANCHES, ELEMENTS, Entry
from cxanalysis.catalogue.inventory.inventory_cells import Cells, filled_in, is_empty, sheets_of
from cxanalysis.catalogue.inventory.inventory_header import Heading, find_heading
from cxanalysis.catalogue.inventory.inventory_result import Inventory
from cxanalysis.catalogue.inventory.inventory_words import (
    HEADINGS,
    days_between_reviews,
    days_of,
    said,
    writes_day_first,
)
from cxanalysis.catalogue.placing import placed
from cxanalysis.columns.cell_text import plain
from cxanalysis.files.source_file import as_source
from cxanalysis.problem import Problem

#: Fields whose cells are more than words.
_READ: Final = frozenset({"reviewed", "review_every_days", "branch", "element"})
#: So many rows are named in a note.
_NAMED: Final = 5


@dataclass(slots=True)
class _Rows:
    """The rows of a list, sorted by what they are; `numbers` count as the spreadsheet does, from 1."""

    cells: Cells = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    departments: list[str] = field(default_factory=list)
    left_out: list[tuple[int, str]] = field(default_factory=list)


def inventory(source: Any, *, sheet: str | None = None, columns: Mapping[str, str | None] | None = None) -> Inventory:
    """The metrics listed in a spreadsheet, with a table that says how each column was understood.

    Titles above the headings, headings in two rows, merged cells, blank rows, section titles, dates written in several
    ways and cells such as "N/A" are expected. Headings are recognised in English, Spanish and German.

    Parameters
    ----------
    source : path, bytes or open file
        Excel, OpenDocument or CSV.
    sheet : str, optional
        Default: the one whose headings are recognised best.
    columns : mapping of str → str or None, optional
        Heading → field of `cx.Entry`, where it was understood wrongly; None leaves a column out.

    Returns
    -------
    Inventory
        Hand it to `workspace.catalogue.take`.

    Raises
    ------
    Problem
        If no sheet holds such a list, or `columns` names what is not there.

    Examples
    --------
    >>> sheet = b"Our numbers,,\\n,,\\nKPI,Who answers for it?,Last review\\nNPS,Sales,13/02/2025\\nCSAT,N/A,Q1 2025\\n"
    >>> [(entry.name, entry.owner, entry.reviewed) for entry in inventory(sheet).entries]
    [('NPS', 'Sales', '2025-02-13'), ('CSAT', '', '2025-03-31')]
    """
    file = as_source(source)
    name, heading = find_heading(found := sheets_of(file, sheet), file.name)
    fields = _chosen(heading, columns or {}, file.name)
    rows = _sorted_rows(found[name], heading, fields)
    values, notes = _values(rows, fields, heading)
    entries = tuple(placed(Entry(**row)) for row in values)
    if not entries:
        raise Problem("there is no metric below the headings", where=f"{file.name}, sheet '{name}'", do="Fill it first")
    departments = [*(entry.department for entry in entries if entry.department), *rows.departments]
    return Inventory(
        entries=entries,
        columns=_understood(found[name], heading, fields, rows),
        departments=tuple(dict.fromkeys(departments)),
        sheet=name,
        source=file.name,
        basis=Basis((SourceTable(f"{file.name}, sheet {name}"),), n=len(entries), counts="metric"),
        notes=(*_about(heading, found, name, rows), *notes),
    )


def _chosen(heading: Heading, columns: Mapping[str, str | None], where: str) -> dict[int, tuple[str, float]]:
    """Fields by column, the caller's word before what was recognised."""
    fields = dict(heading.fields)
    for name, wanted in columns.items():
        if name not in heading.names:
            raise Problem(f"there is no column '{name}'", where=where, do=f"There are: {', '.join(heading.names)}")
        if wanted is not None and wanted not in HEADINGS:
            raise Problem(f"a metric has no field '{wanted}'", where=where, do=f"Use one of: {', '.join(HEADINGS)}")
        place = heading.names.index(name)
        fields.pop(place, None)
        if wanted is not None:
            fields = {column: told for column, told in fields.items() if told[0] != wanted}
            fields[place] = (wanted, 1.0)
    if "name" not in {told for told, _ in fields.values()}:
        raise Problem("no column holds the metrics' names", where=where, do='Name it with columns={"…": "name"}')
    return fields


def _sorted_rows(cells: Cells, heading: Heading, fields: Mapping[int, tuple[str, float]]) -> _Rows:
    """Tell rows with a metric from section titles, repeated headings, footnotes and departments without one."""
    at = {told: column for column, (told, _) in fields.items()}
    out, section = _Rows(), ""
    width = len(heading.names)
    head = [plain(name) for name in heading.names]
    rows = [(place, row) for place, row in enumerate(cells[heading.row :], heading.row) if filled_in(row)]
    for position, (place, row) in enumerate(rows):
        padded = [*row, *[None] * (width - len(row))][:width]
        name = said(padded[at["name"]])
        department = said(padded[at["department"]]) if "department" in at else ""
        if sum(plain(str(cell)) == word for cell, word in zip(padded, head, strict=True) if word) >= 3:
            out.left_out.append((place + 1, "a heading again"))
        elif filled_in(row) == 1:
            alone = next(str(cell) for cell in row if not is_empty(cell))
            followed = position + 1 < len(rows) and filled_in(rows[position + 1][1]) > 1
            if followed and said(alone):
                section = " ".join(alone.split())
            else:
                out.left_out.append((place + 1, f"a line of its own: “{alone.strip()[:40]}”"))
        elif not name and (department or section):
            out.departments.append(department or section)
            out.left_out.append((place + 1, f"no metric named for {department or section}"))
        elif not name:
            out.left_out.append((place + 1, "no metric named"))
        else:
            out.cells.append(padded)
            out.numbers.append(place + 1)
            out.sections.append(section)
    return out


def _values(
    rows: _Rows, fields: Mapping[int, tuple[str, float]], heading: Heading
) -> tuple[list[dict[str, Any]], list[str]]:
    """Arguments of each entry, and what could not be read."""
    at = {told: column for column, (told, _) in fields.items()}
    values: list[dict[str, Any]] = [
        {told: said(row[column]) for told, column in at.items() if told not in _READ} for row in rows.cells
    ]
    notes: list[str] = []
    for row, section in zip(values, rows.sections, strict=True):
        if section and not row.get("department"):
            row["department"] = section
    if "reviewed" in at:
        days, wrong, assumed = days_of([row[at["reviewed"]] for row in rows.cells], writes_day_first(heading.names))
        for row, day in zip(values, days, strict=True):
            row["reviewed"] = day
        notes += assumed
        notes += _unread("a date of review", [rows.numbers[place] for place in wrong])
    readers = {"review_every_days": days_between_reviews, "branch": _branch, "element": _element}
    for told, read in readers.items():
        if told in at:
            texts = [said(row[at[told]]) for row in rows.cells]
            for row, text in zip(values, texts, strict=True):
                row[told] = read(text) if text else None
            wrong = [n for n, row, text in zip(rows.numbers, values, texts, strict=True) if text and row[told] is None]
            notes += _unread({"review_every_days": "how often it is reviewed"}.get(told, told), wrong)
    return values, notes


def _branch(text: str) -> str | None:
    return next((branch for branch in BRANCHES if branch in plain(text)), None)


def _element(text: str) -> str | None:
    return next((element for element in ELEMENTS if element.rstrip("s") in plain(text)), None)


def _unread(what: str, rows: Sequence[int]) -> list[str]:
    if not rows:
        return []
    named = ", ".join(str(row) for row in rows[:_NAMED]) + (" …" if len(rows) > _NAMED else "")
    return [f"Not understood as {what}, and left empty: row{'s' if len(rows) > 1 else ''} {named}."]


def _understood(cells: Cells, heading: Heading, fields: Mapping[int, tuple[str, float]], rows: _Rows) -> pd.DataFrame:
    """The table that a person confirms."""
    out = []
    for place, name in enumerate(heading.names):
        texts = [text for row in rows.cells if (text := said(row[place]))]
        told, sure = fields.get(place, (None, 0.0))
        if texts or told:
            example = texts[0] if texts else ""
            out.append({"column": name, "field": told, "sure": sure, "filled": len(texts), "example": example[:80]})
    return pd.DataFrame(out, columns=["column", "field", "sure", "filled", "example"])


def _about(heading: Heading, sheets: Mapping[str, Cells], name: str, rows: _Rows) -> list[str]:
    notes = []
    if len(sheets) > 1:
        others = ", ".join(f"'{other}'" for other in sheets if other != name)
        notes.append(f"Read from the sheet '{name}'; not looked at: {others}.")
    if heading.titles:
        notes.append(f"{heading.titles} row{'s' if heading.titles > 1 else ''} above the headings left out.")
    notes += [f"Row {row} left out: {why}." for row, why in rows.left_out]
    if any(rows.sections):
        found = ", ".join(dict.fromkeys(section for section in rows.sections if section))
        notes.append(f"Lines of their own above several rows are read as departments: {found}.")
    notes.append("Branch, element and good end are proposed from each metric's words.")
    return notes
