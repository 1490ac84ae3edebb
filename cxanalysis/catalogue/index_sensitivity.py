"""Would other weights tell another story? Equal and derived ones, each component left out, a thousand at random."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How the index changes with its weights.

    Attributes
    ----------
    table : DataFrame
        One row a variant and group: `[*by, variant, value, change, order_kept]`.
    ranges : DataFrame
        One row a group: `[*by, lowest, low, high, highest]` over the random weightings; `low` and `high` hold the
        middle 95 %.
    order_kept : float
        Share of the random weightings in which the order of the groups stays; NaN with one group.
    first_kept : float
        The same for the best group alone.
    weightings : int
    concentration : float
        Of the Dirichlet distribution: weights are drawn as from so many votes for the chosen ones.
    """

    table: pd.DataFrame
    ranges: pd.DataFrame
    order_kept: float
    first_kept: float
    weightings: int
    concentration: float


def sensitivity(
    scores: Floats,
    chosen: Floats,
    others: Mapping[str, Floats],
    names: Sequence[str],
    groups: pd.DataFrame,
    *,
    weightings: int,
    concentration: float,
    seed: int,
) -> Sensitivity:
    """Index of every group under other weights.

    Parameters
    ----------
    scores : array (G, k)
        Components on 0 to 100.
    chosen : array (k,)
    others : mapping of str → array (k,)
        Named weightings, such as "equal".
    names : sequence of str
        Of the components.
    groups : DataFrame
        G rows, the group columns.

    Notes
    -----
    Random weights are Dirichlet(concentration × chosen): their mean is the chosen weight w, their standard deviation
    √(w(1 - w)/(concentration + 1)). A component of weight 0 stays out.
    """
    variants = {"as chosen": chosen, **others, **_each_left_out(chosen, names)}
    now = scores @ chosen
    rows = []
    for variant, weights in variants.items():
        value = scores @ weights
        kept = _same_order(value[None, :], now)[0]
        for at, group in enumerate(groups.to_dict("records")):
            rows.append({**group, "variant": variant, "value": value[at], "change": value[at] - now[at]})
            rows[-1]["order_kept"] = bool(kept)
    drawn = random_weights(chosen, weightings, concentration, seed) @ scores.T
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    several = len(groups) > 1
    return Sensitivity(
        table=pd.DataFrame(rows),
        ranges=groups.assign(lowest=drawn.min(axis=0), low=low, high=high, highest=drawn.max(axis=0)),
        order_kept=float(_same_order(drawn, now).mean()) if several else float("nan"),
        first_kept=float((drawn.argmax(axis=1) == now.argmax()).mean()) if several else float("nan"),
        weightings=weightings,
        concentration=concentration,
    )


def random_weights(chosen: Floats, count: int, concentration: float, seed: int) -> Floats:
    """Random weights around the chosen ones, (count, k); each row adds up to 1.

    Examples
    --------
    >>> drawn = random_weights(np.array([0.5, 0.5, 0.0]), 4, 20, seed=1)
    >>> drawn.shape, drawn.sum(axis=1).round(12).tolist(), drawn[:, 2].tolist()
    ((4, 3), [1.0, 1.0, 1.0, 1.0], [0.0, 0.0, 0.0, 0.0])
    """
    out = np.zeros((count, len(chosen)))
    there = chosen > 0
    out[:, there] = np.random.default_rng(seed).dirichlet(concentration * chosen[there], size=count)
    return out


def _each_left_out(chosen: Floats, names: Sequence[str]) -> dict[str, Floats]:
    out = {}
    for at, name in enumerate(names):
        rest = np.where(np.arange(len(chosen)) == at, 0.0, chosen)
        if chosen[at] > 0 and rest.sum() > 0:
            out[f"without {name}"] = rest / rest.sum()
    return out


def _same_order(values: Floats, now: Floats) -> NDArray[np.bool_]:
    """Whether each row of values orders the groups as `now` does."""
    return np.asarray((np.argsort(values, axis=1, kind="stable") == np.argsort(now, kind="stable")).all(axis=1))
