"""Cells of Python's own types (from JSON, from a database) as one column of one type."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import pandas as pd

#: From here on a float cannot hold every whole number: such numbers are names and stay text.
_LARGEST_WHOLE: Final = 2**53


def typed_column(cells: Sequence[Any]) -> pd.Series:
    """Numbers if all are numbers, truths if all are truths, else text; None, NaN and blanks are missing.

    Examples
    --------
    >>> typed_column([1, None, 3]).dtype, typed_column([1.5, 2]).dtype, typed_column([True, None]).dtype
    (Int64Dtype(), dtype('float64'), BooleanDtype)
    >>> typed_column([1, "two", 3.0]).tolist()
    ['1', 'two', '3']
    """
    known = [None if _missing(cell) else cell for cell in cells]
    kinds = {type(cell) for cell in known if cell is not None}
    if kinds == {bool}:
        return pd.Series(known, dtype="boolean")
    if kinds and kinds <= {int, float}:
        if all(cell is None or abs(cell) < _LARGEST_WHOLE for cell in known):
            whole = kinds == {int}
            return pd.Series(known, dtype="Int64" if whole else "float64")
        if kinds == {float}:
            return pd.Series(known, dtype="float64")
    return pd.Series([None if cell is None else _text(cell) for cell in known], dtype="str")


def _missing(cell: Any) -> bool:
    if isinstance(cell, float):
        return not math.isfinite(cell)
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _LARGEST_WHOLE:
        return str(int(cell))
    return cell.decode("utf-8", errors="replace") if isinstance(cell, bytes) else str(cell)
