"""Yes and no written as 1 and 2: which of them is yes is asked where nothing says it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from cxanalysis.columns.column_facts import ColumnFacts
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.columns.scales.word_scales import one_two, yes_number
from cxanalysis.recognise.doubt import Answer, Doubt

#: Names of things that happen or not, beside those of failures.
_HAPPENS: Final = re.compile(
    r"\b(solved|resolved|returned|bought|used|visited|member|smoker|owner|has|have|had|did|is|are|was|would|will|ever|"
    r"recommend\w*|gelost|gekauft|genutzt|resuelto|comprado|resolu|achete|resolvido|opgelost|rozwiazan\w*|risolto)\b"
)


def doubt_of_one_two(facts: ColumnFacts, *, by_hand: bool = False) -> Doubt | None:
    """The question which of 1 and 2 is yes; None where the name speaks of groups, or says which is yes.

    `by_hand`: somebody said that it is yes and no.
    """
    scale = one_two(facts)
    if scale is None or yes_number(facts) is not None:
        return None
    if not by_hand and not facts.named("failure") and not _HAPPENS.search(facts.words):
        return None
    good = not facts.named("failure")
    first = replace(scale, higher_is_better=good)
    answers = (
        Answer("1 is yes, 2 is no", role="flag", scale=first),
        Answer("2 is yes, 1 is no", role="flag", scale=_turned(first)),
        Answer("two groups", role="category"),
    )
    why = "its only values are 1 and 2; questionnaires mostly write 1 for yes"
    return Doubt(facts.name, "codes", f"What do 1 and 2 mean in '{facts.name[:60]}'?", answers, 0.6, why)


def _turned(scale: Scale) -> Scale:
    labels = sorted(((word, 1.0 - number) for word, number in scale.labels), key=lambda pair: pair[1])
    return replace(scale, labels=tuple(labels))
