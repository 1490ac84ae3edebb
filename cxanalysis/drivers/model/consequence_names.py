"""What the words of a column's name say about when it came to be: after the outcome, or out of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from cxanalysis.columns.cell_text import name_words


class Sign(StrEnum):
    """Why a name makes one think of a consequence; the value finishes "its name says …"."""

    ANSWER_KEY = "that it holds the answer itself"
    REASON = "that it gives the reason of the outcome, which is asked afterwards"
    PREDICTION = "that it was predicted, from the outcome or for it"
    REMEDY = "that it is what was done about it afterwards"
    VOTES = "that it counts what others thought of the answer"
    SENTIMENT = "that it was read out of the answer"


#: Sign → words of a name, in English, German, Spanish, French and Portuguese. A word is whole unless it ends in `*`.
WORDS: Final[Mapping[Sign, str]] = {
    Sign.ANSWER_KEY: "true|actual|gold|label|target|ground truth|y true|answer key|zielwert|objetivo|cible|alvo",
    Sign.REASON: "reason*|grund|grunde|kundigungsgrund|abgangsgrund|cause|motiv*|razon*|raison*|razao|causa",
    Sign.PREDICTION: "score|risk|probability|propensity|predict*|forecast|likelihood|prob|risiko|wahrscheinlichkeit|"
    "vorhersage|prognose|riesgo|probabilidad*|prediccion|pronostico|risque|probabilite|prevision|risco|previsao",
    Sign.REMEDY: "reopen*|refund*|compensat*|voucher|goodwill|win back|winback|retention offer|wiedereroffnet*|"
    "ruckerstatt*|erstattet|erstattung|kulanz|gutschrift|reabiert*|reembols*|compensacion|rouvert*|rembours*|"
    "dedommagement|reabert*|compensacao",
    Sign.VOTES: "votes|upvotes|downvotes|helpful*|likes|thumbs|stimmen|hilfreich*|votos|utiles|voix|curtidas",
    Sign.SENTIMENT: "sentiment*|polarity|emotion*|mood|stimmung|polaritat|sentimient*|polaridad|humeur|polarite|"
    "sentimento*|polaridade",
}
_PATTERNS: Final = {
    sign: re.compile("|".join(rf"\b{word[:-1]}" if word.endswith("*") else rf"\b{word}\b" for word in words.split("|")))
    for sign, words in WORDS.items()
}


def sign_of(name: str) -> Sign | None:
    """What a column's name says of it; None: nothing.

    Examples
    --------
    >>> sign_of("churnReason"), sign_of("Kündigungsgrund"), sign_of("late")
    (<Sign.REASON: 'that it gives the reason of the outcome, which is asked afterwards'>, \
<Sign.REASON: 'that it gives the reason of the outcome, which is asked afterwards'>, None)
    """
    words = name_words(name)
    return next((sign for sign, pattern in _PATTERNS.items() if pattern.search(words)), None)
