"""All letters of some texts at once, as UTF-8, and where each text ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

#: Texts looked at in one go.
AT_ONCE: Final = 2**12


def letters_of(texts: pa.Array | pa.ChunkedArray) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """All letters of texts, none of them missing, as UTF-8, and where each text ends; the first end is 0."""
    whole = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    whole = whole.cast(pa.large_string())
    ends = np.frombuffer(whole.buffers()[1] or bytes(8), "int64")[whole.offset : whole.offset + len(whole) + 1]
    letters = np.frombuffer(whole.buffers()[2] or b"", "uint8")[ends[0] : ends[-1]]
    return ends - ends[0] if ends[0] else ends, letters


def pieces_of(texts: pa.Array | pa.ChunkedArray) -> Iterator[tuple[int, NDArray[np.int64], NDArray[np.uint8]]]:
    """The same for some texts after the other, with the place of the first of them.

    Arrays of this size stay near the processor, and the operating system need not provide new memory for each.
    """
    ends, letters = letters_of(texts)
    for at in range(0, len(ends) - 1, AT_ONCE):
        some = ends[at : at + AT_ONCE + 1]
        yield at, some - some[0], letters[some[0] : some[-1]]
