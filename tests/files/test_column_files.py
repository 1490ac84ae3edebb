"""Parquet, Arrow and Feather: the file's types are kept."""

import io

import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.ipc
import pyarrow.parquet
import pytest

import cxanalysis as cx

ROWS = pa.table(
    {
        "order_id": pa.array([f"A{i}" for i in range(40)]),
        "ordered": pa.array(pd.date_range("2024-01-01 23:00", periods=40, tz="Europe/Madrid")),
        "late": pa.array([i % 4 == 0 if i else None for i in range(40)]),
        "channel": pa.array(["web", "shop"] * 20).dictionary_encode(),
        "csat": pa.array([i % 5 + 1 if i else None for i in range(40)], pa.int8()),
    }
)


def written(how: str) -> bytes:
    out = io.BytesIO()
    if how == "parquet":
        pyarrow.parquet.write_table(ROWS, out)
    elif how == "feather":
        pyarrow.feather.write_feather(ROWS, out)
    else:
        with pyarrow.ipc.new_file(out, ROWS.schema) as writer:
            writer.write_table(ROWS)
    return out.getvalue()


@pytest.mark.parametrize("how", ["parquet", "feather", "arrow"])
def test_types_are_kept(how: str) -> None:
    table = cx.read(written(how), name="orders")
    assert table.roles == {
        "order_id": "order",
        "ordered": "date",
        "late": "flag",
        "channel": "category",
        "csat": "csat",
    }
    frame = table.frame
    assert frame["ordered"][0] == pd.Timestamp("2024-01-01 22:00")
    assert frame["late"].sum() == 9
    assert frame["csat"].isna().sum() == 1
    assert str(frame["csat"].dtype) == "float64"


def test_same_rows_same_token() -> None:
    assert cx.read(written("parquet")).token == cx.read(written("feather")).token


def test_row_labels_of_pandas_are_no_column() -> None:
    out = io.BytesIO()
    pd.DataFrame({"score": [1, 2, 3]}, index=[5, 6, 7]).to_parquet(out)
    assert cx.read(out.getvalue()).columns == ("score",)
