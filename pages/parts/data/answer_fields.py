"""Which tables and fields the page on who answered can use, and the steps that follow from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import cxanalysis as cx

#: Scores that are shown with and without weights, first found first.
SCORES: Final = ("nps", "csat", "ces")
#: Roles of fields that may be raked to.
FIELDS: Final = ("category", "flag")
#: A p below this is not written with more digits.
TINY: Final = 0.001


def comparisons(
    everybody: Sequence[cx.Table], tables: Mapping[str, cx.Table], response: cx.Step | None
) -> dict[str, cx.Step]:
    """Name of a table of people → the step that compares those of them who answered with the others.

    What the invitations' words mean is as in the step of the response rate.
    """
    steps = {}
    given = [sheet for sheet in sheets(tables) if sheet.column_of("customer")]
    for table in everybody:
        if table.kind == "invitations":
            same = response is not None and response.tables == (table.name,)
            said = response.arguments if response is not None and same else {}
            words = {name: said[name] for name in ("outcome", "dispositions") if name in said}
            if "outcome" in words or cx.invitation_fields(table).outcome is not None:
                steps[table.name] = cx.Step("answered", (table.name,), words)
        elif table.column_of("customer") and given:
            steps[table.name] = cx.Step("answered", (table.name, given[0].name), {})
    return steps


def sheets(tables: Mapping[str, cx.Table]) -> list[cx.Table]:
    """Tables of answers with a score, without those that weights or links have made."""
    found = [t for t in tables.values() if t.kind == "survey" and t.columns_of(*SCORES) and not t.columns_of("weight")]
    return sorted(found, key=lambda table: table.name.endswith("_linked"))


def shared(sheet: cx.Table, whole: cx.Table) -> list[str]:
    """Fields known of the answers and of everybody."""
    mine = set(sheet.columns_of(*FIELDS))
    names = [name for name in whole.columns_of(*FIELDS) if name in mine]
    if whole.kind == "customers" and whole.column_of("customer") and sheet.column_of("customer"):
        names += [name for name in whole.columns_of("category") if name not in names and name not in sheet.columns]
    return names


def side_by_side(table: cx.Table, name: str) -> cx.Step:
    """The step that shows the table's first score with and without its weights."""
    score = next(role for role in SCORES if table.columns_of(role))
    customer = table.column_of("customer")
    arguments = {"name": score, "score": table.columns_of(score)[0], "weight": table.columns_of("weight")[0]}
    return cx.Step("beside", (name,), {**arguments, **({"cluster": customer} if customer else {})})


def p_words(p: float) -> str:
    """A p value as it is written.

    Examples
    --------
    >>> p_words(0.0000001), p_words(0.0234)
    ('< 0.001', '= 0.023')
    """
    return f"< {TINY:g}" if p < TINY else f"= {p:.2g}"
