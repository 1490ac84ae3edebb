"""How answers and events can be linked: the proposal that a person looks at and changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class LinkProposal:
    """Arguments for `cx.link` that fit two or more tables, and what else could be chosen.

    Attributes
    ----------
    arguments : mapping
        `on, answered, happened, window_days, flags, absent`, as `cx.link` takes them.
    tables : tuple of str
        The answers' table, then each table of events that can be linked to it.
    keys : mapping of table → tuple of str
        Columns that could be the key, the likeliest first.
    dates : mapping of table → tuple of str
        Columns that could say when something happened.
    table : DataFrame
        One row a possible failure: `failure` (as it will be called), `table, column` (None: every row is one),
        `happened` (the date column), `moment` ("promised", "happened" or "finished") and `taken`: whether it is among
        the arguments.

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> answers = cx.Table(pd.DataFrame({"who": [1], "at": ["2025-03-01"]}), name="answers", kind="survey",
    ...                    roles={"who": "customer", "at": "date"})
    >>> orders = cx.Table(pd.DataFrame({"who": [1], "promised": ["2025-02-01"], "late": [1]}), name="orders",
    ...                   kind="operations", roles={"who": "customer", "promised": "due", "late": "flag"})
    >>> cx.propose_link(answers, orders).table[["failure", "moment", "taken"]].values.tolist()
    [['late', 'promised', True], ['orders', 'promised', False]]
    """

    arguments: Mapping[str, Any]
    tables: tuple[str, ...]
    keys: Mapping[str, tuple[str, ...]]
    dates: Mapping[str, tuple[str, ...]]
    table: pd.DataFrame

    def failures_of(self, table: str) -> list[dict[str, Any]]:
        """The rows of `table` that are about this table of events."""
        rows = self.table[self.table["table"] == table].to_dict("records")
        # A column of nothing but None is one of NaN in a data frame.
        return [{str(name): None if pd.isna(value) else value for name, value in row.items()} for row in rows]

    def keys_for(self, table: str) -> tuple[str, str]:
        """The proposed key in the answers, and in this table of events."""
        on = self._argument("on", table)
        return (on, on) if isinstance(on, str) else (on[0], on[1])

    def absent_for(self, table: str) -> str:
        """What it is proposed to mean not to be in this table."""
        return str(self._argument("absent", table))

    def _argument(self, name: str, table: str) -> Any:
        events = self.tables[1:]
        value = self.arguments[name]
        return value[events.index(table)] if len(events) > 1 else value
