"""Numbers written as text: decimal point or comma, thousands, currency signs, percent, a unit behind them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

#: Longest text that is tried as a number; a sentence never is one.
_LONGEST: Final = 28
_SPACES: Final = re.compile("[ \u00a0\u202f\u2007'’](?=\\d{3}(?!\\d))")
_FRAME: Final = re.compile(
    r"^\(?(?P<lead>[+\-−]?)\s?(?:[€$£¥₹]|[A-Z]{3}|Rs\.?|R\$|US\$)?\s?(?P<lead2>[+\-−]?)(?P<body>\d[\d.,]*|[.,]\d+)"
    r"(?P<tail>-?)\s?(?:[€$£¥₹%]|[A-Za-zµ]{1,8})?\)?$"
)
#: How anything that `_FRAME` takes begins, with the blanks that may stand before thousands. Names such as R0012 do not.
_BEGINNING: Final = (
    "^\\(?[+\\-−]?[ \u00a0\u202f\u2007'’]*(?:[€$£¥₹]|[A-Z]{3}|Rs\\.?|R\\$|US\\$)?[ \u00a0\u202f\u2007'’]*"
    "[+\\-−]?[ \u00a0\u202f\u2007'’]*[\\d.,]"
)
#: What nothing that `_FRAME` takes holds, but times and dates do.
_NO_NUMBER: Final = "[:/]"
_COMMA_DECIMAL: Final = (
    r"^[+\-−]?(?:\d+,(?:\d{1,2}|\d{4,})|0,\d+|\d{4,},\d{3}|\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,})(?:\D*)$"
)
_POINT_DECIMAL: Final = (
    r"^[+\-−]?(?:\d*\.(?:\d{1,2}|\d{4,})|0?\.\d+|\d{4,}\.\d{3}|\d{1,3}(?:,\d{3})+\.\d+|\d{1,3}(?:,\d{3}){2,})(?:\D*)$"
)
_UNDECIDED: Final = r"^[+\-−]?[1-9]\d{0,2}[.,]\d{3}(?:\D*)$"
#: Whole numbers without any mark, with a currency before or a unit behind them.
_WHOLE: Final = r"^(?:[€$£¥₹]|[A-Z]{3}|Rs\.?|R\$|US\$)?\s?[+\-−]?[1-9]\d*(?:[^\d.,]*)$"
_PREFIX: Final = r"^(?:[€$£¥₹]|[A-Z]{3}|Rs\.?|R\$|US\$)\s?"


@dataclass(frozen=True, slots=True)
class DecimalVotes:
    """What the cells of a column tell about its decimal mark.

    Attributes
    ----------
    comma, point : int
        Cells that can only be read with a decimal comma, only with a point.
    undecided : int
        Cells that can be read either way ("1.234").
    grouped : str or None
        The mark of the undecided cells ("." or ",") where the whole numbers beside them show that it parts thousands:
        there are smaller ones without it and no larger one.
    plain : str or None
        The same mark where they show that it does not: there are larger whole numbers without it.

    Examples
    --------
    >>> decimal_votes(pd.Series([1, 1, 1], index=["1,250", "980", "640"])).mark
    '.'
    >>> decimal_votes(pd.Series([1, 1, 1], index=["1,250", "9800", "640"])).mark
    ','
    """

    comma: int
    point: int
    undecided: int
    grouped: str | None = None
    plain: str | None = None

    @property
    def mark(self) -> str | None:
        """The decimal mark the column itself shows; None if it shows none."""
        if self.comma != self.point:
            return "," if self.comma > self.point else "."
        if self.grouped is not None:
            return "," if self.grouped == "." else "."
        return self.plain


def decimal_votes(counts: pd.Series) -> DecimalVotes:
    """Look for the decimal mark in distinct texts (index) with their counts.

    Examples
    --------
    >>> decimal_votes(pd.Series([3, 1], index=["1,5", "1.234,50"])).mark
    ','
    >>> decimal_votes(pd.Series([3], index=["1.234"])).mark is None
    True
    """
    short = counts[(counts.index.str.len() <= _LONGEST) & counts.index.str.contains("[.,]")]
    if short.empty:
        return DecimalVotes(0, 0, 0)
    bare = short.index.str.replace(_PREFIX, "", regex=True)
    comma, point, undecided = (
        int(short[bare.str.match(p)].sum()) for p in (_COMMA_DECIMAL, _POINT_DECIMAL, _UNDECIDED)
    )
    if not undecided or comma != point:
        return DecimalVotes(comma, point, undecided)
    either = bare[bare.str.match(_UNDECIDED)]
    marks = {mark for mark in ".," if either.str.contains(mark, regex=False).any()}
    whole = counts.index[counts.index.str.match(_WHOLE)].str.replace(_PREFIX, "", regex=True)
    if len(marks) != 1 or not len(whole):
        return DecimalVotes(comma, point, undecided)
    mark = marks.pop()
    larger = bool(whole.str.match(r"^[+\-−]?\d{4,}").any())
    return DecimalVotes(comma, point, undecided, None if larger else mark, mark if larger else None)


def read_number(text: str, mark: str = ".") -> float:
    """One number; NaN if the text is none. `mark` decides only where the text itself does not ("1.234").

    Examples
    --------
    >>> read_number("1.234,50"), read_number("€ 1,234.50"), read_number("4.0 min"), read_number("(12)")
    (1234.5, 1234.5, 4.0, -12.0)
    >>> read_number("1.234", ","), read_number("1.234", "."), read_number("25-34")
    (1234.0, 1.234, nan)
    """
    found = _FRAME.match(_SPACES.sub("", text))
    if not found:
        return float("nan")
    body = found["body"]
    points, commas = body.count("."), body.count(",")
    if points and commas:
        decimal = "." if body.rfind(".") > body.rfind(",") else ","
    elif points + commas == 1:
        sign = "." if points else ","
        undecided = re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", body)
        decimal = mark if undecided else sign
    else:
        decimal = "," if points else "."
    thousands = "," if decimal == "." else "."
    if body.count(decimal) > 1 or not _grouped(body.split(decimal)[0], thousands):
        return float("nan")
    number = float(body.replace(thousands, "").replace(decimal, "."))
    negative = "-" in (sign_text := found["lead"] + found["lead2"] + found["tail"]) or "−" in sign_text
    return -number if negative or (text.startswith("(") and text.endswith(")")) else number


def _grouped(whole: str, thousands: str) -> bool:
    return thousands not in whole or re.fullmatch(rf"\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+", whole) is not None


def parse_numbers(texts: pd.Series, mark: str = ".") -> pd.Series:
    """Many numbers (clean texts) as floats; NaN where a text is no number.

    Examples
    --------
    >>> parse_numbers(pd.Series(["1,5", "2", "x", None]), ",").tolist()
    [1.5, 2.0, nan, nan]
    """
    usual = texts.where(texts.str.len() <= _LONGEST)
    if not usual.str.contains(r"\d", regex=True).fillna(False).any():
        return pd.Series(np.nan, index=texts.index, dtype="float64")
    if mark == ",":
        simple = usual.where(usual.str.match(r"^[+\-]?(?:0|[1-9]\d*|0\d+)(?:,\d+)?$").fillna(False))
        simple = simple.str.replace(",", ".", regex=False)
    else:
        simple = usual.where(usual.str.match(r"^[+\-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+\-]?\d+)?$").fillna(False))
    numbers = pd.to_numeric(simple, errors="coerce").astype("float64")
    rest = usual[numbers.isna() & usual.notna()]
    rest = rest[rest.str.contains(r"\d", regex=True) & rest.str.match(_BEGINNING)]
    rest = rest[~rest.str.contains(_NO_NUMBER, regex=True)]
    if len(rest):
        read = {text: read_number(text, mark) for text in rest.unique()}
        numbers.loc[rest.index] = rest.map(read).astype("float64")
    return numbers.where(np.isfinite(numbers))
