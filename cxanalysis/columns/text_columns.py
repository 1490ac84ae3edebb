"""A column of text: its distinct texts and every row's place among them, or a text a row where hardly two are alike.

A column of a million ratings holds seven texts. What is asked of cells (is it a number, a date, a blank?) is asked of
the distinct ones, once, and taken to the rows by their places: that is what makes a large file cheap. Of comments and
ids there are as many as rows; to make them distinct first would cost more than to ask all of them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from cxanalysis.columns.arrow_memory import memory_pool
from cxanalysis.columns.cell_text import cell_text
from cxanalysis.columns.ranked_texts import Ranked
from cxanalysis.columns.repeated_texts import Repeats, find_repeats, is_filled, numbers_of, share_apart
from cxanalysis.columns.resolve import resolve_texts
from cxanalysis.columns.scales.scale import Scale

#: How a column of distinct texts is held: places as 32-bit numbers, so two thousand million rows at most.
ENCODED: Final = pa.dictionary(pa.int32(), pa.large_string())
#: More distinct texts than this repeat too little for a dictionary of them to be worth its place on disk.
MANY: Final = 20_000

#: Share of different texts from which on a column is not held as distinct texts and places.
_OWN: Final = 0.5
#: Rows at which a column is looked at first: in most, texts repeat within these.
_GLANCE: Final = 20_000
#: Texts of so many bytes in all certainly have places within 32 bits.
_LARGEST_SMALL: Final = 2**31 - 2**24


class TextColumn(ABC):
    """One column of text: some texts, and for each row the place of its own among them.

    Parameters
    ----------
    name : str
    cells : array
        The column in Arrow.
    """

    def __init__(self, name: str, cells: pa.Array) -> None:
        self.name, self.cells = name, cells
        self._resolved: tuple[Any, pd.Series] | None = None

    def __len__(self) -> int:
        return len(self.cells)

    @cached_property
    def places(self) -> NDArray[np.int32]:
        """Place of each row's text among the texts; -1 where the cell is empty."""
        return self._places()

    @cached_property
    def given(self) -> pd.Series:
        """The texts as the file has them."""
        return as_series(self._given())

    @cached_property
    def texts(self) -> pd.Series:
        """The texts without stray blanks, in the same places; a blank one is missing, two may be alike."""
        return cell_text(self.given)

    def resolved(
        self, role: str, scale: Scale | None, codes: tuple[str | float, ...] = (), written: str | None = None
    ) -> pd.Series:
        """The texts under a role, as `resolve_texts` gives them; what was asked last is kept."""
        asked = (role, scale, codes, written)
        if self._resolved is None or self._resolved[0] != asked:
            self._resolved = asked, resolve_texts(self.texts, *asked, again=self._again())
        return self._resolved[1]

    def rows(self) -> pd.Series:
        """The column as the file has it, a text a row."""
        return as_series(self.spread(self._given())).rename(self.name)

    @abstractmethod
    def ranked(self) -> Ranked:
        """Clean texts with their number of rows, the most frequent first, then in the order in which they come."""

    @abstractmethod
    def spread(self, texts: pa.Array) -> pa.Array:
        """Other texts, in the places of the column's own, for each row."""

    @abstractmethod
    def of_rows(self, values: NDArray[Any], missing: object) -> NDArray[Any]:
        """Values of the texts as values of the rows, this one where a cell is empty."""

    @abstractmethod
    def _given(self) -> pa.LargeStringArray: ...

    @abstractmethod
    def _places(self) -> NDArray[np.int32]: ...

    @abstractmethod
    def _again(self) -> NDArray[np.int64]:
        """Places of texts that are given in an earlier place too."""


class Levels(TextColumn):
    """A column whose texts come again and again: each is there once.

    Its `cells` are of type `ENCODED`; the distinct texts in the order in which they come, none empty, none twice.
    """

    def ranked(self) -> Ranked:
        """See `TextColumn`."""
        places = self.places[self.places >= 0] if self.cells.indices.null_count else self.places
        rows = np.bincount(places, minlength=len(self.texts))
        if self.texts is self.given:
            return Ranked(self.texts, rows)
        there = self.texts.notna().to_numpy()
        texts, rows = (self.texts, rows) if there.all() else (self.texts[there], rows[there])
        # Arrow counts texts in a third of the time that an index of them takes to say whether two are alike.
        if pc.count_distinct(pa.array(texts.array, from_pandas=True)).as_py() == len(texts):
            return Ranked(texts, rows)
        counts = pd.Series(rows, index=pd.Index(texts, dtype="str")).groupby(level=0, sort=False).sum()
        return Ranked(pd.Series(counts.index, dtype="str"), counts.to_numpy())

    def spread(self, texts: pa.Array) -> pa.Array:
        """See `TextColumn`."""
        return pc.take(texts, self.cells.indices)

    def of_rows(self, values: NDArray[Any], missing: object) -> NDArray[Any]:
        """See `TextColumn`."""
        return np.append(values, np.array(missing, values.dtype))[self.places]

    def _given(self) -> pa.LargeStringArray:
        return self.cells.dictionary

    def _places(self) -> NDArray[np.int32]:
        found = self.cells.indices
        return (found.fill_null(-1) if found.null_count else found).to_numpy(zero_copy_only=False)

    def _again(self) -> NDArray[np.int64]:
        return np.empty(0, "int64")


class OwnTexts(TextColumn):
    """A column in which most rows have a text of their own, such as comments and ids: a text a row.

    Parameters
    ----------
    name : str
    cells : array of large_string
    repeats : Repeats
        Its rows that say what an earlier one says.
    """

    def __init__(self, name: str, cells: pa.LargeStringArray, repeats: Repeats) -> None:
        super().__init__(name, cells)
        self.repeats = repeats

    @classmethod
    def of(cls, name: str, cells: pa.ChunkedArray) -> OwnTexts | None:
        """The column, if most rows have a text of their own and they are many; None if not."""
        glance = cells.slice(0, _GLANCE)
        if len(cells) <= MANY or pc.count_distinct(glance).as_py() < _OWN * (len(glance) - glance.null_count):
            return None
        texts = joined(cells)
        numbers, filled = numbers_of(texts), len(texts) - texts.null_count
        if share_apart(texts, numbers) < _OWN:
            return None
        repeats = find_repeats(texts, numbers)
        return cls(name, texts, repeats) if filled - len(repeats.rows) > max(MANY, _OWN * filled) else None

    @property
    def stand_first(self) -> NDArray[np.bool_]:
        """Whether each row has a text that no earlier row has."""
        first = is_filled(self.cells)
        first[self.repeats.rows] = False
        return first

    def ranked(self) -> Ranked:
        """See `TextColumn`."""
        clean = self.texts is self.given
        repeats = self.repeats if clean else find_repeats(in_arrow(self.texts))
        return Ranked.of_rows(self.texts, repeats)

    def spread(self, texts: pa.Array) -> pa.Array:
        """See `TextColumn`."""
        return texts

    def of_rows(self, values: NDArray[Any], missing: object) -> NDArray[Any]:
        """See `TextColumn`."""
        if not self.cells.null_count:
            return values
        return np.where(is_filled(self.cells), values, np.array(missing, values.dtype))

    def _given(self) -> pa.LargeStringArray:
        return self.cells

    def _places(self) -> NDArray[np.int32]:
        return np.where(is_filled(self.cells), np.arange(len(self.cells), dtype="int32"), np.int32(-1))

    def _again(self) -> NDArray[np.int64]:
        return self.repeats.rows


def column_of(name: str, cells: pa.ChunkedArray) -> TextColumn:
    """A column in the form in which it is worked on."""
    own = None if pa.types.is_dictionary(cells.type) else OwnTexts.of(name, cells)
    return Levels(name, encoded(cells)) if own is None else own


def encoded(cells: pa.ChunkedArray) -> pa.DictionaryArray:
    """A column as its distinct texts, in the order in which they come, and the places of the rows."""
    if pa.types.is_dictionary(cells.type):
        cells = cells.cast(ENCODED).unify_dictionaries()
    else:
        # Places within 32 bits are enough for most columns, and cost half the memory while they are worked on.
        small = cells.type == pa.string() and cells.nbytes < _LARGEST_SMALL
        cells = pc.dictionary_encode(
            cells if small else pc.cast(cells, pa.large_string(), memory_pool=memory_pool()), memory_pool=memory_pool()
        )
    if not cells.num_chunks:
        return pa.DictionaryArray.from_arrays(pa.array([], pa.int32()), pa.array([], pa.large_string()))
    # All parts share one dictionary now.
    indices = pa.concat_arrays([part.indices for part in cells.chunks], memory_pool=memory_pool())
    texts = cells.chunk(cells.num_chunks - 1).dictionary
    return pa.DictionaryArray.from_arrays(indices, texts.cast(pa.large_string()))


def decoded(column: pa.DictionaryArray) -> pa.Array:
    """The column's texts, one a row."""
    return pc.take(column.dictionary, column.indices)


def joined(cells: pa.ChunkedArray) -> pa.LargeStringArray:
    """A column's texts as one array."""
    if cells.num_chunks == 1:
        return cells.chunk(0).cast(pa.large_string())
    if not cells.num_chunks:
        return pa.array([], pa.large_string())
    small = cells.type == pa.string() and cells.nbytes < _LARGEST_SMALL
    parts = cells if small else pc.cast(cells, pa.large_string(), memory_pool=memory_pool())
    whole = pa.concat_arrays(parts.chunks, memory_pool=memory_pool())
    return pc.cast(whole, pa.large_string(), memory_pool=memory_pool())


def in_arrow(texts: pd.Series) -> pa.LargeStringArray:
    """Texts of pandas as one array of Arrow."""
    found = pa.array(texts.array, from_pandas=True)
    return joined(found if isinstance(found, pa.ChunkedArray) else pa.chunked_array([found]))


def as_series(texts: pa.Array) -> pd.Series:
    """Arrow's texts in pandas, without a copy."""
    return pd.Series(texts.to_pandas(), dtype="str")
