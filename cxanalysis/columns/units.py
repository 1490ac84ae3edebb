"""Numbers with a unit that changes from cell to cell: "$1.2M" beside "$850", "45 min" beside "2 days", "47:05:00"."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import pandas as pd

from cxanalysis.columns.number_format import read_number

#: Entries of `Table.formats` for columns that are read so.
HOURS: Final = "hours"
MAGNITUDES: Final = "thousands and millions"
#: Longest text that is looked at.
_LONGEST: Final = 40
#: Of a column's texts so many are seen at a glance, and so many looked at where some of them may have a unit.
_GLANCE: Final = 200
_LOOKED_AT: Final = 5_000
_HAS_UNIT: Final = re.compile(r"^[^A-Za-z]*\d.*[A-Za-z:]")
#: So many of the cells must be written so; the rest is no answer.
_MOSTLY: Final = 0.85

_MAGNITUDE: Final = {
    "k": 1e3, "tsd": 1e3, "mil": 1e3, "thousand": 1e3, "m": 1e6, "mm": 1e6, "mn": 1e6, "mio": 1e6, "mln": 1e6,
    "million": 1e6, "millions": 1e6, "millionen": 1e6, "millones": 1e6, "b": 1e9, "bn": 1e9, "mrd": 1e9, "mld": 1e9,
    "billion": 1e9, "milliarden": 1e9, "t": 1e12, "tn": 1e12,
}  # fmt: skip
_CURRENCY: Final = r"(?:[€$£¥₹]|R\$|US\$|Rs\.?|EUR|USD|GBP|CHF|PLN|BRL|INR)"
_SIZES: Final = (
    "k|K|M|m|B|b|T|mm|MM|mn|Mn|bn|Bn|mio|Mio|mln|Mrd|mrd|mld|Tsd|tsd|thousand|millions?|Million(?:en)?|millones|billion|"
    "Milliarden"
)
_SIZED: Final = re.compile(
    rf"^(?P<sign>[-−(]?)\s?(?P<before>{_CURRENCY})?\s?(?P<number>\d[\d.,]*)\s?"
    rf"(?P<size>{_SIZES})?\.?\s?(?P<after>{_CURRENCY})?\)?$"
)

_UNITS: Final = {
    1 / 3600: "s|sec|secs|second|seconds|sek|sekunde|sekunden|segundo|segundos|seg|seconde|secondes|secondi|"
    "seconden|sekund",
    1 / 60: "m|min|mins|minute|minutes|minuten|minuto|minutos|minuti|minut",
    1.0: "h|hr|hrs|hour|hours|std|stunde|stunden|hora|horas|heure|heures|ora|ore|uur|uren|godz|godzin|godziny",
    24.0: "d|day|days|tag|tage|tagen|dia|dias|jour|jours|giorno|giorni|dag|dagen|dzien|dni",
    168.0: "w|wk|week|weeks|woche|wochen|semana|semanas|semaine|semaines|settimana|settimane|weken|tydzien|tygodnie",
    720.0: "mo|month|months|monat|monate|mes|meses|mois|mese|mesi|maand|maanden|miesiac|miesiace",
}
_HOURS_OF: Final = {word: hours for hours, words in _UNITS.items() for word in words.split("|")}
_WORDS: Final = "|".join(sorted(_HOURS_OF, key=len, reverse=True))
_PART: Final = re.compile(rf"(\d+(?:[.,]\d+)?)\s?({_WORDS})\b\.?")
_SPAN: Final = re.compile(
    rf"^[-−]?(?:(?:about|ca\.?|~) ?)?(?:\d+(?:[.,]\d+)?\s?(?:{_WORDS})\b\.?[,\s]*(?:and |und |y |et |e )?)+$"
)
_CLOCK: Final = re.compile(r"^(\d{1,4}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?$")
_DAYS_CLOCK: Final = re.compile(r"^(\d+) days?,? (\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$")
#: From here on a clock shows a length of time and no time of day.
_DAY: Final = 24


def unit_form(counts: pd.Series, *, duration: bool) -> str | None:
    """How a column writes its units, if one unit does not do for all cells: an entry of `Table.formats`, or None.

    Parameters
    ----------
    counts : Series
        Distinct clean texts → number of rows.
    duration : bool
        Whether the column's name says that it holds lengths of time.

    Examples
    --------
    >>> unit_form(pd.Series([1, 1], index=["$1.2M", "$850"]), duration=False)
    'thousands and millions'
    >>> unit_form(pd.Series([1, 1], index=["45 min", "2 days"]), duration=False)
    'hours'
    >>> unit_form(pd.Series([1, 1], index=["45 min", "20 min"]), duration=False) is None
    True
    """
    if not any(_HAS_UNIT.search(str(text)) for text in counts.index[:_GLANCE]):
        return None
    counts = counts.iloc[:_LOOKED_AT]
    texts = [str(text) for text in counts.index]
    rows = counts.to_numpy()
    sized = [_SIZED.match(text) if len(text) <= _LONGEST else None for text in texts]
    sizes = {found["size"] for found in sized if found and found["size"]}
    money = any(found and (found["before"] or found["after"]) for found in sized)
    if sizes and _share([found is not None for found in sized], rows) and (money or sizes & {"K", "k", "M", "B", "bn"}):
        lone = sizes <= {"m"} or sizes <= {"b", "t"}
        return MAGNITUDES if money or ((len(sizes) > 1 or not lone) and not sizes <= {"m", "b", "t", "T"}) else None
    spans = [_hours(text) for text in texts]
    if _share([not np.isnan(span) for span in spans], rows) and (_units(texts) > 1 or _long(texts) or duration):
        return HOURS if _units(texts) != 1 or any(map(_DAYS_CLOCK.match, texts)) else None
    return None


def _share(there: list[bool], rows: np.ndarray) -> bool:
    return bool(rows[np.array(there, bool)].sum() >= _MOSTLY * rows.sum())


def _units(texts: list[str]) -> int:
    """How many different units of time there are; 0 where times are written as on a clock."""
    return len({_HOURS_OF[found[1]] for text in texts for found in _PART.findall(text.lower())})


def _long(texts: list[str]) -> bool:
    """Whether a clock shows more hours than a day has."""
    clocks = [found for text in texts if (found := _CLOCK.match(text))]
    over = any(found[3] is not None and int(found[1]) >= _DAY for found in clocks)
    return over or any(map(_DAYS_CLOCK.match, texts))


def _hours(text: str) -> float:
    if len(text) > _LONGEST:
        return float("nan")
    if found := _DAYS_CLOCK.match(text):
        return int(found[1]) * 24 + int(found[2]) + int(found[3]) / 60 + int(found[4] or 0) / 3600
    if found := _CLOCK.match(text):
        return int(found[1]) + int(found[2]) / 60 + int(found[3] or 0) / 3600
    low = text.lower()
    if not _SPAN.match(low):
        return float("nan")
    hours = sum(float(number.replace(",", ".")) * _HOURS_OF[unit] for number, unit in _PART.findall(low))
    return -hours if low.startswith(("-", "−")) else hours


def _sized(text: str, mark: str) -> float:
    found = _SIZED.match(text)
    if found is None:
        return float("nan")
    number = read_number(found["number"], mark) * _MAGNITUDE.get((found["size"] or "").lower(), 1.0)
    return -number if found["sign"] else number


def parse_units(texts: pd.Series, form: str, mark: str = ".") -> pd.Series:
    """Texts as numbers: lengths of time in hours, sizes multiplied out; NaN where a text is neither.

    >>> parse_units(pd.Series(["45 min", "2 days", "47:05:00"]), HOURS).round(2).tolist()
    [0.75, 48.0, 47.08]
    >>> parse_units(pd.Series(["$1.2M", "$900"]), MAGNITUDES).tolist()
    [1200000.0, 900.0]
    """
    read = {text: _hours(text) if form == HOURS else _sized(text, mark) for text in texts.dropna().unique()}
    return texts.map(read).astype("float64")


def currencies(texts: pd.Series) -> set[str]:
    """The currencies that amounts are written in.

    >>> sorted(currencies(pd.Series(["€10", "$12", "13 €"])))
    ['$', '€']
    """
    found = texts.str.extract(rf"^[-−(]?\s?({_CURRENCY})?\s?\d[\d.,' ]*\s?(?:{_SIZES})?\.?\s?({_CURRENCY})?\)?$")
    said = pd.concat([found[0], found[1]]).dropna().unique()
    return {_SAME.get(one, one) for one in said}


_SAME: Final = {"EUR": "€", "USD": "$", "US$": "$", "GBP": "£", "INR": "₹", "Rs": "₹", "Rs.": "₹", "BRL": "R$"}
