"""Values that stand for "no answer": words that say so, and numbers that cannot be answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

import pandas as pd

from cxanalysis.columns.cell_text import cell_text, plain
from cxanalysis.columns.column_facts import ColumnFacts
from cxanalysis.columns.missing_code import MissingCode
from cxanalysis.columns.number_format import parse_numbers
from cxanalysis.columns.scales.answer_words import LONGEST_WORD, OUTCOME_WORDS, PERHAPS_NO_ANSWER, SHORT_NO_ANSWER
from cxanalysis.columns.scales.scale import Scale

#: Numbers used as codes below and above an answer.
_BELOW: Final = frozenset(
    {-1.0, -2.0, -3.0, -7.0, -8.0, -9.0, -66.0, -77.0, -88.0, -97.0, -98.0, -99.0, -999.0, -9999.0}
)
_ABOVE: Final = frozenset({66.0, 77.0, 88.0, 96.0, 97.0, 98.0, 99.0, 888.0, 998.0, 999.0, 9999.0, 99999.0})
#: A column of so few different whole numbers is coded answers, not quantities.
_MOST_CODES: Final = 40
_UNKNOWN_DAY: Final = "1970-01-01"


def far_codes(tally: Mapping[float, int]) -> dict[float, bool]:
    """Numbers far outside the others that are used as codes → whether that is sure.

    Examples
    --------
    >>> far_codes({-99.0: 3, 1.0: 5, 7.0: 9}), far_codes({0.0: 5, 99.0: 9, 100.0: 4})
    ({-99.0: True}, {})
    """
    others = [v for v in tally if v not in _BELOW and v not in _ABOVE]
    if len(others) < 2:
        return {}
    low, high = min(others), max(others)
    coded = len(others) <= _MOST_CODES and all(v == round(v) for v in others)
    found: dict[float, bool] = {}
    for value in tally:
        if value in _BELOW and low >= 0:
            found[value] = coded or (high <= 100 and len(others) <= 101)
        elif value in _ABOVE and (value >= 5 * high or (value > 100 >= high and value >= 888)) and low >= 0:
            found[value] = high <= 11 or (value >= 888 and high <= 100)
    return found


def word_codes(facts: ColumnFacts, used: frozenset[str], role: str) -> list[MissingCode]:
    """Codes written in words; `used` are words (plain) that are answers on the column's scale."""
    codes = []
    short = [t for t in facts.first(200).index if re.fullmatch(r"[A-Z]{2}", str(t))]
    shorthand = len(short) > 5 and len(short) >= 0.8 * min(facts.n_distinct, 200)
    for text, count in facts.no_answer.items():
        if plain(text) in used:
            continue
        loose = plain(text) in SHORT_NO_ANSWER and role in ("category", "text", "id", "customer", "order")
        outcome = role == "category" and plain(text) in OUTCOME_WORDS
        if outcome:
            reason = "may mean that there is no answer, or be a group of its own (a status, an outcome)"
            codes.append(MissingCode(facts.name, text, count, reason, applied=False))
        elif loose or (shorthand and re.fullmatch(r"[A-Z]{2}", text)):
            reason = "an abbreviation that may mean 'no answer', or be a name (NA is Namibia, NC North Carolina)"
            codes.append(MissingCode(facts.name, text, count, reason, applied=False))
        else:
            codes.append(MissingCode(facts.name, text, count, "it says in words that there is no answer"))
    if role in ("category", "text", "flag", "rating", "csat", "ces", "nps", "number", "amount"):
        for seen, count in facts.first(2_000).items():
            text = str(seen)
            if (
                len(text) <= LONGEST_WORD
                and plain(text) in PERHAPS_NO_ANSWER
                and plain(text) not in used
                and text not in facts.no_answer
            ):
                reason = "may mean that there is nothing to say, or be an answer"
                codes.append(MissingCode(facts.name, text, int(count), reason, applied=False))
    return codes


def number_codes(facts: ColumnFacts, role: str) -> list[MissingCode]:
    """Codes that are numbers far outside the others, such as -99 or 999."""
    if role in ("id", "customer", "order", "text", "ignore", "date", "due", "closed", "amount", "weight"):
        return []
    tally = facts.tally()
    codes = []
    for value, sure in far_codes(tally).items():
        where = "below" if value < 0 else "far above"
        reason = f"a usual code for 'no answer', {where} all other values"
        codes.append(MissingCode(facts.name, as_written(facts, value), tally[value], reason, applied=sure))
    return codes


def day_codes(facts: ColumnFacts, role: str) -> list[MissingCode]:
    """The first day of computer time, which is what an unknown date turns into."""
    if role not in ("date", "due", "closed"):
        return []
    texts = facts.counts.index[facts.counts.index.str.startswith(_UNKNOWN_DAY)].tolist()
    reason = "the first day of computer time: an unknown date, not a date"
    return [MissingCode(facts.name, text, int(facts.counts[text]), reason) for text in texts[:3]]


def as_written(facts: ColumnFacts, value: float) -> str | float:
    """A number as the column writes it: text in a text column ("0.0"), else the number itself."""
    if facts.stored_as != "text":
        return value
    texts = facts.numbers.index[facts.numbers == value]
    return str(facts.counts[texts].idxmax())


def outside_scale(
    values: pd.Series, column: str, scale: Scale, known: Iterable[MissingCode]
) -> tuple[MissingCode, ...]:
    """Numbers outside a scale set by hand, proposed as codes."""
    texts = cell_text(values).value_counts()
    numbers = parse_numbers(pd.Series(texts.index, index=texts.index, dtype="str"))
    words = {plain(word) for word, _ in scale.labels}
    listed = {str(code.code) for code in known if code.column == column}
    outside = numbers[(numbers < scale.low) | (numbers > scale.high)]
    reason = f"outside the scale {scale.low:g} to {scale.high:g}"
    return tuple(
        MissingCode(column, str(text), int(texts[text]), reason, applied=False)
        for text in outside.index[:20]
        if str(text) not in listed and plain(str(text)) not in words
    )


def as_code(
    codes: tuple[MissingCode, ...],
    values: pd.Series,
    column: str,
    missing: Iterable[str | float],
    kept: Iterable[str | float],
) -> tuple[MissingCode, ...]:
    """The codes with values of a column said to be no answer, or said to be one, by hand."""
    wanted = {**{str(code): (code, True) for code in missing}, **{str(code): (code, False) for code in kept}}
    if not wanted:
        return codes
    counts = cell_text(values).value_counts()
    out = [code for code in codes if code.column != column or str(code.code) not in wanted]
    for text, (code, applied) in wanted.items():
        seen = cell_text(pd.Series([text])).iloc[0]
        out.append(MissingCode(column, code, int(counts.get(seen, 0)), "said by hand", applied))
    return tuple(out)
