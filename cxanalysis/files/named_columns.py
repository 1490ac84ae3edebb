"""What a layout of headers gives: the columns' names, their questions, and how many rows that took."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NamedColumns:
    """The header as one layout reads it.

    Attributes
    ----------
    names : list of str
        As they stand there: some may be empty or repeated.
    labels : list of str
        The question of each column; empty where the layout has none.
    rows : int
        Rows of the header, from the one the names begin in.
    note : str
    tool : str or None
        The survey tool whose layout it is.
    """

    names: list[str]
    labels: list[str]
    rows: int
    note: str
    tool: str | None = None
