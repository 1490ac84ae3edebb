"""What a look at the data's quality finds: one finding, and all of them in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.basis import Basis
from cxanalysis.labels import opened
from cxanalysis.numbers import count
from cxanalysis.result import Result

#: How much a finding matters, most first.
MATTERS: Final = ("distorts", "weakens", "to know")
#: Columns of `Quality.table`, in order.
COLUMNS: Final = (
    "check", "columns", "rows", "share", "finding", "effect", "change", "change_low", "change_high", "matters",
    "advice", "action",
)  # fmt: skip
#: Columns of `Quality.missing`, in order.
MISSING_COLUMNS: Final = ("column", "missing", "share", "difference", "low", "high", "p_value", "q_value")

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class QualityFinding:
    """One thing that is wrong, or good to know.

    Attributes
    ----------
    check : str
        Its name; also the word for `cx.clean(drop=…)` where something can be left out.
    columns : tuple of str
    rows : int
        Rows it concerns.
    share : float
        Of all rows, 0…1.
    finding, effect, advice : str
        What was found, what it does to an analysis, what to do.
    matters : str
        One of `MATTERS`.
    change : (float, float, float)
        By how much the mean of the outcome changes without these rows, with interval; NaN where that says nothing.
    leave : array of bool or None
        Rows that `cx.clean` leaves out.
    empty : mapping of column → array of bool
        Cells that `cx.clean` empties.
    aside : tuple of str
        Columns that `cx.clean` sets aside.
    """

    check: str
    columns: tuple[str, ...]
    rows: int
    share: float
    finding: str
    effect: str
    advice: str
    matters: str
    change: tuple[float, float, float] = (np.nan, np.nan, np.nan)
    leave: Mask | None = None
    empty: Mapping[str, Mask] = field(default_factory=dict)
    aside: tuple[str, ...] = ()

    @property
    def action(self) -> str:
        """What `cx.clean` would leave out: "rows", "values", "columns" or nothing."""
        return "rows" if self.leave is not None else "values" if self.empty else "columns" if self.aside else ""

    def row(self) -> dict[str, Any]:
        """The finding as a row of `Quality.table`."""
        low_high = dict(zip(("change", "change_low", "change_high"), self.change, strict=True))
        row = {name: getattr(self, name) for name in COLUMNS if name not in low_high and name != "columns"}
        return {**row, "finding": opened(self.finding), "columns": list(self.columns), **low_high}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Quality(Result):
    """How far a table can be trusted, what each fault does to an analysis, and what to do.

    Attributes
    ----------
    table : DataFrame
        One row a finding, the one that matters most first; columns `check, columns` (list), `rows, share` (of all rows,
        0…1), `finding, effect` (what it does to an analysis, in words), `change, change_low, change_high` (mean of the
        outcome without these rows less its mean with them, in points of the outcome, with interval; empty where it says
        nothing), `matters` ("distorts", "weakens", "to know"), `advice, action` (what `cx.clean` would leave out:
        "rows", "values", "columns", or "" where there is nothing to leave out).
    missing : DataFrame
        One row a column that an analysis may use, emptiest first: `column, missing` (rows), `share`, `difference`
        (mean outcome where it is empty less where it is filled) with `low, high, p_value` (Welch) and `q_value`
        (Benjamini-Hochberg over all columns tested).
    complete : int
        Rows that have the outcome and every driver an analysis takes if none is named.
    outcome : str or None
    today : str
        The day after which a date lies in the future.
    basis : Basis
        n: rows of the table.
    headline : str
    notes : tuple of str

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> answers = pd.DataFrame({"id": range(40), "csat": [1, 2, 3, 4, 5] * 7 + [9] * 5})
    >>> roles, scales = {"id": "id", "csat": "csat"}, {"csat": cx.Scale(1, 5)}
    >>> found = cx.quality(cx.Table(answers, name="survey", roles=roles, scales=scales))
    >>> found.table[["check", "rows", "action"]].values.tolist()
    [['outside the scale', 5, 'values']]
    """

    table: pd.DataFrame
    missing: pd.DataFrame
    complete: int
    outcome: str | None
    today: str
    basis: Basis
    headline: str
    notes: tuple[str, ...]
    shown_tables: ClassVar[tuple[str, ...]] = ("table", "missing")

    def _further_facts(self) -> tuple[str, ...]:
        complete = f"{count(self.complete)} complete"
        return (complete, f"outcome {self.outcome}") if self.outcome else (complete,)
