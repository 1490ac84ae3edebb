"""A new file read as a known table reads its own: its columns called the same, under the same decisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

import pandas as pd

from cxanalysis.columns.cell_text import cell_text
from cxanalysis.columns.missing_code import MissingCode
from cxanalysis.columns.multiple_choice import Choices, made_columns
from cxanalysis.columns.number_format import parse_numbers, read_number
from cxanalysis.columns.resolve import NUMERIC, TEMPORAL, resolve_column
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.drift.shape import Shape, text_counts
from cxanalysis.drift.value_differences import same_format, written_now
from cxanalysis.tables.decisions import Decisions
from cxanalysis.tables.table import Table

#: A decision taken over is as sure as one taken by hand: that is where it comes from.
_SURE: Final = 1.0


def fitted(new: Table, shape: Shape, renamed: Mapping[str, str] | None = None) -> Table:
    """The new table under the decisions of a known one.

    Columns that the known table does not have stay as they were recognised. Numbers and dates that are written
    another way (decimal comma, month first) are written the known way, so that each stays the same number or day.

    Parameters
    ----------
    new : Table
    shape : Shape
        What is known of the table.
    renamed : mapping of new column → known column, optional
    """
    renamed = dict(renamed or {})
    decisions = shape.decisions
    raw = _written_the_known_way(new, shape, renamed)
    called = {column: renamed.get(column, column) for column in new.columns}
    columns = [str(column) for column in raw.columns]
    choices = _choices(new, shape, columns)
    present = {*columns, *made_columns(choices)}
    roles = {called[c]: role for c, role in new.roles.items()} | decisions["roles"]
    scales = {called[c]: scale for c, scale in new.scales.items()}
    known = {c: decisions["scales"].get(c) for c in shape.decisions["roles"]}
    scales = {c: s for c, s in scales.items() if c not in known}
    scales |= {c: Scale.from_json(s) for c, s in known.items() if s is not None}
    formats = {called[c]: f for c, f in new.formats.items() if called[c] not in shape.traits} | decisions["formats"]
    reasons = {called[c]: why for c, why in new.reasons.items()}
    reasons |= dict.fromkeys(decisions["roles"], (_SURE, f"as in '{shape.name}'"))
    decided = Decisions(
        kind=decisions["kind"] or new.kind,
        roles={c: r for c, r in roles.items() if c in present},
        scales={c: s for c, s in scales.items() if c in present},
        notes=(*new.notes, *_notes(shape, renamed)),
        formats={c: f for c, f in formats.items() if c in present},
        labels={called.get(c, c): text for c, text in new.labels.items()},
        reasons={c: why for c, why in reasons.items() if c in present},
        kind_reason=(_SURE, f"as '{shape.name}'"),
        choices=choices,
    )
    table = new.replace(raw=raw, decisions=decided)
    codes = recounted(_codes(new, shape, called), table.raw, table.roles, new.n_rows)
    return table.replace(decisions=replace(table.decisions, codes=tuple(codes)))


def _notes(shape: Shape, renamed: Mapping[str, str]) -> list[str]:
    notes = [f"Read under the decisions of '{shape.name}'."]
    return [*notes, *(f"'{came}' is read as '{gone}'." for came, gone in renamed.items())]


def _written_the_known_way(new: Table, shape: Shape, renamed: Mapping[str, str]) -> pd.DataFrame:
    raw = new.raw
    changed: dict[str, pd.Series] = {}
    for column in map(str, raw.columns):
        known = renamed.get(column, column)
        if known in shape.traits:
            rewritten = _rewritten(new, column, shape, known)
            if rewritten is not None:
                changed[column] = rewritten
    return raw.assign(**changed).rename(columns=dict(renamed)) if changed or renamed else raw


def _rewritten(new: Table, column: str, shape: Shape, known: str) -> pd.Series | None:
    """The column in the known table's way of writing; None if it can stay as it is."""
    role, before = shape.decisions["roles"].get(known, "ignore"), shape.decisions["formats"].get(known)
    values = new.raw[column]
    if pd.api.types.is_numeric_dtype(values):
        if role in NUMERIC and before == "decimal comma" and not pd.api.types.is_bool_dtype(values):
            return cell_text(values).str.replace(".", ",", regex=False)  # "1.234" would be read as 1,234
        return None
    if role not in NUMERIC | TEMPORAL or pd.api.types.is_datetime64_any_dtype(values):
        return None
    now = written_now(new, column, role, text_counts(values), shape.traits[known])
    if same_format(role, before, now):
        return None
    texts = cell_text(values)
    moments = resolve_column(texts, role, None, (), now)
    if role in NUMERIC:
        point = moments.map(lambda number: f"{number:.15g}", na_action="ignore").astype("str")
        known_way = point.str.replace(".", ",", regex=False) if before == "decimal comma" else point
    else:
        whole = moments.dropna().dt.normalize().eq(moments.dropna()).all()
        known_way = moments.dt.strftime("%Y-%m-%d" if whole else "%Y-%m-%d %H:%M:%S")
    return known_way.where(moments.notna(), texts)


def _choices(new: Table, shape: Shape, columns: Iterable[str]) -> dict[str, Choices]:
    """Questions with several answers: the known ones that the file has all columns of, and its own further ones."""
    there = set(columns)
    known = {question: Choices.from_json(one) for question, one in shape.decisions.get("choices", ())}
    kept = {
        question: one
        for question, one in known.items()
        if (question in there if one.separator is not None else set(one.columns) <= there)
    }
    own = {q: one for q, one in new.choices.items() if q not in shape.traits and q not in known and q in there}
    return kept | own


def _codes(new: Table, shape: Shape, called: Mapping[str, str]) -> list[MissingCode]:
    """Codes of the known table, then those that only the new file has."""
    codes = [MissingCode(*code) for code in shape.decisions["codes"]]
    known = {(code.column, _text(code.code)) for code in codes}
    for code in new.codes:
        column = called.get(code.column, code.column)
        ignored = shape.decisions["roles"].get(column) == "ignore"
        if not ignored and (column, _text(code.code)) not in known:
            codes.append(replace(code, column=column))
    return codes


def _text(code: object) -> str:
    return str(cell_text(pd.Series([code], dtype=object)).iloc[0])


def recounted(
    codes: Iterable[MissingCode], rows: Mapping[str, pd.Series] | pd.DataFrame, roles: Mapping[str, str], n: int
) -> list[MissingCode]:
    """The codes that appear in these rows, with how often.

    Examples
    --------
    >>> codes = [MissingCode("csat", "99", 7, "too high"), MissingCode("csat", "98", 1, "too high")]
    >>> [code.count for code in recounted(codes, {"csat": pd.Series(["99", "99.0", "5"])}, {"csat": "csat"}, 3)]
    [2]
    """
    counts: dict[str, pd.Series] = {}
    kept = []
    for code in codes:
        if n == 0 or code.column not in rows:
            continue
        if code.column not in counts:
            counts[code.column] = text_counts(rows[code.column])
        found = _times(counts[code.column], code.code, roles.get(code.column, "ignore"))
        if found:
            kept.append(replace(code, count=found))
    return kept


def _times(counts: pd.Series, code: str | float, role: str) -> int:
    same = counts.index == _text(code)
    number = read_number(_text(code))
    if role in NUMERIC and number == number:
        same = same | (parse_numbers(pd.Series(counts.index, dtype="str")) == number).to_numpy()
    return int(counts[same].sum())
