"""The words answers are graded with, in English, Spanish, German, French, Portuguese, Dutch, Polish and Italian.

A grade is mostly a word for what is graded ("satisfied") and another for how much ("very", "not at all"). Both are
listed here; `word_grades` puts them together. All words are as `cell_text.plain` gives them, without gender.
"""

from __future__ import annotations

from typing import Final

#: What is graded → words of the good end, words of the bad end.
BASES: Final = {
    "satisfaction": (
        "satisfied|happy|pleased|content|contented|delighted|satisfecho|satisfecha|contento|contenta|feliz|zufrieden|"
        "satisfait|satisfaite|contente|heureux|heureuse|satisfeito|satisfeita|tevreden|zadowolony|zadowolona|"
        "zadowoleni|soddisfatto|soddisfatta|soddisfatti|satisfy",
        "dissatisfied|unsatisfied|unhappy|disappointed|displeased|insatisfecho|insatisfecha|descontento|descontenta|"
        "unzufrieden|insatisfait|insatisfaite|mecontent|mecontente|insatisfeito|insatisfeita|descontente|ontevreden|"
        "niezadowolony|niezadowolona|niezadowoleni|insoddisfatto|insoddisfatta|insoddisfatti",
    ),
    "agreement": (
        "agree|agrees|de acuerdo|stimme zu|trifft zu|stimmt|d'accord|en accord|concordo|mee eens|eens|zgadzam|"
        "d'accordo|in accordo",
        "disagree|disagrees|en desacuerdo|stimme nicht zu|trifft nicht zu|stimmt nicht|pas d'accord|en desaccord|"
        "discordo|mee oneens|oneens|nie zgadzam|in disaccordo|non d'accordo",
    ),
    "likelihood": (
        "likely|probable|wahrscheinlich|provavel|waarschijnlijk|prawdopodobne|prawdopodobnie|probabile",
        "unlikely|improbable|unwahrscheinlich|improvavel|onwaarschijnlijk|nieprawdopodobne|malo prawdopodobne|"
        "improbabile",
    ),
    "ease": (
        "easy|facil|einfach|leicht|facile|makkelijk|gemakkelijk|latwe|latwo|latwy|simple|easily",
        "difficult|hard|dificil|schwierig|schwer|difficile|moeilijk|lastig|trudne|trudno|trudny",
    ),
    "importance": (
        "important|importante|wichtig|belangrijk|wazne|wazny|wazna",
        "unimportant|unwichtig|onbelangrijk|niewazne|niewazny",
    ),
    "favour": (
        "favorable|favorably|favourable|favourably|favoravel|gunstig|favorevole|przychylny",
        "unfavorable|unfavorably|unfavourable|unfavourably|desfavorable|defavorable|desfavoravel|ungunstig|"
        "sfavorevole|nieprzychylny",
    ),
    "use": (
        "helpful|useful|util|hilfreich|nutzlich|utile|nuttig|behulpzaam|przydatne|przydatny|pomocny|pomocne",
        "unhelpful|useless|inutil|nutzlos|inutile|nutteloos|nieprzydatne|nieprzydatny",
    ),
    "yes or no": (
        "yes|si|ja|oui|sim|tak",
        "no|nein|non|nao|nee|nie",
    ),
}

#: How much → the words for it; the number is how far from the middle the answer lies.
HOW_MUCH: Final = {
    2.3: "completely|totally|fully|absolutely|entirely|totalmente|completamente|plenamente|absolutamente|vollkommen|"
    "vollig|voll|voll und ganz|absolut|tout a fait|totalement|entierement|completement|helemaal|volledig|geheel|"
    "calkowicie|w pelni|pienamente|del tutto|definitely|sicher|auf jeden fall|seguro|certainement|zeker",
    2.2: "extremely|exceptionally|extremadamente|sumamente|ausserst|extrem|extremement|extremamente|uiterst|"
    "niezwykle|estremamente|incredibly",
    2.0: "very|highly|strongly|really|muy|sehr|tres|muito|zeer|erg|heel|bardzo|molto|fortemente|fuertemente|"
    "zdecydowanie|fortement|sterk|stark|firmemente",
    0.8: "fairly|quite|mostly|largely|generally|rather|bastante|mayormente|ziemlich|uberwiegend|weitgehend|eher|"
    "plutot|assez|tamelijk|vrij|redelijk|grotendeels|eerder|raczej|dosc|abbastanza|piuttosto|tend to|probably|"
    "wahrscheinlich|probablement|probablemente|provavelmente|waarschijnlijk|prawdopodobnie|probabilmente",
    0.6: "moderately|moderadamente|massig|mittelmassig|moderement|moyennement|matig|umiarkowanie|moderatamente|"
    "reasonably|razonablemente|mediamente|parcialmente|teilweise|partiellement|em parte|en partie|partly|partially",
    0.5: "somewhat|algo|etwas|enigszins|nieco|in parte",
    0.3: "slightly|a little|a bit|little bit|ligeramente|un poco|leicht|ein bisschen|ein wenig|un peu|um pouco|"
    "ligeiramente|een beetje|troche|un po'|un po|leggermente|legerement",
}

#: Words that say the opposite of a good word: not at all, not, hardly.
DENIED: Final = {
    2.0: "not at all|not in the least|nada|nada de|en absoluto|uberhaupt nicht|gar nicht|pas du tout|nem um pouco|"
    "nao nada|de modo algum|helemaal niet|totaal niet|wcale nie|zupelnie nie|w ogole nie|w ogole|per niente|"
    "per nulla|affatto|niente affatto|not even slightly|absolutely not|definitely not|niente",
    1.0: "not|no|nicht|pas|nao|niet|nie|non|in no way|un",
    0.5: "not so|not very|not too|not really|not particularly|hardly|barely|no muy|poco|nicht sehr|nicht so|weniger|"
    "wenig|kaum|pas tres|pas vraiment|peu|pouco|nao muito|niet zo|niet erg|weinig|nauwelijks|nie bardzo|malo|"
    "niezbyt|non molto|only slightly|of little|low|probably not",
}

#: Words that begin or stand within a grade and say nothing about it.
FILLERS: Final = (
    "i am|i'm|i was|i|we are|was|estoy|ich bin|bin|je suis|j'etais|estou|ik ben|ben|jestem|sono|sie|dem|it was|it is|"
    "is|es|est|e|het|ist|war|with it|with this|overall"
)

#: Words that lie in the middle whatever is graded.
MIDDLE: Final = (
    "neutral|neither|undecided|indifferent|neither nor|neutro|neutra|neutre|neutraal|neutrale|neutralnie|neutralny|"
    "indiferente|weder noch|weder/noch|unentschieden|teils teils|teils/teils|teils, teils|teils-teils|teilweise|"
    "ni l'un ni l'autre|gemischt|mixed|so so|so-so|trudno powiedziec|ani tak ani nie|obojetnie|indifferente|"
    "noch het een noch het ander|niet eens niet oneens|niet eens/niet oneens|might or might not|possibly|maybe|"
    "tal vez|vielleicht|peut-etre|talvez|misschien|moze|forse"
)
#: Pairs of words that deny both ends: "neither … nor …".
NEITHER_NOR: Final = (
    ("neither", "nor"),
    ("neither", "or"),
    ("not", "nor"),
    ("weder", "noch"),
    ("ni", "ni"),
    ("nem", "nem"),
    ("ani", "ani"),
    ("noch", "noch"),
    ("ne", "ne"),
    ("niet", "niet"),
    ("not", "not"),
)
