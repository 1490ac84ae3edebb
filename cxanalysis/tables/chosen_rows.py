"""Which rows of a table count: a part of them by their values, and those of the file that are records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

from cxanalysis.engine.where import conditions
from cxanalysis.files.left_out_records import LeftOutRecords

if TYPE_CHECKING:
    from cxanalysis.tables.table import Table


class ChosenRows:
    """The part of `Table` that chooses rows."""

    __slots__ = ()

    def where(self, kept: Mapping[str, Any]) -> Table:
        """The same table with only some of its rows, for any analysis: "only B2B", "only this year".

        Parameters
        ----------
        kept : mapping
            Column → a value, a list of values (None: no value), or {"from": …, "to": …} with numbers or ISO dates,
            both ends included.

        Raises
        ------
        Problem
            If a column is not there, a range is asked of texts, or no row is left.

        Examples
        --------
        >>> import pandas as pd, cxanalysis as cx
        >>> answers = cx.Table(pd.DataFrame({"csat": [5, 4, 1], "market": ["B2B", "B2C", "B2B"]}), name="survey")
        >>> answers.where({"market": "B2B"}).frame["csat"].tolist()
        [5, 1]
        """
        from cxanalysis.tables.part import Part

        whole = cast("Table", self)
        return Part(whole, conditions(kept)) if kept else whole

    def with_records(self, keep: Iterable[LeftOutRecords] = (), leave_out: Iterable[LeftOutRecords] = ()) -> Table:
        """The table with rows of `records` taken back as records, or with suspected ones left out.

        Raises
        ------
        Problem
            If they are not among `records`, or stand above the header.

        Examples
        --------
        >>> import cxanalysis as cx
        >>> sales = cx.read(b"order,day,value\\nA1,2024-03-01,10\\nA2,2024-03-02,20\\nA3,2024-03-04,30\\nSum,,60\\n")
        >>> sales.n_rows, sales.with_records(keep=sales.records).n_rows
        (3, 4)
        """
        from cxanalysis.tables.records import changed_records

        table = cast("Table", self)
        rows, records, notes = changed_records(table, keep, leave_out)
        described = {**table.described(), "records": [one.to_json() for one in records]}
        return table.restored(
            rows, name=table.name, decisions=table.decisions(), described=described, notes=(*table.notes, *notes)
        )
