"""Columns of a table in memory: of a frame, of a Parquet file, or of some rows of either; each made when asked for."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from cachetools import LRUCache
from numpy.typing import NDArray

from cxanalysis.engine import columns as read
from cxanalysis.engine.blocks import block_of, id_texts, in_order
from cxanalysis.engine.need import Period

Array = NDArray[Any]
#: Bytes of columns of files that stay in memory for the next question, the last used ones: another choice of rows, a
#: page drawn again, somebody else's session.
KEPT_BYTES: Final = 256 * 2**20
#: More distinct values than this are not kept: as plain Python they would take many times their size.
_MOST_VALUES: Final = 20_000
#: Whole numbers up to here are exact in a float64.
EXACT: Final = 2.0**53


@dataclass(frozen=True, slots=True)
class Ids:
    """Who each row belongs to.

    Attributes
    ----------
    codes : int32 array (n,)
        Number of the row's customer; -1 without one.
    count : int
        Customers; a number may have no row here.
    blocks : int16 array (count,)
        Block of each.
    """

    codes: NDArray[np.int32]
    count: int
    blocks: NDArray[np.int16]

    @classmethod
    def of(cls, array: pa.Array, column: str) -> Ids:
        """Number the customers of a column."""
        codes, texts = _texts(array, column)
        merged: dict[str | None, int] = {}
        for text in texts:
            merged.setdefault(text, len(merged))
        merged.pop(None, None)
        if len(merged) < len(texts):
            merged = {text: at for at, text in enumerate(merged)}
            of_value = np.array([merged.get(text, -1) for text in texts], dtype=np.int32)
            codes = np.where(codes >= 0, of_value[codes], np.int32(-1))
        blocks = np.fromiter((block_of(text) for text in merged if text is not None), np.int16, len(merged))
        return cls(codes, len(merged), blocks)

    def row_blocks(self) -> NDArray[np.int64]:
        """Block of each row; one without a customer is dealt out by its place."""
        out = in_order(len(self.codes))
        known = self.codes >= 0
        out[known] = self.blocks[self.codes[known]]
        return out

    def units(self) -> NDArray[np.int64]:
        """Each row's customer, numbered without gaps; a row without one is a customer of its own."""
        known = self.codes >= 0
        there = np.zeros(self.count, dtype=bool)
        there[self.codes[known]] = True
        number = np.cumsum(there) - 1
        out = np.empty(len(self.codes), dtype=np.int64)
        out[known] = number[self.codes[known]]
        out[~known] = int(there.sum()) + np.arange(int((~known).sum()))
        return out

    def keep(self, kept: Array) -> Ids:
        """Those of some rows."""
        return Ids(self.codes[kept], self.count, self.blocks)


@dataclass(frozen=True, slots=True)
class Coded:
    """A column as codes.

    Attributes
    ----------
    codes : int32 or int64 array (n,)
        Place of each row's value.
    values : list
        The distinct values in plain Python; None is one of them if any is missing.
    """

    codes: NDArray[Any]
    values: list[Any]

    def keep(self, at: Array) -> Coded:
        """That of some rows, with the values that they have."""
        codes = self.codes[at]
        seen = np.bincount(codes, minlength=len(self.values)) > 0
        if seen.all():
            return Coded(codes, self.values)
        return Coded((np.cumsum(seen) - 1)[codes], [v for v, there in zip(self.values, seen, strict=True) if there])

    def present(self) -> NDArray[np.bool_]:
        """Which rows have a value."""
        if None not in self.values:
            return np.ones(len(self.codes), dtype=bool)
        return self.codes != self.values.index(None)


def _texts(array: pa.Array, column: str) -> tuple[NDArray[np.int32], list[str | None]]:
    """Codes of the distinct values (-1: none), and the text of each."""
    array = _whole(array)
    if pa.types.is_integer(array.type) or read.kind_of(array) == "text":
        # Their own spelling is the canonical one: no value need be looked at one by one.
        encoded = pc.dictionary_encode(array)
        texts = encoded.dictionary.cast(pa.large_string()).to_pylist()
        codes = encoded.indices.cast(pa.int32()).fill_null(-1).to_numpy(zero_copy_only=False)
        return codes, texts
    found, values = read.codes(array)
    return found.astype(np.int32), id_texts(values, column)


def _whole(array: pa.Array) -> pa.Array:
    """Whole numbers that are stored as fractions, as whole numbers."""
    if not pa.types.is_floating(array.type):
        return array
    values = read.numbers(array, "")
    missing = np.isnan(values)
    known = values[~missing]
    if (np.abs(known) > EXACT).any() or (known != np.floor(known)).any():
        return array
    return pa.array(np.where(missing, 0.0, values).astype(np.int64), mask=missing)


class Columns(ABC):
    """Columns with their rows, which never change.

    Attributes
    ----------
    names : tuple of str
    rows : int
    """

    def __init__(self, names: Sequence[str], rows: int) -> None:
        self.names: tuple[str, ...] = tuple(names)
        self.rows = rows
        self._made: MutableMapping[Any, Any] = {}

    @abstractmethod
    def kind(self, column: str) -> str:
        """What a column holds, as in `columns.kind_of`."""

    @abstractmethod
    def array(self, column: str) -> pa.Array:
        """A column as it is."""

    def numbers(self, column: str) -> NDArray[np.float64]:
        """A column as numbers, NaN where missing. Do not change it in place."""
        return self._once(("numbers", column), lambda: read.numbers(self.array(column), column))

    def times(self, column: str) -> Array:
        """A column as dates, NaT where missing."""
        return self._once(("times", column), lambda: read.times(self.array(column), column))

    def codes(self, column: str | Period) -> Coded:
        """A column, or the periods of its dates, as codes of its distinct values."""
        if isinstance(column, str):
            return self._once(("codes", column), lambda: Coded(*read.codes(self.array(column))))
        return self._once(column, lambda: Coded(*read.period_codes(self.times(column.column), column.every)))

    def ids(self, column: str) -> Ids:
        """The customers of a column."""
        return self._once(("ids", column), lambda: Ids.of(self.array(column), column))

    def keep(self, mask: NDArray[np.bool_]) -> Columns:
        """Only some rows."""
        return SomeRows(self, np.flatnonzero(mask))

    def _once(self, what: Any, make: Callable[[], Any]) -> Any:
        if what not in self._made:
            self._made[what] = _locked(make())
        return self._made[what]


class FrameColumns(Columns):
    """Columns of a pandas, Polars or PyArrow frame."""

    def __init__(self, frame: nw.DataFrame[Any]) -> None:
        self._frame = frame
        self._own_names: dict[str, Any] = {str(name): name for name in frame.columns}
        super().__init__(list(self._own_names), len(frame))

    def kind(self, column: str) -> str:
        """What a column holds."""
        return self._once(("kind", column), lambda: read.kind_of(self.array(column)))

    def array(self, column: str) -> pa.Array:
        """A column as it is."""
        return read.to_arrow(self._frame.get_column(self._own_names[column]))


class FileColumns(Columns):
    """Columns of a Parquet file. What was made of them last stays in memory, for every thread."""

    def __init__(self, path: Path, names: Sequence[str] | None = None) -> None:
        schema, told = pq.read_schema(path), path.stat()
        super().__init__(schema.names if names is None else names, pq.read_metadata(path).num_rows)
        self._path, self._file = path, (str(path), told.st_mtime_ns, told.st_size)
        self._types: dict[str, pa.DataType] = dict(zip(schema.names, schema.types, strict=True))

    def kind(self, column: str) -> str:
        """What a column holds."""
        return read.kind_of(read.plain(pa.array([], type=self._types[column])))

    def array(self, column: str) -> pa.Array:
        """A column as it is."""
        # A name with a point in it, "a.b", is also found under "a": the right one is taken from those that came.
        return read.plain(pq.ParquetFile(self._path).read(columns=[column]).column(column))

    def _once(self, what: Any, make: Callable[[], Any]) -> Any:
        key = (self._file, what)
        with _lock:
            found = _kept.get(key)
        if found is None:
            found = _locked(make())
            with _lock:
                if _bytes(found) <= _kept.maxsize:
                    _kept[key] = found
        return found


class SomeRows(Columns):
    """Some rows of other columns, in their order."""

    def __init__(self, whole: Columns, at: NDArray[np.int64]) -> None:
        super().__init__(whole.names, len(at))
        self._whole, self._at = whole, at

    def kind(self, column: str) -> str:
        """What a column holds."""
        return self._whole.kind(column)

    def array(self, column: str) -> pa.Array:
        """A column as it is."""
        return self._whole.array(column).take(pa.array(self._at))

    def numbers(self, column: str) -> NDArray[np.float64]:
        """A column as numbers."""
        return self._once(("numbers", column), lambda: self._whole.numbers(column)[self._at])

    def times(self, column: str) -> Array:
        """A column as dates."""
        return self._once(("times", column), lambda: self._whole.times(column)[self._at])

    def codes(self, column: str | Period) -> Coded:
        """A column, or the periods of its dates, as codes of the values that these rows have."""
        return self._once(("codes", column), lambda: self._whole.codes(column).keep(self._at))

    def ids(self, column: str) -> Ids:
        """The customers of a column."""
        return self._once(("ids", column), lambda: self._whole.ids(column).keep(self._at))


def _locked(made: Any) -> Any:
    """The same; an array that others will use may not be changed in place."""
    for array in (made, getattr(made, "codes", None), getattr(made, "blocks", None)):
        if isinstance(array, np.ndarray):
            array.flags.writeable = False
    return made


def _bytes(made: Any) -> int:
    """How much memory something takes; without end for what is not to be kept."""
    if isinstance(made, np.ndarray):
        return made.nbytes
    if isinstance(made, Ids):
        return made.codes.nbytes + made.blocks.nbytes
    assert isinstance(made, Coded)
    return made.codes.nbytes if len(made.values) <= _MOST_VALUES else KEPT_BYTES + 1


_kept: LRUCache[Any, Any] = LRUCache(KEPT_BYTES, _bytes)
_lock: Final = threading.Lock()
