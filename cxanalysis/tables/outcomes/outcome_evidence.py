"""Which columns can be the outcome of an analysis: the evidence for and against each, from roles, names and scales."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

from cxanalysis.columns.cell_text import name_words
from cxanalysis.columns.kinds import SCORES
from cxanalysis.columns.multiple_choice import made_columns
from cxanalysis.recognise.evidence import HABIT, HARDLY_ELSE, MOSTLY, Evidence, Weighed, weighed
from cxanalysis.tables.known_table import KnownTable

_LOYAL: Final = (
    r"\b(would recommend|recommend\w*|refer|would buy again|buy again|order again|come back|would return|repurchase|"
    r"repeat purchase|stay|renew\w*|retained|volveria\w*|recomend\w*|repetiria|weiterempfehl\w*|empfehl\w*|"
    r"wiederkauf\w*|"
    r"recommand\w*|racheter\w*|recomendaria|voltaria|aanbevel\w*|polec\w*|raccomand\w*|consigli\w*)\b"
)
_PLEASED: Final = (
    r"\b(satisf\w*|happy|csat|pleased|zufried\w*|tevreden\w*|zadowol\w*|soddisf\w*|content|solved my problem|"
    r"thumbs up|helpful)\b"
)
_LOST: Final = (
    r"\b(churn\w*|attrition|exited|abgewandert|gekundigt|kundigung|baja|resilie\w*|resiliation|cancelou|attrited)\b"
)
_WHOLE: Final = (
    r"\b(overall|whole|in general|general\w*|gesamt\w*|insgesamt|en general|global\w*|geral|algemeen|ogoln\w*|"
    r"nel complesso|complessiv\w*|zusammenfassend|all in all)\b"
)
_GRADED: Final = (
    r"\b(rate|rating|grade|evaluat\w*|assess\w*|positiv\w*|good|bewert\w*|beurteil\w*|wie gut|valor\w*|"
    r"calific\w*|evalu\w*|"
    r"note|nota|avali\w*|beoordel\w*|oceni\w*|ocena|valut\w*|puntuacion|score)\b"
)
_CALLED_OUTCOME: Final = r"\b(target|outcome|label|y|class|response variable|zielvariable)\b"
_COMPLAINED: Final = (
    r"\b(refund\w*|complain\w*|claim\w*|chargeback|dispute\w*|escalat\w*|reklam\w*|beschwer\w*|queja\w*|reclam\w*)\b"
)
_MEASURES_OF_ATTITUDE: Final = ("rating", "flag", *SCORES)
#: Of more ratings than this, none is the outcome only because it is rated.
_ALONE: Final = 1
_UNSURE_END: Final = 0.5


@dataclass(frozen=True, slots=True)
class Candidate:
    """A column that can be the outcome.

    Attributes
    ----------
    column, role : str
    taken_as : str
        As `outcome_as` of `cx.drivers`.
    good_end : str
        "high", "low", or "" where it is not known.
    found : Weighed
    sure : float
        0…1, the least of how sure the column is the outcome and how sure its scale is.
    """

    column: str
    role: str
    taken_as: str
    good_end: str
    found: Weighed
    sure: float


def candidates(table: KnownTable) -> list[Candidate]:
    """All columns that can be the outcome, likeliest first; the rows are not looked at."""
    made = set(made_columns(table.choices))
    ticked = {name for one in table.choices.values() for name in one.columns}
    asked = [c for c in table.columns if table.roles[c] in _MEASURES_OF_ATTITUDE and c not in made | ticked]
    found = [_candidate(table, column, asked) for column in asked]
    order = {role: place for place, role in enumerate((*SCORES, "rating", "flag"))}
    possible = [one for one in found if one.sure > _LEAST]
    at = {column: place for place, column in enumerate(table.columns)}
    return sorted(possible, key=lambda one: (_certain(one) * -1, order[one.role], -round(one.sure, 1), at[one.column]))


#: Below this a column is not named as a candidate.
_LEAST: Final = 0.1
_CERTAIN: Final = 0.7


def _certain(one: Candidate) -> int:
    return int(one.sure >= _CERTAIN)


def best_outcome(table: KnownTable) -> str | None:
    """The outcome that may be taken without asking; None if there is none."""
    found = candidates(table)
    return found[0].column if found and found[0].sure >= _CERTAIN else None


def _candidate(table: KnownTable, column: str, asked: list[str]) -> Candidate:
    role, scale = table.roles[column], table.scales.get(column)
    words = name_words(f"{column} {table.labels.get(column, '')}")
    found = weighed(_of_score(table, column) if role in SCORES else _of_other(table, column, words, asked))
    sure = min([found.sure, *(one.sure for one in table.doubts if one.column == column)])
    end = "high" if scale is None or scale.higher_is_better else "low"
    if role == "flag" and re.search(_CALLED_OUTCOME, words):
        end, sure = "", min(sure, _UNSURE_END)
    return Candidate(column, role, "nps" if role == "nps" else "mean", end, found, sure)


def _of_score(table: KnownTable, column: str) -> list[Evidence | None]:
    """A score is the outcome as surely as it is a score."""
    confidence, why = table.reasons.get(column, (1.0, ""))
    held = min(max(confidence, 0.02), 0.98)
    said = why or f"it holds {'the likelihood to recommend' if table.roles[column] == 'nps' else 'a score'}"
    return [Evidence("role", math.log(held / (1 - held)), said)]


def _of_other(table: KnownTable, column: str, words: str, asked: list[str]) -> list[Evidence | None]:
    """Ratings and yes/no answers: what the name says, and whether there is anything else that could be the outcome."""
    role = table.roles[column]
    confidence, _ = table.reasons.get(column, (1.0, ""))
    graded_too = [c for c in asked if table.roles[c] in ("rating", *SCORES)]
    ratings = [c for c in graded_too if table.reasons.get(c, (1.0, ""))[0] >= _CERTAIN or c == column]
    whole, graded = re.search(_WHOLE, words), re.search(_GRADED, words)
    out: list[Evidence | None] = [Evidence("any", -MOSTLY, "nothing says that it is about the whole")]
    if confidence < _CERTAIN:
        out.append(Evidence("role", -HABIT, "what the column holds is not sure"))
    for rule, pattern, weight, why in _RULES:
        said = re.search(pattern, words)
        if said and (role == "flag" or rule in ("pleased", "loyal")):
            out.append(Evidence(rule, weight, f"'{said[0]}': {why}"))
    if whole:
        out.append(Evidence("whole", MOSTLY, f"'{whole[0]}': it is about the whole"))
    if graded and (whole or role == "rating"):
        out.append(Evidence("graded", HABIT, f"'{graded[0]}': it asks for a grade"))
    if role == "rating" and len(ratings) <= _ALONE:
        out.append(Evidence("alone", MOSTLY, "the only graded answer"))
    return out


#: Rule → pattern in the name, its weight, and why.
_RULES: Final = (
    ("pleased", _PLEASED, HARDLY_ELSE, "it says whether they were satisfied"),
    ("loyal", _LOYAL, HARDLY_ELSE, "it says whether they would come back or recommend"),
    ("lost", _LOST, HARDLY_ELSE + HABIT, "it says who left"),
    ("called outcome", _CALLED_OUTCOME, MOSTLY, "called the outcome, but which end is good is not said"),
    ("complained", _COMPLAINED, HABIT, "it may be an outcome, or a failure that costs one"),
)
