"""Exports of form tools known by their usual columns: LimeSurvey, Google Forms, Microsoft Forms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from cxanalysis.columns.cell_text import plain

#: Tools whose exports are surveys, as their names stand in the note about the header.
SURVEY_TOOLS: Final = ("Qualtrics", "SurveyMonkey", "LimeSurvey", "Google Forms", "Microsoft Forms")

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

Found = tuple[list[str], list[str], int, str]


def form_header(first: Sequence[str]) -> Found | None:
    """Names, questions, rows of header and a note, if this is the header of a form tool's export; else None."""
    return _lime_survey(first) or _google_forms(first) or _microsoft_forms(first)


def _lime_survey(first: Sequence[str]) -> Found | None:
    coded = [_CODED.match(cell) for cell in first]
    codes = [found["code"] if found else cell for found, cell in zip(coded, first, strict=True)]
    if len(_LIME & set(codes)) < 3 or "id" not in codes[:3]:
        return None
    labels = [found["text"] if found else "" for found in coded]
    what = "names are codes with their questions" if any(coded) else "names are codes"
    return codes, labels, 1, f"A LimeSurvey export: its columns' {what}."


def _google_forms(first: Sequence[str]) -> Found | None:
    questions = [cell for cell in first[1:] if " " in cell or cell.endswith("?") or cell.endswith("]")]
    if plain(first[0]) not in _GOOGLE_FIRST or len(questions) < 0.5 * (len(first) - 1) or len(first) < 2:
        return None
    return list(first), [""] * len(first), 1, "A Google Forms export: its columns' names are the questions."


def _microsoft_forms(first: Sequence[str]) -> Found | None:
    names = [plain(cell) for cell in first[:6]]
    if not (_MICROSOFT_START & set(names) and _MICROSOFT_END & set(names)):
        return None
    return list(first), [""] * len(first), 1, "A Microsoft Forms export: its columns' names are the questions."
