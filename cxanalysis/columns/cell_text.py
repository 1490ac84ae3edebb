"""A cell as text: what the file had, without stray blanks, and whole numbers without '.0'."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from cxanalysis.columns.text_letters import pieces_of

_BLANK = 32
#: How blanks beyond ASCII begin in UTF-8: with the first of these, or with one from the second to the third.
_FOREIGN = (0xC2, 0xE1, 0xE3)
#: Letters with a stroke or without a dot, which are no letter and an accent: "łatwe", "utført".
_STROKES = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "ħ": "h"})
#: If no more than this share of the texts holds stray blanks, the others are not touched.
_MOST_STRAY = 0.5
#: Blanks that are not plain, two together, one where a text begins or ends, and nothing at all.
_STRAY = (
    r"[\t\r\n\f\v\x{00A0}\x{202F}\x{2007}]|  "
    r"|^[\x1c-\x1f \p{Z}\x{85}]|[\x1c-\x1f \p{Z}\x{85}]$|^$"
)


def cell_text(values: pd.Series) -> pd.Series:
    """Cells as clean text; empty or blank cells are missing.

    Examples
    --------
    >>> cell_text(pd.Series([" a  b ", "", None])).tolist()
    ['a b', nan, nan]
    >>> cell_text(pd.Series([1.0, 2.5, None])).tolist()
    ['1', '2.5', nan]
    """
    if pd.api.types.is_bool_dtype(values):
        values = values.map({True: "true", False: "false"})
    elif pd.api.types.is_integer_dtype(values):
        values = values.astype("str")
    elif pd.api.types.is_float_dtype(values):
        numbers = values.astype("float64")
        whole = numbers.notna() & np.isfinite(numbers) & (numbers == numbers.round()) & (numbers.abs() < 1e15)
        text = numbers.astype("str")
        text[whole] = numbers[whole].astype("int64").astype("str")
        values = text.where(numbers.notna())
    elif pd.api.types.is_datetime64_any_dtype(values):
        values = values.dt.strftime("%Y-%m-%d %H:%M:%S").where(values.notna())
    elif isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype("object")
    elif _is_clean(values):
        return values
    elif values.dtype == "str" and values.dtype != object:
        stray = _strays(values)
        if len(stray) < _MOST_STRAY * len(values):  # only the others are worked on
            clean = values.copy()
            clean.iloc[stray] = _cleaned(values.iloc[stray]).array
            return clean
    known = values.map(_one_text, na_action="ignore") if values.dtype == object else values
    return _cleaned(known.astype("str").where(values.notna()))


def _strays(texts: pd.Series) -> np.ndarray:
    """Places of texts that are blank or hold a stray blank."""
    cells = pa.array(texts.array, from_pandas=True)
    cells = pa.concat_arrays(cells.chunks) if isinstance(cells, pa.ChunkedArray) else cells
    perhaps = np.flatnonzero(_perhaps_stray(cells) & np.array(cells.is_valid()))
    found = pc.match_substring_regex(cells.take(pa.array(perhaps)), _STRAY)
    return perhaps[np.array(found)]


def _perhaps_stray(cells: pa.Array) -> NDArray[np.bool_]:
    """Whether each text is empty or has a letter that may be or begin a stray blank: all others are clean."""
    perhaps = np.empty(len(cells), "bool")
    for at, ends, letters in pieces_of(cells):
        blank = letters == _BLANK
        odd = (letters < _BLANK) | (letters == _FOREIGN[0]) | ((letters >= _FOREIGN[1]) & (letters <= _FOREIGN[2]))
        odd[:-1] |= blank[1:] & blank[:-1]
        filled = np.diff(ends) > 0
        some = ~filled
        some[filled] = blank[ends[:-1][filled]] | blank[ends[1:][filled] - 1]
        some[np.searchsorted(ends[1:], np.flatnonzero(odd), side="right")] = True
        perhaps[at : at + len(some)] = some
    return perhaps


def _cleaned(text: pd.Series) -> pd.Series:
    text = text.str.replace("[ \\t\\r\\n\\f\\v\u00a0\u202f\u2007]+", " ", regex=True).str.strip()
    return text.where(text != "")


def _is_clean(values: pd.Series) -> bool:
    """Whether these are texts of which none is blank or holds a stray blank: in most columns of most files."""
    if values.dtype != "str" or values.dtype == object:
        return False
    cells = pa.array(values.array, from_pandas=True)
    parts = cells.chunks if isinstance(cells, pa.ChunkedArray) else [cells]
    return all(_is_clean_part(part) for part in parts if len(part))


def _is_clean_part(cells: pa.Array) -> bool:
    texts, foreign = 0, False
    for _, ends, letters in pieces_of(cells):
        filled = np.diff(ends) > 0
        texts += int(np.count_nonzero(filled))
        blank = letters == _BLANK
        if blank[ends[:-1][filled]].any() or blank[ends[1:][filled] - 1].any():
            return False
        if (blank[1:] & blank[:-1]).any() or (letters < _BLANK).any():
            return False
        foreign = foreign or bool((letters > 127).any())
    if texts < len(cells) - cells.null_count:
        return False
    return not foreign or not pc.any(pc.match_substring_regex(cells, _STRAY)).as_py()


def _one_text(value: object) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


@lru_cache(maxsize=100_000)
def plain(text: str) -> str:
    """Text for comparing words: lower case, no accents, single blanks, no full stop or quotes around it.

    Examples
    --------
    >>> plain("  Weiß nicht. "), plain("Très  Satisfait"), plain("Don’t know")
    ('weiss nicht', 'tres satisfait', "don't know")
    """
    text = unicodedata.normalize("NFKD", text.replace("’", "'").casefold()).translate(_STROKES)
    text = "".join(c for c in text if not unicodedata.combining(c))
    return re.sub(r"\s+", " ", text).strip(" .!\"'*")


@lru_cache(maxsize=100_000)
def name_words(name: str) -> str:
    """A column's name as plain words: camel case, underscores and digits taken apart.

    Examples
    --------
    >>> name_words("overallRating_2"), name_words("Q7ALL"), name_words("¿Qué tan fácil?")
    ('overall rating 2', 'q 7 all', 'que tan facil')
    """
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return " ".join(re.findall(r"[^\W\d_]+|\d+", plain(apart)))
