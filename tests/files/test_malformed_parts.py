"""Files that are broken inside, not only in their bytes: a part of a workbook missing, records that do not agree.

Each gives a `Problem` of one sentence or a table that can be looked at, and the workspace is as it was.
CXANALYSIS_MALFORMED=500 makes a long run of it.
"""

import io
import json
import os
import random
import struct
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat
import pytest
from test_broken_files import Upload

import cxanalysis as cx

#: Malformed files of each kind; of the statistics packages, each read in a process of its own, a twelfth.
EACH = int(os.environ.get("CXANALYSIS_MALFORMED", "24"))

_ODS = """<?xml version="1.0" encoding="UTF-8"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet><table:table
 table:name="a">{}</table:table></office:spreadsheet></office:body></office:document-content>"""
#: What XML parsers, readers of numbers and of types stumble over.
_BAD_TEXT = (
    b"&nope;", b"<", b"]]>", b"\x00", b"\xff\xfe", b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"1e999", b"99999999999999999999",
    b'r="A0"', b't="s"><v>99999</v>', b'table:number-columns-repeated="1000000"', b'ref="A1:ZZZZ999999999"',
    b'office:value="NaN"', b"-1",
)  # fmt: skip


def xlsx() -> bytes:
    made, out = openpyxl.Workbook(), io.BytesIO()
    made.active.append(["score", "late", "said", "day"])
    for i in range(30):
        made.active.append(
            [i % 11, "yes" if i % 2 else "no", f"remark {i}", pd.Timestamp("2024-01-01") + pd.Timedelta(days=i)]
        )
    made.create_sheet("b").append(["x"])
    made.active.merge_cells("A3:B3")
    made.save(out)
    return out.getvalue()


def ods() -> bytes:
    def cell(value: object) -> str:
        if isinstance(value, int):
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'

    rows = [["score", "late"], *([i % 11, "yes" if i % 2 else "no"] for i in range(30))]
    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", _ODS.format(body))
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return out.getvalue()


def broken_parts(whole: bytes, rng: random.Random) -> bytes:
    """A packed file in which one part is gone, empty, cut, another part's, twice there, or has something in it."""
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = rng.choice(list(parts))
    content, out = parts[name], io.BytesIO()
    place = rng.randrange(len(content) + 1)
    how = rng.choice(["gone", "empty", "cut", "swapped", "twice", "text", "text", "text", "tag"])
    if how == "gone":
        del parts[name]
    elif how == "empty":
        parts[name] = b""
    elif how == "cut":
        parts[name] = content[:place]
    elif how == "swapped":
        parts[name] = parts[rng.choice(list(parts))]
    elif how == "text":
        parts[name] = content[:place] + rng.choice(_BAD_TEXT) + content[place:]
    elif how == "tag":
        parts[name] = content.replace(b"</", b"<", 1)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for one, text in parts.items():
            archive.writestr(one, text)
        if how == "twice":
            with pytest.warns(UserWarning, match="Duplicate name"):
                archive.writestr(name, content[::-1])
    return out.getvalue()


def broken_json(rng: random.Random) -> bytes:
    """Records that do not agree, are nested, huge, double, in another encoding, or half there."""
    value = lambda: rng.choice(  # noqa: E731 - a value of any kind, used below only
        [
            1,
            -0.0,
            1e308,
            10**30,
            "x",
            "",
            None,
            True,
            [],
            {},
            [1, {"a": [2]}],
            {"a": {"b": {"c": 1}}},
            "\ud83d\ude00",
            "<b>",
        ]
    )
    rows = [
        {rng.choice(["a", "b", "c", "", "a.b"]): value() for _ in range(rng.randint(0, 4))}
        for _ in range(rng.randint(0, 9))
    ]
    text = json.dumps(rows, ensure_ascii=rng.random() < 0.5)
    how = rng.choice(
        [
            "plain",
            "lines",
            "cut",
            "NaN",
            "comma",
            "double",
            "deep",
            "mixed",
            "bom",
            "utf-16",
            "wrapped",
            "single",
            "names",
        ]
    )
    changed = {
        "plain": text,
        "lines": "\n".join(map(json.dumps, rows)) + rng.choice(["", "\n{", "\n\n", "\n[]"]),
        "cut": text[: rng.randint(1, len(text))],
        "NaN": text.replace("1", "NaN"),
        "comma": text.replace("}", ",}"),
        "double": '[{"a": 1, "a": 2}, {"a": 3}]',
        "deep": "[" * 5_000 + "]" * 5_000,
        "mixed": json.dumps([*rows, 1, "x", None]),
        "wrapped": json.dumps({"data": rows, "next": None}),
        "single": text.replace('"', "'"),
        "names": json.dumps([{"x" * 5_000: 1, "\n": 2, "\u2028": 3}] * 3),
    }.get(how, text)
    return (
        b"\xef\xbb\xbf" + changed.encode("utf-8", "replace")
        if how == "bom"
        else changed.encode("utf-16" if how == "utf-16" else "utf-8", "replace")
    )


def broken_parquet(whole: bytes, rng: random.Random) -> bytes:
    """A Parquet file whose footer says something else: its length, a byte of its description, or another one's rows."""
    length = struct.unpack("<I", whole[-8:-4])[0]
    content = bytearray(whole)
    if rng.random() < 0.3:
        content[-8:-4] = struct.pack("<I", rng.choice([0, 1, length - 1, length + 1, 2**31, len(whole)]))
    else:
        for _ in range(rng.randint(1, 4)):
            content[len(whole) - 8 - rng.randint(1, length)] = rng.randrange(256)
    return bytes(content)


def broken_sav(whole: bytes, rng: random.Random) -> bytes:
    """An SPSS file whose head gives wrong numbers: of cases, of columns, of a label's letters."""
    content = bytearray(whole)
    place = rng.choice([64, 68, 72, 76, 80, *range(176, min(len(whole) - 4, 700), 4)])
    content[place : place + 4] = struct.pack("<i", rng.choice([-1, 0, 1, 7, 255, 2**31 - 1, -(2**31)]))
    return bytes(content)


def test_files_broken_inside(tmp_path: Path) -> None:
    workspace = cx.Workspace(tmp_path / "workspace")
    workspace.add(cx.read(b"score,late\n9,yes\n3,no\n10,no\n", name="kept"))
    before = workspace.tables["kept"].token
    frame = pd.DataFrame({"score": [float(i % 11) for i in range(40)], "said": [f"remark {i}" for i in range(40)]})
    pyreadstat.write_sav(frame, str(tmp_path / "a.sav"), variable_value_labels={"score": {1.0: "bad", 10.0: "good"}})
    out = io.BytesIO()
    frame.to_parquet(out)
    book, sheet, sav, parquet = xlsx(), ods(), (tmp_path / "a.sav").read_bytes(), out.getvalue()
    assert cx.read(Upload(sheet, "a.ods")).n_rows == 30
    rng = random.Random(29)
    makers = {
        "xlsx": (EACH, lambda: broken_parts(book, rng)),
        "ods": (EACH, lambda: broken_parts(sheet, rng)),
        "json": (EACH, lambda: broken_json(rng)),
        "parquet": (EACH, lambda: broken_parquet(parquet, rng)),
        "sav": (max(EACH // 12, 2), lambda: broken_sav(sav, rng)),
    }
    refused: dict[str, int] = dict.fromkeys(makers, 0)
    said: list[str] = []
    for kind, (times, make) in makers.items():
        for _ in range(times):
            try:
                found = cx.read(Upload(make(), f"file.{kind}"))
            except cx.Problem as problem:
                refused[kind] += 1
                said.append(str(problem))
            else:
                for table in found.values() if isinstance(found, dict) else [found]:
                    assert len(table.frame) == table.n_rows
    assert all(len(sentence) < 500 and "\n" not in sentence for sentence in said)
    assert all(refused[kind] for kind in ("xlsx", "ods", "json", "parquet")), refused
    assert list(workspace.tables) == ["kept"]
    assert workspace.tables["kept"].token == before
