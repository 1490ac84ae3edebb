"""How numbers and dates are written: decimal mark, order of day and month, local time, dates without a year."""

from __future__ import annotations

from typing import Final

import pandas as pd

from cxanalysis.columns.column_facts import ColumnFacts
from cxanalysis.columns.date_format import one_place
from cxanalysis.columns.resolve import NUMERIC, TEMPORAL
from cxanalysis.columns.units import HOURS, MAGNITUDES
from cxanalysis.recognise.doubt import Answer, Doubt
from cxanalysis.recognise.plain_roles import RoleGuess, days_of_month, sheet_days
from cxanalysis.recognise.recognition import Recognition

#: How sure a role is where only a guess tells how its numbers are written.
UNTOLD: Final = 0.5
#: So many times are looked at for their zone.
_ZONES_LOOKED_AT: Final = 2_000


def find_format(found: Recognition, facts: ColumnFacts, mark: str | None) -> None:
    """How a column's numbers or dates are written; what only a guess tells is said, or asked."""
    role, name = found.guesses[facts.name].role, facts.name
    if role in TEMPORAL and _without_year(found, facts):
        return
    if role in TEMPORAL and facts.stored_as in ("text", "number") and sheet_days(facts):
        found.formats[name] = "sheet days"
        found.notes.append(f"'{name}': numbers such as {facts.numbers.index[0]} are days as spreadsheets count them.")
        return
    if facts.stored_as != "text":
        return
    if role in NUMERIC and facts.unit is not None and found.guesses[name].scale is None:
        decimal = ", decimal comma" if facts.mark == "," else ", decimal point"
        found.formats[name] = f"{facts.unit}{decimal if facts.unit == MAGNITUDES else ''}"
        said = (
            "lengths of time are read in hours" if facts.unit == HOURS else "sizes such as K and M are multiplied out"
        )
        found.notes.append(f"'{name}': {said}.")
    elif role in NUMERIC:
        if facts.mark_is_a_guess:
            guess, reason = found.guesses[name], "whether '1.234' is one or a thousand is a guess"
            unsure = min(guess.confidence, UNTOLD)
            found.guesses[name] = RoleGuess(guess.role, unsure, f"{guess.reason}; {reason}", guess.scale)
        if facts.mark == "," and facts.votes.comma + facts.votes.undecided:
            found.formats[name] = "decimal comma"
            found.notes.append(f"'{name}': numbers are read with a decimal comma.")
        elif facts.votes.undecided and facts.votes.mark is None:
            found.notes.append(f"'{name}': '1.234' can be read two ways; it is read with a decimal point.")
            found.formats[name] = "decimal point"
    elif role in TEMPORAL:
        forms = [_day_order(found, facts, mark)] if facts.order.forms else []
        zone = one_place(pd.Series(facts.first(_ZONES_LOOKED_AT).index, dtype="str"))
        if zone is not None:
            forms.append("local time")
            found.notes.append(
                f"'{name}': its times are those of the clocks there ({zone}); days and months are local."
            )
        if forms:
            found.formats[name] = ", ".join(forms)


def _day_order(found: Recognition, facts: ColumnFacts, mark: str | None) -> str:
    """Day or month first: from the column, else from the file's other dates, else the more usual."""
    order, name = facts.order, facts.name
    if order.day_first is not None:
        written = "day first" if order.day_first else "month first"
        # Of very many dates only some were looked at: what was seen in them is said of all.
        looked_at, about = facts.n_looked_at, "about " if facts.n_looked_at < facts.n_answered else ""
        fewer, others = (
            round(seen * facts.n_answered / looked_at)
            for seen in (min(order.day_votes, order.month_votes), looked_at - order.forms)
        )
        note = f"'{name}': dates are read {written}"
        odd = f"; {about}{fewer:,} make sense only the other way round and are read so" if fewer else ""
        if order.forms < looked_at * 0.98:
            odd += f"; {about}{others:,} are written in another form (such as 2024-12-31)"
        found.notes.append(f"{note}{odd}.")
        return written
    votes = [f.order.day_first for f in found.facts.values() if f.order.day_first is not None]
    if votes and all(v == votes[0] for v in votes):
        written = "day first" if votes[0] else "month first"
        found.notes.append(
            f"'{name}': its dates could be read two ways; they are read {written}, like the file's others."
        )
        return written
    guess = found.guesses[name]
    found.guesses[name] = RoleGuess(
        guess.role, min(guess.confidence, 0.5), f"{guess.reason}; day or month first is a guess", guess.scale
    )
    months = any("m" in str(text).lower()[-3:] for text in facts.first(20).index) and mark != ","
    written = "month first" if months else "day first"
    found.notes.append(f"'{name}': nothing tells whether the day or the month comes first; read {written}.")
    return written


def _without_year(found: Recognition, facts: ColumnFacts) -> bool:
    """Years alone, and days without a year: which one is asked."""
    name, guess = facts.name, found.guesses[facts.name]
    if guess.role != "date":
        return False
    month = days_of_month(facts)
    if facts.yearless or month is not None:
        known = [f.dates_until for f in found.facts.values() if f.dates_until]
        last = max(known) if known else pd.Timestamp.now().year
        forms = [f"in {year}" if month is None else f"in {year}-{month:02d}" for year in (last, last - 1, last - 2)]
        found.formats[name] = forms[0]
        answers = tuple(Answer(form[3:7], written=form) for form in forms)
        why = "its dates are written without a year"
        found.doubts.append(Doubt(name, "dates", f"Which year are the dates of '{name[:60]}' from?", answers, 0.5, why))
        return True
    if not facts.date_share and facts.whole and not sheet_days(facts):
        found.formats[name] = "years"
        return True
    return False
