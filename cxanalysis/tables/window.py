"""Counting events in a window before each answer, on arrays: the mathematics behind `link`.

Times are whole microseconds since 1970; a person is a whole number (−1: unknown). Everything is one sort and a few
binary searches, O((n + m) log m), so it holds for twenty million events as for twenty.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.problem import Problem

#: Microseconds of one day.
DAY: Final = 86_400_000_000
#: A time that is missing.
NEVER: Final = np.iinfo(np.int64).min

Ints = NDArray[np.int64]


def microseconds(values: pd.Series, where: str) -> tuple[Ints, bool]:
    """Points in time as whole microseconds (missing: `NEVER`), and whether they carry a time zone (then in UTC)."""
    if not pd.api.types.is_datetime64_any_dtype(values):
        try:
            # Only 2024-03-31 is unmistakable; other ways of writing a date are `read`'s business.
            text = values.astype("string") if values.dtype != object else values
            values = pd.to_datetime(text, format="ISO8601", errors="raise")
        except (ValueError, TypeError) as error:
            raise Problem(
                "not every value can be read as a date",
                where=where,
                do="Name a column of dates, or read it with cx.read",
            ) from error
    zoned = getattr(values.dt, "tz", None) is not None
    if zoned:
        values = values.dt.tz_convert("UTC").dt.tz_localize(None)
    missing = values.isna().to_numpy()
    times = values.to_numpy().astype("datetime64[us]").astype(np.int64)
    return np.where(missing, NEVER, times), zoned


def has_clock(times: Ints) -> bool:
    """Whether any of the times is more precise than a day."""
    return bool(np.any(times[times != NEVER] % DAY))


def to_day(times: Ints) -> Ints:
    """Times cut down to the start of their day; missing ones stay missing."""
    return np.where(times == NEVER, NEVER, times - times % DAY)


def _as_text(keys: pd.Series) -> pd.Series:
    """Keys as text, so that 1001, 1001.0 and "1001" are the same customer."""
    if pd.api.types.is_float_dtype(keys) and (keys.dropna() % 1 == 0).all():
        keys = keys.astype("Int64")
    return keys.astype("string").str.strip()


def common_codes(answer_keys: pd.Series, event_keys: pd.Series) -> tuple[Ints, Ints]:
    """One whole number per person, the same in both columns; −1 where the key is missing."""

    def plain(keys: pd.Series) -> pd.Series:
        return keys.astype(keys.cat.categories.dtype) if isinstance(keys.dtype, pd.CategoricalDtype) else keys

    first, second = plain(answer_keys), plain(event_keys)
    if pd.api.types.is_numeric_dtype(first) != pd.api.types.is_numeric_dtype(second):
        first, second = _as_text(first), _as_text(second)
    both: Any = pd.concat([first, second], ignore_index=True)
    codes = pd.factorize(both)[0].astype(np.int64)
    return codes[: len(first)], codes[len(first) :]


def count_between(codes: Ints, start: Ints, stop: Ints, other_codes: Ints, other_times: Ints) -> Ints:
    """How many of the other rows of the same person lie in start ≤ time < stop.

    Parameters
    ----------
    codes, start, stop : int arrays, shape (n,)
        One person and one half-open stretch of time per row.
    other_codes, other_times : int arrays, shape (m,)
        Person and time of the rows to count; none missing.

    Returns
    -------
    int array, shape (n,)

    Examples
    --------
    >>> import numpy as np
    >>> a = np.array
    >>> count_between(a([7, 8]), a([0, 0]), a([10, 10]), a([7, 7, 7, 8]), a([0, 9, 10, 11])).tolist()
    [2, 0]
    """
    # Times become ranks first: person and time then fit into one whole number that sorts by both.
    moments = np.unique(other_times)
    width = len(moments) + 1
    ranks = np.searchsorted(moments, other_times)
    sorted_rows = np.sort(other_codes * width + ranks)
    first = np.searchsorted(sorted_rows, codes * width + np.searchsorted(moments, start))
    last = np.searchsorted(sorted_rows, codes * width + np.searchsorted(moments, stop))
    return np.maximum(last - first, 0).astype(np.int64)
