"""What the mathematics of a driver analysis sees of the data: sums per block about one common centre."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sums:
    """Weighted sums of k columns (drivers and adjusters in order, outcome last) over blocks of rows.

    Attributes
    ----------
    weight : array, (B,)
        Sum of weights per block.
    centre : array, (k,)
        Weighted mean of each column over everything: the common centre.
    first : array, (B, k)
        Sums of weight × (value - centre); they add up to zero over the blocks.
    second : array, (B, k, k) or None
        Sums of weight × (value - centre)(value - centre)'. None where every block is one row: then
        `first / weight` is the row itself, and the products follow from it.
    n : int
        Rows.
    """

    weight: Floats
    centre: Floats
    first: Floats
    second: Floats | None
    n: int

    @property
    def blocks(self) -> int:
        """Number of blocks."""
        return len(self.weight)

    @property
    def columns(self) -> int:
        """Number of columns, the outcome included."""
        return len(self.centre)

    def products(self) -> Floats:
        """Cross-products over everything: (k, k)."""
        if self.second is None:
            return (self.first / self.weight[:, None]).T @ self.first
        total: Floats = self.second.sum(axis=0)
        return total

    def covariance(self) -> Floats:
        """Weighted covariance (divided by the sum of weights): (k, k)."""
        return self.products() / self.weight.sum()

    def deviation(self) -> Floats:
        """Weighted standard deviation of each column: (k,). Exactly 0 for a constant column."""
        variance = np.diag(self.covariance())
        tiny = (1e-12 * np.maximum(1.0, np.abs(self.centre))) ** 2
        return np.sqrt(np.where(variance > tiny, variance, 0.0))

    def correlation(self) -> Floats:
        """Weighted correlation: (k, k); a constant column correlates with nothing."""
        return as_correlation(self.products()[:, :, None])[:, :, 0]

    def turned(self, column: int, ends: float) -> Sums:
        """The same sums with one column turned round (value → ends - value), for scales on which low is good."""
        sign = np.ones(self.columns)
        sign[column] = -1.0
        centre = self.centre.copy()
        centre[column] = ends - centre[column]
        second = None if self.second is None else self.second * sign[:, None] * sign[None, :]
        return replace(self, centre=centre, first=self.first * sign, second=second)

    def moments(self) -> Floats:
        """All sums of a block as one row, ready for `draws @ moments`: (B, 1 + k + k(k+1)/2)."""
        upper = np.triu_indices(self.columns)
        if self.second is None:
            rows = self.first / self.weight[:, None]
            pairs = self.first[:, upper[0]] * rows[:, upper[1]]
        else:
            pairs = self.second[:, upper[0], upper[1]]
        return np.concatenate([self.weight[:, None], self.first, pairs], axis=1)


def effective_number(weight: Floats) -> float:
    """(Σ w)² / Σ w²: as how many blocks of equal weight these count."""
    return float(weight.sum() ** 2 / (weight**2).sum())


def as_correlation(products: Floats) -> Floats:
    """Correlations from centred cross-products (k, k, s); where a column is constant its correlations are zero."""
    variance = np.einsum("iis->is", products)
    root = np.sqrt(np.maximum(variance, 0.0))
    usable = root > 0
    inverse = np.where(usable, 1.0 / np.where(usable, root, 1.0), 0.0)
    out = products * inverse[:, None] * inverse[None, :]
    diagonal = np.arange(len(products))
    out[diagonal, diagonal] = usable
    return out


def correlations_of(moments: Floats, columns: int) -> Floats:
    """Correlation matrices (k, k, s) from rows of summed moments (s, 1 + k + k(k+1)/2)."""
    weight, first = moments[:, 0], moments[:, 1 : columns + 1]
    upper = np.triu_indices(columns)
    products = np.empty((columns, columns, len(moments)))
    pairs = (moments[:, columns + 1 :] - first[:, upper[0]] * first[:, upper[1]] / weight[:, None]).T
    products[upper] = pairs
    products[upper[::-1]] = pairs
    # A column that a resample left constant keeps a rounding error in place of its zero variance.
    diagonal = np.arange(columns)
    raw = np.maximum(moments[:, columns + 1 :][:, upper[0] == upper[1]].T, 0.0)
    variance = products[diagonal, diagonal]
    products[diagonal, diagonal] = np.where(variance > 1e-12 * raw, variance, 0.0)
    return as_correlation(products)


def sums_of_rows(values: Floats, weight: Floats | None, block: NDArray[np.int64] | None) -> Sums:
    """Sums from rows at hand: `values` (n, k) without gaps, `weight` (n,), `block` (n,) numbers from 0 or None.

    Without blocks every row is one. Rows of weight zero are left out.
    """
    w = np.ones(len(values)) if weight is None else weight
    if (w == 0).any():
        keep = w > 0
        values, w = values[keep], w[keep]
        if block is not None:
            block = np.unique(block[keep], return_inverse=True)[1].astype(np.int64)
    centre = w @ values / w.sum()
    # Once more about the first centre: removes the rounding error of large numbers with small differences.
    centre = centre + w @ (values - centre) / w.sum()
    rows = values - centre
    if block is None:
        return Sums(w, centre, rows * w[:, None], None, len(values))
    order = np.argsort(block, kind="stable")
    rows, w, block = rows[order], w[order], block[order]
    starts = np.flatnonzero(np.r_[True, block[1:] != block[:-1]])
    weighted = rows * w[:, None]
    second = _second(rows, weighted, starts)
    return Sums(np.add.reduceat(w, starts), centre, np.add.reduceat(weighted, starts, axis=0), second, len(values))


def _second(rows: Floats, weighted: Floats, starts: NDArray[np.int64]) -> Floats:
    """Cross-products within each run of rows, one pair of columns at a time to stay small in memory."""
    k = rows.shape[1]
    second = np.empty((len(starts), k, k))
    for i in range(k):
        for j in range(i, k):
            second[:, i, j] = second[:, j, i] = np.add.reduceat(weighted[:, i] * rows[:, j], starts)
    return second
