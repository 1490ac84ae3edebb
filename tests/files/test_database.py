"""Tables of databases and folders of Parquet files."""

import sqlite3
from contextlib import closing

import duckdb
import pandas as pd
import pytest

import cxanalysis as cx

ORDERS = pd.DataFrame(
    {
        "order_id": [f"A{i}" for i in range(40)],
        "csat": [i % 5 + 1 for i in range(40)],
        "ordered": pd.date_range("2024-01-01", periods=40).astype("datetime64[us]"),
        "paid": [i * 1.5 for i in range(40)],
    }
)


@pytest.fixture
def duck(tmp_path):
    path = tmp_path / "lake one.duckdb"
    orders = ORDERS  # noqa: F841 - DuckDB finds it by its name
    with closing(duckdb.connect(path)) as base:
        base.execute("CREATE TABLE orders AS SELECT * FROM orders")
        base.execute("CREATE SCHEMA old; CREATE TABLE old.orders AS SELECT * FROM orders LIMIT 3")
    return path


@pytest.fixture
def lite(tmp_path):
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as base:
        ORDERS.astype({"ordered": "str"}).to_sql("orders", base, index=False)
        base.execute('CREATE TABLE "a ""b" (x)')
        base.execute('INSERT INTO "a ""b" VALUES (1), (NULL), (\'z\'), (2.0)')
        base.commit()
    return path


def test_duckdb(duck) -> None:
    table = cx.read(f"duckdb:///{duck}?table=orders")
    assert table.name == "orders"
    pd.testing.assert_frame_equal(table.frame[["ordered"]], ORDERS[["ordered"]])
    assert table.frame["csat"].tolist() == ORDERS["csat"].tolist()
    assert cx.read(f"duckdb://{duck}?table=old.orders").n_rows == 3


def test_sqlite(lite) -> None:
    table = cx.read(f"sqlite:///{lite}?table=orders", name="mine")
    assert table.name == "mine"
    assert table.roles["ordered"] == "date"
    assert (table.frame["ordered"] == ORDERS["ordered"]).all()
    assert table.raw["paid"].tolist() == ORDERS["paid"].tolist()
    mixed = cx.read(f"sqlite:///{lite}?table=a%20%22b")
    assert mixed.raw["x"].tolist()[::2] == ["1", "z"]


def test_which_table(duck, lite) -> None:
    with pytest.raises(cx.Problem, match=r"several tables.*one of: old.orders, orders"):
        cx.read(f"duckdb:///{duck}")
    with pytest.raises(cx.Problem, match=r"no table 'nope'.*tables are: a .b, orders"):
        cx.read(f"sqlite:///{lite}?table=nope")
    with pytest.raises(cx.Problem, match="no such SQLite file"):
        cx.read("sqlite:///nowhere.db?table=a")


def test_a_view_reaches_nothing_outside_its_file(tmp_path) -> None:
    secret, path = tmp_path / "secret.csv", tmp_path / "b.duckdb"
    secret.write_text("a,b\n1,2\n")
    with closing(duckdb.connect(path)) as base:
        base.execute(f"CREATE VIEW v AS SELECT * FROM read_csv('{secret}')")
    with pytest.raises(cx.Problem, match="cannot be read"):
        cx.read(f"duckdb:///{path}?table=v")


@pytest.mark.parametrize("program", ["duckdb", "sqlite"])
def test_no_database(tmp_path, program) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(b"score,late\n1,2\n" * 500)
    with pytest.raises(cx.Problem, match="cannot be read"):
        cx.read(f"{program}:///{path}?table=a")


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg", "mysql", "https"])
def test_a_password_is_never_shown(scheme) -> None:
    with pytest.raises(cx.Problem) as caught:
        cx.read(f"{scheme}://anna:s3cret@db.example.com/crm?table=orders")
    error: BaseException | None = caught.value
    while error is not None:
        assert "s3cret" not in str(error)
        assert "anna" not in str(error)
        error = error.__cause__ or error.__context__


def test_uploaded_database_says_how_to_name_its_table(lite) -> None:
    with pytest.raises(cx.Problem, match=r"sqlite:///shop.db\?table="):
        cx.read(lite)


def test_folder_of_parquet_files(tmp_path) -> None:
    folder = tmp_path / "orders 2024"
    (folder / "month=2").mkdir(parents=True)
    (folder / "_temporary").mkdir()
    ORDERS[:15].to_parquet(folder / "a.parquet")
    ORDERS[15:][ORDERS.columns[::-1]].to_parquet(folder / "month=2" / "b.parquet", index=False)
    (folder / "_temporary" / "c.parquet").write_bytes(b"half")
    (folder / "readme.txt").write_text("not data")
    table = cx.read(str(folder))
    assert table.name == "orders_2024"
    assert table.columns == tuple(ORDERS.columns)
    pd.testing.assert_frame_equal(table.raw, ORDERS, check_dtype=False)
    assert any("2 Parquet files" in note for note in table.notes)


def test_files_of_a_folder_must_agree(tmp_path) -> None:
    ORDERS[:15].to_parquet(tmp_path / "a.parquet")
    ORDERS[15:].drop(columns="paid").to_parquet(tmp_path / "b.parquet")
    with pytest.raises(cx.Problem, match=r"'paid' is in a\.parquet and not in b\.parquet"):
        cx.read(tmp_path)
    ORDERS[15:].astype({"paid": "str"}).to_parquet(tmp_path / "b.parquet")
    with pytest.raises(cx.Problem, match=r"'paid' is a number in a\.parquet and text in b\.parquet"):
        cx.read(tmp_path)
