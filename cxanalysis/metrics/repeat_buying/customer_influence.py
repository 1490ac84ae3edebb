"""What each customer adds to a figure that comes out of a fitted model: an interval without fitting it again.

A figure g(θ) averaged over customers, with θ at the maximum of their likelihood, moves by g_i - ḡ + ∇ḡ'·H⁻¹·s_i / n
with customer i (s their score, H the mean second derivative): the sandwich of Huber (1967). Resampling customers finds
the same spread, but needs a fit for each resample, which a million customers do not allow.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cxanalysis.metrics.repeat_buying.maximum_likelihood import Scores, mean_loss, second_derivative

Array = NDArray[np.float64]
#: Step in log-parameters at which slopes of a figure are taken.
_STEP: Final = 1e-3
#: Second derivatives below this share of the largest are noise of their differences.
_FLAT: Final = 1e-8


def through_fit(
    scores: Scores, logs: Array, rows: tuple[Array, ...], weight: Array, figures: Callable[[Array], Array]
) -> Array:
    """∇ḡ'·H⁻¹·s: what each row adds to the figures by moving the fit.

    Parameters
    ----------
    scores : callable
        As `mean_loss` takes them.
    logs : array (p,)
        Log-parameters at the maximum.
    rows : arrays (m,)
        What the scores are told of each row.
    weight : array (m,)
        How often each row counts.
    figures : callable
        Log-parameters → figures (k,).

    Returns
    -------
    array (m, k)
        Of a row that counts once; their weighted mean is 0.
    """
    data = (*rows, weight / weight.sum())
    slopes = np.array([_slope(figures, logs, unit) for unit in np.eye(len(logs))])
    bent = second_derivative(mean_loss(scores), logs, data)
    values = np.exp(logs)
    own = scores(values, *rows)[1] * values[:, None]
    # Along a flat ridge nothing is known, and nothing that is told may depend on it (`as_likely`): it is left out.
    return np.asarray(own.T @ np.linalg.pinv(bent, rcond=_FLAT, hermitian=True) @ slopes)


def _slope(figures: Callable[[Array], Array], logs: Array, unit: Array) -> Array:
    return np.asarray(figures(logs + _STEP * unit) - figures(logs - _STEP * unit)) / (2 * _STEP)


def standard_errors(influence: Array) -> Any:
    """Of means over independent customers, from their influences (n, k)."""
    n = len(influence)
    return np.sqrt((influence**2).sum(axis=0) / (n * (n - 1)))
