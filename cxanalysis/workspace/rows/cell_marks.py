"""Single values of mixed columns as text and back, so that 99, 99.0 and "99" stay three different answers.

A spreadsheet column may hold numbers, words and dates at once, which no Parquet column can. As missing codes
and scales are matched against the values as they were read, their types must survive the disk.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, Final

import numpy as np
import pandas as pd

#: Type → one-letter mark, to text, from text. Sub-classes stand before their parents (bool before int,
#: Timestamp before datetime before date).
_FORMS: Final[tuple[tuple[Any, str, Callable[[Any], str], Callable[[str], Any]], ...]] = (
    (str, "s", str, str),
    ((bool, np.bool_), "b", lambda v: "1" if v else "0", lambda t: t == "1"),
    ((int, np.integer), "i", lambda v: str(int(v)), int),
    ((float, np.floating), "f", lambda v: repr(float(v)), float),
    (bytes, "x", bytes.hex, bytes.fromhex),
    (Decimal, "n", str, Decimal),
    (pd.Timestamp, "T", pd.Timestamp.isoformat, pd.Timestamp),
    (dt.datetime, "t", dt.datetime.isoformat, dt.datetime.fromisoformat),
    (dt.date, "d", dt.date.isoformat, dt.date.fromisoformat),
    (dt.time, "h", dt.time.isoformat, dt.time.fromisoformat),
    (pd.Timedelta, "Z", pd.Timedelta.isoformat, pd.Timedelta),
    (
        dt.timedelta,
        "z",
        lambda v: f"{v.days} {v.seconds} {v.microseconds}",
        lambda t: dt.timedelta(*map(int, t.split())),
    ),
)
_READ: Final = {mark: read for _, mark, _, read in _FORMS}


def marked(value: Any) -> str | None:
    """One value as text with its type's mark; None if it is missing. Types not known become their text.

    >>> marked(99), marked("99"), marked(float("nan")), unmarked("i99"), unmarked("s99")
    ('i99', 's99', None, 99, '99')
    """
    for kind, mark, write, _ in _FORMS:
        if isinstance(value, kind):
            return None if value is pd.NaT or value != value else mark + write(value)
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    return f"s{value}"


def unmarked(text: str | None) -> Any:
    """The value that `marked` made the text from."""
    return None if text is None else _READ[text[0]](text[1:])


def all_marked(values: Iterable[Any]) -> list[str | None]:
    """`marked` for a column."""
    return [marked(value) for value in values]


def all_unmarked(texts: Iterable[str | None]) -> list[Any]:
    """`unmarked` for a column."""
    return [unmarked(text) for text in texts]
