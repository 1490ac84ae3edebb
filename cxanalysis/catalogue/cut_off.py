"""From which answer on a customer counts as satisfied: read from words or a step, and how many another choice moves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cxanalysis.catalogue.entry import Entry
from cxanalysis.catalogue.placing import words_of
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.engine.engines import engine_of
from cxanalysis.tables.table import Table

#: Metrics of one family are compared with each other: family → words of their names.
FAMILIES: Final[Mapping[str, str]] = {
    "csat": r"csat|satisf|zufried",
    "nps": r"\bnps\b|promot|recommend|recomend|empfehl|weiterempf",
    "ces": r"\bces\b|effort|esfuerzo|aufwand",
}
_RANGE: Final = re.compile(r"(?<![\d.,])(\d{1,2})\s*(?:-|–|—|to|a|bis|hasta|until)\s*(\d{1,2})(?![\d.,])")
_TOP: Final = re.compile(r"\btop[\s-]*(\d)\b", re.IGNORECASE)
_NUMBER: Final = re.compile(r"(?<![\d.,])\d{1,2}(?![\d.,%])")
#: Ends that rating scales have.
_LOWS: Final = frozenset({0, 1})
_HIGHS: Final = frozenset({3, 4, 5, 6, 7, 9, 10, 11})


@dataclass(frozen=True, slots=True)
class CutOff:
    """Answers from `least` on count, on a scale from `low` to `high`."""

    low: int
    high: int
    least: int

    def describe(self) -> str:
        """The cut in a few words.

        Examples
        --------
        >>> CutOff(1, 5, 4).describe(), CutOff(1, 5, 5).describe()
        ('4 and 5 of 1–5', 'only 5 of 1–5')
        """
        best = [str(answer) for answer in range(self.least, self.high + 1)]
        named = f"only {best[0]}" if len(best) == 1 else f"{', '.join(best[:-1])} and {best[-1]}"
        return f"{named} of {self.low}–{self.high}"


@dataclass(frozen=True, slots=True)
class Moved:
    """What another cut-off does to answers at hand: `n` move, of `of`; shares in % `strict` and `lenient`."""

    table: str
    column: str
    n: int
    of: int
    strict: float
    lenient: float


def family(entry: Entry) -> str | None:
    """Which family of scores an entry belongs to."""
    if entry.step is not None and entry.step.call in FAMILIES:
        return entry.step.call
    words = words_of(entry.name)
    return next((name for name, pattern in FAMILIES.items() if re.search(pattern, words)), None)


def cut_of(entry: Entry, tables: Mapping[str, Table]) -> CutOff | None:
    """From which answer on a metric counts somebody as satisfied; None where its words do not tell.

    Examples
    --------
    >>> cut_of(Entry("CSAT", formula="answers 4 or 5 / all answers", scale="1-5"), {})
    CutOff(low=1, high=5, least=4)
    >>> cut_of(Entry("Zufriedenheit", cut_off="1 bis 5: top 1"), {})
    CutOff(low=1, high=5, least=5)
    """
    if entry.step is not None:
        return _cut_of_step(entry, tables)
    texts = (entry.scale, entry.cut_off, entry.denominator, entry.formula, entry.definition)
    scale = next((found for text in texts if (found := _scale(text))), None)
    if scale is None:
        return None
    for text in (entry.cut_off, entry.formula.split("/")[0], entry.definition):
        if top := _TOP.search(text):
            return CutOff(*scale, scale[1] - int(top[1]) + 1)
        numbers = [int(found) for found in _NUMBER.findall(_without_scale(text, scale))]
        counted = [number for number in numbers if scale[0] < number <= scale[1]]
        if counted:
            return CutOff(*scale, min(counted))
    return None


def moved(cuts: Iterable[CutOff], tables: Mapping[str, Table]) -> Moved | None:
    """How many answers at hand the strictest and the most lenient cut count differently; None without such answers."""
    found = list(cuts)
    low, high = found[0].low, found[0].high
    least, most = min(cut.least for cut in found), max(cut.least for cut in found)
    for table in tables.values():
        for column in table.columns_of("csat"):
            scale = table.scales.get(column)
            if table.kind == "survey" and scale is not None and (scale.low, scale.high) == (low, high):
                return _count(table, column, least, most)
    return None


def _count(table: Table, column: str, least: int, most: int) -> Moved | None:
    levels = [(float(value), count) for value, count in engine_of(table).levels(column)]
    total = sum(count for _, count in levels)
    lenient, strict = (sum(count for value, count in levels if value >= cut) for cut in (least, most))
    if not total:
        return None
    return Moved(table.name, column, lenient - strict, total, 100 * strict / total, 100 * lenient / total)


def _cut_of_step(entry: Entry, tables: Mapping[str, Table]) -> CutOff | None:
    step = entry.step
    if step is None or step.call != "csat" or step.tables[0] not in tables:
        return None
    table = tables[step.tables[0]]
    column = step.arguments.get("score") or table.column_of("csat")
    given: Any = step.arguments.get("scale")
    scale = Scale(*given[:2]) if given else table.scales.get(str(column))
    if scale is None or not scale.higher_is_better or scale.step != 1:
        return None
    top = step.arguments.get("top") or scale.top
    return CutOff(int(scale.low), int(scale.high), int(scale.high) - int(top) + 1)


def _scale(text: str) -> tuple[int, int] | None:
    ends = [(int(low), int(high)) for low, high in _RANGE.findall(text)]
    return next((pair for pair in ends if pair[0] in _LOWS and pair[1] in _HIGHS), None)


def _without_scale(text: str, scale: tuple[int, int]) -> str:
    return _RANGE.sub(lambda found: "" if (int(found[1]), int(found[2])) == scale else f" {found[1]} {found[2]} ", text)
