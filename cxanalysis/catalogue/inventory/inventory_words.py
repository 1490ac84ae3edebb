"""Words of spreadsheets about metrics, in English, Spanish and German: headings, nothing at all, how often, when."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from cxanalysis.catalogue.inventory.inventory_cells import is_empty
from cxanalysis.columns.cell_text import name_words, plain
from cxanalysis.columns.date_format import date_order, parse_dates

#: Field of an entry → headings that mean it, as plain words. Longer ones count for more.
HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("metric", "metrics", "kpi", "indicator", "measure", "name", "metric name", "kennzahl", "indikator",
             "messgrosse", "bezeichnung", "metrica", "indicador", "nombre"),
    "definition": ("definition", "description", "meaning", "what it measures", "what does it measure",
                   "what it tells us", "beschreibung", "bedeutung", "was wird gemessen", "was sie misst",
                   "definicion", "descripcion",
                   "que mide"),
    "formula": ("formula", "calculation", "how calculated", "how is it calculated", "how we calculate it", "formel",
                "berechnung", "rechenweg", "calculo", "como se calcula", "numerator"),
    "denominator": ("denominator", "base", "population", "out of", "counted over", "nenner", "grundgesamtheit",
                    "basis",
                    "denominador"),
    "unit": ("unit", "units", "einheit", "unidad"),
    "source": ("source", "system", "data source", "source system", "tool", "where from", "quelle", "datenquelle",
               "quellsystem", "fuente", "origen", "sistema"),
    "department": ("department", "dept", "team", "area", "abteilung", "bereich", "departamento", "depto"),
    "tracked_by": ("tracked by", "tracked", "tracks", "who tracks", "who tracks it", "recorded by", "reported by",
                   "measured by", "erfasst von", "erfasst", "gemessen von", "verfolgt von", "medido por",
                   "registrado por", "quien lo mide", "seguimiento"),
    "owner": ("owner", "responsible", "accountable", "answers for", "who answers for it", "answers for change",
              "in charge", "verantwortlich", "verantwortlicher", "verantwortung", "zustandig", "responsable",
              "propietario",
              "dueno"),
    "reviewed": ("last review", "last reviewed", "reviewed", "last checked", "last update", "last updated",
                 "review date", "letzte prufung", "zuletzt gepruft", "letzte uberprufung", "ultima revision",
                 "revisado",
                 "fecha de revision"),
    "review_every_days": ("review every", "review cycle", "review frequency", "frequency", "cadence", "how often",
                          "every", "turnus", "rhythmus", "intervall", "prufung alle", "frecuencia", "cada cuanto",
                          "cada",
                          "periodicidad"),
    "scale": ("scale", "skala", "escala", "answer scale"),
    "cut_off": ("cut off", "cutoff", "threshold", "top box", "counts as satisfied", "schwelle", "grenze", "ab wann",
                "corte", "umbral"),
    "branch": ("branch", "zweig", "rama", "hierarchy", "level"),
    "element": ("element", "elemento"),
    "note": ("note", "notes", "comment", "comments", "remark", "remarks", "bemerkung", "bemerkungen", "anmerkung",
             "notas", "comentarios", "observaciones"),
}  # fmt: skip
#: Headings whose language writes the day before the month.
_DAY_FIRST: Final = frozenset(
    {"kennzahl", "indikator", "abteilung", "bereich", "formel", "berechnung", "verantwortlich", "quelle", "letzte",
     "turnus", "indicador", "metrica", "departamento", "formula de", "responsable", "fuente", "ultima", "frecuencia",
     "revision", "sistema", "escala", "nenner"}
)  # fmt: skip
#: Cells that say there is nothing to say.
_NOTHING: Final = frozenset(
    {"", "-", "--", "–", "—", "?", "??", "n/a", "na", "n.a", "none", "nil", "null", "tbd", "tbc", "to be defined",
     "unknown", "not assigned", "unassigned", "nobody", "no one", "not defined", "missing", "#n/a", "never",
     "k.a", "keine", "keiner", "niemand", "offen", "unbekannt", "nicht vergeben", "nie", "fehlt", "ninguno",
     "ninguna", "nadie",
     "sin asignar", "sin definir", "por definir", "pendiente", "desconocido", "nunca", "no aplica", "s/d", "n/d"}
)  # fmt: skip
_EVERY: Final[tuple[tuple[str, float], ...]] = (
    (r"\b(daily|taglich|diari[oa])", 1),
    (r"\b(weekly|wochentlich|semanal)", 7),
    (r"\b(bimonthly|every two months|zweimonatlich|bimestral)", 61),
    (r"\b(monthly|monatlich|mensual)", 30),
    (r"\b(half yearly|half year|semi annual|biannual|halbjahr|semestral)", 183),
    (r"\b(quarterly|quarter|vierteljahr|quartal|trimestral)", 91),
    (r"\b(yearly|annual|annually|every year|once a year|jahrlich|anual)", 365),
)
_UNITS: Final[tuple[tuple[str, float], ...]] = (
    (r"day|tag|dia", 1),
    (r"week|woche|semana", 7),
    (r"month|monat|mes", 365.25 / 12),
    (r"quarter|quartal|trimestre", 365.25 / 4),
    (r"year|jahr|ano", 365.25),
)
#: Spreadsheets count days from here; numbers between these two are days of 1995 to 2064.
_DAY_ZERO: Final = dt.date(1899, 12, 30)
_SERIALS: Final = (34_700, 60_300)


def likeness(heading: str, field: str) -> float:
    """How well a heading fits a field: 0 not at all, 1 to the letter.

    Examples
    --------
    >>> likeness("Verantwortlich", "owner"), likeness("Who tracks it?", "tracked_by"), likeness("Colour", "owner")
    (1.0, 1.0, 0.0)
    """
    words = name_words(heading)
    best = 0.0
    for phrase in HEADINGS[field]:
        if words == phrase:
            return 1.0
        if re.search(rf"\b{re.escape(phrase)}\b", words):
            covered = len(phrase) / len(words)
            best = max(best, 0.4 + 0.2 * min(phrase.count(" "), 2) + 0.2 * covered)
    return best


def writes_day_first(headings: Sequence[str]) -> bool | None:
    """Whether the headings' language puts the day first; None where they do not tell (English has both)."""
    words = " ".join(name_words(heading) for heading in headings)
    return True if any(re.search(rf"\b{word}", words) for word in _DAY_FIRST) else None


def said(cell: Any) -> str:
    """A cell as text; empty where it says nothing ("N/A", "tbd", "sin asignar", "—").

    Examples
    --------
    >>> said(" Head of  Service "), said("N/A"), said("k. A."), said(5.0)
    ('Head of Service', '', '', '5')
    """
    if is_empty(cell):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.date):
        return cell.isoformat()[:10]
    text = " ".join(str(cell).split())
    return "" if plain(text) in _NOTHING or plain(text).replace(" ", "") in _NOTHING else text


def days_between_reviews(text: str) -> int | None:
    """How often a metric is reviewed, in days; None where the words do not tell.

    Examples
    --------
    >>> [days_between_reviews(text) for text in ("quarterly", "jährlich", "cada 6 meses", "90", "sometimes")]
    [91, 365, 183, 90, None]
    """
    words = name_words(text)
    numbered = re.search(r"(\d+(?:[.,]\d+)?)\s*([a-z]+)", words)
    if numbered:
        unit = next((days for pattern, days in _UNITS if re.match(pattern, numbered[2])), None)
        if unit is not None:
            return max(1, round(float(numbered[1].replace(",", ".")) * unit))
    found = next((days for pattern, days in _EVERY if re.search(pattern, words)), None)
    if found is not None:
        return int(found)
    return int(words) if words.isdigit() and int(words) > 0 else None


def days_of(cells: Sequence[Any], day_first: bool | None) -> tuple[list[str | None], list[int], list[str]]:
    """Dates written in every way: ISO days, places of cells that are no date, and what was assumed.

    Parameters
    ----------
    cells : sequence
        Dates, numbers of days, text such as "3.4.2025", "Mar 2025", "Q1 2025".
    day_first : bool or None
        What the headings' language suggests; the dates themselves go before it.
    """
    texts = pd.Series([said(cell) for cell in cells], dtype="str")
    order = date_order(texts[texts != ""].value_counts())
    notes = []
    first = order.day_first if order.day_first is not None else (True if day_first is None else day_first)
    if order.forms and order.day_first is None:
        why = "the headings' language does so" if day_first else "nothing tells"
        notes.append(f"Dates such as 3/4/2025 are read day first, because {why}.")
    moments = parse_dates(texts, first)
    days: list[str | None] = []
    wrong = []
    for place, (cell, text, moment) in enumerate(zip(cells, texts, moments, strict=True)):
        day = _one_day(cell, text, moment)
        days.append(day)
        if day is None and text:
            wrong.append(place)
    return days, wrong, notes


def _one_day(cell: Any, text: str, moment: Any) -> str | None:
    if isinstance(cell, dt.date):
        return cell.isoformat()[:10]
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and _SERIALS[0] <= cell <= _SERIALS[1]:
        return (_DAY_ZERO + dt.timedelta(days=int(cell))).isoformat()
    quarter = re.fullmatch(r"[qt]\s?([1-4])\s?[/.\- ]?\s?(20\d\d)|(20\d\d)\s?[/.\- ]?\s?[qt]\s?([1-4])", plain(text))
    if quarter:
        number, year = int(quarter[1] or quarter[4]), int(quarter[2] or quarter[3])
        # A review some time in the quarter was done by its last day.
        return (pd.Timestamp(year, 3 * number, 1) + pd.offsets.MonthEnd(0)).date().isoformat()
    return None if pd.isna(moment) else moment.date().isoformat()
