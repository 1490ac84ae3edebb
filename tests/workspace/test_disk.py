"""When the disk fails: a sentence that says what is wrong, and everything else still there."""

import os
import sqlite3

import pandas as pd
import pytest

import cxanalysis as cx
from cxanalysis.workspace import state_file as state_module
from cxanalysis.workspace.state_file import State


def table(values=(1, 2, 3), name="survey"):
    return cx.Table(pd.DataFrame({"recommend": list(values)}), name=name, roles={"recommend": "nps"})


@pytest.fixture
def workspace(tmp_path):
    made = cx.Workspace(tmp_path / "w")
    made.add(table())
    made.add(table([7, 8]), name="orders")
    return made


def rows(workspace, pattern="*"):
    return sorted((workspace.path / "rows").glob(pattern))


def test_missing_rows_are_a_problem_of_that_table_only(workspace):
    token = workspace.tables["survey"].token
    for path in rows(workspace):
        if token in path.name or workspace.tables["survey"].raw_token in path.name:
            path.unlink()
    assert [t.name for t in workspace.tables.values()] == ["survey", "orders"]  # a page can still list them
    assert workspace.damaged == ("survey",)
    with pytest.raises(cx.Problem, match=r"gone from the workspace.*Add the file again"):
        _ = workspace.tables["survey"].frame
    assert workspace.tables["orders"].frame["recommend"].tolist() == [7, 8]
    workspace.add(table())  # what the sentence says helps
    assert workspace.damaged == ()
    assert workspace.tables["survey"].frame["recommend"].tolist() == [1, 2, 3]


def test_damaged_rows_are_a_problem(workspace):
    for path in rows(workspace):
        path.write_bytes(path.read_bytes()[:-20])
    for name in ("survey", "orders"):
        with pytest.raises(cx.Problem, match="damaged"):
            _ = workspace.tables[name].frame


def test_rows_as_analysed_are_computed_where_their_file_is_gone(workspace):
    for path in rows(workspace, "frame-*"):
        path.unlink()
    opened = workspace.tables["survey"]
    assert opened.parquet is None
    assert opened.frame["recommend"].tolist() == [1, 2, 3]


@pytest.mark.parametrize("content", [b"this is no database" * 100, None])
def test_a_damaged_state_file_is_a_problem_and_no_rows_are_deleted(workspace, content):
    file = workspace.path / "workspace.sqlite"
    if content is None:  # a page in the middle overwritten, the head intact
        whole = bytearray(file.read_bytes())
        whole[4096:8192] = b"\xff" * 4096
        content = bytes(whole)
    file.write_bytes(content)
    before = rows(workspace)
    with pytest.raises(cx.Problem, match=r"damaged.*rename it"):
        cx.Workspace(workspace.path)
    file.rename(file.with_suffix(".old"))
    for path in before:
        os.utime(path, (0, 0))
    again = cx.Workspace(workspace.path)
    assert list(again.tables) == []
    assert rows(again) == before  # old and unknown to the new state, and still not swept
    again.add(table())
    assert again.tables["survey"].n_rows == 3


def test_a_workspace_of_a_newer_version_is_left_alone(workspace):
    with sqlite3.connect(workspace.path / "workspace.sqlite") as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(cx.Problem, match="newer version"):
        cx.Workspace(workspace.path)


def test_a_workspace_of_an_older_version_gets_the_tables_it_lacks(workspace):
    with sqlite3.connect(workspace.path / "workspace.sqlite") as connection:
        connection.execute("DROP TABLE looks")
    again = cx.Workspace(workspace.path)
    assert list(again.tables) == ["survey", "orders"]
    again.steps.save(cx.Step("nps", ("survey",)), page="overview")
    assert len(again.steps) == 1


def test_a_full_disk_leaves_everything_as_it_was(workspace, monkeypatch):
    before = rows(workspace)

    def refuse(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", refuse)
    with pytest.raises(cx.Problem, match="disk is full"):
        workspace.add(table([5]), name="third")
    monkeypatch.undo()
    assert rows(workspace) == before
    assert list(workspace.tables) == ["survey", "orders"]
    workspace.add(table([5]), name="third")
    assert workspace.tables["third"].frame["recommend"].tolist() == [5]


def test_a_full_disk_for_the_state_file(workspace, monkeypatch):
    real = sqlite3.connect

    def connect_full(*args, **options):
        connection = real(*args, **options)
        connection.execute("PRAGMA max_page_count = 1")  # SQLite sets it to the present size: no page more
        return connection

    monkeypatch.setattr("sqlite3.connect", connect_full)
    with pytest.raises(cx.Problem, match="disk is full"):
        workspace.steps.save(cx.Step("nps", ("survey",), {"by": "x" * 50_000}), page="overview")
    monkeypatch.undo()
    assert list(cx.Workspace(workspace.path).tables) == ["survey", "orders"]


def test_a_state_file_that_may_only_be_read(workspace, monkeypatch):
    real = sqlite3.connect
    monkeypatch.setattr(
        "sqlite3.connect",
        lambda address, **options: real(
            address.replace("mode=rwc", "mode=ro").replace("mode=rw", "mode=ro"), **options
        ),
    )
    reading = cx.Workspace(workspace.path)
    assert reading.tables["survey"].frame["recommend"].tolist() == [1, 2, 3]
    with pytest.raises(cx.Problem, match="may only be read"):
        reading.remove("survey")


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("x")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(cx.Problem, match="cannot be written"):
            cx.Workspace(path)


def test_another_program_that_does_not_finish_is_named(workspace, monkeypatch):
    monkeypatch.setattr(state_module, "PATIENCE_SECONDS", 0.1)
    with State(workspace.path).change(), pytest.raises(cx.Problem, match="another program is changing"):
        workspace.remove("survey")


def test_a_state_file_deleted_while_in_use_is_not_made_anew(workspace):
    (workspace.path / "workspace.sqlite").unlink()
    with pytest.raises(cx.Problem, match="cannot be opened"):
        len(workspace.tables)
    assert not (workspace.path / "workspace.sqlite").exists()
