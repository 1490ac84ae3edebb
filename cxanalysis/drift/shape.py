"""The shape of a table: which columns it has, what their values are like, and what was decided about them.

It is what is remembered of a file, so that next month's can be compared with it without reading this month's again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from cxanalysis.columns.cell_text import cell_text
from cxanalysis.columns.date_format import parse_dates
from cxanalysis.columns.multiple_choice import made_columns
from cxanalysis.columns.number_format import parse_numbers
from cxanalysis.columns.resolve import TEMPORAL
from cxanalysis.tables.table import Table

#: Of a column with more distinct values than this, none is remembered: they are names, texts or quantities.
MOST_LEVELS: Final = 60
#: What stands in such columns (names, remarks, numbers of customers) is not remembered, however few there are.
_UNLISTED: Final = frozenset({"id", "customer", "order", "text", "ignore"})
#: So many distinct values are enough to see whether a column holds numbers or dates.
_LOOKED_AT: Final = 500
#: From this share of the distinct values on a column holds numbers (or dates).
_MOSTLY: Final = 0.8


@dataclass(frozen=True, slots=True)
class Trait:
    """What one column's values are like.

    Attributes
    ----------
    values : str
        "numbers", "dates", "words", or "nothing" where every cell is empty.
    levels : tuple of str
        Every distinct value, most frequent first; empty where there are more than 60, and for texts and ids.
    low, high : float or None
        Lowest and highest number.
    pattern : str
        How the most frequent value is built: letters as "a", digits as "9" ("a999" for c017).
    unique : bool
        Whether no value stands in two rows.
    """

    values: str
    levels: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    pattern: str = ""
    unique: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """Columns of a file, what their values are like, and every decision about them.

    Attributes
    ----------
    name : str
        The table that has this shape.
    traits : mapping of column → Trait
        The file's own columns, in its order.
    decisions : mapping
        Kind, roles, scales, codes, formats and choices, as `Table.decisions` gives them.
    labels : mapping of column → str
        Full questions.

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> table = cx.Table(pd.DataFrame({"csat": [5, 4, 1]}), name="survey", roles={"csat": "csat"})
    >>> shape = cx.Shape.of(table)
    >>> shape.traits["csat"].values, shape.traits["csat"].high, shape.decisions["roles"]
    ('numbers', 5.0, {'csat': 'csat'})
    """

    name: str
    traits: Mapping[str, Trait]
    decisions: Mapping[str, Any]
    labels: Mapping[str, str]

    @classmethod
    def of(cls, table: Table) -> Shape:
        """The shape of a table."""
        raw = table.raw
        traits = {
            column: trait(raw[column], table.roles[column], table.formats.get(column)) for column in own_columns(table)
        }
        return cls(table.name, traits, table.decisions.to_json(), dict(table.labels))

    @property
    def columns(self) -> tuple[str, ...]:
        """The file's own columns, in its order."""
        return tuple(self.traits)

    def decided(self, table: Table) -> Shape:
        """The same values under the decisions that hold for the table today."""
        known = {column: one for column, one in self.traits.items() if column in table.columns}
        return replace(
            self, name=table.name, traits=known, decisions=table.decisions.to_json(), labels=dict(table.labels)
        )

    def called(self, names: Mapping[str, str]) -> Shape:
        """The same shape with columns under other names."""
        return replace(self, traits={names.get(column, column): one for column, one in self.traits.items()})

    def and_also(self, other: Shape) -> Shape:
        """This shape after rows of another one have joined it: levels and ends of both, decisions of this one."""
        traits = dict(self.traits)
        for column, one in other.traits.items():
            traits[column] = _joined(traits[column], one) if column in traits else one
        return replace(self, traits=traits)

    def to_json(self) -> dict[str, Any]:
        """The shape as plain JSON."""
        traits = [[column, asdict(one)] for column, one in self.traits.items()]
        return {"name": self.name, "traits": traits, "decisions": dict(self.decisions), "labels": dict(self.labels)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Shape:
        """Read a shape back from `to_json`."""
        traits = {column: Trait(**{**one, "levels": tuple(one["levels"])}) for column, one in value["traits"]}
        return cls(value["name"], traits, value["decisions"], value["labels"])


def own_columns(table: Table) -> tuple[str, ...]:
    """The columns that the file itself has; not those made from cells with several answers."""
    made = set(made_columns(table.choices))
    return tuple(column for column in table.columns if column not in made)


def trait(values: pd.Series, role: str, written: str | None = None) -> Trait:
    """What a column's values are like; the role decides where a value could be several things (a year, 20240131)."""
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        return _of_numbers(values)
    counts = text_counts(values)
    if counts.empty:
        return Trait("nothing")
    listed = _few(counts) and role not in _UNLISTED
    levels = tuple(sorted(counts.index, key=lambda text: (-int(counts[text]), text))) if listed else ()
    texts = pd.Series(counts.index, dtype="str")
    pattern = _pattern(str(texts.iloc[0]))
    unique = bool(counts.iloc[0] == 1)
    mark = "," if written == "decimal comma" else "."
    # Of very many distinct texts a part tells what they are; the ends of numbers need them all.
    some = texts.iloc[:: max(1, len(texts) // _LOOKED_AT)]
    if role not in TEMPORAL and parse_numbers(some, mark).notna().mean() >= _MOSTLY:
        numbers = parse_numbers(texts, mark)
        return Trait("numbers", levels, float(numbers.min()), float(numbers.max()), pattern, unique)
    if parse_dates(some).notna().mean() >= _MOSTLY:
        return Trait("dates", levels, pattern=pattern, unique=unique)
    return Trait("words", levels, pattern=pattern, unique=unique)


def text_counts(values: pd.Series) -> pd.Series:
    """Distinct clean texts of a column with how often each appears, most frequent first; blank cells left out.

    Examples
    --------
    >>> text_counts(pd.Series(["north", " north", "south", ""])).to_dict()
    {'north': 2, 'south': 1}
    """
    if values.dtype == object:  # True and 1 are one value to pandas, and two answers
        return cell_text(values).value_counts()
    # Each distinct cell is cleaned once: a million dates are a few hundred days.
    distinct = values.value_counts()
    texts = cell_text(pd.Series(distinct.index))
    counts = pd.Series(distinct.to_numpy(), index=pd.Index(texts, dtype="str"))[texts.notna().to_numpy()]
    return counts.groupby(level=0, sort=False).sum().sort_values(ascending=False, kind="stable").astype("int64")


def _of_numbers(values: pd.Series) -> Trait:
    """The same for a column that the file itself holds as numbers, without turning each into text."""
    counts = values[np.isfinite(values.astype("float64"))].value_counts()
    if counts.empty:
        return Trait("nothing")
    shown = cell_text(pd.Series(counts.index[: MOST_LEVELS + 1]))
    levels = tuple(shown) if _few(counts) else ()
    ends = float(counts.index.min()), float(counts.index.max())
    return Trait("numbers", levels, *ends, _pattern(str(shown.iloc[0])), bool(counts.iloc[0] == 1))


def _few(counts: pd.Series) -> bool:
    return len(counts) <= MOST_LEVELS


def _pattern(text: str) -> str:
    """A value with its letters and digits made alike, and no longer than it needs to be to be told from others."""
    return "".join("9" if c.isdigit() else "a" if c.isalpha() else c for c in text)[:20]


def _joined(one: Trait, other: Trait) -> Trait:
    if "nothing" in (one.values, other.values):
        return other if one.values == "nothing" else one
    lows = [t.low for t in (one, other) if t.low is not None]
    highs = [t.high for t in (one, other) if t.high is not None]
    levels = tuple(dict.fromkeys([*one.levels, *other.levels])) if one.levels and other.levels else ()
    return Trait(
        one.values if one.values == other.values else "words",
        levels if len(levels) <= MOST_LEVELS else (),
        min(lows, default=None),
        max(highs, default=None),
        one.pattern,
        one.unique and other.unique,
    )
