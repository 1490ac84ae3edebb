"""Which metrics of the catalogue can be computed from the tables at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from cxanalysis.catalogue.entry import BRANCHES, Entry, same_metric
from cxanalysis.metrics.every_metric import METRICS
from cxanalysis.metrics.metrics import metrics
from cxanalysis.monitor.direction import better
from cxanalysis.steps.step import Step
from cxanalysis.tables.table import Table

#: Role of a column, which is also the call that measures it → name, branch and element of the metric.
_SCORES: Final = {
    "nps": ("NPS", "advocacy", "attitudes"),
    "csat": ("CSAT", "satisfaction", "attitudes"),
    "ces": ("CES", "satisfaction", "dissatisfaction points"),
}
#: Metrics of service that say nothing about what goes wrong for customers.
_NO_ELEMENT: Final = frozenset({"response_rate", "handle_time"})
#: What is said of a metric that a workspace computes.
_SOURCE: Final = "this workspace"


def computable(tables: Mapping[str, Table], entries: Sequence[Entry] = ()) -> tuple[Entry, ...]:
    """Metrics that the tables give and the catalogue does not have yet, ready to be added: scores first.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = Table(pd.DataFrame({"recommend": [9, 3]}), name="survey", kind="survey", roles={"recommend": "nps"})
    >>> [(entry.name, entry.step.code()) for entry in computable({"survey": answers})]
    [('NPS', "cx.nps(survey, score='recommend')")]
    """
    found = [*_scores(tables, entries), *_others(tables, entries)]
    return tuple(entry for entry in found if not any(same_metric(entry.step, known.step) for known in entries))


def _scores(tables: Mapping[str, Table], entries: Sequence[Entry]) -> list[Entry]:
    """A metric for each column of scores."""
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
                direction = "high" if call != "ces" or table.scales[column].higher_is_better else "low"
                found.append(_entry(name, step, entries, branch, element, direction))
    return found


def _others(tables: Mapping[str, Table], entries: Sequence[Entry]) -> list[Entry]:
    """The other metrics that can be measured: of contacts, orders, complaints, customers."""
    found: list[Entry] = []
    for row in metrics(tables).table.to_dict("records"):
        known = METRICS[row["metric"]]
        if not row["measurable"] or known.name in _SCORES or known.name == "rating":  # which rating, nobody has said
            continue
        step = Step("metric", tuple(row["tables"]), {"name": known.name, **row["arguments"]})
        branch = known.group if known.group in BRANCHES else "satisfaction"
        element = "dissatisfaction points" if known.group == "service" and known.name not in _NO_ELEMENT else None
        direction = better(known.name, tables[row["tables"][0]], None)
        found.append(_entry(known.title, step, entries, branch, element, direction))
    return found


def _entry(name: str, step: Step, entries: Sequence[Entry], branch: str, element: str | None, direction: str) -> Entry:
    # Where the list has one of that name, nobody shall take one for the other.
    called = f"{name} of {step.tables[0]}" if any(known.name == name for known in entries) else name
    return Entry(called, source=_SOURCE, branch=branch, element=element, step=step, direction=direction)


def _measurable(call: str, table: Table, column: str) -> bool:
    return call == "nps" or column in table.scales


def _arguments(table: Table, column: str) -> dict[str, Any]:
    customer = table.column_of("customer")
    return {"score": column} | ({"cluster": customer} if customer else {})
