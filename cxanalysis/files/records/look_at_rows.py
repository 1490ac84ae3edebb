"""The rows of a table as the rules about records look at them: what columns hold, and single rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from cxanalysis.columns.cell_text import cell_text
from cxanalysis.columns.number_format import decimal_votes, parse_numbers
from cxanalysis.columns.text_columns import Levels, OwnTexts
from cxanalysis.columns.text_rows import TextRows
from cxanalysis.files.records.cell_shape import CellShape, cell_shape, column_shape

#: Of columns with more different texts than this, only a sample of rows shows what they hold.
_MOST_TEXTS: Final = 5_000
#: Rows of such a sample.
_SAMPLE: Final = 400
#: Lines of a single cell stand among so many rows at the end.
_LAST_ROWS: Final = 60


class LookAtRows:
    """Rows of a text file or a sheet, looked at without being changed.

    Parameters
    ----------
    table : TextRows or DataFrame
    mark : str or None
        The decimal mark that is usual with such a file; used where the cells of a column do not tell.
    """

    def __init__(self, table: TextRows | pd.DataFrame, mark: str | None = None) -> None:
        self.table, self._mark = table, mark
        self.names: tuple[str, ...] = tuple(str(name) for name in table.columns)
        self._coded: dict[int, tuple[list[str], NDArray[np.int32]] | None] = {}
        self._misfits: dict[int, NDArray[np.bool_]] = {}

    def __len__(self) -> int:
        return len(self.table)

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.names)

    def row(self, at: int) -> tuple[str | None, ...]:
        """The cells of one row as text."""
        return tuple(self.cell(at, i) for i in range(self.width))

    def cell(self, at: int, column: int) -> str | None:
        """One cell as text."""
        if isinstance(self.table, TextRows):
            text = self.table[self.names[column]].cells[at].as_py()
            return None if text is None else str(text)
        value = cell_text(self.table.iloc[[at], column]).iloc[0]
        return None if pd.isna(value) else str(value)

    def texts(self, column: int) -> tuple[list[str], NDArray[np.int32]] | None:
        """Different texts of a column and the place of each row's (-1: empty); None where there are very many."""
        if column not in self._coded:
            self._coded[column] = self._code(column)
        return self._coded[column]

    def _code(self, column: int) -> tuple[list[str], NDArray[np.int32]] | None:
        if isinstance(self.table, TextRows):
            held = self.table[self.names[column]]
            if not isinstance(held, Levels) or len(held.given) > _MOST_TEXTS:
                return None
            return [str(text) for text in held.given], held.places
        values = self.table.iloc[:, column]
        if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_datetime64_any_dtype(values):
            return None
        places, distinct = pd.factorize(cell_text(values))
        return ([str(text) for text in distinct], places.astype("int32")) if len(distinct) <= _MOST_TEXTS else None

    @cached_property
    def shapes(self) -> tuple[CellShape | None, ...]:
        """What nearly all cells of each column look like."""
        return tuple(self._shape(i) for i in range(self.width))

    def _shape(self, column: int) -> CellShape | None:
        if isinstance(self.table, pd.DataFrame):
            values = self.table.iloc[:, column]
            if pd.api.types.is_bool_dtype(values):
                return None
            if pd.api.types.is_numeric_dtype(values):
                return CellShape.NUMBER
            if pd.api.types.is_datetime64_any_dtype(values):
                return CellShape.MOMENT
        coded = self.texts(column)
        if coded is not None:
            texts, places = coded
            rows = np.bincount(places[places >= 0], minlength=len(texts))
            return column_shape(zip(texts, rows.tolist(), strict=True))
        step = max(len(self) // _SAMPLE, 1)
        some = (self.cell(at, column) for at in range(0, len(self), step))
        return column_shape((text, 1) for text in some if text)

    def misfits(self, column: int) -> NDArray[np.bool_]:
        """Rows whose cell has another shape than the column; none where the column has no shape or too many texts."""
        if column not in self._misfits:
            self._misfits[column] = self._misfit(column)
        return self._misfits[column]

    def _misfit(self, column: int) -> NDArray[np.bool_]:
        shape, coded = self.shapes[column], self.texts(column)
        if shape is None or coded is None:
            return np.zeros(len(self), "bool")
        texts, places = coded
        wrong = np.array([cell_shape(text) not in (None, shape) for text in texts] + [False])
        return wrong[places] if wrong.any() else np.zeros(len(self), "bool")

    @cached_property
    def n_misfits(self) -> NDArray[np.int16]:
        """In each row, how many cells have another shape than their column."""
        total = np.zeros(len(self), "int16")
        for column in range(self.width):
            total += self.misfits(column)
        return total

    @cached_property
    def filled(self) -> NDArray[np.float64]:
        """Share of the rows in which each column is filled; lines of a single cell at the end do not count."""
        last = range(max(len(self) - _LAST_ROWS, 0), len(self)) if self.width > 1 else ()
        lines = sum(sum(cell is not None for cell in self.row(at)) <= 1 for at in last)
        if isinstance(self.table, TextRows):
            empty = np.array([self.table[name].cells.null_count for name in self.names], "float64")
        else:
            empty = self.table.isna().sum().to_numpy("float64")
        return np.minimum((len(self) - empty) / max(len(self) - lines, 1), 1.0)

    def fits(self, at: int, column: int) -> bool:
        """Whether a cell is filled and has the shape of its column."""
        text, shape = self.cell(at, column), self.shapes[column]
        return text is not None and (shape is None or cell_shape(text) is shape)

    def numbers(self, column: int) -> NDArray[np.float64]:
        """The numbers of a column, NaN where a cell is none."""
        values = self.table[self.names[column]] if isinstance(self.table, pd.DataFrame) else None
        if values is not None and pd.api.types.is_numeric_dtype(values):
            return values.to_numpy("float64", na_value=np.nan)
        coded = self.texts(column)
        if coded is None:
            texts = cell_text(values if values is not None else self.table[self.names[column]].rows())
            return parse_numbers(texts.reset_index(drop=True), self._mark_of(texts.dropna().tolist())).to_numpy()
        known, places = coded
        read = parse_numbers(cell_text(pd.Series(known, dtype="str")), self._mark_of(known)).to_numpy("float64")
        return np.append(read, np.nan)[places]

    def _mark_of(self, texts: Sequence[str]) -> str:
        some = pd.Series(1, index=pd.Index(list(dict.fromkeys(texts))[:_MOST_TEXTS], dtype="str"))
        return decimal_votes(some).mark or self._mark or "."

    def rows_with(self, column: int, text: str) -> NDArray[np.int64]:
        """Rows whose cell in this column is this text."""
        if isinstance(self.table, TextRows):
            held = self.table[self.names[column]]
            cells = held.cells.dictionary if isinstance(held, Levels) else held.cells
            at = np.flatnonzero(np.array(pc.equal(cells, text).fill_null(False)))
            return at if isinstance(held, OwnTexts) else np.flatnonzero(np.isin(held.places, at))
        coded = self.texts(column)
        if coded is None or text not in coded[0]:
            return np.empty(0, "int64")
        return np.flatnonzero(coded[1] == coded[0].index(text))


def without_rows(table: TextRows | pd.DataFrame, rows: Iterable[int]) -> TextRows | pd.DataFrame:
    """The table without these rows."""
    kept = np.ones(len(table), "bool")
    kept[list(rows)] = False
    return picked(table, np.flatnonzero(kept))


def picked(table: TextRows | pd.DataFrame, rows: NDArray[np.int64]) -> TextRows | pd.DataFrame:
    """These rows of the table, in this order."""
    if isinstance(table, pd.DataFrame):
        return table.iloc[rows].reset_index(drop=True)
    plain = _plain(table).take(pa.array(rows))
    return TextRows.of([plain], list(table.columns))


def with_rows(
    table: TextRows | pd.DataFrame, rows: Sequence[tuple[str | None, ...]], order: NDArray[np.int64]
) -> TextRows | pd.DataFrame:
    """The table with these rows added, then put in this order (the added ones are numbered behind its own)."""
    names = list(table.columns)
    columns = {name: [row[i] for row in rows] for i, name in enumerate(names)}
    if isinstance(table, TextRows):
        schema = pa.schema([(name, pa.large_string()) for name in names])
        added = pa.table({name: pa.array(cells, pa.large_string()) for name, cells in columns.items()}, schema=schema)
        whole = pa.concat_tables([_plain(table), added]).take(pa.array(order))
        return TextRows.of([whole], names)
    out = {}
    for name, cells in columns.items():
        column = table[name]
        if all(cell is None for cell in cells):
            gaps = pd.Series([None] * len(cells), dtype=column.dtype)
            out[str(name)] = pd.concat([column, gaps], ignore_index=True).iloc[order].reset_index(drop=True)
            continue
        texts = [None if pd.isna(text) else text for text in cell_text(column)]
        whole = pd.Series([*texts, *cells], dtype="str").iloc[order].reset_index(drop=True)
        as_numbers = pd.to_numeric(whole, errors="coerce") if pd.api.types.is_numeric_dtype(column) else None
        fits = as_numbers is not None and bool((as_numbers.notna() == whole.notna()).all())
        out[str(name)] = as_stored(as_numbers.astype("float64")) if fits and as_numbers is not None else whole
    return pd.DataFrame(out)


def _plain(table: TextRows) -> pa.Table:
    """The rows as plain texts in Arrow."""
    columns = {}
    for name in table.columns:
        cells = table[name].cells
        columns[name] = cells.dictionary.take(cells.indices) if pa.types.is_dictionary(cells.type) else cells
    return pa.table(columns).cast(pa.schema([(name, pa.large_string()) for name in table.columns]))


def as_stored(column: pd.Series) -> pd.Series:
    """A column as a sheet's reader stores it: whole numbers as such, now that other rows are there or gone."""
    if not pd.api.types.is_float_dtype(column):
        return column
    known = column.dropna()
    whole = bool((known == known.round()).all()) and bool((known.abs() < 2**53).all())
    return column.astype("Int64") if whole else column
