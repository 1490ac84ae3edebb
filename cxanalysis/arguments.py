"""Arguments checked at the door of every public call: a wrong one gets one sentence that names it.

Lowest layer beside `problem`: functions that hand the value back in the type the analysis wants, or raise a `Problem`.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral, Real
from typing import Any

from cxanalysis.problem import Problem

#: A value in a message is cut to so many characters.
LONGEST_VALUE = 40
#: So many column names are listed where none comes near.
SHOWN_COLUMNS = 20


def shown(value: Any) -> str:
    """A value as a message shows it: on one line, and short.

    >>> shown("best"), shown({"a": 1}), shown(0.5)
    ("'best'", "{'a': 1}", '0.5')
    """
    text = " ".join(repr(value).split())
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"


def check_number(
    value: Any,
    argument: str,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    open_low: bool = False,
    open_high: bool = False,
    do: str | None = None,
) -> float:
    """A finite number between two ends, both included unless they are open.

    Raises
    ------
    Problem
        If it is a text, yes or no, not finite, or beyond an end.

    Examples
    --------
    >>> check_number(3, "window_days", low=0, open_low=True)
    3.0
    >>> check_number("3", "window_days")
    Traceback (most recent call last):
    cxanalysis.problem.Problem: window_days: a number is needed, not '3'.
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        raise Problem(f"a number is needed, not {shown(value)}", where=argument, do=do)
    number = float(value)
    below = number < low or (open_low and number == low)
    above = number > high or (open_high and number == high)
    if not math.isfinite(number) or below or above:
        raise Problem(f"{shown(value)} is {_beyond(low, high, open_low, open_high)}", where=argument, do=do)
    return number


def _beyond(low: float, high: float, open_low: bool, open_high: bool) -> str:
    if math.isinf(low) and math.isinf(high):
        return "not finite"
    if math.isinf(high):
        return f"not above {low:g}" if open_low else f"below {low:g}"
    if math.isinf(low):
        return f"not below {high:g}" if open_high else f"above {high:g}"
    return f"not between {low:g} and {high:g}"


def check_confidence(value: Any) -> float:
    """The confidence of an interval, a number between 0 and 1.

    Examples
    --------
    >>> check_confidence(0.95)
    0.95
    >>> check_confidence("0.95")
    Traceback (most recent call last):
    cxanalysis.problem.Problem: confidence: a number is needed, not '0.95'. Use 0.95 for 95 %.
    """
    return check_number(value, "confidence", low=0, high=1, open_low=True, open_high=True, do="Use 0.95 for 95 %")


def check_share(value: Any, argument: str, *, above_zero: bool = False) -> float:
    """A share from 0 to 1 (with `above_zero`, 0 not included)."""
    return check_number(value, argument, low=0, high=1, open_low=above_zero, do="Write 40 % as 0.4")


def check_whole(value: Any, argument: str, *, low: int | None = None, do: str | None = None) -> int:
    """A whole number, not below `low`.

    Examples
    --------
    >>> check_whole(3.0, "top", low=1)
    3
    >>> check_whole(2.5, "top", low=1)
    Traceback (most recent call last):
    cxanalysis.problem.Problem: top: a whole number is needed, not 2.5.
    """
    number = check_number(value, argument, low=-math.inf if low is None else low, do=do)
    if not isinstance(value, Integral) and not number.is_integer():
        raise Problem(f"a whole number is needed, not {shown(value)}", where=argument, do=do)
    return int(value)


def check_seed(value: Any) -> int:
    """The seed of everything drawn: a whole number, zero or more."""
    return check_whole(value, "seed", low=0)


def check_resamples(value: Any, *, fewest: int = 2) -> int:
    """How often is resampled: a whole number."""
    return check_whole(value, "resamples", low=fewest)


def check_flag(value: Any, argument: str) -> bool:
    """Yes or no."""
    if not isinstance(value, bool):
        raise Problem(f"True or False is needed, not {shown(value)}", where=argument)
    return value


def check_text(value: Any, argument: str, *, do: str | None = None) -> str:
    """A text."""
    if not isinstance(value, str) or not value:
        raise Problem(f"a text is needed, not {shown(value)}", where=argument, do=do)
    return value


def check_choice(value: Any, choices: Iterable[str], argument: str) -> str:
    """One of the words that an argument may take.

    Examples
    --------
    >>> check_choice("mean", ("median", "mean"), "statistic")
    'mean'
    >>> check_choice("average", ("median", "mean"), "statistic")
    Traceback (most recent call last):
    cxanalysis.problem.Problem: statistic: 'average' is none of its choices. Use one of: median, mean.
    """
    words = list(choices)
    if not isinstance(value, str) or value not in words:
        raise Problem(f"{shown(value)} is none of its choices", where=argument, do=f"Use one of: {', '.join(words)}")
    return value


def check_mapping(value: Any, argument: str, *, do: str | None = None) -> Mapping[str, Any]:
    """A mapping whose keys are texts."""
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise Problem(f"names with a value each are needed, not {shown(value)}", where=argument, do=do)
    return value


def check_column(value: Any, columns: Sequence[Any], argument: str) -> str:
    """The name of a column that is there.

    Columns that a frame calls by numbers are called by the text of the number here, as everywhere in this package:
    the message says so instead of offering the same name again.

    Examples
    --------
    >>> check_column("csat", ["csat", "market"], "score")
    'csat'
    >>> check_column("markt", ["csat", "market"], "by")
    Traceback (most recent call last):
    cxanalysis.problem.Problem: by: there is no column 'markt'. Did you mean 'market'?
    >>> check_column(1, [0, 1], "score")
    Traceback (most recent call last):
    cxanalysis.problem.Problem: score: a column is named by a text, not by 1. Rename the columns to texts first.
    """
    if not isinstance(value, str):
        names = any(not isinstance(name, str) for name in columns) or str(value) in columns
        do = "Rename the columns to texts first" if names else None
        raise Problem(f"a column is named by a text, not by {shown(value)}", where=argument, do=do)
    if value not in columns:
        raise no_column(value, columns, argument)
    return value


def check_columns(value: Any, columns: Sequence[Any], argument: str, *, fewest: int = 0) -> tuple[str, ...]:
    """One name or a list of names of columns, each once; a text is one name, never a list of letters.

    Examples
    --------
    >>> check_columns("market", ["market", "plan"], "by"), check_columns(None, ["market"], "by")
    (('market',), ())
    """
    if isinstance(value, str):
        names: tuple[Any, ...] = (value,)
    elif value is None:
        names = ()
    elif isinstance(value, Iterable) and not isinstance(value, Mapping | bytes):
        names = tuple(value)
    else:
        raise Problem(f"a column or a list of columns is needed, not {shown(value)}", where=argument)
    checked = tuple(check_column(name, columns, argument) for name in names)
    twice = [name for name in checked if checked.count(name) > 1]
    if twice:
        raise Problem(f"'{twice[0]}' is named twice", where=argument, do="Name each column once")
    if len(checked) < fewest:
        raise Problem("no column is named", where=argument, do="Name one at least")
    return checked


def no_column(column: str, columns: Sequence[Any], argument: str | None = None) -> Problem:
    """The problem of a column that is not there, with the names that come near it."""
    names = [name for name in columns if isinstance(name, str)]
    lower = {name.lower(): name for name in names}
    near = difflib.get_close_matches(column, names, n=3, cutoff=0.5)
    near = near or [lower[name] for name in difflib.get_close_matches(column.lower(), lower, n=3, cutoff=0.5)]
    listed = ", ".join(f"'{name}'" for name in names[:SHOWN_COLUMNS]) + (" …" if len(names) > SHOWN_COLUMNS else "")
    do = f"Did you mean {' or '.join(map(repr, near))}?" if near else f"The columns are: {listed}"
    return Problem(f"there is no column '{column}'", where=argument, do=do)
