"""Columns that restate the outcome, say nothing, or name the row."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis import numbers
from cxanalysis.quality.examined import ANALYSED, Examined
from cxanalysis.quality.quality_result import QualityFinding

#: A column this closely correlated with the outcome is the outcome under another name (statistics of the guards).
_SAME: Final = 0.95
#: Fewer rows with both values, or outside the commonest group, tell nothing.
_FEWEST: Final = 20
#: From this many rows on, whole numbers that never repeat are an id.
_ID_ROWS: Final = 50
#: A column of groups in which almost every filled row has a group of its own names rows.
_ALMOST_ALL: Final = 0.9
#: Fewer rows than this in a group: too few to be compared with others.
SMALL_GROUP: Final = 30
#: Groups looked at when a column may restate the outcome.
_MOST_GROUPS: Final = 50


def leakage(seen: Examined) -> list[QualityFinding]:
    """Columns that are made from the outcome, or are the same question once more."""
    if seen.y is None:
        return []
    found: dict[str, str] = {}
    for column in seen.table.columns_of(*ANALYSED):
        if column == seen.outcome:
            continue
        if seen.table.roles[column] == "category":
            share = _told_by_outcome(seen.frame[column], seen.y)
            if share > _SAME:
                found[column] = f"the outcome tells its groups in {numbers.percent(share)} of the cases left open"
        else:
            r = _correlation(seen.numbers_of(column), seen.y)
            if abs(r) > _SAME:
                found[column] = f"correlation {numbers.number(r, 2)}"
    if not found:
        return []
    first = next(iter(found))
    return [
        QualityFinding(
            "leakage",
            tuple(found),
            seen.n,
            1.0,
            f"{seen.listed(list(found))} {'restates' if len(found) == 1 else 'restate'} {seen.called(seen.outcome)} "
            f"({seen.called(first)}: {found[first]}).",
            "As drivers they would explain the outcome with itself and take the credit of everything else.",
            "Leave them out of every analysis of this outcome.",
            "distorts",
            aside=tuple(found),
        )
    ]


def constant_columns(seen: Examined) -> list[QualityFinding]:
    """One value in all rows that are filled."""
    columns = [
        c for c in seen.table.columns_of(*ANALYSED) if c != seen.outcome and seen.n > 1 and seen.frame[c].nunique() == 1
    ]
    if not columns:
        return []
    one = len(columns) == 1
    return [
        QualityFinding(
            "constant columns",
            tuple(columns),
            seen.n,
            1.0,
            f"{seen.listed(columns)} {'has' if one else 'have'} one and the same value in every row.",
            f"{'It' if one else 'They'} cannot explain differences; a driver analysis with "
            f"{'it' if one else 'them'} is refused.",
            "Leave them out.",
            "to know",
            aside=tuple(columns),
        )
    ]


def id_like_columns(seen: Examined) -> list[QualityFinding]:
    """Numbers or groups that name the row: whole numbers without repetition in one run, or a group a row."""
    columns = [
        c for c in seen.table.columns_of("number", "rating", "category") if c != seen.outcome and _names(seen, c)
    ]
    if not columns:
        return []
    one = len(columns) == 1
    return [
        QualityFinding(
            "id-like columns",
            tuple(columns),
            seen.n,
            1.0,
            f"{seen.listed(columns)} {'has' if one else 'have'} another value in almost every row, as an id has.",
            "As a driver it would follow the order in which rows came; as groups it would make one of every row.",
            "Leave them out, or give them the role of an id on the data page.",
            "weakens",
            aside=tuple(columns),
        )
    ]


def small_groups(seen: Examined) -> list[QualityFinding]:
    """Groups with fewer than thirty rows."""
    few: dict[str, int] = {}
    smallest, levels = seen.n, 0
    for column in seen.table.columns_of("category"):
        counts = seen.frame[column].value_counts()
        if not 2 <= len(counts) <= _MOST_GROUPS or counts.max() < SMALL_GROUP:
            continue
        small = counts[counts < SMALL_GROUP]
        if len(small):
            few[column], levels = int(small.sum()), levels + len(small)
            smallest = min(smallest, int(small.min()))
    if not few:
        return []
    effect = "Their means are so unsure that they should not be compared."
    if seen.y is not None and np.isfinite(spread := float(np.nanstd(seen.y))) and spread > 0:
        half = 1.96 * spread / np.sqrt(SMALL_GROUP)
        effect = (
            f"With {SMALL_GROUP} rows the mean of {seen.called(seen.outcome)} is known to about "
            f"±{numbers.number(half, 2)} points, with fewer less."
        )
    return [
        QualityFinding(
            "small groups",
            tuple(few),
            max(few.values()),
            max(few.values()) / seen.n,
            f"{levels:,} {'group' if levels == 1 else 'groups'} in {seen.listed(list(few))} "
            f"{'has' if levels == 1 else 'have'} fewer than {SMALL_GROUP} rows; the smallest has {smallest:,}.",
            effect,
            "Join small groups before comparing them, or compare only the large ones.",
            "to know",
        )
    ]


def _names(seen: Examined, column: str) -> bool:
    values = seen.frame[column].dropna()
    if len(values) < _ID_ROWS:
        return False
    if seen.table.roles[column] == "category":
        # Groups may be names of things; with a word to a row they are no groups.
        return values.nunique() > _ALMOST_ALL * len(values)
    whole = values.to_numpy("float64")
    run = bool((whole == np.round(whole)).all()) and float(np.ptp(whole)) < 1.5 * len(whole)
    return run and len(np.unique(whole)) == len(whole) and not re.search("(?i)weight", column)


def _correlation(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    both = ~np.isnan(x) & ~np.isnan(y)
    if both.sum() < _FEWEST or np.ptp(x[both]) == 0 or np.ptp(y[both]) == 0:
        return 0.0
    return float(np.corrcoef(x[both], y[both])[0, 1])


def _told_by_outcome(groups: pd.Series, y: NDArray[np.float64]) -> float:
    """Of the errors one makes by always guessing the commonest group, the share that knowing the outcome avoids.

    Goodman and Kruskal's lambda (1954); 1 where every outcome value belongs to one group, as in "promoter". Needs
    several rows an outcome value, or every value would tell its own row.
    """
    codes, names = pd.factorize(groups)
    there = (codes >= 0) & ~np.isnan(y)
    levels, values = np.unique(y[there], return_inverse=True)
    if not 2 <= len(names) <= _MOST_GROUPS or len(levels) * _FEWEST > there.sum() or len(levels) < 3:
        return 0.0
    counts = np.zeros((len(levels), len(names)))
    np.add.at(counts, (values, codes[there]), 1)
    left_open = counts.sum() - counts.sum(axis=0).max()
    if left_open < _FEWEST:
        return 0.0
    return float((counts.max(axis=1).sum() - counts.sum(axis=0).max()) / left_open)
