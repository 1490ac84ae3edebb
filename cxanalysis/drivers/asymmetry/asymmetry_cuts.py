"""Which answers to a rating count as low, which as high, and which lie in between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cxanalysis.columns.scales.scale import Scale, named_scale, told_by_ends
from cxanalysis.drivers.model.plan import Member, is_number
from cxanalysis.engine.engines import Engine
from cxanalysis.engine.need import Measure
from cxanalysis.problem import Problem

#: How "low" or "high" is said: so many of the worst or best answers, "enough" of them, or each driver's own last low or
#: first high one.
Boxes = int | str | Mapping[str, float] | None
#: As many of the worst (best) answers as usual, and more until enough people gave one of them.
ENOUGH: Final = "enough"
Scales = Mapping[str, Scale | Sequence[float]]


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a driver's low answers end and its high ones begin.

    Attributes
    ----------
    driver : str
    low, high : float
        The last answer that counts as low, the first that counts as high, in the driver's own numbers.
    turned : bool
        Whether a low number is the good end of its scale: then low answers are the large numbers.
    """

    driver: str
    low: float
    high: float
    turned: bool

    @property
    def measures(self) -> tuple[Measure, Measure]:
        """Low and High as columns of 0 and 100. The sign in their names stands in no column's name."""
        codings = ("at_least", "at_most") if self.turned else ("at_most", "at_least")
        return (
            Measure(f"{self.driver}\x1flow", self.driver, codings[0], self.low),
            Measure(f"{self.driver}\x1fhigh", self.driver, codings[1], self.high),
        )

    @property
    def words(self) -> tuple[str, str]:
        """Low and high answers in words: ("up to 2", "4 or more")."""
        if self.turned:
            return f"{self.low:g} or more", f"up to {self.high:g}"
        return f"up to {self.low:g}", f"{self.high:g} or more"


def scale_of(engine: Engine, member: Member, scales: Scales) -> Scale | None:
    """The scale of a driver: as named, as its table knows it, or told from the lowest and highest answer."""
    if member.driver in scales:
        return named_scale(scales[member.driver])
    if member.scale is not None:
        return member.scale
    if member.category or not is_number(engine, member.driver):
        return None
    low, high = engine.span(member.driver)
    return None if low is None else told_by_ends(float(low), float(high))


def refuse_unknown(named: Mapping[str, object], drivers: Sequence[str], argument: str) -> None:
    """Stop where an argument names something that is no driver here."""
    for name in named:
        if name not in drivers:
            raise Problem(f"{argument} names '{name}', which is not among the drivers", do="Name drivers only")


def cuts_of(
    engine: Engine, members: Sequence[Member], low: Boxes, high: Boxes, scales: Scales, fewest: int
) -> tuple[Cut, ...]:
    """A cut for each driver; a `Problem` where one has no answers in between."""
    drivers = [member.driver for member in members]
    for argument, named in (("low", low), ("high", high), ("scales", scales)):
        if isinstance(named, Mapping):
            refuse_unknown(named, drivers, argument)
        elif isinstance(named, str) and named != ENOUGH:
            raise Problem(
                f"{argument}='{named}' is unknown", do='Use a number of answers, "enough", or {driver: value}'
            )
    return tuple(_cut(engine, member, low, high, scales, fewest) for member in members)


def _cut(engine: Engine, member: Member, low: Boxes, high: Boxes, scales: Scales, fewest: int) -> Cut:
    where = f"driver '{member.driver}'"
    scale = None if member.category else scale_of(engine, member, scales)
    first, last = (None, None) if member.category else engine.span(member.driver)
    if member.category or (first, last) == (0, 1) or (scale is not None and scale.points == 2):
        raise Problem(
            "it has no answers between low and high, so that penalty and reward cannot be told apart",
            where=where,
            do="Put yes/no columns and categories into adjust_for; asymmetry is a question to ratings",
        )
    turned = scale is not None and not scale.higher_is_better
    ends = []
    for named, worst in ((low, True), (high, False)):
        if isinstance(named, Mapping) and member.driver in named:
            ends.append(float(named[member.driver]))
            continue
        boxes = named if isinstance(named, int) else None
        if named == ENOUGH and scale is not None and scale.points:
            boxes = _enough(engine, member.driver, scale, fewest, worst=worst)
        ends.append(_box(boxes, scale, where, worst=worst))
    between = (ends[0] - ends[1]) if turned else (ends[1] - ends[0])
    if between <= (scale.step if scale is not None else 0):
        raise Problem(
            f"low answers ({ends[0]:g}) and high ones ({ends[1]:g}) leave none in between",
            where=where,
            do="Count fewer answers as low or high",
        )
    return Cut(member.driver, ends[0], ends[1], turned)


def _usual(scale: Scale) -> int:
    return min(scale.top, (scale.points - 1) // 2)


def _enough(engine: Engine, driver: str, scale: Scale, fewest: int, *, worst: bool) -> int:
    """The usual number of answers at an end of the scale, or as many more as `fewest` people need to have given."""
    end = scale.low + scale.high - scale.best if worst else scale.best
    given = [(abs(float(value) - end) / scale.step, count) for value, count in engine.levels(driver)]
    # One answer of the scale must be left in between, and one at the other end.
    for boxes in range(_usual(scale), scale.points - 1):
        if sum(count for away, count in given if away < boxes - 0.5) >= fewest:
            return boxes
    return _usual(scale)


def _box(boxes: int | None, scale: Scale | None, where: str, *, worst: bool) -> float:
    """The last of the worst, or the first of the best, so many answers of a scale."""
    if scale is None or not scale.points:
        raise Problem(
            "its answers do not tell which of them are low and which high",
            where=where,
            do='Name the scale, such as scales={"rating": (1, 5)}, or the ends themselves with low={…} and high={…}',
        )
    if isinstance(boxes, bool) or (boxes is not None and not 1 <= boxes <= scale.points - 2):
        raise Problem(
            f"{boxes} answers at an end of a scale of {scale.points} leave none in between",
            where=where,
            do=f"Use 1 to {scale.points - 2}",
        )
    inward = ((_usual(scale) if boxes is None else boxes) - 1) * scale.step
    if worst == scale.higher_is_better:
        return scale.low + inward
    return scale.high - inward
