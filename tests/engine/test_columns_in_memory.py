"""Columns in memory: of frames, of files, of some of their rows."""

import datetime as dt

import narwhals as nw
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from cxanalysis.engine import columns_in_memory
from cxanalysis.engine.blocks import block_of
from cxanalysis.engine.columns_in_memory import FileColumns, FrameColumns
from cxanalysis.engine.compact_codes import packed, unpacked
from cxanalysis.engine.frame_columns import first_of_each
from cxanalysis.engine.need import Period

FRAME = pd.DataFrame(
    {
        "a": [1.0, np.nan, 3.0, 3.0, 5.0, 1.0],
        "a.b": [9, 8, 7, 6, 5, 4],
        "word": ["x", None, "y", "x", "z", "y"],
        "day": pd.to_datetime(["2024-01-31", "2024-02-01", None, "2024-02-29", "2024-03-01", "2024-01-01"]),
        "id": [7.0, 8.0, 7.0, np.nan, 9.0, 8.0],
    }
)


@pytest.fixture(params=["frame", "file"])
def columns(request, tmp_path):
    if request.param == "frame":
        return FrameColumns(nw.from_native(FRAME))
    FRAME.to_parquet(tmp_path / "rows.parquet", index=False)
    return FileColumns(tmp_path / "rows.parquet")


def test_rows_kept_twice_are_the_rows_one_would_take_by_hand(columns):
    some = columns.keep(np.array([True, True, False, True, True, True])).keep(np.array([False, True, True, True, True]))
    expected = FRAME.iloc[[1, 3, 4, 5]]
    assert some.rows == len(expected)
    assert some.names == tuple(FRAME)
    np.testing.assert_array_equal(some.numbers("a"), expected["a"])
    np.testing.assert_array_equal(some.numbers("a.b"), expected["a.b"])
    np.testing.assert_array_equal(some.times("day"), expected["day"].to_numpy(dtype="datetime64[us]"))
    words = some.codes("word")
    assert [words.values[code] for code in words.codes] == [None, "x", "z", "y"]
    assert words.present().tolist() == [False, True, True, True]
    months = some.codes(Period("day", "month"))
    assert [months.values[code] for code in months.codes] == [dt.datetime(2024, m, 1) for m in (2, 2, 3, 1)]
    assert some.array("word").to_pylist() == [None, "x", "z", "y"]
    assert [some.kind(name) for name in some.names] == ["number", "number", "text", "time", "number"]


def test_only_values_of_the_rows_kept_are_values(columns):
    some = columns.keep(FRAME["word"].eq("x").to_numpy())
    assert some.codes("word").values == ["x"]
    assert some.codes("word").codes.tolist() == [0, 0]
    assert columns.keep(np.zeros(6, dtype=bool)).codes("word").values == []


def test_customers_have_the_block_of_their_id_and_one_without_stands_alone(columns):
    ids = columns.keep(np.array([False, True, True, True, True, True])).ids("id")
    assert ids.units().tolist() == [1, 0, 3, 2, 1]
    known = [block_of(text) for text in ("8", "7", "9", "8")]
    assert ids.row_blocks()[[0, 1, 3, 4]].tolist() == known
    assert ids.row_blocks()[2] == 2


def test_what_others_will_see_cannot_be_changed(columns):
    some = columns.keep(np.arange(6) > 0)
    for array in (
        columns.packed("a"),
        some.packed("a"),
        columns.times("day"),
        columns.codes("word").codes,
        some.ids("id").codes,
    ):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = array[1]


def test_a_file_that_changed_is_read_anew_and_old_columns_leave(tmp_path, monkeypatch):
    path = tmp_path / "rows.parquet"
    FRAME.to_parquet(path, index=False)
    first = FileColumns(path).times("day")
    assert FileColumns(path).times("day") is first
    FRAME.assign(**{"a.b": range(6)}).to_parquet(path, index=False)
    assert FileColumns(path).numbers("a.b").tolist() == [0, 1, 2, 3, 4, 5]
    small = columns_in_memory.LRUCache(13, columns_in_memory._bytes)
    monkeypatch.setattr(columns_in_memory, "_kept", small)
    for name in ("a", "a.b", "id"):  # 6 bytes each
        FileColumns(path).numbers(name)
    assert [key[1][1] for key in small] == ["a.b", "id"]
    monkeypatch.setattr(columns_in_memory, "_kept", columns_in_memory.LRUCache(5, columns_in_memory._bytes))
    assert FileColumns(path).numbers("id")[0] == 7.0


@pytest.mark.parametrize(
    "values",
    [[0, 1, np.nan, 1], [-127, 127], [-128, 3], [128, 3], [0.5, 1], [np.inf, 1], [np.nan, np.nan], [], [2.0**60, -1]],
)
def test_numbers_are_the_same_after_packing(values):
    before = np.array(values, dtype=float)
    np.testing.assert_array_equal(unpacked(packed(before)), before)


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ([1, 2, 5], [True, True, True]),
        ([1, 2, 1], [True, True, False]),
        ([2.0, None, 2.0, np.nan, 1.0], [True, True, False, True, True]),
        (["b", "a", None, "b", None], [True, True, True, False, True]),
        ([dt.date(2024, 1, 1), dt.date(2024, 1, 1)], [True, False]),
        ([3], [True]),
        ([], []),
    ],
)
def test_the_first_row_of_each_id(ids, expected):
    assert first_of_each(pa.array(ids)).tolist() == expected


def test_the_first_row_of_each_id_among_some_rows(columns):
    some = columns.keep(np.array([False, True, True, True, True, True]))
    assert some.first("a.b").tolist() == [True] * 5
    assert some.first("word").tolist() == [True, True, True, True, False]
