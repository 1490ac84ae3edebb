"""What may be asked, what merges, and how ids are dealt."""

from __future__ import annotations

import uuid

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from cxanalysis.engine.blocks import block_of, in_order
from cxanalysis.engine.canonical_values import id_text
from cxanalysis.engine.engines import engine_of
from cxanalysis.engine.ids import Ids
from cxanalysis.engine.need import HASH_BLOCKS, Measure, Need, Period
from cxanalysis.problem import Problem

X, Y = Measure("x", "x"), Measure("y", "y")


def test_needs_merge_into_one_with_each_measure_once():
    assert (Need((X,)) | Need((X, Y))).measures == (X, Y)
    merged = Need((Y,), by=("g",), weight="w") | Need((X,), by=("g",), weight="w")
    assert merged == Need((Y, X), by=("g",), weight="w")


@pytest.mark.parametrize(
    "other",
    [Need((Y,), by=("g",)), Need((Y,), weight="w"), Need((Y,), blocks=""), Need((Y,), complete=True),
     Need((Y,), cluster="id"), Need((Measure("x", "y"),))],
)  # fmt: skip
def test_unlike_needs_do_not_merge(other):
    with pytest.raises(Problem):
        Need((X,)) | other


def test_complete_rows_of_other_measures_are_other_rows():
    with pytest.raises(Problem, match="different rows"):
        Need((X,), complete=True) | Need((Y,), complete=True)
    assert Need((X, Y), complete=True) | Need((Y, X), complete=True) == Need((X, Y), complete=True)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: Measure("x", "x", "cube"),
        lambda: Measure("x", "x", "at_least"),
        lambda: Measure("x", "x", "at_most", "3"),
        lambda: Measure("x", "x", "equals"),
        lambda: Period("when", "fortnight"),
        lambda: Need(()),
        lambda: Need((X, X)),
        lambda: Need((X,), blocks="order", cluster="customer"),
    ],
)
def test_nonsense_is_refused(ask):
    with pytest.raises(Problem):
        ask()


def test_an_id_has_the_same_text_in_any_type():
    assert id_text(12) == id_text(12.0) == id_text(np.int64(12)) == id_text("12") == "12"
    one = uuid.uuid4()
    assert id_text(one) == id_text(str(one))
    assert id_text(float("nan")) is id_text(None) is id_text(pd.NaT) is None


def test_blocks_are_fixed_for_all_time():
    # MD5 of "abc" is 900150983cd2…: RFC 1321. 0x90015098 modulo 256 is 0x98.
    assert block_of("abc") == 0x98


def test_rows_without_id_are_dealt_by_their_place():
    ids = Ids.of(pa.array(["abc", None, "b", None]), "id")
    assert ids.row_blocks().tolist() == [0x98, 1, block_of("b"), 3]
    assert in_order(HASH_BLOCKS + 2)[-2:].tolist() == [0, 1]


def test_hash_blocks_are_about_equally_full():
    counts = np.bincount([block_of(str(i)) for i in range(256 * 40)], minlength=HASH_BLOCKS)
    assert counts.min() > 10
    assert counts.max() < 80


def test_what_is_no_table_is_said():
    with pytest.raises(Problem, match="A list is no table"):
        engine_of([1, 2])


def test_two_columns_of_one_name_are_refused():
    frame = pd.DataFrame([[1, 2]], columns=["x", "x"])
    with pytest.raises(Problem, match="Two columns have one name"):
        engine_of(frame)


def test_columns_that_are_numbers_are_called_by_their_text():
    assert engine_of(pd.DataFrame({0: [1.0, 3.0]})).levels("0") == [(1, 1), (3, 1)]


def test_mixed_values_are_text_and_categories_are_what_they_hold():
    frame = pd.DataFrame({"m": pd.Series([1, "a", None], dtype=object), "c": pd.Categorical([5, 4, None])})
    assert engine_of(frame).levels("m") == [("1", 1), ("a", 1)]
    found = engine_of(frame).aggregate(Need((Measure("c", "c"),)))
    assert found.mean.item() == 4.5


def test_the_callers_frame_is_left_alone():
    frame = pd.DataFrame({"x": [1.0, np.nan], "g": ["a", None]})
    before = frame.copy(deep=True)
    engine_of(frame).aggregate(Need((Measure("x", "x"),), by=("g",), blocks=""))
    pd.testing.assert_frame_equal(frame, before)
