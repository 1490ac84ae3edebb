"""What each column is: its role, its scale, its missing codes, with how sure that is and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from cxanalysis.columns.cell_text import name_words, plain
from cxanalysis.columns.column_facts import ColumnFacts, column_facts, read_numbers
from cxanalysis.columns.missing_code import MissingCode
from cxanalysis.columns.missing_codes import as_written, day_codes, number_codes, word_codes
from cxanalysis.columns.multiple_choice import find_choices, find_ticks, too_many_options
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.columns.scales.word_scales import RATED, WordScale, word_scales
from cxanalysis.columns.text_rows import TextRows, in_turn
from cxanalysis.recognise.direction import give_directions
from cxanalysis.recognise.evidence import SURE_ENOUGH
from cxanalysis.recognise.file_scales import take_file_scales
from cxanalysis.recognise.plain_roles import RoleGuess, plain_role
from cxanalysis.recognise.rating_blocks import RatingBlock, find_blocks, join_block
from cxanalysis.recognise.recognition import Recognition
from cxanalysis.recognise.scale_ends import fit_ends
from cxanalysis.recognise.score_roles import name_scores
from cxanalysis.recognise.two_sided import two_sided
from cxanalysis.recognise.written_forms import find_format
from cxanalysis.recognise.yes_or_no import doubt_of_one_two

#: Columns of every export of ODK, Kobo and their relatives, which set blanks between several answers.
_ODK: Final = frozenset({"_id", "_uuid", "_submission_time", "_index", "_validation_status", "KEY", "meta/instanceID"})
_ENOUGH_OF_ODK: Final = 2
#: Where a column has more distinct texts, so many of them tell whether its cells can be lists of a few answers.
_MANY: Final = 5_000


def recognise(
    rows: pd.DataFrame | TextRows,
    labels: Mapping[str, str] | None = None,
    mark: str | None = None,
    name: str = "",
    scales: Mapping[str, Scale] | None = None,
) -> Recognition:
    """Recognise roles, scales and missing codes from names, questions and values.

    Parameters
    ----------
    rows : DataFrame or TextRows
        Rows as read.
    labels : mapping, optional
        Column → full question.
    mark : str, optional
        Decimal mark usual in this kind of file, for columns that do not show theirs.
    name : str
        The file's (or sheet's) name.
    scales : mapping, optional
        Column → the words of its values with the file's own numbers.
    """
    labels = labels or {}
    every = in_turn(lambda c: column_facts(rows[c], labels.get(str(c), "")), rows.columns)
    facts = {str(c): one for c, one in zip(rows.columns, every, strict=True)}
    read_numbers(facts, mark)
    found = Recognition(facts, {})
    blocks = find_blocks(rows, facts)
    worded = found.worded = word_scales(facts)
    in_block = {column: block for block in blocks for column in block.columns}
    for column, one in facts.items():
        found.guesses[column] = _guess(column, one, in_block, worded, rows, facts, blocks)
    found.guesses |= two_sided(facts)
    _among_facts_of_a_person(found, blocks)
    _several(found, labels)
    name_scores(facts, found.guesses, blocks, worded, name_words(name))
    take_file_scales(found, scales or {})
    ends = fit_ends(found.guesses, facts, worded, in_block)
    found.codes += ends.codes
    found.doubts += [*ends.doubts, *give_directions(found.guesses, facts, worded, rows)]
    found.notes += _words_beside_numbers(found, worded)
    unknown = [one for name, one in facts.items() if found.guesses[name].role == "category"]
    found.doubts += [doubt for one in unknown if (doubt := doubt_of_one_two(one)) is not None]
    for one in facts.values():
        _codes(found, one, in_block, worded)
        find_format(found, one, mark)
    return found


def _guess(
    name: str,
    facts: ColumnFacts,
    in_block: dict[str, RatingBlock],
    worded: Mapping[str, WordScale],
    rows: pd.DataFrame | TextRows,
    all_facts: Mapping[str, ColumnFacts],
    blocks: list[RatingBlock],
) -> RoleGuess:
    if name in worded:
        words = worded[name]
        return RoleGuess("rating", words.confidence, f"answered in words of {words.family}", words.scale)
    if name in in_block:
        block = in_block[name]
        count = len(block.columns)
        reason = f"one of {count} neighbouring questions answered {block.low:g} to {block.high:g}"
        return RoleGuess("rating", block.confidence, reason, Scale(block.low, block.high, step=block.step))
    guess = plain_role(facts)
    if guess.confidence < SURE_ENOUGH and guess.role in ("category", "number", "rating"):
        joined = join_block(name, rows, all_facts, blocks)
        if joined is not None:
            in_block[name] = joined
            reason = f"answered {joined.low:g} to {joined.high:g} like the questions of the block before or after it"
            return RoleGuess("rating", joined.confidence, reason, Scale(joined.low, joined.high, step=joined.step))
    return guess


def _among_facts_of_a_person(found: Recognition, blocks: list[RatingBlock]) -> None:
    """A doubtful rating right after two such questions as age and education asks for a fact too (people at home)."""
    names = list(found.facts)
    blocked = {column for block in blocks for column in block.columns}
    for place, name in enumerate(names[2:], 2):
        guess = found.guesses[name]
        before = [found.facts[other].named("category") for other in names[place - 2 : place]]
        if guess.role == "rating" and guess.confidence <= 0.5 and name not in blocked and all(before):
            reason = "few whole numbers, right after questions about the person"
            found.guesses[name] = RoleGuess("category", 0.4, reason)


def _several(found: Recognition, labels: Mapping[str, str]) -> None:
    """Questions with several answers: cells that list them, columns that were ticked."""
    names = set(found.facts)
    odk = len(_ODK & names) >= _ENOUGH_OF_ODK
    for name, facts in found.facts.items():
        role = found.guesses[name].role
        if facts.stored_as != "text" or facts.number_share > 0.1 or role not in ("category", "text"):
            continue
        if len(facts.ranked) > _MANY and too_many_options(facts.answers(_MANY)):
            continue
        one = find_choices(name, facts.answers(), names, blanks=odk)
        if one is not None:
            reason = f"its cells list several of {len(one.options)} answers, with '{one.separator}' between"
            found.guesses[name] = RoleGuess("choices", 0.8, reason)
            found.choices[name] = one
            found.notes.append(f"'{name}': {reason}; each answer is a yes/no column.")
    for question, one in find_ticks(found.facts, labels).items():
        for name, answer in zip(one.columns, one.options, strict=True):
            reason = f"one of {len(one.columns)} answers that could be ticked: '{question[:60]}'"
            good = not found.facts[name].named("failure")
            scale = Scale(0.0, 1.0, higher_is_better=good, labels=((answer, 1.0),))
            found.guesses[name] = RoleGuess("flag", 0.9, reason, scale)
        found.choices[question] = one
        found.notes.append(
            f"'{question}': {len(one.columns)} columns that could be ticked. Blank is no where another is ticked, "
            "and no answer where none is."
        )


def _codes(
    found: Recognition, facts: ColumnFacts, in_block: Mapping[str, RatingBlock], worded: Mapping[str, WordScale]
) -> None:
    role = found.guesses[facts.name].role
    if role == "ignore":
        return
    scale = found.guesses[facts.name].scale
    used = frozenset(plain(word) for word, _ in scale.labels) if scale else frozenset()
    negative = scale is not None and scale.low < 0
    numbers = [] if negative else number_codes(facts, role)
    codes = [*word_codes(facts, used, role), *numbers, *day_codes(facts, role)]
    if facts.name in worded:
        for text in worded[facts.name].no_answer:
            reason = "it says that nothing was answered"
            codes.append(MissingCode(facts.name, text, int(facts.counts[text]), reason))
    if facts.name in in_block:
        tally = facts.tally()
        for value, code in in_block[facts.name].codes.items():
            if value in tally:
                written = as_written(facts, value)
                codes.append(MissingCode(facts.name, written, tally[value], code.reason, applied=code.sure))
    elif role in ("csat", "ces", "rating") and scale and scale.low == 1 and 0 in facts.tally():
        reason = f"0 lies below the scale 1 to {scale.high:g}: often 'not rated'"
        codes.append(MissingCode(facts.name, as_written(facts, 0.0), facts.tally()[0.0], reason, applied=False))
    elif role == "category" and facts.whole and min(facts.tally(), default=1) == 0 and 3 <= facts.n_distinct <= 12:
        reason = "0 beside codes that begin with 1: often 'no answer'"
        codes.append(MissingCode(facts.name, as_written(facts, 0.0), facts.tally()[0.0], reason, applied=False))
    listed = {str(code.code) for code in found.codes if code.column == facts.name}
    found.codes += [code for code in codes if str(code.code) not in listed]


def _words_beside_numbers(found: Recognition, worded: Mapping[str, WordScale]) -> list[str]:
    """What was made of numbers with words beside them, above all where they count from the good end."""
    notes = []
    for name, words in worded.items():
        scale = found.guesses[name].scale
        if words.family != "numbered words" or scale is None or found.guesses[name].role not in RATED:
            continue
        (first, low), (last, high) = scale.labels[0], scale.labels[-1]
        notes.append(f"'{name}': '{first[:40]}' is read as {low:g} and '{last[:40]}' as {high:g}; the words decide.")
    return notes
