"""Short words of caution on a driver, and the sentences that explain them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

#: Fewer cases than this: the effect is withheld.
TOO_RARE: Final = 5
#: Fewer cases than this: the effect is shown and called rare; its interval is only roughly right.
RARE: Final = 20
#: A correlation with the outcome above this is the outcome in disguise.
LEAK: Final = 0.95
#: A variance inflation factor above this makes a single effect vague.
HIGH_VIF: Final = 10.0
#: A q above this is not distinguishable from noise.
SIGNIFICANT: Final = 0.05


class Caution(StrEnum):
    """What a driver deserves caution for. Tables hold the words themselves; the order is the order of the notes."""

    SUPPRESSOR = "suppressor"
    BY_ASSOCIATION = "by association only"
    TOO_RARE = "too rare"
    RARE = "rare"
    OUTCOME_TOO_RARE = "outcome too rare"
    RARE_OUTCOME = "rare outcome"
    LEAK = "leak"
    CONSEQUENCE = "possible consequence"
    AFTER_THE_ANSWER = "after the answer"
    REVERSED = "reversed"
    COLLINEAR = "collinear"
    DUPLICATE = "duplicate"


#: Drivers of which no sentence may say that they matter.
SUSPECTED: Final = frozenset({Caution.LEAK, Caution.CONSEQUENCE})

EXPLAINED: Final = {
    Caution.SUPPRESSOR: "it goes up and down with the outcome in one direction, but with the other drivers held equal "
    "its effect has the other sign: do not take it for a reason",
    Caution.BY_ASSOCIATION: "its share comes from moving together with other drivers; "
    "no effect of its own can be told from noise",
    Caution.TOO_RARE: f"fewer than {TOO_RARE} cases: too rare to say what its effect is",
    Caution.RARE: f"fewer than {RARE} cases: the interval is only roughly right",
    Caution.OUTCOME_TOO_RARE: f"fewer than {TOO_RARE} answers differ from the most frequent one: too rare to say what "
    "its effect is",
    Caution.RARE_OUTCOME: "few of its cases would meet the rare outcome by chance: part of its error is taken from all "
    "rows, and the interval is rather too wide than too narrow",
    Caution.LEAK: f"it correlates above {LEAK} with the outcome, or tells its values apart almost perfectly, or is "
    "filled for one of them only: probably the outcome in disguise",
    Caution.CONSEQUENCE: "it may come after the outcome or be made from it, rather than be a reason for it",
    Caution.AFTER_THE_ANSWER: "some of its cases happened after the answer was given: what came later is no reason for "
    "it",
    Caution.REVERSED: "its effect has the other sign once a known segment is held equal, or within one (Simpson's "
    "paradox): do not read the total",
    Caution.COLLINEAR: f"other drivers predict it almost completely (VIF above {HIGH_VIF:g}): its own effect is vague",
    Caution.DUPLICATE: "it repeats other drivers exactly: they share the importance, and separate effects do not exist",
}


def explain(flags: Iterable[tuple[str, str]]) -> list[str]:
    """One note a word: which drivers carry it and what it means. `flags` are pairs (driver, word)."""
    by_word: dict[str, list[str]] = {}
    for driver, word in flags:
        by_word.setdefault(word, []).append(driver)
    return [
        f"{word.value} ({', '.join(by_word[word])}): {text}." for word, text in EXPLAINED.items() if word in by_word
    ]
