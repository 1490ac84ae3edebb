"""The mathematics of control charts, on arrays: how far a value may move without anything having happened.

Shewhart's individuals chart (XmR), and Laney's chart with its twin for means (Laney 2002, Quality Engineering 14(4)).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Array = NDArray[np.float64]
#: Mean range of two normal values, in standard deviations (d2 for n = 2): 2/√π.
D2: Final = 1.128
#: Limits are set at so many standard deviations (Shewhart).
SIGMAS: Final = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class FrozenBaseline:
    """What a baseline says, kept fixed while later periods are compared with it.

    Attributes
    ----------
    centre : float
        x̄: mean of the baseline, by answers.
    spread : float
        Standard deviation s of one answer about the centre, so that se_i = s/√n_i; 1 where values have no n.
    sigma_z : float
        Spread between periods in units of that error, from the mean moving range: 1 where answers vary by chance alone,
        above 1 where periods differ more than their answers can explain.
    sd_z : float
        The same as a plain standard deviation, periods - 1 degrees of freedom.
    periods : int
        Periods in the baseline.
    answers : float
        Their effective answers together.
    """

    centre: float
    spread: float
    sigma_z: float
    sd_z: float
    periods: int
    answers: float

    def error(self, weight: Array) -> Array:
        """se_i of values from so many effective answers."""
        return np.asarray(self.spread / np.sqrt(weight), dtype=float)

    def limits(self, weight: Array) -> tuple[Array, Array]:
        """x̄ ± 3·se_i·σ_z."""
        half = SIGMAS * self.error(weight) * self.sigma_z
        return self.centre - half, self.centre + half


def moving_sigma(z: Array) -> float:
    """Standard deviation from the mean moving range: mean|z_i - z_{i-1}|/1.128.

    Examples
    --------
    >>> round(moving_sigma(np.array([0.0, 1.0, 0.0, 1.0])), 4)
    0.8865
    """
    return float(np.abs(np.diff(z)).mean() / D2)


def xmr_baseline(value: Array) -> FrozenBaseline:
    """XmR: the baseline of values that have no n; limits are mean ± 2.66 · mean moving range (3/1.128 = 2.66)."""
    sd = float(value.std(ddof=1))
    return FrozenBaseline(float(value.mean()), 1.0, moving_sigma(value), sd, len(value), float(len(value)))


def laney_baseline(value: Array, weight: Array, variance: Array) -> FrozenBaseline:
    """Laney's p' and its twin for means: z_i = (x_i - x̄)/se_i, σ_z = mean|z_i - z_{i-1}|/1.128.

    Parameters
    ----------
    value, weight, variance : arrays (m,)
        Value, effective answers, and variance of one answer within each period of the baseline.

    Notes
    -----
    s² = Σ n_i(v_i + (x_i - x̄)²)/Σ n_i is the variance of one answer about the centre. For shares that is x̄(1 - x̄), so
    this is Laney's chart to the letter; for means and NPS it is its twin.
    """
    centre = float(np.average(value, weights=weight))
    spread = float(np.sqrt(np.average(variance + (value - centre) ** 2, weights=weight)))
    if spread == 0:
        return FrozenBaseline(centre, 0.0, np.nan, np.nan, len(value), float(weight.sum()))
    z = (value - centre) * np.sqrt(weight) / spread
    sd = float(np.sqrt((z**2).sum() / (len(z) - 1)))
    return FrozenBaseline(centre, spread, moving_sigma(z), sd, len(value), float(weight.sum()))


def share_beyond(periods: int) -> float:
    """How often one period without any change falls outside limits from so many baseline periods.

    Limits at three standard deviations are crossed in 0.27 % of periods only if those are known. Estimated from a
    moving range they vary: the range has about 0.605·(m - 1) degrees of freedom (Cryer and Ryan 1990: Var σ̂ ≈
    0.826 σ²/(m - 1)), so Student's t with these takes the place of the normal.

    Examples
    --------
    >>> round(100 * share_beyond(20), 1), round(100 * share_beyond(10_000), 2)
    (1.3, 0.27)
    """
    df = 0.605 * (periods - 1)
    return float(2 * stats.t.sf(SIGMAS / np.sqrt(1 + 1 / periods), df))


def runs(above: NDArray[np.int64], length: int) -> NDArray[np.bool_]:
    """Where a run of so many values on one side of the centre is reached or goes on.

    Parameters
    ----------
    above : array (T,)
        1 above the centre, -1 below, 0 on it or not to be judged: that ends a run.

    Examples
    --------
    >>> runs(np.array([1, 1, 1, -1, 1]), 3).tolist()
    [False, False, True, False, False]
    """
    out, same = np.zeros(len(above), dtype=bool), 0
    for at, side in enumerate(above):
        same = 0 if side == 0 else same + 1 if at and side == above[at - 1] else 1
        out[at] = same >= length
    return out


def share_in_runs(length: int, periods: float = np.inf) -> float:
    """How often a run of so many on one side begins by chance, in a period without any change.

    Parameters
    ----------
    length : int
    periods : float
        Periods in the baseline: a centre that is a little off makes runs on one side of it likelier.

    Notes
    -----
    With chance p to be above, runs of L return after (1 - p^L)/(p^L q) values on average (Feller 1968, XIII.7);
    p = Φ(δ) is averaged over the error δ of the centre, with variance 1/periods.

    Examples
    --------
    >>> round(1 / share_in_runs(8)), round(1 / share_in_runs(8, 20))
    (255, 153)
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(41)
    p = stats.norm.cdf(nodes / np.sqrt(periods))
    q = 1 - p
    often = p**length * q / (1 - p**length) + q**length * p / (1 - q**length)
    return float((weights * often).sum() / weights.sum())
