"""What each word of an invitation's outcome means: `outcome_meanings`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cxanalysis.metrics.response.outcomes_of_invitations import disposition_of
from cxanalysis.tables.table import Table

#: Words of the outcome that are shown with what they mean.
MOST_WORDS: Final = 12


def outcome_meanings(table: Table, column: str) -> Mapping[str, str]:
    """What each word of an outcome means, as an AAPOR letter; "" where it does not say.

    Parameters
    ----------
    table : Table
    column : str

    Returns
    -------
    mapping of word → letter
        The first dozen of words, in alphabetical order.

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> sent = cx.Table(pd.DataFrame({"outcome": ["answered", "in space"]}), name="sent")
    >>> dict(cx.outcome_meanings(sent, "outcome"))
    {'answered': 'I', 'in space': ''}
    """
    words = sorted(str(word) for word in table.only([column])[column].dropna().unique().tolist())
    return {word: disposition_of(word) or "" for word in words[:MOST_WORDS]}
