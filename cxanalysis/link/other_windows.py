"""A failure with another window than the one chosen: half of it, or double."""

from __future__ import annotations

from enum import StrEnum

from cxanalysis.tables.table import Table


class OtherWindow(StrEnum):
    """The windows beside the chosen one that `cx.link(other_windows=True)` keeps; the value is what they are called."""

    HALF = "half"
    DOUBLE = "double"

    @property
    def times(self) -> float:
        """The window as a multiple of the chosen one."""
        return 0.5 if self is OtherWindow.HALF else 2.0

    def column(self, failure: str) -> str:
        """The column that holds a failure with this window.

        Examples
        --------
        >>> OtherWindow.HALF.column("late")
        'late_half_window'
        """
        return f"{failure}_{self.value}_window"


def other_window_columns(table: Table) -> frozenset[str]:
    """The columns that hold a table's failures with other windows."""
    columns = (other.column(failure) for failure in table.failures for other in OtherWindow)
    return frozenset(column for column in columns if table.roles.get(column) == "ignore")
