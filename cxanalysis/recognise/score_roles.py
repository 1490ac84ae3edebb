"""Which ratings are the outcome: likelihood to recommend, overall satisfaction, effort."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from cxanalysis.columns.column_facts import ColumnFacts
from cxanalysis.columns.scale import Scale
from cxanalysis.columns.word_scales import WordScale, number_scale
from cxanalysis.recognise.plain_roles import Guess
from cxanalysis.recognise.rating_blocks import RatingBlock, stem

#: What is left of a name such as "CSAT score 2" or "sat1" when it asks for satisfaction itself, not with something.
_PURE: Final = re.compile(
    r"^(?:q \d+ |your |customer |kunden)?(?:overall |total |general )?(?:csat|sat|cusa|satisfaction|satisfaccion|"
    r"zufriedenheit|kundenzufriedenheit|gesamtzufriedenheit|satisfacao|satisfied|happy|happiness)"
    r"(?: (?:score|rating|overall|general|global|total|customer|\d+))*$"
)

#: A question that rates the whole of its own block rates the whole company only if the block is much of the survey.
_MOST_OF_ALL: Final = 0.4
#: Names that, on their own, call for the whole.
_WHOLE_NAMES: Final = frozenset(
    ["rating", "score", "stars", "bewertung", "calificacion", "puntuacion", "note", "nota", "avaliacao"]
)


def name_scores(
    facts: Mapping[str, ColumnFacts],
    guesses: dict[str, Guess],
    blocks: list[RatingBlock],
    worded: Mapping[str, WordScale],
) -> None:
    """Turn ratings into scores where names, or else values, say so; changes `guesses`."""
    rated = [name for name, guess in guesses.items() if guess.role == "rating" and guess.scale is not None]
    _recommend(rated, facts, guesses, blocks)
    _effort([n for n in rated if guesses[n].role == "rating"], facts, guesses, worded)
    _satisfaction([n for n in rated if guesses[n].role == "rating"], facts, guesses, blocks)


def _recommend(
    rated: list[str], facts: Mapping[str, ColumnFacts], guesses: dict[str, Guess], blocks: list[RatingBlock]
) -> None:
    blocked = {column for block in blocks for column in block.columns}
    for name in rated:
        scale = guesses[name].scale
        if scale is None or not facts[name].named("recommend"):
            continue
        if scale.high == 10 and scale.step == 1:
            if name not in blocked:
                scale = number_scale(facts[name].tally(), zero_to_ten=True) or scale
            end = "0 to 10" if scale.low == 0 else "1 to 10: no 0 was ever given"
            guesses[name] = Guess("nps", 0.95 if scale.low == 0 else 0.8, f"asks to recommend, {end}", scale)
        else:
            reason = f"asks to recommend, but on {scale.describe()}: no NPS can be made of it"
            guesses[name] = Guess("rating", 0.8, reason, scale)
    if any(guess.role == "nps" for guess in guesses.values()):
        return
    alone = [n for n in rated if n not in blocked and (s := guesses[n].scale) and (s.low, s.high, s.step) == (0, 10, 1)]
    alone = [n for n in alone if not facts[n].named("satisfaction", "effort", "easy", "overall")]
    if len(alone) == 1 and len(facts[alone[0]].tally()) >= 8:
        reason = "the only question answered 0 to 10 on its own; its name does not say so"
        guesses[alone[0]] = Guess("nps", 0.5, reason, guesses[alone[0]].scale)


def _effort(
    rated: list[str], facts: Mapping[str, ColumnFacts], guesses: dict[str, Guess], worded: Mapping[str, WordScale]
) -> None:
    easy = [n for n in rated if facts[n].named("easy")]
    for name in rated:
        scale = guesses[name].scale
        if scale is None:
            continue
        family = worded[name].family if name in worded else ""
        if family == "ease" or (name in easy and len(easy) == 1 and family != "importance" and len(rated) <= 12):
            guesses[name] = Guess("ces", 0.85 if family == "ease" else 0.7, "asks how easy it was: high is good", scale)
        elif facts[name].named("effort"):
            guesses[name] = _effort_direction(name, facts[name], scale, family)


def _effort_direction(name: str, facts: ColumnFacts, scale: Scale, family: str) -> Guess:
    if family == "agreement" or facts.named("easy"):
        return Guess("ces", 0.85, "effort, answered by agreeing: high is good", scale)
    if scale.high <= 5:
        turned = Scale(scale.low, scale.high, False, scale.step, scale.labels)
        return Guess("ces", 0.6, "effort on 1 to 5, where usually a low number is good: please confirm", turned)
    if re.search(r"\bces\b", facts.words) and scale.high == 7:
        return Guess("ces", 0.75, "a customer effort score on 1 to 7: high is good", scale)
    return Guess("ces", 0.6, "effort on 1 to 7, where usually a high number is good: please confirm", scale)


def _satisfaction(
    rated: list[str], facts: Mapping[str, ColumnFacts], guesses: dict[str, Guess], blocks: list[RatingBlock]
) -> None:
    named = [n for n in rated if facts[n].named("satisfaction")]
    pure = [n for n in named if _PURE.match(facts[n].words) or facts[n].named("overall")]
    chosen = pure or (named if len(named) == 1 else [])
    for name in chosen:
        guesses[name] = Guess("csat", 0.9 if pure else 0.75, "its name says satisfaction", guesses[name].scale)
    if chosen:
        return
    overall = [n for n in rated if facts[n].named("overall")]
    if len(overall) > 1:  # each block may end with a rating of its whole: the largest block is about the whole
        size = {column: len(block.columns) for block in blocks for column in block.columns}
        overall.sort(key=lambda name: -size.get(name, 0))
    if not overall and len(plain := [n for n in rated if facts[n].words in _WHOLE_NAMES]) == 1:
        reason = "called just that, and nothing else is a score: probably the rating of the whole"
        guesses[plain[0]] = Guess("csat", 0.6, reason, guesses[plain[0]].scale)
    if overall:
        kin = sum(stem(n) == stem(overall[0]) for n in rated if n != overall[0])
        if kin >= 2 and kin + 1 < _MOST_OF_ALL * len(rated):
            return  # the whole of one subject among several
        sure = 0.8 if len(overall) == 1 and kin < 2 else 0.6
        guesses[overall[0]] = Guess("csat", sure, "its name says that it rates the whole", guesses[overall[0]].scale)
