"""Simpson's paradox as a guard of every driver analysis: does a known segment turn an effect round?"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.drivers.effects.regression import Regression, Values, fit
from cxanalysis.drivers.model.centred_sums import Sums, sums_of_rows
from cxanalysis.drivers.model.gather import as_metric
from cxanalysis.drivers.model.guard_rows import GuardRows
from cxanalysis.drivers.model.plan import Plan
from cxanalysis.drivers.segments.segment_compare import FEWEST_CASES, FEWEST_ROWS, ROWS_PER_DRIVER, SURE_SIGN
from cxanalysis.drivers.segments.segment_sums import MOST_SEGMENTS
from cxanalysis.engine.canonical_values import canonical
from cxanalysis.engine.engines import Engine
from cxanalysis.tables.table import Table

Floats = NDArray[np.float64]

#: So many segment columns of a table are looked at, in file order.
MOST_COLUMNS: Final = 6


def turned_round(
    table: Table | None, engine: Engine, plan: Plan, rows: GuardRows, regression: Regression
) -> dict[str, list[str]]:
    """Drivers whose sure effect gets a sure effect of the other sign: driver → where.

    Every column of the table that is a category of 2 to 20 values and not in the model is tried: added to the model,
    and each of its values alone. Signs are looked at first, standard errors only of what changes its sign.
    """
    if table is None:
        return {}
    sure = _sure(regression.effects())
    complete = rows.complete()
    out: dict[str, list[str]] = {}
    for column in _columns(table, plan):
        codes, names = _codes(engine, column, len(rows.values))
        if not 2 <= len(names) <= MOST_SEGMENTS:
            continue
        for where, sums, offset in _views(plan, rows, complete, column, codes, names):
            for player in _turned(plan, sums, offset, sure):
                out.setdefault(player, []).append(where)
    return out


def _columns(table: Table, plan: Plan) -> list[str]:
    used = {plan.outcome.column, *(m.driver for m in (*plan.members, *plan.adjusters))}
    return [c for c in table.columns_of("category") if c not in used][:MOST_COLUMNS]


def _codes(engine: Engine, column: str, rows: int) -> tuple[NDArray[np.int64], list[Any]]:
    """Position of each row's value, -1 for none; and the values."""
    codes, values = pd.factorize(engine.values([column], rows)[column])
    return codes.astype(np.int64), [canonical(value) for value in values.tolist()]


def _views(
    plan: Plan, rows: GuardRows, complete: NDArray[np.bool_], column: str, codes: NDArray[np.int64], names: list[Any]
) -> list[tuple[str, Sums, int]]:
    """The model with the segments added, and the model of each large enough segment; with the columns in front."""
    there = complete & (codes >= 0)
    dummies = (codes[there][:, None] == np.arange(1, len(names))).astype(np.float64)
    views = [(f"once {column} is held equal", _sums(plan, rows, there, dummies), len(names) - 1)]
    needed = max(FEWEST_ROWS, ROWS_PER_DRIVER * (len(plan.members) + len(plan.adjusters)))
    for number, name in enumerate(names):
        inside = there & (codes == number)
        if inside.sum() >= needed:
            views.append((f"where {column} is {name}", _sums(plan, rows, inside, None), 0))
    return views


def _sums(plan: Plan, rows: GuardRows, kept: NDArray[np.bool_], before: Floats | None) -> Sums:
    values = rows.values[kept]
    values = values if before is None else np.column_stack([before, values])
    weight = None if rows.weight is None else rows.weight[kept]
    return as_metric(sums_of_rows(values, weight, None), plan)


def _sure(effects: Values) -> Floats:
    """Sign of each effect that is more than two standard errors from zero, else 0."""
    error = np.sqrt(effects.variance)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(error > 0, effects.value / error, 0.0)
    return np.where(np.abs(np.nan_to_num(t)) > SURE_SIGN, np.sign(np.nan_to_num(t)), 0.0)


def _turned(plan: Plan, sums: Sums, offset: int, sure: Floats) -> list[str]:
    """Drivers of one column whose sure sign is here surely the other one."""
    slopes = _slopes(sums)[offset:]
    alone = [(p.name, len(plan.adjusters) + p.members[0]) for p in plan.players if len(p.members) == 1]
    candidates = [(name, at) for name, at in alone if sure[at] * slopes[at] < 0]
    if not candidates:
        return []
    here = _sure(fit(sums).effects())[offset:]
    return [name for name, at in candidates if here[at] * sure[at] < 0 and _enough(sums, offset + at)]


def _slopes(sums: Sums) -> Floats:
    covariance = sums.covariance()
    return np.asarray(np.linalg.pinv(covariance[:-1, :-1], hermitian=True) @ covariance[:-1, -1])


def _enough(sums: Sums, column: int) -> bool:
    """At least 20 rows on each side of a column's mean: enough cases of a failure, enough spread of a rating."""
    above = int((sums.first[:, column] > 0).sum())
    return min(above, sums.blocks - above) >= FEWEST_CASES
