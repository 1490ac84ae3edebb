"""A level that wanders, seen through answers that vary: exponential smoothing that knows the n of every period.

Local level model in state space form (Durbin and Koopman 2012, chapter 2): x_t = μ_t + γ_t + ε_t, Var ε_t = c·s²/n_t;
μ_{t+1} = μ_t + η_t, Var η_t = q. With equal n it is simple exponential smoothing; γ_t, the rhythm of the season, is a
sum of waves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from statsmodels.tsa.statespace.mlemodel import MLEModel

Array = NDArray[np.float64]
#: Smoothing constants that are weighed against each other; at 1 the level would be the last value, chance and all.
_GRID: Final = (0.0, 0.03, 0.06, 0.1, 0.15, 0.22, 0.3, 0.4, 0.5, 0.62, 0.75, 0.88, 0.96)
#: Constants less likely than this share of the likeliest change nothing.
_NEGLIGIBLE: Final = 0.003
#: Smallest variance handed to the filter: at exactly zero its matrices cannot be inverted.
_LEAST: Final = 1e-8
#: Waves of a season, the longest as long as the season.
_WAVES: Final = 3


class _Level(MLEModel):
    """The model for statsmodels.

    Its one parameter is the smoothing constant α; the wandering of the level is then α²/(1 - α) times the noise, and
    the noise itself is concentrated out of the likelihood. `inverse` is the variance of a period's value relative to
    a typical one.
    """

    def __init__(self, value: Array, inverse: Array, waves: Array) -> None:
        states = 1 + waves.shape[1]
        super().__init__(value, k_states=states, k_posdef=1, initialization="diffuse")
        self["design"] = np.column_stack([np.ones(len(value)), waves]).T[None]
        self["transition"] = np.eye(states)
        self["selection"] = np.eye(states, 1)
        self["obs_cov"] = inverse.reshape(1, 1, -1)

    @property
    def param_names(self) -> list[str]:
        return ["smoothing"]

    @property
    def start_params(self) -> Array:
        return np.array([0.1])

    def update(self, params: Any, **kwargs: Any) -> None:
        """Put the wandering in its place."""
        (smoothing,) = super().update(params, **kwargs)
        self["state_cov"] = np.array([[smoothing**2 / (1 - smoothing) + _LEAST]])

    def concentrated(self, smoothing: float) -> tuple[float, float]:
        """Log-likelihood at its best noise, and that noise."""
        self.update([smoothing])
        found = self.ssm.filter()
        error, variance = found.forecasts_error[0], found.forecasts_error_cov[0, 0]
        scored = np.isfinite(self.endog[:, 0]) & (np.arange(self.nobs) >= found.nobs_diffuse) & (variance > 0)
        noise = float((error[scored] ** 2 / variance[scored]).mean()) + _LEAST
        return float(-(scored.sum() * np.log(noise) + np.log(variance[scored]).sum()) / 2), noise


@dataclass(frozen=True, slots=True, eq=False)
class Filtered:
    """The fitted model run over a series.

    Attributes
    ----------
    state, cov : arrays (T + 1, k), (T + 1, k, k)
        What is known of the level and the waves before each period.
    design : array (T, k)
        What each period shows of them.
    noise : array (T,)
        Variance of each period's value about that, sampling error of its n included.
    wandering : float
        Variance by which the level moves from one period to the next.
    """

    state: Array
    cov: Array
    design: Array
    noise: Array
    wandering: float

    @property
    def expected(self) -> Array:
        """Value expected in each period from those before it."""
        return np.asarray((self.design * self.state[:-1]).sum(1))

    def ahead(self, origin: int, steps: NDArray[np.int64]) -> tuple[Array, Array]:
        """Expected values and their variances so many periods after `origin`, the last one that is known."""
        design = self.design[origin + steps]
        cov = self.cov[origin + 1]
        level = np.einsum("ti,ij,tj->t", design, cov, design) + (steps - 1) * self.wandering
        return design @ self.state[origin + 1], level + self.noise[origin + steps]


@dataclass(frozen=True, slots=True, eq=False)
class LevelFit:
    """Smoothing constant and noise found from one stretch of a series, to be run over any other.

    `noise` is the variance of a value from `typical` effective answers about the level, in units of `unit` squared.
    """

    smoothing: float
    noise: float
    unit: float
    typical: float

    def over(self, value: Array, weight: Array, waves: Array | None = None) -> Filtered:
        """Run over a series; periods without a value (or still to come) are NaN but have a weight."""
        model = _model(value / self.unit, weight, self.typical, waves)
        model.update([self.smoothing])
        found = model.ssm.filter()
        scale = self.noise * self.unit**2
        return Filtered(
            state=found.predicted_state.T * self.unit,
            cov=found.predicted_state_cov.transpose(2, 0, 1) * scale,
            design=np.asarray(model["design"])[0].T,
            noise=np.asarray(model["obs_cov"])[0, 0] * scale,
            wandering=float(np.asarray(model["state_cov"])[0, 0]) * scale,
        )


@dataclass(frozen=True, slots=True, eq=False)
class LevelFits:
    """Fits with many smoothing constants, each with the share its likelihood gives it.

    One best constant would pretend to be known. With 40 weeks it often comes out as zero where the level does wander,
    and intervals are then too narrow.
    """

    fits: tuple[LevelFit, ...]
    shares: Array

    @property
    def best(self) -> LevelFit:
        """The likeliest of them."""
        return self.fits[int(np.argmax(self.shares))]

    def ahead(
        self, value: Array, weight: Array, waves: Array | None, origin: int, steps: NDArray[np.int64]
    ) -> tuple[Array, Array]:
        """Expected values and variances so many periods after `origin`, over all constants."""
        forecasts = [one.over(value, weight, waves).ahead(origin, steps) for one in self.fits]
        means, variances = np.array([mean for mean, _ in forecasts]), np.array([var for _, var in forecasts])
        mean = self.shares @ means
        return mean, self.shares @ (variances + (means - mean) ** 2)


def fit(value: Array, weight: Array, waves: Array | None = None) -> LevelFits:
    """Likelihood of the smoothing constants, each with its best noise.

    Parameters
    ----------
    value, weight : arrays (T,)
        NaN where there is no value; effective answers of each period (1 where the metric has none).
    waves : array (T, k), optional
        The season as sines and cosines; without it there is none.
    """
    known = np.isfinite(value)
    typical = float(np.median(weight[known]))
    unit = float(np.std(value[known])) or 1.0
    model = _model(value / unit, weight, typical, waves)
    concentrated = [model.concentrated(smoothing) for smoothing in _GRID]
    likelihood = np.array([log for log, _ in concentrated])
    share = np.exp(likelihood - likelihood.max()) * np.gradient(_GRID)
    keep = share > _NEGLIGIBLE * share.max()
    fits = tuple(
        LevelFit(smoothing, noise, unit, typical)
        for smoothing, (_, noise), kept in zip(_GRID, concentrated, keep, strict=True)
        if kept
    )
    return LevelFits(fits, share[keep] / share[keep].sum())


def season_waves(place: NDArray[np.int64], season: int) -> Array:
    """A season as up to three waves and their overtones: (T, 2k) sines and cosines.

    Seven days are described in full; 52 weeks are not given 51 numbers that two years could never tell.
    """
    pairs = min(_WAVES, (season - 1) // 2)
    angle = 2 * np.pi * np.outer(place / season, np.arange(1, pairs + 1))
    return np.column_stack([np.sin(angle), np.cos(angle)])


def _model(value: Array, weight: Array, typical: float, waves: Array | None) -> _Level:
    inverse = typical / np.where(np.isfinite(weight) & (weight > 0), weight, typical)
    return _Level(value, inverse, np.empty((len(value), 0)) if waves is None else waves)
