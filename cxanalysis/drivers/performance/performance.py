"""How good each driver is, from 0 (worst) to 100 (best), whatever the scale it was asked on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from cxanalysis.columns.scales.scale import Scale, named_scale, told_by_ends
from cxanalysis.drivers.asymmetry.asymmetry_cuts import Scales
from cxanalysis.drivers.effects.joint_effects import JointEffects
from cxanalysis.engine.engines import Engine
from cxanalysis.engine.need import Measure, Need
from cxanalysis.metrics.intervals import Precision, student, wilson
from cxanalysis.problem import Problem
from cxanalysis.tables.table import Table

#: A failure is a scale from "happened" (worst) to "did not happen" (best).
FAILURE: Final = Scale(0.0, 1.0, higher_is_better=False)
#: How a column of yes and no is measured.
WITH_IT: Final = "% with it"
WITHOUT_IT: Final = "% without it"


@dataclass(frozen=True, slots=True)
class Performance:
    """Of one column: value with interval (0…100), how it was measured, answers and gaps."""

    value: float
    low: float
    high: float
    measured: str
    n: int
    n_missing: int
    yes_or_no: bool
    higher_is_better: bool


def scales_of(joint: JointEffects, data: Any, named: Scales) -> dict[str, Scale]:
    """The scale of each driver that has one: as named, as the table knows it, a failure, or told by its ends."""
    table = data if isinstance(data, Table) else None
    out: dict[str, Scale] = {}
    for name, is_flag, low, high in zip(joint.drivers, joint.is_flag, joint.low, joint.high, strict=True):
        scale = named_scale(named[name]) if name in named else table.scales.get(name) if table is not None else None
        if is_flag and (name not in named or named_scale(named[name]).points == 2):
            scale = scale if scale is not None and scale.higher_is_better else FAILURE
        scale = scale or told_by_ends(float(low), float(high))
        if scale is None:
            continue
        if low < scale.low or high > scale.high:
            raise Problem(
                f"answers from {low:g} to {high:g} do not fit the scale {scale.describe()}",
                where=f"driver '{name}'",
                do="Name its scale in scales={…}",
            )
        out[name] = scale
    return out


def performances(
    engine: Engine,
    scales: Mapping[str, Scale],
    *,
    performance_as: str,
    top: int | None,
    weight: str | None,
    cluster: str | None,
    confidence: float,
) -> dict[str, Performance]:
    """Column → performance among all who answered it, in one query."""
    if not scales:
        return {}
    boxed = {name: performance_as == "top-box" and scale.points != 2 for name, scale in scales.items()}
    measures = tuple(
        _measure(name, scale, top) if boxed[name] else Measure(name, name) for name, scale in scales.items()
    )
    sums = engine.aggregate(Need(measures, weight=weight, cluster=cluster, pairs=False))
    out = {}
    for name, scale in scales.items():
        precision = Precision.of(sums, name)
        share = boxed[name] or scale.points == 2
        unit = (0.0, 100.0) if boxed[name] else (scale.low, scale.high)
        low, high = _share(precision, unit, confidence) if share else student(precision, confidence)
        best, worst = (100.0, 0.0) if boxed[name] else (scale.best, scale.low + scale.high - scale.best)
        ends = [100 * (float(end[0]) - worst) / (best - worst) for end in (precision.mean, low, high)]
        out[name] = Performance(
            ends[0],
            min(ends[1:]),
            max(ends[1:]),
            _words(scale, top if top is not None else scale.top, boxed[name]),
            int(precision.n[0]),
            int(sums.n_missing[0, sums.index(name)]),
            scale.points == 2,
            scale.higher_is_better,
        )
    return out


def _measure(name: str, scale: Scale, top: int | None) -> Measure:
    count = scale.top if top is None else top
    if scale.points and not 1 <= count < scale.points:
        raise Problem(
            f"the best {count} answers are no part of a scale of {scale.points}",
            where=f"driver '{name}'",
            do=f"Use top=1 to {scale.points - 1}",
        )
    inward = (count - 1) * (scale.step or 1.0)
    if scale.higher_is_better:
        return Measure(name, name, "at_least", scale.high - inward)
    return Measure(name, name, "at_most", scale.low + inward)


def _share(precision: Precision, unit: tuple[float, float], confidence: float) -> tuple[Any, Any]:
    """Wilson's interval in the column's own unit: 0…100 for a top box, the two answers for yes or no (1 and 2 too)."""
    none, width = unit[0], unit[1] - unit[0]
    low, high = wilson((precision.mean - none) / width, precision.n_eff, precision.quantile(confidence))
    return none + low * width, none + high * width


def _words(scale: Scale, top: int, boxed: bool) -> str:
    if boxed:
        return f"% of the best {top} answers of {scale.describe()}"
    if scale.points == 2:
        return WITH_IT if scale.higher_is_better else WITHOUT_IT
    return f"% of the scale {scale.describe()}"


def stated_of(
    engine: Engine,
    data: Any,
    stated: Mapping[str, str | float],
    drivers: Sequence[str],
    scales: Scales,
    weight: str | None,
    cluster: str | None,
    confidence: float,
) -> dict[str, Performance]:
    """Driver → how important people say it is: the mean of a column in % of its scale, or a number given as it is."""
    table = data if isinstance(data, Table) else None
    columns: dict[str, Scale] = {}
    for driver, source in stated.items():
        where = f"stated importance of '{driver}'"
        if driver not in drivers:
            raise Problem(f"stated names '{driver}', which is not among the drivers", do="Name drivers only")
        if not isinstance(source, str):
            if isinstance(source, bool) or not isinstance(source, int | float) or not 0 <= source <= 100:
                raise Problem(f"{source!r} is no importance", where=where, do="Name a column, or a number (0 to 100)")
            continue
        low, high = engine.span(source)
        scale = named_scale(scales[source]) if source in scales else table.scales.get(source) if table else None
        scale = scale or (None if low is None else told_by_ends(float(low), float(high)))
        if scale is None:
            raise Problem(
                f"answers from {low} to {high} do not tell which scale they were given on",
                where=where,
                do=f"Name it: scales={{'{source}': (1, 5)}}",
            )
        columns[source] = scale
    found = performances(
        engine, columns, performance_as="mean", top=None, weight=weight, cluster=cluster, confidence=confidence
    )
    plain = {
        driver: Performance(float(source), np.nan, np.nan, "as given", 0, 0, yes_or_no=False, higher_is_better=True)
        for driver, source in stated.items()
        if not isinstance(source, str)
    }
    return plain | {driver: found[source] for driver, source in stated.items() if isinstance(source, str)}
