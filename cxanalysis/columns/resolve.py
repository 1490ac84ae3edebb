"""From the rows as read to the rows as analysed: apply missing codes, scales and types."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.columns.cell_text import cell_text, plain
from cxanalysis.columns.date_format import date_order, parse_dates, parse_distinct_dates, parse_in_year
from cxanalysis.columns.number_format import decimal_votes, parse_numbers, read_number
from cxanalysis.columns.scales.answer_words import NO, YES
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.columns.units import HOURS, MAGNITUDES, parse_units

#: Roles whose column holds numbers (float64) once resolved.
NUMERIC: Final = frozenset({"nps", "csat", "ces", "rating", "flag", "number", "amount", "weight"})
#: Roles whose column holds points in time (datetime64, UTC without zone) once resolved.
TEMPORAL: Final = frozenset({"date", "due", "closed"})

#: The year, and perhaps the month, of dates that are written without: an entry of `Table.formats`.
_IN_YEAR: Final = re.compile(r"^in (\d{4})(?:-(\d{2}))?$")
#: Day numbers that spreadsheets use for dates: 1954 to 2119.
_SHEET_DAYS: Final = (20_000, 80_000)
#: So many distinct texts are enough to see a column's own decimal mark or order of day and month.
_TELLING: Final = 5_000

#: Places of texts, where there are any to be left out.
Places = NDArray[np.int64] | None


def resolve(
    raw: pd.DataFrame,
    roles: Mapping[str, str],
    scales: Mapping[str, Scale],
    codes: Mapping[str, tuple[str | float, ...]],
    formats: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Apply the decisions to the rows; the caller's frame is not changed.

    Numeric roles become float64, dates datetime64, everything else text; ignored columns stay as they were read.
    A cell that does not fit its role is empty.
    """
    formats = formats or {}
    columns = {
        str(name): resolve_column(
            raw[name],
            roles.get(str(name), "ignore"),
            scales.get(str(name)),
            codes.get(str(name), ()),
            formats.get(str(name)),
        )
        for name in raw.columns
    }
    return pd.DataFrame(columns, index=raw.index)


def resolve_column(
    values: pd.Series, role: str, scale: Scale | None, codes: tuple[str | float, ...] = (), written: str | None = None
) -> pd.Series:
    """One column under its role; `written` is its entry in `Table.formats`."""
    if role == "ignore":
        return values
    if role in NUMERIC and pd.api.types.is_numeric_dtype(values) and not (scale and scale.labels):
        numbers = values.astype("float64")
        return numbers.mask(numbers.isin([_as_number(code) for code in codes if not math.isnan(_as_number(code))]))
    if role in TEMPORAL and pd.api.types.is_datetime64_any_dtype(values):
        moments = values.dt.tz_convert(None) if values.dt.tz is not None else values
        missing = parse_dates(pd.Series([str(code) for code in codes], dtype="str")).dropna()
        return moments.mask(moments.dt.normalize().isin(missing)).astype("datetime64[us]")
    places, distinct = pd.factorize(values)
    result = resolve_texts(cell_text(pd.Series(distinct)), role, scale, codes, written)
    if role in NUMERIC:
        return pd.Series(np.append(result.to_numpy(), np.nan)[places], index=values.index, name=values.name)
    result = result.reindex(places).set_axis(values.index)
    result.name = values.name
    return result


def resolve_texts(
    texts: pd.Series,
    role: str,
    scale: Scale | None,
    codes: tuple[str | float, ...] = (),
    written: str | None = None,
    again: Places = None,
) -> pd.Series:
    """Clean texts (hardly two alike) under a role: numbers (float64), points in time (datetime64[us]) or texts.

    `again` are the places of texts that stand in an earlier place too: how a column is written is seen without them.
    """
    texts = texts.reset_index(drop=True)
    if codes:
        texts = texts.mask(_is_code(texts, codes, role))
    if role in NUMERIC:
        return _numbers(texts, role, scale, written, again).astype("float64")
    return _dates(texts, written, again) if role in TEMPORAL else texts


def _as_number(code: str | float) -> float:
    return read_number(code.strip()) if isinstance(code, str) else float(code)


def _is_code(texts: pd.Series, codes: tuple[str | float, ...], role: str) -> pd.Series:
    as_given = cell_text(pd.Series([str(code) for code in codes])).dropna().tolist()
    as_cells = cell_text(pd.Series(list(codes), dtype=object)).dropna().tolist()  # 9.0 is the cell "9"
    found = texts.isin([*as_given, *as_cells])
    numbers = [number for number in map(_as_number, codes) if not math.isnan(number)]
    if role in NUMERIC and numbers:
        found |= parse_numbers(texts).isin(numbers)
    return found


def _numbers(texts: pd.Series, role: str, scale: Scale | None, written: str | None, again: Places) -> pd.Series:
    forms = set((written or "").split(", "))
    shown = decimal_votes(_telling(texts, again)).mark if not forms & {"decimal comma", "decimal point"} else None
    mark = "," if shown == "," or "decimal comma" in forms else "."
    unit = next((form for form in (HOURS, MAGNITUDES) if form in forms), None)
    numbers = parse_units(texts, unit, mark) if unit else parse_numbers(texts, mark)
    words: dict[str, float] = {}
    if scale is not None and scale.labels:
        words = {plain(word): number for word, number in scale.labels}
    elif role == "flag":
        words = {**dict.fromkeys(YES, 1.0), **dict.fromkeys(NO, 0.0)}
    if words:
        labelled = texts.map(plain, na_action="ignore").map(words).astype("float64")
        if scale is not None and len(words) < len(scale.labels):
            # Some differ only in case, accents or asterisks: those are told apart as the file has them.
            exact = texts.map(dict(scale.labels)).astype("float64")
            labelled = exact.where(exact.notna(), labelled)
        numbers = labelled.where(labelled.notna(), numbers)
    return numbers


def _dates(texts: pd.Series, written: str | None, again: Places) -> pd.Series:
    known = _IN_YEAR.match(written or "")
    if known is not None:
        return parse_in_year(texts, int(known[1]), int(known[2]) if known[2] else None)
    if written == "years":
        years = pd.to_numeric(texts, errors="coerce")
        return pd.to_datetime(years.astype("Int64").astype("str"), format="%Y", errors="coerce").astype(
            "datetime64[us]"
        )
    forms = set((written or "").split(", "))
    told = next((form for form in ("day first", "month first") if form in forms), None)
    day_first = told == "day first" if told else bool(date_order(_telling(texts, again)).day_first)
    local = "local time" in forms
    if texts.isna().any():
        filled = texts.dropna()
        moments = parse_distinct_dates(filled.reset_index(drop=True), day_first, local=local).set_axis(filled.index)
        moments = moments.reindex(texts.index)
    else:
        moments = parse_distinct_dates(texts, day_first, local=local)
    if written == "sheet days":
        days = pd.to_numeric(texts, errors="coerce")
        days = days.where(days.between(*_SHEET_DAYS))
        counted = pd.Timestamp("1899-12-30") + pd.to_timedelta(days, unit="D")
        moments = moments.fillna(counted.astype("datetime64[us]"))
    return moments


def _telling(texts: pd.Series, again: Places) -> pd.Series:
    some = texts.iloc[:0]
    for most in (2 * _TELLING, len(texts)):  # nearly always the first ones are enough
        some = texts.iloc[:most]
        some = (some if again is None else some.drop(again[again < most])).dropna().iloc[:_TELLING]
        if len(some) == _TELLING:
            break
    return pd.Series(1, index=some.to_numpy(), dtype="int64")
