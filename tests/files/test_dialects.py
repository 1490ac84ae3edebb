"""The lattice of dialects: separators × quotes × encodings × marks × dates × headers × missing words × languages.

Random tables are written as programs of five languages write them, and read back without a hand: nothing is told to
`cx.read`. CXANALYSIS_EXAMPLES=2000 makes a long run of it.
"""

import csv
import datetime as dt
import io
import os
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cxanalysis as cx

EXAMPLES = int(os.environ.get("CXANALYSIS_EXAMPLES", "60"))

#: Agreement or satisfaction from low to high, and remarks of people who write so.
LANGUAGES = {
    "en": (
        ("Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree"),
        ("it came late, again", 'the "new" box; broken', "fine – thank you", "5 of 7 parts", "naïve café façade"),
    ),
    "es": (
        ("Muy insatisfecho", "Insatisfecho", "Ni satisfecho ni insatisfecho", "Satisfecho", "Muy satisfecho"),
        ("llegó tarde; otra vez", "el envío fue rápido, ¡gracias!", "¿por qué tanto?", "mañana mejor",
         "señor muy útil"),
    ),
    "de": (
        ("Sehr unzufrieden", "Unzufrieden", "Teils teils", "Zufrieden", "Sehr zufrieden"),
        ("zu spät, schon wieder", "größer als gedacht; schön", "für mich völlig in Ordnung",
         "Straße nicht gefunden", "übel"),
    ),
    "fr": (
        ("Pas du tout d’accord", "Plutôt pas d’accord", "Ni d’accord ni pas d’accord", "Plutôt d’accord",
         "Tout à fait d’accord"),
        ("livré très tard, hélas", "l’équipe était géniale", "ça va; rien à dire", "où est le reçu ?",
         "déçu de la qualité"),
    ),
    "pt": (
        ("Muito insatisfeito", "Insatisfeito", "Neutro", "Satisfeito", "Muito satisfeito"),
        ("atrasado, não gostei", "a informação estava errada", "ótimo; recomendo", "não há solução",
         "coração e razão"),
    ),
}  # fmt: skip
#: A date with its time as programs write it, and whether the time is there.
DATES = (
    ("%Y-%m-%d", False), ("%Y-%m-%d %H:%M:%S", True), ("%Y-%m-%dT%H:%M:%S", True), ("%Y/%m/%d", False),
    ("%d/%m/%Y", False), ("%m/%d/%Y", False), ("%d.%m.%Y", False), ("%d-%m-%Y", False), ("%d.%m.%Y %H:%M", True),
    ("%m/%d/%Y %I:%M %p", True), ("%d/%m/%y", False), ("%d %B %Y", False), ("%d %b %Y", False),
    ("%d/%m/%Y %H:%M:%S", True),
)  # fmt: skip
#: Words for "no answer" that a column of grades or numbers may hold.
MISSING = ("", "N/A", "n.a.", "keine Angabe", "no answer", "no contesta", "#N/A", "-", "don't know")
NAMES = ("customer_id", "ordered", "paid", "opinion", "comment")


@dataclass(frozen=True)
class Dialect:
    separator: str
    quoting: int
    encoding: str
    ending: str
    decimal: str
    thousands: str
    date: tuple[str, bool]
    header: str
    missing: str
    language: str


@st.composite
def dialects(draw) -> Dialect:
    decimal = draw(st.sampled_from([".", ","]))
    return Dialect(
        separator=draw(st.sampled_from([",", ";", "\t", "|"])),
        quoting=draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])),
        encoding=draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "mac_roman"])),
        ending=draw(st.sampled_from(["\n", "\r\n", "\r"])),
        decimal=decimal,
        thousands=draw(st.sampled_from(["", ",." [decimal == ","], " ", "\u00a0", "'"])),
        date=draw(st.sampled_from(DATES)),
        header=draw(st.sampled_from(["plain", "plain", "titles", "groups", "sep"])),
        missing=draw(st.sampled_from(MISSING)),
        language=draw(st.sampled_from(list(LANGUAGES))),
    )  # fmt: skip


@st.composite
def truths(draw) -> pd.DataFrame:
    """Rows in which each column shows its own form once: cents and thousands, a day after the twelfth, every grade."""
    n = draw(st.integers(12, 40))
    cents = st.integers(-9_999_999, 99_999_999).map(lambda value: value / 100)
    moments = st.datetimes(dt.datetime(1995, 1, 1), dt.datetime(2049, 12, 31)).map(
        lambda moment: moment.replace(second=0, microsecond=0)
    )
    rows = {
        "customer_id": [f"A{i:04}" for i in range(n)],
        "ordered": draw(st.lists(st.none() | moments | moments, min_size=n, max_size=n)),
        "paid": draw(st.lists(st.none() | cents | cents | cents, min_size=n, max_size=n)),
        "opinion": [1, 2, 3, 4, 5, *draw(st.lists(st.none() | st.integers(1, 5), min_size=n - 5, max_size=n - 5))],
        "comment": draw(st.lists(st.none() | st.integers(0, 4), min_size=n, max_size=n)),
    }
    rows["ordered"][0], rows["ordered"][1] = dt.datetime(2024, 3, 28, 14, 5), dt.datetime(2023, 11, 17, 9, 30)
    rows["paid"][:3] = [1234.25, 12.5, 1_234_567.75]
    rows["comment"][:5] = range(5)
    return pd.DataFrame({name: pd.Series(values, dtype=object) for name, values in rows.items()})


def number(value: float, one: Dialect) -> str:
    text = f"{value:,.2f}"
    return text.replace(",", "\0").replace(".", one.decimal).replace("\0", one.thousands)


def written(truth: pd.DataFrame, one: Dialect) -> bytes:
    grades, remarks = LANGUAGES[one.language]
    out = io.StringIO(newline="")
    if one.header == "sep":
        out.write(f"sep={one.separator}{one.ending}")
    write = csv.writer(out, delimiter=one.separator, quoting=one.quoting, lineterminator=one.ending)
    if one.header == "titles":
        write.writerow(["Customer survey", "", "", "", ""])
        write.writerow([""] * 5)
    if one.header == "groups":
        write.writerow(["Customer", "", "Purchase", "Answers", ""])
    write.writerow(NAMES)
    for row in truth.itertuples(index=False):
        write.writerow(
            [
                row.customer_id,
                "" if pd.isna(row.ordered) else row.ordered.strftime(one.date[0]),
                one.missing if pd.isna(row.paid) else number(row.paid, one),
                one.missing if pd.isna(row.opinion) else grades[int(row.opinion) - 1],
                "" if pd.isna(row.comment) else f"{remarks[int(row.comment)]} {row.customer_id}",
            ]
        )
    return out.getvalue().encode(one.encoding)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(truth=truths(), one=dialects())
def test_what_was_written_is_read(truth: pd.DataFrame, one: Dialect) -> None:
    table = cx.read(written(truth, one), name="survey")
    assert table.columns == NAMES
    assert table.n_rows == len(truth)
    assert [table.roles[name] for name in ("ordered", "paid")] == ["date", "amount"]
    assert table.roles["opinion"] in ("rating", "csat")
    frame = table.frame
    assert frame["customer_id"].tolist() == truth["customer_id"].tolist()
    np.testing.assert_array_equal(frame["paid"], truth["paid"].astype(float))
    np.testing.assert_array_equal(frame["opinion"], truth["opinion"].astype(float))
    moments = pd.to_datetime(truth["ordered"]).astype("datetime64[us]")
    expected = moments if one.date[1] else moments.dt.normalize()
    assert frame["ordered"].astype(object).where(frame["ordered"].notna(), None).tolist() == (
        expected.astype(object).where(expected.notna(), None).tolist()
    )
    remarks = LANGUAGES[one.language][1]
    said = [
        None if pd.isna(place) else f"{remarks[int(place)]} {who}"
        for place, who in zip(truth["comment"], truth["customer_id"], strict=True)
    ]
    assert [None if pd.isna(text) else text for text in table.raw["comment"]] == said
    assert (table.labels.get("comment") == "Answers: comment") == (one.header == "groups")


@pytest.mark.parametrize("letter", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c"])
def test_what_ends_a_line_elsewhere_is_a_letter_of_a_cell(letter):
    rows = [f"r{at}\t{letter.join('abc')}\t{at}" for at in range(20)]
    table = cx.read("\n".join(["id\tsaid\tn", *rows]).encode(), name="answers")
    assert table.columns == ("id", "said", "n")
    assert table.n_rows == 20
    assert table.raw["n"].tolist() == [str(at) for at in range(20)]
