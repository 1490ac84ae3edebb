"""JSON in all the shapes that programs write it in."""

import json

import pandas as pd
import pytest

import cxanalysis as cx

ROWS = [
    {"id": f"A{i}", "score": i % 11, "late": i % 3 == 0, "said": f"remark {i}", "paid": i + 0.5, "none": None}
    for i in range(40)
]
FRAME = pd.DataFrame(ROWS)

SHAPES = {
    "records": json.dumps(ROWS),
    "indented": json.dumps(ROWS, indent=2),
    "lines": "\n".join(json.dumps(row) for row in ROWS) + "\n",
    "under a key": json.dumps({"page": 1, "responses": ROWS}),
    "lists of columns": FRAME.to_json(orient="columns"),
    "columns": json.dumps({name: FRAME[name].tolist() for name in FRAME}),
    "marked": "\ufeff" + json.dumps(ROWS),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_the_same_rows(shape: str) -> None:
    table = cx.read(SHAPES[shape].encode(), name="answers")
    assert table.columns[:5] == ("id", "score", "late", "said", "paid")
    for column in ("id", "score", "said", "paid"):
        assert table.raw[column].tolist() == FRAME[column].tolist()
    assert table.frame["late"].tolist() == FRAME["late"].astype(float).tolist()


def test_what_lies_one_level_deeper_gets_a_dotted_name() -> None:
    rows = [{"who": {"age": 30 + i, "at": {"deep": i}}, "chose": ["price", "speed"][: i % 3]} for i in range(9)]
    table = cx.read(json.dumps(rows).encode())
    assert table.columns == ("who.age", "who.at", "chose")
    assert table.raw["who.age"].tolist() == list(range(30, 39))
    assert table.raw["who.at"][0] == '{"deep": 0}'
    assert table.raw["chose"][2] == "price; speed"
    assert pd.isna(table.raw["chose"][0])
    notes = " ".join(table.notes)
    assert "'who': what lies inside has become columns with dotted names" in notes
    assert "kept as JSON text" in notes


def test_names_that_meet_are_told_apart() -> None:
    table = cx.read(b'[{"a": {"b": 1}, "a.b": 2, " ": 3, "c": 4}, {"a": {"b": 5}, "c": 6}]')
    assert set(table.columns) == {"a.b", "column_2", "c"}


def test_broken_lines_are_left_out_and_named() -> None:
    lines = [json.dumps(row) for row in ROWS]
    lines[3] = lines[3][:20]
    table = cx.read("\n".join(lines).encode())
    assert table.n_rows == 39
    assert "1 line is no record: left out (line 4)." in table.notes


def test_long_numbers_stay_exact() -> None:
    table = cx.read(b'[{"id": 12345678901234567890, "x": NaN}, {"id": 12345678901234567891, "x": 2}]')
    assert table.raw["id"].tolist() == ["12345678901234567890", "12345678901234567891"]
    assert table.raw["x"].isna().tolist() == [True, False]


def test_very_deep_values_are_a_problem() -> None:
    with pytest.raises(cx.Problem):
        cx.read(b'[{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}]")
