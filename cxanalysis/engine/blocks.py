"""Which block a row belongs to: the same on every engine, on every machine, in every run.

A customer's block is the MD5 of the id's text, modulo the number of blocks. MD5 is not used for secrecy here:
it is the one hash that Python, DuckDB and Spark all have built in. A row without id stands for a customer of its
own and is dealt out by its place in the table.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxanalysis.engine.canonical_values import id_text
from cxanalysis.engine.need import HASH_BLOCKS
from cxanalysis.problem import Problem

#: Hexadecimal digits of the hash that are used: 32 bits are plenty for a few hundred blocks and fit any integer type.
HASH_DIGITS = 8


def block_of(text: str) -> int:
    """Block of one id.

    Examples
    --------
    >>> block_of("C-1001") == block_of("C-1001") < HASH_BLOCKS
    True
    """
    digest = hashlib.md5(text.encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[: HASH_DIGITS // 2]) % HASH_BLOCKS


def id_texts(ids: Iterable[Any], column: str) -> list[str | None]:
    """Canonical text of every id."""
    try:
        return [id_text(value) for value in ids]
    except ValueError as error:
        raise Problem(
            f"a number with a fraction, such as {error}, is no id",
            where=f"column '{column}'",
            do="Name the column of the customer or respondent",
        ) from None


def in_order(rows: int) -> NDArray[np.int64]:
    """Blocks of rows that are dealt out one by one, like cards."""
    return np.arange(rows, dtype=np.int64) % HASH_BLOCKS
