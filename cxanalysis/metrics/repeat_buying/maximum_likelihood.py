"""The maximum of a likelihood: climbed with its exact gradient, and what is as likely where it is flat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

Array = NDArray[np.float64]
#: Where two parameters grow together without end, their limit is a model too (all customers alike), and the likelihood
#: hardly differs from there on. So weak a pull towards 1 stops the climb there, and moves no digit anybody reads.
PULL: Final = 1e-10
#: Log-parameters beyond this are taken for it: further on numbers lose their digits.
_WIDEST: Final = 30.0
#: A standard error of a log-parameter beyond this (a factor of 400 either way) is no knowledge of it.
_VAGUE: Final = 3.0
#: Half of the 95 % point of χ² with one degree of freedom: less likely points are outside the interval anyway.
_LESS: Final = 1.92
#: Halvings of the way to the farthest point: to a hundredth of a log-parameter.
_HALVINGS: Final = 12
#: Beyond these a parameter has no end. They are wide: parameters that grow or fall together without end have limits
#: that are models too (all customers alike, nobody leaves), which resamples of a log may well find.
_SMALLEST, _LARGEST = 1e-12, 1e12
#: From the parameters and the rows to each row's log-likelihood (n,) and its slopes (parameters, n).
Scores = Callable[..., tuple[Array, Array]]


def mean_loss(scores: Scores, pull: float = 0.0) -> Callable[..., tuple[float, Array]]:
    """Mean negative log-likelihood and its gradient, in log-parameters; the last column of the data are weights.

    `pull` times their sum of squares is added: see `PULL`.
    """

    def loss(logs: Array, *data: Array) -> tuple[float, Array]:
        values = np.exp(np.clip(logs, -_WIDEST, _WIDEST))
        log, slopes = scores(values, *data[:-1])
        value = -float((data[-1] * log).sum()) + pull * float((logs**2).sum())
        return value, -(slopes @ data[-1]) * values + 2 * pull * logs

    return loss


@dataclass(frozen=True, slots=True)
class Maximum:
    """Where a likelihood is largest.

    Attributes
    ----------
    values : tuple of p floats
        Parameters there.
    log_likelihood : float
    n : int
        Rows, each as often as it counts.
    curvature : array (p, p) or None
        Inverse second derivative there, in log-parameters.
    """

    values: tuple[float, ...]
    log_likelihood: float
    n: int
    curvature: Array | None


def maximum(scores: Scores, rows: tuple[Array, ...], weight: Array, usual: list[float], start: Any) -> Maximum | None:
    """Fit a model of purchases: the maximum of its likelihood; None if there is none.

    Parameters
    ----------
    scores : callable
        See `Scores`.
    rows : arrays (n,)
        What they are told of each row.
    weight : array (n,)
        How often each row counts.
    usual : list of p floats
        Where to begin.
    start : fitted model or None
        Whose `parameters` and `curvature` are near the maximum: that of all rows, where these are a resample.
    """
    total = float(weight.sum())
    data = (*rows, weight / total)
    near = None if start is None else (list(start.parameters.values()), start.curvature)
    found = climbed(mean_loss(scores, PULL), usual, data, _SMALLEST, _LARGEST, near)
    if found is None:
        return None
    reached = -mean_loss(scores)(found.x, *data)[0] * total
    return Maximum(tuple(map(float, np.exp(found.x))), reached, round(total), curvature(found))


def climbed(
    loss: Any,
    usual: list[float],
    data: tuple[Any, ...],
    smallest: float,
    largest: float,
    near: tuple[list[float], Array | None] | None = None,
) -> Any:
    """The maximum of a likelihood in log-parameters, where it is smooth and has no bounds; the gradient is exact.

    `near`, parameters next to the maximum and the curvature there, is where a resample begins: its maximum need not be
    found to the last digit. None where neither start leads to one with all parameters between `smallest` and `largest`.
    """
    starts: list[tuple[list[float], dict[str, Any]]] = [(usual, {"gtol": 1e-9 if near is None else 1e-6})]
    if near is not None:
        first, bent = near
        starts.insert(0, (first, {"gtol": 1e-6} | ({} if bent is None else {"hess_inv0": bent})))
    for first, options in starts:
        found = optimize.minimize(
            loss, np.log(first), args=data, jac=True, method="BFGS", options={"maxiter": 500, **options}
        )
        values = np.exp(np.clip(found.x, -700, 700))
        if np.isfinite(found.fun) and (values > smallest).all() and (values < largest).all():
            return found
    return None


def curvature(found: Any) -> Array | None:
    """Inverse second derivative at the maximum, as far as the climb learnt it; None where that is no hill."""
    bent = np.asarray((found.hess_inv + found.hess_inv.T) / 2)
    return bent if (np.linalg.eigvalsh(bent) > 0).all() else None


def as_likely(loss: Any, at: Array, data: tuple[Any, ...], total: float) -> list[Array]:
    """The ends of flat ridges through the maximum that are practically as likely; none where it is a hill.

    A figure that differs between them is not told by the data, whatever the point says at which the climb stopped. A
    direction is flat where a log-parameter, or a mix of them, has a standard error above `_VAGUE`; a point is as likely
    if its log-likelihood is less than `_LESS` below the maximum. The farthest such point is found by halving.
    """
    bent, directions = np.linalg.eigh(second_derivative(loss, at, data))
    top, found = loss(at, *data)[0], []
    for one in directions[:, bent * total < _VAGUE**-2].T:
        for way in (-one, one):
            least, most = 0.0, 2 * _WIDEST
            for _ in range(_HALVINGS):
                middle = (least + most) / 2
                point = at + middle * way
                near = np.abs(point).max() < _WIDEST and (loss(point, *data)[0] - top) * total < _LESS
                least, most = (middle, most) if near else (least, middle)
            found.append(at + least * way)
    return found


def second_derivative(loss: Any, at: Array, data: tuple[Any, ...]) -> Array:
    """Of a loss, by differences of its exact gradient."""
    step = 1e-4
    rows = [
        (loss(at + step * unit, *data)[1] - loss(at - step * unit, *data)[1]) / (2 * step) for unit in np.eye(len(at))
    ]
    bent = np.array(rows)
    return np.asarray((bent + bent.T) / 2)
