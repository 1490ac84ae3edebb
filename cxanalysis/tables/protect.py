"""`cx.protect`: a table without personal data: columns left out, replaced by pseudonyms, covered inside texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

import pandas as pd

from cxanalysis.columns.cell_text import cell_text, plain
from cxanalysis.columns.multiple_choice import Choices
from cxanalysis.columns.resolve import resolve_column
from cxanalysis.columns.scales.answer_words import NO_ANSWER
from cxanalysis.personal_data.personal_columns import countries_of
from cxanalysis.personal_data.personal_kinds import ACTIONS, PERSONAL
from cxanalysis.personal_data.personal_text import COUNTRIES, masked, worth_a_look
from cxanalysis.personal_data.pseudonyms import pseudonyms
from cxanalysis.problem import Problem
from cxanalysis.tables.as_table import as_table
from cxanalysis.tables.personal import Personal, personal
from cxanalysis.tables.table import Table

#: Kinds whose pseudonyms can stand for the customer where no other column does, the best first.
_KEYS: Final = ("e-mail", "national id", "phone", "IBAN", "card")
#: Roles that a column of pseudonyms keeps.
_NAMING: Final = ("customer", "order", "id")
#: Values shorter than this are not looked for in notes: "no" and "5" stand there for themselves.
_SHORTEST: Final = 4


def protect(
    data: Any,
    choices: Personal | Mapping[str, str] | None = None,
    *,
    key: bytes | None = None,
    country: str | None = None,
) -> Table:
    """Leave personal data out, or replace it so that the same person can still be followed but not known.

    Parameters
    ----------
    data : Table or any frame
    choices : Personal or mapping of column → action, optional
        What is done: "pseudonym" (the same value gives the same pseudonym in every file, with the same key), "mask"
        (inside texts), "leave out" (the whole column) or "keep". Columns that are not named get what `cx.personal`
        proposes, which is also the default for all.
    key : bytes, optional
        Key of the pseudonyms: `workspace.personal_key`. Needed only if there are any.
    country : str, optional
        As in `cx.personal`.

    Returns
    -------
    Table
        With a note for each column concerned. Its notes and codes hold no value of these columns either.

    Raises
    ------
    Problem
        If a column or an action does not exist, or pseudonyms have no key.

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> rows = pd.DataFrame({"email": ["ana@example.com", "ANA@example.com"], "said": ["late", "write bo@example.org"]})
    >>> safe = cx.protect(cx.Table(rows, name="survey"), key=bytes(32))
    >>> safe.raw["email"].nunique(), safe.raw["said"].tolist(), safe.roles["email"]
    (1, ['late', 'write [e-mail]'], 'customer')
    """
    table = as_table(data, "table")
    found = choices if isinstance(choices, Personal) else personal(table, country=country)
    wanted = _wanted(table, found, {} if isinstance(choices, Personal) else choices or {})
    if not wanted:
        return table
    if "pseudonym" in wanted.values() and key is None:
        raise Problem(
            "pseudonyms need a key",
            where=table.name,
            do="Hand over key=workspace.personal_key, or leave the columns out",
        )
    kinds = found.kinds
    rows, notes, secret = {}, [], set()
    for column, values in ((str(name), values) for name, values in table.raw.items()):
        action = wanted.get(column)
        if action in ("pseudonym", "leave out"):
            secret.update(_values(values))
        if action == "leave out":
            notes.append(f"'{column}' left out: {_what(found, column)}.")
            continue
        if action == "pseudonym":
            kind = kinds.get(column, "name")
            bare = _without_codes(table, column, values)
            rows[column] = pseudonyms(bare, kind, key or b"", _country(kind, bare, found))
            notes.append(f"'{column}': {_what(found, column)}; each replaced by a pseudonym, the same in every file.")
        elif action == "mask":
            rows[column], changed = _masked(values, found.country)
            notes.append(
                f"'{column}': {_what(found, column)} covered in {changed:,} of {values.notna().sum():,} texts."
            )
        else:
            rows[column] = values
            if action == "keep" and column in found.choices:
                notes.append(f"'{column}': {_what(found, column)} kept as they are, by hand.")
    return _rebuilt(table, pd.DataFrame(rows, index=table.raw.index), wanted, kinds, secret, notes)


def _wanted(table: Table, found: Personal, choices: Mapping[str, str]) -> dict[str, str]:
    columns = set(map(str, table.raw.columns))
    for column, action in choices.items():
        if column not in columns:
            raise Problem(f"there is no column '{column}'", where=table.name)
        if action not in ACTIONS:
            raise Problem(
                f"'{action}' is nothing that can be done",
                where=f"column '{column}'",
                do=f"Use one of: {', '.join(ACTIONS)}",
            )
    return {**found.choices, **choices}


def _what(found: Personal, column: str) -> str:
    kinds = found.table.loc[found.table["column"] == column, "what"]
    named = [PERSONAL[kind].many for kind in kinds] or ["personal data"]
    return " and ".join(named)


def _values(values: pd.Series) -> set[str]:
    return {text for text in cell_text(pd.Series(values.unique())).dropna() if len(text) >= _SHORTEST}


def _without_codes(table: Table, column: str, values: pd.Series) -> pd.Series:
    """Values that say "no answer" are nobody's: they stay empty instead of becoming one person."""
    known = resolve_column(cell_text(values), "text", None, table.applied_codes().get(column, ()))
    says_no = [text for text in known.dropna().unique() if plain(text) in NO_ANSWER or text in ("-", "?")]
    return known.mask(known.isin(says_no))


def _country(kind: str, values: pd.Series, found: Personal) -> str | None:
    if kind != "phone":
        return None
    own = countries_of(pd.Series(values.dropna().unique()[:200], dtype="str"), None)
    return found.country or (own[0] if own else None)


def _masked(values: pd.Series, country: str | None) -> tuple[pd.Series, int]:
    """Each distinct text looked at once; texts without anything stay exactly as they are."""
    places, distinct = pd.factorize(values)
    texts = pd.Series(distinct, dtype=object)
    look = worth_a_look(texts.where(texts.map(lambda one: isinstance(one, str)), None))
    countries = tuple(dict.fromkeys([*([country] if country else []), *COUNTRIES]))
    new = texts.copy()
    new[look] = texts[look].map(lambda text: masked(text, countries))
    differs = (new != texts).to_numpy()
    filled = new.iloc[places].set_axis(values.index).where(places >= 0)
    changed = int(differs[places[places >= 0]].sum())
    filled.name = values.name
    return filled.astype(values.dtype), changed


def _rebuilt(
    table: Table,
    rows: pd.DataFrame,
    wanted: Mapping[str, str],
    kinds: Mapping[str, str],
    secret: set[str],
    notes: Iterable[str],
) -> Table:
    """The table over its new rows; nothing that was said about the old values says one of them."""
    gone = {column for column, action in wanted.items() if action == "leave out"}
    hidden = {column for column, action in wanted.items() if action == "pseudonym"}
    choices = {c: one for c, one in table.choices.items() if c not in gone | hidden and not _lists_covered(one)}
    made = {name for one in table.choices.values() for name in one.columns} - {
        name for one in choices.values() for name in one.columns
    }
    made -= set(map(str, table.raw.columns))
    roles = {c: role for c, role in table.roles.items() if c not in gone | made}
    reasons = {c: (sure, _clean(why, secret)) for c, (sure, why) in table.reasons.items() if c in roles}
    for column in hidden:
        if roles[column] not in _NAMING:
            roles[column] = "ignore"
            reasons[column] = (0.9, "pseudonyms; they can link the same person's rows")
    for column in _key(roles, hidden, kinds):
        roles[column] = "customer"
        reasons[column] = (
            0.8,
            f"pseudonyms of {PERSONAL[kinds[column]].many}: the same person has the same one in every file",
        )
    for column in roles.keys() & table.choices.keys() - choices.keys() - hidden:
        roles[column] = "text"
    kept = [
        c
        for c in table.codes
        if c.column in roles and c.column not in hidden and _clean(str(c.code), secret) == str(c.code)
    ]
    decided = replace(
        table.decisions,
        roles=roles,
        scales={c: scale for c, scale in table.scales.items() if c in roles and c not in hidden},
        codes=tuple(kept),
        notes=(*(_clean(note, secret) for note in table.notes), *notes),
        formats={c: written for c, written in table.formats.items() if c in roles and c not in hidden},
        labels={c: label for c, label in table.labels.items() if c in roles},
        reasons=reasons,
        choices=choices,
    )
    return table.replace(raw=rows, decisions=decided)


def _lists_covered(one: Choices) -> bool:
    return any(masked(option) != option for option in one.options)


def _key(roles: Mapping[str, str], hidden: set[str], kinds: Mapping[str, str]) -> list[str]:
    """The column of pseudonyms that becomes the customer, where the table has no customer yet."""
    if "customer" in roles.values():
        return []
    best = sorted((_KEYS.index(kinds[c]), list(roles).index(c), c) for c in hidden if kinds.get(c) in _KEYS)
    return [best[0][2]] if best else []


def _clean(text: str, secret: set[str]) -> str:
    """A note or reason without the values of protected columns that it quotes as examples."""
    quoted = re.sub(r"'([^']+)'", lambda found: "'…'" if found[1] in secret else found[0], text)
    # Examples are cut after forty characters.
    cut = re.sub(
        r"'([^']{40})'", lambda found: "'…'" if any(one.startswith(found[1]) for one in secret) else found[0], quoted
    )
    return masked(cut)
