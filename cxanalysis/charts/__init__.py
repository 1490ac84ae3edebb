"""Charts: a result in, an Altair chart in the house style out.

Every chart takes `mode` ("light" or "dark"), `width` (pixels, margins included; None fills the container) and
`caption` (False where the page prints n, period, interval and method itself). Show it with
`st.altair_chart(chart, theme=None, alt=charts.describe(result))`, or as the last line of a notebook cell.

>>> import pandas as pd, cxanalysis as cx
>>> answers = pd.DataFrame({"recommend": [10, 9, 7, 2] * 5, "market": ["B2B", "B2C"] * 10})
>>> chart = cx.charts.estimates(cx.nps(answers, "recommend", by="market"))
>>> type(chart).__module__.split(".")[0]
'altair'
"""

from cxanalysis.charts.answer_plots import answered, beside, response
from cxanalysis.charts.asymmetry_plot import asymmetry
from cxanalysis.charts.caption import caption_of
from cxanalysis.charts.control_plots import control
from cxanalysis.charts.describe import describe
from cxanalysis.charts.element_plot import elements
from cxanalysis.charts.estimate_plots import estimates
from cxanalysis.charts.forecast_plots import forecast
from cxanalysis.charts.gaps import missing
from cxanalysis.charts.index_plots import index, weightings
from cxanalysis.charts.performance_map import importance_performance
from cxanalysis.charts.prevalence_map import prevalence
from cxanalysis.charts.purchase_plots import purchase_models
from cxanalysis.charts.ranking import drivers, importance
from cxanalysis.charts.segment_plots import segments
from cxanalysis.charts.shares import distribution
from cxanalysis.charts.stake_plots import at_stake
from cxanalysis.charts.survival import robustness

__all__ = [
    "answered",
    "asymmetry",
    "at_stake",
    "beside",
    "caption_of",
    "control",
    "describe",
    "distribution",
    "drivers",
    "elements",
    "estimates",
    "forecast",
    "importance",
    "importance_performance",
    "index",
    "missing",
    "prevalence",
    "purchase_models",
    "response",
    "segments",
    "robustness",
    "weightings",
]
