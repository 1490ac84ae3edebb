"""Column files: Parquet, Arrow and Feather."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.ipc
import pyarrow.parquet

from cxanalysis.files.header import unique_names
from cxanalysis.files.reading import MOST_COLUMNS, Reading, checked
from cxanalysis.files.source_file import SourceFile
from cxanalysis.problem import Problem


def read_columnar(source: SourceFile, kind: str) -> Reading:
    """Read a Parquet ("parquet") or Arrow ("arrow") file; types are the file's own.

    Raises
    ------
    Problem
        If the file is damaged.
    """
    try:
        table = _parquet(source) if kind == "parquet" else _arrow(source)
        # A damaged footer may give names and texts that are no UTF-8, seen only when they are looked at.
        unique = unique_names([str(name) for name in table.column_names])
        names = unique.names
        rows = plain_columns(table.rename_columns(list(names)))
    except (pa.ArrowException, OSError, EOFError, UnicodeError) as error:
        raise Problem("the file is damaged or was cut off", where=source.name, do="Export it again") from error
    reading = Reading(source.stem, rows, {}, unique.notes, nameless=unique.nameless)
    return checked(reading, source.name)


def plain_columns(table: pa.Table) -> pd.DataFrame:
    """An Arrow table in pandas, each column in one of few types (see `_plain`)."""
    if not len(table):
        return pd.DataFrame(columns=list(table.column_names))
    return pd.DataFrame({name: _plain(table.column(name)) for name in table.column_names})


def _parquet(source: SourceFile) -> pa.Table:
    with source.open() as stream:
        file = pyarrow.parquet.ParquetFile(stream)
        if file.metadata.num_columns > MOST_COLUMNS:
            return file.schema_arrow.empty_table()
        return _without_index(file.read())


def _arrow(source: SourceFile) -> pa.Table:
    with source.open() as stream:
        return _without_index(pyarrow.feather.read_table(stream))


def _without_index(table: pa.Table) -> pa.Table:
    """Leave out the row labels that pandas adds to the files it writes."""
    return table.drop_columns([name for name in table.column_names if name.startswith("__index_level_")])


def _plain(column: pa.ChunkedArray) -> pd.Series:
    """One column in pandas, in one of few types: number, truth, moment (UTC, without zone) or text."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if pa.types.is_decimal(kind):
        column = column.cast(pa.float64(), safe=False)
    elif pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        if getattr(kind, "tz", None):
            column = column.cast(pa.timestamp("us", tz="UTC"), safe=False)
        return pd.Series(column.cast(pa.timestamp("us"), safe=False).to_pandas()).astype("datetime64[us]")
    elif pa.types.is_integer(kind) and column.null_count:
        return pd.Series(column.to_pandas(integer_object_nulls=True)).astype("Int64")
    elif pa.types.is_boolean(kind) and column.null_count:
        return pd.Series(column.to_pandas()).astype("boolean")
    elif not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)):
        values = column.to_pylist() if pa.types.is_nested(kind) or pa.types.is_binary(kind) else column.to_pandas()
        return pd.Series(values).map(_text, na_action="ignore").astype("str")
    return pd.Series(column.to_pandas())


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
