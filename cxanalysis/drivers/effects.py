"""Coefficients of the full regression with intervals that hold for small, clustered and weighted data.

Variance: bias-reduced linearisation ("CR2"; with one row a block it is HC2) with Satterthwaite degrees of freedom
(Bell & McCaffrey 2002; Imbens & Kolesár 2016; Pustejovsky & Tipton 2018). Everything needed of a block is its
cross-products, so the same code serves rows, customers and hash blocks of millions of rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from cxanalysis.drivers.lattice import COLLINEAR
from cxanalysis.drivers.sums import Sums

Floats = NDArray[np.float64]

#: A block whose leverage is this close to 1 is fitted exactly; its residual says nothing and is left out.
FULL_LEVERAGE: Final = 1 - 1e-8


@dataclass(frozen=True, slots=True)
class Fit:
    """The full regression.

    Attributes
    ----------
    coefficient : array, (m,)
        NaN where the coefficient does not exist (columns that repeat each other).
    influence : array, (B, m)
        What each block contributes to each coefficient's error; the sum of squares is its variance.
    df : array, (m,)
        Degrees of freedom of each coefficient's variance.
    mean_influence : array, (B, m)
        The same for the mean of each column.
    vif : array, (m,)
        Variance inflation factor; infinite where the column is a mixture of others.
    r_squared : float
    """

    coefficient: Floats
    influence: Floats
    df: Floats
    mean_influence: Floats
    vif: Floats
    r_squared: float
    _leverage: _Leverage

    def df_of(self, combination: Floats) -> float:
        """Degrees of freedom of a weighted sum of coefficients, `combination` (m,)."""
        return float(self._leverage.df(combination[:, None])[0])


@dataclass(frozen=True, slots=True)
class _Leverage:
    """Blocks in the basis in which the design is orthonormal.

    For one row a block, `root` (B, q) holds the row and `h` its leverage. Else `values` (B, q) and `vectors` (B, q, q)
    are the eigenvalues and -vectors of each block's part of the identity.
    """

    to_basis: Floats
    root: Floats | None
    values: Floats
    vectors: Floats | None

    def adjusted(self, scores: Floats) -> Floats:
        """Residual scores (B, q) of each block, corrected for its leverage."""
        factor = _power(self.values, -0.5)
        if self.vectors is None:
            return scores * factor[:, None]
        turned = np.einsum("bqk,bq->bk", self.vectors, scores)
        return np.einsum("bqk,bk->bq", self.vectors, factor * turned)

    def df(self, combinations: Floats) -> Floats:
        """Satterthwaite degrees of freedom of each column of `combinations` (m, l): tr(B)² / tr(B²)."""
        basis = self.to_basis @ combinations
        out = np.empty(combinations.shape[1])
        for column in range(combinations.shape[1]):
            a = basis[:, column]
            if self.root is not None:
                p = (self.root @ a) * _power(self.values, -0.5)
                D, r = p**2, self.root * p[:, None]
            else:
                assert self.vectors is not None
                turned = np.einsum("bqk,q->bk", self.vectors, a)
                D = (turned**2 * self.values * _power(self.values, -1.0)).sum(axis=1)
                r = np.einsum("bqk,bk->bq", self.vectors, turned * self.values * _power(self.values, -0.5))
            length = (r**2).sum(axis=1)
            trace = (D - length).sum()
            square = (D**2 - 2 * D * length).sum() + ((r.T @ r) ** 2).sum()
            out[column] = trace**2 / square if square > 0 else np.nan
        return out


def _power(leverage: Floats, exponent: float) -> Floats:
    """(1 - leverage)^exponent, and 0 where the leverage is 1 (generalised inverse)."""
    free = leverage < FULL_LEVERAGE
    return np.where(free, np.where(free, 1.0 - leverage, 1.0) ** exponent, 0.0)


def fit(sums: Sums) -> Fit:
    """Regress the last column on all others, with an intercept."""
    m = sums.columns - 1
    scale = sums.deviation()
    scale = np.where(scale > 0, scale, 1.0)
    correlation = sums.correlation()
    kept, exists = independent(correlation[:-1, :-1])
    Rxx, rxy = correlation[np.ix_(kept, kept)], correlation[kept, -1]
    lower = np.linalg.cholesky(Rxx)
    inverse = np.linalg.inv(lower)
    beta = inverse.T @ (inverse @ rxy)
    total = sums.weight.sum()

    # Basis in which intercept and drivers are orthonormal: values / scale → inverse @ …, all over √(sum of weights).
    q = len(kept) + 1
    to_basis = np.zeros((q, m + 1))
    to_basis[0, 0] = 1.0
    to_basis[1:, 1 + kept] = inverse / scale[kept]
    to_basis /= np.sqrt(total)
    slopes = beta * scale[-1] / scale[kept]

    leverage, scores = _blocks_in_basis(sums, kept, slopes, to_basis)
    errors = leverage.adjusted(scores) @ to_basis[:, 1:]
    coefficient = np.full(m, np.nan)
    coefficient[kept] = slopes
    df = leverage.df(np.eye(m + 1)[:, 1:])
    dead = ~exists
    coefficient[dead] = np.nan
    errors[:, dead], df[dead] = np.nan, np.nan

    vif = np.full(m, np.inf)
    vif[kept] = (inverse**2).sum(axis=0)
    vif[dead] = np.inf
    few = np.sqrt(sums.blocks / max(sums.blocks - 1, 1))
    return Fit(
        coefficient, errors, df, few * sums.first[:, :-1] / total, vif, float(beta @ rxy),
        _Leverage(to_basis[:, 1:], leverage.root, leverage.values, leverage.vectors),
    )  # fmt: skip


def _blocks_in_basis(sums: Sums, kept: NDArray[np.int64], slopes: Floats, to_basis: Floats) -> tuple[_Leverage, Floats]:
    """Each block's leverage and residual scores in the orthonormal basis."""
    basis = to_basis[:, np.r_[0, 1 + kept]]
    if sums.second is None:
        rows = sums.first / sums.weight[:, None]
        residual = rows[:, -1] - rows[:, kept] @ slopes
        design = np.column_stack([np.ones(sums.blocks), rows[:, kept]])
        root = (design @ basis.T) * np.sqrt(sums.weight)[:, None]
        scores = root * (residual * np.sqrt(sums.weight))[:, None]
        return _Leverage(to_basis, root, (root**2).sum(axis=1), None), scores
    x = sums.first[:, kept]
    design = np.empty((sums.blocks, len(basis), len(basis)))
    design[:, 0, 0], design[:, 0, 1:], design[:, 1:, 0] = sums.weight, x, x
    design[:, 1:, 1:] = sums.second[:, kept[:, None], kept[None, :]]
    with_y = np.column_stack([sums.first[:, -1], sums.second[:, kept, -1]])
    residual_scores = with_y - design[:, :, 1:] @ slopes
    values, vectors = np.linalg.eigh(basis @ design @ basis.T)
    return _Leverage(to_basis, None, np.clip(values, 0.0, 1.0), vectors), residual_scores @ basis.T


def independent(Rxx: Floats) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Columns to keep so that none repeats the others, and which coefficients exist at all.

    A coefficient exists if no mixture of columns that cancels out contains its column.
    """
    values, V = np.linalg.eigh(Rxx)
    null = V[:, values < COLLINEAR * len(Rxx)]
    exists = (np.abs(null) < 1e-6).all(axis=1) & (np.diag(Rxx) > 0)
    kept, left = [], Rxx.copy()
    for column in range(len(Rxx)):
        if left[column, column] > COLLINEAR * len(Rxx):
            kept.append(column)
            left = left - np.outer(left[:, column], left[column]) / left[column, column]
    return np.array(kept, dtype=np.int64), exists


def interval(value: Floats, variance: Floats, df: Floats, confidence: float) -> tuple[Floats, Floats, Floats]:
    """Low, high and two-sided p of estimates with these variances and degrees of freedom."""
    error = np.sqrt(variance)
    reach = stats.t.ppf(0.5 + confidence / 2, df) * error
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2 * stats.t.sf(np.abs(value) / error, df)
    return value - reach, value + reach, p


def joint_p(fit: Fit, columns: list[int]) -> float:
    """p of "none of these columns has an effect": Wald test, Hotelling's T² with the smallest of their df."""
    columns = [c for c in columns if np.isfinite(fit.coefficient[c])]
    if not columns:
        return float("nan")
    b, influence = fit.coefficient[columns], fit.influence[:, columns]
    q, eta = len(columns), float(fit.df[columns].min())
    if eta <= q - 1:
        return float("nan")
    statistic = float(b @ np.linalg.pinv(influence.T @ influence) @ b)
    return float(stats.f.sf((eta - q + 1) / (eta * q) * statistic, q, eta - q + 1))
