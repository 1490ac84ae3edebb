"""The numbers of an index put into its tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.catalogue.component import Component
from cxanalysis.catalogue.index_result import Index
from cxanalysis.catalogue.index_sensitivity import Sensitivity
from cxanalysis.catalogue.index_weights import DERIVED
from cxanalysis.metrics.passport import Passport

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Numbers:
    """G groups and k components.

    Attributes
    ----------
    groups : DataFrame
        G rows, the group columns.
    components : tuple of Component
    mean, score, se_parts : arrays (G, k)
        Means in own units; on 0 to 100; standard errors of the latter.
    weights : array (k,)
    drawn : array (R, k) or None
        Weights in every resample, where an outcome gave them.
    se, quantile : arrays (G,)
    n, missing : int arrays (G, k)
    """

    groups: pd.DataFrame
    components: tuple[Component, ...]
    mean: Floats
    score: Floats
    weights: Floats
    drawn: Floats | None
    se: Floats
    se_parts: Floats
    quantile: Floats
    n: NDArray[np.int64]
    missing: NDArray[np.int64]


def result_of(
    found: Numbers, how: str, tried: Sensitivity, notes: list[str], *, confidence: float, every: str | None, seed: int
) -> Index:
    """The index."""
    value, half = found.score @ found.weights, found.quantile * found.se
    used = [one for one, weight in zip(found.components, found.weights, strict=True) if weight > 0]
    low, high = _clipped(value - half, value + half, all(one.natural for one in used))
    if bare := int(np.isnan(low).sum()):
        notes.append(f"{bare} without an interval: too few answers, or answers that are all the same.")
    ends = "; ".join(f"{one.name} {one.worst:g} and {one.best:g}" for one in found.components)
    notes.append(f"Values for 0 and 100: {ends}.")
    groups = found.groups
    table = groups.assign(value=value, low=low, high=high, n=found.n.min(axis=1), n_missing=found.missing.max(axis=1))
    return Index(
        table=table,
        detail=groups.assign(se=found.se, deff=1.0, n_most=found.n.max(axis=1)),
        parts=_part_rows(found),
        weights=_weight_rows(found, confidence),
        sensitivity=tried,
        how_weighted=how,
        by=tuple(map(str, groups.columns)),
        confidence=confidence,
        method="resampled blocks" if how.startswith(DERIVED) else "t, joint covariance of blocks",
        n=int(table["n"].sum()),
        n_missing=int(table["n_missing"].sum()),
        passport=_passport(found.components, found.weights, how),
        notes=tuple(notes),
        every=every,
        seed=seed,
    )


def _clipped(low: Any, high: Any, natural: bool) -> tuple[Any, Any]:
    """Ends within 0 and 100 where no value can lie beyond."""
    return (np.clip(low, 0, 100), np.clip(high, 0, 100)) if natural else (low, high)


def _part_rows(found: Numbers) -> pd.DataFrame:
    rows = []
    for row, group in enumerate(found.groups.to_dict("records")):
        for at, one in enumerate(found.components):
            score, half = found.score[row, at], found.quantile[row] * found.se_parts[row, at]
            low, high = map(float, _clipped(score - half, score + half, one.natural))
            own = sorted(one.worst + end / one.slope for end in (low, high))
            rows.append(
                {
                    **{str(name): value for name, value in group.items()},
                    "component": one.name,
                    "branch": one.branch,
                    "weight": found.weights[at],
                    "value": found.mean[row, at],
                    "low": own[0],
                    "high": own[1],
                    "score": score,
                    "score_low": low,
                    "score_high": high,
                    "contribution": found.weights[at] * score,
                    "n": int(found.n[row, at]),
                }
            )
    return pd.DataFrame(rows)


def _weight_rows(found: Numbers, confidence: float) -> pd.DataFrame:
    tail = (1 - confidence) / 2
    low, high = np.full((2, len(found.components)), np.nan)
    if found.drawn is not None:
        low, high = np.quantile(found.drawn, [tail, 1 - tail], axis=0)
    told = {name: [getattr(one, name) for one in found.components] for name in ("name", "worst", "best", "coded")}
    return pd.DataFrame(
        {
            "component": told["name"],
            "weight": found.weights,
            "low": low,
            "high": high,
            "worst": told["worst"],
            "best": told["best"],
            "coded": told["coded"],
        }
    )


def _passport(components: Sequence[Component], weights: Floats, how: str) -> Passport:
    terms = " + ".join(f"{weight:.3g} × {one.name}" for one, weight in zip(components, weights, strict=True))
    return Passport(
        "Index",
        f"How good the experience is as a whole, from {len(components)} components on 0 to 100, weights {how}.",
        f"{terms}, each as 100 × (value − worst) / (best − worst)",
        "answers to each component",
        "index points, 0 to 100",
    )
