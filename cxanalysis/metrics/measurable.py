"""Every metric of the catalogue, and whether the tables at hand can measure it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from cxanalysis.basis import Basis
from cxanalysis.result import Result


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Measurable(Result):
    """Every metric of the catalogue, and whether these tables can measure it.

    Attributes
    ----------
    table : DataFrame
        One row a metric, in the order of the catalogue: `metric, title, asks, group, measurable, tables, arguments,
        missing`. `tables` are names, in the order in which `cx.metric` takes them; `arguments` what it needs besides;
        `missing` says what to add, in words; empty where it can be measured.
    basis : Basis
        Its sources are the tables looked at.
    notes : tuple of str

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> survey = cx.Table(pd.DataFrame({"r": [9, 10, 3]}), name="survey", kind="survey", roles={"r": "nps"})
    >>> found = cx.metrics([survey]).table.set_index("metric")
    >>> bool(found.loc["nps", "measurable"]), found.loc["churn", "missing"]
    (True, 'needs a table of customers (one customer a row)')
    """

    table: pd.DataFrame
    basis: Basis
    notes: tuple[str, ...] = ()

    @property
    def headline(self) -> str:
        """How many can be measured, and which are nearest to it."""
        can = self.table[self.table["measurable"]]
        if can.empty:
            return "None of the metrics can be measured yet."
        titles = ", ".join(can["title"].tolist())
        return f"{len(can)} of {len(self.table)} metrics can be measured: {titles}."
