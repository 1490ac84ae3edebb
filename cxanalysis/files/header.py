"""Finding the columns' names: titles above the header, headers of two or three rows, missing and repeated names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from cxanalysis.columns.cell_text import plain
from cxanalysis.files.form_tools import form_header
from cxanalysis.files.group_header import groups_above, names_below

Row = Sequence[str | None]

#: Only so far down is a header looked for.
_DEEPEST: Final = 20
_NUMBER_OR_DATE: Final = re.compile(r"^[+\-]?[\d.,:/\- ]*\d[\d.,:/\- ]*$|^\d{4}-\d\d-\d\d[T ].*$")
#: What SurveyMonkey writes below a question that has a single column.
_ANSWER_WORDS: Final = frozenset(
    {"response", "open-ended response", "antwort", "respuesta", "reponse", "resposta", "offene antwort",
     "respuesta abierta", "reponse ouverte", "resposta aberta", "other (please specify)"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Header:
    """Names of the columns and where the answers begin.

    Attributes
    ----------
    names : tuple of str
        Unique, never empty.
    first_row : int
        Index of the first row of data.
    labels : dict
        Column → full question, where the file has one beside a short name.
    notes : tuple of str
    """

    names: tuple[str, ...]
    first_row: int
    labels: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def find_header(rows: Sequence[Row], width: int) -> Header:
    """Find the header among the first rows of a file whose rows usually have `width` cells."""
    start = _title_rows(rows, width)
    notes = [f"{start} line{'s' if start > 1 else ''} above the header left out."] if start else []
    first = _padded(rows[start], width)
    if _is_data(first, rows[start + 1 : start + 1 + _DEEPEST]):
        notes.append("The file has no header; its columns are numbered.")
        return Header(tuple(f"column_{i}" for i in range(1, len(first) + 1)), start, {}, tuple(notes))
    below = [_padded(row, len(first)) for row in rows[start + 1 : start + 3]]
    for layout in (_qualtrics, _qualtrics_legacy, _survey_monkey):
        found = layout(first, below)
        if found is not None:
            names, labels, used, note = found
            unique, repairs = unique_names(names)
            labelled = {unique[i]: text for i, text in enumerate(labels) if text and text != unique[i]}
            return Header(unique, start + used, labelled, (*notes, note, *repairs))
    form = form_header(first)
    if form is None:
        deeper = [_padded(row, len(first)) for row in rows[start + 1 : start + 12]]
        titles = [_padded(row, len(first)) for row in rows[:start]]
        form = names_below(first, deeper) if width > 1 else None
        grouped = groups_above(titles, first) if form is None else None
        if grouped is not None:
            names, labels, used, note = grouped
            left = start + 1 - used
            notes = [f"{left} line{'s' if left > 1 else ''} above the header left out."] if left else []
            form = names, labels, 1, note
    if form is not None:
        names, labels, used, note = form
        unique, repairs = unique_names(names)
        labelled = {unique[i]: text for i, text in enumerate(labels) if text}
        return Header(unique, start + used, labelled, (*notes, note, *repairs))
    unique, repairs = unique_names(first)
    return Header(unique, start + 1, {}, (*notes, *repairs))


def _filled(row: Row) -> int:
    return sum(bool(cell and cell.strip()) for cell in row)


def _padded(row: Row, width: int) -> list[str]:
    cells = [" ".join((cell or "").split()) for cell in row]
    return cells + [""] * (width - len(cells))


def _title_rows(rows: Sequence[Row], width: int) -> int:
    """How many rows stand above the header: rows nearly empty, followed by a full one."""
    full = _full_header(rows, width)
    if full is not None:
        return full
    for i, row in enumerate(rows[:_DEEPEST]):
        if _filled(row) > max(1, 0.3 * width) or width == 1:
            if width > 1 or _filled(row):
                return i
        elif not any(_filled(later) >= 0.7 * width for later in rows[i + 1 : _DEEPEST + 5]):
            return i
    return 0


def _full_header(rows: Sequence[Row], width: int) -> int | None:
    """A row of words in every column above rows with numbers, below rows with gaps: the header under its titles."""
    for i, row in enumerate(rows[:_DEEPEST]):
        if _filled(row) > 0.7 * width:
            cells = [plain(cell or "") for cell in row]
            words = len(set(cells)) == len(cells) == width and not any(_NUMBER_OR_DATE.match(c) or not c for c in cells)
            below = [cell for later in rows[i + 1 : i + 6] for cell in later if cell]
            return i if i and words and any(_NUMBER_OR_DATE.match(cell.strip()) for cell in below) else None
    return None


def _is_data(first: list[str], below: Sequence[Row]) -> bool:
    """True if the first row is an answer, not a header: every cell a number or date, as in the rows below."""
    cells = [cell for cell in first if cell]
    if not cells or not below or not all(_NUMBER_OR_DATE.match(cell) for cell in cells):
        return False
    numbers = [int(cell) for cell in cells if re.fullmatch(r"\d{1,4}", cell)]
    running = (
        len(numbers) > 1
        and len(numbers) == len(cells)
        and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    )
    return not running


_Found = tuple[list[str], list[str], int, str]


def _qualtrics(first: list[str], below: list[list[str]]) -> _Found | None:
    for depth, row in enumerate(below):
        if sum('{"ImportId"' in cell.replace("'", '"') for cell in row) >= 0.5 * _filled(row) > 0:
            labels = below[0] if depth == 1 else [""] * len(first)
            note = f"A Qualtrics export: the {depth + 2} rows of its header are names, questions and field codes."
            return first, labels, depth + 2, note
    return None


def _qualtrics_legacy(first: list[str], below: list[list[str]]) -> _Found | None:
    if len(below) and re.fullmatch(r"V1", first[0] or "") and {"ResponseID", "ResponseSet"} & set(below[0]):
        names = [
            lower if re.fullmatch(r"V\d+", upper) else upper or lower
            for upper, lower in zip(first, below[0], strict=False)
        ]
        return names, below[0], 2, "An older Qualtrics export: the second row of its header gives the names."
    return None


def _survey_monkey(first: list[str], below: list[list[str]]) -> _Found | None:
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
    return names, labels, 2, "A SurveyMonkey export: the second row of its header holds the choices."


def unique_names(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names cleaned of stray blanks, none empty, none twice; and notes on what was repaired.

    Examples
    --------
    >>> unique_names(["score", "score", ""])[0]
    ('score', 'score_2', 'column_3')
    """
    notes, unique, taken = [], [], set()
    cleaned = [" ".join(name.split()) for name in names]
    given = set(cleaned)
    empty = [i for i, name in enumerate(cleaned, 1) if not name]
    repeated = []
    for i, name in enumerate(cleaned, 1):
        base = name or f"column_{i}"
        found, number = base, 2
        while found in taken or (number > 2 and found in given):
            found, number = f"{base}_{number}", number + 1
        if found != base:
            repeated.append(f"'{base}' → '{found}'")
        taken.add(found)
        unique.append(found)
    if empty:
        notes.append(f"{len(empty)} column{'s' if len(empty) > 1 else ''} without a name: numbered by position.")
    if repeated:
        shown = ", ".join(repeated[:5]) + (" …" if len(repeated) > 5 else "")
        notes.append(f"{len(repeated)} repeated column name{'s' if len(repeated) > 1 else ''} changed: {shown}.")
    return tuple(unique), tuple(notes)
