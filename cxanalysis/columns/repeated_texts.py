"""Which rows of a column of texts say what an earlier row says, where hardly any does.

A table of a million comments to look each comment up in costs more than to read them. Here every text gets a number
made from its length and a few of its letters; only texts whose number comes twice can be alike, and only they are
looked up. So the numbers decide how long it takes, never what is found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from cxanalysis.columns.text_letters import letters_of

#: Letters that make one number of 64 bits.
_WORD: Final = 8
#: Where else a text is looked at than at its beginning: at its end, and a long one at the quarters of it too.
_LOOKED_AT: Final = ((0, (4,)), (_WORD, (1, 2, 3)))
#: Rows worked on in one go: they stay in the processor's own memory.
_AT_ONCE: Final = 2**13
#: One text in so many tells how many there are.
_ONE_IN: Final = 16
_SAMPLED: Final = np.uint32(2**32 // _ONE_IN)
#: Bits of a number by which the rows that may be repeated are found.
_SIEVE: Final = 22
_COARSER: Final = np.uint32(32 - _SIEVE)
_MIXERS: Final = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))
_HALF: Final = np.uint64(32)


@dataclass(frozen=True, slots=True, eq=False)
class Repeats:
    """Rows whose text stands in an earlier row too.

    Attributes
    ----------
    rows : array of int
        These rows, ascending.
    first : array of int
        For each, the first row with its text.
    """

    rows: NDArray[np.int64]
    first: NDArray[np.int64]


def find_repeats(texts: pa.LargeStringArray, numbers: NDArray[np.uint32] | None = None) -> Repeats:
    """The rows that repeat an earlier one; missing ones repeat nothing.

    Parameters
    ----------
    texts : array of texts
    numbers : array, optional
        Their `numbers_of`, where they are known.

    Examples
    --------
    >>> find_repeats(pa.array(["late", "fine", None, "late", None, "late"], pa.large_string()))
    Repeats(rows=array([3, 5]), first=array([0, 0]))
    """
    numbers = numbers_of(texts) if numbers is None else numbers
    filled = np.flatnonzero(is_filled(texts)) if texts.null_count else None
    numbers = numbers if filled is None else numbers[filled]
    in_order = np.sort(numbers)
    twice = in_order[1:][in_order[1:] == in_order[:-1]]
    sieve = np.zeros(2**_SIEVE, "bool")
    sieve[twice >> _COARSER] = True
    perhaps = np.flatnonzero(sieve[numbers >> _COARSER])
    perhaps = perhaps if filled is None else filled[perhaps]
    known = pc.dictionary_encode(texts.take(pa.array(perhaps))).indices.to_numpy(zero_copy_only=False)
    # Texts are known in the order in which they come, so a text is new where its place is.
    newest = np.maximum.accumulate(known) if len(known) else known
    is_new = np.diff(newest, prepend=-1) > 0
    return Repeats(perhaps[~is_new], perhaps[is_new][known[~is_new]])


def share_apart(texts: pa.LargeStringArray, numbers: NDArray[np.uint32]) -> float:
    """About how many different texts there are to a filled row, from some of the texts."""
    numbers = numbers[is_filled(texts)] if texts.null_count else numbers
    some = np.sort(numbers[numbers < _SAMPLED])
    return (1 + np.count_nonzero(np.diff(some))) * _ONE_IN / max(len(numbers), 1)


def numbers_of(texts: pa.LargeStringArray) -> NDArray[np.uint32]:
    """A number for each text: equal texts, equal numbers; others seldom."""
    ends, letters = letters_of(texts)
    if len(letters) < _WORD:
        letters = np.append(letters, np.zeros(_WORD, "uint8"))
    words = np.ndarray(len(letters) - _WORD + 1, "<u8", letters, strides=(1,))  # one begins at every letter
    numbers = np.empty(len(texts), "uint32")
    for at in range(0, len(texts), _AT_ONCE):
        numbers[at : at + _AT_ONCE] = _mixed(ends[at : at + _AT_ONCE + 1], words) >> _HALF
    return numbers


def _mixed(ends: NDArray[np.int64], words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    starts, sizes = ends[:-1], np.diff(ends)
    beyond = np.maximum(sizes - _WORD, 0)
    made = sizes.view("uint64") * _MIXERS[0] + _beginning(starts, sizes, words) * _MIXERS[1]
    made ^= made >> _HALF
    for longer, quarters in _LOOKED_AT:
        has = beyond > longer  # what is mixed in depends on the text alone, not on its neighbours
        if not has.any():
            break
        more = made
        for quarter in quarters:
            word = words[np.minimum(starts + beyond * quarter // 4, len(words) - 1)]
            more = (more ^ word) * _MIXERS[quarter % 2]
            more ^= more >> _HALF
        made = np.where(has, more, made)
    return made


def _beginning(starts: NDArray[np.int64], sizes: NDArray[np.int64], words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The first eight letters, or as many as there are."""
    at = np.minimum(starts, len(words) - 1)  # the last texts may begin too late for a whole word
    word = words[at].astype("uint64") >> ((starts - at).astype("uint64") * np.uint64(8))
    missing = np.maximum(_WORD - sizes, 0).astype("uint64") * np.uint64(8)
    return np.where(sizes > 0, word << np.minimum(missing, np.uint64(63)), np.uint64(0))


def is_filled(texts: pa.LargeStringArray) -> NDArray[np.bool_]:
    """Whether each text is there."""
    return np.array(texts.is_valid())
