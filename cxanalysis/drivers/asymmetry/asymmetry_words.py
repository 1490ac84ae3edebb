"""What is said beside the table of an asymmetry analysis: what was refused, and all that was chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from cxanalysis.drivers.asymmetry.asymmetry_cuts import Cut
from cxanalysis.drivers.asymmetry.asymmetry_sums import Regressed
from cxanalysis.drivers.cautions import HIGH_VIF
from cxanalysis.drivers.model.plan import Plan

#: Fewer units than this under a bootstrap: said in the notes.
FEW_UNITS: Final = 30

_EXPLAINED: Final = {
    "leak": "nearly the outcome itself: probably the same question in other words",
    "too few low": 'too few low answers to say anything; low="enough" counts more answers as low',
    "too few in between": "too few answers in between: penalty and reward cannot be told apart",
    "too few high": 'too few high answers to say anything; high="enough" counts more answers as high',
    "penalty above zero": "low answers go with a better outcome than those in between, all others held equal",
    "reward below zero": "high answers go with a worse outcome than those in between, all others held equal",
    "duplicate": "its low and high answers repeat those of others exactly: no penalty or reward of its own",
    "collinear": f"other drivers predict it almost completely (VIF above {HIGH_VIF:g}): its own share is vague",
}


def warned(found: Regressed, rows: pd.DataFrame, fewest: int) -> list[str]:
    """What must be known before the table is read."""
    notes = []
    for word, meaning in _EXPLAINED.items():
        names = [str(row["driver"]) for _, row in rows.iterrows() if word in row["flags"]]
        if names and word.startswith("too few"):
            counted = {"too few low": "n_low", "too few in between": "n_middle", "too few high": "n_high"}[word]
            given = rows.set_index("driver")[counted]
            names = [f"{name}: {int(given[name])} of {fewest} needed" for name in names]
        if names:
            notes.append(f"{word} ({', '.join(names)}): {meaning}.")
    if found.units < FEW_UNITS:
        what = "clusters" if found.clusters else "rows"
        notes.append(f"Only {found.units} {what}: intervals rest on few units.")
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


def method_of(found: Regressed, missing: str) -> str:
    """What was done, in the words that stand under the result."""
    if missing == "pairwise":
        return "penalty-reward regression; intervals from resampled pairwise correlations"
    kind = "customers" if found.clusters else "rows" if found.units == found.n else f"{found.units} blocks of rows"
    imputed = ", pooled over imputations" if missing == "impute" else ""
    return f"penalty-reward regression (CR2{imputed}); asymmetry from resampled {kind}"
