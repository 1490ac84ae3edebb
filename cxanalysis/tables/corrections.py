"""Decisions changed by hand: what follows from them, and whether the values bear them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import pandas as pd

from cxanalysis.columns.cell_text import cell_text
from cxanalysis.columns.column_facts import column_facts, read_numbers
from cxanalysis.columns.kinds import ROLES
from cxanalysis.columns.missing_code import MissingCode
from cxanalysis.columns.missing_codes import outside_scale
from cxanalysis.columns.multiple_choice import Choices, find_choices, made_columns
from cxanalysis.columns.resolve import NUMERIC, TEMPORAL, resolve_texts
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.columns.scales.word_scales import RATED, scale_by_hand
from cxanalysis.personal_data.personal_text import masked
from cxanalysis.problem import Problem
from cxanalysis.recognise.doubt import Doubt
from cxanalysis.recognise.yes_or_no import doubt_of_one_two
from cxanalysis.tables.decisions import Decisions

#: A role is refused if more than this share of a column's values does not fit it.
MOST_LOST: Final = 0.5
_EXAMPLES: Final = 3


def corrected(
    decisions: Decisions,
    values: Callable[[str], pd.Series],
    *,
    where: str,
    roles: Mapping[str, str],
    scales: Mapping[str, Scale | None],
    codes: tuple[MissingCode, ...],
    formats: Mapping[str, str],
) -> Decisions:
    """Take corrections into a table's decisions, with notes; `Problem` if a column does not bear its new role.

    Parameters
    ----------
    decisions : Decisions
        Of the table, with a role for every column.
    values : function
        A column before its role and codes are applied.
    where : str
        The table's name.
    roles, scales, codes, formats
        As `Table.with_` takes them; the codes are all of them.
    """
    columns = tuple(decisions.roles)
    for column in {**roles, **scales, **formats}:
        if column not in decisions.roles:
            shown = ", ".join(columns[:30]) + (" …" if len(columns) > 30 else "")
            raise Problem(f"there is no column '{column}'", where=where, do=f"Its columns are: {shown}")
    for column, role in roles.items():
        if role not in ROLES:
            raise Problem(f"'{role}' is no role", where=f"column '{column}'", do=f"Use one of: {', '.join(ROLES)}")
    new_roles = {**decisions.roles, **roles}
    new_formats = {**decisions.formats, **formats}
    wanted: dict[str, Scale | None] = {**decisions.scales, **scales}
    reasons = {**decisions.reasons, **dict.fromkeys({**roles, **scales}, (1.0, "set by hand"))}
    notes: list[str] = []
    for column, role in roles.items():
        if role == decisions.roles[column]:
            continue
        notes.append(f"'{column}' is {_article(role)}, by hand.")
        if column not in scales:
            wanted[column] = scale_by_hand(values(column), role, decisions.scales.get(column), _off(codes, column))
        if role in TEMPORAL and pd.api.types.is_numeric_dtype(values(column)) and column not in new_formats:
            new_formats[column] = "sheet days"
    for column, scale in scales.items():
        if scale != decisions.scales.get(column):
            notes.append(
                f"'{column}' is rated {scale.describe()}, by hand." if scale else f"'{column}' has no scale, by hand."
            )
            if scale:
                codes = (*codes, *outside_scale(values(column), column, scale, codes))
    kept = {column: scale for column, scale in wanted.items() if scale is not None}
    for column in {**roles, **scales, **formats}:
        place, taken_out = f"{where}, column '{column}'", _off(codes, column)
        note = _bears(
            values, column, new_roles[column], kept.get(column), taken_out, new_formats.get(column), where=place
        )
        notes += [note] if note else []
    choices = _chosen(decisions, values, where, roles, notes)
    gone = set(made_columns(decisions.choices)) - set(made_columns(choices))
    kept = {column: scale for column, scale in kept.items() if column not in gone}
    reasons = {column: why for column, why in reasons.items() if column not in gone}
    doubts = [one for one in decisions.doubts if one.column not in {**roles, **scales}]
    flagged = [column for column, role in roles.items() if role == "flag" and column not in scales]
    doubts += [doubt for c in flagged if (doubt := _which_is_yes(values(c), decisions.labels.get(c, "")))]
    changed = replace(
        decisions,
        roles=new_roles,
        scales=kept,
        codes=codes,
        formats=new_formats,
        reasons=reasons,
        choices=choices,
        doubts=tuple(doubts),
    )
    return changed.noted(*notes)


def _which_is_yes(answers: pd.Series, label: str) -> Doubt | None:
    """What is still not known of a column made yes and no by hand: which of 1 and 2 is yes."""
    facts = column_facts(answers, label)
    read_numbers({facts.name: facts}, None)
    return doubt_of_one_two(facts, by_hand=True)


def _chosen(
    decisions: Decisions,
    values: Callable[[str], pd.Series],
    where: str,
    roles: Mapping[str, str],
    notes: list[str],
) -> dict[str, Choices]:
    """The choices under new roles: taken away from a column that lists no more answers, found in one that now does."""
    choices = dict(decisions.choices)
    for column, role in roles.items():
        if role != "choices":
            choices.pop(column, None)
        elif column not in choices:
            counts = cell_text(values(column)).value_counts()
            found = find_choices(column, counts, tuple(decisions.roles), by_hand=True)
            if found is None:
                raise Problem(
                    "its cells do not list several answers",
                    where=f"{where}, column '{column}'",
                    do="Between the answers of a cell there must be ; or | or a comma; choose another role",
                )
            choices[column] = found
            notes.append(f"'{column}' is split into {len(found.columns)} yes/no columns, by hand.")
    return choices


def _article(role: str) -> str:
    return "left out" if role == "ignore" else f"read as {role}"


def _off(codes: tuple[MissingCode, ...], column: str) -> tuple[str | float, ...]:
    return tuple(code.code for code in codes if code.column == column and code.applied)


def _bears(
    values: Callable[[str], pd.Series],
    column: str,
    role: str,
    scale: Scale | None,
    codes: tuple[str | float, ...],
    written: str | None,
    *,
    where: str,
) -> str | None:
    """Whether the values fit the role: nothing to say, a note on the few that do not, or a `Problem`."""
    if role not in NUMERIC | TEMPORAL:
        return None
    counts = cell_text(values(column)).value_counts()
    lost, answered = lost_texts(counts, role, scale, codes, written)
    if lost.empty:
        return None
    examples = ", ".join(f"'{masked(str(text))[:40]}'" for text in lost.index[:_EXAMPLES])
    what = "dates" if role in TEMPORAL else "numbers"
    said = f"{int(lost.sum()):,} of {answered:,} values are no {what} (such as {examples})"
    if lost.sum() > MOST_LOST * answered:
        words = "Give a scale that says which number each word stands for, or choose another role"
        do = words if role in RATED else "Choose another role"
        raise Problem(said, where=where, do=do)
    return f"In '{column}' {said}: they count as no answer."


def lost_texts(
    counts: pd.Series, role: str, scale: Scale | None, off: tuple[str | float, ...], written: str | None
) -> tuple[pd.Series, int]:
    """Distinct texts (with counts) that are answers but do not fit the role, and the number of answers in all."""
    texts = pd.Series(counts.index, dtype="str")
    answered = resolve_texts(texts, "text", None, off).notna() if off else texts.notna()
    read = resolve_texts(texts, role, scale, off, written).notna()
    lost = counts[(answered & ~read).to_numpy()]
    return lost, int(counts[answered.to_numpy()].sum())


def switched(codes: tuple[MissingCode, ...], column: str, code: str | float, applied: bool) -> tuple[MissingCode, ...]:
    """The codes with one of them switched on or off; a code is the same whether written as text or number."""
    wanted = cell_text(pd.Series([str(code)])).iloc[0]
    same = [
        c.column == column and cell_text(pd.Series([str(c.code)])).iloc[0] in (wanted, f"{wanted}.0") for c in codes
    ]
    if not any(same):
        known = [f"'{c.code}'" for c in codes if c.column == column]
        do = f"The codes seen there are: {', '.join(known)}" if known else "No code was seen there"
        raise Problem(f"'{code}' is not among the missing codes", where=f"column '{column}'", do=do)
    return tuple(replace(c, applied=applied) if hit else c for c, hit in zip(codes, same, strict=True))
