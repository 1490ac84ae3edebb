"""Whether the first row of a text table is its header or already a record, and which rows below still belong to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from cxanalysis.columns.cell_text import plain
from cxanalysis.files.records.cell_shape import CellShape, cell_shape, shapes_of

#: So many rows below show what the columns hold, and fewer than the second number show nothing.
_LOOKED_AT: Final = 60
_FEWEST: Final = 3
#: A second row of names differs in shape from this share of the columns that have one.
_MOST: Final = 0.8
#: At most so many rows of names.
_DEEPEST: Final = 3
#: A single text of more words than this, which asks nothing, is an answer and not the name of a column.
_LONGEST_NAME: Final = 8
_WHOLE: Final = re.compile(r"\d{1,4}")
_EXACT: Final = re.compile(r"\d[.,]\d|[€$£¥₹%]")
#: Who is spoken to is being asked.
_ASKED: Final = re.compile(
    r"\b(you|your|please|sie|ihr|ihre|ihnen|bitte|du|dein|usted|su|por favor|vous|votre|voce|seu|sua|lei|suo|"
    r"per favore|uw|jij|je|pan|pani|prosze)\b"
)
#: What stands in a row of units or of types.
_UNITS: Final = frozenset(
    [
        "%",
        "eur",
        "euro",
        "euros",
        "usd",
        "gbp",
        "chf",
        "pln",
        "zl",
        "zł",
        "dollar",
        "dollars",
        "cents",
        "cent",
        "€",
        "$",
        "£",
        "min",
        "mins",
        "minute",
        "minutes",
        "minuten",
        "minutos",
        "minuti",
        "minuten",
        "min.",
        "sec",
        "secs",
        "s",
        "seconds",
        "sekunden",
        "segundos",
        "secondes",
        "ms",
        "h",
        "hr",
        "hrs",
        "hour",
        "hours",
        "std",
        "stunden",
        "horas",
        "heures",
        "ore",
        "uur",
        "godz",
        "day",
        "days",
        "d",
        "tage",
        "dias",
        "jours",
        "giorni",
        "dagen",
        "dni",
        "week",
        "weeks",
        "month",
        "months",
        "year",
        "years",
        "jahre",
        "anos",
        "kg",
        "g",
        "lb",
        "km",
        "m",
        "cm",
        "mi",
        "miles",
        "pcs",
        "pc",
        "stk",
        "stuck",
        "units",
        "unit",
        "unidades",
        "unites",
        "uds",
        "szt",
        "count",
        "anzahl",
        "number",
        "numbers",
        "n",
        "#",
        "points",
        "pts",
        "punkte",
        "puntos",
        "points",
        "pontos",
        "punti",
        "punten",
        "pkt",
        "stars",
        "sterne",
        "score",
        "text",
        "string",
        "str",
        "int",
        "integer",
        "float",
        "double",
        "numeric",
        "date",
        "datetime",
        "time",
        "timestamp",
        "bool",
        "boolean",
        "varchar",
        "datum",
        "fecha",
        "data",
        "texto",
        "texte",
        "testo",
        "tekst",
        "zahl",
        "numero",
        "nombre",
    ]
)
_RANGE: Final = re.compile(r"^\d{1,3} ?(?:-|–|/|to|bis|a|do|tot) ?\d{1,3}$")
_DATE_FORM: Final = re.compile(r"^[dmyjath]{1,4}([./\- :])[dmyjath]{1,4}(?:[./\- :][dmyjaths]{1,4})*$")
#: Types say nothing about a column that its cells do not say themselves.
_TYPES: Final = frozenset(
    [
        "text",
        "string",
        "str",
        "int",
        "integer",
        "float",
        "double",
        "numeric",
        "date",
        "datetime",
        "time",
        "timestamp",
        "bool",
        "boolean",
        "varchar",
        "datum",
        "fecha",
        "data",
        "texto",
        "texte",
        "testo",
        "tekst",
        "zahl",
        "numero",
        "nombre",
        "number",
        "numbers",
    ]
)


def is_record(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether the first row is shaped as the rows below it, as no header is.

    Examples
    --------
    >>> is_record(["2024-03-01", "web", "4.5"], [["2024-03-02", "app", "3.0"]] * 3)
    True
    >>> is_record(["day", "channel", "2024"], [["2024-03-02", "app", "3.0"]] * 3)
    False
    """
    rows = [row for row in below[:_LOOKED_AT] if len(row) == len(first)]
    if len(first) == 1:
        return len(rows) >= _FEWEST and _is_answer(first[0], [row[0] for row in rows])
    if len(rows) < _FEWEST or len(first) < 2:
        return False
    shapes = shapes_of(rows, len(first))
    exact, whole = 0, []
    for i, shape in enumerate(shapes):
        found = None if shape is None else cell_shape(first[i])
        if found is None:
            continue
        if found is not shape:
            return False
        if shape is CellShape.NUMBER and not _EXACT.search(first[i]):
            whole.append(first[i])
        else:
            exact += 1
    if exact:
        return True
    # Plain whole numbers may be names ("1", "2", "2024"): a word that comes again below tells.
    again = any(shapes[i] is None and cell and any(row[i] == cell for row in rows) for i, cell in enumerate(first))
    return bool(whole) and again and not is_running(whole)


def is_running(cells: Sequence[str]) -> bool:
    """Whether these count up one by one, as the names of items, months or years do.

    Examples
    --------
    >>> is_running(["2022", "2023", "2024"]), is_running(["4", "2"])
    (True, False)
    """
    numbers = [int(cell) for cell in cells if _WHOLE.fullmatch(cell)]
    return len(numbers) == len(cells) > 1 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _is_answer(first: str, below: Sequence[str]) -> bool:
    """Whether the one cell of the first row is a sentence like those below, and asks nobody anything."""
    words = len(first.split())
    if words <= _LONGEST_NAME or "?" in first or first.rstrip().endswith(":") or _ASKED.search(plain(first)):
        return False
    lengths = sorted(len(text) for text in below if text)
    return bool(lengths) and lengths[0] <= len(first) <= lengths[-1]


def rows_of_names(first: Sequence[str], below: Sequence[Sequence[str]]) -> int:
    """How many rows right below the header hold names, questions or units: words above columns of numbers and dates.

    Examples
    --------
    >>> body = [["1", "20", "4"], ["2", "35", "5"], ["3", "10", "2"]]
    >>> rows_of_names(["id", "wait", "score"], [["", "min", "1-5"], *body])
    1
    """
    for depth in range(min(_DEEPEST, len(below)) - 1, -1, -1):
        candidates, body = below[: depth + 1], below[depth + 1 :][:_LOOKED_AT]
        rows = [row for row in body if len(row) == len(first)]
        if len(rows) < _FEWEST:
            continue
        shapes = shapes_of(rows, len(first))
        if all(_are_names(row, first, shapes) for row in candidates):
            return depth + 1
    return 0


def _are_names(row: Sequence[str], first: Sequence[str], shapes: Sequence[CellShape | None]) -> bool:
    shaped = [i for i, shape in enumerate(shapes) if shape is not None and i < len(row)]
    filled = [i for i in shaped if cell_shape(row[i]) is not None]
    words = [i for i in filled if cell_shape(row[i]) is CellShape.WORDS and shapes[i] is not CellShape.WORDS]
    if not words or len(words) < _MOST * len(filled):
        return False
    if is_units(row) or list(row) == list(first):
        return True
    return len(words) >= 2 and len(words) >= 0.5 * len(shaped)


def is_units(row: Sequence[str]) -> bool:
    """Whether a row holds units, forms or types of the columns below it.

    Examples
    --------
    >>> is_units(["", "(min)", "0-10", "EUR"]), is_units(["late", "min", "again"])
    (True, False)
    """
    filled = [cell for cell in row if cell]
    return bool(filled) and all(_is_unit(cell) for cell in filled)


def _is_unit(cell: str) -> bool:
    bare = cell.strip()
    if len(bare) > 2 and bare[0] in "([" and bare[-1] in ")]":
        return True
    word = plain(bare)
    return word in _UNITS or bool(_RANGE.match(word)) or bool(_DATE_FORM.match(word))


def unit_of(cell: str) -> str:
    """The unit as it is said behind the column's name; empty where it only names a type."""
    bare = cell.strip().strip("()[]").strip()
    word = plain(bare)
    return "" if word in _TYPES or _DATE_FORM.match(word) else bare
