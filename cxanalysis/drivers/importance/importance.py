"""Importance of drivers from one correlation matrix: shares of R² that add up, and older measures for comparison."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cxanalysis.drivers.importance import subset_lattice
from cxanalysis.problem import Problem

Floats = NDArray[np.float64]

#: Exact Shapley up to this many players (2^25 subsets: 8 s and 1.7 GB); above, permutations are sampled.
EXACT_PLAYERS: Final = 25
#: Sampled Shapley stops when the Monte-Carlo standard error of every share is below this (0.2 points of share).
SHARE_ERROR: Final = 0.002
#: … or after this many permutations, and then says what error is left.
MOST_PERMUTATIONS: Final = 20_000

METHODS: Final = ("shapley", "johnson", "first", "last", "beta2", "pratt", "car")


def importance(correlation: ArrayLike, *, method: str = "shapley") -> Floats:
    """How much of the outcome's variance each driver explains, from a correlation matrix.

    Parameters
    ----------
    correlation : array, (p + 1, p + 1)
        Correlations of p drivers, **outcome last**.
    method : str
        "shapley" (= LMG = general dominance): mean gain in R² over all orders of entry, exact up to 25 drivers,
        sampled above. "johnson" (relative weights = Genizi). For comparison only: "first" (r²), "last" (gain when
        entered last), "beta2" (squared standardised coefficient), "pratt" (coefficient × r), "car" (squared
        correlation-adjusted correlation).

    Returns
    -------
    array, (p,)
        In units of R². "shapley", "johnson", "pratt" and "car" add up to R².

    Raises
    ------
    Problem
        If the matrix is not a correlation matrix, or the method is unknown.

    Notes
    -----
    φ_j = Σ_S |S|!(p-|S|-1)!/p! · [R²(S ∪ j) - R²(S)]. Lindeman, Merenda & Gold (1980); Grömping (2006); Johnson (2000);
    Genizi (1993).

    Examples
    --------
    >>> importance([[1, .5, .6], [.5, 1, .4], [.6, .4, 1]]).round(6).tolist()
    [0.286667, 0.086667]
    >>> importance([[1, 0, .6], [0, 1, .4], [.6, .4, 1]], method="johnson").round(6).tolist()
    [0.36, 0.16]
    """
    matrix = checked(correlation)
    if method == "shapley":
        return shapley(matrix, [1] * (len(matrix) - 1))[0]
    if method == "johnson":
        return johnson(matrix[:, :, None])[:, 0]
    if method in METHODS:
        return _single(matrix, method)
    raise Problem(f"there is no method '{method}'", do=f"Use one of: {', '.join(METHODS)}")


def checked(correlation: ArrayLike) -> Floats:
    """The matrix as floats, or a `Problem` that says why it is no correlation matrix of drivers and an outcome."""
    of_rows = "Of rows at hand: frame[[*drivers, outcome]].corr()"
    try:
        matrix = np.asarray(correlation, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise Problem("a matrix of numbers is needed", where="correlation", do=of_rows) from error
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or len(matrix) < 2:
        raise Problem("a correlation matrix must be square, with at least one driver and the outcome last", do=of_rows)
    if not np.isfinite(matrix).all():
        raise Problem("the correlation matrix has empty or infinite cells", do="Leave constant columns out")
    if np.abs(matrix - matrix.T).max() > 1e-8 or np.abs(np.diag(matrix) - 1).max() > 1e-8:
        raise Problem("the matrix is not a correlation matrix: it must be symmetric with ones on the diagonal")
    lowest = float(np.linalg.eigvalsh(matrix)[0])
    if lowest < -1e-8:
        raise Problem(
            f"no data can have these correlations together (smallest eigenvalue {lowest:.3g})",
            do='Compute them from the same rows (missing="complete") or impute',
        )
    return matrix


def shapley(matrix: Floats, sizes: Sequence[int], *, seed: int = 0) -> tuple[Floats, Floats | None]:
    """Shapley values of players that hold `sizes` columns each, and their Monte-Carlo errors (None if exact)."""
    if len(sizes) <= EXACT_PLAYERS:
        return subset_lattice.shapley(matrix, sizes), None
    return sampled_shapley(matrix, sizes, seed=seed)


def sampled_shapley(matrix: Floats, sizes: Sequence[int], *, seed: int = 0) -> tuple[Floats, Floats]:
    """Shapley values over random orders of entry, each with its reverse, until every share is known to 0.2 points."""
    rng = np.random.default_rng(seed)
    total = 1.0 - _left_over(matrix)
    players, batch = len(sizes), 250
    sums, squares, pairs = np.zeros(players), np.zeros(players), 0
    while True:
        for _ in range(batch):
            order = rng.permutation(players)
            pair = 0.5 * (
                entry_gains(matrix[:, :, None], sizes, order) + entry_gains(matrix[:, :, None], sizes, order[::-1])
            )
            sums, squares = sums + pair[:, 0], squares + pair[:, 0] ** 2
        pairs += batch
        mean = sums / pairs
        error = np.sqrt(np.maximum(squares / pairs - mean**2, 0.0) / (pairs - 1))
        if total <= 0 or (error / total).max() < SHARE_ERROR or 2 * pairs >= MOST_PERMUTATIONS:
            return mean, error


def entry_gains(stack: Floats, sizes: Sequence[int], order: NDArray[np.int64]) -> Floats:
    """What each player adds to R² when players enter in this order: (players, s) for matrices (m, m, s)."""
    starts = np.concatenate([[0], np.cumsum(sizes)])
    columns = np.concatenate([np.arange(starts[player], starts[player + 1]) for player in order])
    steps = _sequential(stack[np.append(columns, stack.shape[0] - 1)][:, np.append(columns, stack.shape[0] - 1)])
    out = np.empty((len(sizes), stack.shape[2]))
    position = 0
    for player in order:
        out[player] = steps[position : position + sizes[player]].sum(axis=0)
        position += sizes[player]
    return out


def _sequential(stack: Floats) -> Floats:
    """Gain in R² of each column as columns enter one after the other: (m - 1, s)."""
    gains = np.empty((stack.shape[0] - 1, stack.shape[2]))
    for step in range(len(gains)):
        before = stack[-1, -1]
        stack = subset_lattice.sweep_first(stack)
        gains[step] = before - stack[-1, -1]
    return gains


def _left_over(matrix: Floats) -> float:
    return 1.0 - float(_sequential(matrix[:, :, None])[:, 0].sum())


def johnson(stack: Floats) -> Floats:
    """Johnson's relative weights for a stack of matrices (p + 1, p + 1, s), outcome last: (p, s).

    R_xx = VΔV', Λ = VΔ^½V', β* = Λ⁻¹r_xy, ε = Λ∘² β*∘². Directions without variance carry no weight.
    """
    Rxx = np.moveaxis(stack[:-1, :-1], 2, 0)
    rxy = np.moveaxis(stack[:-1, -1], 1, 0)
    values, V = np.linalg.eigh(Rxx)
    root = np.sqrt(np.maximum(values, 0.0))
    usable = values > subset_lattice.COLLINEAR * len(stack)
    inverse = np.where(usable, 1.0 / np.where(usable, root, 1.0), 0.0)
    Lambda = (V * root[:, None, :]) @ V.swapaxes(1, 2)
    beta = (V * inverse[:, None, :]) @ (V.swapaxes(1, 2) @ rxy[:, :, None])
    return (Lambda**2 @ beta**2)[:, :, 0].T


def _single(matrix: Floats, method: str) -> Floats:
    """The comparison measures that need a regular matrix of drivers."""
    Rxx, rxy = matrix[:-1, :-1], matrix[:-1, -1]
    if method == "first":
        return rxy**2
    values, V = np.linalg.eigh(Rxx)
    if values[0] < subset_lattice.COLLINEAR * len(Rxx):
        raise Problem(f"'{method}' does not exist for drivers that repeat each other", do='Use "shapley" or "johnson"')
    inverse = (V / values) @ V.T
    beta = inverse @ rxy
    if method == "last":
        return beta**2 / np.diag(inverse)
    if method == "beta2":
        return beta**2
    if method == "pratt":
        return beta * rxy
    return ((V / np.sqrt(values)) @ V.T @ rxy) ** 2
