"""People and texts that nobody is or wrote, made by a seeded generator, with what is personal in them marked."""

from __future__ import annotations

import random

import phonenumbers
from stdnum import luhn
from stdnum.iso7064 import mod_97_10

_FIRST = "Anna Lukas María José Chloé Julien Beatriz João Emily James Katrin Jürgen Lucía Sven Aurélie Tiago"
FIRST = _FIRST.split()
_LAST = "Weber García Martin Silva Müller Lefèvre Costa Brown O'Neill Schäfer Ibáñez Dupont-Roy Nunes Whitaker"
LAST = _LAST.split()
#: Names that no list of first names holds.
_RARE = "Thyra Oluwaseun Xochitl Bogumil Zsófia Njord"
RARE_FIRST = _RARE.split()
STREETS = ("Calle Mayor {}", "Hauptstraße {}", "{} rue de Rivoli", "{} Oak Street", "Rua Augusta {}", "Bahnhofstr. {}")
COUNTRIES = {"ES": 34, "DE": 49, "FR": 33, "GB": 44, "US": 1, "PT": 351}


def email(rng: random.Random) -> str:
    name = f"{rng.choice(FIRST)}.{rng.choice(LAST)}{rng.randint(1, 99)}".lower()
    plain = "".join(c for c in name if c.isascii() and (c.isalnum() or c in ".-"))
    return f"{plain}@{rng.choice(['example.com', 'mail.example.org', 'post.example.de', 'correo.example.es'])}"


def phone(rng: random.Random, form: str | None = None) -> str:
    """A number that its country could give, written as people write it."""
    country = rng.choice(list(COUNTRIES))
    example = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
    while True:
        digits = str(example.national_number)
        number = phonenumbers.PhoneNumber(
            country_code=example.country_code,
            national_number=int(digits[:4] + "".join(rng.choices("0123456789", k=len(digits) - 4))),
        )
        if phonenumbers.is_valid_number(number):
            break
    form = form or rng.choice(["international", "national", "e164", "zeros"])
    formats = phonenumbers.PhoneNumberFormat
    if form == "national":
        return phonenumbers.format_number(number, formats.NATIONAL)
    if form == "international":
        return phonenumbers.format_number(number, formats.INTERNATIONAL)
    whole = phonenumbers.format_number(number, formats.E164)
    return whole if form == "e164" else "00" + whole[1:]


def card(rng: random.Random) -> str:
    body = rng.choice(["4", "51", "55", "2221"]) + "".join(rng.choices("0123456789", k=15))
    digits = body[:15] + luhn.calc_check_digit(body[:15])
    return rng.choice([digits, " ".join(digits[i : i + 4] for i in range(0, 16, 4))])


def iban(rng: random.Random) -> str:
    """A German one: any eighteen digits with the right check digits."""
    account = "".join(rng.choices("0123456789", k=18))
    check = mod_97_10.calc_check_digits(f"{account}DE")
    whole = f"DE{check}{account}"
    return rng.choice([whole, " ".join(whole[i : i + 4] for i in range(0, 22, 4))])


def ip(rng: random.Random) -> str:
    return f"{rng.choice(['192.0.2', '198.51.100', '203.0.113'])}.{rng.randint(10, 254)}"


def dni(rng: random.Random) -> str:
    number = rng.randint(10_000_000, 99_999_999)
    return f"{number}{'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23]}"


def street(rng: random.Random) -> str:
    return rng.choice(STREETS).format(rng.randint(1, 180))


def name(rng: random.Random, rare: float = 0.2) -> str:
    return f"{rng.choice(RARE_FIRST) if rng.random() < rare else rng.choice(FIRST)} {rng.choice(LAST)}"


MAKERS = {
    "e-mail": email, "phone": phone, "card": card, "IBAN": iban, "IP address": ip, "national id": dni,
    "address": street, "name": name,
}  # fmt: skip
#: How people write each into an answer.
AROUND = {
    "e-mail": ("please write to {} soon", "mi correo es {}.", "({})", "Meine Adresse: {}, danke"),
    "phone": (
        "call me at {} please",
        "mi teléfono: {}",
        "Sie erreichen mich unter {}",
        "appelez-moi au {}",
        "my mobile is {}.",
    ),
    "card": ("you charged my card {} twice", "tarjeta {}", "Karte {} wurde belastet."),
    "IBAN": ("refund to {} please", "mi cuenta es {}", "Konto {}, Weber"),
    "IP address": ("I was blocked, my address is {}", "from {} it does not load"),
    "national id": ("mi DNI es {}", "DNI {} para la factura"),
    "address": ("it went to {} by mistake", "ich wohne {}", "entrega en {}, por favor"),
    "name": (
        "my name is {}",
        "me llamo {}",
        "Herr {} war sehr freundlich",
        "Mrs {} did not call back",
        "je m'appelle {}",
    ),
}
#: Texts without anything personal that look as if there were.
HARMLESS = (
    "Order {nine} never came", "Bestellnummer {ten} ist falsch", "pedido {eight}, sin respuesta",
    "invoice no. {ten}", "tracking number 00{twelve}", "I paid 1.234.567,00 and 12 345 678 pesos",
    "waited from 10.30-11.45", "open 0830-1730", "on 12/03/2024 and on 2024-03-12", "12.03.2024 14:30 bis 15:45",
    "the Boeing 737-800/300 was old", "room 1204, floor 12", "version 10.0.19.45 crashes",
    "Paris and Lourdes are nice", "Florence was great", "ref {nine}-{two}", "ticket #{eight}",
    "between 100 and 1500000 units", "call centre was slow", "20 of 30 parcels, 5 days late",
    "ISBN 978-3-16-148410-0", "I waited 45 minutes @ the counter", "size 10/12/14",
    "Mr. or Mrs. is asked for on the form", "Model {ten} broke after 2 weeks", "customer {nine} here",
    "Kundennummer {nine}", "scores 10 9 8 7 6 5 4 3 2 1", "page 3.2.1.4", "call {three} or {three}",
    "9/10 would buy again", "the 24/7 hotline", "Herr der Ringe war gut", "Street food was good",
    "1,234,567 people", "50% de 1.000.000",
)  # fmt: skip


def harmless(rng: random.Random) -> str:
    digits = lambda k: str(rng.randint(10 ** (k - 1), 10**k - 1))  # noqa: E731 - a word for each length
    sizes = {"two": 2, "three": 3, "eight": 8, "nine": 9, "ten": 10, "twelve": 12}
    return rng.choice(HARMLESS).format(**{word: digits(k) for word, k in sizes.items()})
