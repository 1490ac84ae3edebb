"""Which columns an analysis takes as drivers where nobody names any, and why the others are left out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.columns.cell_text import name_words
from cxanalysis.columns.kinds import SCORES
from cxanalysis.tables.known_table import KnownTable
from cxanalysis.tables.outcomes.driver_left_out import DriverLeftOut, NoDriver

#: A group of more different words tells nothing that could be acted on, and each costs an effect.
MOST_WORDS: Final = 50
#: Fewer rows than this may agree by chance.
_FEWEST_ROWS: Final = 20
#: An outcome of so many values, each in so many rows, does not agree with another column by chance.
_SEVERAL: Final = 3
_ROWS_A_VALUE: Final = 10
#: Of this many rows the values are looked at; more do not change what is constant or repeats.
_MOST_ROWS: Final = 200_000
_CALENDAR: Final = re.compile(
    r"\b(year|month|week|weekday|day|quarter|hour|season|date|jahr|monat|woche|wochentag|tag|quartal|stunde|ano|mes|semana|"
    r"dia|trimestre|hora|annee|mois|semaine|jour|heure|jaar|maand|rok|miesiac|tydzien|dzien|anno|mese|settimana|giorno)\b"
)
_PROCESS: Final = re.compile(
    r"\b(ticket status|survey status|response status|answered|responded|completed|finished|progress)\b"
)


@dataclass(frozen=True, slots=True)
class DriverChoice:
    """The drivers that are taken, and the columns that are not."""

    drivers: tuple[str, ...]
    left_out: tuple[DriverLeftOut, ...]


_BY_ROLE: Final = {
    "id": NoDriver.IDENTITY,
    "customer": NoDriver.IDENTITY,
    "order": NoDriver.IDENTITY,
    "date": NoDriver.DATE,
    "due": NoDriver.DATE,
    "closed": NoDriver.DATE,
    "text": NoDriver.TEXT,
    "weight": NoDriver.LEFT_OUT,
    "ignore": NoDriver.LEFT_OUT,
    "choices": NoDriver.TEXT,
}


def driver_choice(table: KnownTable, outcome: str) -> DriverChoice:
    """Failures; else ratings that most people gave; else yes/no answers; else groups and amounts that can drive.

    Parameters
    ----------
    table : Table
    outcome : str
    """
    left: dict[str, DriverLeftOut] = {}
    for column in table.columns:
        if column != outcome and (why := _by_name(table, column, outcome)) is not None:
            left[column] = DriverLeftOut(column, why)
    possible = [c for c in table.columns if c != outcome and c not in left]
    left |= {one.column: one for one in _by_values(table, outcome, possible)}
    possible = [c for c in possible if c not in left]
    taken = _of_one_kind(table, possible)
    left |= {c: DriverLeftOut(c, NoDriver.OTHER_KIND) for c in possible if c not in taken}
    return DriverChoice(taken, tuple(left[c] for c in table.columns if c in left))


def _by_name(table: KnownTable, column: str, outcome: str) -> NoDriver | None:
    role = table.roles[column]
    if role in _BY_ROLE:
        return _BY_ROLE[role]
    if role in SCORES and table.roles.get(outcome) in SCORES:
        return NoDriver.OUTCOME
    words = name_words(column)
    if role in ("category", "number") and _CALENDAR.search(words) and len(words.split()) <= 3:
        return NoDriver.CALENDAR
    if _PROCESS.search(words) and role in ("category", "flag", "number") and len(words.split()) <= 3:
        return NoDriver.PROCESS
    return NoDriver.HARDLY_ANSWERED if column in table.hardly_answered else None


def _by_values(table: KnownTable, outcome: str, columns: Iterable[str]) -> list[DriverLeftOut]:
    """What only the rows with an answer show: constants, too many words, copies."""
    names = list(columns)
    if not names or outcome not in table.columns:
        return []
    frame = table.only([outcome, *names]).head(_MOST_ROWS)
    answered = frame[frame[outcome].notna()]
    codes = {name: pd.factorize(answered[name])[0] for name in (outcome, *names)}
    out: list[DriverLeftOut] = []
    seen: dict[bytes, str] = {codes[outcome].tobytes(): outcome}
    for name in names:
        levels = int(codes[name].max(initial=-1)) + 1
        same = seen.get(codes[name].tobytes())
        if levels <= 1:
            out.append(DriverLeftOut(name, NoDriver.CONSTANT))
        elif len(answered) < _FEWEST_ROWS:
            continue
        elif same is not None:
            why = NoDriver.OUTCOME if same == outcome else NoDriver.REPEATS
            out.append(DriverLeftOut(name, why, same))
        elif _is_coded_outcome(codes[outcome], codes[name]):
            out.append(DriverLeftOut(name, NoDriver.OUTCOME, outcome))
        elif table.roles[name] == "category" and levels > MOST_WORDS:
            out.append(DriverLeftOut(name, NoDriver.MANY_WORDS))
        else:
            seen[codes[name].tobytes()] = name
    return out


def _is_coded_outcome(outcome: NDArray[np.int64], codes: NDArray[np.int64]) -> bool:
    """Whether every value of the outcome has one value of the column: promoters, passives and detractors of an NPS."""
    levels = int(outcome.max(initial=-1)) + 1
    if levels < _SEVERAL or levels * _ROWS_A_VALUE > len(outcome):
        return False
    pairs = len(np.unique(outcome * (int(codes.max(initial=0)) + 2) + codes + 1))
    return pairs == levels


def _of_one_kind(table: KnownTable, possible: list[str]) -> tuple[str, ...]:
    of = {role: tuple(c for c in possible if table.roles[c] == role) for role in ("rating", "flag")}
    failures = tuple(c for c in of["flag"] if c in set(table.failures))
    ratings = of["rating"]
    rest = tuple(c for c in possible if table.roles[c] in ("category", "number", "amount"))
    answers = tuple(c for c in possible if table.roles[c] in ("flag", "rating"))
    return failures or (ratings if len(ratings) > 1 else ()) or answers or rest
