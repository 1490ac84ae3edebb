"""Coefficients of the full regression with intervals that hold for small, clustered and weighted data.

Variance: bias-reduced linearisation ("CR2"; with one row a block it is HC2) with Satterthwaite degrees of freedom
(Bell & McCaffrey 2002; Imbens & Kolesár 2016; Pustejovsky & Tipton 2018). Everything needed of a block is its
cross-products, so the same code serves rows, customers and hash blocks of millions of rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from cxanalysis.drivers.importance.subset_lattice import COLLINEAR
from cxanalysis.drivers.model.centred_sums import Sums

Floats = NDArray[np.float64]

#: A block whose leverage is this close to 1 is fitted exactly; its residual says nothing and is left out.
FULL_LEVERAGE: Final = 1 - 1e-8
#: A standardised coefficient below this is rounding error.
NOTHING: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Values:
    """Estimates with the variance and degrees of freedom of each; all (m,)."""

    value: Floats
    variance: Floats
    df: Floats

    def interval(self, confidence: float) -> tuple[Floats, Floats]:
        """Low and high."""
        reach = stats.t.ppf(0.5 + confidence / 2, self.df) * np.sqrt(self.variance)
        return self.value - reach, self.value + reach

    def p(self) -> Floats:
        """Two-sided p of "it is zero"."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return 2 * stats.t.sf(np.abs(self.value) / np.sqrt(self.variance), self.df)


class Regression(Protocol):
    """Effects by whatever way missing answers were dealt with. Columns: adjusters first, then members."""

    @property
    def mean(self) -> Floats:
        """Mean of each column."""

    @property
    def vif(self) -> Floats:
        """Variance inflation factor of each column."""

    def effects(self) -> Values:
        """The coefficients."""

    def stake(self, columns: list[int], reference: Floats) -> Values:
        """Points lost to these columns, as one value."""

    def joint_p(self, columns: list[int]) -> float:
        """p of "none of these columns has an effect"."""

    def joint(self, columns: list[int]) -> Floats:
        """Covariance of the errors of these effects, of these means, and of the outcome's mean, in this order."""


@dataclass(frozen=True, slots=True)
class Fit:
    """The full regression of the outcome on m columns.

    Attributes
    ----------
    slopes : array, (m,)
        Coefficients; of columns that repeat each other the first carries what they share, the others 0.
    exists : array of bool, (m,)
        Whether a column has a coefficient of its own.
    influence : array, (B, m)
        What each block contributes to each coefficient's error; the sum of squares is its variance.
    df : array, (m,)
        Degrees of freedom of each coefficient's variance.
    mean : array, (m,)
        Weighted mean of each column.
    mean_influence : array, (B, m)
        What each block contributes to each mean's error.
    vif : array, (m,)
        Variance inflation factor; infinite where the column is a mixture of others.
    r_squared : float
    outcome_influence : array, (B,)
        What each block contributes to the error of the outcome's mean.
    standardised : array, (m,)
        Slopes in standard deviations of outcome and column.
    """

    slopes: Floats
    exists: NDArray[np.bool_]
    influence: Floats
    df: Floats
    mean: Floats
    mean_influence: Floats
    vif: Floats
    r_squared: float
    outcome_influence: Floats
    standardised: Floats
    _leverage: _Leverage

    @property
    def f_squared(self) -> Floats:
        """Cohen's f² of each column, (m,): what it alone adds to R², over what is left (t² / df of the usual test)."""
        return self.standardised**2 / self.vif / (1.0 - self.r_squared)

    def effects(self) -> Values:
        """The coefficients; NaN where one does not exist."""
        return Values(np.where(self.exists, self.slopes, np.nan), (self.influence**2).sum(axis=0), self.df)

    def stake(self, columns: list[int], reference: Floats) -> Values:
        """Points lost to these columns: Σ effect × (reference - mean), as one value.

        For a failure the reference is 0 and the sum is -(prevalence × effect). The variance is joint for effects and
        means: a block moves the product by gap × its influence on the effect - effect × its influence on the mean.
        """
        gap = reference[columns] - self.mean[columns]
        effect = self.slopes[columns]
        influence = self.influence[:, columns] @ gap - self.mean_influence[:, columns] @ effect
        combination = np.zeros((len(self.mean), 1))
        combination[columns, 0] = gap
        return Values(
            np.array([effect @ gap]), np.array([influence @ influence]), self._leverage.df(combination)
        )  # fmt: skip

    def combined(self, combinations: Floats) -> Values:
        """Sums of coefficients: one value for each column of `combinations` (m, l); NaN where one does not exist."""
        there = ~((combinations != 0) & ~self.exists[:, None]).any(axis=0)
        value = np.where(there, self.slopes @ combinations, np.nan)
        return Values(value, ((self.influence @ combinations) ** 2).sum(axis=0), self._leverage.df(combinations))

    def joint_p(self, columns: list[int]) -> float:
        """p of "none of these columns has an effect": Wald test, Hotelling's T² with the smallest of their df."""
        columns = [c for c in columns if self.exists[c]]
        influence = self.influence[:, columns]
        return wald_p(self.slopes[columns], influence.T @ influence, self.df[columns])

    def joint(self, columns: list[int]) -> Floats:
        """Covariance of the errors of these effects, of these means, and of the outcome's mean, in this order."""
        influence = np.column_stack(
            [self.influence[:, columns], self.mean_influence[:, columns], self.outcome_influence]
        )
        return influence.T @ influence


def wald_p(value: Floats, covariance: Floats, df: Floats) -> float:
    """p of "all are zero" from estimates, their covariance and their degrees of freedom."""
    q = len(value)
    eta = float(df.min()) if q else 0.0
    if q == 0 or eta <= q - 1:
        return float("nan")
    statistic = float(value @ np.linalg.pinv(covariance) @ value)
    return float(stats.f.sf((eta - q + 1) / (eta * q) * statistic, q, eta - q + 1))


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
    # Where the others explain the outcome exactly, what is left to a column is rounding error, not an effect.
    beta = np.where(np.abs(beta) < NOTHING, 0.0, beta)
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
    df = leverage.df(np.eye(m + 1)[:, 1:])
    coefficient, standardised = np.zeros(m), np.zeros(m)
    coefficient[kept], standardised[kept] = slopes, beta
    vif = np.full(m, np.inf)
    vif[kept] = (inverse**2).sum(axis=0)
    vif[~exists] = np.inf
    few = np.sqrt(sums.blocks / max(sums.blocks - 1, 1))
    return Fit(
        coefficient, exists, errors, df, sums.centre[:-1], few * sums.first[:, :-1] / total, vif, float(beta @ rxy),
        few * sums.first[:, -1] / total, standardised,
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
