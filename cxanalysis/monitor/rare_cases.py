"""Rare cases: so few a period that their number is skewed, and limits as far above as below would often be crossed.

With 0.9 failures expected a week, three standard deviations are passed by four failures, about one week in eighty. So
the chance of every number of cases is added up exactly: binomial where periods differ by sampling alone, beta-binomial
where they differ more, over what the baseline leaves open about the rate and about that (Bayes).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, gammaln

Array = NDArray[np.float64]
#: How far periods may differ, as variance in units of sampling error squared; before the baseline is seen, none beyond
#: sampling is as likely as all others together.
_SPREADS: Final = np.array([1.0, 1.25, 1.6, 2.2, 3.0, 4.5])
_BEFORE: Final = np.array([0.5, 0.1, 0.1, 0.1, 0.1, 0.1])
#: Rates looked at, and how far they reach: in standard errors of the widest spread.
_RATES: Final = 61
_REACH: Final = 4.0
#: Answers with less of a chance change nothing.
_TOLD: Final = 1e-4
#: Numbers of cases so many standard deviations away have no chance worth adding.
_FAR: Final = 12


@dataclass(frozen=True, slots=True, eq=False)
class Rare:
    """What a baseline says about rare cases: possible rates, each with how alike the answers of one period are.

    Attributes
    ----------
    share : array (G,)
        Chance of each; adds up to 1.
    rate : array (G,)
        Cases per answer, 0 to 1.
    alike : array (G,)
        Correlation of two answers of one period, 0 where periods differ by sampling alone.
    """

    share: Array
    rate: Array
    alike: Array

    def each(self, n: int, times: float = 1.0) -> Array:
        """(G, K): chance of 0, 1, 2 … cases among n answers for each possible rate, as far as it is not negligible.

        The rate is `times` as high as in the baseline.
        """
        rate = np.clip(self.rate * times, 1e-9, 1 - 1e-9)
        spread = np.sqrt(n * rate * (1 - rate) * (1 + (n - 1) * self.alike))
        most = min(n, int((n * rate + _FAR * spread).max()) + _FAR)
        return np.asarray(np.exp(_log_chance(np.arange(most + 1), np.array(n), rate[:, None], self.alike[:, None])))


def case_limits(chance: Array, side: float) -> tuple[float, float]:
    """Half a case below and above the numbers that have more than `side` chance to be reached or passed.

    Parameters
    ----------
    chance : array (K,)
        Of 0, 1, 2 … cases.
    side : float

    Examples
    --------
    >>> case_limits(np.array([0.1, 0.4, 0.3, 0.15, 0.04, 0.01]), 0.02)
    (-0.5, 4.5)
    """
    low = int(np.searchsorted(chance.cumsum(), side, side="right"))
    high = len(chance) - 1 - int(np.searchsorted(chance[::-1].cumsum(), side, side="right"))
    return low - 0.5, high + 0.5


def rare_of(cases: NDArray[np.int64], n: NDArray[np.int64]) -> Rare:
    """What the cases of some periods say, each among n answers.

    Rates have Jeffreys' prior: even on the scale of arcsin √rate.
    """
    usual = float(n.mean())
    fair = max(usual / 2, 1.01) > _SPREADS
    alike = (_SPREADS[fair] - 1) / max(usual - 1, 1.0)
    middle = np.arcsin(np.sqrt((cases.sum() + 0.5) / (n.sum() + 1)))
    away = _REACH * np.sqrt(_SPREADS[fair].max() / n.sum()) / 2
    angle = np.linspace(max(middle - away, 1e-3), min(middle + away, np.pi / 2 - 1e-3), _RATES)
    rate, together = (grid.ravel() for grid in np.meshgrid(np.sin(angle) ** 2, alike))
    told = _log_chance(cases, n, rate[:, None], together[:, None]).sum(1) + np.log(np.repeat(_BEFORE[fair], _RATES))
    share = np.exp(told - told.max())
    kept = share > _TOLD * share.max()
    return Rare(share[kept] / share[kept].sum(), rate[kept], together[kept])


def _log_chance(cases: NDArray[np.int64], n: NDArray[np.int64], rate: Array, alike: Array) -> Array:
    """Log chance of so many cases: binomial where answers of a period are not alike, else beta-binomial."""
    ways = gammaln(n + 1) - gammaln(cases + 1) - gammaln(n - cases + 1)
    plain = cases * np.log(rate) + (n - cases) * np.log1p(-rate)
    with np.errstate(divide="ignore", invalid="ignore"):
        a, b = (part * (1 - alike) / alike for part in (rate, 1 - rate))
        mixed = betaln(cases + a, n - cases + b) - betaln(a, b)
    return np.asarray(ways + np.where(alike > 0, mixed, plain))
