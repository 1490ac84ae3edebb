"""Headers of two and three rows: groups above the names, as merged cells of a spreadsheet leave them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from cxanalysis.columns.cell_text import plain
from cxanalysis.columns.scales.answer_words import NO_ANSWER
from cxanalysis.files.named_columns import NamedColumns

_NUMBER: Final = re.compile(r"^[+\-]?[\d.,:/\- ]*\d[\d.,:/\- ]*%?$|^\d{4}-\d\d-\d\d[T ].*$")
#: A header has no more rows of groups than this above its names.
_MOST_GROUPS: Final = 2
#: So many rows below must show in which columns numbers stand.
_LOOKED_AT: Final = 8


def groups_above(titles: Sequence[Sequence[str]], first: Sequence[str]) -> NamedColumns | None:
    """The header with the rows of groups right above it, if there are any; a title has one cell and is none.

    Examples
    --------
    >>> named = groups_above([["Ratings", "", "Other"]], ["price", "speed", "city"])
    >>> named.names, named.labels[1]
    (['price', 'speed', 'city'], 'Ratings: speed')
    """
    above: list[Sequence[str]] = []
    for row in reversed(titles):
        if (
            row[0].endswith(":")
            or sum(bool(cell) for cell in row) < 2
            or len(above) == _MOST_GROUPS
            or any(_NUMBER.match(c) for c in row if c)
        ):
            break
        above.insert(0, row)
    return _joined(above, first) if above else None


def names_below(first: Sequence[str], below: Sequence[Sequence[str]]) -> NamedColumns | None:
    """The header whose first row has gaps or repeats and whose names stand in the row below, above numbers.

    Examples
    --------
    >>> names_below(["id", "Satisfaction", ""], [["", "price", "speed"], ["1", "5", "4"], ["2", "3", "3"]]).names
    ['id', 'price', 'speed']
    >>> names_below(["id", "score", ""], [["a", "5", "late"], ["b", "3", "ok"]]) is None
    True
    """
    if len(below) < 2:
        return None
    second, body = below[0], below[1 : 1 + _LOOKED_AT]
    spread = [i for i, cell in enumerate(first) if not cell or (i and cell == first[i - 1])]
    words = [i for i, cell in enumerate(second) if cell and not _NUMBER.match(cell) and plain(cell) not in NO_ANSWER]
    if not spread or len(words) < sum(bool(cell) for cell in second) or not set(spread) <= set(words):
        return None
    # A word alone above numbers is a name; in a row of answers a number would stand there.
    over_numbers = [
        i for i in words if (known := [row[i] for row in body if row[i]]) and all(_NUMBER.match(cell) for cell in known)
    ]
    return _joined([first], second) if 2 * len(over_numbers) >= len(words) else None


def _joined(above: Sequence[Sequence[str]], names: Sequence[str]) -> NamedColumns:
    """Each name with the groups it stands under; a group reaches to the next one on its row, or on the row above it."""
    width = len(names)
    groups = [["" for _ in range(width)] for _ in above]
    for depth, row in enumerate(above):
        for i in range(width):
            own = row[i] if i < len(row) else ""
            starts_anew = depth > 0 and i > 0 and groups[depth - 1][i] != groups[depth - 1][i - 1]
            groups[depth][i] = own or ("" if i == 0 or starts_anew else groups[depth][i - 1])
    # A name that stands in its upper row alone ("id" beside a merged cell) has no group.
    alone = {i for i in range(width) if not names[i]}
    lower = [next((row[i] for row in reversed(groups) if row[i]), "") if i in alone else names[i] for i in range(width)]
    full = [
        ": ".join(dict.fromkeys([*(row[i] for row in groups if row[i] and i not in alone), lower[i]]))
        for i in range(width)
    ]
    repeated = {name for name in lower if name and lower.count(name) > 1}
    shown = [full[i] if lower[i] in repeated else lower[i] for i in range(width)]
    rows = len(above) + 1
    note = f"The header has {rows} rows: groups and the names below them."
    return NamedColumns(shown, [full[i] if full[i] != shown[i] else "" for i in range(width)], rows, note)
