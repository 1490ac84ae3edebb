"""The control chart of rare cases: exact limits, and exactly how often they and the runs give a false signal.

With 0.9 failures expected a week, three standard deviations are passed by four failures, about one week in eighty. So
the probability of every number of cases is added up exactly: binomial where periods differ by sampling alone,
beta-binomial where they differ more, over what the baseline leaves open about the rate and about that (Bayes).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, gammaln

from cxanalysis.monitor import calendar
from cxanalysis.monitor.expected_value import ExpectedValue
from cxanalysis.monitor.series import Series

Array = NDArray[np.float64]
#: Below this number of cases a period, counts are too skewed for limits that are as far above as below.
FEW_CASES: Final = 5
#: Variance between periods in units of sampling error squared, and the prior probability of each: none beyond sampling
#: is as likely as all others together.
_OVERDISPERSION: Final = np.array([1.0, 1.25, 1.6, 2.2, 3.0, 4.5])
_PRIOR: Final = np.array([0.5, 0.1, 0.1, 0.1, 0.1, 0.1])
#: Rates on the grid, and how far they reach: in standard errors of the largest overdispersion.
_RATES: Final = 61
_REACH: Final = 4.0
#: Grid points with a smaller posterior probability, relative to the largest, change nothing.
_NEGLIGIBLE: Final = 1e-4
#: Numbers of cases so many standard deviations away have no probability worth adding.
_FAR: Final = 12


def is_rare(series: Series, base: NDArray[np.bool_]) -> bool:
    """Whether so few answers of a period (or so few of the others) count that their number is skewed."""
    weight = series.weight[base]
    if not len(weight):
        return False
    share = float(np.average(series.value[base], weights=weight)) / 100
    return bool(min(share, 1 - share) * np.median(weight) < FEW_CASES)


@dataclass(frozen=True, slots=True, eq=False)
class RatePosterior:
    """What a baseline says about rare cases: possible rates, each with the correlation of answers within a period.

    Attributes
    ----------
    probability : array (G,)
        Of each; adds up to 1.
    rate : array (G,)
        Cases per answer, 0 to 1.
    icc : array (G,)
        Intraclass correlation: of two answers of one period, 0 where periods differ by sampling alone.
    """

    probability: Array
    rate: Array
    icc: Array

    def case_probabilities(self, n: int, times: float = 1.0) -> Array:
        """(G, K): probability of 0, 1, 2 … cases among n answers for each possible rate, as far as not negligible.

        The rate is `times` as high as in the baseline.
        """
        rate = np.clip(self.rate * times, 1e-9, 1 - 1e-9)
        spread = np.sqrt(n * rate * (1 - rate) * (1 + (n - 1) * self.icc))
        most = min(n, int((n * rate + _FAR * spread).max()) + _FAR)
        return np.asarray(np.exp(_log_probability(np.arange(most + 1), np.array(n), rate[:, None], self.icc[:, None])))


def case_limits(probability: Array, side: float) -> tuple[float, float]:
    """Half a case below and above the numbers that are reached or passed with a probability of more than `side`.

    Parameters
    ----------
    probability : array (K,)
        Of 0, 1, 2 … cases.
    side : float

    Examples
    --------
    >>> case_limits(np.array([0.1, 0.4, 0.3, 0.15, 0.04, 0.01]), 0.02)
    (-0.5, 4.5)
    """
    low = int(np.searchsorted(probability.cumsum(), side, side="right"))
    high = len(probability) - 1 - int(np.searchsorted(probability[::-1].cumsum(), side, side="right"))
    return low - 0.5, high + 0.5


def rate_posterior(cases: NDArray[np.int64], n: NDArray[np.int64]) -> RatePosterior:
    """What the cases of some periods say, each among n answers.

    Rates have Jeffreys' prior: even on the scale of arcsin √rate.
    """
    usual = float(n.mean())
    possible = max(usual / 2, 1.01) > _OVERDISPERSION
    icc = (_OVERDISPERSION[possible] - 1) / max(usual - 1, 1.0)
    middle = np.arcsin(np.sqrt((cases.sum() + 0.5) / (n.sum() + 1)))
    reach = _REACH * np.sqrt(_OVERDISPERSION[possible].max() / n.sum()) / 2
    angle = np.linspace(max(middle - reach, 1e-3), min(middle + reach, np.pi / 2 - 1e-3), _RATES)
    rates, iccs = (grid.ravel() for grid in np.meshgrid(np.sin(angle) ** 2, icc))
    log = _log_probability(cases, n, rates[:, None], iccs[:, None]).sum(1) + np.log(np.repeat(_PRIOR[possible], _RATES))
    share = np.exp(log - log.max())
    kept = share > _NEGLIGIBLE * share.max()
    return RatePosterior(share[kept] / share[kept].sum(), rates[kept], iccs[kept])


def _log_probability(cases: NDArray[np.int64], n: NDArray[np.int64], rate: Array, icc: Array) -> Array:
    """Log probability of so many cases: binomial without intraclass correlation, else beta-binomial."""
    choices = gammaln(n + 1) - gammaln(cases + 1) - gammaln(n - cases + 1)
    binomial = cases * np.log(rate) + (n - cases) * np.log1p(-rate)
    with np.errstate(divide="ignore", invalid="ignore"):
        a, b = (part * (1 - icc) / icc for part in (rate, 1 - rate))
        beta_binomial = betaln(cases + a, n - cases + b) - betaln(a, b)
    return np.asarray(choices + np.where(icc > 0, beta_binomial, binomial))


@dataclass(frozen=True, slots=True, eq=False)
class CaseChart:
    """A share of which few answers count, as numbers of cases among whole answers.

    Attributes
    ----------
    posterior : RatePosterior
        What the baseline says; of the answers that do not count where these are the rare ones.
    n : array (T,) of int
        Answers of each period (effective ones, rounded).
    centre : array (T,)
        Expected share of cases, 0 to 1.
    kind : array (usable periods,) of int
        Which of `probabilities` belongs to a period.
    probabilities : tuple of arrays (G, K)
        Of 0, 1, 2 … cases for each possible rate, among as many answers and at such a time of the season.
    complement : bool
        Whether cases are the answers that do not count (a satisfaction of 98 %).
    usable : array (T,) of bool
    every : str
    """

    posterior: RatePosterior
    n: NDArray[np.int64]
    centre: Array
    kind: NDArray[np.int64]
    probabilities: tuple[Array, ...]
    complement: bool
    usable: NDArray[np.bool_]
    every: str

    @classmethod
    def of(cls, series: Series, base: NDArray[np.bool_], expected: ExpectedValue) -> CaseChart:
        """The chart of a series with a frozen baseline."""
        complement = expected.baseline.centre > 50
        share, centre, level = (
            (100 - x if complement else x) / 100
            for x in (series.value, expected.centre, np.array(expected.baseline.centre))
        )
        n = np.maximum(np.rint(expected.weight), 1).astype(np.int64)
        cases = np.rint(np.nan_to_num(share) * n).astype(np.int64)
        posterior = rate_posterior(cases[base], n[base])
        times = np.maximum(centre, 0) / level if level else np.ones(len(n))
        kinds, kind = np.unique(np.column_stack([n, times])[series.usable], axis=0, return_inverse=True)
        probabilities = tuple(posterior.case_probabilities(int(size), float(high)) for size, high in kinds)
        return cls(posterior, n, centre, np.ravel(kind), probabilities, complement, series.usable, series.every)

    def limits(self, side: float) -> tuple[Array, Array]:
        """Lower and upper limit in percent; either is passed by chance in at most `side` of the periods."""
        ends = np.full((len(self.n), 2), np.nan)
        by_kind = [case_limits(self.posterior.probability @ each, side) for each in self.probabilities]
        ends[self.usable] = np.array(by_kind)[self.kind]
        low, high = 100 * ends.T / self.n
        return (100 - high, 100 - low) if self.complement else (low, high)

    def false_signals(
        self, limits: tuple[Array, Array], rules: Sequence[str], run: int
    ) -> tuple[tuple[str, float], ...]:
        """False signals a year of each rule, from the probability of every number of cases in periods like these."""
        low, high = (100 - limits[1], 100 - limits[0]) if self.complement else limits
        beyond, below, above = [], [], []
        for at, kind in zip(np.flatnonzero(self.usable), self.kind, strict=True):
            each = self.probabilities[kind]
            value = np.arange(each.shape[1]) / self.n[at]
            beyond.append(
                self.posterior.probability @ each[:, (100 * value < low[at]) | (100 * value > high[at])].sum(1)
            )
            below.append(each[:, value < self.centre[at]].sum(1))
            above.append(each[:, value > self.centre[at]].sum(1))
        a_year, out = calendar.A_YEAR[self.every], []
        if "limits" in rules:
            out.append(("beyond the limits", a_year * float(np.mean(beyond))))
        if "run" in rules:
            starts = sum(_run_starts(np.mean(side, axis=0), run) for side in (below, above))
            out.append((f"{run} in a row on one side", a_year * float(self.posterior.probability @ starts)))
        return tuple(out)


def _run_starts(p: Array, run: int) -> Array:
    """How often a run of so many begins, in periods each of which has the probability p (Feller 1968, XIII.7)."""
    return np.asarray(p**run * (1 - p) / (1 - p**run))
