"""The role of a column that is no block of ratings: dates, ids, flags, groups, numbers, money, text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from cxanalysis.columns.column_facts import ColumnFacts
from cxanalysis.columns.date_format import MONTH_NUMBER
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.columns.scales.word_scales import number_scale, one_two, yes_no, yes_number
from cxanalysis.columns.units import HOURS, currencies
from cxanalysis.recognise.rating_blocks import grades
from cxanalysis.recognise.stray_grades import stray_grades

#: How sure a rule makes a role, from what it goes by.
CERTAIN: Final = 0.99  # there is nothing to be wrong about: the column is empty
NAME_AND_VALUES: Final = 0.95  # the name says it, and every value fits
PLAIN: Final = 0.9  # a name or values that mean hardly anything else
CLEAR: Final = 0.85  # values that speak for themselves
LIKELY: Final = 0.8  # a name with values that mostly fit
NAMED: Final = 0.75  # the name says so, the values do not speak against it
MORE_LIKELY: Final = 0.7  # more likely than anything else
PERHAPS: Final = 0.6  # nothing better was found
HALF: Final = 0.5  # as likely as not
WEAK: Final = 0.4  # a placeholder until somebody says
#: From this share of different texts on, groups hardly repeat.
_HALF_DIFFERENT: Final = 0.5
#: Almost all cells must be numbers or dates for a column to be one; the rest is counted.
_MOSTLY: Final = 0.85
#: A column of so few different texts is a group, whatever the number of rows.
_FEW_GROUPS: Final = 30
#: Only small tables are counts of cases by group.
_MOST_CELLS: Final = 500
#: Where more give the same number, it is a code for how things are, not a grade.
_MOST_ALIKE: Final = 0.9
#: A column of so few different words identifies nobody.
_FEW_WORDS: Final = 12
#: A longer name is a question, which may mention what its answers are not.
_SHORT_NAME: Final = 8
#: E-mail addresses, links and long numbers.
_ADDRESSES: Final = re.compile(r"\S@\S+\.\w|https?://|www\.|\d{3}[\d /.-]{5,}")
#: Letters and then a number, as systems name customers, orders and cases.
_NUMBERED_NAME: Final = r"[A-Za-z]{1,6}[-_/. ]?\d{2,}([-_/.]\d+)?"
#: Names of columns that can only hold points in time, and the day numbers of 1995 to 2050.
_DATED: Final = re.compile(
    r"\b(dates?|datum|fecha|timestamp|zeitstempel|horodateur|marca temporal|"
    r"(?:start|completion|end|submit) ?(?:time|date)|"
    r"hora de (?:inicio|finalizacion)|startzeit|fertigstellungszeit|heure de (?:debut|fin)|"
    r"(?:created|opened|closed|submitted|answered|ordered|delivered|received|sent) at|\w+datum|day of \w+)\b"
)
_MONTHLY: Final = re.compile(r"\b(month|monat|mes|mois|maand|miesiac|mese|period|periode|periodo|quarter|week)\b")
_YEAR: Final = re.compile(r"^(?:the |fiscal |calendar )?(year|jahr|ano|annee|jaar|rok|anno|geschaftsjahr)$")
_DAYS: Final = 31
_FIRST_YEAR: Final = 1950
_LAST_YEAR: Final = 2100
_SHEET_DAYS: Final = (34_700.0, 55_153.0)
#: Of the cells, so many different ones are looked at for their currency.
_LOOKED_AT: Final = 2_000
#: Names of what is known about a rating, which is no rating.
_ABOUT: Final = re.compile(
    r"\b(footnotes?|counts?|flag|source|group|bucket|band|bracket|category|segment|number of (?:ratings|reviews|"
    r"scores)|"
    r"anzahl (?:bewertungen|reviews)|votes|reviews count|n)$|^(?:number|count|anzahl|numero|nombre) (?:of|de|der)?\b"
)
#: Scores with decimals end at one of these.
_FIVE: Final = 5.0
_TEN: Final = 10.0
_LEAST_BEST: Final = 3.0
#: Money signs in a cell.
_MONEY: Final = re.compile(r"[€$£¥₹]|\b(EUR|USD|GBP|CHF)\b")


@dataclass(frozen=True, slots=True)
class RoleGuess:
    """A role with confidence (0…1), reason and, for ratings and flags, the scale."""

    role: str
    confidence: float
    reason: str
    scale: Scale | None = None


def plain_role(facts: ColumnFacts) -> RoleGuess:
    """The role that name and values of one column speak for."""
    if not facts.n_answered:
        return RoleGuess("ignore", CERTAIN, "it is empty")
    if facts.named("private") and _identifies(facts):
        return RoleGuess("ignore", LIKELY, "its name says that it identifies a person or a place, or is a link")
    for rule in (_date, _flag, _identity, _number, _words):
        guess = rule(facts)
        if guess is not None:
            return guess
    return RoleGuess("category", WEAK, "text without a pattern")


def _identifies(facts: ColumnFacts) -> bool:
    """Whether a column whose name speaks of addresses, phones or links can hold them.

    A yes, a no or one of a few words identifies nobody ("Phone unanswered", "Website issue"), nor does a sentence about
    a question that mentions them.
    """
    coded = facts.whole and facts.n_distinct <= _FEW_WORDS and facts.number_share > _MOSTLY
    if coded or facts.named("rating", "text") or facts.date_share >= _MOSTLY or yes_no(facts) is not None:
        return False
    if (
        facts.n_distinct <= _FEW_WORDS
        and facts.n_filled > 2 * facts.n_distinct
        and not _ADDRESSES.search(_first(facts))
    ):
        return facts.n_distinct == 1
    return len(facts.words.split()) <= _SHORT_NAME or bool(_ADDRESSES.search(_first(facts)))


def _first(facts: ColumnFacts) -> str:
    return " ".join(str(text) for text in facts.first(5).index)


def _date(facts: ColumnFacts) -> RoleGuess | None:
    named = facts.named("date", "due", "closed") or "date" in facts.words or "datum" in facts.words
    named = named or _MONTHLY.search(facts.words) is not None
    if facts.yearless:
        return RoleGuess("date", HALF, "days of a month without a year")
    if days_of_month(facts) is not None:
        return RoleGuess("date", HALF, "its name says a date and a month, and its values are days of a month")
    if _YEAR.match(facts.words) and _years(facts):
        return RoleGuess("date", NAMED, "years, and its name says so")
    if facts.date_share < _MOSTLY:
        if sheet_days(facts):
            return RoleGuess("date", NAMED, "its name says so, and its numbers are days as spreadsheets count them")
        if facts.unit is not None:
            return None
        if facts.time_share >= _MOSTLY:
            return RoleGuess("ignore", NAMED, "a time of day without a date")
        return None
    digits = bool(facts.first(50).index.str.fullmatch(r"\d{8}|\d{4}[-/.]\d{1,2}").all())
    if digits and not named and not facts.name.startswith("column_"):
        return None
    if facts.named("due"):
        return RoleGuess("due", CLEAR, "dates, and the name says that it was promised")
    if facts.named("closed") and not facts.named("recommend") and "start" not in facts.words:
        return RoleGuess("closed", LIKELY, "dates, and the name says that something ended")
    return RoleGuess("date", NAME_AND_VALUES if named else CLEAR, "its values are dates")


def _years(facts: ColumnFacts) -> bool:
    """Whether all numbers are years of our time, more than one."""
    if not facts.whole or facts.number_share < _MOSTLY or facts.n_distinct < 2:
        return False
    return facts.numbers.min() >= _FIRST_YEAR and facts.numbers.max() <= _LAST_YEAR


def days_of_month(facts: ColumnFacts) -> int | None:
    """The month in the name of a column of dates that holds days only ("date_november"); None without one."""
    if not _DATED.search(facts.words) or not facts.whole or facts.number_share < _MOSTLY:
        return None
    months = [MONTH_NUMBER[word] for word in facts.words.split() if len(word) > 2 and word in MONTH_NUMBER]
    inside = facts.numbers.min() >= 1 and facts.numbers.max() <= _DAYS and facts.n_distinct > 2
    return months[0] if len(months) == 1 and inside else None


def sheet_days(facts: ColumnFacts) -> bool:
    """Whether a column that must hold dates holds day numbers of a spreadsheet (1 January 2024 is 45292)."""
    if not _DATED.search(facts.words) or not len(facts.numbers) or facts.number_share + facts.date_share < _MOSTLY:
        return False
    return _SHEET_DAYS[0] <= facts.numbers.min() and facts.numbers.max() <= _SHEET_DAYS[1]


def _flag(facts: ColumnFacts) -> RoleGuess | None:
    scale = yes_no(facts)
    if scale is None and yes_number(facts) is not None:
        scale = one_two(facts)
    if scale is None:
        if facts.n_distinct == 2 and set(facts.tally()) == {1.0, 2.0}:
            reason = "only 1 and 2: yes and no, or two groups? Make it a flag if it is yes and no"
            return RoleGuess("category", WEAK, reason)
        return None
    # Whether "yes" is good or bad, only the name can tell: "late", "problem", "retraso".
    scale = replace(scale, higher_is_better=not facts.named("failure"))
    if scale.labels:
        words = " and ".join(f"'{word[:30]}'" for word, _ in scale.labels[:2])
        return RoleGuess("flag", NAME_AND_VALUES, f"only {words}", scale)
    return RoleGuess("flag", PLAIN, "only 0 and 1", scale)


def _identity(facts: ColumnFacts) -> RoleGuess | None:
    if facts.time_share > 0.5:
        return None
    numbered = _numbered_names(facts)
    if numbered is not None or facts.named("text"):
        return numbered
    unique = facts.n_distinct == facts.n_filled == facts.n_rows > 1
    compact = all(len(str(text)) <= 40 and str(text).count(" ") <= 1 for text in facts.first(50).index)
    id_named = facts.named("id") or facts.words.endswith("id") or facts.words.startswith("id ")
    if facts.named("code") and not unique:
        return RoleGuess("category", NAMED, "its name says that it is a code")
    if not compact or (facts.number_share > 0.9 and not facts.whole):
        return None
    if id_named or facts.leading_zeros:
        if facts.named("order") and not facts.named("number") | facts.named("customer"):
            return RoleGuess("order", PLAIN, "its name says so")
        if facts.named("order") and id_named and facts.n_distinct > _FEW_GROUPS and not facts.named("customer"):
            return RoleGuess("order", LIKELY, "its name says so")
        if facts.named("customer") and not (unique and "respond" in facts.words):
            return RoleGuess("customer", PLAIN, "its name says so")
        if unique:
            return RoleGuess("id", NAME_AND_VALUES, "every row has its own value, and the name says so")
        if not facts.named("number", "amount") and facts.n_distinct > 0.5 * facts.n_filled:
            return RoleGuess("id", MORE_LIKELY, "its name says so, though some values repeat")
        if facts.leading_zeros or re.search(r"\bids?$", facts.words):
            return RoleGuess("category", PERHAPS, "it looks like a number but names something that repeats")
    if (
        facts.named("customer")
        and facts.n_distinct > _FEW_GROUPS
        and not facts.named("category", "number", "amount", "rating")
    ):
        return RoleGuess("customer", MORE_LIKELY, "its name says so")
    if not unique or facts.n_rows < 20:
        return None
    counting = facts.whole and facts.number_share == 1 and not facts.named("number", "amount")
    if counting and facts.numbers.max() - facts.numbers.min() <= 3 * facts.n_rows:
        return RoleGuess("id", NAMED, "every row has its own whole number")
    if facts.number_share < 0.1 and facts.date_share < 0.1 and not any(" " in str(t) for t in facts.first(50).index):
        return RoleGuess("id", MORE_LIKELY, "every row has its own value")
    return None


def _numbered_names(facts: ColumnFacts) -> RoleGuess | None:
    """Names such as C0004012: a letter or more and a number, many of them."""
    if facts.number_share > 0 or facts.n_distinct <= _FEW_GROUPS or facts.named("code"):
        return None
    few = facts.first(1000).index
    if few.str.fullmatch(_NUMBERED_NAME).mean() < 0.98:
        return None
    for role in ("customer", "order"):
        if facts.named(role):
            return RoleGuess(
                role, PLAIN, "numbered names such as " + repr(str(few[0])) + ", and the column's name says so"
            )
    if facts.n_distinct > 0.9 * facts.n_filled:
        return RoleGuess("id", CLEAR, "numbered names such as " + repr(str(few[0])) + ", hardly one twice")
    return None


def _number(facts: ColumnFacts) -> RoleGuess | None:
    if facts.number_share < _MOSTLY:
        return None
    tally = grades(facts)
    tally = {value: n for value, n in tally.items() if value not in stray_grades(tally)}
    scale = number_scale(tally) if tally else None
    low, high = min(facts.numbers), max(facts.numbers)
    if facts.named("weight") and low >= 0 and high <= 1000 and not facts.whole:
        return RoleGuess("weight", CLEAR, "its name says so, and its values are small numbers above 0")
    if facts.unit == HOURS:
        return RoleGuess("number", CLEAR, "lengths of time in several units, read in hours")
    several = currencies(pd.Series(facts.first(_LOOKED_AT).index, dtype="str"))
    if len(several) > 1:
        named = ", ".join(sorted(several))
        return RoleGuess(
            "ignore", LIKELY, f"amounts in {len(several)} currencies ({named}) cannot be added up: convert them"
        )
    if any(_MONEY.search(str(text)) for text in facts.first(50).index):
        return RoleGuess("amount", CLEAR, "its cells show a currency")
    about = _ABOUT.search(facts.words) is not None
    if about:
        scale = None
    if facts.named("rating", "satisfaction", "recommend", "effort") and scale is not None and len(tally) >= 2:
        return RoleGuess("rating", LIKELY, "its name says so, and its values are grades", scale)
    if facts.named("amount") and not facts.named("number"):
        return RoleGuess("amount", NAMED, "its name says so")
    few = facts.whole and facts.n_distinct <= _FEW_GROUPS and high <= 10_000
    if facts.named("number") and not (few and facts.named("category")):
        return RoleGuess("number", NAMED, "its name says so, and its values are numbers")
    if facts.named("category") and few:
        return RoleGuess("category", NAMED, "its name says so, and it has few values")
    scored = facts.named("rating", "satisfaction") and low >= 0 and not about and not facts.named("number")
    if scored and not facts.whole and _LEAST_BEST < high <= _TEN:
        ends = (0.0 if low < 1 or high > _FIVE else 1.0, _FIVE if high <= _FIVE else _TEN)
        return RoleGuess("rating", NAMED, "its name says so, and its values are scores", Scale(*ends, step=0.0))
    if scored and 10 < high <= 100:
        return RoleGuess(
            "rating", PERHAPS, "its name says so, and its values lie between 0 and 100", Scale(0.0, 100.0, step=0.0)
        )
    if facts.named("count_weight") and facts.n_rows <= _MOST_CELLS and facts.whole and low >= 0:
        return RoleGuess("weight", HALF, "each row seems to stand for so many cases")
    full = (
        scale is not None
        and scale.points
        and len(tally) == scale.points
        and (scale.low, scale.high) in ((1, 5), (1, 7), (1, 10), (0, 10))
        and max(tally.values()) <= _MOST_ALIKE * sum(tally.values())
    )
    if full and scale is not None:
        return RoleGuess("rating", HALF, f"its values are exactly {scale.low:g} to {scale.high:g}", scale)
    if facts.whole and facts.n_distinct <= 12 and high <= 100:
        return RoleGuess("category", WEAK, "few whole numbers: probably codes for answers in words")
    if facts.named("category") and facts.whole and facts.n_distinct <= 200:
        return RoleGuess("category", PERHAPS, "its name says so")
    return RoleGuess("number", PERHAPS, "its values are numbers")


def _words(facts: ColumnFacts) -> RoleGuess | None:
    texts = facts.first(500).index
    length = float(sum(len(str(t)) for t in texts)) / len(texts)
    if any(str(t).startswith(("http://", "https://", "www.")) for t in texts[:20]):
        return RoleGuess("ignore", LIKELY, "its values are links")
    if facts.n_distinct == 1 and facts.n_filled == facts.n_rows and facts.n_rows > 1:
        return RoleGuess("ignore", LIKELY, "the same value in every row")
    share = facts.n_distinct / facts.n_answered
    if re.search(r"\bname$", facts.words) and share <= 0.5:
        return RoleGuess("category", MORE_LIKELY, "names that repeat")
    if facts.named("text") and length > 12 and (share > 0.2 or length > 40):
        return RoleGuess("text", PLAIN, "its name says so, and its values are sentences")
    if length > 30 and share > 0.3 and facts.n_distinct > 10:
        return RoleGuess("text", LIKELY, "its values are long and seldom repeat")
    if facts.n_distinct <= _FEW_GROUPS:
        return RoleGuess(
            "category", CLEAR if share < _HALF_DIFFERENT else PERHAPS, f"{facts.n_distinct} different values"
        )
    if share <= 0.5:
        return RoleGuess("category", PERHAPS, f"{facts.n_distinct} different values that repeat")
    return RoleGuess("text", HALF, "its values seldom repeat")
