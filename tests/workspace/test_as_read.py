"""Rows of a text file in one file: as analysed under their names, as read beside them only where they differ."""

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

import cxanalysis as cx
from cxanalysis.columns.text_rows import TextRows
from cxanalysis.engine.engines import engine_of
from cxanalysis.workspace.as_read import as_read, places_of
from cxanalysis.workspace.rows_on_disk import frame_to_arrow, raw_to_arrow, write_rows

ROW = "A{0:03d},{1},{2},m{3},x {4},so  {5}\n"
CONTENT = (
    "answer,recommend,late,market,Market (as read),why\n"
    + "".join(ROW.format(at, at % 11, "no" if at % 3 else "yes", at % 4, at % 2, at % 50) for at in range(90))
    + "A090,,no,,y,\n"
)


@pytest.fixture
def workspace(tmp_path):
    made = cx.Workspace(tmp_path / "w")
    made.add(cx.read(CONTENT.encode(), name="survey"), origin=cx.FileOrigin.of("may.csv", CONTENT.encode()))
    return made


def files(workspace):
    return sorted(path.name for path in (workspace.path / "rows").iterdir())


def check(table):
    """Rows, columns and decisions are those of the file read anew."""
    fresh = cx.read(CONTENT.encode(), name="survey").with_(roles=table.roles)
    assert isinstance(table.as_read, TextRows)
    assert table.columns == fresh.columns
    pd.testing.assert_frame_equal(table.raw, fresh.raw)
    pd.testing.assert_frame_equal(table.frame, fresh.frame)


def test_one_file_holds_each_text_once(workspace):
    table = workspace.tables["survey"]
    assert files(workspace) == [f"rows-{table.token}.parquet"]
    places = places_of(pq.read_schema(table.parquet))
    assert list(places) == list(table.columns)
    assert {name for name, place in places.items() if name != place} == {"recommend", "late", "why"}
    assert pq.read_schema(table.parquet).names == [*table.columns, *(p for n, p in places.items() if n != p)]
    check(table)
    assert as_read(pq.read_table(table.parquet)).column_names == list(table.columns)


def test_the_engine_and_single_columns_see_only_the_columns_of_the_table(workspace, monkeypatch):
    monkeypatch.setattr("cxanalysis.engine.engines.ROWS_IN_MEMORY", 10)
    table = workspace.tables["survey"]
    engine = engine_of(table)
    assert engine.columns() == table.columns
    assert not table.rows.loaded
    assert [value for value, _ in engine.levels("recommend")] == list(range(11))
    assert table.only(["late", "market"]).columns.tolist() == ["late", "market"]
    assert table.hardly_answered == ()
    fresh = cx.read(CONTENT.encode(), name="survey")
    pd.testing.assert_frame_equal(cx.nps(table).table, cx.nps(fresh).table)


def test_other_decisions_write_only_the_rows_as_analysed(workspace):
    first = workspace.tables["survey"]
    second = workspace.update(first.with_(roles={"market": "ignore", "late": "category"}))
    assert files(workspace) == [f"frame-{second.token}.parquet", f"rows-{first.token}.parquet"]
    assert workspace.tables["survey"].frame["late"].tolist()[:2] == ["yes", "no"]
    check(workspace.tables["survey"])
    check(workspace.restore("survey", 1))
    copied = workspace.add(second, name="other")
    workspace.forget("survey")
    assert copied.raw_token == first.raw_token
    check(workspace.tables["other"])
    workspace.forget("other")
    assert files(workspace) == []


def test_a_damaged_file_is_mended_by_the_same_rows(workspace):
    first = workspace.tables["survey"]
    workspace.update(first.with_(roles={"market": "ignore"}))
    for name in files(workspace):
        (workspace.path / "rows" / name).unlink()
    assert workspace.damaged == ("survey",)
    mended = cx.read(CONTENT.encode(), name="survey").with_(roles={"market": "ignore"})
    workspace.add(mended)
    assert workspace.damaged == ()
    check(workspace.tables["survey"])
    check(workspace.version("survey", 1))
    workspace.add(mended)
    assert len(files(workspace)) == 1


def test_a_file_joins_it_and_is_taken_out_again(workspace):
    later = CONTENT.replace("\nA00", "\nB00")
    file = cx.read(later.encode(), name="survey")
    workspace.append(file, "survey", origin=cx.FileOrigin.of("june.csv", later.encode()), accept=True)
    table = workspace.tables["survey"]
    both = pd.concat([cx.read(CONTENT.encode(), name="s").raw, file.raw]).drop_duplicates("answer", keep="last")
    assert table.n_rows == 101
    assert sorted(table.raw["answer"]) == sorted(both["answer"])
    assert list(table.raw.columns) == list(both.columns)
    expected = both.set_index("answer")["why"].sort_index()
    pd.testing.assert_series_equal(table.raw.set_index("answer")["why"].sort_index(), expected)
    workspace.undo("survey", workspace.imports("survey")[1].number)
    check(workspace.tables["survey"])


def test_a_workspace_with_the_two_files_of_before_opens_and_goes_on(workspace):
    """Files as they were written before: all columns as read in one file, all as analysed in another."""
    table, folder = workspace.tables["survey"], workspace.path / "rows"
    raw, frame = f"raw-{table.raw_token}.parquet", f"frame-{table.token}.parquet"
    fresh = cx.read(CONTENT.encode(), name="survey")
    sizes = {
        raw: write_rows(folder / raw, raw_to_arrow(fresh.as_read)),
        frame: write_rows(folder / frame, frame_to_arrow(fresh.frame)),
    }
    with workspace.versions.state.change() as change:
        change.execute("UPDATE versions SET raw_file = ?, frame_file = ?", (raw, frame))
        change.execute("DELETE FROM files")
        change.executemany("INSERT INTO files (file, begun, bytes) VALUES (?, '2020-01-01', ?)", list(sizes.items()))
    (folder / f"rows-{table.token}.parquet").unlink()
    again = cx.Workspace(workspace.path)
    assert again.damaged == ()
    check(again.tables["survey"])
    assert again.add(fresh).token == table.token
    assert files(again) == [frame, raw]
    changed = again.update(again.tables["survey"].with_(roles={"market": "ignore"}))
    assert files(again) == sorted([frame, raw, f"frame-{changed.token}.parquet"])
    check(again.tables["survey"])


def test_numbers_and_gaps_come_back_in_both_forms(workspace):
    stored = pd.read_parquet(workspace.tables["survey"].parquet)
    assert stored["recommend"].dtype == "float64"
    assert stored["recommend (as read)"].iloc[:3].tolist() == ["0", "1", "2"]
    assert np.isnan(stored["recommend"].iloc[-1])
    assert pd.isna(stored["recommend (as read)"].iloc[-1])
