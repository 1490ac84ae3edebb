"""What spreadsheets did to values: put right where that is exact, noted where it is not, and nothing else touched."""

import io

import openpyxl
import pandas as pd
import pytest

import cxanalysis as cx


def read(column: str, values: list[object], times: int = 8) -> cx.Table:
    rows = [f"{value},{i % 5 + 1}" for i, value in enumerate(values * times)]
    return cx.read("\n".join([f"{column},csat", *rows]).encode())


def test_postcodes_get_their_zero_back() -> None:
    table = read("ZIP code", ["2139", "10065", "94103", "501"])
    assert sorted(table.raw["ZIP code"].unique()) == ["00501", "02139", "10065", "94103"]
    assert any("16 codes had lost the zero" in note for note in table.notes)


@pytest.mark.parametrize(
    "values", [["1010", "8001", "3012"], ["1010", "10115"] * 2 + ["8001"] * 4, ["SW1A 1AA", "10115"]]
)
def test_other_postcodes_stay(values: list[str]) -> None:
    table = read("postcode", values)
    assert table.raw["postcode"].tolist()[: len(values)] == values


def test_ranges_are_ranges_again_where_the_others_tell() -> None:
    table = read("family size", ["5-Mar", "6-10", "11-15", "Feb-1"])
    assert table.raw["family size"].tolist()[:4] == ["3-5", "6-10", "11-15", "1-2"]
    assert any("'5-Mar' is '3-5' again" in note for note in table.notes)


def test_ranges_that_nothing_tells_are_kept_and_noted() -> None:
    table = read("size", ["5-Mar", "small", "10-4"])
    assert table.raw["size"].tolist()[0] == "5-Mar"
    assert any("('3-5' or '5-3')" in note for note in table.notes)
    assert not any("ranges" in note for note in read("birthday", ["5-Mar", "12-Jun", "1-Jan"]).notes)


def test_shortened_numbers_are_said_to_be_lost() -> None:
    table = read("tracking", ["1.23457E+15", "4.02E+12"])
    assert table.raw["tracking"].tolist()[0] == "1.23457E+15"
    assert any("their last digits are lost" in note for note in table.notes)
    assert not any("lost" in note for note in read("revenue", ["1.5E+12", "2E+12"]).notes)


def book(rows: list[list[object]], merged: tuple[str, ...] = ()) -> bytes:
    made, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        made.active.append(row)
    for cells in merged:
        made.active.merge_cells(cells)
    made.save(out)
    return out.getvalue()


def test_digits_that_a_workbook_cannot_hold() -> None:
    long = [[1_234_567_890_123_450 + 1_000 * i, i % 5 + 1] for i in range(20)]
    assert any("more than 15 digits" in note for note in cx.read(book([["parcel", "csat"], *long])).notes)
    short = [[123_456_789_012_340 + 10 * i, i % 5 + 1] for i in range(20)]
    assert not any("15 digits" in note for note in cx.read(book([["parcel", "csat"], *short])).notes)


def test_day_numbers_are_dates_where_the_name_says_so() -> None:
    days = [[45_292 + i, i % 5 + 1] for i in range(30)]
    table = cx.read(book([["order date", "csat"], *days]))
    assert table.roles["order date"] == "date"
    assert table.frame["order date"].iloc[0] == pd.Timestamp("2024-01-01")
    assert cx.read(book([["steps", "csat"], *days])).roles["steps"] != "date"
    mixed = read("Completion time", ["45292.5", "31.01.2024 10:00", "01.02.2024 11:00"])
    assert mixed.frame["Completion time"].tolist()[:3] == [
        pd.Timestamp("2024-01-01 12:00"), pd.Timestamp("2024-01-31 10:00"), pd.Timestamp("2024-02-01 11:00")
    ]  # fmt: skip


BODY = [[i, "north" if i % 2 else "south", i % 5 + 1, (i + 1) % 5 + 1, (i + 2) % 5 + 1] for i in range(20)]


def test_groups_above_the_names() -> None:
    rows = [["Survey 2024"], [None], ["Person", None, "Ratings"], ["id", "region", "Delivery", "Price", "Care"], *BODY]
    table = cx.read(book(rows, ("A3:B3", "C3:E3")))
    assert table.columns == ("id", "region", "Delivery", "Price", "Care")
    assert table.labels["Care"] == "Ratings: Care"
    assert table.n_rows == 20
    assert "The header has 2 rows: groups and the names below them." in table.notes


def test_three_rows_of_header() -> None:
    rows = [["Person", None, "Ratings", None, None], [None, None, "Parcel", None, "People"],
            ["id", "region", "Delivery", "Price", "Care"], *BODY]  # fmt: skip
    table = cx.read(book(rows))
    assert table.labels["Price"] == "Ratings: Parcel: Price"
    assert table.labels["Care"] == "Ratings: People: Care"


def test_merged_across_and_down() -> None:
    rows = [["id", "region", "Ratings", None, None], [None, None, "Delivery", "Price", "Care"], *BODY]
    table = cx.read(book(rows, ("A1:A2", "B1:B2", "C1:E1")))
    assert table.columns == ("id", "region", "Delivery", "Price", "Care")
    assert "id" not in table.labels
    assert table.labels["Price"] == "Ratings: Price"


def test_names_that_repeat_take_their_group() -> None:
    text = "Part,Delivery,Delivery,Price,Price\nid,rating,weight,rating,weight\n"
    table = cx.read((text + "".join(f"{i},{i % 5 + 1},{i % 3},{i % 4 + 1},2\n" for i in range(20))).encode())
    assert table.columns == ("id", "Delivery: rating", "Delivery: weight", "Price: rating", "Price: weight")


@pytest.mark.parametrize(
    "text",
    [
        ",score,late\na,5,yes\nb,3,no\nc,4,no\n",  # row names without a name
        "id,score,\na,5,late\nb,3,ok\nc,4,ok\n",  # a column without a name
        "a,a,b\nx,N/A,y\nz,3,w\nz,4,w\n",  # a first answer in words, two columns of one name
        "a,b,\nx,y,z\nu,v,w\nr,s,t\n",  # nothing but words
    ],
)
def test_a_first_row_of_answers_is_no_header(text: str) -> None:
    assert cx.read(text.encode()).n_rows == 3


@pytest.mark.parametrize(
    ("written", "local"),
    [
        ("2024/03/05 10:12:33 AM GMT+1", "2024-03-05 10:12:33"), ("2024/03/15 6:12:33 PM GMT-5", "2024-03-15 18:12:33"),
        ("2024-03-05 10:12:33 UTC", "2024-03-05 10:12:33"), ("2024-03-05T10:12:33+05:30", "2024-03-05 10:12:33"),
        ("2024-03-05 10:12:33 GMT+02:00", "2024-03-05 10:12:33"), ("2024-03-05 10:12:33 CET", "2024-03-05 10:12:33"),
    ],
)  # fmt: skip
def test_times_with_a_zone_stay_what_the_clock_there_showed(written: str, local: str) -> None:
    table = cx.read(("Timestamp,How was it?\n" + f"{written},good\n{written},bad\n" * 10).encode())
    assert table.frame["Timestamp"].iloc[0] == pd.Timestamp(local)


def test_times_of_several_zones_are_turned_to_one() -> None:
    rows = "2024-03-05 10:00:00 GMT+1,good\n2024-03-05 10:00:00 GMT+9,bad\n" * 10
    table = cx.read(("Timestamp,How was it?\n" + rows).encode())
    assert table.frame["Timestamp"].dt.hour.unique().tolist() == [9, 1]
