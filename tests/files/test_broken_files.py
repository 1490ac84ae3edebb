"""A broken file gives one clear sentence or a noted repair, never a traceback."""

import gzip
import io
import json
import random
import struct
import zipfile
import zlib
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msoffcrypto.format.ooxml import OOXMLFile

import cxanalysis as cx


class Upload(io.BytesIO):
    """An uploaded file: bytes with a name."""

    def __init__(self, content: bytes, name: str) -> None:
        super().__init__(content)
        self.name = name


def workbook(**sheets: pd.DataFrame) -> bytes:
    out = io.BytesIO()
    with pd.ExcelWriter(out, engine="openpyxl") as writer:
        for name, frame in sheets.items():
            frame.to_excel(writer, sheet_name=name, index=False)
    return out.getvalue()


def locked_workbook() -> bytes:
    """A file with the shape of a locked Office file: what matters is the name of its encrypted stream."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(1000)


def picture() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def parquet() -> bytes:
    out = io.BytesIO()
    pd.DataFrame({"score": range(500)}).to_parquet(out)
    return out.getvalue()


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_csv", ".csv"), content)
    return out.getvalue()


GOOD = b"score,late\n9,yes\n3,no\n10,no\n"
WIDE = (",".join(f"q{i}" for i in range(10_000)) + "\n" + ",".join(["1"] * 10_000) + "\n").encode()
BOOK = workbook(a=pd.DataFrame({"x": range(300), "y": range(300)}))

BROKEN = {
    "empty": ("a.csv", b"", "empty"),
    "blank": ("a.csv", b"\n \n\n", "nothing but blanks"),
    "binary": ("a.csv", bytes(range(256)) * 40, "no text"),
    "picture": ("a.csv", picture(), "a picture (PNG)"),
    "pdf": ("a.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF document"),
    "web page": ("a.csv", b"<!DOCTYPE html><html><body>Log in</body></html>", "a web page"),
    "cut-off json": ("a.json", b'[{"score": 9}, {"sco', "cut off"),
    "json without records": ("a.json", b"[[1, 2], [3, 4]]", "no list of records"),
    "header only": ("a.csv", b"score,late\n", "no rows"),
    "10,000 columns": ("a.csv", WIDE, "10,000 columns"),
    "most rows unfit": ("a.csv", b"a,b\n" + b"1,2\n" * 3 + b"1,2,3\n" * 2, "more cells than the header"),
    "locked workbook": ("a.xlsx", locked_workbook(), "password"),
    "cut-off workbook": ("a.xlsx", BOOK[: len(BOOK) // 2], "cut off"),
    "workbook without rows": ("a.xlsx", workbook(a=pd.DataFrame({"x": [], "y": []})), "no rows"),
    "cut-off parquet": ("a.parquet", parquet()[:200], "cut off"),
    "cut-off zip": ("a.zip", zipped(a_csv=GOOD)[:60], "cut off"),
    "cut-off gzip": ("a.csv.gz", gzip.compress(GOOD * 500)[:40], "cut off"),
    "empty zip": ("a.zip", zipped(), "no files"),
    "zip in zip": ("a.zip", zipped(b=zipped(a_csv=GOOD)), "packed twice"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_file_is_one_clear_sentence(case: str) -> None:
    name, content, says = BROKEN[case]
    with pytest.raises(cx.Problem) as caught:
        cx.read(Upload(content, name))
    message = str(caught.value)
    assert says in message
    assert "\n" not in message
    assert len(message) < 400
    assert "Traceback" not in message
    assert message.startswith(name.split(".")[0])


def test_workbook_with_a_real_password() -> None:
    locked = io.BytesIO()
    OOXMLFile(io.BytesIO(BOOK)).encrypt("secret", locked)
    with pytest.raises(cx.Problem, match="protected with a password"):
        cx.read(Upload(locked.getvalue(), "a.xlsx"))


@settings(max_examples=60, deadline=None)
@given(
    damage=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=20),
    keep=st.floats(0.05, 1),
    which=st.sampled_from(["text", "workbook", "parquet"]),
)
def test_damage_anywhere_is_a_problem_or_a_table(damage: list[tuple[int, int]], keep: float, which: str) -> None:
    whole = {"text": GOOD * 30, "workbook": BOOK, "parquet": parquet()}[which]
    content = bytearray(whole[: max(1, int(len(whole) * keep))])
    for place, byte in damage:
        content[place % len(content)] = byte
    try:
        found = cx.read(bytes(content))
    except cx.Problem:
        return
    for table in found.values() if isinstance(found, dict) else [found]:
        assert len(table.frame) == table.n_rows


def files_of_every_format(folder: Path) -> dict[str, bytes]:
    """A good file of each format, small enough that damage somewhere is damage that matters."""
    frame = pd.DataFrame(
        {
            "score": [float(i % 11) for i in range(40)],
            "late": ["yes", "no"] * 20,
            "day": pd.date_range("2024-01-01", periods=40),
            "said": [f"remark; number {i}" for i in range(40)],
        }
    )
    feather, records = io.BytesIO(), frame.astype({"day": "str"}).to_dict("records")
    frame.to_feather(feather)
    pyreadstat.write_sav(frame, str(folder / "a.sav"), variable_value_labels={"score": {1.0: "bad", 10.0: "good"}})
    pyreadstat.write_dta(frame, str(folder / "a.dta"))
    pyreadstat.write_xport(frame, str(folder / "a.xpt"))
    return {
        "csv": frame.to_csv(index=False).encode(),
        "semicolons": frame.to_csv(index=False, sep=";", decimal=",").encode("utf-16"),
        "xlsx": workbook(a=frame, b=frame),
        "parquet": parquet(),
        "feather": feather.getvalue(),
        "json": json.dumps(records).encode(),
        "json lines": "\n".join(map(json.dumps, records)).encode(),
        "zip": zipped(a_csv=GOOD * 20, b_csv=GOOD),
        "gzip": gzip.compress(GOOD * 20),
        **{name: (folder / f"a.{name}").read_bytes() for name in ("sav", "dta", "xpt")},
    }


def damaged(whole: bytes, rng: random.Random) -> bytes:
    """Cut off, bytes changed, a piece left out, a piece twice, or zeros over a piece; sometimes two of these."""
    content = bytearray(whole)
    for _ in range(rng.choice([1, 1, 2])):
        start = rng.randrange(len(content))
        end = min(len(content), start + rng.randint(1, 200))
        how = rng.choice(["cut", "bytes", "bytes", "bytes", "gap", "twice", "zeros"])
        if how == "cut":
            del content[max(1, start) :]
        elif how == "bytes":
            for place in (rng.randrange(len(content)) for _ in range(rng.randint(1, 30))):
                content[place] = rng.randrange(256)
        elif how == "gap":
            del content[start:end]
        elif how == "twice":
            content[start:start] = content[start:end]
        else:
            content[start:end] = bytes(end - start)
        content = content or bytearray(b"x")
    return bytes(content)


def test_500_malformed_files_of_every_format(tmp_path) -> None:
    """Each gives a `Problem` of one sentence or a table that can be looked at; the workspace is as it was."""
    workspace = cx.Workspace(tmp_path / "workspace")
    workspace.add(cx.read(GOOD, name="kept"))
    before = workspace.tables["kept"].token
    good = files_of_every_format(tmp_path)
    rng = random.Random(11)
    slow = ("sav", "dta", "xpt")  # each is read in a process of its own
    which = [name for name in good if name not in slow] * 53 + list(slow) * 8
    assert len(which) >= 500
    refused = 0
    for name in which:
        try:
            found = cx.read(Upload(damaged(good[name], rng), f"file.{name}"))
        except cx.Problem as problem:
            refused += 1
            message = str(problem)
            assert len(message) < 500
            assert "\n" not in message
        else:
            for table in found.values() if isinstance(found, dict) else [found]:
                assert len(table.frame) == table.n_rows
    assert 0 < refused < len(which)
    assert list(workspace.tables) == ["kept"]
    assert workspace.tables["kept"].token == before


def test_missing_file_and_folder(tmp_path) -> None:
    with pytest.raises(cx.Problem, match="no such file"):
        cx.read(tmp_path / "none.csv")
    with pytest.raises(cx.Problem, match="a folder"):
        cx.read(tmp_path)
    with pytest.raises(cx.Problem, match="cannot be read as a file"):
        cx.read(12)


def test_wrong_ending_is_read_as_what_it_is() -> None:
    table = cx.read(Upload(BOOK, "export.csv"))
    assert table.n_rows == 300
    assert any("it is a workbook" in note for note in table.notes)
    text = cx.read(Upload(GOOD, "export.xlsx"))
    assert text.columns == ("score", "late")
    assert any("it is a text table" in note for note in text.notes)


def test_rows_that_do_not_fit_are_repaired_and_named() -> None:
    rows = ["a,b,c", "1,2,3", "4,5", "6,7,8,9", "1,2,3,", "1,1,1", "2,2,2", ",,", ""]
    table = cx.read(("\n".join(rows) + "\n").encode())
    assert table.raw["a"].tolist() == ["1", "4", "1", "1", "2"]
    assert table.raw["c"].isna().tolist() == [False, True, False, False, False]
    notes = " ".join(table.notes)
    assert "1 row has more cells than the header: left out (line 4)" in notes
    assert "1 row has fewer cells than the header: filled up as empty (line 3)" in notes
    assert "empty row" in notes


def test_repeated_and_missing_names_are_repaired_and_noted() -> None:
    table = cx.read(b"score,score,,score_2,late\n1,2,3,4,yes\n2,3,4,5,no\n")
    assert table.columns == ("score", "score_3", "column_3", "score_2", "late")
    notes = " ".join(table.notes)
    assert "'score' → 'score_3'" in notes
    assert "1 column without a name" in notes


def test_one_column_is_read_and_noted() -> None:
    table = cx.read(b"recommend\n9\n3\n10\n8\n0\n")
    assert table.roles == {"recommend": "nps"}
    assert any("Only one column" in note for note in table.notes)


def test_quotation_mark_never_closed() -> None:
    rows = "".join(f"{i},text {i}\n" for i in range(5_000))
    table = cx.read(f'id,comment\n1,"oops\n{rows}'.encode())
    assert table.n_rows == 5_001
    assert any("never closed" in note for note in table.notes)


def test_unknown_sheet_kind_role_and_column() -> None:
    with pytest.raises(cx.Problem, match="Its sheets are: a"):
        cx.read(Upload(BOOK, "b.xlsx"), sheet="z")
    with pytest.raises(cx.Problem, match="no sheets"):
        cx.read(GOOD, sheet="z")
    with pytest.raises(cx.Problem, match="no kind of source"):
        cx.read(GOOD, kind="poll")
    with pytest.raises(cx.Problem, match="no role"):
        cx.read(GOOD, roles={"score": "grade"})
    with pytest.raises(cx.Problem, match="no column 'nope'"):
        cx.read(GOOD, roles={"nope": "nps"})
