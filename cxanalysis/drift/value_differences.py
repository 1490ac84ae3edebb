"""Differences in the values of one column: read as the table reads its own, what does not fit or was not there?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import pandas as pd

from cxanalysis.columns.cell_text import cell_text, plain
from cxanalysis.columns.date_format import date_order
from cxanalysis.columns.number_format import decimal_votes, parse_numbers
from cxanalysis.columns.resolve import NUMERIC, TEMPORAL, resolve_column
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.drift.drift_result import Difference
from cxanalysis.drift.shape import Shape, Trait, text_counts
from cxanalysis.tables.corrections import MOST_LOST, lost_texts
from cxanalysis.tables.table import Table

#: Groups (segments, channels) are a closed list if there are no more than this; a new shop among hundreds is no drift.
CLOSED: Final = 12
#: Roles whose values are known one by one.
_LISTED: Final = ("category", "flag")
#: So many of the answers outside the scale say that the scale is another one.
_OTHER_SCALE: Final = 0.05
_EXAMPLES: Final = 3
_ORDERS: Final = {True: "day first", False: "month first"}


def differences_of(new: Table, column: str, shape: Shape, known: str) -> Iterable[Difference]:
    """How the values of `column` in the new table differ from those of the known column."""
    role = shape.decisions["roles"].get(known, "ignore")
    if role == "ignore":
        return
    counts = text_counts(new.raw[column])
    if counts.empty:
        return
    written = written_now(new, column, role, counts, shape.traits[known])
    before = shape.decisions["formats"].get(known)
    yield from _format(known, role, before, written, int(counts.sum()))
    scale = shape.decisions["scales"].get(known)
    scale = Scale.from_json(scale) if scale else None
    codes = codes_of(shape.decisions, known)
    lost = _lost(counts, role, scale, tuple(codes), written or before)
    yield from _new_codes(new, column, known, codes)
    coded = {*codes, *(c.code for c in new.codes if c.column == column)}
    counts = counts[~counts.index.isin([*map(_text, coded)])]
    lost = lost[~lost.index.isin([*map(_text, coded)])]
    if len(lost):
        yield _unfit(known, role, scale, lost, int(counts.sum()))
        counts = counts.drop(index=lost.index)
    if role in ("nps", "csat", "ces", "rating") and scale is not None:
        yield from _outside(known, scale, counts, role, written or before)
    if role in _LISTED or role == "choices":
        yield from _new_values(new, known, role, shape, counts)
    if role == "id" and shape.traits[known].unique:
        yield from _twice(known, counts)


def written_now(new: Table, column: str, role: str, counts: pd.Series, known: Trait) -> str | None:
    """How the file itself writes numbers or dates in this column, as in `Table.formats`; None if it does not show."""
    if role in NUMERIC:
        votes = decimal_votes(counts)
        mark = votes.mark or (_mark_by_size(counts, known) if votes.undecided else None)
        return None if mark is None else "decimal comma" if mark == "," else "decimal point"
    if role in TEMPORAL:
        order = date_order(counts)
        if order.day_first is not None:
            return _ORDERS[order.day_first]
        sure = new.reasons.get(column, (0.0, ""))[1].find("is a guess") < 0
        return new.formats.get(column) if order.forms and sure else None
    return None


def _mark_by_size(counts: pd.Series, known: Trait) -> str | None:
    """Where "1.234" could be two numbers: the mark under which they are as large as the known ones."""
    if known.low is None or known.high is None or known.high <= 0:
        return None
    texts = pd.Series(counts.index, dtype="str")
    middles = {mark: float(parse_numbers(texts, mark).median()) for mark in (".", ",")}
    fits = [mark for mark, middle in middles.items() if known.low <= middle <= known.high]
    return fits[0] if len(fits) == 1 else None


def same_format(role: str, before: str | None, now: str | None) -> bool:
    """Whether cells written as `now` mean the same if they are read as `before`."""
    if now is None or now == before:
        return True
    return role in NUMERIC and before != "decimal comma" and now == "decimal point"


def codes_of(decisions: Mapping[str, Any], column: str) -> list[str | float]:
    """Codes that the table treats as no answer in this column."""
    return [code[1] for code in decisions["codes"] if code[0] == column and code[4]]


def _text(code: str | float) -> str:
    text = cell_text(pd.Series([code], dtype=object)).iloc[0]
    return str(text)


def _format(known: str, role: str, before: str | None, now: str | None, rows: int) -> Iterable[Difference]:
    if same_format(role, before, now):
        return
    kind = "number format" if role in NUMERIC else "date format"
    usual = "decimal point" if role in NUMERIC else "year first"
    effect = f"read {now}, kept as the same {'numbers' if role in NUMERIC else 'days'}"
    yield Difference(kind, known, before or usual, str(now), rows, "look", effect)


def _lost(
    counts: pd.Series, role: str, scale: Scale | None, off: tuple[str | float, ...], written: str | None
) -> pd.Series:
    if role not in NUMERIC | TEMPORAL:
        return counts.iloc[:0]
    return lost_texts(counts, role, scale, off, written)[0]


def _new_codes(new: Table, column: str, known: str, codes: list[str | float]) -> Iterable[Difference]:
    old = {_text(code) for code in codes}
    for code in new.codes:
        if code.column == column and code.applied and _text(code.code) not in old:
            effect = "treated as no answer"
            yield Difference("new code", known, "", f"'{_short(code.code)}' as a code", code.count, "look", effect)


def _unfit(known: str, role: str, scale: Scale | None, lost: pd.Series, answered: int) -> Difference:
    rows = int(lost.sum())
    words = ", ".join(f"'{_short(text)}'" for text in lost.index[:_EXAMPLES])
    worded = scale is not None and scale.labels
    was = "dates" if role in TEMPORAL else "the words of its scale" if worded else "numbers"
    severity = "serious" if rows > MOST_LOST * answered else "look"
    effect = "no answer in the new rows"
    return Difference("other values", known, was, f"words such as {words}", rows, severity, effect)


def _outside(known: str, scale: Scale, counts: pd.Series, role: str, written: str | None) -> Iterable[Difference]:
    texts = pd.Series(counts.index, dtype="str")
    numbers = resolve_column(texts, role, scale, (), written)
    beyond = ((numbers < scale.low) | (numbers > scale.high)).to_numpy()
    rows = int(counts[beyond].sum())
    if rows:
        low, high = numbers[beyond].min(), numbers[beyond].max()
        ends = f"{low:g}" if low == high else f"{low:g} to {high:g}"
        severity = "serious" if rows > _OTHER_SCALE * int(counts.sum()) else "look"
        now = f"answers of {ends}"
        yield Difference("outside the scale", known, scale.describe(), now, rows, severity, "kept as they are")


def _new_values(new: Table, known: str, role: str, shape: Shape, counts: pd.Series) -> Iterable[Difference]:
    if role == "choices":
        listed = dict(shape.decisions.get("choices", ())).get(known)
        theirs = next((one for column, one in new.choices.items() if column == known), None)
        if listed is None or theirs is None:
            return
        levels: list[str] = list(listed["options"])
        seen: list[str] = list(theirs.options)
        effect = "no column of its own"
    else:
        levels, seen = list(shape.traits[known].levels), list(counts.index)
        effect = "kept as a group of its own" if role == "category" else "kept"
        if not levels or len(levels) > CLOSED or shape.traits[known].unique:
            return
    before = {plain(text) for text in levels}
    fresh = [text for text in seen if plain(text) not in before]
    if fresh and not (role == "flag" and {plain(text) for text in fresh} <= {"0", "1", "yes", "no"}):
        rows = int(counts[counts.index.isin(fresh)].sum()) if role != "choices" else 0
        words = ", ".join(f"'{_short(text)}'" for text in fresh[:_EXAMPLES])
        more = f" and {len(fresh) - _EXAMPLES} more" if len(fresh) > _EXAMPLES else ""
        was = "one of " + ", ".join(f"'{_short(level)}'" for level in levels[:6]) + (" …" if len(levels) > 6 else "")
        yield Difference("new value", known, was, f"{words}{more}", rows, "look", effect)


def _twice(known: str, counts: pd.Series) -> Iterable[Difference]:
    twice = counts[counts > 1]
    if len(twice):
        now = f"{len(twice):,} id{'s' if len(twice) > 1 else ''} more than once"
        effect = "of each id the last row counts"
        yield Difference("id twice", known, "each id once", now, int(twice.sum()), "look", effect)


def _short(text: object) -> str:
    shown = str(text)
    return shown if len(shown) <= 40 else shown[:39] + "…"
