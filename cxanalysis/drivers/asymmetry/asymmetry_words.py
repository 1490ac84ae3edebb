"""What is said beside the table of an asymmetry analysis: what was refused, and all that was chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

import pandas as pd

from cxanalysis.drivers.asymmetry.asymmetry_classes import ClassDoubt, Refusal
from cxanalysis.drivers.asymmetry.asymmetry_cuts import Cut
from cxanalysis.drivers.asymmetry.asymmetry_sums import Regressed
from cxanalysis.drivers.cautions import HIGH_VIF, Caution
from cxanalysis.drivers.model.plan import Plan

#: Fewer units than this under a bootstrap: said in the notes.
FEW_UNITS: Final = 30

_EXPLAINED: Final[Mapping[StrEnum, str]] = {
    Caution.LEAK: "nearly the outcome itself: probably the same question in other words",
    Caution.CONSEQUENCE: "it may come after the outcome or be made from it, rather than be a reason for it",
    Refusal.FEW_LOW: 'too few low answers to say anything; low="enough" counts more answers as low',
    Refusal.FEW_MIDDLE: "too few answers in between: penalty and reward cannot be told apart",
    Refusal.FEW_HIGH: 'too few high answers to say anything; high="enough" counts more answers as high',
    ClassDoubt.PENALTY_ABOVE_ZERO: "low answers go with a better outcome than those in between, all others held equal",
    ClassDoubt.REWARD_BELOW_ZERO: "high answers go with a worse outcome than those in between, all others held equal",
    Refusal.DUPLICATE: "its low and high answers repeat those of others exactly: no penalty or reward of its own",
    ClassDoubt.COLLINEAR: f"other drivers predict it almost completely (VIF above {HIGH_VIF:g}): its share is vague",
}
#: Which column of the table holds the answers that are too few.
_COUNTED: Final[Mapping[StrEnum, str]] = {
    Refusal.FEW_LOW: "n_low",
    Refusal.FEW_MIDDLE: "n_middle",
    Refusal.FEW_HIGH: "n_high",
}


def warned(fitted: Regressed, rows: pd.DataFrame, fewest: int) -> list[str]:
    """What must be known before the table is read."""
    notes = []
    for word, meaning in _EXPLAINED.items():
        names = [str(row["driver"]) for _, row in rows.iterrows() if word in row["flags"]]
        if names and word in _COUNTED:
            given = rows.set_index("driver")[_COUNTED[word]]
            names = [f"{name}: {int(given[name])} of {fewest} needed" for name in names]
        if names:
            notes.append(f"{word.value} ({', '.join(names)}): {meaning}.")
    if fitted.units < FEW_UNITS:
        what = "clusters" if fitted.clusters else "rows"
        notes.append(f"Only {fitted.units} {what}: intervals rest on few units.")
    return notes


def choices(
    cuts: Sequence[Cut], ends: tuple[float, float], support: float, wrong_sign: str, *, standardised: bool
) -> list[str]:
    """All that was chosen, since others choose otherwise."""
    same: dict[tuple[str, str], list[str]] = {}
    for cut in cuts:
        same.setdefault(cut.words, []).append(cut.driver)
    told = "; ".join(f"{', '.join(names)}: low {words[0]}, high {words[1]}" for words, names in same.items())
    near, far = ends
    sign = (
        "A penalty above zero or a reward below zero counts as none, in every resample too."
        if wrong_sign == "zero"
        else "A penalty above zero or a reward below zero leaves the class undetermined, even where that may be "
        "chance: an attribute that only annoys has a reward of zero, and half of all samples show it below. To count "
        'such a sign as no effect, use wrong_sign="zero".'
    )
    return [
        "There is no consensus on which answers are low and high, on raw or standardised coefficients, or on where the "
        "classes end (Albayrak & Caber 2013): all three were chosen, and another choice may give another class.",
        f"Answers that count: {told}.",
        f"{'Standardised' if standardised else 'Raw'} coefficients. Classes: performance up to ±{near:g}, basic below "
        f"−{near:g}, excitement above +{near:g}; beyond ±{far:g} it only dissatisfies or only satisfies. A class is "
        f"given if {support:.0%} of the resamples fall in it. {sign}",
        "Penalty and reward are associations, all other drivers held equal, and add up without interactions.",
    ]


def unit_of(model: Plan, outcome_as: str) -> str:
    """What penalties and rewards are points of."""
    if outcome_as == "nps":
        return "NPS points"
    return "percentage points" if outcome_as == "top-box" or model.percent else "points"


def method_of(fitted: Regressed, missing: str) -> str:
    """What was done, in the words that stand under the result."""
    if missing == "pairwise":
        return "penalty-reward regression; intervals from resampled pairwise correlations"
    kind = "customers" if fitted.clusters else "rows" if fitted.units == fitted.n else f"{fitted.units} blocks of rows"
    imputed = ", pooled over imputations" if missing == "impute" else ""
    return f"penalty-reward regression (CR2{imputed}); asymmetry from resampled {kind}"
