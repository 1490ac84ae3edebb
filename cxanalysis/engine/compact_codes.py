"""Columns in few bytes: flags, grades and groups of a large table take one byte a row instead of eight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
#: Whole numbers up to here are exact in a float64.
EXACT: Final = 2.0**53
#: What stands for a missing number among packed ones, which lie between -127 and 127.
_NONE: Final = -128


def packed(values: NDArray[np.float64]) -> Array:
    """The same numbers in a byte each, if they are small and whole (or missing); else as they are.

    Examples
    --------
    >>> packed(np.array([3.0, np.nan, 10.0])), packed(np.array([0.5]))
    (array([   3, -128,   10], dtype=int8), array([0.5]))
    """
    filled = np.nan_to_num(values, nan=_NONE)
    if filled.size and not (filled.min() >= _NONE and filled.max() <= -_NONE - 1):
        return values
    small = filled.astype(np.int8)
    if not np.array_equal(small, filled) or (values == _NONE).any():
        return values
    return small


def unpacked(packed_numbers: Array) -> NDArray[np.float64]:
    """The numbers as they were.

    Examples
    --------
    >>> unpacked(packed(np.array([3.0, np.nan, -127.0]))).tolist()
    [3.0, nan, -127.0]
    """
    if packed_numbers.dtype != np.int8:
        return packed_numbers
    out = packed_numbers.astype(np.float64)
    out[packed_numbers == _NONE] = np.nan
    return out


def levels(packed_numbers: NDArray[np.int8]) -> tuple[Array, list[int | None]]:
    """Codes and distinct values of packed numbers.

    Examples
    --------
    >>> codes, values = levels(packed(np.array([3.0, np.nan, 3.0, -1.0])))
    >>> [values[code] for code in codes]
    [3, None, 3, -1]
    """
    shifted = packed_numbers.view(np.uint8) ^ 128  # -128 … 127 → 0 … 255
    seen = np.flatnonzero(np.bincount(shifted, minlength=256))
    place = np.zeros(256, dtype=np.uint8)
    place[seen] = np.arange(len(seen))
    return place[shifted], [None if at == 0 else int(at) - 128 for at in seen.tolist()]


@dataclass(frozen=True, slots=True)
class Coded:
    """A column as codes.

    Attributes
    ----------
    codes : array of whole numbers (n,)
        Place of each row's value; of the smallest type that holds them.
    values : list
        The distinct values in plain Python; None is one of them if any is missing.
    """

    codes: Array
    values: list[Any]

    @classmethod
    def of(cls, codes: Array, values: list[Any]) -> Coded:
        """Codes in as few bytes as they need."""
        return cls(codes.astype(np.min_scalar_type(max(len(values) - 1, 0)), copy=False), values)

    def keep(self, at: Array) -> Coded:
        """That of some rows, with the values that they have."""
        codes = self.codes[at]
        seen = np.bincount(codes, minlength=len(self.values)) > 0
        if seen.all():
            return Coded(codes, self.values)
        return Coded.of((np.cumsum(seen) - 1)[codes], [v for v, there in zip(self.values, seen, strict=True) if there])

    def present(self) -> NDArray[np.bool_]:
        """Which rows have a value."""
        if None not in self.values:
            return np.ones(len(self.codes), dtype=bool)
        return self.codes != self.values.index(None)
