"""Numbers in words: as many digits as the interval allows, a real minus sign, thin spaces, grouped thousands."""

from __future__ import annotations

import math
import re
from typing import Final

import pandas as pd

#: A narrow space that does not break, before a percent sign and between number and unit.
THIN: Final = "\u202f"
MINUS: Final = "\u2212"
#: A last digit is shown if it is worth at least this share of the interval's width: finer ones say nothing.
RESOLUTION: Final = 5
#: No interval needs more decimals than this to be read by people.
MOST_DIGITS: Final = 4
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def known(*values: object) -> bool:
    """Whether all of these are numbers (not None, NaN, NA or infinite)."""
    return all(
        isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
        for value in (_plain(value) for value in values)
    )


def _plain(value: object) -> object:
    """numpy's and pandas's numbers as Python's; anything else as it is."""
    item = getattr(value, "item", None)
    return item() if callable(item) and getattr(value, "ndim", 1) == 0 else value


def digits(low: float | None, high: float | None) -> int:
    """How many decimals a value with this interval deserves.

    The last decimal is the finest one that is at least a fifth of the interval's width.

    Examples
    --------
    >>> digits(1.9, 4.4), digits(28, 34), digits(0.12, 0.50)
    (1, 0, 2)
    """
    if low is None or high is None or not known(low, high) or high == low:
        return 1
    step = abs(high - low) / RESOLUTION
    # The tolerance keeps an interval of exactly 5 from getting a decimal by the noise of floating point.
    return min(MOST_DIGITS, max(0, math.ceil(-math.log10(step) - 1e-9)))


def number(value: float, decimals: int = 0, *, sign: bool = False) -> str:
    """A number with grouped thousands and a real minus sign; with `sign`, a plus sign too.

    Examples
    --------
    >>> number(-1234.5, 1), number(0.31, 2, sign=True), number(-0.01)
    ('−1,234.5', '+0.31', '0')
    """
    if not known(value):
        return "–"
    text = f"{abs(value):,.{decimals}f}"
    if not text.strip("0.,"):
        return text
    return (MINUS if value < 0 else "+" if sign else "") + text


def points(
    value: float, low: float | None = None, high: float | None = None, *, sign: bool = False, unit: str = ""
) -> str:
    """A value in points with its interval.

    Examples
    --------
    >>> points(3.12, 1.9, 4.4), points(31.0, 28.2, 33.9, unit="points"), points(7)
    ('3.1 [1.9, 4.4]', '31 points [28, 34]', '7.0')
    """
    decimals = digits(low, high)
    text = number(value, decimals, sign=sign) + (f" {unit}" if unit else "")
    if low is None or high is None or not known(low, high):
        return text
    return f"{text} [{number(low, decimals, sign=sign)}, {number(high, decimals, sign=sign)}]"


def large(value: float, low: float | None = None, high: float | None = None) -> str:
    """A large number with its interval, rounded to tens, hundreds … where the interval allows no more.

    Examples
    --------
    >>> large(49213.4, 36012, 62499), large(412.3, 300.2, 519), large(7.31, 5.2, 9.4)
    ('49,000 [36,000, 62,000]', '410 [300, 520]', '7 [5, 9]')
    """
    if low is None or high is None or not known(value, low, high) or high <= low:
        return number(value)
    step = 10.0 ** max(0, math.floor(math.log10((high - low) / RESOLUTION)))
    return "{} [{}, {}]".format(*(number(round(v / step) * step) for v in (value, low, high)))


def percent(share: float, low: float | None = None, high: float | None = None) -> str:
    """A fraction (0…1) in percent, with its interval if there is one.

    Below one percent the first digit that is not zero is kept.

    Examples
    --------
    >>> percent(0.18).replace(THIN, "_"), percent(0.312, 0.24, 0.38).replace(THIN, "_"), percent(0.0042)[:3]
    ('18_%', '31_% [24, 38]', '0.4')
    """
    if not known(share):
        return "–"
    value = 100 * share
    if low is None or high is None or not known(low, high):
        decimals = 0 if value == 0 or abs(value) >= 1 else min(MOST_DIGITS, math.ceil(-math.log10(abs(value))))
        return f"{number(value, decimals)}{THIN}%"
    decimals = digits(100 * low, 100 * high)
    return f"{number(value, decimals)}{THIN}% [{number(100 * low, decimals)}, {number(100 * high, decimals)}]"


def count(n: int | tuple[int, int]) -> str:
    """A count, or a range of counts.

    Examples
    --------
    >>> count(8214), count((512, 640))
    ('8,214', '512 to 640')
    """
    if isinstance(n, tuple):
        low, high = n
        return count(low) if low == high else f"{low:,} to {high:,}"
    return f"{n:,}"


def period(first_last: tuple[str, str] | None) -> str:
    """A period in words; dates are ISO. Months are written out, so no reader has to guess their order.

    Examples
    --------
    >>> period(("2024-01-03", "2025-12-31"))
    '3 Jan 2024 to 31 Dec 2025'
    """
    if first_last is None:
        return ""
    first, last = (day(date) for date in first_last)
    return first if first == last else f"{first} to {last}"


def day(date: object) -> str:
    """A date as "3 Jan 2024"; what is no date stays as it is.

    Examples
    --------
    >>> day("2024-01-03")
    '3 Jan 2024'
    """
    moment = pd.to_datetime(str(date), errors="coerce")
    if pd.isna(moment):
        return str(date)
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def plain(text: object, longest: int = 200) -> str:
    """Text from a file as one harmless line of data.

    Line breaks and control characters become spaces; an invisible joiner after `<` keeps a value such as
    `</script>` from ending a script, should somebody put the chart into a page as it is.

    Examples
    --------
    >>> plain("late\\ndelivery"), "</script" in plain("</script>")
    ('late delivery', False)
    """
    kept = "".join(c if c.isprintable() or c == THIN else " " for c in str(text))
    line = re.sub(r" +", " ", kept).strip(" ").replace("<", "<\u2060")
    return line if len(line) <= longest else line[: longest - 1] + "…"
