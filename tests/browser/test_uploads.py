"""What a person uploads stays; what cannot be read changes nothing."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from driving import settled, upload, visit
from playwright.sync_api import Page, expect
from server import Server

import cxanalysis as cx


def add_to_workspace(page: Page, *files: Path) -> None:
    add = page.get_by_role("button", name="Add to workspace")
    upload(page, *files)
    add.first.click()
    expect(add).to_have_count(0)
    settled(page)


def tables(server: Server) -> dict[str, tuple[int, str]]:
    """What the workspace on disk holds, read by another process while the server runs."""
    found = cx.Workspace(server.home).tables
    return {name: (found[name].n_rows, found[name].token) for name in found}


def test_an_upload_survives_refresh_and_restart(server, page, survey_csv):
    visit(page, f"{server.url}/data")
    add_to_workspace(page, survey_csv)
    expect(page.get_by_text("parcel_survey").first).to_be_visible()
    before = tables(server)
    assert [rows for rows, _ in before.values()] == [240]

    page.reload()
    settled(page)
    expect(page.get_by_text("parcel_survey").first).to_be_visible()

    server.restart()
    visit(page, f"{server.url}/data")
    expect(page.get_by_text("parcel_survey").first).to_be_visible()
    assert tables(server) == before


def test_two_tabs_see_the_same_workspace(server, new_context, survey_csv):
    context = new_context()
    first, second = context.new_page(), context.new_page()
    visit(first, f"{server.url}/data")
    visit(second, f"{server.url}/data")
    add_to_workspace(first, survey_csv)
    visit(second, f"{server.url}/overview")
    expect(second.get_by_text(re.compile(r"NPS")).first).to_be_visible()
    visit(second, f"{server.url}/data")
    expect(second.get_by_text("parcel_survey").first).to_be_visible()
    expect(first.get_by_text("parcel_survey").first).to_be_visible()


def wide(path: Path) -> None:
    path.write_text(",".join(f"q{i}" for i in range(10_000)) + "\n" + ",".join("1" for _ in range(10_000)) + "\n")


def locked(path: Path) -> None:
    """A workbook that asks for a password."""
    import io

    import msoffcrypto.format.ooxml as ooxml
    import openpyxl

    plain = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["score", "late"])
    book.active.append([9, 0])
    book.save(plain)
    with path.open("wb") as out:
        ooxml.OOXMLFile(plain).encrypt("a password", out)


def broken_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/nothing.xml", "<a/>")


BROKEN: dict[str, Callable[[Path], object]] = {
    "empty.csv": lambda path: path.write_bytes(b""),
    "binary.csv": lambda path: path.write_bytes(bytes(range(256)) * 40),
    "ragged.csv": lambda path: path.write_text("score,late\n1,2\n3,4,5,6\n\n7\n8,9,10\n"),
    "no_rows.csv": lambda path: path.write_text("score,late,comment\n"),
    "one_column.csv": lambda path: path.write_text("score\n1\n2\n3\n"),
    "same_headers.csv": lambda path: path.write_text("score,score,late\n1,2,0\n3,4,1\n"),
    "ten_thousand_columns.csv": wide,
    "locked.xlsx": locked,
    "no_workbook.xlsx": broken_zip,
    "not_parquet.parquet": lambda path: path.write_bytes(b"PAR1 this is none PAR1"),
}

#: These can be read in part; then the page says what it did instead, and still nothing is added before it is confirmed.
READABLE = {"ragged.csv", "one_column.csv", "same_headers.csv", "ten_thousand_columns.csv"}


def test_broken_files_get_a_sentence_and_change_nothing(server, page, survey_csv, tmp_path):
    visit(page, f"{server.url}/data")
    add_to_workspace(page, survey_csv)
    before = tables(server)
    assert before
    for name, make in BROKEN.items():
        path = tmp_path / name
        make(path)
        visit(page, f"{server.url}/data")
        waiting = page.get_by_role("button", name="Add to workspace").count()
        upload(page, path)
        said = page.locator("[data-testid=stMain]").get_by_text(Path(name).stem).first
        expect(said).to_be_visible()
        settled(page)
        if name not in READABLE:
            expect(page.get_by_test_id("stAlert").filter(has_text=Path(name).stem).first).to_be_visible()
            expect(page.get_by_role("button", name="Add to workspace")).to_have_count(waiting)
        expect(page.get_by_text("Something unexpected happened")).to_have_count(0)
        expect(page.get_by_text("Traceback")).to_have_count(0)
        assert tables(server) == before, name
    assert "Traceback" not in server.log()


@pytest.mark.parametrize("score", ["recommend"])
def test_text_from_a_file_stays_text(server, page, tmp_path, score):
    """Markup in headers and cells is shown as it is: no element, no link, no script comes of it."""
    path = tmp_path / "nasty.csv"
    header = [score, "<img src=x onerror=window.hit=1>", "**late** [x](http://example.invalid/)", "comment"]
    rows = [
        [str(10 - 4 * (i % 3 == 0)), str(int(i % 3 == 0)), str(i % 2), "<script>window.hit=1</script>"]
        for i in range(90)
    ]
    path.write_text("\n".join(",".join(f'"{cell}"' for cell in row) for row in [header, *rows]) + "\n")
    visit(page, f"{server.url}/data")
    add_to_workspace(page, path)
    for address in ("data", "overview", "drivers"):
        visit(page, f"{server.url}/{address}")
        assert page.evaluate("window.hit") is None
        main = page.locator("[data-testid=stMain]")
        expect(main.locator("img[src='x']")).to_have_count(0)
        expect(main.locator("a[href*='example.invalid']")).to_have_count(0)
        expect(main.locator("script")).to_have_count(0)


def test_a_file_put_into_a_watched_folder_joins_without_a_touch(server, page, survey_csv, tmp_path):
    visit(page, f"{server.url}/data")
    add_to_workspace(page, survey_csv)
    folder = tmp_path / "exports"
    folder.mkdir()
    page.get_by_text("Watch a folder").click()
    named = page.get_by_label("Folder on this computer")
    named.fill(str(folder))
    named.press("Tab")
    page.get_by_role("button", name="Watch", exact=True).click()
    settled(page)
    month = survey_csv.read_text(encoding="utf-8").replace("\na", "\nb")  # other ids: other answers
    (folder / "april.csv").write_text(month, encoding="utf-8")
    expect(page.get_by_text("1 file taken in: 240 new rows in parcel_survey.")).to_be_visible()
    assert tables(server)["parcel_survey"][0] == 480
    page.get_by_text("Made of 2 files").click()
    page.get_by_role("button", name="Undo").first.click()
    expect(page.get_by_text("parcel_survey (240 rows)")).to_be_visible()
    settled(page)
    assert tables(server)["parcel_survey"][0] == 240
