"""What a file itself says about its answers (words with numbers, missing values), taken into what is recognised."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import pairwise

import pandas as pd

from cxanalysis.columns.cell_text import plain
from cxanalysis.columns.missing_code import MissingCode
from cxanalysis.columns.scales.answer_words import NO_ANSWER, UNKNOWN
from cxanalysis.columns.scales.numbered_words import direction_of, graded_numbers
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.columns.scales.word_scales import RATED
from cxanalysis.columns.text_rows import TextRows
from cxanalysis.recognise.recognition import Recognition


def without_missing(rows: pd.DataFrame | TextRows, codes: Iterable[MissingCode]) -> pd.DataFrame | TextRows:
    """The rows with the values that the file calls missing left empty, for recognition; the rows stay as they are.

    A text file calls nothing missing.
    """
    by_column: dict[str, list[str | float]] = {}
    for code in codes:
        by_column.setdefault(code.column, []).append(code.code)
    if not by_column or isinstance(rows, TextRows):
        return rows
    return rows.assign(**{name: rows[name].mask(rows[name].isin(values)) for name, values in by_column.items()})


def take_file_scales(found: Recognition, scales: Mapping[str, Scale]) -> None:
    """Give recognised columns the words and the order that the file has for them; changes `found`.

    A rating keeps its direction: where the file counts from the good end, its numbers are turned round, as for
    words without numbers. A group keeps the numbers of its words, so that it can be made a rating by hand. Words that
    say "no answer", and words that nobody gave and that grade nothing, are no part of a scale.
    """
    for name, listed in scales.items():
        guess = found.guesses.get(name)
        if guess is None or guess.role == "flag":
            continue
        of_file = _offered(listed, found, name)
        if of_file is None:
            continue
        if found.facts[name].stored_as == "text":
            if guess.role in RATED and guess.scale is not None:
                found.guesses[name] = replace(guess, scale=_in_order_of(guess.scale, of_file))
            elif guess.role == "category":
                found.guesses[name] = replace(guess, scale=listed)
        elif guess.role in RATED and guess.scale is not None:
            low, high = min(guess.scale.low, of_file.low), max(guess.scale.high, of_file.high)
            up = _direction(of_file) >= 0
            scale = replace(guess.scale, low=low, high=high, labels=of_file.labels, higher_is_better=up)
            found.guesses[name] = replace(guess, scale=scale)
        elif _ends_named(found, name, of_file):
            reason = f"whole numbers {of_file.describe()}, and the file has words for the two ends"
            scale = replace(of_file, higher_is_better=_direction(of_file) >= 0)
            found.guesses[name] = replace(guess, role="rating", confidence=0.75, reason=reason, scale=scale)


def _offered(listed: Scale, found: Recognition, name: str) -> Scale | None:
    """The file's list of words without those that are no grade: no answer, or given by nobody and out of line."""
    facts = found.facts[name]
    given = {plain(str(text)) for text in facts.counts.index}
    answers = [(word, number) for word, number in listed.labels if not _no_answer(word)]
    grades = graded_numbers({number: word for word, number in answers})
    kept = [
        (word, number) for word, number in answers if plain(word) in given or f"{number:g}" in given or number in grades
    ]
    if facts.stored_as != "text" and len(kept) < 2:
        kept = answers
    if len(kept) < 2:
        return None
    numbers = [number for _, number in kept]
    return replace(listed, low=min(numbers), high=max(numbers), labels=tuple(kept))


def _no_answer(word: str) -> bool:
    bare = plain(re.sub(r"^\W*\d+\W+", "", word))
    return plain(word) in NO_ANSWER | UNKNOWN or bare in NO_ANSWER | UNKNOWN


def _direction(scale: Scale) -> int:
    """1 or -1 if the file's words say which end is good, else 0."""
    return direction_of(graded_numbers({number: word for word, number in scale.labels}))


def _in_order_of(recognised: Scale, of_file: Scale) -> Scale:
    """The file's scale if its order is that of the recognised words, or the reverse; else the recognised one."""
    numbers = {plain(word): number for word, number in of_file.labels}
    pairs = sorted((place, numbers[plain(word)]) for word, place in recognised.labels if plain(word) in numbers)
    steps = [b[1] - a[1] for a, b in pairwise(pairs)]
    if not steps or len(pairs) < len(recognised.labels):
        return recognised
    if all(step > 0 for step in steps):
        return replace(of_file, higher_is_better=recognised.higher_is_better)
    if all(step < 0 for step in steps):
        turned = sorted(((w, of_file.low + of_file.high - n) for w, n in of_file.labels), key=lambda pair: pair[1])
        return replace(of_file, higher_is_better=recognised.higher_is_better, labels=tuple(turned))
    return recognised


def _ends_named(found: Recognition, name: str, of_file: Scale) -> bool:
    facts, guess = found.facts[name], found.guesses[name]
    if guess.role not in ("category", "number") or not facts.whole or not len(facts.numbers):
        return False
    inside = facts.numbers.min() >= of_file.low and facts.numbers.max() <= of_file.high
    return bool(inside and 2 <= of_file.high - of_file.low <= 10 and len(of_file.labels) < of_file.points)
