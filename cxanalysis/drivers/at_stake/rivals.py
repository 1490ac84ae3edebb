"""Which others may be as much as the first: asked before a sentence calls one "most"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cxanalysis import numbers


@dataclass(frozen=True, slots=True)
class Claim:
    """Something with a size and its interval; `sure` if it can be told from noise."""

    name: str
    value: float
    low: float
    high: float
    sure: bool = True


def rivals(first: Claim, others: Iterable[Claim]) -> list[str]:
    """Names of those that may be as much as the first.

    Of two that are both told from noise, intervals that overlap do not tell which is more. One that is not told from
    noise may still be more, if its interval is wide: it is a rival where that holds the first one's own value.

    Examples
    --------
    >>> late, returned = Claim("late", 4.0, 3.0, 5.0), Claim("returned", 2.5, 1.8, 3.2)
    >>> rare, noise = Claim("rare", 2.0, -2.0, 6.0, sure=False), Claim("noise", 0.1, -3.0, 3.2, sure=False)
    >>> rivals(late, [returned, rare, noise])
    ['returned', 'rare']
    """
    return [
        one.name
        for one in others
        if numbers.known(one.high) and one.high >= (first.low if one.sure and numbers.known(first.low) else first.value)
    ]


def named(names: list[str], most: int = 2) -> str:
    """The first of them in quotes, and how many more there are.

    Examples
    --------
    >>> named(["late", "returned", "lost"])
    "'late' and 'returned' and 1 more"
    """
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return " and ".join(f"'{name}'" for name in names[:most]) + more
