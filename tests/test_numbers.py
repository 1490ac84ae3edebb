"""Numbers in words."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxanalysis.numbers import MINUS, THIN, count, day, digits, known, number, percent, period, plain, points


@pytest.mark.parametrize(
    ("low", "high", "decimals"),
    [(28, 34, 0), (1.9, 4.4, 1), (0.12, 0.50, 2), (0, 5, 0), (0, 0.5, 1), (-100, 100, 0), (0, 1e-9, 4)],
)
def test_digits_follow_the_width(low: float, high: float, decimals: int) -> None:
    assert digits(low, high) == decimals


@pytest.mark.parametrize("ends", [(None, None), (math.nan, 1.0), (2.0, 2.0), (1.0, math.inf)])
def test_without_an_interval_there_is_one_decimal(ends: tuple[float | None, float | None]) -> None:
    assert digits(*ends) == 1


@given(st.floats(-1e6, 1e6), st.floats(0.01, 1e5))
def test_rounding_never_hides_a_fifth_of_the_interval(middle: float, width: float) -> None:
    decimals = digits(middle, middle + width)
    assert 10.0**-decimals <= width / 5 * 1.001 or decimals == 4 or width >= 5


def test_signs_and_thousands() -> None:
    assert number(-1234.5, 1) == f"{MINUS}1,234.5"
    assert number(-0.04, 1) == "0.0"
    assert number(0.04, 1, sign=True) == "0.0"
    assert number(17, sign=True) == "+17"
    assert number(math.nan) == "–"


def test_points_with_and_without_interval() -> None:
    assert points(-17.2, -24.1, -10.3) == f"{MINUS}17 [{MINUS}24, {MINUS}10]"
    assert points(3.14159) == "3.1"
    assert points(3.14159, math.nan, math.nan) == "3.1"
    assert points(0.31, 0.12, 0.5, sign=True) == "+0.31 [+0.12, +0.50]"


def test_percent() -> None:
    assert percent(0.18) == f"18{THIN}%"
    assert percent(0.0) == f"0{THIN}%"
    assert percent(0.0042) == f"0.4{THIN}%"
    assert percent(0.312, 0.24, 0.38) == f"31{THIN}% [24, 38]"
    assert percent(math.nan) == "–"


def test_counts_dates_and_periods() -> None:
    assert count((512, 512)) == "512"
    assert count((512, 1640)) == "512 to 1,640"
    assert day(pd.Timestamp("2024-02-29")) == "29 Feb 2024"
    assert day("week 7") == "week 7"
    assert period(("2024-01-03", "2024-01-03")) == "3 Jan 2024"
    assert period(None) == ""


def test_what_is_a_number() -> None:
    assert known(np.float64(1), np.int32(2), 3)
    assert not any(known(value) for value in (None, pd.NA, pd.NaT, "1", True, math.nan, np.float64("inf")))


def test_text_becomes_one_harmless_line() -> None:
    assert plain("a\r\n\tb\x00c") == "a b c"
    assert plain("x" * 300, 10) == "x" * 9 + "…"
    assert "</script" not in plain("a</script>")
    assert "<script" not in plain("a<script>")
    assert plain(f"18{THIN}%") == f"18{THIN}%"
