"""A file to be read: where its bytes come from and what they really are, whatever its name says."""

from __future__ import annotations

import gzip
import io
import lzma
import os
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import IO, Any, Final

from cxanalysis.problem import Problem

#: A packed file may not unpack to more than this: a few kilobytes can otherwise fill a disk.
LARGEST_UNPACKED: Final = 4 * 2**30

_BEGINNINGS: Final = (
    (b"PAR1", "parquet"),
    (b"ARROW1", "arrow"),
    (b"FEA1", "arrow"),
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"BM", "a picture (BMP)"),
    (b"%PDF", "a PDF document"),
    (b"$FL2", "sav"),
    (b"$FL3", "sav"),
    (b"<stata_dta>", "dta"),
    (b"HEADER RECORD*******LIB", "xpt"),
    (bytes(12) + b"\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92\x08\x00\x09\xc7\x31\x8c\x18\x1f\x10\x11", "sas7bdat"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"SQLite format 3", "an SQLite database"),
)
#: How JSON begins: a list or an object whose first part is a list, an object, a name, or nothing.
_JSON: Final = re.compile(rb"[\[{]\s*([\[{\]}]|\"[^\"]*\"\s*[:,\]])")
#: First byte of Stata files before version 13: their release; the second byte is the order of bytes.
_OLD_STATA: Final = frozenset({104, 105, 108, 110, 111, 112, 113, 114, 115})
_MEANT_BY: Final = {
    "csv": "text", "tsv": "text", "txt": "text", "tab": "text", "dat": "text",
    "xlsx": "workbook", "xlsm": "workbook", "xls": "workbook", "xlsb": "workbook", "ods": "workbook",
    "parquet": "parquet", "pq": "parquet", "feather": "arrow", "arrow": "arrow", "ipc": "arrow",
    "zip": "zip", "gz": "gzip", "json": "json", "jsonl": "json", "ndjson": "json",
    "sav": "sav", "zsav": "sav", "dta": "dta", "sas7bdat": "sas7bdat", "xpt": "xpt",
}  # fmt: skip


#: What Python raises for damaged packed files; places and lengths that make no sense end in the last four.
_DAMAGED_PACK: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    struct.error,
    OverflowError,
)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file on disk or in memory.

    Attributes
    ----------
    name : str
        The file's name, for messages and for the table's name.
    path : Path or None
    content : bytes or None
        Set where there is no path.
    """

    name: str
    path: Path | None = None
    content: bytes | None = None

    @property
    def stem(self) -> str:
        """The file's name without its endings (`orders.csv.gz` → `orders`)."""
        return PurePath(self.name).name.split(".")[0] or PurePath(self.name).stem

    @property
    def meant(self) -> str | None:
        """What the ending says the file is."""
        return _MEANT_BY.get(PurePath(self.name).suffix.lower().lstrip("."))

    def open(self) -> IO[bytes]:
        """The bytes, from the beginning, in a stream that can go back."""
        return self.path.open("rb") if self.path is not None else io.BytesIO(self.content or b"")

    def head(self, size: int = 65_536) -> bytes:
        """The first bytes."""
        with self.open() as stream:
            return stream.read(size)


def as_source(source: Any) -> SourceFile:
    """A path, bytes, or an open or uploaded file as a `SourceFile`; `Problem` if it is none or empty."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        found = SourceFile("data", content=bytes(source))
    elif (on_disk := _on_disk(source)) is not None:
        found = SourceFile(on_disk.name, path=on_disk)
    elif hasattr(source, "read"):
        if hasattr(source, "seek"):
            source.seek(0)
        content = source.read()  # all of an uploaded file at once is its own memory, not a copy
        content = content.encode() if isinstance(content, str) else bytes(content)
        found = SourceFile(PurePath(str(getattr(source, "name", None) or "data")).name, content=content)
    elif isinstance(source, (str, Path)):
        path = Path(source)
        if not path.exists():
            raise Problem("there is no such file", where=str(source), do="Check the path and the spelling")
        if path.is_dir():
            raise Problem("this is a folder, not a file", where=str(source), do="Name one of the files in it")
        found = SourceFile(path.name, path=path)
    else:
        raise Problem(
            f"a {type(source).__name__} cannot be read as a file", do="Hand over a path, bytes or an open file"
        )
    if not found.head(1):
        raise Problem("the file is empty", where=found.name, do="Export it again")
    return found


def _on_disk(source: Any) -> Path | None:
    """The path of an open file, if it still leads there: what is on the disk need not be held in memory."""
    if not isinstance(source, io.BufferedReader | io.FileIO) or not isinstance(getattr(source, "name", None), str):
        return None
    try:
        same = os.path.samestat(os.fstat(source.fileno()), os.stat(source.name))
    except OSError:
        return None
    return Path(source.name) if same else None


def content_type(source: SourceFile) -> str:
    """What the bytes are: "text", "workbook", "parquet", "arrow", "json", "zip", "gzip" or a statistics file's ending.

    Raises a `Problem` for anything else.
    """
    head = source.head()
    kind = next((kind for beginning, kind in _BEGINNINGS if head.startswith(beginning)), "text")
    if kind == "a picture (BMP)" and b"\0" not in head[:64]:
        kind = "text"
    if kind == "office":
        return _old_office(source, head)
    if kind == "zip":
        return _zip_type(source)
    if kind == "text" and source.meant == "dta" and head[0] in _OLD_STATA and head[1:2] in (b"\1", b"\2"):
        return "dta"
    if kind == "text":
        return _text_type(source, head)
    if " " in kind:
        do = "Choose the exported table"
        if "database" in kind:
            do = f'Name the table: cx.read("sqlite:///{source.name}?table=…")'
        raise Problem(f"this is {kind}, not a table", where=source.name, do=do)
    return kind


def _old_office(source: SourceFile, head: bytes) -> str:
    with source.open() as stream:
        content = stream.read(8 * 2**20)
    if "EncryptedPackage".encode("utf-16-le") in content or "EncryptionInfo".encode("utf-16-le") in content:
        raise Problem(
            "the workbook is protected with a password",
            where=source.name,
            do="Open it in your spreadsheet program, remove the password and save it again",
        )
    if "Workbook".encode("utf-16-le") in content or "Book".encode("utf-16-le") in content:
        return "workbook"
    raise Problem("this is an Office file but no workbook", where=source.name, do="Save the table as CSV or Excel")


def _zip_type(source: SourceFile) -> str:
    try:
        with source.open() as stream, zipfile.ZipFile(stream) as archive:
            names = archive.namelist()
    except _DAMAGED_PACK as error:
        kind = "workbook" if source.meant == "workbook" else "zip file"
        raise Problem(
            f"the {kind} is damaged or was cut off", where=source.name, do="Download or export it again"
        ) from error
    if any(name.startswith("xl/") for name in names):
        return "workbook"
    if "mimetype" in names and "content.xml" in names:
        return "workbook"
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise Problem("this is a document, not a table", where=source.name, do="Save the table as CSV or Excel")
    return "zip"


def _text_type(source: SourceFile, head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table")):
        raise Problem("this is a web page, not a table", where=source.name, do="Export the table as CSV or Excel")
    if start.startswith(b"<?xml"):
        raise Problem("this is an XML file, not a table", where=source.name, do="Export the table as CSV or Excel")
    if _JSON.match(start):
        return "json"
    if not _reads_as_text(head):
        raise Problem(
            "this is no text and no kind of table that can be read here",
            where=source.name,
            do="Save the table as CSV, Excel or Parquet",
        )
    return "text"


def _reads_as_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    zeros = head.count(0)
    if zeros:  # UTF-16 without its mark: every second byte of western text is zero
        even, odd = head[0::2].count(0), head[1::2].count(0)
        return max(even, odd) > 0.3 * len(head) / 2 and min(even, odd) <= 0.1 * max(even, odd)
    control = sum(head.count(code) for code in range(32) if code not in (9, 10, 11, 12, 13, 26, 27))
    return control <= 0.005 * len(head)


def unpack(source: SourceFile, kind: str) -> list[SourceFile]:
    """The files inside a zip or gzip file."""
    try:
        return _unzip(source) if kind == "zip" else _gunzip(source)
    except Problem:  # is a ValueError too
        raise
    except NotImplementedError as error:
        raise Problem("the zip file is packed in an unusual way", where=source.name, do="Unpack it first") from error
    except _DAMAGED_PACK as error:
        raise Problem(
            f"the {kind} file is damaged or was cut off", where=source.name, do="Download or export it again"
        ) from error


def _unzip(source: SourceFile) -> list[SourceFile]:
    with source.open() as stream, zipfile.ZipFile(stream) as archive:
        files = [f for f in archive.infolist() if not f.is_dir() and not _is_litter(f.filename)]
        if any(f.flag_bits & 1 for f in files):
            raise Problem("the zip file is protected with a password", where=source.name, do="Unpack it first")
        _check_size(source, sum(f.file_size for f in files))
        return [SourceFile(PurePath(f.filename).name, content=archive.read(f)) for f in files]


def _is_litter(name: str) -> bool:
    return name.startswith("__MACOSX/") or PurePath(name).name.startswith(".")


def _gunzip(source: SourceFile) -> list[SourceFile]:
    with source.open() as stream, gzip.open(stream) as inside:
        content = inside.read(LARGEST_UNPACKED + 1)
    _check_size(source, len(content))
    return [SourceFile(PurePath(source.name).stem or source.name, content=content)]


def _check_size(source: SourceFile, size: int) -> None:
    if size > LARGEST_UNPACKED:
        raise Problem(
            f"unpacked it would take more than {LARGEST_UNPACKED // 2**30} gigabytes",
            where=source.name,
            do="Unpack it first, and leave out what is not needed",
        )
