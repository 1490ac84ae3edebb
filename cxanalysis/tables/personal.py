"""`cx.personal`: which columns and texts of a table tell who somebody is, and what would be done about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from cxanalysis import numbers
from cxanalysis.arguments import check_text
from cxanalysis.basis import Basis
from cxanalysis.columns.cell_text import cell_text, name_words
from cxanalysis.personal_data.personal_columns import WholeColumn, countries_of, personal_inside, whole_column
from cxanalysis.personal_data.personal_kinds import PERSONAL
from cxanalysis.personal_data.personal_text import worth_a_look
from cxanalysis.result import Result
from cxanalysis.tables.as_table import as_table
from cxanalysis.tables.opened import basis_of
from cxanalysis.tables.table import Table

#: Columns of `Personal.table`, in order.
COLUMNS: Final = ("column", "what", "values", "share", "where", "confidence", "reason", "example", "action")
#: What no rule of this module finds, said with every result.
NOT_FOUND: Final = (
    "Not found: names inside a text without a title or an introduction before them, nicknames, addresses without a "
    "street and a number, numbers written out in words, and pictures."
)
_INSIDE_CONFIDENCE: Final = {"e-mail": 0.98, "IBAN": 0.98, "national id": 0.9, "card": 0.9, "IP address": 0.85}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Personal(Result):
    """Personal data found in a table, and what is proposed.

    Attributes
    ----------
    table : DataFrame
        One row a column and kind: `column, what` (the kind), `values` (cells that hold it), `share` (of the filled
        cells), `where` ("whole column" or "in its texts"), `confidence` (0…1), `reason, example` (never a real
        value), `action` (what is proposed: "pseudonym", "mask", "leave out", "keep").
    country : str or None
        Whose phone numbers are meant where a number does not say its country.
    basis : Basis
        n: rows looked at.
    headline : str
    notes : tuple of str

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> rows = pd.DataFrame({"email": ["ana@example.com", "bo@example.org"], "said": ["late", "call +34 612 345 678"]})
    >>> found = cx.personal(cx.Table(rows, name="survey"))
    >>> found.table[["column", "what", "values", "action"]].values.tolist()
    [['email', 'e-mail', 2, 'pseudonym'], ['said', 'phone', 1, 'mask']]
    >>> found.choices
    {'email': 'pseudonym', 'said': 'mask'}
    """

    table: pd.DataFrame
    country: str | None
    basis: Basis
    headline: str
    notes: tuple[str, ...]

    @property
    def choices(self) -> dict[str, str]:
        """Column → what is proposed for it."""
        return dict(zip(self.table["column"], self.table["action"], strict=True))

    @property
    def kinds(self) -> dict[str, str]:
        """Whole columns → their kind."""
        whole = self.table[self.table["where"] == "whole column"]
        return dict(zip(whole["column"], whole["what"], strict=True))


def personal(data: Any, *, country: str | None = None) -> Personal:
    """Find names, e-mail addresses, phone, card and account numbers, addresses and the like.

    Whole columns are told by their names and values; answers in people's own words are looked through.

    Parameters
    ----------
    data : Table or any frame
    country : str, optional
        Two letters ("ES"): whose phone numbers are meant where a number does not say its country. Default: the
        country that most of the table's phone numbers belong to.

    Returns
    -------
    Personal

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> rows = pd.DataFrame({"order_id": ["612345678", "699123456"], "city": ["Paris", "Lourdes"], "csat": [5, 2]})
    >>> cx.personal(cx.Table(rows, name="orders")).headline
    'No personal data was found in 3 columns.'
    """
    table = as_table(data, "table")
    if country is not None:
        check_text(country, "country", do="Write two letters, such as 'ES'")
    raw = table.raw
    counts = {str(column): _counts(raw[column]) for column in raw.columns}
    words = {column: name_words(f"{column} {table.labels.get(column, '')[:80]}") for column in counts}
    phones = _phones(counts, words)
    countries = countries_of(phones, country)
    rows = []
    for column, tally in counts.items():
        if not len(tally):
            continue
        distinct = pd.Series(tally.index, dtype="str")
        whole = _whole(column, words[column], distinct, tally, countries)
        if whole is not None:
            rows.append(_whole_row(column, whole, tally))
        elif not pd.api.types.is_numeric_dtype(raw[column]) and not pd.api.types.is_datetime64_any_dtype(raw[column]):
            rows += _inside_rows(column, distinct, tally, countries)
    found = pd.DataFrame(rows, columns=list(COLUMNS))
    notes: tuple[str, ...] = (NOT_FOUND,)
    if "phone" in set(found["what"]) and countries:
        notes = (f"Phone numbers without a country are read as numbers of {countries[0]}.", *notes)
    basis = basis_of(table, table.columns, n=table.n_rows, counts="row")
    return Personal(found, countries[0] if len(phones) or country else None, basis, _headline(found, table), notes)


def _counts(values: pd.Series) -> pd.Series:
    """Distinct clean texts → number of cells; a column of moments or truths holds nothing to find but a birthday."""
    places, distinct = pd.factorize(values)
    tally = pd.Series(places[places >= 0]).value_counts(sort=False)
    texts = cell_text(pd.Series(distinct))
    return pd.Series(tally.to_numpy(), index=texts.iloc[tally.index].to_numpy()).groupby(level=0, sort=False).sum()


def _phones(counts: Mapping[str, pd.Series], words: Mapping[str, str]) -> pd.Series:
    """Values of the columns whose names speak of phones, to hear of which country they are."""
    named = [pd.Series(counts[c].index[:200], dtype="str") for c in counts if PERSONAL["phone"].in_name(words[c])]
    return pd.concat(named, ignore_index=True) if named else pd.Series(dtype="str")


def _whole(
    column: str, words: str, distinct: pd.Series, tally: pd.Series, countries: tuple[str, ...]
) -> WholeColumn | None:
    own = name_words(column)  # a question may speak of phones; only a short name names its values
    return whole_column(own if len(own.split()) <= 8 else "", distinct, len(distinct) / int(tally.sum()), countries)


def _whole_row(column: str, whole: WholeColumn, tally: pd.Series) -> dict[str, Any]:
    kind = PERSONAL[whole.kind]
    example = kind.mask if whole.kind == "postcode" else _shape(str(tally.index[0]))
    values = [column, whole.kind, int(tally.sum()), 1.0, "whole column", whole.confidence, whole.reason, example]
    return dict(zip(COLUMNS, [*values, kind.action], strict=True))


def _shape(text: str) -> str:
    """The look of a value without the value: letters and digits covered, signs kept."""
    return "".join("•" if c.isalnum() else c for c in text[:40])


def _inside_rows(
    column: str, distinct: pd.Series, tally: pd.Series, countries: tuple[str, ...]
) -> list[dict[str, Any]]:
    found = personal_inside(distinct[worth_a_look(distinct)], countries)
    cells: dict[str, int] = {}
    for text, spans in found.items():
        for kind in {kind for _, _, kind in spans}:
            cells[kind] = cells.get(kind, 0) + int(tally[text])
    filled = int(tally.sum())
    return [
        {
            "column": column,
            "what": kind,
            "values": cells[kind],
            "share": cells[kind] / filled,
            "where": "in its texts",
            "confidence": _INSIDE_CONFIDENCE.get(kind, 0.8),
            "reason": f"{PERSONAL[kind].many} stand in {cells[kind]:,} of {filled:,} texts",
            "example": f"… {PERSONAL[kind].mask} …",
            "action": "mask",
        }
        for kind in PERSONAL
        if kind in cells and not (kind == "IP address" and "version" in column.lower())
    ]


def _headline(found: pd.DataFrame, table: Table) -> str:
    columns = list(dict.fromkeys(found["column"]))
    if not columns:
        return f"No personal data was found in {len(table.columns):,} columns."
    kinds = list(dict.fromkeys(PERSONAL[kind].many for kind in found["what"]))
    listed = kinds[0] if len(kinds) == 1 else f"{', '.join(kinds[:-1])} and {kinds[-1]}"
    where = (
        f"in {numbers.plain(columns[0], 40)}"
        if len(columns) == 1
        else f"in {len(columns)} of {len(table.columns)} columns"
    )
    return f"{listed[:1].upper()}{listed[1:]} stand {where}."
