"""Large text tables: whatever the blocks, the rows, notes and decisions are those of Python's own reader."""

import csv
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import cxanalysis as cx
from cxanalysis.columns.text_rows import TextRows
from cxanalysis.files.header import Header
from cxanalysis.files.reading import Reading
from cxanalysis.files.text import text_blocks
from cxanalysis.files.text.dialect import Dialect
from cxanalysis.files.text.encoding import Encoding
from cxanalysis.files.text.row_fitting import Fitter, OpenQuote
from cxanalysis.recognise.recognise import recognise

ALL = 2**40
UTF_8 = Encoding("utf-8")
#: Everything that decides where a cell or a row ends, and a little beside it.
PIECES = st.sampled_from(
    ['"', '""', ",", ",", ";", "\n", "\n", "\r\n", "\r", "a", "b c", "7", " ", "é", "\0", "\n\n", ",,"]
)
NAMES = ("x", "y", "z")


def outcome(text, dialect, first, block, encoding=UTF_8, names=NAMES):
    """Rows, counts and lines of what does not fit; or how the reading ended."""
    fitter = Fitter(dialect, Header(names, 1))
    data = text.encode(encoding.name)
    try:
        parts = text_blocks.read_blocks(io.BytesIO(data), encoding, fitter, first=first, block=block)
    except (OpenQuote, csv.Error) as error:
        return type(error), getattr(error, "line", None), fitter.tally.kept
    rows = [row for part in parts for row in zip(*(part.column(name).to_pylist() for name in names), strict=True)]
    tally = fitter.tally
    return rows, tally.short, tally.long, tally.empty, tally.kept, fitter.line


@settings(max_examples=400, deadline=None)
@given(
    pieces=st.lists(PIECES, max_size=80),
    block=st.integers(4, 60),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_NONE]),
    separator=st.sampled_from([",", ";"]),
)
@example(['a,b,c\n"', "\n" * 30, '",b,c\n'], 8, csv.QUOTE_MINIMAL, ",")
@example(["1,2,3\r", "4,5,6\r", "7,8,9\r"], 5, csv.QUOTE_MINIMAL, ",")
def test_any_text_is_read_as_pythons_reader_reads_it(pieces, block, quoting, separator):
    text = separator.join(NAMES) + "\n" + "".join(pieces)
    dialect = Dialect(separator, quoting)
    assert outcome(text, dialect, 6, block) == outcome(text, dialect, ALL, ALL)


@settings(max_examples=100, deadline=None)
@given(
    rows=st.lists(st.tuples(*[st.text('ab,;"\n é', max_size=8)] * 3), min_size=1, max_size=40),
    block=st.integers(16, 200),
    line=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "cp1252", "utf-16"]),
)
def test_well_written_rows_come_back_in_any_encoding(rows, block, line, encoding):
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator=line)
    writer.writerows([NAMES, *rows])
    read = outcome(file.getvalue(), Dialect(","), 6, block, Encoding(encoding))
    assert read[0] == [tuple(cell or None for cell in row) for row in rows if any(row)]
    assert read == outcome(file.getvalue(), Dialect(","), ALL, ALL, Encoding(encoding))


def test_an_answer_of_too_many_lines_is_an_open_quote_in_any_block():
    text = "x,y,z\n" + "1,2,3\n" * 50 + '1,"' + "\n" * 600 + '",3\n' + "1,2,3\n" * 50
    assert outcome(text, Dialect(","), 6, 4000)[:2] == (OpenQuote, 52)


def test_a_cell_beyond_the_limit_of_pythons_reader_ends_the_same_way():
    text = "x,y,z\n" + "1,2,3\n" * 50 + f"1,{'a' * (csv.field_size_limit() + 1)},3\n"
    assert outcome(text, Dialect(","), 6, 2**20) == outcome(text, Dialect(","), ALL, ALL)


def test_one_column_and_a_first_line_that_names_the_separator():
    text = "sep=,\nx\n" + "\n".join(["1", '""', "", "2"] * 20)
    dialect = Dialect(",", skip=1)
    assert outcome(text, dialect, 8, 16, names=("x",)) == outcome(text, dialect, ALL, ALL, names=("x",))


def survey(rows: int, seed: int = 5) -> str:
    """A survey export with everything that takes work: codes, words, dates, ids, comments over two lines, odd rows."""
    rng = np.random.default_rng(seed)
    words = np.array(["late", "parcel", "friendly", "driver", "never", "again", "invoice", "wrong", "quick", "help"])
    grades = np.array(["1", "2", "3", "4", "5", "N/A", ""])
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(
        ["response id", "customer id", "answered", "recommend", "speed", "staff", "price", "late", "amount", "agree",
         "liked", "comment", "empty"]
    )  # fmt: skip
    for at in range(rows):
        comment = " ".join(rng.choice(words, rng.integers(0, 14)))
        writer.writerow([
            f"R{at:06d}", f"C{rng.integers(0, rows // 3):05d}", f"{rng.integers(1, 29)}/{rng.integers(1, 13)}/2025",
            rng.integers(0, 11), *rng.choice(grades, 3), rng.choice(["yes", "no"]),
            f"{rng.integers(0, 9000) / 100:.2f}".replace(".", ","),
            rng.choice(["Strongly agree", "Agree", "Disagree ", "don't know"]),
            "; ".join(rng.choice(["price", "speed", "care"], rng.integers(0, 4), replace=False)),
            comment + ("\nsecond  \"line\"" if at % 25 == 3 else ""), "",
        ])  # fmt: skip
        if at % 997 == 500:
            file.write("too,short\n\n")
        if at % 1999 == 1000:
            file.write("1," * 15 + "too long\n")
    return file.getvalue()


def told(table):
    return (
        table.kind, table.roles, table.scales, table.codes, table.notes, table.formats, table.choices, table.reasons,
        table.token,
    )  # fmt: skip


@pytest.mark.parametrize("rows", [300, 8000])
def test_blocks_change_nothing_that_is_recognised(rows, monkeypatch):
    content = survey(rows).encode()
    monkeypatch.setattr(text_blocks.read_blocks, "__defaults__", (ALL, ALL))
    slow = cx.read(content, name="survey")
    monkeypatch.setattr(text_blocks.read_blocks, "__defaults__", (2**10, 2**14))
    fast = cx.read(content, name="survey")
    assert told(fast) == told(slow)
    odd = [note for note in fast.notes if "fewer cells" in note or "more cells" in note]
    assert len(odd) == (2 if rows > 1000 else 0)
    pd.testing.assert_frame_equal(fast.frame, slow.frame)
    pd.testing.assert_frame_equal(fast.raw, slow.raw)


def test_most_blocks_of_a_usual_file_are_not_read_by_python(monkeypatch):
    slow = []
    before = text_blocks._slow
    monkeypatch.setattr(text_blocks, "_slow", lambda text, size, *rest: slow.append(size) or before(text, size, *rest))
    monkeypatch.setattr(text_blocks.read_blocks, "__defaults__", (2**10, 2**14))
    cx.read(survey(900, seed=1).replace("too,short\n\n", "").encode(), name="survey")
    assert len(slow) == 1


def test_rows_of_text_and_a_frame_of_them_are_one_table():
    """What a text file becomes is what its rows become as a data frame: recognised, resolved, hashed."""
    table = cx.read(survey(3000).encode(), name="survey")
    raw = table.raw
    framed = cx.Table.restored(raw, name="survey", decisions=table.decisions.to_json())
    assert isinstance(table.as_read, TextRows)
    assert (framed.raw_token, framed.token) == (table.raw_token, table.token)
    pd.testing.assert_frame_equal(framed.frame, table.frame)
    of_frame, of_text = recognise(raw, {}, ","), recognise(table.as_read, {}, ",")
    assert of_frame.roles() == of_text.roles()
    assert of_frame.scales() == of_text.scales()
    assert (of_frame.codes, of_frame.notes, of_frame.formats) == (of_text.codes, of_text.notes, of_text.formats)
    for name, facts in of_frame.facts.items():
        pd.testing.assert_series_equal(facts.counts, of_text.facts[name].counts, check_names=False)


def test_the_token_knows_every_cell_and_every_gap():
    rows = pd.DataFrame({"a": ["x", None, "y"], "b": ["1", "2", "3"]}, dtype="str")
    tokens = {cx.Table(rows, name="t").raw_token}
    for change in ({"a": ["x", "y", None]}, {"a": ["x", None, "z"]}, {"a": ["", None, "y"]}, {"b": ["1", "23", ""]}):
        tokens.add(cx.Table(rows.assign(**change).astype("str"), name="t").raw_token)
    tokens.add(cx.Table(rows.rename(columns={"a": "c"}), name="t").raw_token)
    assert len(tokens) == 6
    again = pd.concat([rows.iloc[:1], rows.iloc[1:]])
    assert cx.Table(again, name="t").raw_token == cx.Table(rows, name="t").raw_token


def test_a_table_that_is_a_frame_is_a_reading_too():
    assert Reading("r", pd.DataFrame({"a": [1]})).rows["a"].tolist() == [1]
