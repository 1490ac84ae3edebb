"""What an analysis asks of an engine: columns, how they are coded, weights, groups, blocks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from cxanalysis.problem import Problem

#: Up to this many rows a block is a row (or a whole customer); above, customers are dealt into hash blocks.
ROWS_AS_BLOCKS: Final = 20_000
#: Number of hash blocks for large tables. With 256 the intervals of effects, at_stake and sums cover in 94.5-96.3 %
#: of data sets (docs/methods/intervals.md).
HASH_BLOCKS: Final = 256
#: Ways in which a column becomes a number.
CODINGS: Final = ("value", "nps", "at_least", "at_most", "equals")
#: Lengths of time by which rows can be grouped.
PERIODS: Final = ("day", "week", "month", "quarter", "year")


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

    Raises
    ------
    Problem
        If the coding is unknown, or `against` is needed and not given.

    Examples
    --------
    >>> Measure("detractors", "recommend", "at_most", 6).column
    'recommend'
    """

    name: str
    column: str
    coding: str = "value"
    against: float | str | None = None

    def __post_init__(self) -> None:
        if self.coding not in CODINGS:
            raise Problem(f"'{self.coding}' is no coding", do=f"Use one of: {', '.join(CODINGS)}")
        if self.coding in ("at_least", "at_most") and not isinstance(self.against, (int, float)):
            raise Problem(f"the coding '{self.coding}' needs a number to compare with", where=f"measure '{self.name}'")
        if self.coding == "equals" and self.against is None:
            raise Problem("the coding 'equals' needs a value to compare with", where=f"measure '{self.name}'")


@dataclass(frozen=True, slots=True)
class Period:
    """A group column made from a date: the start of its day, week (Monday), month, quarter or year.

    Attributes
    ----------
    column : str
        The date column.
    every : str
        One of `PERIODS`.
    name : str
        How the group column is called.
    """

    column: str
    every: str
    name: str = "period"

    def __post_init__(self) -> None:
        if self.every not in PERIODS:
            raise Problem(f"'{self.every}' is no period", do=f"Use one of: {', '.join(PERIODS)}")


@dataclass(frozen=True, slots=True)
class Need:
    """Sums that an analysis needs. Needs over the same table merge with `|` into one query.

    Attributes
    ----------
    measures : tuple of Measure
    by : tuple of str or Period
        Group columns; a missing group value is a group of its own (None).
    weight : str, optional
        Weight column. Rows whose weight is missing or zero carry nothing: they are counted (`Aggregates.unweighted`)
        and enter no other sum. Negative weights are refused.
    blocks : str, optional
        Column of the respondent or customer whose rows must stay together; with `blocks=""` rows are dealt in order.
        None: no blocks.
    complete : bool
        Only rows in which every measure is present.
    cluster : str, optional
        Column of the customer whose rows count as one unit in the squared-weight sums; None: a row is a unit.
    pairs : bool
        False: each measure for itself. Pairs of different measures then have no rows in the answer, and many measures
        of a large table cost as many sums instead of their square.

    Examples
    --------
    >>> a = Need((Measure("csat", "csat"),), by=("market",))
    >>> b = Need((Measure("late", "late"),), by=("market",))
    >>> [measure.name for measure in (a | b).measures]
    ['csat', 'late']
    """

    measures: tuple[Measure, ...]
    by: tuple[str | Period, ...] = ()
    weight: str | None = None
    blocks: str | None = None
    complete: bool = False
    cluster: str | None = None
    pairs: bool = True

    def __post_init__(self) -> None:
        names = [measure.name for measure in self.measures]
        doubled = sorted({name for name in names if names.count(name) > 1})
        if not names:
            raise Problem("nothing is asked for", do="Name at least one measure")
        if doubled:
            raise Problem(f"two measures are called '{doubled[0]}'", do="Give each its own name")
        if self.cluster is not None and self.blocks not in (None, self.cluster):
            # A customer in two blocks would be counted as two units.
            raise Problem("blocks must be made of whole clusters", do="Use the same column for blocks and cluster")

    @property
    def by_names(self) -> tuple[str, ...]:
        """Names of the group columns."""
        return tuple(item.name if isinstance(item, Period) else item for item in self.by)

    def __or__(self, other: Need) -> Need:
        """Both needs as one; measures that both ask for are asked for once.

        Raises
        ------
        Problem
            If the two differ in anything but their measures; or if both want complete rows of different measures,
            which are different rows.
        """
        if replace(self, measures=other.measures) != other:
            raise Problem(
                "these needs differ in groups, weight, blocks, clusters or completeness and cannot be one query"
            )
        mine = {measure.name: measure for measure in self.measures}
        new = tuple(measure for measure in other.measures if measure.name not in mine)
        for measure in other.measures:
            if mine.get(measure.name, measure) != measure:
                raise Problem(f"two different measures are called '{measure.name}'", do="Give each its own name")
        if self.complete and set(self.measures) != set(other.measures):
            raise Problem("complete rows of different measures are different rows and cannot be one query")
        return replace(self, measures=(*self.measures, *new))


def block_count(need: Need) -> int:
    """Number of blocks in the answer to a need."""
    return 1 if need.blocks is None else HASH_BLOCKS
