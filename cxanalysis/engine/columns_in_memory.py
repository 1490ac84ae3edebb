"""Columns of a table in memory: of a frame, of a Parquet file, or of some rows of either; each made when asked for."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, MutableMapping, Sequence
from pathlib import Path
from typing import Any, Final

import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from cachetools import LRUCache
from numpy.typing import NDArray

from cxanalysis.engine import frame_columns as read
from cxanalysis.engine.compact_codes import Coded, levels, packed, unpacked
from cxanalysis.engine.ids import Ids
from cxanalysis.engine.need import Period

Array = NDArray[Any]
#: Bytes of columns of files that stay in memory for the next question, the last used ones: another choice of rows, a
#: page drawn again, somebody else's session.
KEPT_BYTES: Final = 256 * 2**20
#: More distinct values than this are not kept: as plain Python they would take many times their size.
_MOST_VALUES: Final = 20_000


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
    def is_flag(self, column: str) -> bool:
        """Whether its values are True and False, not 1 and 0."""

    @abstractmethod
    def array(self, column: str) -> pa.Array:
        """A column as it is."""

    def packed(self, column: str) -> Array:
        """A column as numbers, in few bytes."""
        return self._once(("packed", column), lambda: packed(read.numbers(self.array(column), column)))

    def numbers(self, column: str) -> NDArray[np.float64]:
        """A column as numbers, NaN where missing."""
        return unpacked(self.packed(column))

    def times(self, column: str) -> Array:
        """A column as dates, NaT where missing."""
        return self._once(("times", column), lambda: read.times(self.array(column), column))

    def codes(self, column: str | Period) -> Coded:
        """A column, or the periods of its dates, as codes of its distinct values."""
        return self._once(("codes", column), lambda: self._coded(column))

    def _coded(self, column: str | Period) -> Coded:
        if not isinstance(column, str):
            return Coded.of(*read.period_codes(self.times(column.column), column.every))
        if self.kind(column) == "number" and not self.is_flag(column):
            packed = self.packed(column)
            if packed.dtype == np.int8:
                return Coded(*levels(packed))
        return Coded.of(*read.codes(self.array(column)))

    def ids(self, column: str) -> Ids:
        """The customers of a column."""
        return self._once(("ids", column), lambda: Ids.of(self.array(column), column))

    def first(self, column: str) -> NDArray[np.bool_]:
        """Which rows hold their value for the first time, or none at all."""
        return self._once(("first", column), lambda: read.first_of_each(self.array(column)))

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

    def is_flag(self, column: str) -> bool:
        """Whether its values are True and False."""
        return bool(pa.types.is_boolean(self.array(column).type))

    def numbers(self, column: str) -> NDArray[np.float64]:
        """A column as numbers; the frame is there at eight bytes a number anyway."""
        return self._once(("numbers", column), lambda: read.numbers(self.array(column), column))

    def array(self, column: str) -> pa.Array:
        """A column as it is."""
        return read.to_arrow(self._frame.get_column(self._own_names[column]))


class FileColumns(Columns):
    """Columns of a Parquet file. What was made of them last stays in memory, for every thread."""

    def __init__(self, path: Path, names: Sequence[str] | None = None) -> None:
        schema, status = pq.read_schema(path), path.stat()
        super().__init__(schema.names if names is None else names, pq.read_metadata(path).num_rows)
        self._path, self._file = path, (str(path), status.st_mtime_ns, status.st_size)
        self._types: dict[str, pa.DataType] = dict(zip(schema.names, schema.types, strict=True))

    def kind(self, column: str) -> str:
        """What a column holds."""
        return read.kind_of(read.plain(pa.array([], type=self._types[column])))

    def is_flag(self, column: str) -> bool:
        """Whether its values are True and False."""
        return bool(pa.types.is_boolean(self._types[column]))

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

    def is_flag(self, column: str) -> bool:
        """Whether its values are True and False."""
        return self._whole.is_flag(column)

    def array(self, column: str) -> pa.Array:
        """A column as it is."""
        return self._whole.array(column).take(pa.array(self._at))

    def packed(self, column: str) -> Array:
        """A column as numbers, in few bytes."""
        return self._once(("packed", column), lambda: self._whole.packed(column)[self._at])

    def times(self, column: str) -> Array:
        """A column as dates."""
        return self._once(("times", column), lambda: self._whole.times(column)[self._at])

    def codes(self, column: str | Period) -> Coded:
        """A column, or the periods of its dates, as codes of the values that these rows have."""
        return self._once(("codes", column), lambda: self._whole.codes(column).keep(self._at))

    def ids(self, column: str) -> Ids:
        """The customers of a column."""
        return self._once(("ids", column), lambda: self._whole.ids(column).keep(self._at))

    def first(self, column: str) -> NDArray[np.bool_]:
        """Which rows hold their value for the first time; all of them where it is so in the whole."""
        whole = self._whole.first(column)
        return whole[self._at] if whole.all() else super().first(column)


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
