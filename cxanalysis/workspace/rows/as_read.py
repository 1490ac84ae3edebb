"""Columns as read, in a file that may hold them as analysed too.

Most texts are analysed as they were read. So the rows of a text file lie in one Parquet file: every column as analysed
under its own name, where any reader finds it, and beside it, under another name, the columns that were written
differently. What the file says about its columns (`FORMS`) names the place of each column as read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import pyarrow as pa

from cxanalysis.columns.text_rows import TextRows

#: Where a file says what Parquet cannot: types of columns that had to be stored as others, places of those as read.
FORMS: Final = b"cxanalysis"
#: What it says of a column of text.
TEXT_FORM: Final[Mapping[str, str]] = {"type": "str"}
#: Where it names the column that holds this one as it was read.
_PLACE: Final = "in"


def together(rows: TextRows, analysed: pa.Table) -> pa.Table:
    """Rows as analysed and, where they differ, as read; a column that is the same twice is there once."""
    columns = {name: analysed.column(name) for name in analysed.column_names}
    taken = {name.casefold() for name in (*columns, *rows.columns)}
    forms: dict[str, dict[str, str]] = {}
    for name, as_read in zip(rows.columns, rows.table().columns, strict=True):
        place = name
        if not _same(as_read, columns[name]):
            place = f"{name} (as read)"
            while place.casefold() in taken:
                place += "_"
            taken.add(place.casefold())
            columns[place] = as_read
        forms[name] = {**TEXT_FORM, _PLACE: place}
    return pa.table(columns).replace_schema_metadata({FORMS: json.dumps(forms).encode()})


def _same(one: pa.ChunkedArray, other: pa.ChunkedArray) -> bool:
    """Whether two columns of distinct texts lie in the same memory; not whether they happen to be equal."""
    return _where(one) == _where(other)


def _where(column: pa.ChunkedArray) -> list[Any]:
    chunks = [
        [chunk.indices, chunk.dictionary] if pa.types.is_dictionary(chunk.type) else [chunk] for chunk in column.chunks
    ]
    return [
        (len(part), part.offset, [buffer and buffer.address for buffer in part.buffers()])
        for chunk in chunks
        for part in chunk
    ]


def forms_of(schema: pa.Schema) -> dict[str, dict[str, Any]]:
    """What the file says about the columns as read."""
    forms = json.loads((schema.metadata or {}).get(FORMS, b"{}"))
    return {name: {key: value for key, value in form.items() if key != _PLACE} for name, form in forms.items()}


def places_of(schema: pa.Schema) -> dict[str, str]:
    """Column as read → what it is called in the file, in the order of the columns as read."""
    forms = json.loads((schema.metadata or {}).get(FORMS, b"{}"))
    if any(_PLACE in form for form in forms.values()):
        return {name: form[_PLACE] for name, form in forms.items()}
    return {name: name for name in schema.names}


def as_read(table: pa.Table) -> pa.Table:
    """The columns as read of a file, or those of them that are there, under their own names."""
    places = {name: place for name, place in places_of(table.schema).items() if place in table.column_names}
    if list(places.values()) == table.column_names and all(name == place for name, place in places.items()):
        return table
    forms = forms_of(table.schema)
    metadata = {**table.schema.metadata, FORMS: json.dumps({name: forms[name] for name in places}).encode()}
    return table.select(list(places.values())).rename_columns(list(places)).replace_schema_metadata(metadata)
