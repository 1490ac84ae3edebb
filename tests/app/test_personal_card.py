"""Personal data at the door: what the card proposes enters the workspace, nothing else stays on the disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import healthy, survey_frame, texts
from test_data_page import csv, upload

import cxanalysis as cx

MAIL, PHONE = "ana.garcia@example.com", "+34 612 345 678"


def with_people() -> bytes:
    frame = survey_frame(120)
    frame["email"] = [MAIL, *(f"person{i}@example.com" for i in range(1, 120))]
    frame["full name"] = ["Ana García", *("Lukas Weber" for _ in range(119))]
    frame["comment"] = [f"call me: {PHONE}", *("all good, thank you very much" for _ in range(119))]
    return csv(frame.drop(columns="customer"))


def anywhere(folder: Path, text: str) -> list[str]:
    """Files below a folder that hold a text: Parquet is unpacked, all else searched as bytes."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            if path.suffix == ".parquet":
                content += cx.read(path).raw.to_csv().encode()
            if text.encode() in content:
                found.append(str(path.relative_to(folder)))
    return found


@pytest.fixture
def staged(open_page, home):
    page = open_page("data")
    upload(page, ("answers.csv", with_people()))
    return page


def test_the_card_says_what_was_found_and_proposes_the_safe_way(staged):
    said = texts(staged)
    assert "Personal data" in said
    assert "does not enter the workspace" in said
    assert staged.selectbox(key="staged.answers.personal.email").value == "pseudonym"
    assert staged.selectbox(key="staged.answers.personal.full name").value == "leave out"
    assert staged.selectbox(key="staged.answers.personal.comment").value == "mask"
    shown = [list(part.value.columns) for part in staged.dataframe]
    assert not [columns for columns in shown if "email" in columns or "comment" in columns]
    assert MAIL not in said


def test_no_raw_value_is_left_on_the_disk_after_adding(staged, home):
    assert anywhere(home, MAIL), "the copy that waits holds it"
    healthy(staged.button(key="staged.answers.add").click().run())
    table = cx.Workspace(home).tables["answers"]
    assert table.raw["email"].str.match(r"^mail-[a-z2-7]{16}$").all()
    assert table.roles["email"] == "customer"
    assert "full name" not in table.columns
    assert table.raw["comment"].iloc[0] == "call me: [phone number]"
    assert [anywhere(home, text) for text in (MAIL, PHONE, "Ana García")] == [[], [], []]
    code = cx.Workspace(home).origin("answers").code()
    assert code.startswith("cx.protect(cx.read('answers.csv'")
    assert code.endswith("key=workspace.personal_key)")
    made = eval(
        code.replace("'answers.csv'", "content"), {"cx": cx, "content": with_people(), "workspace": cx.Workspace(home)}
    )
    assert made.raw["email"].tolist() == table.raw["email"].tolist()


def test_no_raw_value_is_left_on_the_disk_after_discarding(staged, home):
    healthy(staged.button(key="staged.answers.discard").click().run())
    assert [anywhere(home, text) for text in (MAIL, PHONE, "Ana García")] == [[], [], []]


def test_keep_keeps_with_a_note(staged, home):
    healthy(staged.selectbox(key="staged.answers.personal.email").set_value("keep").run())
    assert "but for email" in texts(staged)
    healthy(staged.button(key="staged.answers.add").click().run())
    table = cx.Workspace(home).tables["answers"]
    assert table.raw["email"].iloc[0] == MAIL
    assert "'email': e-mail addresses kept as they are, by hand." in table.notes
    assert "full name" not in table.columns


def test_leave_out(staged, home):
    healthy(staged.selectbox(key="staged.answers.personal.comment").set_value("leave out").run())
    healthy(staged.button(key="staged.answers.add").click().run())
    assert "comment" not in cx.Workspace(home).tables["answers"].columns


def test_a_change_of_roles_before_adding_changes_nothing_about_it(staged, home):
    healthy(staged.selectbox(key="staged.answers.kind").set_value("reviews").run())
    healthy(staged.button(key="staged.answers.add").click().run())
    assert cx.Workspace(home).tables["answers"].kind == "reviews"
    assert anywhere(home, MAIL) == []


def test_two_files_of_the_same_people_share_their_pseudonyms(staged, home):
    healthy(staged.button(key="staged.answers.add").click().run())
    frame = survey_frame(60)[["answered", "late"]].rename(columns={"answered": "day"})
    frame["correo"] = [MAIL.upper(), *(f"person{i}@example.com" for i in range(1, 60))]
    upload(staged, ("orders.csv", csv(frame)))
    healthy(staged.button(key="staged.orders.add").click().run())
    tables = cx.Workspace(home).tables
    assert tables["orders"].raw["correo"].iloc[0] == tables["answers"].raw["email"].iloc[0]


def test_a_file_without_people_has_no_such_section(open_page):
    page = open_page("data")
    upload(page, ("answers.csv", csv(survey_frame())))
    assert "Personal data" not in texts(page)
