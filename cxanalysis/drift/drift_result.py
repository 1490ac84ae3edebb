"""What differs between a new file and the table it should join: one difference, and all of them in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from cxanalysis.basis import Basis
from cxanalysis.result import Result

#: How much a difference asks for, most first: it spoils numbers; somebody should look; nobody needs to.
SEVERITIES: Final = ("serious", "look", "harmless")
#: Columns of `Drift.table`, in order.
COLUMNS: Final = ("difference", "column", "known", "new", "rows", "severity", "effect")


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference.

    Attributes
    ----------
    difference : str
        "column renamed", "column gone", "new column", "other values", "new value", "new code", "outside the scale",
        "date format", "number format", "id twice".
    column : str
        The known column, or the new one where there is none.
    known, new : str
        What was, what is, in words.
    rows : int
        Rows of the new file it concerns.
    severity : str
        One of `SEVERITIES`.
    effect : str
        What taking the file in does about it.
    """

    difference: str
    column: str
    known: str
    new: str
    rows: int
    severity: str
    effect: str

    def row(self) -> dict[str, Any]:
        """The difference as a row of `Drift.table`."""
        return {name: getattr(self, name) for name in COLUMNS}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Drift(Result):
    """How a new file differs from the table it should join. Nothing is changed by asking.

    Attributes
    ----------
    table : DataFrame
        One row a difference, the most serious first; columns `difference, column, known, new, rows` (of the new file
        that it concerns), `severity` ("serious", "look", "harmless"), `effect` (what taking the file in does about it).
    new, known : str
        Names of the two.
    basis : Basis
        Of both tables; n: rows of the new file.
    renamed : mapping of new column → known column
        Columns that seem to have another name now; accepted together with the rest.
    alike : float
        Share of the columns of both that are in both (renamed ones count), 0…1.
    headline : str
    notes : tuple of str
    method : str

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> roles = {"answer": "id", "csat": "csat"}
    >>> march = cx.Table(pd.DataFrame({"answer": [1, 2], "csat": [5, 1]}), name="survey", roles=roles)
    >>> april = cx.Table(pd.DataFrame({"answer": [3, 4], "csat_score": [1, 5]}), name="april")
    >>> found = cx.drift(april, march)
    >>> found.renamed, found.same
    ({'csat_score': 'csat'}, False)
    """

    table: pd.DataFrame
    new: str
    known: str
    basis: Basis
    renamed: Mapping[str, str] = field(default_factory=dict)
    alike: float = 1.0
    headline: str = ""
    notes: tuple[str, ...] = ()
    method: str = ""

    def _further_facts(self) -> tuple[str, ...]:
        return (f"{self.alike:.0%} of the columns alike",)

    @property
    def same(self) -> bool:
        """Whether the file has the shape of the table: no difference that somebody should look at."""
        return bool((self.table["severity"] == "harmless").all())

    @property
    def serious(self) -> bool:
        """Whether a difference would spoil numbers if the file were taken in as it is."""
        return bool((self.table["severity"] == "serious").any())
