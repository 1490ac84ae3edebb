"""Where labels go so that they do not lie on each other, on a dot or on an interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

#: Width of a character and height of a line of the labels' type, in pixels, on the wide side.
_CHARACTER: Final = 7.4
_LINE: Final = 16.0
_DOT: Final = 7.0


class Place(NamedTuple):
    """How a label hangs on its dot: alignment and distance in pixels."""

    align: Literal["left", "right", "center"]
    dx: int
    dy: int


#: Tried in this order: what reads best first.
PLACES: Final = (
    Place("left", 10, 0),
    Place("right", -10, 0),
    Place("left", 8, -12),
    Place("left", 8, 12),
    Place("right", -8, -12),
    Place("right", -8, 12),
    Place("center", 0, -17),
    Place("center", 0, 17),
    Place("left", 8, -26),
    Place("left", 8, 26),
    Place("right", -8, -26),
    Place("right", -8, 26),
)

_Box = tuple[float, float, float, float]


def place_labels(
    names: Sequence[str],
    centres: Sequence[tuple[float, float]],
    whiskers: Sequence[tuple[float, ...] | None],
    plot: tuple[float, float],
    blocked: Sequence[_Box] = (),
) -> list[Place | None]:
    """A place for each label, the first names choosing first; None where there is no room.

    Places found for a narrow plot also hold on a wider one: dots only move apart, the words stay as long as they are.

    Parameters
    ----------
    names : sequence of str
    centres : sequence of (x, y)
        Dots, in pixels from the top left.
    whiskers : sequence of (top, bottom) or None
        Ends of the vertical interval of each dot, in pixels.
    plot : (width, height)
    blocked : sequence of (left, top, right, bottom), optional
        Where other words already stand.

    Examples
    --------
    >>> places = place_labels(["late", "wrong"], [(50, 50), (58, 52)], [None, None], (300, 200))
    >>> places[0] != places[1], None in places
    (True, False)
    """
    taken: list[_Box] = [(x - _DOT, y - _DOT, x + _DOT, y + _DOT) for x, y in centres]
    soft: list[_Box] = [
        (x - 2, ends[0], x + 2, ends[1]) for (x, _), ends in zip(centres, whiskers, strict=True) if ends is not None
    ]
    fixed = list(blocked)
    out: list[Place | None] = []
    for k, (name, centre) in enumerate(zip(names, centres, strict=True)):
        others = [*fixed, *(box for j, box in enumerate(taken) if j != k)]
        fitting = [p for p in PLACES if _fits(_box(p, name, centre), others, plot)]
        # An interval may be crossed if nothing else is left: it is a thin line.
        best = min(fitting, key=lambda p: sum(_meet(_box(p, name, centre), s) for s in soft), default=None)
        out.append(best)
        if best is not None:
            taken.append(_box(best, name, centre))
    return out


def _box(place: Place, name: str, centre: tuple[float, float]) -> _Box:
    long = _CHARACTER * len(name)
    left = centre[0] + place.dx - {"left": 0.0, "right": long, "center": long / 2}[place.align]
    top = centre[1] + place.dy - _LINE / 2
    return left, top, left + long, top + _LINE


def _fits(box: _Box, others: Sequence[_Box], plot: tuple[float, float]) -> bool:
    inside = box[0] >= 0 and box[2] <= plot[0] and box[1] >= 0 and box[3] <= plot[1]
    return inside and not any(_meet(box, other) for other in others)


def _meet(a: _Box, b: _Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
