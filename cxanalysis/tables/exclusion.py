"""Answers that should not count: previews, tests, spam, disqualified and partial ones, by the habits of survey tools.

They are proposed with their number and what they change; they count until somebody says that they do not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeVar

import numpy as np
import pandas as pd

from cxanalysis.columns.cell_text import cell_text, name_words, plain
from cxanalysis.recognise.doubt import Answer, Doubt
from cxanalysis.tables.known_table import KnownTable
from cxanalysis.tables.outcomes.outcome_evidence import best_outcome

T = TypeVar("T", bound=KnownTable)


class NotCounted(StrEnum):
    """Why an answer should not count. The value is how such answers are called."""

    PREVIEW = "previews"
    TEST = "test answers"
    SPAM = "spam"
    DISQUALIFIED = "answers of people who were screened out"
    PARTIAL = "answers that were not finished"
    REJECTED = "answers that were rejected"


#: Words of status fields, in the languages offered.
_SAYS: Final = {
    NotCounted.PREVIEW: r"(?:survey )?preview(?: response)?|vorschau|vista previa|apercu|previsualizacao|spam preview",
    NotCounted.TEST: r"(?:survey )?tests?(?: ?(?:user|response|data|answer|account|customer)s?)?\d*|testing|tester\d*|"
    r"prueba|essai|teste|dummy|demo(?: user)?|qa|testdaten|testnutzer|usuario de prueba|do not count",
    NotCounted.SPAM: r"(?:possible |potential |offline )?spam|bot|fraud(?:ulent)?|duplicate(?: response)?",
    NotCounted.DISQUALIFIED: r"disqualified|screened out|screen ?out|terminated|quota ?full|over ?quota|quotafull|"
    r"nicht qualifiziert|descalificad[oa]|disqualifie|desqualificad[oa]|not qualified",
    NotCounted.PARTIAL: r"partial(?:ly complete(?:d)?)?|incomplete|in ?progress|started|abandoned|unfinished|"
    r"not complete(?:d)?|"
    r"abgebrochen|unvollstandig|teilweise|incompleto|parcial|incomplet|partiel|onvolledig|niekompletna|incompleta|draft",
    NotCounted.REJECTED: r"rejected|not approved|deleted|invalid|ungultig|rechazad[oa]|rejete|rejeitad[oa]|"
    r"validation status not approved",
}
_SAYS_SO: Final = {why: re.compile(rf"^(?:{words})$") for why, words in _SAYS.items()}
#: Fields that say how an answer came about.
_STATUS: Final = re.compile(
    r"^(?:response |survey |submission |answer |interview |record )?(?:status|state|type|outcome|result|disposition)$|"
    r"^(?:distribution channel|response type|validation status|dispcode|estado|statut|stato|antwortstatus|"
    r"collection mode|response status|channel|is test|test|preview|is preview|is spam|spam|flag(?:ged)?|quality)$"
)
_WHO: Final = re.compile(
    r"^(?:user|user ?name|name|first name|last name|full name|respondent|respondent name|customer|email|e mail|e mail "
    r"address|email address|author|benutzer|usuario|nombre|nom|kunde)(?: id)?$"
)
_TEST_ADDRESS: Final = re.compile(r"^(?:test|qa|demo|dummy)[\w.+-]*@|@(?:test|example)\.\w+$")
_MAY_BE_TEST: Final = "test|qa|demo|dummy|prueba|essai|example|do not count"
#: Yes and no fields: what a yes (or a no) in them says.
_YES_FIELDS: Final = {
    r"^(?:is )?(?:test|preview)(?: response)?$": NotCounted.TEST,
    r"^(?:is )?spam$": NotCounted.SPAM,
    r"^(?:is )?disqualified$|^screened out$": NotCounted.DISQUALIFIED,
    r"^(?:is )?(?:partial|incomplete)$": NotCounted.PARTIAL,
}
_NO_FIELDS: Final = re.compile(
    r"^(?:is )?(?:finished|complete|completed|beendet|abgeschlossen|finalizado|termine|fertig)$"
)
_PROGRESS: Final = re.compile(r"^(?:progress|percent complete|completion percentage|fortschritt|progreso)$")
_LAST: Final = re.compile(r"^submitdate$")
#: Qualtrics writes its status as a number.
_QUALTRICS: Final = {
    "1": NotCounted.PREVIEW, "2": NotCounted.TEST, "8": NotCounted.SPAM, "9": NotCounted.SPAM, "17": NotCounted.PREVIEW,
}  # fmt: skip
_QUALTRICS_FIELDS: Final = frozenset({"progress", "finished", "recorded date", "response id", "distribution channel"})
_YES: Final = frozenset({"1", "true", "yes", "y", "ja", "si", "oui", "sim"})
_NO: Final = frozenset({"0", "false", "no", "n", "nein", "non", "nao"})
_ENOUGH_FIELDS: Final = 3
_NOT_SURE: Final = 0.5
#: A field with more different values says nothing about how an answer came about.
_MOST_VALUES: Final = 60
#: Where nearly all answers would not count, the field means something else.
_MOST_LEFT_OUT: Final = 0.9
_ALL: Final = 100.0


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Answers that should not count, as a proposal.

    Attributes
    ----------
    why : NotCounted
    column : str
        The field that says so.
    values : tuple of str
        Its values that say so; empty for answers below `least`.
    least : float or None
        Numbers below this say so (the progress of an answer).
    rows : int
    share : float
        Of all rows.
    outcome, effect : str or None, float or None
        By how much the mean of the outcome changes without them.

    Examples
    --------
    >>> import cxanalysis as cx
    >>> rows = b"Status,csat\\n" + b"Survey Preview,5\\nIP Address,2\\nIP Address,4\\n" * 10
    >>> table = cx.read(rows, name="survey")
    >>> found = table.exclusions[0]
    >>> found.words, table.without([found]).n_rows
    ("10 previews ('Status'; without them the mean of 'csat' changes by -0.67)", 20)
    """

    why: NotCounted
    column: str
    values: tuple[str, ...]
    least: float | None
    rows: int
    share: float
    outcome: str | None = None
    effect: float | None = None

    @property
    def words(self) -> str:
        """What is proposed, in a sentence."""
        said = f"'{self.column}' below {self.least:g}" if self.least is not None else f"'{self.column}'"
        change = ""
        if self.effect is not None and self.outcome is not None:
            change = f"; without them the mean of '{self.outcome[:40]}' changes by {self.effect:+.2f}"
        return f"{self.rows:,} {self.why.value} ({said}{change})"


def proposed_exclusions(
    columns: Mapping[str, Callable[[], pd.Series]], labels: Mapping[str, str], n_rows: int
) -> list[Exclusion]:
    """What should not count, one proposal a field and reason, the largest first.

    Parameters
    ----------
    columns : mapping of column → function
        Each gives the column's distinct clean texts with their number of rows; only status fields are asked.
    labels : mapping of column → str
    n_rows : int
    """
    found: list[Exclusion] = []
    names = {column: name_words(column) for column in columns}
    asked = {column: name_words(labels.get(column, "")) for column in columns}
    qualtrics = len(_QUALTRICS_FIELDS & {*names.values(), *asked.values()}) >= _ENOUGH_FIELDS
    for column, counts in columns.items():
        words = {names[column], asked[column]} - {""}
        if any(_asks(word) for word in words):
            found += _of_field(column, counts(), n_rows, words, qualtrics)
    seen: dict[tuple[NotCounted, int], Exclusion] = {}
    for one in sorted(found, key=lambda one: -one.rows):
        seen.setdefault((one.why, one.rows), one)
    return list(seen.values())


def exclusions_of(table: KnownTable) -> tuple[Exclusion, ...]:
    """What should not count in a table, with what it changes."""

    def counts_of(column: str) -> Callable[[], pd.Series]:
        return lambda: cell_text(table.values(column)).value_counts()

    columns = {column: counts_of(column) for column in table.columns}
    outcome = best_outcome(table)
    return tuple(_with_effect(table, one, outcome) for one in proposed_exclusions(columns, table.labels, table.n_rows))


def doubts_of(exclusions: Iterable[Exclusion], n_rows: int) -> list[Doubt]:
    """The exclusions as questions: until they are answered, all answers count."""
    return [
        Doubt(
            one.column,
            "records",
            f"{one.rows:,} of {n_rows:,} rows are {one.why.value}, by '{one.column[:40]}'. Leave them out?",
            (Answer("leave them out", left_out=one.values, least=one.least), Answer("count them")),
            _NOT_SURE,
            one.words,
            now=f"{one.rows:,} {one.why.value} counted",
        )
        for one in exclusions
    ]


def _asks(word: str) -> bool:
    patterns = (_STATUS, _WHO, _NO_FIELDS, _PROGRESS, _LAST)
    return any(p.search(word) for p in patterns) or any(re.search(p, word) for p in _YES_FIELDS)


def _of_field(column: str, counts: pd.Series, n: int, words: set[str], qualtrics: bool) -> list[Exclusion]:
    values: dict[NotCounted, list[str]] = {}
    if any(_PROGRESS.search(word) for word in words):
        return _unfinished(column, counts, n)
    # Of a million names only those are looked at that hold a word of a test.
    some = counts.index[counts.index.str.contains(_MAY_BE_TEST, case=False)] if _who(words) else counts.index
    for text in some if _who(words) else some[:_MOST_VALUES]:
        why = _why(str(text), words, qualtrics)
        if why is not None:
            values.setdefault(why, []).append(str(text))
    out = []
    for why, said in values.items():
        rows = int(counts[said].sum())
        if 0 < rows < _MOST_LEFT_OUT * n:
            out.append(Exclusion(why, column, tuple(said), None, rows, rows / n))
    return out


def _who(words: set[str]) -> bool:
    return any(_WHO.search(word) for word in words)


def _why(text: str, words: set[str], qualtrics: bool) -> NotCounted | None:
    said = plain(text.replace("_", " ").replace("-", " "))
    for pattern, why in _YES_FIELDS.items():
        if any(re.search(pattern, word) for word in words):
            return why if said in _YES else None
    if any(_NO_FIELDS.search(word) for word in words):
        return NotCounted.PARTIAL if said in _NO else None
    if _who(words):
        return NotCounted.TEST if _SAYS_SO[NotCounted.TEST].match(said) or _TEST_ADDRESS.search(plain(text)) else None
    if qualtrics and said in _QUALTRICS:
        return _QUALTRICS[said]
    return next((why for why, pattern in _SAYS_SO.items() if pattern.match(said)), None)


def _unfinished(column: str, counts: pd.Series, n: int) -> list[Exclusion]:
    numbers = pd.to_numeric(pd.Series(counts.index, index=counts.index).str.rstrip(" %"), errors="coerce")
    if numbers.max() != _ALL:
        return []
    rows = int(counts[numbers < _ALL].sum())
    if not 0 < rows < _MOST_LEFT_OUT * n:
        return []
    return [Exclusion(NotCounted.PARTIAL, column, (), _ALL, rows, rows / n)]


def _left_out(table: KnownTable, column: str, values: Iterable[str], least: float | None) -> np.ndarray:
    texts = cell_text(table.values(column))
    if least is not None:
        return (pd.to_numeric(texts.str.rstrip(" %"), errors="coerce") < least).to_numpy(bool)
    return texts.isin(list(values)).to_numpy(bool)


def _with_effect(table: KnownTable, one: Exclusion, outcome: str | None) -> Exclusion:
    if outcome is None:
        return one
    values = pd.to_numeric(table.only([outcome])[outcome], errors="coerce").to_numpy("float64")
    kept = values[~_left_out(table, one.column, one.values, one.least)]
    if np.isnan(values).all() or np.isnan(kept).all():
        return one
    change = float(np.nanmean(kept) - np.nanmean(values))
    return Exclusion(one.why, one.column, one.values, one.least, one.rows, one.share, outcome, change)


def without(table: T, exclusions: Iterable[Exclusion]) -> T:
    """The part of a table that is left without some answers."""
    for one in exclusions:
        table = without_values(table, one.column, one.values, one.least)
    return table


def without_values(table: T, column: str, values: Iterable[str], least: float | None) -> T:
    """The part of a table without the rows in which a column holds one of these texts, or a number below `least`."""
    gone = _left_out(table, column, values, least)
    read = table.only([column])[column]
    stay = read[~gone]
    levels: list[Any] = list(pd.unique(stay.dropna()))
    return table.where({column: [*levels, *([None] if stay.isna().any() else [])]})
