"""The rows of a text file, column by column, and how several columns are worked on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

import pandas as pd
import pyarrow as pa

from cxanalysis.columns.text_columns import TextColumn, column_of, in_arrow

#: Columns worked on at a time. Arrow and numpy leave the interpreter free meanwhile, Python's own part does not; more
#: threads than this only hold more memory.
WORKERS: Final = 2

_Given = TypeVar("_Given")
_Made = TypeVar("_Made")


class TextRows:
    """The rows of a text file. Immutable; a column is a `TextColumn`.

    Parameters
    ----------
    columns : sequence of TextColumn
        Of one length, each with a name of its own.
    """

    def __init__(self, columns: Sequence[TextColumn]) -> None:
        self._columns = {column.name: column for column in columns}

    @classmethod
    def of(cls, parts: list[pa.Table], names: Sequence[str]) -> TextRows:
        """Rows from Arrow tables of texts. The list is emptied: a column as read is let go once it is encoded."""
        cells = {name: [part.column(name) for part in parts] for name in names}
        parts.clear()

        def column(name: str) -> TextColumn:
            chunks = [chunk for part in cells.pop(name) for chunk in part.chunks]
            return column_of(name, pa.chunked_array(chunks, chunks[0].type if chunks else pa.large_string()))

        return cls(in_turn(column, names))

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""
        return list(self._columns)

    def __len__(self) -> int:
        return len(next(iter(self._columns.values()))) if self._columns else 0

    def __getitem__(self, name: str) -> TextColumn:
        return self._columns[name]

    def without(self, names: Iterable[str]) -> TextRows:
        """The same rows without some columns."""
        left = set(names)
        return TextRows([column for name, column in self._columns.items() if name not in left])

    def with_texts(self, changed: Mapping[str, Mapping[str, str]]) -> TextRows:
        """The same rows with some texts, as they are without stray blanks, replaced: column → text → its new text."""
        out = []
        for name, column in self._columns.items():
            if name in changed:
                clean = column.texts.where(column.texts.notna(), column.given)
                texts = in_arrow(clean.map(changed[name]).fillna(clean))
                column = column_of(name, pa.chunked_array([column.spread(texts)]))
            out.append(column)
        return TextRows(out)

    def table(self) -> pa.Table:
        """The rows in Arrow."""
        return pa.table({name: column.cells for name, column in self._columns.items()})

    def frame(self) -> pd.DataFrame:
        """The rows as a data frame of texts."""
        return pd.DataFrame({name: column.rows() for name, column in self._columns.items()})


def in_turn(work: Callable[[_Given], _Made], on: Iterable[_Given]) -> list[_Made]:
    """Work on several columns, two at a time; the results in their order."""
    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(work, on))
