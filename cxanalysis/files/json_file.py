"""JSON: a list of records, one record a line, or columns; what lies one level deeper gets a dotted name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from cxanalysis.columns.typed_cells import typed_column
from cxanalysis.files.header import unique_names
from cxanalysis.files.reading import MOST_COLUMNS, Reading, checked
from cxanalysis.files.source_file import SourceFile
from cxanalysis.files.text.encoding import text_encoding
from cxanalysis.problem import Problem

#: If more of the lines than this are no records, the file is no JSON lines.
_MOST_UNFIT: Final = 0.3
#: Between several answers in one cell.
_BETWEEN: Final = "; "

Record = Mapping[str, Any]


def read_json(source: SourceFile) -> Reading:
    """Read JSON records or JSON lines.

    Raises
    ------
    Problem
        If the text is no JSON, or holds no list of records.
    """
    encoding = text_encoding(source)
    with source.open() as stream:
        text = stream.read().decode(encoding.name, errors="replace").lstrip("\ufeff")
    notes = [encoding.note] if encoding.note else []
    try:
        records, found = _records(text, source)
    except RecursionError as error:
        raise Problem("its values lie too deep in one another", where=source.name, do="Export a flat table") from error
    flat, said = _flattened(records)
    keys: dict[str, None] = {}
    for record in flat:
        keys.update(dict.fromkeys(record))
        if len(keys) > MOST_COLUMNS:
            break
    unique = unique_names(list(keys))
    names = unique.names
    if len(names) > MOST_COLUMNS:
        return checked(Reading(source.stem, pd.DataFrame(columns=list(names))), source.name)
    columns = {name: typed_column([record.get(key) for record in flat]) for name, key in zip(names, keys, strict=True)}
    all_notes = (*notes, *found, *said, *unique.notes)
    reading = Reading(source.stem, pd.DataFrame(columns), {}, all_notes, nameless=unique.nameless)
    return checked(reading, source.name)


def _records(text: str, source: SourceFile) -> tuple[list[Record], list[str]]:
    try:
        whole = json.loads(text)
    except ValueError as error:
        return _lines(text, source, error)
    records, notes = _rows_in(whole)
    if records is None:
        raise Problem(
            "this JSON file holds no list of records",
            where=source.name,
            do='Export one record a row: [{"score": 9, "late": "no"}, …]',
        )
    return records, notes


def _rows_in(whole: Any) -> tuple[list[Record] | None, list[str]]:
    if isinstance(whole, list):
        records: list[Record] = [one for one in whole if isinstance(one, dict)]
        if len(records) < (1 - _MOST_UNFIT) * len(whole):
            return None, []
        left = len(whole) - len(records)
        return records, [f"{left:,} entries that are no records left out."] if left else []
    if not isinstance(whole, dict) or not whole:
        return None, []
    parts = list(whole.values())
    lists = {key: part for key, part in whole.items() if isinstance(part, list) and part and isinstance(part[0], dict)}
    if len(lists) == 1:
        key, part = next(iter(lists.items()))
        inner, notes = _rows_in(part)
        beside = len(whole) - 1
        more = f"; {beside} other entries beside it left out" if beside else ""
        return inner, [f"The records stand under '{key}'{more}.", *notes]
    if all(isinstance(part, list) for part in parts) and len({len(part) for part in parts}) == 1:
        listed: list[Record] = [dict(zip(whole, row, strict=True)) for row in zip(*parts, strict=True)]
        return listed, ["The file lists columns."]
    if all(isinstance(part, dict) for part in parts) and all(part.keys() == parts[0].keys() for part in parts):
        rows: list[Record] = [{name: column[row] for name, column in whole.items()} for row in parts[0]]
        return rows, ["The file lists columns."]
    return [whole], []


def _lines(text: str, source: SourceFile, error: ValueError) -> tuple[list[Record], list[str]]:
    records: list[Record] = []
    unfit: list[int] = []
    lines = 0
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        lines += 1
        try:
            record = json.loads(line)
        except ValueError:
            record = None
        if isinstance(record, dict):
            records.append(record)
        else:
            unfit.append(number)
    if not records or len(unfit) > _MOST_UNFIT * lines:
        place = getattr(error, "lineno", 1)
        raise Problem(
            f"the JSON file is damaged or was cut off (line {place:,})", where=source.name, do="Export it again"
        ) from error
    if not unfit:
        return records, []
    shown = ", ".join(f"{number}" for number in unfit[:10]) + (" …" if len(unfit) > 10 else "")
    are = "lines are no records" if len(unfit) > 1 else "line is no record"
    return records, [f"{len(unfit):,} {are}: left out (line {shown})."]


def _flattened(records: list[Record]) -> tuple[list[dict[str, Any]], list[str]]:
    """Records of single values; and notes on what was unfolded, joined or kept as JSON."""
    unfolded: dict[str, None] = {}
    joined: dict[str, None] = {}
    kept: dict[str, None] = {}
    flat = []
    for record in records:
        row: dict[str, Any] = {}
        for key, value in record.items():
            parts = {key: value}
            if isinstance(value, dict):
                unfolded[key] = None
                parts = {f"{key}.{inner}": part for inner, part in value.items()}
            for name, part in parts.items():
                if isinstance(part, list) and not any(isinstance(one, (list, dict)) for one in part):
                    joined[name] = None
                    row[name] = _BETWEEN.join(str(one) for one in part if one is not None)
                elif isinstance(part, (list, dict)):
                    kept[name] = None
                    row[name] = json.dumps(part, ensure_ascii=False)
                else:
                    row[name] = part
        flat.append(row)
    notes = []
    if unfolded:
        notes.append(f"{_named(unfolded)}: what lies inside has become columns with dotted names.")
    if joined:
        notes.append(f"{_named(joined)}: lists are written as one text, with '{_BETWEEN}' between.")
    if kept:
        notes.append(f"{_named(kept)}: what lies deeper is kept as JSON text.")
    return flat, notes


def _named(columns: Mapping[str, None]) -> str:
    return ", ".join(f"'{name}'" for name in list(columns)[:5]) + (" …" if len(columns) > 5 else "")
