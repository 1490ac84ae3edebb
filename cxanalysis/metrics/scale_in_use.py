"""Which rating scale a score was answered on: named, known from the table, or plain from the answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cxanalysis.metrics.asked import Asked
from cxanalysis.problem import Problem
from cxanalysis.tables.scales import Scale

#: Scales that are told from the answers alone, if both ends were used.
COMMON: Final = (Scale(1, 5), Scale(1, 7), Scale(1, 10), Scale(0, 10))
#: How many values a message names.
SHOWN: Final = 5


def scale_in_use(asked: Asked, scale: Scale | Sequence[float] | None) -> tuple[Scale, bool]:
    """The scale of a score, and whether its good end is known too.

    Parameters
    ----------
    asked : Asked
    scale : Scale or (low, high), optional
        As the user named it. A pair does not say which end is good.

    Raises
    ------
    Problem
        If the scale is not known, or there are answers outside it.
    """
    levels = asked.levels()
    known = asked.table.scales.get(asked.score) if asked.table is not None else None
    if scale is not None:
        found = scale if isinstance(scale, Scale) else _pair(scale)
        directed = isinstance(scale, Scale)
    elif known is not None:
        found, directed = known, True
    else:
        found, directed = _from_answers(asked, [value for value, _ in levels]), False
    refuse_outside(asked.score, levels, found)
    return found, directed


def _pair(scale: Sequence[float]) -> Scale:
    if isinstance(scale, str) or len(scale) != 2 or not scale[0] < scale[1]:
        raise Problem(f"{scale!r} is no scale", do="Give its lowest and highest answer, such as scale=(1, 5)")
    return Scale(float(scale[0]), float(scale[1]))


def _from_answers(asked: Asked, values: list[float]) -> Scale:
    low, high = min(values), max(values)
    if all(value.is_integer() for value in values):
        for scale in COMMON:
            if (low, high) == (scale.low, scale.high):
                asked.notes.append(f"Scale {scale.describe()} told from the answers; name another with scale=.")
                return scale
    raise Problem(
        f"answers from {low:g} to {high:g} do not tell which scale they were given on",
        where=f"column '{asked.score}'",
        do="Name the lowest and highest possible answer, such as scale=(1, 5)",
    )


def refuse_outside(score: str, levels: list[tuple[float, int]], scale: Scale, *, whole: bool = False) -> None:
    """A problem if any answer is outside the scale (or, with `whole`, between its steps)."""
    bad = [(v, n) for v, n in levels if not scale.low <= v <= scale.high or (whole and not v.is_integer())]
    if not bad:
        return
    named = ", ".join(
        f"{value:g} ({'once' if count == 1 else f'{count:,} times'})" for value, count in sorted(bad)[:SHOWN]
    )
    more = ", …" if len(bad) > SHOWN else ""
    kind = "no whole numbers from" if whole else "outside"
    raise Problem(
        f"{sum(count for _, count in bad):,} answers are {kind} {scale.low:g} to {scale.high:g}: {named}{more}",
        where=f"column '{score}'",
        do="Mark them as no answer if they stand for that, or name another column or scale",
    )
