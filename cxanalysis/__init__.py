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
    from cxanalysis.drivers.analysis import drivers as drivers
    from cxanalysis.drivers.at_stake import at_stake as at_stake
    from cxanalysis.drivers.at_stake_result import AtStake as AtStake
    from cxanalysis.drivers.dominance import Dominance as Dominance
    from cxanalysis.drivers.dominance import dominance as dominance
    from cxanalysis.drivers.importance import importance as importance
    from cxanalysis.drivers.linear_enough import LinearCheck as LinearCheck
    from cxanalysis.drivers.linear_enough import linear_enough as linear_enough
    from cxanalysis.drivers.models import models as models
    from cxanalysis.drivers.models_result import Models as Models
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
    from cxanalysis.metrics.estimates import Estimates as Estimates
    from cxanalysis.metrics.estimates import Passport as Passport
    from cxanalysis.metrics.metric import metric as metric
    from cxanalysis.metrics.response import response as response
    from cxanalysis.metrics.scores import ces as ces
    from cxanalysis.metrics.scores import csat as csat
    from cxanalysis.metrics.scores import nps as nps
    from cxanalysis.metrics.unnecessary_rate import unnecessary_rate as unnecessary_rate
    from cxanalysis.problem import Problem as Problem
    from cxanalysis.report.notebook import notebook as notebook
    from cxanalysis.tables.clean import Cleaned as Cleaned
    from cxanalysis.tables.clean import clean as clean
    from cxanalysis.tables.codes import MissingCode as MissingCode
    from cxanalysis.tables.link import Linked as Linked
    from cxanalysis.tables.link import link as link
    from cxanalysis.tables.quality import quality as quality
    from cxanalysis.tables.quality_result import Quality as Quality
    from cxanalysis.tables.read import read as read
    from cxanalysis.tables.sample import load_sample as load_sample
    from cxanalysis.tables.scales import Scale as Scale
    from cxanalysis.tables.table import Table as Table
    from cxanalysis.tables.unnecessary import unnecessary as unnecessary
    from cxanalysis.tables.weights import Weights as Weights
    from cxanalysis.tables.weights_propensity import propensity_weights as propensity_weights
    from cxanalysis.tables.weights_raking import rake as rake
    from cxanalysis.workspace.origin import FileOrigin as FileOrigin
    from cxanalysis.workspace.step import Step as Step
    from cxanalysis.workspace.workspace import Workspace as Workspace

#: Public name → module that defines it.
_FACE = {
    "Answered": "cxanalysis.metrics.answered",
    "AtStake": "cxanalysis.drivers.at_stake_result",
    "Beside": "cxanalysis.metrics.beside",
    "Cleaned": "cxanalysis.tables.clean",
    "Dominance": "cxanalysis.drivers.dominance",
    "Drivers": "cxanalysis.drivers.result",
    "Estimates": "cxanalysis.metrics.estimates",
    "FileOrigin": "cxanalysis.workspace.origin",
    "LinearCheck": "cxanalysis.drivers.linear_enough",
    "Linked": "cxanalysis.tables.link",
    "MissingCode": "cxanalysis.tables.codes",
    "Models": "cxanalysis.drivers.models_result",
    "Passport": "cxanalysis.metrics.estimates",
    "Problem": "cxanalysis.problem",
    "Quality": "cxanalysis.tables.quality_result",
    "Robustness": "cxanalysis.drivers.robustness_result",
    "Scale": "cxanalysis.tables.scales",
    "Segments": "cxanalysis.drivers.segments_result",
    "Step": "cxanalysis.workspace.step",
    "Table": "cxanalysis.tables.table",
    "Weights": "cxanalysis.tables.weights",
    "WhatIf": "cxanalysis.drivers.what_if",
    "Workspace": "cxanalysis.workspace.workspace",
    "answered": "cxanalysis.metrics.answered",
    "at_stake": "cxanalysis.drivers.at_stake",
    "beside": "cxanalysis.metrics.beside",
    "ces": "cxanalysis.metrics.scores",
    "clean": "cxanalysis.tables.clean",
    "csat": "cxanalysis.metrics.scores",
    "dominance": "cxanalysis.drivers.dominance",
    "drivers": "cxanalysis.drivers.analysis",
    "importance": "cxanalysis.drivers.importance",
    "linear_enough": "cxanalysis.drivers.linear_enough",
    "link": "cxanalysis.tables.link",
    "load_sample": "cxanalysis.tables.sample",
    "metric": "cxanalysis.metrics.metric",
    "notebook": "cxanalysis.report.notebook",
    "models": "cxanalysis.drivers.models",
    "nps": "cxanalysis.metrics.scores",
    "propensity_weights": "cxanalysis.tables.weights_propensity",
    "quality": "cxanalysis.tables.quality",
    "rake": "cxanalysis.tables.weights_raking",
    "read": "cxanalysis.tables.read",
    "response": "cxanalysis.metrics.response",
    "segments": "cxanalysis.drivers.segments",
    "robustness": "cxanalysis.drivers.robustness",
    "unnecessary": "cxanalysis.tables.unnecessary",
    "unnecessary_rate": "cxanalysis.metrics.unnecessary_rate",
    "what_if": "cxanalysis.drivers.what_if",
}
_MODULES = ("charts",)

# The function `drivers` and its package share a name. Loading the package now, and unbinding it, leaves the name free
# for the function: Python binds a package to its parent only the first time it is loaded.
import_module("cxanalysis.drivers")
del globals()["drivers"]

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
