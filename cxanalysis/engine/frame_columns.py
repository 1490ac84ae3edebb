"""One column out of any frame, as numbers, times, texts or codes: the same from every library."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from cxanalysis.engine.canonical_values import canonical
from cxanalysis.engine.need import Measure
from cxanalysis.problem import Problem

Array = NDArray[Any]
#: Distance between numpy's weeks (from a Thursday, 1 January 1970) and weeks that begin on Monday, in days.
THURSDAY = 3


def unknown_column(column: str, columns: Sequence[str]) -> Problem:
    """The problem of a column that is not there, with the names that come near it."""
    column = str(column)  # a step from outside may name anything
    near = difflib.get_close_matches(column, columns, n=3, cutoff=0.5)
    lower = {name.lower(): name for name in columns}
    near = near or [lower[name] for name in difflib.get_close_matches(column.lower(), lower, n=3, cutoff=0.5)]
    shown = ", ".join(f"'{name}'" for name in list(columns)[:20]) + (" …" if len(columns) > 20 else "")
    do = f"Did you mean {' or '.join(repr(name) for name in near)}?" if near else f"The columns are: {shown}"
    return Problem(f"there is no column '{column}'", do=do)


def not_a_number(column: str, example: Any) -> Problem:
    """The problem of a column that should hold numbers and does not."""
    return Problem(
        f"numbers are needed, and it holds others, such as {example!r}",
        where=f"column '{column}'",
        do="Name a column of numbers, or give it a role that reads it as numbers",
    )


def not_a_time(column: str, example: Any) -> Problem:
    """The problem of a column that should hold dates and does not."""
    return Problem(
        f"dates are needed, and it holds others, such as {example!r}",
        where=f"column '{column}'",
        do="Name a date column, or give it the role 'date'",
    )


def to_arrow(series: nw.Series[Any]) -> pa.Array:
    """A column as one Arrow array; values of mixed types, which Arrow cannot hold, become text."""
    try:
        found = series.to_arrow()
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        native = pd.Series(list(series.to_native()), dtype=object)
        found = pa.array([None if pd.isna(value) else str(value) for value in native], type=pa.large_string())
    return plain(found)


def plain(found: pa.Array | pa.ChunkedArray) -> pa.Array:
    """In one piece, and each row's value itself instead of its number in a dictionary."""
    if isinstance(found, pa.ChunkedArray):
        found = found.combine_chunks()
    if isinstance(found, pa.ChunkedArray):  # no chunk at all
        found = pa.concat_arrays(found.chunks) if found.num_chunks else pa.array([], type=found.type)
    return found.dictionary_decode() if pa.types.is_dictionary(found.type) else found


def kind_of(array: pa.Array) -> str:
    """ "number" (flags too), "time", "text", "empty" (no type at all) or "other"."""
    kind, is_ = array.type, pa.types
    if is_.is_null(kind):
        return "empty"
    if is_.is_boolean(kind) or is_.is_integer(kind) or is_.is_floating(kind) or is_.is_decimal(kind):
        return "number"
    if is_.is_timestamp(kind) or is_.is_date(kind):
        return "time"
    return "text" if is_.is_string(kind) or is_.is_large_string(kind) or is_.is_string_view(kind) else "other"


def example(array: pa.Array) -> Any:
    """The first value that is there."""
    present = array.drop_null()
    return canonical(present[0].as_py()) if len(present) else None


def numbers(array: pa.Array, column: str) -> NDArray[np.float64]:
    """As float64, NaN where missing."""
    kind = kind_of(array)
    if kind == "empty" or (array.null_count == len(array)):
        return np.full(len(array), np.nan)
    if kind != "number":
        raise not_a_number(column, example(array))
    if pa.types.is_boolean(array.type):
        array = array.cast(pa.int8())
    return np.array(array.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False), dtype=np.float64)


def times(array: pa.Array, column: str) -> Array:
    """As datetime64[us] without zone (UTC), NaT where missing."""
    kind = kind_of(array)
    if kind == "empty" or array.null_count == len(array):
        return np.full(len(array), np.datetime64("NaT"), dtype="datetime64[us]")
    if kind != "time":
        raise not_a_time(column, example(array))
    if pa.types.is_timestamp(array.type) and array.type.tz:
        array = array.cast(pa.timestamp(array.type.unit, "UTC"), safe=False)
    plain = array.cast(pa.timestamp("us"), safe=False)
    return plain.to_numpy(zero_copy_only=False).astype("datetime64[us]")


def texts(array: pa.Array) -> Array:
    """As text, None where missing."""
    if kind_of(array) == "other":
        array = pa.array([None if v is None else str(v) for v in array.to_pylist()], type=pa.large_string())
    out = np.empty(len(array), dtype=object)
    out[:] = array.cast(pa.large_string()).to_pylist()
    return out


def codes(array: pa.Array) -> tuple[NDArray[np.int64], list[Any]]:
    """Codes of the rows' values, and the distinct values in plain Python (None is one of them if any is missing)."""
    if kind_of(array) == "other":
        array = pa.array(texts(array), type=pa.large_string())
    encoded = pc.dictionary_encode(array)
    indices = encoded.indices.cast(pa.int64()).fill_null(-1).to_numpy(zero_copy_only=False)
    found = encoded.dictionary.to_pylist()
    if pa.types.is_integer(array.type) or kind_of(array) == "text":
        # Each is its own canonical spelling.
        if (indices < 0).any():
            return np.where(indices >= 0, indices, len(found)), [*found, None]
        return indices, found
    values: dict[Any, int] = {}
    codes_of = [values.setdefault(value, len(values)) for value in map(canonical, found)]
    renumbered = np.array(codes_of or [0], dtype=np.int64)
    if (indices < 0).any():
        none = values.setdefault(None, len(values))
        return np.where(indices >= 0, renumbered[indices], none), list(values)
    return renumbered[indices], list(values)


def first_of_each(array: pa.Array) -> NDArray[np.bool_]:
    """Which rows hold their value for the first time, or none at all."""
    if pa.types.is_floating(array.type):
        array = pc.if_else(pc.is_nan(array), pa.scalar(None, array.type), array)
    elif kind_of(array) == "other":
        array = pa.array(texts(array), type=pa.large_string())
    if len(array) > 1 and not array.null_count and pc.all(pc.less(array[:-1], array[1:])).as_py():
        return np.ones(len(array), dtype=bool)  # given one after another, as numbers of orders mostly are
    # Codes are given in the order of first appearance.
    found = pc.dictionary_encode(array).indices.cast(pa.int64()).fill_null(-1).to_numpy(zero_copy_only=False)
    before = np.concatenate([[-1], np.maximum.accumulate(found)[:-1]]) if len(found) else found
    return (found > before) | (found < 0)


def starts(when: Array, every: str) -> Array:
    """Start of each date's day, week, month, quarter or year, as datetime64[us].

    Examples
    --------
    >>> starts(np.array(["2024-05-15T10:00"], dtype="datetime64[us]"), "week")
    array(['2024-05-13T00:00:00.000000'], dtype='datetime64[us]')
    """
    if every == "week":
        days = when.astype("datetime64[D]")
        back = np.where(np.isnat(days), 0, (days.astype(np.int64) + THURSDAY) % 7)
        return (days - back.astype("timedelta64[D]")).astype("datetime64[us]")
    if every == "quarter":
        months = when.astype("datetime64[M]")
        back = np.where(np.isnat(months), 0, months.astype(np.int64) % 3)
        return (months - back.astype("timedelta64[M]")).astype("datetime64[us]")
    unit = {"day": "D", "month": "M", "year": "Y"}[every]
    return when.astype(f"datetime64[{unit}]").astype("datetime64[us]")


def period_codes(when: Array, every: str) -> tuple[NDArray[np.int64], list[Any]]:
    """Codes of the dates' periods, and the periods' starts."""
    return codes(pa.array(starts(when, every), type=pa.timestamp("us")))


def recoded(value: NDArray[np.float64], measure: Measure) -> NDArray[np.float64]:
    """Numbers under a measure's coding; NaN stays NaN."""
    if measure.coding == "value":
        return value
    against: Any = measure.against
    if measure.coding == "nps":
        out = np.where(value >= 9, 100.0, np.where(value >= 7, 0.0, -100.0))
    elif measure.coding == "at_least":
        out = np.where(value >= against, 100.0, 0.0)
    elif measure.coding == "at_most":
        out = np.where(value <= against, 100.0, 0.0)
    else:
        out = np.where(value == float(against), 1.0, 0.0) if isinstance(against, (int, float)) else np.zeros(len(value))
    return np.where(np.isnan(value), np.nan, out)
