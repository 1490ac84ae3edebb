"""Dates written as text: ISO, day or month first, month names, with or without a time; two forms in one column."""

from __future__ import annotations

import functools
import re
import sys
import unicodedata
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from cxanalysis.columns.cell_text import plain
from cxanalysis.columns.text_letters import AT_ONCE, pieces_of

#: Zones by their names → hours ahead of UTC.
ZONES: Final = {
    "utc": 0.0, "gmt": 0.0, "z": 0.0, "wet": 0.0, "west": 1.0, "bst": 1.0, "cet": 1.0, "cest": 2.0, "mez": 1.0,
    "mesz": 2.0, "eet": 2.0, "eest": 3.0, "msk": 3.0, "trt": 3.0, "sast": 2.0, "gst": 4.0, "pkt": 5.0, "ist": 5.5,
    "ict": 7.0, "wib": 7.0, "sgt": 8.0, "hkt": 8.0, "awst": 8.0, "jst": 9.0, "kst": 9.0, "aest": 10.0, "aedt": 11.0,
    "nzst": 12.0, "nzdt": 13.0, "brt": -3.0, "art": -3.0, "clt": -4.0, "ast": -4.0, "adt": -3.0, "est": -5.0,
    "edt": -4.0, "cst": -6.0, "cdt": -5.0, "mst": -7.0, "mdt": -6.0, "pst": -8.0, "pdt": -7.0, "akst": -9.0,
    "hst": -10.0,
}  # fmt: skip
_ZONE_NAMES: Final = "|".join(sorted(ZONES, key=len, reverse=True))
_TIME: Final = (
    r"(?:[ T,]+(?:at |um |a las |alle |om |a )?(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})"
    r"(?:[:.](?P<second>\d{2})(?:[.,](?P<part>\d{1,9}))?)?"
    r"(?:\s?(?P<half>[AaPp])\.?\s?[Mm]\.?)?(?i: uhr)?"
    rf"\s?(?P<zone>(?i:(?:UTC|GMT)?[+\-]\d{{1,2}}(?::?\d{{2}})?|{_ZONE_NAMES}))?(?: ?\([^()]*\))?)?$"
)
#: The form that pandas reads fast: ISO, without a zone.
_USUAL: Final = r"^\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)?$"
#: The same, a zero for each digit.
_FORMS: Final = frozenset(f"0000-00-00{clock}" for clock in ("", " 00:00", "T00:00", " 00:00:00", "T00:00:00"))
_ISO: Final = r"^(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})" + _TIME
_ORDERED: Final = r"^(?P<first>\d{1,2})[-/.](?P<next>\d{1,2})[-/.](?P<year>\d{4}|\d{2})" + _TIME
_COMPACT: Final = r"^(?P<year>(?:19|20)\d{2})(?P<month>0[1-9]|1[0-2])(?P<day>[0-3]\d)$"
_MONTH: Final = r"^(?P<year>(?:19|20)\d{2})[-/. ](?P<month>0?[1-9]|1[0-2])$"
_MONTH_YEAR: Final = r"^(?P<month>0?[1-9]|1[0-2])[-/.](?P<year>(?:19|20)\d{2})$"
_NAMED: Final = (
    r"^(?:[a-z]{2,12}\.?,? )?(?:(?P<day>\d{1,2})(?:st|nd|rd|th|er)?[ .\-]+(?:de |of )?)?(?P<name>[a-z]{3,12})[ .\-]+"
    r"(?:(?P<day2>\d{1,2})(?:st|nd|rd|th)?,? )?(?:de )?(?P<year>(?:19|20)\d{2})" + _TIME.replace("AaPp", "ap")
)
#: "07-Apr-24", as spreadsheets write days.
_NAMED_SHORT: Final = r"^(?P<day>\d{1,2})[ .\-/](?P<name>[a-z]{3,10})\.?[ .\-/]'?(?P<year>\d{2})" + _TIME.replace(
    "AaPp", "ap"
)
#: A day of a month without its year: "23-Nov", "Nov 23", "23. November".
_NO_YEAR: Final = (
    r"^(?:(?P<day>\d{1,2})(?:st|nd|rd|th|er)?[ .\-/]+(?:de |of )?(?P<name>[a-z]{3,12})\.?"
    r"|(?P<name2>[a-z]{3,12})\.?[ .\-/]+(?P<day2>\d{1,2})(?:st|nd|rd|th)?)$"
)
_MONTHS: Final = (
    "jan january januar enero janvier janeiro ene janv januari gennaio gen styczen stycznia sty",
    "feb february februar febrero fevrier fevereiro fev fevr februari febbraio luty lutego lut",
    "mar march marz maerz marzo mars marco mrz maart mrt marzec marca",
    "apr april abril avril abr avr aprile kwiecien kwietnia kwi",
    "may mai mayo maio mei maggio mag maj maja",
    "jun june juni junio juin junho giugno giu czerwiec czerwca cze",
    "jul july juli julio juillet julho juil luglio lug lipiec lipca lip",
    "aug august agosto aout ago augustus sierpien sierpnia sie",
    "sep sept september septiembre septembre setembro set settembre wrzesien wrzesnia wrz",
    "oct october oktober octubre octobre outubro okt out ottobre ott pazdziernik pazdziernika paz",
    "nov november noviembre novembre novembro listopad listopada lis",
    "dec december dezember diciembre decembre dezembro dez dic dicembre grudzien grudnia gru",
)
#: Name of a month as a plain word → its number.
MONTH_NUMBER: Final = {word: i for i, words in enumerate(_MONTHS, 1) for word in words.split()}
_ZONE: Final = (
    rf":\d{{2}}(?:[.,]\d+)?\s?(?:[AaPp]\.?[Mm]\.?)? ?((?i:(?:UTC|GMT)?[+\-]\d{{1,2}}(?::?\d{{2}})?|"
    rf"{_ZONE_NAMES}))(?: ?\([^()]*\))?$"
)
#: Seconds between summer and winter time of one place.
_SUMMER_TIME: Final = 3600
#: Two-digit years from here on belong to the last century.
_CENTURY: Final = 70
_EARLIEST, _LATEST = 1800, 2200


@dataclass(frozen=True, slots=True)
class DateOrder:
    """Whether the day or the month comes first in dates such as 3/4/2024.

    Attributes
    ----------
    day_first : bool or None
        None where the values do not tell.
    day_votes, month_votes : int
        Cells that can only be read day first, only month first.
    forms : int
        Cells written in such a form at all.
    """

    day_first: bool | None
    day_votes: int
    month_votes: int
    forms: int


def date_order(counts: pd.Series) -> DateOrder:
    """Decide from the values; index: distinct texts, values: their counts.

    Examples
    --------
    >>> date_order(pd.Series([5, 2], index=["13/02/2024", "03/02/2024"])).day_first
    True
    >>> date_order(pd.Series([5, 2], index=["1/1/2024", "2/1/2024"])).day_first is None
    True
    """
    texts = _in_usual_digits(pd.Series(counts.index, dtype="str"))
    known = texts.str.match(_ORDERED).fillna(False).to_numpy(bool)
    parts = texts[known].str.extract(_ORDERED)
    first, second = pd.to_numeric(parts["first"]), pd.to_numeric(parts["next"])
    weight = counts.to_numpy()[known]
    day = int(weight[(first > 12) & (second <= 12)].sum())
    month = int(weight[(second > 12) & (first <= 12)].sum())
    forms = int(weight.sum())
    order = None if day == month else day > month
    if order is None and not day and len(first) >= 6 and (first.nunique() == 1) != (second.nunique() == 1):
        order = bool(first.nunique() == 1)  # monthly figures: the part that never changes is the day
    return DateOrder(order, day, month, forms)


def parse_dates(texts: pd.Series, day_first: bool = False, *, local: bool = False) -> pd.Series:
    """Points in time from clean texts; missing where a text is no date.

    Times with a zone are turned to UTC; with `local` they stay what the clock on the wall showed.

    A date that makes sense only the other way round ("13/02/2024" in a month-first column) is read that way.

    Examples
    --------
    >>> parse_dates(pd.Series(["2015-06-13", "13-03-2015", "5/10/18 4:01", "no"]), day_first=True).dt.date.tolist()
    [datetime.date(2015, 6, 13), datetime.date(2015, 3, 13), datetime.date(2018, 10, 5), NaT]
    """
    places, values = pd.factorize(texts)
    return (
        parse_distinct_dates(pd.Series(values, dtype="str"), day_first, local=local)
        .reindex(places)
        .set_axis(texts.index)
    )


def parse_distinct_dates(distinct: pd.Series, day_first: bool = False, *, local: bool = False) -> pd.Series:
    """The same for texts of which no two are alike, which is faster; their index must be 0, 1, 2 …"""
    if _all_alike(distinct):
        return _usual_moments(distinct)
    distinct = _in_usual_digits(distinct)
    is_usual = distinct.str.match(_USUAL).fillna(False).to_numpy(bool)
    if len(distinct) and is_usual.all():
        return _usual_moments(distinct)
    found = pd.Series(pd.NaT, index=distinct.index, dtype="datetime64[us]")
    usual = distinct[is_usual]
    if len(usual):
        found.loc[usual.index] = _usual_moments(usual)
    for pattern in (_ISO, _ORDERED, _COMPACT, _MONTH, _MONTH_YEAR, _NAMED, _NAMED_SHORT):
        left = distinct[found.isna()]
        if left.empty:
            break
        left = left.map(plain) if pattern in (_NAMED, _NAMED_SHORT) else left
        left = left[left.str.match(pattern)]
        if len(left):
            found.loc[left.index] = _moments(left.str.extract(pattern), day_first, local)
    return found


def _in_usual_digits(texts: pd.Series) -> pd.Series:
    """Digits of other scripts ("٢٠٢٤") as 0 to 9: patterns take them for digits, numbers are not made of them."""
    others = pc.match_substring_regex(pa.array(texts.array, type=pa.large_string(), from_pandas=True), r"[^\x00-\x7F]")
    if not pc.any(others).as_py():
        return texts
    foreign = others.fill_null(False).to_numpy(zero_copy_only=False)
    return texts.where(~foreign, texts.str.translate(_digits()))


@functools.cache
def _digits() -> dict[int, str]:
    """Every digit of another script → ours."""
    decimals = ((code, unicodedata.decimal(chr(code), None)) for code in range(128, sys.maxunicode))
    return {code: str(digit) for code, digit in decimals if digit is not None}


def _all_alike(texts: pd.Series) -> bool:
    """Whether all are in one usual form, letter by letter: a million of them in a tenth of the time of a pattern."""
    form = re.sub("[0-9]", "0", str(texts.iloc[0])) if len(texts) and texts.dtype == "str" else ""
    if form not in _FORMS:
        return False
    least, most = (np.frombuffer(one.encode() * AT_ONCE, "uint8") for one in (form, form.replace("0", "9")))
    return all(
        (np.diff(ends) == len(form)).all()
        and (letters >= least[: len(letters)]).all()
        and (letters <= most[: len(letters)]).all()
        for _, ends, letters in pieces_of(pa.array(texts.array, from_pandas=True))
    )


def _usual_moments(texts: pd.Series) -> pd.Series:
    """Points in time of texts in the usual form; missing where there is no such day."""
    try:
        read = pc.cast(pa.array(texts.array, from_pandas=True), pa.timestamp("us")).to_numpy(zero_copy_only=False)
        moments = pd.Series(read, index=texts.index).astype("datetime64[us]")
    except pa.ArrowInvalid:  # one of them is no day; pandas goes on after it, but is slower
        moments = pd.to_datetime(texts, format="ISO8601", errors="coerce").astype("datetime64[us]")
    first, after = pd.Timestamp(_EARLIEST, 1, 1), pd.Timestamp(_LATEST + 1, 1, 1)
    return moments.where((moments >= first) & (moments < after))


def _moments(parts: pd.DataFrame, day_first: bool, local: bool) -> pd.Series:
    year = pd.to_numeric(parts["year"])
    short = parts["year"].str.len() == 2
    year = year.where(~short, year.where(year < _CENTURY, year - 100) + 2000)
    if "first" in parts:
        first, second = pd.to_numeric(parts["first"]), pd.to_numeric(parts["next"])
        day, month = (first, second) if day_first else (second, first)
        swapped = (month > 12) & (day <= 12)
        day, month = day.where(~swapped, month), month.where(~swapped, day)
    elif "name" in parts:
        month = parts["name"].map(MONTH_NUMBER)
        day = pd.to_numeric(parts["day"].fillna(parts["day2"]) if "day2" in parts else parts["day"]).fillna(1)
    else:
        month = pd.to_numeric(parts["month"])
        day = pd.to_numeric(parts["day"]) if "day" in parts else pd.Series(1, index=parts.index)
    sensible = year.between(_EARLIEST, _LATEST) & month.between(1, 12) & day.between(1, 31)
    dates = pd.DataFrame({"year": year, "month": month, "day": day}).where(sensible)
    moments = pd.to_datetime(dates, errors="coerce").astype("datetime64[us]")
    return moments + _clock(parts, local) if "hour" in parts else moments


def _clock(parts: pd.DataFrame, local: bool) -> pd.Series:
    """The time of day as a duration; 0 where there is none."""
    hour = pd.to_numeric(parts["hour"]).fillna(0)
    half = parts["half"].str.lower()
    hour = hour.mask((half == "p") & (hour < 12), hour + 12).mask((half == "a") & (hour == 12), 0)
    seconds = hour * 3600 + pd.to_numeric(parts["minute"]).fillna(0) * 60 + pd.to_numeric(parts["second"]).fillna(0)
    part = pd.to_numeric("0." + parts["part"].fillna("0"))
    ahead = 0.0 if local else _ahead(parts["zone"])
    return pd.to_timedelta(seconds + part - ahead, unit="s").astype("timedelta64[us]")


def _ahead(zones: pd.Series) -> pd.Series:
    """Seconds by which zones are ahead of UTC; 0 where there is none."""
    offset = zones.str.extract(r"([+\-])(\d{1,2}):?(\d{2})?$")
    ahead = (pd.to_numeric(offset[1]) * 3600 + pd.to_numeric(offset[2]).fillna(0) * 60).fillna(0)
    named = (zones.str.lower().map(ZONES) * 3600).fillna(0.0)
    return ahead.where(offset[0] != "-", -ahead).where(offset[0].notna(), named)


def one_place(texts: pd.Series) -> str | None:
    """The zone, in words, if all times with one are of one place (summer and winter time may differ); else None.

    >>> one_place(pd.Series(["2024-03-31 10:00 CET", "2024-04-01 10:00 CEST"])), one_place(pd.Series(["2024-03-31"]))
    ('CET', None)
    """
    zones = texts.str.extract(_ZONE)[0].dropna()
    if zones.empty:
        return None
    ahead = _ahead(zones)
    if ahead.max() - ahead.min() > _SUMMER_TIME or not ahead.any():
        return None
    return str(zones.iloc[0])


def days_without_year(texts: pd.Series) -> pd.Series:
    """Which texts are days of a month without their year ("23-Nov")."""
    parts = texts.map(plain, na_action="ignore").str.extract(_NO_YEAR)
    known = parts["name"].fillna(parts["name2"]).map(MONTH_NUMBER).notna()
    return known & pd.to_numeric(parts["day"].fillna(parts["day2"]), errors="coerce").between(1, 31)


def parse_in_year(texts: pd.Series, year: int, month: int | None = None) -> pd.Series:
    """Days of a known year: "23-Nov", or with a known month the bare numbers of days.

    >>> parse_in_year(pd.Series(["23-Nov", "Dec 1"]), 2024).dt.strftime("%Y-%m-%d").tolist()
    ['2024-11-23', '2024-12-01']
    """
    if month is not None:
        day = pd.to_numeric(texts, errors="coerce")
        months = pd.Series(float(month), index=texts.index)
    else:
        parts = texts.map(plain, na_action="ignore").str.extract(_NO_YEAR)
        day = pd.to_numeric(parts["day"].fillna(parts["day2"]), errors="coerce")
        months = parts["name"].fillna(parts["name2"]).map(MONTH_NUMBER).astype("float64")
    sensible = day.between(1, 31) & months.notna()
    dates = pd.DataFrame({"year": year, "month": months, "day": day}).where(sensible)
    return pd.to_datetime(dates, errors="coerce").astype("datetime64[us]")
