"""What a table of invitations says about each of them: what became of it, its type, its market. `invitation_fields`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cxanalysis.metrics.response.outcomes_of_invitations import outcome_column
from cxanalysis.metrics.response.published_rates import says_market_or_type
from cxanalysis.problem import Problem
from cxanalysis.tables.table import Table

#: A column with more different values than these says neither market nor type.
MOST_GROUPS: Final = 4


@dataclass(frozen=True, slots=True)
class InvitationFields:
    """Columns of a table of invitations by what they say.

    Attributes
    ----------
    outcome : str or None
        What became of each invitation; None where no column's name says so.
    type, market : str or None
        Relational or transactional; B2B or B2C: by the columns' values.

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> frame = pd.DataFrame({"outcome": ["answered", "bounced"], "business": ["B2B", "B2C"]})
    >>> sent = cx.Table(frame, name="sent", kind="invitations", roles={"business": "category"})
    >>> cx.invitation_fields(sent)
    InvitationFields(outcome='outcome', type=None, market='business')
    """

    outcome: str | None
    type: str | None
    market: str | None

    @property
    def groups(self) -> tuple[str, ...]:
        """The columns of type and market that are there."""
        return tuple(column for column in (self.type, self.market) if column is not None)


def invitation_fields(table: Table) -> InvitationFields:
    """Which columns of this table say what became of an invitation, and of what type and market it was?

    Parameters
    ----------
    table : Table

    Returns
    -------
    InvitationFields

    Examples
    --------
    >>> import cxanalysis as cx
    >>> cx.invitation_fields(cx.load_sample("company")["invitations"]).groups
    ('type', 'market')
    """
    said: dict[str, str] = {}
    for column in table.columns_of("category"):
        values = table.levels(column, MOST_GROUPS + 1)
        if len(values) <= MOST_GROUPS and (what := says_market_or_type(values)):
            said.setdefault(what, column)
    try:
        outcome: str | None = outcome_column(table.columns, None)
    except Problem:  # no column says it by its name: that is an answer here
        outcome = None
    return InvitationFields(outcome, said.get("type"), said.get("market"))
