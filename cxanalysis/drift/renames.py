"""Columns that were given another name: matched by how alike their names, their values and their places are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Final

import numpy as np

from cxanalysis.columns.cell_text import name_words
from cxanalysis.drift.shape import Shape, Trait

#: What a column's name, its values and its place among the others count.
_NAME, _VALUES, _PLACE = 0.4, 0.45, 0.15
#: Two columns less alike than this are not called the same, and so are two whose values are less alike than this.
_ALIKE: Final = 0.6
_VALUES_ALIKE: Final = 0.5


def renamed_columns(new: Shape, known: Shape) -> dict[str, str]:
    """New name → known name, for the columns of `new` that seem to be columns of `known` under another name.

    Each column is matched once, so that the sum of likenesses is greatest (Kuhn 1955).
    """
    came = [column for column in new.columns if column not in known.traits]
    gone = [column for column in known.columns if column not in new.traits]
    if not came or not gone:
        return {}
    # Here, not above: loading it takes as long as reading a small file, and most files rename nothing.
    from scipy.optimize import linear_sum_assignment

    alike = np.array([[_likeness(new, one, known, other) for other in gone] for one in came])
    rows, columns = linear_sum_assignment(-alike)
    return {came[r]: gone[c] for r, c in zip(rows, columns, strict=True) if alike[r, c] >= _ALIKE}


def _likeness(new: Shape, came: str, known: Shape, gone: str) -> float:
    values = values_alike(new.traits[came], known.traits[gone])
    if values < _VALUES_ALIKE:
        return 0.0
    names = max(
        names_alike(came, gone),
        names_alike(new.labels.get(came, came), known.labels.get(gone, gone)),
    )
    place = 1.0 if _neighbours(new.columns, came, known.traits) & _neighbours(known.columns, gone, new.traits) else 0.0
    return _NAME * names + _VALUES * values + _PLACE * place


def _neighbours(columns: Sequence[str], column: str, shared: Mapping[str, Trait]) -> set[tuple[str, str]]:
    """The nearest columns before and behind that both files have; the ends of the file count as such."""
    at = columns.index(column)
    before = next((c for c in reversed(columns[:at]) if c in shared), "")
    behind = next((c for c in columns[at + 1 :] if c in shared), "")
    return {("before", before), ("behind", behind)}


def names_alike(one: str, other: str) -> float:
    """How alike two names are, 0…1: letters in common, or words in common where one has more of them.

    Examples
    --------
    >>> names_alike("csat_score", "CSAT"), round(names_alike("market", "late"), 1)
    (0.9, 0.4)
    """
    first, second = name_words(one), name_words(other)
    if first.replace(" ", "") == second.replace(" ", ""):
        return 1.0
    words, others = set(first.split()), set(second.split())
    if words and others and (words <= others or others <= words):
        return 0.9
    return SequenceMatcher(None, first, second).ratio()


def values_alike(one: Trait, other: Trait) -> float:
    """How alike the values of two columns are, 0…1.

    Examples
    --------
    >>> values_alike(Trait("words", ("north", "south")), Trait("words", ("north", "south", "east")))
    0.6666666666666666
    >>> values_alike(Trait("numbers", (), 1, 5), Trait("dates"))
    0.0
    """
    if "nothing" in (one.values, other.values):
        return _VALUES_ALIKE  # nothing speaks for it, nothing against it: the names must be close
    if one.values != other.values:
        return 0.0
    if one.levels and other.levels:
        shared = set(one.levels) & set(other.levels)
        common = len(shared) / len(set(one.levels) | set(other.levels))
        return max(common, _overlap(one, other) if one.values == "numbers" else 0.0)
    if bool(one.levels) != bool(other.levels) and one.values == "words":
        return 0.0  # one is a few groups, the other free text or names
    if one.values == "numbers":
        return _overlap(one, other)
    return 1.0 if one.values == "dates" or one.pattern == other.pattern else 0.7


def _overlap(one: Trait, other: Trait) -> float:
    """Length that two ranges of numbers share, of the length they cover together."""
    assert one.low is not None
    assert one.high is not None
    assert other.low is not None
    assert other.high is not None
    whole = max(one.high, other.high) - min(one.low, other.low)
    shared = min(one.high, other.high) - max(one.low, other.low)
    return 1.0 if whole == 0 else max(0.0, shared / whole)
