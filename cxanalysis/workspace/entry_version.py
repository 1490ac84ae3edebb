"""An entry of the catalogue as it was at some time."""

from __future__ import annotations

from dataclasses import dataclass

from cxanalysis.catalogue.entry import Entry


@dataclass(frozen=True, slots=True)
class EntryVersion:
    """An entry as it was at some time.

    Attributes
    ----------
    number : int
    what : str
        "added", "changed", "definition changed", "archived" or "restored".
    at : str
        ISO 8601, UTC.
    entry : Entry

    Examples
    --------
    >>> EntryVersion(1, "added", "2025-07-01T08:00:00+00:00", Entry("CSAT")).entry.name
    'CSAT'
    """

    number: int
    what: str
    at: str
    entry: Entry
