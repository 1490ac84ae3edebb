"""A person drops a file with names, e-mail addresses and phone numbers: none of them is on the disk afterwards."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest
from driving import settled, upload, visit
from playwright.sync_api import expect

import cxanalysis as cx

MAILS = [f"person.{i}@example.com" for i in range(60)]
PHONES = [f"+34 612 345 {i:03}" for i in range(60)]


@pytest.fixture
def people_csv(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["last name", "e-mail", "answered", "recommend", "comment"])
        for i, (mail, phone) in enumerate(zip(MAILS, PHONES, strict=True)):
            said = f"call me: {phone}" if i % 3 else f"came late, order {10_000_000 + i}"
            rows.writerow(["Garcia", mail, f"2025-01-{1 + i % 28:02}", i % 11, said])
    return path


def on_the_disk(folder: Path) -> bytes:
    """All bytes below a folder, Parquet unpacked."""
    parts = []
    for path in folder.rglob("*"):
        if path.is_file():
            parts.append(path.read_bytes())
            if path.suffix == ".parquet":
                parts.append(duckdb.read_parquet(str(path)).df().to_csv().encode())
    return b"\n".join(parts)


def test_nothing_personal_stays(server, page, people_csv) -> None:
    visit(page, f"{server.url}/data")
    upload(page, people_csv)
    add = page.get_by_role("button", name="Add to workspace")
    expect(page.get_by_text("Personal data.").first).to_be_visible()
    expect(page.get_by_text("e-mail: 60 e-mail addresses")).to_be_visible()
    expect(page.get_by_text("comment: 40 phone numbers")).to_be_visible()
    assert MAILS[0].encode() in on_the_disk(server.home), "the copy that waits"
    add.first.click()
    expect(add).to_have_count(0)
    settled(page)
    left = on_the_disk(server.folder)
    assert not [value for value in [*MAILS, *PHONES, "Garcia"] if value.encode() in left]
    table = cx.Workspace(server.home).tables["people"]
    assert table.raw["e-mail"].nunique() == 60
    assert table.raw["comment"].iloc[1] == "call me: [phone number]"
    assert table.raw["comment"].iloc[0] == "came late, order 10000000"
    assert page.url.count("@") == 0
