"""Cells as clean texts: the fast ways to see that nothing is to be done change nothing."""

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxanalysis.columns import text_letters
from cxanalysis.columns.cell_text import cell_text

#: Every kind of blank, letters of one to four bytes, and letters that begin as foreign blanks do.
PIECES = ["a", "b c", " ", "  ", "\t", "\n", "\r\n", "\v", "\x01", "\x1c", "\x1f", "\x85", "\u00a0", "\u1680", "\u2007",
          "\u2028", "\u202f", "\u205f", "\u3000", "\u200b", "é", "¿", "’", "漢", "😀"]  # fmt: skip
CELLS = st.lists(st.one_of(st.none(), st.lists(st.sampled_from(PIECES), max_size=5).map("".join)), max_size=12)


def cleaned(text):
    text = re.sub("[ \t\r\n\f\v\u00a0\u202f\u2007]+", " ", text).strip()
    return text or None


@given(CELLS, st.sampled_from([1, 3, 2**12]))
def test_any_cell(cells, at_once):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_letters, "AT_ONCE", at_once)
        found = cell_text(pd.Series(cells, dtype="str"))
    assert [None if pd.isna(text) else text for text in found] == [None if c is None else cleaned(c) for c in cells]


@given(CELLS)
def test_clean_cells_are_handed_back_as_they_are(cells):
    printed = [None if cell is None else re.sub(r"[\x00-\x1f]", "", cell) for cell in cells]
    clean = pd.Series([None if cell is None else cleaned(cell) for cell in printed], dtype="str")
    assert cell_text(clean) is clean
