"""Block sums: a thousand resamples, or every leave-one-out, as one matrix product."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Resampled:
    """Moments of R resamples of the same table.

    Attributes
    ----------
    weight, mean, cross, spread : arrays (R, k, k)
        As in `Aggregates`; weight 0 and mean NaN where a resample has no pair at all.
    """

    weight: Array
    mean: Array
    cross: Array
    spread: Array

    def means(self) -> Array:
        """Mean of every measure over all its rows, (R, k)."""
        return np.diagonal(self.mean, axis1=-2, axis2=-1)

    def covariance(self) -> Array:
        """Covariances (divisor: sum of weights), (R, k, k)."""
        return np.divide(self.cross, self.weight, out=np.full_like(self.cross, np.nan), where=self.weight > 0)

    def correlation(self) -> Array:
        """Correlations, each from its own pairs, (R, k, k); NaN where a measure does not vary in a resample."""
        below = np.sqrt(self.spread * np.swapaxes(self.spread, -1, -2))
        return np.clip(np.divide(self.cross, below, out=np.full_like(below, np.nan), where=below > 0), -1.0, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class BlockSums:
    """Sums per block about one common centre.

    Attributes
    ----------
    measures : tuple of str
        Length k.
    blocks : int array (B,)
        Numbers of the blocks that have rows.
    centre : array (k,)
        The common centre c: the means of the whole table.
    weight : array (B, k, k)
        Σ w over rows in which i and j are both present.
    total : array (B, k, k)
        `total[b, i, j]`: Σ w (y_i - c_i) over those rows.
    cross : array (B, k, k)
        Σ w (y_i - c_i)(y_j - c_j) over those rows.
    spread : array (B, k, k)
        `spread[b, i, j]`: Σ w (y_i - c_i)² over those rows.
    """

    measures: tuple[str, ...]
    blocks: Array
    centre: Array
    weight: Array
    total: Array
    cross: Array
    spread: Array

    def __len__(self) -> int:
        return len(self.blocks)

    def flat(self) -> Array:
        """All sums side by side, (B, 4·k·k): weight, total, cross, spread."""
        parts = (self.weight, self.total, self.cross, self.spread)
        return np.concatenate([part.reshape(len(self), -1) for part in parts], axis=1)

    def draws(self, resamples: int, seed: int) -> Array:
        """How often each block is drawn in each resample, (R, B): B blocks with replacement, same seed, same draws."""
        b = len(self)
        return np.random.default_rng(seed).multinomial(b, np.full(b, 1 / b), size=resamples).astype(float)

    def resample(self, draws: Array) -> Resampled:
        """Moments of the resamples, one for each row of `draws` (R, B)."""
        return self._moments(draws @ self.flat())

    def leave_one_out(self) -> Resampled:
        """Moments without block b, for every b (the jackknife)."""
        flat = self.flat()
        return self._moments(flat.sum(axis=0) - flat)

    def _moments(self, sums: Array) -> Resampled:
        k = len(self.measures)
        weight, total, cross, spread = sums.reshape(len(sums), 4, k, k).transpose(1, 0, 2, 3)
        # Leave-one-out subtracts: a pair that only the left-out block had leaves rounding, not weight.
        weight = np.where(weight > 1e-12 * np.maximum(self.weight.sum(axis=0), 1e-300), weight, 0.0)
        away = np.divide(total, weight, out=np.zeros_like(total), where=weight > 0)
        return Resampled(
            weight=weight,
            mean=np.where(weight > 0, away + self.centre[:, None], np.nan),
            cross=np.where(weight > 0, cross - weight * away * np.swapaxes(away, -1, -2), 0.0),
            spread=np.where(weight > 0, np.maximum(spread - weight * away**2, 0.0), 0.0),
        )
