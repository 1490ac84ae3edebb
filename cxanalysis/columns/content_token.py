"""What a table holds, in short: its content as one text, its empty cells as counts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from cxanalysis.columns.text_columns import OwnTexts, TextColumn, column_of
from cxanalysis.columns.text_letters import letters_of
from cxanalysis.columns.text_rows import TextRows, in_turn

#: What pandas calls a column of text.
_TEXT: Final = "str"
#: Few is less than one row in so many.
_FEW: Final = 100
#: Rows whose texts are moved together in one go.
_ROWS: Final = 2**16


def content_hash(rows: pd.DataFrame | TextRows) -> str:
    """SHA-256 of every value, name and type: same content, same hash, however it is held; never from a sample.

    A column of text is hashed as its distinct texts, in the order in which they come, and each row's place among them.
    """
    names = list(rows.columns)
    types = dict.fromkeys(names, _TEXT) if isinstance(rows, TextRows) else {c: str(t) for c, t in rows.dtypes.items()}
    digest = hashlib.sha256(json.dumps([[str(c), types[c]] for c in names]).encode())
    digest.update(str(len(rows)).encode())
    for part in in_turn(lambda name: _column_hash(rows[name], types[name]), names):
        digest.update(part)
    return digest.hexdigest()


def _column_hash(column: pd.Series | TextColumn, kind: str) -> bytes:
    if isinstance(column, TextColumn):
        return _own_text_hash(column) if isinstance(column, OwnTexts) else _text_hash(column.cells)
    if kind == _TEXT:
        cells = pa.array(column.array, from_pandas=True)
        cells = cells if isinstance(cells, pa.ChunkedArray) else pa.chunked_array([cells])
        return _column_hash(column_of(str(column.name), cells), kind)
    values = column.map(repr) if column.dtype == object else column
    return pd.util.hash_pandas_object(values, index=False, categorize=True).to_numpy().tobytes()


def _text_hash(column: pa.DictionaryArray) -> bytes:
    """From lengths, letters and places, each of a width that every machine shares."""
    ends, letters = letters_of(column.dictionary)
    places = column.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    digest = hashlib.sha256(np.diff(ends).astype("<i8").tobytes())
    digest.update(letters.data)
    digest.update(places.astype("<i4").tobytes())
    return digest.digest()


def _own_text_hash(column: OwnTexts) -> bytes:
    """The same hash as of distinct texts and places, without making them."""
    first, (ends, letters) = column.stand_first, letters_of(column.cells)
    digest = hashlib.sha256(np.diff(ends)[first].astype("<i8").tobytes())
    for some in _letters_of(first, column.cells, ends, letters):
        digest.update(some.data)
    places = np.where(first, np.cumsum(first, dtype="<i4") - np.int32(1), np.int32(-1))
    places[column.repeats.rows] = places[column.repeats.first]
    digest.update(places.astype("<i4", copy=False).data)
    return digest.digest()


def _letters_of(
    rows: NDArray[np.bool_], texts: pa.LargeStringArray, ends: NDArray[np.int64], letters: NDArray[np.uint8]
) -> Iterator[NDArray[np.uint8]]:
    """The letters of these rows, piece by piece: between the other rows or, if those are many, moved together."""
    others = np.flatnonzero(~rows & (np.diff(ends) > 0))
    if len(others) * _FEW < len(rows):
        start = 0
        for row in others.tolist():
            yield letters[start : ends[row]]
            start = ends[row + 1]
        yield letters[start:]
        return
    for start in range(0, len(rows), _ROWS):
        some = slice(start, start + _ROWS)
        yield letters_of(texts[some].filter(pa.array(rows[some])))[1]


def plain_number(value: Any) -> Any:
    """A number of numpy as the plain number it comes back from the disk as, so that both give the same token."""
    return value.item() if hasattr(value, "item") else str(value)


def empty_cells(path: Path, columns: Iterable[str]) -> dict[str, int]:
    """Empty cells of these columns of a Parquet file, from its footer; counted where the footer does not say."""
    with pq.ParquetFile(path) as file:
        groups = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
        position = {file.schema_arrow.names[number]: number for number in range(len(file.schema_arrow.names))}
        counts = {}
        for column in columns:
            told = [group.column(position[column]).statistics for group in groups]
            if all(statistics is not None and statistics.has_null_count for statistics in told):
                counts[column] = sum(statistics.null_count for statistics in told)
            else:
                counts[column] = file.read(columns=[column]).column(0).null_count
    return counts
