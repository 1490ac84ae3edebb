"""Aggregates: all that the mathematics ever sees of the rows, and how they add up.

Merging is exact in the sense of Chan, Golub & LeVeque (1983), "Algorithms for computing the sample variance",
The American Statistician 37(3): means and centred sums are carried, never raw sums of squares.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxanalysis.engine.canonical_values import sort_key
from cxanalysis.engine.resampling import BlockSums
from cxanalysis.problem import Problem

Array = NDArray[Any]
Group = tuple[Any, ...]


def ratio(above: Array, below: Array, otherwise: float = np.nan) -> Array:
    """`above / below`, and `otherwise` where nothing stands below."""
    shape = np.broadcast_shapes(np.shape(above), np.shape(below))
    return np.divide(above, below, out=np.full(shape, otherwise), where=np.asarray(below) != 0)


@dataclass(frozen=True, slots=True, eq=False)
class Aggregates:
    """Counts, means and centred sums of k measures, in G groups and B blocks.

    Attributes
    ----------
    measures : tuple of str
        Names of the measures, length k.
    by : tuple of str
        Names of the group columns.
    groups : tuple of tuples
        The groups' values, length G, in order of value, missing (None) last; `((),)` without `by`.
    count : int array (G, B, k, k)
        Rows in which measures i and j are both present (and the weight is above zero).
    weight : array (G, B, k, k)
        Sum of weights w over those rows.
    mean : array (G, B, k, k)
        `mean[..., i, j]`: weighted mean of measure i over the rows in which i and j are both present;
        NaN if there are none.
    cross : array (G, B, k, k)
        Σ w (y_i - mean_ij)(y_j - mean_ji) over those rows.
    spread : array (G, B, k, k)
        `spread[..., i, j]`: Σ w (y_i - mean_ij)² over those rows. With `cross` it makes each correlation
        from its own pairs.
    units : array (G, B, k)
        Units (rows, or clusters) in which the measure is present.
    squares : array (G, B, k, 3)
        Σ W_u², Σ W_u S_u, Σ S_u² over units u, with W_u = Σ w and S_u = Σ w (y - mean) over the unit's rows.
        NaN where clusters may have been cut in pieces by a merge.
    weight_squares : array (G, B, k)
        Σ w² over the rows in which the measure is present.
    rows : int array (G, B)
        All rows.
    unweighted : int array (G, B)
        Rows left out because their weight is missing or zero.
    n_missing : int array (G, k)
        Rows with weight in which the measure is missing.
    cluster : str or None
        The column that makes units; None: a row is a unit.
    """

    measures: tuple[str, ...]
    by: tuple[str, ...]
    groups: tuple[Group, ...]
    count: Array
    weight: Array
    mean: Array
    cross: Array
    spread: Array
    units: Array
    squares: Array
    weight_squares: Array
    rows: Array
    unweighted: Array
    n_missing: Array
    cluster: str | None = None

    @property
    def blocks(self) -> int:
        """Number of blocks B."""
        return int(self.rows.shape[1])

    def index(self, measure: str) -> int:
        """Position of a measure."""
        return self.measures.index(measure)

    def take(self, measures: Sequence[str]) -> Aggregates:
        """Only these measures, in this order."""
        at = np.array([self.index(name) for name in measures])
        pairs: dict[str, Any] = {name: getattr(self, name)[..., at[:, None], at] for name in _PAIRED}
        return replace(
            self,
            measures=tuple(measures),
            **pairs,
            units=self.units[..., at],
            squares=self.squares[..., at, :],
            weight_squares=self.weight_squares[..., at],
            n_missing=self.n_missing[:, at],
        )

    def group(self, key: Group) -> Aggregates:
        """One group alone."""
        return self.where([key])

    def where(self, keys: Sequence[Group]) -> Aggregates:
        """Only these groups, in this order."""
        at = [self.groups.index(key) for key in keys]
        arrays: dict[str, Any] = {name: getattr(self, name)[at] for name in _ARRAYS}
        return replace(self, groups=tuple(keys), **arrays)

    def total(self) -> Aggregates:
        """All blocks as one (B = 1)."""
        return self._pooled(axis=1, units_stay_whole=True)

    def over_groups(self) -> Aggregates:
        """All groups as one (G = 1). A cluster may be in several groups: clustered squares are unknown afterwards."""
        whole = self.cluster is None or len(self.groups) == 1
        return replace(self._pooled(axis=0, units_stay_whole=whole), by=(), groups=((),))

    def __add__(self, other: Aggregates) -> Aggregates:
        """The rows of both. Groups are matched by value; blocks by number; clusters may be in both parts."""
        same = (self.measures, self.by, self.blocks, self.cluster) == (
            other.measures,
            other.by,
            other.blocks,
            other.cluster,
        )
        if not same:
            raise Problem("aggregates of different measures, groups, blocks or clusters do not add up")
        groups = tuple(sorted({*self.groups, *other.groups}, key=sort_key))
        left, right = self._aligned(groups), other._aligned(groups)
        both: dict[str, Any] = {name: np.stack([getattr(left, name), getattr(right, name)], axis=1) for name in _ARRAYS}
        stacked = replace(left, **both)
        return stacked._pooled(axis=1, units_stay_whole=self.cluster is None, keep=False)

    def covariance(self) -> Array:
        """Σ w (y_i - m_i)(y_j - m_j) / Σ w over the rows that have both, (G, B, k, k); NaN without rows."""
        return ratio(self.cross, self.weight)

    def correlation(self) -> Array:
        """Each correlation from its own pairs, (G, B, k, k); NaN where a measure does not vary."""
        below = np.sqrt(self.spread * np.swapaxes(self.spread, -1, -2))
        return np.clip(ratio(self.cross, below), -1.0, 1.0)

    def block_sums(self, group: int = 0) -> BlockSums:
        """Sums per block about one common centre, ready for resampling; blocks without rows are left out.

        Parameters
        ----------
        group : int
            Position of the group.
        """
        one = self.group(self.groups[group])
        whole = one.total()
        centre = np.nan_to_num(np.diagonal(whole.mean[0, 0]))
        filled = np.flatnonzero(one.weight[0].max(axis=(-1, -2)) > 0)
        weight = one.weight[0, filled]
        away = np.where(weight > 0, np.nan_to_num(one.mean[0, filled]) - centre[:, None], 0.0)
        return BlockSums(
            measures=self.measures,
            blocks=filled,
            centre=centre,
            weight=weight,
            total=weight * away,
            cross=one.cross[0, filled] + weight * away * np.swapaxes(away, -1, -2),
            spread=one.spread[0, filled] + weight * away**2,
        )

    def _aligned(self, groups: tuple[Group, ...]) -> Aggregates:
        """The same numbers under a longer list of groups; new groups are empty."""
        where = {key: at for at, key in enumerate(self.groups)}
        arrays: dict[str, Any] = {}
        for name in _ARRAYS:
            mine = getattr(self, name)
            # The fill is chosen per array: no rows have no mean, and zero of everything else.
            out = np.full((len(groups), *mine.shape[1:]), np.nan if name == "mean" else 0, dtype=mine.dtype)
            for at, key in enumerate(groups):
                if key in where:
                    out[at] = mine[where[key]]
            arrays[name] = out
        return replace(self, groups=groups, **arrays)

    def _pooled(self, *, axis: int, units_stay_whole: bool, keep: bool = True) -> Aggregates:
        """Pool along one axis, which stays with length 1 (`keep`) or goes."""
        weight = self.weight.sum(axis, keepdims=True)
        known = np.nan_to_num(self.mean)
        mean = ratio((self.weight * known).sum(axis, keepdims=True), weight)
        away = np.where(self.weight > 0, known - np.nan_to_num(mean), 0.0)
        cross = self.cross + self.weight * away * np.swapaxes(away, -1, -2)
        spread = self.spread + self.weight * away**2
        shift = np.diagonal(away, axis1=-2, axis2=-1)
        squares = _moved(self.squares, shift) if units_stay_whole else np.full_like(self.squares, np.nan)
        units = self.units if units_stay_whole else np.full_like(self.units, np.nan)

        def summed(array: Array) -> Array:
            return array.sum(axis, keepdims=keep)

        missing = self.n_missing
        # n_missing has no axis of blocks: it is pooled over groups and over parts, not over blocks.
        pool_missing = axis == 0 or not keep
        return replace(
            self,
            count=summed(self.count),
            weight=weight if keep else np.squeeze(weight, axis),
            mean=mean if keep else np.squeeze(mean, axis),
            cross=summed(cross),
            spread=summed(spread),
            units=summed(units),
            squares=summed(squares),
            weight_squares=summed(self.weight_squares),
            rows=summed(self.rows),
            unweighted=summed(self.unweighted),
            n_missing=summed(missing) if pool_missing else missing,
        )


def _moved(squares: Array, away: Array) -> Array:
    """`squares` about the pooled mean, where `away` = own mean - pooled mean: S_u grows by away · W_u."""
    zero, one, two = squares[..., 0], squares[..., 1], squares[..., 2]
    return np.stack([zero, one + away * zero, two + 2 * away * one + away**2 * zero], axis=-1)


_PAIRED = ("count", "weight", "mean", "cross", "spread")
_ARRAYS = tuple(field.name for field in fields(Aggregates) if field.name not in ("measures", "by", "groups", "cluster"))


def empty(
    measures: tuple[str, ...],
    by: tuple[str, ...],
    groups: Sequence[tuple[Hashable, ...]],
    blocks: int,
    cluster: str | None,
) -> Aggregates:
    """Aggregates of no rows at all; an engine fills its arrays before it hands them out."""
    g, k = len(groups), len(measures)
    pair = (g, blocks, k, k)
    return Aggregates(
        measures=measures,
        by=by,
        groups=tuple(groups),
        count=np.zeros(pair, dtype=np.int64),
        weight=np.zeros(pair),
        mean=np.full(pair, np.nan),
        cross=np.zeros(pair),
        spread=np.zeros(pair),
        units=np.zeros(pair[:3]),
        squares=np.zeros((*pair[:3], 3)),
        weight_squares=np.zeros(pair[:3]),
        rows=np.zeros(pair[:2], dtype=np.int64),
        unweighted=np.zeros(pair[:2], dtype=np.int64),
        n_missing=np.zeros((g, k), dtype=np.int64),
        cluster=cluster,
    )
