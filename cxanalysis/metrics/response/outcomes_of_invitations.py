"""What became of an invitation, in AAPOR's letters: which word of the survey tool means which of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from cxanalysis.arguments import check_mapping, shown
from cxanalysis.problem import Problem

#: AAPOR's dispositions (Standard Definitions, 10th edition 2023, section on response rates).
DISPOSITIONS: Final[Mapping[str, str]] = {
    "I": "answered in full",
    "P": "broken off after some answers",
    "R": "refused",
    "NC": "eligible, and nothing came back",
    "O": "eligible, and could not answer for another reason",
    "UH": "never known whether the invitation reached anybody",
    "UO": "unknown for another reason",
    "NE": "not eligible: no customer, or asked twice",
}
#: Dispositions in the denominator, where nobody knows whether the person could have answered.
UNKNOWN: Final = ("UH", "UO")
#: Words of survey tools, the first that fits counts. Customers are known, so silence is NC and not unknown.
_WORDS: Final = (
    ("NE", r"not eligible|ineligible|no eleg|duplicat|out of scope|screened out|test$"),
    ("UH", r"bounce|undeliver|not delivered|invalid|rebotad|unzustellbar|returned to sender|hard fail|^failed$"),
    ("P", r"partial|broken? ?off|break.?off|incomplete|abandon|started|incomplet|abgebrochen|abandonad"),
    ("R", r"refus|declin|opt(ed)?[ -]?out|unsubscrib|rechaz|verweigert|baja$"),
    (
        "NC",
        r"unanswered|no answer|no repl|no respon|not answered|non.?respon|^sent$|^delivered$|opened|clicked|ignored",
    ),
    ("NC", r"pending|reminded|sin respuesta|keine antwort|unbeantwortet|ouvert|enviad"),
    ("I", r"answered|complete|respond|respuesta|finished|submitted|beantwortet|répond"),
    ("O", r"deceased|ill$|language|absent|away|out of office|vacation"),
)
#: What the column that holds these words is called.
_OUTCOME: Final = re.compile(r"(?i)^(outcome|disposition|status|result|response.?status)$")


def dispositions_of(
    words: list[Any], given: Mapping[str, str] | None, column: str
) -> tuple[dict[Any, str], tuple[str, ...]]:
    """AAPOR's letters for these words, and what to tell the reader about it.

    Parameters
    ----------
    words : list
        Every different value of the outcome column.
    given : mapping of word → disposition, optional
        What the user said; the others are told by their words.
    column : str
        For messages.

    Raises
    ------
    Problem
        If a word cannot be told, or a letter is none.

    Examples
    --------
    >>> dispositions_of(["answered", "unanswered", "bounced", "broken off"], None, "outcome")[0]
    {'answered': 'I', 'unanswered': 'NC', 'bounced': 'UH', 'broken off': 'P'}
    """
    check_mapping(given or {}, "dispositions", do='Write {"answered": "I", …}')
    said = {str(word).strip().lower(): letter for word, letter in (given or {}).items()}
    wrong = [letter for letter in said.values() if letter not in DISPOSITIONS]
    if wrong:
        raise Problem(f"{shown(wrong[0])} is no disposition", where="dispositions", do=f"Use {', '.join(DISPOSITIONS)}")
    found = {word: said.get(str(word).strip().lower()) or disposition_of(word) for word in words}
    unclear = [str(word) for word, letter in found.items() if letter is None]
    if unclear:
        raise Problem(
            f"what became of invitations marked '{unclear[0]}' cannot be told",
            where=f"column '{column}'",
            do=f"Say it with dispositions={{'{unclear[0]}': …}}, one of {', '.join(DISPOSITIONS)}",
        )
    letters = {word: letter for word, letter in found.items() if letter is not None}
    meant = "; ".join(f"'{word}' is {DISPOSITIONS[letter]} ({letter})" for word, letter in letters.items())
    return letters, (f"In '{column}' {meant}.",)


def disposition_of(word: Any) -> str | None:
    """The letter that a word says by itself: one of the letters, a yes or no, or a tool's word; None if it does not.

    Examples
    --------
    >>> disposition_of("Opted out"), disposition_of("RR"), disposition_of(True)
    ('R', None, 'I')
    """
    text = str(word).strip()
    if text.upper() in DISPOSITIONS:
        return text.upper()
    if text.lower() in {"1", "1.0", "true", "yes"}:
        return "I"
    if text.lower() in {"0", "0.0", "false", "no"}:
        return "NC"
    return next((letter for letter, words in _WORDS if re.search(words, text.lower())), None)


def letters_of(words: pd.Series, letters: Mapping[Any, str]) -> pd.Series:
    """The disposition of each row, None where there is no word; numbers and flags are matched as numbers.

    Examples
    --------
    >>> letters_of(pd.Series([1.0, 0.0, None]), {1: "I", 0: "NC"}).tolist()
    ['I', 'NC', None]
    """
    known = {str(word): letter for word, letter in letters.items()}
    known |= {str(float(word)): letter for word, letter in letters.items() if isinstance(word, int | float)}
    return pd.Series([None if pd.isna(word) else known[str(word)] for word in words], dtype=object, index=words.index)


def outcome_column(columns: tuple[str, ...], named: str | None) -> str:
    """The column that says what became of each invitation, named or told by its name.

    Raises
    ------
    Problem
        If it is not named and cannot be told.

    Examples
    --------
    >>> outcome_column(("invitation", "sent", "outcome"), None)
    'outcome'
    """
    if named is not None:
        return named
    likely = [name for name in columns if _OUTCOME.search(name)]
    if len(likely) == 1:
        return likely[0]
    raise Problem(
        "no column is known to say what became of each invitation",
        do="Name it with outcome=; it holds words such as answered, refused, bounced",
    )
