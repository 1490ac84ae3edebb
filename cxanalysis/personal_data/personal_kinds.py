"""Kinds of personal data: what each is called, what is done with it by default, and how it is masked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

#: What can be done with a column that holds personal data.
ACTIONS: Final[Mapping[str, str]] = {
    "pseudonym": "replace by a pseudonym: the same person has the same one in every file",
    "mask": "cover it inside the text, keep the rest of the text",
    "leave out": "leave the whole column out",
    "keep": "keep it as it is",
}


@dataclass(frozen=True, slots=True)
class PersonalKind:
    """A kind of personal data.

    Attributes
    ----------
    one, many : str
        As a sentence says it.
    action : str
        One of `ACTIONS`: what is done with a column of it by default.
    short : str
        How a pseudonym of this kind begins.
    named : str
        Words of a column's name that speak for it, as `name_words` gives them (a pattern).
    """

    one: str
    many: str
    action: str
    short: str
    named: str

    @property
    def mask(self) -> str:
        """What stands in its place inside a text."""
        return f"[{self.one}]"

    def in_name(self, words: str) -> bool:
        """Whether a column's name (plain words) speaks for it."""
        return re.search(rf"\b(?:{self.named})\b", words) is not None


#: The kinds, in the order in which they are looked for: what is told surely by its values comes first.
PERSONAL: Final[Mapping[str, PersonalKind]] = {
    "e-mail": PersonalKind(
        "e-mail",
        "e-mail addresses",
        "pseudonym",
        "mail",
        r"e ?mails?|mail|mailadresse|correo|correo electronico|courriel|messagerie|recipient email",
    ),
    "IBAN": PersonalKind(
        "IBAN",
        "bank accounts (IBAN)",
        "leave out",
        "iban",
        r"iban|bank account|account number|kontonummer|kontonr|bankverbindung|cuenta bancaria|compte bancaire|"
        r"conta bancaria",
    ),
    "card": PersonalKind(
        "card number",
        "card numbers",
        "leave out",
        "card",
        r"card|card number|card no|cardnumber|credit card|debit card|cc number|kreditkarte\w*|kartennummer|"
        r"tarjeta\w*|"
        r"carte bancaire|carte bleue|numero de carte|cartao\w*|pan",
    ),
    "national id": PersonalKind(
        "national id",
        "national identity numbers",
        "pseudonym",
        "id",
        r"dni|nif|nie|ssn|social security\w*|nino|national insurance\w*|national id\w*|id card\w*|identity card\w*|"
        r"passports?|passport number|pasaporte|reisepass\w*|ausweis\w*|passeport|passaporte|steuer id\w*|"
        r"steueridentifikation\w*|"
        r"tax id\w*|sozialversicherung\w*|securite sociale|numero de securite sociale|nir|cpf|bsn|pesel|personnummer|"
        r"codice fiscale|nhs number|documento de identidad|cartao de cidadao|curp|driving licen[cs]e\w*|"
        r"fuhrerschein\w*",
    ),
    "IP address": PersonalKind(
        "IP address",
        "IP addresses",
        "leave out",
        "ip",
        r"ip|ip addr\w*|ipaddr\w*|ip adresse|direccion ip",
    ),
    "phone": PersonalKind(
        "phone number",
        "phone numbers",
        "pseudonym",
        "phone",
        r"phone\w*|telephone\w*|telefon\w*|tel|tlf|tfno|mobile|mobile number|cell|cellphone|cell phone|handy\w*|"
        r"mobil|"
        r"mobilnummer|rufnummer|movil|celular|portable|telemovel|whatsapp|fax\w*|contact number|sms",
    ),
    "address": PersonalKind(
        "address",
        "postal addresses",
        "leave out",
        "addr",
        r"address\w*|addr|adresse|anschrift|street\w*|strasse\w*|hausnummer|direccion|domicilio|calle|rue|morada|"
        r"endereco|rua|wohnadresse|lieferadresse|rechnungsadresse",
    ),
    "coordinates": PersonalKind(
        "place on the map",
        "places on the map",
        "leave out",
        "place",
        r"latitude|longitude|lat|lon|lng|latitud|longitud|breitengrad|langengrad|location latitude|"
        r"location longitude|"
        r"coordinates?|gps|geolocation|coordenadas",
    ),
    "date of birth": PersonalKind(
        "date of birth",
        "dates of birth",
        "leave out",
        "born",
        r"birth ?dates?|date of birth|birth ?days?|dob|born|geburtsdatum|geburtstag|geb datum|fecha de nacimiento|"
        r"fecha nacimiento|nacimiento|date de naissance|naissance|data de nascimento|nascimento",
    ),
    "name": PersonalKind(
        "name",
        "names of people",
        "leave out",
        "person",
        # `personal_names` tells names that must be a person's from those that may be.
        r"names?|first|last|surname|firstname|lastname|fullname|vorname|nachname|nombres?|apellidos?|prenom|nom|nome|"
        r"author|recipient\w*|contact|kunde\w*|kundenname",
    ),
    "postcode": PersonalKind(
        "postcode",
        "postcodes",
        "keep",
        "post",
        r"zip|zip codes?|zipcode|post ?codes?|postal codes?|plz|postleitzahl|codigo postal|cod postal|"
        r"code postal|pin code",
    ),
}
