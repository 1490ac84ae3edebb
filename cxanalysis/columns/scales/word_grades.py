"""What a word grades, and how high: "very satisfied", "raczej niezadowolony(a)", "not_so_likely"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cxanalysis.columns.cell_text import plain
from cxanalysis.columns.scales.answer_words import ANSWER_WORDS
from cxanalysis.columns.scales.grade_words import BASES, DENIED, FILLERS, HOW_MUCH, MIDDLE, NEITHER_NOR

#: The middle of a scale that has a good and a bad end, and how far from it a word without a measure lies.
CENTRE: Final = 3.0
_PLAINLY: Final = 1.0
#: Endings for gender: "satisfecho/a", "zadowolony(a)", "satisfait·e", "satisfait.e.s".
_GENDER: Final = re.compile(r"(?<=[a-z])(?:\((?:a|o|e|na|ne|in|s|e\(s\)|m/f)\)|/-?(?:a|o|e|na|in)\b|[·.]e(?:[·.]s)?\b)")
#: Something said about a grade behind it: "Good (most of it worked)".
_ASIDE: Final = re.compile(r"^(.{2,40}?) *[(\[].*[)\]]$")
#: Longest text that is looked at: grades are short.
_LONGEST: Final = 160


@dataclass(frozen=True, slots=True)
class WordGrade:
    """A word's grade.

    Attributes
    ----------
    family : str
        What is graded; empty for a word of the middle ("neutral"), which fits every family.
    grade : float
        1 to 5 and beyond from the bad to the good end, 3 in the middle; only the order of two words counts.
    denied : bool
        Whether it denies the good end ("not satisfied") instead of naming the bad one ("dissatisfied").
    """

    family: str
    grade: float
    denied: bool = False


def _phrases(words: str) -> list[str]:
    return words.split("|")


_GOOD: Final = {word: family for family, (good, _) in BASES.items() for word in _phrases(good)}
_BAD: Final = {word: family for family, (_, bad) in BASES.items() for word in _phrases(bad)}
_MUCH: Final = {word: far for far, words in HOW_MUCH.items() for word in _phrases(words)}
_DENIED: Final = {word: far for far, words in DENIED.items() for word in _phrases(words)}
_MIDDLE: Final = frozenset(_phrases(MIDDLE))
_FILLERS: Final = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, _phrases(FILLERS)), key=len, reverse=True))})\b")
#: Verbs whose measure stands between their two parts: "stimme voll und ganz zu".
_AROUND: Final = re.compile(r"^(stimme|trifft) (?:dem )?(.+?) ?zu$")


def tidy(text: str) -> str:
    """A word of an answer without case, accents, underscores, endings for gender and variation marks.

    >>> tidy("Muy_Satisfecho/a"), tidy("zadowolony(a)"), tidy("Very  satisfied.")
    ('muy satisfecho', 'zadowolony', 'very satisfied')
    """
    text = plain(text.replace("_", " ").replace("\ufe0f", ""))
    text = _GENDER.sub("", text).strip(" .,;:!<>-–—=\"'")
    return re.sub(r"\s+", " ", text)


@lru_cache(maxsize=20_000)
def word_grades(text: str) -> tuple[WordGrade, ...]:
    """All families in which a text is a grade, with its grade there; empty if it is none.

    Examples
    --------
    >>> [(g.family, g.grade) for g in word_grades("Very satisfied")]
    [('satisfaction', 5.0)]
    >>> word_grades("raczej niezadowolony(a)")[0].grade < word_grades("ani zadowolony ani niezadowolony")[0].grade
    True
    >>> word_grades("blue")
    ()
    """
    if len(text) > _LONGEST:
        return ()
    word = tidy(text)
    if not word:
        return ()
    found = _grades_of(word)
    aside = _ASIDE.match(word)
    if not found and aside is not None:
        found = _grades_of(tidy(aside[1]))
    return tuple(found.values())


def mood(text: str) -> int:
    """1 if a text names the good end of something, -1 the bad one or what is not good, 0 if it grades nothing.

    >>> mood("satisfied"), mood("neutral or dissatisfied"), mood("Bad with comment"), mood("email")
    (1, -1, -1, 0)
    """
    word = re.sub(r"\b(?:with|without) (?:a )?comments?$", "", tidy(text)).strip()
    parts = [part.strip() for part in re.split(r"\s(?:or|and|oder|und|o|y|ou|et|e|of|en|lub|i)\s|/|,", word)]
    grades = [word_grades(part) for part in (word, *parts) if part]
    whole = grades[0]
    found = [whole[0].grade] if whole else [one[0].grade for one in grades[1:] if one]
    if not found or (not whole and len(found) < len(parts)):
        return 0
    if all(grade > CENTRE for grade in found):
        return 1
    return -1 if all(grade <= CENTRE for grade in found) and min(found) < CENTRE else 0


def _grades_of(word: str) -> dict[str, WordGrade]:
    if _middle(word):
        return {"": WordGrade("", CENTRE)}
    made = _composed(word)
    found = {made.family: made} if made is not None else {}
    for family in ANSWER_WORDS:
        grade = family.grade_of().get(word)
        if grade is not None and family.name not in found:
            found[family.name] = WordGrade(family.name, float(grade))
    return found


def _middle(word: str) -> bool:
    if word in _MIDDLE:
        return True
    words = word.replace("/", " ").replace(",", " ").split()
    if len(words) < 3:
        return False
    return any(words[0] == first and second in words[1:] for first, second in NEITHER_NOR if first != "not") or (
        words[0] in ("not", "niet") and words.count(words[0]) == 2 and len(words) >= 4
    )


def _composed(word: str) -> WordGrade | None:
    """A grade put together from a measure and a word for what is graded, in either order."""
    around = _AROUND.match(word)
    if around is not None and around[2] not in ("", "nicht"):
        word = f"{around[2]} {around[1]} zu"
    bare = re.sub(r"\s+", " ", _FILLERS.sub(" ", word)).strip(" ,")
    for text in dict.fromkeys((word, bare, bare.replace(",", ""))):
        for split in _splits(text):
            grade = _weighed(*split)
            if grade is not None:
                return grade
    return None


def _splits(text: str) -> list[tuple[str, str]]:
    """(measure, word) for every place between two words, the measure before or behind."""
    words = text.split()
    out = [("", text)]
    for at in range(1, len(words)):
        first, second = " ".join(words[:at]), " ".join(words[at:])
        out += [(first, second), (second, first)]
    return out


def _weighed(measure: str, base: str) -> WordGrade | None:
    family, good = (_GOOD[base], True) if base in _GOOD else (_BAD.get(base, ""), False)
    if not family:
        return None
    if family == "yes or no" and not measure:
        return None
    if not measure:
        return WordGrade(family, CENTRE + (_PLAINLY if good else -_PLAINLY))
    if good and measure in _DENIED:
        return WordGrade(family, CENTRE - _DENIED[measure], denied=True)
    if measure in _MUCH:
        return WordGrade(family, CENTRE + (_MUCH[measure] if good else -_MUCH[measure]))
    denied = re.match(r"^(not|nicht|niet|nie|no|non|nao|pas) (.+)$", measure)
    if good and denied is not None and denied[2] in _MUCH:
        return WordGrade(family, CENTRE - 0.5, denied=True)
    behind = re.match(r"^(.+) (not|nicht|niet|nie|no|non|nao|pas)$", measure)
    if good and behind is not None and behind[1] in _MUCH:
        return WordGrade(family, CENTRE - _MUCH[behind[1]], denied=True)
    return None
