"""How alike neighbouring periods are, where one series alone has to tell: never known, so every answer has its chance.

Twenty weeks cannot tell a correlation of 0.3 between neighbours from none, and a mean of thirteen such weeks is almost
half as sure again as it looks. Whoever tests first and then believes the test raises twice as many false alarms as
stated. So no one answer is believed: each counts by how well it explains the series (Bayes), and a p is the mean of
the p under all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
#: Correlation of one period's own part with the next's, and the chance each has before the series is seen: the same.
#: By simulation (`benchmarks/monitoring.py`) more for none raises more false alarms than stated, less for none finds
#: real changes later.
_LASTS: Final = (0.0, 0.3, 0.6, 0.8)
_BEFORE: Final = (0.25, 0.25, 0.25, 0.25)
#: Variance of what periods have of their own, in units of a usual period's sampling error squared; all alike before.
_OWN: Final = np.array([0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0])
#: Answers with less of a chance change nothing.
_TOLD: Final = 0.002
#: So many of the newest periods are asked besides the baseline.
_NEWEST: Final = 60


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """Possible answers to how alike neighbours are: ρ_j = own·lasts^j for periods j apart.

    Attributes
    ----------
    share : array (G,)
        Chance of each; adds up to 1.
    own : array (G,)
        Part of a period's variance that is its own and not the sampling of its answers.
    lasts : array (G,)
        How much of that is left one period later.
    """

    share: Array
    own: Array
    lasts: Array

    def widened(self, periods: int) -> Array:
        """By how much the variance of a mean of so many periods is wider than of independent ones: 1 + 2Σ(1 - j/k)ρ_j.

        Examples
        --------
        >>> Memory(np.ones(1), np.ones(1), np.array([0.5])).widened(2).tolist()
        [1.5]
        """
        j = np.arange(1, periods)
        return np.asarray(1 + self.own * 2 * ((1 - j / periods) * self.lasts[:, None] ** j).sum(1))

    def hidden(self, periods: int) -> Array:
        """By how much the variance within so many periods is larger than it looks: their mean goes along with them."""
        return np.asarray((periods - 1) / (periods - self.widened(periods)))

    @property
    def freedom(self) -> Array:
        """Degrees of freedom left of each one: 1/(1 + 2Σρ_j²) (Bayley and Hammersley 1946)."""
        return np.asarray(1 / (1 + 2 * self.own**2 * self.lasts**2 / (1 - self.lasts**2)))


#: Neighbours are no more alike than others.
NONE: Final = Memory(np.ones(1), np.zeros(1), np.zeros(1))


def memory_of(away: Array, sampling: Array | None, at: NDArray[np.int64], stretch: NDArray[np.int64]) -> Memory:
    """What a series says about how alike its neighbours are.

    Parameters
    ----------
    away : array (T,)
        Value less what was expected, in units of a usual period's sampling error (of any unit where there is none).
    sampling : array (T,), optional
        Sampling error squared of each, in these units squared; None: the metric has no error of its own.
    at : array (T,) of int
        When: gaps may be there.
    stretch : array (T,) of int
        Periods with the same number share an unknown level, so that a change between stretches is not taken for memory.

    Notes
    -----
    V = sampling + τ²·lasts^|i - j|, levels with a flat prior: the restricted likelihood
    -½(log|V| + log|X'V⁻¹X| + y'Py) (Patterson and Thompson 1971), with the scale integrated out where it is not known.
    """
    noise = np.ones(len(away)) if sampling is None else sampling
    columns = np.column_stack([away, stretch[:, None] == np.unique(stretch)]).astype(float)
    told = _likelihood(columns, noise, np.diff(at, prepend=at[0]), sampling is None).reshape(len(_LASTS), -1)
    told += np.log(_BEFORE)[:, None]
    share = np.exp(told - told.max())
    share /= share.sum()
    kept = share[1:] > _TOLD
    # Without memory all variances say the same.
    shares = np.concatenate([[share[0].sum()], share[1:][kept]])
    own = np.broadcast_to(_OWN / (1 + _OWN), share[1:].shape)[kept]
    lasts = np.broadcast_to(np.array(_LASTS[1:])[:, None], share[1:].shape)[kept]
    return Memory(shares / shares.sum(), np.concatenate([[0.0], own]), np.concatenate([[0.0], lasts]))


def _likelihood(columns: Array, noise: Array, gaps: NDArray[np.int64], free: bool) -> Array:
    """Restricted log-likelihood of every memory: the Kalman filter over values and levels at once (Rosenberg 1973).

    A filter and no matrices of all periods: those are slow, and slower still where linear algebra waits for threads.
    """
    lasts, own = (grid.ravel() for grid in np.meshgrid(_LASTS, _OWN, indexing="ij"))
    state, variance = np.zeros((len(own), columns.shape[1])), own
    errors, widths = np.empty((len(columns), *state.shape)), np.empty((len(columns), len(own)))
    for when, (row, gap) in enumerate(zip(columns, gaps, strict=True)):
        left = lasts**gap
        state, variance = left[:, None] * state, own + left**2 * (variance - own)
        errors[when], widths[when] = row - state, variance + noise[when]
        gain = variance / widths[when]
        state, variance = state + gain[:, None] * errors[when], variance * (1 - gain)
    white = errors / np.sqrt(widths)[:, :, None]
    products = np.einsum("tgi,tgj->gij", white, white)
    a, b = products[:, 1:, 1:], products[:, 1:, :1]
    rest = products[:, 0, 0] - (b * np.linalg.solve(a, b)).sum((1, 2))
    fit = (len(columns) - a.shape[1]) * np.log(rest) if free else rest
    return np.asarray(-(np.log(widths).sum(0) + np.linalg.slogdet(a)[1] + fit) / 2)


def asked(base: NDArray[np.bool_], usable: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Which periods are asked: the baseline, and the newest after its begin."""
    others = np.flatnonzero(usable & ~base)
    others = others[others > np.flatnonzero(base)[0]][-_NEWEST:]
    return np.sort(np.concatenate([np.flatnonzero(base), others]))


def stretches(at: NDArray[np.int64], base: NDArray[np.bool_], last: int, windows: tuple[int, ...]) -> NDArray[np.int64]:
    """Stretches with a level each: the baseline, then what the windows hold, and before them pieces as long as these.

    Examples
    --------
    >>> stretches(np.arange(9), np.arange(9) < 4, 8, (1, 3)).tolist()
    [0, 0, 0, 0, 2, 2, 3, 3, 4]
    """
    longest = max(windows)
    ends = {last + 1 - size for size in windows} | set(range(last + 1 - longest, -1, -longest))
    return np.where(base[at], 0, 1 + np.searchsorted(sorted(end for end in ends if end > 0), at, side="right"))
