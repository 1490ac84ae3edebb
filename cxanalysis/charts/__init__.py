"""Charts: a result in, an Altair chart in the house style out.

Every chart takes `mode` ("light" or "dark"), `width` (pixels, margins included; None fills the container) and
`caption` (False where the page prints the facts of the result itself). Show it with
`st.altair_chart(chart, theme=None, alt=charts.describe(result))`, or as the last line of a notebook cell.

>>> import pandas as pd, cxanalysis as cx
>>> answers = pd.DataFrame({"recommend": [10, 9, 7, 2] * 5, "market": ["B2B", "B2C"] * 10})
>>> chart = cx.charts.estimates(cx.nps(answers, "recommend", by="market"))
>>> type(chart).__module__.split(".")[0]
'altair'
"""

from cxanalysis.charts.answered import answered
from cxanalysis.charts.asymmetry import asymmetry
from cxanalysis.charts.at_stake import at_stake
from cxanalysis.charts.beside import beside
from cxanalysis.charts.chart_of import chart_of
from cxanalysis.charts.control import control
from cxanalysis.charts.describe import describe
from cxanalysis.charts.distribution import distribution
from cxanalysis.charts.drivers import drivers
from cxanalysis.charts.elements import elements
from cxanalysis.charts.estimates import estimates
from cxanalysis.charts.forecast import forecast
from cxanalysis.charts.importance import importance
from cxanalysis.charts.importance_performance import importance_performance
from cxanalysis.charts.index import index
from cxanalysis.charts.missing import missing
from cxanalysis.charts.parts.caption import caption_of
from cxanalysis.charts.prevalence import prevalence
from cxanalysis.charts.purchase_models import purchase_models
from cxanalysis.charts.response import response
from cxanalysis.charts.robustness import robustness
from cxanalysis.charts.segments import segments
from cxanalysis.charts.weightings import weightings

__all__ = [
    "answered",
    "asymmetry",
    "at_stake",
    "beside",
    "caption_of",
    "chart_of",
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
    "robustness",
    "segments",
    "weightings",
]
