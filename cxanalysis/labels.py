"""What a column is called in sentences and charts: its label where the file has one, else its name with blanks.

Tables keep the real names, since code needs them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import pandas as pd

from cxanalysis import numbers

#: A question's full text is cut to so many characters in a sentence or a chart.
LONGEST: Final = 60


def spoken(name: object) -> str:
    """A column's name as people say it; of a level ("market = north") only the column's part changes.

    Examples
    --------
    >>> spoken("second_contact"), spoken("late"), spoken("sales_region = north_west")
    ('second contact', 'late', 'sales region = north_west')
    """
    column, equals, level = str(name).partition(" = ")
    words = " ".join(column.replace("_", " ").split())
    return (words or column) + equals + level


def labels_of(data: Any, names: Iterable[str]) -> dict[str, str]:
    """Name → what it is called, for columns of a Table or frame and for groups of them.

    Two names that would be called the same keep their own.

    Examples
    --------
    >>> labels_of(None, ["late", "second_contact"])
    {'late': 'late', 'second_contact': 'second contact'}
    """
    known: Mapping[str, str] = getattr(data, "labels", None) or {}
    wanted = list(dict.fromkeys(map(str, names)))
    given = {n: numbers.plain(known[n], LONGEST) if str(known.get(n, "")).strip() else spoken(n) for n in wanted}
    called = list(given.values())
    return {name: label if called.count(label) == 1 else name for name, label in given.items()}


def opened(sentence: str) -> str:
    """A sentence that begins with a name, with its capital; a first word with capitals of its own stays as it is.

    Examples
    --------
    >>> opened("late matters most."), opened("eCare matters most."), opened("2nd contact matters most.")
    ('Late matters most.', 'eCare matters most.', '2nd contact matters most.')
    """
    first = sentence.split(" ", 1)[0]
    return sentence if first != first.lower() else sentence[:1].upper() + sentence[1:]


def called(name: object, result: Any) -> str:
    """What a result's column is called, for its chart: as the result says, else its name with blanks."""
    labels: Mapping[str, str] = getattr(result, "labels", None) or {}
    return labels.get(str(name)) or spoken(name)


def in_words(table: pd.DataFrame, labels: Mapping[str, str], column: str = "driver") -> pd.DataFrame:
    """A table whose column of names holds what they are called, for the sentence made of it."""
    return table.assign(**{column: [labels.get(str(name)) or spoken(name) for name in table[column]]})
