"""`cxanalysis check`: what a file would be read as, or one sentence on why it cannot be read."""

import pytest

import cxanalysis as cx
from cxanalysis.command_line import main

SURVEY = "answer,recommend,late,comment\n" + "".join(
    f"A{row},{(row * 7) % 11},{row % 2},remark number {row} about the parcel\n" for row in range(1, 61)
)


@pytest.fixture
def survey(tmp_path):
    path = tmp_path / "march survey.csv"
    path.write_text(SURVEY, encoding="utf-8")
    return path


def test_a_file_is_described_as_cx_read_reads_it(survey, capsys):
    assert main(["check", str(survey)]) == 0
    said = capsys.readouterr()
    table = cx.read(survey)
    assert said.err == ""
    first, *lines = said.out.splitlines()
    assert first == f"{table.name}: 60 rows, 4 columns"
    for column, role in table.roles.items():
        (line,) = [line for line in lines if line.split()[:1] == [column]]
        assert line.split()[1].rstrip(",") == role
    assert [line for line in lines if line.startswith("  - ")] == [f"  - {note}" for note in table.notes]


def test_a_code_for_no_answer_is_named_with_its_count(tmp_path, capsys):
    path = tmp_path / "ratings.csv"
    path.write_text("id,service\n" + "".join(f"{n},{'N/A' if n % 10 == 0 else n % 5 + 1}\n" for n in range(1, 101)))
    assert main(["check", str(path)]) == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "N/A" in line and "in service" in line]
    assert "treated as no answer, 10 times" in line


def test_every_sheet_of_a_workbook_is_described(tmp_path, capsys):
    import pandas as pd

    path = tmp_path / "two.xlsx"
    with pd.ExcelWriter(path) as book:
        for sheet, rows in {"north": 12, "south": 30}.items():
            pd.DataFrame({"answer": range(rows), "recommend": [row % 11 for row in range(rows)]}).to_excel(
                book, sheet_name=sheet, index=False
            )
    assert main(["check", str(path)]) == 0
    said = capsys.readouterr().out
    assert "12 rows, 2 columns" in said
    assert "30 rows, 2 columns" in said
    assert main(["check", str(path), "--sheet", "south"]) == 0
    assert "12 rows" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "content"),
    [("empty.csv", b""), ("broken.xlsx", b"PK\x03\x04 this was a workbook once"), ("gone.csv", None)],
)
def test_a_file_that_cannot_be_read_gets_one_sentence_and_exit_1(tmp_path, capsys, name, content):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    assert main(["check", str(path)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("cxanalysis: ")
    assert name in said.err
    assert len(said.err.splitlines()) == 1


@pytest.mark.parametrize("arguments", [[], ["check"], ["nonsense"], ["app", "--port", "many"]])
def test_a_wrong_command_is_told_how_it_is_used(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: cxanalysis" in capsys.readouterr().err


def test_the_version_is_that_of_the_package(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.strip() == f"cxanalysis {cx.__version__}"
