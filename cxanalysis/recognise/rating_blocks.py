"""Blocks of ratings: neighbouring columns on one scale, and the values around it that stand for "no answer".

Questionnaires write "not rated" as 0 below, and "never used" as 6 above, a scale of 1 to 5. Whether such a value is
a grade or not shows in the other answers of the same people: who gives the best grade here gives better grades
elsewhere too; who has not used a thing does not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd

from cxanalysis.columns.cell_text import cell_text
from cxanalysis.columns.column_facts import ColumnFacts
from cxanalysis.columns.missing_codes import far_codes
from cxanalysis.columns.scale import Scale
from cxanalysis.columns.text_rows import TextRows
from cxanalysis.recognise.stray_grades import stray_grades

#: So many neighbouring columns on one scale are a block of ratings.
_SMALLEST_BLOCK: Final = 3
#: So many of the best grades may be given to none of a block's questions but its neighbours.
_MOST_UNUSED: Final = 2
#: In a scale of four, a grade given more rarely is no grade: "yes, no, don't know".
_RAREST_GRADE: Final = 0.01
#: Grades are few; a column of more distinct texts is no scale.
_MOST_DISTINCT: Final = 60
#: Rows looked at when the other answers of the same people are compared.
_MOST_ROWS: Final = 50_000
#: Fewer answers than this on either side decide nothing.
_FEWEST: Final = 8
#: An isolated question belongs to a block's scale if its answers are spread as the block's are.
_ALIKE: Final = 0.5


@dataclass(frozen=True, slots=True)
class CodeFound:
    """A value beside the scale: whether it is surely no grade, and why."""

    sure: bool
    reason: str


@dataclass(frozen=True, slots=True)
class RatingBlock:
    """Columns on one scale.

    Attributes
    ----------
    columns : tuple of str
    low, high, step : float
        The scale without its codes.
    codes : dict
        Value → whether it is sure to be no answer, and why.
    confidence : float
    """

    columns: tuple[str, ...]
    low: float
    high: float
    step: float
    codes: dict[float, CodeFound] = field(default_factory=dict)
    confidence: float = 0.9

    def span(self) -> str:
        """First and last column, for reasons."""
        return f"'{self.columns[0]}' to '{self.columns[-1]}'"


def grades(facts: ColumnFacts) -> dict[float, int]:
    """The column's numbers with their counts, without codes and slips far outside; empty if they cannot be grades.

    A value right above the best grade stays: whether it is "never used" or a slip, the block's other answers tell.
    """
    if facts.leading_zeros or facts.stored_as == "truth" or facts.number_share < 0.95:
        return {}
    if facts.n_distinct > _MOST_DISTINCT:
        return {}
    tally = facts.tally()
    far = far_codes(tally)
    stray = stray_grades({value: n for value, n in tally.items() if value not in far})
    slips = stray if stray and max(stray) > max(v for v in tally if v not in far and v not in stray) + 1 else ()
    near = {value: n for value, n in tally.items() if value not in far and value not in slips}
    return near if near and min(near) >= 0 and max(near) <= 100 and len(near) <= 21 else {}


def _top(near: Mapping[float, int]) -> float | None:
    """Highest value if the column can be part of a block: 4 to 11, or 100 in few steps."""
    if len(near) < 2 or not near:
        return None
    high = max(near)
    if all(value == round(value) for value in near) and 4 <= high <= 11:
        return high
    return 100.0 if high == 100 and len(near) >= 3 else None


def stem(name: str) -> str:
    """The part of a name that questions of one block share.

    Examples
    --------
    >>> stem("Q7ART"), stem("imag3"), stem("csor_global"), stem("q0004_0001"), stem("Q8A")
    ('q7', 'imag', 'csor', 'q0004', 'q8')
    """
    name = name.lower().strip("*# ")
    found = re.match(r"^([a-z]+\d+)[a-z]", name) or re.match(r"^(.+?)[_.\- ]+[^_.\- ]+$", name)
    return found.group(1) if found else re.sub(r"\d+$", "", name)


def _kin(a: str, b: str) -> bool:
    return stem(a) == stem(b) or re.split(r"[_.\- ]", a.lower())[-1] == re.split(r"[_.\- ]", b.lower())[-1] != ""


def find_blocks(rows: pd.DataFrame | TextRows, all_facts: Mapping[str, ColumnFacts]) -> list[RatingBlock]:
    """The blocks of ratings in a table, in file order."""
    near = {name: grades(facts) for name, facts in all_facts.items()}
    runs: list[list[str]] = []
    previous = None
    for name in all_facts:
        top = _top(near[name])
        if previous is not None and _same_scale(previous, name, near):
            runs[-1].append(name)
        elif top is not None:
            runs.append([name])
        previous = name if top is not None or (runs and runs[-1][-1] == name) else None
    return [_block(run, rows, all_facts, near) for run in runs if _is_block(run, near)]


def _same_scale(previous: str, name: str, near: Mapping[str, dict[float, int]]) -> bool:
    """Neighbours reach to the same grade, or nearly so and are named alike."""
    if len(near[name]) < 2:
        return False
    above, here = max(near[previous]), max(near[name])
    if above == here:
        return _top(near[name]) is not None
    return (
        abs(above - here) <= _MOST_UNUSED and max(above, here) <= 11 and min(above, here) >= 3 and _kin(previous, name)
    )


def _is_block(run: list[str], near: Mapping[str, dict[float, int]]) -> bool:
    if len(run) < _SMALLEST_BLOCK:
        return False
    high, low = max(max(near[name]) for name in run), min(min(near[name]) for name in run)
    if low > 1:
        return False  # codes of answers in words: a scale begins with 0 or 1
    if high > 4:
        return True
    pooled = [sum(near[name].get(float(grade), 0) for name in run) for grade in range(1, 5)]
    return len({stem(name) for name in run}) == 1 and min(pooled) >= _RAREST_GRADE * sum(pooled)


def _block(
    run: list[str],
    rows: pd.DataFrame | TextRows,
    all_facts: Mapping[str, ColumnFacts],
    near: Mapping[str, dict[float, int]],
) -> RatingBlock:
    pooled: dict[float, int] = {}
    for name in run:
        for value, n in near[name].items():
            pooled[value] = pooled.get(value, 0) + n
    low, high = min(pooled), max(pooled)
    columns = tuple(run)
    if high > 11:
        steps = np.diff(sorted(pooled))
        return RatingBlock(columns, 0.0, 100.0, float(steps.min()) if np.ptp(steps) < 0.03 else 0.0)
    if (low, high) in ((1, 5), (1, 7), (0, 10), (1, 10)):
        return RatingBlock(columns, low, high, 1.0)
    answers = numbers_of_rows(columns, rows, all_facts, {})
    codes: dict[float, CodeFound] = {}
    if high in (6, 8, 11) and (found := beyond(answers, high, high - 1, _core(low, high - 1))):
        codes[high] = found
        high -= 1
    if low == 0 and high < 10 and (found := beyond(answers, 0, 1, (1, high))):
        codes[low] = found
        low = 1
    usual = (low, high) in ((1, 5), (1, 7), (0, 10), (1, 10))
    return RatingBlock(columns, low, high, 1.0, codes, 0.9 if usual else 0.6)


def _core(low: float, high: float) -> tuple[float, float]:
    return (1.0, high) if low == 0 and high < 10 else (low, high)


def numbers_of_rows(
    columns: Sequence[str],
    rows: pd.DataFrame | TextRows,
    all_facts: Mapping[str, ColumnFacts],
    scales: Mapping[str, Scale | None],
) -> np.ndarray:
    """The grades of some rows, spread over the table, under the columns' scales: words are read as their numbers."""
    step = slice(None, None, max(1, len(rows) // _MOST_ROWS))
    found = []
    for c in columns:
        scale = scales.get(c)
        numbers = {str(text): float(number) for text, number in all_facts[c].numbers.items()}
        numbers |= dict(scale.labels) if scale is not None else {}
        if isinstance(rows, TextRows):
            of_text = rows[c].texts.map(numbers).to_numpy("float64", na_value=np.nan)
            found.append(np.append(of_text, np.nan)[rows[c].places[step]])
        else:
            found.append(cell_text(rows[c].iloc[step]).map(numbers).to_numpy("float64", na_value=np.nan))
    return np.column_stack(found)


def beyond(answers: np.ndarray, code: float, beside: float, core: tuple[float, float]) -> CodeFound | None:
    """Is `code` a value beside the scale rather than its end? None if it is a grade.

    Compares the other answers (each less its question's mean) of people who gave `code` with those of people who
    gave the end of the scale next to it, `beside`. A real end would go with answers at least as far out.

    Parameters
    ----------
    answers : array, shape (n, k)
    code, beside : float
    core : (float, float)
        Lowest and highest sure grade.
    """
    graded = np.where((answers >= core[0]) & (answers <= core[1]), answers, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        centred = graded - np.nansum(graded, axis=0) / np.maximum((~np.isnan(graded)).sum(axis=0), 1)
        total, count = np.nansum(centred, axis=1)[:, None], (~np.isnan(centred)).sum(axis=1)[:, None]
        own = np.nan_to_num(centred)
        others = (total - own) / (count - ~np.isnan(centred))
    with_code = others[(answers == code) & np.isfinite(others)]
    with_end = others[(answers == beside) & np.isfinite(others)]
    away = 1.0 if code > beside else -1.0
    name = f"{code:g}"
    if len(with_code) < _FEWEST or len(with_end) < _FEWEST:
        if len(with_code) == 0 and (answers == code).any():
            return CodeFound(True, f"who answered {name} answered {name} to the whole block: not rated")
        return CodeFound(False, f"{name} lies beside the usual scale; too few answers to tell whether it is a grade")
    gap = away * (with_code.mean() - with_end.mean())
    error = np.sqrt(with_code.var() / len(with_code) + with_end.var() / len(with_end))
    if gap >= 0:
        return None
    end, means = ("best", "never used or does not apply") if away > 0 else ("worst", "not rated")
    reason = (
        f"who answered {name} rates the neighbouring questions like everybody else, "
        f"not like those who gave the {end} grade {beside:g}: {means}"
    )
    return CodeFound(bool(gap < -2 * error), reason)


def join_block(
    name: str, rows: pd.DataFrame | TextRows, all_facts: Mapping[str, ColumnFacts], blocks: Sequence[RatingBlock]
) -> RatingBlock | None:
    """The scale of an isolated question that is answered like one of the table's blocks; None if it is not."""
    tally = grades(all_facts[name])
    for block in blocks:
        inside = (
            [block.low + i * block.step for i in range(round((block.high - block.low) / block.step) + 1)]
            if block.step
            else []
        )
        if (
            not 4 <= len(inside) <= 11
            or not tally
            or not set(tally) <= {*inside, *block.codes}
            or block.high not in tally
        ):
            continue
        if len(set(tally) & set(inside)) < len(inside) - 1:
            continue
        spread = np.array([[all_facts[c].tally().get(v, 0) for v in inside] for c in block.columns], float)
        mean = (spread / np.maximum(spread.sum(axis=1, keepdims=True), 1)).mean(axis=0)
        mine = np.array([tally.get(v, 0) for v in inside], float)
        if mine.std() and mean.std() and np.corrcoef(mine, mean)[0, 1] >= _ALIKE:
            codes = {value: found for value, found in block.codes.items() if value in tally}
            reason = f"as in {block.span()}, on the same scale: "
            said = {
                v: CodeFound(f.sure, reason + ("not rated" if v < block.low else "never used or does not apply"))
                for v, f in codes.items()
            }
            return RatingBlock((name,), block.low, block.high, block.step, said, 0.75)
    return None
