"""What the tables make possible, and what is missing for the rest, in a manager's words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import cxanalysis as cx
from pages.parts.words import count, listed, plain

#: Kinds of source whose rows are things that happened to customers.
EVENTS: Final = ("operations", "contacts", "complaints", "inquiries")
#: Roles by which two tables can be joined.
KEYS: Final = ("customer", "order", "id")
#: Role of a score → its name.
SCORE_NAMES: Final = {"nps": "NPS", "csat": "CSAT", "ces": "CES"}


def outcomes(table: cx.Table) -> tuple[str, ...]:
    """Columns that can be the outcome of a driver analysis, the likeliest first.

    Without a score, the one yes/no answer that is no failure ("would order again") comes before the ratings.
    """
    good = [c for c in table.columns_of("flag") if c not in table.failures]
    if table.score is None and len(good) == 1:
        return (*good, *(c for c in table.columns_of("rating", "flag") if c not in good))
    return tuple(c for role in ("nps", "csat", "ces", "rating", "flag") for c in table.columns_of(role))


def answers(tables: Iterable[cx.Table]) -> list[cx.Table]:
    """Tables with a score or with ratings."""
    return [t for t in tables if t.columns_of("nps", "csat", "ces", "rating")]


def events(tables: Iterable[cx.Table]) -> list[cx.Table]:
    """Tables of things that happened, dated and belonging to somebody."""
    return [t for t in tables if t.kind in EVENTS and t.columns_of("date", "due", "closed") and t.columns_of(*KEYS)]


def what_follows(tables: Iterable[cx.Table]) -> str:
    """One sentence: what can be done now, and what not yet and why (Markdown, harmless)."""
    every = list(tables)
    can: list[str] = []
    lacks: list[str] = []
    scores = [name for role, name in SCORE_NAMES.items() if any(t.columns_of(role) for t in every)]
    if measured := [*scores, *_others(every)]:
        can.append(f"measure {listed(measured, most=6)}")
    lacks += [
        f"{name} (needs {need})"
        for name, need in (("NPS", "a 0 to 10 recommendation"), ("CSAT", "an overall satisfaction rating"))
        if name not in scores
    ]
    richest = max((_drivers(t) for t in every), default=(0, "", ""), key=lambda found: found[0])
    if richest[0] >= 2:
        can.append(f"find drivers among {count(richest[0], richest[1])} in {plain(richest[2])}")
    else:
        lacks.append("drivers (needs an outcome with at least two failures or attribute ratings beside it)")
    linkable = [plain(t.name) for t in events(every)]
    if linkable and any(t.columns_of("date") and t.columns_of(*KEYS) for t in answers(every)):
        can.append(f"link the answers to what happened in {listed(linkable)}")
    else:
        lacks.append("links to operations (needs a dated survey and dated orders with the same customer or order)")
    can_text = f"you can {listed(can)}" if can else "nothing can be measured yet"
    return f"What follows from this: {can_text}" + (f"; not yet {'; '.join(lacks)}." if lacks else ".")


def _others(tables: list[cx.Table]) -> list[str]:
    """Metrics beside the scores that these tables give."""
    known = cx.metrics({t.name: t for t in tables}).table.to_dict("records")
    titles = [row["title"] for row in known if row["measurable"] and row["metric"] not in {*SCORE_NAMES, "rating"}]
    return [plain(title[:1].lower() + title[1:]) for title in titles]


def _drivers(table: cx.Table) -> tuple[int, str, str]:
    """How many drivers could be weighed, what they are, and in which table."""
    choices = outcomes(table)
    if not choices:
        return 0, "", ""
    usual = table.usual_drivers(choices[0])
    if set(usual) & set(table.failures):
        return len(usual), "failure", table.name
    return len(usual), "rating" if set(usual) & set(table.columns_of("rating")) else "yes/no answer", table.name
