"""Which end of a scale is good: what the words, the question, the name, the neighbours and the habit say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from cxanalysis.columns.column_facts import ColumnFacts
from cxanalysis.columns.scales.legend import legend
from cxanalysis.columns.scales.numbered_words import direction_of, graded_numbers
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.columns.scales.word_scales import WordScale
from cxanalysis.columns.text_rows import TextRows
from cxanalysis.recognise.doubt import Answer, Doubt
from cxanalysis.recognise.evidence import (
    HABIT,
    HARDLY_ELSE,
    MOSTLY,
    SAID,
    SURE_ENOUGH,
    Evidence,
    Weighed,
    weighed,
)
from cxanalysis.recognise.plain_roles import RoleGuess
from cxanalysis.recognise.rating_blocks import numbers_of_rows

#: Roles whose good end is looked for; a flag's is told by its name.
SCORED: Final = ("nps", "csat", "ces", "rating")
#: Things that are bad the more there is of them, in the languages offered.
_BAD_THING: Final = re.compile(
    r"\b(fatig\w*|stress\w*|pain|burnout|burn out|frustrat\w*|anxiety|exhaust\w*|difficult\w*|dissatisf\w*|annoy\w*|"
    r"complain\w*|problems?|worry|worries|fear|anger|boredom|risk|noise|harm|crowding|insatisf\w*|cansancio|agotamiento|"
    r"dolor|estres|molestia\w*|frustracion|dificultad|erschopf\w*|schmerz\w*|belastung|uberlast\w*|frust|arger|larm|"
    r"unzufried\w*|schwierigkeit\w*|douleur|epuisement|difficulte|mecontent\w*|gene|cansaco|dor|estresse|dificuldade|"
    r"vermoeid\w*|pijn|ontevreden\w*|zmeczeni\w*|bol|stres|niezadowol\w*|stanchezza|dolore|insoddisf\w*|fatica)\b"
)
_LITTLE_EFFORT: Final = re.compile(r"\b(low|little|less|easy|wenig|gering|poco|peu|pouco)\b")
_WELL_KNOWN: Final = re.compile(
    r"\b(nps|recommend\w*|stars?|csat|satisf\w*|zufried\w*|weiterempfehl\w*|empfehl\w*|recomend\w*|recommand\w*|"
    r"tevreden\w*|zadowol\w*|soddisf\w*|aanbevel\w*|polec\w*|raccomand\w*|consigli\w*|happy|happiness|sterne)\b"
)
_GERMAN: Final = re.compile(
    r"\b(zufried\w*|bewert\w*|note|noten|beurteil\w*|wie|sind|sie|qualitat|freundlich\w*|gesamt\w*|insgesamt|kunden\w*|"
    r"beratung|preis leistung|umfrage)\b"
)
#: Fewer pairs of answers than this say nothing about two questions.
_FEWEST_PAIRS: Final = 20
#: A correlation beyond this says that two questions run the same way, or opposite ways.
_CLEAR: Final = 0.3
_MOST_NEIGHBOURS: Final = 12


def give_directions(
    guesses: dict[str, RoleGuess],
    facts: Mapping[str, ColumnFacts],
    worded: Mapping[str, WordScale],
    rows: pd.DataFrame | TextRows,
) -> list[Doubt]:
    """Say of every rated column which end is good; changes `guesses`. What is not sure comes back as a question."""
    asked = [name for name, guess in guesses.items() if guess.role in SCORED and guess.scale is not None]
    found = {name: weighed(_said(guesses[name], facts[name], worded.get(name))) for name in asked}
    doubtful = [name for name in asked if abs(found[name].weight) < HABIT and guesses[name].role != "rating"]
    sure = [name for name in asked if abs(found[name].weight) >= HARDLY_ELSE][:_MOST_NEIGHBOURS]
    for name in doubtful:
        found[name] = weighed([*found[name].evidence, _neighbours(name, sure, found, guesses, rows, facts)])
    doubts = []
    for name in asked:
        scale = guesses[name].scale
        assert scale is not None
        good = found[name].weight >= 0
        guesses[name] = replace(guesses[name], scale=replace(scale, higher_is_better=good))
        certain = max(found[name].sure, 1 - found[name].sure)
        if certain < SURE_ENOUGH:
            doubts.append(_question(name, facts[name], replace(scale, higher_is_better=good), found[name], certain))
    return doubts


def _said(guess: RoleGuess, facts: ColumnFacts, words: WordScale | None) -> list[Evidence | None]:
    """What speaks for a high number being good, of one column alone."""
    scale = guess.scale
    assert scale is not None
    out: list[Evidence | None] = []
    if words is not None and words.told:
        out.append(Evidence("words", SAID + MOSTLY, "its words say which end is good"))
    elif scale.labels:
        up = direction_of(graded_numbers({number: word for word, number in scale.labels}))
        if up:
            end = "high" if up > 0 else "low"
            out.append(Evidence("labels", up * (SAID + MOSTLY), f"its words say that a {end} number is good"))
    said = legend(facts.asked) if words is None or not words.told else None
    if said is not None:
        end = "a high number is good" if said.direction > 0 else "a low number is good"
        strong = SAID if said.low is not None or "grades" in said.said else MOSTLY
        out.append(Evidence("legend", said.direction * strong, f"its question says '{said.said}': {end}"))
    if guess.role == "nps":
        out.append(Evidence("nps", HARDLY_ELSE, "10 is the best of 0 to 10"))
    if words is not None and words.family in ("stars", "faces"):
        out.append(Evidence("stars", HARDLY_ELSE, "more stars are better"))
    if guess.role == "ces":
        out.append(_effort(facts, scale, words))
        return out
    bad = _BAD_THING.search(facts.words)
    good = _WELL_KNOWN.search(facts.words)
    if bad is not None and words is None and (good is None or good[0] == bad[0]):
        out.append(Evidence("bad thing", -MOSTLY - HABIT, f"'{bad[0]}' is bad the more there is of it"))
    elif good is not None:
        out.append(Evidence("good thing", MOSTLY, f"'{good[0]}' is good the more there is of it"))
    if words is None and (scale.low, scale.high) == (1.0, 6.0) and _GERMAN.search(facts.words):
        out.append(
            Evidence("school", -HARDLY_ELSE - HABIT / 2, "1 to 6 in German: school grades, of which 1 is the best")
        )
    out.append(Evidence("habit", HABIT, "mostly a high number is good"))
    return out


def _effort(facts: ColumnFacts, scale: Scale, words: WordScale | None) -> Evidence:
    family = words.family if words is not None else ""
    if family in ("agreement", "ease") or facts.named("easy"):
        return Evidence("ease", MOSTLY, "it asks how easy it was")
    if _LITTLE_EFFORT.search(facts.words):
        return Evidence("little effort", MOSTLY, "it asks for little effort")
    if scale.high <= 5:
        return Evidence("effort of five", -HABIT / 2, "effort on 1 to 5, where usually a low number is good")
    if re.search(r"\bces\b", facts.words) and scale.high == 7:
        return Evidence("effort score", HABIT + 0.2, "a customer effort score on 1 to 7: high is good")
    return Evidence("effort of seven", HABIT / 2, "effort on 1 to 7, where usually a high number is good")


def _neighbours(
    name: str,
    others: list[str],
    found: Mapping[str, Weighed],
    guesses: Mapping[str, RoleGuess],
    rows: pd.DataFrame | TextRows,
    facts: Mapping[str, ColumnFacts],
) -> Evidence | None:
    """Whether the people who gave high numbers here are those who are content elsewhere."""
    if not others:
        return None
    matrix = numbers_of_rows([name, *others], rows, facts, {n: guesses[n].scale for n in (name, *others)})
    ways = []
    for place, other in enumerate(others, 1):
        there = ~(np.isnan(matrix[:, 0]) | np.isnan(matrix[:, place]))
        mine, theirs = matrix[there, 0], matrix[there, place]
        if len(mine) < _FEWEST_PAIRS or mine.std() == 0 or theirs.std() == 0:
            continue
        ways.append(float(np.corrcoef(mine, theirs)[0, 1]) * (1 if found[other].weight >= 0 else -1))
    if not ways or abs(np.mean(ways)) < _CLEAR:
        return None
    up = float(np.mean(ways)) > 0
    why = f"who gives a high number here is {'content' if up else 'discontent'} in the other questions"
    return Evidence("neighbours", MOSTLY if up else -MOSTLY, why)


def _question(name: str, facts: ColumnFacts, scale: Scale, found: Weighed, sure: float) -> Doubt:
    other = replace(scale, higher_is_better=not scale.higher_is_better)
    answers = tuple(Answer(f"{one.best:g} is the best answer", scale=one) for one in (scale, other))
    return Doubt(name, "direction", f"Which answer to '{_short(name)}' is the best?", answers, sure, found.why)


def _short(name: str) -> str:
    return name if len(name) <= 60 else f"{name[:59]}…"
