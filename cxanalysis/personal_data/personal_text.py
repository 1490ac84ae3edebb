"""Personal data inside texts: where it stands, and the same text with it covered.

Found: e-mail addresses, IBANs, card numbers, phone numbers, IP addresses, identity numbers with check digits, street
addresses with a house number, and names after a title ("Frau Weber") or an introduction ("my name is Ann Lee").
Not found: other names, addresses without a street word, numbers written out in words.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

import pandas as pd
import phonenumbers
import pyarrow as pa
import pyarrow.compute as pc
from stdnum import iban, luhn
from stdnum.br import cpf
from stdnum.es import nie, nif
from stdnum.exceptions import ValidationError
from stdnum.fr import nir
from stdnum.it import codicefiscale
from stdnum.us import ssn

from cxanalysis.columns.number_format import parse_numbers
from cxanalysis.personal_data.personal_kinds import PERSONAL

#: Start, end and kind of one find.
Span = tuple[int, int, str]

EMAIL: Final = re.compile(
    r"[\w.+%'\-]*[\w+%\-](?:@|\s?[\[(](?:at|arroba)[\])]\s?)[^\W_](?:[\w\-]*[^\W_])?(?:\.[^\W_](?:[\w\-]*[^\W_])?)+"
)
_IBAN: Final = re.compile(r"\b[A-Za-z]{2}\d{2}(?=[ \-]?[A-Za-z0-9]{4})")
_CARD: Final = re.compile(r"(?<![\w.,\-/])(?:\d[ \-]?){12,18}\d(?![\w])")
#: How cards begin, with their number of digits.
_ISSUERS: Final = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|"
    r"3(?:0[0-5]|[68]\d)\d{11}|6(?:011|5\d\d|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|(?:50|5[6-9]|6\d)\d{10,17}"
)
_PHONE: Final = re.compile(r"(?<![\w.,+/@#:\-])(?:\+|\(\+?)?\d(?:[ ()./\-]{0,2}\d){6,16}(?![\w@]|[.,\-/]\d)")
_DATE_LIKE: Final = re.compile(
    r"^(?:\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2,4}|\d{4}[-/. ]\d{1,2}[-/. ]\d{1,2})(?:$|[ T]\d{1,2}$)"
)
#: A number with its decimals, as columns of measurements hold it.
_DECIMAL: Final = re.compile(r"^[+\-]?\d+[.,]\d+$")
#: "737-800/300": a slash stands in a phone number after its area code only.
_LATE_SLASH: Final = re.compile(r"\d[ .\-]\d+/")
_HOURS: Final = re.compile(r"^(?:[01]?\d|2[0-3])[.:]?[0-5]\d ?[\-/] ?(?:[01]?\d|2[0-3])[.:]?[0-5]\d$")
_AMOUNT_LIKE: Final = re.compile(r"^[1-9]\d{0,2}([. ])\d{3}(\1\d{3})?$")
_CALL: Final = re.compile(
    r"(?i)\b(call\w*|phone\w*|tel\w*|tlf|mobile|cell|handy|mobil\w*|rufnummer|anruf\w*|erreich\w*|ruf\w*|"
    r"whatsapp|sms|"
    r"movil|móvil|llam\w+|numero|número|portable|appel\w*|joindre|joignable|ligue\w*|ligar|telem[oó]vel|celular|"
    r"contact\w*|reach\w*|ring)\W[^.;!?]{0,30}$"
)
_REFERENCE: Final = re.compile(
    r"(?i)(?<!\w)(order|invoice|ticket|case|ref\w*|track\w*|parcel|booking|contract|policy|customer|account|article|"
    r"item|serial|"
    r"bestell\w*|auftrag\w*|rechnung\w*|vorgang\w*|kunden\w*|sendung\w*|vertrag\w*|artikel\w*|pedido|factura|"
    r"albar[aá]n|"
    r"reserva|cliente|contrato|expediente|env[ií]o|art[ií]culo|commande|facture|dossier|colis|client|encomenda|"
    r"fatura|"
    r"number|nummer|n[º°o]\.?|nr\.?|id|#)\W{0,3}(?:is|was|ist|war|es|est|é|era|number|nummer|n[uú]mero|"
    r"num[eé]ro|no\.?|nr\.?|n[º°]|:|#)?\W{0,3}$"
)
_IP4: Final = re.compile(
    r"(?<![\d.\w])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d\w]|\.\d)"
)
_IP6: Final = re.compile(r"(?<![\w:])(?:[0-9A-Fa-f]{0,4}:){3,7}[0-9A-Fa-f]{1,4}(?![\w:])")
_VERSION: Final = re.compile(r"(?i)(\bv|version|release|firmware|build|kapitel|chapter|section|punkt)[\s.:]*$")
_IDS: Final[Sequence[tuple[re.Pattern[str], Callable[[str], str]]]] = (
    (re.compile(r"(?<![\w\-.,])\d{8}-?[A-HJ-NP-TV-Za-hj-np-tv-z](?!\w)"), nif.validate),
    (re.compile(r"(?<![\w\-])[XYZxyz]-?\d{7}-?[A-Za-z](?!\w)"), nie.validate),
    (
        re.compile(r"(?<!\w)[A-Za-z]{6}\d\d[A-EHLMPR-Ta-ehlmpr-t]\d\d[A-Za-z]\d{3}[A-Za-z](?!\w)"),
        codicefiscale.validate,
    ),
    (re.compile(r"(?<![\w.])\d{3}\.\d{3}\.\d{3}-\d\d(?!\w)"), cpf.validate),
    (re.compile(r"(?<!\w)[12] ?\d\d ?(?:0[1-9]|1[0-2]|[2-9]\d) ?\d[\dABab] ?\d{3} ?\d{3} ?\d\d(?!\w)"), nir.validate),
    (re.compile(r"(?<![\w\-])\d{3}-\d{2}-\d{4}(?![\w\-])"), ssn.validate),
)
_CAPITAL: Final = r"[A-ZÀ-ÖØ-Þ][\w'’\-]+"
_NAME: Final = rf"{_CAPITAL}(?: (?:(?:de|da|do|dos|del|della|van|von|der|den|la|le|du|di|y) ){{0,2}}{_CAPITAL}){{0,2}}"
#: A title or an introduction; the name that follows is what is covered.
_INTRODUCED: Final = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Miss|Mister|Herrn?|Frau|Señora?|Señorita|Monsieur|Madame|Mademoiselle|Mme|Mlle|Senhora?|"
    r"Signora?)\b\.?"
    r"|\b(?:Dr|Dra|Prof|Sr|Sra|Srta|Hr|Fr)\b\.?"
    r"|(?i:\bmy name is|\bmi nombre es|\bme llamo|\bmein name ist|\bich hei(?:ß|ss)e|\bje m['’]appelle|\bmon nom est|"
    rf"\bo meu nome é|\bchamo-me|\bmeu nome é))[ \u00a0](?P<name>{_NAME})"
)
_STREET: Final = re.compile(
    r"(?:(?i:\bcalle|\bc/|\bavenida|\bavda\.?|\bplaza|\bpaseo|\bcarrer|\brua|\btravessa|\bpraça|\bvia|\bpiazza)"
    rf" (?:(?:de|del|la|las|los|da|do|dos|das|el) ){{0,2}}{_CAPITAL}(?: (?:(?:de|del|la|y|da|"
    rf"do) )?{_CAPITAL}){{0,3}},?"
    r" (?i:n[º°.] ?)?\d{1,4}\w?"
    r"|\b(?:[A-ZÄÖÜ][\wäöüß\-]{2,}(?:straße|strasse|str\.|gasse|weg|platz|allee)"
    r"|[A-ZÄÖÜ][\wäöüß\-]+ (?:Straße|Strasse|Str\.|Weg|Platz|Allee|Gasse)) \d{1,4} ?[a-h]?\b"
    r"|\b\d{1,4}(?: (?:bis|ter))?,? (?:rue|avenue|boulevard|bd|place|chemin|impasse|quai|allée)"
    rf" (?:(?:de|du|des|la|le|les) |(?:de )?l['’]|d['’]){{0,2}}{_CAPITAL}(?:[ \-]{_CAPITAL}){{0,3}}"
    rf"|\b\d{{1,5}} (?:{_CAPITAL} ){{1,3}}(?:Street|St\.?|Road|Rd\.?|Avenue|Ave\.?|Lane|Drive|Boulevard|Blvd\.?|"
    rf"Court|Close|Terrace)(?!\w))"
)
#: One look over all texts at once: only texts that hold any of this are looked into (RE2's syntax, no look-around).
_WORTH: Final = (
    r"@|[\[(](?:at|arroba)[\])]|\d(?:[ ()./\-]{0,2}\d){6}|\d\.\d{1,3}\.\d|[0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{0,4}:|"
    r"[A-Za-z]{2}\d{2}[ \-]?[A-Za-z0-9]{4}|\d{7}-?[A-Za-z]|[A-Za-z]{6}\d\d[A-Za-z]\d|"
    r"\b(?:Mr|Mrs|Ms|Miss|Mister|Herrn?|Frau|Señora?|Señorita|Monsieur|Madame|Mademoiselle|Mme|Mlle|Senhora?|"
    r"Signora?|"
    r"Dr|Dra|Prof|Sr|Sra|Srta|Hr|Fr)\b|(?i:name is|nombre es|me llamo|name ist|heiße|heisse|"
    r"m['’]appelle|nom est|"
    r"nome é|chamo-me|calle|c/|avenida|avda|plaza|paseo|carrer|rua|travessa|praça|\bvia |piazza|stra(?:ß|ss)e|"
    r"str\.|gasse|weg \d|"
    r"platz|allee|ufer|damm|rue|avenue|boulevard|place|chemin|impasse|quai|allée|street|\bst\b|road|"
    r"\brd\b|\bave\b|lane|"
    r"drive|blvd|court|close|terrace)"
)
#: Whole texts that hold nothing though they hold digits: dates and times, numbered names (A0004012), short numbers.
_PLAIN: Final = (
    r"^(?:\d{4}-\d\d?-\d\d?(?:[ T]\d\d?:\d\d(?::\d\d(?:\.\d+)?)? ?(?:Z|[+\-]\d\d:?\d\d)?)?|"
    r"\d\d?[./\-]\d\d?[./\-]\d{2,4}(?: \d\d?:\d\d(?::\d\d)?(?: ?[AaPp][Mm])?)?|[A-Za-z]{1,6}[\-_/. ]?\d{2,9}|"
    r"\d{1,11})$"
)
#: A number written in groups, without its country and without a word that announces it, has at least so many digits.
_FEWEST_DIGITS: Final = 9
#: A column with a larger share of numbers (seen from so many of its texts) is one of numbers, not of texts.
_NUMBERS, _GLANCE = 0.8, 1_000
#: Countries whose numbers are tried where a number does not say its own.
COUNTRIES: Final = ("ES", "DE", "FR", "GB", "US", "PT", "IT", "NL", "AT", "CH", "BE", "MX", "BR", "IN")


def worth_a_look(texts: pd.Series) -> pd.Series:
    """Which of the distinct texts of a column may hold something; fast, so that a million texts are no burden.

    Among measurements only what is no number is looked at: their digits say nothing about anybody.
    """
    array = pa.array(texts, pa.large_string(), from_pandas=True)
    found = pc.and_(pc.match_substring_regex(array, _WORTH), pc.invert(pc.match_substring_regex(array, _PLAIN)))
    look = pd.Series(found.fill_null(False).to_numpy(zero_copy_only=False), index=texts.index)
    known = texts.dropna()
    if len(known) and parse_numbers(known.iloc[:: len(known) // _GLANCE + 1]).notna().mean() > _NUMBERS:
        some = texts[look]
        look.loc[some.index] = parse_numbers(some).isna()
    return look


def find_personal(text: str, countries: Sequence[str] = COUNTRIES) -> list[Span]:
    """What is personal in one text, from left to right; nothing overlaps.

    Examples
    --------
    >>> text = "Call me: 612 345 678 or ana@example.com, order 20240115"
    >>> [text[start:end] for start, end, _ in find_personal(text)]
    ['612 345 678', 'ana@example.com']
    """
    taken: list[Span] = []
    for kind, finder in _FINDERS:
        for start, end in finder(text, countries):
            if all(end <= a or start >= b for a, b, _ in taken):
                taken.append((start, end, kind))
    return sorted(taken)


def masked(text: str, countries: Sequence[str] = COUNTRIES) -> str:
    """The text with everything personal covered.

    Examples
    --------
    >>> masked("Frau Weber, bitte an eva.weber@example.de oder +49 30 901820")
    'Frau [name], bitte an [e-mail] oder [phone number]'
    """
    return covered(text, find_personal(text, countries))


def covered(text: str, spans: Iterable[Span]) -> str:
    """The text with these places covered."""
    parts, place = [], 0
    for start, end, kind in spans:
        parts += [text[place:start], PERSONAL[kind].mask]
        place = end
    return "".join([*parts, text[place:]])


def _emails(text: str, _: Sequence[str]) -> Iterator[tuple[int, int]]:
    yield from (found.span() for found in EMAIL.finditer(text))


def _ibans(text: str, _: Sequence[str]) -> Iterator[tuple[int, int]]:
    """From two letters and two digits on, the longest run that is an IBAN: what follows may be letters too."""
    for found in _IBAN.finditer(text):
        compact, place, best = "", found.start(), 0
        while place < len(text) and len(compact) < 34:
            if text[place].isalnum():
                compact += text[place]
                whole = place + 1 == len(text) or not text[place + 1].isalnum()
                if whole and len(compact) >= 15 and iban.is_valid(compact):
                    best = place + 1
            elif not (text[place] in " -" and text[place - 1].isalnum()):
                break
            place += 1
        if best:
            yield found.start(), best


def is_card(digits: str) -> bool:
    """Whether digits are a card number: an issuer's beginning and length, and the check digit.

    >>> is_card("4111111111111111"), is_card("4111111111111112")
    (True, False)
    """
    return _ISSUERS.fullmatch(digits) is not None and luhn.is_valid(digits)


def _cards(text: str, _: Sequence[str]) -> Iterator[tuple[int, int]]:
    for found in _CARD.finditer(text):
        if is_card(re.sub(r"\D", "", found[0])):
            yield found.span()


def _ids(text: str, _: Sequence[str]) -> Iterator[tuple[int, int]]:
    for pattern, validate in _IDS:
        for found in pattern.finditer(text):
            if valid(validate, found[0]):
                yield found.span()


def valid(validate: Callable[[str], str], text: str) -> bool:
    """Whether a checker of python-stdnum accepts the text."""
    try:
        validate(text)
    except ValidationError:
        return False
    return True


def _ips(text: str, _: Sequence[str]) -> Iterator[tuple[int, int]]:
    for found in _IP4.finditer(text):
        # 1.2.3.4 numbers a chapter or a version as often as it is an address.
        if not _VERSION.search(text[: found.start()]) and max(map(int, found[0].split("."))) > 9:
            yield found.span()
    for found in _IP6.finditer(text):
        if is_ip(found[0]) and sum(c in "abcdefABCDEF" for c in found[0]) + found[0].count("::") > 0:
            yield found.span()


def is_ip(text: str) -> bool:
    """Whether the text is an internet address.

    >>> is_ip("192.0.2.1"), is_ip("2001:db8::1"), is_ip("10:30")
    (True, True, False)
    """
    try:
        ipaddress.ip_address(text.strip())
    except ValueError:
        return False
    return True


def _phones(text: str, countries: Sequence[str]) -> Iterator[tuple[int, int]]:
    for found in _PHONE.finditer(text):
        if is_phone(found[0], countries, text[: found.start()]):
            yield found.span()


def is_phone(number: str, countries: Sequence[str], before: str = "") -> bool:
    """Whether a run of digits inside a text is a phone number.

    With its country's code it must be valid there. Without, it must be valid in one of the countries and be written or
    announced as a phone number: a plain run of digits is an order or a customer far more often.

    >>> is_phone("+34 612 345 678", ()), is_phone("612345678", ("ES",)), is_phone("612345678", ("ES",), "mi movil: ")
    (True, False, True)
    """
    number = number.strip()
    digits = re.sub(r"\D", "", number)
    no_phone = (
        _LATE_SLASH.search(number)
        or _HOURS.match(number)
        or _DATE_LIKE.match(number)
        or _DECIMAL.match(number)
        or ("." in number and _AMOUNT_LIKE.match(number))
    )
    if no_phone or not 7 <= len(digits) <= 15:
        return False
    if "+" in number:
        return _valid_phone(f"+{digits}", None)
    if _REFERENCE.search(before[-40:]):
        return False
    if number.startswith("00"):
        return _valid_phone(f"+{digits[2:]}", None)
    grouped = len(re.findall(r"\d+", number)) >= (2 if number[0] in "0(" else 3)
    announced = _CALL.search(before[-60:]) is not None
    if not announced and (not grouped or len(digits) < _FEWEST_DIGITS):
        return False
    return any(_valid_phone(digits, country) for country in countries)


@lru_cache(maxsize=50_000)
def _valid_phone(digits: str, country: str | None) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(digits, country))
    except phonenumbers.NumberParseException:
        return False


def _streets(text: str, _: Sequence[str]) -> Iterator[tuple[int, int]]:
    yield from (found.span() for found in _STREET.finditer(text))


def _names(text: str, _: Sequence[str]) -> Iterator[tuple[int, int]]:
    yield from (found.span("name") for found in _INTRODUCED.finditer(text))


_FINDERS: Final[Sequence[tuple[str, Callable[[str, Sequence[str]], Iterator[tuple[int, int]]]]]] = (
    ("e-mail", _emails),
    ("IBAN", _ibans),
    ("national id", _ids),
    ("card", _cards),
    ("IP address", _ips),
    ("phone", _phones),
    ("address", _streets),
    ("name", _names),
)
