"""Evidence for and against a guess, and how sure it makes it.

A guess is never one pattern. Each rule that has something to say gives its evidence as a weight of log-odds, with a
reason in words; the weights add up, so rules that contradict each other leave a guess unsure. Weights, for all rules:

=====  =========================================================================================================
 4     the file says so in words ("1 = very satisfied")
 3     a name or a value that hardly ever means anything else ("NPS", stars)
 2     a name or a value that mostly means it
 1     a habit: more often so than not
=====  =========================================================================================================
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

#: A guess less sure than this asks to be confirmed.
SURE_ENOUGH: Final = 0.7

SAID: Final = 4.0
HARDLY_ELSE: Final = 3.0
MOSTLY: Final = 2.0
HABIT: Final = 1.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one rule says about a guess.

    Attributes
    ----------
    rule : str
        Which rule.
    weight : float
        Log-odds: above 0 for the guess, below 0 against it.
    why : str
        The reason, as a reader can check it.
    """

    rule: str
    weight: float
    why: str


@dataclass(frozen=True, slots=True)
class Weighed:
    """All that speaks for and against a guess.

    Examples
    --------
    >>> both = Weighed((Evidence("name", 2.0, "its name says satisfaction"), Evidence("legend", -4.0, "1 = best")))
    >>> round(both.sure, 2), both.why
    (0.12, '1 = best; but its name says satisfaction')
    """

    evidence: tuple[Evidence, ...]

    @property
    def weight(self) -> float:
        """The sum of all weights."""
        return math.fsum(one.weight for one in self.evidence)

    @property
    def sure(self) -> float:
        """How likely the guess is right, 0…1."""
        return 1.0 / (1.0 + math.exp(-self.weight))

    @property
    def why(self) -> str:
        """The strongest reasons on the stronger side, then the strongest against them."""
        side = 1.0 if self.weight >= 0 else -1.0
        ordered = sorted(self.evidence, key=lambda one: -abs(one.weight))
        mine = list(dict.fromkeys(one.why for one in ordered if one.weight * side > 0 and one.why))[:3]
        against = list(dict.fromkeys(one.why for one in ordered if one.weight * side < 0 and one.why))[:1]
        if not mine and self.evidence:
            return self.evidence[0].why
        return "; ".join([*mine, *(f"but {why}" for why in against)])

    def rules(self) -> tuple[str, ...]:
        """The rules that said something."""
        return tuple(one.rule for one in self.evidence)


def weighed(evidence: Iterable[Evidence | None]) -> Weighed:
    """Put together what the rules found; rules that have nothing to say give None."""
    return Weighed(tuple(one for one in evidence if one is not None))
