"""Columns in which most rows have a text of their own: held as texts, they are what they are as distinct texts."""

import io

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxanalysis as cx
from cxanalysis.columns import repeated_texts, text_columns
from cxanalysis.columns.content_token import content_hash
from cxanalysis.columns.ranked_texts import Ranked
from cxanalysis.columns.repeated_texts import find_repeats, numbers_of
from cxanalysis.columns.text_columns import Levels, OwnTexts, encoded
from cxanalysis.columns.text_rows import TextRows

WORDS = ("late", "parcel", "friendly", "driver", "never", "again", "invoice", "wrong", "é", "漢字", "x", "n/a")
#: Texts of every length around those at which other letters are looked at, many of them alike.
TEXTS = st.one_of(
    st.none(),
    st.text("abé 1", max_size=3),
    st.builds(
        lambda n, at, letter: ("-" * n)[:at] + letter + ("-" * n)[at:], *[st.integers(0, 40)] * 2, st.sampled_from("ab")
    ),
    st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join),
)


def naive_repeats(texts):
    seen, found = {}, []
    for row, text in enumerate(texts):
        if text is not None and text in seen:
            found.append((row, seen[text]))
        seen.setdefault(text, row)
    return found


def own(texts, name="said"):
    cells = pa.array(texts, pa.large_string())
    return OwnTexts(name, cells, find_repeats(cells))


def distinct(texts, name="said"):
    return Levels(name, encoded(pa.chunked_array([pa.array([text or None for text in texts], pa.large_string())])))


@settings(deadline=None)
@given(st.lists(TEXTS, max_size=60), st.sampled_from([1, 3, 2**14]))
def test_repeats_are_those_that_looking_every_text_up_finds(texts, at_once):
    cells = pa.array(texts, pa.large_string())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(repeated_texts, "_AT_ONCE", at_once)
        found, numbers = find_repeats(cells), numbers_of(cells)
    assert list(zip(found.rows.tolist(), found.first.tolist(), strict=True)) == naive_repeats(texts)
    known = {}
    for text, number in zip(texts, numbers.tolist(), strict=True):
        assert known.setdefault(text or "", number) == number


def test_texts_with_one_number_are_told_apart():
    texts = ["late", "fine", "late", None, "slow", "fine", None]
    found = find_repeats(pa.array(texts, pa.large_string()), np.full(len(texts), 7, "uint32"))
    assert list(zip(found.rows.tolist(), found.first.tolist(), strict=True)) == naive_repeats(texts)


def test_numbers_hardly_ever_meet():
    rng = np.random.default_rng(2)
    ids = [f"R{n:08d}" for n in range(100_000)]
    said = [" ".join(rng.choice(WORDS, 12)) + f" {n:06d} " + " ".join(rng.choice(WORDS, 3)) for n in range(20_000)]
    for texts in (ids, said):
        assert len(np.unique(numbers_of(pa.array(texts, pa.large_string())))) >= 0.999 * len(set(texts))


@settings(deadline=None)
@given(st.lists(TEXTS.map(lambda text: text or None), min_size=1, max_size=60))
def test_a_column_is_the_same_in_both_forms(texts):
    one, other = own(texts), distinct(texts)
    pd.testing.assert_series_equal(one.rows(), other.rows())
    pd.testing.assert_series_equal(one.ranked().counts, other.ranked().counts)
    assert len(one.ranked()) == len(other.ranked())
    pd.testing.assert_series_equal(one.ranked().part(slice(3)), other.ranked().part(slice(3)))
    pd.testing.assert_series_equal(one.ranked().with_letter("a", 2), other.ranked().with_letter("a", 2))
    assert content_hash(TextRows([one])) == content_hash(TextRows([other]))
    assert content_hash(TextRows([one])) == content_hash(pd.DataFrame({"said": pd.Series(texts, dtype="str")}))
    for role, codes, missing in (("text", ("n/a",), None), ("number", (), np.nan), ("date", (), np.datetime64("NaT"))):
        of_rows = [column.of_rows(column.resolved(role, None, codes).to_numpy(), missing) for column in (one, other)]
        pd.testing.assert_series_equal(*map(pd.Series, of_rows))


@settings(deadline=None)
@given(st.lists(TEXTS.map(lambda text: text or None), min_size=1, max_size=60), st.integers(1, 9))
def test_the_hash_does_not_depend_on_how_letters_are_taken_together(texts, at_once):
    from cxanalysis.columns import content_token

    expected = content_hash(TextRows([distinct(texts)]))
    for few in (0, 10**9):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(content_token, "_FEW", few)
            patch.setattr(content_token, "_ROWS", at_once)
            assert content_hash(TextRows([own(texts)])) == expected


def test_which_columns_are_held_as_texts(monkeypatch):
    def form(texts):
        return type(text_columns.column_of("c", pa.chunked_array([pa.array(texts, pa.string())])))

    many = [f"said {n}" for n in range(40_000)]
    assert form(many) is OwnTexts
    assert form([text if at % 3 else None for at, text in enumerate(many)]) is OwnTexts
    assert form([*many, *many[: len(many) // 2]]) is OwnTexts
    assert form([*many, *many, *many]) is Levels  # each text three times
    assert form([text if at < 15_000 else "none" for at, text in enumerate(many)]) is Levels
    assert form([str(at % 7) for at in range(40_000)]) is Levels
    assert form(many[: text_columns.MANY]) is Levels  # few rows
    assert form([None] * 40_000) is Levels
    assert form([]) is Levels


def test_the_first_texts_tell_how_dates_are_written_however_often_the_first_comes():
    """A form is voted for by different texts, whichever way the column is held."""
    texts = ["1/2/2025"] * 3 + ["13/2/2025", "2/14/2025", "2/15/2025"] + ["13/2/2025"] * 5
    ways = [
        column.of_rows(column.resolved("date", None).to_numpy(), np.datetime64("NaT"))
        for column in (own(texts), distinct(texts))
    ]
    np.testing.assert_array_equal(*ways)
    assert str(ways[0][0])[:10] == "2025-01-02"  # month first: two texts against one


def survey(rows=600, seed=4):
    rng = np.random.default_rng(seed)
    said = [" ".join(rng.choice(WORDS, rng.integers(3, 14))) for _ in range(rows)]
    said = [text + ("\nsecond  line " if at % 25 == 3 else "") for at, text in enumerate(said)]
    said[5::40], said[7::50], said[9::60] = (
        ["n/a"] * len(said[5::40]),
        [""] * len(said[7::50]),
        [" "] * len(said[9::60]),
    )
    frame = pd.DataFrame(
        {
            "response id": [f"R{at:06d}" for at in range(rows)],
            "answered": (pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 3e7, rows), unit="s")).astype(
                str
            ),
            "customer id": [f"C{number:05d}" for number in rng.integers(0, rows, rows)],
            "recommend": rng.integers(0, 11, rows),
            "market": rng.choice(["north", "south", ""], rows),
            "amount": [f"{number / 100:.2f}" for number in rng.integers(100, 90_000, rows)],
            "comment": said,
        }
    )
    file = io.StringIO()
    frame.to_csv(file, index=False)
    return file.getvalue().encode()


@pytest.fixture
def few_are_many(monkeypatch):
    monkeypatch.setattr(text_columns, "MANY", 40)
    monkeypatch.setattr("cxanalysis.tables.analysed.MANY", 40)
    monkeypatch.setattr("cxanalysis.workspace.rows_on_disk.MANY", 40)


def told(table):
    return (
        table.kind, table.roles, table.scales, table.codes, table.notes, table.formats, table.choices, table.reasons,
        table.raw_token, table.token,
    )  # fmt: skip


def held(table):
    return {name for name in table.as_read.columns if isinstance(table.as_read[name], OwnTexts)}


OWN = {"response id", "answered", "customer id", "amount", "comment"}


def test_a_file_is_recognised_and_analysed_alike_in_both_forms(monkeypatch):
    before = cx.read(survey(), name="survey")
    assert not held(before)
    for change in ({}, {"comment": "ignore", "amount": "category"}):
        with monkeypatch.context() as patch:
            patch.setattr(text_columns, "MANY", 40)
            after = cx.read(survey(), name="survey").with_(roles=change)
            assert held(after) == OWN
            expected = before.with_(roles=change)
            assert told(after) == told(expected)
            pd.testing.assert_frame_equal(after.frame, expected.frame)
            pd.testing.assert_frame_equal(after.raw, expected.raw)


def test_what_is_kept_of_it_comes_back(few_are_many, tmp_path):
    workspace = cx.Workspace(tmp_path)
    table = cx.read(survey(), name="survey")
    kept = workspace.add(table)
    assert told(kept) == told(table)
    pd.testing.assert_frame_equal(kept.frame, table.frame)
    pd.testing.assert_frame_equal(kept.raw, table.raw)
    assert held(kept) == OWN
    changed = workspace.update(kept.with_(roles={"comment": "ignore", "amount": "category"}))
    pd.testing.assert_frame_equal(changed.frame, table.with_(roles={"comment": "ignore", "amount": "category"}).frame)
    assert workspace.add(cx.read(survey(), name="again")).raw_token == kept.raw_token
    assert cx.Workspace(tmp_path).damaged == ()


def test_files_join_and_leave_it(few_are_many, tmp_path):
    workspace = cx.Workspace(tmp_path)
    first, content_token = cx.read(survey(), name="survey"), survey(seed=9).replace(b"\nR", b"\nS")
    workspace.add(first, origin=cx.FileOrigin.of("may.csv", survey()))
    later = cx.read(content_token, name="survey")
    same = workspace.append(first, "survey", origin=cx.FileOrigin.of("may.csv", survey()))
    assert (same.added, same.replaced) == (0, 0)
    workspace.append(later, "survey", origin=cx.FileOrigin.of("june.csv", content_token), accept=True)
    both = pd.concat([first.raw, later.raw], ignore_index=True)
    pd.testing.assert_frame_equal(workspace.tables["survey"].raw, both)
    workspace.undo("survey")
    pd.testing.assert_frame_equal(workspace.tables["survey"].raw, first.raw)


def test_in_the_file_texts_have_no_dictionary_and_least_values_stand_only_where_they_may_be_asked_for(
    few_are_many, tmp_path
):
    table = cx.Workspace(tmp_path).add(cx.read(survey(), name="survey"))
    group = pq.ParquetFile(table.parquet).metadata.row_group(0)
    parts = {group.column(at).path_in_schema: group.column(at) for at in range(group.num_columns)}
    assert {name for name, part in parts.items() if part.dictionary_page_offset is None} >= {"comment", "response id"}
    noted = {name for name, part in parts.items() if part.is_stats_set}
    assert {"market", "recommend", "amount", "answered"} <= noted
    assert not any("as read" in name for name in noted)
    assert not noted & {"comment", "response id"}
    assert pq.read_schema(table.parquet).field("comment").type in (pa.string(), pa.large_string())


def test_texts_of_a_column_are_replaced_in_both_forms():
    texts = ["10065", " 2139", "94103", None, "2139 ", "10065"]
    changed = {"2139": "02139"}
    rows = [TextRows([column]).with_texts({"said": changed}).frame() for column in (own(texts), distinct(texts))]
    pd.testing.assert_frame_equal(*rows)
    assert rows[0]["said"].tolist()[:3] == ["10065", "02139", "94103"]


def test_ranked_texts_of_rows_are_in_the_order_of_their_number():
    texts = pd.Series(["a", None, "b", "c", "b", "c", "c", "d"], dtype="str")
    ranked = Ranked.of_rows(texts, find_repeats(pa.array(texts.array, from_pandas=True).cast(pa.large_string())))
    assert ranked.counts.to_dict() == {"c": 3, "b": 2, "a": 1, "d": 1}
    assert ranked.counts.index.tolist() == ["c", "b", "a", "d"]


def test_empty_texts_of_a_frame_are_texts(monkeypatch):
    """A text file has none, a data frame may."""
    said = pd.DataFrame({"said": pd.Series(["", "a", None, "b", "", "c", "d"], dtype="str")})
    expected = content_hash(said)
    monkeypatch.setattr(text_columns, "MANY", 2)
    assert content_hash(said) == expected
    assert content_hash(said.fillna("")) != expected
