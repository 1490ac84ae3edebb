"""Grades that are drawn or counted out: stars, faces, "4/5", "4.0 out of 5 stars", "3 Sterne"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from cxanalysis.columns.cell_text import plain

_FULL, _EMPTY = "★⭐🌟✭✮*", "☆✩✰"
_STARS: Final = re.compile(rf"^[{re.escape(_FULL)}]*[{_EMPTY}]*$")
_OF: Final = re.compile(
    r"^(?:rated|rating:?|note|bewertung:?|puntuacion:?|nota)? ?(\d{1,3}(?:[.,]\d+)?) ?(?:/|out of|von|de|sur|di|"
    r"van|z|na|em|su|of) ?"
    r"(\d{1,3})(?: ?(?:stars?|sternen?|sterne|estrellas?|etoiles?|estrelas?|sterren|stelle|gwiazdek|points?|"
    r"punkten?))?$"
)
_COUNTED: Final = re.compile(
    r"^(\d(?:[.,]\d+)?)[ -]?(?:stars?|sterne?|estrellas?|etoiles?|estrelas?|ster|sterren|stell[ae]|gwiazd\w+|★|⭐)$"
)
#: The usual best grades of "4/5", "8/10": other fractions are dates, sizes and shares.
_BEST: Final = frozenset({3, 4, 5, 6, 7, 10, 20, 100})
#: Faces and hands from bad to good; of those in one group only the mood counts.
_FACES: Final = (
    "😡🤬😠👿😤",
    "😢😭😞😣😖😩😫",
    "🙁☹😟😕😔😒😦😧👎",
    "😐😑😶🤔😬",
    "🙂😊☺😌😏👍😀😃",
    "😄😁😆😺",
    "😍🤩🥰😻😂🥳❤",
)
_MOOD: Final = {face: float(place) for place, faces in enumerate(_FACES, 1) for face in faces}
_STARS_IN_ALL: Final = 5.0


@dataclass(frozen=True, slots=True)
class WrittenGrades:
    """Grades read from drawings or fractions.

    Attributes
    ----------
    what : str
        How they are written, for reasons.
    numbers : mapping of text → number
    low, high, step : float
    """

    what: str
    numbers: Mapping[str, float]
    low: float
    high: float
    step: float = 1.0


def written_grades(texts: Iterable[str]) -> WrittenGrades | None:
    """The grades that all of these texts are; None if one of them is none.

    Examples
    --------
    >>> written_grades(["★★★☆☆", "★★★★★"]).numbers, written_grades(["4/5", "2/5"]).high
    ({'★★★☆☆': 3.0, '★★★★★': 5.0}, 5.0)
    >>> written_grades(["😡", "😐", "😍"]).numbers
    {'😡': 1.0, '😐': 2.0, '😍': 3.0}
    >>> written_grades(["3/4", "7/8"]) is None
    True
    """
    given = list(texts)
    if not given:
        return None
    return _stars(given) or _fractions(given) or _faces(given)


def _stars(texts: list[str]) -> WrittenGrades | None:
    if not all(_STARS.match(text.replace("\ufe0f", "").replace(" ", "")) for text in texts):
        return None
    numbers = {text: float(sum(sign in _FULL for sign in text)) for text in texts}
    of = {sum(sign in _FULL + _EMPTY for sign in text) for text in texts}
    drawn = any(sign in _EMPTY for text in texts for sign in text)
    best = float(of.pop()) if drawn and len(of) == 1 else max(_STARS_IN_ALL, max(numbers.values()))
    if best > 10 or len(set(numbers.values())) < len(numbers):
        return None
    return WrittenGrades("stars", numbers, min(1.0, *numbers.values()), best)


def _fractions(texts: list[str]) -> WrittenGrades | None:
    numbers, bests = {}, set()
    for text in texts:
        word = plain(text)
        of, counted = _OF.match(word), _COUNTED.match(word)
        if of is not None and int(of[2]) in _BEST:
            numbers[text] = float(of[1].replace(",", "."))
            bests.add(float(of[2]))
        elif counted is not None:
            numbers[text] = float(counted[1].replace(",", "."))
            bests.add(max(_STARS_IN_ALL, numbers[text]))
        else:
            return None
    best = max(bests)
    if len(bests) > 1 or max(numbers.values()) > best or best > 10:
        return None
    halves = any(number != round(number) for number in numbers.values())
    low = 0.0 if min(numbers.values()) < 1 else 1.0
    return WrittenGrades(f"grades out of {best:g}", numbers, low, best, 0.5 if halves else 1.0)


def _faces(texts: list[str]) -> WrittenGrades | None:
    moods = {}
    for text in texts:
        face = text.replace("\ufe0f", "").strip()
        if len(face) != 1 or face not in _MOOD:
            return None
        moods[text] = _MOOD[face]
    order = sorted(set(moods.values()))
    if len(order) < 3 or len(order) < len(moods):
        return None
    place = {mood: float(i) for i, mood in enumerate(order, 1)}
    return WrittenGrades("faces", {text: place[mood] for text, mood in moods.items()}, 1.0, float(len(order)))
