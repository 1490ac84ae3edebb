"""Dominance analysis of models without an R²: Shapley values of McFadden's R² = 1 - LL / LL₀ (Azen & Traxel 2009).

Up to ten players every subset is fitted. Above, orders of entry are sampled, and only what they add to a close
approximation is estimated from them: the log-likelihood that the full model's curvature predicts for each subset
(Wald), whose Shapley values are exact, from the same lattice as R².
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cxanalysis.drivers.importance import subset_lattice
from cxanalysis.drivers.other_models.model_likelihood import Family, LikelihoodMaximum, climb

Floats = NDArray[np.float64]

#: Up to this many players all subsets are fitted: 1,024 fits.
EXACT_PLAYERS: Final = 10
#: Above, so many orders of entry, each with its reverse.
ORDER_PAIRS: Final = 12


@dataclass(frozen=True, slots=True)
class Shared:
    """McFadden's R² shared out among players.

    Attributes
    ----------
    importance : array, (players,)
        Adds up to `r_squared` less what adjusters explain alone.
    r_squared : float
        Of the full model.
    error : array, (players,) or None
        Monte-Carlo standard error where orders were sampled.
    fits : int
        Models fitted.
    """

    importance: Floats
    r_squared: float
    error: Floats | None
    fits: int


def share_out(
    family: Family,
    X: Floats,
    sizes: Sequence[int],
    adjusters: int,
    full: LikelihoodMaximum,
    *,
    exact: int = EXACT_PLAYERS,
    pairs: int = ORDER_PAIRS,
    seed: int = 0,
) -> Shared:
    """Share McFadden's R² out among players.

    Parameters
    ----------
    family : Family
    X : array, (n, m)
        Adjusters first, then the players' columns in order; standardised.
    sizes : sequence of int
        Columns per player.
    adjusters : int
        Columns in every model.
    full : LikelihoodMaximum
        The model with all columns.
    exact : int
        Most players for which every subset is fitted.
    pairs : int
        Orders of entry above that, each with its reverse.
    seed : int
    """
    players = len(sizes)
    empty = family.value(family.start(), np.zeros((len(X), 0)))
    fitted = _Subsets(family, X, sizes, adjusters, full)
    if players <= exact:
        unexplained = np.array([fitted(subset) for subset in range(1 << players)]) / empty
        importance, error = subset_lattice.shapley_of(unexplained[:, None], players)[:, 0], None
    else:
        importance, error = _sampled(fitted, sizes, adjusters, full, family.heads, -empty, pairs, seed)
    return Shared(importance, 1.0 - full.log_likelihood / empty, error, len(fitted.known))


class _Subsets:
    """Log-likelihoods of subsets of players (bit j: player j is in), each fitted once."""

    def __init__(
        self, family: Family, X: Floats, sizes: Sequence[int], adjusters: int, full: LikelihoodMaximum
    ) -> None:
        self.family, self.X, self.adjusters, self.heads = family, X, adjusters, family.heads
        starts = adjusters + np.concatenate([[0], np.cumsum(sizes)])
        self.columns = [np.arange(a, b) for a, b in pairwise(starts)]
        everything = (1 << len(sizes)) - 1
        self.known: dict[int, LikelihoodMaximum] = {everything: full}

    def __call__(self, subset: int) -> float:
        if subset not in self.known:
            self.known[subset] = climb(self.family, self.X[:, self.inside(subset)], self._near(subset))
        return self.known[subset].log_likelihood

    def inside(self, subset: int) -> NDArray[np.int64]:
        players = [c for j, c in enumerate(self.columns) if subset >> j & 1]
        return np.concatenate([np.arange(self.adjusters), *players]).astype(np.int64)

    def _near(self, subset: int) -> Floats | None:
        """Start from the subset without its lowest player, where that is known: two steps are saved."""
        below = subset & (subset - 1)
        if subset == 0 or below not in self.known:
            return None
        start = np.zeros(self.heads + len(self.inside(subset)))
        start[: self.heads] = self.known[below].parameters[: self.heads]
        same = np.isin(self.inside(subset), self.inside(below))
        start[self.heads :][same] = self.known[below].parameters[self.heads :]
        return start


def _sampled(
    fitted: _Subsets,
    sizes: Sequence[int],
    adjusters: int,
    full: LikelihoodMaximum,
    heads: int,
    scale: float,
    pairs: int,
    seed: int,
) -> tuple[Floats, Floats]:
    """Shapley values from the curvature of the full model, corrected by sampled orders of entry."""
    rough = _curvature(full, heads, adjusters)
    players = len(sizes)
    near = subset_lattice.shapley(_swept(rough, adjusters), sizes) if players <= subset_lattice.WIDEST else None
    rng = np.random.default_rng(seed)
    orders = [rng.permutation(players) for _ in range(pairs)]
    true = np.array([(_gains(fitted, o) + _gains(fitted, o[::-1])) / 2 for o in orders])
    if near is None:
        return true.mean(axis=0) / scale, true.std(axis=0, ddof=1) / np.sqrt(pairs) / scale
    guessed = _guess(rough, sizes, adjusters)
    apart = true - np.array([(_gains(guessed, o) + _gains(guessed, o[::-1])) / 2 for o in orders])
    return (near + apart.mean(axis=0)) / scale, apart.std(axis=0, ddof=1) / np.sqrt(pairs) / scale


def _gains(worth: Callable[[int], float], order: NDArray[np.int64]) -> Floats:
    """What each player adds when players enter in this order."""
    out, inside, before = np.empty(len(order)), 0, worth(0)
    for player in order:
        inside |= 1 << int(player)
        after = worth(inside)
        out[player], before = after - before, after
    return out


def _curvature(full: LikelihoodMaximum, heads: int, adjusters: int) -> Floats:
    """The log-likelihood near its top as a "correlation" matrix (m + 1, m + 1) with the outcome last.

    With J the information about the slopes β (heads profiled out), a subset S reaches LL - ½ β'Jβ + ½ (Jβ)_S' J_SS⁻¹
    (Jβ)_S. That is the explained part of a regression with cross-products J, Jβ and β'Jβ.
    """
    info, slopes = full.information, full.parameters[heads:]
    J = info[heads:, heads:] - info[heads:, :heads] @ np.linalg.solve(info[:heads, :heads], info[:heads, heads:])
    root = np.sqrt(np.where(np.diag(J) > 0, np.diag(J), 1.0))
    moved = (J @ slopes / root)[:, None] / np.sqrt(2)
    return np.block([[J / root[:, None] / root[None, :], moved], [moved.T, np.full((1, 1), slopes @ J @ slopes / 2)]])


def _swept(matrix: Floats, adjusters: int) -> Floats:
    stack = matrix[:, :, None]
    for _ in range(adjusters):
        stack = subset_lattice.sweep_first(stack)
    return np.asarray(stack[:, :, 0])


def _guess(matrix: Floats, sizes: Sequence[int], adjusters: int) -> Callable[[int], float]:
    """The approximate log-likelihood of a subset, but for a constant."""
    starts = adjusters + np.concatenate([[0], np.cumsum(sizes)])

    def worth(subset: int) -> float:
        players = [np.arange(starts[j], starts[j + 1]) for j in range(len(sizes)) if subset >> j & 1]
        at = np.concatenate([np.arange(adjusters), *players]).astype(np.int64)
        if not len(at):
            return 0.0
        return float(matrix[-1, at] @ np.linalg.lstsq(matrix[np.ix_(at, at)], matrix[at, -1], rcond=1e-12)[0])

    return worth
