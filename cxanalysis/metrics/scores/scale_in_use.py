"""Which rating scale a score was answered on: named, known from the table, or plain from the answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from cxanalysis.arguments import check_number, check_whole, shown
from cxanalysis.columns.scales.scale import Scale, named_scale, told_by_ends
from cxanalysis.engine.need import Measure
from cxanalysis.metrics.metric_question import MetricQuestion
from cxanalysis.problem import Problem

#: How many values a message names.
SHOWN: Final = 5
#: Ends of a scale of effort that may mean little of it.
DIRECTIONS: Final = ("high", "low")


def scale_in_use(asked: MetricQuestion, scale: Scale | Sequence[float] | None) -> tuple[Scale, bool]:
    """The scale of a score, and whether its good end is known too.

    Parameters
    ----------
    asked : MetricQuestion
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
        if not isinstance(scale, Scale):
            _check_ends(scale)
        found, directed = named_scale(scale), isinstance(scale, Scale)
    elif known is not None:
        found, directed = known, True
    else:
        found, directed = _from_answers(asked, [value for value, _ in levels]), False
    refuse_outside(asked.score, levels, found)
    return found, directed


def _check_ends(scale: Any) -> None:
    if not isinstance(scale, list | tuple) or len(scale) != 2:
        do = "Give its lowest and highest answer, such as scale=(1, 5)"
        raise Problem(f"{shown(scale)} is no scale", where="scale", do=do)
    for end in scale:
        check_number(end, "scale")


def _from_answers(asked: MetricQuestion, values: list[float]) -> Scale:
    low, high = min(values), max(values)
    scale = told_by_ends(low, high)
    if scale is not None and all(value.is_integer() for value in values):
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


def best_answers(asked: MetricQuestion, name: str, scale: Scale, top: int) -> Measure:
    """The measure of answers among the best `top` of a scale: 100 or 0."""
    if scale.step == 0:
        raise Problem(
            "a continuous scale has no best answers to count",
            where=f"column '{asked.score}'",
            do="Take its mean with cx.metric('rating', …)",
        )
    top = check_whole(top, "top")
    if not 1 <= top < scale.points:
        raise Problem(
            f"{top} of {scale.points} answers cannot count as the best", do=f"Use top=1 to top={scale.points - 1}"
        )
    away = (top - 1) * scale.step
    if scale.higher_is_better:
        return Measure(name, asked.score, "at_least", scale.high - away)
    return Measure(name, asked.score, "at_most", scale.low + away)


def compared(best: Measure) -> str:
    """How answers are compared with the measure's cut, in words."""
    return "at least" if best.coding == "at_least" else "at most"


def directed(asked: MetricQuestion, scale: Scale, known: bool, direction: str | None) -> Scale:
    """The scale with its good end settled."""
    if direction is not None and not (isinstance(direction, str) and direction in DIRECTIONS):
        raise Problem(
            f"{shown(direction)} is no direction",
            where="direction",
            do='Use "high" or "low": the end that means little effort',
        )
    if direction is None:
        if known:
            return scale
        raise Problem(
            "it is not known whether a high or a low answer means little effort",
            where=f"column '{asked.score}'",
            do='Say direction="high" (it was easy) or direction="low" (how much effort)',
        )
    if known and scale.higher_is_better != (direction == "high"):
        raise Problem(
            f'direction="{direction}" contradicts its scale ({scale.describe()})',
            where=f"column '{asked.score}'",
            do="Change the scale, or leave the direction out",
        )
    return Scale(scale.low, scale.high, direction == "high", scale.step, scale.labels)
