"""The sample company: every kind of source, ready to be analysed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from cxanalysis.columns.missing_code import MissingCode
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.problem import Problem
from cxanalysis.tables.read import read
from cxanalysis.tables.sample_path import sample_folder
from cxanalysis.tables.table import Table


@dataclass(frozen=True, slots=True)
class _File:
    """One export of the company and what is known about its columns; columns not named are left out of analyses."""

    file: str
    roles: Mapping[str, str]
    sheet: str | None = None
    scales: Mapping[str, Scale] = field(default_factory=dict)
    #: Column → what its system writes where there is no answer; None: every word in it is a value.
    codes: Mapping[str, str | None] = field(default_factory=dict)


_ATTRIBUTES: Final = tuple(f"rate_{a}" for a in ("delivery", "product", "price", "website", "service", "invoicing"))
_FAILURES: Final = ("late", "claim", "invoice_corrected", "returned", "slot_changed")
_BAD: Final = Scale(0, 1, higher_is_better=False)
_CATEGORIES: Final = {"market": "category", "channel": "category", "language": "category"}

#: Kind of source → the file that holds it.
_COMPANY: Final[Mapping[str, _File]] = {
    "survey": _File(
        "survey.csv",
        {
            "answer": "id",
            "customer": "customer",
            "order": "order",
            "answered": "date",
            "type": "category",
            **_CATEGORIES,
            "recommend": "nps",
            "csat": "csat",
            "ces": "ces",
            **dict.fromkeys(_ATTRIBUTES, "rating"),
            "comment": "text",
        },
        scales={
            "recommend": Scale(0, 10),
            "csat": Scale(1, 5),
            "ces": Scale(1, 7),
            **dict.fromkeys(_ATTRIBUTES, Scale(1, 5)),
        },
        codes={"csat": "N/A", **dict.fromkeys(_ATTRIBUTES, "99")},
    ),
    "operations": _File(
        "orders.parquet",
        {
            "order": "id",
            "customer": "customer",
            "ordered": "date",
            "promised": "due",
            "delivered": "closed",
            "claim_opened": "date",
            "returned_on": "date",
            "invoice_corrected_on": "date",
            **dict.fromkeys(_FAILURES, "flag"),
            "channel": "category",
            "amount": "amount",
        },
        scales=dict.fromkeys(_FAILURES, _BAD),
    ),
    "contacts": _File(
        "contacts.parquet",
        {
            "contact": "id",
            "customer": "customer",
            "order": "order",
            "opened": "date",
            "closed": "closed",
            "channel": "category",
            "reason": "category",
            "handle_seconds": "number",
            "second_contact": "flag",
            "technical_fault": "flag",
        },
        scales={"second_contact": _BAD, "technical_fault": _BAD},
    ),
    "invitations": _File(
        "invitations.parquet",
        {
            "invitation": "id",
            "customer": "customer",
            "order": "order",
            "type": "category",
            **_CATEGORIES,
            "sent": "date",
            "outcome": "category",
        },
        codes={"outcome": None},
    ),
    "complaints": _File(
        "reclamaciones.csv",
        {
            "reclamación": "id",
            "cliente": "customer",
            "pedido": "order",
            "fecha": "date",
            "categoría": "category",
            "canal": "category",
            "estado": "category",
            "cerrada": "closed",
            "medida": "category",
            "importe": "amount",
            "descripción": "text",
        },
    ),
    "inquiries": _File(
        "inquiries.parquet",
        {"inquiry": "id", "customer": "customer", "asked": "date", "category": "category", "channel": "category"},
    ),
    "reviews": _File(
        "reviews.csv",
        {
            "review": "id",
            "posted": "date",
            "site": "category",
            "stars": "csat",
            "market": "category",
            "language": "category",
            "text": "text",
        },
        scales={"stars": Scale(1, 5)},
    ),
    "customers": _File(
        "customers.parquet",
        {
            "customer": "customer",
            "market": "category",
            "segment": "category",
            "country": "category",
            "language": "category",
            "plan": "category",
            "started": "date",
            "ended": "closed",
        },
        codes={"plan": None},
    ),
    "transactions": _File(
        "transactions.parquet",
        {"customer": "customer", "date": "date", "amount": "amount", "margin": "amount", "category": "category"},
    ),
    "usage": _File("usage.parquet", {"customer": "customer", "date": "date", "device": "category"}),
    "employee_feedback": _File(
        "staff_and_spend.xlsx",
        {
            "remark": "id",
            "date": "date",
            "team": "category",
            "situation": "category",
            "frustration": "rating",
            "text": "text",
        },
        sheet="employee_feedback",
        scales={"frustration": Scale(1, 5, higher_is_better=False)},
    ),
    "spend": _File("staff_and_spend.xlsx", {"month": "date", "channel": "category", "amount": "amount"}, sheet="spend"),
}
_SAMPLES: Final[Mapping[str, Mapping[str, _File]]] = {"company": _COMPANY}


def load_sample(name: str) -> dict[str, Table]:
    """A company that does not exist, with everything it knows about its customers, to try every analysis on.

    Parameters
    ----------
    name : str
        "company": Vela & Wren, office supplies sold online to people and firms in Spanish and in English; 24 months,
        all twelve kinds of source. `sample_data/README.md` says what is in it, `sample_data/truth.json` what is true.

    Returns
    -------
    dict of str → Table
        Kind of source → table of the same name, with roles, scales and missing codes confirmed.

    Raises
    ------
    Problem
        If there is no such sample, or its files are not there.

    Examples
    --------
    >>> tables = load_sample("company")
    >>> tables["survey"].kind, tables["survey"].score
    ('survey', 'recommend')
    """
    if name not in _SAMPLES:
        raise Problem(f"there is no sample called '{name}'", do=f"Use one of: {', '.join(_SAMPLES)}")
    return {kind: _load(kind, file) for kind, file in _SAMPLES[name].items()}


def _load(kind: str, file: _File) -> Table:
    path = sample_folder() / file.file
    if not path.exists():
        raise Problem("this file of the sample is not there", where=file.file, do="Run: python -m sample_data.generate")
    read_as = read(path, name=kind, kind=kind, roles=file.roles, sheet=file.sheet)
    table = read_as[kind] if isinstance(read_as, dict) else read_as
    return table.with_(scales=file.scales, codes=_confirmed(table, file.codes))


def _confirmed(table: Table, wanted: Mapping[str, str | None]) -> tuple[MissingCode, ...]:
    """The table's codes, with those applied that the company's own notes explain, and without those that are values."""
    kept = tuple(
        replace(code, applied=True) if wanted.get(code.column) == str(code.code) else code
        for code in table.codes
        if wanted.get(code.column, "") is not None
    )
    there = {(code.column, str(code.code)) for code in kept}
    added = tuple(
        MissingCode(
            column, code, int((table.raw[column].astype("string") == code).sum()), "from the company's own notes"
        )
        for column, code in wanted.items()
        if code is not None and (column, code) not in there
    )
    return (*kept, *added)
