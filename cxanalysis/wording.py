"""Parts of sentences: lists, plurals, counts with their noun."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from cxanalysis import numbers

#: Nouns whose plural follows no rule.
_IRREGULAR: Final[Mapping[str, str]] = {"person": "people", "series": "series"}


def listed(items: Iterable[str], *, last: str = "and", most: int = 8) -> str:
    """Items as a person would list them: "a, b and c"; beyond `most`, the rest is counted.

    Examples
    --------
    >>> listed(["a", "b", "c"]), listed(["a"]), listed("abcd", most=2)
    ('a, b and c', 'a', 'a, b and 2 more')
    """
    named = list(items)
    if len(named) > most:
        named = [*named[:most], f"{len(named) - most} more"]
    if len(named) < 2:
        return "".join(named)
    return f"{', '.join(named[:-1])} {last} {named[-1]}"


def counted(number: int | tuple[int, int], noun: str, many: str | None = None) -> str:
    """A count, or a range of counts, with its noun.

    Examples
    --------
    >>> counted(1, "row"), counted(8214, "row"), counted(2, "inquiry")
    ('1 row', '8,214 rows', '2 inquiries')
    """
    return f"{numbers.count(number)} {noun if number == 1 else many or plural(noun)}"


def plural(noun: str) -> str:
    """The plural of what is counted.

    Examples
    --------
    >>> plural("answer"), plural("inquiry"), plural("day"), plural("person"), plural("series")
    ('answers', 'inquiries', 'days', 'people', 'series')
    """
    if noun in _IRREGULAR:
        return _IRREGULAR[noun]
    return f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2:-1] not in "aeiou" else f"{noun}s"
