"""Which drivers act in no straight line, and which interact: looked for in what a simpler model leaves over."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from cxanalysis.drivers.cautions import SIGNIFICANT
from cxanalysis.drivers.model.plan import Plan
from cxanalysis.numbers import plain

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Columns of `LinearCheck.table`.
COLUMNS: Final = ("kind", "driver", "partner", "gain", "p_value", "q_value", "named")
#: What `kind` can be.
NON_LINEAR: Final = "non-linear"
INTERACTION: Final = "interaction"
#: A driver's values are put into at most so many classes alone, and so many in a pair.
CLASSES: Final = 8
CLASSES_OF_PAIR: Final = 4
#: A bend or a pair that explains less than this (in R²) is not named.
WORTH_NAMING: Final = 0.005
#: So many are named in the sentence.
TOLD: Final = 3


def non_linearities(plan: Plan, X: Floats, left: Mapping[str, Floats], weight: Floats) -> pd.DataFrame:
    """One row a driver that could bend and a pair that could work together.

    Parameters
    ----------
    plan : Plan
    X : array, (n, adjusters + members)
    left : mapping
        What the models "linear" and "separate" leave over of unseen rows, and "mean": the outcome about its mean.
    weight : array, (n,)

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, largest gain first.
    """
    first, total = len(plan.adjusters), float(weight @ left["mean"] ** 2)
    columns = {m.label: X[:, first + i] for i, m in enumerate(plan.members)}
    rows = []
    for name, values in columns.items():
        classes = _classes(values, CLASSES)
        if classes.max() > 1:  # two values cannot bend
            rows.append((NON_LINEAR, name, "", *_gain(left["linear"], classes, weight, total)))
    drivers = {m.label: m.driver for m in plan.members}
    for first_driver, second_driver in combinations(columns, 2):
        if drivers[first_driver] != drivers[second_driver]:
            both = _classes(columns[first_driver], CLASSES_OF_PAIR) * CLASSES_OF_PAIR
            both = np.unique(both + _classes(columns[second_driver], CLASSES_OF_PAIR), return_inverse=True)[1]
            rows.append((INTERACTION, first_driver, second_driver, *_gain(left["separate"], both, weight, total)))
    table = pd.DataFrame(rows, columns=list(COLUMNS[:5]))
    table["q_value"] = stats.false_discovery_control(table["p_value"]) if len(table) else []
    table["named"] = (table["q_value"] < SIGNIFICANT) & (table["gain"] >= WORTH_NAMING)
    return table.sort_values("gain", ascending=False, kind="stable", ignore_index=True)


def _classes(values: Floats, most: int) -> Ints:
    """Each value as its own class where there are few, else classes of equal size."""
    distinct = np.unique(values)
    if len(distinct) <= most:
        return np.searchsorted(distinct, values)
    inner = np.unique(np.quantile(values, np.arange(1, most) / most))
    return np.unique(np.searchsorted(inner, values, side="left"), return_inverse=True)[1]


def _gain(rest: Floats, classes: Ints, weight: Floats, total: float) -> tuple[float, float]:
    """What the classes' own means would add to R², less what chance adds, and the p of an F test."""
    per = np.bincount(classes, weight)
    means = np.bincount(classes, weight * rest) / per
    centre = weight @ rest / weight.sum()
    between = float(per @ (means - centre) ** 2)
    within = float(weight @ (rest - means[classes]) ** 2)
    k, n = len(per), len(rest)
    spare = within / (n - k)
    p = float(stats.f.sf(between / (k - 1) / spare, k - 1, n - k)) if k > 1 and spare > 0 else 1.0
    return max(0.0, (between - (k - 1) * spare) / total), p


def named(table: pd.DataFrame) -> str:
    """The drivers that bend and the pairs that work together, in a sentence."""
    worth_naming = table[table["named"].astype(bool)]
    curves = [plain(name, 60) for name in worth_naming.loc[worth_naming["kind"] == NON_LINEAR, "driver"].head(TOLD)]
    pairs = [
        f"{plain(row['driver'], 60)} with {plain(row['partner'], 60)}"
        for row in worth_naming[worth_naming["kind"] == INTERACTION].head(TOLD).to_dict("records")
    ]
    parts = []
    if curves:
        parts.append(f"Not in a straight line: {', '.join(curves)}.")
    if pairs:
        parts.append(f"Not each for itself: {', '.join(pairs)}.")
    if not parts:
        return "No single driver and no pair stands out as the reason."
    return " ".join(parts) + " Their effects in points are averages over the bend."
