"""Words with which exports sum up, count and annotate their rows, in eight languages.

All words are as `cell_text.plain` gives them: lower case, without accents.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from cxanalysis.columns.cell_text import plain

#: A label of a total has no more words than this ("Total for the north region").
_LONGEST_LABEL: Final = 6


class Statistic(StrEnum):
    """What a row that sums up says of the rows above it."""

    SUM = "sum"
    MEAN = "mean"
    MEDIAN = "median"
    LEAST = "least"
    MOST = "most"
    SPREAD = "spread"
    COUNT = "count"


_WORDS: Final = {
    Statistic.SUM: (
        "grand total|sub total|sub-total|subtotal|total|totals|sum|overall total|overall|all rows|"
        "gesamtsumme|gesamtergebnis|zwischensumme|teilsumme|gesamt|insgesamt|summe|ergebnis|"
        "total general|suma total|suma|sumatoria|totales|total parcial|"
        "sous-total|sous total|total general|somme|ensemble|totaux|"
        "total geral|soma|somatorio|totais|subtotais|"
        "totale|totale generale|totale complessivo|somma|totali|subtotale|"
        "totaal|eindtotaal|totaal generaal|subtotaal|som|"
        "suma koncowa|suma czesciowa|razem|lacznie|ogolem"
    ),
    Statistic.MEAN: (
        "average|averages|avg|avg score|mean|mean score|overall average|durchschnitt|mittelwert|mittel|schnitt|"
        "promedio|promedio general|media|media aritmetica|moyenne|moyenne generale|media geral|medie|"
        "gemiddelde|gemiddeld|srednia|⌀"
    ),
    Statistic.MEDIAN: "median|mediana|mediane|mediaan",
    Statistic.LEAST: "min|minimum|minimo|lowest|kleinster wert|najmniej",
    Statistic.MOST: "max|maximum|maximo|massimo|highest|groesster wert|grosster wert|najwiecej",
    Statistic.SPREAD: (
        "std|sd|st. dev|std dev|std. dev|stdev|stddev|standard deviation|variance|standardabweichung|varianz|"
        "desviacion estandar|desviacion tipica|varianza|ecart-type|ecart type|desvio padrao|deviazione standard|"
        "standaardafwijking|odchylenie standardowe"
    ),
    Statistic.COUNT: (
        "count|n|number of responses|responses|number of answers|anzahl|antworten|n gesamt|recuento|"
        "numero de respuestas|nombre|"
        "nombre de reponses|effectif|contagem|numero de respostas|conteggio|numero di risposte|aantal|"
        "aantal antwoorden|"
        "liczba|liczba odpowiedzi"
    ),
}  # fmt: skip
_STATISTIC: Final = {word: statistic for statistic, words in _WORDS.items() for word in words.split("|")}
#: Longest first, so that "grand total" is not read as something that begins with "grand".
_BEGINS: Final = re.compile(
    r"^(?:(?P<word>"
    + "|".join(re.escape(word) for word in sorted(_STATISTIC, key=len, reverse=True) if len(word) > 2)
    + r")(?:$|[ :(./\-]))"
)
_ENDS: Final = re.compile(r"(?:^| )(?P<word>total|totaal|totale|subtotal|gesamt|summe|ergebnis|average|razem)$")

_ROWS: Final = (
    r"rows?|records?|responses?|entries|lines?|results?|cases|answers|zeilen?|datensatze|eintrage|antworten|"
    r"filas?|registros?|respuestas|resultados|lignes?|enregistrements|reponses|linhas?|respostas|"
    r"righe|riga|record|risposte|rijen|regels|antwoorden|wierszy|wiersze|rekordow|odpowiedzi"
)
_COUNT_LINE: Final = re.compile(
    rf"^\(?(?:\D{{0,40}}?)(?:(?P<before>\d[\d.,' ]*)\s+(?:\w+\s+)?(?:{_ROWS})\b(?:\s+\w+){{0,3}}"
    rf"|(?:{_ROWS})\b[^\d]{{0,25}}(?P<after>\d[\d.,' ]*))\)?[.;]?$"
)
_NOTE: Final = re.compile(
    r"^[*†‡¹²³#©]|^\d\)|^(?:source|sources|note|notes|nb|n\.b|footnote|legend|disclaimer|confidential|"
    r"copyright|generated|created|"
    r"exported|export|printed|report|downloaded|retrieved|data as of|as of|page \d|end of|filter|filters|"
    r"applied filters|"
    r"quelle|quellen|anmerkung|hinweis|erstellt|stand|legende|seite \d|vertraulich|ende|"
    r"fuente|nota|notas|generado|elaborado|pagina \d|fin de|confidencial|"
    r"source|remarque|genere|edite|page \d|fin du|confidentiel|"
    r"fonte|observacao|gerado|pagina \d|fim do|"
    r"nota|note|generato|fine|riservato|"
    r"bron|opmerking|gegenereerd|pagina \d|einde|"
    r"zrodlo|uwaga|uwagi|wygenerowano|strona \d|koniec)\b"
)


def statistic_of(text: str) -> Statistic | None:
    """What a label says a row sums up; None if it is no such label.

    Examples
    --------
    >>> statistic_of("Ø"), statistic_of("Zwischensumme Nord:"), statistic_of("Totally late")
    (<Statistic.MEAN: 'mean'>, <Statistic.SUM: 'sum'>, None)
    """
    word = plain(text.replace("Ø", "⌀").replace("ø", "⌀")).strip(":=() ")
    if not word or len(word.split()) > _LONGEST_LABEL:
        return None
    if word in _STATISTIC:
        return _STATISTIC[word]
    found = _BEGINS.match(word) or _ENDS.search(word)
    return _STATISTIC.get(found["word"], Statistic.SUM) if found else None


def counted_rows(text: str) -> int | None:
    """How many rows a line says there are; None if it is no such line.

    Examples
    --------
    >>> counted_rows("(525 rows affected)"), counted_rows("Anzahl Datensätze: 1.240"), counted_rows("3 late parcels")
    (525, 1240, None)
    """
    found = _COUNT_LINE.match(plain(text)) or _COUNT_LINE.match(plain(text).strip("()"))
    if found is None:
        return None
    digits = "".join(c for c in (found["before"] or found["after"]) if c.isdigit())
    return int(digits) if digits else None


def is_note(text: str) -> bool:
    """Whether a text begins as notes below a table do: a source, a remark, who made it and when.

    Examples
    --------
    >>> is_note("Source: own survey, 2024"), is_note("Stand: 1.3.2024"), is_note("notebook came late")
    (True, True, False)
    """
    if not any(c.isalpha() for c in text):
        return False
    return _NOTE.match(plain(text)) is not None or text.lstrip()[:1] in ("*", "†", "‡", "©")
