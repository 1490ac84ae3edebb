"""Rows come back from the disk as they were, also those that Parquet has no word for."""

import datetime as dt
from decimal import Decimal

import duckdb
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

import cxanalysis as cx
from cxanalysis.workspace.rows.rows_on_disk import frame_to_arrow, raw_from_arrow, raw_to_arrow, write_rows

WHEN = pd.to_datetime(["2026-01-01 10:00:00.000000", None, "2026-03-29 02:30:00.123456"])
COLUMNS = {
    "mixed numbers and words": pd.Series([99, "99", 99.0], dtype=object),
    "mixed with missing": pd.Series([None, "N/A", 3], dtype=object),
    "mixed dates and numbers": pd.Series([dt.datetime(2026, 1, 1, 3), 45000.5, dt.date(2026, 1, 2)], dtype=object),
    "mixed spans": pd.Series([dt.timedelta(1, 2, 3), pd.Timedelta("2h"), dt.time(1, 2)], dtype=object),
    "yes, no, missing": pd.Series([True, None, False], dtype=object),
    "bytes": pd.Series([b"\x00\xff", None, b""], dtype=object),
    "decimals": pd.Series([Decimal("1.10"), Decimal("2"), None], dtype=object),
    "huge whole numbers": pd.Series([10**30, -(10**30), 1], dtype=object),
    "words as objects": pd.Series(["a", "", "ü\n"], dtype=object),
    "nothing, objects": pd.Series([None, None, None], dtype=object),
    "nothing, numbers": pd.Series([np.nan] * 3),
    "nothing, dates": pd.Series([pd.NaT] * 3),
    "words": pd.Series(["a", None, "NaN"]),
    "whole numbers": pd.Series([1, 2, 3], dtype="int8"),
    "whole numbers, missing": pd.Series([1, None, 3], dtype="Int64"),
    "large": pd.Series([1, 2**63 + 1, 0], dtype="uint64"),
    "half": pd.Series([0.5, 1, 2], dtype="float16"),
    "not finite": pd.Series([np.inf, -np.inf, np.nan]),
    "dates": pd.Series(WHEN),
    "dates to the second": pd.Series(WHEN).astype("datetime64[s]"),
    "dates to the nanosecond": pd.Series(WHEN).astype("datetime64[ns]"),
    "dates of a zone": pd.Series(WHEN).dt.tz_localize("America/New_York"),
    "spans": pd.Series(pd.to_timedelta([1, None, 3], unit="s")),
    "categories": pd.Series(pd.Categorical(["b", None, "a"], categories=["b", "a", "unused"], ordered=True)),
    "categories of numbers": pd.Series(pd.Categorical([3, 1, 3], categories=[3, 1])),
    "categories of dates": pd.Series(pd.Categorical(WHEN)),
    "months": pd.Series(pd.period_range("2026-01", periods=3, freq="M")),
    "ranges": pd.Series(pd.interval_range(0, 3)),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_raw_rows_come_back_as_they_were(name, tmp_path):
    frame = pd.DataFrame({name: COLUMNS[name]})
    write_rows(tmp_path / "x.parquet", raw_to_arrow(frame))
    back = raw_from_arrow(pq.read_table(tmp_path / "x.parquet"))
    pd.testing.assert_frame_equal(back, frame)
    if frame[name].dtype == object:  # 1 and True and 1.0 are equal to pandas but not the same answer
        known = frame[name].notna()
        assert [type(v) for v in back.loc[known, name]] == [type(v) for v in frame.loc[known, name]]


@pytest.mark.parametrize("name", COLUMNS)
def test_rows_as_analysed_are_readable_by_pandas_and_duckdb(name, tmp_path):
    frame = pd.DataFrame({name: COLUMNS[name]})
    write_rows(tmp_path / "x.parquet", frame_to_arrow(frame))
    back = pd.read_parquet(tmp_path / "x.parquet")[name]
    assert back.isna().tolist() == frame[name].isna().tolist()
    path = str(tmp_path / "x.parquet")
    n = duckdb.sql(f"SELECT count(\"{name}\"), count(*) FROM '{path}'").fetchall()[0]
    assert n == (int(frame[name].notna().sum()), 3)


def test_the_index_and_a_table_without_rows_survive(tmp_path):
    for number, frame in enumerate(
        [
            pd.DataFrame({"a": [1, 2]}, index=[7, 9]),
            pd.DataFrame({"a": pd.Series([], dtype=object), "b": pd.Series([], dtype="int64")}),
        ]
    ):
        path = tmp_path / f"{number}.parquet"
        write_rows(path, raw_to_arrow(frame))
        pd.testing.assert_frame_equal(raw_from_arrow(pq.read_table(path)), frame, check_column_type=False)


def test_types_nobody_can_store_are_kept_as_text():
    frame = pd.DataFrame({"complex": [1j, 2j], "lists": pd.Series([[1], None], dtype=object)})
    back = raw_from_arrow(raw_to_arrow(frame))
    assert back["complex"].tolist() == ["1j", "2j"]
    assert back["lists"].tolist() == ["[1]", None]


def test_two_columns_of_one_name_are_a_problem():
    with pytest.raises(cx.Problem, match="Two columns are called 'a'"):
        raw_to_arrow(pd.DataFrame([[1, 2]], columns=["a", "a"]))


def test_a_failed_write_leaves_nothing(tmp_path, monkeypatch):
    def refuse(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", refuse)
    with pytest.raises(OSError, match="No space"):
        write_rows(tmp_path / "x.parquet", raw_to_arrow(pd.DataFrame({"a": [1]})))
    assert list(tmp_path.iterdir()) == []
