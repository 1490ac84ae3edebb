"""The result of reading a spreadsheet of metrics: its entries, and how each column was understood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from cxanalysis.basis import Basis
from cxanalysis.catalogue.entry import Entry
from cxanalysis.catalogue.inventory.inventory_words import HEADINGS
from cxanalysis.result import Result


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Inventory(Result):
    """Metrics read from a spreadsheet, to be confirmed before they are taken in.

    Attributes
    ----------
    entries : tuple of Entry
        Branch, element and good end are proposed from a metric's words.
    columns : DataFrame
        One row a column of the sheet: `column, field, sure, filled, example`; `field` is missing where a column is left
        out, `sure` 0…1.
    departments : tuple of str
        Departments in the list, also those without any metric.
    sheet : str
    source : str
        Name of the file.
    basis : Basis
        n: metrics.
    notes : tuple of str
        What was left out, assumed and could not be read, with its rows.

    Examples
    --------
    >>> import cxanalysis as cx
    >>> text = b"Kennzahl;Abteilung;Verantwortlich;Formel\\nCSAT;Service;k. A.;Anteil 4-5\\n"
    >>> found = cx.inventory(text)
    >>> found.columns[["column", "field"]].values.tolist()[:2], found.entries[0].owner
    ([['Kennzahl', 'name'], ['Abteilung', 'department']], '')
    """

    entries: tuple[Entry, ...]
    columns: pd.DataFrame
    departments: tuple[str, ...]
    sheet: str
    source: str
    basis: Basis
    notes: tuple[str, ...]
    shown_tables: ClassVar[tuple[str, ...]] = ("columns", "table")

    @property
    def table(self) -> pd.DataFrame:
        """One row a metric, with the fields that the sheet has."""
        shown = [field for field in HEADINGS if any(getattr(entry, field) not in ("", None) for entry in self.entries)]
        return pd.DataFrame(
            [{field: getattr(entry, field) for field in shown} for entry in self.entries], columns=shown
        )

    @property
    def headline(self) -> str:
        """What was found, in one sentence."""
        known = int(self.columns["field"].notna().sum())
        without = sum(not entry.owner for entry in self.entries)
        owners = "each with somebody who answers for it" if not without else f"{without} without an owner"
        metrics = "1 metric" if len(self.entries) == 1 else f"{len(self.entries)} metrics"
        return (
            f"{metrics} of {len(self.departments)} departments, {owners}; "
            f"{known} of {len(self.columns)} columns were recognised."
        )
