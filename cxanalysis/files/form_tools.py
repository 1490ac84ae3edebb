"""Exports of survey tools, known by their headers: Qualtrics, SurveyMonkey, LimeSurvey, Google and Microsoft Forms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from cxanalysis.columns.cell_text import plain
from cxanalysis.files.named_columns import NamedColumns

_LIME: Final = frozenset(
    {"id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp", "token", "ipaddr", "refurl"}
)
#: A code before a question, as LimeSurvey writes both: "G01Q02[SQ001]. How was it? [Service]".
_CODED: Final = re.compile(r"^(?P<code>[A-Za-z]\w*(?:\[\w+\]){0,2})\. +(?P<text>\S.*)$")
_GOOGLE_FIRST: Final = frozenset(
    {"timestamp", "marca temporal", "zeitstempel", "horodateur", "carimbo de data/hora", "data/hora"}
)
_MICROSOFT_START: Final = frozenset({"start time", "hora de inicio", "startzeit", "heure de debut"})
_MICROSOFT_END: Final = frozenset(
    {"completion time", "hora de finalizacion", "fertigstellungszeit", "heure de fin", "hora de conclusao"}
)

#: What SurveyMonkey writes below a question that has a single column.
_ANSWER_WORDS: Final = frozenset(
    {"response", "open-ended response", "antwort", "respuesta", "reponse", "resposta", "offene antwort",
     "respuesta abierta", "reponse ouverte", "resposta aberta", "other (please specify)"}
)  # fmt: skip


def tool_header(first: Sequence[str], below: Sequence[Sequence[str]]) -> NamedColumns | None:
    """Names and questions, if this is the header of a survey tool's export, with the rows below it; else None."""
    return (
        _qualtrics(first, below[:2])
        or _qualtrics_legacy(first, below)
        or _survey_monkey(first, below)
        or _lime_survey(first)
        or _google_forms(first)
        or _microsoft_forms(first)
    )


def _qualtrics(first: Sequence[str], below: Sequence[Sequence[str]]) -> NamedColumns | None:
    for depth, row in enumerate(below):
        if sum('{"ImportId"' in cell.replace("'", '"') for cell in row) >= 0.5 * sum(map(bool, row)) > 0:
            labels = list(below[0]) if depth == 1 else [""] * len(first)
            note = f"A Qualtrics export: the {depth + 2} rows of its header are names, questions and field codes."
            return NamedColumns(list(first), labels, depth + 2, note, "Qualtrics")
    return None


def _qualtrics_legacy(first: Sequence[str], below: Sequence[Sequence[str]]) -> NamedColumns | None:
    if len(below) and re.fullmatch(r"V1", first[0] or "") and {"ResponseID", "ResponseSet"} & set(below[0]):
        names = [
            lower if re.fullmatch(r"V\d+", upper) else upper or lower
            for upper, lower in zip(first, below[0], strict=False)
        ]
        note = "An older Qualtrics export: the second row of its header gives the names."
        return NamedColumns(names, list(below[0]), 2, note, "Qualtrics")
    return None


def _survey_monkey(first: Sequence[str], below: Sequence[Sequence[str]]) -> NamedColumns | None:
    if not below:
        return None
    second = below[0]
    answers = sum(plain(cell) in _ANSWER_WORDS for cell in second)
    if second[0] or not answers or (answers < 2 and not any(not a and b for a, b in zip(first, second, strict=False))):
        return None
    names, labels, question = [], [], ""
    for upper, lower in zip(first, second, strict=False):
        question = upper or question
        choice = "" if plain(lower) in _ANSWER_WORDS and upper else lower
        part_of_several = not upper or choice
        names.append(choice if part_of_several and choice else question)
        labels.append(f"{question}: {choice}" if choice else question)
    note = "A SurveyMonkey export: the second row of its header holds the choices."
    return NamedColumns(names, labels, 2, note, "SurveyMonkey")


def _lime_survey(first: Sequence[str]) -> NamedColumns | None:
    coded = [_CODED.match(cell) for cell in first]
    codes = [found["code"] if found else cell for found, cell in zip(coded, first, strict=True)]
    if len(_LIME & set(codes)) < 3 or "id" not in codes[:3]:
        return None
    labels = [found["text"] if found else "" for found in coded]
    what = "names are codes with their questions" if any(coded) else "names are codes"
    return NamedColumns(codes, labels, 1, f"A LimeSurvey export: its columns' {what}.", "LimeSurvey")


def _google_forms(first: Sequence[str]) -> NamedColumns | None:
    questions = [cell for cell in first[1:] if " " in cell or cell.endswith("?") or cell.endswith("]")]
    if plain(first[0]) not in _GOOGLE_FIRST or len(questions) < 0.5 * (len(first) - 1) or len(first) < 2:
        return None
    return _questions(first, "Google Forms")


def _microsoft_forms(first: Sequence[str]) -> NamedColumns | None:
    names = [plain(cell) for cell in first[:6]]
    if not (_MICROSOFT_START & set(names) and _MICROSOFT_END & set(names)):
        return None
    return _questions(first, "Microsoft Forms")


def _questions(first: Sequence[str], tool: str) -> NamedColumns:
    """A header whose names are the questions themselves."""
    note = f"A {tool} export: its columns' names are the questions."
    return NamedColumns(list(first), [""] * len(first), 1, note, tool)
