"""Rows on disk: data frames as Parquet, exact for rows as read, plain for rows as analysed."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from cxanalysis.columns.text_columns import MANY, decoded
from cxanalysis.columns.text_rows import TextRows
from cxanalysis.problem import Problem
from cxanalysis.workspace.rows.as_read import FORMS, TEXT_FORM, as_read, forms_of, places_of
from cxanalysis.workspace.rows.cell_marks import all_marked, all_unmarked
from cxanalysis.workspace.rows.durable_file import write_durably

#: Rows a group: DuckDB reads row groups in parallel, and 122,880 is the size it works best with.
ROW_GROUP: Final = 122_880
#: Rows packed at a time: of comments about as many as make one page of a megabyte.
_AT_ONCE: Final = 8_192
#: Snappy costs half the processor time of zstd and a third more disk; packing is most of the work of keeping text.
COMPRESSION: Final = "snappy"
#: Text whose missing values stay missing, in every version of pandas.
_TEXT: Final = pd.StringDtype(na_value=np.nan)


def raw_to_arrow(rows: pd.DataFrame | TextRows) -> pa.Table:
    """Rows as read, in a form that `raw_from_arrow` turns back into the same frame."""
    if isinstance(rows, TextRows):
        text = json.dumps(dict.fromkeys(rows.columns, TEXT_FORM))
        return rows.table().replace_schema_metadata({FORMS: text.encode()})
    frame = rows
    columns: dict[str, Any] = {}
    forms: dict[str, Any] = {}
    for name, values in _columns(frame).items():
        columns[name], forms[name] = _raw_column(values)
    table = _arrow(pd.DataFrame(columns, index=frame.index))
    metadata = {**(table.schema.metadata or {}), FORMS: json.dumps(forms).encode()}
    return table.replace_schema_metadata(metadata)


def _raw_column(values: pd.Series) -> tuple[pd.Series, dict[str, Any]]:
    """A column as Parquet can hold it, and what it was."""
    form: dict[str, Any] = {"type": str(values.dtype)}
    if isinstance(values.dtype, pd.CategoricalDtype):
        levels = values.cat.categories
        form |= {"levels": all_marked(levels), "level_type": str(levels.dtype), "ordered": bool(values.cat.ordered)}
        return values.cat.codes, form
    if values.dtype == object:
        if pd.api.types.infer_dtype(values, skipna=True) in ("string", "empty"):
            return values.astype(_TEXT), form
        form["marked"] = True
        return _text(all_marked(values), values), form
    try:
        pa.Array.from_pandas(values)
    except (pa.ArrowException, TypeError, ValueError):
        # A type Parquet has no word for (intervals of numbers, complex numbers): kept as its text.
        return _text([None if pd.isna(v) else str(v) for v in values], values), {"type": "str"}
    return values, form


def raw_from_arrow(table: pa.Table) -> pd.DataFrame:
    """The rows as they were read."""
    table = as_read(table)
    forms = json.loads((table.schema.metadata or {}).get(FORMS, b"{}"))
    frame = table.to_pandas()
    return pd.DataFrame(
        {name: _restored(values, forms.get(name, {})) for name, values in frame.items()}, index=frame.index
    )


def held_from_arrow(table: pa.Table) -> pd.DataFrame | TextRows:
    """The rows as they were read, those of a text file in the form in which they are worked on."""
    table = as_read(table)
    metadata = table.schema.metadata or {}
    forms = json.loads(metadata.get(FORMS, b"{}"))
    if b"pandas" in metadata or not forms or any(forms.get(name) != TEXT_FORM for name in table.column_names):
        return raw_from_arrow(table)
    names = table.column_names
    return TextRows.of([table], names)


def _restored(values: pd.Series, form: dict[str, Any]) -> pd.Series:
    if "levels" in form:
        levels = pd.Index(all_unmarked(form["levels"]), dtype=form["level_type"])
        return pd.Series(pd.Categorical.from_codes(values, levels, ordered=form["ordered"]), index=values.index)
    if form.get("marked"):
        texts = values.astype(object).where(values.notna(), None)
        return pd.Series(all_unmarked(texts), index=values.index, dtype=object)
    if form.get("type") == "object":
        return values.astype(object).where(values.notna(), None)
    if form and str(values.dtype) != form["type"]:
        return values.astype(form["type"])
    return values


def frame_to_arrow(frame: pd.DataFrame) -> pa.Table:
    """Rows as analysed, with one plain type a column, which any engine reads; mixed columns become text."""
    columns = {name: _plain_column(values) for name, values in _columns(frame).items()}
    return _arrow(pd.DataFrame(columns, index=frame.index))


def _plain_column(values: pd.Series) -> pd.Series:
    if values.dtype == object and values.isna().all():
        return values.astype(_TEXT)
    if values.dtype == object and pd.api.types.infer_dtype(values, skipna=True).startswith("mixed"):
        return _text([None if pd.isna(v) else str(v) for v in values], values)
    try:
        pa.Array.from_pandas(values)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return _text([None if pd.isna(v) else str(v) for v in values], values)
    return values


def _columns(frame: pd.DataFrame) -> dict[str, pd.Series]:
    if not frame.columns.is_unique:
        twice = frame.columns[frame.columns.duplicated()][0]
        raise Problem(f"two columns are called '{twice}'", do="Give each column a name of its own")
    return {str(name): values for name, values in frame.items()}


def _text(texts: list[str | None], like: pd.Series) -> pd.Series:
    return pd.Series(texts, index=like.index, dtype=_TEXT)


def _arrow(frame: pd.DataFrame) -> pa.Table:
    try:
        return pa.Table.from_pandas(frame)
    except UnicodeEncodeError as error:
        raise Problem("the text holds broken characters", do="Read the file with its right encoding") from error


def write_rows(path: Path, table: pa.Table) -> int:
    """Write a file of rows, whole or not at all; its size in bytes."""
    return write_durably(path, lambda file: _write(file, table))


def _write(file: IO[bytes], table: pa.Table) -> None:
    """Columns of distinct texts are written as texts: as Parquet's own dictionary where they are few.

    Least and greatest values are noted of columns that an analysis may ask for by value: not of comments and ids, nor
    of what stands beside the analysed columns as it was read, unless it is empty.
    """
    of_text = b"pandas" not in (table.schema.metadata or {})  # rows of a text file, not a data frame
    if not any(pa.types.is_dictionary(field.type) for field in table.schema):
        pq.write_table(table, file, compression=COMPRESSION, row_group_size=ROW_GROUP)
        return
    many = [field.name for field in table.schema if _has_many(table.column(field.name), of_text)]
    few = [name for name in table.column_names if name not in many]
    schema = pa.schema(
        [field.with_type(pa.large_string()) if field.name in many else field for field in table.schema],
        metadata=table.schema.metadata,
    )
    beside = set(places_of(table.schema).values()) - set(forms_of(table.schema))
    with_statistics = [name for name in few if name not in beside or table.column(name).null_count == len(table)]
    # Without Arrow's own schema in the file, every reader finds plain texts instead of dictionaries.
    options = {
        "compression": COMPRESSION,
        "use_dictionary": few,
        "write_statistics": with_statistics,
        "store_schema": False,
    }
    with pq.ParquetWriter(file, schema, write_batch_size=_AT_ONCE, **options) as writer:

        def group(start: int) -> pa.Table:
            rows = table.slice(start, ROW_GROUP)
            cells = [_as_texts(rows.column(f.name)) if f.name in many else rows.column(f.name) for f in schema]
            return pa.table(cells, schema=schema)

        with ThreadPoolExecutor(1) as pool:  # the next rows are made ready while the last ones are written
            starts = range(0, len(table), ROW_GROUP)
            ready = pool.submit(group, 0)
            for after in (*starts[1:], None):
                rows = ready.result()
                if after is not None:
                    ready = pool.submit(group, after)
                writer.write_table(rows, row_group_size=ROW_GROUP)
        writer.add_key_value_metadata(table.schema.metadata or {})


def _has_many(column: pa.ChunkedArray, of_text: bool) -> bool:
    """Whether the column's texts repeat too little for a dictionary of them to be worth its place."""
    if pa.types.is_dictionary(column.type):
        return bool(column.num_chunks) and len(column.chunk(0).dictionary) > MANY
    return of_text and column.type == pa.large_string()


def _as_texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not pa.types.is_dictionary(column.type):
        return column
    return pa.chunked_array([decoded(chunk) for chunk in column.chunks], pa.large_string())


def read_raw(path: Path, name: str) -> pd.DataFrame | TextRows:
    """The rows as read of the table called `name`; a `Problem` if its file is gone or damaged."""
    do = "Add the file again, or restore an earlier version; other tables are not affected"
    if not path.exists():
        raise Problem("its rows are gone from the workspace", where=f"table '{name}'", do=do)
    try:
        schema = pq.read_schema(path)
        places = list(places_of(schema).values())
        return held_from_arrow(pq.read_table(path, columns=places if set(places) < set(schema.names) else None))
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        raise Problem(f"its rows on disk are damaged ({path.name})", where=f"table '{name}'", do=do) from error
