"""The questions that a table asks: at most three, what matters most first, the likeliest answer preset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from cxanalysis.columns.kinds import ROLES, SCORES
from cxanalysis.columns.missing_codes import as_code
from cxanalysis.problem import Problem
from cxanalysis.recognise.doubt import Answer, Doubt
from cxanalysis.tables.exclusion import without_values
from cxanalysis.tables.known_table import KnownTable
from cxanalysis.tables.outcomes.outcome_evidence import best_outcome, candidates

T = TypeVar("T", bound=KnownTable)

#: More questions than this a file are not asked; the rest is said where a result rests on it.
MOST_QUESTIONS: Final = 3
#: So many columns are offered as the outcome.
_MOST_OFFERED: Final = 6
#: What matters more is asked first: a sign, then what counts, then what it is.
_FIRST: Final = {"direction": 0, "records": 1, "codes": 2, "scale": 3, "outcome": 4, "role": 5, "dates": 6, "kind": 7}
_NONE: Final = "none of them"
#: Kinds of source in which somebody says how satisfied he was.
_SAID: Final = ("survey", "reviews", "employee_feedback", "customers", None)
#: A yes/no column less likely than this to be the outcome is not offered.
_WORTH_ASKING: Final = 0.25


@dataclass(frozen=True, slots=True)
class Question:
    """One short question about a table.

    Attributes
    ----------
    column : str or None
        None: it is about the whole table.
    what : str
        "direction", "records", "codes", "scale", "outcome", "role", "dates" or "kind".
    words : str
        The question.
    options : tuple of str
        The answers there are.
    preset : str
        The likeliest.
    sure : float
        How sure that is, 0…1.
    why : str

    Examples
    --------
    >>> import cxanalysis as cx
    >>> table = cx.read(b"Zufriedenheit\\n" + b"1\\n2\\n6\\n3\\n5\\n4\\n" * 20)
    >>> asked = table.questions[0]
    >>> asked.words, asked.options
    ("Which answer to 'Zufriedenheit' is the best?", ('1 is the best answer', '6 is the best answer'))
    """

    column: str | None
    what: str
    words: str
    options: tuple[str, ...]
    preset: str
    sure: float
    why: str

    @property
    def key(self) -> tuple[str | None, str]:
        """What `Table.answered` names a question by."""
        return self.column, self.what


def questions_of(table: KnownTable) -> tuple[Question, ...]:
    """What is asked of a table."""
    asked = [_question(doubt) for doubt in every_doubt(table)]
    asked.sort(key=lambda one: (_FIRST.get(one.what, 9), _rank(table, one.column), one.sure))
    return tuple(asked[:MOST_QUESTIONS])


def _question(doubt: Doubt) -> Question:
    options = tuple(answer.words for answer in doubt.answers)
    return Question(doubt.column, doubt.what, doubt.ask, options, options[0], doubt.sure, doubt.why)


def _rank(table: KnownTable, column: str | None) -> int:
    """Scores matter more than ratings, ratings more than the rest."""
    role = table.roles.get(column or "", "")
    return 0 if role in SCORES else 1 if role in ("rating", "flag") else 2


def every_doubt(table: KnownTable) -> list[Doubt]:
    """All that is unsure about a table and would change a number: its scales, its roles, its outcome."""
    out = list(table.doubts)
    spoken = {(doubt.column, "role") for doubt in out if doubt.what == "role"}
    out += [_of_role(table, c) for c in table.unsure if (c, "role") not in spoken and _matters(table, c)]
    asked = [doubt for doubt in out if doubt.column is not None and table.roles[doubt.column] in SCORES]
    if not asked and best_outcome(table) is None and (outcome := _of_outcome(table)) is not None:
        out.append(outcome)
    return out


def _matters(table: KnownTable, column: str) -> bool:
    """Whether what a column is changes a first result: scores, yes/no answers and dates that are not sure."""
    return table.roles[column] in (*SCORES, "flag", "rating", "date", "due", "closed")


def _of_role(table: KnownTable, column: str) -> Doubt:
    role, (sure, why) = table.roles[column], table.reasons[column]
    other = {"nps": "rating", "csat": "rating", "ces": "rating", "flag": "category"}.get(role, "category")
    answers = tuple(Answer(ROLES[one], role=one) for one in (role, other, "ignore"))
    return Doubt(column, "role", f"What does '{column[:60]}' hold?", answers, sure, why)


def _of_outcome(table: KnownTable) -> Doubt | None:
    """Which column says how satisfied they were, where several may and none surely does."""
    if table.kind not in _SAID:
        return None
    found = [one for one in candidates(table) if one.role != "flag" or one.sure >= _WORTH_ASKING][:_MOST_OFFERED]
    if not found:
        return None
    answers = (*(Answer(one.column) for one in found), Answer(_NONE))
    ask = "Which column says how satisfied they were?"
    return Doubt(None, "outcome", ask, answers, found[0].sure, found[0].found.why)


def answered(table: T, answers: Mapping[Any, str]) -> T:
    """The table with questions answered: what was taken is confirmed, or changed.

    Raises
    ------
    Problem
        If there is no such question, or it has no such answer.
    """
    # Rows are left out last: decisions are about the whole table.
    doubts = [(_doubt(table, key), words) for key, words in answers.items()]
    for doubt, words in sorted(doubts, key=lambda pair: pair[0].what == "records"):
        answer = next((one for one in doubt.answers if one.words == words), None)
        if answer is None:
            raise Problem(
                f"'{words}' is no answer to '{doubt.ask}'",
                where=table.name,
                do=f"Answer: {', '.join(one.words for one in doubt.answers)}",
            )
        table = _decided(table, doubt, answer)
    return table


def _doubt(table: KnownTable, key: Any) -> Doubt:
    column, what = key.key if isinstance(key, Question) else key if isinstance(key, tuple) else (key, None)
    found = [one for one in every_doubt(table) if one.column == column and what in (None, one.what)]
    if not found:
        about = "the table" if column is None else f"'{column}'"
        raise Problem(f"nothing is asked about {about}", where=table.name, do="See its `questions`")
    return found[0]


def _decided(table: T, doubt: Doubt, answer: Answer) -> T:
    left = tuple(one for one in table.doubts if one != doubt)
    if doubt.what == "outcome":
        if answer.words == _NONE:
            return table
        role = table.roles[answer.words]
        return table.with_(roles={answer.words: "csat" if role == "rating" else role}, doubts=left)
    if doubt.what == "records" and doubt.column is not None:
        whole = table.with_(doubts=left)
        if not answer.left_out and answer.least is None:
            return whole
        return without_values(whole, doubt.column, answer.left_out, answer.least)
    if doubt.column is None:
        return table.with_(kind=answer.kind, doubts=left)
    column = doubt.column
    roles = {column: answer.role or table.roles[column]} if doubt.what == "role" else {}
    if answer.role is not None and doubt.what != "role":
        roles = {column: answer.role}
    scales = {} if answer.scale is None else {column: answer.scale}
    codes = as_code(table.codes, table.values(column), column, answer.missing, answer.kept)
    formats = {} if answer.written is None else {column: answer.written}
    return table.with_(roles=roles, scales=scales, codes=codes, formats=formats, doubts=left)
