"""Who each row belongs to: the customers of an id column, numbered, and the block of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from cxanalysis.engine import frame_columns as read
from cxanalysis.engine.blocks import block_of, id_texts, in_order
from cxanalysis.engine.compact_codes import EXACT

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Ids:
    """Who each row belongs to.

    Attributes
    ----------
    codes : int32 array (n,)
        Number of the row's customer; -1 without one.
    count : int
        Customers; a number may have no row here.
    blocks : int16 array (count,)
        Block of each.
    """

    codes: NDArray[np.int32]
    count: int
    blocks: NDArray[np.int16]

    @classmethod
    def of(cls, array: pa.Array, column: str) -> Ids:
        """Number the customers of a column."""
        codes, texts = _texts(array, column)
        merged: dict[str | None, int] = {}
        for text in texts:
            merged.setdefault(text, len(merged))
        merged.pop(None, None)
        if len(merged) < len(texts):
            merged = {text: at for at, text in enumerate(merged)}
            of_value = np.array([merged.get(text, -1) for text in texts], dtype=np.int32)
            codes = np.where(codes >= 0, of_value[codes], np.int32(-1))
        blocks = np.fromiter((block_of(text) for text in merged if text is not None), np.int16, len(merged))
        return cls(codes, len(merged), blocks)

    def row_blocks(self) -> NDArray[np.int64]:
        """Block of each row; one without a customer is dealt out by its place."""
        out = in_order(len(self.codes))
        known = self.codes >= 0
        out[known] = self.blocks[self.codes[known]]
        return out

    def units(self) -> NDArray[np.int64]:
        """Each row's customer, numbered without gaps; a row without one is a customer of its own."""
        known = self.codes >= 0
        there = np.zeros(self.count, dtype=bool)
        there[self.codes[known]] = True
        number = np.cumsum(there) - 1
        out = np.empty(len(self.codes), dtype=np.int64)
        out[known] = number[self.codes[known]]
        out[~known] = int(there.sum()) + np.arange(int((~known).sum()))
        return out

    def keep(self, kept: Array) -> Ids:
        """Those of some rows."""
        return Ids(self.codes[kept], self.count, self.blocks)


def _texts(array: pa.Array, column: str) -> tuple[NDArray[np.int32], list[str | None]]:
    """Codes of the distinct values (-1: none), and the text of each."""
    array = _whole(array)
    if pa.types.is_integer(array.type) or read.kind_of(array) == "text":
        # Their own spelling is the canonical one: no value need be looked at one by one.
        encoded = pc.dictionary_encode(array)
        texts = encoded.dictionary.cast(pa.large_string()).to_pylist()
        codes = encoded.indices.cast(pa.int32()).fill_null(-1).to_numpy(zero_copy_only=False)
        return codes, texts
    found, values = read.codes(array)
    return found.astype(np.int32), id_texts(values, column)


def _whole(array: pa.Array) -> pa.Array:
    """Whole numbers that are stored as fractions, as whole numbers."""
    if not pa.types.is_floating(array.type):
        return array
    values = read.numbers(array, "")
    missing = np.isnan(values)
    known = values[~missing]
    if (np.abs(known) > EXACT).any() or (known != np.floor(known)).any():
        return array
    return pa.array(np.where(missing, 0.0, values).astype(np.int64), mask=missing)
