"""What chance alone would find in these very data: the outcome permuted among rows, or whole customers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from cxanalysis.drivers.cautions import SIGNIFICANT
from cxanalysis.drivers.effects.leverage import FULL_LEVERAGE
from cxanalysis.drivers.effects.regression import fit
from cxanalysis.drivers.model.centred_sums import sums_of_rows

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Shuffles of the outcome.
SHUFFLES: Final = 200


@dataclass(frozen=True, slots=True)
class Permutation:
    """Of shuffled outcomes, in which no driver can have an effect.

    Attributes
    ----------
    flagged : float
        Share of drivers (columns) that a test at 5 % would have flagged.
    any_found : float
        Share of shuffles in which the headline's rule (q < 0.05) would have found at least one driver.
    shuffles : int
    """

    flagged: float
    any_found: float
    shuffles: int


def permutation(rows: Floats, weight: Floats | None, block: Ints | None, asked: Ints, seed: int) -> Permutation:
    """Shuffle the outcome and test every driver each time.

    Only the outcome's part of the sums changes, so leverages and degrees of freedom are worked out once.

    Parameters
    ----------
    rows : array, (n, k)
        Complete rows, outcome last.
    weight : array (n,) or None
        Stays with the drivers.
    block : int array (n,) or None
        Customers: their answers move together, in the order they were given. (Of customers with different numbers of
        answers some are split where they meet.)
    asked : int array
        Columns that are tested.
    seed : int
    """
    if block is not None:
        order = np.argsort(block, kind="stable")
        rows, block, weight = rows[order], block[order], None if weight is None else weight[order]
    regression = fit(sums_of_rows(rows, weight, block))
    w = np.ones(len(rows)) if weight is None else weight
    root_w = np.sqrt(w)
    X = rows[:, :-1] - regression.mean
    basis, _ = np.linalg.qr(np.column_stack([root_w, X[:, regression.exists] * root_w[:, None]]))
    to_slopes = np.linalg.lstsq(
        np.column_stack([root_w, X[:, regression.exists] * root_w[:, None]]), basis, rcond=None
    )[0][1:]
    tested = np.isin(np.flatnonzero(regression.exists), asked)
    df = regression.df[regression.exists][tested]
    shuffled = _shuffled(rows[:, -1], block, seed) * root_w[:, None]
    inside = basis.T @ shuffled
    left = shuffled - basis @ inside
    variance = _variances(basis, to_slopes[tested], left, block)
    t = np.abs(to_slopes[tested] @ inside) / np.sqrt(variance)
    p = 2 * stats.t.sf(t, df[:, None])
    q = stats.false_discovery_control(p, axis=0) if len(p) else p
    return Permutation(float((p < SIGNIFICANT).mean()), float((q < SIGNIFICANT).any(axis=0).mean()), SHUFFLES)


def _shuffled(outcome: Floats, block: Ints | None, seed: int) -> Floats:
    """The outcome in `SHUFFLES` orders, (n, SHUFFLES)."""
    rng = np.random.default_rng(seed)
    if block is None:
        return np.column_stack([rng.permutation(outcome) for _ in range(SHUFFLES)])
    ends = np.flatnonzero(np.r_[np.diff(block) != 0, True]) + 1
    customers = np.split(outcome, ends[:-1])
    return np.column_stack(
        [np.concatenate([customers[i] for i in rng.permutation(len(customers))]) for _ in range(SHUFFLES)]
    )


def _variances(basis: Floats, to_slopes: Floats, left: Floats, block: Ints | None) -> Floats:
    """Bias-reduced variances (CR2) of each slope in each shuffle: (tested, shuffles)."""
    if block is None:
        leverage = (basis**2).sum(axis=1)
        free = leverage < FULL_LEVERAGE
        reach = basis @ to_slopes.T * np.where(free, 1 / np.sqrt(np.where(free, 1 - leverage, 1.0)), 0.0)[:, None]
        return np.asarray((reach**2).T @ left**2)
    starts = np.flatnonzero(np.r_[True, np.diff(block) != 0])
    parts = np.add.reduceat(basis[:, :, None] * basis[:, None, :], starts, axis=0)
    values, vectors = np.linalg.eigh(parts)
    free = values < FULL_LEVERAGE
    power = np.where(free, 1 / np.sqrt(np.where(free, 1 - values, 1.0)), 0.0)
    # One matrix a customer, from scores to slopes: worked out once for all shuffles.
    reach = to_slopes @ (vectors * power[:, None, :]) @ vectors.swapaxes(1, 2)
    out = np.empty((len(to_slopes), left.shape[1]))
    for shuffle in range(left.shape[1]):
        scores = np.add.reduceat(basis * left[:, shuffle, None], starts, axis=0)
        out[:, shuffle] = (np.einsum("bmq,bq->bm", reach, scores) ** 2).sum(axis=0)
    return out
