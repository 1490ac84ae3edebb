"""Weights of an index: by hand, equal, or the shares of importance for an outcome, resampled with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cxanalysis.arguments import shown
from cxanalysis.catalogue.component import Component
from cxanalysis.drivers.importance import subset_lattice
from cxanalysis.drivers.importance.importance import EXACT_PLAYERS, checked
from cxanalysis.engine.aggregates import Aggregates
from cxanalysis.numbers import known
from cxanalysis.problem import Problem

Floats = NDArray[np.float64]

EQUAL: Final = "equal"
DERIVED: Final = "derived"
BY_HAND: Final = "by hand"
#: Weights that add up to 1 up to this are taken as they are.
_ONE: Final = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Weighting:
    """The weights of an index, and how they came.

    Attributes
    ----------
    weights : array (k,)
        Add up to 1.
    how : str
        "by hand", "equal" or "derived".
    outcome : str or None
        What they are derived from.
    """

    weights: Floats
    how: str
    outcome: str | None = None

    @property
    def is_derived(self) -> bool:
        """Whether an outcome gave them."""
        return self.how == DERIVED

    @property
    def words(self) -> str:
        """How they came, in words."""
        return f"{self.how} from {self.outcome}" if self.is_derived else self.how


@dataclass(frozen=True, slots=True)
class Derived:
    """Weights that an outcome gives.

    Attributes
    ----------
    weights : array (k,)
    resampled : array (R, k)
        The same in every resample of blocks.
    r_squared : float
        How much of the outcome all components explain.
    n : int
        Rows with every component and the outcome.
    blocks : int array (B,)
        Numbers of the blocks that the resamples draw from.
    draws : array (R, B)
        How often each block is drawn in each resample.
    """

    weights: Floats
    resampled: Floats
    r_squared: float
    n: int
    blocks: NDArray[np.int64]
    draws: Floats


def by_hand(given: Mapping[str, float] | Sequence[float], components: Sequence[Component]) -> tuple[Floats, str | None]:
    """Weights as stated, scaled to add up to 1, and a note if that was needed.

    Raises
    ------
    Problem
        If one is missing, too many, negative, or all are zero.
    """
    names = [component.name for component in components]
    if isinstance(given, Mapping):
        lost = [name for name in names if name not in given] + [name for name in given if name not in names]
        if lost:
            raise Problem(
                f"the weights do not match the components: '{lost[0]}'", do=f"Name each of: {', '.join(names)}"
            )
        values: list[Any] = [given[name] for name in names]
    else:
        if not isinstance(given, Iterable):
            raise Problem(f"{shown(given)} are no weights", where="weights", do='Use "equal" or {"name": number}')
        values = list(given)
        if len(values) != len(names):
            raise Problem(f"there are {len(values)} weights for {len(names)} components", do="Give one for each")
    if not all(known(value) and value >= 0 for value in values) or not sum(values) > 0:
        raise Problem("weights must be zero or more, and not all zero", where="weights")
    weights = np.array(values, dtype=np.float64)
    total = float(weights.sum())
    if abs(total - 1) <= _ONE:
        return weights, None
    return weights / total, f"The weights add up to {total:g}; each is divided by that, so that they add up to 1."


def derived(sums: Aggregates, components: Sequence[Component], resamples: int, seed: int) -> Derived:
    """Shares of importance (Shapley value of R²) of the components for the outcome, which is the last measure.

    Parameters
    ----------
    sums : Aggregates
        Of complete rows, one group, by block.
    resamples, seed : int

    Raises
    ------
    Problem
        If the components explain nothing of the outcome, or are too many.
    """
    k = len(components)
    if k > EXACT_PLAYERS:
        raise Problem(f"{k} components are too many for weights from an outcome", do="Use 25 at most")
    whole = sums.total()
    matrix = whole.correlation()[0, 0]
    if not np.isfinite(matrix).all():
        lost = int(np.argmax(~np.isfinite(matrix).all(axis=1)))
        name = components[lost].name if lost < k else "the outcome"
        raise Problem(f"{name} does not vary, so no weight can be derived", do="Leave it out, or set weights by hand")
    turned = np.array([np.sign(component.slope) for component in components] + [1.0])
    shares = subset_lattice.shapley(checked(matrix), [1] * k)
    r_squared = float(shares.sum())
    if r_squared <= 0:
        raise Problem("the components explain nothing of the outcome", do="Set weights by hand or take equal ones")
    if (matrix[:-1, -1] * turned[:-1] < 0).any():
        lost = int(np.argmax(matrix[:-1, -1] * turned[:-1] < 0))
        raise Problem(
            f"a better '{components[lost].name}' goes with a worse outcome, so its weight would point the wrong way",
            do="Check its end points, leave it out, or set weights by hand",
        )
    blocks = np.flatnonzero(sums.rows[0] > 0)
    even = np.full(len(blocks), 1 / len(blocks))
    draws = np.random.default_rng(seed).multinomial(len(blocks), even, size=resamples).astype(float)
    of = sums.block_sums(0)
    stack = of.resample(draws[:, np.isin(blocks, of.blocks)]).correlation()
    usable = np.isfinite(stack).all(axis=(1, 2))
    drawn = np.tile(shares, (len(draws), 1))
    drawn[usable] = subset_lattice.shapley(np.ascontiguousarray(stack[usable].transpose(1, 2, 0)), [1] * k).T
    total = drawn.sum(axis=1, keepdims=True)
    drawn = np.divide(drawn, total, out=np.tile(shares / r_squared, (len(draws), 1)), where=total > 0)
    return Derived(shares / r_squared, drawn, r_squared, int(whole.count[0, 0, 0, 0]), blocks, draws)
