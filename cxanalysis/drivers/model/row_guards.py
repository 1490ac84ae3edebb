"""Guards that need rows, whatever the engine and the treatment of gaps: ids, straight-liners, later events."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cxanalysis import numbers
from cxanalysis.drivers.cautions import Caution
from cxanalysis.drivers.effects.regression import fit
from cxanalysis.drivers.importance import subset_lattice
from cxanalysis.drivers.importance.order_of_drivers import EXACT_RESAMPLED, adjusted
from cxanalysis.drivers.model import leak_guard
from cxanalysis.drivers.model.centred_sums import Sums, sums_of_rows
from cxanalysis.drivers.model.gather import Sample, as_metric
from cxanalysis.drivers.model.guard_rows import GuardRows
from cxanalysis.drivers.model.plan import Plan
from cxanalysis.engine.engines import Engine
from cxanalysis.problem import Problem
from cxanalysis.tables.table import Table

Floats = NDArray[np.float64]

#: The same answer to at least this many ratings of one scale is straight-lining.
STRAIGHT: Final = 5
#: The lowest answer of a promoter.
LOWEST_PROMOTER: Final = 9.0
#: From this many rows on, whole numbers without gaps that never repeat are an id.
ID_ROWS: Final = 50


def refuse_ids(plan: Plan, rows: GuardRows) -> None:
    """Stop before whole numbers that never repeat and lie close together: ids and row numbers."""
    first = len(plan.adjusters)
    for position, member in enumerate(plan.members):
        column = rows.values[:, first + position]
        column = column[np.isfinite(column)]
        if len(column) < ID_ROWS or member.category or (column != np.round(column)).any():
            continue
        close = np.ptp(column) < 1.5 * (rows.n_rows if rows.partly else len(column))
        if close and len(np.unique(column)) == len(column):
            raise Problem(
                "every row has another whole number, as in an id or a row number",
                where=f"column '{member.label}'",
                do="Leave it out of the drivers",
            )


def nobody_promotes(plan: Plan, rows: GuardRows, missing: str) -> list[str]:
    """Refuse an NPS of rows that hold no promoter only because of what was asked of whom; say it where nobody is one.

    Raises
    ------
    Problem
        If there are promoters, but none among the complete rows.
    """
    if plan.outcome.coding != "nps":
        return []
    promoters = rows.outcome >= LOWEST_PROMOTER
    used = rows.complete() if missing == "complete" else np.isfinite(rows.outcome)
    if promoters[used].any() or not used.any():
        return []
    if not promoters.any():
        return [f"Nobody among the {int(used.sum()):,} rows used is a promoter{rows.sampled}."]
    empty = [
        player.name
        for player in plan.players
        if np.isnan(rows.values[promoters][:, [len(plan.adjusters) + i for i in player.members]]).any(axis=1).all()
    ]
    asked = f": no promoter has an answer in {' and '.join(repr(name) for name in empty[:2])}" if empty else ""
    raise Problem(
        f"none of the {int(used.sum()):,} rows without a gap is a promoter, so this is no NPS{asked}",
        where=f"column '{plan.outcome.column}'",
        do='Use outcome_as="mean", or leave out what promoters were not asked',
    )


def straight_liners(plan: Plan, sample: Sample, rows: GuardRows) -> list[str]:
    """How many gave one answer to all ratings of a scale, and what leaving them out does."""
    items = _block_of_ratings(plan, sample)
    if len(items) < STRAIGHT:
        return []
    first = len(plan.adjusters)
    block = rows.values[:, [first + i for i in items]]
    answered = np.asarray(np.isfinite(block).all(axis=1))
    straight = np.asarray(answered & (np.ptp(np.where(answered[:, None], block, 0.0), axis=1) == 0))
    if not straight.any():
        return []
    told = (
        f"{int(straight.sum()):,} of {int(answered.sum()):,} people gave the same answer to all {len(items)} ratings"
        f"{rows.sampled}."
    )
    return [f"{told} {_without(plan, rows, straight)}"]


def _block_of_ratings(plan: Plan, sample: Sample) -> list[int]:
    """The largest set of ratings that share one scale."""
    by_scale: dict[tuple[float, float], list[int]] = {}
    for i, member in enumerate(plan.members):
        if member.category or sample.is_flag[i]:
            continue
        ends = (sample.low[i], sample.high[i]) if member.scale is None else (member.scale.low, member.scale.high)
        by_scale.setdefault((float(ends[0]), float(ends[1])), []).append(i)
    return max(by_scale.values(), key=len, default=[])


def _without(plan: Plan, rows: GuardRows, straight: NDArray[np.bool_]) -> str:
    """What leaving them out does to the first driver and to the effects."""
    complete = rows.complete()
    rest = complete & ~straight
    p = len(plan.members) + len(plan.adjusters)
    if rest.sum() < p + 3 or (np.ptp(rows.values[rest], axis=0) == 0).any():
        return "Too few others are left to say what leaving them out does."
    everybody, others = (_sums(plan, rows, kept) for kept in (complete, rest))
    before, after = _first(plan, everybody), _first(plan, others)
    moved = _moved(plan, everybody, others)
    if before != after:
        return f"Without them {after} would be first instead of {before}; {moved}."
    return f"Without them {before} stays first; {moved}." if before else f"Without them {moved}."


def _sums(plan: Plan, rows: GuardRows, kept: NDArray[np.bool_]) -> Sums:
    weight = None if rows.weight is None else rows.weight[kept]
    return as_metric(sums_of_rows(rows.values[kept], weight, None), plan)


def _first(plan: Plan, sums: Sums) -> str:
    """The most important driver; empty where there are too many to say quickly."""
    if len(plan.players) > EXACT_RESAMPLED:
        return ""
    left = adjusted(sums.correlation()[:, :, None], len(plan.adjusters))[:, :, 0]
    return plan.players[int(np.argmax(subset_lattice.shapley(left, plan.sizes)))].name


def _moved(plan: Plan, everybody: Sums, others: Sums) -> str:
    """The effect that moves most, in widths of its own interval."""
    first = len(plan.adjusters)
    one, two = fit(everybody).effects(), fit(others).effects()
    error = np.sqrt(one.variance)
    moved = np.abs(one.value - two.value)[first:] / np.where(error > 0, error, np.inf)[first:]
    if not np.isfinite(moved).any():
        return "no effect can be compared"
    at = int(np.nanargmax(moved))
    before, after = (numbers.number(v.value[first + at], 2, sign=True) for v in (one, two))
    size = "no effect moves beyond its interval" if moved[at] <= 2 else "effects move beyond their intervals"
    return f"{size}, most {plan.members[at].label}, from {before} to {after}"


def later_than_the_answer(table: Table | None, engine: Engine, plan: Plan) -> dict[str, str]:
    """Failures whose own date lies after the answer's in some cases: driver → what was seen.

    A date column belongs to a failure if its name holds all words of the failure's name ("returned", "returned_on");
    the answer's date is the one date column that belongs to none.
    """
    if table is None:
        return {}
    dates = table.columns_of("date", "due", "closed")
    owner = {d: m.driver for m in plan.members for d in dates if not m.category and _belongs(m.driver, d)}
    free = [d for d in table.columns_of("date") if d not in owner]
    if not owner or len(free) != 1:
        return {}
    answered = engine.values([free[0]])[free[0]].astype("datetime64[D]")
    out = {}
    for date, driver in owner.items():
        columns = engine.values([date, driver])
        case = np.asarray(columns[driver], dtype=np.float64) == 1
        later = case & (columns[date].astype("datetime64[D]") > answered)
        if later.any():
            out[driver] = (
                f"in {int(later.sum()):,} of {int(case.sum()):,} cases of {driver} its date ({date}) lies after the "
                f"answer ({free[0]}): what came later cannot be a reason for it. Clear those cases first."
            )
    return out


def _belongs(driver: str, date: str) -> bool:
    mine, its = ({word for word in re.split(r"[^a-z0-9]+", name.lower()) if word} for name in (driver, date))
    return bool(mine) and mine < its


def watched(
    table: Table | None, engine: Engine, plan: Plan, sample: Sample, rows: GuardRows
) -> tuple[dict[str, list[str]], list[str]]:
    """Words of caution by driver, and notes, from the rows."""
    suspected = leak_guard.suspicions(plan, rows)
    flags: dict[str, list[str]] = {one.driver: [one.caution.value] for one in suspected}
    later = later_than_the_answer(table, engine, plan)
    for name in later:
        owner = next(p.name for p in plan.players if any(plan.members[i].driver == name for i in p.members))
        flags.setdefault(owner, []).append(Caution.AFTER_THE_ANSWER.value)
    notes = [f"After the answer: {told}" for told in later.values()]
    return flags, [*leak_guard.notes_of(suspected), *notes, *straight_liners(plan, sample, rows)]
