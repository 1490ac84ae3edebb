"""A column that an analysis does not take as a driver by itself, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class NoDriver(StrEnum):
    """Why a column is not taken as a driver by itself. The value is how it is said."""

    CALENDAR = "part of a date"
    IDENTITY = "names a row, a customer or an order"
    DATE = "a date"
    TEXT = "free text"
    REPEATS = "repeats another column"
    OUTCOME = "says the same as the outcome, or is another outcome"
    CONSTANT = "the same for everybody who answered"
    MANY_WORDS = "too many different words"
    HARDLY_ANSWERED = "hardly answered"
    PROCESS = "says how the survey or the ticket ended"
    LEFT_OUT = "left out of every analysis"
    OTHER_KIND = "not taken beside failures or ratings"


@dataclass(frozen=True, slots=True)
class DriverLeftOut:
    """A column that is not taken as a driver by itself.

    Attributes
    ----------
    column : str
    why : NoDriver
    of : str or None
        The column that it repeats.

    Examples
    --------
    >>> import cxanalysis as cx
    >>> table = cx.load_sample("company")["survey"]
    >>> [one.column for one in table.left_out_drivers(table.score or "") if one.why.name == "IDENTITY"][:1]
    ['answer']
    """

    column: str
    why: NoDriver
    of: str | None = None

    @property
    def words(self) -> str:
        """The column and the reason."""
        return f"{self.column} ({self.why.value}{f': {self.of}' if self.of else ''})"
