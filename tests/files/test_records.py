"""Rows that are no records are left out by evidence, listed with the reason, and can be taken back."""

import io

import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx
from cxanalysis.files.records.left_out_records import LeftOutRecords, RecordRule

N = 24
VALUES = np.array([980, 1250, 12500, 640, 3000, 15750, 870, 2100] * 3)
DAYS = [f"2024-03-{1 + i:02d}" for i in range(N)]


def orders(*names: str) -> pd.DataFrame:
    names = names or ("Order No", "Order date", "Order value", "Late")
    columns = ([f"SO-{100 + i}" for i in range(N)], DAYS, VALUES, [0, 1, 0, 0, 1, 0, 0, 0] * 3)
    return pd.DataFrame(dict(zip(names, columns, strict=True))).astype(object)


def plus(frame: pd.DataFrame, *rows: list) -> pd.DataFrame:
    return pd.concat([frame, pd.DataFrame(list(rows), columns=frame.columns)], ignore_index=True)


def text(frame: pd.DataFrame, separator: str = ",", encoding: str = "utf-8") -> bytes:
    return frame.to_csv(index=False, sep=separator).encode(encoding)


def sheet(frame: pd.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.to_excel(out, index=False)
    return out.getvalue()


def left_out(table: cx.Table, rule: RecordRule) -> LeftOutRecords:
    [found] = [one for one in table.records if one.rule is rule and one.applied]
    return found


SUM = int(VALUES.sum())
TOTALS = {
    "English": (["Total", "", SUM, 6], ()),
    "German": (["Summe:", "", SUM, 6], ("Auftrag", "Datum", "Betrag", "verspätet")),
    "Spanish": (["Total general", "", SUM, 6], ("pedido", "fecha", "importe", "tarde")),
    "Polish": (["Razem", "", SUM, 6], ("zamówienie", "data", "kwota", "opóźnione")),
    "no label": (["", "", SUM, 6], ()),
    "French mean": (["Moyenne", "", round(VALUES.mean(), 2), 0.25], ("commande", "date", "montant", "retard")),
    "Italian mean": (["Media", "", round(VALUES.mean(), 1), 0.25], ("ordine", "data", "importo", "ritardo")),
    "median": (["Median", "", np.median(VALUES), 0], ()),
}


@pytest.mark.parametrize("write", [text, sheet])
@pytest.mark.parametrize("case", TOTALS)
def test_a_total_is_no_record(case: str, write) -> None:
    row, names = TOTALS[case]
    table = cx.read(write(plus(orders(*names), row)), name="orders")
    assert table.n_rows == N
    found = left_out(table, RecordRule.TOTAL)
    assert found.rows == (N,)
    assert table.frame[table.columns[2]].mean() == pytest.approx(VALUES.mean())
    back = table.with_records(keep=table.records)
    assert back.n_rows == N + 1
    assert not any(one.asks for one in back.records)
    again = back.with_records(leave_out=back.records)
    assert again.n_rows == N
    assert again.raw_token == table.raw_token


def test_subtotals_and_their_total() -> None:
    parts = []
    for region, rows in (("North", slice(0, 8)), ("South", slice(8, 16)), ("West", slice(16, 24))):
        some = orders().iloc[rows]
        parts += [some, pd.DataFrame([[f"Subtotal {region}", "", VALUES[rows].sum(), 2]], columns=some.columns)]
    whole = plus(pd.concat(parts), ["Grand total", "", SUM, 6])
    table = cx.read(text(whole), name="orders")
    assert left_out(table, RecordRule.TOTAL).rows == (8, 17, 26, 27)
    assert table.raw["Order value"].astype(int).sum() == SUM


COUNTS = ["(24 rows affected)", "24 Zeilen", "Total registros: 24", "24 lignes", "Anzahl Datensätze: 24", "24 wierszy"]


@pytest.mark.parametrize("line", COUNTS)
def test_a_line_that_counts_the_rows(line: str) -> None:
    table = cx.read(text(plus(orders(), [line, "", "", ""])), name="orders")
    assert table.n_rows == N
    assert left_out(table, RecordRule.COUNT).rows == (N,)


NOTES = [
    ["* late = more than two days"],
    ["Quelle: SAP, Stand 1.4.2024"],
    ["Fuente: encuesta propia", "Nota: datos provisionales"],
    ["Strona 1 z 3"],
]


@pytest.mark.parametrize("write", [text, sheet])
@pytest.mark.parametrize("lines", NOTES)
def test_notes_below_are_no_records(lines: list[str], write) -> None:
    table = cx.read(
        write(plus(orders(), ["Total", "", SUM, 6], *([line, "", "", ""] for line in lines))), name="orders"
    )
    assert table.n_rows == N
    assert left_out(table, RecordRule.NOTE).rows == tuple(range(N + 1, N + 1 + len(lines)))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(
    "names", [(), ("Auftrag", "Datum", "Betrag", "verspätet"), ("pedido", "data", "valor", "atraso")]
)
def test_headers_of_exports_put_one_below_the_other(separator: str, names: tuple[str, ...]) -> None:
    frame = orders(*names)
    header = pd.DataFrame([list(frame.columns)], columns=frame.columns)
    table = cx.read(text(pd.concat([frame[:10], header, frame[10:17], header, frame[17:]]), separator), name="orders")
    assert table.n_rows == N
    assert left_out(table, RecordRule.HEADER_AGAIN).rows == (10, 18)
    assert table.raw[frame.columns[2]].astype(int).tolist() == VALUES.tolist()


@pytest.mark.parametrize(
    ("units", "label"),
    [(["", "yyyy-mm-dd", "EUR", "0/1"], "Order value (EUR)"),
     (["(Text)", "(Datum)", "(€)", "(0-1)"], "Order value (€)"),
     (["text", "date", "zł", "0-1"], "Order value (zł)")],
)  # fmt: skip
def test_a_row_of_units_belongs_to_the_header(units: list[str], label: str) -> None:
    frame = orders()
    table = cx.read(text(pd.concat([pd.DataFrame([units], columns=frame.columns), frame])), name="orders")
    assert table.n_rows == N
    assert [one.rule for one in table.records] == [RecordRule.UNITS]
    assert table.labels["Order value"] == label
    assert table.roles["Order value"] == "amount"


@pytest.mark.parametrize("write", [text, sheet])
def test_a_page_read_twice(write) -> None:
    frame = orders()
    table = cx.read(write(pd.concat([frame[:12], frame[4:12], frame[12:], frame[12:20]])), name="orders")
    assert table.n_rows == N
    found = left_out(table, RecordRule.REPEATED_BLOCK)
    assert found.rows == (*range(12, 20), *range(32, 40))
    assert not found.cells
    back = table.with_records(keep=[found])
    assert (
        back.raw["Order No"].tolist()
        == pd.concat([frame[:12], frame[4:12], frame[12:], frame[12:20]])["Order No"].tolist()
    )


def test_equal_answers_are_no_page_read_twice() -> None:
    rng = np.random.default_rng(3)
    ratings = pd.DataFrame({f"q{i}": rng.integers(1, 6, 400) for i in range(3)})
    assert not cx.read(text(ratings), name="answers").records
    twice = pd.concat([ratings[:100], ratings[40:100], ratings[100:]])
    table = cx.read(text(twice), name="answers")
    assert table.n_rows == 460
    [asked] = table.records
    assert asked.asks
    assert asked.rule is RecordRule.REPEATED_BLOCK
    assert table.with_records(leave_out=[asked]).n_rows == 400
    assert not table.with_records(keep=[asked]).records[0].asks


def test_lines_of_the_page_around_scraped_texts() -> None:
    texts = [f"I ordered {i} weeks ago and nobody answers the phone, number {i * 7} still waiting" for i in range(60)]
    line = "Sign up today to see all reviews of this company and of more than a million others!"
    for place in (11, 30, 45, 58):
        texts.insert(place, line)
    content = "\n".join(f'"{one}"' for one in texts).encode()
    table = cx.read(content, name="texts")
    assert table.n_rows == 60
    assert left_out(table, RecordRule.FURNITURE).rows == (11, 30, 45, 58)


UNSURE = {
    "a total that adds up to something else": ["Total", "", 999, ""],
    "a mean that is none": ["Durchschnitt", "", 1.5, 0.125],
}


@pytest.mark.parametrize("case", UNSURE)
def test_what_is_not_sure_is_asked_and_stays_in(case: str) -> None:
    table = cx.read(text(plus(orders(), UNSURE[case])), name="orders")
    assert table.n_rows == N + 1
    [asked] = table.records
    assert asked.asks
    assert not asked.applied
    assert "?" in asked.question
    assert any("may be no record" in note for note in table.notes)
    out = table.with_records(leave_out=[asked])
    assert out.n_rows == N
    assert out.with_records(keep=out.records).n_rows == N + 1


REAL = {
    "a brand of that name": (["Total", "2024-04-01", 999, 0], ()),
    "an order without anything else": (["SO-999", "", "", ""], ()),
    "two letters that are a place too": (["SD", "2024-04-02", 1250, 1], ("state", "date", "amount", "late")),
}


@pytest.mark.parametrize("case", REAL)
def test_a_record_that_looks_odd_stays_in(case: str) -> None:
    row, names = REAL[case]
    table = cx.read(text(plus(orders(*names), row)), name="orders")
    assert table.n_rows == N + 1
    assert not any(one.applied for one in table.records)


def test_ticked_answers_are_no_header() -> None:
    ticks = pd.DataFrame(
        {"Price": ["Price" if i % 3 == 0 else "" for i in range(60)],
         "Speed": ["Speed" if i % 2 == 0 else "" for i in range(60)], "n": range(60)}
    )  # fmt: skip
    assert cx.read(text(ticks), name="ticks").n_rows == 60


def test_what_was_left_out_comes_back_from_the_workspace(tmp_path) -> None:
    table = cx.read(text(plus(orders(), ["Total", "", SUM, 6], ["Source: CRM", "", "", ""])), name="orders")
    cx.Workspace(tmp_path).add(table)
    kept = cx.Workspace(tmp_path).tables["orders"]
    assert kept.records == table.records
    assert kept.n_rows == N
    back = kept.with_records(keep=[one for one in kept.records if one.rule is RecordRule.TOTAL])
    assert back.raw["Order No"].tolist()[-1] == "Total"
    assert back.n_rows == N + 1
    with pytest.raises(cx.Problem, match="not among"):
        back.with_records(keep=[table.records[0]])


def test_titles_cannot_be_taken_back_as_records() -> None:
    content = b"Orders 2024,,,\n,,,\n" + text(orders())
    table = cx.read(content, name="orders")
    assert table.n_rows == N
    [title] = table.records
    assert title.rule is RecordRule.TITLE
    with pytest.raises(cx.Problem, match="cannot be taken back"):
        table.with_records(keep=[title])


SECOND = {
    "behind a gap": (pd.DataFrame({"team": ["north", "south", "west"], "cases": [3, 5, 9]}), "\n"),
    "wider": (pd.DataFrame(np.arange(60).reshape(10, 6), columns=list("abcdef")), ""),
    "German, with a title": (pd.DataFrame({"Filiale": ["A", "B"], "Umsatz": [10.5, 3.25]}), "\nUmsatz je Filiale\n"),
    "as wide": (pd.DataFrame({"w": list("xyz"), "x": [1, 2, 3], "y": [4, 5, 6], "z": [7, 8, 9]}), "\n"),
}


@pytest.mark.parametrize("case", SECOND)
def test_two_tables_in_one_text_file(case: str) -> None:
    second, between = SECOND[case]
    tables = cx.read(text(orders()) + between.encode() + text(second), name="report")
    assert isinstance(tables, dict)
    first, other = tables.values()
    assert first.n_rows == N
    assert first.columns == tuple(orders().columns)
    assert other.columns == tuple(second.columns)
    assert other.raw.astype("str").to_numpy().tolist() == second.astype("str").to_numpy().tolist()


def test_several_tables_on_one_sheet() -> None:
    out = io.BytesIO()
    second = pd.DataFrame({"team": ["north", "south", "west"], "cases": [3, 5, 9]})
    with pd.ExcelWriter(out) as writer:
        orders().to_excel(writer, index=False, sheet_name="below")
        second.to_excel(writer, index=False, sheet_name="below", startrow=30)
        orders().to_excel(writer, index=False, sheet_name="beside")
        second.to_excel(writer, index=False, sheet_name="beside", startcol=6)
    tables = cx.read(out.getvalue(), name="book")
    assert {name: table.n_rows for name, table in tables.items()} == {
        "book_below": N, "book_below_2": 3, "book_beside": N, "book_beside_2": 3,
    }  # fmt: skip
    assert tables["book_beside_2"].columns == ("team", "cases")


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ("SO-700,,2024-04-01,55,1", ["SO-700", "2024-04-01", "55", "1"]),
        ("SO-700,2024-04-01,,55,1", ["SO-700", "2024-04-01", "55", "1"]),
        ("SO,700,2024-04-01,55,1", ["SO,700", "2024-04-01", "55", "1"]),
    ],
)
def test_a_shifted_row_is_put_right(row: str, cells: list[str]) -> None:
    table = cx.read(text(orders()) + f"{row}\n".encode(), name="orders")
    assert table.n_rows == N + 1
    assert table.raw.iloc[-1].tolist() == cells
    assert any("put right" in note for note in table.notes)
