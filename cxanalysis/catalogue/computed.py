"""Which metrics of the catalogue can be computed from the tables at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from cxanalysis.catalogue.entry import Entry, same_metric
from cxanalysis.tables.table import Table
from cxanalysis.workspace.step import Step

#: Role of a column, which is also the call that measures it → name, branch and element of the metric.
_SCORES: Final = {
    "nps": ("NPS", "advocacy", "attitudes"),
    "csat": ("CSAT", "satisfaction", "attitudes"),
    "ces": ("CES", "satisfaction", "dissatisfaction points"),
}
#: What is said of a metric that a workspace computes.
_SOURCE: Final = "this workspace"


def computable(tables: Mapping[str, Table], entries: Sequence[Entry] = ()) -> tuple[Entry, ...]:
    """Metrics that the tables give and the catalogue does not have yet, ready to be added.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = Table(pd.DataFrame({"recommend": [9, 3]}), name="survey", kind="survey", roles={"recommend": "nps"})
    >>> [(entry.name, entry.step.code()) for entry in computable({"survey": answers})]
    [('NPS', "cx.nps(survey, score='recommend')")]
    """
    found: list[Entry] = []
    seen: set[tuple[str, str]] = set()
    for table in tables.values():
        for call, (name, branch, element) in _SCORES.items():
            for column in table.columns_of(call):
                # A linked or cleaned table holds the same answers once more.
                if table.kind != "survey" or (call, column) in seen or not _measurable(call, table, column):
                    continue
                seen.add((call, column))
                step = Step(call, (table.name,), _arguments(table, column))
                # Where the list has one of that name, nobody shall take one for the other.
                called = f"{name} of {table.name}" if any(known.name == name for known in entries) else name
                direction = "high" if call != "ces" or table.scales[column].higher_is_better else "low"
                made = Entry(called, source=_SOURCE, branch=branch, element=element, step=step, direction=direction)
                found.append(made)
    return tuple(entry for entry in found if not any(same_metric(entry.step, known.step) for known in entries))


def _measurable(call: str, table: Table, column: str) -> bool:
    return call == "nps" or column in table.scales


def _arguments(table: Table, column: str) -> dict[str, Any]:
    customer = table.column_of("customer")
    return {"score": column} | ({"cluster": customer} if customer else {})
