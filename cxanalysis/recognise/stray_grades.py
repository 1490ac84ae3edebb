"""Single grades far from all others: slips of a key, which must not stretch a scale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: The best grades of scales in use.
_ENDS: Final = (5.0, 7.0, 10.0)
#: Slips are at most this share of the answers; where the scale would end nowhere usual, a little more is believed.
_RARE: Final = 0.002
_ODD: Final = 0.03
#: How many times as often the last grade of the scale is given as all beyond it together.
_TIMES: Final = 5


def stray_grades(tally: Mapping[float, int]) -> frozenset[float]:
    """Whole numbers beyond the end of a usual scale that are too rare to be grades of a longer one.

    Examples
    --------
    >>> sorted(stray_grades({3.0: 6, 4.0: 59, 5.0: 33, 6.0: 2})), sorted(stray_grades({1.0: 400, 5.0: 600, 55.0: 1}))
    ([6.0], [55.0])
    >>> sorted(stray_grades({1.0: 20, 4.0: 30, 5.0: 30, 6.0: 10, 7.0: 2}))
    []
    """
    if not tally or min(tally) < 0 or any(value != round(value) for value in tally):
        return frozenset()
    rows = sum(tally.values())
    for end in _ENDS:
        beyond = {value: n for value, n in tally.items() if value > end}
        if not beyond or end not in tally:
            continue
        share = sum(beyond.values()) / rows
        usual = max(beyond) in _ENDS or (end == 10.0 and max(beyond) == 11.0)
        limit = _RARE if usual else _ODD
        inside = [value for value in tally if value <= end]
        if share <= limit and len(inside) >= 3 and tally[end] >= _TIMES * sum(beyond.values()):
            return frozenset(beyond)
        if share <= _RARE and len(inside) >= 2 and max(beyond) > 2 * end:
            return frozenset(beyond)
    return frozenset()
