"""What spreadsheets do to values they take for numbers and dates: put right where that is exact, said where it is not.

"02139" loses its zero, "3-5" becomes "5-Mar", a long number becomes "1.23457E+15", a date becomes 45000.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, TypeVar

import pandas as pd

from cxanalysis.columns.cell_text import cell_text, plain
from cxanalysis.columns.column_facts import ColumnFacts
from cxanalysis.columns.date_format import MONTH_NUMBER
from cxanalysis.columns.text_rows import TextRows

#: Rows in either form they are held in.
Rows = TypeVar("Rows", pd.DataFrame, TextRows, pd.DataFrame | TextRows)
#: Digits of a postcode in countries where it may begin with zero (Spain, Germany, France, Italy, the United States …).
_POSTCODE: Final = 5
_POSTCODE_NAMED: Final = re.compile(
    r"\b(zip|zip ?codes?|post ?codes?|postal codes?|plz|postleitzahl|codigo postal|code postal|cap|cp)\b"
)
#: Most of a column has all its digits.
_MOST: Final = 0.5
_RANGE: Final = re.compile(r"^(\d{1,3}) ?[-–] ?(\d{1,3})$")
_AS_DATE: Final = re.compile(r"^(?:(\d{1,2})[-. ]([A-Za-zäé]{3,4})\.?|([A-Za-zäé]{3,4})\.?[-. ](\d{1,2}))$")
_SHORTENED: Final = r"^\d(?:[.,]\d+)?[Ee]\+1\d$"
#: Of so many different numbers, all end in 0 only where a spreadsheet made them.
_SEVERAL: Final = 10
#: A column of groups such as "3-5" has few; one of dates has many.
_MOST_GROUPS: Final = 30


def mended(rows: Rows, facts: Mapping[str, ColumnFacts]) -> tuple[Rows, list[str]]:
    """The rows with what can be put right exactly, and notes on that and on what cannot.

    Examples
    --------
    >>> from cxanalysis.columns.column_facts import column_facts, read_numbers
    >>> rows = pd.DataFrame({"zip": ["10065", "2139", "94103"], "age": ["5-Mar", "6-10", "11-17"]})
    >>> facts = {column: column_facts(rows[column]) for column in rows}
    >>> read_numbers(facts, None)
    >>> mended(rows, facts)[0].to_dict("list")
    {'zip': ['10065', '02139', '94103'], 'age': ['3-5', '6-10', '11-17']}
    """
    notes: list[str] = []
    repairs: dict[str, dict[str, str]] = {}
    for column, one in facts.items():
        repair, note = _postcodes(one) if _POSTCODE_NAMED.search(one.words) else _ranges(one)
        if repair:
            repairs[column] = repair
        notes += [note] if note else []
        notes += _lost_digits(one)
    return _repaired(rows, repairs), notes


def _repaired(rows: Rows, repairs: Mapping[str, dict[str, str]]) -> Rows:
    """The rows with some texts of some columns replaced."""
    if not repairs:
        return rows
    if isinstance(rows, TextRows):
        return rows.with_texts(repairs)
    changed = {column: cell_text(rows[column]) for column in repairs}
    return rows.assign(**{column: texts.map(repairs[column]).fillna(texts) for column, texts in changed.items()})


def _postcodes(facts: ColumnFacts) -> tuple[dict[str, str], str | None]:
    """Codes of three and four digits among codes of five: their zeros in front are gone, and all that is."""
    texts = facts.counts.index
    if not len(texts) or not texts.str.fullmatch(rf"\d{{3,{_POSTCODE}}}(?:-\d{{4}})?").all():
        return {}, None
    short = texts[texts.str.fullmatch(rf"\d{{3,{_POSTCODE - 1}}}")]
    rows = int(facts.counts[short].sum())
    if not rows or rows > (1 - _MOST) * facts.n_filled:
        return {}, None
    note = f"In '{facts.name}' {rows:,} codes had lost the zero in front of them: put back, {_POSTCODE} digits each."
    return {str(text): str(text).zfill(_POSTCODE) for text in short}, note


def _ranges(facts: ColumnFacts) -> tuple[dict[str, str], str | None]:
    """Ranges that became a day of a month; other ranges of the column say which of the two numbers came first."""
    if facts.stored_as != "text" or facts.n_distinct > _MOST_GROUPS:
        return {}, None
    texts = [str(text) for text in facts.counts.index]
    pairs = {text: pair for text in texts if (pair := _pair(text)) is not None}
    if not pairs:
        return {}, None
    whole = [(int(found[1]), int(found[2])) for text in texts if (found := _RANGE.match(text))]
    rows = int(facts.counts[list(pairs)].sum())
    example = next(iter(pairs))
    if whole and all(low < high for low, high in whole):
        repair = {text: f"{min(pair)}-{max(pair)}" for text, pair in pairs.items()}
        many = f"In '{facts.name}' {rows:,} ranges had become dates: '{example}' is '{repair[example]}' again"
        return repair, f"{many}, as its other ranges go from low to high."
    low, high = min(pairs[example]), max(pairs[example])
    doubt = f"'{low}-{high}' or '{high}-{low}'" if low != high else f"'{low}-{high}'"
    if len(pairs) == len(texts):
        return {}, None  # nothing but days of a month: dates without their year
    return {}, (
        f"In '{facts.name}' {rows:,} values such as '{example}' may be ranges that a spreadsheet took for dates "
        f"({doubt}): kept as they are. Export the column as text to be sure."
    )


def _pair(text: str) -> tuple[int, int] | None:
    """The two numbers of "5-Mar" or "Mar-5"; None if it is no day of a month."""
    found = _AS_DATE.match(text)
    if found is None:
        return None
    month = MONTH_NUMBER.get(plain(found[2] or found[3]))
    return None if month is None else (int(found[1] or found[4]), month)


def _lost_digits(facts: ColumnFacts) -> list[str]:
    """Long numbers of which a spreadsheet kept the first digits only: nothing brings the others back."""
    if facts.stored_as == "text":
        # Of a million texts only those are looked at that have the "+" in its place.
        near = facts.ranked.with_letter("+", 3)
        short = near[near.index.str.match(_SHORTENED)]
        rows = int(short.sum())
        if rows and not facts.named("amount", "weight"):
            return [
                f"In '{facts.name}' {rows:,} numbers such as '{short.index[0]}' were shortened by a spreadsheet: "
                "their last digits are lost, so different ones may look alike. Export the column as text if it "
                "names something."
            ]
    elif facts.stored_as == "number" and facts.n_distinct >= _SEVERAL:
        texts = facts.counts.index
        if texts.str.fullmatch(r"\d{15,}0").all():
            return [
                f"The numbers of '{facts.name}' have more than 15 digits and all end in 0: a spreadsheet keeps 15, so "
                "their last digits are lost. Export the column as text if it names something."
            ]
    return []
