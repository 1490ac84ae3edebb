"""Scales of single questions: answers in words, numbers on a usual scale, yes or no."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from cxanalysis.columns.answer_words import ANSWER_WORDS, LEVEL_WORDS, NO, YES, AnswerWords
from cxanalysis.columns.cell_text import plain
from cxanalysis.columns.column_facts import ColumnFacts, column_facts, read_numbers
from cxanalysis.columns.scale import Scale

#: Roles that are answered on a scale.
RATED: Final = frozenset({"nps", "csat", "ces", "rating", "flag"})
#: Lowest and highest grade of the scales in use, by what they are called.
_USUAL: Final = ((1, 5), (1, 7), (0, 10), (1, 10))
_NUMBERED: Final = re.compile(r"^(\d{1,2})\s*[-–=:.)(]\s*\D+|^\D+[(\[](\d{1,2})[)\]]$")
#: Yes and no are written in few ways.
_MOST_WORDS: Final = 20
#: Where so many gave 1 and nobody 0, 0 is not on the scale: the angriest would have given it.
_ENOUGH_ONES: Final = 5


@dataclass(frozen=True, slots=True)
class WordScale:
    """A scale answered in words: which family of words, and the scale with its labels."""

    family: str
    scale: Scale


def word_scales(all_facts: Mapping[str, ColumnFacts]) -> dict[str, WordScale]:
    """Columns answered in grades ("Strongly agree") → their scales.

    Columns of one family share one ladder, so that a grade that nobody gave to one question keeps its place.
    """
    matched: dict[str, dict[str, dict[str, float]]] = {}
    found: dict[str, WordScale] = {}
    for name, facts in all_facts.items():
        if facts.stored_as != "text" or not 2 <= facts.n_distinct <= 25 or facts.number_share > 0.05:
            continue
        numbered = _numbered_words(facts)
        if numbered is not None:
            found[name] = WordScale("numbered words", numbered)
            continue
        for family in (*ANSWER_WORDS, LEVEL_WORDS) if facts.named("satisfaction") else ANSWER_WORDS:
            grades = _graded(facts, family)
            if grades is not None:
                matched.setdefault(family.name, {})[name] = grades
                break
    for family in (*ANSWER_WORDS, LEVEL_WORDS):
        columns = matched.get(family.name, {})
        used = {grade for grades in columns.values() for grade in grades.values()}
        if len(used) < 3:
            continue  # "good" and "bad" alone are two groups, not a scale
        for name, grades in columns.items():
            found[name] = WordScale(family.name, _on_ladder(grades, used, family))
    return found


def _answers(facts: ColumnFacts) -> dict[str, list[str]]:
    """Plain word → the texts it stands for, without words that say there is no answer."""
    words: dict[str, list[str]] = {}
    for text in facts.counts.index:
        words.setdefault(plain(str(text)), []).append(str(text))
    return words


def _graded(facts: ColumnFacts, family: AnswerWords) -> dict[str, float] | None:
    """Text → grade, if all answers are words of the family and at least two are its own."""
    grade_of = family.grade_of()
    words = _answers(facts)
    known = {word: grade_of[word] for word in words if word in grade_of}
    left = {text for word, texts in words.items() if word not in known for text in texts}
    if len(set(known.values())) < 2 or not left <= set(facts.no_answer):
        return None
    return {text: grade for word, grade in known.items() for text in words[word]}


def _on_ladder(grades: Mapping[str, float], used: set[float], family: AnswerWords) -> Scale:
    ladder = next((steps for steps in family.ladders if used <= set(steps)), None)
    own = set(grades.values())
    if ladder is None:
        ladder = next((steps for steps in family.ladders if own <= set(steps)), tuple(sorted(own)))
    place = {grade: float(i) for i, grade in enumerate(ladder, 1)}
    labels = sorted(((text, place[grade]) for text, grade in grades.items()), key=lambda pair: (pair[1], pair[0]))
    return Scale(1.0, float(len(ladder)), labels=tuple(labels))


def _numbered_words(facts: ColumnFacts) -> Scale | None:
    """Answers such as "5 - very satisfied" or "Very likely (10)"."""
    answers = [str(text) for text in facts.counts.index if text not in facts.no_answer]
    numbers = {}
    for text in answers:
        match = _NUMBERED.match(text)
        if match:
            numbers[text] = float(match.group(1) or match.group(2))
        elif re.fullmatch(r"\d{1,2}", text):
            numbers[text] = float(text)
        else:
            return None
    if len(numbers) < 2 or len(set(numbers.values())) != len(numbers) or max(numbers.values()) > 11:
        return None
    low, high = _usual_range(min(numbers.values()), max(numbers.values()))
    return Scale(low, high, labels=tuple(sorted(numbers.items(), key=lambda pair: pair[1])))


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
        return yes_no(facts)
    worded = word_scales({facts.name: facts}).get(facts.name)
    if worded is not None:
        return worded.scale
    dropped = {float(c) for c in map(str, codes) if re.fullmatch(r"-?\d+(\.\d+)?", c)}
    tally = {value: n for value, n in facts.tally().items() if value not in dropped}
    return number_scale(tally, zero_to_ten=role == "nps") if facts.number_share >= 0.5 else None
