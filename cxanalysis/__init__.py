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
    from cxanalysis.drivers.analysis import drivers as drivers
    from cxanalysis.drivers.asymmetry import asymmetry as asymmetry
    from cxanalysis.drivers.asymmetry_result import Asymmetry as Asymmetry
    from cxanalysis.drivers.at_stake import at_stake as at_stake
    from cxanalysis.drivers.at_stake_result import AtStake as AtStake
    from cxanalysis.drivers.dominance import Dominance as Dominance
    from cxanalysis.drivers.dominance import dominance as dominance
    from cxanalysis.drivers.elements import elements as elements
    from cxanalysis.drivers.elements_result import Elements as Elements
    from cxanalysis.drivers.importance import importance as importance
    from cxanalysis.drivers.importance_performance import importance_performance as importance_performance
    from cxanalysis.drivers.linear_enough import LinearCheck as LinearCheck
    from cxanalysis.drivers.linear_enough import linear_enough as linear_enough
    from cxanalysis.drivers.map_result import ImportancePerformance as ImportancePerformance
    from cxanalysis.drivers.models import models as models
    from cxanalysis.drivers.models_result import Models as Models
    from cxanalysis.drivers.relative_importance import RelativeImportance as RelativeImportance
    from cxanalysis.drivers.relative_importance import relative_importance as relative_importance
    from cxanalysis.drivers.result import Drivers as Drivers
    from cxanalysis.drivers.robustness import robustness as robustness
    from cxanalysis.drivers.robustness_result import Robustness as Robustness
    from cxanalysis.drivers.segments import segments as segments
    from cxanalysis.drivers.segments_result import Segments as Segments
    from cxanalysis.drivers.what_if import WhatIf as WhatIf
    from cxanalysis.drivers.what_if import what_if as what_if
    from cxanalysis.metrics.answered import Answered as Answered
    from cxanalysis.metrics.answered import answered as answered
    from cxanalysis.metrics.beside import Beside as Beside
    from cxanalysis.metrics.beside import beside as beside
    from cxanalysis.metrics.definitions import Definitions as Definitions
    from cxanalysis.metrics.definitions import definitions as definitions
    from cxanalysis.metrics.estimates import Estimates as Estimates
    from cxanalysis.metrics.estimates import Passport as Passport
    from cxanalysis.metrics.measurable import Measurable as Measurable
    from cxanalysis.metrics.measurable import metrics as metrics
    from cxanalysis.metrics.metric import metric as metric
    from cxanalysis.metrics.purchase_models import purchase_models as purchase_models
    from cxanalysis.metrics.purchase_models_result import PurchaseModels as PurchaseModels
    from cxanalysis.metrics.response import response as response
    from cxanalysis.metrics.scores import ces as ces
    from cxanalysis.metrics.scores import csat as csat
    from cxanalysis.metrics.scores import nps as nps
    from cxanalysis.metrics.unnecessary_rate import unnecessary_rate as unnecessary_rate
    from cxanalysis.monitor.alerts import alerts as alerts
    from cxanalysis.monitor.alerts_result import Alerts as Alerts
    from cxanalysis.monitor.behind import Behind as Behind
    from cxanalysis.monitor.behind import behind as behind
    from cxanalysis.monitor.control import control as control
    from cxanalysis.monitor.control_result import Control as Control
    from cxanalysis.monitor.forecast import forecast as forecast
    from cxanalysis.monitor.forecast_result import Forecast as Forecast
    from cxanalysis.problem import Problem as Problem
    from cxanalysis.report.notebook import notebook as notebook
    from cxanalysis.tables.clean import Cleaned as Cleaned
    from cxanalysis.tables.clean import clean as clean
    from cxanalysis.tables.codes import MissingCode as MissingCode
    from cxanalysis.tables.drift import drift as drift
    from cxanalysis.tables.drift_result import Drift as Drift
    from cxanalysis.tables.link import Linked as Linked
    from cxanalysis.tables.link import link as link
    from cxanalysis.tables.personal import Personal as Personal
    from cxanalysis.tables.personal import personal as personal
    from cxanalysis.tables.protect import protect as protect
    from cxanalysis.tables.quality import quality as quality
    from cxanalysis.tables.quality_result import Quality as Quality
    from cxanalysis.tables.read import read as read
    from cxanalysis.tables.sample import load_sample as load_sample
    from cxanalysis.tables.sample import sample_path as sample_path
    from cxanalysis.tables.scales import Scale as Scale
    from cxanalysis.tables.shape import Shape as Shape
    from cxanalysis.tables.table import Table as Table
    from cxanalysis.tables.unnecessary import unnecessary as unnecessary
    from cxanalysis.tables.weights import Weights as Weights
    from cxanalysis.tables.weights_propensity import propensity_weights as propensity_weights
    from cxanalysis.tables.weights_raking import rake as rake
    from cxanalysis.workspace.appended import Appended as Appended
    from cxanalysis.workspace.catalogue import EntryVersion as EntryVersion
    from cxanalysis.workspace.folders import Look as Look
    from cxanalysis.workspace.imports import Import as Import
    from cxanalysis.workspace.origin import FileOrigin as FileOrigin
    from cxanalysis.workspace.step import Step as Step
    from cxanalysis.workspace.workspace import Workspace as Workspace

#: Public name → module that defines it.
_FACE = {
    "Alerts": "cxanalysis.monitor.alerts_result",
    "Answered": "cxanalysis.metrics.answered",
    "Appended": "cxanalysis.workspace.appended",
    "Asymmetry": "cxanalysis.drivers.asymmetry_result",
    "AtStake": "cxanalysis.drivers.at_stake_result",
    "Audit": "cxanalysis.catalogue.audit_result",
    "Behind": "cxanalysis.monitor.behind",
    "Benchmark": "cxanalysis.catalogue.goal",
    "Beside": "cxanalysis.metrics.beside",
    "Cleaned": "cxanalysis.tables.clean",
    "Control": "cxanalysis.monitor.control_result",
    "Definitions": "cxanalysis.metrics.definitions",
    "Dominance": "cxanalysis.drivers.dominance",
    "Drift": "cxanalysis.tables.drift_result",
    "Drivers": "cxanalysis.drivers.result",
    "Elements": "cxanalysis.drivers.elements_result",
    "Entry": "cxanalysis.catalogue.entry",
    "EntryVersion": "cxanalysis.workspace.catalogue",
    "Estimates": "cxanalysis.metrics.estimates",
    "FileOrigin": "cxanalysis.workspace.origin",
    "Forecast": "cxanalysis.monitor.forecast_result",
    "Goal": "cxanalysis.catalogue.goal",
    "Import": "cxanalysis.workspace.imports",
    "ImportancePerformance": "cxanalysis.drivers.map_result",
    "Index": "cxanalysis.catalogue.index_result",
    "Inventory": "cxanalysis.catalogue.inventory_result",
    "LinearCheck": "cxanalysis.drivers.linear_enough",
    "Linked": "cxanalysis.tables.link",
    "Look": "cxanalysis.workspace.folders",
    "Measurable": "cxanalysis.metrics.measurable",
    "MissingCode": "cxanalysis.tables.codes",
    "Models": "cxanalysis.drivers.models_result",
    "Passport": "cxanalysis.metrics.estimates",
    "Personal": "cxanalysis.tables.personal",
    "Problem": "cxanalysis.problem",
    "PurchaseModels": "cxanalysis.metrics.purchase_models_result",
    "Quality": "cxanalysis.tables.quality_result",
    "RelativeImportance": "cxanalysis.drivers.relative_importance",
    "Robustness": "cxanalysis.drivers.robustness_result",
    "Scale": "cxanalysis.tables.scales",
    "Segments": "cxanalysis.drivers.segments_result",
    "Shape": "cxanalysis.tables.shape",
    "Status": "cxanalysis.catalogue.status_result",
    "Step": "cxanalysis.workspace.step",
    "Table": "cxanalysis.tables.table",
    "Tree": "cxanalysis.catalogue.tree",
    "Weights": "cxanalysis.tables.weights",
    "WhatIf": "cxanalysis.drivers.what_if",
    "Workspace": "cxanalysis.workspace.workspace",
    "alerts": "cxanalysis.monitor.alerts",
    "answered": "cxanalysis.metrics.answered",
    "asymmetry": "cxanalysis.drivers.asymmetry",
    "at_stake": "cxanalysis.drivers.at_stake",
    "audit": "cxanalysis.catalogue.audit",
    "behind": "cxanalysis.monitor.behind",
    "beside": "cxanalysis.metrics.beside",
    "ces": "cxanalysis.metrics.scores",
    "clean": "cxanalysis.tables.clean",
    "control": "cxanalysis.monitor.control",
    "csat": "cxanalysis.metrics.scores",
    "definitions": "cxanalysis.metrics.definitions",
    "dominance": "cxanalysis.drivers.dominance",
    "drift": "cxanalysis.tables.drift",
    "drivers": "cxanalysis.drivers.analysis",
    "elements": "cxanalysis.drivers.elements",
    "forecast": "cxanalysis.monitor.forecast",
    "importance": "cxanalysis.drivers.importance",
    "importance_performance": "cxanalysis.drivers.importance_performance",
    "index": "cxanalysis.catalogue.index",
    "inventory": "cxanalysis.catalogue.inventory",
    "linear_enough": "cxanalysis.drivers.linear_enough",
    "link": "cxanalysis.tables.link",
    "load_sample": "cxanalysis.tables.sample",
    "metric": "cxanalysis.metrics.metric",
    "metrics": "cxanalysis.metrics.measurable",
    "models": "cxanalysis.drivers.models",
    "notebook": "cxanalysis.report.notebook",
    "nps": "cxanalysis.metrics.scores",
    "personal": "cxanalysis.tables.personal",
    "propensity_weights": "cxanalysis.tables.weights_propensity",
    "protect": "cxanalysis.tables.protect",
    "purchase_models": "cxanalysis.metrics.purchase_models",
    "quality": "cxanalysis.tables.quality",
    "rake": "cxanalysis.tables.weights_raking",
    "read": "cxanalysis.tables.read",
    "relative_importance": "cxanalysis.drivers.relative_importance",
    "response": "cxanalysis.metrics.response",
    "robustness": "cxanalysis.drivers.robustness",
    "sample_path": "cxanalysis.tables.sample",
    "segments": "cxanalysis.drivers.segments",
    "status": "cxanalysis.catalogue.status",
    "tree": "cxanalysis.catalogue.tree",
    "unnecessary": "cxanalysis.tables.unnecessary",
    "unnecessary_rate": "cxanalysis.metrics.unnecessary_rate",
    "what_if": "cxanalysis.drivers.what_if",
}
_MODULES = ("charts",)

# The functions `drivers` and `metrics` share their names with packages. Loading the packages now, and unbinding them,
# leaves the names free for the functions: Python binds a package to its parent only the first time it is loaded.
for _package in ("drivers", "metrics"):
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
