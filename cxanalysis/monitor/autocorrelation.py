"""Autocorrelation of a single series. Twenty weeks cannot estimate it, so p is averaged over a prior.

Twenty weeks cannot tell a correlation of 0.3 between neighbours from none, and a mean of thirteen such weeks is almost
half as precise again as it looks. Testing for autocorrelation first and then believing the test raises twice as many
false alarms as stated. So no single value is believed: each counts by how well it explains the series (Bayes), and a p
is the mean of the p under all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
#: Correlation φ of one period's level with the next one's, and the prior probability of each: the same. By simulation
#: (`benchmarks/monitoring.py`) more for none raises more false alarms than stated, less for none finds real changes
#: later.
_PHI: Final = (0.0, 0.3, 0.6, 0.8)
_PRIOR: Final = (0.25, 0.25, 0.25, 0.25)
#: Variance of the periods' levels, in units of a usual period's sampling error squared; equally likely a priori.
_LEVEL_VARIANCE: Final = np.array([0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0])
#: Values with a smaller posterior probability change nothing.
_NEGLIGIBLE: Final = 0.002
#: So many of the newest periods inform the posterior besides the baseline.
_NEWEST: Final = 60


@dataclass(frozen=True, slots=True, eq=False)
class AutocorrelationPosterior:
    """Possible autocorrelations: ρ_j = between·φ^j for periods j apart.

    Attributes
    ----------
    probability : array (G,)
        Of each; adds up to 1.
    between : array (G,)
        Share of a period's variance that lies between periods and is not the sampling of its answers.
    phi : array (G,)
        Correlation of one period's level with the next one's.
    """

    probability: Array
    between: Array
    phi: Array

    def variance_of_mean(self, periods: int) -> Array:
        """How many times the variance of a mean of so many periods is that of independent ones: 1 + 2Σ(1 - j/k)ρ_j.

        Examples
        --------
        >>> AutocorrelationPosterior(np.ones(1), np.ones(1), np.array([0.5])).variance_of_mean(2).tolist()
        [1.5]
        """
        j = np.arange(1, periods)
        return np.asarray(1 + self.between * 2 * ((1 - j / periods) * self.phi[:, None] ** j).sum(1))

    def variance_within(self, periods: int) -> Array:
        """How many times the variance is what so many neighbouring periods show: their mean moves along with them."""
        return np.asarray((periods - 1) / (periods - self.variance_of_mean(periods)))

    @property
    def df_factor(self) -> Array:
        """Share of the degrees of freedom that remains: 1/(1 + 2Σρ_j²) (Bayley and Hammersley 1946)."""
        return np.asarray(1 / (1 + 2 * self.between**2 * self.phi**2 / (1 - self.phi**2)))


#: Neighbouring periods are independent.
INDEPENDENT: Final = AutocorrelationPosterior(np.ones(1), np.zeros(1), np.zeros(1))


def autocorrelation_posterior(
    deviation: Array, sampling: Array | None, at: NDArray[np.int64], segment: NDArray[np.int64]
) -> AutocorrelationPosterior:
    """What a series says about the autocorrelation of its periods.

    Parameters
    ----------
    deviation : array (T,)
        Value less what was expected, in units of a usual period's sampling error (of any unit where there is none).
    sampling : array (T,), optional
        Sampling error squared of each, in these units squared; None: the metric has no error of its own.
    at : array (T,) of int
        When: there may be gaps.
    segment : array (T,) of int
        Periods with the same number share an unknown mean, so that a change between segments is not taken for
        autocorrelation.

    Notes
    -----
    V = sampling + τ²·φ^|i - j|, means with a flat prior: the restricted likelihood
    -½(log|V| + log|X'V⁻¹X| + y'Py) (Patterson and Thompson 1971), with the scale integrated out where it is not known.
    """
    noise = np.ones(len(deviation)) if sampling is None else sampling
    columns = np.column_stack([deviation, segment[:, None] == np.unique(segment)]).astype(float)
    log = _restricted_likelihood(columns, noise, np.diff(at, prepend=at[0]), sampling is None).reshape(len(_PHI), -1)
    log += np.log(_PRIOR)[:, None]
    share = np.exp(log - log.max())
    share /= share.sum()
    kept = share[1:] > _NEGLIGIBLE
    # Without autocorrelation all variances of the levels say the same.
    shares = np.concatenate([[share[0].sum()], share[1:][kept]])
    between = np.broadcast_to(_LEVEL_VARIANCE / (1 + _LEVEL_VARIANCE), share[1:].shape)[kept]
    phi = np.broadcast_to(np.array(_PHI[1:])[:, None], share[1:].shape)[kept]
    return AutocorrelationPosterior(
        shares / shares.sum(), np.concatenate([[0.0], between]), np.concatenate([[0.0], phi])
    )


def _restricted_likelihood(columns: Array, noise: Array, gaps: NDArray[np.int64], scale_unknown: bool) -> Array:
    """Restricted log-likelihood at every φ and level variance: the Kalman filter over values and means at once
    (Rosenberg 1973).

    A filter and no matrices of all periods: those are slow, and slower still where linear algebra waits for threads.
    """
    phi, level_variance = (grid.ravel() for grid in np.meshgrid(_PHI, _LEVEL_VARIANCE, indexing="ij"))
    state, variance = np.zeros((len(level_variance), columns.shape[1])), level_variance
    errors, widths = np.empty((len(columns), *state.shape)), np.empty((len(columns), len(level_variance)))
    for when, (row, gap) in enumerate(zip(columns, gaps, strict=True)):
        decay = phi**gap
        state, variance = decay[:, None] * state, level_variance + decay**2 * (variance - level_variance)
        errors[when], widths[when] = row - state, variance + noise[when]
        gain = variance / widths[when]
        state, variance = state + gain[:, None] * errors[when], variance * (1 - gain)
    white = errors / np.sqrt(widths)[:, :, None]
    products = np.einsum("tgi,tgj->gij", white, white)
    a, b = products[:, 1:, 1:], products[:, 1:, :1]
    rest = products[:, 0, 0] - (b * np.linalg.solve(a, b)).sum((1, 2))
    fit = (len(columns) - a.shape[1]) * np.log(rest) if scale_unknown else rest
    return np.asarray(-(np.log(widths).sum(0) + np.linalg.slogdet(a)[1] + fit) / 2)


def informative_periods(base: NDArray[np.bool_], usable: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Which periods inform the posterior: the baseline, and the newest after its begin."""
    others = np.flatnonzero(usable & ~base)
    others = others[others > np.flatnonzero(base)[0]][-_NEWEST:]
    return np.sort(np.concatenate([np.flatnonzero(base), others]))


def segments_of(
    at: NDArray[np.int64], base: NDArray[np.bool_], last: int, windows: tuple[int, ...]
) -> NDArray[np.int64]:
    """Segments with a mean each: the baseline, then what the windows hold, and before them pieces as long as these.

    Examples
    --------
    >>> segments_of(np.arange(9), np.arange(9) < 4, 8, (1, 3)).tolist()
    [0, 0, 0, 0, 2, 2, 3, 3, 4]
    """
    longest = max(windows)
    ends = {last + 1 - size for size in windows} | set(range(last + 1 - longest, -1, -longest))
    return np.where(base[at], 0, 1 + np.searchsorted(sorted(end for end in ends if end > 0), at, side="right"))
