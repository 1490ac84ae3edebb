"""The rows that guards look at: all of a small table, evenly spaced ones of a large one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxanalysis.drivers.model.plan import Plan
from cxanalysis.engine.engines import Engine
from cxanalysis.engine.need import ROWS_AS_BLOCKS

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GuardRows:
    """Rows as the guards see them; of large tables that many evenly spaced ones.

    Attributes
    ----------
    values : array, (n, k)
        Columns of the plan: adjusters, members, coded outcome; NaN where there is a gap.
    outcome : array, (n,)
        The outcome as answered, before it was coded.
    weight : array (n,) or None
    n_rows : int
        Rows of the whole table.
    """

    values: Floats
    outcome: Floats
    weight: Floats | None
    n_rows: int

    def complete(self) -> NDArray[np.bool_]:
        """Rows without a gap, and with a weight."""
        there = np.isfinite(self.values).all(axis=1)
        return np.asarray(there if self.weight is None else there & (self.weight > 0))

    @property
    def sampled(self) -> str:
        """Words that say so if these are not all rows."""
        return f" (in {len(self.values):,} rows evenly spaced over all {self.n_rows:,})" if self.partly else ""

    @property
    def partly(self) -> bool:
        """Whether these are not all rows."""
        return len(self.values) < self.n_rows


def guard_rows(engine: Engine, plan: Plan, weight: str | None) -> GuardRows:
    """Fetch the rows."""
    raw = plan.outcome.column
    asked: list[Any] = [*plan.measures, *([] if weight is None else [weight])]
    columns = engine.values(asked, ROWS_AS_BLOCKS)
    values = np.column_stack([np.asarray(columns[m.name], dtype=np.float64) for m in plan.measures])
    # The coded outcome goes by the column's own name, so the answers themselves are fetched apart.
    outcome = engine.values([raw], ROWS_AS_BLOCKS)[raw] if plan.outcome.coding != "value" else values[:, -1]
    w = None if weight is None else np.asarray(columns[weight], dtype=np.float64)
    return GuardRows(values, np.asarray(outcome, dtype=np.float64), w, engine.rows())
