"""Which ratings are the outcome: likelihood to recommend, overall satisfaction, effort."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from cxanalysis.columns.column_facts import ColumnFacts
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.columns.scales.word_scales import WordScale, number_scale
from cxanalysis.recognise.evidence import HABIT, MOSTLY, Evidence, Weighed, weighed
from cxanalysis.recognise.plain_roles import RoleGuess
from cxanalysis.recognise.rating_blocks import RatingBlock, stem

#: What is left of a name such as "CSAT score 2" or "sat1" when it asks for satisfaction itself, not with something.
_PURE: Final = re.compile(
    r"^(?:q \d+ |your |customer |kunden|employee |job )?(?:overall |total |general )?(?:csat|sat|cusa|satisfaction|"
    r"satisfaccion|zufriedenheit|kundenzufriedenheit|gesamtzufriedenheit|satisfacao|satisfied|happy|happiness|"
    r"tevredenheid|klanttevredenheid|zadowolenie|satysfakcja|soddisfazione|satisfecho|zufrieden|tevreden)"
    r"(?: (?:score|rating|overall|general|global|total|customer|level|\d+))*$"
)
#: A question that rates the whole of its own block rates the whole company only if the block is much of the survey.
_MOST_OF_ALL: Final = 0.4
#: Names that, on their own, call for the whole.
_WHOLE_NAMES: Final = frozenset(
    [
        "rating",
        "score",
        "stars",
        "bewertung",
        "calificacion",
        "puntuacion",
        "note",
        "nota",
        "avaliacao",
        "sterne",
        "ocena",
        "voto",
        "valutazione",
        "beoordeling",
        "estrellas",
        "etoiles",
        "star rating",
        "review rating",
        "customer rating",
        "user rating",
        "review score",
        "app rating",
        "reviews rating",
        "overall",
        "rate",
        "ratings",
    ]
)
#: A satisfaction that is only thought of, or is none of the customer's: "if I got a bonus, I would be satisfied".
_SUPPOSED: Final = re.compile(
    r"\b(if|would|will|when|wenn|wurde|si|seria|serait|se|gdyby|als|how important|wie wichtig|que tan importante|"
    r"quelle importance|expected|expectation|erwart\w*|last year|previous|letztes jahr)\b"
)
#: Columns in which the row says which question was answered: the numbers beside are answers to several questions.
_QUESTION_NAMED: Final = re.compile(
    r"\b(question|questions|frage|fragen|pregunta\w*|pergunta\w*|vraag|pytanie|domanda|item|measure|metric)\b"
)
_MOST_QUESTIONS: Final = 200
_SOME_TEXTS: Final = 20
#: Shorter words of a name are codes and joints.
_LONG_WORD: Final = 4
#: Names of quantities: what is measured so is no likelihood to recommend, even from 0 to 10.
_QUANTITY: Final = ("amount", "number", "category", "code", "weight", "id", "due", "closed", "date")


@dataclass(frozen=True, slots=True)
class ScoreSearch:
    """What is known of the columns when the outcome is looked for.

    Attributes
    ----------
    facts, guesses, blocks, worded
        As in `recognise`.
    name : str
        The file's name as plain words.
    """

    facts: Mapping[str, ColumnFacts]
    guesses: dict[str, RoleGuess]
    blocks: list[RatingBlock]
    worded: Mapping[str, WordScale]
    name: str = ""
    blocked: frozenset[str] = field(default_factory=frozenset)

    def rated(self) -> list[str]:
        """Columns of role "rating" with a scale."""
        return [n for n, guess in self.guesses.items() if guess.role == "rating" and guess.scale is not None]

    def scale(self, name: str) -> Scale:
        """A rated column's scale."""
        scale = self.guesses[name].scale
        assert scale is not None
        return scale

    def texts(self) -> list[str]:
        """Columns of free text."""
        return [name for name, guess in self.guesses.items() if guess.role == "text"]

    def long_by(self) -> str | None:
        """The column that names the question each row answers; None in a table of one answer sheet a row."""
        for name, facts in self.facts.items():
            repeats = 2 <= facts.n_distinct <= min(_MOST_QUESTIONS, 0.5 * facts.n_filled)
            in_words = facts.stored_as == "text" and not len(facts.numbers)
            asks = in_words and any(" " in str(text) for text in facts.first(_SOME_TEXTS).index)
            if repeats and asks and _QUESTION_NAMED.search(facts.words):
                return name
        return None


def name_scores(
    facts: Mapping[str, ColumnFacts],
    guesses: dict[str, RoleGuess],
    blocks: list[RatingBlock],
    worded: Mapping[str, WordScale],
    name: str = "",
) -> None:
    """Turn ratings into scores where names, or else values, say so; changes `guesses`."""
    blocked = frozenset(column for block in blocks for column in block.columns)
    seen = ScoreSearch(facts, guesses, blocks, worded, name, blocked)
    _recommend(seen)
    _effort(seen)
    _satisfaction(seen)


# --- likelihood to recommend ----------------------------------------------------------------------------


def _recommend(seen: ScoreSearch) -> None:
    named = [name for name in seen.rated() if seen.facts[name].named("recommend")]
    for name in named:
        scale, facts = seen.scale(name), seen.facts[name]
        tally = {v: n for v, n in facts.tally().items() if 0 <= v <= 11}
        if name not in seen.worded and _stored_from_one(tally):
            shifted = tuple((f"{value:g}", value - 1.0) for value in sorted(tally))
            reason = "asks to recommend; 1 to 11 are the codes of 0 to 10"
            seen.guesses[name] = RoleGuess("nps", 0.75, reason, Scale(0.0, 10.0, labels=shifted))
        elif scale.high in (10, 11) and scale.step == 1:
            if name not in seen.blocked and name not in seen.worded:
                graded = {value: n for value, n in tally.items() if value <= 10}
                scale = number_scale(graded, zero_to_ten=True) or scale
            scale = replace(scale, high=10.0)
            end = "0 to 10" if scale.low == 0 else "1 to 10: no 0 was ever given"
            seen.guesses[name] = RoleGuess("nps", 0.95 if scale.low == 0 else 0.8, f"asks to recommend, {end}", scale)
        else:
            reason = f"asks to recommend, but on {scale.describe()}: no NPS can be made of it"
            seen.guesses[name] = RoleGuess("rating", 0.8, reason, scale)
    _one_list(seen, named)
    if not any(guess.role == "nps" for guess in seen.guesses.values()):
        _unnamed(seen)


def _stored_from_one(tally: Mapping[float, int]) -> bool:
    """Whether 0 to 10 were stored as 1 to 11: nobody gave 0, and 11 was given like any other grade.

    Where 11 stands for "no answer" it lies beside a scale whose other grades, from 0 on, are all used.
    """
    if 11.0 not in tally or 0.0 in tally or len(tally) < 6:
        return False
    return tally[11.0] >= 0.02 * sum(tally.values())


def _one_list(seen: ScoreSearch, named: list[str]) -> None:
    """Questions to recommend in one questionnaire begin alike: if one surely begins with 1, so do the others."""
    scores = [name for name in named if seen.guesses[name].role == "nps" and name not in seen.worded]
    begin = {name: seen.scale(name).low for name in scores}
    zero = any(0.0 in seen.facts[name].tally() for name in scores)
    if len(scores) < 2 or zero or 1.0 not in begin.values():
        return
    for name in scores:
        if begin[name] == 0.0:
            reason = "asks to recommend, 1 to 10 like the other question to recommend"
            seen.guesses[name] = RoleGuess("nps", 0.8, reason, replace(seen.scale(name), low=1.0))


def _unnamed(seen: ScoreSearch) -> None:
    """A lone question answered 0 to 10: likelihood to recommend only if something beside its values says so."""
    alone = [
        n
        for n in seen.rated()
        if n not in seen.blocked
        and n not in seen.worded
        and (seen.scale(n).low, seen.scale(n).high, seen.scale(n).step) == (0, 10, 1)
        and not seen.facts[n].named("satisfaction", "effort", "easy", "overall")
        and len(seen.facts[n].tally()) >= 8
    ]
    if len(alone) != 1:
        return
    name = alone[0]
    found = _likeness_to_nps(seen, name)
    if found.weight >= 0:
        seen.guesses[name] = RoleGuess("nps", round(found.sure, 2), found.why, seen.scale(name))
    elif name in seen.guesses and found.weight <= -HABIT and not seen.facts[name].named("rating"):
        seen.guesses[name] = RoleGuess("category", 0.5, found.why)


def _likeness_to_nps(seen: ScoreSearch, name: str) -> Weighed:
    facts = seen.facts[name]
    scored = facts.named("rating")
    quantity = facts.named(*_QUANTITY) and not scored
    long_by = seen.long_by()
    return weighed(
        [
            Evidence("lone", 0.0, "the only question answered 0 to 10 on its own; its name does not say so"),
            Evidence("file", MOSTLY, "the file's name says NPS") if re.search(r"\bnps\b", seen.name) else None,
            Evidence("other", -MOSTLY, "its name speaks of something else") if _speaks(facts, seen.name) else None,
            Evidence("quantity", -MOSTLY - HABIT, "its name is that of a quantity or a group") if quantity else None,
            Evidence("long", -MOSTLY, f"its rows answer several questions, named in '{long_by}'") if long_by else None,
        ]
    )


def _speaks(facts: ColumnFacts, file: str) -> bool:
    """Whether a name is more than a code: words of its own, none of which asks for a grade."""
    if facts.named("rating", "satisfaction", "recommend", "overall") or facts.asked.rstrip().endswith("?"):
        return False
    return sum(len(word) >= _LONG_WORD and word not in file for word in facts.words.split()) >= 2


# --- effort ---------------------------------------------------------------------------------------------


def _effort(seen: ScoreSearch) -> None:
    rated = seen.rated()
    easy = [n for n in rated if seen.facts[n].named("easy")]
    for name in rated:
        scale, facts = seen.scale(name), seen.facts[name]
        family = seen.worded[name].family if name in seen.worded else ""
        alone = name in easy and len(easy) == 1 and family != "importance" and len(rated) <= 12
        if family == "ease" or alone:
            sure = 0.85 if family == "ease" else 0.7
            seen.guesses[name] = RoleGuess("ces", sure, "asks how easy it was: high is good", scale)
        elif facts.named("effort"):
            seen.guesses[name] = _of_effort(facts, scale, family)


def _of_effort(facts: ColumnFacts, scale: Scale, family: str) -> RoleGuess:
    if family == "agreement" or facts.named("easy"):
        return RoleGuess("ces", 0.85, "effort, answered by agreeing: high is good", scale)
    if scale.high <= 5:
        return RoleGuess("ces", 0.6, "effort on 1 to 5, where usually a low number is good: please confirm", scale)
    if re.search(r"\bces\b", facts.words) and scale.high == 7:
        return RoleGuess("ces", 0.75, "a customer effort score on 1 to 7: high is good", scale)
    return RoleGuess("ces", 0.6, "effort on 1 to 7, where usually a high number is good: please confirm", scale)


# --- satisfaction ---------------------------------------------------------------------------------------


def _satisfaction(seen: ScoreSearch) -> None:
    facts, guesses = seen.facts, seen.guesses
    rated = seen.rated()
    named = [n for n in rated if facts[n].named("satisfaction") and not _SUPPOSED.search(facts[n].words)]
    pure = [n for n in named if _PURE.match(facts[n].words) or facts[n].named("overall")]
    named = [n for n in named if n in pure or not _of_importance(seen, n)]
    chosen = pure or (named if len(named) == 1 else [])
    for name in chosen:
        guesses[name] = RoleGuess("csat", 0.9 if pure else 0.75, "its name says satisfaction", seen.scale(name))
    if chosen:
        return
    overall = [n for n in rated if facts[n].named("overall") and _rates(seen, n)]
    if len(overall) > 1:  # each block may end with a rating of its whole: the largest block is about the whole
        size = {column: len(block.columns) for block in seen.blocks for column in block.columns}
        overall.sort(key=lambda name: -size.get(name, 0))
    if not overall and len(plain := [n for n in rated if facts[n].words in _WHOLE_NAMES]) == 1:
        found = _likeness_to_whole(seen, plain[0])
        guesses[plain[0]] = RoleGuess("csat", round(found.sure, 2), found.why, seen.scale(plain[0]))
    if overall:
        kin = sum(stem(n) == stem(overall[0]) for n in rated if n != overall[0])
        if kin >= 2 and kin + 1 < _MOST_OF_ALL * len(rated):
            return  # the whole of one subject among several
        sure = 0.8 if len(overall) == 1 else 0.6
        guesses[overall[0]] = RoleGuess("csat", sure, "its name says that it rates the whole", seen.scale(overall[0]))


def _of_importance(seen: ScoreSearch, name: str) -> bool:
    return name in seen.worded and seen.worded[name].family in ("importance", "frequency")


def _rates(seen: ScoreSearch, name: str) -> bool:
    """Whether a question about the whole asks for a grade of it, and not for agreement with some statement."""
    agreed = name in seen.worded and seen.worded[name].family in ("agreement", "yes or no")
    return not agreed or seen.facts[name].named("satisfaction", "rating", "recommend")


def _likeness_to_whole(seen: ScoreSearch, name: str) -> Weighed:
    facts, scale = seen.facts[name], seen.scale(name)
    usual = (scale.low, scale.high) in ((1, 5), (1, 7), (1, 10), (0, 10)) or name in seen.worded
    told_apart = seen.long_by()
    beside = next((text for text in seen.texts() if facts.n_rows), None)
    named = re.search(
        r"\b(review\w*|feedback|survey|rating\w*|bewertung\w*|resena\w*|avis|csat|satisf\w*)\b", seen.name
    )
    return weighed(
        [
            Evidence(
                "name", HABIT / 2, "called just that, and nothing else is a score: probably the rating of the whole"
            ),
            Evidence("review", HABIT, f"what people wrote stands beside it ('{beside[:40]}')") if beside else None,
            Evidence("file", HABIT, f"the file's name says '{named[0]}'") if named else None,
            Evidence("scale", HABIT, f"answered on {scale.describe()}")
            if usual
            else Evidence("scale", -MOSTLY, f"{scale.describe()} is no usual scale of stars or grades"),
            Evidence("long", -MOSTLY - HABIT, f"its rows answer several questions, named in '{told_apart}'")
            if told_apart
            else None,
        ]
    )
