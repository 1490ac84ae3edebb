"""What the values of one column show, counted once: distinct texts, numbers, dates, lengths."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.columns.cell_text import cell_text, name_words, plain
from cxanalysis.columns.date_format import DateOrder, date_order, days_without_year, parse_dates
from cxanalysis.columns.name_topics import NAME_WORDS
from cxanalysis.columns.number_format import DecimalVotes, decimal_votes, parse_numbers
from cxanalysis.columns.ranked_texts import Ranked
from cxanalysis.columns.scales.answer_words import LONGEST_WORD, NO_ANSWER
from cxanalysis.columns.text_columns import TextColumn
from cxanalysis.columns.units import parse_units, unit_form

#: Of columns with more distinct texts than this, so many are looked at, spread over the column.
_MOST_LOOKED_AT: Final = 20_000
#: Integers beyond this are names, not quantities: floats cannot hold them.
_LARGEST_NUMBER: Final = 1e15
#: Texts that may be dates, seen at a glance; only if some are, all are tried.
_LIKE_A_DATE: Final = re.compile(
    r"^\d{1,4}[-/.]\d{1,2}([-/.]\d|$|[-/.]?\d{2,4})|^(19|20)\d{6}$|[^\W\d]{3,}.*\b(19|20)\d\d\b"
    r"|^\d{1,2}[-/. ][^\W\d]{3,10}\.?[-/. ]'?\d\d\b"
)
_GLANCE: Final = 200
#: A column with more dates than this has no units.
_MOSTLY_DATES: Final = 0.5
#: Days of a year there are.
_MOST_DAYS: Final = 366
_EASE: Final = re.compile(r"(?<!\bat )\bease\b")
#: Words of a name that is a code, such as "q 7 all".
_SHORT_CODE: Final = 4
_TIME_OF_DAY: Final = r"^\d{1,2}:\d{2}(:\d{2})?( ?[AaPp]\.?[Mm]\.?)?$"


@dataclass(slots=True)
class ColumnFacts:
    """Facts about one column; nothing here is a decision.

    Attributes
    ----------
    name, asked, words : str
        The column's name, its name and question as the file has them, and both as plain words.
    ranked : Ranked
        Distinct clean texts with their number of rows; `counts` are all of them, `first` some.
    n_rows, n_filled : int
    n_looked_at : int
        Answered cells that `votes`, `order` and `date_share` were found from: of very many texts only some.
    mark, mark_is_a_guess : str, bool
        The decimal mark, and whether neither the column nor another one of the file shows it.
    unit : str or None
        How its units are written, where they change from cell to cell: an entry of `Table.formats`.
    numbers : Series
        Distinct text → number, for the texts that are numbers.
    number_rows : array
        The number of rows of each of these.
    date_share : float
        Share of the filled cells that are dates.
    dates_until : int
        The last year of its dates; 0 without any.
    yearless : bool
        Whether its values are days of a month without a year.
    no_answer : dict
        Text → count, for texts that say "no answer" in words.
    """

    name: str
    words: str
    ranked: Ranked
    n_rows: int
    n_filled: int
    votes: DecimalVotes
    order: DateOrder
    mark: str = "."
    mark_is_a_guess: bool = False
    n_looked_at: int = 0
    number_like: bool = False
    leading_zeros: bool = False
    stored_as: str = "text"
    unit: str | None = None
    numbers: pd.Series = field(default_factory=lambda: pd.Series(dtype="float64"))
    number_rows: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, "int64"))
    date_share: float = 0.0
    dates_until: int = 0
    time_share: float = 0.0
    yearless: bool = False
    no_answer: dict[str, int] = field(default_factory=dict)
    asked: str = ""
    _tally: dict[float, int] | None = None

    @property
    def counts(self) -> pd.Series:
        """Distinct clean texts → number of rows. Of a million texts this is a copy: see `first`."""
        return self.ranked.counts

    def first(self, most: int) -> pd.Series:
        """The most frequent of `counts`."""
        return self.ranked.part(slice(most))

    @property
    def n_distinct(self) -> int:
        """How many different texts."""
        return len(self.ranked)

    @property
    def n_answered(self) -> int:
        """Filled cells less those that say "no answer" in words."""
        return self.n_filled - sum(self.no_answer.values())

    @property
    def number_share(self) -> float:
        """Share of the answered cells that are numbers."""
        if len(self.numbers) == len(self.ranked):
            return 1.0
        return float(self.number_rows.sum()) / self.n_answered if self.n_answered else 0.0

    @property
    def whole(self) -> bool:
        """Whether every number is whole."""
        return bool(len(self.numbers)) and bool((self.numbers == self.numbers.round()).all())

    def answers(self, most: int | None = None) -> pd.Series:
        """`counts` (or the first of them) without the texts that say "no answer" in words."""
        # A look into the index of a million texts costs more than all the rest: only where there is something to drop.
        some = self.counts if most is None else self.first(most)
        return some[~some.index.isin(list(self.no_answer))] if self.no_answer else some

    def tally(self) -> dict[float, int]:
        """Number → how many rows, lowest first."""
        if self._tally is None:
            numbers, place = np.unique(self.numbers.to_numpy("float64"), return_inverse=True)
            rows = np.zeros(len(numbers), "int64")
            np.add.at(rows, place, self.number_rows)
            self._tally = dict(zip(numbers.tolist(), rows.tolist(), strict=True))
        return self._tally

    def named(self, *topics: str) -> bool:
        """Whether the name or question holds a word of one of these topics of `NAME_WORDS`."""
        return any(_pattern(topic).search(self.words) or _special(topic, self.words) for topic in topics)


@lru_cache(maxsize=64)
def _pattern(topic: str) -> re.Pattern[str]:
    words = [re.escape(w).replace(r"\*", r"\w*").replace(r"\ ", " ") for w in NAME_WORDS[topic].split("|")]
    return re.compile(rf"\b(?:{'|'.join(words)})\b")


def _special(topic: str, words: str) -> bool:
    """ "ALL" ends codes of questions about the whole ("Q7ALL"), in a sentence it is any word; "at ease" is no ease."""
    if topic == "easy":
        return _EASE.search(words) is not None
    return topic == "overall" and words.endswith(" all") and len(words.split()) <= _SHORT_CODE


def column_facts(column: pd.Series | TextColumn, label: str = "") -> ColumnFacts:
    """Count what a column holds."""
    stored = "text" if isinstance(column, TextColumn) else _stored_as(column)
    ranked = column.ranked() if isinstance(column, TextColumn) else _ranked(column)
    few = ranked.counts if len(ranked) <= _MOST_LOOKED_AT else ranked.part(_spread(len(ranked)))
    facts = ColumnFacts(
        name=str(column.name),
        words=name_words(f"{column.name} {label}"),
        asked=f"{column.name} {label}".strip(),
        ranked=ranked,
        n_rows=len(column),
        n_filled=int(ranked.rows.sum()),
        votes=decimal_votes(few) if stored == "text" else DecimalVotes(0, 0, 0),
        order=DateOrder(None, 0, 0, 0),
        stored_as=stored,
    )
    if stored == "text" and len(ranked) <= _MOST_LOOKED_AT:
        facts.no_answer = {
            str(text): int(n)
            for text, n in ranked.counts.items()
            if len(str(text)) <= LONGEST_WORD and (plain(str(text)) in NO_ANSWER or text in ("-", "?"))
        }
    _look(facts, few)
    return facts


def _stored_as(column: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(column):
        return "truth"
    if pd.api.types.is_numeric_dtype(column):
        return "number"
    return "moment" if pd.api.types.is_datetime64_any_dtype(column) else "text"


def _ranked(column: pd.Series) -> Ranked:
    counts = cell_text(column).value_counts(sort=True)
    return Ranked(pd.Series(counts.index.astype("str")), np.asarray(counts, "int64"))


def _spread(distinct: int) -> slice:
    """So many of the texts as are looked at, spread over all."""
    return slice(None, None, distinct // _MOST_LOOKED_AT + 1)


def _look(facts: ColumnFacts, few: pd.Series) -> None:
    texts = pd.Series(few.index, index=few.index, dtype="str")
    answered = few.drop(index=[t for t in facts.no_answer if t in few.index]) if facts.no_answer else few
    total = float(answered.sum())
    facts.n_looked_at = int(total)
    if not total:
        return
    facts.leading_zeros = facts.stored_as == "text" and bool(texts.str.match(r"^0\d+$").any())
    parsed = parse_numbers(texts, facts.votes.mark or ".")
    facts.number_like = (
        float(answered[parsed[answered.index].notna() if facts.no_answer else parsed.notna()].sum()) >= 0.5 * total
    )
    if facts.stored_as == "moment":
        facts.date_share = 1.0
    elif facts.stored_as == "text" and any(map(_like_a_date, texts.index[:_GLANCE])):
        facts.order = date_order(few)
        sample = texts.iloc[:2_000]
        moments = parse_dates(sample, bool(facts.order.day_first))
        is_date = moments.notna()
        facts.dates_until = int(moments.max().year) if is_date.any() else 0
        weight = few.iloc[:2_000][[t not in facts.no_answer for t in sample.index]]
        facts.date_share = float(weight[is_date[weight.index]].sum()) / max(float(weight.sum()), 1.0)
    elif facts.stored_as == "text" and any(":" in text for text in texts.index[:_GLANCE]):
        facts.time_share = float(answered[answered.index.str.match(_TIME_OF_DAY)].sum()) / total
    elif facts.stored_as == "text" and len(texts) <= _MOST_DAYS and texts.str.match(r"^\d{1,2}\D|^\D+\d{1,2}$").all():
        facts.yearless = bool(days_without_year(texts[answered.index]).all())


def _like_a_date(text: str) -> bool:
    """Whether a text may be a date. In a long comment the pattern takes long to see that it is none."""
    could = text[:1].isdecimal() or "19" in text or "20" in text
    return could and _LIKE_A_DATE.search(text) is not None


def read_numbers(all_facts: Mapping[str, ColumnFacts], usual_mark: str | None) -> None:
    """Read every column's numbers, with the decimal mark of its own cells or, where they do not tell, of the file."""
    comma = sum(f.votes.comma for f in all_facts.values() if f.number_like)
    point = sum(f.votes.point for f in all_facts.values() if f.number_like)
    common, others_tell = usual_mark or ".", comma != point
    if others_tell:
        common = "," if comma > point else "."
    for facts in all_facts.values():
        facts.mark = facts.votes.mark or common
        facts.mark_is_a_guess = facts.votes.mark is None and bool(facts.votes.undecided) and not others_tell
        if facts.number_like or len(facts.ranked) <= _MOST_LOOKED_AT:
            texts = pd.Series(facts.counts.index, index=facts.counts.index, dtype="str")
            if facts.stored_as == "text" and len(facts.ranked) <= _MOST_LOOKED_AT and facts.date_share < _MOSTLY_DATES:
                facts.unit = unit_form(facts.answers(), duration=facts.named("duration"))
            numbers = parse_units(texts, facts.unit, facts.mark) if facts.unit else parse_numbers(texts, facts.mark)
            usable = (np.abs(numbers) < _LARGEST_NUMBER).to_numpy()
            facts.numbers, facts.number_rows = numbers[usable], facts.ranked.rows[usable]
