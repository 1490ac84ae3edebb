"""The six elements in words: which is first, if the intervals can tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cxanalysis import numbers
from cxanalysis.drivers.at_stake.rivals import Claim, named, rivals
from cxanalysis.drivers.cautions import SIGNIFICANT
from cxanalysis.drivers.drivers_result import Drivers
from cxanalysis.drivers.elements.elements_rows import Row
from cxanalysis.drivers.performance.importance_performance_result import ImportancePerformance


def most_frequent(rows: Sequence[Row], labels: Mapping[str, str]) -> str:
    """Which failure hits most answers."""
    claims = [Claim(labels[row.item], row.value, row.low, row.high) for row in rows if numbers.known(row.value)]
    if not claims:
        return "No answer says whether one of these failures happened."
    first, others = claims[0], claims[1:]
    often = numbers.percent(first.value / 100, first.low / 100, first.high / 100)
    of = f"{often} of {rows[0].n:,} answers"
    if not others:
        return f"'{first.name}' hit {of}."
    as_often = rivals(first, others)
    doubt = f"; among all customers {named(as_often)} may be as frequent" if as_often else ""
    return f"'{first.name}' is the most frequent of {len(claims)}: {of}{doubt}."


def most_at_stake(rows: Sequence[Row], found: Drivers | None, labels: Mapping[str, str], *, failures: bool) -> str:
    """Where most is to be won: points lost to a failure, or to answers below the best one."""
    if found is None:
        return ""
    claims = _claims(rows, found, labels)
    first = _first(claims)
    if first is None:
        return "That points of the outcome are lost to any of these cannot be told from noise."
    at_stake = numbers.points(first.value, first.low, first.high, unit=rows[0].unit)
    way = f"are lost to '{first.name}'" if failures else f"would be won with the best answers to '{first.name}'"
    as_much = rivals(first, [one for one in claims if one is not first])
    if as_much:
        return f"{at_stake} {way}; {named(as_much)} may be as much."
    # One alone is first of nothing.
    return f"{at_stake} {way}{', more than with any other' if len(claims) > 1 else ''}."


def heaviest(rows: Sequence[Row], found: Drivers | None, labels: Mapping[str, str], unit: str) -> str:
    """Which failure costs most a case, in points of this unit."""
    if found is None:
        return ""
    claims = _claims([row._replace(value=-row.value, low=-row.high, high=-row.low) for row in rows], found, labels)
    first = _first(claims)
    if first is None:
        return "No failure's cost can be told from noise."
    cost = numbers.points(first.value, first.low, first.high, unit=unit)
    as_much = rivals(first, [one for one in claims if one is not first])
    if as_much:
        return f"A case of '{first.name}' costs {cost}; {named(as_much)} may weigh as much."
    return f"A case of '{first.name}' {'weighs most: it costs' if len(claims) > 1 else 'costs'} {cost}."


def _claims(rows: Sequence[Row], found: Drivers, labels: Mapping[str, str]) -> list[Claim]:
    sure = set(found.table.loc[found.table["q_value"] < SIGNIFICANT, "driver"])
    return [Claim(labels[row.item], row.value, row.low, row.high, row.item in sure) for row in rows]


def _first(claims: Sequence[Claim]) -> Claim | None:
    """The largest loss that can be told from noise."""
    return next((one for one in claims if one.sure and one.value > 0), None)


def notes(
    of_failures: Drivers | None,
    of_attributes: Drivers | None,
    plan: ImportancePerformance | None,
    unmeasured: Sequence[str],
) -> tuple[str, ...]:
    """Notes of all parts, each once."""
    parts = [part for part in (of_failures, of_attributes, plan) if part is not None]
    two = of_failures is not None and of_attributes is not None
    both = ["Failures and attributes are two analyses: a rating given after a failure already holds part of its harm."]
    said = [*(both if two else []), *unmeasured, *(note for part in parts for note in part.notes)]
    return tuple(dict.fromkeys(said))
