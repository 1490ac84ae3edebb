"""Pseudonyms: the same person has the same one in every file of a workspace, and nobody without its key can tell who.

A value is written in one way first (an e-mail address in small letters, a phone number with its country), then hashed
with the workspace's key (HMAC-SHA256, 80 bits kept). Without the key, values cannot be tried out one by one, as they
can with a plain hash.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from typing import Final

import numpy as np
import pandas as pd
import phonenumbers

from cxanalysis.columns.cell_text import cell_text, plain
from cxanalysis.personal_data.personal_kinds import PERSONAL
from cxanalysis.problem import Problem

#: A shorter key could be tried out.
SHORTEST_KEY: Final = 16
_KEPT_BYTES: Final = 10


def pseudonyms(values: pd.Series, kind: str, key: bytes, country: str | None = None) -> pd.Series:
    """A pseudonym for each value; empty where it is.

    Parameters
    ----------
    values : Series
    kind : str
        One of `PERSONAL`; pseudonyms of two kinds never meet.
    key : bytes
    country : str, optional
        Country of phone numbers that do not say theirs ("ES").

    Examples
    --------
    >>> key = bytes(32)
    >>> one, other = pseudonyms(pd.Series(["Ana@Example.com ", "ana@example.com"]), "e-mail", key)
    >>> one == other, one[:5], len(one)
    (True, 'mail-', 21)
    """
    if len(key) < SHORTEST_KEY:
        raise Problem(f"the key of the pseudonyms is shorter than {SHORTEST_KEY} bytes", do="Use a workspace's own key")
    places, distinct = pd.factorize(cell_text(values))
    short = PERSONAL[kind].short
    names = [f"{short}-{_name(key, kind, text)}" for text in one_way(pd.Series(distinct, dtype="str"), kind, country)]
    hidden = np.array([*names, None], dtype=object)  # what is missing has the place -1: the last
    return pd.Series(hidden[places], index=values.index, name=values.name, dtype="str")


def _name(key: bytes, kind: str, text: str) -> str:
    digest = hmac.digest(key, f"{kind}\n{text}".encode("utf-8", "replace"), hashlib.sha256)
    return base64.b32encode(digest[:_KEPT_BYTES]).decode().lower()


def one_way(texts: pd.Series, kind: str, country: str | None = None) -> pd.Series:
    """Each text in the one way in which the same person's values are alike in every file.

    >>> one_way(pd.Series(["0034 612-345-678", "+34 612345678", "612 34 56 78"]), "phone", "ES").tolist()
    ['+34612345678', '+34612345678', '+34612345678']
    """
    if kind == "e-mail":
        bare = texts.str.replace(r"^(?:mailto:|<)|>$", "", regex=True).str.replace(
            r"\s?[\[(](?:at|arroba)[\])]\s?", "@", regex=True
        )
        return bare.str.strip().str.casefold()
    if kind == "phone":
        return _phones(texts, country)
    if kind in ("name", "address"):
        return texts.map(plain)
    return texts.str.replace(r"[^\w]|_", "", regex=True).str.upper().where(lambda found: found != "", texts)


def _phones(texts: pd.Series, country: str | None) -> pd.Series:
    bare = texts.str.replace(r"(?i)(?:x|ext\.?) ?\d{1,5}$", "", regex=True).str.replace("(0)", "", regex=False)
    told = bare.str.match(r"^\D*(?:\+|00)")
    digits = bare.str.replace(r"\D", "", regex=True)
    whole = "+" + digits.str.replace(r"^00", "", regex=True)
    meta = phonenumbers.PhoneMetadata.metadata_for_region(country) if country else None
    if meta is None:
        return whole.where(told, digits)
    trunk = meta.national_prefix or ""
    code = str(meta.country_code)
    local = digits.str.replace(rf"^{re.escape(trunk)}", "", regex=True) if trunk else digits
    return whole.where(told, f"+{code}" + local)
