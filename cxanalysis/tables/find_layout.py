"""What the rows of a table stand for: records, or counts, finished scores, figures of units, questions, events.

Each kind is a rule: how often a table that looks so is one, times the odds of what its names, values and keys say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.columns.date_format import parse_dates
from cxanalysis.columns.layout import Layout, LayoutKind
from cxanalysis.columns.text_columns import Levels
from cxanalysis.columns.text_rows import TextRows
from cxanalysis.files.records.left_out_records import sureness
from cxanalysis.files.records.look_at_rows import LookAtRows
from cxanalysis.recognise.recognise import Recognition

#: A layout is named from this on.
SURE_ENOUGH: Final = 0.85
#: A table of statistics has no more rows than this.
_MOST_FIGURES: Final = 20_000
#: Questions or events there are in a long layout, at most.
_MOST_ITEMS: Final = 80
#: Keys are unlike if no more than this share of the rows repeats one.
_UNLIKE: Final = 0.98
_MONTHS: Final = 3
#: Periods are even if nearly all gaps between them are as long as the usual one, or by so much longer (31 days, 28).
_EVEN: Final = 0.11
_NEARLY_ALL: Final = 0.9
#: Texts longer than this on average are sentences.
_LONG_TEXT: Final = 40
#: A question that is asked of fewer is no column of an answer sheet.
_COMMON: Final = 0.3

_COUNT: Final = (
    r"\b(count|counts|n|freq|frequency|responses|respondents|answers|number of \w+|haufigkeit|anzahl|"
    r"antworten|nennungen|"
    r"frecuencia|cantidad|recuento|respuestas|nombre|effectif|effectifs|reponses|contagem|quantidade|"
    r"respostas|frequencia|"
    r"conteggio|frequenza|risposte|aantal|antwoorden|liczba|odpowiedzi)\b"
)
_SHARE: Final = (
    r"\b(percent\w*|pct|share|rate|rates|ratio|prozent\w*|anteil\w*|quote|porcentaje\w*|tasa|"
    r"pourcentage\w*|taux|part|"
    r"percentual|taxa|percentuale|tasso|aandeel|procent\w*|udzial)\b"
)
_FIGURE: Final = (
    rf"{_SHARE}|{_COUNT}|"
    r"\b(average|avg|mean|median|index|durchschnitt\w*|mittelwert|promedio|media|moyenne|gemiddeld\w*|srednia)\b"
)
_SCORE: Final = (
    r"\b(nps|csat|ces|net promoter|score|satisf\w*|zufried\w*|tevreden\w*|soddisf\w*|satysfak\w*|"
    r"zadowol\w*|rating|index)\b"
)
_UNIT: Final = (
    r"\b(hospital|facility|provider|store|branch|shop|team|region|country|insurer|operator|carrier|"
    r"airline|bank|school|"
    r"department|filiale|krankenhaus|klinik|versicherer|anbieter|land|tienda|sucursal|proveedor|operador|"
    r"pais|magasin|"
    r"agence|operateur|pays|loja|filial|operadora|negozio|ospedale|paese|winkel|ziekenhuis|sklep|szpital|"
    r"name|code|codigo|nummer)\b"
)
_ITEM: Final = (
    r"\b(question\w*|item|metric|attribute|measure|variable|statement|field name|frage\w*|merkmal|"
    r"pregunta\w*|atributo|indicador|"
    r"pergunta\w*|domanda\w*|vraag|vragen|pytani\w*)\b"
)
_VALUE: Final = (
    r"\b(answer\w*|value|score|response|rating|result|antwort\w*|wert|bewertung|respuesta\w*|valor|"
    r"puntuacion|reponse\w*|"
    r"valeur|note|resposta\w*|nota|risposta|valore|voto|antwoord|waarde|odpowiedz|ocena|wartosc)\b"
)
_EVENT: Final = (
    r"\b(event|activity|action|step|status|state|stage|ereignis|vorgang|aktivitat|schritt|evento|"
    r"actividad|accion|estado|etapa|"
    r"evenement|activite|etape|statut|atividade|acao|attivita|stato|fase|gebeurtenis|activiteit|stap|"
    r"zdarzenie|czynnosc|etap)\b"
)
_MONTH: Final = re.compile(
    r"^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|dic|fev|avr|mai|juin|juil|aout|set|"
    r"out|dez|okt|maj|"
    r"gen|mag|giu|lug|ott|mrt|mei|sty|lut|kwi|cze|lip|sie|wrz|paz|lis|gru)\w{0,7}( \d{2,4})?$|^(19|"
    r"20)\d\d( \d\d?| ?[qt][1-4])?$|^[qt][1-4]( \d{4})?$"
)


@dataclass(slots=True)
class _Seen:
    """A table as the rules see it."""

    found: Recognition
    look: LookAtRows
    codes: dict[str, NDArray[np.int64] | None] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        return self.look.names

    def named(self, name: str, words: str) -> bool:
        """Whether a column's name says something."""
        return re.search(words, self.found.facts[name].words) is not None

    def role(self, name: str) -> str:
        return self.found.guesses[name].role

    def with_role(self, *roles: str) -> list[str]:
        return [name for name in self.names if self.role(name) in roles]

    def numbers(self, name: str) -> NDArray[np.float64]:
        return self.look.numbers(self.names.index(name))

    def is_number(self, name: str) -> bool:
        facts = self.found.facts[name]
        return facts.n_answered > 0 and facts.number_share >= _UNLIKE

    def is_long(self, name: str) -> bool:
        """Whether a column holds sentences, as people write them, and no mere names."""
        texts = self.found.facts[name].first(50).index
        return len(texts) > 0 and float(np.mean([len(str(text)) for text in texts])) > _LONG_TEXT

    def code(self, name: str) -> NDArray[np.int64] | None:
        """A number for each value of a column; None where nearly every row has a value of its own."""
        if name not in self.codes:
            table = self.look.table
            if isinstance(table, TextRows):
                column = table[name]
                self.codes[name] = column.places.astype("int64") if isinstance(column, Levels) else None
            else:
                self.codes[name] = pd.factorize(table[name])[0].astype("int64")
        return self.codes[name]

    def different(self, names: Sequence[str]) -> float:
        """How many different combinations of these columns there are to a row."""
        codes = [self.code(name) for name in names]
        if any(code is None for code in codes):
            return 1.0
        return len(pd.DataFrame(dict(enumerate(codes))).drop_duplicates()) / max(len(self.look), 1)


def find_layout(found: Recognition, table: TextRows | pd.DataFrame) -> Layout | None:
    """What one row stands for, if that is surely not one record; None if it is, or if nothing is sure."""
    if len(table) < 2 or not found.guesses:
        return None
    seen = _Seen(found, LookAtRows(table[list(found.facts)] if isinstance(table, pd.DataFrame) else table))
    rules = (_counts, _scores, _units, _questions, _events)
    layouts = [layout for rule in rules if (layout := rule(seen)) is not None]
    best = max(layouts, key=lambda layout: layout.sure, default=None)
    return best if best is not None and best.sure >= SURE_ENOUGH else None


def _counts(seen: _Seen) -> Layout | None:
    """One row an answer, with how many gave it."""
    counts = [name for name in seen.names if seen.named(name, _COUNT) and seen.is_number(name)]
    if not counts or len(seen.look) > _MOST_FIGURES or len(seen.names) < 2:
        return None
    count = counts[-1]
    many = seen.numbers(count)
    known = many[~np.isnan(many)]
    if not len(known) or (known < 0).any() or (known != known.round()).any() or known.max() < 2:
        return None
    shares = [name for name in seen.names if name != count and _is_share_of(seen, name, many)]
    keys = [name for name in seen.names if name != count and name not in shares]
    if not keys or seen.different(keys) < _UNLIKE:
        return None
    answers = [
        name for name in keys if seen.role(name) in ("nps", "csat", "ces", "rating", "flag", "category", "number")
    ]
    person = [name for name in keys if seen.role(name) in ("customer", "order", "text", "private")]
    whole = len(answers) == len(keys)
    repeats = any(seen.different([name]) < 1 for name in keys) or len(keys) == 1
    few = len(keys) <= 4
    evidence = [
        30.0 if shares else 1.0,
        6.0 if whole else 0.3,
        3.0 if repeats else 0.5,
        2.0 if few else 0.1,
        0.02 if person else 1.0,
        4.0 if any(seen.role(name) in ("nps", "csat", "ces", "rating") for name in keys) else 1.0,
        0.1 if seen.with_role("date", "closed", "due") and not shares else 1.0,
    ]
    why = f"each combination of {', '.join(repr(name) for name in keys[:3])} comes once, with a number in '{count}'"
    if shares:
        why += f" of which '{shares[0]}' is the share"
    return Layout(LayoutKind.COUNTS, round(sureness(0.15, evidence), 3), why, count=count)


def _is_share_of(seen: _Seen, name: str, many: NDArray[np.float64]) -> bool:
    """Whether a column is the share of the counts, in the whole or within a group."""
    if not seen.is_number(name) or not np.nansum(many):
        return False
    values = seen.numbers(name)
    if np.isnan(values).all():
        return False
    for scale in (1.0, 100.0):
        if np.nanmax(np.abs(values - scale * many / np.nansum(many))) <= 0.0051 * scale:
            return True
    return bool(seen.named(name, _SHARE) and np.nanmin(values) >= 0 and np.nanmax(values) <= 100)


def _scores(seen: _Seen) -> Layout | None:
    """One row a month (or group) with its finished score."""
    scores = [name for name in seen.names if seen.named(name, _SCORE) and seen.is_number(name)]
    periods = [name for name in seen.names if seen.role(name) == "date" or _says_period(seen, name)]
    if not scores or not periods or len(seen.look) > _MOST_FIGURES:
        return None
    groups = [name for name in seen.names if seen.role(name) == "category" and name not in periods]
    figures = [name for name in scores if _is_finished(seen, name)]
    once = seen.different([*periods[:1], *groups]) >= 1.0
    if not figures or not once:
        return None
    counts = [name for name in seen.names if seen.named(name, _COUNT) and seen.is_number(name) and name not in scores]
    person = seen.with_role("customer", "order", "text", "private")
    evidence = [
        12.0,
        5.0 if counts else 1.0,
        4.0 if _is_regular(seen, periods[0]) else 0.02,
        0.02 if person else 1.0,
        3.0 if len(seen.names) <= 8 else 0.3,
    ]
    why = f"'{figures[0]}' holds values that no single answer has, once for each '{periods[0]}'"
    return Layout(LayoutKind.SCORES, round(sureness(0.15, evidence), 3), why, value=figures[0])


def _says_period(seen: _Seen, name: str) -> bool:
    texts = seen.found.facts[name].first(20).index
    return bool(len(texts)) and all(
        _MONTH.match(str(text).casefold().replace("-", " ").replace("/", " ")) for text in texts
    )


def _is_regular(seen: _Seen, name: str) -> bool:
    """Whether moments follow each other evenly, as days, weeks, months or years do, and those of answers do not."""
    if _says_period(seen, name):
        return True
    facts = seen.found.facts[name]
    texts = pd.Series([str(text) for text in facts.counts.index], dtype="str")
    moments = parse_dates(texts, bool(facts.order.day_first)).dropna().sort_values()
    gaps = moments.diff().dropna().dt.total_seconds().to_numpy()
    if len(gaps) < 2 or (moments != moments.dt.normalize()).any():
        return False
    usual = float(np.median(gaps))
    return bool(np.mean(np.abs(gaps - usual) <= _EVEN * usual) >= _NEARLY_ALL)


def _is_finished(seen: _Seen, name: str) -> bool:
    """Whether a column holds what means and scores are, and answers are not: decimals, or below 0, or above 10."""
    values = seen.numbers(name)
    values = values[~np.isnan(values)]
    if not len(values):
        return False
    halves = values * 2
    broken = float(np.mean(np.abs(halves - halves.round()) > 1e-9))
    negative = bool((values < 0).any()) and float(np.abs(values).max()) > 10
    return broken > 0.5 or negative or 10 < float(values.max()) <= 100


def _units(seen: _Seen) -> Layout | None:
    """One row a hospital, insurer or shop, with its figures."""
    if len(seen.look) > _MOST_FIGURES:
        return None
    months = [name for name in seen.names if _MONTH.match(seen.found.facts[name].words) and seen.is_number(name)]
    figures = [name for name in seen.names if seen.named(name, _FIGURE) and name not in months]
    units = [name for name in seen.names if seen.named(name, _UNIT) and seen.role(name) not in ("customer", "text")]
    counted = [name for name in figures if seen.is_number(name)]
    alone = [name for name in units if seen.different([name]) >= _UNLIKE]
    years = [name for name in seen.names if _says_period(seen, name)]
    by_year = [name for name in units if years and seen.different([name, years[0]]) >= _UNLIKE]
    rest = [name for name in seen.names if name not in (*units, *years)]
    if by_year and not alone and rest and all(map(seen.is_number, rest)):
        figures = counted = rest
    if not (alone or by_year) or not (months or figures):
        return None
    answered = [name for name in seen.with_role("nps", "csat", "ces", "date", "closed") if name not in years]
    person = [name for name in seen.with_role("customer", "private") if name not in units]
    person += [name for name in seen.with_role("text") if seen.is_long(name)]
    evidence = [
        40.0 if len(months) >= _MONTHS else 1.0,
        100.0 if len(figures) >= 6 else 15.0 if len(figures) >= 3 else 8.0 if counted and by_year else 1.0,
        3.0 if alone else 6.0,
        0.2 if person else 1.0,
        (0.5 if len(figures) >= 6 else 0.1) if answered else 1.0,
    ]
    unit = (alone or by_year)[0]
    what = f"{len(months)} months" if len(months) >= _MONTHS else f"{len(figures)} columns of counts, shares or means"
    why = f"'{unit}' names each unit once{'' if alone else ' a year'}, beside {what}"
    return Layout(LayoutKind.UNITS, round(sureness(0.15, evidence), 3), why)


def _questions(seen: _Seen) -> Layout | None:
    """One row a question: the same people again and again, each question once."""
    best: Layout | None = None
    for item in seen.names:
        facts = seen.found.facts[item]
        if not 2 <= facts.n_distinct <= _MOST_ITEMS or seen.is_number(item):
            continue
        texts = [str(text) for text in facts.counts.index]
        asked = sum(text.rstrip().endswith("?") for text in texts) / len(texts)
        if not (seen.named(item, _ITEM) or asked >= 0.5):
            continue
        values = [
            name for name in seen.names if name != item and seen.named(name, _VALUE) and not seen.named(name, _ITEM)
        ]
        for key in _keys(seen, item):
            together, alone = seen.different([key, item]), seen.different([key])
            if together < _UNLIKE or alone > 0.77 or not values:
                continue
            spread = _spread(seen, key, item)
            if spread < _COMMON:
                continue
            evidence = [
                10.0 if seen.named(item, _ITEM) else 1.0,
                10.0 if asked >= 0.5 else 1.0,
                6.0 if spread >= 0.5 else 0.3,
                3.0,
            ]
            why = f"each '{key}' has {1 / alone:.1f} rows on average, one for each '{item}'"
            sure = round(sureness(0.1, evidence), 3)
            if best is None or sure > best.sure:
                best = Layout(LayoutKind.QUESTIONS, sure, why, key=(key,), item=item, value=values[0])
    return best


def _events(seen: _Seen) -> Layout | None:
    """One row an event of a case, with its moment."""
    moments = seen.with_role("date", "closed")
    items = [
        name
        for name in seen.names
        if seen.named(name, _EVENT) and 2 <= seen.found.facts[name].n_distinct <= _MOST_ITEMS
    ]
    for item in items:
        if item in moments or seen.is_number(item) or not moments:
            continue
        for key in _keys(seen, item):
            alone, together = seen.different([key]), seen.different([key, item])
            if alone > 0.67 or together < 0.8:
                continue
            evidence = [
                8.0,
                10.0 if _same_beginning(seen, key, item) >= 0.8 else 0.3,
                6.0 if _spread(seen, key, item) >= 0.5 else 0.5,
            ]
            why = f"each '{key}' has {1 / alone:.1f} rows on average, one for each '{item}', and most begin alike"
            sure = round(sureness(0.1, evidence), 3)
            return Layout(LayoutKind.EVENTS, sure, why, key=(key,), item=item, value=moments[0])
    return None


def _keys(seen: _Seen, item: str) -> list[str]:
    """Columns that may say whose row it is: ids, and what comes about as often as there are items."""
    return [
        name
        for name in seen.names
        if name != item
        and seen.role(name) not in ("text", "date", "closed", "amount", "nps", "csat", "ces", "flag")
        and seen.code(name) is not None
        and seen.different([name]) > 1.5 / len(seen.look)
        and (seen.role(name) in ("id", "customer", "order") or seen.found.facts[name].n_distinct > 5)
    ]


def _spread(seen: _Seen, key: str, item: str) -> float:
    """Share of the keys that an item has, on the middle item."""
    codes = pd.DataFrame({"key": seen.code(key), "item": seen.code(item)}).drop_duplicates()
    return float(codes.groupby("item").size().median() / max(codes["key"].nunique(), 1))


def _same_beginning(seen: _Seen, key: str, item: str) -> float:
    """Share of the keys whose first row is the most usual first item."""
    codes = pd.DataFrame({"key": seen.code(key), "item": seen.code(item)})
    first = codes.groupby("key")["item"].first()
    return float(first.value_counts(normalize=True).iloc[0]) if len(first) else 0.0
