"""The six elements of customers' experience, as one result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import pandas as pd

from cxanalysis.basis import Basis
from cxanalysis.drivers.drivers_result import Drivers
from cxanalysis.drivers.performance.importance_performance_result import ImportancePerformance
from cxanalysis.result import Result

WANT: Final = "desired attributes"
FEEL: Final = "attitudes"
MISS: Final = "unmet needs"
ANNOYS: Final = "dissatisfaction points"
IMPROVE: Final = "areas for improvement"
WEIGHS: Final = "importance of dissatisfaction"

#: Element → the question it answers, in the order in which they are shown.
QUESTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        WANT: "What they want",
        FEEL: "How they feel",
        MISS: "What they miss",
        ANNOYS: "What annoys them",
        IMPROVE: "What to improve",
        WEIGHS: "What weighs most",
    }
)
#: Columns of `Elements.table`, in order.
COLUMNS: Final = ("element", "rank", "item", "value", "low", "high", "unit", "n")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Elements(Result):
    """What customers want, feel, miss, what annoys them, what to improve, and what weighs most.

    Attributes
    ----------
    table : DataFrame
        One row an element and item, the first of each element first; columns as in `COLUMNS`.
        desired attributes: share of what all attributes explain, in %. attitudes: NPS, % satisfied, mean effort.
        unmet needs: performance, 0 (worst) to 100 (best), of what is important and below its goal.
        dissatisfaction points: % of answers with the failure. areas for improvement: points of the outcome at stake.
        importance of dissatisfaction: points of the outcome that one case costs, all other failures held equal.
    sentences : mapping of element → str
        Each element in one sentence, also where there is nothing to show.
    missing : tuple of str
        Elements that cannot be measured with this table; their sentence says why.
    failures, attributes : Drivers or None
        The two driver analyses behind it.
    importance_performance : ImportancePerformance or None
    outcome, outcome_as : str
    basis : Basis
        n: rows looked at.
    headline : str
    notes : tuple of str

    Examples
    --------
    >>> import numpy as np, pandas as pd, cxanalysis as cx
    >>> rng = np.random.default_rng(1)
    >>> late, staff = rng.binomial(1, 0.3, 400), rng.integers(1, 6, 400)
    >>> score = np.clip(np.round(4 + staff - 3 * late + rng.normal(size=400)), 0, 10)
    >>> answers = pd.DataFrame({"recommend": score, "late": late, "staff": staff})
    >>> result = cx.elements(answers, "recommend", failures=["late"], attributes=["staff"], outcome_as="nps")
    >>> result.table[["element", "item"]].values.tolist()[-1]
    ['importance of dissatisfaction', 'late']
    """

    table: pd.DataFrame
    sentences: Mapping[str, str]
    missing: tuple[str, ...]
    failures: Drivers | None
    attributes: Drivers | None
    importance_performance: ImportancePerformance | None
    outcome: str
    outcome_as: str
    basis: Basis
    headline: str
    notes: tuple[str, ...]

    def items(self, element: str) -> pd.DataFrame:
        """The rows of one element."""
        return self.table[self.table["element"] == element].reset_index(drop=True)

    @property
    def further_sentences(self) -> tuple[str, ...]:
        """Each element's question and its sentence."""
        return tuple(f"{QUESTIONS[element]}: {sentence}" for element, sentence in self.sentences.items())
