"""Customer-experience analysis: what spoils customers' experience, how much, and what to fix first.

Every public name stands here; nothing else is public. Names are loaded when first used, so that
`import cxanalysis as cx` stays quick.

>>> import cxanalysis as cx
>>> "drivers" in dir(cx)
True
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cxanalysis import charts as charts
    from cxanalysis.catalogue.audit import audit as audit
    from cxanalysis.catalogue.audit_result import Audit as Audit
    from cxanalysis.catalogue.entry import Entry as Entry
    from cxanalysis.catalogue.goal import Benchmark as Benchmark
    from cxanalysis.catalogue.goal import Goal as Goal
    from cxanalysis.catalogue.index import index as index
    from cxanalysis.catalogue.index_result import Index as Index
    from cxanalysis.catalogue.inventory import inventory as inventory
    from cxanalysis.catalogue.inventory_result import Inventory as Inventory
    from cxanalysis.catalogue.status import status as status
    from cxanalysis.catalogue.status_result import Status as Status
    from cxanalysis.catalogue.tree import Tree as Tree
    from cxanalysis.catalogue.tree import tree as tree
    from cxanalysis.columns.missing_code import MissingCode as MissingCode
    from cxanalysis.columns.scale import Scale as Scale
    from cxanalysis.drift.drift import drift as drift
    from cxanalysis.drift.drift_result import Drift as Drift
    from cxanalysis.drift.shape import Shape as Shape
    from cxanalysis.drivers.asymmetry.asymmetry import asymmetry as asymmetry
    from cxanalysis.drivers.asymmetry.asymmetry_result import Asymmetry as Asymmetry
    from cxanalysis.drivers.at_stake.at_stake import at_stake as at_stake
    from cxanalysis.drivers.at_stake.at_stake_result import AtStake as AtStake
    from cxanalysis.drivers.drivers import drivers as drivers
    from cxanalysis.drivers.drivers_result import Drivers as Drivers
    from cxanalysis.drivers.effects.what_if import WhatIf as WhatIf
    from cxanalysis.drivers.effects.what_if import what_if as what_if
    from cxanalysis.drivers.elements.elements import elements as elements
    from cxanalysis.drivers.elements.elements_result import Elements as Elements
    from cxanalysis.drivers.importance.dominance import Dominance as Dominance
    from cxanalysis.drivers.importance.dominance import dominance as dominance
    from cxanalysis.drivers.importance.importance import importance as importance
    from cxanalysis.drivers.importance.relative_importance import RelativeImportance as RelativeImportance
    from cxanalysis.drivers.importance.relative_importance import relative_importance as relative_importance
    from cxanalysis.drivers.other_models.linear_enough import LinearCheck as LinearCheck
    from cxanalysis.drivers.other_models.linear_enough import linear_enough as linear_enough
    from cxanalysis.drivers.other_models.models import models as models
    from cxanalysis.drivers.other_models.models_result import Models as Models
    from cxanalysis.drivers.performance.importance_performance import importance_performance as importance_performance
    from cxanalysis.drivers.performance.importance_performance_result import (
        ImportancePerformance as ImportancePerformance,
    )
    from cxanalysis.drivers.robustness.robustness import robustness as robustness
    from cxanalysis.drivers.robustness.robustness_result import Robustness as Robustness
    from cxanalysis.drivers.segments.segments import segments as segments
    from cxanalysis.drivers.segments.segments_result import Segments as Segments
    from cxanalysis.failures.unnecessary import unnecessary as unnecessary
    from cxanalysis.link.link import Linked as Linked
    from cxanalysis.link.link import link as link
    from cxanalysis.metrics.beside import Beside as Beside
    from cxanalysis.metrics.beside import beside as beside
    from cxanalysis.metrics.definitions import Definitions as Definitions
    from cxanalysis.metrics.definitions import definitions as definitions
    from cxanalysis.metrics.estimates import Estimates as Estimates
    from cxanalysis.metrics.estimates import Passport as Passport
    from cxanalysis.metrics.metric import metric as metric
    from cxanalysis.metrics.metrics import Measurable as Measurable
    from cxanalysis.metrics.metrics import metrics as metrics
    from cxanalysis.metrics.rates.unnecessary_rate import unnecessary_rate as unnecessary_rate
    from cxanalysis.metrics.repeat_buying.purchase_models import purchase_models as purchase_models
    from cxanalysis.metrics.repeat_buying.purchase_models_result import PurchaseModels as PurchaseModels
    from cxanalysis.metrics.response.answered import Answered as Answered
    from cxanalysis.metrics.response.answered import answered as answered
    from cxanalysis.metrics.response.response import response as response
    from cxanalysis.metrics.scores.scores import ces as ces
    from cxanalysis.metrics.scores.scores import csat as csat
    from cxanalysis.metrics.scores.scores import nps as nps
    from cxanalysis.monitor.alerts import alerts as alerts
    from cxanalysis.monitor.alerts_result import Alerts as Alerts
    from cxanalysis.monitor.behind import Behind as Behind
    from cxanalysis.monitor.behind import behind as behind
    from cxanalysis.monitor.control import control as control
    from cxanalysis.monitor.control_result import Control as Control
    from cxanalysis.monitor.forecast import forecast as forecast
    from cxanalysis.monitor.forecast_result import Forecast as Forecast
    from cxanalysis.problem import Problem as Problem
    from cxanalysis.quality.clean import Cleaned as Cleaned
    from cxanalysis.quality.clean import clean as clean
    from cxanalysis.quality.quality import quality as quality
    from cxanalysis.quality.quality_result import Quality as Quality
    from cxanalysis.report.notebook import notebook as notebook
    from cxanalysis.steps.step import Step as Step
    from cxanalysis.tables.driver_choice import DriverLeftOut as DriverLeftOut
    from cxanalysis.tables.exclusions import Exclusion as Exclusion
    from cxanalysis.tables.load_sample import load_sample as load_sample
    from cxanalysis.tables.load_sample import sample_path as sample_path
    from cxanalysis.tables.outcomes import Outcomes as Outcomes
    from cxanalysis.tables.outcomes import outcomes as outcomes
    from cxanalysis.tables.personal import Personal as Personal
    from cxanalysis.tables.personal import personal as personal
    from cxanalysis.tables.protect import protect as protect
    from cxanalysis.tables.question import Question as Question
    from cxanalysis.tables.read import read as read
    from cxanalysis.tables.table import Table as Table
    from cxanalysis.weights.propensity_weights import propensity_weights as propensity_weights
    from cxanalysis.weights.rake import rake as rake
    from cxanalysis.weights.weights import Weights as Weights
    from cxanalysis.workspace.appended import Appended as Appended
    from cxanalysis.workspace.folders import Look as Look
    from cxanalysis.workspace.imports import Import as Import
    from cxanalysis.workspace.kept_catalogue import EntryVersion as EntryVersion
    from cxanalysis.workspace.origin import FileOrigin as FileOrigin
    from cxanalysis.workspace.workspace import Workspace as Workspace

#: Public name → module that defines it.
_FACE = {
    "Alerts": "cxanalysis.monitor.alerts_result",
    "Answered": "cxanalysis.metrics.response.answered",
    "Appended": "cxanalysis.workspace.appended",
    "Asymmetry": "cxanalysis.drivers.asymmetry.asymmetry_result",
    "AtStake": "cxanalysis.drivers.at_stake.at_stake_result",
    "Audit": "cxanalysis.catalogue.audit_result",
    "Behind": "cxanalysis.monitor.behind",
    "Benchmark": "cxanalysis.catalogue.goal",
    "Beside": "cxanalysis.metrics.beside",
    "Cleaned": "cxanalysis.quality.clean",
    "Control": "cxanalysis.monitor.control_result",
    "Definitions": "cxanalysis.metrics.definitions",
    "Dominance": "cxanalysis.drivers.importance.dominance",
    "Drift": "cxanalysis.drift.drift_result",
    "DriverLeftOut": "cxanalysis.tables.driver_choice",
    "Drivers": "cxanalysis.drivers.drivers_result",
    "Elements": "cxanalysis.drivers.elements.elements_result",
    "Entry": "cxanalysis.catalogue.entry",
    "EntryVersion": "cxanalysis.workspace.kept_catalogue",
    "Estimates": "cxanalysis.metrics.estimates",
    "Exclusion": "cxanalysis.tables.exclusions",
    "FileOrigin": "cxanalysis.workspace.origin",
    "Forecast": "cxanalysis.monitor.forecast_result",
    "Goal": "cxanalysis.catalogue.goal",
    "Import": "cxanalysis.workspace.imports",
    "ImportancePerformance": "cxanalysis.drivers.performance.importance_performance_result",
    "Index": "cxanalysis.catalogue.index_result",
    "Inventory": "cxanalysis.catalogue.inventory_result",
    "LinearCheck": "cxanalysis.drivers.other_models.linear_enough",
    "Linked": "cxanalysis.link.link",
    "Look": "cxanalysis.workspace.folders",
    "Measurable": "cxanalysis.metrics.metrics",
    "MissingCode": "cxanalysis.columns.missing_code",
    "Models": "cxanalysis.drivers.other_models.models_result",
    "Passport": "cxanalysis.metrics.estimates",
    "Outcomes": "cxanalysis.tables.outcomes",
    "Personal": "cxanalysis.tables.personal",
    "Problem": "cxanalysis.problem",
    "PurchaseModels": "cxanalysis.metrics.repeat_buying.purchase_models_result",
    "Quality": "cxanalysis.quality.quality_result",
    "Question": "cxanalysis.tables.question",
    "RelativeImportance": "cxanalysis.drivers.importance.relative_importance",
    "Robustness": "cxanalysis.drivers.robustness.robustness_result",
    "Scale": "cxanalysis.columns.scale",
    "Segments": "cxanalysis.drivers.segments.segments_result",
    "Shape": "cxanalysis.drift.shape",
    "Status": "cxanalysis.catalogue.status_result",
    "Step": "cxanalysis.steps.step",
    "Table": "cxanalysis.tables.table",
    "Tree": "cxanalysis.catalogue.tree",
    "Weights": "cxanalysis.weights.weights",
    "WhatIf": "cxanalysis.drivers.effects.what_if",
    "Workspace": "cxanalysis.workspace.workspace",
    "alerts": "cxanalysis.monitor.alerts",
    "answered": "cxanalysis.metrics.response.answered",
    "asymmetry": "cxanalysis.drivers.asymmetry.asymmetry",
    "at_stake": "cxanalysis.drivers.at_stake.at_stake",
    "audit": "cxanalysis.catalogue.audit",
    "behind": "cxanalysis.monitor.behind",
    "beside": "cxanalysis.metrics.beside",
    "ces": "cxanalysis.metrics.scores.scores",
    "clean": "cxanalysis.quality.clean",
    "control": "cxanalysis.monitor.control",
    "csat": "cxanalysis.metrics.scores.scores",
    "definitions": "cxanalysis.metrics.definitions",
    "dominance": "cxanalysis.drivers.importance.dominance",
    "drift": "cxanalysis.drift.drift",
    "drivers": "cxanalysis.drivers.drivers",
    "elements": "cxanalysis.drivers.elements.elements",
    "forecast": "cxanalysis.monitor.forecast",
    "importance": "cxanalysis.drivers.importance.importance",
    "importance_performance": "cxanalysis.drivers.performance.importance_performance",
    "index": "cxanalysis.catalogue.index",
    "inventory": "cxanalysis.catalogue.inventory",
    "linear_enough": "cxanalysis.drivers.other_models.linear_enough",
    "link": "cxanalysis.link.link",
    "load_sample": "cxanalysis.tables.load_sample",
    "metric": "cxanalysis.metrics.metric",
    "metrics": "cxanalysis.metrics.metrics",
    "models": "cxanalysis.drivers.other_models.models",
    "notebook": "cxanalysis.report.notebook",
    "nps": "cxanalysis.metrics.scores.scores",
    "outcomes": "cxanalysis.tables.outcomes",
    "personal": "cxanalysis.tables.personal",
    "propensity_weights": "cxanalysis.weights.propensity_weights",
    "protect": "cxanalysis.tables.protect",
    "purchase_models": "cxanalysis.metrics.repeat_buying.purchase_models",
    "quality": "cxanalysis.quality.quality",
    "rake": "cxanalysis.weights.rake",
    "read": "cxanalysis.tables.read",
    "relative_importance": "cxanalysis.drivers.importance.relative_importance",
    "response": "cxanalysis.metrics.response.response",
    "robustness": "cxanalysis.drivers.robustness.robustness",
    "sample_path": "cxanalysis.tables.load_sample",
    "segments": "cxanalysis.drivers.segments.segments",
    "status": "cxanalysis.catalogue.status",
    "tree": "cxanalysis.catalogue.tree",
    "unnecessary": "cxanalysis.failures.unnecessary",
    "unnecessary_rate": "cxanalysis.metrics.rates.unnecessary_rate",
    "what_if": "cxanalysis.drivers.effects.what_if",
}
_MODULES = ("charts",)

# The functions `drivers` and `metrics` share their names with packages. Loading the packages now, and unbinding them,
# leaves the names free for the functions: Python binds a package to its parent only the first time it is loaded.
for _package in ("drift", "drivers", "link", "metrics", "quality"):
    import_module(f"cxanalysis.{_package}")
    del globals()[_package]

__all__ = sorted([*_FACE, *_MODULES])
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"cxanalysis.{name}")
    if name in _FACE:
        value = getattr(import_module(_FACE[name]), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'cxanalysis' has no attribute '{name}'")


def __dir__() -> list[str]:
    return __all__
