"""The ladder that words of one family stand on: the smallest that fits, no two words on one rung, none left empty.

A rung stays empty only where there is a reason to believe that it was offered: its counterpart at the other end was
given ("very satisfied", so "very dissatisfied" was offered too), or a neighbouring question of the same words shows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final

from cxanalysis.columns.scales.answer_words import ANSWER_WORDS, LEVEL_WORDS
from cxanalysis.columns.scales.grade_words import BASES
from cxanalysis.columns.scales.word_grades import CENTRE

#: Usual scales without a bad end of its own ("not at all" to "extremely"), shortest first.
_ONE_SIDED: Final = (
    (1, 2.5, 3.8, 5),
    (1, 2.5, 3.5, 5),
    (1, 2.5, 3.5, 5, 5.2),
    (1, 3.3, 3.6, 5, 5.2),
    (1, 3.3, 3.5, 5, 5.2),
    (2, 3.5, 4, 5, 5.2),
    (2, 3.3, 3.6, 4, 5),
)
#: Families that run from little to much: "unimportant" is the lowest grade, not the counterpart of "important".
_NO_OPPOSITE: Final = frozenset({"importance", "use"})
#: Two measures no further apart than this may be one rung ("very" at one end, "extremely" at the other).
_ONE_RUNG: Final = 0.5
_LISTED: Final[Mapping[str, tuple[tuple[float, ...], ...]]] = {
    family.name: family.ladders for family in (*ANSWER_WORDS, LEVEL_WORDS) if family.name not in BASES
}


def ladder(grades: Iterable[float], family: str, *, denied: bool = False) -> tuple[float, ...]:
    """All rungs, from low to high, of the smallest scale that these grades can be answers on.

    Parameters
    ----------
    grades : iterable of float
        Grades of the words that were given, as `word_grades` has them.
    family : str
    denied : bool
        Whether the bad end is told by denying the good one ("not at all satisfied").

    Examples
    --------
    >>> ladder([1, 2, 4, 5], "satisfaction"), ladder([2, 3, 4, 5], "satisfaction")
    ((1.0, 2.0, 4.0, 5.0), (1.0, 2.0, 3.0, 4.0, 5.0))
    >>> ladder([2, 2.8, 4, 6], "quality"), ladder([1, 2.5, 3.5, 5, 5.2], "satisfaction", denied=True)
    ((2, 2.8, 4, 6), (1, 2.5, 3.5, 5, 5.2))
    """
    given = tuple(sorted(set(grades)))
    if family in _LISTED:
        return _among(given, _LISTED[family])
    if denied or family in _NO_OPPOSITE:
        return next((tuple(steps) for steps in _ONE_SIDED if set(given) <= set(steps)), given)
    return _two_sided(given)


def _among(given: tuple[float, ...], usual: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
    """The smallest usual scale that holds the grades, with their own places; the grades themselves if none does."""
    whole = [round(grade) for grade in given]
    if len(set(whole)) < len(whole):
        return given
    fitting = [steps for steps in usual if set(whole) <= set(steps)]
    if not fitting:
        return given
    best = min(fitting, key=len)
    own = dict(zip(whole, given, strict=True))
    return tuple(own.get(round(step), step) for step in best)


def _two_sided(given: tuple[float, ...]) -> tuple[float, ...]:
    """The grades with the counterparts of those that have none."""
    below = [CENTRE - grade for grade in given if grade < CENTRE]
    above = [grade - CENTRE for grade in given if grade > CENTRE]
    low, high = _with_counterparts(below, above), _with_counterparts(above, below)
    middle = (CENTRE,) if CENTRE in given else ()
    return tuple(sorted([*(CENTRE - far for far in low), *middle, *(CENTRE + far for far in high)]))


def _with_counterparts(own: list[float], other: list[float]) -> list[float]:
    """How far from the middle the rungs of one side lie: its own, and those that only the other side shows."""
    free = sorted(own)
    out = list(own)
    for far in sorted(other):
        near = [mine for mine in free if abs(mine - far) <= _ONE_RUNG]
        if near:
            free.remove(min(near, key=lambda mine: abs(mine - far)))
        elif far not in out:
            out.append(far)
    return _untied(sorted(out), own, other)


def _untied(rungs: list[float], own: list[float], other: list[float]) -> list[float]:
    """Without counterparts where both sides have equally many words: "fairly" may be what the other says plainly."""
    if len(own) == len(other) and len(own) > 1:
        return sorted(own)
    return rungs


def numbered(rungs: Sequence[float]) -> dict[float, float]:
    """Rung → its number, counted from 1.

    >>> numbered((1, 2.5, 4))
    {1: 1.0, 2.5: 2.0, 4: 3.0}
    """
    assert all(low < high for low, high in pairwise(rungs))
    return {rung: float(place) for place, rung in enumerate(rungs, 1)}
