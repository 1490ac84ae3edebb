"""Text tables: separators, letters, line breaks in quotes, titles, decimal commas."""

import csv
import gzip
import io

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxanalysis as cx
from cxanalysis.files.source_file import as_source
from cxanalysis.files.text.delimited import read_delimited

TEXT = "id;nota;comentario\n1;9;Muy rápido, gracias\n2;3;Llegó tarde… ¿mañana?\n3;10;Señor Núñez\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "mac_roman"])
def test_letters_survive_every_encoding(encoding: str) -> None:
    table = cx.read(TEXT.encode(encoding))
    assert table.columns == ("id", "nota", "comentario")
    assert table.raw["comentario"].tolist()[1:] == ["Llegó tarde… ¿mañana?", "Señor Núñez"]


def test_a_few_damaged_bytes_do_not_change_the_encoding() -> None:
    content = ("name,city\n" + "Zoë,Zürich\n" * 200).encode() + b"A\xff,Basel\n"
    table = cx.read(content)
    assert table.raw["city"].tolist()[:2] == ["Zürich", "Zürich"]
    assert any("damaged letters" in note for note in table.notes)


def test_no_break_spaces_of_macintosh_names() -> None:
    table = cx.read("How much do you like\xa0it?,late\n4,yes\n5,no\n3,no\n".encode("mac_roman"))
    assert table.columns[0] == "How much do you like it?"


cell = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), max_size=12
)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.lists(cell, min_size=3, max_size=3), min_size=3, max_size=20),
    separator=st.sampled_from([",", ";", "\t", "|"]),
    ending=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_is_written_is_read(rows: list[list[str]], separator: str, ending: str, encoding: str) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator=ending, quoting=csv.QUOTE_ALL)
    writer.writerows([["first", "second", "third"], ["plain", "row", "one"], *rows])
    expected = [[c or None for c in row] for row in [["plain", "row", "one"], *rows] if any(row)]
    [reading] = read_delimited(as_source(out.getvalue().encode(encoding)))
    assert list(reading.rows.columns) == ["first", "second", "third"]
    assert reading.rows.astype(object).where(reading.rows.notna(), None).to_numpy().tolist() == expected


def test_line_breaks_and_separators_in_quotes() -> None:
    table = cx.read(b'id,comment\n1,"first line\nsecond, line"\n2,"say ""hi"""\n')
    assert table.raw["comment"].tolist() == ["first line\nsecond, line", 'say "hi"']


def test_titles_above_the_header_are_left_out() -> None:
    table = cx.read(b"Customer survey;;\nExported;2024-01-05;\n;;\nid;score;late\n1;9;yes\n2;8;no\n3;1;no\n")
    assert table.columns == ("id", "score", "late")
    assert table.n_rows == 3
    assert any("above the header" in note for note in table.notes)


def test_separator_told_by_the_spreadsheet() -> None:
    table = cx.read(b"sep=|\na|b\n1|2\n3|4\n")
    assert table.columns == ("a", "b")
    assert table.n_rows == 2


def test_file_without_header() -> None:
    table = cx.read(b"1,19970101,29.33\n2,19970118,29.73\n3,19970802,14.96\n")
    assert table.columns == ("column_1", "column_2", "column_3")
    assert table.n_rows == 3
    assert table.frame["column_2"].dt.year.tolist() == [1997] * 3


def test_runs_of_blanks_between_columns() -> None:
    table = cx.read(b" customer_id  date count value\n 00001 19970101  1   11.77\n 00002 19970112  5   77.00\n" * 1)
    assert table.columns == ("customer_id", "date", "count", "value")
    assert table.frame["customer_id"].tolist() == ["00001", "00002"]


def test_names_above_row_names_as_r_writes_them() -> None:
    table = cx.read(b"x,y\na,1,2\nb,3,4\nc,5,6\n")
    assert table.columns == ("rownames", "x", "y")
    assert table.raw["y"].tolist() == ["2", "4", "6"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (["1,5", "2,25", "1.234,50"], [1.5, 2.25, 1234.5]),
        (["1.5", "2.25", "1,234.50"], [1.5, 2.25, 1234.5]),
        (["1.234", "2.345", "0,5"], [1234.0, 2345.0, 0.5]),
        (["92,0", "6.51", "4.0 min"], [92.0, 6.51, 4.0]),
        (["€ 1.200", "€ 15,90", "-3,00 €"], [1200.0, 15.9, -3.0]),
        (["1 234,5", "12 345,5", "1,5"], [1234.5, 12345.5, 1.5]),
        (["(12.50)", "3.25", "7.00"], [-12.5, 3.25, 7.0]),
    ],
)
def test_numbers_as_people_write_them(written: list[str], read: list[float]) -> None:
    rows = "\n".join(f"{i};{text}" for i, text in enumerate(written))
    table = cx.read(f"row;amount\n{rows}\n".encode())
    assert table.roles["amount"] == "amount"
    assert table.frame["amount"].tolist() == read


def test_the_files_other_columns_decide_an_undecided_one() -> None:
    rows = "\n".join(f"{i},5;1.{i}00" for i in range(1, 9))
    table = cx.read(f"price;amount\n{rows}\n".encode())
    assert table.frame["amount"].tolist()[0] == 1100.0
    assert table.formats["amount"] == "decimal comma"


def test_zipped_and_gzipped_tables() -> None:
    import zipfile

    content = TEXT.encode()
    assert cx.read(gzip.compress(content)).n_rows == 3
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("answers.csv", content)
        archive.writestr("__MACOSX/._answers.csv", b"junk")
    assert cx.read(out.getvalue()).n_rows == 3
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("orders.csv", b"order_id,late\nA1,yes\nA2,no\n")
    tables = cx.read(out.getvalue())
    assert set(tables) == {"answers", "orders"}
    assert cx.read(out.getvalue(), sheet="orders").n_rows == 2


def test_file_and_upload_give_the_same_token(tmp_path) -> None:
    path = tmp_path / "Encuesta 2024 (final).csv"
    path.write_bytes(TEXT.encode())
    one, two = cx.read(path), cx.read(TEXT.encode("cp1252"), name="other")
    assert one.name == "encuesta_2024_final"
    assert one.name.isidentifier()
    assert one.token == two.token
    assert one.token != cx.read(TEXT.replace("9", "8").encode()).token
    pd.testing.assert_frame_equal(one.frame, two.frame)


def test_survey_tools_with_headers_of_several_rows() -> None:
    qualtrics = (
        b"StartDate,EndDate,Q1\nStart Date,End Date,How likely are you to recommend us?\n"
        b'"{""ImportId"":""startDate""}","{""ImportId"":""endDate""}","{""ImportId"":""QID1""}"\n'
        b"2024-03-01 10:00:00,2024-03-01 10:05:00,9\n2024-03-02 10:00:00,2024-03-02 10:05:00,0\n"
    )
    table = cx.read(qualtrics)
    assert table.n_rows == 2
    assert table.labels["Q1"] == "How likely are you to recommend us?"
    assert (table.roles["Q1"], table.kind, table.column_of("date")) == ("nps", "survey", "EndDate")
    monkey = b"RespondentID,Would you recommend us?,Which?,,\n,Response,Shop,Web,Phone\n1,10,Shop,,\n2,3,,Web,Phone\n"
    table = cx.read(monkey)
    assert table.n_rows == 2
    assert table.columns[1:] == ("Would you recommend us?", "Shop", "Web", "Phone")
