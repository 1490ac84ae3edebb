"""What leaving rows out does to the mean of the outcome, with its interval; and what answers do by chance."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: Fewer people than this on either side: the change is given without an interval.
FEWEST_FOR_INTERVAL: Final = 8
#: People simulated to see how often correlated answers are all the same, and steps to find their correlation.
_DRAWS: Final = 8_000
_HALVINGS: Final = 12
#: Questions of a block that are simulated: more of them hardly change how often nine in ten are the same.
_MOST_ITEMS: Final = 30
#: One answer to this share of somebody's questions is "throughout": one question turned round changes nothing.
THROUGHOUT: Final = 0.9


def change_of_mean(
    y: Floats, kept: Mask, unit: NDArray[np.int64] | None = None, confidence: float = 0.95
) -> tuple[float, float, float]:
    """Mean of the outcome over the kept rows less its mean over all rows, with interval.

    Both means come from the same people, so the error is that of their difference: with u the sum over a person's
    rows of k(y - m_k)/n_k - (y - m)/n, se² = Σu² · G/(G - 1) over G people (linearisation; Binder 1983).

    Parameters
    ----------
    y : array (n,)
        Outcome, NaN where there is none.
    kept : array of bool (n,)
    unit : array of int (n,), optional
        Whose row it is: copies of one row are one unit. None: every row is its own.
    confidence : float

    Returns
    -------
    change, low, high : float
        In points of the outcome. No interval (NaN) where fewer than `FEWEST_FOR_INTERVAL` rows go or stay.

    Examples
    --------
    >>> round(change_of_mean(np.array([1.0, 5.0, 5.0]), np.array([False, True, True]))[0], 2)
    1.33
    """
    there = ~np.isnan(y)
    y, kept = y[there], kept[there]
    staying = int(kept.sum())
    if staying == 0 or staying == len(y):
        return np.nan if staying == 0 else 0.0, np.nan, np.nan
    mean, mean_kept = float(y.mean()), float(y[kept].mean())
    change = mean_kept - mean
    if min(staying, len(y) - staying) < FEWEST_FOR_INTERVAL:
        return change, np.nan, np.nan
    u: Floats = np.where(kept, (y - mean_kept) / staying, 0.0) - (y - mean) / len(y)
    if unit is not None:
        people = np.unique(unit[there], return_inverse=True)[1]
        u = np.asarray(np.bincount(people, weights=u), dtype=np.float64)
    groups = len(u)
    se = float(np.sqrt((u**2).sum() * groups / (groups - 1)))
    half = float(stats.t.ppf((1 + confidence) / 2, groups - 1)) * se
    return change, change - half, change + half


def throughout(answers: Floats) -> tuple[Mask, Floats]:
    """Who gave one answer to nine in ten of the questions answered, and which (NaN for the others).

    Parameters
    ----------
    answers : array (n, k)
        NaN where there is no answer.

    Examples
    --------
    >>> throughout(np.array([[3.0, 3, 3, np.nan], [3, 3, 1, 2]]))[1]
    array([ 3., nan])
    """
    asked = (~np.isnan(answers)).sum(axis=1)
    which = np.full(len(answers), np.nan)
    for value in np.unique(answers[~np.isnan(answers)]):
        which[(answers == value).sum(axis=1) >= np.maximum(THROUGHOUT * asked, 1)] = value
    return ~np.isnan(which), which


def same_by_chance(answers: Floats, smallest: int, seed: int = 0) -> float:
    """Share of people who would give one answer throughout, if all only answered as alike as these do.

    People draw one normal number each, questions one each; their correlation is chosen so that the answers, cut at
    the shares seen for each question, are as correlated on average as the answers given.

    Parameters
    ----------
    answers : array (n, k)
        Complete rows of one block.
    smallest : int
        Fewest answers that count as "throughout"; below it the share is 0.

    Returns
    -------
    float, 0…1
        On the high side, as straight-liners themselves raise the correlation.
    """
    some = answers[:, np.ptp(answers, axis=0) > 0]
    if some.shape[1] < smallest or len(some) < 3:
        return 0.0
    # Evenly spread over the block, so that neither its beginning nor its end decides.
    few = some[:, np.unique(np.linspace(0, some.shape[1] - 1, _MOST_ITEMS).round().astype(int))]
    wanted = mean_correlation(few)
    rng = np.random.default_rng(seed)
    person, own = rng.standard_normal((_DRAWS, 1)), rng.standard_normal((_DRAWS, few.shape[1]))
    low, high, drawn = 0.0, 1.0, few[:0]
    for _ in range(_HALVINGS):
        shared = (low + high) / 2
        drawn = _cut(np.sqrt(shared) * person + np.sqrt(1 - shared) * own, few)
        seen = mean_correlation(drawn) if (np.ptp(drawn, axis=0) > 0).all() else 1.0
        low, high = (shared, high) if seen < wanted else (low, shared)
    return float(throughout(drawn)[0].mean())


def mean_correlation(answers: Floats) -> float:
    """Mean of the correlations between different columns; none of them constant."""
    correlation = np.atleast_2d(np.corrcoef(answers, rowvar=False))
    return float(correlation[np.triu_indices(len(correlation), 1)].mean())


def _cut(normal: Floats, answers: Floats) -> Floats:
    """Normal numbers as answers with the shares that each question has."""
    out = np.empty_like(normal)
    for place in range(answers.shape[1]):
        values, counts = np.unique(answers[:, place], return_counts=True)
        edges = stats.norm.ppf(np.cumsum(counts)[:-1] / counts.sum())
        out[:, place] = values[np.searchsorted(edges, normal[:, place])]
    return out
