"""Letters as bits: every question about a block of text answered as letter by letter."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cxanalysis.files.text import quote_bitmask as at

BLOCKS = (
    st.integers(0, 200)
    .flatmap(lambda size: st.binary(min_size=size, max_size=size))
    .map(lambda block: bytes(b'"ab'[letter % 3] for letter in block))
)


def quotes(block):
    return at.marks_of(np.frombuffer(block, "uint8"), ord('"'))


def places(block):
    return [place for place, letter in enumerate(block) if letter == ord('"')]


@given(BLOCKS)
def test_where_a_letter_stands(block):
    marks, expected = quotes(block), places(block)
    assert at.places_of(marks).tolist() == expected
    assert at.how_many(marks) == len(expected)
    assert at.last_of(marks) == (expected[-1] if expected else -1)
    assert not at.none_like(marks).any()
    gaps = np.diff([-1, *expected])
    assert at.widest_gap(marks) >= (gaps.max() if expected else len(block))


@given(BLOCKS)
def test_what_is_inside_of_quotes(block):
    expected = [place for place in range(len(block)) if block[: place + 1].count(b'"') % 2]
    assert [place for place in at.places_of(at.inside(quotes(block))).tolist() if place < len(block)] == expected


@given(BLOCKS, st.integers(0, 199))
def test_neighbours_and_parts(block, place):
    marks, expected = quotes(block), places(block)
    assert at.places_of(at.after(marks)).tolist() == [one + 1 for one in expected]
    assert at.places_of(at.after(marks, first=True)).tolist() == sorted({0, *(one + 1 for one in expected)})
    assert at.places_of(at.before(marks)).tolist() == [one - 1 for one in expected if one]
    if place <= len(block):
        assert at.places_of(at.up_to(marks, place)).tolist() == [one for one in expected if one <= place]
        assert at.places_of(at.and_at(marks, place)).tolist() == sorted({*expected, place})
        assert at.places_of(marks).tolist() == expected  # what was given has not changed
