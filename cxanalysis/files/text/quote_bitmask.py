"""Where letters stand in a block of text: a bit a letter, so that sixty-four of them are compared in one go.

The quotation marks of a large file are a tenth of its letters. Taken one by one, finding out which of them open a cell
and which close one costs as much as reading the cells; taken as bits it costs a quarter of that.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

#: Marks of a block: letter 0 is the lowest bit of the first word. The last word is free.
Marks = NDArray[np.uint64]

_BITS: Final = 64
_ONE, _LAST = np.uint64(1), np.uint64(_BITS - 1)
_STEPS: Final = tuple(np.uint64(step) for step in (1, 2, 4, 8, 16, 32))


def marks_of(letters: NDArray[np.uint8], letter: int) -> Marks:
    """Where a letter stands.

    Examples
    --------
    >>> [bin(word) for word in marks_of(np.frombuffer(b'a,"b"', "uint8"), ord('"'))]
    ['0b10100', '0b0']
    """
    words = np.zeros(len(letters) // _BITS + 2, "uint64")
    packed = np.packbits(letters == letter, bitorder="little")
    words.view("uint8")[: len(packed)] = packed
    return words if np.little_endian else words.byteswap()


def none_like(marks: Marks) -> Marks:
    """No letter of the same block."""
    return np.zeros_like(marks)


def inside(quotes: Marks) -> Marks:
    """Letters with an odd number of quotes up to and with themselves: from an opening quote to before its closing one.

    Examples
    --------
    >>> [bin(word) for word in inside(marks_of(np.frombuffer(b'a,"b"', "uint8"), ord('"')))]
    ['0b1100', '0b0']
    """
    odd = quotes.copy()
    for step in _STEPS:
        odd ^= odd << step
    open_at_end = np.bitwise_xor.accumulate(odd >> _LAST)
    odd[1:] ^= np.uint64(0) - open_at_end[:-1]  # all bits of the next word, where one is still open
    return odd


def and_at(marks: Marks, place: int) -> Marks:
    """These marks and one more."""
    more = marks.copy()
    more[place // _BITS] |= _ONE << np.uint64(place % _BITS)
    return more


def after(marks: Marks, first: bool = False) -> Marks:
    """The letters right behind those marked; `first` says whether the block's first letter is behind one."""
    moved = marks << _ONE
    moved[1:] |= marks[:-1] >> _LAST
    moved[0] |= np.uint64(first)
    return moved


def before(marks: Marks) -> Marks:
    """The letters right before those marked."""
    moved = marks >> _ONE
    moved[:-1] |= marks[1:] << _LAST
    return moved


def how_many(marks: Marks) -> int:
    """How many letters are marked."""
    return int(np.bitwise_count(marks).sum())


def last_of(marks: Marks) -> int:
    """Place of the last marked letter; -1 if there is none."""
    words = np.flatnonzero(marks)
    return int(words[-1]) * _BITS + int(marks[words[-1]]).bit_length() - 1 if len(words) else -1


def up_to(marks: Marks, place: int) -> Marks:
    """The marks of the letters up to this place."""
    word, bit = divmod(place + 1, _BITS)
    kept = marks[: word + 1].copy()
    kept[word] &= np.uint64((1 << bit) - 1)
    return kept


def widest_gap(marks: Marks) -> int:
    """No two neighbouring marked letters, nor the block's beginning and the first, are further apart than this."""
    words = np.flatnonzero(marks)
    return (int(np.diff(words, prepend=0).max()) + 1) * _BITS if len(words) else len(marks) * _BITS


def places_of(marks: Marks) -> NDArray[np.int64]:
    """The places of the marked letters."""
    words = marks if np.little_endian else marks.byteswap()
    return np.flatnonzero(np.unpackbits(words.view("uint8"), bitorder="little"))
