"""Whether a column holds names of people: by its name, and by first names among its values."""

from __future__ import annotations

import re
from typing import Final

import pandas as pd

from cxanalysis.columns.cell_text import plain
from cxanalysis.personal_data.first_names import FIRST_NAMES

#: Column names that can only mean a person.
_SURE: Final = re.compile(
    r"\b(first ?name|given name|forename|middle name|last ?name|surname|family name|maiden name|full ?name|"
    r"vorname|nachname|"
    r"familienname|apellidos?|primer apellido|segundo apellido|nombre y apellidos|nombre completo|"
    r"nombre de pila|prenoms?|"
    r"nom de famille|nom complet|nom et prenom|sobrenome|apelidos?|nome completo|primeiro nome|ultimo nome|"
    r"(?:recipient|respondent) (?:first|last)?\s?name|recipient (?:first|last)\w*)\b"
)
#: Column names that mean a person if their values look like names.
_LIKELY: Final = re.compile(
    r"\b((?:customer|client|contact|patient|guest|passenger|member|user|buyer|caller|respondent|employee|agent|"
    r"reviewer|"
    r"author|cardholder|account holder|recipient|participant|person)s? (?:full )?name|kundenname|ansprechpartner\w*|"
    r"nombre (?:del? )?(?:cliente|contacto|usuario|paciente|empleado|titular)|nom (?:du |de l )?(?:client|"
    r"contact|patient|titulaire)|"
    r"nome (?:do |da )?(?:cliente|contato|contacto|utente|titular)|contact person|persona de contacto|author|"
    r"autor|auteur|"
    r"reviewer|titular|kontoinhaber|karteninhaber)\b"
)
#: Column names that may mean anything: their values must hold first names.
_OPEN: Final = re.compile(
    r"^(\w+ )?(name|names|nombre|nombres|nom|noms|nome|nomes|customer|client|cliente|kunde|contact|contacto|user|"
    r"guest|passenger|patient|signed|signature|who|person|full|holder)( \d+)?$"
)
#: Words in a column's name that make it the name of something else.
_THING: Final = re.compile(
    r"\b(product\w*|item|store|shop|hotel|brand|campaign|company|firm|firma|empresa|entreprise|file|event|"
    r"street|city|town|"
    r"country|state|airline|airport|station|department|dept|team|categor\w+|sheet|tienda|producto|produkt|"
    r"produit|filiale|"
    r"marke|marca|marque|ciudad|stadt|ville|host|domain|server|column|field|variable|page|course|metric|measure|"
    r"question|"
    r"release|plan|project|service|supplier|vendor|organisation|organization|provider|route|line|depart\w*|"
    r"arriv\w*)\b"
)
#: One to five words that begin with a capital (or are written in one case throughout), joined as names are.
_LOOKS: Final = re.compile(
    r"^[^\W\d_][^\W\d_'’.\-]*(?:['’.\-][^\W\d_]+)*\.?(?:,? [^\W\d_][^\W\d_'’.\-]*(?:['’.\-][^\W\d_]+)*\.?){0,5}$"
)
_COMPANY: Final = re.compile(
    r"(?i)\b(?:gmbh|ag|kg|ohg|e\.?v\.?|s\.?\s?[al]\.?|s\.?l\.?u\.?|sarl|sas|ltd\.?|limited|inc\.?|llc|plc|"
    r"corp\.?|co\.|company|"
    r"lda\.?|b\.?v\.?|n\.?v\.?|group|holding|bank|hotel|university|school|clinic|hospital)$"
)


def looks_like_names(texts: pd.Series) -> float:
    """Share of the texts that could be names: a few words of letters, no company."""
    if texts.empty:
        return 0.0
    fits = texts.str.match(_LOOKS) & (texts.str.len() <= 60) & ~texts.str.contains(_COMPANY)
    return float(fits.mean())


def hold_first_names(texts: pd.Series) -> float:
    """Share of the texts with a common first name among their words.

    >>> hold_first_names(pd.Series(["Müller, Jürgen", "Maria do Carmo", "Red Shoes", "Paris"]))
    0.5
    """
    if texts.empty:
        return 0.0
    return float(texts.map(lambda text: not FIRST_NAMES.isdisjoint(re.findall(r"[^\W\d_]+", plain(text)))).mean())


def name_confidence(words: str, texts: pd.Series, share_distinct: float) -> tuple[float, str]:
    """How surely a column holds names of people (0: no), and why.

    Parameters
    ----------
    words : str
        The column's name as plain words.
    texts : Series
        Distinct texts, some of them.
    share_distinct : float
        Distinct texts per filled cell.
    """
    looks = looks_like_names(texts)
    if looks < 0.6:
        return 0.0, ""
    if _SURE.search(words):
        return 0.95, "its name says so, and its values look like names"
    if _THING.search(words):
        return 0.0, ""
    known = hold_first_names(texts)
    if _LIKELY.search(words) and (known >= 0.1 or len(texts) < 10):
        return 0.9, "its name says so, and its values look like names"
    if _OPEN.match(words) and known >= 0.2:
        return 0.85, f"{known:.0%} of its values hold a common first name"
    two = float(texts.str.count(" ").between(1, 4).mean())
    if known >= 0.5 and two >= 0.7 and share_distinct >= 0.3 and len(texts) >= 10:
        return 0.75, f"{known:.0%} of its values hold a common first name and another word"
    return 0.0, ""
