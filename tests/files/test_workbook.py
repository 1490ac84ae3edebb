"""Workbooks: several sheets, types, titles, formula errors."""

import datetime as dt
import io

import openpyxl
import pytest

import cxanalysis as cx


def book(**sheets: list[list[object]]) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


ANSWERS = [["recommend", "answered", "comment"]] + [
    [i % 11, dt.datetime(2024, 1, 1 + i % 28), f"word {i}"] for i in range(40)
]
ORDERS = [["order_id", "late", "amount"]] + [[f"A{i}", i % 3 == 0, i * 1.5] for i in range(30)]


def test_one_table_a_sheet() -> None:
    tables = cx.read(book(**{"Answers 2024": ANSWERS, "Orders": ORDERS, "Notes": []}))
    assert list(tables) == ["answers_2024", "orders"]
    assert tables["answers_2024"].roles == {"recommend": "nps", "answered": "date", "comment": "text"}
    assert tables["orders"].roles == {"order_id": "order", "late": "flag", "amount": "amount"}
    assert tables["orders"].frame["late"].sum() == 10
    assert any("Sheet left out" in note and "Notes" in note for note in tables["answers_2024"].notes)


def test_a_sheet_by_name_and_a_single_sheet() -> None:
    content = book(Answers=ANSWERS, Orders=ORDERS)
    assert cx.read(content, sheet="Orders").name == "orders"
    assert isinstance(cx.read(book(Answers=ANSWERS)), cx.Table)


def test_titles_gaps_and_formula_errors() -> None:
    rows = [["Survey of the year"], [], ["score", "late"], [9, "yes"], ["#N/A", "no"], [], [3, "no"]]
    table = cx.read(book(S=rows))
    assert table.columns == ("score", "late")
    assert table.n_rows == 3
    assert table.frame["score"].isna().tolist() == [False, True, False]


def test_numbers_with_a_word_between_them() -> None:
    table = cx.read(book(S=[["csat", "late"]] + [[i % 5 + 1, "no"] for i in range(50)] + [["n/a", "yes"]]))
    assert table.roles["csat"] == "csat"
    assert table.frame["csat"].isna().sum() == 1
    assert table.frame["csat"].mean() == pytest.approx(3)


def test_whole_numbers_as_ids_have_no_decimal_point() -> None:
    table = cx.read(book(S=[["customer_id", "score"], *[[1000 + i, i % 5 + 1] for i in range(30)], [None, 3]]))
    assert table.roles["customer_id"] == "customer"
    assert table.frame["customer_id"].tolist()[:2] == ["1000", "1001"]
