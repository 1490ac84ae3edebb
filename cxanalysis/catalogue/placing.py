"""Where a metric belongs, told from its words: the branch of the tree, the element, and the good end.

What is told so is a proposal: it is shown as one, and a person's choice goes before it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from cxanalysis.catalogue.entry import Entry
from cxanalysis.columns.cell_text import name_words

#: Words (English, Spanish, German; without accents) → branch, element. The first that fits counts: narrow ones first.
_PLACES: Final[tuple[tuple[str, str, str | None], ...]] = (
    (r"complain|quej|reclam|beschwerde|claim rate|reklamation", "satisfaction", "dissatisfaction points"),
    (r"failure|late|delay|defect|error|fehler|retras|verspat|damag|return rate|retour|incidenc|punctual|on time"
     r"|puntual|a tiempo|punktlich|correct|korrigier", "satisfaction", "dissatisfaction points"),
    (r"unmet|wish|suggest|sugerenc|wunsch|necesidades", "satisfaction", "unmet needs"),
    (r"importance|importancia|wichtigkeit|driver", "satisfaction", "importance of dissatisfaction points"),
    (r"improv|mejora|verbesser", "satisfaction", "areas for improvement"),
    (r"\bnps\b|promot|recom|empfehl|advoca|referr|review|resen|bewertung im netz|\bsterne\b|stars?\b", "advocacy",
     "attitudes"),
    (r"churn|retention|renew|repeat|loyal|abwander|kundigung|treue|fidel|recompra|retenc|abandono|\bbajas\b|active"
     r"|wiederkauf|\bmau\b", "loyalty", None),
    (r"lifetime|\bclv\b|\bltv\b|valor del cliente|kundenwert|revenue|ingres|umsatz|sell|venta|verkauf|cost|coste|kosten"
     r"|acquisition|margin|margen|\bcac\b", "value", None),
    (r"effort|\bces\b|esfuerzo|aufwand|ease|facil|first contact|\bfcr\b|primer contacto|erstlosung|resolution|resoluc"
     r"|losung|handle|wait|espera|warte|\baht\b|response time", "satisfaction", "dissatisfaction points"),
    (r"rating|attribute|quality|calidad|qualitat|delivery|entrega|liefer|price|precio|preis", "satisfaction",
     "desired attributes"),
    (r"csat|satisf|zufried|happy|mood|attitud|experience|experiencia|erlebnis", "satisfaction", "attitudes"),
)  # fmt: skip
#: Words of metrics of which less is better.
_LOW_IS_GOOD: Final = (
    r"complain|quej|reclam|beschwerde|reklamation|churn|abwander|kundigung|abandono|\bbajas\b|failure|late\b|delay"
    r"|retras|verspat|defect|error|fehler|return rate|retour|handle|\baht\b|wait|espera|warte|resolution time|cost"
    r"|coste|kosten|dissatisf|unzufried|insatisf|tiempo de|dauer|second contact"
)


def words_of(*texts: str) -> str:
    """Texts as plain words for matching: small letters, no accents, no signs.

    Examples
    --------
    >>> words_of("Índice de Satisfacción", "Kündigung")
    'indice de satisfaccion kundigung'
    """
    return " ".join(name_words(text) for text in texts if text)


def placed(entry: Entry) -> Entry:
    """The entry with branch and element proposed from its words, where a person has not chosen.

    Examples
    --------
    >>> entry = placed(Entry("Tasa de reclamaciones"))
    >>> entry.branch, entry.element, entry.direction
    ('satisfaction', 'dissatisfaction points', 'low')
    """
    for words in (words_of(entry.name), words_of(entry.definition, entry.formula)):
        found = next((place for place in _PLACES if re.search(place[0], words)), None)
        if found is not None:
            branch, element = entry.branch or found[1], entry.element or found[2]
            direction = "low" if re.search(_LOW_IS_GOOD, words_of(entry.name)) else entry.direction
            return replace(entry, branch=branch, element=element, direction=direction)
    return entry
