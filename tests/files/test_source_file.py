"""Where the bytes of a source come from: from the disk where they are there, from memory without a copy."""

import io
import os

import pandas as pd

import cxanalysis as cx
from cxanalysis.files.source_file import as_source

CONTENT = b"recommend,late\n9,no\n3,yes\n10,no\n"


class Uploaded(io.BytesIO):
    name = "answers.csv"


def test_an_uploaded_file_is_not_copied():
    content = bytes(CONTENT * 1000)
    source = as_source(Uploaded(content))
    assert source.content is content
    assert source.name == "answers.csv"


def test_an_open_file_is_read_from_the_disk(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_bytes(CONTENT)
    with path.open("rb") as opened:
        opened.read(5)
        source = as_source(opened)
        assert (source.path, source.content) == (path, None)
        assert cx.read(opened).token == cx.read(path).token


def test_an_open_file_that_was_replaced_is_read_as_it_is(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_bytes(CONTENT)
    with path.open("rb") as opened:
        (tmp_path / "other.csv").write_bytes(b"recommend\n1\n")
        os.replace(tmp_path / "other.csv", path)
        assert as_source(opened).content == CONTENT


def test_a_file_object_without_a_place_is_read(tmp_path):
    table = cx.read(io.StringIO(CONTENT.decode()))
    pd.testing.assert_frame_equal(table.frame, cx.read(CONTENT).frame)
