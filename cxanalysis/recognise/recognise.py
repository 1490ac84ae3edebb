"""What each column is: its role, its scale, its missing codes, with how sure that is and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from cxanalysis.columns.cell_text import plain
from cxanalysis.columns.column_facts import ColumnFacts, column_facts, read_numbers
from cxanalysis.columns.missing_code import MissingCode
from cxanalysis.columns.missing_codes import as_written, day_codes, number_codes, word_codes
from cxanalysis.columns.multiple_choice import Choices, find_choices, find_ticks, too_many_options
from cxanalysis.columns.resolve import NUMERIC, TEMPORAL
from cxanalysis.columns.scale import Scale
from cxanalysis.columns.text_rows import TextRows, in_turn
from cxanalysis.columns.word_scales import WordScale, word_scales
from cxanalysis.recognise.plain_roles import Guess, plain_role, sheet_days
from cxanalysis.recognise.rating_blocks import RatingBlock, find_blocks, join_block
from cxanalysis.recognise.score_roles import name_scores

#: A role recognised with less confidence than this asks to be confirmed.
SURE_ENOUGH: Final = 0.7

#: Words in the names of the times at which an answer sheet was handed in, and of its other times.
_ENDED: Final = frozenset(
    [
        "end",
        "completed",
        "finished",
        "completion",
        "finalizacion",
        "fertigstellungszeit",
        "fin",
        "conclusao",
        "submitdate",
    ]
)
_STARTED: Final = frozenset(["start", "started", "startdate", "recorded", "datestamp", "inicio", "startzeit", "debut"])

#: Where a column has more distinct texts, so many of them tell whether its cells can be lists of a few answers.
_MANY: Final = 5_000


@dataclass(slots=True)
class Recognition:
    """All that is recognised in the rows of one table."""

    facts: dict[str, ColumnFacts]
    guesses: dict[str, Guess]
    codes: list[MissingCode] = field(default_factory=list)
    formats: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    choices: dict[str, Choices] = field(default_factory=dict)

    def roles(self) -> dict[str, str]:
        """Column → role."""
        return {name: guess.role for name, guess in self.guesses.items()}

    def scales(self) -> dict[str, Scale]:
        """Column → scale, for the columns that have one."""
        return {name: guess.scale for name, guess in self.guesses.items() if guess.scale is not None}

    def reasons(self) -> dict[str, tuple[float, str]]:
        """Column → confidence and reason."""
        return {name: (guess.confidence, guess.reason) for name, guess in self.guesses.items()}


def recognise(
    rows: pd.DataFrame | TextRows, labels: Mapping[str, str] | None = None, mark: str | None = None
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
    """
    labels = labels or {}
    every = in_turn(lambda c: column_facts(rows[c], labels.get(str(c), "")), rows.columns)
    facts = {str(c): one for c, one in zip(rows.columns, every, strict=True)}
    read_numbers(facts, mark)
    found = Recognition(facts, {})
    blocks = find_blocks(rows, facts)
    worded = word_scales(facts)
    in_block = {column: block for block in blocks for column in block.columns}
    for name, one in facts.items():
        found.guesses[name] = _guess(name, one, in_block, worded, rows, facts, blocks)
    _among_facts_of_a_person(found, blocks)
    _several(found, labels)
    name_scores(facts, found.guesses, blocks, worded)
    for one in facts.values():
        _codes(found, one, in_block, worded)
        _formats(found, one, mark)
    return found


def _guess(
    name: str,
    facts: ColumnFacts,
    in_block: dict[str, RatingBlock],
    worded: Mapping[str, WordScale],
    rows: pd.DataFrame | TextRows,
    all_facts: Mapping[str, ColumnFacts],
    blocks: list[RatingBlock],
) -> Guess:
    if name in worded:
        scale = worded[name].scale
        return Guess("rating", 0.9, f"answered in words of {worded[name].family}", scale)
    if name in in_block:
        block = in_block[name]
        count = len(block.columns)
        reason = f"one of {count} neighbouring questions answered {block.low:g} to {block.high:g}"
        return Guess("rating", block.confidence, reason, Scale(block.low, block.high, step=block.step))
    guess = plain_role(facts)
    if guess.confidence < SURE_ENOUGH and guess.role in ("category", "number", "rating"):
        joined = join_block(name, rows, all_facts, blocks)
        if joined is not None:
            in_block[name] = joined
            reason = f"answered {joined.low:g} to {joined.high:g} like the questions of the block before or after it"
            return Guess("rating", joined.confidence, reason, Scale(joined.low, joined.high, step=joined.step))
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
            found.guesses[name] = Guess("category", 0.4, reason)


def _several(found: Recognition, labels: Mapping[str, str]) -> None:
    """Questions with several answers: cells that list them, columns that were ticked."""
    names = set(found.facts)
    for name, facts in found.facts.items():
        role = found.guesses[name].role
        if facts.stored_as != "text" or facts.number_share > 0.1 or role not in ("category", "text"):
            continue
        if len(facts.ranked) > _MANY and too_many_options(facts.answers(_MANY)):
            continue
        one = find_choices(name, facts.answers(), names)
        if one is not None:
            reason = f"its cells list several of {len(one.options)} answers, with '{one.separator}' between"
            found.guesses[name] = Guess("choices", 0.8, reason)
            found.choices[name] = one
            found.notes.append(f"'{name}': {reason}; each answer is a yes/no column.")
    for question, one in find_ticks(found.facts, labels).items():
        for name, answer in zip(one.columns, one.options, strict=True):
            reason = f"one of {len(one.columns)} answers that could be ticked: '{question[:60]}'"
            good = not found.facts[name].named("failure")
            scale = Scale(0.0, 1.0, higher_is_better=good, labels=((answer, 1.0),))
            found.guesses[name] = Guess("flag", 0.9, reason, scale)
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
    codes = [*word_codes(facts, used, role), *number_codes(facts, role), *day_codes(facts, role)]
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


def _formats(found: Recognition, facts: ColumnFacts, mark: str | None) -> None:
    role, name = found.guesses[facts.name].role, facts.name
    if role in TEMPORAL and facts.stored_as in ("text", "number") and sheet_days(facts):
        found.formats[name] = "sheet days"
        found.notes.append(f"'{name}': numbers such as {facts.numbers.index[0]} are days as spreadsheets count them.")
        return
    if facts.stored_as != "text":
        return
    if role in NUMERIC:
        if facts.mark_is_a_guess:
            guess, reason = found.guesses[name], "whether '1.234' is one or a thousand is a guess"
            unsure = min(guess.confidence, 0.5)
            found.guesses[name] = Guess(guess.role, unsure, f"{guess.reason}; {reason}", guess.scale)
        if facts.mark == "," and facts.votes.comma + facts.votes.undecided:
            found.formats[name] = "decimal comma"
            found.notes.append(f"'{name}': numbers are read with a decimal comma.")
        elif facts.votes.undecided and facts.votes.mark is None:
            found.notes.append(f"'{name}': '1.234' can be read two ways; it is read with a decimal point.")
            found.formats[name] = "decimal point"
    elif role in TEMPORAL and facts.order.forms:
        found.formats[name] = _day_order(found, facts, mark)


def _day_order(found: Recognition, facts: ColumnFacts, mark: str | None) -> str:
    """Day or month first: from the column, else from the file's other dates, else the more usual."""
    order, name = facts.order, facts.name
    if order.day_first is not None:
        written = "day first" if order.day_first else "month first"
        # Of very many dates only some were looked at: what was seen in them is said of all.
        looked_at, about = facts.n_looked_at, "about " if facts.n_looked_at < facts.n_answered else ""
        fewer, others = (
            round(seen * facts.n_answered / looked_at)
            for seen in (min(order.day_votes, order.month_votes), looked_at - order.forms)
        )
        note = f"'{name}': dates are read {written}"
        odd = f"; {about}{fewer:,} make sense only the other way round and are read so" if fewer else ""
        if order.forms < looked_at * 0.98:
            odd += f"; {about}{others:,} are written in another form (such as 2024-12-31)"
        found.notes.append(f"{note}{odd}.")
        return written
    votes = [f.order.day_first for f in found.facts.values() if f.order.day_first is not None]
    if votes and all(v == votes[0] for v in votes):
        written = "day first" if votes[0] else "month first"
        found.notes.append(
            f"'{name}': its dates could be read two ways; they are read {written}, like the file's others."
        )
        return written
    guess = found.guesses[name]
    found.guesses[name] = Guess(
        guess.role, min(guess.confidence, 0.5), f"{guess.reason}; day or month first is a guess", guess.scale
    )
    months = any("m" in str(text).lower()[-3:] for text in facts.first(20).index) and mark != ","
    written = "month first" if months else "day first"
    found.notes.append(f"'{name}': nothing tells whether the day or the month comes first; read {written}.")
    return written


def when_answered(found: Recognition) -> None:
    """Of an answer sheet's dates keep one: when it was handed in. Start and time of recording are left out."""
    timed = [name for name, guess in found.guesses.items() if guess.role in ("date", "closed")]
    ended = [name for name in timed if _ENDED & _words(found, name)]
    for name in ended:
        found.guesses[name] = Guess("date", 0.85, "when the answer sheet was handed in")
    for name in timed if ended else ():
        if found.guesses[name].role == "date" and name not in ended and _STARTED & _words(found, name):
            found.guesses[name] = Guess("ignore", 0.7, f"another time of the same answer; '{ended[0]}' is used")


def _words(found: Recognition, name: str) -> set[str]:
    return set(found.facts[name].words.split())
