"""Failures with another window than the chosen one: what their columns are called, and which of them a table holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cxanalysis.tables.table import Table

#: Window as a multiple of the chosen one → what is added to the failure's name.
_ADDED: Final = {0.5: "_half_window", 2.0: "_double_window"}
#: Windows whose failures `cx.link` keeps beside the chosen one's, as multiples of it.
MULTIPLES: Final = tuple(_ADDED)


@dataclass(frozen=True, slots=True)
class OtherWindow:
    """A column that holds a failure with another window.

    Attributes
    ----------
    column, failure : str
    times : float
        Its window as a multiple of the chosen one.
    """

    column: str
    failure: str
    times: float


def window_column(failure: str, times: float) -> str:
    """The column of a failure with `times` the window.

    Examples
    --------
    >>> window_column("late", 0.5)
    'late_half_window'
    """
    return failure + _ADDED[times]


def other_windows(table: Table) -> tuple[OtherWindow, ...]:
    """The columns that `cx.link(other_windows=True)` has put into a table, by failure."""
    candidates = (OtherWindow(window_column(f, times), f, times) for f in table.failures for times in MULTIPLES)
    return tuple(other for other in candidates if table.roles.get(other.column) == "ignore")
