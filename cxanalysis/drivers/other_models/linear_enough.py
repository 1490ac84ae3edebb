"""Is a straight line enough? The linear model against one that is free to bend, on customers neither has seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis import numbers
from cxanalysis.basis import LeftOut, Reason
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.drivers.model import sum_guards
from cxanalysis.drivers.model.analysis_basis import analysis_basis, column_of, counted
from cxanalysis.drivers.model.checked_arguments import check_how, check_weight
from cxanalysis.drivers.model.gather import as_metric_points, cluster_of, complete_of, from_rows, rows_of
from cxanalysis.drivers.model.plan import plan
from cxanalysis.drivers.other_models.linear_check import LinearCheck
from cxanalysis.drivers.other_models.non_linearity import COLUMNS, named, non_linearities
from cxanalysis.labels import in_words, labels_of
from cxanalysis.problem import Problem
from cxanalysis.tables.opened import KNOWN, opened

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Boosting needs rows; of a larger table so many, evenly spaced, are used.
MOST_ROWS: Final = 20_000
#: Fewer rows than this cannot show that a line bends.
FEWEST_ROWS: Final = 200
#: A better model counts only if it explains this much more of the differences between answers …
WORTH: Final = 0.02
#: … and is better by more than this many standard errors.
SURE: Final = 2.0
FOLDS: Final = 5


def linear_enough(
    data: Any,
    outcome: str | None = None,
    drivers: Iterable[str] | None = None,
    *,
    outcome_as: str = "mean",
    groups: Mapping[str, Sequence[str]] | Sequence[Sequence[str]] | None = None,
    adjust_for: Iterable[str] = (),
    weight: str | None = None,
    cluster: Any = KNOWN,
    seed: int = 0,
    top: int | None = None,
    scale: Scale | Sequence[float] | None = None,
) -> LinearCheck:
    """Do the drivers act in a straight line and each for itself, as the driver analysis takes it?

    Parameters
    ----------
    data, outcome, drivers, outcome_as, groups, adjust_for, weight, cluster, top, scale
        As in `drivers`. Rows with a gap are left out.
    seed : int
        For the folds and the boosting.

    Returns
    -------
    LinearCheck

    Raises
    ------
    Problem
        If there are fewer than 200 complete rows.

    Notes
    -----
    Gradient boosting (scikit-learn's `HistGradientBoostingRegressor`, stopped early) against least squares on the same
    five folds, whole customers in one fold. The gap's standard error comes from the differences of squared errors, row
    by row or customer by customer. If there is a gap, drivers that bend are found in what the linear model leaves over,
    pairs that work together in what boosting without interactions leaves over. Above 20,000 rows 20,000 are used.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(0)
    >>> answers = pd.DataFrame(rng.normal(size=(400, 2)), columns=["price", "staff"])
    >>> answers["score"] = answers["price"] + rng.normal(size=400)
    >>> linear_enough(answers, "score", ["price", "staff"]).enough
    True
    """
    check_how(seed=seed)
    source = opened(data)
    engine = source.engine
    check_weight(engine, weight)
    clustered_by = source.cluster(cluster)
    asked = plan(
        data,
        engine,
        outcome,
        drivers,
        outcome_as=outcome_as,
        groups=groups,
        adjust_for=adjust_for,
        top=top,
        scale=scale,
    )
    limit = MOST_ROWS if engine.rows() > MOST_ROWS else None
    values, w = rows_of(engine, asked, weight, limit)
    block = cluster_of(engine, column_of(clustered_by), limit)
    sample, _ = from_rows(asked, values, w, block, weight)
    sum_guards.refuse(asked, sample)
    if sample.n < FEWEST_ROWS:
        raise Problem(
            f"only {sample.n} complete rows: too few to see whether a line bends",
            do=f"At least {FEWEST_ROWS} are needed",
        )
    kept = complete_of(values, w)
    X, y = values[kept, :-1], as_metric_points(asked, values[kept, -1])
    weights = np.ones(len(y)) if w is None else w[kept]
    units = np.arange(len(y)) if block is None else np.unique(block[kept], return_inverse=True)[1]
    left = _left_over(X, y, weights, units, seed, ("mean", "linear", "free"))
    total = float(weights @ left["mean"] ** 2)
    gap, gap_se = _gap(weights * (left["linear"] ** 2 - left["free"] ** 2), units, total)
    enough = not (gap > SURE * gap_se and gap > WORTH)
    table = pd.DataFrame(columns=list(COLUMNS))
    if not enough:
        left |= _left_over(X, y, weights, units, seed, ("separate",))
        table = non_linearities(asked, X, left, weights)
    r2 = {name: 1 - float(weights @ rest**2) / total for name, rest in left.items()}
    notes = [*sample.notes, *asked.notes]
    if limit:
        notes.append(f"Worked on {limit:,} of {engine.rows():,} rows, evenly spaced through the table.")
    unused = engine.rows() - len(values)
    left_out = (*sample.left_out, *((LeftOut(unused, Reason.NOT_SAMPLED),) if unused else ()))
    labels = labels_of(data, [asked.outcome.column, *(p.name for p in asked.players)])
    return LinearCheck(
        table=table,
        enough=enough,
        linear_r2=r2["linear"],
        free_r2=r2["free"],
        separate_r2=r2.get("separate", float("nan")),
        gap=gap,
        gap_se=gap_se,
        folds=FOLDS,
        method=f"gradient boosting against least squares, {FOLDS} folds of whole "
        f"{'rows' if clustered_by is None else 'customers'}",
        outcome=asked.outcome.column,
        outcome_as=outcome_as,
        basis=analysis_basis(
            source,
            asked,
            n=sample.n,
            left_out=left_out,
            weight=weight,
            cluster=counted(clustered_by, sample),
            labels=labels,
            seed=seed,
        ),
        headline=_headline(enough, r2, gap, gap_se, _spoken(data, table)),
        notes=tuple(notes),
    )


def _spoken(data: Any, table: pd.DataFrame) -> pd.DataFrame:
    """The table with what its drivers are called."""
    labels = labels_of(data, [*table["driver"], *table["partner"]])
    return in_words(in_words(table, labels), labels, "partner")


def _left_over(X: Floats, y: Floats, w: Floats, units: Ints, seed: int, names: tuple[str, ...]) -> dict[str, Floats]:
    """What each model leaves over of rows that it had not seen: (n,) each. Same seed, same folds."""
    # Here and not above: scikit-learn takes a second to load, and most who come by need no boosting.
    from sklearn.ensemble import HistGradientBoostingRegressor

    rng = np.random.default_rng(seed)
    fold = (rng.permutation(int(units.max()) + 1) % FOLDS)[units]
    out = {name: np.empty(len(y)) for name in names}
    design = np.column_stack([np.ones(len(y)), X / np.where(X.std(axis=0) > 0, X.std(axis=0), 1.0)])
    for number in range(FOLDS):
        old, new = fold != number, fold == number
        root = np.sqrt(w[old])
        for name in names:
            if name == "mean":
                out[name][new] = y[new] - w[old] @ y[old] / w[old].sum()
                continue
            if name == "linear":
                beta = np.linalg.lstsq(design[old] * root[:, None], y[old] * root, rcond=None)[0]
                out[name][new] = y[new] - design[new] @ beta
                continue
            together = "no_interactions" if name == "separate" else None
            model = HistGradientBoostingRegressor(
                learning_rate=0.06,
                max_iter=300,
                max_leaf_nodes=15,
                min_samples_leaf=20,
                interaction_cst=together,
                early_stopping=True,
                validation_fraction=0.15,
                n_iter_no_change=15,
                random_state=seed,
            )
            model.fit(X[old], y[old], sample_weight=w[old])
            out[name][new] = y[new] - model.predict(X[new])
    return out


def _gap(better: Floats, units: Ints, total: float) -> tuple[float, float]:
    """How much more the free model explains, and the standard error from whole units."""
    sums = np.bincount(units, better)
    sizes = np.bincount(units)
    apart = sums - sizes * better.mean()
    count = len(sums)
    return float(better.sum() / total), float(np.sqrt((apart**2).sum() * count / (count - 1)) / total)


def _headline(enough: bool, r2: Mapping[str, float], gap: float, gap_se: float, table: pd.DataFrame) -> str:
    free, linear = (numbers.percent(max(r2[name], 0.0)) for name in ("free", "linear"))
    said = f"a model that is free to bend explains {free} of the differences between answers it has not seen, the "
    said += f"linear one {linear}"
    if enough:
        return f"A straight line is enough: {said}."
    low, high = (numbers.number(100 * (gap + side * SURE * gap_se)) for side in (-1, 1))
    return f"A straight line is not enough: {said} (difference {low} to {high} points). {named(table)}"
