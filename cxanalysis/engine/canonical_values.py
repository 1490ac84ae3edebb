"""One spelling for a value, wherever it came from: so that groups, levels and ids agree on every engine."""

from __future__ import annotations

import datetime as dt
import decimal
import math
import numbers
from typing import Any

EPOCH = dt.datetime(1970, 1, 1)


def canonical(value: Any) -> Any:
    """A value as plain Python: NaN and NaT → None, 2.0 → 2, dates → datetime, aware times → UTC without zone.

    Examples
    --------
    >>> canonical(2.0), canonical(float("nan")), canonical(dt.date(2024, 5, 1))
    (2, None, datetime.datetime(2024, 5, 1, 0, 0))
    """
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, dt.datetime):
        return _naive(value)
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day)
    if isinstance(value, decimal.Decimal):
        value = float(value) if value != value.to_integral_value() else int(value)
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        number = float(value)
        if math.isnan(number):
            return None
        return int(number) if number.is_integer() else number
    return str(value)


def _naive(value: dt.datetime) -> dt.datetime | None:
    if value != value:  # pandas' NaT is a datetime that does not equal itself
        return None
    plain = dt.datetime(*value.timetuple()[:6], value.microsecond, tzinfo=value.tzinfo)
    return plain.astimezone(dt.UTC).replace(tzinfo=None) if plain.tzinfo else plain


def sort_key(group: tuple[Any, ...]) -> tuple[tuple[int, Any], ...]:
    """Order of groups: numbers, then times, then words; missing last."""
    return tuple(_rank(value) for value in group)


def _rank(value: Any) -> tuple[int, Any]:
    if value is None:
        return (3, 0)
    if isinstance(value, str):
        return (2, value)
    if isinstance(value, dt.datetime):
        return (1, value)
    return (0, value)


def id_text(value: Any) -> str | None:
    """The text whose hash deals an id into a block; None for a missing id.

    Whole numbers print without a point, however they are stored; times as microseconds since 1970.

    Raises
    ------
    ValueError
        For a number with a fraction: such a column counts or measures, it names nobody.

    Examples
    --------
    >>> id_text(17.0), id_text(17), id_text("17"), id_text(dt.date(1970, 1, 2))
    ('17', '17', '17', '86400000000')
    """
    value = canonical(value)
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, dt.datetime):
        return str((value - EPOCH) // dt.timedelta(microseconds=1))
    if isinstance(value, float):
        raise ValueError(repr(value))
    return str(int(value))
