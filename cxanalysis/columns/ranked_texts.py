"""The distinct texts of a column with how often each comes."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from cxanalysis.columns.repeated_texts import Repeats
from cxanalysis.columns.text_letters import pieces_of


class Ranked:
    """Distinct texts with their number of rows, the most frequent first, of equals the one given first.

    A million texts are put in order without being moved: who needs the first fifty gets fifty.
    """

    def __init__(self, texts: pd.Series, rows: NDArray[np.int64]) -> None:
        in_order = not (rows[:-1] < rows[1:]).any()
        self._texts = texts
        self._order: NDArray[Any] | None = None if in_order else np.argsort(_fewer_than_most(rows), kind="stable")
        self.rows: NDArray[np.int64] = rows if self._order is None else rows[self._order]

    @classmethod
    def of_rows(cls, texts: pd.Series, repeats: Repeats) -> Ranked:
        """From a text a row, of which these rows repeat earlier ones; missing ones do not count."""
        single = texts.notna().to_numpy(copy=True)
        heads, further = np.unique(repeats.first, return_counts=True)
        single[repeats.rows] = single[heads] = False
        by_rows = np.argsort(-further, kind="stable")
        made = cls.__new__(cls)
        made._texts = texts
        made._order = None
        if len(heads) or not single.all():
            made._order = np.append(heads[by_rows].astype("int32"), np.flatnonzero(single).astype("int32"))
        made.rows = np.ones(len(texts) if made._order is None else len(made._order), "int64")
        made.rows[: len(heads)] += further[by_rows]
        return made

    def __len__(self) -> int:
        return len(self.rows)

    def part(self, which: slice | NDArray[np.int64]) -> pd.Series:
        """Some of the texts (index) with their number of rows."""
        texts = self._texts.iloc[which if self._order is None else self._order[which]]
        return pd.Series(self.rows[which], index=pd.Index(texts, dtype="str", name=None), name="count")

    def with_letter(self, letter: str, from_end: int) -> pd.Series:
        """The texts in which this letter (ASCII) is the so-manieth from the end, counted in bytes."""
        there = np.zeros(len(self._texts), "bool")
        for at, ends, letters in pieces_of(pa.array(self._texts.array, from_pandas=True)):
            place = ends[1:] - from_end
            if len(letters):
                found = (place >= ends[:-1]) & (letters[np.maximum(place, 0)] == ord(letter))
                there[at : at + len(found)] = found
        if not there.any():
            return self.part(slice(0))
        return self.part(np.flatnonzero(there if self._order is None else there[self._order]))

    @cached_property
    def counts(self) -> pd.Series:
        """All of them."""
        return self.part(slice(None))


def _fewer_than_most(rows: NDArray[np.int64]) -> NDArray[Any]:
    """By how much each number is below the greatest; in 16 bits, where it fits, numpy sorts by digits, in a tenth."""
    less = rows.max() - rows
    return less.astype("uint16") if rows.max() < 2**16 else less
