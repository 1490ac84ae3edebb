"""Case mix: what describes a case before anything went wrong, and is known but not held equal."""

from __future__ import annotations

from typing import Final

from cxanalysis.columns.cell_text import name_words
from cxanalysis.drivers.model.plan import Plan
from cxanalysis.tables.table import Table

#: Words in the name of a category that came after the case began: its result, not its kind.
RESULTS: Final = frozenset(
    {
        "status", "state", "outcome", "result", "reason", "cause", "resolution", "resolved", "solution", "sentiment",
        "theme", "grade", "rating", "estado", "resultado", "motivo", "medida", "ergebnis", "grund", "massnahme",
        "statut", "resultat", "raison",
    }
)  # fmt: skip
#: Numbers that rank cases rather than count something.
RANKS: Final = frozenset({"priority", "severity", "urgency", "tier", "prioridad", "prioritat", "priorite"})
#: A sentence names so many columns at most.
NAMED: Final = 4


def not_held_equal(table: Table | None, plan: Plan) -> tuple[str, ...]:
    """Categories of a table (channel, product, priority, segment) that are neither driver nor adjuster.

    Columns named after a result (status, reason) are none: what a failure led to must not be held equal.
    """
    if table is None:
        return ()
    used = {member.driver for member in (*plan.members, *plan.adjusters)} | {plan.outcome.column}
    out = []
    for column, role in table.roles.items():
        words = set(name_words(str(column)).split())
        kind = role == "category" and not words & RESULTS
        if column not in used and (kind or (role in ("number", "rating") and words & RANKS)):
            out.append(str(column))
    return tuple(out)


def not_held_equal_note(columns: tuple[str, ...]) -> str:
    """What to do about it."""
    return (
        f"Not held equal, though the table has it: {', '.join(columns)}. Where failures go with the kind of case, part "
        "of an effect is that kind's: compare with adjust_for=[…]."
    )
