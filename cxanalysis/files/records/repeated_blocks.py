"""Blocks of rows that stand in a file twice, as a paging error leaves them; and lines of the page around records.

Two customers may give the same answers: equal rows alone are no error. A run of rows that repeats an earlier run, row
after row, in a table whose rows can be told apart, is.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from cxanalysis.columns.text_columns import OwnTexts
from cxanalysis.columns.text_rows import TextRows
from cxanalysis.files.records.left_out_records import SURE_ENOUGH, LeftOutRecords, RecordRule, Span, sureness
from cxanalysis.files.records.look_at_rows import LookAtRows

#: A run of fewer rows than this may be chance.
_SHORTEST: Final = 5
#: Of the rows that are left, so many must be unlike all others: only then a repeated one is known again.
_UNLIKE: Final = 0.98
#: A column tells rows apart if it has so many different values, and so large a share of the rows left.
_FEWEST_VALUES: Final = 20
_TELLING: Final = 0.5
#: Fewer runs than this would repeat earlier ones by chance.
_MOST_CHANCE: Final = 1e-6
#: Distances between equal rows that are tried, the most frequent first.
_MOST_DISTANCES: Final = 60
_PRIOR: Final = 0.5
#: Odds from a run of telling rows, from a column that tells them apart, from none.
_RUN: Final = 6.0
_APART: Final = 8.0
_NOT_APART: Final = 0.3

#: A line of the page around the records is at least so long, comes at least so often, and hardly another does twice.
_LONG_LINE: Final = 60
_OFTEN: Final = 3
_SELDOM: Final = 0.02


def repeated_blocks(look: LookAtRows) -> list[LeftOutRecords]:
    """Runs of rows that repeat earlier runs exactly; sure only where a column tells the rows apart."""
    if len(look) < 2 * _SHORTEST:
        return []
    first = _first_alike(look)
    if int((first >= 0).sum()) < _SHORTEST:
        return []
    alike = np.where(first < 0, np.arange(len(first)), first)
    spans = _runs(alike)
    if not spans:
        return []
    out = np.zeros(len(look), "bool")
    for span in spans:
        out[span.first : span.last + 1] = True
    left = len(look) - int(out.sum())
    apart = _tells_apart(look, ~out)
    if left < len(look) / 2 if apart is None else int((first[~out] >= 0).sum()) > (1 - _UNLIKE) * left:
        return []
    sure = sureness(_PRIOR, [_RUN, _APART if apart else _NOT_APART])
    longest = max(len(span.rows) for span in spans)
    why = f"runs of up to {longest:,} rows repeat earlier rows exactly, one after the other"
    why += f", and '{apart}' tells rows apart" if apart else "; no column tells whether they are other records"
    return [LeftOutRecords(RecordRule.REPEATED_BLOCK, spans, round(sure, 3), why, sure >= SURE_ENOUGH)]


def _runs(alike: NDArray[np.int64]) -> tuple[Span, ...]:
    """Runs of rows that repeat a run of earlier rows, longer than chance would have them.

    Parameters
    ----------
    alike : array of int
        A number for each row, the same for equal rows.
    """
    n = len(alike)
    shortest = _longer_than_chance(alike)
    before = pd.Series(np.arange(n)).groupby(alike).shift().to_numpy("float64")
    again = np.flatnonzero(~np.isnan(before))
    distances, times = np.unique(again - before[again].astype("int64"), return_counts=True)
    usual = np.argsort(-times, kind="stable")[:_MOST_DISTANCES]
    taken = np.zeros(n, "bool")
    spans: list[Span] = []
    for distance in distances[usual[times[usual] >= shortest]].tolist():
        same = np.zeros(n + 2, "int8")
        same[distance + 1 : n + 1] = (alike[distance:] == alike[:-distance]) & ~taken[distance:]
        edges = np.flatnonzero(np.diff(same))
        for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            # Rows of one answer after the other ("5, 5, 5") repeat themselves at any distance.
            different = len(np.unique(alike[start:end]))
            if end - start >= shortest and different >= max(_SHORTEST, min(end - start, distance) / 2):
                spans.append(Span(start, end - 1, start - distance))
                taken[start:end] = True
    return tuple(sorted(spans, key=lambda span: span.first))


def _longer_than_chance(alike: NDArray[np.int64]) -> int:
    """The length from which on hardly any run would repeat an earlier one by chance.

    There are n²/2 pairs of places, and in each of them all pairs of rows must be alike.
    """
    rows = np.bincount(alike)
    chance = float(((rows / rows.sum()) ** 2).sum())
    if chance >= 1:
        return len(alike)
    return max(_SHORTEST, math.ceil(math.log(_MOST_CHANCE * 2 / len(alike) ** 2) / math.log(chance)))


def _first_alike(look: LookAtRows) -> NDArray[np.int64]:
    """For each row the first one that is equal to it in all columns; -1 where it is the first itself."""
    codes = []
    if isinstance(look.table, TextRows):
        for name in look.names:
            column = look.table[name]
            if isinstance(column, OwnTexts):
                if not len(column.repeats.rows):
                    return np.full(len(look), -1)
                places = np.arange(len(look), dtype="int64")
                places[column.repeats.rows] = column.repeats.first
                codes.append(np.where(column.places < 0, -1, places))
            else:
                codes.append(column.places)
    else:
        codes = [pd.factorize(look.table.iloc[:, i])[0] for i in range(look.width)]
    mixed = np.zeros(len(look), "uint64")
    with np.errstate(over="ignore"):
        for code in codes:
            mixed = (mixed ^ code.astype("int64").view("uint64")) * np.uint64(0x9E3779B97F4A7C15)
            mixed ^= mixed >> np.uint64(29)
    places, _ = pd.factorize(mixed)
    head = np.full(places.max() + 1, -1, "int64")
    order = np.arange(len(places))[::-1]
    head[places[order]] = order
    first = head[places]
    same = first < np.arange(len(first))
    for code in codes:  # two different rows may mix to the same number
        same &= code[first] == code
    return np.where(same, first, -1)


def _tells_apart(look: LookAtRows, left: NDArray[np.bool_]) -> str | None:
    """The column whose values tell most of the rows apart; None if there is none."""
    best, most = None, max(_FEWEST_VALUES, _TELLING * int(left.sum()))
    for i, name in enumerate(look.names):
        coded = look.texts(i)
        if coded is not None:
            different = len(np.unique(coded[1][left]))
        elif isinstance(look.table, TextRows):
            held = look.table[name].cells.filter(pa.array(left))
            different = pc.count_distinct(held).as_py()
        else:
            different = int(look.table.loc[left, name].nunique())
        if different > most:
            best, most = name, different
    return best


def page_furniture(look: LookAtRows) -> list[LeftOutRecords]:
    """A long line that comes again and again in a list of texts of which hardly any other comes twice."""
    if look.width != 1 or len(look) < _FEWEST_VALUES:
        return []
    if isinstance(look.table, TextRows):
        counts = look.table[look.names[0]].ranked().part(slice(50))
        different = len(look.table[look.names[0]].ranked())
    else:
        counts = look.table.iloc[:, 0].astype("str").value_counts().head(50)
        different = int(look.table.iloc[:, 0].nunique())
    lines = [str(t) for t, n in counts.items() if len(str(t)) >= _LONG_LINE and n >= _OFTEN]
    if not lines or len(look) - different > _SELDOM * len(look) + sum(int(counts[line]) - 1 for line in lines):
        return []
    rows = sorted(int(row) for line in lines for row in look.rows_with(0, line))
    spans = tuple(Span(row, row) for row in rows)
    why = f"the same {len(lines[0])} letters {len(rows)} times, where hardly another text comes twice"
    cells = tuple(look.row(row) for row in rows)
    return [LeftOutRecords(RecordRule.FURNITURE, spans, sureness(_PRIOR, [_APART]), why, cells=cells)]
