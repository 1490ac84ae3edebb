"""The chance to answer, from what is known of everybody: a logit on categories, numbers and dates."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from cxanalysis.problem import Problem
from cxanalysis.weights.people import as_numbers, as_words, is_category

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Logit:
    """A fitted logit of "answered".

    Attributes
    ----------
    propensity : array (N,)
        Each row's chance to answer, 0…1.
    lr, df : float, int
        Likelihood ratio against "everybody has the same chance", and its degrees of freedom.
    p_value : float
        Of the likelihood ratio (χ²); where customers have several rows, of the Wald test clustered by customer.
    """

    propensity: Array
    lr: float
    df: int
    p_value: float


def design(frame: pd.DataFrame, fields: Sequence[str], answered: NDArray[np.bool_]) -> Array:
    """Columns of the model without the constant, independent of each other, standardised.

    A category gives a 0/1 column for each level but the first; numbers and dates enter as they are, missing ones at
    the mean, with a column of its own for "missing". What other columns already say is dropped.

    Raises
    ------
    Problem
        If all or none of a level answered: the logit then has no finite solution.
    """
    columns: list[Array] = []
    for name in fields:
        if is_category(frame[name]):
            words = as_words(frame[name])
            levels = sorted(set(words))
            _refuse_separation(name, words, levels, answered)
            columns += [(words == level).astype(float) for level in levels[1:]]
        else:
            values = as_numbers(frame[name])
            gone = np.isnan(values)
            columns.append(np.where(gone, np.nanmean(values) if not gone.all() else 0.0, values))
            if gone.any():
                _refuse_separation(name, gone, [False, True], answered)
                columns.append(gone.astype(float))
    return _independent(columns, len(frame))


def _refuse_separation(name: str, values: NDArray[Any], levels: Sequence[Any], answered: NDArray[np.bool_]) -> None:
    for level in levels:
        here = values == level
        if here.any() and (answered[here].all() or not answered[here].any()):
            who = "everybody" if answered[here].all() else "nobody"
            what = (
                f"'{name}' is '{level}'" if isinstance(level, str) else f"'{name}' is {'missing' if level else 'known'}"
            )
            raise Problem(
                f"{who} of the {int(here.sum()):,} for whom {what} answered: the chance to answer has no model",
                do=f"Leave '{name}' out with fields=, or put its small values together",
            )


def _independent(columns: Sequence[Array], n: int) -> Array:
    """Columns that add something to those before them, centred and scaled for the fit's sake."""
    kept: list[Array] = []
    basis = np.zeros((n, 0))
    for column in columns:
        spread = column.std()
        if not spread > 0:
            continue
        scaled = (column - column.mean()) / spread
        rest = scaled - basis @ (basis.T @ scaled)
        rest -= basis @ (basis.T @ rest)
        size = np.linalg.norm(rest)
        if size > 1e-6 * np.sqrt(n):
            kept.append(scaled)
            basis = np.column_stack([basis, rest / size])
    return np.column_stack(kept) if kept else np.zeros((n, 0))


def fit(matrix: Array, answered: NDArray[np.bool_], cluster: NDArray[np.int64] | None = None) -> Logit:
    """Fit by maximum likelihood (statsmodels' Logit).

    Raises
    ------
    Problem
        If the fields tell answerers and non-answerers apart perfectly, or the fit does not converge.
    """
    # Here and not above: statsmodels takes two seconds to load, and most who come by need no model.
    import statsmodels.api as sm
    from statsmodels.tools.sm_exceptions import ConvergenceWarning, PerfectSeparationWarning

    if matrix.shape[1] == 0:
        raise Problem("the fields are the same for everybody", do="Name fields that differ between people")
    with warnings.catch_warnings():
        warnings.simplefilter("error", PerfectSeparationWarning)
        warnings.simplefilter("error", ConvergenceWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        try:
            model = sm.Logit(answered.astype(float), sm.add_constant(matrix, has_constant="add"))
            found = model.fit(disp=0, maxiter=100)
            lr = 2 * (float(found.llf) - _same_chance(answered))
            p_value = float(stats.chi2.sf(lr, matrix.shape[1]))
            if cluster is not None:
                robust = model.fit(disp=0, maxiter=100, cov_type="cluster", cov_kwds={"groups": cluster})
                p_value = float(robust.wald_test(np.eye(matrix.shape[1] + 1)[1:], scalar=True).pvalue)
        except (PerfectSeparationWarning, ConvergenceWarning, np.linalg.LinAlgError) as error:
            raise Problem(
                "the fields tell those who answered and those who did not apart perfectly, or nearly so",
                do="Leave out the field that follows from having answered, or name fewer with fields=",
            ) from error
    return Logit(np.asarray(found.predict()), lr, matrix.shape[1], p_value)


def _same_chance(answered: NDArray[np.bool_]) -> float:
    """Log-likelihood if everybody has the same chance; in closed form, since a fitted one has few digits."""
    n, hits = len(answered), int(answered.sum())
    return float(hits * np.log(hits / n) + (n - hits) * np.log((n - hits) / n))
