"""The quiet line under a chart: n, period, what was left out, interval and method."""

from __future__ import annotations

from cxanalysis.drivers.drivers_result import Drivers
from cxanalysis.labels import called
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.numbers import THIN, count, period, plain

#: A space at which no line breaks.
_SPACE = "\u00a0"
#: What an outcome's points are called, for each way of coding it.
_UNITS = {"nps": "NPS points", "top-box": "percentage points"}


def caption_of(result: Drivers | Estimates) -> str:
    """n, period, what was left out, confidence and method of a result, in one line.

    A page that prints this line itself draws the chart with `caption=False`.
    """
    left_out = result.n_excluded if isinstance(result, Drivers) else result.n_missing
    parts = [
        f"n{_SPACE}={_SPACE}{count(result.n)}",
        f"{count(left_out)} left out" if left_out else "",
        period(result.period),
        f"{100 * result.confidence:g}{THIN}%{_SPACE}intervals",
        plain(result.method, 90),
        f"weighted by {plain(result.weight, 40)}" if result.weight else "",
        f"answers of one {plain(result.cluster, 40)} kept together" if result.cluster else "",
    ]
    return " · ".join(part for part in parts if part)


def unit(result: Drivers) -> str:
    """What the points of a driver analysis are points of.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> unit(SimpleNamespace(outcome_as="nps", outcome="recommend"))
    'NPS points'
    """
    return _UNITS.get(result.outcome_as, f"points of {plain(called(result.outcome, result), 40)}")
