"""Rating scales: from where to where, which end is good, which words stand for which number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from cxanalysis.problem import Problem


@dataclass(frozen=True, slots=True)
class Scale:
    """A rating scale.

    Attributes
    ----------
    low, high : float
        The lowest and highest possible answer (not the lowest and highest given).
    higher_is_better : bool
        False where a low number is the good end (CES 1.0, school grades).
    step : float
        Distance between neighbouring answers; 0 for a continuous scale (0-100 sliders).
    labels : tuple of (str, float)
        Words of the file → numbers, for scales answered in words ("Strongly agree" → 5).

    Examples
    --------
    >>> Scale(1, 5).points, Scale(1, 5).top, Scale(0, 10).top
    (5, 2, 3)
    >>> Scale(1, 5).describe()
    '1–5'
    """

    low: float
    high: float
    higher_is_better: bool = True
    step: float = 1.0
    labels: tuple[tuple[str, float], ...] = ()

    @property
    def points(self) -> int:
        """Number of possible answers (0 for a continuous scale)."""
        return 0 if self.step == 0 else round((self.high - self.low) / self.step) + 1

    @property
    def top(self) -> int:
        """How many of the best answers count as satisfied: 1 of 2 or 3, 2 of 4 to 7, 3 of more."""
        if self.points and self.points <= 3:
            return 1
        return 2 if self.points and self.points <= 7 else 3

    @property
    def best(self) -> float:
        """The best possible answer."""
        return self.high if self.higher_is_better else self.low

    def describe(self) -> str:
        """The scale in a few characters, as shown beside a column's name."""
        text = f"{self.low:g}–{self.high:g}"
        return text if self.higher_is_better else f"{text}, low is good"

    def to_json(self) -> dict[str, Any]:
        """The scale as plain JSON."""
        return {
            "low": self.low,
            "high": self.high,
            "higher_is_better": self.higher_is_better,
            "step": self.step,
            "labels": [list(pair) for pair in self.labels],
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Scale:
        """Read a scale back from `to_json`."""
        labels = tuple((str(word), float(number)) for word, number in value.get("labels", ()))
        return cls(**{**value, "labels": labels})


#: Scales that are told from the answers alone, if both ends were used.
COMMON: Final = (Scale(1, 5), Scale(1, 7), Scale(1, 10), Scale(0, 10))


def told_by_ends(low: float, high: float) -> Scale | None:
    """The common scale whose ends are the lowest and highest answer given; None if there is none.

    Examples
    --------
    >>> told_by_ends(1, 7)
    Scale(low=1, high=7, higher_is_better=True, step=1.0, labels=())
    >>> told_by_ends(2, 7) is None
    True
    """
    return next((scale for scale in COMMON if (low, high) == (scale.low, scale.high)), None)


def named_scale(scale: Scale | Sequence[float]) -> Scale:
    """A scale as a user names it: a `Scale`, or its lowest and highest answer."""
    if isinstance(scale, Scale):
        return scale
    there = isinstance(scale, Sequence) and not isinstance(scale, str) and len(scale) == 2
    if not there or not all(isinstance(end, int | float) for end in scale) or not scale[0] < scale[1]:
        raise Problem(f"{scale!r} is no scale", do="Give its lowest and highest answer, such as scale=(1, 5)")
    return Scale(float(scale[0]), float(scale[1]))
