"""Rows of several imports as one Parquet file, written in pieces: no more than one piece is ever in memory.

A column that all imports hold alike is copied. Where they differ (numbers from a workbook, then text from a CSV) each
cell keeps what it was: 5 stays a number and "5" a text, as in a workbook whose column holds both.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cxanalysis.workspace.rows.as_read import FORMS as _FORMS
from cxanalysis.workspace.rows.as_read import as_read, forms_of, places_of
from cxanalysis.workspace.rows.cell_marks import all_marked
from cxanalysis.workspace.rows.durable_file import write_durably
from cxanalysis.workspace.rows.rows_on_disk import COMPRESSION, ROW_GROUP, raw_from_arrow
from cxanalysis.workspace.rows.survivors import Mask

_MARKED: Final = {"type": "object", "marked": True}


def stitch(target: Path, parts: Sequence[Path], masks: Sequence[Mask], columns: Sequence[str]) -> int:
    """Write the chosen rows of each part, one part after the other, whole or not at all; the file's size in bytes."""
    schema = _schema(parts, columns)

    def write(file: IO[bytes]) -> None:
        with pq.ParquetWriter(file, schema, compression=COMPRESSION) as writer:
            for path, mask in zip(parts, masks, strict=True):
                for piece in _pieces(path, mask, schema):
                    writer.write_table(piece, row_group_size=ROW_GROUP)

    return write_durably(target, write)


def _schema(parts: Sequence[Path], columns: Sequence[str]) -> pa.Schema:
    """Type of each column, with what the file says about types that Parquet has no word for."""
    seen = [_PartTypes(path) for path in parts]
    fields, forms = [], {}
    for column in columns:
        kinds = [one.kind(column) for one in seen]
        fields_form = _common([kind for kind in kinds if kind is not None], gaps=any(kind is None for kind in kinds))
        fields.append(pa.field(column, fields_form[0]))
        forms[column] = fields_form[1]
    return pa.schema(fields, metadata={_FORMS: json.dumps(forms).encode(), b"pandas": _pandas(forms)})


def _pandas(forms: Mapping[str, Mapping[str, Any]]) -> bytes:
    """What pandas writes into a Parquet file about its columns, so that whole numbers with gaps come back exact."""
    plain = {name: form["type"] for name, form in forms.items() if form["type"] in _NULLABLE and "levels" not in form}
    empty = pd.DataFrame({name: pd.Series([], dtype=kind) for name, kind in plain.items()})
    written = json.loads(pa.Schema.from_pandas(empty, preserve_index=False).metadata[b"pandas"])
    return json.dumps({**written, "index_columns": [], "column_indexes": []}).encode()


_NULLABLE: Final = frozenset(
    {"boolean", "Float32", "Float64", *(f"{sign}Int{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64))}
)

Kind = tuple[pa.DataType, dict[str, Any]]


class _PartTypes:
    """Types of the columns of one part; a column without any value has none."""

    def __init__(self, path: Path) -> None:
        with pq.ParquetFile(path) as file:
            self.schema = file.schema_arrow
            metadata = file.metadata
            groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
            self.filled = {
                name
                for position, name in enumerate(self.schema.names)
                if any(not _all_empty(group.column(position), group.num_rows) for group in groups)
            }
        self.forms: Mapping[str, Any] = forms_of(self.schema)
        self.places = places_of(self.schema)

    def kind(self, column: str) -> Kind | None:
        place = self.places.get(column)
        if place not in self.filled:
            return None
        kind = self.schema.field(place).type
        return kind, dict(self.forms.get(column, {"type": "object" if pa.types.is_string(kind) else str(kind)}))


def _all_empty(column: Any, rows: int) -> bool:
    statistics = column.statistics
    return statistics is not None and statistics.has_null_count and statistics.null_count == rows


def _common(kinds: Sequence[Kind], *, gaps: bool) -> Kind:
    """The type that holds every value of these types as it was; `gaps`: some rows have none."""
    if not kinds:
        return pa.string(), {"type": "str"}
    first, form = kinds[0]
    if all(kind == kinds[0] for kind in kinds):
        return (first, form) if not gaps else _with_gaps(first, form)
    types = [kind for kind, _ in kinds]
    plain = not any("levels" in form or form.get("marked") for _, form in kinds)
    if plain and all(map(_is_text, types)):
        return pa.large_string(), {"type": "str"}
    if plain and all(map(pa.types.is_integer, types)) and not any(map(pa.types.is_uint64, types)):
        return pa.int64(), {"type": "Int64"}
    if plain and all(map(pa.types.is_floating, types)):
        return pa.float64(), {"type": "float64"}
    if plain and all(pa.types.is_timestamp(kind) and kind.tz is None for kind in types):
        return pa.timestamp("us"), {"type": "datetime64[us]"}
    return pa.large_string(), dict(_MARKED)


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def _with_gaps(kind: pa.DataType, form: dict[str, Any]) -> Kind:
    """The same type, able to hold rows without a value."""
    if "levels" in form or form.get("marked"):
        return kind, form
    if pa.types.is_integer(kind) and not pa.types.is_uint64(kind):
        return pa.int64(), {"type": "Int64"}
    if pa.types.is_uint64(kind):
        return kind, {"type": "UInt64"}
    if pa.types.is_boolean(kind):
        return kind, {"type": "boolean"}
    return kind, form


def _pieces(path: Path, mask: Mask, schema: pa.Schema) -> Iterator[pa.Table]:
    """The chosen rows of a part under the common types, a piece at a time."""
    with pq.ParquetFile(path) as file:
        places = places_of(file.schema_arrow)
        there = [places[name] for name in schema.names if name in places]
        forms = forms_of(file.schema_arrow)
        targets = json.loads(schema.metadata[_FORMS])
        at = 0
        for batch in file.iter_batches(batch_size=ROW_GROUP, columns=there or None):
            chosen = mask[at : at + batch.num_rows]
            at += batch.num_rows
            if chosen.any():
                rows = as_read(pa.Table.from_batches([batch]).replace_schema_metadata(file.schema_arrow.metadata))
                rows = rows if chosen.all() else rows.filter(pa.array(chosen))
                columns = [_column(rows, field, forms.get(field.name, {}), targets[field.name]) for field in schema]
                yield pa.Table.from_arrays(columns, schema=schema)


def _column(rows: pa.Table, field: pa.Field, form: Mapping[str, Any], target: Mapping[str, Any]) -> Any:
    if field.name not in rows.column_names:
        return _nothing(rows.num_rows, field.type, target)
    column = rows.column(field.name)
    if column.type == field.type and {**form, "type": ""} == {**target, "type": ""}:
        return column
    if target.get("marked") and not form.get("marked"):
        return _marked(column, field.name, form)
    if column.null_count == len(column):
        return _nothing(len(column), field.type, target)
    return pc.cast(column, field.type)


def _nothing(rows: int, kind: pa.DataType, target: Mapping[str, Any]) -> pa.Array:
    """A column without values; in a column of groups, which Parquet holds as their places, that is place -1."""
    return pa.array([-1] * rows, kind) if "levels" in target else pa.nulls(rows, kind)


def _marked(column: pa.ChunkedArray, name: str, form: Mapping[str, Any]) -> pa.Array:
    """Cells as text that keeps their types."""
    metadata = {_FORMS: json.dumps({name: form}).encode()} if form else None
    schema = pa.schema([pa.field(name, column.type)], metadata=metadata)
    values = raw_from_arrow(pa.Table.from_arrays([column], schema=schema))[name]
    return pa.array(all_marked(values.astype(object)), pa.large_string())
