"""Customer-experience analysis: what spoils customers' experience, how much, and what to fix first.

Every public name stands here; nothing else is public. Names are loaded when first used, so that
`import cxanalysis as cx` stays quick.

>>> import cxanalysis as cx
>>> "drivers" in dir(cx)
True
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from cxanalysis.steps.registry import CALLS

if TYPE_CHECKING:
    from cxanalysis import charts as charts
    from cxanalysis import vocabulary as vocabulary
    from cxanalysis.catalogue.audit import audit as audit
    from cxanalysis.catalogue.audit_result import Audit as Audit
    from cxanalysis.catalogue.benchmark import Benchmark as Benchmark
    from cxanalysis.catalogue.computable import computable as computable
    from cxanalysis.catalogue.entry import Entry as Entry
    from cxanalysis.catalogue.goal import Goal as Goal
    from cxanalysis.catalogue.index import index as index
    from cxanalysis.catalogue.index_result import Index as Index
    from cxanalysis.catalogue.inventory.inventory import inventory as inventory
    from cxanalysis.catalogue.inventory.inventory_result import Inventory as Inventory
    from cxanalysis.catalogue.latex import latex as latex
    from cxanalysis.catalogue.status import status as status
    from cxanalysis.catalogue.status_result import Status as Status
    from cxanalysis.catalogue.tree import Tree as Tree
    from cxanalysis.catalogue.tree import tree as tree
    from cxanalysis.catalogue.what_follows import WhatFollows as WhatFollows
    from cxanalysis.catalogue.what_follows import what_follows as what_follows
    from cxanalysis.columns.missing_code import MissingCode as MissingCode
    from cxanalysis.columns.scales.scale import Scale as Scale
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
    from cxanalysis.drivers.other_models.linear_check import LinearCheck as LinearCheck
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
    from cxanalysis.failures.propose_unnecessary import propose_unnecessary as propose_unnecessary
    from cxanalysis.failures.unnecessary import unnecessary as unnecessary
    from cxanalysis.failures.unnecessary_rule import UnnecessaryRule as UnnecessaryRule
    from cxanalysis.link.link import link as link
    from cxanalysis.link.link_proposal import LinkProposal as LinkProposal
    from cxanalysis.link.linked import Linked as Linked
    from cxanalysis.link.propose_link import propose_link as propose_link
    from cxanalysis.metrics.beside import Beside as Beside
    from cxanalysis.metrics.beside import beside as beside
    from cxanalysis.metrics.definitions import Definitions as Definitions
    from cxanalysis.metrics.definitions import definitions as definitions
    from cxanalysis.metrics.estimates import Estimates as Estimates
    from cxanalysis.metrics.measurable import Measurable as Measurable
    from cxanalysis.metrics.metric import metric as metric
    from cxanalysis.metrics.metrics import metrics as metrics
    from cxanalysis.metrics.passport import Passport as Passport
    from cxanalysis.metrics.rates.unnecessary_rate import unnecessary_rate as unnecessary_rate
    from cxanalysis.metrics.repeat_buying.purchase_models import purchase_models as purchase_models
    from cxanalysis.metrics.repeat_buying.purchase_models_result import PurchaseModels as PurchaseModels
    from cxanalysis.metrics.response.answered import Answered as Answered
    from cxanalysis.metrics.response.answered import answered as answered
    from cxanalysis.metrics.response.invitation_fields import InvitationFields as InvitationFields
    from cxanalysis.metrics.response.invitation_fields import invitation_fields as invitation_fields
    from cxanalysis.metrics.response.outcome_meanings import outcome_meanings as outcome_meanings
    from cxanalysis.metrics.response.response import response as response
    from cxanalysis.metrics.scores.ces import ces as ces
    from cxanalysis.metrics.scores.csat import csat as csat
    from cxanalysis.metrics.scores.nps import nps as nps
    from cxanalysis.monitor.alerts import alerts as alerts
    from cxanalysis.monitor.alerts_result import Alerts as Alerts
    from cxanalysis.monitor.behind import Behind as Behind
    from cxanalysis.monitor.behind import behind as behind
    from cxanalysis.monitor.control import control as control
    from cxanalysis.monitor.control_result import Control as Control
    from cxanalysis.monitor.failure_delay import failure_delay as failure_delay
    from cxanalysis.monitor.forecast import forecast as forecast
    from cxanalysis.monitor.forecast_result import Forecast as Forecast
    from cxanalysis.monitor.propose_watches import propose_watches as propose_watches
    from cxanalysis.problem import Problem as Problem
    from cxanalysis.quality.clean import clean as clean
    from cxanalysis.quality.cleaned import Cleaned as Cleaned
    from cxanalysis.quality.quality import quality as quality
    from cxanalysis.quality.quality_result import Quality as Quality
    from cxanalysis.report.code import code as code
    from cxanalysis.report.notebook import notebook as notebook
    from cxanalysis.steps.step import Step as Step
    from cxanalysis.tables.exclusion import Exclusion as Exclusion
    from cxanalysis.tables.load_sample import load_sample as load_sample
    from cxanalysis.tables.outcomes.driver_left_out import DriverLeftOut as DriverLeftOut
    from cxanalysis.tables.outcomes.outcomes import Outcomes as Outcomes
    from cxanalysis.tables.outcomes.outcomes import outcomes as outcomes
    from cxanalysis.tables.personal import Personal as Personal
    from cxanalysis.tables.personal import personal as personal
    from cxanalysis.tables.protect import protect as protect
    from cxanalysis.tables.question import Question as Question
    from cxanalysis.tables.read import read as read
    from cxanalysis.tables.sample_path import sample_path as sample_path
    from cxanalysis.tables.table import Table as Table
    from cxanalysis.tables.wide import wide as wide
    from cxanalysis.weights.propensity_weights import propensity_weights as propensity_weights
    from cxanalysis.weights.rake import rake as rake
    from cxanalysis.weights.weights import Weights as Weights
    from cxanalysis.workspace.appended import Appended as Appended
    from cxanalysis.workspace.entry_version import EntryVersion as EntryVersion
    from cxanalysis.workspace.file_origin import FileOrigin as FileOrigin
    from cxanalysis.workspace.imports import Import as Import
    from cxanalysis.workspace.look import Look as Look
    from cxanalysis.workspace.workspace import Workspace as Workspace

#: Public name → module that defines it; calls that a step may make stand in the registry.
_FACE: Final = {
    **{name: call.module for name, call in CALLS.items()},
    "Alerts": "cxanalysis.monitor.alerts_result",
    "Answered": "cxanalysis.metrics.response.answered",
    "Appended": "cxanalysis.workspace.appended",
    "Asymmetry": "cxanalysis.drivers.asymmetry.asymmetry_result",
    "AtStake": "cxanalysis.drivers.at_stake.at_stake_result",
    "Audit": "cxanalysis.catalogue.audit_result",
    "Behind": "cxanalysis.monitor.behind",
    "Benchmark": "cxanalysis.catalogue.benchmark",
    "Beside": "cxanalysis.metrics.beside",
    "Cleaned": "cxanalysis.quality.cleaned",
    "Control": "cxanalysis.monitor.control_result",
    "Definitions": "cxanalysis.metrics.definitions",
    "Dominance": "cxanalysis.drivers.importance.dominance",
    "Drift": "cxanalysis.drift.drift_result",
    "DriverLeftOut": "cxanalysis.tables.outcomes.driver_left_out",
    "Drivers": "cxanalysis.drivers.drivers_result",
    "Elements": "cxanalysis.drivers.elements.elements_result",
    "Entry": "cxanalysis.catalogue.entry",
    "EntryVersion": "cxanalysis.workspace.entry_version",
    "Estimates": "cxanalysis.metrics.estimates",
    "Exclusion": "cxanalysis.tables.exclusion",
    "FileOrigin": "cxanalysis.workspace.file_origin",
    "Forecast": "cxanalysis.monitor.forecast_result",
    "Goal": "cxanalysis.catalogue.goal",
    "Import": "cxanalysis.workspace.imports",
    "ImportancePerformance": "cxanalysis.drivers.performance.importance_performance_result",
    "Index": "cxanalysis.catalogue.index_result",
    "Inventory": "cxanalysis.catalogue.inventory.inventory_result",
    "LinearCheck": "cxanalysis.drivers.other_models.linear_check",
    "Linked": "cxanalysis.link.linked",
    "Look": "cxanalysis.workspace.look",
    "Measurable": "cxanalysis.metrics.measurable",
    "MissingCode": "cxanalysis.columns.missing_code",
    "Models": "cxanalysis.drivers.other_models.models_result",
    "Passport": "cxanalysis.metrics.passport",
    "Outcomes": "cxanalysis.tables.outcomes.outcomes",
    "Personal": "cxanalysis.tables.personal",
    "Problem": "cxanalysis.problem",
    "PurchaseModels": "cxanalysis.metrics.repeat_buying.purchase_models_result",
    "Quality": "cxanalysis.quality.quality_result",
    "Question": "cxanalysis.tables.question",
    "RelativeImportance": "cxanalysis.drivers.importance.relative_importance",
    "Robustness": "cxanalysis.drivers.robustness.robustness_result",
    "Scale": "cxanalysis.columns.scales.scale",
    "Segments": "cxanalysis.drivers.segments.segments_result",
    "Shape": "cxanalysis.drift.shape",
    "Status": "cxanalysis.catalogue.status_result",
    "Step": "cxanalysis.steps.step",
    "Table": "cxanalysis.tables.table",
    "Tree": "cxanalysis.catalogue.tree",
    "Weights": "cxanalysis.weights.weights",
    "WhatIf": "cxanalysis.drivers.effects.what_if",
    "Workspace": "cxanalysis.workspace.workspace",
    "latex": "cxanalysis.catalogue.latex",
    "InvitationFields": "cxanalysis.metrics.response.invitation_fields",
    "invitation_fields": "cxanalysis.metrics.response.invitation_fields",
    "outcome_meanings": "cxanalysis.metrics.response.outcome_meanings",
    "LinkProposal": "cxanalysis.link.link_proposal",
    "UnnecessaryRule": "cxanalysis.failures.unnecessary_rule",
    "WhatFollows": "cxanalysis.catalogue.what_follows",
    "code": "cxanalysis.report.code",
    "computable": "cxanalysis.catalogue.computable",
    "failure_delay": "cxanalysis.monitor.failure_delay",
    "propose_link": "cxanalysis.link.propose_link",
    "propose_unnecessary": "cxanalysis.failures.propose_unnecessary",
    "propose_watches": "cxanalysis.monitor.propose_watches",
    "what_follows": "cxanalysis.catalogue.what_follows",
    "audit": "cxanalysis.catalogue.audit",
    "dominance": "cxanalysis.drivers.importance.dominance",
    "drift": "cxanalysis.drift.drift",
    "importance": "cxanalysis.drivers.importance.importance",
    "inventory": "cxanalysis.catalogue.inventory.inventory",
    "load_sample": "cxanalysis.tables.load_sample",
    "metrics": "cxanalysis.metrics.metrics",
    "notebook": "cxanalysis.report.notebook",
    "outcomes": "cxanalysis.tables.outcomes.outcomes",
    "personal": "cxanalysis.tables.personal",
    "protect": "cxanalysis.tables.protect",
    "read": "cxanalysis.tables.read",
    "sample_path": "cxanalysis.tables.sample_path",
    "status": "cxanalysis.catalogue.status",
    "tree": "cxanalysis.catalogue.tree",
    "wide": "cxanalysis.tables.wide",
}
_MODULES = ("charts", "vocabulary")

# The functions `drivers` and `metrics` share their names with packages. Loading the packages now, and unbinding them,
# leaves the names free for the functions: Python binds a package to its parent only the first time it is loaded.
for _package in ("drift", "drivers", "link", "metrics", "quality"):
    import_module(f"cxanalysis.{_package}")
    del globals()[_package]

__all__ = sorted([*_FACE, *_MODULES])
__version__ = "0.2.0"


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
