"""What a question says about its own scale: "(1 = best, 5 = worst)", "0 (not at all likely) to 10", "Schulnoten"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cxanalysis.columns.cell_text import plain
from cxanalysis.columns.scales.word_grades import CENTRE, word_grades

_SIGN: Final = (
    r"\s*(?:=>?|:|→|->|means|stands for|is|being|bedeutet|heisst|significa|es|signifie|est|betekent|"
    r"oznacza|to|–|—|-)\s*"
)
_NUMBER: Final = r"(?<![\d.,])(\d{1,3})(?![\d.,]*\d)"
#: "1 = very satisfied", "5: best".
_NUMBER_FIRST: Final = re.compile(rf"{_NUMBER}{_SIGN}(?P<word>[^\W\d][^\d=;,()\[\]/|]*)")
#: "1 (very bad)".
_BRACKETS: Final = re.compile(rf"{_NUMBER}\s*[(\[]\s*(?P<word>[^\d()\[\]=]+?)\s*[)\]]")
#: "very satisfied = 1", "best (5)".
_WORD_FIRST: Final = re.compile(rf"(?P<word>[^\W\d][^\d=;,()\[\]/|:]*?)\s*(?:=|:|\()\s*{_NUMBER}")
#: "1 lowest 5 highest", "5 the best".
_BESIDE: Final = re.compile(rf"{_NUMBER}\s+(?P<word>[^\W\d][^\d=;,()\[\]/|]*)")
_RANGE: Final = re.compile(rf"{_NUMBER}\s*(?:-|–|—|to|bis|a|hasta|ate|do|tot|\.\.\.?|through)\s*{_NUMBER}")
#: Words that name an end without grading anything.
_BEST: Final = re.compile(
    r"\b(best|highest|top|most|maximum|max|better|positive|beste[rnms]?|hochste[rn]?|besser|positiv|mejor|maximo|optimo|"
    r"meilleure?|plus eleve|melhor|migliore|massimo|najlepsz\w*|najwyzsz\w*|hoogste|excelente|perfect\w*|love\w*|"
    r"highly|strongest|easiest|fully|voll)\b"
)
_WORST: Final = re.compile(
    r"\b(worst|lowest|bottom|least|minimum|min|worse|negative|schlechteste[rnms]?|niedrigste[rn]?|schlechter|negativ|"
    r"peor|minimo|pire|plus mauvais|moins bon|pior|peggiore|najgorsz\w*|najnizsz\w*|slechtste|laagste|hate\w*|"
    r"not at all|nicht|hardest|none|nothing|gar nicht)\b"
)
#: Grades of German schools: 1 is the best of 6.
_SCHOOL: Final = re.compile(r"\bschulnote\w*|\bschulischen? noten?\b|\bin schulnoten\b|\bgerman (?:school )?grades?\b")


@dataclass(frozen=True, slots=True)
class Legend:
    """What a question's text says.

    Attributes
    ----------
    direction : int
        1: a high number is good; -1: a low one is; 0: it does not say.
    low, high : float or None
        The ends it names.
    said : str
        The words that say so, for reasons.
    """

    direction: int
    low: float | None = None
    high: float | None = None
    said: str = ""


@lru_cache(maxsize=5_000)
def legend(text: str) -> Legend | None:
    """The legend in a column's name or question; None without one.

    Examples
    --------
    >>> legend("Overall satisfaction (1 = very satisfied, 5 = very dissatisfied)").direction
    -1
    >>> found = legend("Wie zufrieden sind Sie? 0 (gar nicht) bis 10 (sehr)")
    >>> found.direction, found.low, found.high
    (1, 0.0, 10.0)
    >>> legend("Rate us from 1 to 5") is None
    True
    """
    word = plain(text)
    if _SCHOOL.search(word):
        ends = _RANGE.search(word)
        return Legend(-1, float(ends[1]) if ends else 1.0, float(ends[2]) if ends else 6.0, "school grades")
    for pattern in (_BRACKETS, _NUMBER_FIRST, _WORD_FIRST, _BESIDE):
        said: dict[float, float] = {}
        words: list[str] = []
        for found in pattern.finditer(word):
            number = next(group for group in found.groups() if group is not None and group.isdecimal())
            value = valence(found["word"])
            if value is not None and not _is_code(word, found.start()):
                said[float(number)] = value
                words.append(found[0].strip(" -–—,;"))
        direction = _slope(said, word)
        if direction:
            ends = _RANGE.search(word)
            low, high = (min(said), max(said)) if len(said) > 1 else (None, None)
            if ends and float(ends[1]) < float(ends[2]):
                low, high = float(ends[1]), float(ends[2])
            return Legend(direction, low, high, ", ".join(words)[:80])
    return None


def _is_code(word: str, at: int) -> bool:
    """Whether a number is the question's own: "4. best thing", "q5 - good"."""
    return at == 0 or word[at - 1].isalpha()


def valence(word: str) -> float | None:
    """How good a phrase is: above 0 good, below 0 bad, None if it does not tell.

    >>> valence("very dissatisfied"), valence("the best"), valence("employees")
    (-2.0, 2.0, None)
    """
    word = re.sub(
        r"^(?:the|the very|der|die|das|el|la|lo|le|o|a|il|to|bis|und|and|et|y|e)\s+", "", word.strip(" .,;:-–—!\"'")
    )
    word = re.sub(r"\s+(?:and|und|y|et|e|to|bis|hasta|a|through)$", "", word)
    grades = word_grades(word)
    if grades:
        return grades[0].grade - CENTRE
    worst, best = _WORST.search(word), _BEST.search(word)
    if bool(worst) == bool(best):
        return {"sehr": 2.0, "very": 2.0, "muy": 2.0, "very much": 2.0, "tres": 2.0, "muito": 2.0}.get(word)
    return -2.0 if worst else 2.0


def _slope(said: dict[float, float], word: str) -> int:
    """Which end is good: from two numbers with words, or from one that must be an end."""
    spoken = {number: value for number, value in said.items() if value}
    if len(said) > 1:
        low, high = min(said), max(said)
        rise = said[high] - said[low]
        return (rise > 0) - (rise < 0)
    if len(spoken) != 1:
        return 0
    number, value = spoken.popitem()
    ends = _RANGE.search(word)
    low_end = float(ends[1]) if ends else 1.0
    at_low = number <= low_end
    good = value > 0
    return (-1 if good else 1) if at_low else (1 if good else -1)
