"""The forecasts that cost nothing: as it was last, as it was a season ago. A model has to beat them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def last_known(value: Array, origin: int) -> float:
    """The last value that is known at `origin`."""
    known = value[: origin + 1]
    known = known[np.isfinite(known)]
    return float(known[-1]) if len(known) else np.nan


def naive(value: Array, origin: int, steps: NDArray[np.int64]) -> Array:
    """As in the last period."""
    return np.full(len(steps), last_known(value, origin))


def seasonal_naive(value: Array, origin: int, steps: NDArray[np.int64], season: int) -> Array:
    """As in the same period of the last season; the last value where there is a gap."""
    at = origin + steps
    back = at - season * np.ceil((at - origin) / season).astype(int)
    inside = np.where(back >= 0, value[np.maximum(back, 0)], np.nan)
    return np.where(np.isfinite(inside), inside, last_known(value, origin))


def naive_variance(value: Array, noise: Array, steps: NDArray[np.int64], lag: int, coming: Array) -> Array:
    """Squared error of "as it was `lag` or more periods ago", from how values that far apart differed.

    Parameters
    ----------
    value, noise : arrays (T,)
        Values and their squared sampling errors.
    steps : array (H,) of int
        How far ahead.
    lag : int
        1 for the last value, the season's length for the seasonal one.
    coming : array (H,)
        Squared sampling errors of the periods to come: they replace the average one of the past.
    """
    out = np.empty(len(steps))
    for place, step in enumerate(steps):
        apart = int(lag * np.ceil(step / lag)) if lag > 1 else int(step)
        apart = min(apart, max(len(value) // 2, 1))
        squared = (value[apart:] - value[:-apart]) ** 2
        known = np.isfinite(squared)
        seen = float(squared[known].mean()) if known.any() else np.nan
        past = float(noise[apart:][known].mean()) if known.any() else 0.0
        out[place] = max(seen - past, 0.0) + coming[place]
    return out
