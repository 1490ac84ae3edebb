"""The table that several imports make up: their rows, under the decisions of the table they joined."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from sqlite3 import Row
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from cxanalysis.columns.missing_code import MissingCode
from cxanalysis.drift.fitted import recounted
from cxanalysis.tables.table import Table
from cxanalysis.workspace.as_read import places_of
from cxanalysis.workspace.imports import Kept, line_of
from cxanalysis.workspace.rows_on_disk import raw_from_arrow, read_raw
from cxanalysis.workspace.survivors import Mask


@dataclass(frozen=True, slots=True)
class Plan:
    """What would become of the table.

    Attributes
    ----------
    version : Row
        The version it is planned on.
    kept : list of Kept
        The imports the table would be made of, as they would stand.
    masks : list of array of bool
        Rows of each that would be in the table.
    columns : tuple of str
    """

    version: Row
    kept: list[Kept]
    masks: list[Mask]
    columns: tuple[str, ...]

    @property
    def raw_token(self) -> str:
        """Hash that says which rows these are; a single import as it came has its own."""
        if len(self.kept) == 1 and self.masks[0].all():
            return self.kept[0].raw_token
        parts = [[one.raw_token, one.shown.by, one.no_id, one.repeated] for one in self.kept]
        return sha256(json.dumps(["imports", self.columns, parts]).encode()).hexdigest()


def decided(plan: Plan, current: Table, joining: Table | None, path: Path, before: Sequence[Kept]) -> Table:
    """The table of these rows under the decisions of the current one, and those of columns that are new."""
    decisions, described = current.decisions(), current.described()
    if joining is not None:
        theirs, said = joining.decisions(), joining.described()
        for part in ("roles", "scales", "formats"):
            fresh = {c: value for c, value in theirs[part].items() if c not in decisions["roles"]}
            decisions[part] = {**decisions[part], **fresh}
        decisions["choices"] = [*decisions.get("choices", ()), *_fresh(decisions, theirs)]
        described["labels"] = {**said["labels"], **described["labels"]}
        described["reasons"] = {**said["reasons"], **described["reasons"]}
    choices = [
        [question, one]
        for question, one in decisions.get("choices", ())
        if (question in plan.columns if one["separator"] is not None else set(one["columns"]) <= set(plan.columns))
    ]
    made = [c for _, one in choices if one["separator"] is not None for c in one["columns"]]
    there = {*plan.columns, *made}
    for part in ("roles", "scales", "formats"):
        decisions[part] = {c: value for c, value in decisions[part].items() if c in there}
    decisions["choices"] = choices
    described["reasons"] = {c: why for c, why in described["reasons"].items() if c in there}
    if len(plan.kept) > 1 or not plan.masks[0].all():
        described["records"] = []  # their places are those of one file as it came
    codes = _codes(current, joining)
    decisions["codes"] = _counted(codes, path, decisions["roles"])
    old = {line_of(one.shown) for one in before}
    notes = [note for note in current.notes if note not in old]
    return Table.restored(
        partial(read_raw, path, current.name),
        name=current.name,
        decisions=decisions,
        described=described,
        notes=[*notes, *(line_of(one.shown) for one in plan.kept[1:])],
        columns=plan.columns,
        n_rows=int(sum(mask.sum() for mask in plan.masks)),
        raw_token=plan.raw_token,
    )


def _fresh(decisions: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[Any]:
    known = {question for question, _ in decisions.get("choices", ())}
    return [[question, one] for question, one in theirs.get("choices", ()) if question not in known]


def _codes(current: Table, joining: Table | None) -> list[MissingCode]:
    if joining is None:
        return list(current.codes)
    known = {(code.column, str(code.code)) for code in current.codes}
    return [*current.codes, *(code for code in joining.codes if (code.column, str(code.code)) not in known)]


def _counted(codes: Sequence[MissingCode], path: Path, roles: Mapping[str, str]) -> list[list[Any]]:
    """Codes with how often each now appears, one column at a time."""
    places = places_of(pq.read_schema(path))
    counted: list[MissingCode] = []
    for column in dict.fromkeys(code.column for code in codes):
        of_column = [code for code in codes if code.column == column]
        if column not in places:
            continue
        values: pd.DataFrame = raw_from_arrow(pq.read_table(path, columns=[places[column]]))
        counted += recounted(of_column, values, roles, len(values))
    place = {(code.column, str(code.code)): at for at, code in enumerate(codes)}
    counted.sort(key=lambda code: place[code.column, str(code.code)])
    return [[c.column, c.code, c.count, c.reason, c.applied] for c in counted]
