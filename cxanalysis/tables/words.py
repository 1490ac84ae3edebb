"""Words of questionnaires in English, Spanish, German, French and Portuguese: answers that are grades, yes or no, or none.

All words are as `cell_text.plain` gives them: lower case, without accents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class AnswerWords:
    """Words that grade something, from low to high.

    Attributes
    ----------
    name : str
        What they grade: "agreement", "satisfaction"…
    grades : mapping of grade → words
        A word's place from low to high; places between whole numbers belong to longer scales.
    ladders : tuple of tuple of float
        Scales in use, as the grades they offer, shortest first. Answers are numbered 1, 2, 3… along the ladder.
    """

    name: str
    grades: Mapping[float, str]
    ladders: tuple[tuple[float, ...], ...]

    def grade_of(self) -> dict[str, float]:
        """Word → grade."""
        return {word: grade for grade, words in self.grades.items() for word in words.split("|")}


_FIVE_SEVEN: Final = (
    (1, 2, 3, 4, 5),
    (1, 2.5, 3, 3.5, 5),
    (1, 2, 4, 5),
    (1, 2.5, 3.5, 5),
    (1, 2, 2.5, 3.5, 4, 5),
    (1, 2, 2.5, 3, 3.5, 4, 5),
)
_NEITHER: Final = (
    "neutral|neither|undecided|neither agree nor disagree|neither satisfied nor dissatisfied|neither good nor poor|"
    "neither good nor bad|neither easy nor difficult|neither likely nor unlikely|indifferent|weder noch|unentschieden|"
    "weder zufrieden noch unzufrieden|teils teils|teils/teils|teils, teils|teils-teils|ni de acuerdo ni en desacuerdo|ni satisfecho ni insatisfecho|"
    "indiferente|neutre|ni d'accord ni pas d'accord|ni satisfait ni insatisfait|ni l'un ni l'autre|neutro|"
    "nem concordo nem discordo|nem satisfeito nem insatisfeito"
)

ANSWER_WORDS: Final = (
    AnswerWords(
        "agreement",
        {
            1: "strongly disagree|completely disagree|totally disagree|disagree strongly|disagree completely|fully disagree|"
            "totalmente en desacuerdo|muy en desacuerdo|completamente en desacuerdo|stimme uberhaupt nicht zu|"
            "stimme gar nicht zu|trifft uberhaupt nicht zu|trifft gar nicht zu|pas du tout d'accord|tout a fait en desaccord|discordo totalmente|"
            "discordo completamente|discordo plenamente",
            2: "disagree|en desacuerdo|stimme nicht zu|trifft nicht zu|pas d'accord|en desaccord|plutot pas d'accord|"
            "discordo|stimme eher nicht zu|trifft eher nicht zu|mostly disagree|tend to disagree|algo en desacuerdo",
            2.5: "somewhat disagree|slightly disagree|disagree somewhat|disagree slightly|ligeramente en desacuerdo|"
            "plutot en desaccord|discordo parcialmente|discordo em parte",
            3: _NEITHER,
            3.5: "somewhat agree|slightly agree|agree somewhat|agree slightly|ligeramente de acuerdo|"
            "concordo parcialmente|concordo em parte",
            4: "agree|de acuerdo|stimme zu|trifft zu|d'accord|plutot d'accord|concordo|stimme eher zu|trifft eher zu|"
            "mostly agree|tend to agree|algo de acuerdo",
            5: "strongly agree|completely agree|totally agree|agree strongly|agree completely|fully agree|"
            "totalmente de acuerdo|muy de acuerdo|completamente de acuerdo|stimme voll zu|stimme voll und ganz zu|"
            "stimme vollkommen zu|trifft voll zu|trifft voll und ganz zu|tout a fait d'accord|concordo totalmente|"
            "concordo completamente|concordo plenamente",
        },
        _FIVE_SEVEN,
    ),
    AnswerWords(
        "satisfaction",
        {
            1: "very dissatisfied|extremely dissatisfied|completely dissatisfied|very unsatisfied|very unhappy|"
            "muy insatisfecho|muy insatisfecha|totalmente insatisfecho|sehr unzufrieden|uberhaupt nicht zufrieden|"
            "gar nicht zufrieden|tres insatisfait|tres insatisfaite|pas du tout satisfait|pas du tout satisfaite|"
            "tres mecontent|muito insatisfeito|muito insatisfeita|totalmente insatisfeito",
            2: "dissatisfied|unsatisfied|unhappy|insatisfecho|insatisfecha|unzufrieden|nicht zufrieden|insatisfait|"
            "insatisfaite|pas satisfait|mecontent|insatisfeito|insatisfeita|poco satisfecho|peu satisfait|"
            "pouco satisfeito|eher unzufrieden|weniger zufrieden|plutot insatisfait|algo insatisfecho",
            2.5: "somewhat dissatisfied|slightly dissatisfied|somewhat unsatisfied|rather dissatisfied|"
            "ligeramente insatisfecho|um pouco insatisfeito",
            3: _NEITHER,
            3.5: "somewhat satisfied|slightly satisfied|rather satisfied|ligeramente satisfecho|um pouco satisfeito",
            4: "satisfied|happy|satisfecho|satisfecha|zufrieden|satisfait|satisfaite|content|satisfeito|satisfeita|"
            "eher zufrieden|plutot satisfait|algo satisfecho|mostly satisfied",
            5: "very satisfied|extremely satisfied|completely satisfied|very happy|muy satisfecho|muy satisfecha|"
            "totalmente satisfecho|sehr zufrieden|vollkommen zufrieden|ausserst zufrieden|tres satisfait|"
            "tres satisfaite|tout a fait satisfait|muito satisfeito|muito satisfeita|totalmente satisfeito",
        },
        _FIVE_SEVEN,
    ),
    AnswerWords(
        "importance",
        {
            1: "unimportant|not important|not at all important|nada importante|sin importancia|unwichtig|"
            "vollig unwichtig|uberhaupt nicht wichtig|gar nicht wichtig|pas du tout important|pas important|"
            "sem importancia",
            2: "slightly important|somewhat unimportant|of little importance|low importance|poco importante|eher unwichtig|weniger wichtig|"
            "peu important|pouco importante",
            3: "moderately important|somewhat important|neutral|moderadamente importante|algo importante|teils teils|"
            "moyennement important|mais ou menos importante|mittel|mittelmassig wichtig|neutro|neutre",
            4: "important|importante|wichtig|eher wichtig|plutot important",
            5: "very important|muy importante|sehr wichtig|tres important|muito importante",
            6: "extremely important|essential|extremadamente importante|ausserst wichtig|extremement important|"
            "extremamente importante",
        },
        ((1, 2, 3, 4, 5), (1, 2, 3, 5, 6), (1, 2, 4, 5), (1, 2, 3, 4, 5, 6)),
    ),
    AnswerWords(
        "quality",
        {
            0: "terrible|awful|pesimo|pessimo|katastrophal",
            1: "very poor|very bad|extremely poor|muy malo|muy mala|muy mal|sehr schlecht|tres mauvais|tres mauvaise|"
            "muito ruim|muito mau",
            2: "poor|bad|below average|malo|mala|mal|schlecht|mauvais|mauvaise|ruim|mau",
            3: "fair|average|acceptable|ok|okay|regular|mittelmassig|durchschnittlich|befriedigend|moyen|moyenne|"
            "aceptable|razoavel|neutral|ausreichend",
            4: "good|above average|bueno|buena|bien|gut|bon|bonne|bom|boa",
            5: "very good|muy bueno|muy buena|muy bien|sehr gut|tres bon|tres bonne|muito bom|muito boa",
            6: "excellent|outstanding|exceptional|excelente|ausgezeichnet|hervorragend|otimo|exzellent",
        },
        (
            (1, 2, 3, 4, 5),
            (2, 3, 4, 5, 6),
            (2, 3, 4, 6),
            (2, 3, 4, 5),
            (1, 2, 3, 4, 6),
            (0, 2, 3, 4, 6),
            (1, 2, 3, 4, 5, 6),
        ),
    ),
    AnswerWords(
        "ease",
        {
            1: "very difficult|extremely difficult|very hard|muy dificil|sehr schwierig|sehr schwer|tres difficile|"
            "muito dificil",
            2: "difficult|hard|dificil|schwierig|schwer|difficile|eher schwierig|plutot difficile|algo dificil",
            2.5: "somewhat difficult|slightly difficult|fairly difficult",
            3: _NEITHER,
            3.5: "somewhat easy|slightly easy|fairly easy",
            4: "easy|facil|einfach|leicht|facile|eher einfach|plutot facile|algo facil",
            5: "very easy|extremely easy|muy facil|sehr einfach|sehr leicht|tres facile|muito facil",
        },
        _FIVE_SEVEN,
    ),
    AnswerWords(
        "likelihood",
        {
            1: "very unlikely|extremely unlikely|not at all likely|definitely not|muy improbable|nada probable|sehr unwahrscheinlich|"
            "tres peu probable|muito improvavel|definitivamente no|auf keinen fall|certainement pas",
            2: "unlikely|probably not|improbable|poco probable|unwahrscheinlich|peu probable|improvavel|"
            "probablemente no|wahrscheinlich nicht|probablement pas|provavelmente nao",
            2.5: "somewhat unlikely|slightly unlikely",
            3: _NEITHER + "|might or might not|possibly|tal vez|vielleicht|peut-etre|talvez",
            3.5: "somewhat likely|slightly likely",
            4: "likely|probably|probable|wahrscheinlich|provavel|probablemente|probablement|provavelmente|probably yes",
            5: "very likely|extremely likely|definitely|muy probable|sehr wahrscheinlich|tres probable|muito provavel|"
            "definitivamente|auf jeden fall|certainement|com certeza|definitely yes",
        },
        _FIVE_SEVEN,
    ),
)

#: Words that grade only where the name asks for satisfaction; elsewhere they are just groups.
LEVEL_WORDS: Final = AnswerWords(
    "level",
    {
        1: "low|bajo|baja|niedrig|gering|faible|bas|baixo|baixa",
        2: "medium|moderate|middle|medio|media|mittel|moyen|moyenne|medio",
        3: "high|alto|alta|hoch|eleve|elevee|haut",
    },
    ((1, 2, 3),),
)

YES: Final = frozenset(
    [
        "yes",
        "y",
        "si",
        "s",
        "ja",
        "j",
        "oui",
        "o",
        "sim",
        "true",
        "wahr",
        "vrai",
        "verdadero",
        "verdadeiro",
        "x",
        "checked",
        "selected",
        "ticked",
        "1",
    ]
)
NO: Final = frozenset(
    [
        "no",
        "n",
        "nein",
        "non",
        "nao",
        "false",
        "falsch",
        "faux",
        "falso",
        "unchecked",
        "not selected",
        "not checked",
        "0",
    ]
)

#: Words that say in so many words that there is no answer.
NO_ANSWER: Final = frozenset(
    [
        "n/a",
        "na",
        "n.a",
        "#n/a",
        "#na",
        "n / a",
        "null",
        "<na>",
        "nan",
        "-",
        "--",
        "---",
        "–",
        "—",
        "?",
        "blank",
        "(blank)",
        "no answer",
        "no response",
        "not answered",
        "unanswered",
        "no reply",
        "missing",
        "refused",
        "refuse",
        "declined",
        "prefer not to say",
        "prefer not to answer",
        "prefer not to disclose",
        "don't know",
        "dont know",
        "do not know",
        "i don't know",
        "don't know or refuse",
        "don't know/refused",
        "don't know / refused",
        "dk",
        "dk/na",
        "dk/nr",
        "dk/ref",
        "not sure/don't know",
        "can't say",
        "cannot say",
        "does not apply",
        "doesn't apply",
        "not applicable",
        "not available",
        "did not use",
        "never used",
        "not rated",
        "not asked",
        "keine angabe",
        "keine angaben",
        "k.a",
        "k. a",
        "ka",
        "weiss nicht",
        "weiss ich nicht",
        "keine antwort",
        "nicht zutreffend",
        "nicht beurteilbar",
        "kann ich nicht beurteilen",
        "entfallt",
        "sin respuesta",
        "no contesta",
        "no responde",
        "ns/nc",
        "ns",
        "nc",
        "nr",
        "no sabe",
        "no se",
        "no sabe/no contesta",
        "no aplica",
        "n/c",
        "prefiero no decir",
        "prefiero no responder",
        "sin datos",
        "sans reponse",
        "pas de reponse",
        "ne sait pas",
        "ne se prononce pas",
        "nsp",
        "je ne sais pas",
        "sans objet",
        "non applicable",
        "non concerne",
        "sem resposta",
        "nao respondeu",
        "ns/nr",
        "nao sei",
        "nao sabe",
        "nao se aplica",
        "prefiro nao responder",
        "prefiro nao dizer",
    ]
)
#: Of these, abbreviations that are names of other things too: sure only in ratings, yes/no columns and numbers.
SHORT_NO_ANSWER: Final = frozenset(["dk", "ka", "ns", "nc", "nr", "na", "nsp", "?"]) - {"na"}
#: Words that may mean "no answer", or may be one.
PERHAPS_NO_ANSWER: Final = frozenset(
    [
        "none",
        "nil",
        "nothing",
        "unknown",
        "other/unknown",
        "not sure",
        "unsure",
        "keine",
        "nichts",
        "unbekannt",
        "ninguno",
        "ninguna",
        "nada",
        "desconocido",
        "aucun",
        "aucune",
        "rien",
        "inconnu",
        "nenhum",
        "nenhuma",
        "desconhecido",
        "no comment",
        "no comments",
        "sin comentarios",
        "kein kommentar",
        "sem comentarios",
        "undefined",
    ]
)

#: What a column's name says about its role. Words are whole words unless they end in `*`.
NAME_WORDS: Final[Mapping[str, str]] = {
    "recommend": "recommend*|nps|ltr|promoter*|empfehl*|weiterempfehl*|recomend*|recomand*|recommand*|net promoter",
    "overall": "overall|whole|global|general|gesamt*|insgesamt|en general|au global|geral|all|en conjunto|generale",
    "satisfaction": "satisf*|csat|zufried*|kundenzufried*|sat|cusa|happy|happiness|glucklich*",
    "effort": "effort*|ces|aufwand|muhe|anstrengung|esfuerzo*|esforco*",
    "easy": "easy|ease|easily|einfach|leicht|facil|facile|facilement|facilidad*|facilite|facilidade",
    "rating": "rating*|you rate|please rate|rated|score*|stars|grade|bewertung*|calificacion*|puntuacion*|nota|avaliacao|evaluation*|quality",
    "due": "due|promised|promise|deadline|sla|estimated|expected|fallig*|zugesagt*|echeance|prevista|previsto|"
    "vencimiento|promis|prometida|prometido|liefertermin|vence",
    "closed": "closed|close|resolved|solved|delivered|completed|finished|ended|end|churned|churn|cancelled|canceled|"
    "cancellation|left|gelost*|erledigt*|geschlossen*|geliefert*|kundigung|cerrad*|resuelt*|entregad*|entrega|"
    "baja|cloture*|resolu*|livre|livraison|fechad*|resolvid*|entregue|arrived|shipped|returned at",
    "date": "date|datum|fecha|data|day|timestamp|time|at|when|answered|submitted|created|opened|recorded|received|sent|"
    "created at|zeitpunkt|dia|jour|tag",
    "customer": "customer*|client*|account|user*|member*|patient*|guest*|subscriber*|kunde*|kundennummer|kundennr|"
    "cliente*|utilisateur*|usuario*|kd nr|respondent*|contact id|passenger*|shopper*|buyer*|household*",
    "order": "order*|invoice*|booking*|shipment*|delivery|auftrag*|bestell*|rechnung*|pedido*|factura*|commande*|facture*|"
    "encomenda*|fatura*|reservation*|visit*",
    "id": "id|ids|nr|no|num|number|key|uuid|guid|ref|reference|code|rownames|row|index|respnum|nummer|numero|identifier|"
    "responseid|respondentid|ticket|case",
    "code": "code|codes|pin|zip|postal|postcode|plz|cp|sku|cod|kode",
    "category": "segment*|market*|channel*|region*|country|land|pais|pays|state|city|gender|sex|geschlecht|genero|sexe|sexo|"
    "age|alter|edad|idade|income|education|occupation|lang|language|sprache|idioma|langue|type|kind|category|"
    "categor*|kategorie|group|gruppe|grupo|groupe|status|reason|team|department|dept|store|filiale|strata|peak|method|"
    "source|site|brand|product*|plan|tier|class|day|weekday|month|quarter|term|area|provider|location|category code",
    "number": "count|number|nr|anzahl|size|quantity|qty|minutes|seconds|hours|days|duration|length|wait|years|visits|"
    "orders|items|cantidad|numero|nombre de|quantite|quantidade|dauer|menge|minuten|sekunden|tage|times|distance|"
    "frequency|nb|nbr|percent*|pct|prct|rate|share|howlong|stock|age|tenure|handle*|talk|hold|wrap",
    "amount": "price*|amount*|revenue*|cost*|value*|spend*|spent|sales|total|umsatz|betrag|preis*|kosten|importe|precio|precios|coste*|"
    "costo*|montant|prix|valor|preco|precos|custo*|eur|usd|gbp|euro*|dollar*|charge*|fee|fees|refund*|margin|freight|paid|"
    "payment value|gasto*|ventas|monto",
    "weight": "weight|weights|wgt|wt|gewicht|gewichtung|ponderacion|ponderation|ponderacao|poids",
    "count_weight": "freq|frequency|count|n|haufigkeit|anzahl|frecuencia|effectif",
    "text": "comment*|review*|verbatim*|text*|content|feedback|remark*|kommentar*|bemerkung*|comentario*|commentaire*|"
    "why|reason*|message|description|note|notes|opinion|opinions|suggestion*|improve*|open|other|warum|por que|pourquoi|"
    "porque|grund|motivo*|raison*|razon*",
    "private": "email*|mail|e mail|phone*|telephone|telefon*|telefono|ip|ipaddress|ip address|firstname|lastname|"
    "first name|last name|surname|latitude|longitude|lat|lon|lng|address|adresse|direccion|recipient*|author|vorname|"
    "nachname|apellido*|url|link|links|website|geolocation|ip adresse",
}
