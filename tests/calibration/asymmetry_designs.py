"""Ratings with known penalties and rewards: do intervals hold the true asymmetry, and are classes the true ones?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

import cxanalysis as cx

#: Attribute → penalty, reward, class.
TRUTH = {
    "annoys": (-1.5, 0.5, "basic"),
    "alike": (-1.0, 1.0, "performance"),
    "pleases": (-0.4, 1.4, "excitement"),
}


@dataclass(frozen=True, slots=True)
class Rated:
    """A world of correlated ratings from 1 to 5; clustered: five answers a customer, half the variance between."""

    n: int
    clustered: bool = False
    weighted: bool = False

    @property
    def name(self) -> str:
        return f"n={self.n}{' clustered' * self.clustered}{' weighted' * self.weighted}"

    def draw(self, rng: np.random.Generator) -> pd.DataFrame:
        mood = rng.normal(size=self.n)
        frame = pd.DataFrame(
            {name: np.clip(np.round(3.1 + 0.5 * mood + rng.normal(size=self.n)), 1, 5) for name in TRUTH}
        )
        customer = np.arange(self.n) // 5 if self.clustered else np.arange(self.n)
        between = rng.normal(size=customer.max() + 1)[customer] if self.clustered else rng.normal(size=self.n)
        score = 6 + 1.5 * np.sqrt(0.5) * (between + rng.normal(size=self.n))
        for name, (penalty, reward, _) in TRUTH.items():
            score += penalty * (frame[name] <= 2) + reward * (frame[name] >= 4)
        return frame.assign(score=score, customer=customer, w=rng.uniform(0.5, 2, self.n))


WORLDS = (Rated(400), Rated(1000), Rated(1000, clustered=True, weighted=True), Rated(3000, clustered=True))


@dataclass(frozen=True, slots=True)
class Found:
    """Share of intervals that hold the truth, of surveys that give the true class, and that give a wrong one."""

    asymmetry: dict[str, float]
    impact: dict[str, float]
    right: dict[str, float]
    wrong: dict[str, float]


def simulate(world: Rated, sets: int, resamples: int = 1000, seed: int = 5) -> Found:
    """Analyse `sets` surveys of this world."""
    rng = np.random.default_rng(seed)
    hits: Counter[tuple[str, str]] = Counter()
    for number in range(sets):
        table = cx.asymmetry(
            world.draw(rng), "score", list(TRUTH), cluster="customer" if world.clustered else None,
            weight="w" if world.weighted else None, resamples=resamples, seed=number,
        ).table.set_index("driver")  # fmt: skip
        for name, (penalty, reward, kind) in TRUTH.items():
            row = table.loc[name]
            lean = (reward + penalty) / (reward - penalty)
            hits["asymmetry", name] += row["asymmetry_low"] <= lean <= row["asymmetry_high"]
            hits["told", name] += not np.isnan(row["asymmetry_low"])
            hits["impact", name] += row["impact_low"] <= reward - penalty <= row["impact_high"]
            hits["right", name] += row["class"] == kind
            hits["wrong", name] += row["class"] not in (kind, "undetermined")
    shares = {key: count / sets for key, count in hits.items()}
    return Found(
        {name: hits["asymmetry", name] / max(1, hits["told", name]) for name in TRUTH},
        *({name: shares[what, name] for name in TRUTH} for what in ("impact", "right", "wrong")),
    )
