"""What a table holds, in short: its content as one text, its empty cells as counts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq


def content_hash(frame: pd.DataFrame) -> str:
    """SHA-256 of every value, name and type in a frame: same content, same text; never from a sample."""
    digest = hashlib.sha256()
    digest.update(json.dumps([[str(c), str(t)] for c, t in frame.dtypes.items()]).encode())
    digest.update(str(len(frame)).encode())
    for column in frame.columns:
        values = frame[column]
        if values.dtype == object:
            values = values.map(repr)
        digest.update(pd.util.hash_pandas_object(values, index=False, categorize=True).to_numpy().tobytes())
    return digest.hexdigest()


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
