"""What the tables at hand make possible, and what is missing for the rest: `what_follows`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from cxanalysis.labels import spoken
from cxanalysis.link.propose_link import can_be_linked
from cxanalysis.metrics.metrics import metrics
from cxanalysis.tables.table import Table
from cxanalysis.wording import counted, listed

#: Role of a score → its name, and what it needs.
SCORES: Final[Mapping[str, tuple[str, str]]] = {
    "nps": ("NPS", "a 0 to 10 recommendation"),
    "csat": ("CSAT", "an overall satisfaction rating"),
    "ces": ("CES", "a rating of effort"),
}
#: Scores that are named where they are missing; nobody misses an effort score that was never asked.
MISSED: Final = ("nps", "csat")
#: Fewer drivers than these cannot be weighed against each other.
FEWEST_DRIVERS: Final = 2
#: So many metrics are named one by one.
MOST_NAMED: Final = 6


@dataclass(frozen=True, slots=True)
class WhatFollows:
    """What tables make possible.

    Attributes
    ----------
    measurable : tuple of str
        Names of the metrics that can be measured, scores first.
    drivers : int
        How many drivers could be weighed against each other, in `drivers_in`.
    drivers_are : str
        What they are: "failure", "rating" or "yes/no answer".
    drivers_in : str or None
        The table in which they are; None where there are too few.
    answers, events : tuple of str
        Tables of dated answers, and of dated events, that can be linked to each other.
    lacks : tuple of (str, str)
        What is not possible yet, and what it needs.

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> table = cx.Table(pd.DataFrame({"recommend": [9, 3]}), name="survey", kind="survey", roles={"recommend": "nps"})
    >>> cx.what_follows([table]).measurable
    ('NPS',)
    """

    measurable: tuple[str, ...]
    drivers: int
    drivers_are: str
    drivers_in: str | None
    answers: tuple[str, ...]
    events: tuple[str, ...]
    lacks: tuple[tuple[str, str], ...]

    @property
    def linkable(self) -> tuple[str, ...]:
        """Tables of events that can be linked to answers that are there."""
        return self.events if self.answers else ()

    @property
    def headline(self) -> str:
        """What can be done now, and what not yet and why, in one sentence."""
        can = []
        if self.measurable:
            can.append(f"measure {listed(self.measurable, most=MOST_NAMED)}")
        if self.drivers_in is not None:
            can.append(f"find drivers among {counted(self.drivers, self.drivers_are)} in {spoken(self.drivers_in)}")
        if self.linkable:
            can.append(f"link the answers to what happened in {listed(map(spoken, self.linkable))}")
        said = f"you can {listed(can)}" if can else "nothing can be measured yet"
        lacks = "; ".join(f"{what} (needs {need})" for what, need in self.lacks)
        return f"What follows from this: {said}" + (f"; not yet {lacks}." if lacks else ".")


def what_follows(tables: Iterable[Table] | Mapping[str, Table]) -> WhatFollows:
    """What can be done with these tables, and what would the rest need?

    Parameters
    ----------
    tables : tables, or mapping of name → Table

    Returns
    -------
    WhatFollows

    Examples
    --------
    >>> import cxanalysis as cx
    >>> cx.what_follows(cx.load_sample("company")).linkable
    ('operations', 'contacts', 'complaints', 'inquiries')
    """
    every = list(tables.values() if isinstance(tables, Mapping) else tables)
    scores = [role for role in SCORES if any(table.columns_of(role) for table in every)]
    lacks = [SCORES[role] for role in MISSED if role not in scores]
    number, what, where = max((_drivers(table) for table in every), default=(0, "", ""), key=lambda found: found[0])
    if number < FEWEST_DRIVERS:
        lacks.append(("drivers", "an outcome with at least two failures or attribute ratings beside it"))
    answers, events = can_be_linked(every)
    if not (answers and events):
        lacks.append(("links to operations", "a dated survey and dated orders with the same customer or order"))
    return WhatFollows(
        measurable=(*(SCORES[role][0] for role in scores), *_others(every)),
        drivers=number,
        drivers_are=what,
        drivers_in=where if number >= FEWEST_DRIVERS else None,
        answers=tuple(table.name for table in answers),
        events=tuple(table.name for table in events),
        lacks=tuple(lacks),
    )


def _others(tables: list[Table]) -> list[str]:
    """Metrics beside the scores that these tables give."""
    rows = metrics({table.name: table for table in tables}).table.to_dict("records")
    titles = [row["title"] for row in rows if row["measurable"] and row["metric"] not in {*SCORES, "rating"}]
    return [title[:1].lower() + title[1:] for title in titles]


def _drivers(table: Table) -> tuple[int, str, str]:
    """How many drivers could be weighed, what they are, and in which table."""
    outcomes = table.outcome_columns
    if not outcomes:
        return 0, "", ""
    usual = set(table.usual_drivers(outcomes[0]))
    if usual & set(table.failures):
        return len(usual), "failure", table.name
    return len(usual), "rating" if usual & set(table.columns_of("rating")) else "yes/no answer", table.name
