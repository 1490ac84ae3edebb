"""Watched folders: what comes is taken in once, what changes replaces what it was, what is odd waits with a reason."""

from __future__ import annotations

import os

import pandas as pd
import pytest

import cxanalysis as cx

OLD = 1_700_000_000


def answers(first, last, **changed):
    """Answers of one month with ids, as text."""
    lines = (
        f"a{k:03d},2026-01-{1 + k % 28:02d},{k % 11},{1 + k % 5},{'north' if k % 3 else 'south'}\n"
        for k in range(first, last)
    )
    return "answer,answered,recommend,csat,market\n" + "".join(lines)


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "exports"
    made.mkdir()
    return made


@pytest.fixture
def workspace(tmp_path, folder):
    made = cx.Workspace(tmp_path / "w")
    made.watch(folder)
    return made


def put(folder, name, text, age=0):
    path = folder / name
    path.write_text(text)
    os.utime(path, (OLD + age, OLD + age))
    return path


def outcomes(look):
    return list(zip(look.table["file"], look.table["outcome"], strict=True))


def confirmed(workspace, folder, name="jan.csv", text=None, table="survey"):
    path = put(folder, name, text or answers(0, 30))
    workspace.add(cx.read(path, name=table), origin=cx.FileOrigin.of(name, path))
    workspace.remember(table)


def test_an_unknown_file_waits_until_somebody_has_added_it(workspace, folder):
    path = put(folder, "jan.csv", answers(0, 30))
    look = workspace.look()
    assert outcomes(look) == [("jan.csv", "waits")]
    assert look.headline == "1 file waits for you."
    assert [(one.path, one.reason) for one in look.waiting] == [(path, "no table has this shape yet")]
    assert [one.path for one in workspace.waiting] == [path]
    assert workspace.look().table.empty  # asked once
    assert list(workspace.tables) == []
    confirmed(workspace, folder)
    assert workspace.waiting == ()


def test_next_months_file_is_taken_in_once(workspace, folder):
    confirmed(workspace, folder)
    assert outcomes(workspace.look()) == [("jan.csv", "nothing new")]
    put(folder, "feb.csv", answers(30, 50))
    look = workspace.look()
    assert look.headline == "1 file taken in: 20 new rows in survey."
    assert workspace.tables["survey"].n_rows == 50
    tokens = workspace.tokens
    for _ in range(2):
        assert workspace.look().headline == "Nothing new."
    os.utime(folder / "feb.csv", (OLD + 9, OLD + 9))  # touched, not changed
    assert outcomes(workspace.look()) == [("feb.csv", "nothing new")]
    put(folder, "copy of feb.csv", answers(30, 50))
    assert not workspace.look().changed
    assert workspace.tokens == tokens


def test_a_changed_file_replaces_by_id(workspace, folder):
    confirmed(workspace, folder)
    put(folder, "feb.csv", answers(30, 50))
    workspace.look()
    put(folder, "feb.csv", answers(30, 52).replace("a031,2026-01-04,9,2", "a031,2026-01-04,9,5"), age=60)
    look = workspace.look()
    assert look.table[["added", "replaced", "unchanged"]].to_numpy().tolist() == [[2, 1, 19]]
    assert workspace.tables["survey"].n_rows == 52


def without_ids(rows):
    return "csat,market,late\n" + "".join(f"{1 + k % 5},{'north' if k % 3 else 'south'},{k % 2}\n" for k in rows)


def test_without_ids_a_grown_file_takes_the_place_of_what_it_was(workspace, folder):
    confirmed(workspace, folder, text=without_ids(range(40)))
    put(folder, "feb.csv", without_ids(range(25)))
    workspace.look()
    put(folder, "feb.csv", without_ids(range(30)), age=60)
    workspace.look()
    assert workspace.tables["survey"].n_rows == 70
    assert [i.rows for i in workspace.imports("survey")] == [40, 30]
    workspace.undo("survey")  # the state before comes back
    assert [i.rows for i in workspace.imports("survey")] == [40, 25]
    put(folder, "jan.csv", without_ids(range(45)), age=60)  # the very first file may grow too
    workspace.look()
    assert sorted(i.rows for i in workspace.imports("survey")) == [25, 45]
    workspace.undo("survey")
    assert sorted(i.rows for i in workspace.imports("survey")) == [25, 40]


def test_a_drifted_file_waits_with_what_differs(workspace, folder):
    confirmed(workspace, folder)
    tokens = workspace.tokens
    put(folder, "feb.csv", answers(30, 50).replace("csat", "satisfaction_score"))
    (one,) = workspace.look().waiting
    assert "'csat' is now called 'satisfaction_score'" in one.reason
    assert workspace.tokens == tokens


def test_a_file_written_just_now_is_left_until_it_stays_the_same(workspace, folder):
    confirmed(workspace, folder)
    workspace.look()
    path = folder / "feb.csv"
    path.write_text(answers(30, 40))
    assert outcomes(workspace.look()) == [("feb.csv", "still being written")]
    with path.open("a") as opened:
        opened.write(answers(40, 50).split("\n", 1)[1])
    assert outcomes(workspace.look()) == [("feb.csv", "still being written")]
    assert workspace.tables["survey"].n_rows == 30
    assert outcomes(workspace.look()) == [("feb.csv", "taken in")]  # the same at two looks
    assert workspace.tables["survey"].n_rows == 50


def test_a_file_that_changes_while_it_is_read_is_left(workspace, folder, monkeypatch):
    confirmed(workspace, folder)
    workspace.look()
    path = put(folder, "feb.csv", answers(30, 40))
    from cxanalysis.workspace import folders

    def slowly(source):
        read = cx.read(source)
        with path.open("a") as opened:
            opened.write("a041,2026-01-01,1,1,north\n")
        return read

    monkeypatch.setattr(folders, "read", slowly)
    assert outcomes(workspace.look()) == [("feb.csv", "still being written")]
    assert workspace.tables["survey"].n_rows == 30


def test_a_file_that_another_program_holds_is_left(workspace, folder, monkeypatch):
    confirmed(workspace, folder)
    workspace.look()
    put(folder, "feb.csv", answers(30, 40))
    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.open", lambda *a, **k: (_ for _ in ()).throw(PermissionError(13, "in use")))
        assert outcomes(workspace.look()) == [("feb.csv", "still being written")]
    assert outcomes(workspace.look()) == [("feb.csv", "taken in")]


def test_what_cannot_be_read_is_said_once_and_does_not_stop_the_others(workspace, folder):
    confirmed(workspace, folder)
    workspace.look()
    put(folder, "a_broken.xlsx", "this is no workbook \x00\x01")
    put(folder, "feb.csv", answers(30, 40))
    put(folder, ".hidden.csv", answers(50, 60))
    put(folder, "~$feb.xlsx", "lock")
    put(folder, "notes.docx", "x")
    look = workspace.look()
    assert outcomes(look) == [("a_broken.xlsx", "cannot be read"), ("feb.csv", "taken in")]
    assert look.headline == "1 file taken in: 10 new rows in survey; 1 file cannot be read."
    assert workspace.look().table.empty


def test_a_file_that_may_not_join_waits_and_does_not_stop_the_others(workspace, folder):
    confirmed(workspace, folder)
    confirmed(workspace, folder, "cases.csv", "case,opened,topic\nc1,2026-01-02,late\nc2,2026-01-03,lost\n", "cases")
    workspace.look()
    survey = workspace.tables["survey"]
    made = cx.Table(survey.frame.head(20), name="survey", roles=survey.roles, scales=survey.scales)
    workspace.add(made, origin=cx.Step("link", ("survey", "cases"), {}), replace=True)
    put(folder, "feb.csv", answers(30, 40))
    put(folder, "more.csv", "case,opened,topic\nc3,2026-02-02,late\nc4,2026-02-03,lost\n")
    look = workspace.look()
    assert outcomes(look) == [("feb.csv", "waits"), ("more.csv", "taken in")]
    assert "made from other tables" in look.table["reason"].iloc[0]


def test_sheets_of_a_workbook_go_to_their_tables(workspace, folder):
    frame = pd.DataFrame({"customer": [f"c{k}" for k in range(30)], "ordered": pd.Timestamp("2026-01-05"),
                          "amount": [1.5 * k for k in range(30)], "order": range(30)})  # fmt: skip
    survey = pd.DataFrame({"answer": range(30), "recommend": [k % 11 for k in range(30)], "market": ["n", "s"] * 15})
    book = folder / "jan.xlsx"
    with pd.ExcelWriter(book, engine="openpyxl") as writer:
        frame.to_excel(writer, sheet_name="orders", index=False)
        survey.to_excel(writer, sheet_name="answers", index=False)
    os.utime(book, (OLD, OLD))
    for name, table in cx.read(book).items():
        workspace.add(table, origin=cx.FileOrigin.of("jan.xlsx", book, read={"sheet": name}))
        workspace.remember(name)
    assert outcomes(workspace.look()) == [("jan.xlsx", "nothing new")] * 2
    more = folder / "feb.xlsx"
    with pd.ExcelWriter(more, engine="openpyxl") as writer:
        frame.assign(order=frame["order"] + 30).to_excel(writer, sheet_name="orders", index=False)
        survey.assign(answer=survey["answer"] + 30).to_excel(writer, sheet_name="answers", index=False)
    os.utime(more, (OLD, OLD))
    assert outcomes(workspace.look()) == [("feb.xlsx", "taken in")] * 2
    assert {name: table.n_rows for name, table in workspace.tables.items()} == {"orders": 60, "answers": 60}


def test_folders_are_chosen_and_given_up(workspace, folder, tmp_path):
    assert workspace.folders == (folder,)
    for wrong in (tmp_path / "nowhere", workspace.path, tmp_path):
        with pytest.raises(cx.Problem, match=r"no such folder|workspace lies"):
            workspace.watch(wrong)
    workspace.unwatch(folder)
    assert workspace.folders == ()
    assert workspace.look().headline == "No folder is watched."
    with pytest.raises(cx.Problem, match="not watched"):
        workspace.unwatch(folder)


def test_a_folder_that_is_gone_is_said(workspace, folder):
    folder.rmdir()
    look = workspace.look()
    assert "cannot be looked into" in look.notes[0]
