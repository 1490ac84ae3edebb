"""Coefficients of the full regression with intervals that hold for small, clustered and weighted data.

Variance: bias-reduced linearisation ("CR2"; with one row a block it is HC2) with Satterthwaite degrees of freedom
(Bell & McCaffrey 2002; Imbens & Kolesár 2016; Pustejovsky & Tipton 2018), guarded where a rare failure meets a rare
outcome value (`rare_outcome`). Everything needed of a block is its cross-products, so the same code serves rows,
customers and hash blocks of millions of rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from cxanalysis.drivers.effects.joint_test import Certainty, joint_p
from cxanalysis.drivers.effects.leverage import FULL_LEVERAGE, Leverage, blocks_in_basis
from cxanalysis.drivers.effects.rare_outcome import ENOUGH, are_flags, expected_together, guarded
from cxanalysis.drivers.importance.subset_lattice import COLLINEAR
from cxanalysis.drivers.model.centred_sums import Sums, effective_number

Floats = NDArray[np.float64]

#: A standardised coefficient below this is rounding error.
NOTHING: Final = 1e-12
#: Fewer clusters in effect than this: a prevalence from them is skewed, and its error is taken at a shrunk value.
FEW_IN_EFFECT: Final = 50.0


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

    @property
    def expected_together(self) -> Floats:
        """Rows with both a rare case of each column and a rare outcome value, by chance; infinite if none is rare."""

    def effects(self) -> Values:
        """The coefficients."""

    def stake(self, columns: list[int], reference: Floats) -> Values:
        """Points lost to these columns, as one value."""

    def joint_p(self, columns: list[int]) -> float:
        """p of "none of these columns has an effect"."""

    def by_chance(self, columns: list[int]) -> float:
        """R² that these columns would explain on average if none of them had an effect."""

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
    expected_together : array, (m,)
        Rows with both a rare case of a column and a rare outcome value that chance alone would give; infinite where
        one of them is not rare.
    outcome_variance : float
    shrunk : array, (m,)
        Means at which the error of a prevalence from few clusters is taken; of all other columns the mean.
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
    expected_together: Floats
    outcome_variance: float
    shrunk: Floats
    _leverage: Leverage

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
        The prevalence seen in few or uneven clusters is mostly too low, and the error of a product with it is too
        small then as well: it is taken at a shrunk prevalence, as Wilson's and Agresti & Coull's intervals do.
        """
        gap = reference[columns] - self.mean[columns]
        wide = reference[columns] - self.shrunk[columns]
        effect = self.slopes[columns]
        wider = effect * self._widened(columns)
        influence = self.influence[:, columns] @ wide - self.mean_influence[:, columns] @ wider
        combination = np.zeros((len(self.mean), 1))
        combination[columns, 0] = gap
        return Values(np.array([effect @ gap]), np.array([influence @ influence]), self._leverage.df(combination))

    def _widened(self, columns: list[int]) -> Floats:
        """Standard deviation of a 0/1 column at its shrunk mean, over that at its mean; 1 where they are the same."""
        mean, shrunk = self.mean[columns], self.shrunk[columns]
        same = mean == shrunk
        own = np.where(same, 1.0, mean * (1 - mean))
        return np.sqrt(np.where(same, 1.0, shrunk * (1 - shrunk)) / own)

    def combined(self, combinations: Floats) -> Values:
        """Sums of coefficients: one value for each column of `combinations` (m, l); NaN where one does not exist."""
        there = ~((combinations != 0) & ~self.exists[:, None]).any(axis=0)
        value = np.where(there, self.slopes @ combinations, np.nan)
        return Values(value, ((self.influence @ combinations) ** 2).sum(axis=0), self._leverage.df(combinations))

    def joint_p(self, columns: list[int]) -> float:
        """p of "none of these columns has an effect" (`joint_test`)."""
        columns = [c for c in columns if self.exists[c]]
        if not columns:
            return float("nan")
        return joint_p(
            self.slopes[columns],
            self.covariance(columns),
            self._leverage.working(columns),
            self._leverage.certainty(columns, self.df[columns]),
        )

    def covariance(self, columns: list[int]) -> Floats:
        """Of the errors of these effects."""
        influence = self.influence[:, columns]
        return influence.T @ influence

    def working(self, columns: list[int]) -> Floats:
        """Of their errors with equal, independent noise of variance 1 in each unit of weight."""
        return self._leverage.working(columns)

    def certainty(self, columns: list[int]) -> Certainty:
        """How well their covariance is known."""
        return self._leverage.certainty(columns, self.df[columns])

    def by_chance(self, columns: list[int]) -> float:
        """R² that these columns would explain on average if none of them had an effect: tr(working⁻¹ covariance).

        With equal, independent noise that is columns × (1 - R²) / (n - m - 1), as in the adjusted R².
        """
        columns = [c for c in columns if self.exists[c]]
        if not columns:
            return 0.0
        trace = float(np.trace(np.linalg.solve(self.working(columns), self.covariance(columns))))
        return trace / self._leverage.share(columns) / (self._leverage.weight * self.outcome_variance)

    def joint(self, columns: list[int]) -> Floats:
        """Covariance of the errors of these effects, of these means, and of the outcome's mean, in this order."""
        influence = np.column_stack(
            [self.influence[:, columns], self.mean_influence[:, columns], self.outcome_influence]
        )
        return influence.T @ influence


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

    leverage, scores = blocks_in_basis(sums, kept, slopes, to_basis)
    errors = leverage.adjusted(scores) @ to_basis[:, 1:]
    df = leverage.df(np.eye(m))
    coefficient, standardised = np.zeros(m), np.zeros(m)
    coefficient[kept], standardised[kept] = slopes, beta
    vif = np.full(m, np.inf)
    vif[kept] = (inverse**2).sum(axis=0)
    vif[~exists] = np.inf
    r_squared = float(beta @ rxy)
    expected = expected_together(sums)
    if (expected < ENOUGH).any():
        variance = (errors**2).sum(axis=0)
        # The variance of a row of the mean weight, as in ordinary least squares.
        noise = scale[-1] ** 2 * (1 - r_squared) * total / max(sums.n - len(kept) - 1, 1)
        wider = guarded(variance, (to_basis[:, 1:] ** 2).sum(axis=0) * noise, expected)
        errors = errors * np.sqrt(np.where(variance > 0, wider, 1.0) / np.where(variance > 0, variance, 1.0))
    few = _few_blocks(sums)
    means = few[:, None] * sums.first / total
    return Fit(
        coefficient,
        exists,
        errors,
        df,
        sums.centre[:-1],
        means[:, :-1],
        vif,
        r_squared,
        means[:, -1],
        standardised,
        expected,
        float(scale[-1] ** 2),
        _shrunk(sums, means[:, :-1]),
        leverage,
    )


def few_in_effect(sums: Sums) -> bool:
    """Whether blocks of rows weigh so unevenly, or are so few, that they count for few."""
    return sums.second is not None and sums.blocks > 1 and effective_number(sums.weight) < FEW_IN_EFFECT


def _few_blocks(sums: Sums) -> Floats:
    """Factor of each block's part of a mean's error, (B,): what its own leverage on the mean takes away (CR2).

    With blocks of equal weight that is √(B / (B - 1)).
    """
    if few_in_effect(sums):
        share = sums.weight / sums.weight.sum()
        return np.asarray(1 / np.sqrt(np.maximum(1 - share, 1 - FULL_LEVERAGE)))
    return np.full(sums.blocks, np.sqrt(sums.blocks / max(sums.blocks - 1, 1)))


def _shrunk(sums: Sums, influence: Floats) -> Floats:
    """Where the error of each mean is taken, (m,): a prevalence from few clusters moves towards one half.

    (p + k / 2m) / (1 + k / m) with m = p (1 - p) / variance, the rows that the clusters are worth, and k the square of
    t at their effective number (Agresti & Coull 1998 with t in place of z).
    """
    mean = sums.centre[:-1]
    variance = (influence**2).sum(axis=0)
    moved = are_flags(sums) & (variance > 0) if few_in_effect(sums) else np.zeros(len(mean), dtype=bool)
    if not moved.any():
        return mean
    k = stats.t.ppf(0.975, effective_number(sums.weight)) ** 2
    worth = np.where(moved, mean * (1 - mean), 1.0) / np.where(moved, variance, 1.0)
    return np.where(moved, (mean + k / (2 * worth)) / (1 + k / worth), mean)


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
