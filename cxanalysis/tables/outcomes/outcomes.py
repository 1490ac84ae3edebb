"""`cx.outcomes`: which columns of a table say how satisfied people were."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from cxanalysis import numbers
from cxanalysis.basis import Basis
from cxanalysis.result import Result
from cxanalysis.tables.as_table import as_table
from cxanalysis.tables.opened import guesses_of
from cxanalysis.tables.outcomes.outcome_evidence import Candidate, best_outcome, candidates

#: Columns of `Outcomes.table`, in order.
COLUMNS: Final = ("column", "role", "as", "good_end", "sure", "why")
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Outcomes(Result):
    """Columns that can be the outcome of an analysis, likeliest first.

    Attributes
    ----------
    table : DataFrame
        One row a column: `column, role, as` (as `outcome_as` of `cx.drivers`), `good_end` ("high", "low", "" where it
        is not known), `sure` (0…1), `why`.
    best : str or None
        The one that may be taken without asking: sure, or confirmed.
    basis : Basis
    headline : str
    notes : tuple of str

    Examples
    --------
    >>> import cxanalysis as cx
    >>> table = cx.read(b"satisfaction,price\\n" + b"satisfied,9\\nneutral or dissatisfied,7\\nsatisfied,4\\n" * 20)
    >>> found = cx.outcomes(table)
    >>> found.best, found.table["good_end"].tolist()
    ('satisfaction', ['high'])
    """

    table: pd.DataFrame
    best: str | None
    basis: Basis
    headline: str
    notes: tuple[str, ...]


def outcomes(data: Any) -> Outcomes:
    """Which column says how satisfied they were?

    Likelihood to recommend, satisfaction and effort; words ("satisfied", "would recommend: yes"); customers who left.
    What is no score is none: a bracket, an age, a count, an id. The rows are not looked at: roles, names, scales and
    what is unsure about them decide.

    Parameters
    ----------
    data : Table or data frame

    Returns
    -------
    Outcomes

    Examples
    --------
    >>> import cxanalysis as cx
    >>> table = cx.read(b"Overall satisfaction,Delivery\\n" + b"5,late\\n2,in time\\n4,late\\n1,in time\\n" * 10)
    >>> cx.outcomes(table).best
    'Overall satisfaction'
    """
    table = as_table(data, "table")
    found = candidates(table)
    best = best_outcome(table)
    rows = [(c.column, c.role, c.taken_as, c.good_end, round(c.sure, 2), c.found.why) for c in found]
    basis = Basis((table.source,), n=table.n_rows, counts="row", guesses=guesses_of(table, [c.column for c in found]))
    return Outcomes(pd.DataFrame(rows, columns=list(COLUMNS)), best, basis, _headline(found, best), ())


def _headline(found: list[Candidate], best: str | None) -> str:
    if best is not None:
        return f"{numbers.plain(best, _LONGEST)} says how satisfied they were: {found[0].found.why}."
    if not found:
        return "No column says how satisfied they were."
    named = ", ".join(numbers.plain(one.column, _LONGEST) for one in found[:3])
    return f"Which column says how satisfied they were? It may be {named}."
