"""Seeded worlds with known truths, and what share of simulated surveys gets them right.

A world draws drivers (ratings 1-5 or failures 0/1) from correlated normals, gives each an effect on a latent
satisfaction, adds noise (half of it shared within a customer, where answers are clustered) and rounds it to 0-10.
The truth is the regression of the coded outcome in a very large sample of the same world, never the estimate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cxanalysis.drivers.effects.regression import fit
from cxanalysis.drivers.model.centred_sums import sums_of_rows

ANSWERS_PER_CUSTOMER = 5
#: Effects on latent satisfaction, in standard deviations of its noise; the last driver is noise.
EFFECTS = np.array([-0.9, -0.6, -0.3, -0.6, 0.0])


@dataclass(frozen=True, slots=True)
class World:
    """One design. `prevalence` None: ratings 1-5, else failures."""

    n: int
    outcome_as: str = "mean"
    correlation: float = 0.0
    prevalence: float | None = 0.10
    clustered: bool = False
    weighted: bool = False
    null: bool = False

    @property
    def name(self) -> str:
        kind = "ratings" if self.prevalence is None else f"failures {self.prevalence:.0%}"
        words = [f"n={self.n:,}", self.outcome_as, f"r={self.correlation:g}", kind]
        words += ["clustered"] if self.clustered else []
        words += ["weighted"] if self.weighted else []
        words += ["no effects"] if self.null else []
        return ", ".join(words)

    @property
    def cases(self) -> float:
        """Expected cases of a failure."""
        return self.n if self.prevalence is None else self.n * self.prevalence

    def draw(self, rng: np.random.Generator, n: int | None = None, cluster: bool = True):
        """Drivers and coded outcome (n, p + 1), weights or None, customers or None."""
        n = n or self.n
        p = len(EFFECTS)
        common = rng.normal(size=(n, 1)) * np.sqrt(self.correlation)
        z = common + rng.normal(size=(n, p)) * np.sqrt(1 - self.correlation)
        if self.prevalence is None:
            x = 1.0 + (z[:, :, None] > np.array([-1.5, -0.7, 0.2, 1.1])).sum(axis=2)
            effects = -EFFECTS / 3
        else:
            x = (z > _normal_quantile(1 - self.prevalence)).astype(float)
            effects = EFFECTS
        customer = np.arange(n) // ANSWERS_PER_CUSTOMER
        noise = rng.normal(size=n)
        if self.clustered:
            shared = rng.normal(size=customer[-1] + 1)[customer] if cluster else rng.normal(size=n)
            noise = (noise + shared) / np.sqrt(2)
        latent = noise if self.null else noise + (x - x.mean() * (self.prevalence is None)) @ effects
        score = np.clip(np.round(7.6 + 2.2 * latent), 0, 10)
        w = np.exp(0.4 * z[:, 0] + 0.3 * rng.normal(size=n)) if self.weighted else None
        return np.column_stack([x, coded(score, self.outcome_as)]), w, customer if self.clustered else None

    def truth(self, rows: int, seed: int = 99):
        """Coefficients, points at stake and their sum in a very large sample."""
        rng = np.random.default_rng(seed)
        p = len(EFFECTS)
        cross, sums, total = np.zeros((p + 1, p + 1)), np.zeros(p + 1), 0.0
        for _ in range(max(1, rows // 500_000)):
            values, w, _customers = self.draw(rng, min(rows, 500_000), cluster=False)
            w = np.ones(len(values)) if w is None else w
            cross += (values * w[:, None]).T @ values
            sums += w @ values
            total += w.sum()
        mean = sums / total
        covariance = cross / total - np.outer(mean, mean)
        effect = np.linalg.solve(covariance[:-1, :-1], covariance[:-1, -1])
        effect = np.zeros(p) if self.null else effect
        return effect, self.lost(effect, mean[:-1])

    def lost(self, effect, mean):
        """Points at stake for this reference."""
        return effect * (self.reference - mean)

    @property
    def reference(self) -> float:
        return 5.0 if self.prevalence is None else 0.0


def coded(score, outcome_as):
    if outcome_as == "nps":
        return np.where(score >= 9, 100.0, np.where(score >= 7, 0.0, -100.0))
    return np.where(score >= 8, 100.0, 0.0) if outcome_as == "top-box" else score


def _normal_quantile(share: float) -> float:
    from scipy import stats

    return float(stats.norm.ppf(share))


@dataclass(frozen=True, slots=True)
class Hits:
    """Shares over simulated surveys: coverage of effects, of points at stake, of their sum; false positives; any q."""

    effect: float
    stake: float
    together: float
    false_positive: float
    any_q: float
    withheld: float


def simulate(world: World, sets: int, truth_rows: int, seed: int = 1) -> Hits:
    """Draw `sets` surveys and count how often the 95 % intervals hold the truth."""
    from cxanalysis.drivers.driver_table import q_values

    effect, stake = world.truth(truth_rows)
    rng = np.random.default_rng(seed)
    p = len(effect)
    reference = np.full(p, world.reference)
    inside, lost, whole, noise, found, shown = [], [], [], [], [], []
    for _ in range(sets):
        values, w, customer = world.draw(rng)
        cases = np.minimum(values[:, :-1].sum(axis=0), (1 - values[:, :-1]).sum(axis=0))
        enough = np.ones(p, dtype=bool) if world.prevalence is None else cases >= 5
        shown.append(enough.mean())
        if not (values[:, :-1].std(axis=0) > 0).all() or values[:, -1].std() == 0:
            continue
        result = fit(sums_of_rows(values, w, customer))
        effects = result.effects()
        low, high = effects.interval(0.95)
        inside += list(((low <= effect) & (effect <= high))[enough])
        pvalue = effects.p()
        if enough[-1]:
            noise.append(not low[-1] <= effect[-1] <= high[-1])
        found.append((q_values(np.where(enough, pvalue, np.nan)) < 0.05).any())
        for i in np.flatnonzero(enough):
            value = result.stake([int(i)], reference)
            a, b = value.interval(0.95)
            lost.append(a[0] <= stake[i] <= b[0])
        a, b = result.stake(list(range(p)), reference).interval(0.95)
        whole.append(a[0] <= stake.sum() <= b[0])
    shares = [float(np.mean(hits)) if hits else float("nan") for hits in (inside, lost, whole, noise, found)]
    return Hits(*shares, withheld=1 - float(np.mean(shown)))


#: Every level of every factor at least four times, all extremes together at least once.
WORLDS = (
    World(100, "mean", 0.0, None),
    World(100, "nps", 0.3, None),
    World(100, "top-box", 0.3, 0.30),
    World(100, "mean", 0.7, 0.30),
    World(100, "nps", 0.0, 0.10),
    World(100, "mean", 0.0, 0.02),
    World(100, "mean", 0.3, None, clustered=True),
    World(100, "mean", 0.3, None, weighted=True),
    World(1000, "mean", 0.3, 0.10),
    World(1000, "nps", 0.3, 0.10),
    World(1000, "top-box", 0.3, 0.10),
    World(1000, "mean", 0.7, None),
    World(1000, "mean", 0.0, 0.02),
    World(1000, "nps", 0.3, 0.02),
    World(1000, "mean", 0.3, 0.02, clustered=True),
    World(1000, "nps", 0.3, 0.10, clustered=True),
    World(1000, "mean", 0.3, 0.30, clustered=True, weighted=True),
    World(1000, "top-box", 0.7, None, weighted=True),
    World(1000, "mean", 0.3, 0.10, weighted=True),
    World(20_000, "mean", 0.3, 0.02),
    World(20_000, "nps", 0.7, 0.10, clustered=True),
    World(20_000, "top-box", 0.0, 0.30, weighted=True),
    World(20_000, "mean", 0.3, None, clustered=True, weighted=True),
    World(1000, "mean", 0.3, 0.10, null=True),
    World(1000, "nps", 0.7, None, null=True),
)
