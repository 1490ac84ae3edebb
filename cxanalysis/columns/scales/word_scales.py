"""Scales of single questions: answers in words, numbers on a usual scale, yes or no."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from cxanalysis.columns.cell_text import plain
from cxanalysis.columns.column_facts import ColumnFacts, column_facts, read_numbers
from cxanalysis.columns.scales.answer_words import ANSWER_WORDS, LEVEL_WORDS, NO, NOT_ASKED, UNKNOWN, YES
from cxanalysis.columns.scales.grade_words import BASES
from cxanalysis.columns.scales.ladders import ladder, numbered
from cxanalysis.columns.scales.numbered_words import NumberedWords, graded_numbers, numbered_words
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.columns.scales.word_grades import CENTRE, WordGrade, mood, tidy, word_grades
from cxanalysis.columns.scales.written_grades import WrittenGrades, written_grades

#: Roles that are answered on a scale.
RATED: Final = frozenset({"nps", "csat", "ces", "rating", "flag"})
#: Lowest and highest grade of the scales in use, by what they are called.
_USUAL: Final = ((1, 5), (1, 7), (0, 10), (1, 10))
#: Families of words in the order in which they are tried.
_ORDER: Final = {name: i for i, name in enumerate((*BASES, *(family.name for family in ANSWER_WORDS)))}
#: Fewer grades than three are two groups.
_TWO: Final = 2
#: Answers in grades are few.
_MOST_TEXTS: Final = 25
#: A column with more bare numbers than this is one of numbers.
_FEW_NUMBERS: Final = 0.05
#: So many of the answers at least are grades; the others are slips and remarks.
_ALL_BUT_SLIPS: Final = 0.95
#: A grade that would be given so many times, and is never, was not offered.
_EXPECTED: Final = 8
#: Yes and no are written in few ways.
_MOST_WORDS: Final = 20
#: Where so many gave 1 and nobody 0, 0 is not on the scale: the angriest would have given it.
_ENOUGH_ONES: Final = 5


@dataclass(frozen=True, slots=True)
class WordScale:
    """A scale answered in words.

    Attributes
    ----------
    family : str
        What the words grade, or how the grades are written.
    scale : Scale
        With the words as labels; a high number is good where the words say which end is good.
    told : bool
        Whether the words say which end is good.
    other_high : float or None
        Another highest grade that the words allow.
    no_answer : tuple of str
        Texts among them that say that there is no answer.
    confidence : float
    """

    family: str
    scale: Scale
    told: bool = True
    other_high: float | None = None
    no_answer: tuple[str, ...] = ()
    confidence: float = 0.9


def word_scales(all_facts: Mapping[str, ColumnFacts]) -> dict[str, WordScale]:
    """Columns answered in grades ("Strongly agree", "5 - very good", "★★★☆☆") → their scales.

    Columns that share words share one ladder, so that a grade that nobody gave to one question keeps its place.
    """
    found: dict[str, WordScale] = {}
    graded: dict[str, dict[str, WordGrade]] = {}
    with_numbers: dict[str, NumberedWords] = {}
    for name, facts in all_facts.items():
        if facts.stored_as != "text" or not 2 <= facts.n_distinct <= _MOST_TEXTS:
            continue
        answers = [str(text) for text in facts.counts.index if not _says_nothing(facts, str(text))]
        drawn = written_grades(answers) if len(answers) > 1 else None
        beside = numbered_words(answers) if drawn is None else None
        if drawn is not None:
            found[name] = _drawn(drawn)
        elif beside is not None and _is_graded(beside, facts):
            with_numbers[name] = beside
        elif beside is None and facts.number_share <= _FEW_NUMBERS:
            grades = _graded(facts, answers)
            two = _two_moods(facts, answers) if grades is None or len(grades) == _TWO else None
            if two is not None:
                found[name] = two
            elif grades is not None:
                graded[name] = grades
    for name, beside in with_numbers.items():
        alike = [other for other in with_numbers.values() if _one_list(beside, other)]
        found[name] = _numbered(beside, alike, all_facts[name])
    for name, grades in graded.items():
        rungs = _rungs(name, graded, all_facts)
        if rungs is not None:
            place = numbered(rungs)
            labels = sorted(((text, place[one.grade]) for text, one in grades.items()), key=lambda pair: pair[1])
            found[name] = WordScale(_family(grades), Scale(1.0, float(len(rungs)), labels=tuple(labels)))
    return {name: found[name] for name in all_facts if name in found}


def _says_nothing(facts: ColumnFacts, text: str) -> bool:
    return text in facts.no_answer or plain(text) in UNKNOWN or plain(text) in NOT_ASKED


def _two_moods(facts: ColumnFacts, answers: list[str]) -> WordScale | None:
    """Two answers to a question for satisfaction, one good and one bad: "satisfied" and "neutral or dissatisfied"."""
    if not facts.named("satisfaction", "rating", "recommend", "overall"):
        return None
    moods = {text: mood(text) for text in answers}
    if set(moods.values()) != {1, -1} or len({_plain_mood(text) for text in answers}) != _TWO:
        return None
    apart = {text for text in facts.counts.index if _says_nothing(facts, str(text))}
    labels = tuple(sorted(((text, float(way > 0)) for text, way in moods.items()), key=lambda pair: (pair[1], pair[0])))
    nothing = tuple(str(text) for text in apart if text not in facts.no_answer)
    return WordScale("good and bad", Scale(0.0, 1.0, labels=labels), no_answer=nothing, confidence=0.85)


def _plain_mood(text: str) -> str:
    """A text without what is added to it: "Good with comment" is "good"."""
    return re.sub(r" (?:with|without) .*$", "", tidy(text))


def _drawn(drawn: WrittenGrades) -> WordScale:
    labels = tuple(sorted(drawn.numbers.items(), key=lambda pair: pair[1]))
    return WordScale(drawn.what, Scale(drawn.low, drawn.high, step=drawn.step, labels=labels))


def _is_graded(beside: NumberedWords, facts: ColumnFacts) -> bool:
    """Whether numbers with words are grades: the words say so, or the name does and the words are set apart."""
    spoken = len(graded_numbers(beside.words))
    ends = any(not word for word in beside.words.values())
    if spoken >= 2 or (spoken and ends):
        return True
    return beside.clear and facts.named("rating", "satisfaction", "recommend", "effort", "easy")


def _one_list(one: NumberedWords, other: NumberedWords) -> bool:
    """Whether two columns offer the same list: a number with its word in both, and none that contradicts."""
    shared = [n for n in one.words.keys() & other.words.keys() if one.words[n] and other.words[n]]
    same = [plain(one.words[n]) == plain(other.words[n]) for n in shared]
    return bool(same) and all(same)


def _numbered(beside: NumberedWords, alike: list[NumberedWords], facts: ColumnFacts) -> WordScale:
    """The scale of numbered words; where their words count down, the numbers are turned round."""
    words: dict[float, str] = {}
    for one in alike:
        words |= {number: word for number, word in one.words.items() if word or number not in words}
    whole = numbered_words([f"{number:g} - {word}" if word else f"{number:g}" for number, word in words.items()])
    whole = whole or beside
    direction = whole.direction or beside.direction
    bare = any(not word for word in whole.words.values())
    low, high, other = whole.low, whole.high, None
    if low is None or high is None or bare:
        tally = dict.fromkeys(whole.words, 1)
        asked = number_scale(tally, zero_to_ten=facts.named("recommend")) if bare else None
        low, high = (asked.low, asked.high) if asked else _usual_range(min(words), max(words))
    elif whole.ends:
        other = whole.ends[0]
        if direction < 0 and _usual_end(other) and not _usual_end(high):
            high, other = other, high
    turned = direction < 0
    numbers = {text: low + high - number if turned else number for text, number in beside.numbers.items()}
    labels = tuple(sorted(numbers.items(), key=lambda pair: pair[1]))
    sure = 0.9 if direction else 0.75
    return WordScale("numbered words", Scale(low, high, labels=labels), bool(direction), other, beside.no_answer, sure)


def _usual_end(high: float) -> bool:
    return high in {float(b) for _, b in _USUAL}


def _graded(facts: ColumnFacts, answers: list[str]) -> dict[str, WordGrade] | None:
    """Text → grade if (nearly) all answers are words of one family and no two different ones are the same grade."""
    given = {text: word_grades(text) for text in answers}
    if facts.named("satisfaction"):
        given = {text: grades or _level(text) for text, grades in given.items()}
    votes = Counter(one.family for grades in given.values() for one in grades if one.family)
    rows = {text: int(facts.counts[text]) for text in answers}
    for family, _ in sorted(votes.items(), key=lambda pair: (-pair[1], _ORDER.get(pair[0], 99))):
        grades = {text: fit for text, every in given.items() if (fit := _of_family(every, family)) is not None}
        covered = sum(rows[text] for text in grades)
        if covered < _ALL_BUT_SLIPS * sum(rows.values()) or (len(grades) < len(given) and len(grades) < 4):
            continue
        if len({one.grade for one in grades.values()}) >= 2:
            return grades
    return None


def _level(text: str) -> tuple[WordGrade, ...]:
    grade = LEVEL_WORDS.grade_of().get(plain(text))
    return () if grade is None else (WordGrade(LEVEL_WORDS.name, float(grade)),)


def _of_family(grades: tuple[WordGrade, ...], family: str) -> WordGrade | None:
    own = next((one for one in grades if one.family == family), None)
    return own or next((one for one in grades if not one.family), None)


def _family(grades: Mapping[str, WordGrade]) -> str:
    return next(one.family for one in grades.values() if one.family)


def _rungs(
    name: str, graded: Mapping[str, dict[str, WordGrade]], all_facts: Mapping[str, ColumnFacts]
) -> tuple[float, ...] | None:
    """The ladder of a column's words, seen together with the columns that share words with it; None if too short."""
    own = graded[name]
    family = _family(own)
    mine = {one.grade for one in own.values()}
    pool = [*own.values()]
    for other, grades in graded.items():
        theirs = {one.grade for one in grades.values()}
        if other == name or _family(grades) != family or len(mine & theirs) < min(2, len(mine)):
            continue
        if CENTRE in theirs - mine and _would_show(own, grades, all_facts[name], all_facts[other]):
            continue  # its middle was not offered here: so many answers would have hit it
        pool += grades.values()
    grades_given = {one.grade for one in pool}
    bad = [one for one in pool if one.grade < CENTRE]
    denied = bool(bad) and family not in ("agreement", "yes or no") and all(one.denied for one in bad)
    denied = denied and CENTRE not in grades_given
    rungs = ladder(grades_given, family, denied=denied)
    if len(grades_given) < 3:
        # Two words alone ("good" and "bad") are two groups, unless they are two of more grades ("very satisfied").
        both = len(mine) == 2 and len(rungs) > 2 and family in BASES and family != "importance"
        return (
            rungs if both and all_facts[name].named("satisfaction", "rating", "recommend", "easy", "effort") else None
        )
    return rungs


def _would_show(
    own: Mapping[str, WordGrade], other: Mapping[str, WordGrade], mine: ColumnFacts, theirs: ColumnFacts
) -> bool:
    """Whether the middle, given as often as in another column, would have been given here too."""
    there = sum(int(theirs.counts[text]) for text, one in other.items() if one.grade == CENTRE)
    rows = sum(int(mine.counts[text]) for text in own)
    return rows * there / max(theirs.n_answered, 1) >= _EXPECTED


def _usual_range(low: float, high: float) -> tuple[float, float]:
    return next(((float(a), float(b)) for a, b in _USUAL if a <= low and high <= b and high >= b - 1), (low, high))


def number_scale(tally: Mapping[float, int], *, zero_to_ten: bool = False) -> Scale | None:
    """The scale that these numbers (with counts) are answers on; None if they are no usual scale.

    `zero_to_ten`: the question is known to be asked 0 to 10 (likelihood to recommend).

    Examples
    --------
    >>> number_scale({1.0: 5, 3.0: 9, 5.0: 20}).describe(), number_scale({0.0: 2, 9.0: 9, 10.0: 20}).describe()
    ('1–5', '0–10')
    """
    if len(tally) < 2:
        return None
    low, high, whole = min(tally), max(tally), all(v == round(v) for v in tally)
    if low < 0 or high > 100:
        return None
    if not whole or high > 11:
        if high <= 10 and all(v * 2 == round(v * 2) for v in tally):
            low, high = _usual_range(np.floor(low), np.ceil(high))
            return Scale(low, high, step=0.5)
        steps = np.diff(sorted(tally))
        even = len(tally) <= 21 and len(steps) > 1 and np.ptp(steps) < 0.03 and (low, high) == (0, 100)
        return Scale(0.0, 100.0, step=float(round(steps[0], 2)) if even else 0.0) if high > 11 else None
    if zero_to_ten and high >= 6:
        return Scale(1.0 if low == 1 and tally[1.0] >= _ENOUGH_ONES else 0.0, 10.0)
    if high in (8, 9, 10):
        return Scale(0.0 if low == 0 else 1.0, 10.0)
    if high in (5, 7) and low >= 1:
        return Scale(1.0, high)
    return Scale(low if low <= 1 else 1.0, high)


def yes_no(facts: ColumnFacts) -> Scale | None:
    """The 0/1 scale of a yes/no column or of one tick box of a multiple choice; None if it is neither."""
    if facts.stored_as == "truth":
        return Scale(0.0, 1.0)
    if facts.n_distinct > _MOST_WORDS:
        return None
    answers = [str(text) for text in facts.counts.index if text not in facts.no_answer]
    if not 1 <= len(answers) <= 6:
        return None
    words = {text: plain(text) for text in answers}
    if set(facts.tally()) == {0.0, 1.0} and len(facts.numbers) == len(answers):
        return Scale(0.0, 1.0)
    labels = {text: 1.0 if word in YES else 0.0 for text, word in words.items() if word in YES or word in NO}
    if len(labels) == len(words) and set(labels.values()) == {0.0, 1.0}:
        return Scale(0.0, 1.0, labels=tuple(sorted(labels.items(), key=lambda pair: (pair[1], pair[0]))))
    unticked = [text for text, word in words.items() if word in ("not selected", "not checked", "unchecked")]
    if len(words) == 2 and len(unticked) == 1:
        ticked = next(text for text in answers if text not in unticked)
        return Scale(0.0, 1.0, labels=((unticked[0], 0.0), (ticked, 1.0)))
    return None


#: Legends of yes and no: "1 = yes, 2 = no", "1=nein, 2=ja".
_YES_NUMBER: Final = re.compile(
    r"(?<!\d)([12]) *(?:=|:|-) *(yes|ja|si|oui|sim|tak|true|no|nein|non|nao|nee|nie|false)\b|"
    r"\b(yes|ja|si|oui|sim|tak|no|nein|non|nao|nee|nie) *(?:=|:) *([12])(?!\d)"
)


def one_two(facts: ColumnFacts) -> Scale | None:
    """The scale of yes and no written as 1 and 2; 1 is yes, as questionnaires have it, unless the name says otherwise.

    >>> from cxanalysis.columns.column_facts import column_facts, read_numbers
    >>> facts = column_facts(pd.Series(["1", "2", "2"], name="late"))
    >>> read_numbers({"late": facts}, None)
    >>> one_two(facts).labels
    (('2', 0.0), ('1', 1.0))
    """
    if set(facts.tally()) != {1.0, 2.0} or len(facts.numbers) != facts.n_distinct - len(facts.no_answer):
        return None
    yes = yes_number(facts) or 1
    labels = sorted(((str(text), float(number == yes)) for text, number in facts.numbers.items()), key=lambda p: p[1])
    return Scale(0.0, 1.0, labels=tuple(labels))


def yes_number(facts: ColumnFacts) -> int | None:
    """Which of 1 and 2 the question says is yes; None if it does not say."""
    said = _YES_NUMBER.search(plain(facts.asked))
    if said is None:
        return None
    number, word = (said[1], said[2]) if said[1] else (said[4], said[3])
    return int(number) if word in YES else 3 - int(number)


def scale_by_hand(values: pd.Series, role: str, before: Scale | None, codes: tuple[str | float, ...]) -> Scale | None:
    """The scale of a column whose role was changed by hand: the one it had, or the one its values show."""
    if role not in RATED:
        return None
    if before is not None and role != "flag":
        return before
    facts = column_facts(values)
    facts.no_answer = {**facts.no_answer, **{str(c): 0 for c in codes if str(c) in facts.counts.index}}
    read_numbers({facts.name: facts}, None)
    if role == "flag":
        yes = yes_no(facts) or one_two(facts)
        return None if yes is None else replace(yes, higher_is_better=not facts.named("failure"))
    worded = word_scales({facts.name: facts}).get(facts.name)
    if worded is not None:
        return worded.scale
    dropped = {float(c) for c in map(str, codes) if re.fullmatch(r"-?\d+(\.\d+)?", c)}
    tally = {value: n for value, n in facts.tally().items() if value not in dropped}
    return number_scale(tally, zero_to_ten=role == "nps") if facts.number_share >= 0.5 else None
