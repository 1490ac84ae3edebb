"""When a failure happens: at the promised or at the actual time, and how many answers it hits either way."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

#: Columns of `Linked.timings`, in order.
COLUMNS: Final = ("failure", "table", "column", "is_promised", "answers_hit", "is_used")


@dataclass(frozen=True, slots=True)
class Timing:
    """One column at which a failure may be taken to happen.

    Attributes
    ----------
    failure, table, column : str
    is_promised : bool
        Whether it holds promised times; else actual ones.
    answers_hit : int
    is_used : bool
        Whether it is the one that was asked for.
    """

    failure: str
    table: str
    column: str
    is_promised: bool
    answers_hit: int
    is_used: bool


def promised_and_actual(timings: Sequence[Timing]) -> dict[str, float]:
    """Answers hit at the promised (`if_due`) and at the actual time (`if_closed`), for a row of `Linked.summary`.

    Of several columns of one kind the one that is used counts, else the first of the table; missing without any.

    Examples
    --------
    >>> promised_and_actual([Timing("late", "orders", "promised", True, 9, True),
    ...                      Timing("late", "orders", "delivered", False, 7, False)])
    {'if_due': 9.0, 'if_closed': 7.0}
    """

    def hit(is_promised: bool) -> float:
        of_kind = [timing for timing in timings if timing.is_promised == is_promised]
        first = next((timing for timing in of_kind if timing.is_used), of_kind[0] if of_kind else None)
        return math.nan if first is None else float(first.answers_hit)

    return {"if_due": hit(True), "if_closed": hit(False)}


def timings_table(timings: Sequence[Timing]) -> pd.DataFrame:
    """One row a failure and column."""
    return pd.DataFrame([[getattr(timing, name) for name in COLUMNS] for timing in timings], columns=list(COLUMNS))
