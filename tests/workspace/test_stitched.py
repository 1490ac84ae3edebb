"""Rows of several files in one: every cell stays what it was, of whatever type the files held it."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from test_rows import COLUMNS

import cxanalysis as cx
from cxanalysis.columns.cell_text import cell_text
from cxanalysis.workspace.rows_on_disk import raw_from_arrow, raw_to_arrow, write_rows
from cxanalysis.workspace.stitched import stitch
from cxanalysis.workspace.survivors import ImportedRows, cells_of, survivors


def part(tmp_path, name, frame):
    path = tmp_path / name
    write_rows(path, raw_to_arrow(frame))
    return path


def stitched(tmp_path, frames, masks, columns):
    parts = [part(tmp_path, f"{number}.parquet", frame) for number, frame in enumerate(frames)]
    stitch(tmp_path / "all.parquet", parts, [np.array(mask) for mask in masks], columns)
    return raw_from_arrow(pq.read_table(tmp_path / "all.parquet"))


@pytest.mark.parametrize("name", COLUMNS)
def test_rows_of_one_type_come_back_as_they_were(name, tmp_path):
    frame = pd.DataFrame({"c": COLUMNS[name]})
    back = stitched(tmp_path, [frame, frame], [[True, False, True], [True, True, True]], ["c"])
    expected = pd.concat([frame.iloc[[0, 2]], frame], ignore_index=True)
    if frame["c"].isna().all():
        assert back["c"].isna().all()
        return
    stored = raw_from_arrow(raw_to_arrow(expected))  # what Parquet has no word for is text there, too
    assert cell_text(back["c"]).fillna("").tolist() == cell_text(stored["c"]).fillna("").tolist()
    if not name.startswith("nothing"):
        assert back["c"].dtype == stored["c"].dtype


PAIRS = ["words", "whole numbers", "whole numbers, missing", "not finite", "dates", "mixed numbers and words",
         "categories", "yes, no, missing", "nothing, numbers", "decimals"]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), list(itertools.permutations(PAIRS, 2)))
def test_cells_of_two_types_say_what_they_said(one, other, tmp_path):
    frames = [pd.DataFrame({"c": COLUMNS[one]}), pd.DataFrame({"c": COLUMNS[other]})]
    back = stitched(tmp_path, frames, [[True] * 3] * 2, ["c"])
    said = [text for frame in frames for text in cell_text(frame["c"]).fillna("")]
    # A moment as text has its microseconds in a column of mixed cells, and not in one of moments.
    told = cell_text(back["c"]).fillna("").tolist()
    assert [text.split(".")[0] if ":" in text else text for text in told] == said


@pytest.mark.parametrize("name", [n for n in PAIRS if not n.startswith("nothing")])
def test_a_column_that_one_file_lacks_is_empty_there(name, tmp_path):
    frames = [pd.DataFrame({"a": [1, 2]}), pd.DataFrame({"a": [3, 4, 5], "c": COLUMNS[name]})]
    back = stitched(tmp_path, frames, [[True] * 2, [True] * 3], ["a", "c"])
    assert back["a"].tolist() == [1, 2, 3, 4, 5]
    assert back["c"].isna().tolist() == [True, True, *COLUMNS[name].isna()]
    assert cell_text(back["c"])[2:].fillna("").tolist() == cell_text(COLUMNS[name]).fillna("").tolist()


def test_large_whole_numbers_with_gaps_stay_exact(tmp_path):
    frames = [pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [2], "c": [2**53 + 1]})]
    back = stitched(tmp_path, frames, [[True], [True]], ["a", "c"])
    assert back["c"][1] == 2**53 + 1


@pytest.mark.parametrize("name", [n for n in COLUMNS if n not in ("bytes", "months", "ranges", "mixed spans", "spans")])
def test_the_same_cells_are_the_same_in_the_query(name, tmp_path):
    """What DuckDB reads in a cell of one file, it reads in the same cell of another, also where types differ."""
    import duckdb

    frame = pd.DataFrame({"c": COLUMNS[name]})
    path = part(tmp_path, "x.parquet", frame)
    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT {cells_of(connection, path)['c']} FROM '{path}'").fetchall()
    read = [row[0] for row in found]
    assert [value is None for value in read] == (frame["c"].isna() | frame["c"].eq("").fillna(False)).tolist()


def test_numbers_and_text_of_one_id_are_the_same_id(tmp_path):
    frames = [
        pd.DataFrame({"Id": [1, 2], "id": ["x", "y"]}),
        pd.DataFrame({"Id": ["2", " 1 "], "id": ["y", "changed"]}),
        pd.DataFrame({"Id": pd.Series([2.0, None, 3.0]), "id": ["y", "z", "w"]}),
        pd.DataFrame({"Id": pd.Series([3, "03"], dtype=object), "id": ["w", "w"]}),
    ]
    paths = [part(tmp_path, f"{number}.parquet", frame) for number, frame in enumerate(frames)]
    parts = [ImportedRows(path, len(frame), "Id", (), "leave out") for path, frame in zip(paths, frames, strict=True)]
    masks, joined = survivors(parts, ["Id", "id"])
    assert [(one.added, one.replaced, one.unchanged) for one in joined] == [(2, 0, 0), (0, 1, 1), (2, 0, 1), (1, 0, 1)]
    assert [mask.tolist() for mask in masks] == [[False, True], [False, True], [False, True, True], [False, True]]


def test_codes_in_the_column_of_ids_are_no_ids(tmp_path):
    frame = pd.DataFrame({"id": ["unknown", "a"], "csat": ["5", "1"]})
    more = pd.DataFrame({"id": ["unknown", "b"], "csat": ["2", "1"]})
    paths = [part(tmp_path, f"{number}.parquet", one) for number, one in enumerate([frame, more])]
    masks, joined = survivors(
        [ImportedRows(path, 2, "id", ("unknown",), "leave out") for path in paths], ["id", "csat"]
    )
    assert [int(mask.sum()) for mask in masks] == [2, 2]
    assert joined[1].added == 2


def test_a_column_called_like_the_rows_numbers_is_refused(tmp_path):
    path = part(tmp_path, "x.parquet", pd.DataFrame({"file_row_number": [1]}))
    with pytest.raises(cx.Problem, match="Give it another name"):
        survivors([ImportedRows(path, 1)], ["file_row_number"])
