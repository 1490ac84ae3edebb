"""Values and calls as Python source: valid on one line, readable on several."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

#: No printed line is longer than this unless one word in it is.
WIDTH: Final = 100
_INDENT: Final = "    "


def literal(value: Any, *, width: int = WIDTH, indent: str = "") -> str:
    """A JSON value as Python source; wrapped where it would not fit into `width` characters.

    >>> literal(["late", 1, True, None])
    "['late', 1, True, None]"
    >>> print(literal({"recommend": "nps", "csat": "csat"}, width=24))
    {
        'recommend': 'nps',
        'csat': 'csat',
    }
    """
    one = repr(value)
    if len(indent) + len(one) <= width or not isinstance(value, list | dict) or not value:
        return one
    inner = indent + _INDENT
    if isinstance(value, dict):
        items = [f"{key!r}: {literal(item, width=width, indent=inner)}" for key, item in value.items()]
        opening, closing = "{", "}"
    else:
        items = [literal(item, width=width, indent=inner) for item in value]
        opening, closing = "[", "]"
    return _spread(opening, items, closing, indent)


def call(function: str, positional: Iterable[str], keywords: Mapping[str, Any], *, width: int = WIDTH) -> str:
    """A call as Python source. `positional` are sources, `keywords` JSON values.

    >>> call("cx.nps", ["survey"], {"by": "market"})
    "cx.nps(survey, by='market')"
    >>> print(call("cx.nps", ["survey"], {"by": "market"}, width=20))
    cx.nps(
        survey,
        by='market',
    )
    """
    words = list(positional)
    one = f"{function}({', '.join([*words, *(f'{name}={value!r}' for name, value in keywords.items())])})"
    if len(one) <= width:
        return one
    for name, value in keywords.items():
        room = width - len(f"{name}=,")
        words.append(f"{name}={literal(value, width=room, indent=_INDENT)}")
    return _spread(f"{function}(", words, ")", "")


def _spread(opening: str, items: Iterable[str], closing: str, indent: str) -> str:
    return "\n".join([opening, *(f"{indent}{_INDENT}{item}," for item in items), f"{indent}{closing}"])
