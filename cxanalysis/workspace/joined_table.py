"""The table that several imports make up: their rows, under the decisions of the table they joined."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from sqlite3 import Row

import pandas as pd
import pyarrow.parquet as pq

from cxanalysis.columns.missing_code import MissingCode
from cxanalysis.columns.multiple_choice import made_columns
from cxanalysis.drift.fitted import recounted
from cxanalysis.tables.decisions import Decisions
from cxanalysis.tables.table import Table
from cxanalysis.workspace.imports import KeptImport, line_of
from cxanalysis.workspace.rows.as_read import places_of
from cxanalysis.workspace.rows.rows_on_disk import raw_from_arrow, read_raw
from cxanalysis.workspace.rows.survivors import Mask


@dataclass(frozen=True, slots=True)
class JoinPlan:
    """What would become of the table.

    Attributes
    ----------
    version : Row
        The version it is planned on.
    kept : list of KeptImport
        The imports the table would be made of, as they would stand.
    masks : list of array of bool
        Rows of each that would be in the table.
    columns : tuple of str
    """

    version: Row
    kept: list[KeptImport]
    masks: list[Mask]
    columns: tuple[str, ...]

    @property
    def raw_token(self) -> str:
        """Hash that says which rows these are; a single import as it came has its own."""
        if len(self.kept) == 1 and self.masks[0].all():
            return self.kept[0].raw_token
        parts = [[one.raw_token, one.shown.by, one.no_id, one.repeated] for one in self.kept]
        return sha256(json.dumps(["imports", self.columns, parts]).encode()).hexdigest()


def decided(plan: JoinPlan, current: Table, joining: Table | None, path: Path, before: Sequence[KeptImport]) -> Table:
    """The table of these rows under the decisions of the current one, and those of columns that are new."""
    decisions = current.decisions if joining is None else _and_new_columns(current.decisions, joining.decisions)
    read = set(plan.columns)
    choices = {
        question: one
        for question, one in decisions.choices.items()
        if (question in read if one.separator is not None else set(one.columns) <= read)
    }
    there = {*read, *made_columns(choices)}
    old = {line_of(one.shown) for one in before}
    decisions = replace(
        decisions,
        roles={column: role for column, role in decisions.roles.items() if column in there},
        scales={column: scale for column, scale in decisions.scales.items() if column in there},
        formats={column: written for column, written in decisions.formats.items() if column in there},
        reasons={column: why for column, why in decisions.reasons.items() if column in there},
        choices=choices,
        # Their places are those of one file as it came.
        records=() if len(plan.kept) > 1 or not plan.masks[0].all() else decisions.records,
        codes=tuple(_counted(_codes(current, joining), path, decisions.roles)),
        notes=(
            *(note for note in current.notes if note not in old),
            *(line_of(one.shown) for one in plan.kept[1:]),
        ),
    )
    return current.replace(
        raw=partial(read_raw, path, current.name),
        decisions=decisions,
        columns=plan.columns,
        n_rows=int(sum(mask.sum() for mask in plan.masks)),
        raw_token=plan.raw_token,
    )


def _and_new_columns(decisions: Decisions, theirs: Decisions) -> Decisions:
    """The decisions, and those that another file brings about columns and questions that are not known yet."""
    known = decisions.roles
    return replace(
        decisions,
        roles={**known, **{column: role for column, role in theirs.roles.items() if column not in known}},
        scales=decisions.scales | {column: one for column, one in theirs.scales.items() if column not in known},
        formats=decisions.formats | {column: one for column, one in theirs.formats.items() if column not in known},
        choices=decisions.choices | {q: one for q, one in theirs.choices.items() if q not in decisions.choices},
        labels={**theirs.labels, **decisions.labels},
        reasons={**theirs.reasons, **decisions.reasons},
    )


def _codes(current: Table, joining: Table | None) -> list[MissingCode]:
    if joining is None:
        return list(current.codes)
    known = {(code.column, str(code.code)) for code in current.codes}
    return [*current.codes, *(code for code in joining.codes if (code.column, str(code.code)) not in known)]


def _counted(codes: Sequence[MissingCode], path: Path, roles: Mapping[str, str]) -> list[MissingCode]:
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
    return counted
