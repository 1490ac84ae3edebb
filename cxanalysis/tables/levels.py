"""Rows of text as each column's distinct texts and every row's place among them.

A column of a million ratings holds seven texts. What is asked of cells (is it a number, a date, a blank?) is asked of
the distinct ones, once, and taken to the rows by their places: that is what makes a large file cheap.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Any, Final, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from cxanalysis.tables.cell_text import cell_text
from cxanalysis.tables.resolve import resolve_texts
from cxanalysis.tables.scales import Scale

#: How a column is held: places as 32-bit numbers, so two thousand million rows at most.
ENCODED: Final = pa.dictionary(pa.int32(), pa.large_string())
#: Columns worked on at a time. Arrow and numpy leave the interpreter free meanwhile, Python's own part does not; more
#: threads than this only hold more memory.
WORKERS: Final = 2
#: More distinct texts than this repeat too little for a dictionary of them to be worth its place on disk.
MANY: Final = 20_000

#: Texts of so many bytes in all certainly have places within 32 bits.
_LARGEST_SMALL: Final = 2**31 - 2**24

#: After a column of so many bytes what it was made from goes back to the operating system at once.
_LARGE: Final = 2**24
#: Who chose Arrow's allocator by this variable keeps it.
_ALLOCATOR: Final = "ARROW_DEFAULT_MEMORY_POOL"
if _ALLOCATOR not in os.environ and "jemalloc" in pa.supported_memory_backends():
    # Arrow's usual allocator takes memory in pieces of two megabytes and has each wiped by the operating system: with
    # short-lived blocks that costs as much as parsing them, and a third more memory at the peak. Values do not change.
    pa.set_memory_pool(pa.jemalloc_memory_pool())

_Given = TypeVar("_Given")
_Made = TypeVar("_Made")


class Levels:
    """One column of text.

    Parameters
    ----------
    name : str
    encoded : DictionaryArray
        Of type `ENCODED`; the distinct texts in the order in which they come, none empty, none twice.
    """

    def __init__(self, name: str, encoded: pa.DictionaryArray) -> None:
        self.name, self.encoded = name, encoded
        self._resolved: tuple[Any, pd.Series] | None = None

    def __len__(self) -> int:
        return len(self.encoded)

    @cached_property
    def places(self) -> NDArray[np.int32]:
        """Place of each row's text among the distinct ones; -1 where the cell is empty."""
        found = self.encoded.indices
        return (found.fill_null(-1) if found.null_count else found).to_numpy(zero_copy_only=False)

    @cached_property
    def distinct(self) -> pd.Series:
        """The distinct texts as the file has them."""
        return as_series(self.encoded.dictionary)

    @cached_property
    def texts(self) -> pd.Series:
        """The distinct texts without stray blanks, in the same places; a blank one is missing, two may be alike."""
        return cell_text(self.distinct)

    def ranked(self) -> Ranked:
        """Clean texts with their number of rows, the most frequent first, then in the order in which they come."""
        places = self.places[self.places >= 0] if self.encoded.indices.null_count else self.places
        rows = np.bincount(places, minlength=len(self.texts))
        if self.texts is self.distinct:
            return Ranked(self.texts, rows)
        there = self.texts.notna().to_numpy()
        texts, rows = (self.texts, rows) if there.all() else (self.texts[there], rows[there])
        # Arrow counts texts in a third of the time that an index of them takes to say whether two are alike.
        if pc.count_distinct(pa.array(texts.array, from_pandas=True)).as_py() == len(texts):
            return Ranked(texts, rows)
        counts = pd.Series(rows, index=pd.Index(texts, dtype="str")).groupby(level=0, sort=False).sum()
        return Ranked(pd.Series(counts.index, dtype="str"), counts.to_numpy())

    def resolved(
        self, role: str, scale: Scale | None, codes: tuple[str | float, ...] = (), written: str | None = None
    ) -> pd.Series:
        """The distinct texts under a role, as `resolve_texts` gives them; what was asked last is kept."""
        asked = (role, scale, codes, written)
        if self._resolved is None or self._resolved[0] != asked:
            self._resolved = asked, resolve_texts(self.texts, *asked)
        return self._resolved[1]

    def rows(self) -> pd.Series:
        """The column as the file has it, a text a row."""
        return as_series(decoded(self.encoded)).rename(self.name)


class Ranked:
    """Distinct texts with their number of rows, the most frequent first, of equals the one given first.

    A million texts are put in order without being moved: who needs the first fifty gets fifty.
    """

    def __init__(self, texts: pd.Series, rows: NDArray[np.int64]) -> None:
        in_order = not (rows[:-1] < rows[1:]).any()
        self._texts = texts
        self._order = None if in_order else np.argsort(_fewer_than_most(rows), kind="stable")
        self.rows: NDArray[np.int64] = rows if self._order is None else rows[self._order]

    def __len__(self) -> int:
        return len(self.rows)

    def part(self, which: slice | NDArray[np.int64]) -> pd.Series:
        """Some of the texts (index) with their number of rows."""
        texts = self._texts.iloc[which if self._order is None else self._order[which]]
        return pd.Series(self.rows[which], index=pd.Index(texts, dtype="str", name=None), name="count")

    def with_letter(self, letter: str, from_end: int) -> pd.Series:
        """The texts in which this letter (ASCII) is the so-manieth from the end, counted in bytes."""
        ends, letters = letters_of(pa.array(self._texts.array, from_pandas=True))
        place = ends[1:] - from_end
        there = (place >= ends[:-1]) & (letters[np.maximum(place, 0)] == ord(letter)) if len(letters) else place < 0
        if not there.any():
            return self.part(slice(0))
        return self.part(np.flatnonzero(there if self._order is None else there[self._order]))

    @cached_property
    def counts(self) -> pd.Series:
        """All of them."""
        return self.part(slice(None))


class TextRows:
    """The rows of a text file. Immutable; a column is `Levels`.

    Parameters
    ----------
    columns : sequence of Levels
        Of one length, each with a name of its own.
    """

    def __init__(self, columns: Sequence[Levels]) -> None:
        self._levels = {column.name: column for column in columns}

    @classmethod
    def of(cls, parts: list[pa.Table], names: Sequence[str]) -> TextRows:
        """Rows from Arrow tables of texts. The list is emptied: a column as read is let go once it is encoded."""
        cells = {name: [part.column(name) for part in parts] for name in names}
        parts.clear()

        def column(name: str) -> Levels:
            chunks = [chunk for part in cells.pop(name) for chunk in part.chunks]
            column = encoded(pa.chunked_array(chunks, chunks[0].type if chunks else pa.large_string()))
            del chunks
            if column.nbytes > _LARGE:
                pa.default_memory_pool().release_unused()
            return Levels(name, column)

        return cls(in_turn(column, names))

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""
        return list(self._levels)

    def __len__(self) -> int:
        return len(next(iter(self._levels.values()))) if self._levels else 0

    def __getitem__(self, name: str) -> Levels:
        return self._levels[name]

    def without(self, names: Iterable[str]) -> TextRows:
        """The same rows without some columns."""
        left = set(names)
        return TextRows([column for name, column in self._levels.items() if name not in left])

    def with_texts(self, changed: Mapping[str, Mapping[str, str]]) -> TextRows:
        """The same rows with some texts, as they are without stray blanks, replaced: column → text → its new text."""
        out = []
        for name, column in self._levels.items():
            if name in changed:
                clean = column.texts.where(column.texts.notna(), column.distinct)
                texts = pa.array(clean.map(changed[name]).fillna(clean), pa.large_string())
                column = Levels(name, encoded(pa.chunked_array([pc.take(texts, column.encoded.indices)])))
            out.append(column)
        return TextRows(out)

    def table(self) -> pa.Table:
        """The rows in Arrow, each column of type `ENCODED`."""
        return pa.table({name: column.encoded for name, column in self._levels.items()})

    def frame(self) -> pd.DataFrame:
        """The rows as a data frame of texts."""
        return pd.DataFrame({name: column.rows() for name, column in self._levels.items()})


def _fewer_than_most(rows: NDArray[np.int64]) -> NDArray[Any]:
    """By how much each number is below the greatest; in 16 bits, where it fits, numpy sorts by digits, in a tenth."""
    less = rows.max() - rows
    return less.astype("uint16") if rows.max() < 2**16 else less


def encoded(cells: pa.ChunkedArray) -> pa.DictionaryArray:
    """A column as its distinct texts, in the order in which they come, and the places of the rows."""
    if pa.types.is_dictionary(cells.type):
        cells = cells.cast(ENCODED).unify_dictionaries()
    else:
        # Places within 32 bits are enough for most columns, and cost half the memory while they are worked on.
        small = cells.type == pa.string() and cells.nbytes < _LARGEST_SMALL
        cells = pc.dictionary_encode(cells if small else cells.cast(pa.large_string()))
    if not cells.num_chunks:
        return pa.DictionaryArray.from_arrays(pa.array([], pa.int32()), pa.array([], pa.large_string()))
    # All parts share one dictionary now.
    indices = pa.concat_arrays([part.indices for part in cells.chunks])
    texts = cells.chunk(cells.num_chunks - 1).dictionary
    return pa.DictionaryArray.from_arrays(indices, texts.cast(pa.large_string()))


def decoded(column: pa.DictionaryArray) -> pa.Array:
    """The column's texts, one a row."""
    return pc.take(column.dictionary, column.indices)


def letters_of(texts: pa.Array | pa.ChunkedArray) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """All letters of texts, none of them missing, as UTF-8, and where each text ends; the first end is 0."""
    whole = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    whole = whole.cast(pa.large_string())
    ends = np.frombuffer(whole.buffers()[1] or bytes(8), "int64")[whole.offset : whole.offset + len(whole) + 1]
    return ends - ends[0], np.frombuffer(whole.buffers()[2] or b"", "uint8")[ends[0] : ends[-1]]


def as_series(texts: pa.Array) -> pd.Series:
    """Arrow's texts in pandas, without a copy."""
    return pd.Series(texts.to_pandas(), dtype="str")


def in_turn(work: Callable[[_Given], _Made], on: Iterable[_Given]) -> list[_Made]:
    """Work on several columns, two at a time; the results in their order."""
    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(work, on))
