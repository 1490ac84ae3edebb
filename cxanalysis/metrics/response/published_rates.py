"""Response rates that others have published, and which of them a group may be held against."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

#: (market, type) → response rate in %. Satmetrix's published averages of customer surveys; published without n.
PUBLISHED: Final[Mapping[tuple[str, str], float]] = {
    ("B2B", "relational"): 32.0,
    ("B2B", "transactional"): 23.0,
    ("B2C", "relational"): 13.0,
    ("B2C", "transactional"): 16.0,
}
CAVEAT: Final = (
    "The published rates (Satmetrix: B2B relational 32 %, B2B transactional 23 %, B2C relational 13 %, "
    "B2C transactional 16 %) came without numbers of invitations and without a definition of the rate. They are taken "
    "as fixed, so only the uncertainty of the own rate is in the comparison."
)
_MARKETS: Final = (("B2B", r"b2b|business|firm|compan|empresa|unternehmen"), ("B2C", r"b2c|consumer|person|particular"))
_TYPES: Final = (("relational", r"relational|relationship|relacional"), ("transactional", r"transac|transak"))


def published_rate(values: Iterable[Any]) -> float:
    """The published rate for a group with these values, in %; NaN if they do not say both market and type.

    Examples
    --------
    >>> published_rate(["business", "relational"]), published_rate(["transactional", "B2C", "email"])
    (32.0, 16.0)
    >>> published_rate(["business"])
    nan
    """
    said = [str(value).lower() for value in values]
    market, kind = (_first(said, words) for words in (_MARKETS, _TYPES))
    return PUBLISHED.get((market, kind), float("nan"))


def says_market_or_type(values: Iterable[Any]) -> str | None:
    """ "market" or "type" if all these values name one; how the app finds the columns to group by.

    Examples
    --------
    >>> says_market_or_type(["business", "consumer"]), says_market_or_type(["email", "sms"])
    ('market', None)
    """
    said = [str(value).lower() for value in values]
    for name, words in (("market", _MARKETS), ("type", _TYPES)):
        if said and all(_first([value], words) for value in said):
            return name
    return None


def _first(said: list[str], words: tuple[tuple[str, str], ...]) -> str:
    return next((name for name, pattern in words if any(re.search(pattern, value) for value in said)), "")
