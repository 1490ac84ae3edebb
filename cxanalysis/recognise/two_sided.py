"""Grades on both sides of nought: -2 to 2, where a negative number is an answer and no code for a missing one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cxanalysis.columns.column_facts import ColumnFacts
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.recognise.plain_roles import HALF, NAMED, RoleGuess
from cxanalysis.recognise.rating_blocks import stem

#: How far such scales go.
_ENDS: Final = (1.0, 2.0, 3.0, 5.0)
#: So many columns of one scale are a block; a smaller share of negative answers may be codes.
_SMALLEST_BLOCK: Final = 3
_RAREST: Final = 0.05


def two_sided(facts: Mapping[str, ColumnFacts]) -> dict[str, RoleGuess]:
    """Columns answered on both sides of nought, where several are, or the name asks for a grade.

    Only -1, 0 and 1 may also be no, not known and yes: not sure.
    """
    ends = {name: end for name, one in facts.items() if (end := _end(one)) is not None}
    out = {}
    for name, end in ends.items():
        alike = [other for other in ends if ends[other] == end]
        kin = [other for other in alike if stem(other) == stem(name)]
        named = facts[name].named("rating", "satisfaction", "recommend")
        if len(alike) < _SMALLEST_BLOCK and not named:
            continue
        sure = NAMED if end > 1 and (named or len(kin) >= _SMALLEST_BLOCK) else HALF
        reason = f"answered {-end:g} to {end:g}, like {len(alike) - 1} other questions" if len(alike) > 1 else "grades"
        out[name] = RoleGuess("rating", sure, reason, Scale(-end, end))
    return out


def _end(facts: ColumnFacts) -> float | None:
    """The end of the scale around nought that a column's whole numbers lie on; None if there is none."""
    tally = facts.tally()
    if not facts.whole or len(tally) < 3 or facts.number_share < 1.0 or facts.leading_zeros:
        return None
    end = max(tally)
    if end not in _ENDS or min(tally) != -end:
        return None
    below = sum(n for value, n in tally.items() if value < 0)
    return end if below >= _RAREST * sum(tally.values()) else None
