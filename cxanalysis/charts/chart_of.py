"""Which chart belongs to which result."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import altair as alt

from cxanalysis.catalogue.index_result import Index
from cxanalysis.charts.answered import answered
from cxanalysis.charts.asymmetry import asymmetry
from cxanalysis.charts.at_stake import at_stake
from cxanalysis.charts.beside import beside
from cxanalysis.charts.control import control
from cxanalysis.charts.drivers import drivers
from cxanalysis.charts.elements import elements
from cxanalysis.charts.estimates import estimates
from cxanalysis.charts.forecast import forecast
from cxanalysis.charts.importance_performance import importance_performance
from cxanalysis.charts.index import index
from cxanalysis.charts.missing import missing
from cxanalysis.charts.purchase_models import purchase_models
from cxanalysis.charts.robustness import robustness
from cxanalysis.charts.segments import segments
from cxanalysis.drivers.asymmetry.asymmetry_result import Asymmetry
from cxanalysis.drivers.at_stake.at_stake_result import AtStake
from cxanalysis.drivers.drivers_result import Drivers
from cxanalysis.drivers.elements.elements_result import Elements
from cxanalysis.drivers.performance.importance_performance_result import ImportancePerformance
from cxanalysis.drivers.robustness.robustness_result import Robustness
from cxanalysis.drivers.segments.segments_result import Segments
from cxanalysis.metrics.beside import Beside
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.repeat_buying.purchase_models_result import PurchaseModels
from cxanalysis.metrics.response.answered import Answered
from cxanalysis.monitor.control_result import Control
from cxanalysis.monitor.forecast_result import Forecast
from cxanalysis.problem import Problem
from cxanalysis.quality.quality_result import Quality

#: Class of a result → the chart that draws it.
CHARTS: Final[Mapping[type, Callable[..., alt.LayerChart]]] = MappingProxyType(
    {
        Answered: answered,
        Asymmetry: asymmetry,
        AtStake: at_stake,
        Beside: beside,
        Control: control,
        Drivers: drivers,
        Elements: elements,
        Estimates: estimates,
        Forecast: forecast,
        ImportancePerformance: importance_performance,
        Index: index,
        PurchaseModels: purchase_models,
        Quality: missing,
        Robustness: robustness,
        Segments: segments,
    }
)


def chart_of(result: Any, **options: Any) -> alt.LayerChart:
    """The chart of a result: what `result.plot()` shows.

    Parameters
    ----------
    result : any result that has a chart
    **options
        As its chart takes them: mode, width, caption …

    Returns
    -------
    LayerChart

    Raises
    ------
    Problem
        If there is no chart of such a result, or an option is missing or not known.

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> nps = cx.nps(pd.DataFrame({"recommend": [10, 9, 7, 2] * 5}), "recommend")
    >>> chart_of(nps).to_dict() == cx.charts.estimates(nps).to_dict()
    True
    """
    chart = CHARTS.get(type(result))
    if chart is None:
        drawn = ", ".join(sorted(kind.__name__ for kind in CHARTS))
        raise Problem(f"there is no chart of a {type(result).__name__}", do=f"Charts are drawn of: {drawn}")
    parameters = list(inspect.signature(chart).parameters.values())[1:]
    names = [parameter.name for parameter in parameters]
    unknown = [name for name in options if name not in names]
    if unknown:
        raise Problem(f"this chart has no option '{unknown[0]}'", do=f"Its options are: {', '.join(names)}")
    needed = [p.name for p in parameters if p.default is inspect.Parameter.empty and p.name not in options]
    if needed:
        raise Problem(f"this chart needs to know which {needed[0]} to draw", do=f"Name it: {needed[0]}=…")
    return chart(result, **options)
