"""Numbers with words beside them: "5 - very satisfied", "Very likely (10)", and bare numbers between."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from cxanalysis.columns.cell_text import plain
from cxanalysis.columns.scales.answer_words import NO_ANSWER, UNKNOWN
from cxanalysis.columns.scales.ladders import ladder
from cxanalysis.columns.scales.word_grades import CENTRE, WordGrade, word_grades

_FIRST: Final = re.compile(r"^[\[(]?(\d{1,2})(?P<sign>\s*[-–—=:.)\]>|]+\s*|\s*(?=[(<])|\s+)(\D+)$")
_LAST: Final = re.compile(r"^(\D+?)\s*(?P<sign>[-–—=:(\[<]+\s*)(\d{1,2})[)\]]?$")
_BARE: Final = re.compile(r"^\d{1,2}$")
#: The highest number that is a grade.
MOST: Final = 11


@dataclass(frozen=True, slots=True)
class NumberedWords:
    """What a column of numbered words says.

    Attributes
    ----------
    numbers : mapping of text → number
    words : mapping of number → its word
    no_answer : tuple of str
        Texts whose word says that there is no answer.
    direction : int
        1 if the words get better with the numbers, -1 if worse, 0 if they do not tell.
    low, high : float or None
        The ends of the scale where the words tell them.
    ends : tuple of float
        Another highest number that the words allow ("very satisfied" and "satisfied" are the best of four or of five).
    clear : bool
        Whether a sign stands between number and word: "5 - good" is a grade, "5 days" is none.
    """

    numbers: Mapping[str, float]
    words: Mapping[float, str]
    no_answer: tuple[str, ...] = ()
    direction: int = 0
    low: float | None = None
    high: float | None = None
    ends: tuple[float, ...] = ()
    clear: bool = True


def number_and_word(text: str) -> tuple[float, str, bool] | None:
    """The number and the word of an answer, and whether a sign stands between; None if it has no number.

    >>> number_and_word("1 : Muy satisfecho/a"), number_and_word("Extremely likely (10)"), number_and_word("7")
    ((1.0, 'Muy satisfecho/a', True), (10.0, 'Extremely likely', True), (7.0, '', True))
    >>> number_and_word("25-34") is None
    True
    """
    if _BARE.match(text):
        return float(text), "", True
    if found := _FIRST.match(text):
        return float(found[1]), found[3].strip(" )]>"), bool(found["sign"].strip()) or found[3][:1] in "(<"
    if found := _LAST.match(text):
        return float(found[3]), found[1].strip(), True
    return None


def numbered_words(texts: Iterable[str]) -> NumberedWords | None:
    """What these answers say if all of them are numbers with or without a word; None if one is not.

    Examples
    --------
    >>> found = numbered_words(["1 - Very satisfied", "2 - Satisfied", "5 - Very dissatisfied", "9 - Refused"])
    >>> found.direction, found.low, found.high, found.no_answer
    (-1, 1.0, 5.0, ('9 - Refused',))
    """
    numbers: dict[str, float] = {}
    words: dict[float, str] = {}
    nothing: list[str] = []
    clear = True
    for text in texts:
        split = number_and_word(text)
        if split is None:
            return None
        number, word, signed = split
        if plain(word) in NO_ANSWER | UNKNOWN:
            nothing.append(text)
            continue
        if number in words and word and words[number] and plain(words[number]) != plain(word):
            return None
        clear = clear and signed
        numbers[text] = number
        words[number] = words.get(number) or word
    said = [plain(word) for word in words.values() if word]
    if not said or len(set(numbers.values())) < 2 or max(words) > MOST or (len(said) > 1 and len(set(said)) == 1):
        return None
    grades = graded_numbers(words)
    direction = direction_of(grades)
    low, high, ends = _ends(grades, direction) if len(said) == len(words) else (None, None, ())
    return NumberedWords(numbers, words, tuple(nothing), direction, low, high, ends, clear)


def graded_numbers(words: Mapping[float, str]) -> dict[float, WordGrade]:
    """Number → the grade of its word, in the one family that most of the words belong to."""
    found = {number: word_grades(word) for number, word in words.items() if word}
    votes = Counter(grade.family for grades in found.values() for grade in grades if grade.family)
    family = votes.most_common(1)[0][0] if votes else ""
    out = {}
    for number, grades in found.items():
        fit = next((grade for grade in grades if grade.family in (family, "")), None)
        if fit is not None:
            out[number] = fit
    return out


def direction_of(grades: Mapping[float, WordGrade]) -> int:
    """1 if the grades rise with their numbers, -1 if they fall, 0 if they do neither throughout or are too few."""
    pairs = sorted(grades.items())
    signs = {(b.grade > a.grade) - (b.grade < a.grade) for (_, a), (_, b) in pairwise(pairs)} - {0}
    if len(signs) == 1:
        return signs.pop()
    if len(pairs) == 1 and pairs[0][1].grade != CENTRE:
        number, grade = pairs[0]
        good = grade.grade > CENTRE
        return (1 if good else -1) if number >= 4 else (-1 if good else 1) if number <= 1 else 0
    return 0


def _ends(grades: Mapping[float, WordGrade], direction: int) -> tuple[float | None, float | None, tuple[float, ...]]:
    """First and last number of the scale if every number's word stands where its number does, and another last one."""
    families = {grade.family for grade in grades.values() if grade.family}
    if not direction or len(families) != 1 or len(grades) < 2:
        return None, None, ()
    denied = _denied(grades.values())
    rungs = ladder([grade.grade for grade in grades.values()], families.pop(), denied=denied)
    fitting = [ends for steps in (rungs, _with_middle(rungs)) if (ends := _in_line(grades, direction, steps))]
    if not fitting:
        return None, None, ()
    low, high = fitting[0]
    return low, high, tuple(other for _, other in fitting[1:] if other != high)


def _with_middle(rungs: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(sorted({*rungs, CENTRE}))


def _in_line(grades: Mapping[float, WordGrade], direction: int, rungs: tuple[float, ...]) -> tuple[float, float] | None:
    """First and last number if every number's word stands where its number does on these rungs."""
    place = {rung: i for i, rung in enumerate(rungs)}
    offsets = {number - direction * place[grade.grade] for number, grade in grades.items()}
    if len(offsets) != 1:
        return None
    first = offsets.pop()
    last = first + direction * (len(rungs) - 1)
    return min(first, last), max(first, last)


def _denied(grades: Iterable[WordGrade]) -> bool:
    bad = [grade for grade in grades if grade.grade < CENTRE]
    return bool(bad) and all(grade.denied and grade.family != "agreement" for grade in bad)
