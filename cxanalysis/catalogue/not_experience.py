"""Is it a customer-experience metric at all? Stated rules on words of name, formula and definition, with the reason.

A metric of the customer's experience says what customers got, felt or did. What counts sales, costs, reach or the
output of staff may be worth tracking, but it can rise while customers suffer: then it steers the wrong way.

How it is decided: what is counted goes before what it is called. The formula is looked at first, then the definition,
then the name. The first of them that has a rule's word, and no word of a benefit to the customer beside it, decides. A
formula about satisfaction is not turned down because its name mentions sales; a cross-sell rate is, although it is
called "customer experience".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from cxanalysis.catalogue.entry import Entry
from cxanalysis.catalogue.placing import words_of


@dataclass(frozen=True, slots=True)
class ExperienceRule:
    """What is no customer experience: what it `counts`, its words (English, Spanish, German), and `why` not."""

    counts: str
    words: str
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """A rule that holds: where its `word` was found ("formula", "definition" or "name")."""

    rule: ExperienceRule
    word: str
    where: str


RULES: Final = (
    ExperienceRule(
        "what we sell",
        r"cross sell\w*|cross sold|up ?sell\w*|second product line|products? per customer|venta cruzada"
        r"|ventas? adicional\w*|zusatzverkauf\w*|querverkauf\w*|conversion rate|tasa de conversion"
        r"|konversionsrate|win rate|abschlussquote|order value|basket|warenkorb\w*|ticket medio|cesta media"
        r"|sales (?:volume|target|quota)|pipeline|revenue per|ingresos por (?:vendedor|empleado)|umsatz (?:pro"
        r"|je)|ventas por|verkaufe (?:pro|je)"
        r"|leads? (?:won|generated)",
        "It counts what customers buy from us, not what they get from it: it can rise by pressure on them",
    ),
    ExperienceRule(
        "what we spend",
        r"cost per|costs? of (?:sales|acquisition)|acquisition cost|coste? por|costo por|coste de adquisicion"
        r"|kosten (?:pro|je)|akquisekosten|\bcpl\b|\bcpc\b|\bcac\b|\bcpa\b|campaign cost|budget|presupuesto|spend\b"
        r"|cost to serve|gasto\w*",
        "It counts our cost. A lower cost is our benefit, and may be taken from the customer's service",
    ),
    ExperienceRule(
        "whom we reach",
        r"impressions?|clicks?|click through|page views?|visits to the site|followers?|reach\b|open rate|leads?\b"
        r"|impresiones|clics?|seguidores|alcance|tasa de apertura|klicks?|reichweite|offnungsrate|seitenaufrufe"
        r"|\bmql\b|\bsql\b",
        "It counts attention to our advertising, not an experience with us",
    ),
    ExperienceRule(
        "what staff put out",
        r"(?:calls|tickets|contacts|cases) per (?:agent|hour|day)|per (?:rep|agent|employee)|occupancy|utili[sz]ation"
        r"|llamadas por (?:agente|hora)|por (?:agente|empleado|vendedor)|anrufe (?:pro|je)|auslastung|ocupacion"
        r"|(?:pro|je) (?:mitarbeiter|agent|vertreter)\w*|schedule adherence|headcount|plantilla",
        "It counts how much staff get through, not whether customers were helped",
    ),
    ExperienceRule(
        "what we earn",
        r"\bebitda?\b|gross margin|profit\w*|beneficio neto|margen bruto|gewinn\w*|deckungsbeitrag|turnover target"
        r"|market share|cuota de mercado|marktanteil|share price",
        "It counts our result. A good experience may lead to it, but it does not say whether there was one",
    ),
)
#: Words of what customers get, feel or do.
BENEFIT: Final = (
    r"satisf\w*|zufried\w*|recommend\w*|recomend\w*|empfehl\w*|promoters?|effort|esfuerzo|aufwand|ease|easy|facil\w*"
    r"|complain\w*|queja\w*|reclam\w*|beschwerd\w*|wait\w*|espera\w*|wartezeit\w*|resolved|solved|resuel\w*|gelost"
    r"|on time|a tiempo|punktlich|late\b|delay\w*|churn\w*|retention|retencion|customers? (?:lost|left|who left)"
    r"|repeat|wieder|recompra|answers?|respuestas?|antworten|rating|stars|estrellas|sterne|lifetime|\bclv\b|refund\w*"
    r"|failures?|errors?|first contact"
)
#: In this order a metric's texts are asked what it counts.
ORDER: Final = ("formula", "definition", "name")


def verdict(entry: Entry) -> Verdict | None:
    """Why an entry is no customer-experience metric; None where no rule says so.

    Examples
    --------
    >>> found = verdict(Entry("Customer experience score", formula="cross-sold customers / customers"))
    >>> found.word, found.where, found.rule.counts
    ('cross sold', 'formula', 'what we sell')
    >>> verdict(Entry("Satisfaction with our sales team", formula="answers 4 or 5 / answers")) is None
    True
    >>> verdict(Entry("Kosten pro Lead")).rule.counts
    'what we spend'
    """
    for where in ORDER:
        words = words_of(getattr(entry, where))
        if re.search(rf"\b(?:{BENEFIT})", words):
            return None
        for rule in RULES:
            hit = re.search(rf"\b(?:{rule.words})", words)
            if hit:
                return Verdict(rule, hit[0], where)
    return None
