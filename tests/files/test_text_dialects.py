"""How a text is divided, found without a hand: blanks, apostrophes, several letters, several rows of names or none."""

import csv
import subprocess
import sys

import pandas as pd
import pytest

import cxanalysis as cx
from cxanalysis.files.records.left_out_records import RecordRule
from cxanalysis.files.text.dialect import Dialect, find_dialect

ROWS = [
    [f"{1 + i:02d}.03.2024", f"K{i:03d}", str(i % 5 + 1), f"{i * 7 % 90},{i % 10}0",
     ["Lampe, klein", "Tisch", "Stuhl; blau", 'Rohr 5"', "Bett 'Nord'"][i % 5],
     f"Geliefert wurde am {1 + i}. Tag, aber ohne Anleitung - schade"]
    for i in range(28)
]  # fmt: skip
NAMES = ["Tag", "Kunde", "Note", "Preis", "Artikel", "Bemerkung"]


def written(rows: list[list[str]], separator: str, quote: str = '"', always: bool = False, blank: str = "") -> bytes:
    def cell(text: str) -> str:
        quoted = always or separator.strip() in text or separator in text or quote in text
        return f"{quote}{text.replace(quote, quote * 2)}{quote}" if quoted else text

    return "".join(f"{(separator + blank).join(map(cell, row))}\n" for row in rows).encode()


DIALECTS = {
    "a blank behind commas": (",", '"', False, " "),
    "a blank behind commas, all quoted": (",", '"', True, " "),
    "blanks behind semicolons": (";", '"', False, "  "),
    "apostrophes": (",", "'", False, ""),
    "apostrophes and semicolons": (";", "'", True, ""),
    "apostrophes and tabs": ("\t", "'", True, ""),
    "a blank": (" ", '"', False, ""),
    "runs of blanks": ("   ", '"', True, ""),
    "double bars": ("||", '"', False, ""),
    "double colons": ("::", '"', False, ""),
    "double tabs": ("\t\t", '"', False, ""),
    "tildes": ("~", '"', False, ""),
}


@pytest.mark.parametrize("case", DIALECTS)
def test_any_separator_and_quote(case: str) -> None:
    table = cx.read(written([NAMES, *ROWS], *DIALECTS[case]), name="orders")
    assert list(table.raw.columns) == NAMES
    assert table.raw.to_numpy().tolist() == ROWS


def test_apostrophes_within_words_are_letters() -> None:
    rows = [[f"{i}", "don't like it, it's late", "it's fine"] for i in range(20)]
    out = "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in [["n", "why", "so"], *rows]).encode()
    assert cx.read(out, name="t").raw.to_numpy().tolist() == rows
    assert find_dialect(["n,why\n", "1,it's late\n", "2,don't know\n"]) == Dialect(",")


def test_quotes_behind_a_backslash() -> None:
    rows = [[str(i), f'{{"grade": {i % 5}, "why": "late, again"}}', "web"] for i in range(20)]
    lines = ["id,answer,channel", *(f'{a},"{b.replace(chr(34), chr(92) + chr(34))}",{c}' for a, b, c in rows)]
    assert cx.read("\n".join(lines).encode(), name="t").raw.to_numpy().tolist() == rows


NO_HEADER = {
    "days and numbers": [[f"2024-03-{1 + i:02d}", ["web", "app"][i % 2], f"{i / 4:.2f}"] for i in range(20)],
    "clock and currency": [[f"{8 + i % 9}:15", f"€ {i},50", f"order {i}"] for i in range(20)],
    "addresses": [[f"https://shop.test/{i}", f"P{i:03d}", str(i * 3 % 7)] for i in range(20)],
    "grades beside words that come again": [
        [["North", "South"][i % 2], str(5 - i % 4), str(i * 3 % 5)] for i in range(20)
    ],
}  # fmt: skip


@pytest.mark.parametrize("case", NO_HEADER)
def test_a_file_without_a_header(case: str) -> None:
    table = cx.read(written(NO_HEADER[case], ","), name="t")
    assert table.columns == ("column_1", "column_2", "column_3")
    assert table.n_rows == 20
    assert any("no header" in note for note in table.notes)


def test_an_empty_column_of_a_file_without_a_header_stays() -> None:
    rows = [[f"2024-03-{1 + i:02d}", str(i), ""] for i in range(20)]
    assert cx.read(written(rows, ","), name="t").columns == ("column_1", "column_2", "column_3")


def test_a_list_of_texts_without_a_header() -> None:
    texts = [f"The parcel number {i} came three days late and nobody could say why it was so" for i in range(30)]
    table = cx.read("\n".join(f'"{one}"' for one in texts).encode(), name="t")
    assert table.n_rows == 30
    asked = cx.read("\n".join(['"What should we do better next time you order from us?"', *texts]).encode(), name="t")
    assert asked.n_rows == 30
    assert asked.columns == ("What should we do better next time you order from us?",)


HEADERS = {
    "years": (["store", "2022", "2023", "2024"], [[f"S{i}", str(i), str(i + 1), str(i + 2)] for i in range(20)]),
    "items": (["who", "1", "2", "3"], [[f"P{i}", str(i % 5 + 1), str(i % 4 + 1), "3"] for i in range(20)]),
    "codes": (["Q1", "Q2", "day"], [[str(i % 5), "yes", f"2024-03-{1 + i:02d}"] for i in range(20)]),
}


@pytest.mark.parametrize("case", HEADERS)
def test_a_header_that_holds_numbers_is_one(case: str) -> None:
    names, rows = HEADERS[case]
    table = cx.read(written([names, *rows], ";"), name="t")
    assert table.columns == tuple(names)
    assert table.n_rows == 20


def test_two_and_three_rows_of_names() -> None:
    body = [[str(i), f"2024-03-{1 + i:02d}", str(i % 5 + 1), "ok"] for i in range(20)]
    names = ["id", "date", "q7", "q8"]
    questions = ["Antwortnummer", "Wann ausgefüllt?", "Wie zufrieden sind Sie?", "Warum?"]
    table = cx.read(written([names, questions, *body], ","), name="t")
    assert table.n_rows == 20
    assert table.labels["q7"] == "Wie zufrieden sind Sie?"
    three = cx.read(written([names, questions, ["", "tt.mm.jjjj", "1-5", "Text"], *body], ","), name="t")
    assert three.n_rows == 20
    assert three.labels["q7"] == "Wie zufrieden sind Sie? (1-5)"
    again = cx.read(written([names, names, names, *body], ","), name="t")
    assert again.n_rows == 20
    assert [one.rule for one in again.records] == [RecordRule.HEADER_AGAIN] * 2


ENCODED = {
    "lost letters beside good ones": ("name,city\nJosé,Café\nAna,Niño\nK\ufffdnig,Bonn\n", "utf-8"),
    "lost letters alone": ("name,city\nJos\ufffd,Caf\ufffd\nAna,Bonn\n", "utf-8"),
    "one accent in numbers": ("n;g\n1;é\n2;ü\n3;à\n", "cp1252"),
    "Cyrillic": ("имя;отзыв\nАнна;очень хорошо\nИван;плохо\n", "cp1251"),
    "Japanese": ("名前;評価\n田中;とても良い\n鈴木;悪い\n", "shift-jis"),
}


@pytest.mark.parametrize("case", ENCODED)
def test_an_encoding_is_changed_only_against_evidence(case: str) -> None:
    content, encoding = ENCODED[case]
    table = cx.read(content.encode(encoding), name="t")
    lines = [line.split("," if "," in line else ";") for line in content.splitlines()]
    assert list(table.columns) == lines[0]
    assert table.raw.to_numpy().tolist() == lines[1:]
    assert any("lost" in note for note in table.notes) == ("\ufffd" in content)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(
    ("cells", "numbers", "sure"),
    [
        (["1,250", "980", "640", "3,100"], [1250, 980, 640, 3100], True),
        (["1.250", "980", "640", "3.100"], [1250, 980, 640, 3100], True),
        (["$1,250", "$980", "$64", "$1,000"], [1250, 980, 64, 1000], True),
        (["1,250", "9800", "1,125", "12"], [1.25, 9800, 1.125, 12], True),
        (["1.250", "2.500", "1.125", "3.750"], None, False),
    ],
)
def test_a_columns_own_cells_tell_its_thousands(separator: str, cells: list, numbers: list | None, sure: bool) -> None:
    frame = pd.DataFrame({"id": [f"A{i}" for i in range(12)], "spent": cells * 3})
    table = cx.read(frame.to_csv(index=False, sep=separator, quoting=csv.QUOTE_ALL).encode(), name="t")
    if numbers is not None:
        assert table.frame["spent"].tolist()[:4] == numbers
    assert ("spent" in table.unsure) is not sure


def test_importing_leaves_arrows_allocator_as_it_is() -> None:
    code = (
        "import pyarrow as pa; before = pa.default_memory_pool().backend_name; import cxanalysis as cx; "
        "cx.read(b'a,b\\n1,2\\n3,4\\n'); assert pa.default_memory_pool().backend_name == before"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
