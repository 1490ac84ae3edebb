"""Answers in words, in eight languages: grades that are words of their own, yes and no, no answer.

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
    "neutral|neither|undecided|neither agree nor disagree|neither satisfied nor dissatisfied|"
    "neither good nor poor|neither good nor bad|neither easy nor difficult|neither likely nor unlikely|"
    "indifferent|weder noch|unentschieden|weder zufrieden noch unzufrieden|teils teils|teils/teils|teils, teils|"
    "teils-teils|ni de acuerdo ni en desacuerdo|ni satisfecho ni insatisfecho|indiferente|neutre|"
    "ni d'accord ni pas d'accord|ni satisfait ni insatisfait|ni l'un ni l'autre|neutro|nem concordo nem discordo|"
    "nem satisfeito nem insatisfeito"
)

ANSWER_WORDS: Final = (
    AnswerWords(
        "agreement",
        {
            1: "strongly disagree|completely disagree|totally disagree|disagree strongly|disagree completely|"
            "fully disagree|totalmente en desacuerdo|muy en desacuerdo|completamente en desacuerdo|"
            "stimme uberhaupt nicht zu|stimme gar nicht zu|trifft uberhaupt nicht zu|trifft gar nicht zu|"
            "pas du tout d'accord|tout a fait en desaccord|discordo totalmente|discordo completamente|"
            "discordo plenamente",
            2: "disagree|en desacuerdo|stimme nicht zu|trifft nicht zu|pas d'accord|en desaccord|"
            "plutot pas d'accord|discordo|stimme eher nicht zu|trifft eher nicht zu|mostly disagree|"
            "tend to disagree|algo en desacuerdo",
            2.5: "somewhat disagree|slightly disagree|disagree somewhat|disagree slightly|ligeramente en desacuerdo|"
            "plutot en desaccord|discordo parcialmente|discordo em parte",
            3: _NEITHER,
            3.5: "somewhat agree|slightly agree|agree somewhat|agree slightly|ligeramente de acuerdo|"
            "concordo parcialmente|concordo em parte",
            4: "agree|de acuerdo|stimme zu|trifft zu|d'accord|plutot d'accord|concordo|stimme eher zu|"
            "trifft eher zu|mostly agree|tend to agree|algo de acuerdo",
            5: "strongly agree|completely agree|totally agree|agree strongly|agree completely|fully agree|"
            "totalmente de acuerdo|muy de acuerdo|completamente de acuerdo|stimme voll zu|"
            "stimme voll und ganz zu|stimme vollkommen zu|trifft voll zu|trifft voll und ganz zu|"
            "tout a fait d'accord|concordo totalmente|concordo completamente|concordo plenamente",
        },
        _FIVE_SEVEN,
    ),
    AnswerWords(
        "satisfaction",
        {
            1: "very dissatisfied|extremely dissatisfied|completely dissatisfied|very unsatisfied|very unhappy|"
            "muy insatisfecho|muy insatisfecha|totalmente insatisfecho|sehr unzufrieden|"
            "uberhaupt nicht zufrieden|gar nicht zufrieden|tres insatisfait|tres insatisfaite|"
            "pas du tout satisfait|pas du tout satisfaite|tres mecontent|muito insatisfeito|muito insatisfeita|"
            "totalmente insatisfeito",
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
            2: "slightly important|somewhat unimportant|of little importance|low importance|poco importante|"
            "eher unwichtig|weniger wichtig|peu important|pouco importante",
            3: "moderately important|somewhat important|neutral|moderadamente importante|algo importante|"
            "teils teils|moyennement important|mais ou menos importante|mittel|mittelmassig wichtig|neutro|neutre",
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
            0: "terrible|awful|pesimo|pessimo|katastrophal|verschrikkelijk|okropnie|fatalnie|unacceptable|inaceptable",
            0.1: "horrible",
            1: "very poor|very bad|extremely poor|muy malo|muy mala|muy mal|sehr schlecht|tres mauvais|"
            "tres mauvaise|muito ruim|muito mau|zeer slecht|heel slecht|erg slecht|bardzo zle|bardzo zla|bardzo zly|"
            "molto male|molto scarso|molto cattivo|ungenugend|muy deficiente|very dissatisfying",
            2.2: "poor",
            2: "bad|malo|mala|mal|schlecht|mauvais|mauvaise|ruim|mau|slecht|zle|zla|zly|male|scarso|cattivo|"
            "mangelhaft|deficiente|insufficient|insufficiente|onvoldoende|niedostateczny|unsatisfactory",
            2.4: "mediocre|needs improvement|mierny|below expectations",
            2.5: "below average|unterdurchschnittlich|por debajo de la media|en dessous de la moyenne|"
            "abaixo da media|onder gemiddeld|ponizej sredniej|sotto la media",
            2.6: "ausreichend|dopuszczajacy",
            2.8: "fair|matig|passable",
            3: "average|acceptable|ok|okay|regular|mittelmassig|durchschnittlich|moyen|moyenne|aceptable|razoavel|"
            "neutral|medio|media|gemiddeld|redelijk|srednio|przecietnie|przecietny|discreto|so so|normal|acceptabel|"
            "as expected|meets expectations",
            3.2: "befriedigend|satisfactory|adequate|sufficient|sufficiente|voldoende|dostateczny|dostatecznie|"
            "correct|correcto",
            3.5: "above average|uberdurchschnittlich|por encima de la media|au dessus de la moyenne|acima da media|"
            "boven gemiddeld|powyzej sredniej|sopra la media|above expectations|exceeds expectations",
            4: "good|bueno|buena|bien|gut|bon|bonne|bom|boa|goed|dobrze|dobra|dobry|buono|buona|bene",
            4.6: "great",
            5: "very good|muy bueno|muy buena|muy bien|sehr gut|tres bon|tres bonne|tres bien|muito bom|muito boa|"
            "zeer goed|heel goed|erg goed|bardzo dobrze|bardzo dobra|bardzo dobry|molto buono|molto buona|molto bene|"
            "ottimo",
            6: "excellent|outstanding|exceptional|excelente|ausgezeichnet|hervorragend|otimo|exzellent|uitstekend|"
            "doskonale|doskonaly|doskonala|celujacy|swietnie|swietny|eccellente|excellente|superb|awesome|amazing",
            6.2: "perfect|perfecto|perfekt|parfait|perfeito|perfetto|idealnie",
        },
        (
            (1, 2, 3, 4, 5),
            (2, 3, 4, 5, 6),
            (2, 3, 4, 6),
            (2, 3, 4, 5),
            (1, 2, 3, 4, 6),
            (0, 2, 3, 5, 6),
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
        "favour",
        {
            1: "very unfavorable|very unfavorably|very unfavourable|very unfavourably|muy desfavorable|"
            "tres defavorable|muito desfavoravel",
            2: "unfavorable|unfavorably|unfavourable|unfavourably|desfavorable|defavorable|desfavoravel",
            2.5: "somewhat unfavorable|somewhat unfavorably|somewhat unfavourable|somewhat unfavourably|"
            "mostly unfavorable",
            3: _NEITHER + "|neither favorably nor unfavorably (neutral)|neither favorable nor unfavorable|"
            "neither favorably nor unfavorably|neither favourable nor unfavourable",
            3.5: "somewhat favorable|somewhat favorably|somewhat favourable|somewhat favourably|mostly favorable",
            4: "favorable|favorably|favourable|favourably|favoravel",
            5: "very favorable|very favorably|very favourable|very favourably|muy favorable|"
            "tres favorable|muito favoravel",
        },
        _FIVE_SEVEN,
    ),
    AnswerWords(
        "likelihood",
        {
            1: "very unlikely|extremely unlikely|not at all likely|definitely not|muy improbable|nada probable|"
            "sehr unwahrscheinlich|tres peu probable|muito improvavel|definitivamente no|auf keinen fall|"
            "certainement pas",
            2: "unlikely|probably not|improbable|poco probable|unwahrscheinlich|peu probable|improvavel|"
            "probablemente no|wahrscheinlich nicht|probablement pas|provavelmente nao",
            2.5: "somewhat unlikely|slightly unlikely",
            3: _NEITHER + "|might or might not|possibly|tal vez|vielleicht|peut-etre|talvez",
            3.5: "somewhat likely|slightly likely",
            4: "likely|probably|probable|wahrscheinlich|provavel|probablemente|probablement|provavelmente|probably yes",
            5: "very likely|extremely likely|definitely|muy probable|sehr wahrscheinlich|tres probable|"
            "muito provavel|definitivamente|auf jeden fall|certainement|com certeza|definitely yes",
        },
        _FIVE_SEVEN,
    ),
    AnswerWords(
        "frequency",
        {
            1: "never|nunca|nie|niemals|jamais|nooit|nigdy|mai",
            1.6: "hardly ever|almost never|very rarely|casi nunca|fast nie|presque jamais|quase nunca|bijna nooit|"
            "prawie nigdy|quasi mai",
            2: "rarely|seldom|rara vez|raramente|selten|rarement|zelden|rzadko",
            3: "sometimes|occasionally|about half the time|a veces|algunas veces|de vez en cuando|ocasionalmente|"
            "manchmal|gelegentlich|ab und zu|parfois|quelquefois|de temps en temps|as vezes|algumas vezes|soms|"
            "af en toe|czasami|czasem|od czasu do czasu|a volte|qualche volta|talvolta",
            4: "often|frequently|a menudo|con frecuencia|frecuentemente|oft|haufig|souvent|frequemment|"
            "frequentemente|muitas vezes|vaak|regelmatig|czesto|spesso",
            4.3: "usually|mostly|most of the time|meistens|la plupart du temps|na maioria das vezes|meestal|zwykle|"
            "di solito|generalmente|normalmente",
            4.5: "very often|very frequently|muy a menudo|sehr oft|sehr haufig|tres souvent|muito frequentemente|"
            "heel vaak|zeer vaak|bardzo czesto|molto spesso",
            4.7: "almost always|casi siempre|fast immer|presque toujours|quase sempre|bijna altijd|prawie zawsze|"
            "quasi sempre",
            5: "always|all the time|siempre|immer|toujours|sempre|altijd|zawsze",
        },
        ((1, 2, 3, 4, 5), (1, 3, 4, 5), (1, 2, 3, 4), (1, 3, 5)),
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


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split("|"))


YES: Final = _set(
    "1|checked|j|ja|o|oui|s|selected|si|sim|tak|ticked|true|vero|waar|prawda|verdadeiro|verdadero|vrai|wahr|x|y|yes|✓|✔"
)
NO: Final = _set(
    "0|falsch|false|falso|falsz|faux|n|nao|nee|nein|nie|no|non|not checked|not selected|onwaar|unchecked|✗"
)
#: Words that say in so many words that there is no answer.
NO_ANSWER: Final = _set(
    "#n/a|#na|(blank)|unfamiliar (n/a)|-|--|---|<na>|?|blank|"
    "can't say|cannot say|declined|did not use|dk|dk/na|dk/nr|dk/ref|"
    "do not know|does not apply|doesn't apply|don't know|don't know / refused|don't know or refuse|"
    "don't know/refused|dont know|entfallt|i don't know|je ne sais pas|k. a|k.a|ka|kann ich nicht beurteilen|"
    "keine angabe|keine angaben|keine antwort|missing|n / a|n.a|n/a|n/c|na|nan|nao respondeu|nao sabe|"
    "nao se aplica|nao sei|nc|ne sait pas|ne se prononce pas|never used|nicht beurteilbar|nicht zutreffend|"
    "no answer|no aplica|no contesta|no reply|no responde|no response|no sabe|no sabe/no contesta|no se|"
    "non applicable|non concerne|not answered|not applicable|not asked|not available|not rated|"
    "not sure/don't know|nr|ns|ns/nc|ns/nr|nsp|null|pas de reponse|prefer not to answer|prefer not to disclose|"
    "prefer not to say|prefiero no decir|prefiero no responder|prefiro nao dizer|prefiro nao responder|refuse|"
    "refused|sans objet|sans reponse|sem resposta|sin datos|sin respuesta|unanswered|weiss ich nicht|weiss nicht|"
    "nie wiem|nie dotyczy|brak odpowiedzi|trudno ocenic|odmowa odpowiedzi|weet niet|weet ik niet|niet van toepassing|"
    "n.v.t|nvt|geen antwoord|geen mening|non so|non applicabile|nessuna risposta|preferisco non rispondere|"
    "wil niet zeggen|keine meinung|no opinion|sans opinion|sin opinion|sem opiniao|unable to rate|cannot rate|"
    "not offered|no response given|don't remember|haven't used|have not used|did not respond|"
    "not sure / don't know|don't know/no answer|don't know / no answer|unanswered question|"
    "–|—"
)
#: Of these, abbreviations that are names of other things too: sure only in ratings, yes/no columns and numbers.
SHORT_NO_ANSWER: Final = _set("?|dk|ka|nc|nr|ns|nsp")
#: Of these, words that are groups of their own where a column holds a status or an outcome.
OUTCOME_WORDS: Final = _set(
    "no response|not answered|unanswered|no reply|missing|refused|refuse|declined|not available|did not use|"
    "never used|not rated|not asked|no contesta|no responde|nao respondeu|pas de reponse|keine antwort"
)
#: Words that may mean "no answer", or may be one.
PERHAPS_NO_ANSWER: Final = _set(
    "aucun|aucune|desconhecido|desconocido|inconnu|kein kommentar|keine|nada|nenhum|nenhuma|nichts|nil|ninguna|"
    "ninguno|no comment|no comments|none|not sure|nothing|other/unknown|rien|sem comentarios|sin comentarios|"
    "unbekannt|undefined|unknown|unsure"
)
#: Of these, words that beside a number ("0 - Unknown") or among grades are no grade.
UNKNOWN: Final = _set(
    "desconhecido|desconocido|inconnu|not sure|other/unknown|unbekannt|undefined|unknown|unsure|nieznane|onbekend|"
    "sconosciuto|not known|weiss noch nicht|no idea"
)
#: Words of help desks for a question that was not asked, or asked and not answered.
NOT_ASKED: Final = _set(
    "offered|unoffered|not offered|pending|received|no feedback|not received|awaiting response|expired"
)
#: A text longer than this is none of the words for "no answer", however it is written: accents may double its letters.
LONGEST_WORD: Final = 2 * max(map(len, NO_ANSWER | SHORT_NO_ANSWER | OUTCOME_WORDS | PERHAPS_NO_ANSWER))
