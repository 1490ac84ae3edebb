"""What an analysis asks of an engine: columns, how they are coded, weights, groups, blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

#: Up to this many rows a block is a row (or a whole customer); above, customers are dealt into hash blocks.
ROWS_AS_BLOCKS: Final = 20_000
#: Number of hash blocks for large tables. Effects, at_stake and sums cover in 94.5-96.3 % with 256 (statistics.md).
HASH_BLOCKS: Final = 256


@dataclass(frozen=True, slots=True)
class Measure:
    """One number per row: a column, coded.

    Attributes
    ----------
    name : str
        How the measure is called in the aggregates.
    column : str
        The column it is made from.
    coding : str
        "value": the number itself · "nps": 0-6 → -100, 7-8 → 0, 9-10 → 100 ·
        "at_least": 100 where the value is at least `against`, else 0 · "at_most": likewise ·
        "equals": 1 where the value equals `against`, else 0 (for levels of a category).
        A missing value stays missing under every coding.
    against : float or str, optional
    """

    name: str
    column: str
    coding: str = "value"
    against: float | str | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """Sums that an analysis needs. Needs over the same table merge with `|` into one query.

    Attributes
    ----------
    measures : tuple of Measure
    by : tuple of str
        Group columns; a missing group value is a group of its own (None).
    weight : str, optional
        Weight column. Rows with missing weight count as not weighted in and are reported; negative weights are refused.
    blocks : str, optional
        Column of the respondent or customer whose rows must stay together; with `blocks=""` rows are dealt in order.
        None: no blocks.
    complete : bool
        Only rows in which every measure is present.
    """

    measures: tuple[Measure, ...]
    by: tuple[str, ...] = ()
    weight: str | None = None
    blocks: str | None = None
    complete: bool = False
