"""Whether a whole column is personal: told by its name, by its values, or by both."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd
import phonenumbers
from stdnum import iban
from stdnum.be import nn
from stdnum.br import cpf
from stdnum.ch import ssn as ahv
from stdnum.de import idnr
from stdnum.es import nie, nif
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.it import codicefiscale
from stdnum.nl import bsn
from stdnum.pl import pesel
from stdnum.se import personnummer
from stdnum.us import ssn

from cxanalysis.columns.date_format import date_order, parse_dates
from cxanalysis.columns.number_format import parse_numbers
from cxanalysis.personal_data.personal_kinds import PERSONAL
from cxanalysis.personal_data.personal_names import name_confidence
from cxanalysis.personal_data.personal_text import COUNTRIES, EMAIL, find_personal, is_card, is_ip, is_phone, valid

#: So many distinct values of a column are looked at, spread over it.
LOOKED_AT: Final = 1_000
#: Checks that cost a tenth of a millisecond each look at so many.
_FEW: Final = 200
#: A column of its own kind: at least this share of its values.
_MOST: Final = 0.5
#: Its name says so, and at least this share of its values could be.
_NAMED: Final = 0.3
#: Numbers that pass a check digit by chance (one in ten or eleven) must nearly all pass, and be many.
_CHECKED, _ENOUGH = 0.95, 10

_IDS: Final[Sequence[tuple[str, Callable[[str], str], bool]]] = (
    # What it is, its check, and whether letters make it unmistakable.
    ("Spanish DNI", nif.validate, True),
    ("Spanish NIE", nie.validate, True),
    ("Italian codice fiscale", codicefiscale.validate, True),
    ("French NIR", nir.validate, False),
    ("German tax id", idnr.validate, False),
    ("Brazilian CPF", cpf.validate, False),
    ("Dutch BSN", bsn.validate, False),
    ("Belgian national number", nn.validate, False),
    ("Polish PESEL", pesel.validate, False),
    ("Swedish personal number", personnummer.validate, False),
    ("Swiss AHV number", ahv.validate, False),
    ("British NHS number", nhs.validate, False),
    ("US social security number", ssn.validate, False),
)
_PHONE_SHAPE: Final = r"^(?:tel\.?:? ?)?\+?\(?\d[\d ()./\-]{5,22}(?: ?(?:x|ext\.?) ?\d{1,5})?$"
_ID_SHAPE: Final = r"^(?=.*\d)[A-Za-z]{0,3}[ \-]?[\dA-Za-z][\dA-Za-z .\-/]{4,20}$"
#: Numbers of other things: a column of such a name is no phone, card or identity, however its numbers look.
_OTHER_NUMBER: Final = re.compile(
    r"\b(order\w*|invoice\w*|ticket\w*|case\w*|tracking|parcel\w*|booking|contract\w*|product\w*|sku|ean|gtin|"
    r"isbn|upc|item\w*|"
    r"bestell\w*|auftrag\w*|rechnung\w*|artikel\w*|pedido\w*|factura\w*|commande\w*|encomenda\w*|amount|price|"
    r"revenue|"
    r"timestamp|date|time|row|index|seed|version|model|duration|count|respondent|response ?id|customer ?id|"
    r"user ?id)\b"
)
_STREET: Final = re.compile(
    r"(?i)\b(?:street|st\.?|road|rd\.?|avenue|ave\.?|lane|drive|blvd|boulevard|calle|c/|avda\.?|avenida|plaza|"
    r"paseo|rue|place|"
    r"chemin|rua|travessa|praça|via|piazza|weg|allee|platz|gasse|\w+(?:stra(?:ß|ss)e|str\.|weg|gasse|platz|"
    r"allee))(?!\w)"
)
_ADDRESS_OF_ELSE: Final = re.compile(r"\b(web|ip|mac|email|e mail|mail|url|internet|wallet|billing type|name|nombre)\b")


@dataclass(frozen=True, slots=True)
class WholeColumn:
    """A whole column of one kind: how sure and why."""

    kind: str
    confidence: float
    reason: str


def whole_column(
    words: str, texts: pd.Series, share_distinct: float, countries: Sequence[str] = COUNTRIES
) -> WholeColumn | None:
    """The kind of personal data that a column is; None if it is none.

    Parameters
    ----------
    words : str
        Its name as plain words.
    texts : Series
        Distinct clean texts (the more usual first or in any order).
    share_distinct : float
        Distinct texts per filled cell.
    countries : sequence of str
        Whose phone numbers are tried where a number does not say its country.

    Examples
    --------
    >>> whole_column("contact", pd.Series(["ana@example.com", "bo@example.org"]), 1.0)
    WholeColumn(kind='e-mail', confidence=0.95, reason='100% of its values are e-mail addresses')
    >>> whole_column("order number", pd.Series(["612345678", "612345679"]), 1.0) is None
    True
    """
    some = texts.iloc[:: len(texts) // LOOKED_AT + 1].reset_index(drop=True)
    if some.empty:
        return None
    for rule in (_email, _iban, _card, _national_id, _ip, _phone, _date_of_birth, _coordinates):
        found = rule(words, some, countries)
        if found is not None:
            return found
    return _address(words, some, share_distinct) or _name(words, some, share_distinct) or _postcode(words, some)


def _said(kind: str, share: float, named: bool, most: float = _MOST) -> WholeColumn | None:
    """Enough of the values, or fewer if the name says so too."""
    if share >= most:
        why = f"{share:.0%} of its values are {PERSONAL[kind].many}"
        return WholeColumn(kind, 0.98 if named else 0.95, f"its name says so, and {why}" if named else why)
    if named and share >= _NAMED:
        return WholeColumn(kind, 0.9, f"its name says so, and {share:.0%} of its values are {PERSONAL[kind].many}")
    return None


def _email(words: str, some: pd.Series, _: Sequence[str]) -> WholeColumn | None:
    fits = some.str.match(rf"^(?:mailto:|<)?(?:{EMAIL.pattern})>?$")
    return _said("e-mail", float(fits.mean()), PERSONAL["e-mail"].in_name(words))


def _iban(words: str, some: pd.Series, _: Sequence[str]) -> WholeColumn | None:
    shaped = some.str.match(r"^[A-Za-z]{2}\d{2}[ \-]?[\dA-Za-z \-]{10,36}$")
    if not shaped.any():
        return None
    tried = some[shaped].iloc[:_FEW]
    good = float(tried.map(iban.is_valid).mean()) * float(shaped.mean())
    return _said("IBAN", good, PERSONAL["IBAN"].in_name(words))


def _card(words: str, some: pd.Series, _: Sequence[str]) -> WholeColumn | None:
    digits = some.str.replace(r"[ \-]", "", regex=True)
    shaped = digits.str.match(r"^\d{12,19}$")
    named = PERSONAL["card"].in_name(words)
    if named and (shaped | some.str.match(r"^[*xX•\d \-]{12,23}$")).mean() >= _MOST:
        return WholeColumn("card", 0.9, "its name says so, and its values have as many digits as cards")
    if not shaped.any() or _OTHER_NUMBER.search(words):
        return None
    share = float(digits[shaped].map(is_card).mean()) * float(shaped.mean())
    return _said("card", share, named, most=0.8) if len(some) >= 3 else None


def _national_id(words: str, some: pd.Series, _: Sequence[str]) -> WholeColumn | None:
    shaped = some[some.str.match(_ID_SHAPE)]
    if len(shaped) < _MOST * len(some):
        return None
    named = PERSONAL["national id"].in_name(words)
    if named and not _mostly_words(some):
        return WholeColumn("national id", 0.9, "its name says so, and its values look like identity numbers")
    if _OTHER_NUMBER.search(words):
        return None
    tried = shaped.iloc[:_FEW]
    for what, validate, letters in _IDS:
        share = float(tried.map(lambda text, check=validate: valid(check, text)).mean()) * len(shaped) / len(some)
        enough = len(some) >= (3 if letters else _ENOUGH)
        if enough and share >= (0.8 if letters else _CHECKED):
            return WholeColumn("national id", 0.9, f"{share:.0%} of its values pass the check of a {what}")
    return None


def _mostly_words(some: pd.Series) -> bool:
    return float(some.str.match(r"^[^\d]+$").mean()) > _MOST


def _ip(words: str, some: pd.Series, _: Sequence[str]) -> WholeColumn | None:
    shaped = some.str.match(r"^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]+)$")
    if not shaped.any() or re.search(r"\b(version|release|build|firmware)\b", words):
        return None
    share = float(some[shaped].map(is_ip).mean()) * float(shaped.mean())
    return _said("IP address", share, PERSONAL["IP address"].in_name(words))


def _phone(words: str, some: pd.Series, countries: Sequence[str]) -> WholeColumn | None:
    digits = some.str.replace(r"\D", "", regex=True).str.len()
    shaped = some.str.match(_PHONE_SHAPE) & digits.between(7, 17)
    share = float(shaped.mean())
    dates = some[shaped].str.match(r"^\d{1,4}([-/.])\d{1,2}\1\d{1,4}$")
    if share < _NAMED or dates.mean() > 0.2 or (_OTHER_NUMBER.search(words) and "phone" not in words):
        return None
    if PERSONAL["phone"].in_name(words):
        return WholeColumn("phone", 0.95, f"its name says so, and {share:.0%} of its values have a phone number's form")
    tried = some[shaped].iloc[:_FEW]
    good = float(tried.map(lambda text: is_phone(text, countries)).mean()) * share
    # Digits written without a sign or a gap are numbers of something: only a name could make them phone numbers.
    written = float(tried.str.contains(r"^\+|^00|[ ()./\-]").mean())
    return _said("phone", good, named=False, most=0.7) if written >= _MOST and len(some) >= 2 else None


def _date_of_birth(words: str, some: pd.Series, _: Sequence[str]) -> WholeColumn | None:
    if not PERSONAL["date of birth"].in_name(words):
        return None
    tried = some.iloc[:_FEW]
    order = date_order(pd.Series(1, index=tried.to_numpy()))
    if parse_dates(tried, bool(order.day_first)).notna().mean() < _MOST:
        return None
    return WholeColumn("date of birth", 0.9, "its name says so, and its values are dates")


def _coordinates(words: str, some: pd.Series, _: Sequence[str]) -> WholeColumn | None:
    if not PERSONAL["coordinates"].in_name(words):
        return None
    numbers = parse_numbers(some)
    pairs = some.str.match(r"^\(?-?\d{1,3}\.\d+,? ?-?\d{1,3}\.\d+\)?$")
    plain = numbers.between(-180, 180) & (some.str.contains(r"[.,]\d") | (numbers == 0))
    if (plain | pairs).mean() < _MOST:
        return None
    return WholeColumn("coordinates", 0.85, "its name says so, and its values are degrees")


def _address(words: str, some: pd.Series, share_distinct: float) -> WholeColumn | None:
    if share_distinct < 0.1 and len(some) > 1:
        return None  # places that many share: branches, stations
    numbered = some.str.contains(r"\d") & some.str.contains(r"[^\W\d_]{3}") & some.str.len().between(6, 200)
    streets = float((numbered & some.str.contains(_STREET)).mean())
    named = PERSONAL["address"].in_name(words) and not _ADDRESS_OF_ELSE.search(words)
    if named and float(numbered.mean()) >= _NAMED:
        return WholeColumn(
            "address", 0.95, f"its name says so, and {numbered.mean():.0%} of its values have a number and words"
        )
    short = some.str.len().le(80) & (some.str.count(" ") <= 12)
    if streets >= 0.6 and float(short.mean()) >= 0.9 and len(some) >= 3:
        return WholeColumn("address", 0.8, f"{streets:.0%} of its values are a street with a number")
    return None


def _name(words: str, some: pd.Series, share_distinct: float) -> WholeColumn | None:
    confidence, reason = name_confidence(words, some, share_distinct)
    return WholeColumn("name", confidence, reason) if confidence else None


def _postcode(words: str, some: pd.Series) -> WholeColumn | None:
    if not PERSONAL["postcode"].in_name(words) or some.str.match(r"^[\dA-Za-z][\dA-Za-z \-.]{2,9}$").mean() < _MOST:
        return None
    return WholeColumn(
        "postcode", 0.8, "its name says so; it names a place, not a person, but with age and a date it may point to one"
    )


def countries_of(phones: pd.Series, first: str | None = None) -> tuple[str, ...]:
    """Countries in the order in which these phone numbers speak for them; the one given, or most heard of, first.

    Examples
    --------
    >>> countries_of(pd.Series(["+34 612 345 678", "+34 699 123 456", "030 901820"]))[0]
    'ES'
    """
    votes = dict.fromkeys(COUNTRIES, 0.0)
    for text in phones.iloc[:_FEW]:
        bare = re.sub(r"\D", "", text)
        told = "+" in text or text.strip().startswith("00")
        for country in (None,) if told else COUNTRIES:
            try:
                number = phonenumbers.parse("+" + bare.removeprefix("00") if told else bare, country)
            except phonenumbers.NumberParseException:
                continue
            if phonenumbers.is_valid_number(number):
                where = phonenumbers.region_code_for_number(number) or ""
                votes[where] = votes.get(where, 0.0) + 1.0
    order = sorted(votes, key=lambda country: -votes[country])
    return tuple(dict.fromkeys([*([first] if first else []), *(one for one in order if one)]))


def personal_inside(texts: pd.Series, countries: Sequence[str]) -> dict[str, list[tuple[int, int, str]]]:
    """Distinct text → what is personal in it, only for texts that hold something."""
    found = {str(text): find_personal(str(text), countries) for text in texts}
    return {text: spans for text, spans in found.items() if spans}
