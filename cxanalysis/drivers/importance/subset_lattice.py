"""Residual variances of the outcome for every subset of drivers, by sweeping one correlation matrix.

Start with one matrix (drivers, then adjusters' leftovers, outcome last). For each driver keep two copies: one with the
driver left out (its row and column dropped), one with it swept in (Schur complement). After p drivers the stack holds
2^p single numbers: the variance of the outcome that each subset leaves unexplained, at the cost of O(2^p) additions.

Matrices lie with the stack on the last axis, so every step is arithmetic on long contiguous runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import comb
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: A pivot below this share of a driver's own variance means: nothing new, it repeats drivers already in.
COLLINEAR: Final = 1e-10
#: Stacks of this many numbers stay in the processor's cache (measured: larger ones are slower per subset).
CACHE_NUMBERS: Final = 1 << 18
#: One matrix is unfolded over at most this many players at once; the first ones beyond are walked one subset at a time.
WIDEST: Final = 20


def sweep_first(stack: Floats) -> Floats:
    """Take the first column into the model: Schur complement of each matrix of the stack, column dropped.

    `stack` is (m, m, s), the result (m-1, m-1, s). A column that repeats what is in already adds nothing.
    """
    pivot = stack[0, 0]
    usable = pivot > COLLINEAR
    scaled = np.where(usable, stack[0, 1:] / np.where(usable, pivot, 1.0), 0.0)
    return stack[1:, 1:] - stack[1:, 0][:, None] * scaled[None, :]


def residuals(correlation: Floats, sizes: Sequence[int]) -> Floats:
    """Unexplained variance of the outcome for every subset of players.

    Parameters
    ----------
    correlation : (m, m) or (m, m, s)
        Columns of the players in order, outcome last; s matrices at once on the last axis.
    sizes : sequence of int
        How many columns each player has (1 for a single driver); their sum is m - 1.

    Returns
    -------
    (2^players, s)
        Row `subset`: bit j of the row's number says whether player j is in.
    """
    stack = np.ascontiguousarray(correlation if correlation.ndim == 3 else correlation[:, :, None], dtype=np.float64)
    width = stack.shape[2]
    for size in sizes:
        swept = stack
        for _ in range(size):
            swept = sweep_first(swept)
        m = swept.shape[0]
        both = np.empty((m, m, 2, stack.shape[2]))
        both[:, :, 0] = stack[size:, size:]
        both[:, :, 1] = swept
        stack = both.reshape(m, m, -1)
    return stack[0, 0].reshape(-1, width)


@lru_cache(maxsize=8)
def _weights(players: int) -> Floats:
    """Shapley weight |S|!(p-|S|-1)!/p! of each subset S of the other p - 1 players, in the order of `residuals`."""
    sizes = _popcounts(players - 1)
    by_size = np.array([1.0 / (players * comb(players - 1, size)) for size in range(players)])
    return by_size[sizes]


@lru_cache(maxsize=8)
def _popcounts(bits: int) -> NDArray[np.int64]:
    counts = np.zeros(1, dtype=np.int64)
    for _ in range(bits):
        counts = np.concatenate([counts, counts + 1])
    return counts


def gains(unexplained: Floats, player: int) -> Floats:
    """What one player adds to R² for each subset of the others: (2^(p-1), s)."""
    halves = unexplained.reshape(-1, 2, 1 << player, unexplained.shape[1])
    return (halves[:, 0] - halves[:, 1]).reshape(-1, unexplained.shape[1])


def subset_sizes(players: int) -> NDArray[np.int64]:
    """Number of players in each subset, in the order of `residuals` (and of `gains` for one player fewer)."""
    return _popcounts(players)


def shapley_of(unexplained: Floats, players: int) -> Floats:
    """Shapley values from the residual variances of all subsets: (players, s)."""
    weights = _weights(players)
    return np.stack([weights @ gains(unexplained, player) for player in range(players)])


def shapley(correlation: Floats, sizes: Sequence[int]) -> Floats:
    """Exact Shapley values of R² for one matrix (m, m) or a stack (m, m, s): (players,) or (players, s)."""
    players = len(sizes)
    if correlation.ndim == 2:
        return _deep(np.ascontiguousarray(correlation, dtype=np.float64), tuple(sizes))
    chunk = max(1, CACHE_NUMBERS >> players)
    parts = [
        shapley_of(residuals(correlation[:, :, start : start + chunk], sizes), players)
        for start in range(0, correlation.shape[2], chunk)
    ]
    return np.concatenate(parts, axis=1)


def _deep(correlation: Floats, sizes: tuple[int, ...]) -> Floats:
    """One matrix: go depth first over the first players until a stack of the rest is small, to save memory."""
    players = len(sizes)
    depth = max(0, players - WIDEST)
    inner = players - depth
    unexplained = np.empty(1 << players)
    for outer in range(1 << depth):
        matrix = correlation[:, :, None]
        for player in range(depth):
            if outer >> player & 1:
                for _ in range(sizes[player]):
                    matrix = sweep_first(matrix)
            else:
                matrix = matrix[sizes[player] :, sizes[player] :]
        # Subset number: outer players are the low bits, inner ones the high bits.
        unexplained.reshape(1 << inner, 1 << depth)[:, outer] = residuals(matrix, sizes[depth:])[:, 0]
    return shapley_of(unexplained[:, None], players)[:, 0]
