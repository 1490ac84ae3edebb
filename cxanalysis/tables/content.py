"""What a table holds as one short text: equal content, equal text."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pandas as pd


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
