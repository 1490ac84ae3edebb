"""How sure is the order of the drivers: importance over resampled blocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cxanalysis.drivers.importance import subset_lattice
from cxanalysis.drivers.importance.importance import entry_gains, johnson
from cxanalysis.drivers.model.centred_sums import Sums, correlations_of

Floats = NDArray[np.float64]

#: Up to this many players each resample's Shapley values are exact (1,000 resamples of 15 players: about 1 s).
EXACT_RESAMPLED: Final = 15
#: Above it, each resample's difference from the exact values comes from this many orders of entry and their reverses.
ORDER_PAIRS: Final = 40
#: From so many resamples the error of the sampled orders is told.
LOOKED_AT: Final = 20
#: Numbers of resampled moments held at once.
CHUNK: Final = 4_000_000
#: Importances closer than this (in R²) are a tie.
TIE: Final = 1e-9

#: From stacked correlation matrices (k, k, s) to the players' importance (players, s).
Importance = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True)
class Order:
    """Over resamples: `importance` (players, resamples), and what follows from it, each (players,)."""

    importance: Floats
    share_low: Floats
    share_high: Floats
    rank_low: NDArray[np.int64]
    rank_high: NDArray[np.int64]
    p_first: Floats


@dataclass(frozen=True, slots=True)
class SampledImportance:
    """Shapley values of many matrices over a few orders of entry, the same for all.

    They estimate only how a resample differs from the whole sample; `shift` puts the whole sample where its own
    importances say. Most of the error is common to both and cancels.
    """

    adjusters: int
    sizes: tuple[int, ...]
    orders: tuple[NDArray[np.int64], ...]
    whole: Floats
    shift: Floats

    def __call__(self, stack: Floats) -> Floats:
        """Importances (players, s)."""
        left = adjusted(stack, self.adjusters)
        return np.mean([entry_gains(left, self.sizes, order) for order in self.orders], axis=0) + self.shift[:, None]

    def error(self, stack: Floats) -> Floats:
        """Monte-Carlo standard error of each player's share in a resample, (players,), from some of the resamples."""
        left = adjusted(stack[:, :, :LOOKED_AT], self.adjusters)
        gains = np.array(
            [entry_gains(left, self.sizes, o) - entry_gains(self.whole, self.sizes, o) for o in self.orders]
        )
        pairs = gains.reshape(-1, 2, *gains.shape[1:]).mean(axis=1)
        total = np.maximum(self(stack[:, :, :LOOKED_AT]).sum(axis=0), TIE)
        errors = pairs.std(axis=0, ddof=1) / np.sqrt(len(pairs)) / total
        return np.sqrt((errors**2).mean(axis=1))

    def note(self, stack: Floats) -> str:
        """What was done, and how large the added error is."""
        return (
            f"With {len(self.sizes)} drivers the resamples use {len(self.orders)} sampled orders of entry, the same in "
            f"each, corrected by the importances of the whole sample; that adds an error of at most "
            f"{100 * float(self.error(stack).max()):.1g} points to a share in a resample."
        )


def importance_of(
    method: str, adjusters: int, sizes: Sequence[int], point: Floats, points: Floats | None = None
) -> tuple[Importance, SampledImportance | None]:
    """The function that gives a stack's importances; the second is the same, where it is not exact.

    Columns of the matrices: adjusters first, then the players' columns, outcome last. `point` is the matrix of the
    whole sample, about which sampled orders of entry estimate only the difference, and `points` its importances
    (worked out here if not given, where that takes no more than a moment).
    """
    if method == "johnson":
        return lambda stack: johnson_of(stack, adjusters, sizes), None
    if len(sizes) <= EXACT_RESAMPLED:
        return lambda stack: subset_lattice.shapley(adjusted(stack, adjusters), sizes), None
    rng = np.random.default_rng(len(sizes))
    orders = tuple(order for _ in range(ORDER_PAIRS) for order in _both_ways(rng.permutation(len(sizes))))
    whole = adjusted(point[:, :, None], adjusters)
    rough = SampledImportance(adjusters, tuple(sizes), orders, whole, np.zeros(len(sizes)))
    if points is None and len(sizes) <= subset_lattice.WIDEST:
        points = subset_lattice.shapley(whole[:, :, 0], sizes)
    here = rough(point[:, :, None])[:, 0]
    sampled = replace(rough, shift=np.zeros(len(sizes)) if points is None else points - here)
    return sampled, sampled


def _both_ways(order: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return order, order[::-1]


def adjusted(stack: Floats, adjusters: int) -> Floats:
    """Take the adjusters (the first columns) into every model; what is left is what drivers can explain."""
    for _ in range(adjusters):
        stack = subset_lattice.sweep_first(stack)
    return stack


def johnson_of(stack: Floats, adjusters: int, sizes: Sequence[int]) -> Floats:
    """Johnson's weights per player: (players, s). With adjusters, of what they leave over."""
    left = adjusted(stack, adjusters)
    variance = np.einsum("iis->is", left)
    root = np.sqrt(np.where(variance > subset_lattice.COLLINEAR, variance, np.inf))
    weights = johnson(left / root[:, None] / root[None, :] if adjusters else left)
    weights = weights * variance[-1] if adjusters else weights
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    return np.add.reduceat(weights, starts, axis=0)


def resample(sums: Sums, resamples: int, seed: int) -> Floats:
    """Correlation matrices of `resamples` draws of blocks with replacement: (k, k, resamples)."""
    rng = np.random.default_rng(seed)
    moments = sums.moments()
    blocks = len(moments)
    parts = []
    step = max(1, min(resamples, CHUNK // blocks))
    for start in range(0, resamples, step):
        count = min(step, resamples - start)
        drawn = rng.integers(0, blocks, size=(count, blocks)) + np.arange(count)[:, None] * blocks
        draws = np.bincount(drawn.ravel(), minlength=count * blocks).reshape(count, blocks)
        parts.append(draws.astype(np.float64) @ moments)
    return correlations_of(np.concatenate(parts), sums.columns)


def order(importance: Floats, confidence: float, by_chance: Floats | None = None) -> Order:
    """Intervals of share and rank, and how often each player came first.

    Parameters
    ----------
    importance : array, (players, resamples)
    confidence : float
    by_chance : array, (players,), optional
        R² that each player's columns would explain without any effect. Ranks are those of what is left: of players of
        several columns (categories, groups) the larger ones would else win by their columns alone. A resample holds
        that twice, once from the sample and once from its own drawing. Shares stay those of all that is explained.
    """
    total = importance.sum(axis=0)
    usable = total > 0
    shares = importance[:, usable] / total[usable]
    if not usable.any():
        shares = np.full((len(importance), 1), 1.0 / len(importance))
    tail = (1 - confidence) / 2
    low, high = np.quantile(shares, [tail, 1 - tail], axis=1)
    fair = shares
    if by_chance is not None and usable.any():
        fair = shares - 2 * by_chance[:, None] / total[usable]
    ranks = 1 + (fair[None, :, :] > fair[:, None, :] + TIE).sum(axis=1)
    rank_low = np.quantile(ranks, tail, axis=1, method="inverted_cdf")
    rank_high = np.quantile(ranks, 1 - tail, axis=1, method="inverted_cdf")
    first = ranks == 1
    p_first = (first / first.sum(axis=0)).mean(axis=1)
    return Order(importance, low, high, rank_low.astype(np.int64), rank_high.astype(np.int64), p_first)
