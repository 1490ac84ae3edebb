"""How sure the order is: shares of importance, who is first, who is named, who is found; and differences of segments.

The same seeded worlds as in `designs.py`; `benchmarks/calibration.py` runs them in full, the tests in short.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from designs import World

import cxanalysis as cx
from cxanalysis.drivers.effects.regression import fit
from cxanalysis.drivers.importance.order_of_drivers import importance_of, order, resample
from cxanalysis.drivers.model.centred_sums import sums_of_rows

#: Worlds whose share intervals are checked: every level of every factor, at least two sizes each.
SHARES = (
    World(100, "mean", 0.0, None),
    World(100, "nps", 0.3, None),
    World(100, "mean", 0.7, 0.30),
    World(1000, "mean", 0.3, 0.10),
    World(1000, "top-box", 0.7, None, weighted=True),
    World(1000, "nps", 0.3, 0.10, clustered=True),
    World(1000, "mean", 0.3, 0.30, clustered=True, weighted=True),
    World(1000, "mean", 0.0, 0.02),
    World(20_000, "mean", 0.3, 0.02),
    World(20_000, "nps", 0.7, 0.10, clustered=True),
)
#: A share below this is not promised an interval that covers.
SMALLEST_SHARE = 0.05


def true_shares(world: World, rows: int, seed: int = 98) -> np.ndarray:
    """Shares of importance in a very large sample of the world."""
    rng = np.random.default_rng(seed)
    products, sums, total = 0.0, 0.0, 0.0
    for _ in range(max(1, rows // 500_000)):
        values, w, _customers = world.draw(rng, min(rows, 500_000), cluster=False)
        w = np.ones(len(values)) if w is None else w
        products, sums, total = products + (values * w[:, None]).T @ values, sums + w @ values, total + w.sum()
    covariance = products / total - np.outer(sums, sums) / total**2
    scale = np.sqrt(np.diag(covariance))
    importance = cx.importance(covariance / np.outer(scale, scale))
    return importance / importance.sum()


def share_coverage(world: World, sets: int, truth_rows: int, resamples: int = 400, seed: int = 2) -> float:
    """Share of 95 % intervals of a driver's share that hold its true share, among drivers with at least 5 %."""
    truth = true_shares(world, truth_rows)
    rng = np.random.default_rng(seed)
    counted, inside = truth >= SMALLEST_SHARE, []
    for number in range(sets):
        values, w, customer = world.draw(rng)
        if not (values[:, :-1].std(axis=0) > 0).all() or values[:, -1].std() == 0:
            continue
        sums = sums_of_rows(values, w, customer)
        importance, _ = importance_of("shapley", 0, [1] * len(truth), sums.correlation())
        found = order(importance(resample(sums, resamples, seed=number)), 0.95)
        inside += list(((found.share_low <= truth) & (truth <= found.share_high))[counted])
    return float(np.mean(inside))


@dataclass(frozen=True, slots=True)
class Bin:
    """Analyses that gave a driver a p_first between `low` and `low + 0.1`: what they said, and how often it was so."""

    low: float
    n: int
    said: float
    was: float


def first_in_ten_bins(sets: int, seed: int = 5) -> list[Bin]:
    """p_first against the truth, where truths are drawn at random: four correlated drivers, 200 rows."""
    rng = np.random.default_rng(seed)
    covariance = np.full((4, 4), 0.3) + 0.7 * np.eye(4)
    said, right = [], []
    for _ in range(sets):
        effects = rng.normal(size=4) * 0.25
        x = rng.normal(size=(200, 4)) * np.sqrt(0.7) + rng.normal(size=(200, 1)) * np.sqrt(0.3)
        sums = sums_of_rows(np.column_stack([x, x @ effects + rng.normal(size=200)]), None, None)
        cross = covariance @ effects / np.sqrt(effects @ covariance @ effects + 1)
        truth = int(np.argmax(cx.importance(np.block([[covariance, cross[:, None]], [cross[None], np.eye(1)]]))))
        importance, _ = importance_of("shapley", 0, [1] * 4, sums.correlation())
        said.append(order(importance(resample(sums, 200, seed=1)), 0.95).p_first)
        right.append(np.arange(4) == truth)
    all_said, all_right = np.concatenate(said), np.concatenate(right)
    bins = []
    for low in np.arange(0, 10) / 10:
        at = (all_said >= low) & (all_said < low + 0.1 + (low > 0.85))
        bins.append(Bin(float(low), int(at.sum()), float(all_said[at].mean()), float(all_right[at].mean())))
    return bins


def named_among_equals(sets: int, seed: int = 6) -> float:
    """Share of analyses of two exactly equal drivers (n = 300) whose headline names one."""
    rng = np.random.default_rng(seed)
    named = 0
    for _ in range(sets):
        x = rng.normal(size=(300, 2))
        frame = pd.DataFrame({"a": x[:, 0], "b": x[:, 1], "y": x.sum(axis=1) * 0.4 + rng.normal(size=300)})
        named += cx.drivers(frame, "y", ["a", "b"], resamples=200).headline.endswith("of 100 resamples.")
    return named / sets


@dataclass(frozen=True, slots=True)
class PowerDesign:
    """n rows of 6 drivers, one with an effect; failures of this prevalence, or ratings (None)."""

    n: int
    prevalence: float | None
    effect: float
    correlation: float = 0.0

    @property
    def name(self) -> str:
        kind = "ratings" if self.prevalence is None else f"failures {self.prevalence:.0%}"
        return f"n={self.n:,}, 6 drivers, {kind}, r={self.correlation:g}"


POWERS = (
    PowerDesign(300, None, 0.19),
    PowerDesign(300, None, 0.25, correlation=0.5),
    PowerDesign(300, 0.10, 0.6),
    PowerDesign(1000, 0.02, 0.6),
    PowerDesign(1000, 0.03, 0.5),
)
#: Power is promised from so many failure cases on.
ENOUGH_CASES = 20


def power(design: PowerDesign, sets: int, seed: int = 7) -> tuple[float, float]:
    """Share of sets in which the one real driver has p < 0.05: by ours, by the ordinary partial t-test.

    Sets with fewer cases of it than power is promised for are drawn anew.
    """
    from scipy import stats

    rng = np.random.default_rng(seed)
    ours, theirs, done = 0, 0, 0
    while done < sets:
        z = rng.normal(size=(design.n, 6)) * np.sqrt(1 - design.correlation)
        z += rng.normal(size=(design.n, 1)) * np.sqrt(design.correlation)
        x = z if design.prevalence is None else (z > stats.norm.ppf(1 - design.prevalence)).astype(float)
        y = design.effect * x[:, 0] + rng.normal(size=design.n)
        if design.prevalence is not None and x[:, 0].sum() < ENOUGH_CASES:
            continue
        done += 1
        ours += fit(sums_of_rows(np.column_stack([x, y]), None, None)).effects().p()[0] < 0.05
        X = np.column_stack([np.ones(design.n), x])
        b, left, *_ = np.linalg.lstsq(X, y, rcond=None)
        df = design.n - 7
        error = np.sqrt(left[0] / df * np.linalg.inv(X.T @ X)[1, 1])
        theirs += 2 * stats.t.sf(abs(b[1] / error), df) < 0.05
    return ours / sets, theirs / sets


@dataclass(frozen=True, slots=True)
class SegmentDesign:
    """Answers in segments that differ in level, and in the effect of the first driver by `extra` in the first one."""

    n: int
    sizes: tuple[float, ...]
    extra: float = 0.0
    customers: str = "none"
    weighted: bool = False
    failures: bool = True

    @property
    def name(self) -> str:
        kind = "failures 16%" if self.failures else "ratings"
        words = [f"n={self.n:,}", "segments " + "/".join(f"{size:.0%}" for size in self.sizes), kind]
        words += [] if self.customers == "none" else [f"clustered {self.customers} segments"]
        words += ["weighted"] if self.weighted else []
        words += [f"difference {self.extra:g}"] if self.extra else ["no difference"]
        return ", ".join(words)

    def draw(self, rng: np.random.Generator, n: int | None = None) -> pd.DataFrame:
        """One survey; a score without ceiling, so that the truth is known exactly."""
        n = n or self.n
        customer = np.arange(n) // 5
        segment = rng.choice(len(self.sizes), n, p=self.sizes)
        if self.customers == "within":
            segment = rng.choice(len(self.sizes), customer[-1] + 1, p=self.sizes)[customer]
        z = 0.55 * rng.normal(size=(n, 1)) + 0.835 * rng.normal(size=(n, 4))
        x = (z > 1.0).astype(float) if self.failures else np.clip(np.round(3 + z), 1, 5)
        noise = rng.normal(size=n)
        if self.customers != "none":
            noise = (noise + rng.normal(size=customer[-1] + 1)[customer]) / np.sqrt(2)
        noise = noise * np.where(segment == 0, 1.5, 1.0)  # another spread in the first segment
        y = x @ np.array([-0.9, -0.5, 0.0, -0.3]) + self.extra * x[:, 0] * (segment == 0) + 0.4 * segment + noise
        frame = pd.DataFrame(x, columns=list("abcd")).assign(y=y, segment=[f"s{k}" for k in segment], customer=customer)
        return frame.assign(w=np.exp(0.4 * rng.normal(size=n)))


SEGMENTS = (
    SegmentDesign(600, (0.5, 0.5)),
    SegmentDesign(600, (0.5, 0.3, 0.2), failures=False),
    SegmentDesign(1500, (0.4, 0.3, 0.2, 0.1)),
    SegmentDesign(1500, (0.6, 0.4), customers="within"),
    SegmentDesign(1500, (0.5, 0.3, 0.2), customers="across", weighted=True),
    SegmentDesign(1500, (0.6, 0.4), extra=-0.8),
    SegmentDesign(1500, (0.4, 0.3, 0.3), extra=-0.8, customers="across"),
)


@dataclass(frozen=True, slots=True)
class Told:
    """Over simulated surveys: coverage of differences of effects, of shares; any q < 0.05; the real one found."""

    difference: float
    share: float
    any_q: float
    found: float


def compared(design: SegmentDesign, sets: int, resamples: int = 200, seed: int = 9) -> Told:
    """Compare segments in `sets` surveys."""
    arguments = {
        "cluster": None if design.customers == "none" else "customer",
        "weight": "w" if design.weighted else None,
    }
    large = design.draw(np.random.default_rng(97), 1_000_000)
    truth = cx.segments(large, "y", list("abcd"), by="segment", resamples=1).table.set_index(["segment", "driver"])
    rng = np.random.default_rng(seed)
    inside, shares, any_q, found = [], [], 0, 0
    for number in range(sets):
        frame = design.draw(rng)
        told = cx.segments(
            frame, "y", list("abcd"), by="segment", resamples=resamples, seed=number, **arguments
        ).table.set_index(["segment", "driver"])
        told = told[told.status != "too few"]
        true = truth.loc[told.index]
        # The generator's own difference where it is exact; a million rows for the shares.
        gap = np.where(told.index.get_level_values("driver") == "a", _gaps(design, told.index), 0.0)
        inside += list((told.difference_low <= gap) & (gap <= told.difference_high))
        real = (true.share >= SMALLEST_SHARE) & (true.share_elsewhere >= SMALLEST_SHARE)
        covers = (told.share_difference_low <= true.share_difference) & (
            true.share_difference <= told.share_difference_high
        )
        shares += list(covers[real])
        any_q += bool((told.status == "differs").any())
        found += bool((("s0", "a") in told.index) and told.status["s0", "a"] == "differs")
    return Told(float(np.mean(inside)), float(np.mean(shares)), any_q / sets, found / sets)


def _gaps(design: SegmentDesign, index: pd.MultiIndex) -> np.ndarray:
    """True difference of the effect of the first driver between each segment and the rest."""
    sizes = np.array(design.sizes)
    gap = np.array([design.extra * ((k == 0) - (k != 0) * sizes[0] / (1 - sizes[k])) for k in range(len(sizes))])
    return gap[[int(name[1:]) for name in index.get_level_values("segment")]]
