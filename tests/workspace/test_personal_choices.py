"""The door: what was decided about personal data in one file holds for the next, also where nobody is looking."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import cxanalysis as cx

OLD = 1_700_000_000


def month(first: int, last: int, extra: str = "") -> str:
    head = "answer,email,answered,recommend,comment" + (",phone" if extra else "")
    lines = (
        f"a{k:03d},person{k % 20}@example.com,2026-01-{1 + k % 28:02d},{k % 11},"
        + ("call me: +44 20 7946 0018" if k % 10 == 0 else "fine")
        + (f",{extra}{k % 10}" if extra else "")
        for k in range(first, last)
    )
    return "\n".join([head, *lines]) + "\n"


def put(folder: Path, name: str, text: str, age: int = 0) -> Path:
    path = folder / name
    path.write_text(text)
    os.utime(path, (OLD + age, OLD + age))
    return path


@pytest.fixture
def workspace(tmp_path):
    (tmp_path / "exports").mkdir()
    made = cx.Workspace(tmp_path / "w")
    path = put(tmp_path / "exports", "jan.csv", month(0, 60))
    table, origin = made.personal.let_in(cx.read(path, name="survey"), cx.FileOrigin.of("jan.csv", path))
    made.add(table, origin=origin)
    made.remember("survey")
    made.watch(tmp_path / "exports")
    return made


def everything_in(workspace: cx.Workspace) -> str:
    """Rows as read and as analysed, and all that is written down beside them."""
    texts = [workspace.tables["survey"].raw.to_csv(), workspace.tables["survey"].frame.to_csv()]
    texts += [path.read_bytes().decode("latin-1") for path in workspace.path.rglob("*") if path.is_file()]
    return "\n".join(texts)


def test_the_next_month_comes_in_under_the_same_pseudonyms(workspace, tmp_path):
    before = workspace.tables["survey"].frame["email"]
    put(tmp_path / "exports", "feb.csv", month(60, 90))
    look = workspace.look()
    assert dict(zip(look.table["file"], look.table["outcome"], strict=True)) == {
        "feb.csv": "taken in",
        "jan.csv": "nothing new",
    }
    after = workspace.tables["survey"].frame
    assert len(after) == 90
    assert set(after["email"]) == set(before)  # the same twenty people
    put(tmp_path / "exports", "march.csv", month(90, 100))
    assert workspace.look().headline == "1 file taken in: 10 new rows in survey."
    assert set(workspace.tables["survey"].frame["email"]) == set(before)
    assert "@example.com" not in everything_in(workspace)
    assert "7946" not in everything_in(workspace)


def test_personal_data_nobody_has_decided_about_waits(workspace, tmp_path):
    put(tmp_path / "exports", "feb.csv", month(60, 90, extra="+44 20 7946 001"))
    look = workspace.look()
    (one,) = [row for row in look.table.to_dict("records") if row["file"] == "feb.csv"]
    assert one["outcome"] == "waits"
    assert one["reason"] == "nobody has decided about personal data in 'phone'"
    assert len(workspace.tables["survey"].frame) == 60
    assert "7946" not in everything_in(workspace)


def test_what_was_kept_by_hand_is_kept_again(tmp_path):
    workspace = cx.Workspace(tmp_path / "w")
    path = put(tmp_path, "jan.csv", month(0, 60))
    kept, origin = workspace.personal.let_in(
        cx.read(path, name="survey"), cx.FileOrigin.of("jan.csv", path), {"email": "keep", "comment": "mask"}
    )
    workspace.add(kept, origin=origin)
    again, origin = workspace.personal.let_in(cx.read(path, name="february"), cx.FileOrigin.of("feb.csv", path))
    assert again.raw["email"].iloc[0] == "person0@example.com"
    assert "[phone number]" in " ".join(again.raw["comment"])
    assert origin.protect == {"email": "keep", "comment": "mask"}
