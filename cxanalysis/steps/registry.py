"""The one list of calls: what may be called, with which tables, what comes out, who draws it, what it carries on.

Steps, the cache, the notebook, printed code, the public face and the sections of pages read it. A new analysis is
registered here once. Functions are named by their place, not imported, so that reading the list stays quick.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cxanalysis.steps.call import Call, Makes, Takes

#: What every analysis of single answers shares.
_ROWS: Final = frozenset({"weight", "cluster", "confidence"})
#: What a section under a driver analysis may share with it.
_DRIVERS: Final = frozenset({
    "outcome", "drivers", "outcome_as", "method", "groups", "adjust_for", "weight", "cluster", "missing", "confidence",
    "resamples", "seed", "top", "scale", "reference",
})  # fmt: skip
#: What says which series over time is meant.
_SERIES: Final = frozenset({"metric", "score", "every", "group", "as_of", "date"})
_ESTIMATES: Final = "cxanalysis.metrics.estimates:Estimates"

_CALLS: Final = (
    # --- scores and metrics
    Call("nps", "cxanalysis.metrics.scores.nps:nps", _ESTIMATES, "NPS", "score", chart="estimates", carries=_ROWS),
    Call("csat", "cxanalysis.metrics.scores.csat:csat", _ESTIMATES, "CSAT", "score", chart="estimates", carries=_ROWS),
    Call("ces", "cxanalysis.metrics.scores.ces:ces", _ESTIMATES, "CES", "score", chart="estimates", carries=_ROWS),
    Call(
        "metric",
        "cxanalysis.metrics.metric:metric",
        _ESTIMATES,
        "Metric",
        "name",
        takes=Takes.ONE_OR_TWO,
        leading=("name",),
        chart="estimates",
        options_of="name",
        carries=_ROWS | {"name"},
    ),
    Call(
        "unnecessary_rate",
        "cxanalysis.metrics.rates.unnecessary_rate:unnecessary_rate",
        _ESTIMATES,
        "Rate of",
        "steps",
        takes=Takes.ONE_OR_TWO,
        chart="estimates",
    ),
    Call(
        "definitions",
        "cxanalysis.metrics.definitions:definitions",
        "cxanalysis.metrics.definitions:Definitions",
        "Definitions of",
        "name",
        takes=Takes.ONE_OR_TWO,
        leading=("name",),
        options_of="name",
        carries=_ROWS | {"name"},
    ),
    Call(
        "purchase_models",
        "cxanalysis.metrics.repeat_buying.purchase_models:purchase_models",
        "cxanalysis.metrics.repeat_buying.purchase_models_result:PurchaseModels",
        "Which lifetime value can we believe?",
        chart="purchase_models",
    ),
    # --- who answered, and weights
    Call(
        "response",
        "cxanalysis.metrics.response.response:response",
        _ESTIMATES,
        "Response rate by",
        "by",
        chart="response",
    ),
    Call(
        "answered",
        "cxanalysis.metrics.response.answered:answered",
        "cxanalysis.metrics.response.answered:Answered",
        "Who answered",
        "outcome",
        takes=Takes.ONE_OR_TWO,
        chart="answered",
    ),
    Call(
        "rake",
        "cxanalysis.weights.rake:rake",
        "cxanalysis.weights.weights:Weights",
        "Weights by raking to",
        "fields",
        takes=Takes.ONE_OR_TWO,
        makes=Makes.RESULT_WITH_TABLE,
        table_in="answers",
    ),
    Call(
        "propensity_weights",
        "cxanalysis.weights.propensity_weights:propensity_weights",
        "cxanalysis.weights.weights:Weights",
        "Weights by the chance to answer",
        "on",
        takes=Takes.ONE_OR_TWO,
        makes=Makes.RESULT_WITH_TABLE,
        table_in="answers",
    ),
    Call(
        "beside",
        "cxanalysis.metrics.beside:beside",
        "cxanalysis.metrics.beside:Beside",
        "Weighted beside unweighted",
        "name",
        leading=("name",),
        chart="beside",
        options_of="name",
        carries=_ROWS | {"name"},
    ),
    # --- tables
    Call(
        "quality",
        "cxanalysis.quality.quality:quality",
        "cxanalysis.quality.quality_result:Quality",
        "Quality",
    ),
    Call(
        "clean",
        "cxanalysis.quality.clean:clean",
        "cxanalysis.quality.cleaned:Cleaned",
        "Cleaned",
        makes=Makes.RESULT_WITH_TABLE,
    ),
    Call(
        "link",
        "cxanalysis.link.link:link",
        "cxanalysis.link.link:Linked",
        "Link",
        "on",
        takes=Takes.TWO_OR_MORE,
        makes=Makes.RESULT_WITH_TABLE,
    ),
    Call(
        "unnecessary",
        "cxanalysis.failures.unnecessary:unnecessary",
        "cxanalysis.tables.table:Table",
        "Steps customers should not need",
        "repeated",
        makes=Makes.TABLE,
    ),
    # --- drivers
    Call(
        "drivers",
        "cxanalysis.drivers.drivers:drivers",
        "cxanalysis.drivers.drivers_result:Drivers",
        "Drivers of",
        "outcome",
        chart="drivers",
        carries=_DRIVERS,
    ),
    Call(
        "what_if",
        "cxanalysis.drivers.effects.what_if:what_if",
        "cxanalysis.drivers.effects.what_if:WhatIf",
        "What if",
        on="drivers",
        with_rows=False,
    ),
    Call(
        "at_stake",
        "cxanalysis.drivers.at_stake.at_stake:at_stake",
        "cxanalysis.drivers.at_stake.at_stake_result:AtStake",
        "What is at stake",
        takes=Takes.ONE_OR_TWO,
        chart="at_stake",
        # Its outcome is loyalty, so how the score above is measured does not go over.
        carries=_ROWS | {"drivers", "adjust_for", "missing", "seed"},
    ),
    Call(
        "segments",
        "cxanalysis.drivers.segments.segments:segments",
        "cxanalysis.drivers.segments.segments_result:Segments",
        "Drivers by",
        "by",
        chart="segments",
        carries=_DRIVERS,
    ),
    Call(
        "robustness",
        "cxanalysis.drivers.robustness.robustness:robustness",
        "cxanalysis.drivers.robustness.robustness_result:Robustness",
        "Does it survive? Drivers of",
        "outcome",
        chart="robustness",
        carries=_DRIVERS,
    ),
    Call(
        "models",
        "cxanalysis.drivers.other_models.models:models",
        "cxanalysis.drivers.other_models.models_result:Models",
        "Other models of",
        "outcome",
        carries=_DRIVERS,
    ),
    Call(
        "linear_enough",
        "cxanalysis.drivers.other_models.linear_enough:linear_enough",
        "cxanalysis.drivers.other_models.linear_check:LinearCheck",
        "Is a straight line enough? Drivers of",
        "outcome",
        carries=_DRIVERS,
    ),
    Call(
        "asymmetry",
        "cxanalysis.drivers.asymmetry.asymmetry:asymmetry",
        "cxanalysis.drivers.asymmetry.asymmetry_result:Asymmetry",
        "Satisfies or only annoys? Attributes and",
        "outcome",
        chart="asymmetry",
        carries=_DRIVERS,
    ),
    Call(
        "importance_performance",
        "cxanalysis.drivers.performance.importance_performance:importance_performance",
        "cxanalysis.drivers.performance.importance_performance_result:ImportancePerformance",
        "Importance and performance",
        on="drivers",
        chart="importance_performance",
    ),
    Call(
        "relative_importance",
        "cxanalysis.drivers.importance.relative_importance:relative_importance",
        "cxanalysis.drivers.importance.relative_importance:RelativeImportance",
        "Measures of importance for",
        "outcome",
        carries=_DRIVERS,
    ),
    Call(
        "elements",
        "cxanalysis.drivers.elements.elements:elements",
        "cxanalysis.drivers.elements.elements_result:Elements",
        "Six elements, held against",
        "outcome",
        carries=_ROWS,
    ),
    # --- over time, and over metrics
    Call(
        "control",
        "cxanalysis.monitor.control:control",
        "cxanalysis.monitor.control_result:Control",
        "Control chart of",
        "metric",
        chart="control",
        options_of="metric",
        carries=_SERIES,
    ),
    Call(
        "forecast",
        "cxanalysis.monitor.forecast:forecast",
        "cxanalysis.monitor.forecast_result:Forecast",
        "Forecast of",
        "metric",
        chart="forecast",
        options_of="metric",
        carries=_SERIES,
    ),
    Call(
        "alerts",
        "cxanalysis.monitor.alerts:alerts",
        "cxanalysis.monitor.alerts_result:Alerts",
        "What changed",
        takes=Takes.ONE_OR_MORE,
    ),
    Call(
        "behind",
        "cxanalysis.monitor.behind:behind",
        "cxanalysis.monitor.behind:Behind",
        "Answers behind the period of",
        "period",
        carries=_SERIES,
    ),
    Call(
        "index",
        "cxanalysis.catalogue.index:index",
        "cxanalysis.catalogue.index_result:Index",
        "Index",
        takes=Takes.ONE_OR_MORE,
        chart="index",
    ),
)
#: Name → call. Anything else in a link or a file is refused.
CALLS: Final[Mapping[str, Call]] = {call.name: call for call in _CALLS}
