"""A workspace is made of parts with interfaces; what is used most is there on the workspace too."""

import pandas as pd
import pytest

import cxanalysis as cx
from cxanalysis.workspace.rows.durable_file import write_durably


@pytest.fixture
def workspace(tmp_path):
    made = cx.Workspace(tmp_path / "kept")
    frame = pd.DataFrame({"answer": ["a1", "a2"], "csat": [5, 1]})
    made.add(cx.Table(frame, name="survey", roles={"answer": "id"}))
    return made


def april():
    return cx.Table(pd.DataFrame({"answer": ["a2", "a3"], "csat": [2, 4]}), name="april")


def test_imports_are_a_part_and_a_call(workspace):
    assert workspace.imports.would_append(april(), "survey").replaced == 1
    done = workspace.imports.append(april(), "survey")
    assert (done.added, done.replaced) == (1, 1)
    assert [one.file for one in workspace.imports("survey")] == ["handed over", "april"]
    assert [one.number for one in workspace.imports.kept("survey")] == [1, 2]
    assert workspace.imports.undo("survey").frame["csat"].tolist() == [5, 1]
    assert len(workspace.imports("survey")) == 1


def test_folders_are_a_sequence_of_paths(workspace, tmp_path):
    folder = tmp_path / "exports"
    folder.mkdir()
    assert workspace.folders == ()
    assert workspace.watch(folder) == folder
    assert list(workspace.folders) == [folder]
    assert workspace.folders == (folder,)
    assert workspace.folders[0] == folder
    assert workspace.folders.look().headline == workspace.look().headline == "Nothing new."
    workspace.folders.unwatch(folder)
    assert not workspace.folders


def test_versions_know_what_the_workspace_shows(workspace):
    assert workspace.versions.tokens == workspace.tokens
    assert [version.what for version in workspace.versions.history("survey")] == ["added"]
    assert workspace.versions.tables is workspace.tables


def test_what_is_decided_about_personal_data_holds_for_the_next_file(workspace):
    frame = pd.DataFrame({"mail": ["ana@example.com"], "csat": [5]})
    safe, origin = workspace.personal.let_in(
        cx.Table(frame, name="people"), cx.FileOrigin.of("march.csv", b""), {"mail": "leave out"}
    )
    workspace.add(safe, origin=origin)
    assert workspace.personal.decided == {"mail": "leave out"}
    safe, _ = workspace.personal.let_in(cx.Table(frame, name="april"), None)
    assert safe.columns == ("csat",)


def test_a_file_is_there_whole_or_not_at_all(tmp_path):
    def whole(file):
        file.write(b"ab")

    def stopped(file):
        file.write(b"half")
        raise KeyboardInterrupt

    assert write_durably(tmp_path / "rows", whole) == 2
    with pytest.raises(KeyboardInterrupt):
        write_durably(tmp_path / "rows", stopped)
    assert (tmp_path / "rows").read_bytes() == b"ab"
    assert [path.name for path in tmp_path.iterdir()] == ["rows"]
