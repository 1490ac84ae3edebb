"""Where a scale begins and ends: grades nobody gave, slips beyond its end, a nought below it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from cxanalysis.columns.column_facts import ColumnFacts
from cxanalysis.columns.missing_code import MissingCode
from cxanalysis.columns.missing_codes import as_written
from cxanalysis.columns.number_format import read_number
from cxanalysis.columns.scales.legend import legend
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.columns.scales.word_scales import WordScale
from cxanalysis.recognise.direction import SCORED
from cxanalysis.recognise.doubt import Answer, Doubt
from cxanalysis.recognise.evidence import SURE_ENOUGH
from cxanalysis.recognise.plain_roles import RoleGuess
from cxanalysis.recognise.rating_blocks import RatingBlock

#: Scales that are asked on, by their best grade.
_USUAL_ENDS: Final = (5.0, 7.0, 10.0)
#: Of so many answers without the best grade, it was probably not offered.
_MANY_ANSWERS: Final = 300
#: So many neighbours on a longer scale show that a question was asked on it too.
_NEIGHBOURS: Final = 2
_NOT_OFFERED, _PERHAPS_OFFERED = 0.75, 0.6


@dataclass(frozen=True, slots=True)
class Ends:
    """What was found about the ends of scales: codes beside them, and what has to be asked."""

    codes: tuple[MissingCode, ...]
    doubts: tuple[Doubt, ...]


def fit_ends(
    guesses: dict[str, RoleGuess],
    facts: Mapping[str, ColumnFacts],
    worded: Mapping[str, WordScale],
    in_block: Mapping[str, RatingBlock],
) -> Ends:
    """Fit the ends of all rated columns; changes `guesses`. The codes of a block are told by its other answers."""
    codes: list[MissingCode] = []
    doubts: list[Doubt] = []
    rated = [name for name, guess in guesses.items() if guess.role in SCORED and guess.scale is not None]
    usual = Counter((s.low, s.high) for n in rated if (s := guesses[n].scale) is not None and s.step == 1)
    for name in rated:
        if name in worded:
            doubts += _of_words(name, guesses, worded[name])
            continue
        if guesses[name].scale is None or facts[name].stored_as == "truth":
            continue
        _from_legend(name, guesses, facts[name])
        told = in_block[name].codes if name in in_block else {}
        codes += [
            code for code in _strays_of(name, guesses[name], facts[name]) if read_number(str(code.code)) not in told
        ]
        if 0.0 not in told or not told[0.0].sure:
            doubts += _nought(name, guesses, facts[name])
        doubts += _unused_best(name, guesses, facts[name], usual)
    return Ends(tuple(codes), tuple(doubts))


def _scale(guesses: Mapping[str, RoleGuess], name: str) -> Scale:
    scale = guesses[name].scale
    assert scale is not None
    return scale


def _of_words(name: str, guesses: dict[str, RoleGuess], words: WordScale) -> list[Doubt]:
    """Words that are the best of four grades or of five."""
    if words.other_high is None:
        return []
    scale = _scale(guesses, name)
    moved = words.other_high - scale.high
    turned = scale.labels[-1][1] == scale.high  # counted from the good end: the words keep their distance to it
    labels = tuple((word, number + moved if turned else number) for word, number in scale.labels)
    other = replace(scale, high=words.other_high, labels=labels)
    answers = tuple(Answer(f"{one.points} answers", scale=one) for one in (scale, other))
    why = "the words that were given belong to scales of both lengths"
    return [Doubt(name, "scale", f"How many answers could be given to '{name[:60]}'?", answers, 0.6, why)]


def _from_legend(name: str, guesses: dict[str, RoleGuess], facts: ColumnFacts) -> None:
    """The ends that the question itself names, if all answers lie between them."""
    said, scale = legend(facts.asked), _scale(guesses, name)
    if said is None or said.low is None or said.high is None or guesses[name].role == "nps":
        return
    inside = [value for value in facts.tally() if said.low <= value <= said.high]
    if inside and len(inside) >= len(facts.tally()) - 2 and said.high - said.low >= 2:
        guesses[name] = replace(guesses[name], scale=replace(scale, low=said.low, high=said.high))


def _strays_of(name: str, guess: RoleGuess, facts: ColumnFacts) -> list[MissingCode]:
    """Answers beyond the scale, left out and named."""
    scale = guess.scale
    assert scale is not None
    if scale.labels and guess.role != "nps":
        return []
    tally = facts.tally()
    words = {plain for plain, _ in scale.labels}
    beyond = [v for v in tally if (v > scale.high or v < scale.low) and f"{v:g}" not in words]
    out = []
    for value in beyond:
        if value == 0 and scale.low == 1:
            continue  # asked about, or told by the neighbours' answers
        reason = f"outside the scale {scale.low:g} to {scale.high:g}"
        if guess.role == "nps" and value == scale.high + 1:
            reason = f"{value:g} beside 0 to 10: a code for 'no answer'"
        out.append(MissingCode(name, as_written(facts, value), tally[value], reason, applied=True))
    return out


def _nought(name: str, guesses: dict[str, RoleGuess], facts: ColumnFacts) -> list[Doubt]:
    """A 0 beside 1 to 5: no answer, or the worst grade of six? Where a 0 begins the scale already, nothing is asked."""
    scale, tally = _scale(guesses, name), facts.tally()
    if guesses[name].role == "nps" or 0.0 not in tally or scale.step != 1 or scale.high not in (5.0, 7.0):
        return []
    if scale.low == 0 and not {value for value in tally if value > 0} >= {1.0, scale.high}:
        return []
    code = as_written(facts, 0.0)
    without, with_it = replace(scale, low=1.0), replace(scale, low=0.0)
    guesses[name] = replace(guesses[name], scale=without)
    answers = (
        Answer(f"no answer ({without.describe()})", scale=without, missing=(code,)),
        Answer(f"the lowest grade ({with_it.describe()})", scale=with_it, kept=(code,)),
    )
    why = f"0 stands {tally[0.0]:,} times beside 1 to {scale.high:g}: often 'not rated'"
    return [Doubt(name, "codes", f"What does 0 mean in '{name[:60]}'?", answers, 0.6, why)]


def _unused_best(
    name: str, guesses: dict[str, RoleGuess], facts: ColumnFacts, usual: Counter[tuple[float, float]]
) -> list[Doubt]:
    """A scale whose best grades nobody gave: as long as its neighbours' scales, else asked about if answers are few."""
    guess, scale = guesses[name], _scale(guesses, name)
    if guess.role == "nps" or scale.step != 1 or scale.labels or scale.high in (*_USUAL_ENDS, 6.0) or scale.high > 10:
        return []
    if legend(facts.asked) is not None and scale.high == (legend(facts.asked) or scale).high:
        return []
    for (low, high), n in usual.most_common():
        fits = high in _USUAL_ENDS and scale.high < high <= scale.high + 2 and low <= scale.low
        if fits and n >= _NEIGHBOURS:
            reason = f"{guess.reason}; asked on {low:g} to {high:g} like {n} other questions"
            guesses[name] = replace(guess, reason=reason, scale=replace(scale, low=low, high=high))
            return []
    if scale.high != 4 or guess.role == "rating":
        return []
    sure = _NOT_OFFERED if facts.n_answered >= _MANY_ANSWERS else _PERHAPS_OFFERED
    if sure >= SURE_ENOUGH:
        return []
    longer = replace(scale, low=1.0, high=5.0)
    answers = tuple(Answer(f"{one.low:g} to {one.high:g}", scale=one) for one in (scale, longer))
    why = f"the highest answer given is {scale.high:g}, by few people"
    return [Doubt(name, "scale", f"Which answers could be given to '{name[:60]}'?", answers, sure, why)]
