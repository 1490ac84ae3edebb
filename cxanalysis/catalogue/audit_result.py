"""The result of an audit: findings, the worst first, each with what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from cxanalysis.basis import Basis
from cxanalysis.numbers import day
from cxanalysis.result import Result

#: How much a finding matters → in words.
SEVERITIES: Final = {
    "misleads": "people who steer by it are misled",
    "weakens": "nobody can rely on it, or something is not seen",
    "to know": "good to know",
}
#: Check → how it is counted in the headline: one, several.
COUNTED: Final = {
    "no benefit to the customer": ("1 measures no benefit to the customer", "{} measure no benefit to the customer"),
    "different cut-offs": ("one score is counted in different ways", "{} scores are counted in different ways"),
    "same name, other formula": ("one name stands for two things", "{} names stand for two things each"),
    "nobody answers for it": ("1 has nobody who answers for it", "{} have nobody who answers for them"),
}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Audit(Result):
    """What is wrong with the metrics an organisation steers by.

    Attributes
    ----------
    table : DataFrame
        One row a finding: `check, severity, metrics, keys, finding, advice, moved, overruled, reason`. `metrics` and
        `keys` are lists (empty for a gap); `moved` is the number of answers that a clash of cut-offs counts
        differently, where answers are at hand; `overruled` findings stand last, with the `reason` somebody gave.
    today : str
        Reviews are overdue as of this day, ISO.
    basis : Basis
        n: metrics looked at; of the tables handed over.
    notes : tuple of str

    Examples
    --------
    >>> import cxanalysis as cx
    >>> result = cx.audit([cx.Entry("Cost per lead", owner="Marketing")], today="2025-07-01")
    >>> result.table["check"].iloc[0], result.headline[:64]
    ('no benefit to the customer', 'Of 1 metric, 1 measures no benefit to the customer; 13 more thin')
    """

    table: pd.DataFrame
    today: str
    basis: Basis
    notes: tuple[str, ...]

    def _further_facts(self) -> tuple[str, ...]:
        return (f"reviews as of {day(self.today)}",)

    @property
    def open(self) -> pd.DataFrame:
        """Findings that nobody overruled."""
        return self.table[~self.table["overruled"].astype(bool)]

    @property
    def headline(self) -> str:
        """What matters most, in one sentence."""
        counts = self.open["check"].value_counts()
        metrics = "1 metric" if self.n == 1 else f"{self.n} metrics"
        if self.open.empty:
            return f"Nothing is wrong with the {metrics} that can be told from their passports."
        told = [
            one if counts[check] == 1 else many.format(counts[check])
            for check, (one, many) in COUNTED.items()
            if check in counts
        ]
        rest = len(self.open) - sum(int(counts.get(check, 0)) for check in COUNTED)
        more = "" if not rest else "1 more thing to look at" if rest == 1 else f"{rest} more things to look at"
        if not told:
            return f"Of {metrics}, none misleads; {more}."
        return f"Of {metrics}, {', '.join(told)}{f'; {more}' if more else ''}."
