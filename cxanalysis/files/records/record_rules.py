"""Rules that tell rows that are no records: headers again, totals, lines that count, notes; each with its evidence.

A rule begins with how often rows of its kind are what it says (the prior), and multiplies its odds by what speaks for
it (a sum that is the column's, a place at the end, cells empty that are always filled) and against it (a cell of the
usual form, a label that many rows have). Nothing is left out for a word alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cxanalysis.columns.cell_text import plain
from cxanalysis.files.records.cell_shape import CellShape, cell_shape
from cxanalysis.files.records.column_sums import ColumnSums
from cxanalysis.files.records.left_out_records import (
    SURE_ENOUGH,
    WORTH_ASKING,
    LeftOutRecords,
    RecordRule,
    shown,
    spans_of,
    sureness,
)
from cxanalysis.files.records.look_at_rows import LookAtRows
from cxanalysis.files.records.words_of_totals import Statistic, counted_rows, is_note, statistic_of

#: Rows at the end that are looked at one by one.
_TAIL: Final = 60
#: At most so many rows elsewhere are looked at one by one; where more look odd, odd is what the table is.
_MOST_ODD: Final = 400
#: A column counts as always filled from this share on.
_ALWAYS: Final = 0.9
#: A table of fewer records says nothing about sums that could not be chance.
_FEWEST: Final = 3
#: Labels of so few letters mean other things too.
_SHORT_LABEL: Final = 2

# How often a row that looks so is what its rule says, before any evidence.
_HEADER_PRIOR: Final = 0.5
_TOTAL_PRIOR: Final = 0.3
_SUM_PRIOR: Final = 0.05
_COUNT_PRIOR: Final = 0.3
_NOTE_PRIOR: Final = 0.1
# Odds of each piece of evidence: above 1 for the rule, below against it.
_ALL_NAMES: Final = 50.0
_TWO_NAMES: Final = 8.0
_ONE_NAME: Final = 2.0
_NAME_IS_AN_ANSWER: Final = 0.02
_NOT_FIRST: Final = 0.1
_LAST: Final = 4.0
_EMPTY_ELSEWHERE: Final = 5.0
_MOST_EMPTY: Final = 25.0
_FULL: Final = 0.15
_OTHER_SHAPE: Final = 12.0
_SAME_FORM: Final = 0.01
_USUAL_LABEL: Final = 0.05
_NOT_AT_END: Final = 0.1
_ABBREVIATED: Final = 0.1
_BEHIND_GAP: Final = 8.0
_NOTE_WORD: Final = 20.0
_SENTENCE: Final = 5.0
_ONLY_COLUMN: Final = 0.1
_RIGHT_COUNT: Final = 200.0
_ANOTHER_COUNT: Final = 3.0


@dataclass(slots=True)
class _Judged:
    """Rows judged so far."""

    look: LookAtRows
    gaps: frozenset[int]
    verdicts: dict[int, tuple[RecordRule, float, str]] = field(default_factory=dict)

    def add(self, row: int, rule: RecordRule, sure: float, why: str) -> None:
        if sure >= WORTH_ASKING and sure > self.verdicts.get(row, (rule, 0.0, ""))[1]:
            self.verdicts[row] = (rule, sure, why)

    def out(self) -> NDArray[np.bool_]:
        """Rows that are surely no records."""
        out = np.zeros(len(self.look), "bool")
        out[[row for row, (_, sure, _) in self.verdicts.items() if sure >= SURE_ENOUGH]] = True
        return out

    def at_end(self, row: int) -> bool:
        """Whether only rows that are no records follow."""
        out = self.out()
        return bool(out[row + 1 :].all())


def judged_rows(look: LookAtRows, nameless: Iterable[str] = (), gaps: Iterable[int] = ()) -> list[LeftOutRecords]:
    """What is no record among these rows, and what may be none.

    Parameters
    ----------
    look : LookAtRows
    nameless : sequence of str
        Columns that have no name in the file.
    gaps : sequence of int
        Rows before which the file has an empty row.

    Returns
    -------
    list of LeftOutRecords
        One for each rule that is sure, with all its rows; one for each row that is not.
    """
    if len(look) < _FEWEST:
        return []
    judged = _Judged(look, frozenset(gaps))
    _headers_again(judged, set(nameless))
    _ends(judged)
    _totals(judged)
    _ends(judged)  # a note above which only a total stands
    return _gathered(judged)


def _gathered(judged: _Judged) -> list[LeftOutRecords]:
    by_rule: dict[tuple[RecordRule, int | None], list[int]] = {}
    for row, (rule, sure, _) in sorted(judged.verdicts.items()):
        by_rule.setdefault((rule, None if sure >= SURE_ENOUGH else row), []).append(row)
    out = []
    for (rule, _), rows in by_rule.items():
        sure = min(judged.verdicts[row][1] for row in rows)
        reasons = Counter(judged.verdicts[row][2] for row in rows)
        why = "; ".join(reason for reason, _ in reasons.most_common(2))
        cells = tuple(judged.look.row(row) for row in rows)
        out.append(LeftOutRecords(rule, spans_of(rows), round(sure, 3), why, sure >= SURE_ENOUGH, cells=cells))
    return out


# --- the header again ----------------------------------------------------------------------------------------------


def _headers_again(judged: _Judged, nameless: set[str]) -> None:
    """Rows that hold the columns' names, as exports put one below the other do."""
    look = judged.look
    named = [i for i, name in enumerate(look.names) if name not in nameless]
    if not named:
        return
    perhaps = look.rows_with(named[0], look.names[named[0]])
    if not len(perhaps) or len(perhaps) > max(len(look) // 2, 1):
        return
    # A column whose name is one of its answers ("Price" where the price was ticked) has it in many other rows.
    whole = [int(row) for row in perhaps[:_MOST_ODD] if _repeats_names(look, int(row), named)]
    if not whole:
        return
    seen = [len(look.rows_with(i, look.names[i])) for i in named[:4]]
    alone = len(whole) < 0.5 * max(seen)
    for row in whole:
        others = int(look.n_misfits[row])
        evidence = [
            _ALL_NAMES if len(named) > 2 else _TWO_NAMES,
            _OTHER_SHAPE if others else 1.0,
            _NAME_IS_AN_ANSWER if alone else 1.0,
        ]
        if len(named) == 1:
            evidence = [_ONE_NAME]
        judged.add(row, RecordRule.HEADER_AGAIN, sureness(_HEADER_PRIOR, evidence), "the names of the columns again")


def _repeats_names(look: LookAtRows, row: int, named: Sequence[int]) -> bool:
    cells = look.row(row)
    same = [i for i in named if plain(cells[i] or "") == plain(look.names[i])]
    filled = sum(cell is not None for cell in cells)
    return len(same) >= max(0.8 * filled, 0.5 * len(named), min(2, len(named)))


# --- totals --------------------------------------------------------------------------------------------------------


def _totals(judged: _Judged) -> None:
    look = judged.look
    labels = _labelled(look)
    if labels:
        candidates = sorted(labels)
        # Only rows that are no totals themselves are added up, from the last total on or from the beginning.
        totals = judged.out()
        totals[candidates] = True
        sums = ColumnSums(look, totals)
        compared = {row: sums.compared(row, statistic_of(labels[row][1]) or Statistic.SUM) for row in candidates}
        seen = Counter(labels.values())
        hit = Counter(labels[row] for row in candidates if compared[row][0])
        out = judged.out()
        for row in reversed(candidates):
            if not out[row]:
                steady = seen[labels[row]] == 1 or 2 * hit[labels[row]] > seen[labels[row]]
                _judge_total(judged, compared[row], row, labels[row], steady)
    last = len(look) - 1
    while last >= 0 and judged.out()[last]:
        last -= 1
    if last >= _FEWEST and last not in labels and _emptier(look, last):
        out = judged.out()
        out[last] = True
        hits, misses = ColumnSums(look, out).compared(last, Statistic.SUM)
        if hits and not misses:
            evidence = [*hits, _LAST, _EMPTY_ELSEWHERE]
            judged.add(
                last, RecordRule.TOTAL, sureness(_SUM_PRIOR, evidence), "its numbers are the sums of their columns"
            )


def _labelled(look: LookAtRows) -> dict[int, tuple[int, str]]:
    """Rows with a label that says they sum up: the column it stands in, and the label."""
    found: dict[int, tuple[int, str]] = {}
    for i, shape in enumerate(look.shapes):
        coded = look.texts(i)
        if coded is None:
            rows = range(max(len(look) - _TAIL, 0), len(look))
            texts = {row: look.cell(row, i) for row in rows}
            hits = {row: text for row, text in texts.items() if text and cell_shape(text) is CellShape.WORDS}
        else:
            words = {at: text for at, text in enumerate(coded[0]) if len(text) < 60 and statistic_of(text) is not None}
            if not words:
                continue
            rows_of = np.flatnonzero(np.isin(coded[1], list(words)))
            if len(rows_of) > max(0.5 * len(look), _FEWEST):
                continue
            hits = {int(row): words[int(coded[1][row])] for row in rows_of[:_MOST_ODD]}
        for row, text in hits.items():
            if row not in found and statistic_of(text) is not None and (shape is not CellShape.ADDRESS):
                found[row] = (i, text)
    return found


def _judge_total(
    judged: _Judged, compared: tuple[list[float], list[float]], row: int, label: tuple[int, str], steady: bool
) -> None:
    """Judge a row with the label of a total; `steady` says whether most rows with this label hold what it says."""
    look, (column, text) = judged.look, label
    statistic = statistic_of(text) or Statistic.SUM
    hits, misses = compared
    evidence = [*hits, *misses]
    empty, always = _emptied(look, row, besides=column)
    evidence.append(_EMPTY_ELSEWHERE if empty else _FULL if always else 1.0)
    if look.shapes[column] is not None:
        evidence.append(_OTHER_SHAPE)
    if any(look.cell(row, i) is not None for i in range(column)):
        evidence.append(_NOT_FIRST)  # the label of a total is the first cell of its row
    at_end = judged.at_end(row)
    if at_end:
        evidence.append(_LAST)
    elif statistic is not Statistic.SUM:
        evidence.append(_NOT_AT_END)
    if not steady:
        evidence.append(_USUAL_LABEL)
    if len(text.strip()) <= _SHORT_LABEL:
        evidence.append(_ABBREVIATED)  # "N" is "no" too, and "SD" a state
    said = {Statistic.SUM: "the sum", Statistic.MEAN: "the mean"}.get(statistic, f"the {statistic.value}")
    why = f"it says {shown(text)}"
    if hits:
        why += f" and holds {said} of {len(hits)} column{'s' if len(hits) > 1 else ''}"
    elif empty:
        why += f", and {empty} cell{'s are' if empty > 1 else ' is'} empty that other rows fill"
    judged.add(row, RecordRule.TOTAL, sureness(_TOTAL_PRIOR, evidence), why)


def _emptied(look: LookAtRows, row: int, besides: int) -> tuple[int, int]:
    """How many columns that are always filled and hold no numbers are empty in this row, and how many there are."""
    always = [
        i
        for i in range(look.width)
        if i != besides and look.filled[i] >= _ALWAYS and look.shapes[i] is not CellShape.NUMBER
    ]
    return sum(look.cell(row, i) is None for i in always), len(always)


def _emptier(look: LookAtRows, row: int) -> bool:
    return any(look.filled[i] >= _ALWAYS and look.cell(row, i) is None for i in range(look.width))


# --- lines that count, and notes -----------------------------------------------------------------------------------


def _ends(judged: _Judged) -> None:
    """Lines that count the rows and notes, from the end upwards as long as there are any; and before gaps."""
    look = judged.look
    if look.width > 1 and sum(not _is_line(look, row) for row in range(min(len(look), _TAIL))) < _FEWEST:
        return  # where hardly a row has two cells, one cell is what a row has
    for row in range(len(look) - 1, max(len(look) - 1 - _TAIL, 0), -1):
        if judged.out()[row]:
            continue
        filled = [i for i, cell in enumerate(look.row(row)) if cell is not None]
        if len(filled) != 1 or not _judge_line(judged, row, filled[0]):
            break


def _judge_line(judged: _Judged, row: int, column: int) -> bool:
    """Judge a row with a single cell; whether it is surely no record."""
    look, text = judged.look, judged.look.cell(row, column) or ""
    shape = look.shapes[column]
    usual = shape is not None and cell_shape(text) is shape
    empty = sum(look.filled[i] >= _ALWAYS for i in range(look.width) if i != column)
    form = _SAME_FORM if usual or (shape is None and _of_usual_form(look, column, row, text)) else 1.0
    other = _OTHER_SHAPE if shape is not None and not usual else 1.0
    gap = _BEHIND_GAP if row in judged.gaps else 1.0
    elsewhere = min(_EMPTY_ELSEWHERE**empty, _MOST_EMPTY) if look.width > 1 else _ONLY_COLUMN
    count = counted_rows(text) if not usual else None
    if count is not None:
        records = int((~judged.out()).sum())
        right = count in (records - 1, records, len(look), len(look) - 1)
        evidence = [_RIGHT_COUNT if right else _ANOTHER_COUNT, elsewhere, other, gap]
        why = f"it says that there are {count:,} rows" + (", as there are" if right else "")
        judged.add(row, RecordRule.COUNT, sureness(_COUNT_PRIOR, evidence), why)
    if statistic_of(text) is None:
        word = _NOTE_WORD if is_note(text) else 1.0
        elsewhere = elsewhere if column == 0 else _NOT_FIRST  # a note begins where the table does
        sentence = _SENTENCE if len(text.split()) > 3 and shape is not None else 1.0
        sure = sureness(_NOTE_PRIOR, [word, gap, other, elsewhere, sentence, form])
        reasons = [
            "it is the only cell of its row",
            *(["stands behind an empty row"] if gap > 1 else []),
            *(["is worded as a note"] if word > 1 else []),
            *([f"is none of the {shape.value}s of its column"] if other > 1 and shape else []),
        ]
        judged.add(row, RecordRule.NOTE, sure, ", ".join(reasons))
    return row in judged.verdicts and judged.verdicts[row][1] >= SURE_ENOUGH


def _of_usual_form(look: LookAtRows, column: int, row: int, text: str) -> bool:
    """Whether other cells of a column of words are formed as this one: "R17" as "R3", a sentence as a sentence."""
    own = _form(text)
    step = max(len(look) // 200, 1)
    others = [look.cell(at, column) for at in range(0, len(look), step) if at != row and not _is_line(look, at)]
    return sum(_form(cell) == own for cell in others if cell) >= max(1, 0.02 * len(others))


def _is_line(look: LookAtRows, row: int) -> bool:
    """Whether a row of a table of several columns has a single cell."""
    return look.width > 1 and sum(cell is not None for cell in look.row(row)) <= 1


def _form(text: str) -> str:
    """A text's form: letters as A, digits as 9, each run once; several words are a sentence."""
    if len(text.split()) > 3:
        return "sentence"
    form = re.sub(r"[^\W\d_]+", "A", re.sub(r"\d+", "9", text))
    return re.sub(r"(?:A ?)+", "A", form)
