"""The data page month after month: known files, drifted files, imports undone, watched folders."""

from __future__ import annotations

import os

import pytest
from conftest import healthy, survey_frame, texts
from test_data_page import csv, upload

import cxanalysis as cx

OLD = 1_700_000_000


def month(first=0, rows=200, **renamed):
    frame = survey_frame().iloc[first : first + rows].rename(columns=renamed)
    return csv(frame)


@pytest.fixture
def kept(open_page, home):
    """The data page after the first month was confirmed."""
    app = open_page("data")
    upload(app, ("march.csv", month()))
    healthy(app.text_input(key="staged.march.name").set_value("survey").run())
    return healthy(app.button(key="staged.march.add").click().run())


def inside(home) -> cx.Workspace:
    return cx.Workspace(home)


def waiting(home) -> cx.Workspace:
    return cx.Workspace(home / "staged")


def test_next_months_file_needs_one_click(kept, home):
    upload(kept, ("april.csv", month(200)))
    assert "Read as march.csv was: nothing to confirm." in texts(kept)
    assert "'april.csv' adds 200 rows to 'survey'." in texts(kept)
    assert kept.button(key="staged.april.append").label == "Add to survey"
    healthy(kept.button(key="staged.april.append").click().run())
    assert inside(home).tables["survey"].n_rows == 400
    assert not waiting(home).tables
    assert "Made of 2 files" in [part.label for part in kept.expander]


def test_the_same_file_again_says_so_and_offers_to_discard_it(kept, home):
    upload(kept, ("march.csv", month()))
    assert "'march.csv' is in 'survey' already: it adds nothing." in texts(kept)
    (name,) = waiting(home).tables
    assert not [button for button in kept.button if button.key == f"staged.{name}.append"]
    healthy(kept.button(key=f"staged.{name}.discard").click().run())
    assert not waiting(home).tables


def test_a_corrected_file_replaces_and_can_be_undone_at_once(kept, home):
    before = inside(home).tokens["survey"]
    frame = survey_frame().iloc[:200]
    frame.loc[:9, "csat"] = 1 + frame.loc[:9, "csat"] % 5
    upload(kept, ("march2.csv", csv(frame)))
    assert "replaces 10 rows of 'survey' by answer; 190 are there already" in texts(kept)
    healthy(kept.button(key="staged.march2.append").click().run())
    assert inside(home).tokens["survey"] != before
    healthy(kept.button(key="data.undo_import").click().run())
    assert inside(home).tokens["survey"] == before
    assert "replaces 10 rows" not in texts(kept)


def test_one_of_the_middle_is_undone_from_the_list(kept, home):
    for name, first in (("april", 200), ("may", 300)):
        upload(kept, (f"{name}.csv", month(first, 100)))
        healthy(kept.button(key=f"staged.{name}.append").click().run())
    healthy(kept.button(key="kept.survey.undo.2").click().run())
    assert [one.file for one in inside(home).imports("survey")] == ["march.csv", "may.csv"]
    assert inside(home).tables["survey"].n_rows == 300


def test_a_drift_is_shown_before_anything_changes_and_accepted(kept, home):
    before = inside(home).tokens
    upload(kept, ("april.csv", month(200, csat="csat_overall")))
    assert "'csat' is now called 'csat_overall'" in texts(kept)
    shown = kept.dataframe[0].value
    assert shown["difference"].tolist() == ["column renamed"]
    assert inside(home).tokens == before
    assert kept.button(key="staged.april.append").label == "Accept and add to survey"
    healthy(kept.button(key="staged.april.append").click().run())
    table = inside(home).tables["survey"]
    assert "csat_overall" not in table.columns
    assert table.frame["csat"].notna().all()


def test_what_is_renamed_can_be_changed_by_hand(kept, home):
    upload(kept, ("april.csv", month(200, csat="csat_overall")))
    healthy(kept.selectbox(key="staged.april.is.0").set_value("a new column").run())
    assert set(kept.dataframe[0].value["difference"]) == {"column gone", "new column"}
    assert "spoil numbers" in texts(kept)
    healthy(kept.selectbox(key="staged.april.is.0").set_value("csat").run())
    assert kept.dataframe[0].value["difference"].tolist() == ["column renamed"]
    healthy(kept.selectbox(key="staged.april.is.0").set_value("a new column").run())
    healthy(kept.button(key="staged.april.append").click().run())
    assert inside(home).tables["survey"].frame["csat_overall"].notna().sum() == 200


def test_a_known_file_may_still_become_a_table_of_its_own(kept, home):
    upload(kept, ("april.csv", month(200)))
    healthy(kept.toggle(key="staged.april.own").set_value(True).run())
    healthy(kept.button(key="staged.april.add").click().run())
    assert set(inside(home).tables) == {"survey", "april"}


def test_rows_without_ids_that_are_there_already_are_a_choice(open_page, home):
    frame = survey_frame()[["csat", "market", "late"]]
    app = open_page("data")
    upload(app, ("march.csv", csv(frame.iloc[:50])))
    healthy(app.button(key="staged.march.add").click().run())
    upload(app, ("all.csv", csv(frame.iloc[:80])))
    assert "say word for word" in texts(app)
    healthy(app.segmented_control(key="staged.all.repeated").set_value("leave out").run())
    assert "50 are there already" in texts(app)
    healthy(app.button(key="staged.all.append").click().run())
    assert inside(home).tables["march"].n_rows == 80


def test_decisions_come_back_for_a_table_that_was_removed(kept, home):
    inside(home).update(inside(home).tables["survey"].with_(roles={"gift": "ignore"}))
    inside(home).remember("survey")
    healthy(kept.button(key="kept.survey.remove").click().run())
    upload(kept, ("april.csv", month(200)))
    assert "Read as march.csv was: nothing to confirm." in texts(kept)
    assert waiting(home).tables["april"].roles["gift"] == "ignore"
    healthy(kept.button(key="staged.april.add").click().run())
    assert inside(home).tables["april"].roles["gift"] == "ignore"


def test_a_watched_folder_takes_in_what_is_known_and_stages_what_is_not(kept, home, tmp_path, open_page):
    folder = tmp_path / "exports"
    folder.mkdir()
    for name, content in (("april.csv", month(200, 100)), ("may.csv", month(300, 50, csat="csat_overall"))):
        (folder / name).write_bytes(content)
        os.utime(folder / name, (OLD, OLD))
    healthy(kept.text_input(key="watched.folder").set_value(str(tmp_path / "nowhere")).run())
    healthy(kept.button(key="watched.add").click().run())
    assert "no such folder" in texts(kept)
    healthy(kept.text_input(key="watched.folder").set_value(str(folder)).run())
    healthy(kept.button(key="watched.add").click().run())
    assert inside(home).tables["survey"].n_rows == 300
    assert "1 file taken in: 100 new rows in survey; 1 file waits for you." in texts(kept)
    assert list(waiting(home).tables) == ["may"]
    healthy(kept.button(key="staged.may.discard").click().run())
    again = open_page("data")
    assert not waiting(home).tables  # what was put aside is not forced on anybody, but stays in the list
    assert "may.csv waits" in texts(again)
    healthy(again.button(key="watched.read.0").click().run())
    assert list(waiting(home).tables) == ["may"]
    healthy(again.button(key="staged.may.append").click().run())
    assert inside(home).waiting == ()
    healthy(again.button(key="watched.stop.0").click().run())
    assert inside(home).folders == ()


def test_whoever_signs_in_watches_no_folder_of_the_server(kept, monkeypatch):
    monkeypatch.setattr("pages.parts.access.signs_in", lambda: True)
    from pages.parts.data import watched_folders

    called = []
    monkeypatch.setattr(cx.Workspace, "look", lambda self: called.append(self))
    watched_folders.show(cx.Workspace())
    assert called == []
